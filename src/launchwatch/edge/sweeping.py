"""When Python looks for rings of objects that nobody refers to any more.

Left to itself it does so whenever a quarter more has gathered, which in a flood is every other
second: each time it walks through all that the tracker holds of the flood, for 20 to 170 ms, and
every plot waits. Measured, this alone made the slowest hundredth of plots in a flood. So in a watch
only what is new is looked through as it comes, which takes a millisecond at most; all of it
once in `EVERY`, at a moment in which nothing waits, or after `PATIENCE` in any case.

Hardly anything here makes rings: what is dropped is mostly freed at once.
"""

import gc
from types import TracebackType
from typing import Self

EVERY = 600.0
"""Seconds: a connection that failed leaves a ring of some kilobytes; a hundred of them a minute
would gather some megabytes."""

PATIENCE = 3600.0

_NEVER = 1_000_000_000


class Sweeping:
    """The collector's settings while a watch runs; those of before come back at its end."""

    def __init__(self) -> None:
        self._before = gc.get_threshold()
        self._swept: float | None = None

    def __enter__(self) -> Self:
        """Look only through what is new from now on."""
        young, middle, _ = self._before
        gc.set_threshold(young, middle, _NEVER)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Set everything back."""
        gc.set_threshold(*self._before)

    def pass_time(self, now: float, *, is_idle: bool) -> bool:
        """Look through everything if it is time, and say whether that was done.

        Args:
            now: monotonic seconds.
            is_idle: nothing waits.
        """
        if self._swept is None:
            self._swept = now
        since = now - self._swept
        if since < EVERY or (since < PATIENCE and not is_idle):
            return False
        gc.collect()
        self._swept = now
        return True
