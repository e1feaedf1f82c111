"""Compiled arithmetic of smoothing: one step back in time, and the whole interval."""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel

Floats = NDArray[np.float64]

NOUGHT = 1e-13
"""A pivot below this part of its own diagonal is nought: motion without noise leaves
nothing open once the next state is known, and rounding must not make that negative."""


@kernel
def semidefinite_cholesky(P: Floats, L: Floats) -> bool:
    """Factor P = L·Lᵀ where P may be singular; False where P is clearly no covariance."""
    n = P.shape[0]
    for j in range(n):
        for i in range(n):
            L[i, j] = 0.0
        pivot = P[j, j]
        for k in range(j):
            pivot -= L[j, k] * L[j, k]
        # Rounding of n products of the size of the diagonal.
        if not pivot > -1e-9 * P[j, j] - 1e-300:
            return False
        if pivot <= NOUGHT * P[j, j]:
            continue
        L[j, j] = math.sqrt(pivot)
        for i in range(j + 1, n):
            total = P[i, j]
            for k in range(j):
                total -= L[i, k] * L[j, k]
            L[i, j] = total / L[j, j]
    return True


@kernel
def step_back(
    x: Floats,
    P: Floats,
    x_ahead: Floats,
    P_ahead: Floats,
    C: Floats,
    x_next: Floats,
    P_next: Floats,
    x_out: Floats,
    P_out: Floats,
    G: Floats,
) -> bool:
    """Condition one filtered state on the smoothed next one; False if a covariance was lost.

    [P⁻ Cᵀ; C P] = L·Lᵀ gives G = L₂₁·L₁₁⁻¹ and what stays open, L₂₂·L₂₂ᵀ = P - G·P⁻·Gᵀ,
    as a square: the sum with G·P'·Gᵀ cannot become negative.
    """
    n = x.shape[0]
    joint = np.empty((2 * n, 2 * n))
    L = np.empty((2 * n, 2 * n))
    scale = np.empty(2 * n)
    for i in range(n):
        scale[i] = 1.0 / math.sqrt(P_ahead[i, i]) if P_ahead[i, i] > 0.0 else 1.0
        scale[n + i] = 1.0 / math.sqrt(P[i, i]) if P[i, i] > 0.0 else 1.0
    for i in range(n):
        for j in range(n):
            joint[i, j] = P_ahead[i, j] * scale[i] * scale[j]
            joint[n + i, j] = C[i, j] * scale[n + i] * scale[j]
            joint[j, n + i] = joint[n + i, j]
            joint[n + i, n + j] = P[i, j] * scale[n + i] * scale[n + j]
    if not semidefinite_cholesky(joint, L):
        return False
    for i in range(n):
        for j in range(n - 1, -1, -1):
            total = L[n + i, j]
            for k in range(j + 1, n):
                total -= G[i, k] * L[k, j]
            G[i, j] = total / L[j, j] if L[j, j] > 0.0 else 0.0
    for i in range(n):
        for j in range(n):
            G[i, j] *= scale[j] / scale[n + i]
    for i in range(n):
        total = x[i]
        for j in range(n):
            total += G[i, j] * (x_next[j] - x_ahead[j])
        x_out[i] = total
    for i in range(n):
        for j in range(i + 1):
            total = 0.0
            for k in range(j + 1):
                total += L[n + i, n + k] * L[n + j, n + k]
            total /= scale[n + i] * scale[n + j]
            for k in range(n):
                part = 0.0
                for m in range(n):
                    part += P_next[k, m] * G[j, m]
                total += G[i, k] * part
            P_out[i, j] = total
            P_out[j, i] = total
    return True


@kernel
def smooth(
    X: Floats, P: Floats, X_ahead: Floats, P_ahead: Floats, C: Floats, X_out: Floats, P_out: Floats
) -> int:
    """Smooth an interval backwards into the out arrays; returns where it failed, or -1."""
    last, n = X.shape[0] - 1, X.shape[1]
    G = np.empty((n, n))
    for i in range(n):
        X_out[last, i] = X[last, i]
        for j in range(n):
            P_out[last, i, j] = P[last, i, j]
    for k in range(last - 1, -1, -1):
        if not step_back(
            X[k], P[k], X_ahead[k + 1], P_ahead[k + 1], C[k + 1],
            X_out[k + 1], P_out[k + 1], X_out[k], P_out[k], G,
        ):  # fmt: skip
            return k
    return -1
