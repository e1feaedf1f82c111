"""Turn a file's bytes into text that rules can read, and text into sentences.

Full-width digits and letters become plain ones character by character, so that offsets into
what is read are offsets into the report.
"""

import re
import unicodedata
from typing import Literal, NamedTuple

from launchwatch.errors import InputError

Language = Literal["en", "ja", "ko", ""]

MOST_BYTES = 250_000
"""A report of news has a few thousand; what is larger is something else, and is not read. Text made
to be slow costs some 3 s of one core then (design/reading.md)."""

MOST_SENTENCE = 700
"""Characters. Longer ones are cut there: rules look no farther, so that time stays bounded."""

_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d"
_SPACES = "\u00a0\u2007\u2009\u200a\u202f\u3000\t\r\u200b"
_QUOTES = "\u2018\u2019\uff07"


def _plain() -> dict[int, str]:
    table = {code: unicodedata.normalize("NFKC", chr(code)) for code in range(0xFF01, 0xFF5F)}
    table = {code: one for code, one in table.items() if len(one) == 1}
    table |= {ord(one): "-" for one in _DASHES}
    table |= {ord(one): " " for one in _SPACES}
    table |= {ord(one): "'" for one in _QUOTES}
    return table | {ord("\uff5e"): "~", ord("\u301c"): "~", ord("\u3220"): "("}


_PLAIN = _plain()
_MARKUP = re.compile(r"<(?:!--[^>]{0,4000}|/?[a-zA-Z][^<>]{0,2000})>")
_JAPANESE = re.compile(r"[\u3040-\u30ff]")
_KOREAN = re.compile(r"[\uac00-\ud7a3]")
_ENGLISH = re.compile(
    r"\b(?:the|and|of|said|was|fired|launched|missiles?|fell|from|at|to|it|by|with|has|"
    r"altitude|distance)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"[。！!?？]+[」』\"”)）]?|\n+"
    r"|(?<=[ap]\.m)\.(?=\s+(?:The|It|They|In|On|Officials)\b)"
    r"|(?<![ (]\w)(?<!\.\w)(?<!\bSt)(?<!\bGen)(?<!\bMr)(?<!\bNo)(?<!\bAdm)(?<!\bSgt)(?<!\bLt)"
    r"(?<!\bCol)(?<!\bDr)(?<!\bSen)(?<!\bRep)(?<!\bJan)(?<!\bFeb)(?<!\bMar)(?<!\bApr)(?<!\bAug)"
    r"(?<!\bSep)(?<!\bSept)(?<!\bOct)(?<!\bNov)(?<!\bDec)(?<!\bapprox)(?<!\bMt)"
    r"\.[\"”')]?(?=\s+(?:[-•*]\s+)?[\"“'(]?[A-Z\d\uac00-\ud7a3]|\s*$)"
)


class Sentence(NamedTuple):
    """A sentence, plain, with where it begins in the report and which it is."""

    text: str
    start: int
    number: int


def decoded(data: bytes, name: str = "the report") -> str:
    """Give a file's text.

    UTF-8 is read, and UTF-16 with its mark.

    Raises:
        InputError: larger than a report can be, not text, or in an encoding that is not read.
    """
    if len(data) > MOST_BYTES:
        raise InputError(
            f"{name}: a report must have at most {MOST_BYTES:,} bytes, got {len(data):,} or more"
        )
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as error:
        raise InputError(
            f"{name}: must be text in UTF-8, got byte 0x{data[error.start]:02x} at offset "
            f"{error.start}"
        ) from None
    odd = sum(unicodedata.category(one) == "Cc" and one not in "\n\r\t\f\v" for one in text)
    if odd * 100 > len(text) or "\0" in text:
        raise InputError(f"{name}: must be text, got {odd} control characters: a binary file?")
    return text


def plain(text: str) -> str:
    """Give the text with plain digits, letters, dashes and spaces, and blanks for markup.

    Character for character: what stands at an offset stands there in the report.
    """
    return _MARKUP.sub(lambda found: " " * len(found[0]), text.translate(_PLAIN))


def language_of(text: str) -> Language:
    """Say in which language a text is; nothing where it is in none that is read."""
    japanese, korean = len(_JAPANESE.findall(text)), len(_KOREAN.findall(text))
    if max(japanese, korean) * 10 > len(text):
        return "ja" if japanese >= korean else "ko"
    words = text.count(" ") + 1
    return "en" if len(_ENGLISH.findall(text)) * 25 >= words else ""


def sentences(text: str) -> list[Sentence]:
    """Cut a plain text into sentences, none longer than `MOST_SENTENCE`."""
    found: list[Sentence] = []
    begin = 0
    for end in [*(mark.end() for mark in _ENDS.finditer(text)), len(text)]:
        for start in range(begin, end, MOST_SENTENCE):
            piece = text[start : min(start + MOST_SENTENCE, end)]
            if not piece.isspace():
                found.append(Sentence(piece, start, len(found)))
        begin = end
    return found
