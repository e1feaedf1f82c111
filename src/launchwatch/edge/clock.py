"""The only place that asks what time it is.

Arrivals are dated in TAI, from the system's UTC. The system's clock must be kept right by
others (NTP, PTP); what is made sure of here is that dates never run backwards: where the
system's clock is set back, dating goes on by the monotonic clock, and `behind` tells.
"""

import asyncio
import os
import time
from pathlib import Path

from launchwatch.timescale import SECOND, Instant, instant_from_utc

_DAY = 86_400 * SECOND
_IMPORTED = time.monotonic()


class Clock:
    """Gives instants that never decrease. Used from one thread."""

    def __init__(self) -> None:
        self._day = -1
        self._offset = 0
        self._last = 0
        self._last_monotonic = 0

    def now(self) -> Instant:
        """Give the present instant, TAI."""
        monotonic = time.monotonic_ns()
        reading = self._system()
        if reading < self._last:
            reading = self._last + monotonic - self._last_monotonic
        self._last, self._last_monotonic = reading, monotonic
        return Instant(reading)

    def behind(self) -> float:
        """Give the seconds by which the system's clock lies behind what we date with."""
        return max(self.now() - self._system(), 0) / SECOND

    async def next_second(self) -> Instant:
        """Wait for the next whole second of TAI, and give it."""
        now = self.now()
        due = (now // SECOND + 1) * SECOND
        while now < due:
            await asyncio.sleep((due - now) / SECOND)
            now = self.now()
        return Instant(due)

    def _system(self) -> int:
        utc = time.time_ns()
        day = utc // _DAY
        if day != self._day:
            # The offset changes at most at midnight.
            date = time.strftime("%Y-%m-%dT00:00:00Z", time.gmtime(day * 86_400))
            self._day, self._offset = day, instant_from_utc(date) - day * _DAY
        return utc + self._offset


def monotonic() -> float:
    """Give the seconds of a clock that never runs back; only differences mean anything."""
    return time.monotonic()


def unix_ms() -> int:
    """Give the system's time as browsers count: whole milliseconds of UTC since 1970."""
    return time.time_ns() // 1_000_000


def seconds_since_start() -> float:
    """Give how long this process has lived, its interpreter's start included."""
    try:
        # Field 22, counted behind the name, which may hold blanks: start in clock ticks.
        fields = Path("/proc/self/stat").read_text().rpartition(")")[2].split()
        started = int(fields[19]) / os.sysconf("SC_CLK_TCK")
        return time.clock_gettime(time.CLOCK_BOOTTIME) - started
    except (OSError, ValueError, IndexError, AttributeError):
        return time.monotonic() - _IMPORTED
