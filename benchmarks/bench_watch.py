"""How long a plot takes through the whole service: TCP, journal, engine, answer.

    python benchmarks/bench_watch.py [SPEED] [--json]

The Friday flight is sent over loopback at SPEED times real time (default 5, about 50 s) into
a watch with journal, archive and files. Measured, per plot that updates a track with a fall
area: from the write to the socket to the answer at a subscriber, and to the acknowledgement.
The disk's own flush, measured before, is a part of both.
"""

import asyncio
import json
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from launchwatch.edge.clock import Clock
from launchwatch.edge.config import Config, Feed, Watch
from launchwatch.edge.service import Service
from launchwatch.edge.starting import engine_of
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.packet import Packet
from launchwatch.messages.track import TrackUpdate
from launchwatch.simulate import observe, scenario
from launchwatch.timescale import SECOND, Instant

SECONDS = 250.0
"""Of the watch, from just before the launch: boost, burnout and most of the coast."""


class FastClock(Clock):
    """A clock that began at a chosen instant and runs faster."""

    def __init__(self, start: Instant, speed: float) -> None:
        super().__init__()
        self._start, self._speed = start, speed
        self.begin()

    def begin(self) -> None:
        """Show the chosen instant now."""
        self._zero = time.monotonic()

    def now(self) -> Instant:
        """Give the instant that this clock shows."""
        return Instant(self._start + round((time.monotonic() - self._zero) * self._speed * SECOND))

    async def next_second(self) -> Instant:
        """Wait for this clock's next second."""
        due = (self.now() // SECOND + 1) * SECOND
        await asyncio.sleep((due - self.now()) / SECOND / self._speed)
        return Instant(due)


Row = dict[str, object]


def flush(folder: Path) -> list[float]:
    """Measure the disk alone."""
    taken = []
    with (folder / "bare").open("wb", buffering=0) as file:
        for _ in range(300):
            start = time.perf_counter()
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - start)
    return taken


def told(what: str, seconds: list[float], goal: str = "") -> list[Row]:
    """Give median and 99th percentile."""
    median, high = np.percentile(seconds, (50, 99)) * 1e3
    return [
        {"what": f"{what}, median of {len(seconds):,}", "value": float(median), "unit": "ms"},
        {"what": f"{what}, p99", "value": float(high), "unit": "ms", "goal": goal},
    ]


async def measure(folder: Path, speed: float) -> list[Row]:
    """Watch the flight in a folder."""
    flown = scenario.load("friday")
    arrivals = [(at, observe.encode(line)) for at, line in observe.arrivals(flown, 1)]
    begin = arrivals[0][0]
    arrivals = [(at, line) for at, line in arrivals if at - begin < SECONDS * SECOND]
    (folder / "sensors.json").write_text(json.dumps(scenario.roster(flown)))
    (folder / "watch.toml").write_text("[watch]\n")
    config = Config(
        path=folder / "watch.toml",
        watch=Watch(mode="simulation", sensors=folder / "sensors.json",
                    journal=folder / "journal", archive=folder / "archive", out=folder / "out"),
        feeds=(Feed(name="all", kind="tcp", port=0),),
    )  # fmt: skip
    flushed = flush(folder)
    ready = asyncio.Event()
    ports: list[int] = []

    def say(text: str) -> None:
        if "listening" in text:
            ports.append(int(text.rpartition(":")[2]))
        if text.startswith("ready"):
            ready.set()

    clock = FastClock(begin, speed)
    service = Service(config, build=engine_of, say=say, clock=clock)
    heard = service.subscribe(limit=1_000_000)
    stop = asyncio.Event()
    running = asyncio.create_task(service.run(stop))
    await ready.wait()
    reader, writer = await asyncio.open_connection("127.0.0.1", ports[0])
    sent: list[float] = []
    kept: list[float] = []
    tracks: list[float] = []
    areas: list[float] = []

    async def acknowledgements() -> None:
        while line := await reader.readline():
            now = time.perf_counter()
            while len(kept) < int(line.split()[1]):
                kept.append(now - sent[len(kept)])

    async def answers() -> None:
        async for said in heard:
            if isinstance(said.stimulus, Packet):
                took = time.perf_counter() - sent[said.stimulus.line - 1]
                if any(isinstance(each, FallArea) for each in said.answers):
                    areas.append(took)
                elif any(isinstance(each, TrackUpdate) for each in said.answers):
                    tracks.append(took)

    tasks = [asyncio.create_task(acknowledgements()), asyncio.create_task(answers())]
    clock.begin()
    for at, line in arrivals:
        wait = (at - clock.now()) / SECOND / speed
        if wait > 0:
            await asyncio.sleep(wait)
        sent.append(time.perf_counter())
        writer.write(line + b"\n")
    while len(kept) < len(sent):
        await asyncio.sleep(0.01)
    stop.set()
    await running
    writer.close()
    await asyncio.gather(*tasks)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return [
        *told("flush of 4 KiB, before", flushed),
        *told("flush of 4 KiB, after", flush(folder)),
        *told("plot to acknowledgement", kept),
        *told("plot to a track's update", tracks),
        *told("plot to a fall area", areas),
        {"what": "peak memory, the simulation's lines included", "value": peak, "unit": "MB"},
    ]


def main() -> None:
    """Measure, and print."""
    speeds = [float(one) for one in sys.argv[1:] if one != "--json"]
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(measure(Path(folder), speeds[0] if speeds else 5.0))
    if "--json" in sys.argv:
        print(json.dumps(rows))
    else:
        for row in rows:
            print(f"{row['what']:<48} {row['value']:8.1f} {row['unit']:<3} {row.get('goal', '')}")


if __name__ == "__main__":
    main()
