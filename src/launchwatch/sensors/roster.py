"""Read and write the roster of sensors: where each stands and how well it sees.

The file is JSON, ``{"sensors": [{...}, ...]}``. Unknown fields are left alone, so that a
newer roster can be read by an older watch; everything that is known is checked here, once,
and nothing behind this door asks again.
"""

import math
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from launchwatch.errors import SettingsError
from launchwatch.messages.sensor import Contributor, Infrared, Partner, Radar
from launchwatch.sensors.showing import cut, shown

_LARGEST_FILE = 16 * 1024 * 1024
"""Bytes; a thousand sensors need half a megabyte, so more is not a roster."""

_LONGEST_ID = 64


class _Bounds(NamedTuple):
    """A number's bounds; ``above`` excludes the lowest value itself."""

    lowest: float
    highest: float
    above: bool = False
    optional: bool = False

    def words(self) -> str:
        first = f"above {self.lowest:g}" if self.above else f"from {self.lowest:g}"
        return f"a number {first} to {self.highest:g}"


# Lowest land on Earth is 430 m below sea level; geostationary height is 35,786 km.
_HEIGHT = _Bounds(-1000.0, 1e8)
_SIGMA_DEG = _Bounds(0.0, 45.0, above=True)
_BIAS_DEG = _Bounds(0.0, 45.0, optional=True)

_SITE = {
    "latitude_deg": _Bounds(-90.0, 90.0),
    "longitude_deg": _Bounds(-180.0, 360.0),
    "height_m": _HEIGHT,
    "scan_period_s": _Bounds(0.0, 3600.0, above=True),
    "detection_probability": _Bounds(0.0, 1.0, above=True, optional=True),
    "clutter_per_scan": _Bounds(0.0, 1e6, optional=True),
    "clock_sigma_s": _Bounds(0.0, 3600.0, optional=True),
}
_RADAR = _SITE | {
    "range_sigma_m": _Bounds(0.0, 1e6, above=True),
    "azimuth_sigma_deg": _SIGMA_DEG,
    "elevation_sigma_deg": _SIGMA_DEG,
    "range_rate_sigma_mps": _Bounds(0.0, 1e5, above=True, optional=True),
    "minimum_elevation_deg": _Bounds(-90.0, 90.0),
    "maximum_range_m": _Bounds(0.0, 1e8, above=True),
    "bias_sigma_m": _Bounds(0.0, 1e6, optional=True),
    "bias_sigma_deg": _BIAS_DEG,
}
_INFRARED = _SITE | {
    "line_of_sight_sigma_rad": _Bounds(0.0, 0.8, above=True),
    "bias_sigma_deg": _BIAS_DEG,
}
_PARTNER = {
    "update_period_s": _Bounds(0.0, 3600.0, above=True, optional=True),
    "bias_sigma_m": _Bounds(0.0, 1e6, optional=True),
    "clock_sigma_s": _Bounds(0.0, 3600.0, optional=True),
}
_KINDS: dict[str, tuple[type[Radar | Infrared | Partner], dict[str, _Bounds]]] = {
    "radar": (Radar, _RADAR),
    "infrared": (Infrared, _INFRARED),
    "partner": (Partner, _PARTNER),
}
_PATH = ("site", "link", "clock", "host")


