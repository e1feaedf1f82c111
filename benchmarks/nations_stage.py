"""The stage of `bench_nations.py`: nations as processes, a wire that can be cut, what was heard."""

import asyncio
import json
import signal
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from msgspec.structs import replace

from launchwatch.edge.nations.together import Plan, prepare
from launchwatch.journal import read
from launchwatch.messages.packet import Packet
from launchwatch.messages.sensor import Radar, Sensor
from launchwatch.nations import hearing
from launchwatch.simulate import observe, scenario
from launchwatch.simulate.scenario import Scenario
from launchwatch.timescale import SECOND, Instant, instant_from_utc, utc_from_instant

HERE = Path(__file__).resolve().parent
NATIONS = ("KOR", "JPN", "USA")
_ASKED = "tracks = true\nlaunches = true\nfalls = true\n"


class Process:
    """A node as a process of its own."""

    def __init__(self, nation: str, config: Path, kind: str) -> None:
        self.nation, self.config, self.kind = nation, config, kind
        self.result = config.parent / "result.json"
        self.said: list[str] = []

    async def start(self) -> None:
        self._process = await asyncio.create_subprocess_exec(
            sys.executable, str(HERE / "nations_node.py"), str(self.config), self.kind,
            str(self.result), stderr=asyncio.subprocess.PIPE,
        )  # fmt: skip
        self._reading = asyncio.create_task(self._read())
        await self.has("ready in")

    async def has(self, text: str, count: int = 1) -> None:
        """Wait until it has said something so often."""
        while sum(text in one for one in self.said) < count:
            if self._process.returncode is not None:
                raise SystemExit(f"{self.nation} ended: {self.said[-5:]}")
            await asyncio.sleep(0.02)

    async def connect(self) -> asyncio.StreamWriter:
        line = next(one for one in self.said if one.startswith("feed sensors"))
        reader, writer = await asyncio.open_connection("127.0.0.1", int(line.rpartition(":")[2]))
        self._pour = asyncio.create_task(_pour(reader))
        return writer

    async def end(self) -> dict[str, Any]:
        self._process.send_signal(signal.SIGTERM)
        await self._process.wait()
        await self._reading
        return json.loads(self.result.read_text())

    async def _read(self) -> None:
        assert self._process.stderr is not None
        async for line in self._process.stderr:
            self.said.append(line.decode().rstrip())


async def _pour(reader: asyncio.StreamReader) -> None:
    while await reader.read(65_536):
        continue


class Wire:
    """A way to a broker that can be cut."""

    def __init__(self, port: int) -> None:
        self._port, self._writers, self.is_cut = port, [], False

    async def open(self) -> int:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self._server.sockets[0].getsockname()[1]

    def cut(self) -> None:
        self.is_cut = True
        for writer in self._writers:
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.is_cut:
            writer.transport.abort()
            return
        try:
            far_reader, far_writer = await asyncio.open_connection("127.0.0.1", self._port)
        except OSError:  # the broker there has not begun, or has ended
            writer.transport.abort()
            return
        self._writers += [writer, far_writer]
        await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(65_536):
            writer.write(chunk)
            await writer.drain()
    except ConnectionError:
        pass
    writer.close()


def made(
    folder: Path,
    begins: Instant,
    speed: float,
    *,
    full: bool,
    sensors: Mapping[str, Sensor] | None = None,
) -> dict[str, Path]:
    """Make the nations: all sensors are South Korea's, and the others list them too."""
    sensors = sensors or scenario.load("friday").sensors
    sensors = {name: replace(one, owner="KOR") for name, one in sensors.items()}
    configs = prepare(Plan(folder, begins, speed), dict.fromkeys(NATIONS, sensors))
    for path in configs.values():
        text = path.read_text()
        text = text.replace(_ASKED, ("plots = true\n" + _ASKED) if full else "plots = true\n")
        if not full:
            text = "\n".join(one for one in text.splitlines() if not one.startswith("clock"))
        path.write_text(text + "\n")
    return configs


async def started(configs: dict[str, Path], kind: str) -> dict[str, Process]:
    nodes = {nation: Process(nation, path, kind) for nation, path in configs.items()}
    for node in nodes.values():
        await node.start()
    for node in nodes.values():
        await node.has(": reached", 2)
    return nodes


def heard(config: Path) -> list[tuple[int, dict[str, Any]]]:
    """Give the lines from South Korea in a node's journal, with their numbers."""
    return [
        (line.number, json.loads(line.content))
        for _, one in read(config.parent / "watch.journal")
        if isinstance(one, Packet) and one.source == hearing.source("KOR")
        for line in hearing.lines_in(one)
    ]


class Passed(NamedTuple):
    """When a line passed each place on its way to one partner, by the monotonic clock."""

    sent: float
    came: float
    kept: float


def passing(nation: str, results: dict[str, dict[str, Any]]) -> Callable[[int], Passed]:
    """Give when South Korea's line of a number passed each place on its way to a nation."""
    marks = [
        results["KOR"]["sent"][nation], results[nation]["came"]["KOR"],
        results[nation]["kept"]["KOR"],
    ]  # fmt: skip
    tables = [tuple(np.array(column) for column in zip(*one, strict=True)) for one in marks]
    return lambda number: Passed(
        *(float(times[np.searchsorted(lasts, number)]) for lasts, times in tables)
    )


def in_clutter(quiet: Scenario, rate: float) -> Scenario:
    """Give a scenario whose radars have so many false plots a second, and say so."""
    sensors = {
        name: replace(one, clutter_per_scan=rate * one.scan_period_s)
        if isinstance(one, Radar)
        else one
        for name, one in quiet.sensors.items()
    }
    return replace(quiet, sensors=sensors)


def with_clutter(
    quiet: Scenario, rate: float, begins: float, ends: float
) -> list[tuple[Instant, dict[str, Any]]]:
    """Give what arrives between two times of a scenario, with false plots in each radar's scans.

    The simulator would make the whole flight's, which takes a minute.
    """
    window = [Instant(quiet.start + round(one * SECOND)) for one in (begins, ends)]
    chance = np.random.default_rng(1)
    found: list[tuple[Instant, dict[str, Any]]] = []
    for at, line in observe.arrivals(quiet, 1):
        if not window[0] <= at < window[1]:
            continue
        found.append((at, line))
        radar = quiet.sensors[line["sensor"]]
        if not line.get("end_of_scan") or not isinstance(radar, Radar):
            continue
        period = round(radar.scan_period_s * SECOND)
        ended, delay = instant_from_utc(line["time"]), at - instant_from_utc(line["time"])
        for share in np.sort(chance.random(chance.poisson(rate * radar.scan_period_s))):
            moment = Instant(ended - period + round(share * period))
            if moment + delay < window[0]:
                continue
            found.append(
                (
                    Instant(moment + delay - 1_000_000),
                    {
                        "sensor": line["sensor"],
                        "time": utc_from_instant(moment, 6),
                        "scan": line["scan"],
                        "range_m": round(float(chance.uniform(5e3, radar.maximum_range_m)), 1),
                        "azimuth_deg": round(float(chance.uniform(0.0, 360.0)), 4),
                        "elevation_deg": round(float(chance.uniform(2.0, 85.0)), 4),
                        "snr_db": 11.0,
                        "mode": "simulation",
                    },
                )
            )
    return sorted(found, key=lambda one: one[0])
