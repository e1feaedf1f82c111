"""The way out to one partner: its lines to disk, then sealed, then away, at the partner's pace.

Theory of operation. Lines are told in the order of their numbers from a *cursor*, and never more
than `WINDOW` ahead of what the partner says that it has on its disk. So a partner that stops
reading holds up its own lines and nobody else's, and nothing piles up at a broker. Where the
partner asks for what it missed, or is heard again after a silence, the cursor goes back to behind
what it has; the lines then come from memory (the newest `TAIL`), or from the journal, as they would
have the first time. There is no other way of catching up, so it is tried with every message.

Every line is written down before it leaves: a number that a partner has seen is never given to
another line, whatever becomes of this machine (`launchwatch.edge.nations.told`).
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import islice

from launchwatch.edge.clock import monotonic
from launchwatch.edge.nations.told import FLUSH_S, Told
from launchwatch.errors import JournalError
from launchwatch.nations.envelope import Claims

_log = logging.getLogger(__name__)

WINDOW = 8192
"""Lines: 10,000 a second are told with a partner that acknowledges after half a second."""

TAIL = 8192
"""Lines kept in memory: the window, so that in ordinary times nothing is read back."""

SILENT_S = 3.0
"""Seconds without a word from the partner after which nothing more is sent into the dark."""

STUCK_S = 1.0
"""Seconds without progress after which what was sent is taken to be lost."""

MOST_LINES, MOST_BYTES = 64, 14_000
"""In one envelope: few enough that tracks do not wait for one another at the other side, and that
the door there takes it as one packet."""

_AGAIN_S = 1.0
_READ = 1024


class Outlet:
    """One partner's lines. Make it, `run` it, `offer` it lines, tell it what was `heard`.

    Attributes:
        acknowledged: number of the last line that the partner has on its disk.
        last: number of the last line on ours.
        trouble: why lines are not on disk; empty where they are.
    """

    def __init__(self, told: Told, send: Callable[[int, Sequence[bytes]], Awaitable[bool]]) -> None:
        self.acknowledged = 0
        self.last = told.last
        self.trouble = ""
        self._told, self._send = told, send
        self._pending: list[bytes] = []
        self._tail: deque[tuple[int, bytes]] = deque(maxlen=TAIL)
        self._cursor: int | None = None
        self._going = 0
        self._heard = self._moved = monotonic()
        self._kept = asyncio.Event()
        self._wanted = asyncio.Event()
        self._reading: Iterator[tuple[int, bytes]] | None = None
        self._read: deque[tuple[int, bytes]] = deque()
        self._thread = ThreadPoolExecutor(1, f"told {told.path.stem}")
        self._quiet = asyncio.Event()
        self._quiet.set()

    @property
    def stream(self) -> int:
        """The stream's name."""
        return self._told.stream

    def offer(self, lines: Sequence[bytes]) -> None:
        """Tell these lines."""
        if lines:
            self._pending += lines
            self._quiet.clear()
            self._kept.set()

    def heard(self, have: Claims) -> None:
        """Use what the partner says that it has."""
        now = monotonic()
        was_silent = now - self._heard > SILENT_S
        self._heard = now
        had = have.first if have.stream == self._told.stream else 0
        if had > self.last:
            _log.warning("%s: the partner has line %d, which was never told", self._told.path, had)
            had = self.last
        if had > self.acknowledged:
            self.acknowledged, self._moved = had, now
        cursor = self._cursor
        stuck = cursor is not None and had + 1 < cursor and now - self._moved > STUCK_S
        if cursor is None or had + 1 > cursor or have.count or was_silent or stuck:
            self._go_back(had + 1)
            self._moved = now
        self._wanted.set()

    async def run(self) -> None:
        """Keep and tell until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._keep())
            tasks.create_task(self._tell())
            tasks.create_task(self._flush())

    async def settle(self, seconds: float) -> None:
        """Wait, not too long, until all that was offered is on disk."""
        try:
            await asyncio.wait_for(self._quiet.wait(), seconds)
        except TimeoutError:
            return

    def close(self) -> None:
        """Let the journal go."""
        self._thread.shutdown()
        self._told.close()

    async def _keep(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            await self._kept.wait()
            self._kept.clear()
            lines, self._pending = self._pending, []
            while lines:
                try:
                    first = await loop.run_in_executor(self._thread, self._told.append, lines)
                except JournalError as error:
                    self.trouble = str(error)
                    await asyncio.sleep(_AGAIN_S)
                    continue
                self.trouble = ""
                self._tail.extend(enumerate(lines, first))
                self.last = first + len(lines) - 1
                lines = []
            if not self._pending:
                self._quiet.set()
            self._wanted.set()

    async def _flush(self) -> None:
        """Have the disk have it, soon after; in another thread than what is told waits for."""
        flushed = 0
        while True:
            await asyncio.sleep(FLUSH_S)
            if (last := self.last) == flushed:
                continue
            try:
                await asyncio.to_thread(self._told.flush)
            except JournalError as error:
                self.trouble = str(error)
            else:
                flushed = last

    async def _tell(self) -> None:
        while True:
            await self._wanted.wait()
            self._wanted.clear()
            while (batch := await self._batch()) is not None:
                first, lines = batch
                if not await self._send(first, lines):
                    break  # the next word of the partner's begins anew
                if self._cursor is not None and self._cursor <= first == self._going:
                    # nobody went back meanwhile
                    self._cursor = first + len(lines)
                # Others have their turn between two envelopes.
                await asyncio.sleep(0)

    async def _batch(self) -> tuple[int, list[bytes]] | None:
        """Give the next lines to be told; None where there are none, or they must wait."""
        cursor = self._cursor
        if cursor is None or monotonic() - self._heard > SILENT_S:
            return None
        end = min(self.last, self.acknowledged + WINDOW)
        if cursor > end:
            return None
        lines: list[bytes] = []
        size, first = 0, cursor
        for number, line in await self._from(cursor, min(end, cursor + MOST_LINES - 1)):
            if lines and (size + len(line) > MOST_BYTES or number != first + len(lines)):
                break
            first = first if lines else number
            lines.append(line)
            size += len(line) + 1
        self._going = first
        return (first, lines) if lines else None

    async def _from(self, first: int, last: int) -> list[tuple[int, bytes]]:
        if self._tail and self._tail[0][0] <= first:
            self._reading, self._read = None, deque()
            start = first - self._tail[0][0]
            return [self._tail[start + place] for place in range(last - first + 1)]
        loop = asyncio.get_running_loop()
        if self._reading is None or (self._read and self._read[0][0] > first):
            self._reading, self._read = self._told.since(first), deque()
        while self._read and self._read[0][0] < first:
            self._read.popleft()
        if not self._read:
            # In the keeper's thread: what is read and what is written do not meet.
            self._read.extend(await loop.run_in_executor(self._thread, _some, self._reading))
            if not self._read:
                self._reading = None  # it ended where the file did then
                return []
        # Numbers may leap (`Told`): then these are later ones.
        return [one for one in islice(self._read, MOST_LINES) if one[0] >= first]

    def _go_back(self, number: int) -> None:
        self._cursor, self._going = number, 0
        self._reading, self._read = None, deque()


def _some(reading: Iterator[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
    return list(islice(reading, _READ))
