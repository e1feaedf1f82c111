"""Gives the archive what is said, as much at once as waits, at the archive's own pace.

What it cannot take is counted and said loudly: the archive can be made anew from the journal.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from launchwatch.edge.archive import Archive, rows_of
from launchwatch.edge.said import Said
from launchwatch.errors import DeliveryError

_AT_ONCE = 512
"""Answers that the archive takes in one go."""

_ROOM = 20_000
"""Answers that may wait for it."""


class Keeping:
    """The archive's queue: `run` it, `take` what is said, `end` it, `close` the archive.

    Attributes:
        missed: stimuli whose answers the archive could not take.
    """

    def __init__(
        self,
        archive: Archive,
        alarm: Callable[[str, str], None],
        relieve: Callable[[str], None],
    ) -> None:
        self.missed = 0
        self._archive, self._alarm, self._relieve = archive, alarm, relieve
        self._waiting: asyncio.Queue[Said | None] = asyncio.Queue(_ROOM)

    def take(self, said: Said) -> None:
        """Keep this soon, if there is room."""
        if self._waiting.qsize() < _ROOM - 1:
            self._waiting.put_nowait(said)
        else:
            self.missed += 1
            self._alarm("archive", "it is too slow and misses what is said; rebuild it later")

    async def end(self) -> None:
        """Say that nothing more will come."""
        await self._waiting.put(None)

    async def run(self, thread: ThreadPoolExecutor) -> None:
        """Keep what comes until the end."""
        loop = asyncio.get_running_loop()
        while (said := await self._waiting.get()) is not None:
            group = [said]
            more: Said | None = said
            while more is not None and not self._waiting.empty() and len(group) < _AT_ONCE:
                if (more := self._waiting.get_nowait()) is not None:
                    group.append(more)
            try:
                await loop.run_in_executor(thread, self._write, group)
            except DeliveryError as error:
                self.missed += len(group)
                self._alarm("archive", f"{error}; rebuild it later")
            else:
                self._relieve("archive")
            if more is None:
                return

    def close(self) -> None:
        """Let the archive go."""
        self._archive.close()

    def _write(self, group: list[Said]) -> None:
        """Write to the archive, in its thread."""
        self._archive.write(
            row for each in group for row in rows_of(each.sequence, each.stimulus, each.answers)
        )
