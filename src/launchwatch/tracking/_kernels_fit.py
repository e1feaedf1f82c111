"""Compiled arithmetic of new tracks: one motion model fitted to a few measurements."""

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.estimation._kernels import cholesky, innovate, solve_cholesky
from launchwatch.flight._kernels_motion import propagate, stride

Floats = NDArray[np.float64]

_STRIDE = 10.0
"""Seconds of a step where only the Jacobian's differences are asked for: over a minute they agree
with those of steps of a second to a part in a million. Cost and residuals keep the fine steps."""


@kernel
def _normal_equations(
    model: int,
    packed: Floats,
    seconds: Floats,
    prior_mean: Floats,
    prior_information: Floats,
    steps: Floats,
    x: Floats,
    A: Floats,
    g: Floats,
) -> tuple[float, float]:
    """Fill the normal equations A·dx = g at x; returns cost and the measurements' chi-square."""
    y = np.empty(4)
    H = np.empty((4, 6))
    here = np.empty(9)
    moved = np.empty(9)
    Phi = np.empty((9, 9))
    row = np.empty(9)
    cost = 0.0
    for a in range(9):
        g[a] = 0.0
        for b in range(9):
            A[a, b] = prior_information[a, b]
            g[a] += prior_information[a, b] * (prior_mean[b] - x[b])
        cost += g[a] * (prior_mean[a] - x[a])
    chi2 = 0.0
    for k in range(packed.shape[0]):
        stride(model, x, seconds[k], _STRIDE, here)
        for b in range(9):
            for a in range(9):
                moved[a] = x[a]
            moved[b] += steps[b]
            stride(model, moved, seconds[k], _STRIDE, moved)
            for a in range(9):
                Phi[a, b] = (moved[a] - here[a]) / steps[b]
        propagate(model, x, seconds[k], here)
        m = innovate(packed[k], here, y, H)
        for i in range(m):
            weight = 1.0 / packed[k, 18 + i]
            for b in range(9):
                total = 0.0
                for a in range(6):
                    total += H[i, a] * Phi[a, b]
                row[b] = total * weight
            residual = y[i] * weight
            chi2 += residual * residual
            for a in range(9):
                g[a] += row[a] * residual
                for b in range(9):
                    A[a, b] += row[a] * row[b]
    return cost + chi2, chi2


@kernel
def fit(
    model: int,
    packed: Floats,
    seconds: Floats,
    prior_mean: Floats,
    prior_information: Floats,
    steps: Floats,
    x: Floats,
    P: Floats,
    hopeless: float,
) -> tuple[float, bool]:
    """Fit one motion model to several measurements and a prior (Levenberg-Marquardt).

    Args: measurements packed (k, 22) at seconds (k,) from the epoch; steps (9,) for the
    differences of the Jacobian; x holds the first guess and receives the fit, P its
    covariance; the chi-square beyond which a fit that is nearly done is given up. Returns the
    measurements' chi-square and whether it settled.
    """
    A = np.empty((9, 9))
    A_new = np.empty((9, 9))
    L = np.empty((9, 9))
    g = np.empty(9)
    g_new = np.empty(9)
    trial = np.empty(9)
    damping = 1e-4
    settled = False
    cost, chi2 = _normal_equations(
        model, packed, seconds, prior_mean, prior_information, steps, x, A, g
    )
    for turn in range(30):
        for a in range(9):
            trial[a] = g[a]
            for b in range(9):
                A_new[a, b] = A[a, b]
            A_new[a, a] *= 1.0 + damping
        if not cholesky(A_new, L):
            return chi2, False
        solve_cholesky(L, trial)
        for a in range(9):
            trial[a] += x[a]
        new_cost, new_chi2 = _normal_equations(
            model, packed, seconds, prior_mean, prior_information, steps, trial, A_new, g_new
        )
        if new_cost <= cost:
            # A thousandth of a unit of cost is a thousandth of a sigma's worth.
            settled = cost - new_cost < 1e-3
            # A way that leads out of a bend lowers the cost by more than a tenth a step.
            if turn >= 3 and new_cost > 0.9 * cost and new_chi2 > hopeless:
                return new_chi2, False
            cost, chi2 = new_cost, new_chi2
            for a in range(9):
                x[a] = trial[a]
                g[a] = g_new[a]
                for b in range(9):
                    A[a, b] = A_new[a, b]
            damping *= 0.1
            if settled:
                break
        else:
            damping *= 20.0
            if damping > 1e8:
                break
    if not cholesky(A, L):
        return chi2, False
    for b in range(9):
        for a in range(9):
            trial[a] = 1.0 if a == b else 0.0
        solve_cholesky(L, trial)
        for a in range(9):
            P[a, b] = trial[a]
    return chi2, settled
