"""NOTAMs in the format of ICAO Annex 15: dangerous areas announced to aircraft.

    (C1744/15 NOTAMN
    Q) LLLL/QRPCA/IV/BO/W/000/043/3310N03543E001
    A) LLLL B) 1508201907 C) 1511271907EST
    D) DAILY 0300-1700
    E) PROHIBITED AREA ACTIVATED PSN 3310N03543E RADIUS 500MTR UP TO FL043
    F) SFC G) FL043)

Item Q holds what it is about (its second and third letters: R airspace restrictions, W
warnings, WM firings) and a circle that holds all of it, in nautical miles; B and C say from when
to when, D the hours, E is the text. The area is taken from E, where it gives circles or corners;
else from Q, for restrictions and warnings only. All other subjects (a runway, a crane) announce
no dangerous area: they are read, and have none.

Read widely: hours other than the same ones every day are not taken out of B to C.
"""

import datetime as dt
import re
from itertools import zip_longest

from launchwatch.errors import InputError
from launchwatch.messages.fallarea import Polygon
from launchwatch.messages.notice import AnnouncedArea, Notice, NoticeKind, Window
from launchwatch.messages.packet import Mode
from launchwatch.sensors.notices.positions import Point, points
from launchwatch.sensors.notices.schedules import Span, joined
from launchwatch.sensors.notices.shapes import NAUTICAL_MILE, circle, polygon
from launchwatch.timescale import Instant, instant_from_utc

LONGEST_TEXT = 20_000
"""Characters; a NOTAM has at most some 2,000, a checklist more."""

PERMANENT = dt.timedelta(days=36_525)
"""How long PERM is taken to last: a century."""

HEADER = re.compile(r"\(? ?\b([A-Z]\d{4}/\d{2}) ?NOTAM([NRC])(?: ([A-Z]\d{4}/\d{2}))?")
"""Number, kind (new, replacing, cancelling) and what it replaces or cancels."""

_ITEM = re.compile(r"(?:^|(?<=\s))([QABCDEFG])\) ?")
_QUALIFIER = re.compile(
    r"[A-Z]{4} ?/ ?Q([A-Z]{2})([A-Z]{2})(?: ?/[^/]*){3} ?/ ?(\d{3}) ?/ ?(\d{3}) ?/ ?"
    r"(\d{4}[NS]\d{5}[EW])(\d{3})"
)
_DAILY = re.compile(r"(?:DAILY )?((?:\d{4} ?- ?\d{4}(?: |$))+)$")
_RADIUS = re.compile(
    r"(?:(?:WI|WITHIN) (?:AN? )?(?P<before>[\d.]+) ?(?P<unit>NM|KM|M|MTR)\b ?(?:RADIUS|OF)"
    r"|RADIUS (?:OF )?(?P<behind>[\d.]+) ?(?P<other>NM|KM|MTR|M)\b)"
)
_BOUND = re.compile(r"\b(?:BOUND|AREA|JOINING|LIMITS)")
_CLOSED = re.compile(r"\bAREAS? (?:WI|WITHIN)\b.*\bRADIUS\b.*\bCLSD\b")
"""An area closed to flights is dangerous whatever its subject is called."""

_METRES = {"NM": NAUTICAL_MILE, "KM": 1000.0, "M": 1.0, "MTR": 1.0}


def parse(text: str, *, mode: Mode) -> Notice:
    """Read one NOTAM.

    Raises:
        InputError: its form, times or area cannot be read; says which item and why.
    """
    if len(text) > LONGEST_TEXT:
        raise InputError(f"a NOTAM has at most {LONGEST_TEXT:,} characters, got {len(text):,}")
    words = " ".join(text.upper().split())
    header = HEADER.search(words)
    if header is None:
        raise InputError(f"a NOTAM begins with its number, as A0069/08 NOTAMN; got {words[:40]!r}")
    items = _items(words[header.end() :].removesuffix(")"))
    start, end, remarks = _from_to(items)
    subject, whole = _qualifier(items)
    areas: tuple[AnnouncedArea, ...] = ()
    if (subject[0] in "RW" or _CLOSED.search(items["E"])) and header[2] != "C":
        spans, widened = _spans(items.get("D", ""), start, end)
        windows = tuple(Window(start=_instant(a), end=_instant(b)) for a, b in spans)
        grounds, more = _grounds(items.get("E", ""), whole)
        remarks = (*remarks, *widened, *more)
        areas = tuple(
            AnnouncedArea(name=name, polygons=ground, windows=windows) for name, ground in grounds
        )
    return Notice(
        reference=header[1],
        format="notam",
        issued=_instant(start),
        mode=mode,
        kind=_kind(subject, items.get("E", "")),
        areas=areas,
        cancels=(header[3],) if header[3] else (),
        remarks=remarks,
        text=text,
    )


