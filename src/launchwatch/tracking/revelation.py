"""What a plot that fits no track says of its sensor's clock, if that is the reason.

A clock that is wrong by seconds shows a thing where it was kilometres ago. Then nothing that
is linear about the present holds: the path bends meanwhile, and 40 m/s of doubt about a speed
are 200 m after five seconds. So the track is taken back along its path to the moment that the
plot fits best, and compared with the plot there (Gauss-Newton on one unknown). Such a plot
teaches the clock and nothing else: the track does not use it.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.estimation import _kernels_registration
from launchwatch.estimation._kernels import LINE_OF_SIGHT, innovate
from launchwatch.estimation._kernels_registration import CLOCK, EACH
from launchwatch.estimation.registration import BiasEstimate, Lesson
from launchwatch.flight._kernels_motion import propagate
from launchwatch.tracking import _kernels_registration as _bank_kernels
from launchwatch.tracking.bank import Bank, combined
from launchwatch.tracking.models import SEEN_BY_INFRARED

Floats = NDArray[np.float64]

_ROUNDS = 4
"""A second of error leaves 5 m after one round at 10 m/s², and nothing after the next."""

_FARTHEST = 10.0
"""Seconds that a track is taken back or ahead at most: three sigmas of a broken clock."""


def revealed(
    bank: Bank, D: Floats, applied: Floats, packed: Floats, axes: Floats, first: int,
    taken_off: Floats, estimate: BiasEstimate,
) -> tuple[Lesson, float, float] | None:  # fmt: skip
    """Give what a plot teaches if its sensor's clock is broken; None where numbers fail.

    Args:
        bank: with its D (6, n) and what corrections it had, at the plot's corrected time.
        packed: without the biases taken_off (4,) of its sensor, whose first one is a column.
        estimate: of the biases, with clocks wide.

    Returns:
        The lesson, measured from zero; ln likelihood and squared Mahalanobis length of the
        plot under the estimate.
    """
    b, B = estimate.mean, estimate.covariance
    X = bank.X.copy()
    X[:, :6] += D @ b - applied
    x, P = combined(Bank(X, bank.P, bank.w))
    best = int(np.argmax(bank.w))
    back = 0.0
    F, rate = np.empty((6, 6)), np.empty(6)
    E, y, H = np.empty((4, EACH)), np.empty(4), np.zeros((4, 6))
    there = np.empty((5, 9))
    for _ in range(_ROUNDS):
        _bank_kernels.transition_of_bank(X, bank.w, -back, F)
        for j in range(len(there)):
            propagate(j, X[j], -back, there[j])
        moved = there[best, :6] + F @ (x - X[best, :6])
        _bank_kernels.rate_of_bank(there, bank.w, rate)
        m = innovate(packed, moved, y, H)
        _kernels_registration.plot_sensitivity(packed, axes, H, rate, m, E)
        G = H[:m] @ F @ D
        G[:, first : first + EACH] += E[:m]
        S = H[:m] @ F @ P @ F.T @ H[:m].T + np.diag(packed[18 : 18 + m] ** 2)
        # What the plot shows beyond no bias at all: those of the track, and those taken off.
        base = taken_off.copy()
        base[CLOCK] += back
        lesson = Lesson(y[:m] + H[:m] @ F @ (D @ b) + E[:m] @ base, G, S)
        T = S + G @ B @ G.T
        residual = lesson.innovation - G @ b
        try:
            solved = np.linalg.solve(T, residual)
        except np.linalg.LinAlgError:
            return None
        better = b[first + CLOCK] + B[first + CLOCK] @ G.T @ solved
        again = better - taken_off[CLOCK]
        if not abs(again) < _FARTHEST:
            return None
        if abs(again - back) < 1e-3:
            break
        back = again
    length2 = float(residual @ solved)
    sign, log_determinant = np.linalg.slogdet(T)
    if not sign > 0:
        return None
    log_likelihood = -0.5 * (length2 + log_determinant + m * math.log(2.0 * math.pi))
    if packed[0] == LINE_OF_SIGHT:
        log_likelihood += math.log(float(bank.w @ SEEN_BY_INFRARED))
    return lesson, log_likelihood, length2
