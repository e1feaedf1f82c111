"""Part files of notices into single ones: the agencies' XML, and plain text as it is broadcast.

Broadcast warnings come as XML of the US National Geospatial-Intelligence Agency
(``<broadcast-warn>``: one element a warning, with its number, issue date and text), or as text in
which each begins with its series and number, its date-time group perhaps on the line before:

    301752Z DEC 10
    HYDROLANT 2535/10(52).
    TUNISIA-NORTHEAST COAST.
    ...

NOTAMs begin with their number and NOTAMN, NOTAMR or NOTAMC.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from lxml import etree

from launchwatch.errors import InputError
from launchwatch.sensors.notices.navwarns import published_at
from launchwatch.sensors.notices.notams import HEADER as NOTAM_HEADER

LARGEST = 64 * 1024 * 1024
"""Bytes; ten years of warnings of launches are 2 MB."""

SERIES = {"A": "HYDROLANT", "P": "HYDROPAC", "C": "HYDROARC", "4": "NAVAREA IV",
          "12": "NAVAREA XII"}  # fmt: skip
"""What the XML calls the series by."""

_HEADER = re.compile(
    rb"^[ \t]*(?:(?P<group>\d{6}Z [A-Z]{3} \d{2,4})[ \t]*\r?\n[ \t]*)?"
    rb"(?P<series>NAVAREA [IVX]+|HYDRO(?:PAC|LANT|ARC)|NAVAREA \d+) (?P<number>\d+/\d{2})"
    rb"(?:\([\d, ]+\))?\.?",
    re.MULTILINE,
)


class Document(NamedTuple):
    """One notice as it stands in a file.

    Attributes:
        offset: of its first byte in the file.
        reference: its series and number; empty where its text holds them.
        published: when, as far as the file says.
        wrong: why it cannot be read further, if so.
    """

    offset: int
    text: str
    reference: str = ""
    published: dt.datetime | None = None
    wrong: str = ""


def navwarns(content: bytes) -> Iterator[Document]:
    """Give each broadcast warning of a file, XML or text.

    Raises:
        InputError: the file is too large, or not of either form.
    """
    if len(content) > LARGEST:
        raise InputError(f"a file of warnings has at most {LARGEST >> 20} MiB, got more")
    if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"<":
        yield from _from_xml(content)
    else:
        yield from _from_text(content)


def notams(content: bytes) -> Iterator[Document]:
    """Give each NOTAM of a file.

    Raises:
        InputError: the file is too large, or holds no NOTAM.
    """
    if len(content) > LARGEST:
        raise InputError(f"a file of NOTAMs has at most {LARGEST >> 20} MiB, got more")
    text = content.decode("latin-1")  # a character a byte, so that offsets stay
    found = list(NOTAM_HEADER.finditer(text))
    if not found:
        raise InputError("a NOTAM begins with its number, as A0069/08 NOTAMN; found none")
    ends = [match.start() for match in found[1:]] + [len(text)]
    for match, end in zip(found, ends, strict=True):
        yield Document(match.start(), _utf8(content[match.start() : end]), match[1])


def _from_xml(content: bytes) -> Iterator[Document]:
    # No entities, no network, no document type: nothing outside the file is ever read.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise InputError(f"the XML must be well formed: {error}") from None
    if root.getroottree().docinfo.doctype:
        raise InputError("XML with a document type is not read: it may name other files")
    starts = [0, *(match.end() for match in re.finditer(rb"\n", content))]
    warnings = [each for each in root.iter() if each.find("text") is not None]
    if not warnings:
        raise InputError("wanted warnings with a <text> each, found none")
    for each in warnings:
        line = min(each.sourceline or 1, len(starts))
        yield _of_element(each, starts[line - 1])


def _of_element(element: etree._Element, offset: int) -> Document:
    text = element.findtext("text") or ""
    series, number = element.findtext("navArea") or "", element.findtext("msgNumber") or ""
    year = (element.findtext("msgYear") or "")[-2:]
    reference = f"{SERIES.get(series, f'NAVAREA {series}')} {number}/{year}"
    try:
        published = published_at(element.findtext("issueDate") or "")
    except InputError as error:
        return Document(offset, text, reference, wrong=f"issueDate: {error}")
    return Document(offset, text, reference, published)


def _from_text(content: bytes) -> Iterator[Document]:
    found = list(_HEADER.finditer(content))
    if not found:
        raise InputError(
            "a warning begins with its series and number, as HYDROPAC 123/24; found none"
        )
    ends = [match.start() for match in found[1:]] + [len(content)]
    for match, end in zip(found, ends, strict=True):
        reference = f"{match['series'].decode()} {match['number'].decode()}"
        published, wrong = None, ""
        if match["group"] is not None:
            try:
                published = published_at(match["group"].decode())
            except InputError as error:
                wrong = str(error)
        yield Document(
            match.start(), _utf8(content[match.end() : end]).strip(), reference, published, wrong
        )


def _utf8(content: bytes) -> str:
    return content.decode("utf-8", "replace")
