"""Gaussian sums: one wide belief as a few narrow ones, and back.

Where a number is known to a factor of five and works through an exponential, as a ballistic
coefficient does, one Gaussian is a poor shape for what the data make of it. Three narrower ones,
filtered side by side and weighted by how well each foretells, bend with it.

Source: Alspach and Sorenson, IEEE Trans. Automatic Control 17 (1972) 439.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.errors import InputError
from launchwatch.estimation.gaussian import Gaussian, gaussian

Floats = NDArray[np.float64]

WEIGHTS = np.array([1.0, 4.0, 1.0]) / 6.0
"""Of the three parts. With a sixth on either side mean, variance, skewness and kurtosis are the
Gaussian's own, however far apart the parts lie."""

LEFT = 0.4
"""How much of the variance each part keeps. Less parts them more, until the sum has humps."""

OFFSETS = np.sqrt(3.0 * (1.0 - LEFT)) * np.array([-1.0, 0.0, 1.0])
"""In sigmas: what the parts no longer have of the variance lies between them."""


class Mixture(NamedTuple):
    """A sum of q Gaussians of n numbers.

    Attributes:
        weights: (q,), one together.
        means: (q, n).
        covariances: (q, n, n).
    """

    weights: Floats
    means: Floats
    covariances: Floats


def split(belief: Gaussian, number: int) -> Mixture:
    """Give three Gaussians that together have a belief's first five moments along one number.

    >>> three = split(gaussian([0.0, 5.0], [[1.0, 0.5], [0.5, 4.0]]), 0)
    >>> three.means.round(2)
    array([[-1.34,  4.33],
           [ 0.  ,  5.  ],
           [ 1.34,  5.67]])
    >>> merged(three).covariance.round(9)
    array([[1. , 0.5],
           [0.5, 4. ]])

    Args:
        belief: of n numbers.
        number: which of them to split along; the others follow as they are correlated.

    Raises:
        InputError: no such number.
    """
    x, P = gaussian(*belief)
    if not 0 <= number < len(x):
        raise InputError(f"the number to split along must lie in 0..{len(x) - 1}, got {number}")
    slope = P[:, number] / np.sqrt(P[number, number])
    narrow = P - (1.0 - LEFT) * np.outer(slope, slope)
    means = x + OFFSETS[:, None] * slope
    return Mixture(WEIGHTS.copy(), means, np.repeat(narrow[None], len(OFFSETS), axis=0))


def merged(mixture: Mixture) -> Gaussian:
    """Give the one Gaussian with a mixture's mean and covariance."""
    weights, means, covariances = mixture
    mean = weights @ means
    apart = means - mean
    P = np.einsum("q,qij->ij", weights, covariances) + (apart.T * weights) @ apart
    return gaussian(mean, 0.5 * (P + P.T))
