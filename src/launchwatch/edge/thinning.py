"""Refuse a flood at the door: what one sensor sends beyond what is used of it is not recorded.

The engine uses so many plots of a sensor in a scan (`launchwatch.sensors.flooding`). Recording,
handing on and answering each of the others costs far more than they are worth: a flood would fill
the disk, and on a connection that brings other sensors too, these would wait for it. So the
same ration is kept here, a little less exactly: lines are counted by the second in which they
say they were measured. What is too much becomes one packet for each sensor and scan, which
holds how many lines it stands for and the first and last of them (`Thinned`); it is recorded
and handled as any other packet, and acknowledges all its lines.

Files that are followed are not thinned: a restart counts their lines.
"""

import re
from collections.abc import Callable

from launchwatch.errors import InputError
from launchwatch.sensors.flooding import Ration, Thinned
from launchwatch.timescale import SECOND, Instant, instant_from_utc

_TIME = re.compile(rb'"time"\s*:\s*"([0-9T:-]{19})[0-9.]{0,10}Z"')
_END = b'"end_of_scan"'

_NEAR = 15 * SECOND
"""Times further from their arrival than this, which is more than the engine takes, count by
their arrival: no clock that is wrong makes a flood pass."""

_SECONDS_KEPT = 256


class Excess:
    """What was refused of one sensor's lines from one feed, and not told yet."""

    __slots__ = ("acknowledge", "count", "feed", "first", "first_line", "last", "last_line", "time")

    def __init__(self, feed: str) -> None:
        self.feed = feed
        self.count = self.first_line = self.last_line = 0
        self.first = self.last = b""
        self.time = Instant(0)
        self.acknowledge: list[Callable[[], None]] = []

    def add(
        self, line: int, payload: bytes, time: Instant, acknowledge: Callable[[], None] | None
    ) -> None:
        """Count one more line."""
        if not self.count:
            self.first, self.first_line = payload, line
        self.count += 1
        self.last, self.last_line = payload, line
        self.time = max(self.time, time)
        if acknowledge is not None:
            self.acknowledge.append(acknowledge)

    def acknowledged(self) -> None:
        """Acknowledge all of it."""
        for each in self.acknowledge:
            each()

    def told(self, sensor: str) -> Thinned:
        """Give what is to be recorded."""
        return Thinned(
            sensor=sensor, count=self.count, last_line=self.last_line,
            time=Instant(self.time + SECOND), first=self.first, last=self.last,
        )  # fmt: skip


class Thinning:
    """Decides, for one sensor, which lines are too many."""

    def __init__(self, ration: Ration) -> None:
        self._ration = ration
        self._refused: Instant | None = None
        self._seconds: dict[bytes, Instant] = {}

    def is_too_much(self, payload: bytes, received: Instant, waiting: int) -> Instant | None:
        """Give when a line was measured that must not be recorded, to the second, else None.

        Args:
            waiting: how many lines of the sensor wait. A sensor that floods may have no more
                waiting than are used in a scan; what a slow machine cannot use in time would
                become late, and keep others from being read.
        """
        if is_end_of_scan(payload):
            return None
        time = self._time_of(payload, received)
        is_flooding = self._refused is not None and received - self._refused < _NEAR
        is_used = self._ration.allows(time, Instant(received - _NEAR))
        if is_used and not (is_flooding and waiting >= self._ration.most):
            return None
        if not is_used:
            self._refused = received
        return time

    def _time_of(self, payload: bytes, received: Instant) -> Instant:
        """Give the second in which a line says it was measured."""
        found = _TIME.search(payload)
        if found is None:
            return received
        time = self._seconds.get(found[1])
        if time is None:
            try:
                time = instant_from_utc(found[1].decode() + "Z")
            except InputError:
                return received
            if len(self._seconds) >= _SECONDS_KEPT:
                self._seconds.clear()
            self._seconds[found[1]] = time
        return time if abs(time - received) < _NEAR else received


def is_end_of_scan(payload: bytes) -> bool:
    """Say whether a line ends a scan, as far as can be seen without reading it."""
    return _END in payload
