"""The posterior Cramér-Rao bound: how well any filter could do, on one trajectory.

Information about the state adds up along the true path; no estimator that is unbiased has a
smaller covariance than its inverse. A filter within a few per cent of it cannot be improved
by another filter, only by other sensors.

Source: Tichavský, Muravchik and Nehorai, IEEE Trans. Signal Processing 46 (1998) 1386,
equation 21 with additive Gaussian noise: J' = (Q + F·J⁻¹·Fᵀ)⁻¹ + Hᵀ·R⁻¹·H. On one given
path the expectation over paths is left out.

What follows from a state can be known no better than the state: the bound of a fall point is
that of the state through the derivative of the fall (`launchwatch.flight.slopes`). Where a
part of the state is known by its prior alone, as the ballistic coefficient until the air is
felt, that derivative depends much on the true value: `mean_bound` averages over it.

Source of both: Van Trees, Detection, Estimation, and Modulation Theory, Part I, section 2.4.
"""

from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.errors import InputError
from launchwatch.estimation import _kernels
from launchwatch.estimation.gaussian import cholesky_factor, gaussian

Floats = NDArray[np.float64]


def information(packed: ArrayLike, state: ArrayLike) -> Floats:
    """Give what a packed measurement tells at a true state: Hᵀ·R⁻¹·H.

    Args:
        packed: (22,), as `launchwatch.estimation.measurement` describes; z is not used.
        state: (n,) with n ≥ 6, position and velocity (ECEF) first.

    Returns:
        (n, n), zero beyond position and velocity.

    Raises:
        InputError: another shape.
    """
    z = np.ascontiguousarray(packed, dtype=np.float64)
    x = np.ascontiguousarray(state, dtype=np.float64)
    if z.shape != (_kernels.PACKED,) or x.ndim != 1 or len(x) < 6:
        raise InputError(
            f"information needs a measurement ({_kernels.PACKED},) and a state (n,) of six "
            f"numbers or more, got {z.shape} and {x.shape}"
        )
    H = np.zeros((4, 6))
    rows = _kernels.innovate(z, x, np.empty(4), H)
    whitened = H[:rows] / z[18 : 18 + rows, None]
    J = np.zeros((len(x), len(x)))
    J[:6, :6] = whitened.T @ whitened
    return J


def posterior_bound(
    prior: ArrayLike, transitions: ArrayLike, noises: ArrayLike, informations: ArrayLike
) -> Floats:
    """Give the bound on the covariance after each of k measurements.

    >>> one = [[[1.0]]]
    >>> posterior_bound([[1.0]], one, [[[0.0]]], one)
    array([[[0.5]]])

    Args:
        prior: (n, n) covariance before the first step.
        transitions: (k, n, n) derivative F of the motion to each measurement's time.
        noises: (k, n, n) process noise Q added on the way.
        informations: (k, n, n) what each measurement tells, as `information` gives it.

    Returns:
        (k, n, n).

    Raises:
        InputError: shapes do not belong together, or numbers are not finite.
        NotPositiveDefinite: the prior is no covariance, or a bound on the way is lost.
    """
    F, Q, J = (np.asarray(one, dtype=np.float64) for one in (transitions, noises, informations))
    n = len(np.atleast_1d(prior))
    if not (F.ndim == 3 and F.shape == Q.shape == J.shape and F.shape[1:] == (n, n)):
        raise InputError(
            f"a prior of {n} numbers needs transitions, noises and informations of one shape "
            f"(k, {n}, {n}), got {F.shape}, {Q.shape} and {J.shape}"
        )
    P = gaussian(np.zeros(n), prior).covariance
    bounds = np.empty_like(F)
    for k in range(len(F)):
        P = F[k] @ P @ F[k].T + Q[k]
        # P·(1 + J·P)⁻¹ needs no inverse of an information that may be singular.
        P = np.linalg.solve((np.eye(n) + J[k] @ P).T, P.T).T
        P = 0.5 * (P + P.T)
        cholesky_factor(P)
        bounds[k] = P
    return bounds


