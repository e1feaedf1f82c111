"""FilterPy's filters on one coasting body, called as `launchwatch.estimation.sequence.filtered` is.

FilterPy knows neither flight nor radars: it gets ours, compiled (`flow` flies a state and gives its
Jacobian, `see` the same of range, azimuth and elevation), so that its own work is what is measured.

Needs the `bench` dependencies (design/dependencies.md).
"""

from functools import lru_cache
from typing import NamedTuple

import numba
import numpy as np
from filterpy.kalman import (
    ExtendedKalmanFilter,
    MerweScaledSigmaPoints,
    UnscentedKalmanFilter,
)
from numpy.typing import NDArray

from launchwatch.estimation.gaussian import Gaussian
from launchwatch.flight._kernels import COAST, propagate

Floats = NDArray[np.float64]

LOG_BALLISTIC_COEFFICIENT = 50.0
"""No air: β of 5e21 kg/m²."""


class Filtered(NamedTuple):
    """Means (k, 6) and covariances (k, 6, 6) after each plot."""

    means: Floats
    covariances: Floats


@numba.njit(nogil=True)
def fly(x: Floats, seconds: float) -> Floats:
    """Give a state (6,) some seconds later."""
    body, later = np.zeros(9), np.empty(9)
    body[:6] = x
    body[6] = LOG_BALLISTIC_COEFFICIENT
    propagate(COAST, body, seconds, later)
    return later[:6].copy()


@numba.njit(nogil=True)
def flow(x: Floats, seconds: float) -> Floats:
    """Give the derivative (6, 6) of the flight, by central differences."""
    F = np.empty((6, 6))
    for k in range(6):
        step = 10.0 if k < 3 else 1.0
        y = x.copy()
        y[k] += step
        ahead = fly(y, seconds)
        y[k] -= 2.0 * step
        F[:, k] = (ahead - fly(y, seconds)) / (2.0 * step)
    return F


@numba.njit(nogil=True)
def see(x: Floats, packed: Floats) -> Floats:
    """Give range, azimuth and elevation of a state for the radar of a packed plot."""
    d0, d1, d2 = x[0] - packed[2], x[1] - packed[3], x[2] - packed[4]
    east = packed[5] * d0 + packed[6] * d1 + packed[7] * d2
    north = packed[8] * d0 + packed[9] * d1 + packed[10] * d2
    up = packed[11] * d0 + packed[12] * d1 + packed[13] * d2
    level = np.hypot(east, north)
    return np.array([np.hypot(level, up), np.arctan2(east, north), np.arctan2(up, level)])


@numba.njit(nogil=True)
def slope(x: Floats, packed: Floats) -> Floats:
    """Give the derivative (3, 6) of `see`."""
    rows = packed[5:14].copy().reshape(3, 3)
    e, n, u = rows @ (x[:3] - packed[2:5])
    level2 = e * e + n * n
    level, distance2 = np.sqrt(level2), level2 + u * u
    distance = np.sqrt(distance2)
    local = np.empty((3, 3))
    local[0] = np.array([e, n, u]) / distance
    local[1] = np.array([n, -e, 0.0]) / level2
    local[2] = np.array([-e * u / level, -n * u / level, level]) / distance2
    H = np.zeros((3, 6))
    H[:, :3] = local @ rows
    return H


def ekf(plots: Floats, seconds: Floats, prior: Gaussian, noise: float = 0.0) -> Filtered:
    """Filter with FilterPy's extended Kalman filter.

    Args:
        plots: (k, 22) packed, radar without range rate.
        seconds: (k,) from the prior's epoch.
        prior: of position and velocity, ECEF.
        noise: white acceleration, m²/s³.
    """
    one = ExtendedKalmanFilter(6, 3)
    one.x, one.P = prior.mean.copy(), prior.covariance.copy()
    found = _room(len(plots))
    before = 0.0
    for k, packed in enumerate(plots):
        step, before = seconds[k] - before, seconds[k]
        if step > 0.0:
            one.F = flow(one.x, step)
            one.Q = _noise(noise, step)
            # FilterPy's own prediction is linear: the state is flown, its covariance is FilterPy's.
            ahead = fly(one.x, step)
            one.predict()
            one.x = ahead
        one.R = np.diag(packed[18:21] ** 2)
        one.update(packed[14:17], slope, see, args=(packed,), hx_args=(packed,), residual=_residual)
        found.means[k], found.covariances[k] = one.x, one.P
    return found


def ukf(plots: Floats, seconds: Floats, prior: Gaussian, noise: float = 0.0) -> Filtered:
    """Filter with FilterPy's unscented Kalman filter; arguments as for `ekf`."""
    points = MerweScaledSigmaPoints(6, alpha=1.0, beta=2.0, kappa=0.0)
    one = UnscentedKalmanFilter(
        6, 3, dt=1.0, hx=see, fx=_flown, points=points, residual_z=_residual
    )
    one.x, one.P = prior.mean.copy(), prior.covariance.copy()
    found = _room(len(plots))
    before = 0.0
    for k, packed in enumerate(plots):
        step, before = seconds[k] - before, seconds[k]
        one.Q = _noise(noise, step)
        one.predict(dt=step)
        one.R = np.diag(packed[18:21] ** 2)
        one.update(packed[14:17], packed=packed)
        found.means[k], found.covariances[k] = one.x, one.P
    return found


def _flown(x: Floats, dt: float) -> Floats:
    return fly(x, dt) if dt > 0.0 else x


def _residual(z: Floats, h: Floats) -> Floats:
    y = z - h
    y[1] = (y[1] + np.pi) % (2.0 * np.pi) - np.pi
    return y


@lru_cache(maxsize=4)
def _noise(density: float, t: float) -> Floats:
    blocks = density * np.array([[t**3 / 3.0, t**2 / 2.0], [t**2 / 2.0, t]])
    return np.kron(blocks, np.eye(3))


def _room(count: int) -> Filtered:
    return Filtered(np.empty((count, 6)), np.empty((count, 6, 6)))
