"""Where everything that arrives is dated, numbered, sealed, and waits for the journal.

Every stream that is in order by itself has a lane: what one listed sensor sends, by whatever
connections; whatever else one connection brings; a followed file; the ticks. The journal takes
from all lanes in turn, and what is taken is handled in that order, so a lane waits behind
itself and, by more than a moment, behind nobody else:

* a lane with little waiting is emptied each time, before the lanes with much;
* lanes with much share what the engine has time for while the journal writes: `Intake.group`
  is told how much work that is, and each lane knows what its lines have lately cost. What is
  taken and not yet handled stays below twice that, for all that comes later waits behind it.

What a sensor sends beyond what is used of it is counted here, and recorded as one packet
(`launchwatch.edge.thinning`). A sender has only so much waiting; then, feeds that can wait do
(`Intake.put`). From those that cannot, what does not fit is counted (`Intake.offer`), and the
number becomes a packet itself, so that it is journalled, refused and counted like any other
line that cannot be used.
"""

import asyncio
import re
from collections import deque
from collections.abc import Callable, Hashable, Iterable, Mapping

from msgspec.structs import replace

from launchwatch.edge.clock import Clock
from launchwatch.edge.thinning import Excess, Thinning, is_end_of_scan
from launchwatch.messages.packet import Decision, Mode, Packet, Stimulus, Tick
from launchwatch.sensors import flooding
from launchwatch.sensors.jsonplots import LONGEST_LINE, UNREADABLE
from launchwatch.timescale import Instant

LONGEST_PAYLOAD = LONGEST_LINE + 3
"""Bytes kept of a line: just beyond what a decoder takes, so that it refuses the rest by name."""

ROOM = 4 * 1024 * 1024
"""Bytes that may wait of one sender that can wait: 10,000 plots, so that a scan of so many does
not keep what comes behind it on the same connection from being read."""

BURST = 8192
"""Lines kept of one sensor from a feed that cannot wait."""

FEW = 16
"""Lines that are no flood, whatever they cost: some scans of a sensor in order."""

_LINE = 256
"""Bytes that a waiting line takes besides its own."""

_COST = 1e-4
"""Seconds that a line is thought to cost the engine before any has been seen: a plot's usual."""

_LEARNT = 0.05
"""How much one line's cost counts in its lane's: some twenty lines are remembered, so that a
costly one among many cheap ones does not stop the lane."""

_SENSOR = re.compile(rb'"sensor"\s*:\s*"([^"]{1,64})"')


class Sender:
    """One connection, file or such: how much of it waits. Reading it pauses while that is much."""

    __slots__ = ("_has_room", "waiting")

    def __init__(self) -> None:
        self.waiting = 0
        self._has_room = asyncio.Event()

    def left(self, size: int) -> None:
        """Note that so many bytes wait no more."""
        self.waiting -= size
        if self.waiting < ROOM:
            self._has_room.set()

    async def has_room(self) -> None:
        """Wait until more may be read."""
        while self.waiting >= ROOM:
            self._has_room.clear()
            await self._has_room.wait()


class Lane:
    """What waits of one stream, in its order, and the engine's seconds that a line costs."""

    __slots__ = ("cost", "queue")

    def __init__(self) -> None:
        self.queue: deque[Arrival] = deque()
        self.cost = _COST

    def has_cost(self, seconds: float) -> None:
        """Learn what one line has cost."""
        self.cost += _LEARNT * (seconds - self.cost)


class Arrival:
    """A stimulus on its way through the watch.

    Attributes:
        lane: where it waited.
        work: seconds of the engine's that it was thought to cost when it was taken.
        sequence: its number in the journal; 0 while it is not on disk.
        digest: of the engine's answers; empty until they are known.
        acknowledge: to be called once, when it is on disk.
    """

    __slots__ = ("acknowledge", "digest", "lane", "sender", "sequence", "size", "stimulus", "work")

    def __init__(
        self,
        stimulus: Stimulus,
        lane: Lane,
        sender: Sender | None = None,
        size: int = 0,
        acknowledge: Callable[[], None] | None = None,
    ) -> None:
        self.stimulus = stimulus
        self.lane = lane
        self.sender, self.size = sender, size
        self.acknowledge = acknowledge
        self.work = 0.0
        self.sequence = 0
        self.digest = b""


