"""Compiled arithmetic of a batch: all of a coasting body's plots fitted at once.

States are those of `_kernels_coast`, measurements packed; the motion is free of noise.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.estimation._kernels import cholesky, innovate, solve_cholesky
from launchwatch.estimation._kernels_coast import GREATEST_STEP, WORK, propagate

Floats = NDArray[np.float64]

SETTLED = 1e-4
"""Newton's decrement, in squared sigmas, below which a fit is done: a hundredth of a sigma."""

LEVEL = 1e-3
"""A gain in cost that is as good as none: along a bent valley the last steps are many and gain
ever less."""

FREE = 12
"""Steps that may make things worse before damping begins: a full step along a bent valley
lands on its side, and the next goes to its floor farther on. Damped from the start, one fit in
twenty of a wide beam's first plot crawls for 30 to 200 steps; freely all take three to five."""


@kernel
def _normal_equations(
    packed: Floats,
    seconds: Floats,
    prior_mean: Floats,
    prior_information: Floats,
    start: Floats,
    A: Floats,
    g: Floats,
    x: Floats,
    Phi: Floats,
    work: Floats,
) -> float:
    """Fill A·dx = g at a start; x and Phi are the state at the last plot and its derivative.

    Returns the cost: squared lengths of all residuals and of the way from the prior.
    """
    y = work[12]
    row = work[13]
    product = work[6:12]
    H = np.empty((4, 6))
    cost = 0.0
    for a in range(6):
        x[a] = start[a]
        g[a] = 0.0
        for b in range(6):
            Phi[a, b] = 1.0 if a == b else 0.0
            A[a, b] = prior_information[a, b]
            g[a] += prior_information[a, b] * (prior_mean[b] - start[b])
        cost += g[a] * (prior_mean[a] - start[a])
    now = 0.0
    for k in range(len(packed)):
        steps = int(np.ceil((seconds[k] - now) / GREATEST_STEP))
        for _ in range(steps):
            propagate(x, (seconds[k] - now) / steps, work)
            for i in range(6):
                for j in range(6):
                    total = 0.0
                    for c in range(6):
                        total += work[i, c] * Phi[c, j]
                    product[i, j] = total
            for i in range(6):
                for j in range(6):
                    Phi[i, j] = product[i, j]
        now = seconds[k]
        m = innovate(packed[k], x, y, H)
        for i in range(m):
            weight = 1.0 / packed[k, 18 + i]
            for b in range(6):
                total = 0.0
                for a in range(6):
                    total += H[i, a] * Phi[a, b]
                row[b] = total * weight
            residual = y[i] * weight
            cost += residual * residual
            for a in range(6):
                g[a] += row[a] * residual
                for b in range(a + 1):
                    A[a, b] += row[a] * row[b]
    for a in range(6):
        for b in range(a):
            A[b, a] = A[a, b]
    return cost


@kernel
def fit(
    packed: Floats,
    seconds: Floats,
    prior_mean: Floats,
    prior_information: Floats,
    most: int,
    start: Floats,
    start_covariance: Floats,
    x: Floats,
    P: Floats,
) -> tuple[float, int]:
    """Fit all plots and a prior: Gauss and Newton's steps, damped where they overshoot.

    start holds the first guess at the prior's epoch and receives the fit, x and P what follows
    at the last plot. Returns the cost and how many steps it took, 0 where it did not settle;
    the cost is NaN where a covariance was lost.
    """
    work = np.empty((WORK, 6))
    A = np.empty((6, 6))
    A_new = np.empty((6, 6))
    L = np.empty((6, 6))
    Phi = np.empty((6, 6))
    Phi_new = np.empty((6, 6))
    g = np.empty(6)
    g_new = np.empty(6)
    x_new = np.empty(6)
    trial = np.empty(6)
    cost = _normal_equations(
        packed, seconds, prior_mean, prior_information, start, A, g, x, Phi, work
    )
    damping = 0.0
    taken = 0
    for step in range(most):
        for a in range(6):
            trial[a] = g[a]
            for b in range(6):
                A_new[a, b] = A[a, b]
            A_new[a, a] *= 1.0 + damping
        if not cholesky(A_new, L):
            return math.nan, 0
        solve_cholesky(L, trial)
        decrement = 0.0
        for a in range(6):
            decrement += trial[a] * g[a]
            trial[a] += start[a]
        if decrement < SETTLED and damping == 0.0:
            taken = step + 1
            break
        cost_new = _normal_equations(
            packed, seconds, prior_mean, prior_information, trial,
            A_new, g_new, x_new, Phi_new, work,
        )  # fmt: skip
        if cost_new <= cost or (step < FREE and cost_new < math.inf):
            gain = cost - cost_new
            cost = cost_new
            damping = 0.1 * damping if damping > 1e-6 else 0.0
            for a in range(6):
                start[a] = trial[a]
                g[a] = g_new[a]
                x[a] = x_new[a]
                for b in range(6):
                    A[a, b] = A_new[a, b]
                    Phi[a, b] = Phi_new[a, b]
            if 0.0 <= gain < LEVEL:
                taken = step + 1
                break
        else:
            damping = max(10.0 * damping, 1e-3)
    if not cholesky(A, L):
        return math.nan, 0
    for b in range(6):
        for a in range(6):
            trial[a] = 1.0 if a == b else 0.0
        solve_cholesky(L, trial)
        for a in range(6):
            start_covariance[a, b] = trial[a]
    for i in range(6):
        for j in range(6):
            total = 0.0
            for c in range(6):
                total += Phi[i, c] * start_covariance[c, j]
            A_new[i, j] = total
    for i in range(6):
        for j in range(i + 1):
            total = 0.0
            for c in range(6):
                total += A_new[i, c] * Phi[j, c]
            P[i, j] = total
            P[j, i] = total
    return cost, taken
