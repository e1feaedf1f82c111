"""Find the places in a sentence by a gazetteer, and phrases for parts of a country.

The gazetteer is `data/places/reports.tsv`: a position to a hundredth of a degree with the radius
within which the name may mean it; none where the name alone does not say where ("Oshima
Island" is one of several).
"""

import re
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

from launchwatch.record.areas import Tongue, area_of, areas, phrases
from launchwatch.record.reading.text import Language


class Place(NamedTuple):
    """A row of the gazetteer."""

    key: str
    country: str
    latitude_deg: float | None
    longitude_deg: float | None
    radius_km: float


class Spot(NamedTuple):
    """A place by one mention in a sentence; `place` is None for a phrase such as "inland".

    Attributes:
        area: the part of a country that a phrase names (`launchwatch.record.areas`), or empty.
    """

    name: str
    place: Place | None
    start: int
    end: int
    area: str = ""


_PARTS = {
    "en": re.compile(
        r"\b(?:inland (?:North Korea|China)|(?:the )?(?:north|south|east|west)(?:ern|west|east|"
        r"western|eastern)?(?: of the country| coast(?: of (?:North Korea|"
        r"the (?:Korean )?peninsula))?| North Korea)|"
        r"near the (?:Chinese border|border with China)|(?:northern )?border with China)",
        re.IGNORECASE,
    ),
    "ja": re.compile(
        r"(?:北朝鮮|朝鮮半島)の?(?:北西部?|北東部?|東北部?|内陸部?|東岸|西岸|東部|西部|北部|"
        r"南部|東側|西側)(?:の?沿岸(?:地域)?)?(?:の?付近)?|平壌近郊"
    ),
    "ko": re.compile(r"북한 (?:내륙|서해안|동해안|북부|서부|동부)|동해안|서해안|북중 접경"),
}


@cache
def gazetteer() -> tuple[re.Pattern[str], dict[str, Place]]:
    """Give the pattern of all spellings, the longest first, and the place of each."""
    rows: dict[str, Place] = {}
    text = (files("launchwatch") / "data/places/reports.tsv").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        key, country, latitude, longitude, radius, spellings, _ = line.split("\t")
        place = Place(
            key, country, float(latitude) if latitude else None,
            float(longitude) if longitude else None, float(radius),
        )  # fmt: skip
        rows |= dict.fromkeys(spellings.split("|"), place)
    latin = sorted((one for one in rows if one.isascii()), key=len, reverse=True)
    other = sorted((one for one in rows if not one.isascii()), key=len, reverse=True)
    pattern = rf"\b(?:{'|'.join(map(re.escape, latin))})\b|{'|'.join(map(re.escape, other))}|NLL"
    return re.compile(pattern), rows


def spots(text: str, language: Language) -> list[Spot]:
    """Give the places of a sentence, in order."""
    pattern, rows = gazetteer()
    found = [
        Spot(rows[one[0]].key, rows[one[0]], one.start(), one.end())
        for one in pattern.finditer(text)
    ]
    if language:
        for one in _PARTS[language].finditer(text):
            inside = [spot for spot in found if spot.start < one.end() and one.start() < spot.end]
            found = [spot for spot in found if spot not in inside]
            place = next((spot.place for spot in inside if spot.name == "pyongyang"), None)
            found.append(Spot(one[0], place, one.start(), one.end()))
        found = _with_areas(found, text, language)
    return sorted(found, key=lambda spot: spot.start)


def _with_areas(found: list[Spot], text: str, language: Tongue) -> list[Spot]:
    """Say which phrases name a part of a country, and add those that no other rule found."""
    pattern, keys = phrases(language)
    for one in pattern.finditer(text):
        area = area_of(one, keys)
        over = [spot for spot in found if spot.start < one.end() and one.start() < spot.end]
        if any(spot.place is not None and spot.place.country != "PRK" for spot in over):
            continue
        if any(spot.place is not None and spot.name not in _PENINSULA for spot in over):
            continue
        found = [spot for spot in found if spot not in over]
        start = min([one.start(), *(spot.start for spot in over)])
        end = max([one.end(), *(spot.end for spot in over)])
        found.append(Spot(text[start:end].strip(), None, start, end, area))
    return found


_PENINSULA = ("peninsula", "pyongyang")


def described(spot: Spot) -> dict[str, Any]:
    """Give a place as a claim's value: its name, and where it is if that is known."""
    value: dict[str, Any] = {"name": spot.name}
    if spot.area:
        value |= {"area": spot.area, "country": areas()[spot.area].country}
    if spot.place is not None and spot.place.latitude_deg is not None:
        value |= {
            "country": spot.place.country,
            "latitude_deg": spot.place.latitude_deg,
            "longitude_deg": spot.place.longitude_deg,
            "radius_km": spot.place.radius_km,
        }
    return value
