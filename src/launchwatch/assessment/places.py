"""Places in words: which country, which part of it, near which border, or which sea.

Answers are codes first, so that wording in any language can be made of them: a country as
ISO 3166 alpha-3, a part as one of eight compass parts or ``centre``, a sea by its name in
`SEAS`. `Place.english` is the English wording.

A part is found by how much of the country's area lies west and south of the point: over
the whole country, and in a band of two degrees through the point, for long slanted countries;
the mean of both counts. Where reports customarily say otherwise a short table decides.
Land is Natural Earth's 1:10 m, thinned to some hundred metres. Seas are coarse polygons
after the limits described in IHO publication S-23 (3rd edition, 1953): a sea's name here
is no statement on its limits, and no claim.
"""

import gzip
from functools import cache
from importlib import resources
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
import shapely
from msgspec import Struct

from launchwatch.assessment.partition import distances_to_pieces, pieces_of, points_ecef
from launchwatch.errors import InputError

Floats = npt.NDArray[np.float64]

NEAR_KM = 50.0
"""A point nearer than this to a land border is said to be near it."""

FAR_KM = 1000.0
"""A point at sea farther than this from any land known here is described by its sea alone."""

COUNTRIES = {
    "JPN": "Japan", "KOR": "South Korea", "PRK": "North Korea", "CHN": "China",
    "RUS": "Russia", "TWN": "Taiwan", "MNG": "Mongolia", "PHL": "the Philippines",
    "USA": "the United States", "VNM": "Vietnam",
}  # fmt: skip
"""English names of the countries that can be answered."""

PARTS = {
    "north": "northern", "northeast": "northeastern", "east": "eastern",
    "southeast": "southeastern", "south": "southern", "southwest": "southwestern",
    "west": "western", "northwest": "northwestern", "centre": "central",
}  # fmt: skip
"""The parts of a country, and their English adjectives."""


class Place(Struct, frozen=True, kw_only=True):
    """Where a point lies, in codes.

    Attributes:
        country: ISO 3166 alpha-3 of the land, or None at sea and where nothing is known.
        part: of that country, a key of `PARTS`; None without a country, or where it means nothing.
        sea: a key of `SEAS`; None on land and where nothing is known.
        near_border: alpha-3 of the country whose land border is near, or None.
        border_km: how far that border is; None where none is near.
        nearest_country: at sea, the country with the nearest land, or None if that is
            beyond 1,000 km.
        nearest_km: how far that land is.
        nearest_direction: direction in which the sea point lies from it, a key of `PARTS`.
    """

    country: str | None = None
    part: str | None = None
    sea: str | None = None
    near_border: str | None = None
    border_km: float | None = None
    nearest_country: str | None = None
    nearest_km: float | None = None
    nearest_direction: str | None = None

    @property
    def english(self) -> str:
        """Give the place in English: "northwestern North Korea, near the border with China"."""
        if self.country is not None:
            text = COUNTRIES[self.country]
            if self.part is not None:
                article = "the " if text.startswith("the ") else ""
                text = f"{article}{PARTS[self.part]} {text.removeprefix('the ')}"
            if self.near_border is not None:
                text += f", near the border with {COUNTRIES[self.near_border]}"
            return text
        if self.sea is None:
            return "an area without a name here"
        text = f"the {SEAS[self.sea]}"
        if self.nearest_country is not None and self.nearest_km is not None:
            km = max(1, round(self.nearest_km)) if self.nearest_km < 10 else _tens(self.nearest_km)
            text += f", about {km} km {self.nearest_direction} of "
            text += COUNTRIES[self.nearest_country]
        return text


def _tens(kilometres: float) -> int:
    """Round to ten kilometres: a place in words is no more precise than that."""
    return round(kilometres / 10.0) * 10


SEAS = {
    "east-sea": "East Sea / Sea of Japan",
    "yellow-sea": "Yellow Sea",
    "bohai": "Bohai Sea",
    "korea-strait": "Korea Strait",
    "seto-inland-sea": "Seto Inland Sea",
    "east-china-sea": "East China Sea",
    "taiwan-strait": "Taiwan Strait",
    "south-china-sea": "South China Sea",
    "sea-of-okhotsk": "Sea of Okhotsk",
    "philippine-sea": "Philippine Sea",
    "pacific": "Pacific Ocean",
}
"""Seas by code, and their English names; the one between Korea and Japan by both its names."""

