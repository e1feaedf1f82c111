"""An hour's raid for the map: fifty flights of one recording, begun one after the other.

What was shown of it is recorded once, then served as a watch that is over: to be looked back on.
"""

import heapq
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_type_hints

import msgspec
from mapstage import Recording

from launchwatch.edge.scene.composer import About, Composer
from launchwatch.edge.scene.record import Record, kept_in
from launchwatch.edge.web.mapserver import MapServer
from launchwatch.edge.web.mapsettings import MapSettings
from launchwatch.edge.web.saving import keep
from launchwatch.timescale import SECOND, Instant

FLIGHTS, HOUR_S = 50, 3600

Said = list[tuple[Instant, tuple[Any, ...]]]


def hour(said: Said, flights: int) -> Iterator[tuple[Instant, tuple[Any, ...]]]:
    """Give what a watch would say of so many flights, ships and aircraft left out."""

    def flight(number: int) -> Iterator[tuple[Instant, tuple[Any, ...]]]:
        by = number * HOUR_S * SECOND // FLIGHTS
        for when, messages in said:
            if messages and not any("Report" in type(each).__name__ for each in messages):
                yield Instant(when + by), tuple(_moved(each, by, number) for each in messages)

    return heapq.merge(*map(flight, range(flights)), key=lambda each: each[0])


def _moved(message: Any, by: int, number: int) -> Any:
    """Give a message as of another flight, later by some nanoseconds."""
    changed: dict[str, Any] = {}
    for name, hint in _hints(type(message)).items():
        value = getattr(message, name)
        if value is None:
            continue
        if hint is Instant or "Instant" in str(hint):
            changed[name] = value + by
        elif name in ("track_id", "launch_id", "warning_id", "event_id"):
            changed[name] = f"{value}-{number}"
        elif name == "track_ids":
            changed[name] = tuple(f"{each}-{number}" for each in value)
    return msgspec.structs.replace(message, **changed)


def _hints(kind: type, made: dict[type, dict[str, Any]] = {}) -> dict[str, Any]:  # noqa: B006
    if kind not in made:
        made[kind] = get_type_hints(kind)
    return made[kind]


def about(recording: Recording) -> About:
    """Say what holds for the raid's whole watch."""
    scenario = recording.scenario
    return About(watch="raid", title="raid", mode="simulation", sensors=scenario.sensors)


def record_hour(recording: Recording, folder: Path, flights: int = FLIGHTS) -> None:
    """Record what the map shows of the raid, second by second; a minute of work."""
    if folder.is_dir() and kept_in(folder):
        return
    composer, record, second = Composer(about(recording)), Record(folder), 0
    for when, messages in hour(recording.said, flights):
        if second and when // SECOND > second:
            keep(composer, record)
        second = when // SECOND
        composer.take(when, messages)
    composer.end()
    keep(composer, record)
    record.close()


class Recalled(MapServer):
    """A record, served as by a watch that is over."""

    def __init__(self, recording: Recording, folder: Path) -> None:
        super().__init__(about(recording), MapSettings(port=0, record=folder))
        self._last = self.record.at(self.record.segments[-1].to_ms)

    def __enter__(self) -> "Recalled":
        self.start()
        self.hub.sequence = msgspec.json.decode(self._last)["sequence"]
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _whole(self) -> str:
        return self._last.decode()
