"""Compiled filter of plots by a plain path: position, velocity, wandering acceleration."""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.constants import EARTH_ROTATION
from launchwatch.earth._kernels import gravity
from launchwatch.estimation._kernels import update

Floats = NDArray[np.float64]


@kernel
def kinematic(
    seconds: Floats, packed: Floats, jerk: float,
    X: Floats, P: Floats, X_ahead: Floats, P_ahead: Floats, C: Floats,
) -> int:  # fmt: skip
    """Filter plots by position, velocity and an acceleration beyond gravity that wanders.

    X[0] and P[0] hold the prior; fills what `launchwatch.estimation.smoothing.smooth`
    wants, and returns the first plot that could not be used, or their count.
    """
    F, FP = np.zeros((9, 9)), np.empty((9, 9))
    m: int = seconds.shape[0]
    w = EARTH_ROTATION
    for k in range(m):
        if k > 0:
            dt = seconds[k] - seconds[k - 1]
            x = X[k - 1]
            gx, gy, gz = gravity(x[0], x[1], x[2])
            ax = gx + w * w * x[0] + 2.0 * w * x[4] + x[6]
            ay = gy + w * w * x[1] - 2.0 * w * x[3] + x[7]
            az = gz + x[8]
            for i in range(9):
                F[i, i] = 1.0
                X_ahead[k, i] = x[i]
            for i in range(3):
                F[i, i + 3] = dt
                F[i, i + 6] = 0.5 * dt * dt
                F[i + 3, i + 6] = dt
                a = ax if i == 0 else ay if i == 1 else az
                X_ahead[k, i] += x[3 + i] * dt + 0.5 * a * dt * dt
                X_ahead[k, 3 + i] += a * dt
            for i in range(9):
                for j in range(9):
                    total = 0.0
                    for c in range(9):
                        total += F[i, c] * P[k - 1, c, j]
                    FP[i, j] = total
                    C[k, j, i] = total
            for i in range(9):
                for j in range(9):
                    total = 0.0
                    for c in range(9):
                        total += FP[i, c] * F[j, c]
                    P_ahead[k, i, j] = total
            for i in range(3):
                P_ahead[k, i, i] += jerk * dt**5 / 20.0
                P_ahead[k, i, i + 3] += jerk * dt**4 / 8.0
                P_ahead[k, i + 3, i] += jerk * dt**4 / 8.0
                P_ahead[k, i, i + 6] += jerk * dt**3 / 6.0
                P_ahead[k, i + 6, i] += jerk * dt**3 / 6.0
                P_ahead[k, i + 3, i + 3] += jerk * dt**3 / 3.0
                P_ahead[k, i + 3, i + 6] += jerk * dt**2 / 2.0
                P_ahead[k, i + 6, i + 3] += jerk * dt**2 / 2.0
                P_ahead[k, i + 6, i + 6] += jerk * dt
            for i in range(9):
                X[k, i] = X_ahead[k, i]
                for j in range(9):
                    P[k, i, j] = P_ahead[k, i, j]
        _, length2 = update(packed[k], X[k], P[k], 4)
        if math.isnan(length2):
            return k
    return m
