"""Where and when false plots lie: always and everywhere, or in a burst and one corner.

A burst stands for rain, chaff, interference, an aurora: for some seconds to minutes a
sensor reports many plots a sweep more than it says it does, often from one corner of what
it sees.
"""

import numpy as np

from launchwatch.messages.sensor import Infrared, Radar
from launchwatch.simulate.body import Array
from launchwatch.simulate.sightline import site

_NEAREST = 5_000.0  # metres
_HIGHEST = np.radians(85.0)
_FASTEST = 3_000.0  # m/s, range rate
_EARTH_DISC = np.radians(8.6)  # the Earth's angular radius from geostationary height
_SHORTEST_BURST, _LONGEST_BURST = 3.0, 120.0  # s
_FEWEST, _MOST = 5.0, 60.0  # plots a sweep
_EVERYWHERE = 0.3  # share of the bursts that fill all that the radar sees
_RAIN = 20.0  # m/s, range rate


def everywhere(radar: Radar) -> Array:
    """Give the box (2, 4) of least and greatest range, azimuth, elevation and range rate."""
    return np.array(
        [
            [_NEAREST, 0.0, np.radians(radar.minimum_elevation_deg), -_FASTEST],
            [radar.maximum_range_m, 2.0 * np.pi, _HIGHEST, _FASTEST],
        ]
    )


def burst(starts: Array, duration: float, chance: np.random.Generator) -> Array:
    """Give the mean number of a burst's plots in each sweep (n,), given their starts."""
    begin = chance.uniform(0.0, duration)
    lasts = np.exp(chance.uniform(np.log(_SHORTEST_BURST), np.log(_LONGEST_BURST)))
    plots = np.exp(chance.uniform(np.log(_FEWEST), np.log(_MOST)))
    mean: Array = np.where((starts >= begin) & (starts < begin + lasts), plots, 0.0)
    return mean


def patch(radar: Radar, chance: np.random.Generator) -> Array:
    """Draw the box (2, 4) in which a burst's plots lie."""
    box = everywhere(radar)
    if chance.random() < _EVERYWHERE:
        return box
    depth = np.exp(chance.uniform(np.log(2e3), np.log(2e5)))
    nearest = chance.uniform(_NEAREST, max(0.5 * radar.maximum_range_m, 2 * _NEAREST))
    left, width = chance.uniform(0.0, 2.0 * np.pi), np.radians(chance.uniform(1.0, 60.0))
    top = box[0, 2] + np.radians(chance.uniform(0.5, 15.0))
    fastest = _RAIN if chance.random() < 0.7 else _FASTEST
    return np.array(
        [
            [nearest, left, box[0, 2], -fastest],
            [min(nearest + depth, radar.maximum_range_m), left + width, top, fastest],
        ]
    )


def glints(sensor: Infrared, chance: np.random.Generator, n: int) -> Array:
    """Draw unit vectors (n, 3), uniform over the Earth's disc as the sensor sees it."""
    down = -site(sensor) / np.linalg.norm(site(sensor))
    across = np.cross(down, [0.0, 0.0, 1.0] if abs(down[2]) < 0.9 else [1.0, 0.0, 0.0])
    across /= np.linalg.norm(across)
    off = np.arccos(1.0 - chance.random(n) * (1.0 - np.cos(_EARTH_DISC)))
    around = chance.uniform(0.0, 2.0 * np.pi, n)
    side = np.outer(np.cos(around), across) + np.outer(np.sin(around), np.cross(down, across))
    found: Array = np.cos(off)[:, None] * down + np.sin(off)[:, None] * side
    return found
