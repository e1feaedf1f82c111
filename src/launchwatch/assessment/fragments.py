"""Fragments: how a piece of something that parted in flight falls.

A filter takes what it follows for a whole body: heavy for its drag. A piece may be a warhead's
shell, an empty tank or a sheet of metal, so that until the air has slowed it one hardly knows where
along its path it comes down. What the air has told already is kept, and weighs for or against the
piece's being light.
"""

import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment.normal import shares_below
from launchwatch.assessment.posterior import (
    LOG_BALLISTIC_COEFFICIENT,
    Posterior,
    hypothesis_of,
    moments_of,
)
from launchwatch.messages.track import TrackUpdate

Floats = NDArray[np.float64]

PIECE = "piece"
"""What such bodies are called; a number follows."""

LOG_FRAGMENT = (float(np.log(500.0)), 1.0)
"""Mean and deviation of ln(m/(Cd·A)/(kg/m²)) of fragments: 95 % between 70 and 3,700. Commonly
said of tumbling pieces of tank and frame: some tens to some thousands."""

LIGHT = 0.5
"""Probability that a piece is a fragment rather than whole, before the air is asked: a body that
parts in two leaves one of each."""


def as_piece(posterior: Posterior, update: TrackUpdate, normals: Floats) -> Posterior:
    """Give the samples of a piece, some of them as light as fragments are.

    The filter's Gaussian of ln β over its Gaussian prior is what the plots say of it (a
    likelihood, Gaussian too); that times the fragments' prior gives their share and their law.

    Args:
        normals: (n, at least 2) independent standard normal numbers.
    """
    told, precision = _told(update)
    mean, spread = LOG_FRAGMENT
    width = 1.0 / (precision + 1.0 / spread**2)
    middle = width * (precision * told + mean / spread**2)
    light = LIGHT * _evidence(told, precision, LOG_FRAGMENT)
    heavy = (1.0 - LIGHT) * _evidence(told, precision, LOG_BALLISTIC_COEFFICIENT)
    share = light / (light + heavy) if light + heavy > 0.0 else LIGHT
    is_light = shares_below(normals[:, 0]) < share
    drawn = middle + np.sqrt(width) * normals[:, 1]
    return posterior._replace(log_beta=np.where(is_light, drawn, posterior.log_beta))


def _told(update: TrackUpdate) -> tuple[float, float]:
    """Give what the plots say of ln β: its value, and how precisely (1/variance; 0: nothing)."""
    falling = [one for one in update.hypotheses if one.model in ("coast", "reentry")]
    likeliest = max(falling, key=lambda one: one.probability, default=None)
    if likeliest is None:
        return 0.0, 0.0
    mean, P = moments_of(hypothesis_of(update, likeliest.model))
    known, spread = LOG_BALLISTIC_COEFFICIENT
    precision = 1.0 / float(P[6, 6]) - 1.0 / spread**2
    # Rounding, and the filter's own random walk, may leave a trifle either way.
    if precision < 1e-3 / spread**2:
        return 0.0, 0.0
    return (float(mean[6]) / float(P[6, 6]) - known / spread**2) / precision, precision


def _evidence(told: float, precision: float, prior: tuple[float, float]) -> float:
    """Give how well a prior foretold what the plots say, up to what is common to all priors."""
    if precision == 0.0:
        return 1.0
    variance = prior[1] ** 2 + 1.0 / precision
    return float(np.exp(-0.5 * (told - prior[0]) ** 2 / variance) / np.sqrt(variance))
