"""How near the bound one body is followed, and how fast: ``python benchmarks/bench_estimation.py``.

The same flights, plots, motion and measurement for everyone, in one process on one core. Peers
get this project's compiled motion and its Jacobians, so that what is timed is the filter. Errors
are root mean squares over the posterior Cramér-Rao bound, place / velocity, averaged over the
scans named; 1 is perfect. ANEES is that of all six numbers over six: 1 is honest, 2 is far too
sure. Lost is the share of runs whose NEES ends beyond ten times what it should be. The first
runs are the same for all; chance leaves a good 10 % in a dozen of them, 1 % in 2,000.
"""

import os
import runpy
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.earth.ellipsoid import ecef_from_geodetic
from launchwatch.earth.local import aer_from_enu, ecef_from_enu_rotation, enu_from_ecef
from launchwatch.estimation import _kernels, _kernels_coast
from launchwatch.estimation.batch import refitted
from launchwatch.estimation.bound import information, posterior_bound
from launchwatch.estimation.gaussian import Gaussian, gaussian
from launchwatch.estimation.sequence import filtered, radar_plots

Floats = NDArray[np.float64]
Filter = Callable[[Floats, Floats, Gaussian], tuple[Floats, Floats]]
"""Packed plots (k, 22), seconds (k,) and a prior give means (k, 6) and covariances (k, 6, 6)."""

RADAR = (np.radians(37.9), np.radians(128.2), 900.0)
SITE = ecef_from_geodetic(*RADAR)
ENU = ecef_from_enu_rotation(*RADAR[:2]).T
WORK = np.empty((_kernels_coast.WORK, 6))
EXAMPLES = Path(__file__).resolve().parent.parent / "docs/examples"


class Case(NamedTuple):
    """A radar, a prior, how many scans and runs, and which scans count."""

    name: str
    sigmas: tuple[float, float, float]
    doubt: Floats
    scans: int
    runs: int
    our_runs: int
    looks: slice


GOOD = Case(
    "good radar: 30 m, 0.05°, prior 1 km and 100 m/s; 338 scans, from 30 s on",
    (30.0, np.radians(0.05), np.radians(0.05)),
    np.r_[[1e3] * 3, [100.0] * 3], 338, 12, 2000, slice(30, None),
)  # fmt: skip
WIDE = Case(
    "wide beam: 10 m, 0.5°, prior 20 km and 1 km/s; 120 scans, from 60 s on",
    (10.0, np.radians(0.5), np.radians(0.5)),
    np.r_[[20e3] * 3, [1e3] * 3], 120, 40, 400, slice(60, None),
)  # fmt: skip


def flight(scans: int) -> tuple[Floats, Floats]:
    """Give states after 0, 1, ... seconds and the transitions between: 120 km up, 2.7 km/s."""
    place = np.radians([40.0, 124.0])
    velocity = ecef_from_enu_rotation(*place) @ np.array([2000.0, -700.0, 1700.0])
    x = np.r_[ecef_from_geodetic(*place, 120e3), velocity]
    states, transitions = [x.copy()], []
    for _ in range(scans):
        _kernels_coast.propagate(x, 1.0, WORK)
        states.append(x.copy())
        transitions.append(WORK[:6].copy())
    return np.array(states), np.array(transitions)


def measured(states: Floats) -> Floats:
    """Give range, azimuth and elevation (k, 3)."""
    azimuth, elevation, distance = aer_from_enu(enu_from_ecef(states[:, :3], *RADAR))
    return np.stack([distance, azimuth, elevation], axis=1)


def ours(plots: Floats, seconds: Floats, prior: Gaussian) -> tuple[Floats, Floats]:
    """The extended filter, iterated: one call for the whole array."""
    return filtered(plots, seconds, prior)[:2]


def ours_once(plots: Floats, seconds: Floats, prior: Gaussian) -> tuple[Floats, Floats]:
    """The extended filter without iterating."""
    return filtered(plots, seconds, prior, iterations=1)[:2]


def ours_refitted(plots: Floats, seconds: Floats, prior: Gaussian) -> tuple[Floats, Floats]:
    """The filter that refits while the doubt is bent."""
    return refitted(plots, seconds, prior)[:2]


def moved(x: Floats, dt: float) -> Floats:
    """Give a state (6,) later, for peers."""
    later = x.copy()
    _kernels_coast.propagate(later, dt, WORK)
    return later


def shown(plot: Floats, x: Floats) -> Floats:
    """Give what a radar would measure of a state, near what it measured."""
    y = np.empty(4)
    _kernels.innovate(plot, x, y, np.empty((4, 6)))
    return plot[14:17] - y[:3]


