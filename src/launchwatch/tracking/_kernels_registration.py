"""Compiled arithmetic of a filter bank whose sensors have biases.

A registered bank is a bank, its sensitivities D (6, n) to all n biases and what corrections
it had, c (6,); `launchwatch.estimation.registration` has the equations. The bank itself is
filtered as if there were no biases, on plots without the best estimate of them.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.estimation._kernels import (
    cholesky,
    innovate,
    innovation_covariance,
    log_gaussian,
    solve_cholesky,
    update,
)
from launchwatch.estimation._kernels_registration import (
    CLOCK,
    EACH,
    carry_sensitivity,
    condition_sensitivity,
    plot_sensitivity,
    spread_innovation,
)
from launchwatch.flight._kernels_motion import derivative, propagate
from launchwatch.tracking._kernels import MODEL_COUNT, combine, predict_bank

Floats = NDArray[np.float64]

# Models less probable than this hardly move the matched mean, and are left out of F and rate.
_LEAST_WEIGHT = 0.02

# Seconds: ½·50 m/s²·(0.1 s)² are 25 cm, and more than three sigmas of a broken clock are none.
_STRAIGHT, _FARTHEST = 0.1, 12.0


@kernel
def rate_of_bank(X: Floats, w: Floats, rate: Floats) -> None:
    """Fill rate (6,) with the velocity and acceleration of a bank's matched mean."""
    moving = np.empty(9)
    total = 0.0
    for a in range(6):
        rate[a] = 0.0
    for j in range(MODEL_COUNT):
        if w[j] > _LEAST_WEIGHT:
            derivative(j, X[j], moving)
            total += w[j]
            for a in range(6):
                rate[a] += w[j] * moving[a]
    for a in range(6):
        rate[a] /= total


@kernel
def transition_of_bank(X: Floats, w: Floats, seconds: float, F: Floats) -> None:
    """Fill F (6, 6) with the derivative of a bank's matched mean some seconds later by now's."""
    here = np.empty(9)
    moved = np.empty(9)
    total = 0.0
    for a in range(6):
        for b in range(6):
            F[a, b] = 0.0
    for j in range(MODEL_COUNT):
        if w[j] > _LEAST_WEIGHT:
            total += w[j]
            propagate(j, X[j], seconds, here)
            for b in range(6):
                # Rounding of positions (1e-9 m) and curvature stay below a millionth.
                size = 10.0 if b < 3 else 1.0
                for a in range(9):
                    moved[a] = X[j, a]
                moved[b] += size
                propagate(j, moved, seconds, moved)
                for a in range(6):
                    F[a, b] += w[j] * (moved[a] - here[a]) / size
    for a in range(6):
        for b in range(6):
            F[a, b] /= total


@kernel
def shift(X: Floats, w: Floats, D: Floats, b: Floats, c: Floats) -> None:
    """Bring a bank from the corrections c that it had to those of b, in place.

    Where a clock has turned out seconds wrong the bank goes along its path, which bends.
    """
    move = np.empty(6)
    rate = np.empty(6)
    for a in range(6):
        wanted = 0.0
        for k in range(b.shape[0]):
            wanted += D[a, k] * b[k]
        move[a] = wanted - c[a]
        c[a] = wanted
    rate_of_bank(X, w, rate)
    speed2 = rate[0] * rate[0] + rate[1] * rate[1] + rate[2] * rate[2]
    late = (move[0] * rate[0] + move[1] * rate[1] + move[2] * rate[2]) / (speed2 + 1.0)
    if abs(late) > _STRAIGHT and abs(late) < _FARTHEST:
        for j in range(MODEL_COUNT):
            propagate(j, X[j], late, X[j])
        for a in range(6):
            move[a] -= late * rate[a]
    for a in range(6):
        for j in range(MODEL_COUNT):
            X[j, a] += move[a]


