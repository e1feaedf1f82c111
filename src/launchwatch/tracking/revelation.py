"""What a new track says of clocks, where another track is the same thing seconds away.

A clock that is wrong by seconds shows a thing where it was kilometres ago, and nothing that
is there fits: the sensor's plots begin a track of their own. So each new track by a sensor
whose clock is unproved is laid beside those that the sensor should have seen and did not: if
one of them, taken back along its path by some seconds, is where the new one is and as fast,
then two clocks differ. Two things that follow each other on one path are no such pair,
because the sensor sees the first of them too.

Seconds are too long for anything that is linear about the present: paths bend. The time is
found by Gauss and Newton's method on the path itself.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.errors import NotPositiveDefinite
from launchwatch.estimation._kernels_registration import CLOCK, EACH
from launchwatch.estimation.registration import BiasEstimate, Lesson
from launchwatch.flight._kernels_motion import derivative, propagate
from launchwatch.tracking import _kernels_registration
from launchwatch.tracking.bank import combined
from launchwatch.tracking.registered import Registered, carried

Floats = NDArray[np.float64]

SAME_LENGTH2 = 33.1
"""Chi-square with six degrees of freedom that is exceeded once in 10⁵: more, and they are two
things. A track of three plots is not as Gaussian as it says, hence no tighter one."""

FARTHEST = 10.0
"""Seconds between two clocks at most: three sigmas of a broken one."""

_ROUNDS = 6
_SETTLED = 0.01
"""Seconds; what is left is linear."""


class Revelation(NamedTuple):
    """What a pair of tracks teaches: the lesson, measured from zero; how far from each other
    they are once clocks may differ, and with clocks as they are believed."""

    lesson: Lesson
    length2: float
    unexplained2: float


def revealed(
    track: Registered, new: Registered, seconds: float, sensor: int, wide: BiasEstimate,
    believed: BiasEstimate,
) -> Revelation | None:  # fmt: skip
    """Lay a new track of one sensor beside another; None where numbers fail.

    Args:
        seconds: from the other track's epoch to the new one's.
        sensor: index of the sensor that alone made the new one.
        wide: the biases with clocks open, and as ``believed``.
    """
    best = int(np.argmax(track.bank.w))
    x, P = combined(track.bank)
    y, P_new = combined(new.bank)
    clock = new.D[:, EACH * sensor + CLOCK]
    F, there, rate = np.empty((6, 6)), np.empty(9), np.empty(9)
    back, unexplained2 = 0.0, math.inf
    try:
        for turn in range(_ROUNDS):
            ahead = seconds - back
            _kernels_registration.transition_of_bank(track.bank.X, track.bank.w, ahead, F)
            propagate(best, track.bank.X[best], ahead, there)
            derivative(best, there, rate)
            moved = there[:6] + F @ (x - track.bank.X[best, :6])
            G = F @ track.D - new.D
            S = P_new + F @ P @ F.T + _unforeseen(track, abs(ahead))
            innovation = y - moved - clock * back - new.applied + F @ track.applied
            lesson = Lesson(innovation, G, S)
            T = S + G @ believed.covariance @ G.T
            residual = innovation + clock * back - G @ believed.mean
            solved = np.linalg.solve(T, np.column_stack([residual, rate[:6]]))
            if turn == 0:
                unexplained2 = float(residual @ solved[:, 0])
            step = -float(rate[:6] @ solved[:, 0]) / float(rate[:6] @ solved[:, 1])
            if abs(step) < _SETTLED:
                break
            back += step
            if not abs(back) < FARTHEST:
                return None
        residual = innovation - G @ wide.mean
        length2 = float(residual @ np.linalg.solve(S + G @ wide.covariance @ G.T, residual))
    except (np.linalg.LinAlgError, NotPositiveDefinite):
        return None
    return Revelation(lesson, length2, unexplained2)


def _unforeseen(track: Registered, seconds: float) -> Floats:
    """Give what a track may have done in some seconds beyond its own motion: (6, 6)."""
    F = np.empty((6, 6))
    _kernels_registration.transition_of_bank(track.bank.X, track.bank.w, seconds, F)
    _, P = combined(track.bank)
    _, ahead = combined(carried(track, seconds).bank)
    # What models disagree about is in both; rounding must not make it negative.
    values, vectors = np.linalg.eigh(ahead - F @ P @ F.T)
    return np.asarray(vectors * np.maximum(values, 0.0) @ vectors.T)
