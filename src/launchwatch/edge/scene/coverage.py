"""Outlines of what a sensor surely covers at a height, on the ground.

Along each azimuth the farthest distance is sought at which something at that height still stands
above a radar's lowest elevation and within its range, or, for an infrared sensor, free of the
Earth's limb. Refraction is left out, as sensors report without it, and so is terrain.
"""

from bisect import bisect_left
from functools import lru_cache

import numpy as np
import pyproj
from numpy.typing import NDArray

from launchwatch.constants import WGS84_SEMI_MAJOR, WGS84_SEMI_MINOR
from launchwatch.earth.ellipsoid import ecef_from_geodetic
from launchwatch.earth.local import enu_from_ecef
from launchwatch.edge.scene.shapes import around
from launchwatch.messages.scenesurroundings import CoverageRow
from launchwatch.messages.sensor import Infrared, Radar

Floats = NDArray[np.float64]

STEPS_KM = (5, 10, 20, 50, 100, 200, 500, 1000, 2000)
"""Heights for which outlines are drawn: a fifth to a third more of height moves one by some
percent of its radius."""

CLOUDS_KM = 15
"""An infrared sensor surely sees a motor only above the highest clouds, as the tracker holds."""

_AZIMUTHS = 120
"""Corners of an outline: its sides leave a circle by 0.03 % of its radius."""

_HALVINGS = 24
"""Of half the Earth's girth: to a metre."""

_FARTHEST = 19.9e6

_GEOD = pyproj.Geod(ellps="WGS84")


def step_of(height_m: float) -> int:
    """Give the step, in km, whose outline is shown for something at a height: not above it.

    Below the lowest step the lowest is shown.
    """
    at = bisect_left(STEPS_KM, height_m / 1e3 + 1e-9)
    return STEPS_KM[max(at - 1, 0)]


def name_of(sensor: str, step_km: int) -> str:
    """Name the row of an outline."""
    return f"{sensor}@{step_km}"


@lru_cache(maxsize=512)
def coverage_row(sensor: Radar | Infrared, step_km: int) -> CoverageRow:
    """Give the outline of what a sensor covers at a height; without a shape where it is nothing."""
    site = sensor.longitude_deg, sensor.latitude_deg
    azimuth = np.linspace(360.0, 0.0, _AZIMUTHS, endpoint=False)
    reach = _reach(sensor, azimuth, step_km * 1e3)
    is_any = bool((reach > 1.0).any()) and not (
        isinstance(sensor, Infrared) and step_km < CLOUDS_KM
    )
    return CoverageRow(
        sensor=sensor.id,
        height_m=step_km * 1e3,
        shape=around(*site, azimuth, reach, is_rough=True) if is_any else (),
    )


def _reach(sensor: Radar | Infrared, azimuth_deg: Floats, height: float) -> Floats:
    """Give the farthest ground distance at which a height is covered, by halving."""
    near, far = np.zeros(len(azimuth_deg)), np.full(len(azimuth_deg), _FARTHEST)
    for _ in range(_HALVINGS):
        middle = 0.5 * (near + far)
        seen = _is_seen(sensor, azimuth_deg, middle, height)
        near, far = np.where(seen, middle, near), np.where(seen, far, middle)
    return near


def _is_seen(
    sensor: Radar | Infrared, azimuth_deg: Floats, distance: Floats, height: float
) -> NDArray[np.bool_]:
    count = len(azimuth_deg)
    longitude, latitude, _ = _GEOD.fwd(
        np.full(count, sensor.longitude_deg),
        np.full(count, sensor.latitude_deg),
        azimuth_deg,
        distance,
    )
    points = ecef_from_geodetic(np.radians(latitude), np.radians(longitude), np.full(count, height))
    site = np.radians(sensor.latitude_deg), np.radians(sensor.longitude_deg), sensor.height_m
    if isinstance(sensor, Radar):
        enu = enu_from_ecef(points, *(float(each) for each in site))
        slant = np.linalg.norm(enu, axis=1)
        lowest = np.sin(np.radians(sensor.minimum_elevation_deg))
        return np.asarray((enu[:, 2] >= slant * lowest) & (slant <= sensor.maximum_range_m))
    # Stretched along its axis the Earth is a ball: seen is what stands before its limb.
    stretch = np.array([1.0, 1.0, WGS84_SEMI_MAJOR / WGS84_SEMI_MINOR])
    eye = ecef_from_geodetic(*site) * stretch
    line = points * stretch - eye
    length = np.linalg.norm(line, axis=1)
    along = -(line @ eye) / length
    clear = eye @ eye - along**2 >= WGS84_SEMI_MAJOR**2
    return np.asarray(clear | (length <= along))