@kernel
def _align_clocks(rate: Floats, D: Floats) -> None:
    """Let what all clocks do to a bank together be a shift along its rate, as it must be.

    Were all clocks fast by τ, the whole track would be late by τ. D has that from the rates
    that the bank believed in when each plot came, and three plots know a rate to some hundred
    metres a second; where range rate is measured to one, the gain would make of such a
    difference another, tenfold, and would teach of a clock what nobody can know. That a prior
    may have fixed a part of the track is not believed.
    """
    speed2 = rate[0] * rate[0] + rate[1] * rate[1] + rate[2] * rate[2]
    total = 0.0
    for k in range(CLOCK, D.shape[1], EACH):
        along = (D[0, k] * rate[0] + D[1, k] * rate[1] + D[2, k] * rate[2]) / speed2
        total += max(along, 0.0)
    if not total > 0.0:
        return
    astray = np.empty(6)
    for a in range(6):
        astray[a] = -rate[a]
        for k in range(CLOCK, D.shape[1], EACH):
            astray[a] += D[a, k]
    for k in range(CLOCK, D.shape[1], EACH):
        along = (D[0, k] * rate[0] + D[1, k] * rate[1] + D[2, k] * rate[2]) / speed2
        share = max(along, 0.0) / total
        for a in range(6):
            D[a, k] -= share * astray[a]


@kernel
def carry(
    X: Floats,
    P: Floats,
    w: Floats,
    D: Floats,
    c: Floats,
    seconds: float,
    rates: Floats,
    noise: Floats,
    prior_mean: Floats,
    prior_variance: Floats,
    X_out: Floats,
    P_out: Floats,
    w_out: Floats,
    D_out: Floats,
    c_out: Floats,
) -> bool:
    """Carry a registered bank forward into the out arrays; False if a covariance was lost."""
    F = np.empty((6, 6))
    # Loops: an assignment of whole arrays brings Numba's text formatting along, seconds to compile.
    for a in range(6):
        c_out[a] = c[a]
        for b in range(D.shape[1]):
            D_out[a, b] = D[a, b]
    if seconds != 0.0 and D.shape[1] > 0:
        transition_of_bank(X, w, seconds, F)
        carry_sensitivity(F, D_out)
        for a in range(6):
            total = 0.0
            for b in range(6):
                total += F[a, b] * c[b]
            c_out[a] = total
    return predict_bank(
        X, P, w, seconds, rates, noise, prior_mean, prior_variance, X_out, P_out, w_out
    )


@kernel
def rate_spread2(packed: Floats, P: Floats, H: Floats, distance: float) -> float:
    """Give the variance of range rate that its linear form leaves out, (m/s)².

    The rate is velocity times direction, and far off both are poorly known across the line of
    sight: of their product the part of second order is E[(δv·δp)²]/R² beside what is linear in
    either. Where this very plot measures the place better than the track, that counts.
    """
    place2 = 0.0
    speed2 = 0.0
    for a in range(3):
        place2 += P[a, a]
        speed2 += P[3 + a, 3 + a]
        for b in range(3):
            place2 -= H[0, a] * H[0, b] * P[a, b]
            speed2 -= H[0, a] * H[0, b] * P[3 + a, 3 + b]
    measured2 = distance * distance * (packed[19] * packed[19] + packed[20] * packed[20])
    place2 = max(place2, 0.0) * measured2 / (max(place2, 0.0) + measured2)
    return float(0.5 * place2 * max(speed2, 0.0) / (distance * distance))


