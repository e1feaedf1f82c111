"""Boosters that nobody saw part: what falls behind a body whose motor has burnt out.

Many vehicles leave their spent motor behind; radars often follow only the one that flies on. While
nothing else of a launch is tracked, a *booster, if it separated* is said with a probability: it
flies as the tracked body does above the air, and falls behind it in the air, being light.
Judgements all, from what is commonly said: short flights mostly fly in one piece, long ones never.
"""

import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment.posterior import Posterior

Floats = NDArray[np.float64]

BOOSTER = "booster"
"""What the body is called."""

LEAST, MOST = 0.2, 0.95
"""Probability that one parted: of a flight that stays low, and of one that climbs high."""

APOGEE = (250e3, 75e3)
"""Apogee half-way between them, and how fast one turns into the other, metres."""

EMPTY = (float(np.log(600.0)), 0.9)
"""Mean and deviation of ln(m/(Cd·A)/(kg/m²)) of an empty stage that tumbles: 95 % between 100
and 3,600; broadside on it is some ten times as light for its drag as point first."""

PARTING_SPEED = 5.0
"""One sigma on each axis between it and what it carried, m/s: springs and small motors."""


def probability(apogee: float) -> float:
    """Give how probable it is that something of so high an apogee (m) left a booster behind."""
    return LEAST + (MOST - LEAST) * 0.5 * (
        1.0 + float(np.tanh(0.5 * (apogee - APOGEE[0]) / APOGEE[1]))
    )


def as_booster(posterior: Posterior, normals: Floats) -> Posterior:
    """Give the samples of a booster that parted from a body about where that is now.

    Args:
        normals: (n, at least 4) independent standard normal numbers.
    """
    states = posterior.states.copy()
    states[:, 3:6] += PARTING_SPEED * normals[:, :3]
    return posterior._replace(
        states=states,
        burn_seconds=np.zeros(len(states)),
        log_beta=EMPTY[0] + EMPTY[1] * normals[:, 3],
        boosting=0,
        turning=np.zeros(len(states), dtype=np.bool_),
    )
