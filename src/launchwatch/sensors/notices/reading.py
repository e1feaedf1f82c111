"""Read notices: bytes in, notices and refusals out, nothing raised."""

import datetime as dt
from collections.abc import Iterator
from typing import Literal

from launchwatch.errors import InputError
from launchwatch.messages.notice import Notice
from launchwatch.messages.packet import Mode, Packet
from launchwatch.messages.plot import Refused
from launchwatch.sensors.notices import documents, navwarns, notams
from launchwatch.sensors.notices.documents import Document
from launchwatch.sensors.refusing import Refusal, refused
from launchwatch.timescale import utc_from_instant

Format = Literal["navwarn", "notam"]


def decode(packet: Packet) -> tuple[Notice | Refused, ...]:
    """Give the notices of a packet, and a refusal for each that cannot be read."""
    form: Format = "notam" if packet.format == "notam" else "navwarn"
    arrived = dt.datetime.fromisoformat(utc_from_instant(packet.received)[:19] + "+00:00")
    return tuple(
        refused(packet, found) if isinstance(found, Refusal) else found
        for _, found in read(packet.payload, form, packet.mode, arrived)
    )


def read(
    content: bytes, form: Format, mode: Mode, arrived: dt.datetime | None = None
) -> Iterator[tuple[int, Notice | Refusal]]:
    """Give each notice of a file with the offset at which it begins.

    Args:
        arrived: when it came, UTC; stands in for the date of a warning that bears none.
    """
    split = documents.navwarns if form == "navwarn" else documents.notams
    try:
        for document in split(content):
            yield document.offset, _read(document, form, mode, arrived)
    except InputError as error:
        yield 0, Refusal("malformed", str(error))


def _read(
    document: Document, form: Format, mode: Mode, arrived: dt.datetime | None
) -> Notice | Refusal:
    wrong = document.wrong
    published = document.published or arrived
    if form == "navwarn" and published is None and not wrong:
        wrong = "a date-time group is wanted, as 301752Z DEC 10 on the line before"
    if not wrong:
        try:
            if form == "notam":
                return notams.parse(document.text, mode=mode)
            if published is not None:
                return navwarns.parse(
                    document.text, reference=document.reference, published=published, mode=mode
                )
        except InputError as error:
            wrong = str(error)
    return Refusal("unread", f"{document.reference}: {wrong}", document.offset)
