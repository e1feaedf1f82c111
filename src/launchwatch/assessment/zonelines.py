"""Land and zone edges as lines, for pictures."""

from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from msgspec import Struct

from launchwatch.assessment.partition import OUTSIDE
from launchwatch.assessment.places import land
from launchwatch.assessment.zones import Zone, Zones

Floats = npt.NDArray[np.float64]


class Outlines(Struct, frozen=True):
    """Lines for a picture, each (k, 2) rows of longitude and latitude in degrees.

    Attributes:
        land: country (ISO alpha-3) and outer ring of its land, in map order.
        edges: kind of line and its course: ``territorial-sea`` at 12 NM, ``eez`` at 200 NM,
            ``median`` between states, ``border`` on land.
    """

    land: tuple[tuple[str, Floats], ...]
    edges: tuple[tuple[str, Floats], ...]


def outlines(
    zones: Zones, west_deg: float, south_deg: float, east_deg: float, north_deg: float
) -> Outlines:
    """Give land and zone edges within a box, for pictures.

    Land comes thinned to some hundred metres, edges as stored. Lines are cut at the box;
    beyond the built-in map there are none.
    """
    frame = (west_deg, south_deg, east_deg, north_deg)
    polygons, borders = land()
    shores = [
        (country, shapely.get_coordinates(part.exterior))
        for country, parts in polygons.items()
        for whole in parts
        for part in _polygons(shapely.clip_by_rect(whole, *frame))
    ]
    edges = [
        (_edge_kind(zones.zones[left], zones.zones[right]), points)
        for left, right, points in zones.partition.arcs
        if OUTSIDE not in (left, right)
    ]
    edges += [("border", line) for _, _, lines in borders for line in lines]
    inside = [
        (kind, shapely.get_coordinates(part))
        for kind, points in edges
        if kind and len(points) > 1
        for part in shapely.get_parts(shapely.clip_by_rect(shapely.LineString(points), *frame))
        if part.geom_type == "LineString"
    ]
    return Outlines(tuple(shores), tuple(inside))


def _polygons(clipped: Any) -> list[Any]:
    parts = shapely.get_parts(clipped)
    return [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]


def _edge_kind(left: Zone, right: Zone) -> str:
    """Name a line by what it parts; empty for coasts and land borders, drawn from the land."""
    kinds = {left.kind, right.kind}
    if "land" in kinds:
        return ""
    if "high-seas" in kinds:
        return "eez"
    return "median" if left.country != right.country else "territorial-sea"
