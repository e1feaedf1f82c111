"""Distances from many points to the edge of a zone, or of several taken together.

Edges are cut into pieces of a kilometre or two, kept by their middles in a k-d tree. The
pieces with the nearest middles are measured exactly; that is enough once the farthest middle looked
at lies half a piece farther than the best distance found. Where it does not, more are looked at.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy.spatial import cKDTree

from launchwatch.assessment.partition import pieces_of, points_ecef
from launchwatch.constants import EARTH_MEAN_RADIUS

Floats = npt.NDArray[np.float64]

# Degrees: short enough that the first eight pieces decide nearly always, long enough that the tree
# of a large state's edges is built in some hundredths of a second.
_PIECE = 0.02
_FIRST_LOOK = 8


class Edges:
    """The edge of something, as pieces of line."""

    def __init__(self, lines: Sequence[Floats]) -> None:
        """Cut lines, each (k, 2) degrees, into pieces and index them; none are allowed."""
        points = np.concatenate([*lines, np.empty((0, 2))])
        sizes = np.array([len(line) for line in lines], dtype=np.int64)
        self._start = self._along = np.empty((0, 3))
        self._tree: Any = None
        if len(points):
            start, end, _ = pieces_of(points, _PIECE, sizes)
            self._start = points_ecef(*start.T)
            self._along = points_ecef(*end.T) - self._start
            self._tree = cKDTree(self._start + 0.5 * self._along)
            lengths = np.sqrt(np.einsum("ij,ij->i", self._along, self._along))
            self._half = float(lengths.max(initial=0.0)) / 2.0

    def metres(self, longitude_deg: Floats, latitude_deg: Floats) -> Floats:
        """Give the metres along the ellipsoid from points to the nearest edge, (n,).

        Infinite where there is no edge at all.
        """
        if self._tree is None:
            return np.full(len(longitude_deg), np.inf)
        points = points_ecef(longitude_deg, latitude_deg)
        straight = np.empty(len(points))
        left = np.arange(len(points))
        look = min(_FIRST_LOOK, len(self._start))
        while len(left):
            middle, piece = self._tree.query(points[left], k=np.arange(1, look + 1))
            best = self._measured(points[left], piece).min(axis=1)
            is_sure = (middle[:, -1] - self._half >= best) | (look == len(self._start))
            straight[left[is_sure]] = best[is_sure]
            left = left[~is_sure]
            look = min(4 * look, len(self._start))
        turn = np.minimum(straight / (2.0 * EARTH_MEAN_RADIUS), 1.0)
        arc: Floats = 2.0 * EARTH_MEAN_RADIUS * np.arcsin(turn)
        return arc

    def _measured(self, points: Floats, piece: Any) -> Floats:
        """Give the straight distances from points (n, 3) to pieces of each, (n, k)."""
        start, along = self._start[piece], self._along[piece]
        gap = points[:, None, :] - start
        length2 = np.maximum(np.einsum("nki,nki->nk", along, along), 1e-12)
        share = np.clip(np.einsum("nki,nki->nk", gap, along) / length2, 0.0, 1.0)
        miss = gap - share[:, :, None] * along
        found: Floats = np.sqrt(np.einsum("nki,nki->nk", miss, miss))
        return found
