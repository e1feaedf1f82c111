"""Compiled arithmetic of the filter bank: five motion models that share what is seen.

A bank is three arrays: means X (5, 9), covariances P (5, 9, 9) and probabilities w (5,), in
the order of `launchwatch.flight.motion.MODELS`. Position and velocity mean the same in
every model; the last three numbers belong to the model (see
`launchwatch.messages.track.MotionHypothesis`), so mixing passes them only between models of
one kind, and a model that is entered starts them from its prior.

Source: Blom and Bar-Shalom, 1988 (interacting multiple models); Granström, Willett and
Bar-Shalom, 2015 (models of unequal state).
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.earth._kernels import height
from launchwatch.estimation._kernels import (
    cholesky,
    cubature_points,
    innovate,
    innovation_covariance,
    log_gaussian,
    moments_of_points,
    solve_cholesky,
    update,
)
from launchwatch.flight._kernels_motion import propagate

Floats = NDArray[np.float64]

MODEL_COUNT = 5
BOOST, COAST, REENTRY, MANOEUVRE, CRUISE = 0, 1, 2, 3, 4

# The motor's prior, as `launchwatch.tracking.models` documents it: means and variance of the
# logarithms of thrust acceleration and its growth, and how long a measured motor is a guide.
LOG_THRUST = math.log(30.0)
LOG_GROWTH = math.log(0.012)
MOTOR_VARIANCE = 0.6 * 0.6
MOTOR_MEMORY = 150.0

# Below this height the air is felt within seconds: coasting turns into re-entry.
REENTRY_HEIGHT = 90_000.0


@kernel
def _add_process_noise(model: int, dt: float, noise: Floats, P: Floats) -> None:
    """Add white acceleration, and a random walk of the model's own numbers, over dt seconds."""
    acceleration = noise[model, 0]
    cube = acceleration * dt * dt * dt / 3.0
    square = acceleration * dt * dt / 2.0
    for i in range(3):
        P[i, i] += cube
        P[i, i + 3] += square
        P[i + 3, i] += square
        P[i + 3, i + 3] += acceleration * dt
        P[i + 6, i + 6] += noise[model, 1 + i] * dt


@kernel
def _fade(seconds: float, x: Floats, P: Floats) -> None:
    """Let what is known of a motor fade towards what is known of motors in general.

    An Ornstein-Uhlenbeck process whose stationary law is the prior. Without it the growth
    rate of a motor that nobody sees wanders off, and its exponential takes the rest along.
    """
    for a in range(6, 8):
        keep = math.exp(-abs(seconds) / MOTOR_MEMORY)
        mean = LOG_THRUST if a == 6 else LOG_GROWTH
        x[a] = mean + (x[a] - mean) * keep
        for b in range(9):
            P[a, b] *= keep
            P[b, a] *= keep
        P[a, a] += (1.0 - keep * keep) * MOTOR_VARIANCE


@kernel
def predict_one(model: int, x: Floats, P: Floats, seconds: float, noise: Floats) -> bool:
    """Carry one Gaussian forward by the cubature rule, in place; False if P is no covariance."""
    L = np.empty((9, 9))
    if not cholesky(P, L):
        for i in range(9):
            P[i, i] = P[i, i] * (1.0 + 1e-9) + 1e-12
        if not cholesky(P, L):
            return False
    points = np.empty((18, 9))
    cubature_points(x, L, points)
    for k in range(18):
        propagate(model, points[k], seconds, points[k])
    moments_of_points(points, x, P)
    if model == BOOST:
        _fade(seconds, x, P)
    _add_process_noise(model, abs(seconds), noise, P)
    return True


@kernel
def _transition(dt: float, rates: Floats, low: int, i: int, j: int) -> float:
    """Probability to go from model i to model j in dt, exits competing at constant rates."""
    total = 0.0
    for k in range(MODEL_COUNT):
        if k != i:
            total += rates[low, i, k]
    leave = 1.0 - math.exp(-total * dt)
    if i == j:
        return 1.0 - leave
    return leave * rates[low, i, j] / total if total > 0.0 else 0.0


