"""Nations' nodes for tests: real brokers, keys and journals, and an engine of three lines.

The engine says one launch statement for each packet of its own feed, so that what arrives at a
partner can be counted; it reads no partner's lines, it only keeps them.
"""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from pathlib import Path

import msgspec

from launchwatch.edge.clock import Clock
from launchwatch.edge.config import read_config
from launchwatch.edge.nations.card import card_of, trust
from launchwatch.edge.nations.certificates import make_link
from launchwatch.edge.nations.exchange import Exchange
from launchwatch.edge.nations.keyfolder import KeyFolder
from launchwatch.edge.nations.opening import exchange_of
from launchwatch.edge.said import Said
from launchwatch.edge.service import Service
from launchwatch.journal import Heading, read
from launchwatch.messages.launch import Ellipse, LaunchStatement
from launchwatch.messages.packet import Packet, Stimulus
from launchwatch.messages.track import PhaseProbabilities, TrackUpdate
from launchwatch.messages.wire import Message
from launchwatch.nations import hearing
from launchwatch.timescale import Instant

SENSORS = """{"sensors": [{"id": "own", "kind": "radar", "owner": "%s",
 "latitude_deg": 37.9, "longitude_deg": 128.2, "height_m": 900, "range_sigma_m": 30,
 "azimuth_sigma_deg": 0.07, "elevation_sigma_deg": 0.07, "scan_period_s": 1.0,
 "minimum_elevation_deg": 2.0, "maximum_range_m": 2000000}]}"""

ELLIPSE = Ellipse(semi_major_m=1000.0, semi_minor_m=500.0, azimuth_deg=10.0)


def track(number: int, time: Instant, mode: str) -> TrackUpdate:
    covariance = [0.0] * 21
    for place, value in zip((0, 6, 11, 15, 18, 20), (1e4,) * 3 + (1e2,) * 3, strict=True):
        covariance[place] = value
    return TrackUpdate(
        track_id=f"T{number}", time=time, known=time, mode=mode, status="confirmed",
        position_ecef_m=(-3.1e6, 4.0e6, 3.95e6), velocity_ecef_mps=(1e3, 1e3, 1e3),
        covariance_ecef=tuple(covariance), phase=PhaseProbabilities(boost=1.0), sensors=("own",),
        plots=9, hypotheses=(), first_plot=time, last_plot=time,
    )  # fmt: skip


def launch(number: int, time: Instant, mode: str) -> LaunchStatement:
    return LaunchStatement(
        launch_id=f"L{number}", revision=1, time=time, mode=mode, track_ids=(f"T{number}",),
        launch_time=time, launch_time_sigma_s=1.0, latitude_deg=40.0, longitude_deg=125.0,
        position_ellipse_95=ELLIPSE, probability=0.99, cancelled=False, reason="test",
    )  # fmt: skip


class Announcing:
    """An engine that says a launch for each packet of its own, numbered as they come."""

    def __init__(self) -> None:
        self.count = 0

    def handle(self, stimulus: Stimulus, /) -> Sequence[Message]:
        if not isinstance(stimulus, Packet):
            return ()
        if stimulus.format in hearing.FORMATS:
            return (hearing.refused(stimulus),) if stimulus.format == hearing.REFUSED else ()
        self.count += 1
        time, mode = stimulus.received, stimulus.mode
        return track(self.count, time, mode), launch(self.count, time, mode)


def build(_heading: Heading) -> Announcing:
    return Announcing()


def allied(folder: Path, *nations: str, since: Instant | None = None) -> None:
    """Make the keys of nations that trust one another, valid since now or before."""
    now = Clock().now()
    folders = {}
    for nation in nations:
        folders[nation] = KeyFolder.make(folder / nation / "keys", nation, since or now)
        make_link(folder / nation / "keys", nation, ("127.0.0.1",), now)
    for own in folders.values():
        for other in folders.values():
            if other is not own:
                trust(own, card_of(other, now))


