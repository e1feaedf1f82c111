"""Provinces: the first-level parts of countries, to which public warnings are addressed.

Which points lie on the land of which province, with its ISO 3166-2 code and its own name where
they are known here: for Japan, the Republic of Korea and the DPRK. Borders are Natural Earth's
at 1:10 m; a province of an islet is that of the nearest land of its country.
"""

import csv
from collections.abc import Sequence
from functools import cache
from importlib import resources
from math import sqrt

import numpy as np
import numpy.typing as npt
import shapely
from msgspec import Struct
from msgspec.structs import replace

from launchwatch.assessment.zones import Zones
from launchwatch.messages.fallarea import Polygon
from launchwatch.messages.overflight import Province

Floats = npt.NDArray[np.float64]


_GRID_DEG = 0.1
_MOST_POINTS = 40_000
"""40 ms for an ocean. Its points are a third of a degree apart, so that an archipelago may be lost
between them; a region narrows long before that matters."""


class ProvinceProbability(Struct, frozen=True, kw_only=True):
    """How probable a fall on the land of one province is."""

    province: Province
    probability: float


class Provinces:
    """Answers, for points, on which province's land they lie. Built once, then only read."""

    def __init__(self, zones: Zones) -> None:
        """Take the zones whose claim set says which land is whose."""
        self._zones = zones

    def at(self, latitude_deg: float, longitude_deg: float) -> Province | None:
        """Give the province of a point; None at sea and where a country has no parts here.

        Raises:
            InputError: not finite, or a latitude beyond the poles.
        """
        found = self.probabilities(np.array([latitude_deg]), np.array([longitude_deg]))
        return found[0].province if found else None

    def probabilities(
        self, latitude_deg: Floats, longitude_deg: Floats
    ) -> tuple[ProvinceProbability, ...]:
        """Give the fraction of points on the land of each province, most probable first.

        Points at sea are counted in no province, so that the fractions sum to that on land.

        Args:
            latitude_deg: (n,) geodetic.
            longitude_deg: (n,), any turn.

        Raises:
            InputError: no points, differing numbers, or one that is not finite.
        """
        spots = self._zones.spots(latitude_deg, longitude_deg)
        count = sum(many for _, many in spots)
        return tuple(
            ProvinceProbability(
                province=province_of(spot.zone.country, spot.part), probability=many / count
            )
            for spot, many in spots
            if spot.zone.kind == "land" and spot.part
        )

    def covered(
        self, region: Sequence[Polygon], countries: Sequence[str] = ()
    ) -> tuple[Province, ...]:
        """Give the provinces on whose land a region lies, those with most of it first.

        Looked at in points on a grid of a tenth of a degree (11 km), coarser where the region is
        as large as an ocean.

        Args:
            region: polygons in degrees, as GeoJSON orders them.
            countries: only theirs; all where none is given.
        """
        shapes = shapely.union_all([_shape(polygon) for polygon in region])
        if shapes.is_empty:
            return ()
        west, south, east, north = shapes.bounds
        step = max(_GRID_DEG, sqrt((east - west) * (north - south) / _MOST_POINTS))
        longitude, latitude = (
            axis.ravel()
            for axis in np.meshgrid(
                np.arange(west + step / 2.0, east, step), np.arange(south + step / 2.0, north, step)
            )
        )
        inside = shapely.contains_xy(shapes, longitude, latitude)
        if not inside.any():
            return ()
        spots = [
            (spot, many)
            for spot, many in self._zones.spots(latitude[inside], longitude[inside])
            if spot.zone.kind == "land"
            and spot.part
            and (not countries or spot.zone.country in countries)
        ]
        ashore = sum(many for _, many in spots)
        return tuple(
            replace(province_of(spot.zone.country, spot.part), share=many / ashore)
            for spot, many in spots
        )


def _shape(polygon: Polygon) -> shapely.Geometry:
    if not polygon or len(polygon[0]) < 4:
        return shapely.Polygon()
    return shapely.make_valid(shapely.Polygon(polygon[0], polygon[1:]))


def province_of(country: str, name: str) -> Province:
    """Give what is known of a province by its name on the map."""
    return _known().get((country, name), Province(country=country, name=name))


@cache
def _known() -> dict[tuple[str, str], Province]:
    file = resources.files("launchwatch") / "data" / "zones" / "provinces.csv"
    return {
        (row["country"], row["name"]): Province(
            country=row["country"], name=row["english"], iso=row["iso"], local=row["local"]
        )
        for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    }
