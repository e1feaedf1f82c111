"""Hold the claims of a report against each other, and say what does not fit.

Nothing is corrected. A claim that is only a coarser or partial form of another becomes context;
where two contradict each other, both stay and both say so.
"""

import datetime as dt
import re
from bisect import bisect_right
from math import acos, sqrt

from msgspec.structs import replace

from launchwatch.messages.claim import Claim
from launchwatch.record.reading.dates import OF_SAYING
from launchwatch.record.reading.text import Sentence

HALF_HOUR = dt.date(2015, 8, 15), dt.date(2018, 5, 5)
"""From and to (first day again at UTC+9): North Korea's clocks at UTC+8:30, by its own decrees."""


def doubted(
    claims: list[Claim], text: str, spans: list[Sentence], published: dt.date | None
) -> list[Claim]:
    """Give the claims with their doubts."""
    claims = _date_of_launch(claims, text)
    claims = _beside_other_dates(claims, spans)
    claims = _numbers_of_launch(claims)
    claims = _finer_times(claims)
    claims = [_circled(one, text) for one in claims]
    claims = [_half_hour(one, claims, text, published) for one in claims]
    return _contradictions(claims)


def _with(claim: Claim, doubt: str) -> Claim:
    if not doubt or doubt in claim.doubt:
        return claim
    return replace(claim, doubt="; ".join(filter(None, [claim.doubt, doubt])))


def _context(claim: Claim, about: str, doubt: str) -> Claim:
    value = {"about": about, "value": claim.value}
    return _with(replace(claim, kind="context", value=value), doubt)


def _numbers_of_launch(claims: list[Claim]) -> list[Claim]:
    """Keep the count of the launch; one of several, and repetitions, are context."""
    counted = [one for one in claims if one.kind == "count"]
    plural = [one for one in counted if one.value is None or one.value > 1]
    kept: list[Claim] = []
    for one in counted:
        same = any(
            (each.value, each.source) == (one.value, one.source) or each.value == one.value
            for each in kept
        )
        if same or (one.value == 1 and plural):
            continue
        kept.append(one)
    drop = {id(one) for one in counted} - {id(one) for one in kept}
    return [
        _context(one, "count", "one of several, or a repetition") if id(one) in drop else one
        for one in claims
    ]


def _finer_times(claims: list[Claim]) -> list[Claim]:
    """Let "７時台" and "７時頃" be context where a list gives the minutes."""
    times = [one for one in claims if one.kind == "launch_time"]
    items = [one for one in times if one.item is not None]
    exact = items or [one for one in times if not one.value.endswith("h")]
    seen: set[tuple[str, int | None]] = set()
    result = []
    for one in claims:
        if one.kind == "launch_time":
            coarse = (
                bool(exact)
                and one not in exact
                and (one.value.endswith(("h", ":00")) or bool(items))
            )
            if coarse or (one.value, one.item) in seen:
                one = _context(one, "time", "given more exactly, or again, elsewhere")
            else:
                seen.add((one.value, one.item))
        result.append(one)
    return result


_LAUNCHED = re.compile(
    r"\b(?:fir(?:ed|es|ing)|launch\w*|test\w*|went up|lifted|blasted|took place|left)\b|"
    r"発射|撃[たちっ]|打ち上げ|"
    r"발사|쐈|쏜|쏘",
    re.IGNORECASE,
)
_HOUR = re.compile(r"\s*(?:午前|午後|오전|오후)?\s*\d{1,2}[時시]")
_BESIDE = 80
"""Characters on each side of a date within which a verb makes it that of the launch."""


def _date_of_launch(claims: list[Claim], text: str) -> list[Claim]:
    """Keep the date beside the launch, or the first; others are context, and say so.

    The date that the first launch verb stands beside wins: a text tells its own launch before
    those that it compares it with. Just after a speaker ("防衛省は6日") a date loses to any other.
    """
    dates = [one for one in claims if one.kind == "launch_date"]
    if len({one.value for one in dates}) < 2:
        return claims

    timed = any(_HOUR.match(text, one.end) for one in dates)

    def rank(one: Claim) -> tuple[bool, bool, int]:
        around = text[max(0, one.start - _BESIDE) : one.end + _BESIDE]
        told = OF_SAYING in one.doubt or (timed and not _HOUR.match(text, one.end))
        return told, _LAUNCHED.search(around) is None, one.start

    day = min(dates, key=rank).value
    day = max((one.value for one in dates if _may_be_same(one.value, day)), key=_said_of)
    return [
        _context(one, "date", f"another date than {day}, which is taken for the launch's")
        if one.kind == "launch_date" and not _may_be_same(one.value, day)
        else one
        for one in claims
    ]


def _said_of(day: str) -> int:
    """Give how much of a date is said: its digits."""
    return sum(one.isdigit() for one in day)


def _may_be_same(one: str, other: str) -> bool:
    """Say whether two dates can be of one day: "---18" and "2022-11-18"."""
    if not one or not other or not (one[-1].isdigit() and other[-1].isdigit()):
        return one == other
    short, long = sorted((one.lstrip("-"), other.lstrip("-")), key=len)
    return long.endswith(short)


def _is_before(one: str, other: str) -> bool:
    """Say whether a date is earlier than another, as far as what is said of both tells."""
    if not other[-1:].isdigit():
        # "Thursday ... On May 9": another launch. "Today" may well be the day that is named.
        return _said_of(one) == 8 or (_said_of(one) == 4 and other[:1].isupper())
    if min(_said_of(one), _said_of(other)) < 4:
        return _said_of(one) == _said_of(other) == 2 and one < other
    whole = _said_of(one) == _said_of(other) == 8
    return one < other if whole else one[-5:] < other[-5:]