def fall_bound(bounds: ArrayLike, slopes: ArrayLike) -> Floats:
    """Give the bound on the covariance of a fall point from that on the state.

    >>> fall_bound([np.diag([4.0, 9.0])], [[1.0, 0.0], [0.0, 2.0]])
    array([[[ 4.,  0.],
            [ 0., 36.]]])

    Args:
        bounds: (k, n, n) bounds on the state, as `posterior_bound` gives them.
        slopes: (k, 2, n), or (2, n) for all: the derivative of the fall point, metres to the
            right of the ground track and along it, by the numbers of the state.

    Returns:
        (k, 2, 2) square metres, across the ground track first.

    Raises:
        InputError: shapes do not belong together, or numbers are not finite.
    """
    P, G = np.asarray(bounds, dtype=np.float64), np.asarray(slopes, dtype=np.float64)
    n = P.shape[-1] if P.ndim else 0
    if P.ndim != 3 or P.shape[1:] != (n, n) or G.shape not in ((2, n), (len(P), 2, n)):
        raise InputError(
            f"bounds (k, n, n) need slopes (k, 2, n) or (2, n), got {P.shape} and {G.shape}"
        )
    if not (np.isfinite(P).all() and np.isfinite(G).all()):
        raise InputError("bounds and slopes must be finite numbers")
    return np.asarray(G @ P @ np.swapaxes(G, -1, -2))


def mean_bound(bounds: ArrayLike, weights: ArrayLike | None = None) -> Floats:
    """Give the bound on the mean square error over flights that differ in a true value.

    Each flight has its own bound, with its own true ballistic coefficient say; over all of
    them the mean square error is no less than the mean of the bounds. A bound at the prior's
    median would be too low: light bodies, whose drag moves the fall most, count most.

    Args:
        bounds: (m, ..., n, n), one for each of m true values.
        weights: (m,) probabilities of these values, alike if left out.

    Returns:
        (..., n, n).

    Raises:
        InputError: no bounds, or weights that are no probabilities of theirs.
    """
    each = np.asarray(bounds, dtype=np.float64)
    if each.ndim < 3 or not len(each):
        raise InputError(f"bounds must have shape (m, ..., n, n) with m above 0, got {each.shape}")
    shares = np.full(len(each), 1.0 / len(each))
    if weights is not None:
        shares = np.asarray(weights, dtype=np.float64)
    if shares.shape != (len(each),) or not (shares >= 0.0).all() or not shares.sum() > 0.0:
        raise InputError(f"weights must be {len(each)} probabilities, got {shares.tolist()}")
    return np.asarray(np.tensordot(shares / shares.sum(), each, axes=1))


def decidable_distance(deviation: float, certainty: float = 0.99, runs: float = 0.9) -> float:
    """Give how far a line must lie from a fall point for its side to be told.

    With an unbiased normal estimate of this standard deviation the side is certain enough once
    the estimate lies z(certainty) deviations beyond the line; in a share of all runs it does
    where the line itself lies z(certainty) + z(runs) deviations away.

    >>> round(decidable_distance(1000.0))
    3608

    Args:
        deviation: of the fall point's estimate across the line, metres.
        certainty: at which the side is called.
        runs: share of runs in which it is.

    Raises:
        InputError: a deviation below 0, or probabilities outside 0.5..1.
    """
    if not (deviation >= 0.0 and 0.5 <= certainty < 1.0 and 0.5 <= runs < 1.0):
        raise InputError(
            "a deviation of 0 or more and probabilities from 0.5 to below 1 are wanted, "
            f"got {deviation}, {certainty} and {runs}"
        )
    normal = NormalDist()
    return deviation * (normal.inv_cdf(certainty) + normal.inv_cdf(runs))