@kernel
def take(
    packed: Floats,
    axes: Floats,
    first: int,
    owed: Floats,
    b: Floats,
    B: Floats,
    X: Floats,
    P: Floats,
    w: Floats,
    D: Floats,
    c: Floats,
    G: Floats,
    S: Floats,
    y: Floats,
) -> tuple[float, float, int]:
    """Condition a registered bank, already carried to its time, on a measurement, in place.

    Args: packed, corrected by some bias of its sensor, which falls short of N(b, B) by
    owed (4,); axes (3, 3) of the sensor's site; first, the column of its first bias. Fills
    the lesson: innovation y (4,), G (4, n), S (4, 4), of which m rows are used.

    The biases that this very measurement suggests are taken off before the bank sees it:
    what an unknown clock did is no manoeuvre. Returns ln likelihood, with the biases'
    uncertainty in it, the squared Mahalanobis length of the matched Gaussian, and m; NaN,
    and all spoilt, if a covariance was lost.
    """
    n = b.shape[0]
    x = np.empty(6)
    covariance = np.empty((6, 6))
    rate = np.empty(6)
    H = np.empty((4, 6))
    E = np.empty((4, EACH))
    BG = np.empty((n, 4))
    T = np.empty((4, 4))
    L = np.empty((4, 4))
    own = np.empty(4)
    z = packed.copy()
    shift(X, w, D, b, c)
    combine(X, P, w, x, covariance)
    rate_of_bank(X, w, rate)
    _align_clocks(rate, D)
    m = innovate(packed, x, y, H)
    if m == 4:
        # What rate tells of place and speed across is linear only where they are known well.
        z[21] = math.sqrt(z[21] * z[21] + rate_spread2(packed, covariance, H, packed[14]))
    plot_sensitivity(packed, axes, H, rate, m, E)
    for i in range(m):
        for k in range(n):
            total = 0.0
            for a in range(6):
                total += H[i, a] * D[a, k]
            G[i, k] = total
        late = 0.0
        for k in range(EACH):
            G[i, first + k] += E[i, k]
            late += E[i, k] * owed[k]
        y[i] -= late
        z[14 + i] -= late
    innovation_covariance(z, covariance, H, m, S)
    spread_innovation(G, B, S, m, BG, T)
    if not cholesky(T[:m, :m], L[:m, :m]):
        return math.nan, math.nan, m
    _, length2 = log_gaussian(y, T, m)
    # Biases as this measurement would have them: b + B·Gᵀ·T⁻¹·y.
    for i in range(m):
        own[i] = y[i]
    solve_cholesky(L[:m, :m], own[:m])
    better = b.copy()
    for k in range(n):
        for i in range(m):
            better[k] += BG[k, i] * own[i]
    # Each model's likelihood, as surprised as the biases' uncertainty lets it be.
    logs = np.empty(MODEL_COUNT)
    S_own = np.empty((4, 4))
    H_own = np.empty((4, 6))
    top = -math.inf
    for j in range(MODEL_COUNT):
        innovate(z, X[j], own, H_own)
        innovation_covariance(z, P[j], H_own, m, S_own)
        for i in range(m):
            for k in range(m):
                S_own[i, k] += T[i, k] - S[i, k]
        logs[j], _ = log_gaussian(own, S_own, m)
        if math.isnan(logs[j]):
            return math.nan, math.nan, m
        logs[j] += math.log(max(w[j], 1e-300))
        top = max(top, logs[j])
    shift(X, w, D, better, c)
    for i in range(m):
        for k in range(EACH):
            z[14 + i] -= E[i, k] * (better[first + k] - b[first + k])
    total = 0.0
    for j in range(MODEL_COUNT):
        _, fine = update(z, X[j], P[j], 4)
        if math.isnan(fine):
            return math.nan, math.nan, m
        total += math.exp(logs[j] - top)
    for j in range(MODEL_COUNT):
        w[j] = math.exp(logs[j] - top) / total
    # The bank's gain, K = P·Hᵀ·R⁻¹ with what it is now, carries D and c through the update.
    combine(X, P, w, x, covariance)
    innovate(z, x, own, H)
    rate_of_bank(X, w, rate)
    _align_clocks(rate, D)
    plot_sensitivity(z, axes, H, rate, m, E)
    K = np.zeros((6, 4))
    for j in range(MODEL_COUNT):
        for a in range(6):
            for i in range(m):
                part = 0.0
                for k in range(6):
                    part += P[j, a, k] * H[i, k]
                K[a, i] += w[j] * part / (z[18 + i] * z[18 + i])
    condition_sensitivity(K, H, E, m, first, D)
    for a in range(6):
        c[a] = 0.0
        for k in range(n):
            c[a] += D[a, k] * better[k]
    return top + math.log(total), length2, m


@kernel
def unknown_clock(B: Floats, first: int) -> float:
    """Give how uncertain one clock is against the best known of the others, s (one sigma)."""
    own = first + CLOCK
    least = math.inf
    for k in range(CLOCK, B.shape[0], EACH):
        if k != own:
            least = min(least, B[own, own] + B[k, k] - 2.0 * B[own, k])
    return math.sqrt(max(least, 0.0))
