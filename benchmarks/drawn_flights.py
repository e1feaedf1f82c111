"""Flights drawn from broad laws, to ask how often a 95 % region holds the truth.

Each flight has its own motor, steering, drag, air and wind, drawn from the laws written below;
coverage over one drag and one motor would only say that they lie near a prior's middle. All
flights of a kind move side by side, by the classical Runge-Kutta rule in steps of a quarter of a
second; the watch's own kernels are not used, but for the standard atmosphere and the ellipsoid.

The kinds: *normal*, 200 to 1,200 km far and 0.18 to 0.40 of that high; *lofted*, higher than 0.6 of
its range; *depressed*, 35 to 70 km high and flatter than a quarter, that pulls up on its way
down. Left out: several stages,
separation, steering losses, thrust that is not constant.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.constants import (
    EARTH_GM,
    EARTH_J2,
    EARTH_ROTATION,
    WGS84_SEMI_MAJOR,
)
from launchwatch.earth.atmosphere import density as standard_density
from launchwatch.earth.ellipsoid import ecef_from_geodetic, geodetic_from_ecef
from launchwatch.simulate.body import Body

Floats = NDArray[np.float64]

KINDS = ("normal", "lofted", "depressed")
STEP, KEPT = 0.25, 2
BLOCK = 256
SOUND = 300.0
NODES = np.arange(0.0, 110e3, 10e3)

DENSITY_SIGMA = np.array([2, 2, 3, 5, 7, 9, 12, 15, 15, 15, 15]) / 100.0
"""Of ln density about the standard's, at each node: weather, season and latitude. A judgement."""

WIND_SIGMA = np.array([5, 10, 10, 10, 12, 18, 25, 25, 25, 25, 25], dtype=float)
"""Of either component of the wind, m/s, at each node; a jet towards east is added. A judgement."""


class Drawn(NamedTuple):
    """What flights are made of, one entry each; SI and radians."""

    latitude: Floats
    longitude: Floats
    azimuth: Floats
    initial_acceleration: Floats
    exhaust_speed: Floats
    burn: Floats
    kick: Floats
    log_beta: Floats
    drag_shape: Floats
    density: Floats
    east: Floats
    north: Floats
    pull_below: Floats
    pull_seconds: Floats
    lift_ratio: Floats
    most_lift: Floats
    bank: Floats


class Flown(NamedTuple):
    """One flight: states (m, 6) each half second from ignition, and what happened when.

    Attributes:
        fall: longitude and latitude, degrees.
        burnout: seconds after ignition, as are ``pull`` (infinite where it never pulls up)
            and ``end``.
    """

    states: Floats
    fall: tuple[float, float]
    burnout: float
    pull: float
    end: float
    apogee: float
    reach: float


def _drawn(kind: str, block: int) -> Drawn:
    rng = np.random.default_rng([KINDS.index(kind), block, 20251107])
    n = BLOCK
    low, high = {"normal": (3, 35), "lofted": (1, 14), "depressed": (15, 50)}[kind]
    acceleration = np.exp(rng.uniform(np.log(14.0), np.log(32.0), n))
    exhaust = rng.uniform(2100.0, 2600.0, n)
    share = rng.uniform(0.5, 0.85, n)
    # Neighbouring nodes agree by exp(-1/2): weather is some 20 km deep.
    K = np.linalg.cholesky(np.exp(-np.abs(NODES[:, None] - NODES) / 20e3) + 1e-9 * np.eye(11))
    jet = rng.normal(30.0, 15.0, n)[:, None] * np.exp(-(((NODES - 11e3) / 5e3) ** 2))
    pulls = kind == "depressed"
    return Drawn(
        latitude=np.radians(rng.uniform(38.5, 41.0, n)),
        longitude=np.radians(rng.uniform(125.0, 129.5, n)),
        azimuth=np.radians(rng.uniform(60.0, 120.0, n)),
        initial_acceleration=acceleration,
        exhaust_speed=exhaust,
        burn=share * exhaust / acceleration,
        kick=np.radians(rng.uniform(low, high, n)),
        log_beta=rng.normal(np.log(5000.0), 0.8, n),
        # Below the speed of sound; the hump at it; the tail above it, over that at high speed.
        drag_shape=np.stack([rng.uniform(0.5, 0.9, n), rng.uniform(0.0, 0.5, n),
                             rng.uniform(0.0, 0.9, n)], -1),
        density=(rng.standard_normal((n, 11)) @ K.T) * DENSITY_SIGMA,
        east=(rng.standard_normal((n, 11)) @ K.T) * WIND_SIGMA + jet,
        north=(rng.standard_normal((n, 11)) @ K.T) * WIND_SIGMA,
        pull_below=rng.uniform(20e3, 40e3, n) if pulls else np.full(n, -1e9),
        pull_seconds=rng.uniform(15.0, 60.0, n),
        lift_ratio=rng.uniform(0.8, 5.0, n),
        most_lift=rng.uniform(20.0, 80.0, n),
        bank=np.radians(rng.normal(0.0, 5.0, n)),
    )  # fmt: skip


