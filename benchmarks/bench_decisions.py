"""How soon the side of a line is called, beside the earliest that physics allows.

    python benchmarks/bench_decisions.py [--flights N] [--json] [--draw FILE]

A 700 km flight (the Friday scenario) is watched by the whole engine with one radar on the far
side, two radars there, one near the launch that looks ten times a second, or two infrared
satellites alone. Lines stand square to its ground track, 50, 20 and 5 km before its true fall and
beyond it. Told is when nine of ten flights had their verdict, and half of them, and beside it

- *Gauss*: when an unbiased normal estimate with the Cramér-Rao bound is 99 % sure in nine of ten;
- *limit*: the same for an ideal watch that knows how the prior of the ballistic coefficient is
  skewed: a light body falls many kilometres short, none falls far beyond.

*Earlier* is what the same limits were computed to be before, for a geometry that is not on record.

A verdict takes three fall areas in a row at 99 %, see `launchwatch.assessment.verdicts`.
"""

import argparse
import json
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from fall_limits import ballistic_coefficients, falls_of, limits
from fall_runs import run
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy.special import ndtr

from launchwatch.engine import ready
from launchwatch.estimation.bound import decidable_distance
from launchwatch.messages.sensor import Sensor
from launchwatch.messages.verdict import ZoneVerdict
from launchwatch.simulate import scenario, truth
from launchwatch.simulate.scenario import Scenario
from launchwatch.timescale import SECOND

Floats = NDArray[np.float64]

FLIGHTS = 20
DISTANCES = (50e3, 20e3, 5e3)
SIDES = ("before", "beyond")
SHARE = 0.9
CERTAINTY = 0.99
VALUES = 199
"""Ballistic coefficients that the ideal watch thinks of, equally probable."""
NARROW = 1e-3
"""A prior so narrow that the ballistic coefficient is known."""


class Watch(NamedTuple):
    """What watches, how long, and earlier computed limits (50, 20, 5 km; s)."""

    name: str
    sensors: tuple[Sensor, ...]
    until: float
    earlier: tuple[float | None, ...]


class Result(NamedTuple):
    """Seconds after lift-off by side and distance; None where never."""

    gauss: dict[float, float | None]
    limit: dict[tuple[str, float], float | None]
    called: dict[tuple[str, float], list[float | None]]
    wrong: int
    verdicts: int
    first: float | None


def watches(sky: Scenario) -> tuple[Watch, ...]:
    """Give the four kinds of watch."""
    s = sky.sensors
    near = replace(s["kr-north"], scan_period_s=0.1)
    return (
        Watch("one radar on the far side", (s["jp-north"],), 250.0, (164.0, 181.0, 231.0)),
        Watch("two radars there", (s["jp-north"], s["jp-west"]), 200.0, (126.0, 140.0, 178.0)),
        Watch("near the launch, 10 Hz", (near,), 125.0, (88.0, 93.0, 110.0)),
        Watch("infrared alone", (s["ir-105"], s["ir-165"]), 140.0, (None, None, None)),
    )


def ideal(sky: Scenario, sensors: Sequence[Sensor], until: float) -> tuple[Floats, Floats, Floats]:
    """Give when, the bound's deviation along the track, and shares of ideal watches that are sure.

    Returns:
        (k,) seconds, (k,) metres, and (k, 2, 3): share sure by side and distance.
    """
    body = truth.bodies(sky)[0]
    coefficient = sky.launches[0].ballistic_coefficient_kgpm2
    prior = limits(sky, body, sensors, until, [coefficient])
    if not len(prior.seconds):
        return np.empty(0), np.empty(0), np.empty((0, len(SIDES), len(DISTANCES)))
    known = limits(sky, body, sensors, until, [coefficient], NARROW)
    along = np.sqrt(prior.covariance[:, 1, 1])
    state = np.sqrt(known.covariance[:, 1, 1])
    # Once its drag is felt other bodies are ruled out, as far as the bound has narrowed what
    # drag leaves open.
    left = np.sqrt(np.maximum(along**2 - state**2, 0.0))
    left = np.minimum(left / max(left[0], 1.0), 1.0)
    falls = falls_of(sky, body, [coefficient, *ballistic_coefficients(VALUES)])[1:]
    others = np.outer(left, falls)
    shares = [
        [_sure(sign * others - distance, state) for distance in DISTANCES] for sign in (-1.0, 1.0)
    ]
    return prior.seconds, along, np.moveaxis(np.array(shares), 2, 0)


def _sure(ahead: Floats, sigma: Floats) -> Floats:
    """Give the share of normal errors that leave a fall beyond a line improbable enough.

    Args:
        ahead: (k, m) how far each of m equally probable falls lies beyond the line, unless erred.
        sigma: (k,) of the error, which the watch knows.
    """
    low, high = np.full(len(sigma), -1e7), np.full(len(sigma), 1e7)
    for _ in range(50):
        error = 0.5 * (low + high)
        doubt = ndtr((ahead + error[:, None]) / sigma[:, None]).mean(axis=1)
        is_sure = doubt < 1.0 - CERTAINTY
        low, high = np.where(is_sure, error, low), np.where(is_sure, high, error)
    return np.asarray(ndtr(low / sigma))


