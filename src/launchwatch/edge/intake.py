"""Where everything that arrives is dated, sealed as a stimulus, and waits for the journal.

One queue of bounded length takes the packets of all feeds and the ticks, in one order. When
it is full, feeds that can wait do (`Intake.put`); from those that cannot, what does not fit
is counted (`Intake.offer`), and the number becomes a packet itself, so that it is journalled,
refused and counted like any other line that cannot be used.
"""

import asyncio
from collections.abc import Callable

from launchwatch.edge.clock import Clock
from launchwatch.messages.packet import Mode, Packet, Stimulus, Tick
from launchwatch.sensors.jsonplots import LONGEST_LINE, UNREADABLE
from launchwatch.timescale import Instant

LONGEST_PAYLOAD = LONGEST_LINE + 3
"""Bytes kept of a line: just beyond what a decoder takes, so that it refuses the rest by name."""


class Arrival:
    """A stimulus on its way through the watch.

    Attributes:
        sequence: its number in the journal; 0 while it is not on disk.
        digest: of the engine's answers; empty until they are known.
        acknowledge: to be called once, when it is on disk.
    """

    __slots__ = ("acknowledge", "digest", "sequence", "stimulus")

    def __init__(self, stimulus: Stimulus, acknowledge: Callable[[], None] | None = None) -> None:
        self.stimulus = stimulus
        self.acknowledge = acknowledge
        self.sequence = 0
        self.digest = b""


class Intake:
    """The one queue into the watch.

    Attributes:
        lines: the number of each feed's last line; set before the feeds open, it goes on.
        dropped: how many lines of each feed have been dropped since the start.
    """

    def __init__(self, clock: Clock, mode: Mode, limit: int = 8192) -> None:
        self.lines: dict[str, int] = {}
        self.dropped: dict[str, int] = {}
        self._untold: dict[str, int] = {}
        self._clock = clock
        self._mode: Mode = mode
        self._queue: asyncio.Queue[Arrival | None] = asyncio.Queue(limit)

    async def put(
        self, feed: str, decoder: str, payload: bytes, acknowledge: Callable[[], None] | None = None
    ) -> None:
        """Take a line, now or when there is room."""
        await self._queue.put(Arrival(self._packet(feed, decoder, payload), acknowledge))

    def offer(self, feed: str, decoder: str, payload: bytes) -> None:
        """Take a line if there is room, else count it as dropped."""
        if self._queue.full():
            self.dropped[feed] = self.dropped.get(feed, 0) + 1
            self._untold[feed] = self._untold.get(feed, 0) + 1
        else:
            self._queue.put_nowait(Arrival(self._packet(feed, decoder, payload)))

    async def tick(self, time: Instant) -> None:
        """Take the passing of time; and tell what was dropped before it."""
        for feed, count in list(self._untold.items()):
            del self._untold[feed]
            text = f"the watch must keep up with its feeds, got {count} lines too many: dropped"
            await self.put(feed, UNREADABLE, text.encode())
        await self._queue.put(Arrival(Tick(time=time, mode=self._mode)))

    async def end(self) -> None:
        """Say that nothing more will come."""
        await self._queue.put(None)

    async def group(self, limit: int) -> list[Arrival]:
        """Wait for something, and give all that is there, at most a limit; empty at the end."""
        found: list[Arrival] = []
        while len(found) < limit:
            if found and self._queue.empty():
                break
            arrival = await self._queue.get()
            if arrival is None:
                if found:
                    self._queue.put_nowait(None)
                break
            found.append(arrival)
        return found

    def _packet(self, feed: str, decoder: str, payload: bytes) -> Packet:
        line = self.lines[feed] = self.lines.get(feed, 0) + 1
        return Packet(
            source=feed,
            line=line,
            format=decoder,
            received=self._clock.now(),
            mode=self._mode,
            payload=payload[:LONGEST_PAYLOAD],
        )


class LineSplitter:
    """Cuts a stream of bytes into lines, of which no more is kept than a decoder wants."""

    def __init__(self) -> None:
        self._start = b""

    def lines(self, chunk: bytes) -> list[bytes]:
        """Give the lines that a chunk completes, without their ends."""
        *whole, rest = chunk.split(b"\n")
        if whole:
            whole[0] = self._start + whole[0]
            self._start = rest[:LONGEST_PAYLOAD]
        else:
            self._start = (self._start + rest)[:LONGEST_PAYLOAD]
        return [line[:LONGEST_PAYLOAD].removesuffix(b"\r") for line in whole]

    def rest(self) -> bytes:
        """Give what came without a line's end, and forget it."""
        rest, self._start = self._start, b""
        return rest