def _beside_other_dates(claims: list[Claim], spans: list[Sentence]) -> list[Claim]:
    """Let figures beside an earlier date, in a sentence without the launch's, be context."""
    days = [one.value for one in claims if one.kind == "launch_date"]
    others = [
        one
        for one in claims
        if one.kind == "context" and one.value.get("about") == "date" and "value" in one.value
    ]
    if not days or not others:
        return claims
    result = []
    starts = [span.start for span in spans]
    for one in claims:
        sentence = spans[bisect_right(starts, one.start) - 1] if spans else None
        if sentence is not None and one.kind in _FIGURES:
            end = sentence.start + len(sentence.text)
            here = [d for d in others if sentence.start <= d.start < end]
            own = any(d.kind == "launch_date" and sentence.start <= d.start < end for d in claims)
            earlier = [
                d for d in here if all(_is_before(str(d.value["value"]), str(day)) for day in days)
            ]
            if earlier and not own:
                one = _context(one, one.kind, f"beside another date, {earlier[0].value['value']}")
        result.append(one)
    return result


_FIGURES = ("range", "apogee", "flight_time", "count", "launch_time", "zone_verdict")


def _circled(claim: Claim, text: str) -> Claim:
    before = text[claim.start - 1 : claim.start] if claim.start else ""
    if before and before in "①②③④⑤⑥⑦⑧⑨⑩" and claim.text[:1].isdigit():
        return _with(claim, f"{before} before it is the number of an item, not a digit of it")
    return claim


def _half_hour(claim: Claim, claims: list[Claim], text: str, published: dt.date | None) -> Claim:
    if claim.kind != "launch_time" or not re.search(r"North Korea|Pyongyang|北朝鮮|북한", text):
        return claim
    day = published
    for one in claims:
        if one.kind == "launch_date" and re.fullmatch(r"\d{4}-\d\d-\d\d", str(one.value)):
            day = dt.date.fromisoformat(one.value)
            break
    if day is None or not HALF_HOUR[0] <= day < HALF_HOUR[1]:
        return claim
    if claim.unit == "+08:30":
        return _with(claim, "UTC+8:30, as North Korea's clocks were then")
    if claim.unit:
        return claim
    return _with(
        claim, "North Korea's clocks were at UTC+8:30 then: local time may be half an hour off"
    )


def _contradictions(claims: list[Claim]) -> list[Claim]:
    claims = [_with(one, _disagreeing(one, claims)) for one in claims]
    return [_with(one, _swapped(one, claims)) for one in claims]


def _disagreeing(claim: Claim, claims: list[Claim]) -> str:
    """Say which other claim of the same kind says something else."""
    others = [one for one in claims if one.kind == claim.kind and one is not claim]
    if claim.kind in ("range", "apogee", "flight_time"):
        for one in others:
            if one.item != claim.item or one.qualifier in ("from", "to"):
                continue
            if abs(one.value - claim.value) > 0.05 * max(one.value, claim.value):
                return f"the text also says {one.value:g} {one.unit}" + _by(one)
    if claim.kind == "count":
        for one in others:
            if one.value != claim.value:
                return f"the text also says {one.text!r}" + _by(one)
    if claim.kind == "zone_verdict":
        for one in others:
            same = one.value["zone"] == claim.value["zone"]
            if same and one.value["verdict"] != claim.value["verdict"]:
                return f"the text also says {one.value['verdict']}" + _by(one)
    if claim.kind == "launch_place":
        for one in others:
            if _is_elsewhere(claim, one) or _is_elsewhere(one, claim):
                return f"the text also says {one.text!r}" + _by(one)
    return ""


def _by(claim: Claim) -> str:
    return f" ({claim.source})" if claim.source else ""


def _is_elsewhere(place: Claim, coast: Claim) -> bool:
    """Say whether a phrase for a coast cannot be where a place of North Korea is."""
    if (
        place.value.get("country") != "PRK"
        or "longitude_deg" not in place.value
        or "latitude_deg" in coast.value
    ):
        return False
    east = place.value["longitude_deg"]
    words = coast.text.lower()
    if "east coast" in words or "東岸" in words or "동해안" in words:
        return bool(east < 127.0)
    return bool("west coast" in words or "西岸" in words or "서해안" in words) and bool(
        east > 126.3
    )


def _swapped(claim: Claim, claims: list[Claim]) -> str:
    """Say whether range and height would fit the time of flight better the other way round."""
    if claim.kind not in ("range", "apogee"):
        return ""
    other = "apogee" if claim.kind == "range" else "range"
    beside = [one for one in claims if one.kind == other and one.item == claim.item]
    lasted = [one for one in claims if one.kind == "flight_time" and one.item == claim.item]
    if not beside or not lasted:
        return ""
    height, far = (
        (claim.value, beside[0].value) if claim.kind == "apogee" else (beside[0].value, claim.value)
    )
    minutes = lasted[0].value
    as_said, swapped = rise_and_fall(height) / minutes, rise_and_fall(far) / minutes
    if not 0.6 < as_said < 1.6:
        if 0.75 < swapped < 1.35:
            fits = f"{minutes:g} min of flight fit a height of {far:g} km"
            return f"range and height may be swapped: {fits}"
        return f"{minutes:g} min of flight do not fit a height of {height:g} km"
    return ""


def rise_and_fall(height_km: float) -> float:
    """Give the minutes from the ground to a height and back in free flight, straight up.

    A burning motor, air and a flight's slant are left out: short by a minute or two.
    Source: Kepler's radial ellipse; radius of the Earth 6,371 km, GM 398,600 km³/s².
    """
    low, high = 6371.0, 6371.0 + height_km
    x = low / high
    return 2.0 * (acos(sqrt(x)) + sqrt(x * (1.0 - x))) * sqrt(high**3 / (2.0 * 398600.0)) / 60.0
