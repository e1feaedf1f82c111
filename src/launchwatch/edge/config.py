"""Read what a watch is to do from its configuration, a TOML file.

::

    [watch]
    mode = "live"               # live, exercise, simulation or replay
    sensors = "sensors.json"    # the roster
    journal = "watch.journal"   # made if it is not there, else gone on with
    archive = "watch.archive"   # optional: what was known when, for `launchwatch show`
    out = "said"                # optional: JSON lines, one folder in it for each start
    zones = "zones.geojson"     # optional: zones of your own
    rebuild_minutes = 120       # how far back the state is rebuilt after a restart
    # clock = {begins = "2025-11-07T01:00:00Z", starts = "go", speed = 20.0}
                                # optional, of a simulation: a time of its own, which runs faster

    [[feeds]]
    name = "radars"             # stands on every packet of this feed
    kind = "tcp"                # tcp, udp, file-follow, file-poll or stdin
    port = 4001                 # tcp and udp: on this machine's loopback
    path = "plots.jsonl"        # file-follow, file-poll

    [map]                       # optional: where the map is served (docs/map.md)
    port = 8470

Paths are relative to the file's own folder. What leaves the watch is told in ``[outbox]`` and
``[[channels]]`` (`launchwatch.edge.outbox.config`), partners of other nations in ``[nation]`` and
``[partners]`` (`launchwatch.edge.nations.partnerconfig`). All other tables belong to the rooms,
and are read by `launchwatch.settings`.
"""

import tomllib
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from launchwatch.edge.nations.partnerconfig import Alliance, alliance_in
from launchwatch.edge.outbox.config import OutboxConfig, read_outbox
from launchwatch.edge.web.mapsettings import MapSettings
from launchwatch.errors import InputError, SettingsError
from launchwatch.messages.packet import Mode
from launchwatch.timescale import instant_from_utc

KINDS = ("tcp", "udp", "file-follow", "file-poll", "stdin")

POLLED = ("aircraft-json", "navwarn", "notam")
"""Formats of files that are written anew as a whole."""


class Feed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way in for packets."""

    name: str
    kind: Literal["tcp", "udp", "file-follow", "file-poll", "stdin"]
    address: str = "127.0.0.1"
    port: int | None = None
    path: Path | None = None
    format: str = "jsonplots"


class Pace(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A simulation's clock: what it shows first, and how many times as fast it runs.

    It starts when the file ``starts`` appears (`launchwatch.edge.clock.PacedClock`).
    """

    begins: str
    starts: Path
    speed: float = 1.0


class Watch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one watch is to do."""

    mode: Mode
    sensors: Path
    journal: Path
    archive: Path | None = None
    out: Path | None = None
    zones: Path | None = None
    rebuild_minutes: float = 120.0
    clock: Pace | None = None


class Config(Struct, frozen=True, kw_only=True):
    """A configuration as a whole: where it stands, the watch, its feeds, what leaves it."""

    path: Path
    watch: Watch
    feeds: tuple[Feed, ...]
    outbox: OutboxConfig | None = None
    map: MapSettings | None = None
    alliance: Alliance | None = None


def read_config(path: Path) -> Config:
    """Read a configuration.

    Raises:
        SettingsError: names the file, the key, what was wanted there and what came.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise SettingsError(f"{path}: must be TOML: {error}") from None
    if not isinstance(tables.get("watch"), dict):
        raise SettingsError(f"{path}: wanted a table [watch], there is none")
    watch = _converted(path, "[watch]", tables["watch"], Watch)
    listed = tables.get("feeds", [])
    if not isinstance(listed, list) or not listed:
        raise SettingsError(f"{path}: wanted at least one [[feeds]], there is none")
    feeds = tuple(
        _checked(path, _converted(path, f"[[feeds]] {number}", feed, Feed))
        for number, feed in enumerate(listed, start=1)
    )
    names = [feed.name for feed in feeds]
    for name in names:
        if names.count(name) > 1:
            raise SettingsError(f"{path}: [[feeds]] names must differ, got {name!r} twice")
    if sum(feed.kind == "stdin" for feed in feeds) > 1:
        raise SettingsError(f"{path}: only one of [[feeds]] can be stdin")
    if not 0 <= watch.rebuild_minutes <= 100_000:
        raise SettingsError(
            f"{path}: [watch] rebuild_minutes must lie in 0..100000, got {watch.rebuild_minutes}"
        )
    _check_clock(path, watch)
    folder = path.parent
    watch = msgspec.structs.replace(
        watch,
        **{
            key: folder / value
            for key in ("sensors", "journal", "archive", "out", "zones")
            if (value := getattr(watch, key)) is not None
        },
    )
    if watch.clock is not None:
        clock = msgspec.structs.replace(watch.clock, starts=folder / watch.clock.starts)
        watch = msgspec.structs.replace(watch, clock=clock)
    feeds = tuple(
        msgspec.structs.replace(feed, path=folder / feed.path) if feed.path else feed
        for feed in feeds
    )
    outbox = read_outbox(tables, path, watch.mode)
    served = _map(path, tables["map"]) if "map" in tables else None
    alliance = alliance_in(tables, path)
    return Config(path=path, watch=watch, feeds=feeds, outbox=outbox, map=served, alliance=alliance)


