"""What our own watches saw, as rows of the launch record.

From a watch's ``summary.json`` (`launchwatch replay`, `watch` and `demo` write it) or from its
archive. Every row keeps the mode of its watch, so that nothing simulated is ever counted with
what happened; a launch that was taken back, or is rather none than one, is left out and named.
"""

import datetime as dt
import math
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, get_args

import msgspec

from launchwatch.assessment.places import describe
from launchwatch.earth.geodesic import inverse
from launchwatch.edge.archive import launches_known
from launchwatch.edge.historyfiles import content_of
from launchwatch.errors import DeliveryError, InputError, SettingsError
from launchwatch.messages.packet import Mode
from launchwatch.record.history import PastLaunch

LEAST_PROBABILITY = 0.5
"""Below it a launch is rather none; the watch's own declaration asks for far more."""

_CLOCKS = {"PRK": 9, "KOR": 9, "JPN": 9, "CHN": 8}
"""Hours from UTC by which a country's launches are dated; elsewhere the record says UTC."""

_METRES_IN_DEGREE = 111_195.0


class Seen(NamedTuple):
    """Launches of a watch, and those left out with the reason."""

    launches: tuple[PastLaunch, ...]
    left_out: tuple[str, ...]


def launches_seen(path: Path) -> Seen:
    """Give the launches of a folder with a ``summary.json``, of such a file, or of an archive.

    Raises:
        SettingsError: there is none, or it cannot be opened; names it.
        InputError: it is no summary and no archive.
    """
    file = path / "summary.json" if path.is_dir() else path
    content = content_of(file)
    if content[:15] == b"SQLite format 3":
        try:
            return _rows((_from_archive(one) for one in launches_known(file)), str(path))
        except DeliveryError as error:
            raise SettingsError(str(error)) from None
    try:
        found = msgspec.json.decode(content)
        mode, launches = found["mode"], found["launches"]
        return _rows(({"mode": mode} | one for one in launches), str(path))
    except (msgspec.DecodeError, UnicodeDecodeError, KeyError, TypeError, ValueError) as error:
        why = f"{file}: must be a watch's summary.json or archive: {error!r}"
        raise InputError(why[:300]) from None


def _rows(launches: Iterable[Mapping[str, Any]], source: str) -> Seen:
    kept, left_out = [], []
    numbers: dict[str, int] = {}
    for one in launches:
        name = str(one["launch_id"])[:60]
        if one["mode"] not in get_args(Mode):
            raise ValueError(f"mode must be one of {get_args(Mode)}, got {one['mode']!r}")
        if one["cancelled"]:
            left_out.append(f"{name}: taken back by the watch")
        elif one["probability"] < LEAST_PROBABILITY:
            left_out.append(f"{name}: probability {one['probability']:.2f}")
        else:
            kept.append(_row(one, name, source, numbers))
    return Seen(tuple(kept), tuple(left_out))


def _row(one: Mapping[str, Any], name: str, source: str, numbers: dict[str, int]) -> PastLaunch:
    place = describe(one["latitude_deg"], one["longitude_deg"])
    country = place.country or "XXX"
    hours = _CLOCKS.get(country, 0)
    utc = dt.datetime.fromisoformat(str(one["launch_time"])[:19]).replace(tzinfo=dt.UTC)
    local = utc + dt.timedelta(hours=hours)
    mark = "" if one["mode"] == "live" else f"{one['mode']}-"
    key = f"{mark}{country}-{local.date()}-w"
    numbers[key] = numbers.get(key, 0) + 1
    return PastLaunch(
        launch_id=f"{key}{numbers[key]}", country=country, date=local.date(),
        time=local.time().replace(second=0, microsecond=0), utc_offset=f"+{hours:02d}:00",
        place=place.english, latitude_deg=_figure(one, "latitude_deg", 4),
        longitude_deg=_figure(one, "longitude_deg", 4), number=1,
        launch_class=str(one.get("family") or "")[:40], range_km=_figure(one, "range_km", 1),
        apogee_km=_figure(one, "apogee_km", 1),
        fall_latitude_deg=_figure(one, "fall_latitude_deg", 4),
        fall_longitude_deg=_figure(one, "fall_longitude_deg", 4),
        fall_radius_km=_radius(one), sources=(f"{source}: {name}"[:300],),
        note="seen by a watch of ours", mode=str(one["mode"]),
    )  # fmt: skip


def _figure(one: Mapping[str, Any], name: str, digits: int) -> float | None:
    value = one.get(name)
    return None if value is None or not math.isfinite(value) else round(float(value), digits)


def _radius(one: Mapping[str, Any]) -> float | None:
    """Give 95 % of a round normal's radius with the larger sigma, in km."""
    north, east = one.get("fall_latitude_deg_sigma"), one.get("fall_longitude_deg_sigma")
    if north is None or east is None:
        return None
    wide = math.cos(math.radians(one["fall_latitude_deg"]))
    return float(round(2.448 * max(north, east * wide) * _METRES_IN_DEGREE / 1e3, 3))


def _from_archive(one: Mapping[str, Any]) -> dict[str, Any]:
    """Give an archive's launch as a summary has it: the fall point, and range between the two."""
    made = dict(one)
    area, family = one.get("fallarea"), one.get("family")
    made["family"] = ""
    if family:
        made["family"] = max(family["classes"], key=family["classes"].get)
    if area:
        made["fall_latitude_deg"] = area["latitude_deg"]
        made["fall_longitude_deg"] = area["longitude_deg"]
        if area.get("apogee_m") is not None:
            made["apogee_km"] = area["apogee_m"] / 1e3
        metres = inverse(
            math.radians(one["latitude_deg"]), math.radians(one["longitude_deg"]),
            math.radians(area["latitude_deg"]), math.radians(area["longitude_deg"]),
        )[0]  # fmt: skip
        made["range_km"] = float(metres) / 1e3
    return made
