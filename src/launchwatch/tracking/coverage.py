"""Coverage: with what probability a sensor's scan would have shown a thing.

Above the sensor's lowest elevation and within its range, what it says of itself; behind the
horizon nothing, and so not seeing a thing there is no evidence against it.
"""

import numpy as np
from numpy.typing import NDArray

from launchwatch.constants import WGS84_SEMI_MAJOR, WGS84_SEMI_MINOR
from launchwatch.earth.ellipsoid import geodetic_from_ecef
from launchwatch.estimation.measurement import Site
from launchwatch.messages.sensor import Infrared

Floats = NDArray[np.float64]

TYPICAL_DETECTION = 0.9
"""Detection probability of a sensor that states none: typical of those that do."""

MOST_DETECTION = 0.99
"""No sensor is believed to see everything: one that says so would end a track at one miss."""


CLOUDS = 15e3
"""Metres: under the highest clouds a motor may burn unseen from above."""


def detection_of(site: Site) -> float:
    """Give a sensor's probability to see what it covers, in one scan."""
    return min(site.sensor.detection_probability or TYPICAL_DETECTION, MOST_DETECTION)


def covers(site: Site, points: Floats, spread: Floats) -> NDArray[np.bool_]:
    """Say which places a sensor surely covers.

    Args:
        points: (n, 3) ECEF, metres.
        spread: (n,) one sigma of each; two of them must fit between it and the edge.
    """
    if len(points) == 0:
        return np.zeros(0, dtype=np.bool_)
    offsets = points - site.position
    if isinstance(site.sensor, Infrared):
        _, _, height = geodetic_from_ecef(points)
        # In front of the Earth or beside it: the line of sight is not cut off before. Stretched
        # along its axis, the Earth is a ball.
        stretch = np.array([1.0, 1.0, WGS84_SEMI_MAJOR / WGS84_SEMI_MINOR])
        position, offsets = site.position * stretch, offsets * stretch
        distance = np.sqrt((offsets * offsets).sum(axis=1))
        along = -(offsets @ position) / distance
        across2 = position @ position - along**2
        hidden = (across2 < (WGS84_SEMI_MAJOR + 2.0 * spread) ** 2) & (distance > along)
        return np.asarray(~hidden & (height > CLOUDS + 2.0 * spread), dtype=np.bool_)
    distance = np.sqrt((offsets * offsets).sum(axis=1))
    up = offsets @ site.rotation[2]
    lowest = np.sin(np.radians(site.sensor.minimum_elevation_deg))
    clear = up > distance * lowest + 2.0 * spread
    return np.asarray(
        clear & (distance + 2.0 * spread < site.sensor.maximum_range_m), dtype=np.bool_
    )
