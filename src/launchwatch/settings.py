"""Gather every room's settings from one TOML file, one table a room.

::

    [sensors]
    late_s = 10

    [warning]
    protected = ["JPN", "KOR"]

Each room describes and checks its own settings (``launchwatch.<room>.settings``); whatever
is left out has its default. A key that no room knows is refused rather than passed over: a
misspelt threshold must not go unnoticed until the day it is needed. The tables ``watch``,
``feeds``, ``outbox``, ``channels``, ``map``, ``nation`` and ``partners`` belong to the service
(`launchwatch.edge.config`), so that one file can hold everything.
"""

import difflib
import math
import tomllib
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct, field

from launchwatch.assessment.settings import Settings as AssessmentSettings
from launchwatch.errors import SettingsError
from launchwatch.sensors.settings import Settings as SensorsSettings
from launchwatch.sensors.showing import cut, shown
from launchwatch.tracking.settings import Settings as TrackingSettings
from launchwatch.warning.settings import Settings as WarningSettings

_SERVICE = ("watch", "feeds", "outbox", "channels", "map", "nation", "partners")


class Settings(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an operator may set, room by room."""

    sensors: SensorsSettings = field(default_factory=SensorsSettings)
    tracking: TrackingSettings = field(default_factory=TrackingSettings)
    assessment: AssessmentSettings = field(default_factory=AssessmentSettings)
    warning: WarningSettings = field(default_factory=WarningSettings)


def read_settings(path: str | Path) -> Settings:
    """Read a settings file.

    Raises:
        SettingsError: in one line, the file, the key, what is allowed there and what came.
    """
    name = cut(str(path), 200)
    try:
        text = Path(path).read_text(encoding="utf-8")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise SettingsError(f"{name}: the settings file cannot be read: {cut(why, 100)}") from None
    return settings_from_toml(text, name)


def settings_from_toml(text: str, name: str = "settings") -> Settings:
    """Read settings from TOML text; `name` stands for the file in errors.

    Raises:
        SettingsError: as `read_settings`.
    """
    try:
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{name}: settings must be TOML: {cut(str(error), 120)}") from None
    for other in _SERVICE:
        table.pop(other, None)
    return settings_from_table(table, name)


def settings_from_table(table: dict[str, Any], name: str = "settings") -> Settings:
    """Make settings from nested tables, as TOML or JSON gives them.

    Raises:
        SettingsError: as `read_settings`.
    """
    rooms = {room: type(getattr(Settings(), room)) for room in Settings.__struct_fields__}
    _check_keys(table, tuple(rooms), name)
    for room, values in table.items():
        if not isinstance(values, dict):
            raise SettingsError(f"{name}: {room} must be a table, got {shown(values)}")
        _check_keys(values, rooms[room].__struct_fields__, name, f"{room}.")
        for key, value in values.items():
            if isinstance(value, float) and not math.isfinite(value):
                raise SettingsError(f"{name}: {room}.{key} must be finite, got {value}")
    try:
        return msgspec.convert(table, Settings)
    except msgspec.ValidationError as error:
        wanted, _, place = str(error).partition(" - at `$.")
        place = place.rstrip("`")
        came: Any = table
        for key in place.split("."):
            came = came.get(key) if isinstance(came, dict) else came
        wanted = wanted[:1].lower() + wanted[1:].replace("`", "")
        raise SettingsError(f"{name}: {cut(place, 80)}: {wanted}, got {shown(came)}") from None
    except SettingsError as error:
        raise SettingsError(f"{name}: {error}") from None


def settings_json(settings: Settings) -> bytes:
    """Write settings as JSON, every value spelt out, for the journal's heading."""
    return msgspec.json.encode(settings)


def settings_from_json(content: bytes, name: str = "settings") -> Settings:
    """Read what `settings_json` wrote.

    Raises:
        SettingsError: as `read_settings`.
    """
    try:
        table = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise SettingsError(f"{name}: settings must be JSON: {cut(str(error), 120)}") from None
    if not isinstance(table, dict):
        raise SettingsError(f"{name}: settings must be an object, got {shown(table)}")
    return settings_from_table(table, name)


def _check_keys(table: dict[str, Any], allowed: tuple[str, ...], name: str, of: str = "") -> None:
    for key in table:
        if key not in allowed:
            near = difflib.get_close_matches(key, allowed, n=1, cutoff=0.6)
            wanted = f"perhaps {of}{near[0]}" if near else f"one of {', '.join(allowed)}"
            raise SettingsError(f"{name}: no setting is called {cut(of + key, 80)}; {wanted}")