# (longitude, latitude) corners; the first sea that holds a point names it. Shores need no
# corners, for land is asked first. The lines through straits follow S-23: Korea Strait
# between Ulsan and Kawajiri Misaki in the north, Tsugaru, La Perouse (Soya) and Tatar
# Straits, the Ryukyu arc, Taiwan, Luzon.
_SEA_CORNERS: dict[str, tuple[tuple[float, float], ...]] = {
    "seto-inland-sea": (
        (130.9, 33.95), (131.0, 33.5), (131.7, 33.2), (132.1, 33.35), (133.0, 33.8),
        (134.6, 34.0), (135.1, 34.25), (135.6, 34.75), (134.5, 34.9), (132.3, 34.5), (131.0, 34.1),
    ),
    "bohai": ((117.0, 37.0), (121.2, 37.0), (121.2, 38.8), (122.5, 41.5), (117.0, 41.5)),
    "yellow-sea": (
        (119.0, 31.8), (122.0, 31.7), (126.2, 33.3), (126.4, 34.3), (127.2, 36.0), (126.9, 38.2),
        (125.9, 40.4), (122.5, 41.0), (121.2, 38.8), (120.8, 37.4), (118.5, 36.0),
    ),
    "korea-strait": (
        (126.4, 34.3), (126.2, 33.3), (126.9, 33.2), (128.6, 32.6), (129.8, 33.0), (131.0, 33.9),
        (130.98, 34.4), (129.37, 35.48), (128.5, 35.6), (127.0, 35.0),
    ),
    "east-sea": (
        (129.37, 35.48), (130.98, 34.4), (131.0, 33.95), (132.5, 34.8), (135.0, 35.0),
        (136.5, 35.6), (138.5, 36.8), (140.4, 38.5), (140.7, 40.5), (140.35, 41.2),
        (140.2, 41.45), (140.4, 42.2), (140.9, 42.9), (142.0, 43.6), (142.0, 45.3),
        (142.05, 45.9), (142.3, 46.8), (142.4, 49.0), (142.3, 50.5), (141.9, 52.2),
        (141.0, 52.5), (139.5, 50.0), (136.0, 46.5), (133.0, 43.8), (130.0, 43.5),
        (126.8, 40.5), (127.0, 38.5), (128.0, 37.5), (128.9, 35.9),
    ),
    "sea-of-okhotsk": (
        (142.05, 45.9), (142.0, 45.3), (142.6, 44.2), (144.4, 43.6), (145.6, 43.35),
        (146.9, 44.0), (148.8, 45.3), (150.5, 46.4), (152.2, 47.3), (153.6, 48.6), (154.6, 49.4),
        (155.6, 50.3), (156.7, 51.0), (158.5, 54.0), (164.0, 60.0), (155.0, 62.5), (140.0, 60.0),
        (135.0, 54.5), (141.0, 53.0), (141.9, 52.2), (142.4, 49.0), (142.3, 46.8),
    ),
    "taiwan-strait": (
        (116.8, 23.4), (117.9, 23.5), (120.0, 22.9), (120.8, 23.0), (121.5, 25.3), (119.8, 25.5),
        (119.0, 25.8), (116.8, 24.5),
    ),
    "east-china-sea": (
        (122.0, 31.7), (121.0, 32.0), (118.5, 27.0), (119.0, 25.8), (119.8, 25.5), (121.5, 25.3),
        (121.6, 24.6), (123.0, 24.4), (124.2, 24.3), (125.4, 24.7), (127.8, 26.2), (128.3, 26.8),
        (129.4, 28.1), (130.0, 29.8), (130.8, 30.4), (130.9, 31.2), (131.0, 32.5), (130.0, 33.2),
        (129.8, 33.0), (128.6, 32.6), (126.9, 33.2), (126.6, 33.4), (126.2, 33.3),
    ),
    "south-china-sea": (
        (105.0, 10.0), (119.0, 10.0), (120.5, 16.0), (120.8, 18.5), (121.0, 20.5), (120.9, 21.9),
        (120.8, 23.0), (120.0, 22.9), (117.9, 23.5), (116.8, 23.4), (113.0, 23.5), (105.0, 21.5),
    ),
    "philippine-sea": (
        (121.6, 24.6), (120.9, 21.9), (121.0, 20.5), (120.8, 18.5), (121.9, 17.0), (122.0, 14.0),
        (126.0, 8.0), (134.5, 8.0), (144.7, 13.4), (145.9, 18.0), (144.9, 20.5), (141.4, 24.5),
        (142.2, 27.0), (140.3, 30.5), (139.6, 33.1), (139.3, 34.8), (138.6, 35.2), (135.5, 34.8),
        (132.2, 34.0), (130.9, 31.2), (130.8, 30.4), (130.0, 29.8), (129.4, 28.1), (128.3, 26.8),
        (127.8, 26.2), (125.4, 24.7), (124.2, 24.3), (123.0, 24.4),
    ),
    "pacific": (
        (121.9, 17.0), (126.0, 8.0), (180.0, 8.0), (180.0, 53.0), (163.0, 56.0), (156.7, 51.0),
        (153.6, 48.6), (148.8, 45.3), (145.6, 43.35), (142.0, 43.6), (140.2, 41.45),
        (140.35, 41.2), (140.7, 40.5), (140.4, 38.5), (139.3, 34.8), (130.0, 31.0),
    ),
}  # fmt: skip


