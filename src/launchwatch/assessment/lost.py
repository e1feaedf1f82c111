"""What becomes of the samples of a track that was lost: the longer nobody looks, the less is known.

A body that is no longer seen may have broken up, if radars looked at where it should have been and
saw nothing; and it may have pushed itself about since. Both are judgements and broad, so that an
area of what nobody sees grows with time instead of standing as if it were still being watched.
"""

import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment.fragments import LOG_FRAGMENT
from launchwatch.assessment.normal import shares_below
from launchwatch.assessment.posterior import Posterior

Floats = NDArray[np.float64]

NORMALS = 9
"""Standard normal numbers that a lost sample needs."""

PUSH = 2.0
"""Spectral density of unseen pushes, m²/s³: 11 m/s after a minute, 35 after ten."""

BROKE_IN_VIEW, BROKE_UNSEEN = 0.5, 0.02
"""Probability that a body broke up: of one that vanished where radars saw it well, and of one that
left their view. That of November 2022 vanished over the sea in full view."""

FRAGMENT_SPEED = 30.0
"""One sigma on each axis of what a break-up adds to a piece's velocity, m/s."""


def loosened(posterior: Posterior, normals: Floats, seconds: float, breaks: float) -> Posterior:
    """Give the samples of a body that nobody has seen for so long.

    Args:
        normals: (n, NORMALS) independent standard normal numbers.
        seconds: since it was last measured.
        breaks: probability that it broke up when it was lost.
    """
    states = posterior.states.copy()
    push = np.sqrt(PUSH * max(seconds, 0.0)) * normals[:, :3]
    # As if pushed at a moment since then: what it was short of until then is taken off its place.
    when = seconds * shares_below(normals[:, 3])
    states[:, :3] -= when[:, None] * push
    states[:, 3:6] += push
    broken = shares_below(normals[:, 4]) < breaks
    log_beta = np.where(
        broken, LOG_FRAGMENT[0] + LOG_FRAGMENT[1] * normals[:, 5], posterior.log_beta
    )
    states[broken, 3:6] += FRAGMENT_SPEED * normals[broken, 6:9]
    return posterior._replace(
        states=states,
        log_beta=log_beta,
        burn_seconds=np.where(broken, 0.0, posterior.burn_seconds),
        turning=posterior.turning & ~broken,
    )
