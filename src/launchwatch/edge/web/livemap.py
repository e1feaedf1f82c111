"""The map of a live watch: what the service says goes to it, operators' decisions come back."""

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from launchwatch.edge.clock import Clock
from launchwatch.edge.config import Config
from launchwatch.edge.service import Service
from launchwatch.edge.web.layers import Layers
from launchwatch.edge.web.mapserver import MapServer
from launchwatch.edge.web.mapsettings import MapSettings
from launchwatch.edge.web.showing import about, remember, tell_live, user_zones
from launchwatch.messages.delivery import Delivery
from launchwatch.messages.packet import Decision, Stimulus
from launchwatch.messages.wire import Message
from launchwatch.sensors.roster import read_roster
from launchwatch.settings import read_settings

_WAITING = 20_000
"""What is said and not yet handed over: some seconds of a flood."""

_LOOK_S = 0.5
"""Seconds between two looks at what left, and at how the watch is."""


class LiveMap:
    """Joins one service and one map; `open` it around the service's run.

    Raises:
        SettingsError: the sensors or settings cannot be read, or the port not be opened.
    """

    def __init__(self, config: Config, settings: MapSettings) -> None:
        watch = config.watch
        what = about(
            config.path.stem,
            watch.mode,
            read_roster(watch.sensors),
            read_settings(config.path),
            nation="" if config.alliance is None else config.alliance.nation.id,
            can_act=True,
        )
        layers = Layers(user_zones(watch.zones))
        self._server = MapServer(what, settings, decide=self._decide, layers=layers)
        self._service: Service | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._address = self._server.start()
        self._told: dict[tuple[int, str], Delivery] = {}
        self._entry = 0

    def remember(self, stimulus: Stimulus, answers: tuple[Message, ...]) -> None:
        """Take what is said again while the state is rebuilt after a restart."""
        remember(self._server, stimulus, answers)

    @contextmanager
    def open(self, service: Service, say: Callable[[str], None]) -> Iterator[None]:
        """Serve the map until the end of the block; enter it in the service's loop."""
        self._service, self._loop = service, asyncio.get_running_loop()
        subscription = service.subscribe(_WAITING)
        say(f"map: {self._address}")

        async def follow() -> None:
            async for said in subscription:
                tell_live(self._server, said.stimulus, said.answers)

        tasks = [self._loop.create_task(follow()), self._loop.create_task(self._look())]
        try:
            yield
        finally:
            for task in tasks:
                with contextlib.suppress(RuntimeError):  # the loop has ended already
                    task.cancel()
            self._server.stop()

    async def _look(self) -> None:
        """Tell every now and then what left, and how the watch itself is."""
        clock = Clock()
        while True:
            await asyncio.sleep(_LOOK_S)
            if self._service is None or not self._service.is_running:
                continue
            status = self._service.status()
            self._server.feed.set_state(status.trouble, status.dropped)
            outbox = self._service.outbox
            if outbox is None:
                continue
            ledger = outbox.ledger
            entries = ledger.entries(self._entry + 1)
            self._entry = max((each.number for each in entries), default=self._entry)
            changed = [
                each
                for each in ledger.deliveries()
                if self._told.get((each.entry, each.channel)) != each
            ]
            self._told |= {(each.entry, each.channel): each for each in changed}
            if entries or changed:
                self._server.feed.tell(clock.now(), (*entries, *changed))

    async def _decide(self, decision: Decision) -> tuple[Message, ...]:
        """Put an operator's decision to the service, in its own loop."""
        if self._service is None or self._loop is None:
            return ()
        deciding = asyncio.run_coroutine_threadsafe(self._service.decide(decision), self._loop)
        return await asyncio.wrap_future(deciding)
