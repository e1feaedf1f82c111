"""Highest-density regions of points on the Earth, and the ellipse for those who want one.

The region that holds a share of the probability in the least area is bounded by a line of
equal density. The density is a kernel estimate on a grid along the points' principal axes,
so that a region a thousand kilometres long and two wide is drawn as well as a round one; and in
coordinates bent to them (`_Warp`), so that the kernel is narrow in a dense core and wide in a
long tail: one width for both drew a core of two kilometres ten wide.
The points are first drawn together so that smoothing does not widen them (West, 1993), and
the level is the one that the wanted share of the points themselves lies above.

Source: Hyndman, 1996 (highest-density regions by the density quantile).
"""

from itertools import pairwise
from typing import NamedTuple, cast

import contourpy
import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment import _kernels
from launchwatch.assessment.ranks import at_shares, covariance_of, mean_of
from launchwatch.assessment.sheet import on_sheet
from launchwatch.constants import EARTH_MEAN_RADIUS
from launchwatch.messages.fallarea import Polygon
from launchwatch.messages.launch import Ellipse

Floats = NDArray[np.float64]

_GRID = 72
_CHI2_95 = 5.991464547107979

_CORE = 2.6
"""Widths of the shortest interval that holds three tenths of the points within which the longer
axis is nearly straight: two sigmas of a Gaussian."""

_GAP = 0.1
"""Share of the points' whole length from which on an empty stretch parts them into islands."""

_LEAST_PART, _FEWEST = 0.03, 20
"""Share of the points, and number, that make an island: fewer are a tail's last stragglers."""

_PARTS = 8
"""Stretches of the longer axis, of as many points each, that have a middle and a width of their
own: more would follow the luck of the draw, fewer would miss how a tail fans out."""


class Chart(NamedTuple):
    """A flat chart around a point: azimuthal equidistant on the mean sphere.

    Distances from its middle are true to 0.5 % (sphere for ellipsoid); outlines drawn on it
    go back to exactly the longitudes and latitudes that they came from.
    """

    latitude: float
    longitude: float

    def flatten(self, latitude: Floats, longitude: Floats) -> Floats:
        """Give (n, 2) metres east and north of the middle, from radians."""
        turn = longitude - self.longitude
        sin0, cos0 = np.sin(self.latitude), np.cos(self.latitude)
        sin1, cos1 = np.sin(latitude), np.cos(latitude)
        east = cos1 * np.sin(turn)
        north = cos0 * sin1 - sin0 * cos1 * np.cos(turn)
        across = np.hypot(east, north)
        angle = np.arctan2(across, sin0 * sin1 + cos0 * cos1 * np.cos(turn))
        scale = EARTH_MEAN_RADIUS * np.where(across > 1e-12, angle / np.maximum(across, 1e-12), 1.0)
        return np.stack([east * scale, north * scale], axis=-1)

    def lift(self, points: Floats) -> tuple[Floats, Floats]:
        """Give latitude and longitude (radians) of (n, 2) metres on the chart."""
        distance = np.hypot(points[..., 0], points[..., 1])
        angle = distance / EARTH_MEAN_RADIUS
        unit = np.maximum(distance, 1e-9)
        sin0, cos0 = np.sin(self.latitude), np.cos(self.latitude)
        east, north = points[..., 0] / unit, points[..., 1] / unit
        latitude = np.arcsin(
            np.minimum(np.maximum(np.cos(angle) * sin0 + np.sin(angle) * cos0 * north, -1.0), 1.0)
        )
        turn = np.arctan2(np.sin(angle) * east, np.cos(angle) * cos0 - np.sin(angle) * sin0 * north)
        return latitude, self.longitude + turn


class Region(NamedTuple):
    """A 95 % region: polygons in GeoJSON order (degrees), their area, and the 95 % ellipse.

    The ellipse is centred on the points' mean, ``latitude`` and ``longitude`` in radians.
    """

    polygons: tuple[Polygon, ...]
    area: float
    ellipse: Ellipse
    latitude: float
    longitude: float


def region_of(latitude: Floats, longitude: Floats, share: float = 0.95) -> Region:
    """Draw the highest-density region of points.

    Args:
        latitude, longitude: (n,) radians, at least 20 points.
        share: of the probability that the region is to hold.
    """
    # The middle of scattered directions is their mean vector's direction.
    outward = np.cos(latitude)
    x, y = outward @ np.cos(longitude), outward @ np.sin(longitude)
    z = np.sin(latitude).sum()
    chart = Chart(float(np.arctan2(z, np.hypot(x, y))), float(np.arctan2(y, x)))
    points = chart.flatten(latitude, longitude)
    mean = mean_of(points)
    ellipse = ellipse_of(covariance_of(points))
    parts = [_estimate(part) for part in _parts(points)]
    everywhere = np.concatenate([part.at_points for part in parts])
    rank = round((1.0 - share) * (len(points) - 1))
    # A millionth lower: where all points coincide the level is the top, and encloses nothing.
    level = float(np.partition(everywhere, rank)[rank]) * (1.0 - 1e-6)
    polygons: list[Polygon] = []
    area = 0.0
    for flat in (outline for part in parts for outline in _outlines(part, level)):
        turns = [_signed_area(ring) for ring in flat]
        # An outer ring and its holes are of opposite sense: together they leave the area.
        area += abs(sum(turns))
        wanted = [1.0] + [-1.0] * (len(flat) - 1)
        outline = [
            _lonlat(chart, ring if turn * sense > 0 else ring[::-1])
            for ring, turn, sense in zip(flat, turns, wanted, strict=True)
        ]
        polygons += on_sheet(outline, 90.0 if chart.latitude > 0.0 else -90.0)
    latitudes, longitudes = chart.lift(mean[None])
    return Region(tuple(polygons), area, ellipse, float(latitudes[0]), float(longitudes[0]))


