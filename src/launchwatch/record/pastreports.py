"""A launch of the record as reports, so that it can be reconciled and flown like any other.

The record's own row is one report, each statement about the launch another, with who made it. What
nobody said is not put into anybody's mouth: how far a launch went whose range is missing comes from
others of its family or class, and stands in `PastReports.assumed`.
"""

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from msgspec.structs import replace

from launchwatch.errors import InputError
from launchwatch.messages.claim import Claim, ClaimKind
from launchwatch.messages.reconciled import Report
from launchwatch.record.history import (
    REAL,
    History,
    OfficialStatement,
    PastLaunch,
    statements_on,
    verdicts_on,
)
from launchwatch.record.reading import read
from launchwatch.record.reading.places import spots

RECORD = "the launch record"

TOWN_KM = 20.0
"""How far around a place without a radius of its own a launch may have been; `TOLD_KM`, where its
text was at hand and names a site: the record's positions are good to the place, not the pad."""
TOLD_KM = 5.0

_NEAR_DEG = 0.3
"""A gazetteer's place of the same name is the same one within this."""

_FEWEST = 3
"""Launches of a family with a range before the family stands for one without."""
_CLASSES = {
    "SLV": "space-launch", "CRBM": "close-range", "SRBM": "short-range", "MRBM": "medium-range",
    "IRBM": "intermediate-range", "ICBM": "intercontinental", "SLBM": "",
    "hypersonic glide": "glide", "hypersonic manoeuvring": "quasi-ballistic",
}  # fmt: skip
_SPEAKERS = (
    (r"Minister", "Japan's defense minister"),
    (r"Japan(?:'s)? (?:MoD|Ministry of Defen[cs]e)", "Japan's Ministry of Defense"),
    (r"Japanese government", "Japan's government"),
)
_KNOWN_VERDICTS = {
    "inside": "inside", "outside": "outside", "not_reached": "outside", "near": "near",
    "near_outside": "outside", "possible_inside": "possible_inside", "split": "split",
    "archipelagic_waters": "inside",
}  # fmt: skip


class PastReports(NamedTuple):
    """Reports of one launch of the record, and what had to be assumed for want of one."""

    launch: PastLaunch
    reports: tuple[Report, ...]
    assumed: tuple[str, ...]


def launch_named(history: History, name: str) -> tuple[PastLaunch, tuple[PastLaunch, ...]]:
    """Give the launch of an identifier or of a day, and the others of that day.

    Of a day's launches the first with a stated range is taken, else the first.

    Raises:
        InputError: the record has none of that name; says what it has near it.
    """
    rows = [one for one in history.launches if one.mode in REAL]
    found = [one for one in rows if one.launch_id.casefold() == name.casefold()]
    if not found and re.fullmatch(r"\d{4}-\d\d-\d\d", name):
        found = [one for one in rows if one.date.isoformat() == name]
    if not found:
        near = [one.launch_id for one in rows if name[:7] in one.launch_id][:6]
        there = f"near it are {', '.join(near)}" if near else "`launchwatch history` lists them"
        raise InputError(
            f"the record has no launch {name[:60]!r}: a day such as 2022-11-18 or an identifier "
            f"such as PRK-2022-11-18-1 is wanted; {there}"
        )
    chosen = next((one for one in found if one.range_km is not None), found[0])
    others = [one for one in rows if one.date == chosen.date and one is not chosen]
    return chosen, tuple(others)


def reports_of(history: History, launch: PastLaunch) -> PastReports:
    """Give what the record holds of a launch as reports.

    Raises:
        InputError: nobody said from where, or the launch failed and nobody said how far it flew.
    """
    if launch.latitude_deg is None or launch.longitude_deg is None:
        raise InputError(f"{launch.launch_id}: nobody said from where it was launched")
    own = [
        *_when(launch.date, f"{launch.time:%H:%M}" if launch.time else "", launch.utc_offset),
        _claim("launch_place", launch.place, value=place_of(launch)),
        *_figures(launch.range_km, launch.apogee_km),
    ]
    kind = _CLASSES.get(launch.launch_class, "")
    if kind:
        own.append(_claim("class", launch.launch_class, value=kind))
    reports = [Report(name=RECORD, claims=tuple(own))]
    last = verdicts_on(history, launch)
    told = [
        _told(number, one, launch, is_last=one in last)
        for number, one in enumerate(statements_on(history, launch), 1)
    ]
    reports += [one for one in told if one.claims]
    if not any(claim.kind == "fall_place" for one in reports for claim in one.claims):
        reports[0] = replace(reports[0], claims=(*reports[0].claims, *_fall(launch)))
    assumed: tuple[str, ...] = ()
    if not _says_how_far(reports):
        if launch.outcome == "failure":
            raise InputError(
                f"{launch.launch_id}: it failed, and nobody said how far it flew or where it fell"
            )
        claims, sentence = _as_others(history, launch)
        reports.append(Report(name="others of its kind", claims=claims))
        assumed = (sentence,)
    return PastReports(launch, tuple(reports), assumed)


def place_of(launch: PastLaunch) -> dict[str, Any]:
    """Give the launch place as claims have one: a position with the radius that it is good to."""
    return {
        "name": launch.place or "a place without a name", "country": launch.country,
        "latitude_deg": launch.latitude_deg, "longitude_deg": launch.longitude_deg,
        "radius_km": place_radius_km(launch),
    }  # fmt: skip


