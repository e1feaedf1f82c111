"""Orbits of every kind, stones that fall, and lights on the ground."""

import numpy as np
import pytest

from launchwatch.constants import EARTH_GM, EARTH_J2, EARTH_ROTATION, WGS84_SEMI_MAJOR
from launchwatch.messages.sensor import Infrared, Radar
from launchwatch.simulate import lights, truth
from launchwatch.simulate.places import geodetic
from launchwatch.simulate.scenario import load

PLACE = (38.0, 130.0)
SENSORS = load("friday").sensors


def drawn(make, seed):
    return make("it", PLACE, 3600.0, np.random.default_rng(seed))


def energy(rows):
    """Give the energy in the inertial frame with J2, which no force but drag changes."""
    x, y, z = rows[:, :3].T
    inertial = rows[:, 3:] + EARTH_ROTATION * np.column_stack([-y, x, np.zeros(len(x))])
    r = np.linalg.norm(rows[:, :3], axis=1)
    oblate = EARTH_GM * EARTH_J2 * WGS84_SEMI_MAJOR**2 * (3.0 * z**2 - r**2) / (2.0 * r**5)
    return 0.5 * np.einsum("ij,ij->i", inertial, inertial) - EARTH_GM / r + oblate


@pytest.mark.parametrize("seed", range(6))
def test_an_orbiter_keeps_its_energy_and_stays_above_the_air(seed):
    body = drawn(lights.orbiter, seed)
    rows = body.states(np.linspace(0.0, 3600.0, 200))
    assert np.isfinite(rows).all()
    assert geodetic(rows[:, :3])[2].min() > 150e3
    values = energy(rows)
    # Drag at 180 km takes 1e-4 of it in an hour; it never gains.
    assert np.ptp(values) < 1e-4 * abs(values[0])


def test_an_orbiter_passes_over_its_place():
    for seed in range(6):
        rows = drawn(lights.orbiter, seed).states(np.arange(0.0, 3600.0, 1.0))
        longitude, latitude, _ = geodetic(rows[:, :3])
        # Half a second's way, and geodetic against geocentric vertical: 0.2°.
        assert np.hypot(latitude - PLACE[0], longitude - PLACE[1]).min() < 0.4


@pytest.mark.parametrize("seed", range(6))
def test_a_fireball_slows_down_from_above_escape_speed_and_ends_at_the_ground(seed):
    body = drawn(lights.fireball, seed)
    rows = body.states(np.linspace(body.start, body.end, 50))
    speeds = np.linalg.norm(rows[:, 3:], axis=1)
    assert speeds[0] >= 11.2e3
    if body.end < 3600.0:
        assert geodetic(rows[-1:, :3])[2][0] == pytest.approx(0.0, abs=1.0)
        assert speeds[-1] < 0.6 * speeds[0]
    assert body.is_thrusting(np.array([body.start]))[0]


def test_a_flare_is_seen_by_infrared_sensors_alone_and_moves_slowly():
    for seed in range(6):
        body = drawn(lights.flare, seed)
        times = np.linspace(body.start, body.end, 5)
        rows = body.states(times)
        assert np.linalg.norm(rows[:, 3:], axis=1).max() <= 250.0
        for sensor in SENSORS.values():
            seen = truth.is_seen(sensor, body, rows, times)
            assert seen.all() == isinstance(sensor, Infrared)
            assert not (isinstance(sensor, Radar) and seen.any())