# (part, west, south, east, north): what reports call a part although areas say otherwise.
# North Pyongan is "the northwest" though half of the country's area lies farther north.
_CUSTOMARY = {
    "PRK": (
        ("northwest", 124.0, 39.5, 126.3, 41.2),
        ("west", 124.0, 38.6, 126.3, 39.5),
        ("northeast", 129.0, 40.7, 131.0, 43.1),
    ),
    "RUS": (("east", 100.0, 40.0, 180.0, 90.0),),
}

# Only islands of it lie on this map: a part of it means nothing.
_WITHOUT_PARTS = ("USA",)


def part_of(country: str, area: Any, at: tuple[float, float]) -> str | None:
    """Give the part of a country in which a point (longitude, latitude, degrees) lies."""
    x, y = at
    if country in _WITHOUT_PARTS:
        return None
    for part, west, south, east, north in _CUSTOMARY.get(country, ()):
        if west <= x < east and south <= y < north:
            return part
    west, south, east, north = area.bounds

    def share(part: tuple[float, float, float, float], whole: Any) -> float:
        return float(shapely.clip_by_rect(whole, *part).area / whole.area)

    row = shapely.clip_by_rect(area, west, y - 1.0, east, y + 1.0)
    column = shapely.clip_by_rect(area, x - 1.0, south, x + 1.0, north)
    eastward = share((west, south, x, north), area) + share((west, south, x, north), row)
    northward = share((west, south, east, y), area) + share((west, south, east, y), column)
    words = ("south", "", "north")[_third(northward / 2)] + ("west", "", "east")[
        _third(eastward / 2)
    ]
    return words or "centre"


def _third(share: float) -> int:
    return 0 if share < 1 / 3 else 1 if share <= 2 / 3 else 2


def direction(start: tuple[float, float], end: tuple[float, float]) -> str:
    """Give the compass eighth from one (longitude, latitude) to another, degrees."""
    east = np.radians(end[0] - start[0]) * np.cos(np.radians((start[1] + end[1]) / 2))
    north = np.radians(end[1] - start[1])
    eighth = int(np.rint(np.degrees(np.arctan2(east, north)) / 45.0)) % 8
    words = ("north", "northeast", "east", "southeast", "south", "southwest", "west", "northwest")
    return words[eighth]


class _Stored(Struct, frozen=True):
    """The data file, as scripts/build_zones.py writes it: lines as flat integer differences."""

    quantum_deg: float
    box_deg: tuple[float, float, float, float]
    land: dict[str, list[list[list[int]]]]
    borders: list[tuple[str, str, list[list[int]]]]

    def line(self, flat: list[int]) -> Floats:
        steps = np.array(flat, dtype=np.int64).reshape(-1, 2)
        line: Floats = np.cumsum(steps, axis=0) * np.float64(self.quantum_deg)
        return line


Lines = list[Floats]
Land = dict[str, list[Any]]


