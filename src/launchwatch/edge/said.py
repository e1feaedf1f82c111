"""What a watch says, stimulus by stimulus, and who listens to it."""

import asyncio
from collections.abc import AsyncIterator

from msgspec import Struct

from launchwatch.messages.packet import Stimulus
from launchwatch.messages.wire import Message


class Said(Struct, frozen=True):
    """One stimulus and what the engine said to it; sequence is 0 where it is not on disk."""

    sequence: int
    stimulus: Stimulus
    answers: tuple[Message, ...]


class Subscription:
    """A reader's own queue of what is said; full, it misses the newest and counts them."""

    def __init__(self, limit: int) -> None:
        self.missed = 0
        self._queue: asyncio.Queue[Said | None] = asyncio.Queue(limit + 1)
        self._limit = limit

    def give(self, said: Said | None) -> None:
        """Add to the queue if there is room; there always is for the end (None)."""
        if said is not None and self._queue.qsize() >= self._limit:
            self.missed += 1
        else:
            self._queue.put_nowait(said)

    async def __aiter__(self) -> AsyncIterator[Said]:
        while (said := await self._queue.get()) is not None:
            yield said