class Node:
    """One nation's watch at work."""

    def __init__(
        self, folder: Path, nation: str, partners: dict[str, str | None], *,
        listen: str = "127.0.0.1:0", gets: str = "launches = true", mode: str = "exercise",
        build: Callable[[Heading], Announcing] = build, clock: Clock | None = None,
    ) -> None:  # fmt: skip
        self._clock = clock or Clock()
        self.folder, self.nation = folder / nation, nation
        (self.folder / "sensors.json").write_text(SENSORS % nation)
        tables = "".join(
            f"[partners.{name}]\n"
            + (f'address = "{address}"\n' if address else "")
            + f"[partners.{name}.gets]\n{gets}\n"
            for name, address in partners.items()
        )
        (self.folder / "watch.toml").write_text(
            f'[watch]\nmode = "{mode}"\nsensors = "sensors.json"\njournal = "watch.journal"\n'
            '[[feeds]]\nname = "own"\nkind = "tcp"\nport = 0\n'
            f'[nation]\nid = "{nation}"\nkeys = "keys"\ntold = "told"\nlisten = "{listen}"\n'
            + tables
        )
        self.said: list[str] = []
        self.stop = asyncio.Event()
        self._ready = asyncio.Event()
        self._build = build
        self.exchange: Exchange

    async def start(self) -> None:
        config = read_config(self.folder / "watch.toml")
        clock = self._clock
        exchange = exchange_of(config, clock, self._say)
        assert exchange is not None
        self.exchange = exchange
        self.service = Service(
            config, build=self._build, say=self._say, clock=clock, companions=(exchange,)
        )
        self._subscription = self.service.subscribe(100_000)
        self._following = asyncio.create_task(self._follow())
        self._running = asyncio.create_task(self.service.run(self.stop))
        waiting = asyncio.create_task(self._ready.wait())
        await asyncio.wait([waiting, self._running], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if self._running.done():
            self._running.result()

    async def end(self) -> None:
        self.stop.set()
        await self._running
        await self._following

    @property
    def leaf(self) -> str:
        """Where partners come in."""
        return f"127.0.0.1:{self.exchange.broker.leaf_port}"

    @property
    def port(self) -> int:
        """Where the feed of its own sensors comes in."""
        return next(int(t.rpartition(":")[2]) for t in self.said if t.startswith("feed own"))

    async def see(self, count: int) -> None:
        """Have packets come in by the feed, so many."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        writer.write(b"{}\n" * count)
        writer.write_eof()
        while (await reader.readline()).strip() != b"ack %d" % count:
            continue
        writer.close()

    def heard(self, partner: str) -> list[tuple[int, str]]:
        """Give the numbers and launches that are in the journal of what a partner said."""
        found = []
        for _, stimulus in read(self.folder / "watch.journal"):
            if isinstance(stimulus, Packet) and stimulus.source == hearing.source(partner):
                for line in hearing.lines_in(stimulus):
                    found.append((line.number, msgspec.json.decode(line.content)["launch_id"]))
        return found

    def refusals(self, partner: str) -> dict[str, int]:
        """Give what the journal says was refused of a partner."""
        counts: dict[str, int] = {}
        for _, stimulus in read(self.folder / "watch.journal"):
            if isinstance(stimulus, Packet) and stimulus.format == hearing.REFUSED:
                told = hearing.refused(stimulus)
                if told.sensor == partner:
                    counts[told.reason] = counts.get(told.reason, 0) + told.count
        return counts

    async def _follow(self) -> None:
        async for said in self._subscription:
            self.exchange.tell(said.stimulus, said.answers)
            self.answered(said)

    def answered(self, said: Said) -> None:
        """Look at what was said."""

    def _say(self, text: str) -> None:
        self.said.append(text)
        if text.startswith("ready"):
            self._ready.set()


async def until(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait for something that must come."""
    end = asyncio.get_running_loop().time() + seconds
    while not condition():
        assert asyncio.get_running_loop().time() < end, "it did not come"
        await asyncio.sleep(0.01)


@contextlib.asynccontextmanager
async def running(*nodes: Node) -> AsyncIterator[None]:
    """Have nodes at work, and end them and their brokers whatever happens."""
    started: list[Node] = []
    try:
        for node in nodes:
            await node.start()
            started.append(node)
        yield
    finally:
        for node in started:
            await node.end()


class Wire:
    """A way between two brokers that can be cut, and on which one can listen in."""

    def __init__(self, to: str) -> None:
        self._host, _, port = to.rpartition(":")
        self._port = int(port)
        self._writers: list[asyncio.StreamWriter] = []
        self.is_cut = False

    async def open(self) -> str:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return f"127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def cut(self) -> None:
        self.is_cut = True
        for writer in self._writers:
            writer.transport.abort()
        self._writers.clear()

    def mend(self) -> None:
        self.is_cut = False

    def close(self) -> None:
        self.cut()
        self._server.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_cut:
            writer.transport.abort()
            return
        far_reader, far_writer = await asyncio.open_connection(self._host, self._port)
        self._writers += [writer, far_writer]
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while chunk := await reader.read(65_536):
            writer.write(chunk)
            await writer.drain()
    writer.close()
