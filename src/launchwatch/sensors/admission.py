"""Admit plots to the watch: once each, not too late, not from the future, and not too many.

The stream's time is the time of the newest arrival, never the time that a line claims: one
sensor whose clock jumps ahead spoils its own lines and no one else's.

`Admission` holds what was heard, and does nothing else: it is told every line and every
tick, and knows no clock. A tick tells of sensors whose standing has changed:

========= ==========================================================================
silent    nothing has come for some scans
heard     after silence, something has
flooding  it sends more plots in a scan than are used; see `launchwatch.sensors.flooding`
astray    what comes is all too late or too early to be used: its clock, or its network
orderly   after flooding or being astray, what comes is used again
========= ==========================================================================
"""

from collections import deque
from collections.abc import Mapping
from typing import Literal, TypeVar

import msgspec

from launchwatch.errors import InputError
from launchwatch.messages.packet import Mode, Packet
from launchwatch.messages.partner import PartnerTrack
from launchwatch.messages.plot import EndOfScan, LineOfSightPlot, RadarPlot, Refused
from launchwatch.messages.sensor import Contributor, Partner, SensorStatus
from launchwatch.sensors import flooding
from launchwatch.sensors.flooding import Ration
from launchwatch.sensors.settings import Settings
from launchwatch.sensors.showing import shown
from launchwatch.timescale import SECOND, Instant

_Line = TypeVar("_Line", bound=RadarPlot | LineOfSightPlot | EndOfScan | PartnerTrack)


class Admission:
    """Who has been heard, when, and with what.

    Invariants: ``_seen[s]`` holds the keys of exactly the lines in ``_order[s]``, which are
    in order of arrival and at most ``remembered_lines`` long; ``_silent`` holds only
    sensors of the roster. ``_useless[s]`` is the first line that could not be used since the
    last that could, and ``_flooded[s]`` the last that was one too many.
    """

    def __init__(
        self, sensors: Mapping[str, Contributor], settings: Settings | None = None
    ) -> None:
        settings = settings or Settings()
        self._late = round(settings.late_s * SECOND)
        self._early = round(settings.early_s * SECOND)
        self._remembered = settings.remembered_lines
        self._shortest = round(settings.silent_floor_s * SECOND)
        self._patience = {
            name: round(max(settings.silent_scans * period, settings.silent_floor_s) * SECOND)
            for name, sensor in sensors.items()
            if (period := _period_of(sensor)) is not None
        }
        self._now: Instant | None = None
        self._heard: dict[str, Instant] = {}
        self._silent: set[str] = set()
        self._news: list[tuple[str, Instant]] = []
        self._useless: dict[str, Instant] = {}
        self._flooded: dict[str, Instant] = {}
        self._trouble: dict[str, Literal["flooding", "astray"]] = {}
        self._rations = rations_of(sensors, settings)
        self._seen: dict[str, set[tuple[object, ...]]] = {name: set() for name in sensors}
        self._order: dict[str, deque[tuple[Instant, tuple[object, ...]]]] = {
            name: deque() for name in sensors
        }

    def admit(self, line: _Line) -> _Line | Refused:
        """Give the line back if it can be used, else why not.

        Refused as ``late``, ``early``, ``repeated`` or ``flood``. Lines of one scan that
        differ in what they measured are different plots. The end of a scan of which some
        plots were refused is refused too: what it did not show may have been among them.
        """
        now = self._advance(line.received)
        late_by = now - line.time
        if late_by > self._late:
            self._hear(line.sensor, now)
            self._useless.setdefault(line.sensor, now)
            return _refused(
                line, "late", "time must lie within "
                f"{self._late / SECOND:g} s before its arrival, got {late_by / SECOND:.3f} s "
                f"from sensor {shown(line.sensor)}",
            )  # fmt: skip
        if -late_by > self._early:
            self._hear(line.sensor, now)
            self._useless.setdefault(line.sensor, now)
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
                f"from sensor {shown(line.sensor)}, {_which(line)}",
            )  # fmt: skip
        self._useless.pop(line.sensor, None)
        ration = self._rations[line.sensor]
        if isinstance(line, EndOfScan):
            if not ration.is_whole(line.time):
                return _refused(
                    line, "flood", "a scan's end can be used where all its plots were, got one "
                    f"of a flooded scan from sensor {shown(line.sensor)}",
                )  # fmt: skip
        elif not ration.allows(line.time, Instant(now - self._late)):
            self._hear(line.sensor, now)
            self._flooded[line.sensor] = now
            return _refused(
                line, "flood", "a sensor may report at most "
                f"{ration.most} {_WHAT[type(line)]} in a scan, got more from sensor "
                f"{shown(line.sensor)}",
            )  # fmt: skip
        if len(order) >= self._remembered:
            seen.discard(order.popleft()[1])
        seen.add(key)
        order.append((now, key))
        self._hear(line.sensor, now)
        return line

    def thinned(self, packet: Packet) -> Refused:
        """Say what was refused as a flood before it came here.

        Raises:
            InputError: the packet is no such thing.
        """
        try:
            thinned = flooding.decode(packet.payload)
            ration = self._rations[thinned.sensor]
        except (msgspec.DecodeError, KeyError):
            raise InputError("what was thinned must be lines of a listed sensor") from None
        now = self._advance(packet.received)
        ration.is_cut(thinned.time)
        self._hear(thinned.sensor, now)
        self._flooded[thinned.sensor] = now
        return flooding.refused(packet, thinned, ration.most)

    def tick(self, time: Instant, mode: Mode) -> tuple[SensorStatus, ...]:
        """Say which sensors' standing has changed since the last tick, as listed above.

        A sensor that was never heard counts from the first thing that came.
        """
        now = self._advance(time)
        said = [
            SensorStatus(sensor=name, time=now, mode=mode, status="heard", since=since)
            for name, since in self._news
        ]
        self._news.clear()
        for name in self._seen:
            patience = self._patience.get(name, self._shortest)
            since = self._heard.setdefault(name, now)
            if name in self._patience and name not in self._silent and now - since > patience:
                self._silent.add(name)
                said.append(
                    SensorStatus(sensor=name, time=now, mode=mode, status="silent", since=since)
                )
            found = self._trouble_of(name, now, patience)
            if found != self._trouble.get(name):
                if found is None:
                    del self._trouble[name]
                else:
                    self._trouble[name] = found
                since = self._useless[name] if found == "astray" else now
                said.append(
                    SensorStatus(
                        sensor=name, time=now, mode=mode, status=found or "orderly", since=since
                    )
                )
        return tuple(said)

    def _trouble_of(
        self, name: str, now: Instant, patience: int
    ) -> Literal["flooding", "astray"] | None:
        """Say what is wrong with what comes from a sensor; silence changes nothing of it."""
        if name in self._useless:
            # A single late line is ordinary; nothing but late ones for some scans is not.
            is_heard = self._heard[name] > self._useless[name]
            if is_heard and now - self._useless[name] > patience:
                return "astray"
            return self._trouble.get(name)
        if name in self._flooded and now - self._flooded[name] <= patience:
            return "flooding"
        return None

    def _advance(self, time: Instant) -> Instant:
        """Move the stream's time on; it never goes back."""
        if self._now is None:
            self._heard = dict.fromkeys(self._seen, time)
        if self._now is None or time > self._now:
            self._now = time
        return self._now

    def _hear(self, sensor: str, now: Instant) -> None:
        self._heard[sensor] = now
        if sensor in self._silent:
            self._silent.discard(sensor)
            self._news.append((sensor, now))


