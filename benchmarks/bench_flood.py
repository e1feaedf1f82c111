"""What one sensor's flood costs the plots of the others: ``python benchmarks/bench_flood.py``.

    python benchmarks/bench_flood.py [--json] [--one]

The Friday flight goes in real time over a connection into a watch with its journal, archive and
files. For the second part one of its radars sends 10,000 false plots in each of its scans of
2 s, each scan in one burst: on a connection of its own, or (``--one``) on the one that brings
the others too. Measured, in both parts: from the write to the socket to the answer at a
subscriber, for all plots of the other sensors, and for those of them that update a track. The
parts lie in one run, after burnout, so that the machine and the flight are the same; what
sends is a process of its own, as sensors are.
"""

import asyncio
import json
import multiprocessing
import sys
import tempfile
import time
from multiprocessing.connection import Connection
from pathlib import Path

import numpy as np
from bench_watch import FastClock

from launchwatch.edge.config import Config, Feed, Watch
from launchwatch.edge.service import Service
from launchwatch.edge.starting import engine_of
from launchwatch.engine import ready
from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import LineOfSightPlot, RadarPlot, Refused
from launchwatch.messages.track import TrackUpdate
from launchwatch.simulate import observe, scenario
from launchwatch.timescale import SECOND, Instant, utc_from_instant

BEGIN, USUAL, FLOODED = 160.0, 30.0, 30.0
"""Seconds of the recording at which the watch begins, and how long each part lasts."""

CLUTTER = 10_000
SCAN = 2.0
BROKEN = "kr-south"

Row = dict[str, object]
Due = tuple[float, bytes, int, bool]
"""Seconds from the start, lines, on which connection, and whether it is a flood."""


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


def planned(*, one: bool) -> tuple[Instant, list[Due]]:
    """Give when the watch begins, and what is to be sent when."""
    arrivals = [
        (at, observe.encode(one)) for at, one in observe.arrivals(scenario.load("friday"), 1)
    ]
    begin = Instant(arrivals[0][0] + round(BEGIN * SECOND))
    middle = Instant(begin + round(USUAL * SECOND))
    end = Instant(middle + round(FLOODED * SECOND))
    due: list[Due] = [
        ((at - begin) / SECOND, line + b"\n", 0, False)
        for at, line in arrivals
        if begin <= at < end and not (BROKEN.encode() in line and at >= middle)
    ]
    chance = np.random.default_rng(1)
    for scan in range(int(FLOODED / SCAN)):
        seconds = USUAL + SCAN * scan
        lines = burst(Instant(begin + round(seconds * SECOND)), scan, chance)
        due.append((seconds, lines, 0 if one else 1, True))
    return begin, sorted(due, key=lambda each: each[0])


def send(due: list[Due], orders: Connection) -> None:
    """Send in another process; give when each connection's lines were sent."""

    async def run(ports: list[int]) -> list[list[float]]:
        opened = [await asyncio.open_connection("127.0.0.1", port) for port in ports]
        reading = [asyncio.create_task(reader.read()) for reader, _ in opened]
        sent: list[list[float]] = [[] for _ in ports]
        orders.send("connected")
        zero: float = orders.recv()
        for seconds, lines, number, _ in due:
            await asyncio.sleep(max(0.0, zero + seconds - time.monotonic()))
            sent[number] += [time.monotonic()] * lines.count(b"\n")
            opened[number][1].write(lines)
        for _, writer in opened:
            writer.write_eof()
        await asyncio.gather(*reading)
        return sent

    orders.send(asyncio.run(run(orders.recv())))


async def measure(folder: Path, begin: Instant, due: list[Due], orders: Connection) -> list[Row]:
    """Watch the flight in a folder."""
    feeds = max(number for _, _, number, _ in due) + 1
    (folder / "sensors.json").write_text(json.dumps(scenario.roster(scenario.load("friday"))))
    (folder / "watch.toml").write_text("[watch]\n")
    config = Config(
        path=folder / "watch.toml",
        watch=Watch(mode="simulation", sensors=folder / "sensors.json",
                    journal=folder / "journal", archive=folder / "archive", out=folder / "out"),
        feeds=tuple(Feed(name=str(number), kind="tcp", port=0) for number in range(feeds)),
    )  # fmt: skip
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
    orders.send(ports)
    await asyncio.to_thread(orders.recv)
    clock.begin()
    zero = time.monotonic()
    orders.send(zero)
    answered: list[tuple[int, int, float, bool]] = []
    counts = {"used": 0, "refused": 0}

    async def answers() -> None:
        async for said in heard:
            now, packet = time.monotonic(), said.stimulus
            for each in said.answers:
                if isinstance(each, Refused) and each.reason == "flood":
                    counts["refused"] += 1
                if isinstance(each, RadarPlot | LineOfSightPlot) and isinstance(packet, Packet):
                    if each.sensor == BROKEN and each.scan >= 1_000_000:
                        counts["used"] += 1
                    elif each.sensor != BROKEN:
                        updates = any(isinstance(each, TrackUpdate) for each in said.answers)
                        answered.append((int(packet.source), packet.line, now, updates))

    listening = asyncio.create_task(answers())
    sent: list[list[float]] = await asyncio.to_thread(orders.recv)
    stop.set()
    await running
    await listening
    rows: list[Row] = []
    for is_track, what in ((False, "a plot's answer"), (True, "a track's update")):
        took: dict[bool, list[float]] = {False: [], True: []}
        for source, line, now, updates in answered:
            at = sent[source][line - 1]
            if updates or not is_track:
                took[at - zero >= USUAL].append(now - at)
        usual, flooded = (np.percentile(took[which], (50, 99)) * 1e3 for which in (False, True))
        number = {"plots": f"{len(took[False])} and {len(took[True])}"}
        for name, before, after in zip(("median", "p99"), usual, flooded, strict=True):
            rows += [
                {"what": f"{what}, {name}", "value": float(before), "unit": "ms", **number},
                {"what": f"{what} in a flood, {name}", "value": float(after), "unit": "ms"},
                {"what": "... of the usual", "value": float(after / before), "unit": "x",
                 "goal": "2"},
            ]  # fmt: skip
    rows.append({"what": "plots of the flood used", "value": counts["used"], "unit": ""})
    rows.append({"what": "refusals of the flood", "value": counts["refused"], "unit": ""})
    return rows


def main() -> None:
    """Measure, and print."""
    ready()
    begin, due = planned(one="--one" in sys.argv[1:])
    ours, theirs = multiprocessing.Pipe()
    sender = multiprocessing.get_context("spawn").Process(target=send, args=(due, theirs))
    sender.start()
    with tempfile.TemporaryDirectory() as folder:
        rows = asyncio.run(measure(Path(folder), begin, due, ours))
    sender.join()
    if "--json" in sys.argv[1:]:
        print(json.dumps(rows))
    else:
        for row in rows:
            print(f"{row['what']:<40} {row['value']:>10.2f} {row['unit']} {row.get('plots', '')}")


if __name__ == "__main__":
    main()