def read_roster(path: str | Path) -> dict[str, Contributor]:
    """Read a roster file, as sensors by their identifier in the file's order.

    Raises:
        SettingsError: in one line, the file, the sensor and the field that cannot be
            used, what was wanted there and what came.
    """
    try:
        with Path(path).open("rb") as file:
            content = file.read(_LARGEST_FILE + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise SettingsError(f"{_name(path)}: the sensors file cannot be read: {why}") from None
    return roster_from_json(content, _name(path))


def roster_from_json(content: bytes, name: str = "sensors.json") -> dict[str, Contributor]:
    """Read a roster from bytes; `name` stands for the file in errors.

    Raises:
        SettingsError: as `read_roster`.
    """
    if len(content) > _LARGEST_FILE:
        raise SettingsError(f"{name}: a sensors file has at most {_LARGEST_FILE} bytes, got more")
    try:
        document = msgspec.json.decode(content.removeprefix(b"\xef\xbb\xbf"))
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SettingsError(
            f"{name}: the sensors file must be JSON in UTF-8: {cut(str(error), 100)}"
        ) from None
    entries = document.get("sensors") if isinstance(document, dict) else None
    if not isinstance(entries, list):
        got = document if not isinstance(document, dict) else entries
        raise SettingsError(f'{name}: wanted {{"sensors": [...]}}, got {shown(got)}')
    if not entries:
        raise SettingsError(f"{name}: sensors must list at least one sensor, got none")
    roster: dict[str, Contributor] = {}
    for index, entry in enumerate(entries, start=1):
        sensor = _sensor(entry, f"{name}: sensor {index}")
        if sensor.id in roster:
            raise SettingsError(
                f"{name}: sensor {index}: id must differ from all others, got {sensor.id!r} again"
            )
        roster[sensor.id] = sensor
    return roster


def roster_json(sensors: Mapping[str, Contributor] | Iterable[Contributor]) -> bytes:
    """Write sensors as a roster file that `read_roster` reads back, numbers unchanged."""
    listed = sensors.values() if isinstance(sensors, Mapping) else sensors
    entries = [
        {key: value for key, value in msgspec.to_builtins(sensor).items() if value is not None}
        for sensor in listed
    ]
    return msgspec.json.format(msgspec.json.encode({"sensors": entries}), indent=1) + b"\n"


def _sensor(entry: Any, where: str) -> Contributor:
    if not isinstance(entry, dict):
        raise SettingsError(f"{where}: wanted an object, got {shown(entry)}")
    identifier = entry.get("id")
    if not (
        isinstance(identifier, str)
        and 0 < len(identifier) <= _LONGEST_ID
        and identifier.isprintable()
    ):
        raise SettingsError(
            f"{where}: id must be 1 to {_LONGEST_ID} printable characters, got {shown(identifier)}"
        )
    where = f"{where} ({identifier})"
    kind = entry.get("kind")
    if not isinstance(kind, str) or kind not in _KINDS:
        raise SettingsError(f"{where}: kind must be radar, infrared or partner, got {shown(kind)}")
    owner = entry.get("owner")
    if not (isinstance(owner, str) and re.fullmatch("[A-Z]{3}", owner)):
        raise SettingsError(
            f"{where}: owner must be an ISO 3166 alpha-3 code such as KOR, got {shown(owner)}"
        )
    made, table = _KINDS[kind]
    numbers: dict[str, Any] = {}
    for field, bounds in table.items():
        if entry.get(field) is not None:
            numbers[field] = _number(entry[field], bounds, f"{where}: {field}")
        elif not bounds.optional:
            raise SettingsError(f"{where}: {field} must be {bounds.words()}, got nothing")
    if made is Partner:
        numbers |= {field: _word(entry[field], f"{where}: {field}")
                    for field in _PATH if entry.get(field) is not None}  # fmt: skip
    return made(id=identifier, owner=owner, **numbers)


def _word(value: Any, where: str) -> str:
    if isinstance(value, str) and 0 < len(value) <= _LONGEST_ID and value.isprintable():
        return value
    raise SettingsError(
        f"{where} must be 1 to {_LONGEST_ID} printable characters, got {shown(value)}"
    )


def _number(value: Any, bounds: _Bounds, where: str) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        high_enough = number > bounds.lowest if bounds.above else number >= bounds.lowest
        if high_enough and number <= bounds.highest:
            return number
    raise SettingsError(f"{where} must be {bounds.words()}, got {shown(value)}")


def _name(path: str | Path) -> str:
    return cut(str(path), 200)
