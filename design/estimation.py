"""Numbers behind single-body estimation: ``python design/estimation.py [wide|phases|reentry]``.

wide: ways to follow a body behind a wide beam, those that were kept and those that lost.
phases: boost and re-entry with the tracker's models, errors over the bound.
reentry: the published re-entry of docs/examples/reentry.py with more runs.
"""

import runpy
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "benchmarks"))

from bench_estimation import (  # noqa: E402 - it lies beside, not in a package
    ENU,
    RADAR,
    SITE,
    WIDE,
    WORK,
    flight,
    measured,
    ours,
    ours_refitted,
)

from launchwatch.earth.ellipsoid import ecef_from_geodetic  # noqa: E402
from launchwatch.earth.local import ecef_from_enu_rotation  # noqa: E402
from launchwatch.estimation import _kernels_coast  # noqa: E402
from launchwatch.estimation.batch import refitted  # noqa: E402
from launchwatch.estimation.bound import information, posterior_bound  # noqa: E402
from launchwatch.estimation.cubature import cubature_predict, cubature_update  # noqa: E402
from launchwatch.estimation.gaussian import Gaussian, gaussian  # noqa: E402
from launchwatch.estimation.mixture import split  # noqa: E402
from launchwatch.estimation.sequence import filtered, radar_plots  # noqa: E402
from launchwatch.flight.motion import BOOST, REENTRY, propagate  # noqa: E402
from launchwatch.tracking import _kernels as bank  # noqa: E402
from launchwatch.tracking.following import followed  # noqa: E402
from launchwatch.tracking.models import NOISE  # noqa: E402

Floats = NDArray[np.float64]
Result = tuple[Floats, Floats]

NO_NOISE = np.zeros((6, 6))


def coasting(states: Floats) -> Floats:
    """Move states (k, 6) by a second."""
    later = states.copy()
    for row in later:
        _kernels_coast.propagate(row, 1.0, WORK)
    return later


def radar(states: Floats) -> Floats:
    """Give range, azimuth and elevation of states (k, 6)."""
    east, north, up = ((states[:, :3] - SITE) @ ENU.T).T
    level = np.hypot(east, north)
    return np.stack([np.hypot(level, up), np.arctan2(east, north), np.arctan2(up, level)], axis=1)


def apart(first: Floats, second: Floats) -> Floats:
    """Subtract measurements, azimuth the short way round."""
    gap = first - second
    gap[..., 1] = (gap[..., 1] + np.pi) % (2.0 * np.pi) - np.pi
    return gap


def polar(states: Floats) -> Floats:
    """Turn states into range, azimuth, elevation and their rates."""
    offset, speed = (states[:, :3] - SITE) @ ENU.T, states[:, 3:] @ ENU.T
    east, north, up = offset.T
    level2 = east**2 + north**2
    level, distance2 = np.sqrt(level2), level2 + up**2
    rates = (
        (offset * speed).sum(axis=1) / np.sqrt(distance2),
        (north * speed[:, 0] - east * speed[:, 1]) / level2,
        (level2 * speed[:, 2] - up * (east * speed[:, 0] + north * speed[:, 1]))
        / (level * distance2),
    )
    return np.concatenate([radar(states), np.stack(rates, axis=1)], axis=1)


def straight(states: Floats) -> Floats:
    """Undo `polar`."""
    r, a, b, closing, turning, rising = states.T
    line = np.stack([np.cos(b) * np.sin(a), np.cos(b) * np.cos(a), np.sin(b)], axis=1)
    side = np.stack([np.cos(b) * np.cos(a), -np.cos(b) * np.sin(a), 0.0 * a], axis=1)
    rise = np.stack([-np.sin(b) * np.sin(a), -np.sin(b) * np.cos(a), np.cos(b)], axis=1)
    speed = closing[:, None] * line + r[:, None] * (
        turning[:, None] * side + rising[:, None] * rise
    )
    return np.concatenate([r[:, None] * line @ ENU + SITE, speed @ ENU], axis=1)


def cubature(iterations: int, plots: Floats, seconds: Floats, prior: Gaussian) -> Result:
    """Cubature filter in ECEF; with iterations, posterior linearisation."""
    found, belief = [], prior
    for z in plots[: len(seconds)]:
        belief = cubature_predict(belief, coasting, NO_NOISE)
        R = np.diag(z[18:21] ** 2)
        belief = cubature_update(belief, z[14:17], radar, R, iterations, apart).posterior
        found.append(belief)
    return tuple(np.array(one) for one in zip(*found, strict=True))


