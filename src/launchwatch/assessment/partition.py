"""A map cut into zones without gaps or overlaps, and which zone each point lies in.

Theory of operation. The map is kept as arcs, lines that know the zone on their left and on
their right, and as a grid of cells, each with the zone at one reference point in it. A
cell that no arc enters has one zone: nothing more to compute. In any other cell walk
straight from the reference point to the point asked about; the last arc crossed on the way
tells the zone by the side on which the point lies; where none is crossed, the zone
is the reference point's. Only the few arc pieces of that one cell are looked at, and
all points at once, so thousands of points take a millisecond wherever they lie.

Arc pieces are straight in longitude and latitude and at most a cell long, where straight
and geodesic differ by less than a metre. Longitudes and latitudes are degrees here:
they are the stored coordinates, and no trigonometry is done on them.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from launchwatch.constants import EARTH_MEAN_RADIUS, WGS84_ECCENTRICITY2, WGS84_SEMI_MAJOR

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Numbers = npt.NDArray[np.int32]

OUTSIDE = -1
"""The number of what lies beyond the map."""

# A crossing at a shared end of two pieces must be found by at least one of them.
_END_SLACK = 1e-9


def points_ecef(longitude_deg: Floats, latitude_deg: Floats) -> Floats:
    """Give points on the ellipsoid in ECEF metres, (n, 3).

    A short copy of the one formula needed, so that looking up a zone compiles no kernel.
    """
    longitude, latitude = np.radians(longitude_deg), np.radians(latitude_deg)
    across = WGS84_SEMI_MAJOR / np.sqrt(1.0 - WGS84_ECCENTRICITY2 * np.sin(latitude) ** 2)
    return np.stack(
        [
            across * np.cos(latitude) * np.cos(longitude),
            across * np.cos(latitude) * np.sin(longitude),
            across * (1.0 - WGS84_ECCENTRICITY2) * np.sin(latitude),
        ],
        axis=-1,
    )


def pieces_of(line_deg: Floats, longest_deg: float) -> tuple[Floats, Floats]:
    """Cut a line of (longitude, latitude) rows into pieces of at most a length.

    Returns:
        Starts and ends of the pieces, each (k, 2) degrees.
    """
    start, end = line_deg[:-1], line_deg[1:]
    parts = np.maximum(np.ceil(np.abs(end - start).max(axis=1) / longest_deg), 1).astype(int)
    which = np.repeat(np.arange(len(start)), parts)
    step = np.arange(len(which)) - np.repeat(np.cumsum(parts) - parts, parts)
    share = parts[which][:, None]
    along = (end - start)[which] / share
    starts = start[which] + along * step[:, None]
    return starts, np.where(step[:, None] == share - 1, end[which], starts + along)


def distances_to_pieces(
    longitude_deg: float, latitude_deg: float, start_ecef: Floats, end_ecef: Floats
) -> Floats:
    """Give the metres along the ellipsoid from a point to each short piece of line, (k,).

    Measured straight through the Earth and lengthened to the arc above: right to 0.1 m up
    to 400 km, to 10 m at 1,000 km.
    """
    point = points_ecef(np.array([longitude_deg]), np.array([latitude_deg]))[0]
    along = end_ecef - start_ecef
    length2 = np.maximum(np.einsum("ij,ij->i", along, along), 1e-12)
    share = np.clip(np.einsum("ij,ij->i", point - start_ecef, along) / length2, 0.0, 1.0)
    miss = point - (start_ecef + share[:, None] * along)
    straight = np.sqrt(np.einsum("ij,ij->i", miss, miss))
    arc: Floats = (
        2.0 * EARTH_MEAN_RADIUS * np.arcsin(np.minimum(straight / (2.0 * EARTH_MEAN_RADIUS), 1.0))
    )
    return arc


class Partition:
    """Numbered zones that fill a box of longitude and latitude.

    Attributes:
        box_deg: west, south, east, north.
        arcs: (left number, right number, (k, 2) degrees) each; `OUTSIDE` beyond the box.
    """

    def __init__(
        self,
        box_deg: tuple[float, float, float, float],
        cell_deg: float,
        reference_deg: tuple[float, float],
        cells: npt.NDArray[np.int16],
        arcs: Sequence[tuple[int, int, Floats]],
    ) -> None:
        """Prepare the lookup.

        Args:
            box_deg: west, south, east, north; whole cells wide and high.
            cell_deg: side of a cell.
            reference_deg: where in its cell the reference point lies, from the south-west.
            cells: (rows, columns) zone number at each reference point, from the south-west.
            arcs: all lines between zones, and between zones and the outside.
        """
        self.box_deg = box_deg
        self.arcs = tuple(arcs)
        self._cell = cell_deg
        self._reference = np.array(reference_deg)
        self._rows, self._columns = cells.shape
        # Zone and piece numbers fit into four bytes; there are nearly a million cells.
        self._cells: Numbers = cells.astype(np.int32).ravel()
        cut = [pieces_of(points, cell_deg) for _, _, points in arcs]
        sizes = [len(start) for start, _ in cut]
        self._start = np.concatenate([start for start, _ in cut])
        self._end = np.concatenate([end for _, end in cut])
        self._left = np.repeat(np.array([left for left, _, _ in arcs]), sizes)
        self._right = np.repeat(np.array([right for _, right, _ in arcs]), sizes)
        self._first, self._piece = self._pieces_by_cell()
        self._start_ecef = points_ecef(self._start[:, 0], self._start[:, 1])
        self._end_ecef = points_ecef(self._end[:, 0], self._end[:, 1])

    def _pieces_by_cell(self) -> tuple[Numbers, Numbers]:
        """List for each cell the pieces whose frame touches it: where they begin, and which."""
        west, south = self.box_deg[:2]
        limit = np.array([self._columns - 1, self._rows - 1])
        low = np.minimum(self._start, self._end) - [west, south]
        high = np.maximum(self._start, self._end) - [west, south]
        # A hair wider, so that a point on the line between two cells finds pieces on it.
        low = np.clip(np.floor(low / self._cell - 1e-9), 0, limit).astype(np.int64)
        high = np.clip(np.floor(high / self._cell + 1e-9), 0, limit).astype(np.int64)
        cells, pieces = [], []
        for east in range(3):
            for north in range(3):
                at = low + np.array([east, north])
                inside = (at <= high).all(axis=1)
                cells.append(at[inside, 1] * self._columns + at[inside, 0])
                pieces.append(np.flatnonzero(inside))
        cell, piece = np.concatenate(cells), np.concatenate(pieces)
        # Whether a point is within the box is asked before; its frame parts no zones.
        parts = (self._left != OUTSIDE) & (self._right != OUTSIDE)
        cell, piece = cell[parts[piece]], piece[parts[piece]]
        order = np.argsort(cell, kind="stable")
        first = np.searchsorted(cell[order], np.arange(len(self._cells) + 1))
        return first.astype(np.int32), piece[order].astype(np.int32)

    def numbers_at(self, longitude_deg: Floats, latitude_deg: Floats) -> Integers:
        """Give the zone number at each point, `OUTSIDE` beyond the box, (n,)."""
        west, south, east, north = self.box_deg
        x = west + np.mod(longitude_deg - west, 360.0)
        column = np.floor((x - west) / self._cell).astype(np.int64)
        row = np.floor((latitude_deg - south) / self._cell).astype(np.int64)
        inside = (x <= east) & (latitude_deg >= south) & (latitude_deg <= north)
        column = np.clip(column, 0, self._columns - 1)
        row = np.clip(row, 0, self._rows - 1)
        cell = row * self._columns + column
        number = np.where(inside, self._cells[cell], OUTSIDE).astype(np.int64)
        many = self._first[cell + 1] - self._first[cell]
        near = np.flatnonzero(inside & (many > 0))
        if len(near):
            points = np.stack([x[near], latitude_deg[near]], axis=1)
            corner = np.stack([column[near], row[near]], axis=1) * self._cell
            reference: Floats = corner + self._reference + np.array([west, south])
            self._walk(points, reference, cell[near], number, near)
        return number

    def _walk(
        self, points: Floats, reference: Floats, cell: Integers, number: Integers, at: Integers
    ) -> None:
        """Correct the reference's zone by the last arc crossed between it and each point."""
        many = self._first[cell + 1] - self._first[cell]
        which = np.repeat(np.arange(len(points)), many)
        offset = np.arange(len(which)) - np.repeat(np.cumsum(many) - many, many)
        piece = self._piece[self._first[cell][which] + offset]
        way = (points - reference)[which]
        start, along = self._start[piece], self._end[piece] - self._start[piece]
        gap = start - reference[which]
        with np.errstate(divide="ignore", invalid="ignore"):
            area = way[:, 0] * along[:, 1] - way[:, 1] * along[:, 0]
            far = (gap[:, 0] * along[:, 1] - gap[:, 1] * along[:, 0]) / area
            share = (gap[:, 0] * way[:, 1] - gap[:, 1] * way[:, 0]) / area
            crossed = (far >= 0.0) & (far <= 1.0)
            crossed &= (share >= -_END_SLACK) & (share <= 1.0 + _END_SLACK)
        hit = np.flatnonzero(crossed)
        if not len(hit):
            return
        # Sorted by point, then by how far along the way: the last of each point counts.
        hit = hit[np.lexsort((far[hit], which[hit]))]
        last = hit[np.append(which[hit][1:] != which[hit][:-1], True)]
        beyond = points[which[last]] - start[last]
        is_left = along[last, 0] * beyond[:, 1] - along[last, 1] * beyond[:, 0] > 0.0
        side = np.where(is_left, self._left[piece[last]], self._right[piece[last]])
        number[at[which[last]]] = side

    def distances_at(self, longitude_deg: float, latitude_deg: float, zones: int) -> Floats:
        """Give the metres from a point to the nearest edge of each zone, (zones + 1,).

        The last one is that of what lies outside. The box itself is an edge of the outside
        only: where it cuts a zone off, the zone's own edge lies somewhere beyond.
        """
        metres = distances_to_pieces(longitude_deg, latitude_deg, self._start_ecef, self._end_ecef)
        nearest = np.full(zones + 1, np.inf)
        between = (self._left != OUTSIDE) & (self._right != OUTSIDE)
        np.minimum.at(nearest, self._left[between], metres[between])
        np.minimum.at(nearest, self._right[between], metres[between])
        nearest[OUTSIDE] = np.min(metres[~between], initial=np.inf)
        return nearest