def land() -> tuple[Land, list[tuple[str, str, Lines]]]:
    """Read the land that comes with the package, degrees.

    Returns:
        Polygons of each country (ISO alpha-3), and the land borders between two.
    """
    file = resources.files("launchwatch") / "data" / "zones" / "land.json.gz"
    stored = msgspec.json.decode(gzip.decompress(file.read_bytes()), type=_Stored)
    polygons = {
        country: [
            shapely.Polygon(stored.line(rings[0]), [stored.line(ring) for ring in rings[1:]])
            for rings in parts
        ]
        for country, parts in stored.land.items()
    }
    borders = [
        (one, other, [stored.line(line) for line in lines]) for one, other, lines in stored.borders
    ]
    return polygons, borders


class Gazetteer:
    """Answers where points lie, in codes. Built once, then only read."""

    def __init__(self, polygons: Land, borders: list[tuple[str, str, Lines]]) -> None:
        """Prepare the land of each country and the borders between them."""
        self._areas = {code: shapely.multipolygons(polygons[code]) for code in sorted(polygons)}
        for area in self._areas.values():
            shapely.prepare(area)
        self._shores = {
            code: _Edges(
                [
                    shapely.get_coordinates(ring)
                    for ring in shapely.get_rings(shapely.get_parts(area))
                ]
            )
            for code, area in self._areas.items()
        }
        self._borders = [(one, other, _Edges(lines)) for one, other, lines in borders]
        self._seas = {code: shapely.Polygon(corners) for code, corners in _SEA_CORNERS.items()}

    @classmethod
    def built_in(cls) -> "Gazetteer":
        """Read the land that comes with the package, some hundredths of a second."""
        return cls(*land())

    def describe(self, latitude_deg: float, longitude_deg: float) -> Place:
        """Say where a point lies.

        Raises:
            InputError: not finite, or a latitude beyond the poles.
        """
        if not (abs(latitude_deg) <= 90.0 and abs(longitude_deg) <= 1e6):
            raise InputError(
                f"wanted a latitude in -90..90 and a longitude, got {latitude_deg}, {longitude_deg}"
            )
        at = (float(np.mod(longitude_deg + 180.0, 360.0) - 180.0), float(latitude_deg))
        for code, area in self._areas.items():
            if shapely.contains_xy(area, *at):
                return self._on_land(code, at)
        return self._at_sea(at)

    def _on_land(self, country: str, at: tuple[float, float]) -> Place:
        near = sorted(
            (edges.nearest(at)[0], other if one == country else one)
            for one, other, edges in self._borders
            if country in (one, other)
        )
        is_near = bool(near) and near[0][0] <= NEAR_KM * 1e3
        return Place(
            country=country,
            part=part_of(country, self._areas[country], at),
            near_border=near[0][1] if is_near else None,
            border_km=round(near[0][0] / 1e3, 1) if is_near else None,
        )

    def _at_sea(self, at: tuple[float, float]) -> Place:
        sea = next((c for c, area in self._seas.items() if shapely.contains_xy(area, *at)), None)
        metres, shore, country = min(
            (*edges.nearest(at), code) for code, edges in self._shores.items()
        )
        if sea is None or metres > FAR_KM * 1e3:
            return Place(sea=sea)
        return Place(
            sea=sea,
            nearest_country=country,
            nearest_km=round(metres / 1e3, 1),
            nearest_direction=direction(shore, at),
        )


@cache
def _gazetteer() -> Gazetteer:
    return Gazetteer.built_in()


def describe(latitude_deg: float, longitude_deg: float) -> Place:
    """Say where a point lies, with the gazetteer of the package, read at the first call.

    Raises:
        InputError: not finite, or a latitude beyond the poles.
    """
    return _gazetteer().describe(latitude_deg, longitude_deg)


class _Edges:
    """Lines, prepared for the question which point of them is nearest."""

    def __init__(self, lines: Lines) -> None:
        sizes = np.array([len(line) for line in lines])
        self._start, end, _ = pieces_of(np.concatenate(lines), 0.2, sizes)
        self._start_ecef = points_ecef(*self._start.T)
        self._end_ecef = points_ecef(*end.T)

    def nearest(self, at: tuple[float, float]) -> tuple[float, tuple[float, float]]:
        """Give the metres to the lines, and the corner that begins the nearest piece."""
        metres = distances_to_pieces(*at, self._start_ecef, self._end_ecef)
        i = int(np.argmin(metres))
        return float(metres[i]), (float(self._start[i, 0]), float(self._start[i, 1]))
