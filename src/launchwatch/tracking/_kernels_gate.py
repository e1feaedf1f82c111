"""Compiled arithmetic of the coarse gate: one measurement against many tracks."""

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.estimation._kernels import innovate, innovation_covariance, log_gaussian

Floats = NDArray[np.float64]


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
