"""Pool what is said of where: discs, parts of a country, so far in a direction from somewhere.

All become densities on one grid over what they cover. A launch "from the northwestern region, near
the border with China" is where both areas are; a second voice's "Kusong" narrows it down, or stands
beside it as another peak where the two cannot both be right.
"""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from launchwatch.earth.geodesic import direct
from launchwatch.record.areas import areas
from launchwatch.record.reconciling.tolerances import rounding

Floats = NDArray[np.float64]

_KM = 111.32
"""Of a degree of latitude, to 0.6 %: places are said to tens of kilometres."""

_CELLS = 90
_SOFT_KM = 12.0
"""How sharp the outline of a part of a country is: half as probable so far outside."""

_WINDS = {name: 22.5 * n for n, name in enumerate((
    "north", "north-north-east", "north-east", "east-north-east", "east", "east-south-east",
    "south-east", "south-south-east", "south", "south-south-west", "south-west",
    "west-south-west", "west", "west-north-west", "north-west", "north-north-west"))}  # fmt: skip
_CJK = {"北": "north", "東": "east", "南": "south", "西": "west",
        "북": "north", "동": "east", "남": "south", "서": "west"}  # fmt: skip


class Somewhere(NamedTuple):
    """One statement of a place: a centre with its spread, or an outline.

    Attributes:
        along_km: one sigma along ``azimuth`` (radians), and ``across_km``, across it.
        ring: (n, 2) latitudes and longitudes where it is an area, else None.
    """

    name: str
    latitude: float
    longitude: float
    along_km: float
    across_km: float
    azimuth: float
    ring: Floats | None


class Cells(NamedTuple):
    """The grid: latitudes and longitudes (n,) of its cells, degrees, and their spacing."""

    latitude: Floats
    longitude: Floats
    spacing_km: float


def wind_degrees(words: str) -> float | None:
    """Give a direction in degrees clockwise from north: "north-northwest", "北西", "북동"."""
    told = "".join(f"{_CJK[c]}-" for c in words if c in _CJK) or words.lower()
    parts = []
    rest = told.replace("ern", "").replace("wards", "").replace("ward", "")
    while rest:
        rest = rest.lstrip(" -")
        part = next((p for p in ("north", "south", "east", "west") if rest.startswith(p)), None)
        if part is None:
            return None
        parts.append(part)
        rest = rest[len(part) :].lstrip(" -")
    if len(parts) == 2 and parts[0] in ("east", "west"):
        parts.reverse()  # Japanese and Korean say east-north for the north-east
    return _WINDS.get("-".join(parts))


def somewhere(value: Mapping[str, Any]) -> Somewhere | None:
    """Give a claim's place; None where its words do not say where."""
    start = value.get("from")
    if isinstance(start, Mapping):
        return _away(value, start)
    area = areas().get(str(value.get("area", "")))
    if area is not None:
        middle = area.ring.mean(axis=0)
        return Somewhere(
            str(value["name"]), float(middle[0]), float(middle[1]), 0.0, 0.0, 0.0, area.ring
        )
    if "latitude_deg" not in value or value.get("country") == "SEA":
        return None
    # The radius holds nearly all of what a name may mean.
    sigma = max(float(value["radius_km"]), 1.0) / 2.0
    return Somewhere(
        str(value["name"]), float(value["latitude_deg"]), float(value["longitude_deg"]),
        sigma, sigma, 0.0, None,
    )  # fmt: skip


def _away(value: Mapping[str, Any], start: Mapping[str, Any]) -> Somewhere | None:
    """Give where "about 250 km west of Oga" is: a stretch along, a share of a wind across."""
    bearing = wind_degrees(str(value.get("bearing", "")))
    far = float(value.get("distance_km") or 0.0)
    if bearing is None or "latitude_deg" not in start or far <= 0.0:
        return None
    azimuth = math.radians(bearing)
    lat, lon, _ = direct(
        math.radians(float(start["latitude_deg"])), math.radians(float(start["longitude_deg"])),
        azimuth, far * 1e3,
    )  # fmt: skip
    place = max(float(start["radius_km"]), 1.0) / 2.0
    # Directions are told in winds of an eighth: half of one either way, uniform.
    across = far * math.radians(22.5) / math.sqrt(3.0)
    along = 2.0 * rounding(far) / math.sqrt(3.0)
    return Somewhere(
        f"{far:g} km {value.get('bearing')} of {start.get('name')}",
        math.degrees(float(lat)), math.degrees(float(lon)),
        math.hypot(along, place), math.hypot(across, place), azimuth, None,
    )  # fmt: skip


