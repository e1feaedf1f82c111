"""Broadcast navigational warnings (NAVAREA, HYDROPAC, HYDROLANT, HYDROARC): text to notices.

The paragraphs of a warning are numbered; one that announces something dangerous says what,
when and where, as in

    1. HAZARDOUS OPERATIONS 230808Z TO 230927Z AUG IN AREAS BOUND BY:
       A. 02-02N 026-42W, 00-48N 016-20W, ...
       B. ...
    2. CANCEL THIS MSG 231027Z AUG 24.

Times may stand ahead of all areas or with each of them. Every area becomes polygons and windows,
or the whole warning is refused with the reason: half a warning would hide the other half. The
text is that of the joint manual of the IHO and IMO (S-53) as the US National
Geospatial-Intelligence Agency writes it; what it leaves open is said in `schedules` and `shapes`.
"""

import datetime as dt
import re
from typing import NamedTuple

from launchwatch.errors import InputError
from launchwatch.messages.notice import AnnouncedArea, Notice, NoticeKind, Window
from launchwatch.messages.packet import Mode
from launchwatch.sensors.notices.positions import coordinates
from launchwatch.sensors.notices.schedules import MONTHS, Schedule, schedule
from launchwatch.sensors.notices.shapes import Shape, shape
from launchwatch.timescale import Instant, instant_from_utc

LONGEST_TEXT = 20_000
"""Characters; the longest warnings, with dozens of areas, have some 5,000."""

_PARAGRAPH = re.compile(r"(?:^|(?<=\s))([1-9]\d?)\. (?=[A-Z0-9])")
_LETTER = re.compile(r"(?:^|(?<=[\s:.,]))([A-Z])\. ?(?=[A-Z0-9])")
_PLACE = re.compile(
    r"(?:,? ?(?:IN|ALONG))? ?(?:THE )?(?:FOLLOWING )?(?:AREAS?:? ?)?"
    r"(?:WITHIN\b|BOUND|BETWEEN|BEWTWEEN|VICINITY|TRACKLINE|LINE JOINING|\bAREAS?\b)"
)
_GROUP = re.compile(
    r"(\d{2})(\d{2})(\d{2})Z?\s+(JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)\s+(\d{4}|\d{2})?"
)
_CANCELS = re.compile(r"(NAVAREA [IVX\d]+|HYDRO[A-Z]+) (\d+/\d{2}(?:(?:,| AND) ?\d+/\d{2})*)")
_ENDS = re.compile(r"CANCEL (?:[^.]* AND )?THIS MSG (\d{6}Z? [A-Z]{3}(?: \d{2}(?!\d))?)")

_KINDS: tuple[tuple[str, NoticeKind], ...] = (
    (r"ROCKET|SPACE ?CRAFT LAUNCH|LAUNCH OF SPACE", "rocket"),
    (r"SPACE DEBRIS|RE-?ENTRY|RE-?ENRTY", "space-debris"),
    (r"MISSILE", "missile"),
    (r"HAZARDOUS OP", "hazardous-operations"),
)


class _Part(NamedTuple):
    """A lettered part of a paragraph, or all of it: its times and its place, in words."""

    name: str
    text: str


def parse(text: str, *, reference: str, published: dt.datetime, mode: Mode) -> Notice:
    """Read one warning.

    Args:
        text: its words, in lines or not.
        reference: as others name it, such as ``HYDROLANT 2487/10``.
        published: when, UTC.

    Raises:
        InputError: an area or its times cannot be read; says which and why.
    """
    if len(text) > LONGEST_TEXT:
        raise InputError(f"a warning has at most {LONGEST_TEXT:,} characters, got {len(text):,}")
    words = re.sub(r"\bT0\b", "TO", " ".join(text.upper().split()))  # a nil for an O: common
    until = _end(words, published)
    areas: list[AnnouncedArea] = []
    remarks: list[str] = []
    for number, paragraph in paragraphs(words):
        if not coordinates(paragraph) or paragraph.startswith("CANCEL"):
            continue
        try:
            read = _areas(paragraph, published, until)
        except InputError as error:
            raise InputError(f"paragraph {number}: {error}" if number else str(error)) from None
        for name, when, where in read:
            windows = tuple(
                Window(start=_instant(start), end=_instant(end)) for start, end in when.spans
            )
            areas.append(AnnouncedArea(name=name, polygons=where.polygons, windows=windows))
            remarks += [*when.remarks, *where.remarks]
    return Notice(
        reference=reference,
        format="navwarn",
        issued=_instant(published),
        mode=mode,
        kind=_kind(words),
        areas=tuple(areas),
        cancels=cancels(words),
        remarks=tuple(dict.fromkeys(remarks)),
        text=text,
    )


