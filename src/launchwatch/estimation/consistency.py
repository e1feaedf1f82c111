"""Consistency: whether a filter is as sure as it has a right to be.

NEES is the squared Mahalanobis length of the estimate's error, NIS that of the innovation;
where the filter's covariance is right both are chi-square with as many degrees of freedom
as they have numbers. Below the band a filter is too modest, above it too sure, and too sure
is the dangerous one: its fall areas miss.

Source: Bar-Shalom, Li and Kirubarajan, 2001, section 5.4.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtri

from launchwatch.errors import InputError
from launchwatch.estimation.gaussian import cholesky_factor

Floats = NDArray[np.float64]


class Band(NamedTuple):
    """Where the mean of chi-square numbers lies, with some probability."""

    low: float
    high: float


def squared_lengths(errors: ArrayLike, covariances: ArrayLike) -> Floats:
    """Give eᵀ·P⁻¹·e for each error: NEES of state errors, NIS of innovations.

    >>> squared_lengths([[3.0, 4.0]], [[[9.0, 0.0], [0.0, 4.0]]])
    array([5.])

    Args:
        errors: (k, n).
        covariances: (k, n, n), each the one that the filter stated.

    Returns:
        (k,), each chi-square with n degrees of freedom where the filter is right.

    Raises:
        InputError: shapes do not belong together.
        NotPositiveDefinite: one of the covariances is none.
    """
    e = np.asarray(errors, dtype=np.float64)
    P = np.asarray(covariances, dtype=np.float64)
    if e.ndim != 2 or P.shape != (*e.shape, e.shape[1]):
        raise InputError(f"errors (k, n) need covariances (k, n, n), got {e.shape} and {P.shape}")
    lengths = np.empty(len(e))
    for k in range(len(e)):
        whitened = np.linalg.solve(cholesky_factor(P[k]), e[k])
        lengths[k] = whitened @ whitened
    return lengths


def chi_square_band(count: int, degrees: int, probability: float = 0.99) -> Band:
    """Give the band for the mean of independent chi-square numbers, tails of equal weight.

    >>> band = chi_square_band(50, 6)
    >>> f"{band.low:.2f} to {band.high:.2f}"
    '4.81 to 7.34'

    Args:
        count: how many independent numbers are averaged: one per Monte-Carlo run, not per
            scan, because a track's errors are alike from scan to scan.
        degrees: of freedom of each.
        probability: that the mean lies within.

    Raises:
        InputError: no such band.
    """
    if count < 1 or degrees < 1 or not 0.0 < probability < 1.0:
        raise InputError(
            "a band needs count and degrees of 1 or more and a probability within 0..1, "
            f"got {count}, {degrees} and {probability}"
        )
    tail = 0.5 * (1.0 - probability)
    low, high = chdtri(count * degrees, [1.0 - tail, tail]) / count
    return Band(float(low), float(high))
