"""Compiled paths of a whole flight, and how they change with each of its numbers."""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.earth._kernels import geodetic_from_ecef
from launchwatch.tracking._kernels_afterflight import (
    BASE,
    KNOT,
    LIFT_OFF,
    RISEN,
    fly,
    nodes,
    state_at,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

RISING = 5
"""Numbers that say that a path begins with a lift-off."""


@kernel
def shifted(
    unknown: int, step: float, theta: Floats, knots: Floats, theta_out: Floats, knots_out: Floats
) -> None:
    """Copy a flight with one of its numbers moved; knots count on after theta, row by row."""
    n = theta.shape[0]
    for a in range(n):
        theta_out[a] = theta[a]
    for k in range(knots.shape[0]):
        for c in range(KNOT):
            knots_out[k, c] = knots[k, c]
    if unknown < n:
        theta_out[unknown] += step
    else:
        knots_out[(unknown - n) // KNOT, (unknown - n) % KNOT] += step


@kernel
def rise(theta: Floats, T: Floats, X: Floats, out: Floats) -> None:
    """Fill what lift-off says: the ground's height, speeds east and north, speed up less that
    of even acceleration for `RISEN` seconds (m, m/s), and ln of what thrust has over gravity."""
    latitude, longitude, up = geodetic_from_ecef(X[0, 0], X[0, 1], X[0, 2])
    sl, cl, so, co = (
        math.sin(latitude), math.cos(latitude), math.sin(longitude), math.cos(longitude)
    )  # fmt: skip
    vx, vy, vz = X[0, 3], X[0, 4], X[0, 5]
    climb = cl * co * vx + cl * so * vy + sl * vz
    heavier = 1.0 + math.exp(theta[BASE + 3]) * (theta[BASE + 1] - T[0] + 0.5 * RISEN)
    push = math.exp(theta[BASE + 2]) / max(heavier, 0.1)
    out[0] = up - 0.5 * climb * RISEN
    out[1] = -so * vx + co * vy
    out[2] = -sl * co * vx - sl * so * vy + cl * vz
    out[3] = climb - (push - 9.81) * RISEN
    out[4] = math.log(max(push - 9.81, 0.05))


@kernel
def whole(
    theta: Floats, reference: float, middle_state: Floats, right: Floats, times: Floats,
    knots: Floats, until: float, T: Floats, piece: Ints, lit: Floats, X: Floats,
) -> tuple[int, int]:  # fmt: skip
    """Fly a whole path; returns how many nodes it has and which is the reference's."""
    n, middle = nodes(theta, reference, until, T, piece, lit)
    fly(theta, middle_state, right, times, knots, n, middle, T, piece, lit, X,
        middle, middle)  # fmt: skip
    return n, middle


@kernel
def path(
    theta: Floats, reference: float, middle_state: Floats, right: Floats, times: Floats,
    knots: Floats, seconds: Floats, until: float, states: Floats, lift: Floats,
) -> None:  # fmt: skip
    """Fill states (m, 6) at times in ascending order, and what lift-off says (5,)."""
    size = max(int(until - min(theta[LIFT_OFF], reference)), 0) + 64
    T, piece, lit = np.empty(size), np.empty(size, np.int64), np.empty(size)
    X = np.empty((size, 12))
    n, _ = whole(theta, reference, middle_state, right, times, knots, until, T, piece, lit, X)
    at = 0
    for i in range(seconds.shape[0]):
        at = state_at(seconds[i], T, X, n, at, states[i])
    rise(theta, T, X, lift)


@kernel
def sensitivities(
    theta: Floats, reference: float, middle_state: Floats, right: Floats, times: Floats,
    knots: Floats, free: Ints, steps: Floats, seconds: Floats, until: float,
    states: Floats, slopes: Floats, lift: Floats, lift_slopes: Floats,
) -> None:  # fmt: skip
    """Fill states (m, 6) and lift-off (5,), and their slopes (p, m, 6) and (p, 5)."""
    m = seconds.shape[0]
    size = max(int(until - min(theta[LIFT_OFF], reference)), 0) + 64
    T, piece, lit = np.empty(size), np.empty(size, np.int64), np.empty(size)
    X, X2 = np.empty((size, 12)), np.empty((size, 12))
    T2, piece2, lit2 = np.empty(size), np.empty(size, np.int64), np.empty(size)
    n, middle = whole(theta, reference, middle_state, right, times, knots, until, T, piece, lit, X)
    at = 0
    for i in range(m):
        at = state_at(seconds[i], T, X, n, at, states[i])
    rise(theta, T, X, lift)
    moved, other = np.empty_like(theta), np.empty_like(knots)
    for p in range(free.shape[0]):
        shifted(free[p], steps[p], theta, knots, moved, other)
        inverse = 1.0 / steps[p]
        if free[p] < theta.shape[0]:
            n2, _ = whole(
                moved, reference, middle_state, right, times, other, until, T2, piece2, lit2, X2
            )
            _slopes(seconds, T2, X2, n2, inverse, states, slopes[p])
            rise(moved, T2, X2, lift_slopes[p])
        else:
            # A knot changes nothing between the reference and itself, and nothing beyond.
            k = (free[p] - theta.shape[0]) // KNOT
            low, high = middle, middle
            if k > 0 and times[k - 1] >= reference:
                low = 0
                while high < n - 1 and T[high + 1] <= times[k - 1]:
                    high += 1
            if k + 1 < times.shape[0] and times[k + 1] <= reference:
                high = n - 1
                while low > 0 and T[low - 1] >= times[k + 1]:
                    low -= 1
            X2[:n] = X[:n]
            fly(
                moved, middle_state, right, times, other, n, middle, T, piece, lit,
                X2, low, high,
            )  # fmt: skip
            _slopes(seconds, T, X2, n, inverse, states, slopes[p])
            rise(moved, T, X2, lift_slopes[p])
        for c in range(RISING):
            lift_slopes[p, c] = (lift_slopes[p, c] - lift[c]) * inverse


@kernel
def _slopes(
    seconds: Floats, T: Floats, X: Floats, n: int, inverse: float, states: Floats, out: Floats
) -> None:
    """Fill how states at times differ along another path, per unit of what moved it."""
    at = 0
    for i in range(seconds.shape[0]):
        at = state_at(seconds[i], T, X, n, at, out[i])
        for c in range(6):
            out[i, c] = (out[i, c] - states[i, c]) * inverse