class Intake:
    """The ways into the watch, taken in turn.

    Invariants: ``_ready`` holds exactly the lanes in which something waits, each once;
    ``_ahead`` is the work of what was taken and not handled yet.

    Attributes:
        lines: the number of each feed's last line; set before the feeds open, it goes on.
        dropped: how many lines of each feed have been dropped since the start.
        sensors: those listed, each with what is used of it; each has a lane of its own.
    """

    def __init__(self, clock: Clock, mode: Mode) -> None:
        self.lines: dict[str, int] = {}
        self.dropped: dict[str, int] = {}
        self.sensors: Mapping[str, Thinning] = {}
        self._excess: dict[tuple[str, str], Excess] = {}
        self._untold: dict[str, int] = {}
        self._clock = clock
        self._mode: Mode = mode
        self._lanes: dict[Hashable, Lane] = {}
        self._ready: deque[Lane] = deque()
        self._ahead = 0.0
        self._something = asyncio.Event()
        self._has_ended = False

    @property
    def is_idle(self) -> bool:
        """Whether nothing waits, nor is being handled."""
        return not self._ready and self._ahead < 1e-6

    async def put(
        self,
        feed: str,
        decoder: str,
        lines: Iterable[bytes],
        sender: Sender,
        acknowledge: Callable[[int], Callable[[], None]] | None = None,
        *,
        in_order: bool = False,
    ) -> None:
        """Take lines that came together; return when the sender may go on.

        Args:
            acknowledge: gives what is to be called when one of them, counted from 0, is on disk.
            in_order: they must be recorded in the order in which they came.
        """
        received = self._clock.now()
        for index, line in enumerate(lines):
            payload = line[:LONGEST_PAYLOAD]
            named = None if in_order else self._sensor_in(payload)
            lane = self._lane(named or (feed, sender))
            due = acknowledge and acknowledge(index)
            if named and self._is_excess(feed, named, lane, payload, received, due):
                continue
            size = len(payload) + _LINE
            sender.waiting += size
            packet = self._packet(feed, decoder, payload, received)
            self._add(Arrival(packet, lane, sender, size, due))
        # A file that is read faster than it is handled must not keep the others from their turn.
        await asyncio.sleep(0)
        await sender.has_room()

    def offer(self, feed: str, decoder: str, payload: bytes) -> None:
        """Take a line if there is room, else count it as dropped."""
        payload = payload[:LONGEST_PAYLOAD]
        named, received = self._sensor_in(payload), self._clock.now()
        lane = self._lane(named or feed)
        if named and self._is_excess(feed, named, lane, payload, received, None):
            return
        if len(lane.queue) >= BURST:
            self.dropped[feed] = self.dropped.get(feed, 0) + 1
            self._untold[feed] = self._untold.get(feed, 0) + 1
        else:
            self._add(Arrival(self._packet(feed, decoder, payload, received), lane))

    def leave(self, feed: str, sender: Sender) -> None:
        """Forget a sender of which nothing more will come; what waits is still taken."""
        self._lanes.pop((feed, sender), None)

    def tick(self, time: Instant) -> None:
        """Take the passing of time; and tell what was refused or dropped before it."""
        self._tell_excess()
        for feed, count in self._untold.items():
            text = f"the watch must keep up with its feeds, got {count} lines too many: dropped"
            packet = self._packet(feed, UNREADABLE, text.encode(), self._clock.now())
            self._add(Arrival(packet, self._lane(feed)))
        self._untold.clear()
        self._add(Arrival(Tick(time=time, mode=self._mode), self._lane("ticks")))

    def decide(self, decision: Decision) -> None:
        """Take a person's decision, in a lane in which nothing else waits."""
        dated = replace(decision, time=self._clock.now())
        self._add(Arrival(dated, self._lane("decisions")))

    def end(self) -> None:
        """Say that nothing more will come."""
        self._tell_excess()
        self._has_ended = True
        self._something.set()

    async def group(self, work: float) -> list[Arrival]:
        """Wait for something that may go on, and give it; empty at the end.

        Args:
            work: seconds of the engine's that lanes with much waiting may fill.
        """
        while not (found := self._taken(work)) and not (self._has_ended and not self._ready):
            self._something.clear()
            await self._something.wait()
        return found

    def handled(self, group: Iterable[Arrival]) -> None:
        """Note that the engine is through with what was taken."""
        self._ahead -= sum(arrival.work for arrival in group)
        self._something.set()

    def _taken(self, work: float) -> list[Arrival]:
        little = [lane for lane in self._ready if len(lane.queue) <= FEW]
        much = [lane for lane in self._ready if len(lane.queue) > FEW]
        found: list[Arrival] = []
        for lane in little:
            self._take(lane, FEW, found)
        left = min(work, 2.0 * work - self._ahead)
        # Nobody starves: where there is a group anyway, the next lane has its line in it.
        if left > 0.0 or found:
            for count in range(len(much), 0, -1):
                lane = much.pop(0)
                before = self._ahead
                self._take(lane, max(1, int(left / count / max(lane.cost, 1e-6))), found)
                left -= self._ahead - before
                if lane.queue:
                    much.append(lane)
                if left <= 0.0:
                    break
        self._ready = deque(much)
        return found

    def _take(self, lane: Lane, most: int, found: list[Arrival]) -> None:
        for _ in range(min(most, len(lane.queue))):
            arrival = lane.queue.popleft()
            arrival.work = lane.cost
            self._ahead += lane.cost
            if arrival.sender is not None:
                arrival.sender.left(arrival.size)
            found.append(arrival)

    def _lane(self, key: Hashable) -> Lane:
        lane = self._lanes.get(key)
        if lane is None:
            lane = self._lanes[key] = Lane()
        return lane

    def _add(self, arrival: Arrival) -> None:
        lane = arrival.lane
        if not lane.queue:
            self._ready.append(lane)
            self._something.set()
        lane.queue.append(arrival)

    def _is_excess(
        self,
        feed: str,
        sensor: str,
        lane: Lane,
        payload: bytes,
        received: Instant,
        acknowledge: Callable[[], None] | None,
    ) -> bool:
        """Say whether a line is too many, and count it then."""
        time = self.sensors[sensor].is_too_much(payload, received, len(lane.queue))
        if time is None:
            if self._excess and is_end_of_scan(payload):
                # What the scan did not show may have been among it.
                self._tell_excess(sensor)
            return False
        excess = self._excess.get((feed, sensor))
        if excess is None:
            excess = self._excess[feed, sensor] = Excess(feed)
        excess.add(self._number(feed), payload, time, acknowledge)
        return True

    def _tell_excess(self, of: str | None = None) -> None:
        """Put a packet for what was too many of a sensor, or of all, in its lane."""
        for feed, sensor in [key for key in self._excess if of in (None, key[1])]:
            excess = self._excess.pop((feed, sensor))
            packet = Packet(
                source=feed, line=excess.first_line, format=flooding.FORMAT,
                received=self._clock.now(), mode=self._mode,
                payload=flooding.encode(excess.told(sensor)),
            )  # fmt: skip
            self._add(Arrival(packet, self._lane(sensor), acknowledge=excess.acknowledged))

    def _sensor_in(self, payload: bytes) -> str | None:
        """Give the listed sensor that a line seems to be of: enough to choose a lane by."""
        found = _SENSOR.search(payload)
        name = found[1].decode("utf-8", "replace") if found else None
        return name if name in self.sensors else None

    def _packet(self, feed: str, decoder: str, payload: bytes, received: Instant) -> Packet:
        return Packet(
            source=feed, line=self._number(feed), format=decoder, received=received,
            mode=self._mode, payload=payload,
        )  # fmt: skip

    def _number(self, feed: str) -> int:
        number = self.lines[feed] = self.lines.get(feed, 0) + 1
        return number


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
