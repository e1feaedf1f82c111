"""Our verdict on a past launch, beside the official one: how much of the stated fall lies where.

A statement that places a fall "about 200 km west of Oshima-Oshima" leaves a disc of tens of
kilometres (`PastLaunch.fall_radius_km`). The share of that disc inside a zone is our
probability, by the median and by each country's own claim; it never replaces what was said.
What it cannot know is what the government saw but rounded away.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment.zones import Zones
from launchwatch.earth.geodesic import direct
from launchwatch.record.history import PastLaunch

POINTS = 2000
"""Points of the disc: shares to 0.5 %, finer than any rounding of a statement deserves."""

_GOLDEN = math.pi * (3.0 - math.sqrt(5.0))


class OurVerdict(NamedTuple):
    """Share of the stated fall inside a zone: drawn by medians, and by the claim named."""

    zone: str
    probability: float
    claims: str
    by_claims: float


def our_verdict(launch: PastLaunch, zone: str, zones: Zones | None = None) -> OurVerdict | None:
    """Judge a stated fall against a zone; None where no statement placed it.

    Args:
        launch: with a fall point and its radius.
        zone: such as ``JPN-EEZ``.
        zones: drawn by medians; the built-in ones by default.
    """
    if launch.fall_latitude_deg is None or launch.fall_longitude_deg is None:
        return None
    latitude, longitude = _disc(
        launch.fall_latitude_deg, launch.fall_longitude_deg, 1e3 * (launch.fall_radius_km or 30.0)
    )
    medians = zones or Zones.built_in()
    claims = {"JPN": "japan", "KOR": "korea", "PRK": "north-korea", "CHN": "china", "RUS": "russia"}
    name = claims.get(zone[:3], "median")
    shares = [
        sum(
            share
            for one, share in drawn.shares(latitude, longitude).items()
            if _is_in(one.zone, zone)
        )
        for drawn in (medians, Zones.built_in(name))
    ]
    return OurVerdict(zone, shares[0], name, shares[1])


def _is_in(found: str, zone: str) -> bool:
    """Is a zone the one asked about? A territorial sea lies within its state's zone."""
    return found == zone or found == zone.replace("-EEZ", "-territorial-sea")


def _disc(
    latitude_deg: float, longitude_deg: float, radius: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Give points (n,), (n,) in degrees that fill a disc evenly, like the seeds of a sunflower."""
    number = np.arange(POINTS) + 0.5
    distance, azimuth = radius * np.sqrt(number / POINTS), number * _GOLDEN % (2.0 * math.pi)
    start = math.radians(latitude_deg), math.radians(longitude_deg)
    north, east, _ = direct(*start, azimuth, distance)
    return np.degrees(north), np.degrees(east)