def spherical(plots: Floats, seconds: Floats, prior: Gaussian) -> Result:
    """Cubature filter in the radar's own coordinates, where the measurement is linear."""
    belief = cubature_predict(prior, lambda x: polar(coasting(x)), NO_NOISE)
    found = []
    for k, z in enumerate(plots[: len(seconds)]):
        if k > 0:
            belief = cubature_predict(belief, lambda s: polar(coasting(straight(s))), NO_NOISE)
        R = np.diag(z[18:21] ** 2)
        belief = cubature_update(belief, z[14:17], lambda s: s[:, :3], R, 1, apart).posterior
        found.append(cubature_predict(belief, straight, NO_NOISE))
    return tuple(np.array(one) for one in zip(*found, strict=True))


def wide() -> None:
    """Compare ways to follow a body behind a wide beam."""
    ways = {
        "extended, once": lambda *a: filtered(*a, iterations=1)[:2],
        "extended, iterated 4 times": ours,
        "extended, iterated 50 times": lambda *a: filtered(*a, iterations=50)[:2],
        "cubature, ECEF": partial(cubature, 1),
        "cubature, posterior linearisation": partial(cubature, 5),
        "cubature, the radar's coordinates": spherical,
        "refitted at each doubling": lambda *a: refitted(*a, growth=2.0)[:2],
        "refitted at every quarter (kept)": ours_refitted,
        "refitted at every twentieth": lambda *a: refitted(*a, growth=1.05)[:2],
    }
    states, transitions = flight(WIDE.scans)
    told, P = measured(states[1:]), np.diag(WIDE.doubt**2)
    clean = radar_plots(RADAR, told, WIDE.sigmas)
    gained = [information(z, x) for z, x in zip(clean, states[1:], strict=True)]
    bounds = posterior_bound(P, transitions, np.zeros_like(transitions), gained)
    seconds, scans = np.arange(1.0, WIDE.scans + 1), [1, 5, 20, 60, 120]
    print("place/bound, velocity/bound, NEES/6 after", *scans, "plots")
    for name, way in ways.items():
        chance, errors, nees = np.random.default_rng(7), [], []
        slow = name.startswith("cubature")
        for _ in range(60 if slow else 400):
            noise = chance.standard_normal(told.shape) * WIDE.sigmas
            prior = gaussian(states[0] + WIDE.doubt * chance.standard_normal(6), P)
            try:
                means, covariances = way(
                    radar_plots(RADAR, told + noise, WIDE.sigmas), seconds, prior
                )
            except Exception:  # noqa: BLE001 - a filter that breaks off is told by the count
                continue
            errors.append(means - states[1:])
            nees.append(
                (errors[-1] * np.linalg.solve(covariances, errors[-1][..., None])[..., 0]).sum(1)
                / 6
            )
        print(f"{name:<36}{len(errors):4d}", end="")
        for k in scans:
            told_by = tuple(np.array(errors)[:, k - 1, part] for part in (slice(0, 3), slice(3, 6)))
            limits = bounds[k - 1].diagonal().reshape(2, 3).sum(axis=1)
            ratios = [
                np.sqrt((e**2).sum(1).mean() / limit)
                for e, limit in zip(told_by, limits, strict=True)
            ]
            print(
                f" | {ratios[0]:5.2f} {ratios[1]:5.2f} {np.array(nees)[:, k - 1].mean():7.2f}",
                end="",
            )
        print(f" | lost {100 * np.mean(np.array(nees)[:, -1] > 10):.0f} %", flush=True)


def moved(model: int, states: Floats) -> Floats:
    """Move states (k, 9) by a second, as the mean of the tracker's model moves."""
    if model == BOOST:
        states = states.copy()
        states[:, 6:8] = np.minimum(states[:, 6:8], [bank.MOST_THRUST, bank.MOST_GROWTH])
    later = propagate(model, states, 1.0)
    if model == BOOST:
        prior = np.array([bank.LOG_THRUST, bank.LOG_GROWTH])
        later[:, 6:8] = prior + (later[:, 6:8] - prior) * np.exp(-1.0 / bank.MOTOR_MEMORY)
    return later


