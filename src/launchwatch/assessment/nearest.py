"""The nearest edge of each zone from one point, in a few tenths of a millisecond.

Pieces of line are taken together in blocks of up to `BLOCK` that follow one another, each within a
ball. From a point no piece of a block is nearer than its ball, and one is at least as near as the
ball's far side: so only blocks that may hold the nearest edge of one of their two zones are looked
at piece by piece. The answer is the same as if all were.
"""

import numpy as np
import numpy.typing as npt

from launchwatch.assessment.partition import distances_to_pieces, points_ecef
from launchwatch.constants import EARTH_MEAN_RADIUS

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

BLOCK = 32
"""Pieces of a block: with 16 the balls take longer to look at, with 64 the pieces."""


class Nearest:
    """Edges between numbered zones."""

    def __init__(self, left: Integers, right: Integers, start_deg: Floats, end_deg: Floats) -> None:
        """Take pieces of line (k,) in the order in which they follow one another.

        Args:
            left, right: numbers of the zones to either side.
            start_deg, end_deg: (k, 2) longitude and latitude, degrees.
        """
        self._left, self._right = left, right
        self._start, self._end = start_deg, end_deg
        goes_on = (left[1:] == left[:-1]) & (right[1:] == right[:-1])
        goes_on &= (start_deg[1:] == end_deg[:-1]).all(axis=1)
        begins = np.flatnonzero(np.append(True, ~goes_on)[: len(left)])
        place = np.arange(len(left)) - np.repeat(begins, np.diff(np.append(begins, len(left))))
        self._first = np.flatnonzero(place % BLOCK == 0)
        self._many = np.diff(np.append(self._first, len(left)))
        starts, ends = points_ecef(*start_deg.T), points_ecef(*end_deg.T)
        if len(left):
            middles = np.add.reduceat(starts, self._first) / self._many[:, None]
            each = np.repeat(middles, self._many, axis=0)
            reach = np.maximum(
                np.linalg.norm(starts - each, axis=1), np.linalg.norm(ends - each, axis=1)
            )
            self._middles, self._reach = middles, np.maximum.reduceat(reach, self._first)
        else:
            self._middles, self._reach = np.empty((0, 3)), np.empty(0)

    def to_each(
        self, longitude_deg: float, latitude_deg: float, within: float, nearest: Floats
    ) -> None:
        """Lower `nearest`, metres by zone, to what the edges here give; those farther are left."""
        point = points_ecef(np.array([longitude_deg]), np.array([latitude_deg]))[0]
        half_turn = min(within / (2.0 * EARTH_MEAN_RADIUS), 0.5 * np.pi)
        straight = 2.0 * EARTH_MEAN_RADIUS * np.sin(half_turn)
        gap = self._middles - point
        away = np.sqrt(np.einsum("ij,ij->i", gap, gap))
        # A thousandth more: a chord is measured against a mean radius.
        near = np.flatnonzero(away - self._reach <= 1.001 * straight + 1.0)
        left, right = self._left[self._first[near]], self._right[self._first[near]]
        at_most = np.full(len(nearest), np.inf)
        farthest = away[near] + self._reach[near]
        np.minimum.at(at_most, left, farthest)
        np.minimum.at(at_most, right, farthest)
        least = away[near] - self._reach[near]
        near = near[least <= np.maximum(at_most[left], at_most[right])]
        many = self._many[near]
        pieces = np.repeat(self._first[near] - (np.cumsum(many) - many), many)
        pieces += np.arange(len(pieces))
        metres = distances_to_pieces(
            longitude_deg, latitude_deg,
            points_ecef(*self._start[pieces].T), points_ecef(*self._end[pieces].T),
        )  # fmt: skip
        np.minimum.at(nearest, self._left[pieces], metres)
        np.minimum.at(nearest, self._right[pieces], metres)
