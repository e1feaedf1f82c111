"""A watch for the tests: a small engine, and a configuration in a folder."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from launchwatch.edge.config import Config, read_config
from launchwatch.edge.said import Said, Subscription
from launchwatch.edge.service import Service
from launchwatch.journal import Heading
from launchwatch.messages.packet import Packet, Stimulus, Tick
from launchwatch.messages.plot import Refused
from launchwatch.messages.wire import Message

SENSORS = """{"sensors": [{"id": "kr-north", "kind": "radar", "owner": "KOR",
 "latitude_deg": 37.9, "longitude_deg": 128.2, "height_m": 900, "range_sigma_m": 30,
 "azimuth_sigma_deg": 0.07, "elevation_sigma_deg": 0.07, "scan_period_s": 1.0,
 "minimum_elevation_deg": 2.0, "maximum_range_m": 2000000}]}"""


class Counting:
    """An engine that refuses every packet, with a number that depends on all before it."""

    def __init__(self) -> None:
        self.count = 0

    def handle(self, stimulus: Stimulus, /) -> Sequence[Message]:
        if not isinstance(stimulus, Packet):
            return ()
        self.count += 1
        return (
            Refused(source=stimulus.source, line=stimulus.line, time=stimulus.received,
                    mode=stimulus.mode, reason="malformed",
                    detail=f"{self.count}: {stimulus.payload[:40]!r}"),
        )  # fmt: skip


def build(_heading: Heading) -> Counting:
    return Counting()


def configured(folder: Path, feeds: str, watch: str = "") -> Config:
    (folder / "sensors.json").write_text(SENSORS)
    (folder / "watch.toml").write_text(
        '[watch]\nmode = "exercise"\nsensors = "sensors.json"\njournal = "watch.journal"\n'
        f'archive = "watch.archive"\nout = "said"\n{watch}\n{feeds}'
    )
    return read_config(folder / "watch.toml")


class Watching:
    """A service at work, and what it has said so far."""

    def __init__(self, config: Config) -> None:
        self.said: list[str] = []
        self.ready = asyncio.Event()
        self.alarmed = asyncio.Event()
        self.service = Service(config, build=build, say=self._say)
        self.heard: Subscription = self.service.subscribe(limit=100_000)
        self.stop = asyncio.Event()

    def _say(self, text: str) -> None:
        self.said.append(text)
        if text.startswith("ready"):
            self.ready.set()
        if text.startswith("ALARM"):
            self.alarmed.set()

    def port(self, kind: str = "tcp") -> int:
        (line,) = (line for line in self.said if f"listening on {kind}" in line)
        return int(line.rpartition(":")[2])

    async def packets(self, count: int) -> list[Said]:
        """Wait until so many packets have been handled."""
        found: list[Said] = []
        async for said in self.heard:
            if isinstance(said.stimulus, Packet):
                found.append(said)
            if len(found) == count:
                break
        return found

    async def ticks(self, count: int) -> None:
        async for said in self.heard:
            count -= isinstance(said.stimulus, Tick)
            if count <= 0:
                return


def watch(config: Config, story: Callable[[Watching], Awaitable[None]]) -> tuple[int, Watching]:
    """Run a service, do something with it, stop it; give its status and what it said."""

    async def run() -> tuple[int, Watching]:
        watching = Watching(config)
        running = asyncio.create_task(watching.service.run(watching.stop))
        ready = asyncio.create_task(watching.ready.wait())
        await asyncio.wait({running, ready}, timeout=20, return_when=asyncio.FIRST_COMPLETED)
        if not watching.ready.is_set():
            ready.cancel()
            return await running, watching
        try:
            await asyncio.wait_for(story(watching), 20)
        finally:
            watching.stop.set()
            status = await asyncio.wait_for(running, 20)
        return status, watching

    return asyncio.run(run())
