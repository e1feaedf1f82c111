"""The only place that asks what time it is.

Arrivals are dated in TAI, from the system's UTC. The system's clock must be kept right by
others (NTP, PTP); what is made sure of here is that dates never run backwards: where the
system's clock is set back, dating goes on by the monotonic clock, and `behind` tells.
"""

import asyncio
import contextlib
import os
import time
from pathlib import Path

from launchwatch.timescale import SECOND, Instant, instant_from_utc

_DAY = 86_400 * SECOND
_CREEP = 1_000
"""Nanoseconds shown in a second by a clock that has not started; a week of them is 0.6 s."""

_LOOK_S = 0.05
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


class PacedClock(Clock):
    """A clock for simulations: it shows another time, which runs so many times as fast.

    It begins to run when a file appears that holds the seconds which the machine's monotonic clock
    showed at its start. So all processes of one machine that look at one file show the same,
    however long each takes to get ready. Until then it creeps, a million times slower.
    """

    def __init__(self, begins: Instant, starts: Path, speed: float) -> None:
        """Show ``begins`` when the file ``starts`` says so."""
        super().__init__()
        self._begins, self._starts, self._speed = begins, starts, speed
        self._made = time.monotonic()
        self._at: float | None = None

    def now(self) -> Instant:
        """Give the instant that is shown."""
        if self._at is None:
            with contextlib.suppress(OSError, ValueError):
                self._at = float(self._starts.read_text())
        monotonic = time.monotonic()
        if self._at is None or monotonic < self._at:
            return Instant(self._begins - SECOND + round((monotonic - self._made) * _CREEP))
        return Instant(self._begins + round((monotonic - self._at) * self._speed * SECOND))

    def behind(self) -> float:
        """Give 0: it does not follow the system's clock."""
        return 0.0

    async def next_second(self) -> Instant:
        """Wait for the next whole second that is shown, and give it."""
        now = self.now()
        due = (now // SECOND + 1) * SECOND
        while now < due:
            wait = (due - now) / SECOND / self._speed
            await asyncio.sleep(wait if self._at is not None else min(wait, _LOOK_S))
            now = self.now()
        return Instant(due)


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
