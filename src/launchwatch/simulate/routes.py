"""Aircraft that climb, descend, turn and change speed, as those on a straight line do not.

A flight is a row of legs; in each the pilot wants one rate of turn, one rate of climb and
one change of speed, and the aircraft follows within some seconds. The path is integrated
over the ellipsoid four times a second and made smooth by a spline, so that position and
velocity belong together.
"""

import math
from typing import NamedTuple

import numpy as np
from scipy.interpolate import CubicSpline

from launchwatch.constants import WGS84_ECCENTRICITY2, WGS84_SEMI_MAJOR
from launchwatch.simulate.body import Array
from launchwatch.simulate.places import ecef_from_geodetic

_STEP = 0.5  # s


class Manner(NamedTuple):
    """How a kind of aircraft flies.

    Attributes:
        speeds: least and greatest over the ground, m/s.
        heights: least and greatest above the ellipsoid, metres.
        pull: greatest acceleration across the path in a turn, m/s².
        climb: greatest rate of climb or descent, m/s.
        push: greatest change of speed, m/s².
        leg: least and greatest time for which one wish lasts, s.
        straight: share of the legs without a turn, and of those without a climb.
        lag: time constant in which the aircraft follows a wish, s.
    """

    speeds: tuple[float, float]
    heights: tuple[float, float]
    pull: float
    climb: float
    push: float
    leg: tuple[float, float]
    straight: float
    lag: float


AIRLINER = Manner(
    # From approach speed to a cruise with the jet stream behind; a bank of 30° in turns.
    speeds=(75.0, 320.0), heights=(500.0, 12_800.0), pull=5.7, climb=18.0, push=1.0,
    leg=(20.0, 400.0), straight=0.55, lag=4.0,
)  # fmt: skip

JET = Manner(
    # A fighter's, afterburner and all: 1.4 times the speed of sound, turns of five g.
    speeds=(140.0, 420.0), heights=(300.0, 15_500.0), pull=50.0, climb=180.0, push=9.0,
    leg=(5.0, 90.0), straight=0.4, lag=1.5,
)  # fmt: skip


class Route(NamedTuple):
    """A flown path: a spline of the ECEF position over seconds, and when it begins and ends."""

    path: CubicSpline
    start: float
    end: float

    def states(self, times: Array) -> Array:
        """Give positions and velocities (n, 6) at times (n,); NaN outside the flight."""
        inside = (times >= self.start) & (times <= self.end)
        rows = np.hstack([self.path(times), self.path(times, 1)])
        return np.where(inside[:, None], rows, np.nan)


def fly(
    manner: Manner,
    place: tuple[float, float],
    start: float,
    end: float,
    chance: np.random.Generator,
) -> Route:
    """Fly from a place (latitude, longitude in degrees) wherever chance leads.

    Args:
        start: seconds at which it begins to exist, and ``end``, when it ends.
    """
    count = int((end - start) / _STEP) + 2
    turn, climb, push = _wishes(manner, count, chance)
    heading = chance.uniform(0.0, 2.0 * math.pi)
    speed, height = chance.uniform(*manner.speeds), chance.uniform(*manner.heights)
    rate, bend = 0.0, 0.0
    latitude, longitude = math.radians(place[0]), math.radians(place[1])
    rows = np.empty((count, 3))
    follow = _STEP / manner.lag
    for k in range(count):
        rows[k] = latitude, longitude, height
        bend += follow * (turn[k] - bend)
        # No steeper than 45°, so that the speed over the ground stays what it is.
        wanted = min(max(climb[k], -0.7 * speed), 0.7 * speed)
        # A floor and a ceiling: whoever reaches one levels off.
        if height + 10.0 * rate < manner.heights[0]:
            wanted = max(wanted, 0.0)
        elif height + 10.0 * rate > manner.heights[1]:
            wanted = min(wanted, 0.0)
        rate += follow * (wanted - rate)
        speed = min(max(speed + push[k] * _STEP, manner.speeds[0]), manner.speeds[1])
        heading += bend / speed * _STEP
        level = max(speed * speed - rate * rate, 0.25 * speed * speed) ** 0.5
        height += rate * _STEP
        sine = math.sin(latitude)
        across = 1.0 - WGS84_ECCENTRICITY2 * sine * sine
        prime = WGS84_SEMI_MAJOR / across**0.5
        meridian = prime * (1.0 - WGS84_ECCENTRICITY2) / across
        latitude += level * math.cos(heading) / (meridian + height) * _STEP
        longitude += level * math.sin(heading) / ((prime + height) * math.cos(latitude)) * _STEP
    times = start + _STEP * np.arange(count)
    points = ecef_from_geodetic(np.degrees(rows[:, 0]), np.degrees(rows[:, 1]), rows[:, 2])
    return Route(CubicSpline(times, points), start, end)


def _wishes(
    manner: Manner, count: int, chance: np.random.Generator
) -> tuple[list[float], list[float], list[float]]:
    """Draw what the pilot wants at each step: acceleration across, climb, change of speed."""
    turn: list[float] = []
    climb: list[float] = []
    push: list[float] = []
    while len(turn) < count:
        steps = int(chance.uniform(*manner.leg) / _STEP) + 1
        across, up, ahead = chance.uniform(-1.0, 1.0, 3)
        turns, climbs = chance.random(2) > manner.straight
        turn += [float(manner.pull * across * turns)] * steps
        climb += [float(manner.climb * up * climbs)] * steps
        # A change of speed lasts for some seconds only.
        short = min(steps, int(20.0 / _STEP))
        push += [float(manner.push * ahead)] * short + [0.0] * (steps - short)
    return turn, climb, push