def _at(profile: Floats, height: Floats) -> Floats:
    """Read profiles (n, 11) at heights (n,)."""
    place = np.clip(height / 10e3, 0.0, 9.999)
    i = place.astype(np.int64)
    u, rows = place - i, np.arange(len(height))
    return (1.0 - u) * profile[rows, i] + u * profile[rows, i + 1]


_GRID = np.arange(-2_000.0, 150_000.0, 100.0)
_LOG_DENSITY = np.log(standard_density(_GRID))


def _fly(law: Drawn, step: float, longest: float, kept: int) -> tuple[Floats, Floats, Floats]:
    """Fly all; give states (m, n, 6), when each fell, and when each began to pull up."""
    n = len(law.burn)
    site = ecef_from_geodetic(law.latitude, law.longitude, np.zeros(n))
    sin_lat, cos_lat = np.sin(law.latitude), np.cos(law.latitude)
    sin_lon, cos_lon = np.sin(law.longitude), np.cos(law.longitude)
    up0 = np.stack([cos_lat * cos_lon, cos_lat * sin_lon, sin_lat], -1)
    east0 = np.stack([-sin_lon, cos_lon, np.zeros(n)], -1)
    ahead0 = np.sin(law.azimuth)[:, None] * east0
    ahead0 += np.cos(law.azimuth)[:, None] * np.cross(up0, east0)
    end_mass = 1.0 - law.initial_acceleration * law.burn / law.exhaust_speed
    base, hump, tail = law.drag_shape.T
    pulling = np.full(n, np.inf)

    def rates(time: float, y: Floats) -> Floats:
        r, v = y[:, :3], y[:, 3:]
        r2 = np.einsum("ij,ij->i", r, r)
        distance = np.sqrt(r2)
        z2 = r[:, 2] ** 2 / r2
        # The height over the ellipsoid to some metres, which air does not notice.
        height = distance - WGS84_SEMI_MAJOR * (1.0 - z2 / 298.257)
        central = -EARTH_GM / (r2 * distance)
        oblate = 1.5 * EARTH_J2 * WGS84_SEMI_MAJOR**2 / r2
        a = np.empty_like(v)
        level = central * (1.0 + oblate * (1.0 - 5.0 * z2)) + EARTH_ROTATION**2
        a[:, 0] = level * r[:, 0] + 2.0 * EARTH_ROTATION * v[:, 1]
        a[:, 1] = level * r[:, 1] - 2.0 * EARTH_ROTATION * v[:, 0]
        a[:, 2] = central * (1.0 + oblate * (3.0 - 5.0 * z2)) * r[:, 2]
        up = r / distance[:, None]
        east = np.stack([-r[:, 1], r[:, 0], np.zeros(n)], -1)
        east /= np.linalg.norm(east, axis=1)[:, None]
        wind = _at(law.east, height)[:, None] * east
        wind += _at(law.north, height)[:, None] * np.cross(up, east)
        flow = v - wind
        speed = np.sqrt(np.einsum("ij,ij->i", flow, flow))
        mach = speed / SOUND
        past = 0.5 * (1.0 + np.tanh((mach - 1.0) / 0.25))
        shape = base + (1.0 - base) * past + hump * np.exp(-(((mach - 1.15) / 0.35) ** 2))
        shape += tail * np.exp(-np.maximum(mach - 1.15, 0.0) / 1.6) * past
        air = np.exp(np.interp(height, _GRID, _LOG_DENSITY) + _at(law.density, height))
        left = 1.0 - law.initial_acceleration * np.minimum(time, law.burn) / law.exhaust_speed
        push = 0.5 * air * speed * shape * np.exp(-law.log_beta) * end_mass / left
        a -= push[:, None] * flow
        tilted = np.clip((time - 6.0) / 6.0, 0.0, 1.0) * law.kick
        steered = np.cos(tilted)[:, None] * up0 + np.sin(tilted)[:, None] * ahead0
        ground_speed = np.maximum(np.sqrt(np.einsum("ij,ij->i", v, v)), 1e-6)
        along = np.where(time < 12.0, steered, v / ground_speed[:, None])
        a += np.where(time < law.burn, law.initial_acceleration / left, 0.0)[:, None] * along
        lifting = (time >= pulling) & (time < pulling + law.pull_seconds)
        if lifting.any():
            drag = push * speed
            lift = np.where(lifting, np.minimum(law.lift_ratio * drag, law.most_lift), 0.0)
            right = np.cross(v, up)
            right /= np.maximum(np.linalg.norm(right, axis=1), 1e-9)[:, None]
            above = np.cross(right, v / ground_speed[:, None])
            a += lift[:, None] * (np.cos(law.bank)[:, None] * above
                                  + np.sin(law.bank)[:, None] * right)  # fmt: skip
        return np.concatenate([v, a], axis=1)

    y = np.concatenate([site, np.zeros((n, 3))], axis=1)
    fell = np.full(n, np.inf)
    rows = [y]
    for number in range(int(longest / step)):
        time = number * step
        k1 = rates(time, y)
        k2 = rates(time + 0.5 * step, y + 0.5 * step * k1)
        k3 = rates(time + 0.5 * step, y + 0.5 * step * k2)
        k4 = rates(time + step, y + step * k3)
        y = y + step / 6.0 * (k1 + 2.0 * k2 + 2.0 * k3 + k4)
        _, _, height = geodetic_from_ecef(y[:, :3])
        rate = np.einsum("ij,ij->i", y[:, :3], y[:, 3:]) / np.linalg.norm(y[:, :3], axis=1)
        starts = (height < law.pull_below) & (rate < 0.0) & (time > law.burn) & (pulling == np.inf)
        pulling[starts] = time + step
        down = (height <= 0.0) & (time > 1.0) & (fell == np.inf)
        fell[down] = time + step
        # What is down stays there: it is cut off below.
        if (number + 1) % kept == 0:
            rows.append(y)
        if np.isfinite(fell).all() and (number + 1) % kept == 0:
            break
        y[fell < time - 2.0, 3:] = 0.0
    return np.array(rows), fell, pulling


