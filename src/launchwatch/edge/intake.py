"""Where everything that arrives is dated, sealed as a stimulus, and waits for the journal.

Every stream that is in order by itself (a connection, a file, what one sensor sends by
datagrams, the ticks) has a lane of bounded length, and the journal takes some from each in
turn: one sensor's flood waits behind itself and before nobody else. What is taken is numbered
then, so that a feed's lines are numbered in the order in which they are recorded.

When a lane is full, feeds that can wait do (`Intake.put`); from those that cannot, what does
not fit is counted (`Intake.offer`), and the number becomes a packet itself, so that it is
journalled, refused and counted like any other line that cannot be used.
"""

import asyncio
import re
from collections import deque
from collections.abc import Callable, Hashable
from typing import NamedTuple

from launchwatch.edge.clock import Clock
from launchwatch.messages.packet import Mode, Packet, Stimulus, Tick
from launchwatch.sensors.jsonplots import LONGEST_LINE, UNREADABLE
from launchwatch.timescale import Instant

LONGEST_PAYLOAD = LONGEST_LINE + 3
"""Bytes kept of a line: just beyond what a decoder takes, so that it refuses the rest by name."""

WAITING = 128
"""Lines that a feed which can wait may have waiting, for each connection."""

BURST = 8192
"""Lines kept of one sensor from a feed that cannot wait."""

_SENSOR = re.compile(rb'"sensor"\s*:\s*"([^"]{1,64})"')


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


class _Line(NamedTuple):
    """A line as it came, not yet numbered."""

    feed: str
    decoder: str
    payload: bytes
    received: Instant
    acknowledge: Callable[[], None] | None


class _Lane:
    """What waits of one stream, in its order."""

    __slots__ = ("is_ready", "queue")

    def __init__(self, limit: int) -> None:
        self.queue: asyncio.Queue[_Line | Tick] = asyncio.Queue(limit)
        self.is_ready = False


class Intake:
    """The ways into the watch, taken in turn.

    Invariant: ``_ready`` holds exactly the lanes in which something waits, each once.

    Attributes:
        lines: the number of each feed's last line; set before the feeds open, it goes on.
        dropped: how many lines of each feed have been dropped since the start.
        sensors: those listed; each has a lane of its own in feeds that cannot wait.
    """

    def __init__(self, clock: Clock, mode: Mode) -> None:
        self.lines: dict[str, int] = {}
        self.dropped: dict[str, int] = {}
        self.sensors: frozenset[str] = frozenset()
        self._untold: dict[str, int] = {}
        self._clock = clock
        self._mode: Mode = mode
        self._lanes: dict[Hashable, _Lane] = {}
        self._ready: deque[_Lane] = deque()
        self._something = asyncio.Event()
        self._has_ended = False

    async def put(
        self,
        feed: str,
        decoder: str,
        payload: bytes,
        acknowledge: Callable[[], None] | None = None,
        *,
        stream: Hashable = None,
    ) -> None:
        """Take a line, now or when there is room.

        Args:
            stream: what keeps its order within the feed, such as a connection; see `leave`.
        """
        lane = self._lane((feed, stream), WAITING)
        await lane.queue.put(self._line(feed, decoder, payload, acknowledge))
        self._wake(lane)

    def offer(self, feed: str, decoder: str, payload: bytes) -> None:
        """Take a line if there is room, else count it as dropped."""
        lane = self._lane((feed, self._sensor_in(payload)), BURST)
        if lane.queue.full():
            self.dropped[feed] = self.dropped.get(feed, 0) + 1
            self._untold[feed] = self._untold.get(feed, 0) + 1
        else:
            lane.queue.put_nowait(self._line(feed, decoder, payload, None))
            self._wake(lane)

    def leave(self, feed: str, stream: Hashable) -> None:
        """Forget a stream of which nothing more will come; what waits is still taken."""
        self._lanes.pop((feed, stream), None)

    async def tick(self, time: Instant) -> None:
        """Take the passing of time; and tell what was dropped before it."""
        for feed, count in list(self._untold.items()):
            del self._untold[feed]
            text = f"the watch must keep up with its feeds, got {count} lines too many: dropped"
            await self.put(feed, UNREADABLE, text.encode())
        lane = self._lane("ticks", WAITING)
        await lane.queue.put(Tick(time=time, mode=self._mode))
        self._wake(lane)

    def end(self) -> None:
        """Say that nothing more will come."""
        self._has_ended = True
        self._something.set()

    async def group(self, share: int) -> list[Arrival]:
        """Wait for something, and give what is there, at most a share of each lane; empty at the
        end."""
        while not self._ready and not self._has_ended:
            self._something.clear()
            await self._something.wait()
        found: list[Arrival] = []
        for _ in range(len(self._ready)):
            lane = self._ready.popleft()
            found.extend(
                self._sealed(lane.queue.get_nowait()) for _ in range(min(share, lane.queue.qsize()))
            )
            lane.is_ready = not lane.queue.empty()
            if lane.is_ready:
                self._ready.append(lane)
        return found

    def _lane(self, key: Hashable, limit: int) -> _Lane:
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = _Lane(limit)
        return lane

    def _wake(self, lane: _Lane) -> None:
        if not lane.is_ready and not lane.queue.empty():
            lane.is_ready = True
            self._ready.append(lane)
            self._something.set()

    def _sensor_in(self, payload: bytes) -> str | None:
        """Give the listed sensor that a line seems to be of: enough to choose a lane by."""
        found = _SENSOR.search(payload)
        name = found[1].decode("utf-8", "replace") if found else None
        return name if name in self.sensors else None

    def _line(
        self, feed: str, decoder: str, payload: bytes, acknowledge: Callable[[], None] | None
    ) -> _Line:
        return _Line(feed, decoder, payload[:LONGEST_PAYLOAD], self._clock.now(), acknowledge)

    def _sealed(self, came: _Line | Tick) -> Arrival:
        if isinstance(came, Tick):
            return Arrival(came)
        number = self.lines[came.feed] = self.lines.get(came.feed, 0) + 1
        packet = Packet(
            source=came.feed,
            line=number,
            format=came.decoder,
            received=came.received,
            mode=self._mode,
            payload=came.payload,
        )
        return Arrival(packet, came.acknowledge)


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
