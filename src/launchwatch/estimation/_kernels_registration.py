"""Compiled arithmetic of registration: arrays in, arrays out, no checks.

Each sensor has four biases, in the order that `launchwatch.estimation.registration`
describes; those of sensor s are columns 4s to 4s + 3 of every sensitivity and of the
joint covariance.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.estimation._kernels import LINE_OF_SIGHT, cholesky, solve_cholesky

Floats = NDArray[np.float64]

EACH = 4
CLOCK = 3


@kernel
def plot_sensitivity(
    packed: Floats, axes: Floats, H: Floats, rate: Floats, m: int, E: Floats
) -> None:
    """Fill E (m, 4): how a sensor's own biases move what it measures, to first order.

    A line of sight is turned by the attitude error about the site's axes; a clock that is
    fast by τ shows where the thing was τ earlier: -H·rate·τ, rate (6,) being velocity and
    acceleration.
    """
    for i in range(m):
        for k in range(EACH):
            E[i, k] = 0.0
        total = 0.0
        for a in range(6):
            total += H[i, a] * rate[a]
        E[i, CLOCK] = -total
    if packed[0] == LINE_OF_SIGHT:
        for i in range(2):
            ex, ey, ez = packed[5 + 3 * i], packed[6 + 3 * i], packed[7 + 3 * i]
            cx = packed[12] * ez - packed[13] * ey
            cy = packed[13] * ex - packed[11] * ez
            cz = packed[11] * ey - packed[12] * ex
            for k in range(3):
                E[i, k] = axes[k, 0] * cx + axes[k, 1] * cy + axes[k, 2] * cz
    else:
        for i in range(3):
            E[i, i] = 1.0


@kernel
def take_off(packed: Floats, axes: Floats, bias: Floats) -> None:
    """Take a sensor's biases, but for its clock's, off a packed measurement, in place."""
    if packed[0] != LINE_OF_SIGHT:
        for k in range(3):
            packed[14 + k] -= bias[k]
        return
    angle = math.sqrt(bias[0] * bias[0] + bias[1] * bias[1] + bias[2] * bias[2])
    if angle == 0.0:
        return
    # Rodrigues' rotation of the measured frame, by the error's opposite.
    x = -(axes[0, 0] * bias[0] + axes[1, 0] * bias[1] + axes[2, 0] * bias[2]) / angle
    y = -(axes[0, 1] * bias[0] + axes[1, 1] * bias[1] + axes[2, 1] * bias[2]) / angle
    z = -(axes[0, 2] * bias[0] + axes[1, 2] * bias[1] + axes[2, 2] * bias[2]) / angle
    c, s = math.cos(angle), math.sin(angle)
    for row in range(3):
        at = 5 + 3 * row
        px, py, pz = packed[at], packed[at + 1], packed[at + 2]
        along = (x * px + y * py + z * pz) * (1.0 - c)
        packed[at] = c * px + s * (y * pz - z * py) + along * x
        packed[at + 1] = c * py + s * (z * px - x * pz) + along * y
        packed[at + 2] = c * pz + s * (x * py - y * px) + along * z


@kernel
def spread_innovation(G: Floats, B: Floats, S: Floats, m: int, BG: Floats, T: Floats) -> None:
    """Fill BG = B·Gᵀ (n, m) and T = S + G·B·Gᵀ (m, m)."""
    n = B.shape[0]
    for a in range(n):
        for i in range(m):
            BG[a, i] = 0.0
    for b in range(n):
        for i in range(m):
            g = G[i, b]
            if g != 0.0:
                for a in range(n):
                    BG[a, i] += B[b, a] * g
    for i in range(m):
        for j in range(i + 1):
            total = S[i, j]
            for a in range(n):
                total += G[i, a] * BG[a, j]
            T[i, j] = total
            T[j, i] = total


@kernel
def learn(y: Floats, G: Floats, S: Floats, m: int, b: Floats, B: Floats, whitened: Floats) -> float:
    """Condition N(b, B) on y = G·(true - b) + N(0, S), in place: a Kalman update.

    Fills whitened (m,), the innovation in units of its own standard deviations, and
    returns its squared length; NaN, and nothing changed, where T is no covariance.
    """
    n = b.shape[0]
    BG = np.empty((n, m))
    T = np.empty((m, m))
    L = np.empty((m, m))
    spread_innovation(G, B, S, m, BG, T)
    if not cholesky(T, L):
        return math.nan
    length2 = 0.0
    for i in range(m):
        total = y[i]
        for k in range(i):
            total -= L[i, k] * whitened[k]
        whitened[i] = total / L[i, i]
        length2 += whitened[i] * whitened[i]
    # V = B·Gᵀ·L⁻ᵀ: then b grows by V·whitened, and B shrinks by V·Vᵀ.
    for a in range(n):
        for i in range(m):
            for k in range(i):
                BG[a, i] -= L[i, k] * BG[a, k]
            BG[a, i] /= L[i, i]
    for a in range(n):
        for i in range(m):
            b[a] += BG[a, i] * whitened[i]
        for c in range(a + 1):
            total = B[a, c]
            for i in range(m):
                total -= BG[a, i] * BG[c, i]
            B[a, c] = total
            B[c, a] = total
    return length2


@kernel
def carry_sensitivity(F: Floats, D: Floats) -> None:
    """Carry sensitivities D (6, n) forward by a transition F (6, 6), in place: D = F·D."""
    column = np.empty(6)
    for k in range(D.shape[1]):
        for a in range(6):
            total = 0.0
            for b in range(6):
                total += F[a, b] * D[b, k]
            column[a] = total
        for a in range(6):
            D[a, k] = column[a]


@kernel
def condition_sensitivity(K: Floats, H: Floats, E: Floats, m: int, first: int, D: Floats) -> None:
    """Carry sensitivities D (6, n) through an update, in place: D = (I - K·H)·D - K·E.

    E (m, k) stands in the columns from `first` on.
    """
    part = np.empty(4)
    for k in range(D.shape[1]):
        own = 0 <= k - first < E.shape[1]
        for i in range(m):
            total = E[i, k - first] if own else 0.0
            for b in range(6):
                total += H[i, b] * D[b, k]
            part[i] = total
        for a in range(6):
            for i in range(m):
                D[a, k] -= K[a, i] * part[i]


@kernel
def _log_evidence(tau: Floats, information: Floats, wide: Floats, variances: Floats,
                  J: Floats, L: Floats, shifted: Floats) -> float:  # fmt: skip
    """Give ln of what clocks of other prior variances make of the same data.

    Fills shifted with the posterior mean and L with the factor of J, its information.
    """
    n = tau.shape[0]
    value = 0.0
    for i in range(n):
        total = 0.0
        for j in range(n):
            J[i, j] = information[i, j]
            total += information[i, j] * tau[j]
        J[i, i] += 1.0 / variances[i] - 1.0 / wide[i]
        shifted[i] = total
        value += 0.5 * math.log(wide[i] / variances[i])
    if not cholesky(J, L):
        return -math.inf
    eta = shifted.copy()
    solve_cholesky(L, shifted)
    for i in range(n):
        value += 0.5 * eta[i] * shifted[i] - math.log(L[i, i])
    return value


@kernel
def _level(levels: NDArray[np.int64], trial: NDArray[np.int64], sensor: int) -> int:
    """Give the level that a trial has for a sensor's clock."""
    if sensor == trial[2]:
        return int(trial[3])
    if sensor == trial[0]:
        return int(trial[1])
    return 0 if trial[4] else int(levels[sensor])