def _suits(kind: str, reach: Floats, apogee: Floats) -> NDArray[np.bool_]:
    if kind == "depressed":
        return (apogee > 35e3) & (apogee < 70e3) & (reach > 4.0 * apogee)
    steep = apogee / np.maximum(reach, 1.0)
    if kind == "lofted":
        return (steep > 0.6) & (steep < 2.5) & (reach > 150e3)
    return (steep > 0.18) & (steep < 0.40) & (reach > 200e3) & (reach < 1200e3)


def _reached(states: Floats, law: Drawn, fell: Floats, step: float) -> tuple[Floats, Floats]:
    """Give how far and how high each flew."""
    at = np.minimum(fell / step, len(states) - 1.0).astype(np.int64)
    n = len(law.burn)
    heights = np.linalg.norm(states[:, :, :3], axis=2) - np.linalg.norm(states[0, :, :3], axis=1)
    one, other = states[0, :, :3], states[at, np.arange(n), :3]
    cosine = np.einsum("ij,ij->i", one, other)
    cosine /= np.linalg.norm(one, axis=1) * np.linalg.norm(other, axis=1)
    return 6_371e3 * np.arccos(np.clip(cosine, -1.0, 1.0)), heights.max(axis=0)


def flights(kind: str, count: int) -> list[Flown]:
    """Draw and fly so many of a kind; the first are the same however many are wanted."""
    chosen: list[Drawn] = []
    block = 0
    while sum(len(law.burn) for law in chosen) < count:
        law = _drawn(kind, block)
        states, fell, _ = _fly(law, 1.0, 1_800.0, 1)
        reach, apogee = _reached(states, law, np.where(np.isfinite(fell), fell, 1e9), 1.0)
        # It stands on the ground at first: a fall within a minute is none that is meant.
        keep = _suits(kind, reach, apogee) & np.isfinite(fell) & (fell > law.burn + 60.0)
        chosen.append(Drawn(*(column[keep] for column in law)))
        block += 1
    law = Drawn(*(np.concatenate(columns)[:count] for columns in zip(*chosen, strict=True)))
    states, fell, pulling = _fly(law, STEP, 2_000.0, KEPT)
    reach, apogee = _reached(states, law, fell, STEP * KEPT)
    flown = []
    for i in range(count):
        last = int(fell[i] / (STEP * KEPT)) - 1
        own = states[: last + 2, i]
        place = _meets_ground(own[last])
        flown.append(
            Flown(own, place, float(law.burn[i]), float(pulling[i]), float(fell[i]),
                  float(apogee[i]), float(reach[i]))
        )  # fmt: skip
    return flown