def first(seconds: Floats, holds: NDArray[np.bool_]) -> float | None:
    """Give the first time from which on it holds."""
    if not len(holds) or not holds[-1]:
        return None
    since = 0 if holds.all() else int(np.flatnonzero(~holds)[-1]) + 1
    return float(seconds[since])


def called(
    sky: Scenario, watch: Watch, flights: int
) -> tuple[dict[tuple[str, float], list[float | None]], int, int]:
    """Give when each flight's lines were called, how many verdicts there were, and wrong ones."""
    times: dict[tuple[str, float], list[float | None]] = {
        (side, distance): [None] * flights for side in SIDES for distance in DISTANCES
    }
    names = {f"{side}-{distance / 1e3:g}": (side, distance) for side, distance in times}
    verdicts = wrong = 0
    for number in range(flights):
        flown = run(sky, watch.sensors, number, flights, watch.until, DISTANCES)
        for message in flown.messages:
            if not isinstance(message, ZoneVerdict) or message.zone not in names:
                continue
            if message.verdict not in ("inside", "outside"):
                continue
            # The fall lies outside every one of these zones.
            verdicts += 1
            wrong += message.verdict == "inside"
            key = names[message.zone]
            if times[key][number] is None:
                times[key][number] = (message.time - flown.ignition) / SECOND
    return times, verdicts, wrong


def measured(sky: Scenario, watch: Watch, flights: int) -> Result:
    """Measure one watch."""
    seconds, along, shares = ideal(sky, watch.sensors, watch.until)
    gauss = {
        distance: first(
            seconds,
            np.array([decidable_distance(d, CERTAINTY, SHARE) <= distance for d in along]),
        )
        for distance in DISTANCES
    }
    limit = {
        (side, distance): first(seconds, shares[:, i, j] >= SHARE)
        for i, side in enumerate(SIDES) for j, distance in enumerate(DISTANCES)
    }  # fmt: skip
    times, verdicts, wrong = called(sky, watch, flights)
    start = float(seconds[0]) if len(seconds) else None
    return Result(gauss, limit, times, wrong, verdicts, start)


def when(times: Sequence[float | None], share: float = SHARE) -> float | None:
    """Give when a share of the flights had their verdict."""
    ranked = sorted(np.inf if one is None else one for one in times)
    last = ranked[int(np.ceil(share * len(ranked))) - 1]
    return None if np.isinf(last) else float(last)


def _time(value: float | None) -> str:
    return "never" if value is None else f"T+{value:.0f}"


def main() -> None:
    """Print, for each watch, side and distance, the limits and what was measured."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--flights", type=int, default=FLIGHTS)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--draw", metavar="FILE")
    parser.add_argument("--watch", type=int, help="one watch alone, by number from 0")
    asked = parser.parse_args()
    ready()
    sky = scenario.load("friday")
    chosen = watches(sky) if asked.watch is None else (watches(sky)[asked.watch],)
    rows: list[dict[str, object]] = []
    results = []
    for watch in chosen:
        result = measured(sky, watch, asked.flights)
        results.append((watch, result))
        for j, distance in enumerate(DISTANCES):
            for side in SIDES:
                value = when(result.called[side, distance])
                goal = (
                    f"half {_time(when(result.called[side, distance], 0.5))}, "
                    f"limit {_time(result.limit[side, distance])}, "
                    f"Gauss {_time(result.gauss[distance])}, earlier {_time(watch.earlier[j])}"
                )
                what = f"{watch.name}: {distance / 1e3:g} km {side} the fall"
                rows.append({"what": what, "value": _time(value), "unit": "", "goal": goal})
        what = f"{watch.name}: wrong among {result.verdicts} verdicts"
        rows.append({"what": what, "value": result.wrong, "unit": "", "goal": "1 %"})
        if not asked.json:
            print(*(f"{r['what']:<58} {r['value']!s:>6}   {r['goal']}" for r in rows), sep="\n")
            rows = []
    if asked.json:
        print(json.dumps(rows))
    if asked.draw:
        draw(results, asked.draw)


def draw(results: Sequence[tuple[Watch, Result]], path: str) -> None:
    """Draw decision time against distance: limit, and the ninth of ten flights."""
    import matplotlib.pyplot as plt

    fig, axes = plt.subplots(1, 2, figsize=(9.0, 3.8), sharey=True)
    for axis, side in zip(axes, SIDES, strict=True):
        for number, (watch, result) in enumerate(results):
            for points, style in (
                ({d: result.limit[side, d] for d in DISTANCES}, "--"),
                ({d: when(result.called[side, d]) for d in DISTANCES}, "o-"),
            ):
                there = [(d / 1e3, t) for d, t in points.items() if t is not None]
                if there:
                    label = watch.name if style == "o-" else None
                    axis.plot(*zip(*there, strict=True), style, color=f"C{number}", label=label)
        axis.set_xscale("log")
        axis.set_xticks([5, 20, 50], ["5", "20", "50"])
        axis.minorticks_off()
        axis.set_xlabel("km from the fall to the line")
        axis.set_title(f"line {side} the fall", loc="left", fontsize=10)
        axis.grid(alpha=0.3)
    axes[0].set_ylabel("seconds after lift-off")
    axes[0].plot([], [], "k--", label="limit: an ideal watch")
    axes[0].legend(frameon=False, fontsize=8)
    fig.tight_layout()
    fig.savefig(path, dpi=130)


if __name__ == "__main__":
    main()
