"""Highest-density regions of points on the Earth, and the ellipse for those who want one.

The region that holds a share of the probability in the least area is bounded by a line of
equal density (`launchwatch.assessment.densities` estimates it); the level is the one that the
wanted share of the points themselves lies above.

Source: Hyndman, 1996 (highest-density regions by the density quantile).
"""

from itertools import pairwise
from typing import NamedTuple, cast

import contourpy
import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment.densities import GRID, Density, density_of, parted
from launchwatch.assessment.ranks import covariance_of, mean_of
from launchwatch.assessment.sheet import on_sheet
from launchwatch.constants import EARTH_MEAN_RADIUS
from launchwatch.messages.fallarea import Polygon
from launchwatch.messages.launch import Ellipse

Floats = NDArray[np.float64]

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
            np.minimum(np.maximum(np.cos(angle) * sin0 + np.sin(angle) * cos0 * north, -1.0), 1.0)
        )
        turn = np.arctan2(np.sin(angle) * east, np.cos(angle) * cos0 - np.sin(angle) * sin0 * north)
        return latitude, self.longitude + turn


class Region(NamedTuple):
    """Regions of points on the Earth that hold shares of them.

    Attributes:
        polygons: of the first share, in GeoJSON order (degrees); ``area`` theirs, m².
        cores: polygons of each further share.
        latitude, longitude: the point that stands for all, radians: the median of those
            that lead, along both principal axes of all.
        ellipse: of 95 %, from the second moments of all points about that one.
    """

    polygons: tuple[Polygon, ...]
    area: float
    ellipse: Ellipse
    latitude: float
    longitude: float
    cores: tuple[tuple[Polygon, ...], ...] = ()


def region_of(
    latitude: Floats,
    longitude: Floats,
    *shares: float,
    leading: NDArray[np.bool_] | None = None,
) -> Region:
    """Draw highest-density regions of points.

    Args:
        latitude, longitude: (n,) radians, at least 20 points.
        shares: of the probability that each region is to hold; 95 % unless told.
        leading: (n,) the points whose middle stands for all; all unless told.
    """
    # The middle of scattered directions is their mean vector's direction.
    outward = np.cos(latitude)
    x, y = outward @ np.cos(longitude), outward @ np.sin(longitude)
    z = np.sin(latitude).sum()
    chart = Chart(float(np.arctan2(z, np.hypot(x, y))), float(np.arctan2(y, x)))
    points = chart.flatten(latitude, longitude)
    densities = [density_of(part) for part in parted(points)]
    everywhere = np.concatenate([part.at_points for part in densities])
    ranks = [round((1.0 - share) * (len(points) - 1)) for share in shares or (0.95,)]
    ranked = np.partition(everywhere, ranks)
    # A millionth lower: where all points coincide the level is the top, and encloses nothing.
    levels = [float(ranked[rank]) * (1.0 - 1e-6) for rank in ranks]
    (polygons, area), *cores = (_drawn(chart, flat) for flat in _outlines(densities, levels))
    covariance = covariance_of(points)
    middle = _median(points if leading is None else points[leading], covariance)
    latitudes, longitudes = chart.lift(middle[None])
    off = mean_of(points) - middle
    return Region(
        polygons,
        area,
        ellipse_of(covariance + off[:, None] * off),
        float(latitudes[0]),
        float(longitudes[0]),
        tuple(core for core, _ in cores),
    )


def _median(points: Floats, covariance: Floats) -> Floats:
    """Give the median (2,) of points along the principal axes of a covariance."""
    _, axes = np.linalg.eigh(covariance)
    # Of an even number the upper one of two neighbours.
    middle = len(points) // 2
    ranked = np.partition(axes.T @ points.T, middle, axis=1)
    return np.asarray(axes @ ranked[:, middle])


def _drawn(chart: Chart, outlines: list[list[Floats]]) -> tuple[tuple[Polygon, ...], float]:
    """Give the polygons on the sheet of outlines on a chart, and their area."""
    polygons: list[Polygon] = []
    area = 0.0
    pole = 90.0 if chart.latitude > 0.0 else -90.0
    if not outlines:
        return (), 0.0
    # All rings in one: a call for each takes longer than what it does.
    latitudes, longitudes = chart.lift(np.concatenate([ring for one in outlines for ring in one]))
    lonlat = np.degrees(np.stack([longitudes, latitudes], axis=-1))
    begins = 0
    for flat in outlines:
        turns = [_signed_area(ring) for ring in flat]
        # An outer ring and its holes are of opposite sense: together they leave the area.
        area += abs(sum(turns))
        rings: list[Floats] = []
        for ring, turn in zip(flat, turns, strict=True):
            lifted = lonlat[begins : begins + len(ring)]
            begins += len(ring)
            is_outer = not rings
            rings.append(lifted if (turn > 0) == is_outer else lifted[::-1])
        polygons += on_sheet(rings, pole)
    return tuple(polygons), area


def _signed_area(ring: Floats) -> float:
    """Give a closed ring's area on the chart, positive if it runs counterclockwise."""
    x, y = ring.T
    return 0.5 * float(x[:-1] @ y[1:] - y[:-1] @ x[1:])


def ellipse_of(covariance: Floats) -> Ellipse:
    """Give the 95 % ellipse of a covariance (2, 2) of east and north, m²."""
    widths, axes = np.linalg.eigh(covariance)
    major, minor = (float(np.sqrt(_CHI2_95 * max(width, 0.0))) for width in widths[::-1])
    azimuth = float(np.degrees(np.arctan2(axes[0, 1], axes[1, 1]))) % 180.0
    return Ellipse(semi_major_m=major, semi_minor_m=minor, azimuth_deg=azimuth)


_ACROSS, _DOWN = np.meshgrid(np.arange(float(GRID)), np.arange(float(GRID)))
_UNMASKED = np.zeros((GRID, GRID), dtype=np.bool_)


def _outlines(densities: list[Density], levels: list[float]) -> list[list[list[Floats]]]:
    """Outline where densities exceed each of some levels: polygons on the chart as lists of rings,
    the outer one first."""
    outlines: list[list[list[Floats]]] = [[] for _ in levels]
    for one in densities:
        # Made directly: what chooses a generator and looks for masks takes longer than outlining.
        generator = contourpy.SerialContourGenerator(
            _ACROSS, _DOWN, np.ascontiguousarray(one.grid.T), _UNMASKED,
            corner_mask=False, line_type=contourpy.LineType.Separate,
            fill_type=contourpy.FillType.OuterOffset, quad_as_tri=False,
            z_interp=contourpy.ZInterp.Linear,
        )  # fmt: skip
        for found, level in zip(outlines, levels, strict=True):
            # OuterOffset: each polygon's points, and where among them each of its rings begins.
            polygons, offsets_of = cast(
                "tuple[list[Floats], list[NDArray[np.uint32]]]", generator.filled(level, np.inf)
            )
            for nodes, offsets in zip(polygons, offsets_of, strict=True):
                flat = one.flatten(nodes)
                found.append([flat[a:b] for a, b in pairwise(offsets)])
    return outlines