@kernel
def _mix(
    X: Floats,
    P: Floats,
    w: Floats,
    dt: float,
    rates: Floats,
    prior_mean: Floats,
    prior_variance: Floats,
    X_mixed: Floats,
    P_mixed: Floats,
    w_mixed: Floats,
) -> None:
    """Interact: each model starts from what the others would hand it."""
    best = 0
    for j in range(MODEL_COUNT):
        if w[j] > w[best]:
            best = j
    descending = X[best, 0] * X[best, 3] + X[best, 1] * X[best, 4] + X[best, 2] * X[best, 5] < 0.0
    low = 0
    if descending and height(X[best, 0], X[best, 1], X[best, 2]) < REENTRY_HEIGHT:
        low = 1
    share = np.empty((MODEL_COUNT, MODEL_COUNT))
    for j in range(MODEL_COUNT):
        total = 0.0
        for i in range(MODEL_COUNT):
            share[i, j] = _transition(dt, rates, low, i, j) * w[i]
            total += share[i, j]
        w_mixed[j] = total
        for i in range(MODEL_COUNT):
            if total > 0.0:
                share[i, j] /= total
            else:
                share[i, j] = 1.0 if i == j else 0.0
    source = np.empty(9)
    for j in range(MODEL_COUNT):
        for a in range(9):
            X_mixed[j, a] = 0.0
            for b in range(9):
                P_mixed[j, a, b] = 0.0
        for i in range(MODEL_COUNT):
            if share[i, j] > 0.0:
                same = i == j or (i + j == COAST + REENTRY and i != BOOST and j != BOOST)
                for a in range(9):
                    own = a < 6 or same
                    X_mixed[j, a] += share[i, j] * (X[i, a] if own else prior_mean[j, a - 6])
        for i in range(MODEL_COUNT):
            if share[i, j] > 0.0:
                same = i == j or (i + j == COAST + REENTRY and i != BOOST and j != BOOST)
                for a in range(9):
                    own = a < 6 or same
                    source[a] = (X[i, a] if own else prior_mean[j, a - 6]) - X_mixed[j, a]
                for a in range(9):
                    for b in range(9):
                        value = source[a] * source[b]
                        if same or (a < 6 and b < 6):
                            value += P[i, a, b]
                        elif a == b:
                            value += prior_variance[j, a - 6]
                        P_mixed[j, a, b] += share[i, j] * value


@kernel
def predict_bank(
    X: Floats,
    P: Floats,
    w: Floats,
    seconds: float,
    rates: Floats,
    noise: Floats,
    prior_mean: Floats,
    prior_variance: Floats,
    X_out: Floats,
    P_out: Floats,
    w_out: Floats,
) -> bool:
    """Mix and carry a bank forward into the out arrays; False if a covariance was lost."""
    _mix(X, P, w, seconds, rates, prior_mean, prior_variance, X_out, P_out, w_out)
    kept = True
    for j in range(MODEL_COUNT):
        kept = kept and predict_one(j, X_out[j], P_out[j], seconds, noise)
    return kept


@kernel
def update_bank(packed: Floats, X: Floats, P: Floats, w: Floats) -> tuple[float, float]:
    """Condition a bank on one measurement, in place.

    Returns ln likelihood of the whole bank and the smallest squared Mahalanobis length
    among its models that matter; NaN, and the bank spoilt, if a covariance was lost.
    """
    logs = np.empty(MODEL_COUNT)
    nearest = math.inf
    top = -math.inf
    for j in range(MODEL_COUNT):
        logs[j], length2 = update(packed, X[j], P[j], 4)
        if math.isnan(logs[j]):
            return math.nan, math.nan
        logs[j] += math.log(max(w[j], 1e-300))
        top = max(top, logs[j])
        if w[j] > 1e-3:
            nearest = min(nearest, length2)
    total = 0.0
    for j in range(MODEL_COUNT):
        total += math.exp(logs[j] - top)
    for j in range(MODEL_COUNT):
        w[j] = math.exp(logs[j] - top) / total
    return top + math.log(total), nearest


