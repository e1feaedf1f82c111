"""Areas on the ellipsoid: how large polygons are, and in which form GeoJSON wants them.

Polygons are those of messages: an outer ring, then holes, each ring a closed tuple of
(longitude, latitude) in degrees, the first corner repeated at the end. RFC 7946 asks that
outer rings run counterclockwise and holes clockwise (section 3.1.6), and that what crosses
the antimeridian be cut there (section 3.1.9). Areas are those between geodesics from
corner to corner (Karney, J. Geod. 87 (2013) 43-55, section 6).
"""

from collections.abc import Iterable, Sequence
from typing import Any

import numpy as np
import shapely

from launchwatch.constants import WGS84_FLATTENING, WGS84_SEMI_MAJOR
from launchwatch.errors import InputError
from launchwatch.messages.fallarea import Polygon, Ring


def area(polygons: Iterable[Polygon]) -> float:
    """Give the square metres that polygons cover, holes taken off.

    Rings may run either way round and may cross the antimeridian; they must not hold a pole
    or cross themselves (`repaired` helps), and polygons must not overlap.

    Raises:
        InputError: a ring is not closed, too short, or not of finite degrees.
    """
    total = 0.0
    for polygon in polygons:
        sizes = [abs(_ring_area(ring)) for ring in polygon]
        total += sizes[0] - sum(sizes[1:]) if sizes else 0.0
    return total


def oriented(polygon: Polygon) -> Polygon:
    """Give the polygon with its outer ring counterclockwise and its holes clockwise.

    Raises:
        InputError: a ring is not closed, too short, or not of finite degrees.
    """
    return tuple(
        ring if (_ring_area(ring) > 0.0) == (position == 0) else tuple(reversed(ring))
        for position, ring in enumerate(polygon)
    )


def cut_at_antimeridian(polygon: Polygon) -> tuple[Polygon, ...]:
    """Give the polygon in parts that each lie within longitudes -180..180, oriented.

    Each side is taken the short way round, so that a ring from 179 to -179 is 2 degrees
    wide; longitudes beyond 180 mean the same. One that needs no cut comes back whole.

    Raises:
        InputError: a ring goes round a pole, is not closed, too short, or not finite.
    """
    rings = [_unrolled(ring) for ring in polygon]
    if not rings:
        return ()
    # Holes may have been unrolled a turn away from the ring that they lie in.
    middle = (rings[0][:, 0].min() + rings[0][:, 0].max()) / 2.0
    for ring in rings[1:]:
        own = (ring[:, 0].min() + ring[:, 0].max()) / 2.0
        ring[:, 0] += 360.0 * np.round((middle - own) / 360.0)
    whole = shapely.Polygon(rings[0], rings[1:])
    west, _, east, _ = whole.bounds
    parts: list[Polygon] = []
    first, last = int(np.floor((west + 180.0) / 360.0)), int(np.ceil((east + 180.0) / 360.0))
    for turn in range(first, max(last, first + 1)):
        window = (turn * 360.0 - 180.0, -90.0, turn * 360.0 + 180.0, 90.0)
        inside = west >= window[0] and east <= window[2]
        piece = whole if inside else shapely.make_valid(whole).intersection(shapely.box(*window))
        parts += [
            _from_shape(shapely.transform(each, lambda xy, turn=turn: xy - [turn * 360.0, 0.0]))
            for each in _polygons(piece)
        ]
    return tuple(oriented(part) for part in parts)


def repaired(polygon: Polygon) -> tuple[Polygon, ...]:
    """Give valid polygons that cover the same ground as one that may cross or touch itself.

    Done in longitude and latitude; cut at the antimeridian first. Nothing is left of what
    encloses nothing.

    Raises:
        InputError: a ring is not closed, too short, or not of finite degrees.
    """
    rings = [_checked(ring) for ring in polygon]
    if not rings:
        return ()
    valid = shapely.make_valid(shapely.Polygon(rings[0], rings[1:]))
    return tuple(oriented(_from_shape(part)) for part in _polygons(valid))


def _checked(ring: Ring) -> Any:
    points = np.asarray(ring, dtype=np.float64)
    if points.ndim != 2 or points.shape[1] != 2 or len(points) < 4:
        raise InputError(
            f"a ring needs four (longitude, latitude) corners or more, got {len(ring)}"
        )
    if not np.isfinite(points).all() or (np.abs(points[:, 1]) > 90.0).any():
        raise InputError("a ring's corners must be finite, latitudes in -90..90 deg")
    if (points[0] != points[-1]).any():
        raise InputError(f"a ring must end where it begins, got {ring[0]} and {ring[-1]}")
    return points


def _unrolled(ring: Ring) -> Any:
    points = _checked(ring).copy()
    points[:, 0] = np.unwrap(points[:, 0], period=360.0)
    if abs(points[0, 0] - points[-1, 0]) > 180.0:
        raise InputError("a ring must not go round a pole")
    return points


def _ring_area(ring: Ring) -> float:
    """Give a ring's area in square metres, positive if it runs counterclockwise."""
    # PROJ takes a tenth of a second to load, and not every command needs it.
    from pyproj import Geod

    points = _checked(ring)
    geod = Geod(a=WGS84_SEMI_MAJOR, f=WGS84_FLATTENING)
    size, _ = geod.polygon_area_perimeter(points[:-1, 0], points[:-1, 1])
    return float(size)


def _polygons(shape: Any) -> Sequence[Any]:
    # Twice: an overlay may return collections of multipolygons, lines and points.
    parts = shapely.get_parts(shapely.get_parts(shape))
    return [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]


def _from_shape(shape: Any) -> Polygon:
    return tuple(
        tuple((float(x), float(y)) for x, y in shapely.get_coordinates(ring))
        for ring in (shape.exterior, *shape.interiors)
    )