def _map(path: Path, table: Any) -> MapSettings:
    """Read where the map is served; its paths are relative to the file's folder too."""
    read: MapSettings = _converted(path, "[map]", table, MapSettings)
    paths = {
        key: path.parent / value
        for key in ("record", "certificate", "key")
        if (value := getattr(read, key)) is not None
    }
    return msgspec.structs.replace(read, **paths)


def _check_clock(path: Path, watch: Watch) -> None:
    if watch.clock is None:
        return
    where = f"{path}: [watch.clock]"
    if watch.mode != "simulation":
        raise SettingsError(f"{where}: only a simulation has a clock of its own, not {watch.mode}")
    try:
        instant_from_utc(watch.clock.begins)
    except InputError as error:
        raise SettingsError(f"{where}: begins: {error}") from None
    if not 0.01 <= watch.clock.speed <= 1000.0:
        raise SettingsError(f"{where}: speed must lie in 0.01..1000, got {watch.clock.speed}")


def _converted(path: Path, where: str, table: Any, kind: type[Any]) -> Any:
    try:
        return msgspec.convert(table, kind, dec_hook=lambda wanted, value: wanted(_text(value)))
    except (msgspec.ValidationError, TypeError, ValueError) as error:
        raise SettingsError(f"{path}: {where}: {_allowed(str(error), kind)}") from None


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError(f"a path must be text, got {value!r}")
    return value


def _allowed(error: str, kind: type[Any]) -> str:
    if "unknown field" in error:
        return f"{error}; allowed are {', '.join(kind.__struct_fields__)}"
    if "enum value" in error:
        choices = KINDS if kind is Feed else ("live", "exercise", "simulation", "replay")
        return f"{error}; allowed are {', '.join(choices)}"
    return error


def _checked(path: Path, feed: Feed) -> Feed:
    where = f"{path}: feed {feed.name!r}"
    if not feed.name or len(feed.name) > 64 or not feed.name.isprintable():
        raise SettingsError(f"{where}: a name has 1 to 64 printable characters")
    if feed.kind in ("tcp", "udp"):
        # 0 lets the system choose one; the watch says which.
        if feed.port is None or not 0 <= feed.port <= 65_535:
            raise SettingsError(f"{where}: wanted a port in 0..65535, got {feed.port}")
        if feed.address not in ("127.0.0.1", "::1", "localhost"):
            raise SettingsError(
                f"{where}: feeds listen on this machine only (127.0.0.1 or ::1): lines carry no "
                f"proof of who sent them; got {feed.address!r}"
            )
    if feed.kind in ("file-follow", "file-poll") and feed.path is None:
        raise SettingsError(f"{where}: wanted the path of a file to follow")
    if (feed.kind == "file-poll") != (feed.format in POLLED):
        raise SettingsError(
            f"{where}: file-poll and the formats {', '.join(POLLED)} go together, got "
            f"{feed.kind} and {feed.format}"
        )
    if feed.format == "beast" and feed.kind != "tcp":
        raise SettingsError(f"{where}: the format beast comes over tcp, got {feed.kind}")
    return feed
