"""What shapes a ballistic flight can have: the height of least effort, and which branch one is.

For a range there is one flight of least speed; higher ones are lofted, lower ones depressed.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.constants import EARTH_MEAN_RADIUS
from launchwatch.messages.reconstructed import BranchName

Floats = NDArray[np.float64]

DEPRESSED, LOFTED = 0.6, 1.6
"""Shares of the height of least effort between which a flight is called normal. A convention: speed
differs by no more than about 4 % from the least within them."""

LOW_APOGEE = (80e3, 8e3)
FLAT = (0.30, 0.03)
LEAST, MOST = 0.01, 0.9
"""Probability of a pull-up by how low and how flat a flight is, before anything else is known: that
of the fall areas. Governments called nearly all flights of some 50 km of height over 400 km and
more irregular, and hardly any higher one."""


def least_effort_apogee(range_m: ArrayLike) -> Floats:
    """Give the apogee of the flight of least speed over a range, metres, without air or rotation.

    Source: Bate, Mueller and White, Fundamentals of Astrodynamics (1971), chapter 6: the ellipse
    whose vacant focus lies on the chord.
    """
    half = np.asarray(range_m, dtype=np.float64) / EARTH_MEAN_RADIUS / 2.0
    return np.asarray(0.5 * EARTH_MEAN_RADIUS * (np.sin(half) + np.cos(half) - 1.0))


def branch_of(range_m: float, apogee_m: float) -> BranchName:
    """Name the branch of a ballistic flight."""
    share = apogee_m / float(least_effort_apogee(range_m))
    return "depressed" if share < DEPRESSED else "lofted" if share > LOFTED else "normal"


def pull_up_prior(range_m: Floats, apogee_m: Floats) -> Floats:
    """Give how probable a pull-up is of flights so far and so high, before more is known."""
    low = 0.5 * (1.0 - np.tanh(0.5 * (apogee_m - LOW_APOGEE[0]) / LOW_APOGEE[1]))
    flat = 0.5 * (1.0 - np.tanh(0.5 * (apogee_m / range_m - FLAT[0]) / FLAT[1]))
    return np.asarray(LEAST + (MOST - LEAST) * low * flat)
