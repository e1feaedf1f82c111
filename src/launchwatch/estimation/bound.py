"""The posterior Cramér-Rao bound: how well any filter could do, on one trajectory.

Information about the state adds up along the true path; no estimator that is unbiased has a
smaller covariance than its inverse. A filter within a few per cent of it cannot be improved
by another filter, only by other sensors.

Source: Tichavský, Muravchik and Nehorai, IEEE Trans. Signal Processing 46 (1998) 1386,
equation 21 with additive Gaussian noise: J' = (Q + F·J⁻¹·Fᵀ)⁻¹ + Hᵀ·R⁻¹·H. On one given
path the expectation over paths is left out.
"""

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