def _meets_ground(above: Floats) -> tuple[float, float]:
    """Carry the last state above the ground on in a straight line: under a second."""
    position, velocity = above[:3], above[3:]
    for _ in range(3):
        _, _, height = geodetic_from_ecef(position[None])
        position = (
            position + height[0] / -(velocity @ above[:3] / np.linalg.norm(above[:3])) * velocity
        )
    latitude, longitude, _ = geodetic_from_ecef(position[None])
    return float(np.degrees(longitude[0])), float(np.degrees(latitude[0]))


def body_of(flight: Flown, ignition: float) -> Body:
    """Give a flight as a body that the simulator's sensors can look at.

    Args:
        ignition: seconds after the scenario's start.
    """
    step = STEP * KEPT

    def states(times: Floats) -> Floats:
        since = times - ignition
        place = np.clip(since / step, 0.0, len(flight.states) - 1.001)
        i = place.astype(np.int64)
        u = (place - i)[:, None]
        a, b = flight.states[i], flight.states[i + 1]
        # Hermite's cubic through positions and velocities.
        d, e = step * a[:, 3:], step * b[:, 3:]
        apart = b[:, :3] - a[:, :3]
        c2, c3 = 3.0 * apart - 2.0 * d - e, -2.0 * apart + d + e
        rows = np.empty((len(times), 6))
        rows[:, :3] = a[:, :3] + u * (d + u * (c2 + u * c3))
        rows[:, 3:] = (d + u * (2.0 * c2 + u * 3.0 * c3)) / step
        rows[(since < 0.0) | (since > flight.end - step)] = np.nan
        return rows

    return Body(
        object="m1",
        kind="missile",
        start=ignition,
        end=ignition + flight.end - step,
        states=states,
        phases=lambda times: ["coast"] * len(times),
        is_thrusting=lambda times: (times >= ignition) & (times < ignition + flight.burnout),
    )