@kernel
def _restart(
    tau: Floats,
    C: Floats,
    information: Floats,
    wide: Floats,
    scales: Floats,
    log_prior: Floats,
    levels: NDArray[np.int64],
) -> None:
    """Put levels where they are likeliest if they stand, or if one clock is surely in order.

    Tracks tell differences of clocks, so one that is right tells of each other one; no chain
    of single changes leads from "one is wrong" to "all others are".
    """
    n, grades = scales.shape
    J = np.empty((n, n))
    L = np.empty((n, n))
    shifted = np.empty(n)
    variances = np.empty(n)
    guess = np.empty(n, np.int64)
    best = np.empty(n, np.int64)
    top = -math.inf
    for i in range(-1, n):
        weight = 0.0
        for j in range(n):
            guess[j] = levels[j]
            if i >= 0:
                gain = C[j, i] / C[i, i]
                mean = tau[j] - gain * tau[i]
                spread = C[j, j] - gain * C[j, i] + gain * gain * scales[i, 0]
                most = -math.inf
                for grade in range(grades):
                    total = scales[j, grade] + spread
                    value = log_prior[grade] - 0.5 * (math.log(total) + mean * mean / total)
                    if value > most:
                        most = value
                        guess[j] = grade
                if j == i:
                    guess[j] = 0
            variances[j] = scales[j, guess[j]]
            weight += log_prior[guess[j]]
        weight += _log_evidence(tau, information, wide, variances, J, L, shifted)
        if weight > top + 1e-9:
            top = weight
            for j in range(n):
                best[j] = guess[j]
    for j in range(n):
        levels[j] = best[j]