def phase(model: int, start: Floats, doubt: Floats, scans: int, runs: int) -> None:
    """Follow flights whose noise is the model's, each against the bound on its own path."""
    chance, Q = np.random.default_rng(3), 1e-12 * np.eye(9)
    bank.predict_one(model, start.copy(), Q, 1.0, NOISE)
    root, P = np.linalg.cholesky(Q), np.diag(doubt**2)
    steps = np.diag(np.r_[[10.0] * 3, [0.1] * 3, [1e-4] * 3])
    sigmas = np.array([30.0, np.radians(0.05), np.radians(0.05)])
    tries = {"one filter": lambda prior: prior}
    if model == REENTRY:
        tries["three over ln β"] = lambda prior: split(prior, 6)
    squares = {name: [] for name in tries}
    nees = {name: [] for name in tries}
    for _ in range(runs):
        states, transitions = [start], []
        for _ in range(scans):
            ahead = moved(model, np.concatenate([states[-1] + steps, states[-1] - steps]))
            transitions.append((ahead[:9] - ahead[9:]).T / (2.0 * steps.diagonal()))
            states.append(moved(model, states[-1][None])[0] + root @ chance.standard_normal(9))
        truth = np.array(states[1:])
        noise = chance.standard_normal((scans, 3)) * sigmas
        plots = radar_plots(RADAR, measured(truth) + noise, sigmas)
        told = [information(z, x) for z, x in zip(plots, truth, strict=True)]
        limit = posterior_bound(P, transitions, [Q] * scans, told).diagonal(axis1=1, axis2=2)
        prior = gaussian(start + doubt * chance.standard_normal(9), P)
        for name, as_given in tries.items():
            found = followed(plots, np.arange(1.0, scans + 1), as_given(prior), model)
            error = (found.means - truth)[:, :6]
            own = (error**2).reshape(-1, 2, 3).sum(2) / limit[:, :6].reshape(-1, 2, 3).sum(2)
            squares[name].append(own)
            inside = np.linalg.solve(found.covariances[:, :6, :6], error[..., None])[..., 0]
            nees[name].append((error * inside).sum(axis=1) / 6)
    for name in tries:
        ratios, length2 = np.sqrt(np.mean(squares[name], axis=0)), np.mean(nees[name], axis=0)
        whole = np.sqrt(np.mean(squares[name], axis=(0, 1)))
        print(
            f"{name:<18} {runs} runs: place {whole[0]:.3f} (worst scan {ratios[:, 0].max():.3f}), "
            f"velocity {whole[1]:.3f} ({ratios[:, 1].max():.3f}), NEES/6 {length2.mean():.3f} "
            f"({length2.max():.3f})",
            flush=True,
        )


def phases() -> None:
    """Boost and re-entry: radar 30 m and 0.05° once a second, some 200 km away."""
    place = np.radians([39.0, 126.0])
    turn: Callable[[Floats], Floats] = ecef_from_enu_rotation(*place).__matmul__
    boost = np.r_[
        ecef_from_geodetic(*place, 8e3), turn(np.array([150.0, -50.0, 350.0])),
        np.log(30.0), np.log(0.012), 0.0,
    ]  # fmt: skip
    fall = np.r_[
        ecef_from_geodetic(*place, 95e3), turn(np.array([1800.0, -500.0, -1800.0])),
        np.log(5000.0), 0.0, 0.0,
    ]  # fmt: skip
    print("boost of 50 s from 8 km, motor known to 30 %")
    phase(BOOST, boost, np.r_[[1e3] * 3, [100.0] * 3, 0.3, 0.3, 1.0], 50, 500)
    print("re-entry of 42 s from 95 to 14 km, ballistic coefficient known to a factor of five")
    phase(REENTRY, fall, np.r_[[300.0] * 3, [30.0] * 3, 0.8, 1.0, 1.0], 42, 500)


def reentry() -> None:
    """The published re-entry, 500 runs."""
    compare = runpy.run_path(str(HERE.parent / "docs/examples/reentry.py"))["compare"]
    for name, one in zip(("place", "velocity", "NEES/4"), compare(runs=500), strict=True):
        print(f"{name:<10} mean {one.mean():.3f}, {one.min():.3f} to {one.max():.3f}")


if __name__ == "__main__":
    for task in (wide, phases, reentry):
        if len(sys.argv) == 1 or task.__name__ in sys.argv[1:]:
            task()
