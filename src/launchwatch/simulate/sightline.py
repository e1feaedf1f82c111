"""What a sensor would see without error, and whether it can see it at all.

Written apart from the watch's measurement models on purpose: a mistake that both share
would cancel. Positions on the ellipsoid come from PROJ.
"""

import numpy as np

from launchwatch.constants import WGS84_SEMI_MAJOR, WGS84_SEMI_MINOR
from launchwatch.messages.sensor import Infrared, Radar, Sensor
from launchwatch.simulate.body import Array, Truths
from launchwatch.simulate.places import ecef_from_place, geodetic

CLOUD_TOP = 10_000.0
"""Height above the ellipsoid below which clouds hide a plume, metres; clouds reach 8 to 18 km,
and the mean over middle latitudes is about this."""


def ecef_from_enu_axes(latitude_deg: float, longitude_deg: float) -> tuple[Array, Array, Array]:
    """Give the unit vectors east, north and up (3,) of a place in ECEF."""
    latitude, longitude = np.radians([latitude_deg, longitude_deg])
    east = np.array([-np.sin(longitude), np.cos(longitude), 0.0])
    up = np.array(
        [
            np.cos(latitude) * np.cos(longitude),
            np.cos(latitude) * np.sin(longitude),
            np.sin(latitude),
        ]
    )
    return east, np.cross(up, east), up


def site(sensor: Sensor) -> Array:
    """Give the ECEF position (3,) of a sensor, metres."""
    return ecef_from_place(sensor.latitude_deg, sensor.longitude_deg, sensor.height_m)


def radar_view(sensor: Radar, states: Array) -> Array:
    """Give range, azimuth, elevation and range rate (n, 4) of states (n, 6).

    Metres and m/s, azimuth in 0 to 2π clockwise from true north, elevation up from the
    plane tangent to the ellipsoid; no refraction.
    """
    away = states[:, :3] - site(sensor)
    distance = np.linalg.norm(away, axis=1)
    east, north, up = ecef_from_enu_axes(sensor.latitude_deg, sensor.longitude_deg)
    azimuth = np.arctan2(away @ east, away @ north) % (2.0 * np.pi)
    elevation = np.arctan2(away @ up, np.hypot(away @ east, away @ north))
    rate = np.einsum("ij,ij->i", away, states[:, 3:]) / distance
    return np.column_stack([distance, azimuth, elevation, rate])


def line_of_sight(sensor: Infrared, states: Array) -> Array:
    """Give the unit vectors (n, 3) in ECEF from the sensor to states (n, 6)."""
    away = states[:, :3] - site(sensor)
    directions: Array = away / np.linalg.norm(away, axis=1)[:, None]
    return directions


def is_hidden(sensor: Sensor, states: Array) -> Truths:
    """Tell at which of states (n, 6) the Earth's ellipsoid stands in the way."""
    # Stretched along its axis the ellipsoid is a ball, and straight lines stay straight.
    stretch = np.array([1.0, 1.0, WGS84_SEMI_MAJOR / WGS84_SEMI_MINOR])
    here, there = site(sensor) * stretch, states[:, :3] * stretch
    way = there - here
    share = np.clip(-(way @ here) / np.einsum("ij,ij->i", way, way), 0.0, 1.0)
    nearest = np.linalg.norm(here + share[:, None] * way, axis=1)
    # A millimetre of grace: a sensor or body may stand on the ground.
    hidden: Truths = nearest < WGS84_SEMI_MAJOR - 1e-3
    return hidden


def is_in_view(
    sensor: Sensor, states: Array, is_hot: Truths, cloud_top: float = CLOUD_TOP
) -> Truths:
    """Tell which of states (n, 6) a sensor could detect.

    A radar sees what is above its lowest elevation and within its range; an infrared
    sensor what is hot and above the clouds; neither through the Earth. A state of NaN,
    a body that does not exist, is in nobody's view.

    Args:
        cloud_top: height of the clouds, metres; below any ground where the sky is clear.
    """
    exists: Truths = np.all(np.isfinite(states), axis=1)
    filled = np.where(exists[:, None], states, 1e8)
    seen = exists & ~is_hidden(sensor, filled)
    if isinstance(sensor, Radar):
        view = radar_view(sensor, filled)
        seen &= view[:, 0] <= sensor.maximum_range_m
        seen &= view[:, 2] >= np.radians(sensor.minimum_elevation_deg)
    else:
        seen &= is_hot & (geodetic(filled[:, :3])[2] > cloud_top)
    return seen