_WHAT: dict[type, str] = {
    RadarPlot: "plots", LineOfSightPlot: "plots", PartnerTrack: "tracks",
}  # fmt: skip


def rations_of(
    sensors: Mapping[str, Contributor], settings: Settings | None = None
) -> dict[str, Ration]:
    """Give what each of some sensors and partners may report."""
    settings = settings or Settings()
    return {
        name: Ration(
            settings.most_partner_tracks if isinstance(sensor, Partner)
            else settings.most_plots_per_scan,
            _period_of(sensor) or 1.0,
        )
        for name, sensor in sensors.items()
    }  # fmt: skip


def _period_of(sensor: Contributor) -> float | None:
    """Give the seconds between a sensor's signs of life; None if it promises none."""
    return sensor.update_period_s if isinstance(sensor, Partner) else sensor.scan_period_s


def _which(line: RadarPlot | LineOfSightPlot | EndOfScan | PartnerTrack) -> str:
    if isinstance(line, PartnerTrack):
        return f"track {shown(line.partner_track)}"
    return f"scan {line.scan}"


def _key(line: RadarPlot | LineOfSightPlot | EndOfScan | PartnerTrack) -> tuple[object, ...]:
    """Give what makes a line itself: its scan and time, and what it measured."""
    if isinstance(line, RadarPlot):
        return (
            line.time, line.scan, line.range_m, line.azimuth_deg, line.elevation_deg,
            line.range_rate_mps,
        )  # fmt: skip
    if isinstance(line, PartnerTrack):
        return (line.time, line.partner_track, line.position_ecef_m, line.velocity_ecef_mps,
                line.covariance_ecef, line.status)  # fmt: skip
    if isinstance(line, LineOfSightPlot):
        return (line.time, line.scan, line.line_of_sight_ecef)
    return (line.time, line.scan)


def _refused(
    line: RadarPlot | LineOfSightPlot | EndOfScan | PartnerTrack, reason: str, detail: str
) -> Refused:
    return Refused(
        source=line.source,
        line=line.line,
        time=line.received,
        mode=line.mode,
        reason=reason,
        detail=detail,
    )
