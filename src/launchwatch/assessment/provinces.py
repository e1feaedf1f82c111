"""Provinces: the first-level parts of countries, to which public warnings are addressed.

Which points lie on the land of which province, with its ISO 3166-2 code and its own name where
they are known here: for Japan, the Republic of Korea and the DPRK. Borders are Natural Earth's
at 1:10 m; a province of an islet is that of the nearest land of its country.
"""

import csv
from functools import cache
from importlib import resources

import numpy as np
import numpy.typing as npt
from msgspec import Struct

from launchwatch.assessment.zones import Zones

Floats = npt.NDArray[np.float64]


class Province(Struct, frozen=True, kw_only=True):
    """A first-level part of a country.

    Attributes:
        country: ISO 3166 alpha-3.
        name: in English letters, without macrons where one is known.
        iso: ISO 3166-2 code, such as ``JP-32``; empty where it is not known here.
        local: name in the country's own script; empty where it is not known here.
    """

    country: str
    name: str
    iso: str = ""
    local: str = ""


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
