"""Gaussians: a mean and a covariance that is one.

What the filters pass to one another. A covariance is checked where it comes in, so that
the arithmetic behind it need not ask again.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.errors import InputError, NotPositiveDefinite
from launchwatch.estimation import _kernels

Floats = NDArray[np.float64]

ASYMMETRY = 1e-9
"""How far P and Pᵀ may differ, relative to √(Pii·Pjj): rounding, not a mistake."""


class Gaussian(NamedTuple):
    """A belief: mean (n,) and covariance (n, n). Make it with `gaussian`, which checks."""

    mean: Floats
    covariance: Floats


def gaussian(mean: ArrayLike, covariance: ArrayLike) -> Gaussian:
    """Make a Gaussian of copies of its numbers.

    >>> gaussian([1.0, 2.0], [[4.0, 0.0], [0.0, 9.0]]).mean
    array([1., 2.])
    >>> gaussian([0.0], [[-1.0]])
    Traceback (most recent call last):
        ...
    launchwatch.errors.NotPositiveDefinite: covariance of 1 numbers is not positive-definite

    Args:
        mean: (n,).
        covariance: (n, n), symmetric.

    Raises:
        InputError: shapes do not belong together, or numbers are not finite.
        NotPositiveDefinite: the covariance is not symmetric or not positive-definite.
    """
    x = np.array(mean, dtype=np.float64)
    P = np.array(covariance, dtype=np.float64, order="C")
    if x.ndim != 1 or P.shape != (len(x), len(x)):
        raise InputError(
            f"a Gaussian needs a mean (n,) and a covariance (n, n), got {x.shape} and {P.shape}"
        )
    if not (np.isfinite(x).all() and np.isfinite(P).all()):
        raise InputError("a Gaussian's mean and covariance must be finite numbers")
    cholesky_factor(P)
    return Gaussian(x, P)


def cholesky_factor(covariance: Floats) -> Floats:
    """Give the lower triangular L of P = L·Lᵀ, (n, n).

    Raises:
        NotPositiveDefinite: there is none.
    """
    P = np.ascontiguousarray(covariance, dtype=np.float64)
    scale = np.sqrt(np.abs(np.diag(P)))
    if (np.abs(P - P.T) > ASYMMETRY * np.outer(scale, scale)).any():
        raise NotPositiveDefinite(f"covariance of {len(P)} numbers is not symmetric")
    L = np.empty_like(P)
    if not _kernels.cholesky(P, L):
        raise NotPositiveDefinite(f"covariance of {len(P)} numbers is not positive-definite")
    return L