def _items(words: str) -> dict[str, str]:
    """Part a NOTAM at its lettered items, which come in the order of the alphabet after Q."""
    found: list[re.Match[str]] = []
    order = "QABCDEFG"
    for match in _ITEM.finditer(words):
        if not found or order.index(match[1]) > order.index(found[-1][1]):
            found.append(match)
    items = {
        match[1]: words[match.end() : following.start() if following else len(words)].strip()
        for match, following in zip_longest(found, found[1:])
    }
    for name, meaning in (("Q", "qualifiers"), ("B", "its begin"), ("E", "its text")):
        if not items.get(name):
            raise InputError(f"item {name}), {meaning}, is missing")
    return items


def _qualifier(items: dict[str, str]) -> tuple[str, tuple[Point, float] | None]:
    """Give the two letters of the subject and the circle that holds all, in metres."""
    match = _QUALIFIER.match(items["Q"])
    if match is None:
        code = re.match(r"[A-Z]{4} ?/ ?Q([A-Z]{2})", items["Q"])
        if code is None:
            raise InputError(f"item Q) needs place, code and circle, got {items['Q'][:60]!r}")
        return code[1], None
    (centre,) = points(match[5])
    radius = float(match[6]) * NAUTICAL_MILE
    # 999 stands for "everywhere": no circle.
    return match[1], None if match[6] in ("000", "999") else (centre, radius)


def _from_to(items: dict[str, str]) -> tuple[dt.datetime, dt.datetime, tuple[str, ...]]:
    start = _time("B", items["B"])
    until = items.get("C", "PERM")
    if until.startswith(("PERM", "UFN")):
        return start, start + PERMANENT, ()
    end = _time("C", until)
    if end <= start:
        raise InputError(f"item C) must be later than B), got {until} after {items['B']}")
    return start, end, ("its end is estimated",) if "EST" in until else ()


def _time(item: str, text: str) -> dt.datetime:
    digits = text[:10]
    if not (len(digits) == 10 and digits.isdigit()):
        raise InputError(f"item {item}) wants ten digits, as 1508201907, got {text[:20]!r}")
    # Two digits of a year: those from 70 on are of the last century.
    century = "19" if digits >= "70" else "20"
    try:
        return dt.datetime.strptime(century + digits, "%Y%m%d%H%M").replace(tzinfo=dt.UTC)
    except ValueError:
        raise InputError(f"item {item}) is no time: {digits}") from None


def _spans(hours: str, start: dt.datetime, end: dt.datetime) -> tuple[list[Span], tuple[str, ...]]:
    """Give the windows between begin and end: the same hours every day, or all of it."""
    if not hours:
        return [(start, end)], ()
    match = _DAILY.fullmatch(hours)
    if match is None or end - start > dt.timedelta(days=400):
        return [(start, end)], ("the hours of item D) are not taken out",)
    spans = []
    # From the day before: its last hours may run past midnight.
    day = start.replace(hour=0, minute=0) - dt.timedelta(days=1)
    while day <= end:
        for first, last in re.findall(r"(\d{4}) ?- ?(\d{4})", match[1]):
            begins, ends = day + _minutes(first), day + _minutes(last)
            if ends <= begins:
                ends += dt.timedelta(days=1)
            if begins < end and ends > start:
                spans.append((max(begins, start), min(ends, end)))
        day += dt.timedelta(days=1)
    if not spans:
        raise InputError(f"no hours of item D) lie between B) and C): {hours!r}")
    return joined(spans), ()


def _minutes(digits: str) -> dt.timedelta:
    if int(digits) > 2400 or int(digits[2:]) >= 60:
        raise InputError(f"an hour must lie in 0000..2400, got {digits}")
    return dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))


def _grounds(
    text: str, whole: tuple[Point, float] | None
) -> tuple[list[tuple[str, tuple[Polygon, ...]]], tuple[str, ...]]:
    """Give the areas of the text, with a number each if there are several; else that of item Q."""
    found = points(text)
    radius = _RADIUS.search(text)
    if radius and found:
        number, unit = radius["before"] or radius["behind"], radius["unit"] or radius["other"]
        metres = float(number) * _METRES[unit]
        named = len(found) > 1
        return [
            (str(n) if named else "", circle(point.latitude, point.longitude, metres))
            for n, point in enumerate(found, 1)
        ], ()
    if len(found) >= 3 and _BOUND.search(text):
        shape = polygon(found)
        return [("", shape.polygons)], shape.remarks
    if whole is None:
        raise InputError("neither the text nor item Q) says how large the area is")
    centre, metres = whole
    ground = circle(centre.latitude, centre.longitude, metres)
    return [("", ground)], ("the area is the circle of item Q), which holds it",)


def _kind(subject: str, text: str) -> NoticeKind:
    if re.search(r"ROCKET|SPACE ?CRAFT|SATELLITE|LAUNCH VEHICLE", text):
        return "rocket"
    if re.search(r"DEBRIS|RE-?ENTRY", text):
        return "space-debris"
    if "MISSILE" in text:
        return "missile"
    return "hazardous-operations" if subject[0] in "RW" else "other"


def _instant(at: dt.datetime) -> Instant:
    return instant_from_utc(at.strftime("%Y-%m-%dT%H:%M:%SZ"))
