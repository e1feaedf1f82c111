"""Clocks: in order, or not, which no single sigma can say.

Nearly all clocks are right to a millisecond, and one in a hundred is wrong by seconds. Taken
as one Gaussian that is 0.3 s, kilometres of every track for a fault that is not there. So a
clock is at one of a few levels, each a Gaussian about zero, with stated probabilities; which
one the plots decide.

The bias filter runs with every clock at the widest level. Its N(b̂, B) is then the product of
that prior and the data's likelihood, so dividing by the one and multiplying by another prior
gives, in closed form, both what the biases would be under it and how well it explains the
data. The best combination of levels is sought from the last one, and from those in which
some clock is surely right, by changing one clock, letting two change places, or putting all
in order but one, until nothing is better; those that are as good are mixed with it. Where
two sensors differ by 3 s and nothing says which is wrong, the mixture says just that.

Ignored: combinations further off; that clocks wander makes the division inexact by as much
as they do (milliseconds).

Source: a mixture of models in the manner of Magill, IEEE Trans. Automatic Control 10
(1965) 434, with the prior exchanged afterwards.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.errors import NotPositiveDefinite
from launchwatch.estimation import _kernels_registration
from launchwatch.estimation._kernels_registration import CLOCK, EACH
from launchwatch.estimation.registration import (
    BROKEN_CLOCK_SIGMA,
    BiasEstimate,
    bias_sigmas,
)
from launchwatch.messages.sensor import Sensor

Floats = NDArray[np.float64]

LEVELS = ((0.97, 0.0), (0.02, 0.1), (0.01, BROKEN_CLOCK_SIGMA))
"""Probability and sigma (s) of each level; the first is what the sensor states. Judgements:
one clock in fifty wrong by a tenth, one in a hundred by seconds. Wrong by a factor of ten
either way, they cost a few plots more or less before a fault is believed."""

LEAST = 0.3
"""Combinations whose ln probability is less than the best one's by more are left out. Only what
is as good as equal is mixed: a track moved half-way between two clocks is right for neither,
and what it teaches is wrong. With ln 20, a clock 5 s wrong made fourteen tracks; with this, two."""


class Clocks(NamedTuple):
    """The levels of all clocks.

    Attributes:
        scales: (sensors, levels) variances, s².
        levels: (sensors,) the best combination so far, changed by `judged`.
    """

    scales: Floats
    levels: NDArray[np.int64]


def clocks_of(sensors: Sequence[Sensor]) -> Clocks:
    """Give the levels of some sensors' clocks, all in order."""
    stated = np.array([bias_sigmas(sensor)[CLOCK] for sensor in sensors])
    scales = np.array([np.maximum(stated, sigma) for _, sigma in LEVELS]).T ** 2
    # A sensor that claims a perfect clock is believed to a microsecond.
    return Clocks(np.maximum(scales, 1e-12), np.zeros(len(stated), dtype=np.int64))


def opened(estimate: BiasEstimate, clocks: Clocks) -> BiasEstimate:
    """Give a prior with every clock at its widest level, for the filter to run with."""
    B = estimate.covariance.copy()
    at = np.arange(CLOCK, len(B), EACH)
    B[at, at] = clocks.scales[:, -1]
    return BiasEstimate(estimate.mean.copy(), B, estimate.names)


def judged(estimate: BiasEstimate, clocks: Clocks) -> tuple[BiasEstimate, Floats]:
    """Give the biases with clocks mostly in order, from a filter that ran with them `opened`.

    Returns:
        The estimate, and each clock's probability (sensors,) of not being in order, among
        what was not left out.

    Raises:
        NotPositiveDefinite: the clocks' covariance was lost.
    """
    mean, covariance = np.empty_like(estimate.mean), np.empty_like(estimate.covariance)
    faulty = np.empty(len(clocks.levels))
    wide = np.maximum(
        clocks.scales[:, -1], np.diag(estimate.covariance)[CLOCK::EACH] * (1.0 + 1e-9)
    )
    if not _kernels_registration.judge_clocks(
        estimate.mean, estimate.covariance, wide, clocks.scales, _LOG_PRIOR, LEAST,
        clocks.levels, mean, covariance, faulty,
    ):  # fmt: skip
        raise NotPositiveDefinite("the clocks' covariance was lost")
    return BiasEstimate(mean, covariance, estimate.names), faulty


_LOG_PRIOR = np.log([probability for probability, _ in LEVELS])
