"""What else is in the sky: aircraft, satellites, meteors, lights.

Where and how they move is drawn from the seed. Airliners keep to a geodesic at constant
height and ground speed; satellites to a circular two-body orbit, good to a kilometre over
the minutes of a scenario; meteors to a straight line. Those that are harder to tell from a
launch come from `launchwatch.simulate.routes` and `launchwatch.simulate.lights`.
"""

import numpy as np
from pyproj import Geod

from launchwatch.constants import EARTH_GM, EARTH_ROTATION
from launchwatch.simulate import lights, routes
from launchwatch.simulate.body import Array, Body, Truths, always, never
from launchwatch.simulate.chance import stream
from launchwatch.simulate.places import ecef_from_geodetic
from launchwatch.simulate.plan import Traffic
from launchwatch.simulate.scenario import Scenario
from launchwatch.simulate.sightline import ecef_from_enu_axes

_GEOD = Geod(ellps="WGS84")


def bodies(scenario: Scenario, seed: int) -> list[Body]:
    """Draw a scenario's traffic.

    Airliners are called a1.., satellites s1.., meteors x1.., wanderers w1.., jets j1..,
    orbiters o1.., fireballs b1.., flares f1.. .
    """
    traffic, duration = scenario.traffic, scenario.duration
    drawn = [_airliner(f"a{n + 1}", traffic, duration, seed) for n in range(traffic.airliners)]
    drawn += [_satellite(f"s{n + 1}", traffic, duration, seed) for n in range(traffic.satellites)]
    meteors = _number("meteors", traffic.meteors_per_minute * duration / 60.0, seed)
    drawn += [_meteor(f"x{n + 1}", traffic, duration, seed) for n in range(meteors)]
    drawn += [_wanderer(f"w{n + 1}", traffic, duration, seed) for n in range(traffic.wanderers)]
    drawn += [_jet(f"j{n + 1}", traffic, duration, seed) for n in range(traffic.jets)]
    for letter, purpose, count, make in (
        ("o", "orbiter", traffic.orbiters, lights.orbiter),
        (
            "b",
            "fireball",
            _number("fireballs", traffic.fireballs_per_hour * duration / 3600.0, seed),
            lights.fireball,
        ),
        (
            "f",
            "flare",
            _number("flares", traffic.flares_per_hour * duration / 3600.0, seed),
            lights.flare,
        ),
    ):
        for n in range(count):
            chance = stream(seed, purpose, f"{letter}{n + 1}")
            drawn.append(make(f"{letter}{n + 1}", _place(chance, traffic), duration, chance))
    return drawn


def _number(purpose: str, mean: float, seed: int) -> int:
    return int(stream(seed, purpose).poisson(mean))


def _place(chance: np.random.Generator, traffic: Traffic) -> tuple[float, float]:
    """Draw a latitude and longitude in degrees, uniform in area within the traffic's box."""
    low, high = np.sin(np.radians([traffic.south_deg, traffic.north_deg]))
    latitude = float(np.degrees(np.arcsin(chance.uniform(low, high))))
    return latitude, float(chance.uniform(traffic.west_deg, traffic.east_deg))


def _airliner(name: str, traffic: Traffic, duration: float, seed: int) -> Body:
    chance = stream(seed, "airliner", name)
    latitude, longitude = _place(chance, traffic)
    azimuth, height = chance.uniform(0.0, 360.0), chance.uniform(9_000.0, 12_000.0)
    speed, middle = chance.uniform(200.0, 260.0), duration / 2.0

    def positions(times: Array) -> Array:
        n = len(times)
        along = speed * (times - middle)
        east, north, _ = _GEOD.fwd(
            np.full(n, longitude), np.full(n, latitude), np.full(n, azimuth), along
        )
        return ecef_from_geodetic(north, east, np.full(n, height))

    def states(times: Array) -> Array:
        # A central difference over a second errs by v³/(24 R²): 2e-8 m/s.
        velocity = positions(times + 0.5) - positions(times - 0.5)
        return _existing(np.hstack([positions(times), velocity]), times, 0.0, duration)

    return Body(
        object=name, kind="aircraft", start=0.0, end=duration,
        states=states, phases=always("cruise"), is_thrusting=never,
    )  # fmt: skip


def _wanderer(name: str, traffic: Traffic, duration: float, seed: int) -> Body:
    chance = stream(seed, "wanderer", name)
    place, start = _place(chance, traffic), max(chance.uniform(-0.5, 0.9) * duration, 0.0)
    end = min(start + chance.uniform(0.1, 1.0) * 3600.0, duration)
    route = routes.fly(routes.AIRLINER, place, start, end, chance)
    return Body(
        object=name, kind="aircraft", start=start, end=end,
        states=route.states, phases=always("cruise"), is_thrusting=never,
    )  # fmt: skip


