"""How fast flight is: ``python benchmarks/bench_flight.py``.

Each line is the median, and the best, of some repeats, in processor time: other work on the
machine does not count. Falls are those of a 700 km flight with 180 km apogee, from burnout at
45 km, spread as a young track spreads them. Two cores means two threads, for kernels let go of
the interpreter: the time of both, halved.
"""

import os
import platform
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from statistics import median
from time import process_time

import numpy as np
from numpy.typing import NDArray

from launchwatch.earth import _kernels as earth
from launchwatch.earth import ellipsoid, local
from launchwatch.flight import _kernels as flight

Array = NDArray[np.float64]

PLACE = np.radians((40.2, 125.4))


def timed(function: Callable[[], object], repeats: int = 25) -> tuple[float, float]:
    """Give median and least seconds of a call, after one to warm."""
    function()
    spent = []
    for _ in range(repeats):
        begin = process_time()
        function()
        spent.append(process_time() - begin)
    return median(spent), min(spent)


def state(height: float, speed: float, climb_deg: float) -> Array:
    """Give position and velocity of something that flies east."""
    rotation = local.ecef_from_enu_rotation(*PLACE)
    enu = local.enu_from_aer(np.radians(95.0), np.radians(climb_deg), speed)
    return np.concatenate((ellipsoid.ecef_from_geodetic(*PLACE, height), rotation @ enu))


def bodies(count: int) -> Array:
    """Give count bodies just after burnout, as `falls` wants them."""
    rng = np.random.default_rng(1)
    out = np.empty((count, 7))
    out[:, :6] = state(45e3, 2450.0, 43.0)
    out[:, :3] += rng.normal(0.0, 300.0, (count, 3))
    out[:, 3:6] += rng.normal(0.0, 10.0, (count, 3))
    out[:, 6] = rng.normal(np.log(2500.0), 0.3, count)
    return out


def lines() -> list[tuple[str, float, float, float, str]]:
    """Give (what, median s, best s, divisor, unit) for each measurement."""
    results = []
    for count in (1, 64, 1000, 20_000):
        states, out = bodies(count), np.empty((count, 6))
        spent = timed(lambda s=states, o=out: flight.falls(s, 0.0, 3000.0, o))  # type: ignore[misc]
        results.append((f"falls, {count:,} at once, one core", *spent, count, "fall"))

    states, out = bodies(20_000), np.empty((20_000, 6))
    with ThreadPoolExecutor(2) as pool:

        def on_two_cores() -> None:
            halves = [slice(0, 10_000), slice(10_000, None)]
            list(pool.map(lambda h: flight.falls(states[h], 0.0, 3000.0, out[h]), halves))

        middle, best = timed(on_two_cores)
        results.append(("falls, 20,000, two cores", middle / 2, best / 2, 20_000, "fall"))

    burning = np.zeros((1000, 9))
    burning[:, :6] = state(8e3, 500.0, 60.0)
    burning[:, 6], burning[:, 7] = np.log(20.0), np.log(0.011)
    seconds, after = np.full(1000, 50.0), np.full((1000, 7), np.log(2500.0))
    out = np.empty((1000, 6))

    def burn_and_fall() -> None:
        flight.burn_outs(burning, seconds, after)
        flight.falls(after, 0.0, 3000.0, out)

    results.append(
        (
            "falls after 50 s of burning, 1,000",
            *timed(burn_and_fall),
            1000,
            "fall",
        )
    )
    x, y = np.zeros(9), np.empty(9)
    x[:6] = state(45e3, 2450.0, 43.0)
    for code, name, extras in (
        (flight.BOOST, "boost", (3.0, -4.5, 0.0)),
        (flight.COAST, "coast", (7.8, 0.0, 0.0)),
        (flight.MANOEUVRE, "manoeuvre", (1.0, 1.0, 1.0)),
    ):
        x[6:] = extras
        spent = timed(lambda c=code: flight.propagate(c, x, 1000.0, y))  # type: ignore[misc]
        results.append((f"one Runge-Kutta step, {name}", *spent, 1000, "step"))
    heights, air = np.linspace(0.0, 150e3, 10_000), np.empty(10_000)
    results.append(("density", *timed(lambda: earth.densities(heights, air)), 10_000, "value"))
    return results


def main() -> None:
    """Print the table."""
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, ", end="")
    print(f"load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}")
    print(f"{'':36} {'median':>12} {'best':>12}   {'best, per second':>18}")
    for name, middle, best, divisor, unit in lines():
        a, b = middle / divisor * 1e9, best / divisor * 1e9
        print(f"{name:36} {a:>9,.0f} ns {b:>9,.0f} ns   {1e9 / b:>14,.0f} {unit}s")


if __name__ == "__main__":
    main()
