"""A map cut into zones without gaps or overlaps, and which zone each point lies in.

Theory of operation. The map is kept as arcs, lines that know the zone on their left and on
their right, and as a grid of cells, each with the zone at one reference point in it. A
cell that no arc enters has one zone: nothing more to compute. In any other cell walk
straight from the reference point to the point asked about; the last arc crossed on the way
tells the zone by the side on which the point lies; where none is crossed, the zone
is the reference point's. Only the few arc pieces of that one cell are looked at, and
all points at once, so thousands of points take a millisecond wherever they lie.

Zones may have parts (the provinces of a country's land): then arcs and cells know parts, and
the zone follows from the part.

Arc pieces are straight in longitude and latitude and at most a cell long, where straight
and geodesic differ by less than a metre. Longitudes and latitudes are degrees here:
they are the stored coordinates, and no trigonometry is done on them.
"""

from functools import cached_property
from typing import Any

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


def pieces_of(
    points_deg: Floats, longest_deg: float, sizes: npt.NDArray[Any] | None = None
) -> tuple[Floats, Floats, Integers]:
    """Cut lines of (longitude, latitude) rows into pieces of at most a length.

    Args:
        sizes: how many of the points each line has; all of them are one line without.

    Returns:
        Starts and ends of the pieces, each (k, 2) degrees, and the number of each one's line.
    """
    sizes = np.array([len(points_deg)]) if sizes is None else sizes
    # A piece from each point to the next, but none from a line's last point.
    is_within = np.ones(max(len(points_deg) - 1, 0), dtype=np.bool_)
    is_within[np.cumsum(sizes)[:-1] - 1] = False
    line = np.repeat(np.arange(len(sizes)), np.maximum(sizes - 1, 0))
    start, end = points_deg[:-1][is_within], points_deg[1:][is_within]
    gap = np.abs(end - start)
    longest = np.maximum(gap[:, 0], gap[:, 1])
    if longest.max(initial=0.0) <= longest_deg:
        return start, end, line
    parts = np.maximum(np.ceil(longest / longest_deg), 1).astype(int)
    which = np.repeat(np.arange(len(start)), parts)
    starts, ends = start[which], end[which]
    # Nearly all are short enough as they are: only the others are computed.
    cut = np.flatnonzero(parts[which] > 1)
    step = cut - (np.cumsum(parts) - parts)[which[cut]]
    share = parts[which[cut]][:, None]
    along = (ends[cut] - starts[cut]) / share
    is_last = step[:, None] == share - 1
    begun = starts[cut] + along * step[:, None]
    ends[cut] = np.where(is_last, ends[cut], begun + along)
    starts[cut] = begun
    return starts, ends, line[which]


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
        arcs: (left zone, right zone, (k, 2) degrees) each line between two zones, and between
            zones and what lies beyond the box, `OUTSIDE`.
    """

    def __init__(
        self,
        box_deg: tuple[float, float, float, float],
        cell_deg: float,
        reference_deg: tuple[float, float],
        cells: npt.NDArray[np.int16],
        points_deg: Floats,
        sizes: Numbers,
        left: Numbers,
        right: Numbers,
        whole: Numbers | None = None,
    ) -> None:
        """Prepare the lookup.

        Args:
            box_deg: west, south, east, north; whole cells wide and high.
            cell_deg: side of a cell.
            reference_deg: where in its cell the reference point lies, from the south-west.
            cells: (rows, columns) part number at each reference point, from the south-west.
            points_deg: (n, 2) the points of all lines between parts, line after line.
            sizes: how many of them each line has.
            left: number of the part on each line's left; and so right.
            whole: the zone that each part belongs to; without, parts are zones.
        """
        self.box_deg = box_deg
        self._cell = cell_deg
        self._reference = np.array(reference_deg)
        self._rows, self._columns = cells.shape
        # Part and piece numbers fit into four bytes; there are nearly a million cells.
        self._cells: Numbers = cells.astype(np.int32).ravel()
        count = max(int(left.max()), int(right.max()), int(cells.max())) + 1
        whole = np.arange(count, dtype=np.int32) if whole is None else whole
        # The last one is that of OUTSIDE, -1.
        self._whole: Numbers = np.append(whole, np.int32(OUTSIDE))
        self._lines = points_deg, sizes, left, right
        self._start, self._end, line = pieces_of(points_deg, cell_deg, sizes)
        self._left, self._right = left[line], right[line]
        self._first, self._piece = self._pieces_by_cell()

    @property
    def lines(self) -> list[Floats]:
        """All lines, those between parts of one zone too: each (k, 2) degrees."""
        points, sizes, _, _ = self._lines
        return np.split(points, np.cumsum(sizes)[:-1])

    @cached_property
    def arcs(self) -> tuple[tuple[int, int, Floats], ...]:
        """Lines between zones; those between parts of one zone are not among them."""
        points, sizes, left, right = self._lines
        return tuple(
            (int(one), int(other), line)
            for one, other, line in zip(
                self._whole[left],
                self._whole[right],
                np.split(points, np.cumsum(sizes)[:-1]),
                strict=True,
            )
            if one != other
        )

    @cached_property
    def edges(self) -> tuple[Numbers, Numbers, Floats, Floats]:
        """Pieces of the lines between zones: left and right zone, start and end in degrees.

        The frame of the box is among them.
        """
        left, right = self._whole[self._left], self._whole[self._right]
        kept = left != right
        return left[kept], right[kept], self._start[kept], self._end[kept]

    def _pieces_by_cell(self) -> tuple[Numbers, Numbers]:
        """List for each cell the pieces whose frame touches it: where they begin, and which."""
        corner = np.array(self.box_deg[:2])
        limit = np.array([self._columns - 1, self._rows - 1], dtype=np.int32)
        begins, ends = (self._start - corner) / self._cell, (self._end - corner) / self._cell
        # A hair wider, so that a point on the line between two cells finds pieces on it.
        low = _cells(np.minimum(begins, ends) - 1e-9, limit)
        high = _cells(np.maximum(begins, ends) + 1e-9, limit)
        # Whether a point is within the box is asked before; its frame parts no zones.
        parts = (self._left != OUTSIDE) & (self._right != OUTSIDE)
        is_within = (low[:, 0] == high[:, 0]) & (low[:, 1] == high[:, 1])
        whole = np.flatnonzero(parts & is_within)
        cells, pieces = [low[whole, 1] * np.int32(self._columns) + low[whole, 0]], [whole]
        rest = np.flatnonzero(parts & ~is_within)
        low, high = low[rest], high[rest]
        for east in range(3):
            for north in range(3):
                at = low + np.array([east, north], dtype=np.int32)
                inside = (at[:, 0] <= high[:, 0]) & (at[:, 1] <= high[:, 1])
                cells.append(at[inside, 1] * np.int32(self._columns) + at[inside, 0])
                pieces.append(rest[inside])
        cell, piece = np.concatenate(cells), np.concatenate(pieces)
        order = np.argsort(cell, kind="stable")
        first = np.append(0, np.cumsum(np.bincount(cell, minlength=len(self._cells))))
        return first.astype(np.int32), piece[order].astype(np.int32)

    def numbers_at(self, longitude_deg: Floats, latitude_deg: Floats) -> Integers:
        """Give the zone number at each point, `OUTSIDE` beyond the box, (n,)."""
        return self._whole[self.parts_at(longitude_deg, latitude_deg)].astype(np.int64)

    def zones_of(self, parts: Integers) -> Integers:
        """Give the zone numbers of parts."""
        return self._whole[parts].astype(np.int64)

    def parts_at(self, longitude_deg: Floats, latitude_deg: Floats) -> Integers:
        """Give the part number at each point, `OUTSIDE` beyond the box, (n,)."""
        west, south, east, north = self.box_deg
        x = west + np.mod(longitude_deg - west, 360.0)
        inside = (x <= east) & (latitude_deg >= south) & (latitude_deg <= north)
        # Beyond the box any cell will do.
        column = np.where(inside, (x - west) / self._cell, 0.0).astype(np.int64)
        row = np.where(inside, (latitude_deg - south) / self._cell, 0.0).astype(np.int64)
        column = np.minimum(column, self._columns - 1)
        row = np.minimum(row, self._rows - 1)
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
        left, right, start, end = self.edges
        metres = distances_to_pieces(
            longitude_deg, latitude_deg, points_ecef(*start.T), points_ecef(*end.T)
        )
        nearest = np.full(zones + 1, np.inf)
        between = (left != OUTSIDE) & (right != OUTSIDE)
        np.minimum.at(nearest, left[between], metres[between])
        np.minimum.at(nearest, right[between], metres[between])
        nearest[OUTSIDE] = np.min(metres[~between], initial=np.inf)
        return nearest


def _cells(places: Floats, limit: Numbers) -> Numbers:
    """Give the columns and rows, (n, 2), of places in cells from the corner, within the map."""
    return np.clip(np.floor(places).astype(np.int32), np.int32(0), limit)
