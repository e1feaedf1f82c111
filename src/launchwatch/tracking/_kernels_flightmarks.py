"""Compiled marks of a fitted flight: lift-off, burnouts, apogee, last plot and fall, and how they
change with each of its numbers."""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.earth._kernels import geodetic_from_ecef
from launchwatch.tracking._kernels_afterflight import BASE, LIFT_OFF, STAGE, state_at
from launchwatch.tracking._kernels_flightpath import shifted, whole

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MARKS = 18
MOTOR_MARKS = 7


@kernel
def marks(
    theta: Floats, reference: float, middle_state: Floats, right: Floats, times: Floats,
    knots: Floats, last: float, until: float, out: Floats,
) -> None:  # fmt: skip
    """Fill what a flight's record tells; NaN for what does not come about before ``until``.

    0-3 place (ECEF) and time of lift-off; 4-8 place, time and height of the apogee; 9-14
    state at the last plot; 15-17 place of the fall; then 18 its time; then for each motor
    burnout's time and the state there.
    """
    size = max(int(until - min(theta[LIFT_OFF], reference)), 0) + 64
    T, piece, lit = np.empty(size), np.empty(size, np.int64), np.empty(size)
    X, x = np.empty((size, 12)), np.empty(6)
    n, _ = whole(theta, reference, middle_state, right, times, knots, until, T, piece, lit, X)
    state_at(theta[LIFT_OFF], T, X, n, 0, x)
    out[:3] = x[:3]
    out[3] = theta[LIFT_OFF]
    out[4:9] = math.nan
    top = -1
    for k in range(n - 1):
        if _climb(X[k]) > 0.0 >= _climb(X[k + 1]):
            top = k
            break
    if top >= 0:
        low, high = T[top], T[top + 1]
        for _ in range(40):
            t = 0.5 * (low + high)
            state_at(t, T, X, n, top, x)
            if _climb(x) > 0.0:
                low = t
            else:
                high = t
        out[4:7] = x[:3]
        out[7] = t
        _, _, out[8] = geodetic_from_ecef(x[0], x[1], x[2])
    state_at(last, T, X, n, n - 2, x)
    out[9:15] = x
    out[15:19] = math.nan
    for k in range(max(top, 0), n - 1):
        _, _, here = geodetic_from_ecef(X[k + 1, 0], X[k + 1, 1], X[k + 1, 2])
        if top >= 0 and here < 0.0:
            low, high = T[k], T[k + 1]
            for _ in range(40):
                t = 0.5 * (low + high)
                state_at(t, T, X, n, k, x)
                _, _, here = geodetic_from_ecef(x[0], x[1], x[2])
                if here > 0.0:
                    low = t
                else:
                    high = t
            out[15:18] = x[:3]
            out[18] = t
            break
    for s in range((theta.shape[0] - BASE) // STAGE):
        t = theta[BASE + STAGE * s + 1]
        state_at(t, T, X, n, 0, x)
        at = MARKS + 1 + MOTOR_MARKS * s
        out[at] = t
        out[at + 1 : at + 7] = x


@kernel
def _climb(x: Floats) -> float:
    """Give the speed up, along the ellipsoid's normal."""
    latitude, longitude, _ = geodetic_from_ecef(x[0], x[1], x[2])
    level = math.cos(latitude)
    climb: float = level * (math.cos(longitude) * x[3] + math.sin(longitude) * x[4])
    climb += math.sin(latitude) * x[5]
    return climb


@kernel
def mark_slopes(
    theta: Floats, reference: float, middle_state: Floats, right: Floats, times: Floats,
    knots: Floats, free: Ints, steps: Floats, last: float, until: float, out: Floats,
    slopes: Floats,
) -> None:  # fmt: skip
    """Fill the record's numbers (q,) and their slopes (p, q) by central differences."""
    marks(theta, reference, middle_state, right, times, knots, last, until, out)
    moved, other = np.empty_like(theta), np.empty_like(knots)
    below = np.empty_like(out)
    for p in range(free.shape[0]):
        shifted(free[p], -steps[p], theta, knots, moved, other)
        marks(moved, reference, middle_state, right, times, other, last, until, below)
        shifted(free[p], steps[p], theta, knots, moved, other)
        marks(moved, reference, middle_state, right, times, other, last, until, slopes[p])
        for q in range(out.shape[0]):
            slopes[p, q] = (slopes[p, q] - below[q]) / (2.0 * steps[p])
