"""Coasts and zones as maps need them: names and polygons, nothing to judge by.

What lies in which zone is decided by `launchwatch.assessment.zones` alone.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import shapely
from msgspec import Struct
from numpy.typing import NDArray

from launchwatch.assessment.zones import Zones
from launchwatch.messages.fallarea import Polygon

Floats = NDArray[np.float64]


class Outline(Struct, frozen=True, kw_only=True):
    """One area to draw.

    Attributes:
        name: as in zone probabilities, such as ``JPN-EEZ``.
        kind: land, territorial-sea, eez or other.
        polygons: rings of (longitude, latitude) in degrees.
    """

    name: str
    kind: str
    polygons: tuple[Polygon, ...]


def zone_outlines(zones: Zones) -> tuple[Outline, ...]:
    """Give the outline of every zone: the faces between the lines that part them."""
    faces = faces_between([points for _, _, points in zones.partition.arcs])
    inside = shapely.get_coordinates(shapely.point_on_surface(faces))
    numbers = zones.partition.numbers_at(inside[:, 0], inside[:, 1])
    found: dict[int, list[Polygon]] = {}
    for number, face in zip(numbers.tolist(), faces, strict=True):
        found.setdefault(number, []).append(_rings(face))
    return (
        *(
            Outline(name=zone.zone, kind=zone.kind, polygons=tuple(found[number]))
            for number, zone in enumerate(zones.zones)
            if number in found
        ),
        *(
            Outline(
                name=user.zone,
                kind=user.kind,
                polygons=tuple(
                    _rings(part)
                    for part in shapely.get_parts(user.area)
                    if part.geom_type == "Polygon"
                ),
            )
            for user in zones.users
        ),
    )


def faces_between(lines: Sequence[Floats]) -> NDArray[Any]:
    """Give the areas that lines of (longitude, latitude) enclose.

    Lines are cut where they cross first: a coast whose corners were rounded may touch itself, and
    would else enclose nothing, its sea drawn as land.
    """
    crossing = shapely.MultiLineString([shapely.LineString(points) for points in lines])
    cut = shapely.get_parts(shapely.node(crossing))
    return np.asarray(shapely.get_parts(shapely.polygonize(cut)))


def _rings(face: shapely.Polygon) -> Polygon:
    return tuple(
        tuple((float(x), float(y)) for x, y in ring.coords)
        for ring in (face.exterior, *face.interiors)
    )


def nearby(
    outlines: Sequence[Outline], longitude_deg: float, latitude_deg: float, reach_deg: float = 25.0
) -> tuple[Outline, ...]:
    """Cut outlines to a window about a place, so that drawing them is quick.

    The window's width in longitude grows with latitude; it does not reach over the
    antimeridian unless the outlines do.
    """
    wide = reach_deg / max(float(np.cos(np.radians(latitude_deg))), 0.2)
    window = (
        longitude_deg - wide,
        latitude_deg - reach_deg,
        longitude_deg + wide,
        latitude_deg + reach_deg,
    )
    cut = (
        Outline(name=each.name, kind=each.kind, polygons=_cut(each.polygons, window))
        for each in outlines
    )
    return tuple(each for each in cut if each.polygons)


def _cut(
    polygons: Sequence[Polygon], window: tuple[float, float, float, float]
) -> tuple[Polygon, ...]:
    kept: list[Polygon] = []
    for rings in polygons:
        outer = np.asarray(rings[0]) if rings else np.empty((0, 2))
        if len(outer) < 4:
            continue
        (west, south), (east, north) = outer.min(axis=0), outer.max(axis=0)
        if west > window[2] or east < window[0] or south > window[3] or north < window[1]:
            continue
        clipped = shapely.clip_by_rect(shapely.Polygon(outer, rings[1:]), *window)
        kept += [_rings(part) for part in shapely.get_parts(clipped) if part.geom_type == "Polygon"]
    return tuple(kept)