@kernel
def step_bank(
    packed: Floats,
    X: Floats,
    P: Floats,
    w: Floats,
    seconds: float,
    rates: Floats,
    noise: Floats,
    prior_mean: Floats,
    prior_variance: Floats,
    X_out: Floats,
    P_out: Floats,
    w_out: Floats,
) -> tuple[float, float]:
    """Predict a bank to a measurement and condition it there, into the out arrays."""
    if not predict_bank(
        X, P, w, seconds, rates, noise, prior_mean, prior_variance, X_out, P_out, w_out
    ):
        return math.nan, math.nan
    return update_bank(packed, X_out, P_out, w_out)


@kernel
def combine(X: Floats, P: Floats, w: Floats, x: Floats, covariance: Floats) -> None:
    """Match one Gaussian of position and velocity to a bank."""
    for a in range(6):
        total = 0.0
        for j in range(MODEL_COUNT):
            total += w[j] * X[j, a]
        x[a] = total
    for a in range(6):
        for b in range(a + 1):
            total = 0.0
            for j in range(MODEL_COUNT):
                total += w[j] * (P[j, a, b] + (X[j, a] - x[a]) * (X[j, b] - x[b]))
            covariance[a, b] = total
            covariance[b, a] = total


@kernel
def distances(
    packed: Floats, seconds: Floats, x: Floats, covariance: Floats, acceleration: float, out: Floats
) -> None:
    """Fill the squared Mahalanobis lengths of one measurement from many coarse tracks.

    Each track (row of x, 6 numbers) is carried along a straight line for its seconds, and
    widened by an acceleration that it may have had (m/s², one sigma): a wide, cheap gate
    that only saves the exact one from most pairs.
    """
    y = np.empty(4)
    H = np.empty((4, 6))
    S = np.empty((4, 4))
    state = np.empty(6)
    P = np.empty((6, 6))
    for t in range(x.shape[0]):
        dt = seconds[t]
        for i in range(3):
            state[i] = x[t, i] + x[t, i + 3] * dt
            state[i + 3] = x[t, i + 3]
        for i in range(3):
            for j in range(3):
                pp = covariance[t, i, j]
                pv = covariance[t, i, j + 3]
                vp = covariance[t, i + 3, j]
                vv = covariance[t, i + 3, j + 3]
                P[i, j] = pp + dt * (pv + vp) + dt * dt * vv
                P[i, j + 3] = pv + dt * vv
                P[i + 3, j] = vp + dt * vv
                P[i + 3, j + 3] = vv
            place = 0.5 * acceleration * dt * dt
            speed = acceleration * dt
            P[i, i] += place * place
            P[i, i + 3] += place * speed
            P[i + 3, i] += place * speed
            P[i + 3, i + 3] += speed * speed
        m = innovate(packed, state, y, H)
        innovation_covariance(packed, P, H, m, S)
        _, out[t] = log_gaussian(y, S, m)


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
        propagate(model, x, seconds[k], here)
        for b in range(9):
            for a in range(9):
                moved[a] = x[a]
            moved[b] += steps[b]
            propagate(model, moved, seconds[k], moved)
            for a in range(9):
                Phi[a, b] = (moved[a] - here[a]) / steps[b]
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
) -> tuple[float, bool]:
    """Fit one motion model to several measurements and a prior (Levenberg-Marquardt).

    Args: measurements packed (k, 22) at seconds (k,) from the epoch; steps (9,) for the
    differences of the Jacobian; x holds the first guess and receives the fit, P its
    covariance. Returns the measurements' chi-square and whether it settled.
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
    for _ in range(30):
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