def filterpy_ekf(plots: Floats, seconds: Floats, prior: Gaussian) -> tuple[Floats, Floats]:
    """FilterPy's extended filter with analytic Jacobians."""
    from filterpy.kalman import ExtendedKalmanFilter

    class Coasting(ExtendedKalmanFilter):
        def predict_x(self, u: float = 0) -> None:  # noqa: ARG002 - FilterPy's name
            _kernels_coast.propagate(self.x, self.dt, WORK)
            self.F = WORK[:6]

        def predict(self) -> None:
            self.predict_x()
            self.P = self.F @ self.P @ self.F.T + self.Q
            self.x_prior, self.P_prior = self.x.copy(), self.P.copy()

    kf = Coasting(6, 3)
    kf.x, kf.P, kf.Q = prior.mean.copy(), prior.covariance.copy(), np.zeros((6, 6))
    kf.R = np.diag(plots[0, 18:21] ** 2)
    y, H, now, found = np.empty(4), np.empty((4, 6)), 0.0, []
    for z, t in zip(plots, seconds, strict=True):
        kf.dt, now = t - now, t
        kf.predict()
        _kernels.innovate(z, kf.x, y, H)
        kf.update(
            z[14:17], lambda x: H[:3], lambda x, z=z: z[14:17] - y[:3]  # noqa: ARG005
        )  # fmt: skip
        found.append((kf.x.copy(), kf.P.copy()))
    return tuple(np.array(one) for one in zip(*found, strict=True))


def filterpy_ukf(plots: Floats, seconds: Floats, prior: Gaussian) -> tuple[Floats, Floats]:
    """FilterPy's unscented filter; Julier's points, whose weights are positive."""
    from filterpy.kalman import JulierSigmaPoints, UnscentedKalmanFilter

    plot = plots[0]
    kf = UnscentedKalmanFilter(
        6, 3, 1.0, hx=lambda x: shown(plot, x), fx=moved, points=JulierSigmaPoints(6, kappa=0.5)
    )
    kf.x, kf.P, kf.Q = prior.mean.copy(), prior.covariance.copy(), np.zeros((6, 6))
    kf.R = np.diag(plots[0, 18:21] ** 2)
    now, found = 0.0, []
    for z, t in zip(plots, seconds, strict=True):
        plot = z
        kf.predict(dt=t - now)
        now = t
        kf.update(z[14:17])
        found.append((kf.x.copy(), kf.P.copy()))
    return tuple(np.array(one) for one in zip(*found, strict=True))


def stone_soup(kind: str) -> Filter:
    """Give one of Stone Soup's filters: extended, unscented or cubature."""
    import datetime as dt

    from stonesoup.models.base import GaussianModel
    from stonesoup.models.measurement.nonlinear import CartesianToElevationBearingRange
    from stonesoup.models.transition.base import TransitionModel
    from stonesoup.predictor.kalman import (
        CubatureKalmanPredictor,
        ExtendedKalmanPredictor,
        UnscentedKalmanPredictor,
    )
    from stonesoup.types.array import CovarianceMatrix, StateVector, StateVectors
    from stonesoup.types.detection import Detection
    from stonesoup.types.hypothesis import SingleHypothesis
    from stonesoup.types.state import GaussianState
    from stonesoup.updater.kalman import (
        CubatureKalmanUpdater,
        ExtendedKalmanUpdater,
        UnscentedKalmanUpdater,
    )

    # North, east, up about the radar: there Stone Soup's bearing is azimuth.
    turn = np.zeros((6, 6))
    turn[:3, :3] = turn[3:, 3:] = ENU[[1, 0, 2]]
    origin = np.r_[SITE, np.zeros(3)]

    class Coasting(GaussianModel, TransitionModel):
        @property
        def ndim_state(self) -> int:
            return 6

        def covar(self, **_: object) -> object:
            return CovarianceMatrix(np.zeros((6, 6)))

        def function(self, state, noise=False, time_interval=None, **_):  # type: ignore[no-untyped-def]  # noqa: ARG002
            seconds = time_interval.total_seconds()
            ecef = turn.T @ np.asarray(state.state_vector, dtype=np.float64) + origin[:, None]
            for column in range(ecef.shape[1]):
                ecef[:, column] = moved(ecef[:, column].copy(), seconds)
            local = turn @ (ecef - origin[:, None])
            return StateVector(local) if local.shape[1] == 1 else StateVectors(local)

        def jacobian(self, state, time_interval=None, **_):  # type: ignore[no-untyped-def]
            x = turn.T @ np.asarray(state.state_vector, dtype=np.float64)[:, 0] + origin
            _kernels_coast.propagate(x, time_interval.total_seconds(), WORK)
            return turn @ WORK[:6] @ turn.T

    predictors = {
        "EKF": (ExtendedKalmanPredictor, ExtendedKalmanUpdater),
        "UKF": (UnscentedKalmanPredictor, UnscentedKalmanUpdater),
        "CKF": (CubatureKalmanPredictor, CubatureKalmanUpdater),
    }
    options = {"alpha": 1.0, "beta": 0.0, "kappa": 0.5} if kind == "UKF" else {}

    def run(plots: Floats, seconds: Floats, prior: Gaussian) -> tuple[Floats, Floats]:
        sigmas = plots[0, 18:21]
        measure = CartesianToElevationBearingRange(
            6, (0, 1, 2), np.diag([sigmas[2], sigmas[1], sigmas[0]]) ** 2
        )
        predictor = predictors[kind][0](Coasting(), **options)
        updater = predictors[kind][1](measure, **options)
        start = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
        state = GaussianState(
            turn @ (prior.mean - origin), turn @ prior.covariance @ turn.T, timestamp=start
        )
        found = []
        for z, t in zip(plots, seconds, strict=True):
            when = start + dt.timedelta(seconds=float(t))
            ahead = predictor.predict(state, timestamp=when)
            detection = Detection(
                StateVector([_elevation(z[16]), _bearing(z[15]), z[14]]), when,
                measurement_model=measure,
            )  # fmt: skip
            state = updater.update(SingleHypothesis(ahead, detection))
            found.append((np.asarray(state.mean, float)[:, 0], np.asarray(state.covar, float)))
        means, covariances = (np.array(one) for one in zip(*found, strict=True))
        return means @ turn + origin, turn.T @ covariances @ turn

    from stonesoup.types.angle import Bearing, Elevation

    _bearing, _elevation = Bearing, Elevation
    return run


