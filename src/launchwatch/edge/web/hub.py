"""The hub: frames for every reader, each at its own pace.

Frames are kept once, as text, for as long as they fit. A reader asks for what comes after the last
frame that it has; one that is new, or has fallen so far behind that its next frame is gone or that
catching up would be more than starting anew, gets a full frame instead. Nobody is ever waited
for, and a slow reader costs what a quick one does.
"""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable

KEPT_BYTES = 16_000_000
"""Of frames: a minute of fifty flights, hours of a quiet watch."""

KEPT_FRAMES = 4_000

LAG = 40
"""Frames behind from which a reader gets a full one: two seconds at full rate."""


class Hub:
    """The newest frames of one watch. Used from one event loop.

    Args:
        watch: names the run of the watch.
        whole: gives the whole scene as of the newest frame, as text.
    """

    def __init__(self, watch: str, whole: Callable[[], str]) -> None:
        self._watch, self._make_whole = watch, whole
        self._frames: deque[tuple[int, str]] = deque()
        self._bytes = 0
        self._whole: tuple[int, str] | None = None
        self._news = asyncio.Event()
        self._is_over = False
        self.sequence = 0
        self.readers = 0
        self.started_anew = 0

    def publish(self, sequence: int, text: str) -> None:
        """Let readers have a new frame."""
        self._frames.append((sequence, text))
        self._bytes += len(text)
        while len(self._frames) > KEPT_FRAMES or self._bytes > KEPT_BYTES:
            self._bytes -= len(self._frames.popleft()[1])
        self.sequence = sequence
        self._wake()

    def end(self) -> None:
        """Let readers go once they have everything."""
        self._is_over = True
        self._wake()

    async def follow(self, watch: str = "", sequence: int = 0) -> AsyncIterator[str]:
        """Give frames as they come, after the one that a reader has; until the hub ends.

        Args:
            watch: the run of the watch that the reader has frames of; empty for none.
            sequence: the number of its last frame.
        """
        at = sequence if watch == self._watch and sequence <= self.sequence else 0
        self.readers += 1
        try:
            while True:
                while at < self.sequence:
                    at, text = self._next(at)
                    yield text
                if self._is_over:
                    return
                news = self._news
                await news.wait()
        finally:
            self.readers -= 1

    def _next(self, at: int) -> tuple[int, str]:
        """Give the frame after a number, or a full one; with its number."""
        behind = self.sequence - at
        if at and behind <= len(self._frames) and behind <= LAG:
            return self._frames[-behind]
        if at:
            self.started_anew += 1
        if self._whole is None or self._whole[0] != self.sequence:
            self._whole = self.sequence, self._make_whole()
        return self._whole

    def _wake(self) -> None:
        # Who waits has the old event; whoever comes later waits for the next.
        self._news.set()
        self._news = asyncio.Event()