def _signed_area(ring: Floats) -> float:
    """Give a closed ring's area on the chart, positive if it runs counterclockwise."""
    x, y = ring.T
    return 0.5 * float(x[:-1] @ y[1:] - y[:-1] @ x[1:])


def _lonlat(chart: Chart, ring: Floats) -> Floats:
    latitude, longitude = chart.lift(ring)
    return np.degrees(np.stack([longitude, latitude], axis=-1))


def ellipse_of(covariance: Floats) -> Ellipse:
    """Give the 95 % ellipse of a covariance (2, 2) of east and north, m²."""
    widths, axes = np.linalg.eigh(covariance)
    major, minor = (float(np.sqrt(_CHI2_95 * max(width, 0.0))) for width in widths[::-1])
    azimuth = float(np.degrees(np.arctan2(axes[0, 1], axes[1, 1]))) % 180.0
    return Ellipse(semi_major_m=major, semi_minor_m=minor, azimuth_deg=azimuth)


_APART = np.abs(np.arange(_GRID)[:, None] - np.arange(_GRID))
_ACROSS, _DOWN = np.meshgrid(np.arange(float(_GRID)), np.arange(float(_GRID)))
_UNMASKED = np.zeros((_GRID, _GRID), dtype=np.bool_)
_NODES = np.moveaxis(np.indices((_GRID, _GRID)), 0, -1).astype(np.float64)


