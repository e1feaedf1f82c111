"""Admit plots to the watch: once each, not too late, not from the future; and hear silence.

The stream's time is the time of the newest arrival, never the time that a line claims: one
sensor whose clock jumps ahead spoils its own lines and no one else's.

`Admission` holds what was heard, and does nothing else: it is told every line and every
tick, and knows no clock.
"""

from collections import deque
from collections.abc import Mapping
from typing import TypeVar

from launchwatch.messages.packet import Mode
from launchwatch.messages.plot import EndOfScan, LineOfSightPlot, RadarPlot, Refused
from launchwatch.messages.sensor import Sensor, SensorStatus
from launchwatch.sensors.settings import Settings
from launchwatch.sensors.showing import shown
from launchwatch.timescale import SECOND, Instant

_Line = TypeVar("_Line", bound=RadarPlot | LineOfSightPlot | EndOfScan)


class Admission:
    """Who has been heard, when, and with what.

    Invariants: ``_seen[s]`` holds the keys of exactly the lines in ``_order[s]``, which are
    in order of arrival and at most ``remembered_lines`` long; ``_silent`` holds only
    sensors of the roster.
    """

    def __init__(self, sensors: Mapping[str, Sensor], settings: Settings | None = None) -> None:
        settings = settings or Settings()
        self._late = round(settings.late_s * SECOND)
        self._early = round(settings.early_s * SECOND)
        self._remembered = settings.remembered_lines
        self._patience = {
            name: round(
                max(settings.silent_scans * sensor.scan_period_s, settings.silent_floor_s) * SECOND
            )
            for name, sensor in sensors.items()
        }
        self._now: Instant | None = None
        self._heard: dict[str, Instant] = {}
        self._silent: set[str] = set()
        self._news: list[tuple[str, Instant]] = []
        self._seen: dict[str, set[tuple[object, ...]]] = {name: set() for name in sensors}
        self._order: dict[str, deque[tuple[Instant, tuple[object, ...]]]] = {
            name: deque() for name in sensors
        }

    def admit(self, line: _Line) -> _Line | Refused:
        """Give the line back if it can be used, else why not.

        Refused as ``late``, ``early`` or ``repeated``. Lines of one scan that differ in
        what they measured are different plots, and all are admitted.
        """
        now = self._advance(line.received)
        late_by = now - line.time
        if late_by > self._late:
            self._hear(line.sensor, now)
            return _refused(
                line, "late", "time must lie within "
                f"{self._late / SECOND:g} s before its arrival, got {late_by / SECOND:.3f} s "
                f"from sensor {shown(line.sensor)}",
            )  # fmt: skip
        if -late_by > self._early:
            self._hear(line.sensor, now)
            return _refused(
                line, "early", "time must lie at most "
                f"{self._early / SECOND:g} s after its arrival, got {-late_by / SECOND:.3f} s "
                f"from sensor {shown(line.sensor)}",
            )  # fmt: skip
        key = _key(line)
        seen, order = self._seen[line.sensor], self._order[line.sensor]
        # What lies further back than this is refused as late before it can be repeated.
        while order and (now - order[0][0] > self._late + self._early):
            seen.discard(order.popleft()[1])
        if key in seen:
            return _refused(
                line, "repeated", "a line must come once, got the same again "
                f"from sensor {shown(line.sensor)}, scan {line.scan}",
            )  # fmt: skip
        if len(order) >= self._remembered:
            seen.discard(order.popleft()[1])
        seen.add(key)
        order.append((now, key))
        self._hear(line.sensor, now)
        return line

    def tick(self, time: Instant, mode: Mode) -> tuple[SensorStatus, ...]:
        """Say which sensors fell silent, and which are heard again, since the last tick.

        A sensor that was never heard counts from the first thing that came.
        """
        now = self._advance(time)
        said = [
            SensorStatus(sensor=name, time=now, mode=mode, status="heard", since=since)
            for name, since in self._news
        ]
        self._news.clear()
        for name, patience in self._patience.items():
            since = self._heard.setdefault(name, now)
            if name not in self._silent and now - since > patience:
                self._silent.add(name)
                said.append(
                    SensorStatus(sensor=name, time=now, mode=mode, status="silent", since=since)
                )
        return tuple(said)

    def _advance(self, time: Instant) -> Instant:
        """Move the stream's time on; it never goes back."""
        if self._now is None:
            self._heard = dict.fromkeys(self._patience, time)
        if self._now is None or time > self._now:
            self._now = time
        return self._now

    def _hear(self, sensor: str, now: Instant) -> None:
        self._heard[sensor] = now
        if sensor in self._silent:
            self._silent.discard(sensor)
            self._news.append((sensor, now))


def _key(line: RadarPlot | LineOfSightPlot | EndOfScan) -> tuple[object, ...]:
    """Give what makes a line itself: its scan and time, and what it measured."""
    if isinstance(line, RadarPlot):
        return (
            line.time, line.scan, line.range_m, line.azimuth_deg, line.elevation_deg,
            line.range_rate_mps,
        )  # fmt: skip
    if isinstance(line, LineOfSightPlot):
        return (line.time, line.scan, line.line_of_sight_ecef)
    return (line.time, line.scan)


def _refused(line: RadarPlot | LineOfSightPlot | EndOfScan, reason: str, detail: str) -> Refused:
    return Refused(
        source=line.source,
        line=line.line,
        time=line.received,
        mode=line.mode,
        reason=reason,
        detail=detail,
    )
