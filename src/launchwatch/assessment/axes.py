"""How well the two axes of a fall are known: the heading, and how far along it.

While a motor burns the heading is known to a degree and the range to hundreds of kilometres: one
second of burning is tens of kilometres. An ellipse would tell the one and hide the other.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment.ranks import at_shares
from launchwatch.constants import EARTH_MEAN_RADIUS

Floats = NDArray[np.float64]


class Axes(NamedTuple):
    """Heading from a launch point (radians, clockwise from north) and its sigma; the distances (m)
    between which 95 % of falls lie; half of what these span, and half of what 95 % span across."""

    heading: float
    heading_sigma: float
    nearest: float
    farthest: float
    along: float
    across: float


def axes_of(latitude0: float, longitude0: float, latitude: Floats, longitude: Floats) -> Axes:
    """Give the axes of falls (n,), seen from a launch point; all in radians, on a sphere."""
    turn = longitude - longitude0
    rise = np.sin(0.5 * (latitude - latitude0)) ** 2
    outward = np.cos(latitude)
    part = rise + np.cos(latitude0) * outward * np.sin(0.5 * turn) ** 2
    angle = 2.0 * np.arcsin(np.sqrt(np.minimum(part, 1.0)))
    east = np.sin(turn) * outward
    north = np.cos(latitude0) * np.sin(latitude) - np.sin(latitude0) * outward * np.cos(turn)
    middle = float(np.arctan2(np.mean(east), np.mean(north)))
    off = (np.arctan2(east, north) - middle + np.pi) % (2.0 * np.pi) - np.pi
    # Metres across, where each comes down: the sphere's, as the distances are.
    across = EARTH_MEAN_RADIUS * np.sin(angle) * off
    low, high = at_shares(np.sort(EARTH_MEAN_RADIUS * angle), (0.025, 0.975))
    left, right = at_shares(np.sort(across), (0.025, 0.975))
    least, median, most = at_shares(np.sort(off), (0.159, 0.5, 0.841))
    return Axes(
        heading=(middle + median) % (2.0 * np.pi),
        heading_sigma=0.5 * (most - least),
        nearest=low,
        farthest=high,
        along=0.5 * (high - low),
        across=0.5 * (right - left),
    )