def judge(case: Case, run: Filter, runs: int) -> str:
    """Give one line of the table."""
    states, transitions = flight(case.scans)
    told = measured(states[1:])
    clean = radar_plots(RADAR, told, case.sigmas)
    gained = [information(z, x) for z, x in zip(clean, states[1:], strict=True)]
    P = np.diag(case.doubt**2)
    bounds = posterior_bound(P, transitions, np.zeros_like(transitions), gained)
    chance, seconds = np.random.default_rng(1), np.arange(1.0, case.scans + 1)
    run(clean, seconds, gaussian(states[0], P))  # compiled, imported, warm
    spent, errors, nees = 0.0, [], []
    for _ in range(runs):
        noise = chance.standard_normal(told.shape) * case.sigmas
        plots = radar_plots(RADAR, told + noise, case.sigmas)
        prior = gaussian(states[0] + case.doubt * chance.standard_normal(6), P)
        begin = process_time()
        try:
            means, covariances = run(plots, seconds, prior)
        except Exception:  # noqa: BLE001 - a peer that breaks off is a run lost
            nees.append(np.full(case.scans, np.inf))
            continue
        spent += process_time() - begin
        error = means - states[1:]
        errors.append(error)
        nees.append((error * np.linalg.solve(covariances, error[..., None])[..., 0]).sum(1) / 6)
    square, length2 = np.array(errors) ** 2, np.array(nees)
    ratios = []
    for part in (slice(0, 3), slice(3, 6)):
        limit = bounds.diagonal(axis1=1, axis2=2)[:, part].sum(axis=1)
        ratio = np.sqrt(square[..., part].sum(axis=2).mean(axis=0) / limit)
        ratios.append(ratio[case.looks].mean())
    lost = np.mean(length2[:, -1] > 10.0)
    rate = len(errors) * case.scans / spent
    line = f"{rate:>11,.0f}  {ratios[0]:>7.2f} / {ratios[1]:<7.2f}"
    return f"{line} {length2[:, case.looks].mean():>8.2f} {100 * lost:>6.0f} %  {runs}"


def main() -> None:
    """Print the tables."""
    filters: dict[str, Filter] = {
        "launchwatch filtered, once": ours_once,
        "launchwatch filtered, iterated": ours,
        "launchwatch refitted": ours_refitted,
        "FilterPy EKF": filterpy_ekf,
        "FilterPy UKF": filterpy_ukf,
        "Stone Soup EKF": stone_soup("EKF"),
        "Stone Soup UKF": stone_soup("UKF"),
        "Stone Soup CKF": stone_soup("CKF"),
    }
    wanted = sys.argv[1:]
    for case in (GOOD, WIDE):
        print(f"{case.name}\n{'':<32}{'updates/s':>11}   error / bound      ANEES   lost   runs")
        for name, run in filters.items():
            if not wanted or any(word in name for word in wanted):
                for runs in (case.runs, *([case.our_runs] if name.startswith("launch") else [])):
                    print(f"{name:<32}{judge(case, run, runs)}", flush=True)
        print()
    print("re-entry of Farina, Ristic and Benvenuti (2002), 60 plots, 100 runs, all scans")
    compare = runpy.run_path(str(EXAMPLES / "reentry.py"))["compare"]
    begin = process_time()
    place, velocity, nees = compare()
    spent = process_time() - begin
    print(
        f"{'launchwatch cubature, any model':<32}{6000 / spent:>11,.0f}  {place.mean():>7.2f} / "
        f"{velocity.mean():<7.2f} {nees.mean():>8.2f}"
    )


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    main()
