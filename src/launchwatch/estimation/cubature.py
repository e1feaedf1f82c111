"""A filter for any motion and any measurement, given as plain functions of arrays.

For whoever has a model that this house does not: `cubature_predict` and `cubature_update` take
functions that move and measure many states at once, and need no derivative of either. The
prediction is the kernels' own rule; the update linearises where the posterior is instead of
where the prior was, and counts what linearising leaves out as noise, so it stays honest where
the prior is wide. A falling stone, seen from its side:

>>> import numpy as np
>>> from launchwatch.estimation.gaussian import gaussian
>>> def fall(x):  # height, speed, a second later
...     return np.stack([x[:, 0] + x[:, 1] - 4.9, x[:, 1] - 9.8], axis=1)
>>> def angle(x):  # from 100 m beside
...     return np.arctan2(x[:, :1], 100.0)
>>> stone = gaussian([80.0, 0.0], np.diag([20.0, 5.0]) ** 2)
>>> stone = cubature_predict(stone, fall, np.diag([0.0, 0.1]) ** 2)
>>> stone = cubature_update(stone, [0.6], angle, [[0.01**2]]).posterior
>>> print(f"{stone.mean[0]:.1f} m ± {stone.covariance[0, 0] ** 0.5:.1f}")
68.5 m ± 1.5

Fifty times slower than compiled kernels: `launchwatch.estimation.sequence` is for bulk.

Source: Arasaratnam and Haykin, IEEE Trans. Automatic Control 54 (2009) 1254 (the rule);
García-Fernández, Svensson, Morelande and Särkkä, IEEE Trans. Signal Processing 63 (2015) 5561
(the posterior linearisation filter).
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.errors import InputError
from launchwatch.estimation.gaussian import Gaussian, cholesky_factor, gaussian
from launchwatch.estimation.kalman import Update

Floats = NDArray[np.float64]
Function = Callable[[Floats], Floats]
"""Takes many states (k, n) and gives as many states, or measurements (k, m)."""

SETTLED = 1e-2
"""A step of a tenth of a sigma, squared: linearising again would change nothing that shows."""


def cubature_points(belief: Gaussian) -> Floats:
    """Give the (2n, n) points of equal weight that have a belief's mean and covariance."""
    n = len(belief.mean)
    reach = math.sqrt(n) * cholesky_factor(belief.covariance).T
    return np.concatenate([belief.mean + reach, belief.mean - reach])


def cubature_predict(prior: Gaussian, motion: Function, Q: ArrayLike) -> Gaussian:
    """Carry a belief through a motion.

    Args:
        prior: of n numbers.
        motion: moves states (k, n) to where they are later, (k, n).
        Q: (n, n) covariance of the noise that the way adds.

    Raises:
        InputError: shapes do not belong together, or the motion gave no finite numbers.
        NotPositiveDefinite: the result is no covariance.
    """
    moved = _called(motion, "motion", cubature_points(prior), len(prior.mean))
    noise = np.asarray(Q, dtype=np.float64)
    if noise.shape != prior.covariance.shape:
        raise InputError(f"Q must have shape {prior.covariance.shape}, got {noise.shape}")
    mean = moved.mean(axis=0)
    apart = moved - mean
    return gaussian(mean, _symmetric(apart.T @ apart / len(moved) + noise))


def cubature_update(
    prior: Gaussian,
    z: ArrayLike,
    measure: Function,
    R: ArrayLike,
    iterations: int = 5,
    difference: Callable[[Floats, Floats], Floats] = np.subtract,
) -> Update:
    """Condition a belief on a measurement z = measure(x) + noise.

    Args:
        prior: of n numbers.
        z: (m,) what was measured.
        measure: gives what states (k, n) would show, (k, m).
        R: (m, m) covariance of the noise.
        iterations: how often to linearise at most; 1 is the plain cubature filter.
        difference: of measurements, first less second; for angles one that goes the short
            way round.

    Returns:
        The posterior, and likelihood and length of the innovation at the prior.

    Raises:
        InputError: shapes do not belong together, or the measuring gave no finite numbers.
        NotPositiveDefinite: a covariance was lost.
    """
    measured, R = np.asarray(z, dtype=np.float64), np.asarray(R, dtype=np.float64)
    m, n = len(measured), len(prior.mean)
    if R.shape != (m, m) or iterations < 1:
        raise InputError(
            f"R must have shape {(m, m)} and iterations be 1 or more, got {R.shape}, {iterations}"
        )
    found, log_likelihood, length2 = prior, math.nan, math.nan
    for step in range(iterations):
        points = cubature_points(found)
        shown = _called(measure, "measure", points, m)
        # Differences from the first point's, so that angles do not tear.
        around = difference(shown, shown[0])
        middle = around.mean(axis=0)
        ahead, aside = points - found.mean, around - middle
        # z = H·x + b + noise with the least mean square of what is left out, Omega.
        H = np.linalg.solve(found.covariance, ahead.T @ aside / (2 * n)).T
        Omega = aside.T @ aside / (2 * n) - H @ found.covariance @ H.T
        y = difference(measured, shown[0]) - middle - H @ (prior.mean - found.mean)
        S = cholesky_factor(_symmetric(H @ prior.covariance @ H.T + Omega + R))
        w = np.linalg.solve(S, y)
        U = np.linalg.solve(S, H @ prior.covariance)
        if step == 0:
            length2 = float(w @ w)
            size = float(np.log(np.diag(S)).sum())
            log_likelihood = -0.5 * (length2 + m * math.log(2.0 * math.pi)) - size
        before = found.mean
        found = gaussian(prior.mean + U.T @ w, _symmetric(prior.covariance - U.T @ U))
        moved = found.mean - before
        if moved @ np.linalg.solve(found.covariance, moved) < SETTLED:
            break
    return Update(found, log_likelihood, length2)


def _called(function: Function, name: str, points: Floats, width: int) -> Floats:
    result = np.asarray(function(points.copy()), dtype=np.float64)
    if result.shape != (len(points), width) or not np.isfinite(result).all():
        raise InputError(
            f"{name} must turn states {points.shape} into finite numbers of shape "
            f"{(len(points), width)}, got {result.shape}"
        )
    return result


def _symmetric(P: Floats) -> Floats:
    half: Floats = 0.5 * (P + P.T)
    return half