def _jet(name: str, traffic: Traffic, duration: float, seed: int) -> Body:
    chance = stream(seed, "jet", name)
    place, start = _place(chance, traffic), max(chance.uniform(-0.5, 0.9) * duration, 0.0)
    end = min(start + chance.uniform(300.0, 2_400.0), duration)
    route = routes.fly(routes.JET, place, start, end, chance)
    # The afterburner, which infrared sensors see, is lit for a minute or so now and then.
    lit = np.sort(chance.uniform(start, max(end, start + 1.0), 2))
    burns = chance.uniform(10.0, 120.0, 2)

    def is_hot(times: Array) -> Truths:
        since = times[:, None] - lit
        hot: Truths = np.any((since >= 0.0) & (since < burns), axis=1)
        return hot

    return Body(
        object=name, kind="aircraft", start=start, end=end,
        states=route.states, phases=always("cruise"), is_thrusting=is_hot,
    )  # fmt: skip


def _satellite(name: str, traffic: Traffic, duration: float, seed: int) -> Body:
    chance = stream(seed, "satellite", name)
    latitude, longitude = _place(chance, traffic)
    height, azimuth = chance.uniform(500e3, 800e3), chance.uniform(0.0, 2.0 * np.pi)
    overhead = chance.uniform(0.0, duration)
    start = ecef_from_geodetic(np.array([latitude]), np.array([longitude]), np.array([height]))[0]
    radius = float(np.linalg.norm(start))
    east, north, _ = ecef_from_enu_axes(latitude, longitude)
    out = start / radius
    ahead = np.sin(azimuth) * east + np.cos(azimuth) * north
    ahead -= (ahead @ out) * out
    ahead /= np.linalg.norm(ahead)
    rate = np.sqrt(EARTH_GM / radius**3)

    def states(times: Array) -> Array:
        since = times - overhead
        c, s = np.cos(rate * since)[:, None], np.sin(rate * since)[:, None]
        # In the inertial frame that coincides with ECEF when it passes overhead.
        position, velocity = radius * (c * out + s * ahead), radius * rate * (c * ahead - s * out)
        turned = _turned_back(position, since)
        carried = np.column_stack([-turned[:, 1], turned[:, 0], np.zeros(len(times))])
        relative = _turned_back(velocity, since) - EARTH_ROTATION * carried
        return _existing(np.hstack([turned, relative]), times, 0.0, duration)

    return Body(
        object=name, kind="satellite", start=0.0, end=duration,
        states=states, phases=always("coast"), is_thrusting=never,
    )  # fmt: skip


def _meteor(name: str, traffic: Traffic, duration: float, seed: int) -> Body:
    chance = stream(seed, "meteor", name)
    latitude, longitude = _place(chance, traffic)
    top, bottom = chance.uniform(95e3, 112e3), chance.uniform(75e3, 92e3)
    speed, azimuth = chance.uniform(12e3, 30e3), chance.uniform(0.0, 2.0 * np.pi)
    dive = np.radians(chance.uniform(20.0, 70.0))
    begin = chance.uniform(0.0, duration)
    end = min(begin + (top - bottom) / (speed * np.sin(dive)), duration)
    start = ecef_from_geodetic(np.array([latitude]), np.array([longitude]), np.array([top]))[0]
    east, north, up = ecef_from_enu_axes(latitude, longitude)
    level = np.sin(azimuth) * east + np.cos(azimuth) * north
    velocity = speed * (np.cos(dive) * level - np.sin(dive) * up)

    def states(times: Array) -> Array:
        positions = start + np.outer(times - begin, velocity)
        rows = np.hstack([positions, np.tile(velocity, (len(times), 1))])
        return _existing(rows, times, begin, end)

    return Body(
        object=name, kind="meteor", start=begin, end=end,
        states=states, phases=always("coast"), is_thrusting=never,
    )  # fmt: skip


def _turned_back(vectors: Array, since: Array) -> Array:
    """Turn inertial vectors (n, 3) into the frame that has turned with the Earth since."""
    c, s = np.cos(EARTH_ROTATION * since), np.sin(EARTH_ROTATION * since)
    x, y, z = vectors.T
    return np.column_stack([c * x + s * y, c * y - s * x, z])


def _existing(rows: Array, times: Array, start: float, end: float) -> Array:
    """Blank out the rows at which a body does not exist."""
    return np.where(((times >= start) & (times <= end))[:, None], rows, np.nan)
