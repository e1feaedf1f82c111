"""Compiled least squares of a whole flight, and the plain smoother that it begins with."""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.constants import EARTH_ROTATION
from launchwatch.earth._kernels import geodetic_from_ecef, gravity
from launchwatch.estimation._kernels import cholesky, innovate, solve_cholesky, update
from launchwatch.tracking._kernels_afterflight import (
    BASE,
    KNOT,
    LIFT_OFF,
    RISEN,
    STAGE,
    fly,
    nodes,
    state_at,
)

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FAR2 = 25.0
"""Squared length of a plot's residual, per number, beyond which it counts for less: one true
plot in a million lies there, and a plot of something else should not bend the flight."""

LEAP = 10.0
"""Seconds by which the time of lift-off may move in one try."""

RISING = 5
"""Numbers that say that a path begins with a lift-off."""


@kernel
def kinematic(
    seconds: Floats, packed: Floats, jerk: float,
    X: Floats, P: Floats, X_ahead: Floats, P_ahead: Floats, C: Floats,
) -> int:  # fmt: skip
    """Filter plots by position, velocity and an acceleration beyond gravity that wanders.

    X[0] and P[0] hold the prior; fills what `launchwatch.estimation.smoothing.smooth`
    wants, and returns the first plot that could not be used, or their count.
    """
    F, FP = np.zeros((9, 9)), np.empty((9, 9))
    m: int = seconds.shape[0]
    w = EARTH_ROTATION
    for k in range(m):
        if k > 0:
            dt = seconds[k] - seconds[k - 1]
            x = X[k - 1]
            gx, gy, gz = gravity(x[0], x[1], x[2])
            ax = gx + w * w * x[0] + 2.0 * w * x[4] + x[6]
            ay = gy + w * w * x[1] - 2.0 * w * x[3] + x[7]
            az = gz + x[8]
            for i in range(9):
                F[i, i] = 1.0
                X_ahead[k, i] = x[i]
            for i in range(3):
                F[i, i + 3] = dt
                F[i, i + 6] = 0.5 * dt * dt
                F[i + 3, i + 6] = dt
                a = ax if i == 0 else ay if i == 1 else az
                X_ahead[k, i] += x[3 + i] * dt + 0.5 * a * dt * dt
                X_ahead[k, 3 + i] += a * dt
            for i in range(9):
                for j in range(9):
                    total = 0.0
                    for c in range(9):
                        total += F[i, c] * P[k - 1, c, j]
                    FP[i, j] = total
                    C[k, j, i] = total
            for i in range(9):
                for j in range(9):
                    total = 0.0
                    for c in range(9):
                        total += FP[i, c] * F[j, c]
                    P_ahead[k, i, j] = total
            for i in range(3):
                P_ahead[k, i, i] += jerk * dt**5 / 20.0
                P_ahead[k, i, i + 3] += jerk * dt**4 / 8.0
                P_ahead[k, i + 3, i] += jerk * dt**4 / 8.0
                P_ahead[k, i, i + 6] += jerk * dt**3 / 6.0
                P_ahead[k, i + 6, i] += jerk * dt**3 / 6.0
                P_ahead[k, i + 3, i + 3] += jerk * dt**3 / 3.0
                P_ahead[k, i + 3, i + 6] += jerk * dt**2 / 2.0
                P_ahead[k, i + 6, i + 3] += jerk * dt**2 / 2.0
                P_ahead[k, i + 6, i + 6] += jerk * dt
            for i in range(9):
                X[k, i] = X_ahead[k, i]
                for j in range(9):
                    P[k, i, j] = P_ahead[k, i, j]
        _, length2 = update(packed[k], X[k], P[k], 4)
        if math.isnan(length2):
            return k
    return m


