"""What ground an announced area covers: the notice's words for shapes, turned into polygons.

============================================ =====================================
BOUND BY p, p, p ...                         the polygon of these corners
BETWEEN lat lat AND lon lon                  the box between parallels and meridians
WITHIN n MILES OF p [, p ...]                circles; n in figures or in words; miles are nautical
WITHIN n MILES OF TRACKLINE BETWEEN p AND p  all that lies so near to the line
============================================ =====================================

Corners are joined by straight lines in longitude and latitude, as on a chart of Mercator's a rhumb
line nearly is. Corners in an order that makes the outline cross itself are a misprint or a list
without order: their convex hull is taken, the wider and safer reading, and remarked. A place
without a size (VICINITY) and a line without a width are refused: nothing says how large.
"""

import itertools
import re
from typing import NamedTuple

import numpy as np
import shapely

from launchwatch.earth.areas import area, cut_at_antimeridian
from launchwatch.earth.geodesic import direct, inverse
from launchwatch.errors import InputError
from launchwatch.messages.fallarea import Polygon, Ring
from launchwatch.sensors.notices.positions import Coordinate, Point, coordinates, paired

NAUTICAL_MILE = 1852.0

LARGEST_M2 = 3e13
"""No announced area is larger: the largest known, for re-entering stages across an ocean, are
under a third of it. Beyond, a corner is misprinted."""

_UNITS = {"MILE": NAUTICAL_MILE, "NM": NAUTICAL_MILE, "METER": 1.0, "METRE": 1.0, "YARD": 0.9144,
          "KILOMETER": 1000.0, "KM": 1000.0}  # fmt: skip
_NUMBERS = {
    name: float(number)
    for number, name in enumerate(
        ("ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE", "TEN", "ELEVEN",
         "TWELVE"), 1,
    )
} | {"FIFTEEN": 15.0, "TWENTY": 20.0, "THIRTY": 30.0, "FORTY": 40.0, "FIFTY": 50.0}  # fmt: skip

_WITHIN = re.compile(
    r"WITHIN (?:A )?(?P<number>[\d.,]+|[A-Z]+(?:-[A-Z]+)?) ?"
    r"(?P<unit>MILE|NM|METER|METRE|YARD|KILOMETER|KM)S?"
)
_BETWEEN = re.compile(r"\bBE(?:TWEEN|WTWEEN)\b")
_BOUND = re.compile(r"\bBOUND(?:ED)?\b")
_LINE = re.compile(r"\b(?:TRACKLINE|LINE)\b")

_SIDES = 64
"""Corners of a circle, drawn outside it, so that nothing of it is lost."""


class Shape(NamedTuple):
    """An area's polygons, and what was read more widely than written."""

    polygons: tuple[Polygon, ...]
    remarks: tuple[str, ...]


def shape(phrase: str, text: str) -> Shape:
    """Give the ground that is meant.

    Args:
        phrase: the words that say how, such as ``IN AREA BOUND BY``.
        text: the words that hold the positions.

    Raises:
        InputError: the words are not understood or their positions make no area; says why.
    """
    found = coordinates(text)
    if not found:
        raise InputError(f"positions are wanted, got {text[:60]!r}")
    within = _WITHIN.search(phrase)
    if within:
        radius = _radius(within)
        points = paired(found)
        if _LINE.search(phrase):
            return _checked(_beside(points, radius), ())
        circles = tuple(part for point in points for part in _circle(point, radius))
        return _checked(_merged(circles), ())
    if _LINE.search(phrase) or "VICINITY" in phrase:
        raise InputError("a place or line is named, but not how far around it: no area")
    axes = [one.axis for one in found]
    if _BETWEEN.search(phrase) or axes == ["latitude"] * 2 + ["longitude"] * 2:
        return _checked(_box(found), ())
    outline = polygon(paired(found))
    if _BOUND.search(phrase):
        return outline
    return Shape(outline.polygons, (*outline.remarks, "positions are read as corners: not said"))


def circle(latitude: float, longitude: float, radius: float) -> tuple[Polygon, ...]:
    """Give a circle of so many metres around a place in degrees.

    Raises:
        InputError: it holds a pole.
    """
    return _checked(_circle(Point(latitude, longitude, 0, 0), radius), ()).polygons


def polygon(points: list[Point]) -> Shape:
    """Give the polygon of corners; their convex hull where the outline crosses itself.

    Raises:
        InputError: fewer than three corners, all on a line, or an area beyond `LARGEST_M2`.
    """
    corners = [(point.longitude, point.latitude) for point in points]
    if len(corners) > 1 and corners[0] == corners[-1]:
        corners.pop()
    if len(set(corners)) < 3:
        raise InputError(f"an area needs three corners or more, got {len(set(corners))}")
    ring = _ring(corners)
    if shapely.is_valid(shapely.Polygon(ring)):
        return _checked(cut_at_antimeridian((ring,)), ())
    hull = shapely.convex_hull(shapely.MultiPoint(ring))
    if hull.geom_type != "Polygon":
        raise InputError("the corners lie on one line: no area")
    outline = tuple((float(x), float(y)) for x, y in shapely.get_coordinates(hull))
    return _checked(
        cut_at_antimeridian((outline,)), ("the outline crosses itself: its convex hull is taken",)
    )


