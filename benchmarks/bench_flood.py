"""What one sensor's flood costs the plots of the others: ``python benchmarks/bench_flood.py``.

    python benchmarks/bench_flood.py [--json]

The Friday flight goes in real time over one connection into a watch with its journal. For its
second half one of its radars, on a connection of its own, sends 10,000 false plots in each of
its scans of 2 s, each scan in one burst. Measured, in both halves: from the write to the socket
to the answer at a subscriber, for the other sensors' plots that update a track. The halves lie
in one run, after burnout, so that the machine and the flight are the same.
"""

import asyncio
import json
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from bench_watch import FastClock

from launchwatch.edge.config import Config, Feed, Watch
from launchwatch.edge.service import Service
from launchwatch.edge.starting import engine_of
from launchwatch.engine import ready
from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import Refused
from launchwatch.messages.track import TrackUpdate
from launchwatch.simulate import observe, scenario
from launchwatch.timescale import SECOND, Instant, utc_from_instant

BEGIN, HALF = 170.0, 20.0
"""Seconds of the recording at which the watch begins, and how long each half lasts."""

CLUTTER = 10_000
SCAN = 2.0
BROKEN = "kr-south"

Row = dict[str, object]


def burst(start: Instant, scan: int, chance: np.random.Generator) -> bytes:
    """Give a scan's false plots as lines."""
    lines = []
    for moment in np.sort(chance.random(CLUTTER)):
        line = {
            "sensor": BROKEN,
            "time": utc_from_instant(Instant(start - round((1.0 - moment) * SCAN * SECOND))),
            "scan": 1_000_000 + scan,
            "range_m": round(float(chance.uniform(5e3, 2e6)), 1),
            "azimuth_deg": round(float(chance.uniform(0.0, 360.0)), 4),
            "elevation_deg": round(float(chance.uniform(2.0, 85.0)), 4),
        }
        lines.append(json.dumps(line).encode())
    return b"\n".join(lines) + b"\n"


async def measure(folder: Path) -> list[Row]:
    """Watch the flight in a folder."""
    flown = scenario.load("friday")
    arrivals = [(at, observe.encode(line)) for at, line in observe.arrivals(flown, 1)]
    first = arrivals[0][0]
    begin = Instant(first + round(BEGIN * SECOND))
    end = Instant(begin + round(2 * HALF * SECOND))
    middle = Instant(begin + round(HALF * SECOND))
    (folder / "sensors.json").write_text(json.dumps(scenario.roster(flown)))
    (folder / "watch.toml").write_text("[watch]\n")
    config = Config(
        path=folder / "watch.toml",
        watch=Watch(mode="simulation", sensors=folder / "sensors.json",
                    journal=folder / "journal", archive=folder / "archive", out=folder / "out"),
        feeds=(Feed(name="good", kind="tcp", port=0), Feed(name="broken", kind="tcp", port=0)),
    )  # fmt: skip
    chance = np.random.default_rng(1)
    starts = [Instant(middle + round(SCAN * k * SECOND)) for k in range(int(HALF / SCAN))]
    bursts = [(at, burst(at, k, chance)) for k, at in enumerate(starts)]
    is_ready = asyncio.Event()
    ports: list[int] = []

    def say(text: str) -> None:
        if "listening" in text:
            ports.append(int(text.rpartition(":")[2]))
        if text.startswith("ready"):
            is_ready.set()
        if text.startswith("ALARM"):
            print(text, file=sys.stderr)

    clock = FastClock(begin, 1.0)
    service = Service(config, build=engine_of, say=say, clock=clock)
    heard = service.subscribe(limit=1_000_000)
    stop = asyncio.Event()
    running = asyncio.create_task(service.run(stop))
    await is_ready.wait()
    _, writer = await asyncio.open_connection("127.0.0.1", ports[0])
    _, flooding = await asyncio.open_connection("127.0.0.1", ports[1])
    sent: list[tuple[bool, float]] = []
    took: dict[bool, list[float]] = {False: [], True: []}
    refused: dict[str, int] = {}

    async def answers() -> None:
        async for said in heard:
            now = time.perf_counter()
            packet = said.stimulus
            for each in said.answers:
                if isinstance(each, Refused):
                    refused[each.reason] = refused.get(each.reason, 0) + 1
            if isinstance(packet, Packet) and packet.source == "good":
                is_flooded, at = sent[packet.line - 1]
                if any(isinstance(each, TrackUpdate) for each in said.answers):
                    took[is_flooded].append(now - at)

    async def flood() -> None:
        for at, lines in bursts:
            await asyncio.sleep(max(0.0, (at - clock.now()) / SECOND))
            flooding.write(lines)

    tasks = [asyncio.create_task(answers()), asyncio.create_task(flood())]
    clock.begin()
    for at, line in arrivals:
        if begin <= at < end and not (BROKEN.encode() in line and at >= middle):
            await asyncio.sleep(max(0.0, (at - clock.now()) / SECOND))
            sent.append((at >= middle, time.perf_counter()))
            writer.write(line + b"\n")
    stop.set()
    await running
    writer.close()
    flooding.close()
    await asyncio.gather(*tasks)
    rows: list[Row] = []
    for is_flooded, name in ((False, "without"), (True, "with")):
        median, high = np.percentile(took[is_flooded], (50, 99)) * 1e3
        goal = "twice the usual" if is_flooded else ""
        rows += [
            {"what": f"{name} a flood, median", "value": float(median), "unit": "ms", "goal": goal},
            {"what": f"{name} a flood, p99", "value": float(high), "unit": "ms", "goal": goal},
        ]
    rows.append({"what": "plots refused as flood", "value": refused.get("flood", 0), "unit": ""})
    return rows


def main() -> None:
    """Measure, and print."""
    ready()
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(measure(Path(folder)))
    if "--json" in sys.argv[1:]:
        print(json.dumps(rows))
    else:
        for row in rows:
            print(f"{row['what']:<40} {row['value']:>10.2f} {row['unit']}")


if __name__ == "__main__":
    main()
