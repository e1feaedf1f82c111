"""Positions as notices write them: degrees, minutes, and perhaps seconds, with a letter.

===================== =============================================
``35-29N 023-46.5E``  broadcast warnings: minutes with decimals
``02-02-15.7N``       the same with seconds
``N320015 E0345244``  NOTAM: degrees, minutes, seconds in one number
``320206N0351606E``   the letter behind
``5510N00520W``       without seconds
===================== =============================================

Minutes and seconds must be below 60 and the place on Earth: a misprint is refused by name, since
a corner that is guessed moves the whole area.
"""

import re
from typing import NamedTuple

from launchwatch.errors import InputError

# Hyphens divide degrees, minutes and seconds; a space may stand before the letter.
# The equator and the meridian of Greenwich have no letter: 00-00 and 000-00.
_HYPHENED = re.compile(
    r"(?<![\d.-])(?:(\d{1,3})-(\d{1,2}(?:\.\d+)?)(?:-(\d{1,2}(?:\.\d+)?))? ?([NSEW])\b"
    r"|(000?)-00(?:\.0+)?(?![\d.-]| ?[NSEW]\b))"
)
# One number, six or seven digits (four or five without seconds), its letter before or behind.
_PACKED = re.compile(
    r"(?<![\dA-Z])([NS]) ?(\d{4}|\d{6}(?:\.\d+)?) ?([EW]) ?(\d{4,7}(?:\.\d+)?)(?!\d)"
    r"|(?<!\d)(\d{4}|\d{6}(?:\.\d+)?) ?([NS]) ?(\d{4,7}(?:\.\d+)?) ?([EW])"
)


class Coordinate(NamedTuple):
    """One latitude or longitude and where its words stand.

    Attributes:
        axis: ``latitude`` or ``longitude``.
        degrees: signed, north and east positive.
    """

    axis: str
    degrees: float
    start: int
    end: int


class Point(NamedTuple):
    """A position in degrees and where its words stand."""

    latitude: float
    longitude: float
    start: int
    end: int


def coordinates(text: str) -> list[Coordinate]:
    """Find latitudes and longitudes with hyphens, in order.

    Raises:
        InputError: one is no place on Earth; says which.
    """
    return [_coordinate(match) for match in _HYPHENED.finditer(text)]


def _coordinate(match: re.Match[str]) -> Coordinate:
    if match[5] is not None:
        axis, degrees = ("latitude" if len(match[5]) == 2 else "longitude"), 0.0
    else:
        axis = "latitude" if match[4] in "NS" else "longitude"
        degrees = _degrees(match[1], match[2], match[3] or "0", match[4], match[0])
    return Coordinate(axis, degrees, match.start(), match.end())


def points(text: str) -> list[Point]:
    """Find positions in order, each a latitude followed by its longitude.

    Raises:
        InputError: one is no place on Earth, or a latitude stands without its longitude.
    """
    packed = [_packed(match) for match in _PACKED.finditer(text)]
    if packed:
        return packed
    return paired(coordinates(text))


def paired(found: list[Coordinate]) -> list[Point]:
    """Join latitudes with the longitudes that follow them.

    Raises:
        InputError: they do not alternate.
    """
    joined = []
    for north, east in zip(found[::2], found[1::2], strict=False):
        if (north.axis, east.axis) != ("latitude", "longitude"):
            raise InputError("positions must be latitude, then longitude, got two of one kind")
        joined.append(Point(north.degrees, east.degrees, north.start, east.end))
    if len(found) % 2:
        raise InputError("positions must be latitude, then longitude; the last one is half")
    return joined


def _packed(match: re.Match[str]) -> Point:
    if match[1] is not None:
        north, latitude, east, longitude = match[1], match[2], match[3], match[4]
    else:
        latitude, north, longitude, east = match[5], match[6], match[7], match[8]
    # 350243 for 0350243: as no degrees begin with 2 to 9 hundreds, only a zero can be missing.
    if len(longitude.partition(".")[0]) in (4, 6) and longitude[0] not in "01":
        longitude = "0" + longitude
    if len(longitude.partition(".")[0]) not in (5, 7):
        raise InputError(f"a longitude has 5 or 7 digits, got {longitude!r} in {match[0]!r}")
    return Point(
        _degrees(latitude[:2], latitude[2:4], latitude[4:] or "0", north, match[0]),
        _degrees(longitude[:3], longitude[3:5], longitude[5:] or "0", east, match[0]),
        match.start(),
        match.end(),
    )


def _degrees(degrees: str, minutes: str, seconds: str, letter: str, written: str) -> float:
    if float(minutes) >= 60.0 or float(seconds) >= 60.0:
        raise InputError(f"minutes and seconds must be below 60, got {written!r}")
    value = float(degrees) + float(minutes) / 60.0 + float(seconds) / 3600.0
    largest = 90.0 if letter in "NS" else 180.0
    if value > largest:
        raise InputError(f"degrees must be at most {largest:g}, got {written!r}")
    return -value if letter in "SW" else value
