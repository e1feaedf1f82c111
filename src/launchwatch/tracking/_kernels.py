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
    moments_of_points,
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
MOST_THRUST = math.log(300.0)
MOST_GROWTH = math.log(0.2)

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
def _bound_motor(point: Floats) -> None:
    """Keep a sample's motor to what motors do: at most 300 m/s², and 5 s of propellant left.

    Three times the thrust that few vehicles exceed at burnout. Where only directions are
    measured the growth rate is not, and its exponential would carry off the whole track.
    """
    point[6] = min(point[6], MOST_THRUST)
    point[7] = min(point[7], MOST_GROWTH)


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
        if model == BOOST:
            _bound_motor(points[k])
        propagate(model, points[k], seconds, points[k])
        if model == BOOST:
            _bound_motor(points[k])
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
