"""The live map: from a plot to the message on a reader's socket, and a raid's hour looked back on.

    python benchmarks/bench_map.py [--short]

The friday flight is watched beforehand; what was said is then told to a map's server as fast as it
was said live, five times as fast, and followed over a real socket by a reader in a process of its
own. Then fifty such flights are told over one hour of stream, and the record is asked for moments.
"""

import argparse
import json
import multiprocessing
import resource
import tempfile
import threading
from pathlib import Path
from random import Random
from time import perf_counter, process_time, time
from typing import Any

import numpy as np
from raidstage import FLIGHTS, hour

from launchwatch.cli.demo import _reports, _stimuli
from launchwatch.edge.player import time_of
from launchwatch.edge.scene.composer import About, Composer
from launchwatch.edge.scene.record import Record, unpacked
from launchwatch.edge.trafficfile import together
from launchwatch.edge.web.mapserver import MapServer, MapSettings
from launchwatch.edge.web.saving import keep
from launchwatch.engine import Engine, ready
from launchwatch.simulate import observe, truth
from launchwatch.simulate.scenario import load
from launchwatch.timescale import SECOND, Instant


def watched() -> tuple[Any, list[tuple[Instant, tuple[Any, ...]]]]:
    """Watch the friday flight; give what was said, with its times."""
    scenario = load("friday")
    arrivals = observe.arrivals(scenario, 1, truth.bodies(scenario, 1))
    stimuli = [*together([*_stimuli(arrivals, "friday")], _reports(scenario, 1))]
    ready()
    engine = Engine(scenario.sensors)
    return scenario, [(time_of(each), engine.handle(each)) for each in stimuli]


def follow(address: str, results: Any) -> None:
    """Follow the map, in a process of its own; give each frame's lateness in ms."""
    from websockets.sync.client import connect

    late, sizes = [], []
    with connect(address.replace("http", "ws") + "api/scene", max_size=None) as socket:
        socket.send("{}")
        while True:
            text = socket.recv()
            now = time() * 1e3
            clock = json.loads(text)["clock"]
            if clock["arrived_ms"] is not None:
                late.append(now - clock["arrived_ms"])
            sizes.append(len(text))
            if clock["is_over"]:
                break
    results.put((late[1:-1], sizes))


def lateness(scenario: Any, said: list[Any], speed: float, seconds: float) -> None:
    """Tell a flight at a pace and measure what a reader gets when."""
    about = About(watch="bench", title="friday", mode="simulation", sensors=scenario.sensors)
    server = MapServer(about, MapSettings(port=0))
    address = server.start()
    results: Any = multiprocessing.get_context("spawn").Queue()
    reader = multiprocessing.get_context("spawn").Process(target=follow, args=(address, results))
    reader.start()
    while server.hub.readers == 0:
        threading.Event().wait(0.1)
    begun, used = perf_counter(), process_time()
    # From shortly before the launch is known, when everything happens.
    first = next(t for t, messages in said if any("Launch" in type(m).__name__ for m in messages))
    first -= 20 * SECOND
    for when, messages in said:
        if when < first:
            server.feed.tell(when, messages)
            continue
        due = begun + (when - first) / SECOND / speed
        if due - begun > seconds:
            break
        while (left := due - perf_counter()) > 0.0:
            threading.Event().wait(left)
        server.feed.tell(when, messages)
    used, took = process_time() - used, perf_counter() - begun
    server.stop()
    late, sizes = results.get(timeout=30)
    reader.join()
    late = np.array(late)
    size = np.mean(sizes) / 1e3
    print(f"| told at {speed:g} times real time | {len(late)} frames with news, {size:.1f} kB "
          f"| p50 {np.percentile(late, 50):.0f} ms, p99 {np.percentile(late, 99):.0f} ms "
          f"| {100 * used / took:.0f} % of one core |")  # fmt: skip


def raid(scenario: Any, said: list[Any], flights: int) -> None:
    """Record an hour of flights, and ask for moments of it."""

    told = hour(said, flights)
    about = About(watch="bench", title="raid", mode="simulation", sensors=scenario.sensors)
    composer = Composer(about)
    with tempfile.TemporaryDirectory() as folder:
        record = Record(Path(folder))
        begun, second, slowest, first = process_time(), 0, 0.0, 0
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        for when, messages in told:
            if second and when // SECOND > second:
                at = process_time()
                keep(composer, record)
                slowest = max(slowest, process_time() - at)
            second = when // SECOND
            first = first or when
            composer.take(when, messages)
        keep(composer, record)
        record.close()
        took = process_time() - begun
        long = (when - first) / SECOND
        size = sum(each.bytes for each in record.segments)
        print(f"| record {flights} flights in {long / 60:.0f} min | {composer.sequence} frames, "
              f"{len(record.segments)} segments, {size / 1e6:.0f} MB "
              f"| {took:.0f} s of CPU, slowest frame {1e3 * slowest:.0f} ms "
              f"| {100 * took / long:.1f} % of one core |")  # fmt: skip
        index = record.index()
        chance = Random(1)
        took_ms = []
        largest = 0
        for _ in range(100):
            moment = chance.randrange(index[0].from_ms, index[-1].to_ms)
            at = process_time()
            largest = max(largest, len(record.at(moment)))
            took_ms.append(1e3 * (process_time() - at))
        raw = max(sum(map(len, unpacked(record.content(each.number)))) for each in index)
        middle, most = np.percentile(took_ms, 50), max(took_ms)
        print(
            f"| a moment of it, 100 at random | full frame up to {largest / 1e6:.1f} MB, "
            f"segment up to {raw / 1e6:.1f} MB | p50 {middle:.0f} ms, most {most:.0f} ms | |"
        )
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1e3
    print(f"| memory grown by, at most | | {grown:.0f} MB | |")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--short", action="store_true", help="a tenth of everything")
    short = parser.parse_args().short
    scenario, said = watched()
    print("| | | | |\n|---|---|---|---|")
    for speed in (1.0, 5.0):
        lateness(scenario, said, speed, 6.0 if short else 40.0)
    raid(scenario, said, 5 if short else FLIGHTS)


if __name__ == "__main__":
    main()
