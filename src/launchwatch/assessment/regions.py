"""Highest-density regions of points on the Earth, and the ellipse for those who want one.

The region that holds a share of the probability in the least area is bounded by a line of
equal density. The density is a kernel estimate on a grid along the points' principal axes,
so that a region a thousand kilometres long and two wide is drawn as well as a round one.
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
from launchwatch.assessment.sheet import on_sheet
from launchwatch.constants import EARTH_MEAN_RADIUS
from launchwatch.messages.fallarea import Polygon
from launchwatch.messages.launch import Ellipse

Floats = NDArray[np.float64]

_GRID = 72
_CHI2_95 = 5.991464547107979


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
            np.clip(np.cos(angle) * sin0 + np.sin(angle) * cos0 * north, -1.0, 1.0)
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
    x = np.mean(np.cos(latitude) * np.cos(longitude))
    y = np.mean(np.cos(latitude) * np.sin(longitude))
    chart = Chart(
        float(np.arctan2(np.mean(np.sin(latitude)), np.hypot(x, y))), float(np.arctan2(y, x))
    )
    points = chart.flatten(latitude, longitude)
    mean = points.mean(axis=0)
    covariance = np.cov(points.T)
    ellipse = ellipse_of(covariance)
    # A millimetre on each axis keeps identical points from having no area at all.
    widths, axes = np.linalg.eigh(covariance + 1e-6 * np.eye(2))
    white = (points - mean) @ axes / np.sqrt(widths)
    polygons: list[Polygon] = []
    area = 0.0
    for rings in _outlines(white, share):
        flat = [(ring * np.sqrt(widths)) @ axes.T + mean for ring in rings]
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
    x, y = ring[:-1].T
    return 0.5 * float(x @ np.roll(y, -1) - y @ np.roll(x, -1))


def _lonlat(chart: Chart, ring: Floats) -> Floats:
    latitude, longitude = chart.lift(ring)
    return np.degrees(np.stack([longitude, latitude], axis=-1))


def ellipse_of(covariance: Floats) -> Ellipse:
    """Give the 95 % ellipse of a covariance (2, 2) of east and north, m²."""
    widths, axes = np.linalg.eigh(covariance)
    major, minor = (float(np.sqrt(_CHI2_95 * max(width, 0.0))) for width in widths[::-1])
    azimuth = float(np.degrees(np.arctan2(axes[0, 1], axes[1, 1]))) % 180.0
    return Ellipse(semi_major_m=major, semi_minor_m=minor, azimuth_deg=azimuth)


def _smoothing(width: float) -> Floats:
    """Give the symmetric matrix that smooths a grid line by a Gaussian, width in cells."""
    apart = (np.arange(_GRID)[:, None] - np.arange(_GRID)) / width
    weights = np.exp(-0.5 * apart**2)
    return np.asarray(weights / weights[_GRID // 2].sum())


def _outlines(white: Floats, share: float) -> list[list[Floats]]:
    """Outline the densest part of whitened points: polygons as lists of rings, outer first."""
    count = len(white)
    # Silverman's rule in two dimensions, then points drawn together by the same amount.
    bandwidth = count ** (-1.0 / 6.0)
    drawn = white * np.sqrt(1.0 - bandwidth**2)
    low = drawn.min(axis=0) - 4.0 * bandwidth
    cell = (drawn.max(axis=0) + 4.0 * bandwidth - low) / (_GRID - 1)
    density = np.zeros((_GRID, _GRID))
    _kernels.share_out(drawn, low, cell, density)
    along, across = (_smoothing(bandwidth / width) for width in cell)
    smooth = along @ density @ across
    # The region is to hold the points as they came, not as they were drawn together.
    at_points = np.empty(count)
    _kernels.read_off(white, low, cell, smooth, at_points)
    # A millionth lower: where all points coincide the level is the top, and encloses nothing.
    rank = round((1.0 - share) * (count - 1))
    level = float(np.partition(at_points, rank)[rank]) * (1.0 - 1e-6)
    generator = contourpy.contour_generator(
        z=smooth.T, fill_type=contourpy.FillType.OuterOffset, name="serial"
    )
    # OuterOffset: each polygon's points, and where among them each of its rings begins.
    rings_of, offsets_of = cast(
        "tuple[list[Floats], list[NDArray[np.uint32]]]", generator.filled(level, np.inf)
    )
    outlines = []
    for rings, offsets in zip(rings_of, offsets_of, strict=True):
        scaled = rings * cell + low
        outlines.append([scaled[a:b] for a, b in pairwise(offsets)])
    return outlines
