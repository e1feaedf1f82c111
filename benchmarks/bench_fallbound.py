"""How near the Cramér-Rao bound fall points are: ``python benchmarks/bench_fallbound.py``.

    python benchmarks/bench_fallbound.py [--flights N] [--only NAME] [--without-pull-ups] [--json]

A normal and a lofted flight are watched by one radar through the whole engine, each flight with
its own ballistic coefficient, drawn from the tracker's prior. Errors of the fall areas' middles,
across the ground track and along it, are compared at each of some times with the bound of
`fall_limits`, averaged over that prior: the ratio of root mean squares, at each time and over
all. With N flights that is known to about 1/√(2·N·3), since errors of times far apart are nearly
independent.

None of these flights pulls up, but fall areas allow for it, the more the lower a flight. That moves
their middle, and no bound knows of it: `--without-pull-ups` leaves it out of the measurement.
"""

import argparse
import json

import numpy as np
from fall_limits import ballistic_coefficients, limits
from fall_runs import run
from numpy.typing import NDArray

from launchwatch.assessment import pullups
from launchwatch.engine import ready
from launchwatch.flight.slopes import across_and_along
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.sensor import Sensor
from launchwatch.simulate import scenario, truth
from launchwatch.simulate.scenario import Scenario
from launchwatch.timescale import SECOND

Floats = NDArray[np.float64]

FLIGHTS = 30
FLOWN = ("friday", "lofted")
RADAR = "kr-north"
UNTIL = 340.0
TIMES = (100.0, 120.0, 150.0, 200.0, 260.0, 320.0)
"""Seconds after lift-off: some seconds after burnout, and on until re-entry draws near."""
GOALS = {"across": 1.10, "along": 1.15}


def errors(sky: Scenario, radar: Sensor, flights: int) -> tuple[Floats, int]:
    """Give errors (flights, times, 2) in metres, NaN where no area was said just before, and how
    many flights were not told as one launch's track all along."""
    found = np.full((flights, len(TIMES), 2), np.nan)
    lost = 0
    for number in range(flights):
        flown = run(sky, (radar,), number, flights, UNTIL, is_spread=True)
        tracks = set()
        for message in flown.messages:
            if not isinstance(message, FallArea) or message.probability < 1.0:
                continue  # a booster's, if it separated, is another body's fall
            tracks.add(message.track_id)
            since = (message.epoch - flown.ignition) / SECOND
            place = np.radians([message.latitude_deg, message.longitude_deg])
            for k, time in enumerate(TIMES):
                if time - 3.0 < since <= time:
                    found[number, k] = across_and_along(flown.fell, *place)
        lost += len(tracks) != 1
    return found, lost


def nowhere(_apogee: Floats, distance: Floats) -> Floats:
    """Give no probability to a pull-up, whatever the flight."""
    return np.zeros(len(distance))


def main() -> None:
    """Print errors, bounds and ratios."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flights", type=int, default=FLIGHTS)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--only", choices=FLOWN, help="one of the flights alone")
    parser.add_argument("--without-pull-ups", action="store_true")
    asked = parser.parse_args()
    if asked.without_pull_ups:
        pullups.probability = nowhere
    ready()
    rows: list[dict[str, object]] = []
    for name in (asked.only,) if asked.only else FLOWN:
        sky = scenario.load(name)
        radar = sky.sensors[RADAR]
        found, lost = errors(sky, radar, asked.flights)
        bound = limits(sky, truth.bodies(sky)[0], (radar,), UNTIL, ballistic_coefficients())
        at = [int(np.searchsorted(bound.seconds, time, side="right")) - 1 for time in TIMES]
        for axis, what in enumerate(GOALS):
            sigma = np.sqrt(bound.covariance[at, axis, axis])
            rms = np.sqrt(np.nanmean(found[:, :, axis] ** 2, axis=0))
            whole = np.sqrt(np.nanmean((found[:, :, axis] / sigma) ** 2))
            middle = np.nanmedian(np.abs(found[:, :, axis] / sigma)) / 0.6745
            if not asked.json:
                print(f"{name}, {what}: {asked.flights} flights, {lost} not in one track")
                print("  seconds  " + "".join(f"{time:>9.0f}" for time in TIMES))
                print("  error, m " + "".join(f"{value:>9.0f}" for value in rms))
                print("  bound, m " + "".join(f"{value:>9.0f}" for value in sigma))
                print("  ratio    " + "".join(f"{v:>9.2f}" for v in rms / sigma))
                print(f"  over all {whole:.2f}; by the median {middle:.2f}; goal {GOALS[what]}")
            rows += [
                {"what": f"{name}, {what}: error over bound", "value": float(whole), "unit": "",
                 "goal": GOALS[what]},
                {"what": f"{name}, {what}: the same by the median", "value": float(middle),
                 "unit": ""},
            ]  # fmt: skip
    if asked.json:
        print(json.dumps(rows))


if __name__ == "__main__":
    main()
