"""Compiled least squares of a whole flight."""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.estimation._kernels import cholesky, innovate, solve_cholesky
from launchwatch.tracking._kernels_afterflight import KNOT, LIFT_OFF
from launchwatch.tracking._kernels_flightpath import RISING, path, sensitivities

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

FAR2 = 25.0
"""Squared length of a plot's residual, per number, beyond which it counts for less: one true
plot in a million lies there, and a plot of something else should not bend the flight."""

LEAP = 10.0
"""Seconds by which the time of lift-off may move in one try."""


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
