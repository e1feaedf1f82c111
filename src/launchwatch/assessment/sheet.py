"""Put outlines that were drawn on the globe onto a sheet from 180° W to 180° E.

GeoJSON and alerts know only that sheet. A ring over the 180th meridian is cut there in two
(RFC 7946, 3.1.9); a ring round a pole, which on the sheet has no inside, is closed along the
sheet's edge at that pole.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from launchwatch.messages.fallarea import Polygon, Ring

Floats = NDArray[np.float64]

_DECIMALS = 6
"""Of a degree: 11 cm."""


def on_sheet(rings: list[Floats], pole: float) -> tuple[Polygon, ...]:
    """Give the polygons on the sheet of one polygon on the globe.

    Args:
        rings: each (n, 2) longitude and latitude in degrees, closed, the outer one first and
            anticlockwise, holes clockwise; longitudes may be any number of turns off.
        pole: +90 or -90: the pole that the polygon may hold.

    Returns:
        Polygons with longitudes within ±180°; none where nothing is left of the polygon.
    """
    lines = [_unbroken(ring) for ring in rings]
    if all(_is_within(line) for line in lines) and _is_closed(lines[0]):
        return (tuple(_points(line) for line in lines),)
    # Each ring is a surface of its own first: only then is it known where the holes lie.
    surfaces = [_surface(line, pole) for line in lines]
    whole = surfaces[0]
    for hole in surfaces[1:]:
        whole = whole.difference(hole)
    # Rounded on a grid, so that neighbouring corners that fall together leave no crossing.
    whole = shapely.set_precision(whole, 10.0**-_DECIMALS)
    return tuple(_polygon(part) for part in _parts(whole))


def _unbroken(ring: Floats) -> Floats:
    """Take out the turns between neighbouring points, and begin within ±180°."""
    longitude = ring[:, 0]
    if longitude.max() - longitude.min() >= 180.0:
        longitude = np.unwrap(longitude, period=360.0)
    longitude = longitude - 360.0 * np.floor((longitude[0] + 180.0) / 360.0)
    return np.stack([longitude, ring[:, 1]], axis=-1)


def _is_within(line: Floats) -> bool:
    return bool((np.abs(line[:, 0]) <= 180.0).all())


def _is_closed(line: Floats) -> bool:
    return bool(abs(line[-1, 0] - line[0, 0]) < 180.0)


def _surface(line: Floats, pole: float) -> shapely.Geometry:
    if not _is_closed(line):
        # Once round the pole: its edge on the sheet is a line as long as the equator.
        west, east = line[-1, 0], line[0, 0]
        line = np.vstack([line, [[west, pole], [east, pole]]])
    surface = shapely.make_valid(shapely.Polygon(line))
    first = int(np.floor((line[:, 0].min() + 180.0) / 360.0))
    last = int(np.floor((line[:, 0].max() + 180.0) / 360.0))
    pieces = []
    for turn in range(first, last + 1):
        sheet = shapely.box(360.0 * turn - 180.0, -90.0, 360.0 * turn + 180.0, 90.0)
        piece = surface.intersection(sheet)
        pieces.append(shapely.transform(piece, lambda at, by=360.0 * turn: at - [by, 0.0]))
    return shapely.union_all(pieces)


def _parts(shape: shapely.Geometry) -> list[shapely.Polygon]:
    return [
        part
        for part in shapely.get_parts(shapely.get_parts(shape))
        if isinstance(part, shapely.Polygon) and part.area > 0.0
    ]


def _polygon(part: shapely.Polygon) -> Polygon:
    oriented = shapely.geometry.polygon.orient(part)
    rings = (oriented.exterior, *oriented.interiors)
    return tuple(_points(np.asarray(ring.coords)) for ring in rings)


def _points(line: Floats) -> Ring:
    points = line.round(_DECIMALS).tolist()
    points[-1] = points[0]
    return tuple((lon, lat) for lon, lat in points)
