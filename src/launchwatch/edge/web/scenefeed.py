"""From the watch's thread to the map's: what was said goes over, and becomes frames there.

The watch only appends to a queue; taking messages in, making rows, encoding and compressing
happen in the map's thread. A frame is cut for each second of the stream that has news, and by the
clock as soon as something is new, twenty times a second at most.
"""

import asyncio
import contextlib
import logging
import threading
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from launchwatch.edge.clock import monotonic, unix_ms
from launchwatch.edge.scene.composer import HEARTBEAT_S, Composer, encode
from launchwatch.edge.scene.record import Record
from launchwatch.edge.scene.story import Told
from launchwatch.edge.web.hub import Hub
from launchwatch.messages.warning import Alert
from launchwatch.timescale import SECOND, Instant

_log = logging.getLogger(__name__)

_FRAME_S = 0.05
"""Seconds between two frames, by the clock."""

_TURN_S = 0.005
"""Seconds of work after which others in the map's thread get their turn."""

_WAITING = 20_000
"""Entries in the queue from which a replay waits for the map, and a live watch leaves out plots."""

_ALERTS = 400
"""CAP documents kept for readers: as many as two hundred warnings have at most at hand."""


class Entry(NamedTuple):
    """What the watch said at once."""

    time: Instant
    messages: tuple[Told, ...]
    arrived_ms: int


class SceneFeed:
    """Takes what the watch says, from any thread; makes frames in the map's."""

    def __init__(self, composer: Composer, hub: Hub, record: Record) -> None:
        self._composer, self._hub, self._record = composer, hub, record
        self._queue: deque[Entry] = deque()
        self._room = threading.Event()
        self._wake = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._is_woken = False
        self._is_ending = False
        self._cut_at = 0.0
        self._second = 0
        self._state: tuple[Mapping[str, str], Mapping[str, int]] = {}, {}
        self.alerts: dict[str, str] = {}
        self.left_out = 0

    def tell(
        self,
        time: Instant,
        messages: Iterable[Told],
        arrived_ms: int | None = None,
        *,
        may_wait: bool = False,
    ) -> None:
        """Hand over what the watch said; from the watch's thread.

        Args:
            arrived_ms: when what caused it came in, by the server's clock; now if not given.
            may_wait: for the map, where it falls behind: a replay may, a live watch must not.
        """
        if len(self._queue) > _WAITING and may_wait:
            self._room.clear()
            self._room.wait(1.0)
        self._queue.append(Entry(time, tuple(messages), arrived_ms or unix_ms()))
        if not self._is_woken and self._loop is not None:
            self._is_woken = True
            with contextlib.suppress(RuntimeError):  # the map has ended before the watch
                self._loop.call_soon_threadsafe(self._wake.set)

    def set_state(self, trouble: Mapping[str, str], dropped: Mapping[str, int]) -> None:
        """Say how the watch itself is: parts in trouble, lines dropped; from any thread."""
        self._state = dict(trouble), dict(dropped)

    def end(self) -> None:
        """Say that the watch is over; from any thread."""
        self._is_ending = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake.set)

    async def run(self) -> None:
        """Make frames until the watch is over and all it said is in them."""
        self._loop = asyncio.get_running_loop()
        while True:
            await self._awake()
            await self._take()
            if self._is_ending and not self._queue:
                break
            self._cut(heartbeat=monotonic() - self._cut_at >= HEARTBEAT_S)
            rest = _FRAME_S - (monotonic() - self._cut_at)
            if rest > 0.0:
                await asyncio.sleep(rest)
        self._composer.end()
        self._cut(heartbeat=True)
        self._record_safely(self._record.close)

    async def _awake(self) -> None:
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._wake.wait(), HEARTBEAT_S)
        self._wake.clear()
        self._is_woken = False

    async def _take(self) -> None:
        """Take in what waits; cut a frame wherever the stream's second changes."""
        self._composer.alarm(*self._state)
        began = monotonic()
        while self._queue:
            entry = self._queue.popleft()
            second = entry.time // SECOND
            if second > self._second:
                if self._second:
                    self._cut()
                self._second = second
            try:
                self._composer.take(entry.time, entry.messages, entry.arrived_ms)
            except Exception:  # noqa: BLE001 - likewise
                _log.exception("the map could not take what the watch said")
            for message in entry.messages:
                if isinstance(message, Alert):
                    self._keep_alert(message)
            if monotonic() - began > _TURN_S:
                if len(self._queue) < _WAITING // 2:
                    self._room.set()
                await asyncio.sleep(0)
                began = monotonic()
        self._room.set()

    def _cut(self, *, heartbeat: bool = False) -> None:
        made_ms = unix_ms()
        try:
            frame = self._composer.cut(made_ms, heartbeat=heartbeat)
        except Exception:  # noqa: BLE001 - a fault of the map must not end it for the whole watch
            _log.exception("a frame of the map could not be made")
            self._composer.skip()
            return
        if frame is None:
            return
        self._cut_at = monotonic()
        line = encode(frame)
        self._hub.publish(frame.sequence, line.decode())
        time_ms = frame.clock.time_ms
        if self._record.is_due:
            line = encode(self._composer.whole(made_ms))
            self._record_safely(lambda: self._record.write(line, time_ms, full=True))
        else:
            self._record_safely(lambda: self._record.write(line, time_ms, full=False))

    def _record_safely(self, write: Callable[[], None]) -> None:
        try:
            write()
        except OSError as error:
            _log.error("the map's record has a gap: %s", error)

    def _keep_alert(self, alert: Alert) -> None:
        self.alerts[alert.identifier] = alert.xml
        if len(self.alerts) > _ALERTS:
            del self.alerts[next(iter(self.alerts))]
