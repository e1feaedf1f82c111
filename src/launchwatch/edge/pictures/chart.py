"""A flat map of one region: azimuthal equidistant about its middle, drawn in kilometres.

Distances and bearings from the middle are true; over the 1,500 km of a sheet other
distances are within half a percent, so one scale bar serves the whole map.
"""

import math
from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely
from matplotlib.axes import Axes
from matplotlib.patches import PathPatch
from matplotlib.path import Path as Outline2D
from numpy.typing import NDArray
from pyproj import Proj

from launchwatch.edge.outlines import Outline
from launchwatch.edge.pictures.style import (
    COAST,
    INK,
    LAND,
    QUIET,
    SEA,
    SMALL,
    ZONE,
)
from launchwatch.messages.fallarea import Polygon

Points = NDArray[np.float64]


class Chart:
    """One map on one pair of axes; the middle and the half-widths in km say what it shows."""

    def __init__(
        self, axes: Axes, longitude: float, latitude: float, half_width: float, half_height: float
    ) -> None:
        self.axes = axes
        self._project = Proj(proj="aeqd", lon_0=longitude, lat_0=latitude, ellps="WGS84")
        self.half_width, self.half_height = half_width, half_height
        axes.set_xlim(-half_width, half_width)
        axes.set_ylim(-half_height, half_height)
        axes.set_aspect("equal")
        axes.set_xticks([])
        axes.set_yticks([])
        axes.set_facecolor(SEA)
        for spine in axes.spines.values():
            spine.set_color(QUIET)
            spine.set_linewidth(0.8)

    def kilometres(self, lonlat: Sequence[tuple[float, float]] | Points) -> Points:
        """Place longitudes and latitudes (n, 2) on the map: (n, 2) km east and north."""
        degrees = np.asarray(lonlat, dtype=float).reshape(-1, 2)
        east, north = self._project(degrees[:, 0], degrees[:, 1])
        return np.column_stack([east, north]) / 1e3

    def lonlat(self, east: float, north: float) -> tuple[float, float]:
        """Give the longitude and latitude in degrees of a place in km."""
        longitude, latitude = self._project(east * 1e3, north * 1e3, inverse=True)
        return float(longitude), float(latitude)

    def holds(self, point: Points, margin: float = 0.0) -> bool:
        """Is a place (2,) in km inside the frame, at least a margin in km from its edge?"""
        return bool(
            abs(point[0]) < self.half_width - margin and abs(point[1]) < self.half_height - margin
        )

    def line(self, lonlat: Sequence[tuple[float, float]] | Points, **how: Any) -> None:
        """Draw a line through longitudes and latitudes."""
        points = self.kilometres(lonlat)
        self.axes.plot(points[:, 0], points[:, 1], **how)

    def fill(self, polygons: Iterable[Polygon], **how: Any) -> None:
        """Fill polygons of (longitude, latitude), holes left open, cut at the frame."""
        box = (
            -1.02 * self.half_width,
            -1.02 * self.half_height,
            1.02 * self.half_width,
            1.02 * self.half_height,
        )
        vertices: list[Points] = []
        codes: list[Any] = []
        for rings in polygons:
            flat = [self.kilometres(ring) for ring in rings if len(ring) > 3]
            if not flat or not all(np.isfinite(each).all() for each in flat):
                continue
            east, north = flat[0][:, 0], flat[0][:, 1]
            outside = east.max() < box[0] or east.min() > box[2]
            if outside or north.max() < box[1] or north.min() > box[3]:
                continue
            shape = shapely.make_valid(shapely.Polygon(flat[0], flat[1:]))
            for part in shapely.get_parts(shapely.clip_by_rect(shape, *box)):
                if part.geom_type != "Polygon":
                    continue
                for ring in (part.exterior, *part.interiors):
                    vertices.append(np.asarray(ring.coords))
                    inner = len(ring.coords) - 2
                    codes += [Outline2D.MOVETO, *[Outline2D.LINETO] * inner, Outline2D.CLOSEPOLY]
        if vertices:
            path = Outline2D(np.concatenate(vertices), codes)
            self.axes.add_patch(PathPatch(path, **how))

    def ground(self, outlines: Sequence[Outline]) -> None:
        """Draw land, coasts and zones, each zone with its name where it has most room."""
        for each in outlines:
            if each.kind == "eez":
                self.fill(each.polygons, facecolor=ZONE, edgecolor="none", alpha=0.07, zorder=1)
                self.fill(
                    each.polygons, facecolor="none", edgecolor=ZONE, lw=0.9, alpha=0.75, zorder=2
                )
        for each in outlines:
            if each.kind == "territorial-sea":
                self.fill(each.polygons, facecolor=ZONE, edgecolor="none", alpha=0.14, zorder=2)
        for each in outlines:
            if each.kind == "land":
                self.fill(each.polygons, facecolor=LAND, edgecolor=COAST, lw=0.5, zorder=3)

    def roomiest(self, polygons: Iterable[Polygon], clear_of: Any = None) -> Points | None:
        """Give the place (2,) in km deepest inside polygons within the frame, if there is one."""
        frame = shapely.box(
            -self.half_width, -self.half_height, self.half_width, self.half_height
        ).buffer(-0.03 * self.half_width)
        best: Points | None = None
        depth = 0.0
        for rings in polygons:
            flat = [self.kilometres(ring) for ring in rings if len(ring) > 3]
            if not flat or not all(np.isfinite(each).all() for each in flat):
                continue
            shape = shapely.make_valid(shapely.Polygon(flat[0], flat[1:])).intersection(frame)
            if clear_of is not None:
                shape = shape.difference(clear_of)
            for part in shapely.get_parts(shape):
                if part.geom_type != "Polygon" or part.area <= 0.0:
                    continue
                circle = shapely.maximum_inscribed_circle(part, tolerance=5.0)
                if circle.length > depth:
                    depth, best = circle.length, np.asarray(circle.coords[0])
        return best

    def graticule(self, step: float) -> None:
        """Draw meridians and parallels every so many degrees, labelled along the frame."""
        corners = np.array(
            [[x * self.half_width, y * self.half_height] for x in (-1, 0, 1) for y in (-1, 0, 1)]
        )
        lon, lat = self._project(corners[:, 0] * 1e3, corners[:, 1] * 1e3, inverse=True)
        middle = float(lon[4])
        lon = middle + (np.asarray(lon) - middle + 180.0) % 360.0 - 180.0
        style: dict[str, Any] = {"color": QUIET, "lw": 0.5, "alpha": 0.35, "zorder": 4}
        for meridian in np.arange(
            math.floor(lon.min() / step) * step, lon.max() + step, step
        ).tolist():
            along = np.linspace(max(lat.min() - step, -90), min(lat.max() + step, 90), 80)
            points = self.kilometres(np.column_stack([np.full_like(along, meridian), along]))
            self.axes.plot(points[:, 0], points[:, 1], **style)
            at = float(np.interp(-self.half_height, points[:, 1], points[:, 0]))
            if abs(at) < 0.97 * self.half_width:
                shown = (meridian + 180.0) % 360.0 - 180.0
                text = f"{abs(shown):g}° {'E' if shown >= 0 else 'W'}"
                self._edge_text(at, -self.half_height, text, va="top")
        for parallel in np.arange(math.ceil(lat.min() / step) * step, lat.max(), step).tolist():
            along = np.linspace(lon.min() - step, lon.max() + step, 120)
            points = self.kilometres(np.column_stack([along, np.full_like(along, parallel)]))
            self.axes.plot(points[:, 0], points[:, 1], **style)
            at = float(np.interp(-self.half_width, points[:, 0], points[:, 1]))
            if abs(at) < 0.97 * self.half_height:
                text = f"{abs(parallel):g}° {'N' if parallel >= 0 else 'S'}"
                self._edge_text(-self.half_width, at, text, ha="right")

    def _edge_text(self, x: float, y: float, text: str, **how: Any) -> None:
        offset = (0, -3) if "va" in how else (-3, 0)
        self.axes.annotate(
            text,
            (x, y),
            xytext=offset,
            textcoords="offset points",
            size=SMALL - 0.8,
            color=QUIET,
            annotation_clip=False,
            **{"ha": "center", "va": "center", **how},
        )

    def scale_bar(self, x: float = 0.04, y: float = 0.06) -> None:
        """Draw a bar of a round length, about a fifth of the map, near a corner."""
        room = 0.4 * self.half_width
        length = max(
            (m * 10.0**e for e in range(-1, 4) for m in (1, 2, 5) if m * 10.0**e <= room),
            default=room,
        )
        left = -self.half_width + 2 * x * self.half_width
        low = -self.half_height + 2 * y * self.half_height
        self.axes.plot(
            [left, left + length], [low, low], color=INK, lw=2.2, solid_capstyle="butt", zorder=15
        )
        self.axes.annotate(
            f"{length:g} km",
            (left + length / 2, low),
            xytext=(0, 4),
            textcoords="offset points",
            ha="center",
            size=SMALL - 0.4,
            zorder=15,
        )


def ellipse_ring(
    chart: Chart,
    longitude: float,
    latitude: float,
    semi_major_m: float,
    semi_minor_m: float,
    azimuth_deg: float,
) -> Points:
    """Give the outline (73, 2) in km of an ellipse on the ground."""
    centre = chart.kilometres([(longitude, latitude)])[0]
    # North at a place away from the map's middle is not straight up: take its direction.
    north = chart.kilometres([(longitude, latitude + 0.01)])[0] - centre
    turn = math.atan2(north[0], north[1]) + math.radians(azimuth_deg)
    angle = np.linspace(0.0, 2.0 * math.pi, 73)
    along, across = semi_major_m / 1e3 * np.cos(angle), semi_minor_m / 1e3 * np.sin(angle)
    ring = np.column_stack(
        [
            along * math.sin(turn) + across * math.cos(turn),
            along * math.cos(turn) - across * math.sin(turn),
        ]
    )
    return np.asarray(centre + ring)
