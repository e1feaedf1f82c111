"""A filter bank: five motion models that share what is seen of one thing.

The state is three arrays and nothing else; stepping gives new arrays and leaves the old
alone, so a bank can be kept, compared and taken up again.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.errors import NotPositiveDefinite
from launchwatch.estimation._kernels import LINE_OF_SIGHT
from launchwatch.tracking import _kernels
from launchwatch.tracking._kernels import BOOST, MODEL_COUNT
from launchwatch.tracking.models import (
    NOISE,
    PRIOR_MEAN,
    PRIOR_VARIANCE,
    RATES,
    SEEN_BY_INFRARED,
)

Floats = NDArray[np.float64]


class Bank(NamedTuple):
    """Means (5, 9), covariances (5, 9, 9) and probabilities (5,) in the order of MODELS."""

    X: Floats
    P: Floats
    w: Floats


def bank_from(x: Floats, P: Floats, probabilities: Floats) -> Bank:
    """Start every model from one Gaussian of position and velocity, (6,) and (6, 6)."""
    X = np.zeros((MODEL_COUNT, 9))
    covariances = np.zeros((MODEL_COUNT, 9, 9))
    X[:, :6] = x
    X[:, 6:] = PRIOR_MEAN
    covariances[:, :6, :6] = P
    for j in range(MODEL_COUNT):
        covariances[j, [6, 7, 8], [6, 7, 8]] = PRIOR_VARIANCE[j]
    return Bank(X, covariances, probabilities / probabilities.sum())


def predict(bank: Bank, seconds: float) -> Bank:
    """Carry a bank forward in time, models mixing on the way.

    Raises:
        NotPositiveDefinite: a covariance was lost.
    """
    ahead = Bank(np.empty_like(bank.X), np.empty_like(bank.P), np.empty_like(bank.w))
    kept = _kernels.predict_bank(*bank, seconds, RATES, NOISE, PRIOR_MEAN, PRIOR_VARIANCE, *ahead)
    # A sample that overflowed on the way shows in the covariance alone.
    if not kept or not np.isfinite(ahead.P).all():
        raise NotPositiveDefinite(f"the bank's covariance was lost over {seconds:.3f} s")
    return ahead


def step(bank: Bank, packed: Floats, seconds: float) -> tuple[Bank, float, float]:
    """Carry a bank to a packed measurement and condition it on that.

    Returns:
        The new bank; ln likelihood of the measurement; the smallest squared Mahalanobis
        length among the models that matter. Both are NaN, and the bank must not be used,
        where a covariance was lost.
    """
    ahead = Bank(np.empty_like(bank.X), np.empty_like(bank.P), np.empty_like(bank.w))
    log_likelihood, length2 = _kernels.step_bank(
        packed, *bank, seconds, RATES, NOISE, PRIOR_MEAN, PRIOR_VARIANCE, *ahead
    )
    if packed[0] == LINE_OF_SIGHT:
        weighted = ahead.w * SEEN_BY_INFRARED
        total = weighted.sum()
        ahead.w[:] = weighted / total
        log_likelihood += float(np.log(total))
    return ahead, log_likelihood, length2


def unseen_by_infrared(bank: Bank, detection_probability: float) -> Bank:
    """Weigh that an infrared sensor looked and saw no burning motor."""
    w = bank.w.copy()
    w[BOOST] *= 1.0 - detection_probability
    return Bank(bank.X, bank.P, w / w.sum())


def combined(bank: Bank) -> tuple[Floats, Floats]:
    """Match one Gaussian of position and velocity to a bank: (6,) and (6, 6)."""
    x, P = np.empty(6), np.empty((6, 6))
    _kernels.combine(*bank, x, P)
    return x, P
