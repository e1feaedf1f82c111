"""What airliners that say where they are teach of a radar in ten quiet minutes.

    python benchmarks/bench_knowns.py [--json] [--all] [SEEDS]

The quiet scenario, ten minutes long, with radars of 50 m and 0.1° (one sigma) of bias: one
radar alone, in turn, whose biases nothing else can show; or with ``--all`` all of them, which
common tracks teach anyway. Beside the errors stands their mean square in units of the stated
variance: 1 is honest, less is modest.
"""

import json
import sys
from collections.abc import Iterator

import numpy as np
from msgspec.structs import replace

from launchwatch.engine import Engine
from launchwatch.messages.packet import Packet, Tick
from launchwatch.messages.sensor import Radar, SensorBias
from launchwatch.sensors import jsonplots, trafficjson
from launchwatch.simulate import observe, scenario, truth, words
from launchwatch.simulate.chance import stream
from launchwatch.simulate.scenario import Scenario
from launchwatch.timescale import SECOND, Instant, instant_after

SECONDS = 600.0
RANGE_M, TURN_DEG = 50.0, 0.1

Row = dict[str, object]


def wrong(quiet: Scenario, names: list[str]) -> Scenario:
    """Give the scenario with some radars alone, which are wrong."""
    sensors = {
        name: replace(quiet.sensors[name], bias_sigma_m=RANGE_M, bias_sigma_deg=TURN_DEG)
        for name in names
    }
    return replace(
        quiet, end=instant_after(quiet.start, SECONDS), sensors=sensors,
        scans={name: quiet.scans[name] for name in names if name in quiet.scans},
    )  # fmt: skip


def errors(watched: Scenario, seed: int, *, known: bool) -> Iterator[tuple[float, ...]]:
    """Give each radar's errors in range, azimuth and elevation, then their stated sigmas."""
    bodies = truth.bodies(watched, seed)
    lines = [(at, jsonplots.FORMAT, line) for at, line in observe.arrivals(watched, seed, bodies)]
    if known:
        said = words.reports(watched, seed, bodies)
        lines += [(at, trafficjson.FORMAT, line) for at, line in said]
    engine, due = Engine(watched.sensors), watched.start
    last: dict[str, SensorBias] = {}
    for number, (at, decoder, line) in enumerate(sorted(lines, key=lambda each: each[0]), start=1):
        while due <= at:
            for each in engine.handle(Tick(time=due, mode="simulation")):
                if isinstance(each, SensorBias):
                    last[each.sensor] = each
            due = Instant(due + SECOND)
        engine.handle(Packet(
            source="bench", line=number, format=decoder, received=at, mode="simulation",
            payload=observe.encode(line),
        ))  # fmt: skip
    for name, bias in last.items():
        true = stream(seed, name, "bias").standard_normal(3) * (RANGE_M, TURN_DEG, TURN_DEG)
        means = bias.range_m, bias.azimuth_deg, bias.elevation_deg
        sigmas = bias.range_sigma_m, bias.azimuth_sigma_deg, bias.elevation_sigma_deg
        yield (*(np.array(means, dtype=float) - true).tolist(), *sigmas)  # type: ignore[misc]


def measure(seeds: int, *, together: bool) -> list[Row]:
    """Give the rows of the table."""
    quiet = scenario.load("quiet")
    radars = [name for name, one in quiet.sensors.items() if isinstance(one, Radar)]
    rows: list[Row] = []
    for known in (False, True):
        found = np.array([
            row
            for seed in range(1, seeds + 1)
            for names in ([radars] if together else [[name] for name in radars])
            for row in errors(wrong(quiet, names), seed, known=known)
        ])  # fmt: skip
        off, sigma = found[:, :3], found[:, 3:]
        for k, (what, unit) in enumerate((("range", "m"), ("azimuth", "°"), ("elevation", "°"))):
            name = f"{what} bias, {'with' if known else 'without'} known positions"
            rows += [
                {"what": f"{name}, rms error", "value": float(np.sqrt((off[:, k] ** 2).mean())),
                 "unit": unit},
                {"what": f"{name}, sigma", "value": float(sigma[:, k].mean()), "unit": unit},
                {"what": f"{name}, error² / variance",
                 "value": float(((off[:, k] / sigma[:, k]) ** 2).mean()), "unit": ""},
            ]  # fmt: skip
    return rows


if __name__ == "__main__":
    counts = [int(one) for one in sys.argv[1:] if one.isdigit()]
    table = measure(counts[0] if counts else 2, together="--all" in sys.argv[1:])
    if "--json" in sys.argv[1:]:
        print(json.dumps(table))
    else:
        for each in table:
            print(f"{each['what']:<60} {each['value']:>9.4f} {each['unit']}")
