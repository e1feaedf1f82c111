"""Kalman filters for Gaussians: predict and update, with the textbook's letters.

The watch itself calls the compiled kernels; these are their checked fronts, for notebooks
and for whoever builds another filter from the same bricks. A radar's plot, taken in:

>>> import numpy as np
>>> from launchwatch.estimation.gaussian import gaussian
>>> from launchwatch.estimation.measurement import Site
>>> from launchwatch.messages.plot import RadarPlot
>>> from launchwatch.messages.sensor import Radar
>>> site = Site(Radar(id="r", owner="ZZZ", latitude_deg=0, longitude_deg=0, height_m=0,
...     range_sigma_m=30, azimuth_sigma_deg=0.06, elevation_sigma_deg=0.06, scan_period_s=1,
...     minimum_elevation_deg=0, maximum_range_m=2e6))
>>> plot = RadarPlot(sensor="r", time=0, received=0, mode="simulation", scan=1, source="",
...     line=1, range_m=100e3, azimuth_deg=90.0, elevation_deg=45.0)
>>> above = site.position + 70e3 * (site.rotation[0] + site.rotation[2])
>>> prior = gaussian(np.r_[above, 0, 0, 0], np.diag([1e3] * 3 + [1e2] * 3) ** 2)
>>> posterior, log_likelihood, length2 = ekf_update(prior, site.pack(plot))
>>> f"{np.linalg.norm(posterior.mean[:3] - site.position):.0f} m"
'99999 m'

Source: Bar-Shalom, Li and Kirubarajan, Estimation with Applications to Tracking and
Navigation, 2001, sections 5.2 (update, Joseph's form) and 10.3 (extended); Bell and Cathey,
IEEE Trans. Automatic Control 38 (1993) 294 (iterated).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.errors import InputError, NotPositiveDefinite
from launchwatch.estimation import _kernels
from launchwatch.estimation.gaussian import Gaussian, cholesky_factor, gaussian

Floats = NDArray[np.float64]


class Update(NamedTuple):
    """What a measurement made of a prior.

    Attributes:
        posterior: the belief after it.
        log_likelihood: ln N(y; 0, S) of the innovation y.
        length2: its squared Mahalanobis length, yᵀ·S⁻¹·y: chi-square where all is right.
    """

    posterior: Gaussian
    log_likelihood: float
    length2: float


def kalman_predict(prior: Gaussian, F: ArrayLike, Q: ArrayLike) -> Gaussian:
    """Carry a Gaussian forward: x = F·x, P = F·P·Fᵀ + Q.

    >>> still = gaussian([0.0, 1.0], [[1.0, 0.0], [0.0, 1.0]])
    >>> kalman_predict(still, [[1, 2], [0, 1]], [[0, 0], [0, 0]]).covariance
    array([[5., 2.],
           [2., 1.]])

    Args:
        F: (n, n) transition.
        Q: (n, n) process noise.

    Raises:
        InputError: shapes do not belong together.
        NotPositiveDefinite: the result is no covariance.
    """
    n = len(prior.mean)
    F, Q = _matrix(F, (n, n), "F"), _matrix(Q, (n, n), "Q")
    return gaussian(F @ prior.mean, _symmetric(F @ prior.covariance @ F.T + Q))


def kalman_update(prior: Gaussian, innovation: ArrayLike, H: ArrayLike, R: ArrayLike) -> Update:
    """Condition a Gaussian on a measurement z = h(x) + noise: K = P·Hᵀ·S⁻¹, Joseph's form.

    >>> update = kalman_update(gaussian([0.0], [[1.0]]), [2.0], [[1.0]], [[1.0]])
    >>> update.posterior
    Gaussian(mean=array([1.]), covariance=array([[0.5]]))
    >>> round(update.length2, 9)
    2.0

    Args:
        innovation: (m,) z - h(x) at the prior's mean.
        H: (m, n) derivative of h there.
        R: (m, m) covariance of the noise.

    Raises:
        InputError: shapes do not belong together, or numbers are not finite.
        NotPositiveDefinite: R, or the result, is no covariance.
    """
    y = np.array(innovation, dtype=np.float64)
    m, n = len(y), len(prior.mean)
    H, R = _matrix(H, (m, n), "H"), _matrix(R, (m, m), "R")
    P = prior.covariance
    L = cholesky_factor(_symmetric(H @ P @ H.T + R))
    whitened = np.linalg.solve(L, np.column_stack([y, H @ P]))
    w, PHt = whitened[:, 0], whitened[:, 1:]
    K = np.linalg.solve(L.T, PHt).T
    left = np.eye(n) - K @ H
    length2 = float(w @ w)
    return Update(
        gaussian(prior.mean + PHt.T @ w, _symmetric(left @ P @ left.T + K @ R @ K.T)),
        -0.5 * (length2 + m * math.log(2.0 * math.pi)) - float(np.log(np.diag(L)).sum()),
        length2,
    )


def ekf_update(prior: Gaussian, packed: ArrayLike, iterations: int = 4) -> Update:
    """Condition a Gaussian on a packed measurement by the iterated extended Kalman filter.

    Args:
        prior: of n ≥ 6 numbers, position and velocity (ECEF, metres and m/s) first.
        packed: (22,), as `launchwatch.estimation.measurement` describes.
        iterations: how often the Jacobian is taken anew at most; 1 is the plain filter.

    Raises:
        InputError: too few numbers in the prior or another shape of the measurement.
        NotPositiveDefinite: the result is no covariance.
    """
    z = np.ascontiguousarray(packed, dtype=np.float64)
    if z.shape != (_kernels.PACKED,) or not np.isfinite(z).all():
        raise InputError(f"a packed measurement has {_kernels.PACKED} finite numbers, got {z!r}")
    if len(prior.mean) < 6 or iterations < 1:
        raise InputError(
            "the prior must hold position and velocity first, and iterations be 1 or more, "
            f"got {len(prior.mean)} numbers and {iterations}"
        )
    x, P = prior.mean.copy(), prior.covariance.copy()
    log_likelihood, length2 = _kernels.update(z, x, P, iterations)
    if math.isnan(length2):
        raise NotPositiveDefinite("the measurement's covariance was lost in the update")
    return Update(gaussian(x, P), log_likelihood, length2)


def _matrix(given: ArrayLike, shape: tuple[int, int], name: str) -> Floats:
    matrix = np.array(given, dtype=np.float64)
    if matrix.shape != shape or not np.isfinite(matrix).all():
        raise InputError(f"{name} must be finite and have shape {shape}, got {matrix.shape}")
    return matrix


def _symmetric(P: Floats) -> Floats:
    half: Floats = 0.5 * (P + P.T)
    return half
