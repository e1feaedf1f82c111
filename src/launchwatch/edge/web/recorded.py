"""The launch record as the map lists it: one object a launch, with its words."""

from functools import cache
from typing import Any

from launchwatch.edge.historystore import history
from launchwatch.errors import InputError
from launchwatch.record.history import REAL, History, PastLaunch, statements_on
from launchwatch.record.pastreports import place_radius_km, reports_of


@cache
def recorded() -> dict[str, Any]:
    """Give every launch of the record, oldest first, as plain values for JSON.

    ``from`` and ``to`` are longitude and latitude, null where nobody stated them, ``from_km`` and
    ``to_km`` radii around them that hold where it was, as far as was stated; ``zones`` hold the
    verdicts that somebody published, with the zone; ``flies`` says whether enough is known of it
    to fly it again, ``why_not`` what is missing.
    """
    kept = history()
    return {"launches": [_row(kept, each) for each in kept.launches]}


def is_recorded(launch_id: str) -> bool:
    """Say whether the record has a launch of that identifier."""
    return any(each["id"] == launch_id for each in recorded()["launches"])


def _row(kept: History, launch: PastLaunch) -> dict[str, Any]:
    said = statements_on(kept, launch)
    why_not = _why_not(kept, launch)
    start = _place(launch.longitude_deg, launch.latitude_deg)
    end = _place(launch.fall_longitude_deg, launch.fall_latitude_deg)
    day = launch.date.isoformat()
    verdicts = dict.fromkeys(f"{one.zone}: {one.verdict}" for one in said if one.verdict)
    return {
        "id": launch.launch_id,
        "date": day if launch.date_precision == "day" else day[:7],
        "site": launch.place,
        "family": launch.family or launch.launch_class,
        "zones": list(verdicts),
        "from": start,
        "from_km": place_radius_km(launch) if start else None,
        "to": end,
        "to_km": launch.fall_radius_km or _UNSAID_KM if end else None,
        "text": _text(launch),
        "mode": launch.mode,
        "flies": not why_not,
        "why_not": why_not,
    }


_UNSAID_KM = 60.0
"""Around a fall of an imported record that says nothing of its doubt: what most of those off Japan
in the shipped one have, whose statements say "about 250 km west of Oga"."""


def _why_not(kept: History, launch: PastLaunch) -> str:
    """Say why a launch cannot be flown again; empty where it can."""
    if launch.mode not in REAL:
        return "what a watch of ours saw is replayed from its journal"
    if launch.launch_class == "SLV":
        return "it was to put something into space: no ballistic flight fits it"
    try:
        reports_of(kept, launch)
    except InputError as error:
        return str(error).removeprefix(f"{launch.launch_id}: ")
    return ""


def _place(longitude_deg: float | None, latitude_deg: float | None) -> list[float] | None:
    if longitude_deg is None or latitude_deg is None:
        return None
    return [longitude_deg, latitude_deg]


def _text(launch: PastLaunch) -> str:
    """Say what is stated of a launch, and what of it is unverified."""
    parts = []
    if launch.time is not None:
        parts.append(f"{launch.time:%H:%M} (UTC{launch.utc_offset})")
    if launch.number is None or launch.number > 1 or launch.number_qualifier:
        parts.append(f"{launch.number_qualifier} {launch.number or 'several'}".strip())
    for name, value in (("range", launch.range_km), ("apogee", launch.apogee_km)):
        if value is not None:
            parts.append(f"{name} {value:,.0f} km")
    parts += [part for part in (launch.fall_area, launch.outcome, launch.note) if part]
    if launch.unverified:
        parts.append(f"unverified: {', '.join(launch.unverified)}")
    return "; ".join(parts)