def cells_over(places: list[Somewhere]) -> Cells:
    """Give a grid over all that statements cover."""
    south, north, west, east = 90.0, -90.0, 360.0, -360.0
    for one in places:
        if one.ring is not None:
            low, high = one.ring.min(axis=0), one.ring.max(axis=0)
            grace = 3.0 * _SOFT_KM / _KM
            lat, lon = (low[0] - grace, high[0] + grace), (low[1] - grace, high[1] + grace)
        else:
            reach = 3.0 * max(one.along_km, one.across_km) / _KM
            wide = reach / max(math.cos(math.radians(one.latitude)), 0.2)
            lat = one.latitude - reach, one.latitude + reach
            lon = one.longitude - wide, one.longitude + wide
        south, north = min(south, lat[0]), max(north, lat[1])
        west, east = min(west, lon[0]), max(east, lon[1])
    spacing = max((north - south) / _CELLS, (east - west) / _CELLS, 1e-3)
    # Fine enough for the narrowest statement, else it would fall between cells.
    narrow = min((min(p.along_km, p.across_km) for p in places if p.ring is None), default=9e9)
    spacing = max(min(spacing, narrow / _KM), max(north - south, east - west) / 400.0)
    lats = np.arange(south, north + spacing, spacing)
    lons = np.arange(west, east + spacing, spacing)
    latitude, longitude = (axis.ravel() for axis in np.meshgrid(lats, lons, indexing="ij"))
    return Cells(latitude, longitude, float(spacing) * _KM)


def place_density(one: Somewhere, cells: Cells) -> Floats:
    """Give the density (n,) that a statement leaves over cells; it sums to one."""
    if one.ring is not None:
        outline = shapely.Polygon(one.ring[:, ::-1])
        narrow = math.cos(math.radians(one.latitude))
        points = shapely.points(cells.longitude, cells.latitude)
        outside = shapely.distance(outline, points) * _KM * math.sqrt(narrow)
        made = np.exp(-math.log(2.0) * (outside / _SOFT_KM) ** 2)
    else:
        north = (cells.latitude - one.latitude) * _KM
        east = (cells.longitude - one.longitude) * _KM * np.cos(np.radians(cells.latitude))
        along = north * math.cos(one.azimuth) + east * math.sin(one.azimuth)
        across = east * math.cos(one.azimuth) - north * math.sin(one.azimuth)
        made = np.exp(-0.5 * ((along / one.along_km) ** 2 + (across / one.across_km) ** 2))
    made = made * np.cos(np.radians(cells.latitude))
    total = made.sum()
    return np.asarray(made / total if total > 0.0 else np.full(len(made), 1.0 / len(made)))


def middle_of(density: Floats, cells: Cells) -> tuple[float, float, float]:
    """Give the middle of a density and the radius that holds 95 % of it, km."""
    latitude = float(density @ cells.latitude)
    longitude = float(density @ cells.longitude)
    north = (cells.latitude - latitude) * _KM
    east = (cells.longitude - longitude) * _KM * math.cos(math.radians(latitude))
    far = np.hypot(north, east)
    order = np.argsort(far)
    within = np.cumsum(density[order])
    last = order[min(int(np.searchsorted(within, 0.95)), len(order) - 1)]
    return latitude, longitude, float(far[last])


def points_of(
    density: Floats, cells: Cells, most: int = 2000
) -> tuple[tuple[float, float, float], ...]:
    """Give the heaviest cells as (latitude, longitude, share): enough to draw from."""
    order = np.argsort(density)[::-1][:most]
    share = density[order] / density[order].sum()
    return tuple(
        (round(float(a), 4), round(float(o), 4), float(s))
        for a, o, s in zip(cells.latitude[order], cells.longitude[order], share, strict=True)
        if s > 1e-6
    )
