"""What was seen beside what was said in public, and beside the truth where there is one.

Nothing is scored: the reader sees the words and the numbers next to one another, each
number with its doubt. Only one question is answered, because it has an answer: does the
last 95 % region hold the place where it really fell?
"""

import math
from collections.abc import Sequence

import shapely
from msgspec import Struct
from msgspec.structs import replace
from pyproj import Geod

from launchwatch.edge.chronicle import Chronicle, Truth
from launchwatch.edge.phrasing import clock_time, distance, position, share, with_sigma
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.report import LaunchSummary
from launchwatch.timescale import seconds_between

_GEOD = Geod(ellps="WGS84")

NOT_OURS = "not ours to say"
"""What stands beside a public statement about something that no sensor here measures."""

_NAMES = {
    "launch_time": "launch time",
    "launch_place": "launch place",
    "class": "class",
    "type": "type",
    "range": "range",
    "apogee": "apogee",
    "flight_time": "flight time",
    "fall_time": "fall time",
    "fall_place": "fall place",
    "zone_verdict": "zone",
    "damage": "damage",
    "context": "context",
}


class PublicFact(Struct, frozen=True, kw_only=True):
    """One thing that was publicly reported: what about, in whose words."""

    kind: str
    text: str
    said_by: str


class Row(Struct, frozen=True, kw_only=True):
    """One line of the comparison; what is not known is empty."""

    subject: str
    seen: str
    reported: str = ""
    said_by: str = ""
    truth: str = ""


def compare(
    chronicle: Chronicle, facts: tuple[PublicFact, ...], truth: Truth | None
) -> tuple[Row, ...]:
    """Give what was seen, what was reported and what was true, subject by subject."""
    seen = _seen(chronicle)
    true = _true(truth, chronicle)
    rows: list[Row] = []
    kinds = dict.fromkeys((*(fact.kind for fact in facts), *(k for k in _NAMES if k in seen)))
    order = [kind for kind in _NAMES if kind in kinds] + [k for k in kinds if k not in _NAMES]
    for kind in order:
        said = [fact for fact in facts if fact.kind == kind]
        name = _NAMES.get(kind, kind.replace("_", " "))
        if not said and kind not in seen:
            continue
        row = Row(subject=name, seen=seen.get(kind, NOT_OURS), truth=true.get(kind, ""))
        rows += [replace(row, reported=fact.text, said_by=fact.said_by) for fact in said] or [row]
    return tuple(rows)


def truth_verdict(chronicle: Chronicle, truth: Truth | None) -> str:
    """Say in a sentence whether the last 95 % region holds the true fall point."""
    areas = chronicle.main_fall_areas()
    if truth is None or not areas:
        return ""
    last = areas[-1]
    miss = _GEOD.inv(
        last.longitude_deg, last.latitude_deg, truth.fall_longitude_deg, truth.fall_latitude_deg
    )[2]
    said = "lies inside" if holds(last, truth) else "lies OUTSIDE"
    early = next((each for each in areas if holds(each, truth)), None)
    count = sum(holds(each, truth) for each in areas)
    text = (
        f"The true fall point {said} the last 95 % region, {distance(float(miss))} from its "
        f"middle; so it did in {count} of {len(areas)} revisions"
    )
    first = chronicle.first_plot()
    if early is not None and first is not None:
        text += f", first {seconds_between(first, early.time):.0f} s after the first plot"
    return text + "."


def truth_of(launch: LaunchStatement | None, truths: Sequence[Truth]) -> Truth | None:
    """Give the true flight that a launch is: the nearest in launch place and time.

    A second counts as a kilometre: some sigma of either.
    """

    def apart(truth: Truth) -> float:
        if launch is None:
            return 0.0
        metres = _GEOD.inv(
            launch.longitude_deg,
            launch.latitude_deg,
            truth.launch_longitude_deg,
            truth.launch_latitude_deg,
        )[2]
        seconds = seconds_between(launch.launch_time, truth.launch_time)
        return math.hypot(float(metres) / 1e3, seconds)

    return min(truths, key=apart, default=None)


def holds(area: FallArea, truth: Truth) -> bool:
    """Does a 95 % region hold the true fall point?"""
    point = shapely.Point(truth.fall_longitude_deg, truth.fall_latitude_deg)
    return any(
        shapely.Polygon(rings[0], rings[1:]).covers(point)
        for rings in area.region_95
        if rings and len(rings[0]) > 3
    )


def _seen(chronicle: Chronicle) -> dict[str, str]:
    told = chronicle.main_summary()
    launch = chronicle.main_launch()
    if told is None or launch is None:
        return {}
    ellipse = launch.position_ellipse_95
    seen = {
        "launch_time": f"{clock_time(told.launch_time)} ± {told.launch_time_sigma_s:.1f} s",
        "launch_place": f"{position(told.latitude_deg, told.longitude_deg)}, 95 % within "
        f"{distance(ellipse.semi_major_m)} by {distance(ellipse.semi_minor_m)}",
        "class": f"{told.family}, {share(told.family_probability)}",
    }
    seen |= _measured(told)
    if told.zones:
        most = max(told.zones, key=lambda zone: zone.probability)
        japan = sum(z.probability for z in told.zones if z.zone.startswith("JPN-"))
        seen["zone_verdict"] = (
            f"{most.zone} {share(most.probability)}; in Japan's zones {share(japan)}"
        )
    return seen


def _measured(told: LaunchSummary) -> dict[str, str]:
    seen = {}
    for kind, value, sigma, unit in (
        ("range", told.range_km, told.range_km_sigma, "km"),
        ("apogee", told.apogee_km, told.apogee_km_sigma, "km"),
        ("flight_time", told.flight_time_s, told.flight_time_s_sigma, "s"),
    ):
        if value is not None and sigma is not None:
            seen[kind] = with_sigma(value, sigma, unit, most=1)
    if told.fall_time is not None and told.fall_time_sigma_s is not None:
        seen["fall_time"] = f"{clock_time(told.fall_time)} ± {told.fall_time_sigma_s:.1f} s"
    if told.fall_latitude_deg is not None and told.fall_longitude_deg is not None:
        seen["fall_place"] = position(told.fall_latitude_deg, told.fall_longitude_deg)
    return seen


def _true(truth: Truth | None, chronicle: Chronicle) -> dict[str, str]:
    if truth is None:
        return {}
    flown = _GEOD.inv(
        truth.launch_longitude_deg,
        truth.launch_latitude_deg,
        truth.fall_longitude_deg,
        truth.fall_latitude_deg,
    )[2]
    areas = chronicle.main_fall_areas()
    place = position(truth.fall_latitude_deg, truth.fall_longitude_deg)
    if areas:
        place += ", inside" if holds(areas[-1], truth) else ", OUTSIDE"
        place += " the 95 % region"
    true = {
        "launch_time": clock_time(truth.launch_time, 1),
        "launch_place": position(truth.launch_latitude_deg, truth.launch_longitude_deg),
        "range": f"{flown / 1e3:.1f} km",
        "flight_time": f"{seconds_between(truth.launch_time, truth.fall_time):.1f} s",
        "fall_time": clock_time(truth.fall_time, 1),
        "fall_place": place,
    }
    if truth.path:
        true["apogee"] = f"{max(point[2] for point in truth.path) / 1e3:.1f} km"
    return true