@kernel
def _shifted(
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
        _shifted(free[p], steps[p], theta, knots, moved, other)
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


@kernel
def add_plots(
    packed: Floats, states: Floats, slopes: Floats, widening: float, A: Floats, g: Floats
) -> tuple[float, float]:
    """Add what plots say to the lower triangle of A (p, p) and to g (p,): cost and chi-square.

    Beyond `FAR2` a residual's cost grows with its length, not its square (Huber, 1964).
    """
    P = slopes.shape[0]
    y, H = np.empty(4), np.zeros((4, 6))
    rows, used = np.empty((4, P)), np.empty(P, np.int64)
    cost, chi2 = 0.0, 0.0
    for k in range(packed.shape[0]):
        m = innovate(packed[k], states[k], y, H)
        length2 = 0.0
        for i in range(m):
            y[i] /= packed[k, 18 + i] * widening
            length2 += y[i] * y[i]
        far2 = FAR2 * m
        weight = 1.0
        if length2 > far2:
            weight = math.sqrt(far2 / length2)
            cost += 2.0 * math.sqrt(far2 * length2) - far2
            chi2 += far2
        else:
            cost += length2
            chi2 += length2
        count = 0
        for p in range(P):
            if slopes[p, k, 0] != 0.0 or slopes[p, k, 1] != 0.0 or slopes[p, k, 2] != 0.0:
                used[count] = p
                for i in range(m):
                    total = 0.0
                    for c in range(6):
                        total += H[i, c] * slopes[p, k, c]
                    rows[i, count] = total / (packed[k, 18 + i] * widening)
                count += 1
        for a in range(count):
            p = used[a]
            for i in range(m):
                r = rows[i, a] * weight
                g[p] += r * y[i]
                for b in range(a + 1):
                    A[p, used[b]] += r * rows[i, b]
    return cost, chi2


@kernel
def cost_of(packed: Floats, states: Floats, widening: float) -> float:
    """Give the plots' cost alone, as `add_plots` does."""
    y, H = np.empty(4), np.zeros((4, 6))
    cost = 0.0
    for k in range(packed.shape[0]):
        m = innovate(packed[k], states[k], y, H)
        length2 = 0.0
        for i in range(m):
            y[i] /= packed[k, 18 + i] * widening
            length2 += y[i] * y[i]
        far2 = FAR2 * m
        cost += length2 if length2 <= far2 else 2.0 * math.sqrt(far2 * length2) - far2
    return cost


@kernel
def solved(A: Floats, damping: float, g: Floats, out: Floats) -> bool:
    """Solve (A + damping·diag A)·x = g, A given by its lower triangle; False if it has none."""
    n = A.shape[0]
    S, L = np.empty((n, n)), np.empty((n, n))
    for a in range(n):
        for b in range(a + 1):
            S[a, b] = A[a, b]
        S[a, a] *= 1.0 + damping
        out[a] = g[a]
    if not cholesky(S, L):
        return False
    solve_cholesky(L, out)
    return True


@kernel
def _put(x: Floats, free: Ints, theta: Floats, knots: Floats) -> None:
    """Write the free numbers into a flight."""
    n = theta.shape[0]
    for p in range(free.shape[0]):
        if free[p] < n:
            theta[free[p]] = x[p]
        else:
            knots[(free[p] - n) // KNOT, (free[p] - n) % KNOT] = x[p]


@kernel
def fit(
    packed: Floats, seconds: Floats, until: float, reference: float, middle_state: Floats,
    right: Floats, theta: Floats, times: Floats, knots: Floats, free: Ints, steps: Floats,
    mean: Floats, information: Floats, lift_mean: Floats, lift_sigma: Floats,
    widening: float, tolerance: float, most: int, x: Floats, A: Floats,
) -> tuple[float, float, int]:  # fmt: skip
    """Fit a flight to its plots and prior (Levenberg-Marquardt).

    Args: x (p,) the first guess of the free numbers, receives the fit; A (p, p) receives
    the information there, its lower triangle; lift_mean and lift_sigma (5,) what is known
    of lift-offs; widening of the plots' sigmas; tolerance of the cost at which it has
    settled. Returns cost, the plots' chi-square, and tries; tries are negative if it failed.
    """
    m, n = seconds.shape[0], x.shape[0]
    states, slopes = np.empty((m, 6)), np.empty((n, m, 6))
    lift, lift_slopes = np.empty(RISING), np.empty((n, RISING))
    g, move, trial = np.empty(n), np.empty(n), x.copy()
    theta, knots = theta.copy(), knots.copy()
    damping, cost, chi2 = 1e-3, math.inf, math.inf
    for attempt in range(most):
        _put(trial, free, theta, knots)
        path(theta, reference, middle_state, right, times, knots, seconds, until, states, lift)
        new = cost_of(packed, states, widening)
        for c in range(RISING):
            new += ((lift_mean[c] - lift[c]) / lift_sigma[c]) ** 2
        for a in range(n):
            for b in range(n):
                new += (mean[a] - trial[a]) * information[a, b] * (mean[b] - trial[b])
        if new < cost:
            # A small gain by a step held short is no sign of having arrived.
            done = cost - new < tolerance and damping < 1e-3
            cost = new
            for a in range(n):
                x[a] = trial[a]
            sensitivities(
                theta, reference, middle_state, right, times, knots, free, steps, seconds,
                until, states, slopes, lift, lift_slopes,
            )  # fmt: skip
            for a in range(n):
                g[a] = 0.0
                for b in range(n):
                    A[a, b] = information[a, b]
                    g[a] += information[a, b] * (mean[b] - x[b])
            _, chi2 = add_plots(packed, states, slopes, widening, A, g)
            for c in range(RISING):
                y = (lift_mean[c] - lift[c]) / lift_sigma[c]
                for a in range(n):
                    r = lift_slopes[a, c] / lift_sigma[c]
                    g[a] += r * y
                    for b in range(a + 1):
                        A[a, b] += r * lift_slopes[b, c] / lift_sigma[c]
            if done:
                return cost, chi2, attempt + 1
            damping = max(0.1 * damping, 1e-12)
        else:
            damping = max(10.0 * damping, 1e-6)
            if damping > 1e8:
                return cost, chi2, attempt + 1
        if not solved(A, damping, g, move):
            return cost, chi2, -attempt - 1
        held = 1.0
        for a in range(n):
            if free[a] == LIFT_OFF:
                # Lift-off is told by the path back alone, which bends: no leaps.
                held = min(1.0, LEAP / max(abs(move[a]), 1e-9))
        for a in range(n):
            trial[a] = x[a] + held * move[a]
    return cost, chi2, -most


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
        _shifted(free[p], -steps[p], theta, knots, moved, other)
        marks(moved, reference, middle_state, right, times, other, last, until, below)
        _shifted(free[p], steps[p], theta, knots, moved, other)
        marks(moved, reference, middle_state, right, times, other, last, until, slopes[p])
        for q in range(out.shape[0]):
            slopes[p, q] = (slopes[p, q] - below[q]) / (2.0 * steps[p])
