"""The launch record as the map lists it: one object a launch, with its words."""

from functools import cache
from typing import Any

from launchwatch.edge.historystore import history
from launchwatch.record.history import OfficialStatement, PastLaunch, statements_on


@cache
def recorded() -> dict[str, Any]:
    """Give every launch of the record, oldest first, as plain values for JSON.

    ``from`` and ``to`` are longitude and latitude, null where nobody stated them; ``zones`` hold
    the verdicts that somebody published, with the zone.
    """
    kept = history()
    return {"launches": [_row(each, statements_on(kept, each)) for each in kept.launches]}


def _row(launch: PastLaunch, said: tuple[OfficialStatement, ...]) -> dict[str, Any]:
    day = launch.date.isoformat()
    verdicts = dict.fromkeys(f"{one.zone}: {one.verdict}" for one in said if one.verdict)
    return {
        "id": launch.launch_id,
        "date": day if launch.date_precision == "day" else day[:7],
        "site": launch.place,
        "family": launch.family or launch.launch_class,
        "zones": list(verdicts),
        "from": _place(launch.longitude_deg, launch.latitude_deg),
        "to": _place(launch.fall_longitude_deg, launch.fall_latitude_deg),
        "text": _text(launch),
    }


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