@kernel
def judge_clocks(
    b: Floats,
    B: Floats,
    wide: Floats,
    scales: Floats,
    log_prior: Floats,
    least: float,
    levels: NDArray[np.int64],
    out: Floats,
    covariance: Floats,
    faulty: Floats,
) -> bool:
    """Replace the wide prior of all clocks by the mixture of healthy and faulty ones.

    Args: N(b, B) as learnt under clock variances wide (S,); scales (S, levels) the variance
    of each sensor's clock at each level; log_prior (levels,); levels (S,) the best levels
    last time, renewed here. Fills out and covariance with the biases under the mixture of
    the best combination of levels and those that differ from it in one sensor, or exchange
    two, or have one out of order alone, and are not less probable by more than `least` (ln);
    faulty (S,) with each clock's
    share of that mixture in which it is not at level 0. False if numbers were lost.
    """
    n = wide.shape[0]
    size = b.shape[0]
    grades = log_prior.shape[0]
    tau = np.empty(n)
    C = np.empty((n, n))
    L = np.empty((n, n))
    information = np.zeros((n, n))
    for i in range(n):
        tau[i] = b[EACH * i + CLOCK]
        for j in range(n):
            C[i, j] = B[EACH * i + CLOCK, EACH * j + CLOCK]
    if not cholesky(C, L):
        return False
    for i in range(n):
        information[i, i] = 1.0
        solve_cholesky(L, information[i])
    J = np.empty((n, n))
    shifted = np.empty(n)
    variances = np.empty(n)
    # One trial a row: which two sensors take which levels, and whether all others are in
    # order (or stay as they are); the first is what stands.
    most = 1 + 2 * n * grades + n * n
    trial = np.empty((most, 5), np.int64)
    weight = np.empty(most)
    chosen = np.empty(n, np.int64)
    best = 0
    count = 0
    _restart(tau, C, information, wide, scales, log_prior, levels)
    for _ in range(2 * n + 1):
        count = 1
        for t in range(most):
            trial[t, 4] = 0
        for k in range(5):
            trial[0, k] = 0
        trial[0, 1] = levels[0]
        trial[0, 3] = levels[0]
        for i in range(n):
            for grade in range(grades):
                for alone in range(2):
                    if (alone and (grade > 0 or i == 0)) or (not alone and grade != levels[i]):
                        trial[count, 0] = i
                        trial[count, 1] = grade
                        trial[count, 2] = i
                        trial[count, 3] = grade
                        trial[count, 4] = alone
                        count += 1
            for j in range(n):
                if levels[i] > 0 and levels[j] == 0:
                    trial[count, 0] = i
                    trial[count, 1] = 0
                    trial[count, 2] = j
                    trial[count, 3] = levels[i]
                    count += 1
        best = 0
        for t in range(count):
            weight[t] = 0.0
            for i in range(n):
                grade = _level(levels, trial[t], i)
                variances[i] = scales[i, grade]
                weight[t] += log_prior[grade]
            weight[t] += _log_evidence(tau, information, wide, variances, J, L, shifted)
            # A hair's breadth keeps equals from taking turns for ever.
            if weight[t] > weight[best] + 1e-9:
                best = t
        if best == 0:
            break
        for i in range(n):
            chosen[i] = _level(levels, trial[best], i)
        for i in range(n):
            levels[i] = chosen[i]
    top = weight[best]
    total = 0.0
    mean = np.zeros(n)
    spread = np.zeros((n, n))
    column = np.empty(n)
    for i in range(n):
        faulty[i] = 0.0
    for t in range(count):
        share = math.exp(weight[t] - top)
        if weight[t] < top - least or not share > 0.0:
            continue
        repeated = False
        for u in range(t):
            same = weight[u] >= top - least
            for i in range(n):
                same = same and _level(levels, trial[u], i) == _level(levels, trial[t], i)
            repeated = repeated or same
        if repeated:
            continue
        for i in range(n):
            grade = _level(levels, trial[t], i) if best == 0 else levels[i]
            variances[i] = scales[i, grade]
            if grade > 0:
                faulty[i] += share
        _log_evidence(tau, information, wide, variances, J, L, shifted)
        total += share
        for i in range(n):
            for j in range(n):
                column[j] = 1.0 if i == j else 0.0
            solve_cholesky(L, column)
            mean[i] += share * shifted[i]
            for j in range(n):
                spread[i, j] += share * (column[j] + shifted[i] * shifted[j])
        if best != 0:
            break
    for i in range(n):
        faulty[i] /= total
        mean[i] /= total
    for i in range(n):
        for j in range(n):
            spread[i, j] = spread[i, j] / total - mean[i] * mean[j]
    # All other biases follow by their regression on the clocks: A = B[:, clocks]·C⁻¹.
    A = np.zeros((size, n))
    for a in range(size):
        for i in range(n):
            for j in range(n):
                A[a, i] += B[a, EACH * j + CLOCK] * information[j, i]
    for i in range(n):  # exactly, lest rounding of the wide prior be seen beside a millisecond
        for j in range(n):
            A[EACH * i + CLOCK, j] = 1.0 if i == j else 0.0
    for i in range(n):
        for j in range(n):
            spread[i, j] -= C[i, j]
        mean[i] -= tau[i]
    for a in range(size):
        out[a] = b[a]
        for i in range(n):
            out[a] += A[a, i] * mean[i]
        for i in range(n):
            column[i] = 0.0
            for j in range(n):
                column[i] += A[a, j] * spread[j, i]
        for c in range(a + 1):
            value = B[a, c]
            for i in range(n):
                value += column[i] * A[c, i]
            covariance[a, c] = value
            covariance[c, a] = value
    return True
