"""How far points lie from the edges of zones, over all maps that a claim set consists of."""

from collections.abc import Callable, Sequence
from functools import cached_property

import numpy as np
import numpy.typing as npt

from launchwatch.assessment.drawn import Drawn
from launchwatch.assessment.edges import Edges
from launchwatch.assessment.nearest import Nearest
from launchwatch.assessment.partition import OUTSIDE, pieces_of
from launchwatch.assessment.zonefile import Zone, sheet

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

# Degrees: how far beside an imported line one asks what lies there, 20 m.
_ASIDE = 2e-4
# Metres of a degree of latitude at least, so that the frame is never thought too far away.
_DEGREE = 110_500.0


class ZoneEdges:
    """Distances to the edges of numbered zones."""

    def __init__(
        self,
        base: str,
        drawn: Drawn | None,
        zones: Sequence[Zone],
        numbers_at: Callable[[Floats, Floats], Integers],
    ) -> None:
        """Take the maps; nothing is computed yet.

        Args:
            base: claim set of the map of Northeast Asia.
            drawn: imported zones, if any.
            zones: in the order of their numbers.
            numbers_at: the zone numbers at latitudes and longitudes, degrees.
        """
        self._base = base
        self._drawn = drawn
        self._zones = zones
        self._numbers_at = numbers_at
        self._known: dict[str, Integers] = {}
        self._blocks: dict[str, Nearest] = {}
        self._made: dict[tuple[tuple[str, ...], str], Edges] = {}

    def to_each(self, longitude_deg: float, latitude_deg: float, within: float) -> Floats:
        """Give the metres from a point to the nearest edge of each zone, (zones,).

        Infinite where that is farther than `within` metres.
        """
        nearest = np.full(len(self._zones), np.inf)
        names = [""] if self._drawn is not None else [self._base]
        at = np.array([longitude_deg]), np.array([latitude_deg])
        if self._drawn is None and self._to_frame(*at)[0] <= within:
            names.append("world")
        for name in names:
            self._nearest(name).to_each(longitude_deg, latitude_deg, within, nearest)
        # Beyond, an edge may have been seen and a nearer one not.
        nearest[nearest > within] = np.inf
        return nearest

    def prepare(self) -> None:
        """Index all edges now."""
        for name in [""] if self._drawn is not None else [self._base, "world"]:
            self._nearest(name)

    def _nearest(self, name: str) -> Nearest:
        """Give the edges of one of the maps by zone, made once; no name: where zones came in."""
        if name not in self._blocks:
            if name:
                one, other, start, end = sheet(name).partition.edges
                kept = (one != OUTSIDE) & (other != OUTSIDE)
                number = self._numbers(name)
                left, right = number[one[kept]], number[other[kept]]
                start, end = start[kept], end[kept]
            else:
                left, right, start, end = self._redrawn
            self._blocks[name] = Nearest(left, right, start, end)
        return self._blocks[name]

    def _numbers(self, name: str) -> Integers:
        """Give the number here of each zone of a map."""
        if name not in self._known:
            number = {zone: n for n, zone in enumerate(self._zones)}
            self._known[name] = np.array([number[zone] for zone in sheet(name).zones])
        return self._known[name]

    def to_some(
        self, names: tuple[str, ...], longitude_deg: Floats, latitude_deg: Floats
    ) -> Floats:
        """Give the metres from points to the edge of some zones taken together, (n,)."""
        if self._drawn is not None:
            return self._edge(names, "").metres(longitude_deg, latitude_deg)
        away = self._edge(names, self._base).metres(longitude_deg, latitude_deg)
        # The rest of the world is read only when an edge there may be nearer.
        if (away > self._to_frame(longitude_deg, latitude_deg)).any():
            beyond = self._edge(names, "world").metres(longitude_deg, latitude_deg)
            away = np.minimum(away, beyond)
        return away

    def _edge(self, names: tuple[str, ...], name: str) -> Edges:
        """Give the edge of some zones on one of the maps, made once; no map: the imported ones."""
        if (names, name) not in self._made:
            self._made[names, name] = self._cut(names, name)
        return self._made[names, name]

    def _cut(self, names: tuple[str, ...], name: str) -> Edges:
        zones = sheet(name).zones if name else self._zones
        holds = np.array([zone.zone in names for zone in zones])
        if not name:
            left, right, start, end = self._redrawn
            parts = holds[left] != holds[right]
            return Edges(list(np.stack([start[parts], end[parts]], 1)))
        return Edges(
            [
                line
                for left, right, line in sheet(name).partition.arcs
                if OUTSIDE not in (left, right) and holds[left] != holds[right]
            ]
        )

    def _to_frame(self, longitude_deg: Floats, latitude_deg: Floats) -> Floats:
        """Give metres that the frame of the map of Northeast Asia is away at least."""
        west, south, east, north = sheet(self._base).partition.box_deg
        x = west + np.mod(longitude_deg - west, 360.0)
        # A degree of longitude is shortest along the northern frame.
        across = np.minimum(x - west, east - x) * np.cos(np.radians(north))
        along = np.minimum(latitude_deg - south, north - latitude_deg)
        degrees: Floats = np.maximum(np.minimum(across, along), 0.0)
        return degrees * _DEGREE

    @cached_property
    def _redrawn(self) -> tuple[Integers, Integers, Floats, Floats]:
        """Pieces of all edges where zones were imported: left and right zone, start and end.

        The built-in lines and the imported ones, where what lies to either side differs: asked
        of points some 20 m off the middle of each piece.
        """
        lines = self._drawn.lines() if self._drawn else []
        for name in (self._base, "world"):
            for left, right, line in sheet(name).partition.arcs:
                if OUTSIDE not in (left, right):
                    lines.append(line)
        sizes = np.array([len(line) for line in lines])
        start, end, _ = pieces_of(np.concatenate(lines), 0.05, sizes)
        along = end - start
        length = np.maximum(np.hypot(*along.T), 1e-12)[:, None]
        aside = np.stack([-along[:, 1], along[:, 0]], 1) / length * _ASIDE
        sides = []
        for points in ((start + end) / 2 + aside, (start + end) / 2 - aside):
            latitude = np.clip(points[:, 1], -90.0, 90.0)
            sides.append(self._numbers_at(latitude, points[:, 0]))
        kept = sides[0] != sides[1]
        return sides[0][kept], sides[1][kept], start[kept], end[kept]
