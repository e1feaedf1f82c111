"""Bodies on orbits of every kind, stones that fall from the sky, and fires on the ground.

Orbits and falls are integrated with the forces of `launchwatch.simulate.motions`: gravity
with J2, and drag. A stone keeps its mass: what burns off is left out.
"""

from typing import Any

import numpy as np
from scipy.integrate import solve_ivp

from launchwatch.constants import EARTH_GM, EARTH_ROTATION, WGS84_SEMI_MAJOR
from launchwatch.simulate.body import Array, Body, Truths, always, never
from launchwatch.simulate.forces import geodetic_up_and_height
from launchwatch.simulate.motions import falling
from launchwatch.simulate.places import ecef_from_place
from launchwatch.simulate.sightline import CLOUD_TOP, ecef_from_enu_axes

_SATELLITE = 100.0  # kg/m², m/(Cd·A); below 200 km it matters within an hour
_LOWEST_PERIGEE, _HIGHEST_PERIGEE = 180e3, 1_400e3
_HIGHEST_APOGEE = 36_000e3
_LONG_ORBITS = 0.3  # share of the orbits that are not nearly circular
_GLOWS_ABOVE = 2_500.0  # m/s: slower, a stone no longer shines


def orbiter(name: str, place: tuple[float, float], duration: float, chance: Any) -> Body:
    """Draw a satellite, upper stage or piece of debris that passes over a place (degrees)."""
    perigee = chance.uniform(_LOWEST_PERIGEE, _HIGHEST_PERIGEE)
    stretch = chance.exponential(30e3)
    if chance.random() < _LONG_ORBITS:
        stretch = chance.uniform(0.0, _HIGHEST_APOGEE - perigee)
    near = WGS84_SEMI_MAJOR + perigee
    eccentricity = stretch / (2.0 * near + stretch)
    # Where it is on its ellipse overhead, most often near the Earth: that is where it is seen.
    anomaly = chance.normal(0.0, 0.7)
    parameter = near * (1.0 + eccentricity)
    radius = parameter / (1.0 + eccentricity * np.cos(anomaly))
    height = radius - float(np.linalg.norm(ecef_from_place(*place, 0.0)))
    position = ecef_from_place(*place, height)
    out = position / np.linalg.norm(position)
    azimuth, overhead = chance.uniform(0.0, 2.0 * np.pi), chance.uniform(0.0, duration)
    east, north, _ = ecef_from_enu_axes(*place)
    ahead = np.sin(azimuth) * east + np.cos(azimuth) * north
    ahead -= (ahead @ out) * out
    ahead /= np.linalg.norm(ahead)
    speed = np.sqrt(EARTH_GM / parameter)
    velocity = speed * (
        eccentricity * np.sin(anomaly) * out + (1.0 + eccentricity * np.cos(anomaly)) * ahead
    )
    velocity -= np.cross([0.0, 0.0, EARTH_ROTATION], position)
    before = _course(position, velocity, overhead, 0.0, _SATELLITE)
    after = _course(position, velocity, overhead, duration, _SATELLITE)

    def states(times: Array) -> Array:
        rows = np.full((len(times), 6), np.nan)
        early = (times >= 0.0) & (times <= overhead)
        late = (times > overhead) & (times <= duration)
        for inside, course in ((early, before), (late, after)):
            if inside.any():
                rows[inside] = course(times[inside]).T
        return rows

    return Body(
        object=name, kind="satellite", start=0.0, end=duration,
        states=states, phases=always("coast"), is_thrusting=never,
    )  # fmt: skip


def fireball(name: str, place: tuple[float, float], duration: float, chance: Any) -> Body:
    """Draw a stone that the air slows down, from 105 km to the ground (or the end)."""
    speed, dive = chance.uniform(11.2e3, 25e3), np.radians(chance.uniform(10.0, 80.0))
    azimuth, begin = chance.uniform(0.0, 2.0 * np.pi), chance.uniform(0.0, duration)
    # From a fist to a metre across.
    coefficient = float(np.exp(chance.uniform(np.log(200.0), np.log(4_000.0))))
    east, north, up = ecef_from_enu_axes(*place)
    level = np.sin(azimuth) * east + np.cos(azimuth) * north
    velocity = speed * (np.cos(dive) * level - np.sin(dive) * up)
    position = ecef_from_place(*place, 105e3)
    rates = falling(coefficient)

    def above(_: float, row: Array) -> float:
        return geodetic_up_and_height((row[0], row[1], row[2]))[1]

    above.terminal = True  # type: ignore[attr-defined]
    found = solve_ivp(
        rates, (begin, begin + 600.0), np.concatenate([position, velocity]), method="DOP853",
        rtol=1e-8, atol=1e-4, dense_output=True, events=above,
    )  # fmt: skip
    end, path = min(float(found.t[-1]), duration), found.sol

    def states(times: Array) -> Array:
        rows = np.full((len(times), 6), np.nan)
        inside = (times >= begin) & (times <= end)
        if inside.any():
            rows[inside] = path(times[inside]).T  # type: ignore[misc]
        return rows

    def glows(times: Array) -> Truths:
        rows = states(times)
        hot: Truths = np.linalg.norm(rows[:, 3:], axis=1) > _GLOWS_ABOVE
        return hot

    return Body(
        object=name, kind="fireball", start=begin, end=end,
        states=states, phases=always("reentry"), is_thrusting=glows,
    )  # fmt: skip


def flare(name: str, place: tuple[float, float], duration: float, chance: Any) -> Body:
    """Draw a light that infrared sensors see and radars do not.

    Half are fires and explosions under a clear sky, which stay where they are; half are the
    Sun's glint on high clouds, which wanders as Sun and satellite move.
    """
    begin = chance.uniform(0.0, duration)
    end = min(begin + float(np.exp(chance.uniform(np.log(3.0), np.log(900.0)))), duration)
    is_glint = chance.random() < 0.5
    height = chance.uniform(CLOUD_TOP, 16e3) if is_glint else chance.uniform(0.0, 1_500.0)
    drift = chance.uniform(0.0, 250.0) * is_glint
    azimuth = chance.uniform(0.0, 2.0 * np.pi)
    start = ecef_from_place(*place, height)
    east, north, _ = ecef_from_enu_axes(*place)
    velocity = drift * (np.sin(azimuth) * east + np.cos(azimuth) * north)

    def states(times: Array) -> Array:
        positions = start + np.outer(times - begin, velocity)
        rows = np.hstack([positions, np.tile(velocity, (len(times), 1))])
        inside = (times >= begin) & (times <= end)
        return np.where(inside[:, None], rows, np.nan)

    return Body(
        object=name, kind="flare", start=begin, end=end,
        states=states, phases=always("cruise"), is_thrusting=lambda times: times >= begin,
    )  # fmt: skip


def _course(position: Array, velocity: Array, start: float, end: float, coefficient: float) -> Any:
    """Integrate from a time to another, forwards or backwards; give the dense solution."""
    state = np.concatenate([position, velocity])
    if start == end:
        return lambda times: np.repeat(state[:, None], len(times), axis=1)
    found = solve_ivp(
        falling(coefficient), (start, end), state, method="DOP853", rtol=1e-8,
        atol=[1e-1] * 3 + [1e-4] * 3, dense_output=True,
    )  # fmt: skip
    return found.sol