def place_radius_km(launch: PastLaunch) -> float:
    """Give how far from its stated place a launch may have been, km: a radius that holds it."""
    if {"place", "latitude_deg", "longitude_deg"} & set(launch.unverified):
        return TOWN_KM
    if "general" in launch.sources:
        return TOWN_KM
    for spot in spots(launch.place, "en"):
        near = spot.place
        if (
            near is not None
            and near.latitude_deg is not None
            and near.longitude_deg is not None
            and abs(near.latitude_deg - (launch.latitude_deg or 0.0)) < _NEAR_DEG
            and abs(near.longitude_deg - (launch.longitude_deg or 0.0)) < _NEAR_DEG
        ):
            return max(TOLD_KM, near.radius_km)
    return TOLD_KM


def _claim(kind: ClaimKind, text: str, *, value: Any, unit: str = "", qualifier: str = "") -> Claim:
    return Claim(
        kind=kind, value=value, unit=unit, text=text, start=0, end=len(text), qualifier=qualifier
    )


def _when(day: dt.date, time: str, offset: str) -> list[Claim]:
    made = [_claim("launch_date", day.isoformat(), value=day.isoformat())]
    if time:
        made.append(_claim("launch_time", time, value=time, unit=offset))
    return made


def _figures(reach: float | None, height: float | None) -> list[Claim]:
    named: tuple[tuple[ClaimKind, float | None], ...] = (("range", reach), ("apogee", height))
    return [
        _claim(kind, f"{value:g} km", value=float(value), unit="km")
        for kind, value in named
        if value is not None and value > 0.0
    ]


def _fall(launch: PastLaunch) -> list[Claim]:
    if launch.fall_latitude_deg is None or launch.fall_longitude_deg is None:
        return []
    where = {
        "name": launch.fall_area or "where it fell", "latitude_deg": launch.fall_latitude_deg,
        "longitude_deg": launch.fall_longitude_deg,
        "radius_km": launch.fall_radius_km or 3.0 * TOWN_KM,
    }  # fmt: skip
    return [_claim("fall_place", launch.fall_area, value=where)]


def _told(number: int, one: OfficialStatement, launch: PastLaunch, *, is_last: bool) -> Report:
    """Give one statement as a report: what of it is of this launch."""
    speaker = next((name for words, name in _SPEAKERS if re.search(words, one.speaker)), "")
    source = speaker or one.speaker.removeprefix("as reported by ")
    at = _index(one, launch)
    times = [part.strip() for part in one.times.split(";")]
    time = times[at] if at < len(times) and re.fullmatch(r"\d\d:\d\d", times[at]) else ""
    claims = _when(one.date, time, one.utc_offset) if one.date == launch.date else []
    claims += _figures(_nth(one.range_km, at), _nth(one.apogee_km, at))
    # Forecasts are left out, and first words that later ones replaced.
    if one.fall_as_stated and (is_last or not one.verdict) and one.stage != "in-flight":
        claims += _read_fall(one.fall_as_stated)
    verdict = _KNOWN_VERDICTS.get(one.verdict, "")
    if verdict and is_last:
        value = {"zone": one.zone, "verdict": verdict}
        claims.append(_claim("zone_verdict", one.verdict, value=value))
    claims = [replace(claim, source=source) for claim in claims]
    return Report(name=f"{one.source} ({number})", claims=tuple(claims), by=speaker,
                  published=one.stated or one.date.isoformat())  # fmt: skip


def _read_fall(words: str) -> list[Claim]:
    """Read where it fell from a statement's words: so far, in a direction, from a named place.

    "East of the Korean Peninsula" says less than the range does, and is left out.
    """
    claims = read(f"It fell in the {words}.")
    return [
        one
        for one in claims
        if one.kind == "fall_place" and one.value.get("distance_km") and "from" in one.value
    ]


def _index(one: OfficialStatement, launch: PastLaunch) -> int:
    """Give which of a statement's launches is meant: the one nearest in time."""
    stated = [re.search(r"(\d\d):(\d\d)", part) for part in one.times.split(";")]
    if launch.time is None or not all(stated):
        return 0
    at = launch.time.hour * 60 + launch.time.minute
    apart = [abs(60 * int(found[1]) + int(found[2]) - at) for found in stated if found]
    return apart.index(min(apart))


def _nth(figures: str, at: int) -> float | None:
    """Give one of "350;300", "100-200": the n-th, the middle of an interval, or the only one."""
    parts = [part.strip() for part in figures.split(";")]
    if at >= len(parts) and len(parts) > 1:
        return None
    numbers = [
        float(found) for found in re.findall(r"\d+(?:\.\d+)?", parts[min(at, len(parts) - 1)])
    ]
    return sum(numbers) / len(numbers) if numbers else None


def _says_how_far(reports: Sequence[Report]) -> bool:
    return any(claim.kind in ("range", "fall_place") for one in reports for claim in one.claims)


def _as_others(history: History, launch: PastLaunch) -> tuple[tuple[Claim, ...], str]:
    """Give a range between those that others of its family, or class, flew.

    Raises:
        InputError: neither is known, or none of them has a range.
    """
    for column, name in (("family", launch.family), ("launch_class", launch.launch_class)):
        flown = [
            one.range_km
            for one in history.launches
            if name and getattr(one, column) == name and one.range_km and one.outcome != "failure"
        ]
        if len(flown) >= _FEWEST:
            low, high = (float(v) for v in np.quantile(flown, (0.05, 0.95)))
            low, high = round(0.95 * low, -1), round(1.05 * high, -1)
            claims = tuple(
                _claim("range", f"{value:g} km", value=value, unit="km", qualifier=qualifier)
                for value, qualifier in ((low, "from"), (high, "to"))
            )
            return claims, (
                f"nobody said how far it flew: drawn between {low:g} and {high:g} km, as "
                f"{len(flown)} others of {name} in the record did"
            )
    raise InputError(
        f"{launch.launch_id}: nobody said how far it flew, where it fell or of what kind it was"
    )