def _ring(corners: list[tuple[float, float]]) -> Ring:
    """Close a ring, each side the short way round the Earth."""
    longitudes = np.unwrap([x for x, _ in corners], period=360.0)
    ring = [(float(x), y) for x, (_, y) in zip(longitudes, corners, strict=True)]
    return (*ring, ring[0])


def _box(found: list[Coordinate]) -> tuple[Polygon, ...]:
    latitudes = sorted({one.degrees for one in found if one.axis == "latitude"})
    longitudes = [one.degrees for one in found if one.axis == "longitude"]
    if len(latitudes) != 2 or len(set(longitudes)) != 2:
        raise InputError(
            "BETWEEN wants two latitudes and two longitudes, "
            f"got {len(latitudes)} and {len(set(longitudes))}"
        )
    (south, north), (west, east) = latitudes, sorted(set(longitudes))
    if east - west > 180.0:  # across the antimeridian
        west, east = east, west + 360.0
    corners = [(west, south), (east, south), (east, north), (west, north)]
    return cut_at_antimeridian((_ring(corners),))


def _radius(within: re.Match[str]) -> float:
    written = within["number"].rstrip(".,")
    number = _NUMBERS.get(written)
    if number is None and "-" in written:  # TWENTY-FIVE
        tens, _, ones = written.partition("-")
        number = _NUMBERS.get(tens, np.nan) + _NUMBERS.get(ones, np.nan)
    if number is None:
        try:
            number = float(written.replace(",", ""))
        except ValueError:
            number = np.nan
    metres = number * _UNITS[within["unit"]]
    if not 0.0 < metres <= 2e6:
        raise InputError(f"a radius from 0 to 2,000 km is wanted, got {within[0]!r}")
    return metres


def _circle(point: Point, radius: float) -> tuple[Polygon, ...]:
    turns = np.arange(_SIDES) * 2.0 * np.pi / _SIDES
    outside = radius / np.cos(np.pi / _SIDES)
    latitude, longitude, _ = direct(
        np.radians(point.latitude), np.radians(point.longitude), -turns, outside
    )
    corners = list(zip(np.degrees(longitude).tolist(), np.degrees(latitude).tolist(), strict=True))
    if 111.2e3 * (90.0 - abs(point.latitude)) <= outside:
        raise InputError("an area around a pole cannot be drawn here")
    return cut_at_antimeridian((_ring(corners),))


def _beside(points: list[Point], radius: float) -> tuple[Polygon, ...]:
    """Give all within a distance of a line: a circle at each end, and a strip between."""
    if len(points) < 2:
        raise InputError(f"a line needs two positions or more, got {len(points)}")
    parts = [part for point in points for part in _circle(point, radius)]
    for start, end in itertools.pairwise(points):
        _, there, onward = inverse(
            np.radians(start.latitude),
            np.radians(start.longitude),
            np.radians(end.latitude),
            np.radians(end.longitude),
        )
        corners = []
        for point, course, sides in ((start, there, (-1, 1)), (end, onward, (1, -1))):
            for side in sides:
                latitude, longitude, _ = direct(
                    np.radians(point.latitude),
                    np.radians(point.longitude),
                    course + side * np.pi / 2.0,
                    radius,
                )
                corners.append((float(np.degrees(longitude)), float(np.degrees(latitude))))
        parts += cut_at_antimeridian((_ring(corners),))
    return _merged(tuple(parts))


def _merged(polygons: tuple[Polygon, ...]) -> tuple[Polygon, ...]:
    if len(polygons) < 2:
        return polygons
    union = shapely.union_all([shapely.Polygon(one[0], one[1:]) for one in polygons])
    parts = shapely.get_parts(union) if union.geom_type != "Polygon" else [union]
    return tuple(
        tuple(
            tuple((float(x), float(y)) for x, y in ring.coords)
            for ring in (part.exterior, *part.interiors)
        )
        for part in parts
        if part.geom_type == "Polygon"
    )


def _checked(polygons: tuple[Polygon, ...], remarks: tuple[str, ...]) -> Shape:
    size = area(polygons)
    if not 0.0 < size <= LARGEST_M2:
        raise InputError(f"an area of up to 30,000,000 km² is wanted, got {size / 1e6:,.0f} km²")
    return Shape(polygons, remarks)
