"""Outlines for warnings: few vertices, and never smaller than the area they stand for.

A line simplified in the usual way cuts corners off, and with them people who should be
warned. `outline` simplifies within a tolerance and then grows by more than it, so the
result covers the original; this is checked, and where it fails a plain box is used.
"""

from collections.abc import Sequence

import shapely
from shapely.geometry.base import BaseGeometry

from launchwatch.messages.fallarea import Polygon, Ring
from launchwatch.warning.picture import shape_of, widened

DECIMALS = 4
"""Of a degree: 11 m, far below what any fall area knows."""

_ROUNDING = 10.0**-DECIMALS
"""Growth before rounding, degrees: rounding moves a point by up to 0.71 of this."""

_GROWTH = 1.1
"""Growth over the tolerance: a simplified line strays by up to the tolerance itself."""

_FINEST = 1e-3
"""The first tolerance tried, as a fraction of the part's size; each next one is larger by
`_COARSER`, and after `_TRIES` of them a box is drawn."""

_COARSER = 1.6

_TRIES = 16

_MOST_PARTS = 12
"""More parts than this become one: a reader cannot act on a sprinkle of islets."""

_WORLD = shapely.box(-180.0, -90.0, 180.0, 90.0)


def outline(region: Sequence[Polygon], vertices: int, margin: float = 0.0) -> tuple[Ring, ...]:
    """Give closed rings, longitude before latitude in degrees, that cover a region.

    Holes are filled: CAP has none, and a warning may be too wide but not too narrow.

    Args:
        region: polygons, in degrees; parts outside the world or not finite are left out.
        vertices: at most so many distinct points in a ring, at least 4.
        margin: metres round the region that are covered too.

    Returns:
        Rings, anticlockwise, largest first; none for an empty region.
    """
    surface = _filled(shape_of(region).intersection(_WORLD))
    shape = _filled(widened(surface, margin).intersection(_WORLD))
    if shape.is_empty:
        return ()
    if len(_parts(shape)) > _MOST_PARTS:
        shape = shape.convex_hull
    parts = sorted(_parts(shape), key=lambda part: (-part.area, part.bounds))
    return tuple(_ring(part, vertices) for part in parts)


def _ring(part: BaseGeometry, vertices: int) -> Ring:
    west, south, east, north = part.bounds
    finest = max(_ROUNDING, _FINEST * max(east - west, north - south))
    for tolerance in (0.0, *(finest * _COARSER**k for k in range(_TRIES))):
        candidate = _grown(part, tolerance, vertices)
        if candidate is not None and shapely.get_num_coordinates(candidate) - 1 <= vertices:
            return _points(candidate)
    box = shapely.box(west - _ROUNDING, south - _ROUNDING, east + _ROUNDING, north + _ROUNDING)
    return _points(box.intersection(_WORLD))


def _grown(part: BaseGeometry, tolerance: float, vertices: int) -> BaseGeometry | None:
    """Simplify within a tolerance and grow by more; None where that does not cover the part."""
    slim = part.simplify(tolerance)
    if shapely.get_num_coordinates(slim) > 2 * vertices:  # growing merges few of them
        return None
    # Mitred corners keep the number of points; rounded ones would multiply it.
    grown = slim.buffer(_GROWTH * tolerance + _ROUNDING, join_style="mitre", mitre_limit=3.0)
    candidate = _rounded(_filled(grown.intersection(_WORLD)))
    return candidate if candidate is not None and candidate.covers(part) else None


def _rounded(part: BaseGeometry) -> BaseGeometry | None:
    if part.geom_type != "Polygon":
        return None
    points = [(round(x, DECIMALS), round(y, DECIMALS)) for x, y in part.exterior.coords]
    candidate = shapely.Polygon(points)
    return candidate if candidate.is_valid and candidate.area > 0 else None


def _filled(shape: BaseGeometry) -> BaseGeometry:
    """Keep the surfaces of a geometry, without their holes."""
    return shapely.union_all([shapely.Polygon(part.exterior) for part in _parts(shape)])


def _parts(shape: BaseGeometry) -> list[BaseGeometry]:
    """List the polygons in a geometry; lines and points have no area to warn."""
    return [
        part
        for single in getattr(shape, "geoms", [shape])
        for part in (_parts(single) if hasattr(single, "geoms") else [single])
        if part.geom_type == "Polygon" and not part.is_empty
    ]


def _points(part: BaseGeometry) -> Ring:
    oriented = shapely.geometry.polygon.orient(part)
    return tuple((float(x), float(y)) for x, y in oriented.exterior.coords)
