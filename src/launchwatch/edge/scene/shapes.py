"""Places and shapes as the scene holds them: rounded, closed, cut at the antimeridian."""

import math
from collections.abc import Iterable

import numpy as np
import pyproj
import shapely
from numpy.typing import NDArray

from launchwatch.assessment.sheet import on_sheet
from launchwatch.messages.fallarea import LonLat, Polygon
from launchwatch.messages.launch import Ellipse
from launchwatch.messages.sceneparts import Shape
from launchwatch.timescale import Instant, utc_from_instant

Floats = NDArray[np.float64]

DECIMALS = 5
"""Of a degree: a metre, which no fall area is known to."""

_FINENESS = 0.002
"""Of a shape's extent: corners that stand out less are left out; two pixels of a large screen."""

_CORNERS = 48
"""Of a drawn ellipse: its sides leave it by 0.2 % of its axes."""

_GEOD = pyproj.Geod(ellps="WGS84")

_UNIX = 37 * 10**9
"""TAI less UTC since 2017, and until another leap second is announced."""

_SINCE_2017 = 1_483_228_837 * 10**9


def milliseconds(instant: Instant) -> int:
    """Give an Instant as whole milliseconds of UTC since 1970, as browsers count."""
    if instant >= _SINCE_2017:
        return (instant - _UNIX) // 1_000_000
    text = utc_from_instant(instant, 3)
    return int(np.datetime64(text.rstrip("Z").replace(":60", ":59"), "ms").astype(np.int64))


def lonlat(longitude_deg: float, latitude_deg: float) -> LonLat:
    """Give a place with as many digits as a map needs."""
    return round(longitude_deg, DECIMALS), round(latitude_deg, DECIMALS)


def shape_of(polygons: Iterable[Polygon]) -> Shape:
    """Give polygons with closed rings, in as many digits as a map needs."""
    return tuple(
        tuple(_ring(ring, DECIMALS) for ring in polygon if len(ring) >= 3)
        for polygon in polygons
        if polygon
    )


def thinned(polygons: Iterable[Polygon]) -> Shape:
    """Give polygons without the corners, and digits, that nobody could see.

    A region is known from some thousand samples: its outline means less than this.
    """
    found = []
    for polygon in polygons:
        if not polygon or len(polygon[0]) < 3:
            continue
        shape = shapely.Polygon(polygon[0], [ring for ring in polygon[1:] if len(ring) >= 3])
        west, south, east, north = shape.bounds
        extent = max(east - west, north - south)
        simple = shape.simplify(_FINENESS * extent)
        if not isinstance(simple, shapely.Polygon) or simple.is_empty:
            simple = shape
        digits = DECIMALS + 2 - min(max(math.ceil(math.log10(max(extent, 1e-9) / 0.01)), 0), 4)
        rings = (simple.exterior, *simple.interiors)
        found.append(tuple(_ring(tuple(map(tuple, ring.coords)), digits) for ring in rings))
    return tuple(found)


def rounded(ellipse: Ellipse) -> Ellipse:
    """Give an ellipse in whole metres and tenths of a degree."""
    return Ellipse(
        semi_major_m=round(ellipse.semi_major_m, 1),
        semi_minor_m=round(ellipse.semi_minor_m, 1),
        azimuth_deg=round(ellipse.azimuth_deg, 1),
    )


def ring_of(longitude_deg: float, latitude_deg: float, ellipse: Ellipse) -> Shape:
    """Give an ellipse on the ground as a shape."""
    turn = np.linspace(0.0, 2.0 * math.pi, _CORNERS, endpoint=False)
    along = ellipse.semi_major_m * np.cos(turn)
    across = ellipse.semi_minor_m * np.sin(turn)
    azimuth = ellipse.azimuth_deg - np.degrees(np.arctan2(across, along))
    return around(longitude_deg, latitude_deg, azimuth, np.hypot(along, across))


def around(
    longitude_deg: float,
    latitude_deg: float,
    azimuth_deg: Floats,
    distance_m: Floats,
    *,
    is_rough: bool = False,
) -> Shape:
    """Give the shape whose corners lie at azimuths (anticlockwise) and distances from a place.

    It may cross the antimeridian, hold a pole, or both: what a satellite sees of the air above
    some 80 km reaches beyond both. A rough one is thinned.
    """
    count = len(azimuth_deg)
    longitude, latitude, _ = _GEOD.fwd(
        np.full(count, longitude_deg), np.full(count, latitude_deg), azimuth_deg, distance_m
    )
    ring = np.stack([longitude, latitude], axis=-1)
    ring = np.vstack([ring, ring[:1]])
    held = [
        pole
        for pole in (90.0, -90.0)
        if _reaches(pole, longitude_deg, latitude_deg, azimuth_deg, distance_m)
    ]
    if len(held) == 2:
        # What is left out lies round the far side, and holds none.
        far = [shapely.Polygon(each[0]) for each in on_sheet([ring[::-1]], 90.0)]
        rest = shapely.box(-180.0, -90.0, 180.0, 90.0).difference(shapely.union_all(far))
        polygons = tuple(
            tuple(tuple(map(tuple, each.coords)) for each in (part.exterior, *part.interiors))
            for part in shapely.get_parts(shapely.orient_polygons(rest))
        )
    else:
        polygons = on_sheet([ring], held[0] if held else 90.0)
    return thinned(polygons) if is_rough else shape_of(polygons)


def _reaches(
    pole: float, longitude_deg: float, latitude_deg: float, azimuth_deg: Floats, distance_m: Floats
) -> bool:
    """Say whether a pole lies nearer than the corner in its direction."""
    _, _, away = _GEOD.inv(longitude_deg, latitude_deg, longitude_deg, pole)
    towards = 0.0 if pole > 0.0 else 180.0
    aside = np.abs((azimuth_deg - towards + 180.0) % 360.0 - 180.0)
    return bool(away < distance_m[aside.argmin()])


def ranges_km(from_deg: LonLat, longitude_deg: Floats, latitude_deg: Floats) -> Floats:
    """Give how far places lie along the ground from one, kilometres."""
    count = len(longitude_deg)
    _, _, distance = _GEOD.inv(
        np.full(count, from_deg[0]), np.full(count, from_deg[1]), longitude_deg, latitude_deg
    )
    return np.asarray(distance) / 1e3


def _ring(ring: tuple[LonLat, ...], digits: int) -> tuple[LonLat, ...]:
    points = [(round(lon, digits), round(lat, digits)) for lon, lat in ring]
    if len({*points}) < 3:  # a region of some metres would vanish: keep it
        points = [(round(lon, 7), round(lat, 7)) for lon, lat in ring]
    return tuple(points if points[0] == points[-1] else (*points, points[0]))