def paragraphs(words: str) -> list[tuple[int, str]]:
    """Part a warning at its paragraphs' numbers, which count up from one; 0 where none stand."""
    found: list[tuple[int, int, int]] = []
    for match in _PARAGRAPH.finditer(words):
        if int(match[1]) == len(found) + 1:
            found.append((int(match[1]), match.start(), match.end()))
    if not found:
        return [(0, words)]
    ends = [start for _, start, _ in found[1:]] + [len(words)]
    return [
        (number, words[begin:end].strip())
        for (number, _, begin), end in zip(found, ends, strict=True)
    ]


def cancels(words: str) -> tuple[str, ...]:
    """Name the warnings that this one ends."""
    return tuple(
        f"{match[1]} {number}"
        for sentence in re.findall(r"CANCEL [^.]*", words)
        for match in _CANCELS.finditer(sentence)
        for number in re.findall(r"\d+/\d{2}", match[2])
    )


def published_at(text: str) -> dt.datetime:
    """Read a date-time group such as ``301752Z DEC 2010``.

    Raises:
        InputError: it is none.
    """
    match = _GROUP.match(text.strip().upper())
    if match is None or match[5] is None:
        raise InputError(f"a date-time group such as 301752Z DEC 2010 is wanted, got {text!r}")
    year = int(match[5]) + (2000 if len(match[5]) == 2 else 0)
    try:
        return dt.datetime(
            year, MONTHS[match[4]], int(match[1]), int(match[2]), int(match[3]), tzinfo=dt.UTC
        )
    except ValueError as error:
        raise InputError(f"{text.strip()!r} is no time: {error}") from None


def _areas(
    paragraph: str, published: dt.datetime, until: dt.datetime | None
) -> list[tuple[str, Schedule, Shape]]:
    """Give name, times and ground of each area of a paragraph.

    What stands ahead of the letters holds for all; a part that brings its own times or its own
    kind of shape overrules it.
    """
    head, parts = _parts(paragraph)
    head_times, head_place = _divided(head)
    read = []
    for part in parts:
        first = coordinates(part.text)
        if not first:
            head_times, head_place = _heading(part, head_times, head_place)
            continue
        # The words of the shape end where the positions begin.
        lead, positions = part.text[: first[0].start], part.text[first[0].start : first[-1].end]
        own_times, own_place = _divided(lead)
        times = _times(head_times, own_times)
        # WITHIN: A. 20 MILES OF ...: the head begins a phrase that each part ends.
        place = own_place or f"{head_place.rstrip(': ')} {lead}"
        read.append((part.name, schedule(times, published, until), shape(place, positions)))
    return read


def _parts(paragraph: str) -> tuple[str, list[_Part]]:
    found: list[re.Match[str]] = []
    for match in _LETTER.finditer(paragraph):
        if match[1] == chr(ord("A") + len(found)):
            found.append(match)
    if not found:
        return "", [_Part("", paragraph)]
    ends = [match.start() for match in found[1:]] + [len(paragraph)]
    parts = [
        _Part(match[1], paragraph[match.end() : end].strip())
        for match, end in zip(found, ends, strict=True)
    ]
    return paragraph[: found[0].start()].strip(), parts


def _divided(words: str) -> tuple[str, str]:
    """Part the words ahead of positions into those of time and those of place."""
    match = _PLACE.search(words)
    return (words, "") if match is None else (words[: match.start()], words[match.start() :])


def _heading(part: _Part, times: str, place: str) -> tuple[str, str]:
    """Take a lettered part without positions for what it says to the parts that follow."""
    own_times, own_place = _divided(part.text)
    return _times(times, own_times), own_place or place


def _times(head: str, own: str) -> str:
    """Join the times of the head with a part's own, which say days, hours, both or neither."""
    own = re.sub(r"[\d.]+ (?:MILES?|METERS?|YARDS?)", " ", own)
    bare = re.sub(r"\d{6}Z?", " ", own)
    has_hours = re.search(r"\b\d{4}Z?\b|SUNRISE", bare) is not None
    has_days = re.search(r"\b\d{1,2}\b|UNTIL", bare) is not None
    if bare != own or (has_hours and has_days):
        return own
    if has_hours:  # 20 SEP THRU 20 OCT: A. 1638Z TO 2332Z
        return f"{own} {head}"
    return f"{head} {own}"


def _end(words: str, published: dt.datetime) -> dt.datetime | None:
    """Read when the warning itself ends; None where it does not say."""
    match = _ENDS.search(words)
    if match is None:
        return None
    text = match[1]
    group = _GROUP.match(text + " ") or _GROUP.match(f"{text} {published.year}")
    if group is None:
        return None
    for year in (int(group[5]) + 2000,) if group[5] else (published.year, published.year + 1):
        try:
            end = published_at(f"{text[:6]}Z {group[4]} {year}")
        except InputError:
            return None
        if end >= published:
            return end
    return None


def _kind(words: str) -> NoticeKind:
    return next((kind for pattern, kind in _KINDS if re.search(pattern, words)), "other")


def _instant(at: dt.datetime) -> Instant:
    return instant_from_utc(at.strftime("%Y-%m-%dT%H:%M:%SZ"))
