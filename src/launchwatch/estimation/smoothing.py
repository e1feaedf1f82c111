"""Smoothing: what is known of every moment of an interval once all of it was measured.

A filter knows at each moment only what came before; going back over what it noted makes of
it what is known from all measurements (Rauch, Tung and Striebel):

    G = C·P⁻'⁻¹      x_s = x + G·(x_s' - x⁻')      P_s = P + G·(P_s' - P⁻')·Gᵀ

with x, P filtered, x⁻', P⁻' predicted to the next moment, C the covariance between the two,
and a prime for the next moment. For linear motion C = P·Fᵀ; `cubature_ahead` takes C from
points that fly (Särkkä's form). What a filter must note is five arrays, `Filtered`.

>>> import numpy as np
>>> walk = linear_filtered([[0.0], [1.5]], [[[1.0]], [[0.75]]], [[[1.0]]], [[[2.0]]])
>>> smooth(walk).means.ravel().round(3)
array([0.5, 1.5])

Source: Rauch, Tung and Striebel, AIAA Journal 3 (1965) 1445; Särkkä and Svensson, Bayesian
Filtering and Smoothing, 2nd ed. (2023), chapters 12 and 14.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.errors import InputError, NotPositiveDefinite
from launchwatch.estimation import _kernels, _kernels_smoothing
from launchwatch.estimation.bound import posterior_bound
from launchwatch.estimation.gaussian import cholesky_factor

Floats = NDArray[np.float64]

Move = Callable[[Floats, int], Floats]
"""Carries points (2n, n) from moment k to moment k + 1 without noise."""


class Filtered(NamedTuple):
    """What a filter noted at k moments of n numbers each; entry 0 of the last three is unused.

    Attributes:
        means: (k, n) after each moment's measurements, with ``covariances`` (k, n, n).
        predicted_means: (k, n) before them, with ``predicted_covariances`` (k, n, n).
        crosses: (k, n, n) covariance of the state before (rows) and this one (columns).
    """

    means: Floats
    covariances: Floats
    predicted_means: Floats
    predicted_covariances: Floats
    crosses: Floats


class Smoothed(NamedTuple):
    """What is known from the whole interval: means (k, n) and covariances (k, n, n)."""

    means: Floats
    covariances: Floats


def smooth(filtered: Filtered) -> Smoothed:
    """Smooth a filtered interval: fixed-interval smoothing after Rauch, Tung and Striebel.

    Exact where motion and measurements are linear and Gaussian; motion without any noise is
    allowed.

    Raises:
        InputError: shapes do not belong together.
        NotPositiveDefinite: what was noted is no covariance; says of which moment.
    """
    X, P, X_ahead, P_ahead, C = (np.ascontiguousarray(one, np.float64) for one in filtered)
    if X.ndim != 2 or not len(X) or X_ahead.shape != X.shape:
        raise InputError(f"means must be (k, n), got {X.shape} and {X_ahead.shape}")
    square = (*X.shape, X.shape[1])
    if not P.shape == P_ahead.shape == C.shape == square:
        raise InputError(
            f"covariances must have shape {square}, got {P.shape}, {P_ahead.shape} and {C.shape}"
        )
    smoothed = Smoothed(np.empty_like(X), np.empty_like(P))
    failed = _kernels_smoothing.smooth(X, P, X_ahead, P_ahead, C, *smoothed)
    if failed >= 0 or not np.isfinite(smoothed.covariances).all():
        raise NotPositiveDefinite(f"the covariances about moment {max(failed, 0)} are none")
    return smoothed


def linear_filtered(
    means: ArrayLike, covariances: ArrayLike, transitions: ArrayLike, noises: ArrayLike
) -> Filtered:
    """Note what `smooth` needs where motion is linear: x' = F·x + noise of covariance Q.

    Args:
        means: (k, n) filtered, with ``covariances`` (k, n, n).
        transitions: (k - 1, n, n) F from each moment to the next, with ``noises`` Q.

    Raises:
        InputError: shapes do not belong together.
    """
    x, P, F, Q = (np.asarray(o, np.float64) for o in (means, covariances, transitions, noises))
    if x.ndim != 2 or P.shape != (*x.shape, x.shape[1]) or not F.shape == Q.shape == P[1:].shape:
        raise InputError(
            f"means (k, n) need covariances (k, n, n), F and Q (k - 1, n, n), "
            f"got {x.shape}, {P.shape}, {F.shape} and {Q.shape}"
        )
    ahead, P_ahead, C = x.copy(), P.copy(), np.zeros_like(P)
    ahead[1:] = np.einsum("kij,kj->ki", F, x[:-1])
    C[1:] = P[:-1] @ F.transpose(0, 2, 1)
    P_ahead[1:] = F @ C[1:] + Q
    return Filtered(x, P, ahead, P_ahead, C)


def cubature_filtered(
    means: ArrayLike, covariances: ArrayLike, move: Move, noises: ArrayLike
) -> Filtered:
    """Note what `smooth` needs where motion is not linear, by the cubature rule.

    Args:
        means: (k, n) filtered, with ``covariances`` (k, n, n).
        move: carries points (2n, n) from moment k to the next.
        noises: (k - 1, n, n) process noise added on the way.

    Raises:
        InputError: shapes do not belong together.
        NotPositiveDefinite: a filtered covariance is none.
    """
    x, P, Q = (np.asarray(o, np.float64) for o in (means, covariances, noises))
    if x.ndim != 2 or P.shape != (*x.shape, x.shape[1]) or Q.shape != P[1:].shape:
        raise InputError(
            f"means (k, n) need covariances (k, n, n) and noises (k - 1, n, n), "
            f"got {x.shape}, {P.shape} and {Q.shape}"
        )
    ahead, P_ahead, C = x.copy(), P.copy(), np.zeros_like(P)
    for k in range(len(x) - 1):
        ahead[k + 1], P_ahead[k + 1], C[k + 1] = cubature_ahead(x[k], P[k], move, k)
        P_ahead[k + 1] += Q[k]
    return Filtered(x, P, ahead, P_ahead, C)


def cubature_ahead(x: Floats, P: Floats, move: Move, k: int) -> tuple[Floats, Floats, Floats]:
    """Carry a Gaussian by 2n points: mean, covariance (without noise), and covariance of both.

    Raises:
        NotPositiveDefinite: P is no covariance.
    """
    points = np.empty((2 * len(x), len(x)))
    _kernels.cubature_points(np.ascontiguousarray(x), cholesky_factor(P), points)
    moved = move(points, k)
    mean = moved.mean(axis=0)
    off, off_before = moved - mean, points - x
    return mean, off.T @ off / len(points), off_before.T @ off / len(points)


def interval_bound(
    prior: ArrayLike, transitions: ArrayLike, noises: ArrayLike, informations: ArrayLike
) -> Floats:
    """Give the bound on the covariance of each of k moments when all of them were measured.

    The posterior Cramér-Rao bound of the whole path's information, its diagonal blocks;
    arguments as `launchwatch.estimation.bound.posterior_bound` has them.

    Returns:
        (k, n, n), nowhere more than the posterior bound, and equal to it at the last moment.

    Raises:
        InputError: shapes do not belong together, or numbers are not finite.
        NotPositiveDefinite: the prior is no covariance, or a bound on the way is lost.
    """
    P = posterior_bound(prior, transitions, noises, informations)
    F, Q = (np.asarray(one, dtype=np.float64)[1:] for one in (transitions, noises))
    return smooth(linear_filtered(np.zeros(P.shape[:2]), P, F, Q)).covariances
