"""How fast the filters are: ``python benchmarks/bench_tracking.py [--json]``.

One core, kernels warm. A call is timed by itself, Python's part included, which is how the
tracker makes it; percentiles are over 20,000 calls. Updates per second are of the tracker
alone, on a coasting flight that one radar sees, without what others conclude from it.
"""

import json
import os
import sys
from collections.abc import Callable
from time import perf_counter_ns, process_time

import numpy as np
from numpy.typing import NDArray

from launchwatch.earth.ellipsoid import ecef_from_geodetic
from launchwatch.earth.local import ecef_from_enu_rotation
from launchwatch.estimation import _kernels
from launchwatch.estimation.measurement import Site
from launchwatch.flight.motion import COAST, propagate
from launchwatch.messages.plot import RadarPlot
from launchwatch.messages.sensor import Radar
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking._kernels import predict_one
from launchwatch.tracking.bank import bank_from, predict, step
from launchwatch.tracking.gating import CoarseGate
from launchwatch.tracking.models import NOISE
from launchwatch.tracking.registered import NO_BIASES, NO_CORRECTIONS, Registered
from launchwatch.tracking.settings import Settings
from launchwatch.tracking.track import Event, Track, begun
from launchwatch.tracking.tracker import Tracker

Floats = NDArray[np.float64]
Row = dict[str, object]

RADAR = Radar(
    id="radar",
    owner="ZZZ",
    latitude_deg=37.9,
    longitude_deg=128.2,
    height_m=900.0,
    range_sigma_m=30.0,
    azimuth_sigma_deg=0.07,
    elevation_sigma_deg=0.07,
    range_rate_sigma_mps=1.0,
    scan_period_s=1.0,
    minimum_elevation_deg=0.0,
    maximum_range_m=2e6,
    detection_probability=0.95,
    clutter_per_scan=2.0,
)


def start() -> Floats:
    """Give the state of something at 100 km, 250 km away, a minute after its burnout."""
    place = np.radians([40.0, 127.0])
    velocity = ecef_from_enu_rotation(*place) @ np.array([1500.0, -300.0, 900.0])
    return np.r_[ecef_from_geodetic(*place, 100e3), velocity, np.log(5000.0), 0.0, 0.0]


def plots(count: int) -> list[RadarPlot]:
    """Give what the radar reports of it, once a second."""
    chance, site = np.random.default_rng(1), Site(RADAR)
    found = []
    for scan in range(count):
        state = propagate(COAST, start()[None], float(scan))[0]
        offset = state[:3] - site.position
        east, north, up = site.rotation @ offset
        distance = float(np.linalg.norm(offset))
        noise = chance.standard_normal(4)
        time = Instant(SECOND * (1_500_000_000 + scan))
        found.append(
            RadarPlot(
                sensor="radar",
                time=time,
                received=time,
                mode="simulation",
                scan=scan,
                range_m=distance + 30.0 * noise[0],
                azimuth_deg=float(np.degrees(np.arctan2(east, north)) + 0.07 * noise[1]) % 360.0,
                elevation_deg=float(
                    np.degrees(np.arctan2(up, np.hypot(east, north))) + 0.07 * noise[2]
                ),
                range_rate_mps=float(offset @ state[3:6]) / distance + noise[3],
                source="bench",
                line=scan,
            )
        )
    return found


def percentiles(call: Callable[[], object], count: int = 20_000) -> tuple[float, float]:
    """Give median and 99th percentile of a call, microseconds."""
    for _ in range(200):
        call()
    spent = np.empty(count)
    for k in range(count):
        begin = perf_counter_ns()
        call()
        spent[k] = perf_counter_ns() - begin
    return float(np.median(spent)) / 1e3, float(np.percentile(spent, 99)) / 1e3


def measure() -> list[Row]:
    """Give the rows of the table."""
    rows: list[Row] = []

    def told(what: str, call: Callable[[], object], goal: str = "") -> None:
        middle, slowest = percentiles(call)
        rows.append({"what": f"{what}, median", "value": middle, "unit": "µs"})
        rows.append({"what": f"{what}, p99", "value": slowest, "unit": "µs", "goal": goal})

    seen = plots(120)
    site = Site(RADAR)
    packed = site.pack(seen[1])
    prior = np.diag([300.0, 300.0, 300.0, 40.0, 40.0, 40.0, 0.8, 1.0, 1.0]) ** 2
    first = propagate(COAST, start()[None], 1.0)[0]
    x, P = first.copy(), prior.copy()

    def update() -> None:
        x[:], P[:] = first, prior
        _kernels.update(packed, x, P, 4)

    def coast() -> None:
        x[:], P[:] = first, prior
        predict_one(COAST, x, P, 1.0, NOISE)

    told("one filter's update, kernel and call", update, "10")
    told("one filter's prediction by 1 s, kernel and call", coast)
    bank = bank_from(start()[:6], prior[:6, :6], np.full(5, 0.2))
    told("the bank of five: predict by 1 s and update", lambda: step(bank, packed, 1.0))
    told("the bank of five: predict by 1 s", lambda: predict(bank, 1.0))
    gate = CoarseGate()
    event = Event(seen[0].time, "radar", 0, packed, 0.95, 1e-9)
    leaf = begun((event,), Registered(bank, NO_BIASES, NO_CORRECTIONS), 0.0)
    for number in range(100):
        gate.hold(Track(number, leaf, bank))
    time = Instant(event.time + SECOND)
    told("coarse gate over 100 tracks", lambda: gate.near(packed, time, 0.0))
    rates = []
    for _ in range(9):
        tracker = Tracker({"radar": RADAR}, Settings())
        begin = process_time()
        for plot in seen:
            tracker.take(plot)
        rates.append(len(seen) / (process_time() - begin))
    rows.append(
        {
            "what": "tracker: plots a second, one core",
            "value": float(np.median(rates)),
            "unit": "1/s",
        }
    )
    return rows


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    table = measure()
    if "--json" in sys.argv[1:]:
        print(json.dumps(table))
    else:
        for row in table:
            print(f"{row['what']:<52} {row['value']:>9,.1f} {row['unit']:<4} {row.get('goal', '')}")
