"""Whether lines of sight show a motor that climbs, a light that hardly moves, or a meteor.

What an infrared sensor sees may be a motor, a fire, the Sun on a cloud, an aircraft's
exhaust or a stone from the sky. Their lines of sight differ only by how the light moves. All
are put to the same lines: place, velocity and acceleration, each with a prior. From a
distance the direction depends linearly on them, so the evidence of each is a Gaussian
integral, kept up to date by sums.

Ignored: that a motor's acceleration changes within `_WINDOW`, and that lines bend the
linear picture by some hundred metres once the light has moved by a hundred kilometres.
"""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.constants import WGS84_SEMI_MAJOR, WGS84_SEMI_MINOR
from launchwatch.earth.ellipsoid import ecef_from_geodetic, geodetic_from_ecef
from launchwatch.earth.local import ecef_from_enu_rotation
from launchwatch.messages.plot import LineOfSightPlot
from launchwatch.messages.sensor import Infrared, Sensor
from launchwatch.timescale import SECOND, Instant

Floats = NDArray[np.float64]

_WINDOW = 45.0
"""Seconds that one acceleration describes; a new window begins after it, with all that the
earlier ones told kept."""

_JITTER = 700.0
"""Metres by which a light strays from the straight, one sigma: an aircraft's turn, a cloud's
edge, a fire that spreads."""

_MOST = 30.0
"""Evidence beyond this (ln odds) is not collected: no model is that good."""


def _prior(
    height: tuple[float, float],
    velocity: tuple[Floats, Floats],
    acceleration: tuple[Floats, Floats],
) -> tuple[Floats, Floats]:
    """Give mean (9,) and inverse covariance (9, 9) of place, velocity and acceleration, ENU.

    The level place is left to the lines of sight (300 km).
    """
    mean = np.concatenate([[0.0, 0.0, height[0]], velocity[0], acceleration[0]])
    sigmas = np.concatenate([[300e3, 300e3, height[1]], velocity[1], acceleration[1]])
    return mean, np.diag(sigmas**-2.0)


# A rocket that leaves the clouds climbs at 200 to 1,200 m/s, turns over and gains 10 to
# 40 m/s each second, net of gravity. A light stays, drifts with a cloud or flies as an
# aircraft does: up to 420 m/s (one sigma 200), climbing by tens, turning by some m/s². A
# stone comes from any side at 10 to 30 km/s and is slowed down by up to a kilometre a second
# each second.
_ROCKET = _prior(
    (15e3, 8e3),
    (np.array([0.0, 0.0, 700.0]), np.array([500.0, 500.0, 350.0])),
    (np.array([0.0, 0.0, 10.0]), np.array([12.0, 12.0, 8.0])),
)
_LIGHT = _prior(
    (7e3, 6e3),
    (np.zeros(3), np.array([200.0, 200.0, 40.0])),
    (np.zeros(3), np.array([2.0, 2.0, 0.5])),
)
_STONE = _prior(
    (70e3, 30e3),
    (np.zeros(3), np.array([8e3, 8e3, 8e3])),
    (np.zeros(3), np.array([700.0, 700.0, 700.0])),
)


class Told(NamedTuple):
    """ln of how much better a rocket explains the lines than each of its rivals does."""

    light: float
    stone: float


_NOTHING = Told(0.0, 0.0)


@dataclass(slots=True)
class Sightlines:
    """What the lines of sight of one track have told so far."""

    began: Instant | None = None
    earlier: Told = _NOTHING
    count: int = 0
    place: Floats = field(default_factory=lambda: np.zeros(3))
    rotation: Floats = field(default_factory=lambda: np.eye(3))
    square: Floats = field(default_factory=lambda: np.zeros((9, 9)))
    product: Floats = field(default_factory=lambda: np.zeros(9))

    def add(self, plot: LineOfSightPlot, sensor: Infrared, position: Floats) -> None:
        """Add a line of sight.

        Args:
            position: of the sensor, (3,) ECEF metres.
        """
        line = np.array(plot.line_of_sight_ecef)
        if self.began is not None and (plot.time - self.began) / SECOND > _WINDOW:
            self.earlier = self.told()
            self.began, self.count = None, 0
            self.square, self.product = np.zeros((9, 9)), np.zeros(9)
        if self.began is None:
            self.began = plot.time
            self.place = _ground(position, line)
            latitude, longitude, _ = geodetic_from_ecef(self.place[None])
            self.rotation = ecef_from_enu_rotation(float(latitude[0]), float(longitude[0]))
        offset = self.place - position
        distance = float(np.linalg.norm(offset))
        # What a move by one metre turns, across the line: (2, 3) of the ENU move.
        across = _across(line)
        turn = across @ self.rotation / distance
        seen = -(across @ offset) / distance
        seconds = (plot.time - self.began) / SECOND
        H = np.hstack([turn, seconds * turn, 0.5 * seconds**2 * turn])
        bias = np.radians(sensor.bias_sigma_deg)
        variance = sensor.line_of_sight_sigma_rad**2 + bias**2 + (_JITTER / distance) ** 2
        self.square = self.square + H.T @ H / variance
        self.product = self.product + H.T @ seen / variance
        self.count += 1

    def told(self) -> Told:
        """Give what all lines tell."""
        rocket = _evidence(self, *_ROCKET)
        return Told(
            *(
                float(np.clip(before + rocket - _evidence(self, *rival), -_MOST, _MOST))
                for before, rival in zip(self.earlier, (_LIGHT, _STONE), strict=True)
            )
        )


def _evidence(lines: Sightlines, mean: Floats, information: Floats) -> float:
    """Give ln of the probability density of the lines, but for what is common to all models."""
    whole = information + lines.square
    weighed = information @ mean + lines.product
    quadratic = weighed @ np.linalg.solve(whole, weighed) - mean @ information @ mean
    widths = np.linalg.slogdet(information)[1] - np.linalg.slogdet(whole)[1]
    return 0.5 * float(quadratic + widths)


def _across(line: Floats) -> Floats:
    """Give two directions across a line of sight, (2, 3)."""
    first = np.cross(line, np.eye(3)[np.argmin(np.abs(line))])
    first /= np.linalg.norm(first)
    return np.array([first, np.cross(line, first)])


def _ground(position: Floats, line: Floats) -> Floats:
    """Give where a line of sight meets the ellipsoid, or comes nearest to it."""
    squash = np.array([1.0, 1.0, WGS84_SEMI_MAJOR / WGS84_SEMI_MINOR])
    here, way = position * squash, line * squash
    a, b = float(way @ way), float(here @ way)
    root = b * b - a * (float(here @ here) - WGS84_SEMI_MAJOR**2)
    along = max((-b - np.sqrt(max(root, 0.0))) / a, 1.0)
    return np.asarray(position + along * line)


def site_of(sensor: Sensor) -> Floats:
    """Give a sensor's place, (3,) ECEF metres."""
    latitude, longitude = np.radians([[sensor.latitude_deg], [sensor.longitude_deg]])
    return np.asarray(ecef_from_geodetic(latitude, longitude, np.array([sensor.height_m]))[0])