def _smoothing(width: float) -> Floats:
    """Give the symmetric matrix that smooths a grid line by a Gaussian, width in cells."""
    weights = np.exp(-0.5 * (np.arange(_GRID) / width) ** 2)
    # As seen from the grid's middle line.
    whole = weights[: _GRID // 2].sum() + weights[1 : _GRID // 2 + 1].sum()
    return np.asarray((weights / whole)[_APART])


class _Warp(NamedTuple):
    """Coordinates in which a dense core and its long, widening tail look alike.

    Along the longer axis asinh((x - middle) / scale): straight in the core, a logarithm in the
    tail. Across it the distance from the local middle over the local width, both by rank.
    """

    middle: float
    scale: float
    knots: Floats
    middles: Floats
    widths: Floats

    def bend(self, points: Floats) -> tuple[Floats, Floats]:
        """Warp points (n, 2), the longer axis first; and give the widths there, (n,)."""
        u = np.arcsinh((points[:, 0] - self.middle) / self.scale)
        width = np.interp(u, self.knots, self.widths)
        across = (points[:, 1] - np.interp(u, self.knots, self.middles)) / width
        return np.stack([u, across], axis=-1), width

    def straighten(self, bent: Floats) -> Floats:
        """Take points (n, 2) back."""
        u, v = bent[:, 0], bent[:, 1]
        across = np.interp(u, self.knots, self.middles) + v * np.interp(u, self.knots, self.widths)
        return np.stack([self.middle + self.scale * np.sinh(u), across], axis=-1)

    def crowding(self, u: Floats, width: Floats) -> Floats:
        """Give how much denser points lie in the plane than in these coordinates, from widths."""
        return np.asarray(1.0 / (self.scale * np.cosh(u) * width))


def _warp_of(points: Floats) -> _Warp:
    """Fit the coordinates to points (n, 2)."""
    order = np.argsort(points[:, 0])
    ranked, across = points[order, 0], points[order, 1]
    count = len(ranked)
    # The shortest interval that holds three tenths: of a Gaussian, 0.77 sigma wide at its top.
    held = max(int(0.3 * count), 2)
    spans = ranked[held - 1 :] - ranked[: count - held + 1]
    first = int(np.argmin(spans))
    middle = 0.5 * float(ranked[first] + ranked[first + held - 1])
    whole = float(ranked[-1] - ranked[0])
    scale = max(_CORE * float(spans[first]), 1e-3 * whole, 1e-9)
    u = np.arcsinh((ranked - middle) / scale)
    # Stretches of as many points each, the first ones one more where they do not share out.
    sizes = count // _PARTS + (np.arange(_PARTS) < count % _PARTS)
    ends = np.append(0, np.cumsum(sizes))
    knots = np.add.reduceat(u, ends[:-1]) / sizes + 1e-9 * np.arange(_PARTS)
    # Not the median for a middle: of two branches it is now one and now the other.
    stretches = (across[low:high] for low, high in pairwise(ends.tolist()))
    low, high = np.array([at_shares(np.sort(one), (0.16, 0.84)) for one in stretches]).T
    least = max(1e-3 * float(across.max() - across.min()), 1e-9)
    widths = np.maximum(0.5 * (high - low), least)
    return _Warp(middle, scale, knots, 0.5 * (low + high), widths)


class _Estimate(NamedTuple):
    """The density of some of the points, as a grid in coordinates of their own.

    Attributes:
        mean: of the points; ``axes`` and ``widths`` their principal ones, the longer first.
        bent_mean, turn: from the grid's coordinates to the warp's.
        grid: points per square metre at its nodes; ``low`` is the first, ``cell`` the spacing.
        at_points: the same where the points are.
    """

    mean: Floats
    axes: Floats
    widths: Floats
    warp: _Warp
    bent_mean: Floats
    turn: Floats
    low: Floats
    cell: Floats
    grid: Floats
    at_points: Floats


def _parts(points: Floats) -> list[Floats]:
    """Split points where a wide gap lies between them: one kernel cannot serve two islands."""
    _, axes = np.linalg.eigh(covariance_of(points))
    along = points @ axes[:, 1]
    order = np.argsort(along)
    along = along[order]
    least = max(int(_LEAST_PART * len(points)), _FEWEST)
    if len(points) < 2 * least:
        return [points]
    gaps = np.diff(along)[least - 1 : len(points) - least]
    widest = int(np.argmax(gaps))
    if gaps[widest] <= _GAP * (along[-1] - along[0]):
        return [points]
    cut = least + widest
    return _parts(points[order[:cut]]) + _parts(points[order[cut:]])


def _estimate(points: Floats) -> _Estimate:
    """Estimate the density of points (n, 2)."""
    count = len(points)
    mean = mean_of(points)
    # A millimetre on each axis keeps identical points from having no area at all.
    widths, axes = np.linalg.eigh(covariance_of(points) + 1e-6 * np.eye(2))
    axes, widths = axes[:, ::-1], np.sqrt(widths[::-1])
    straight = (points - mean) @ axes / widths
    warp = _warp_of(straight)
    bent, width = warp.bend(straight)
    bent_mean = mean_of(bent)
    sigmas, turns = np.linalg.eigh(covariance_of(bent) + 1e-12 * np.eye(2))
    sigmas = np.sqrt(sigmas)
    white = (bent - bent_mean) @ turns / sigmas
    # Silverman's rule in two dimensions, then points drawn together by the same amount.
    bandwidth = count ** (-1.0 / 6.0)
    drawn = white * np.sqrt(1.0 - bandwidth**2)
    low = np.array([column.min() for column in drawn.T]) - 4.0 * bandwidth
    high = np.array([column.max() for column in drawn.T]) + 4.0 * bandwidth
    cell = (high - low) / (_GRID - 1)
    density = np.zeros((_GRID, _GRID))
    _kernels.share_out(drawn, low, cell, density)
    along, across = (_smoothing(bandwidth / width) for width in cell)
    smooth = along @ density @ across
    # The region is to hold the points as they came, not as they were drawn together.
    at_points = np.empty(count)
    _kernels.read_off(white, low, cell, smooth, at_points)
    per_area = 1.0 / float(np.prod(cell) * np.prod(sigmas) * np.prod(widths))
    turn = turns * sigmas
    along_nodes = _NODES @ (cell * turn[0]) + (low @ turn[0] + bent_mean[0])
    node_widths = np.interp(along_nodes, warp.knots, warp.widths)
    return _Estimate(
        mean, axes, widths, warp, bent_mean, turn, low, cell,
        smooth * per_area * warp.crowding(along_nodes, node_widths),
        at_points * per_area * warp.crowding(bent[:, 0], width),
    )  # fmt: skip


def _outlines(one: _Estimate, level: float) -> list[list[Floats]]:
    """Outline where a density exceeds a level: polygons as lists of rings, the outer one first."""
    # Made directly: what chooses a generator and looks for masks takes longer than the outline.
    generator = contourpy.SerialContourGenerator(
        _ACROSS, _DOWN, np.ascontiguousarray(one.grid.T), _UNMASKED,
        corner_mask=False, line_type=contourpy.LineType.Separate,
        fill_type=contourpy.FillType.OuterOffset, quad_as_tri=False,
        z_interp=contourpy.ZInterp.Linear,
    )  # fmt: skip
    # OuterOffset: each polygon's points, and where among them each of its rings begins.
    rings_of, offsets_of = cast(
        "tuple[list[Floats], list[NDArray[np.uint32]]]", generator.filled(level, np.inf)
    )
    outlines = []
    for rings, offsets in zip(rings_of, offsets_of, strict=True):
        straight = one.warp.straighten((rings * one.cell + one.low) @ one.turn.T + one.bent_mean)
        flat = (straight * one.widths) @ one.axes.T + one.mean
        outlines.append([flat[a:b] for a, b in pairwise(offsets)])
    return outlines
