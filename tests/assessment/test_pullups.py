"""Pull-ups that have not begun."""

import msgspec
import numpy as np
import pytest
import shapely

from launchwatch.assessment import pullups
from launchwatch.assessment.fallareas import FallAreas
from launchwatch.assessment.settings import Settings
from launchwatch.flight.fall import falls

from .making import COASTING, launch_statement, state_at, update_of
from .test_fallareas import OneSea

FLAT = state_at(40.0, 129.0, 48e3, 2000.0, 0.0, -100.0)
STEEP = state_at(40.0, 129.0, 200e3, 1400.0, 0.0, 400.0)


def area_of(state):
    update = update_of(state, (100.0, 3.0), {"coast": 1.0}, extras=COASTING)
    return FallAreas(OneSea(), Settings()).judge(update, launch_statement()).area


def holds(area, latitude, longitude):
    return any(
        shapely.contains_xy(shapely.Polygon(rings[0], rings[1:]), longitude, latitude)
        for rings in area.region_95
    )


def test_what_flies_low_and_flat_probably_pulls_up_and_what_flies_high_hardly_ever():
    low, high, lobbed = pullups.probability(
        np.array([50e3, 180e3, 60e3]), np.array([500e3, 700e3, 120e3])
    )
    assert low > 0.8
    assert high == pytest.approx(pullups.AT_LEAST, abs=1e-3)
    assert lobbed < 0.05


def test_before_a_pull_up_the_region_reaches_far_ahead_of_the_ballistic_fall():
    still = falls(FLAT[None], 5000.0)
    latitude, longitude = np.degrees([still.latitude[0], still.longitude[0]])
    area = area_of(FLAT)
    # 60 km on: half a minute of three g is good for more.
    assert holds(area, latitude, longitude + 60.0 / 85.0)
    assert holds(area, latitude, longitude)


def test_a_high_flights_region_is_not_stretched_for_it():
    steep = area_of(STEEP)
    assert steep.region_area_m2 < 0.02 * area_of(FLAT).region_area_m2


def test_chances_to_pull_up_pass_as_a_body_sinks():
    before = np.full(4, 0.8)
    left = pullups.still_to_come(before, np.array([np.inf, 40e3, 25e3, 10e3]))
    assert left[0] == pytest.approx(0.8)
    assert (np.diff(left) < 0.0).all()
    assert left[-1] == 0.0


def test_a_manoeuvre_under_way_is_taken_to_go_on_as_it_is():
    velocity = FLAT[3:6]
    up = FLAT[:3] / np.linalg.norm(FLAT[:3])
    states = np.concatenate([FLAT, 30.0 * up - velocity / np.linalg.norm(velocity)])[None]
    states = np.repeat(states, 300, axis=0)
    rng = np.random.default_rng(1)
    going = pullups.under_way(
        states, np.full(300, np.log(5000.0)), rng.standard_normal((300, pullups.NORMALS))
    )
    # Across the velocity, which falls by 3°: 30 m/s² but for a cosine.
    assert np.median(going.upsets[:, pullups.MOST]) == pytest.approx(30.0, rel=0.06)
    assert np.abs(going.upsets[:, pullups.SIDE_PART]).max() < 0.01
    assert going.seconds.min() >= 0.0
    assert going.seconds.max() <= pullups.LASTS[1]


def test_a_glide_without_lift_is_a_fall():
    n = 3
    pulls = pullups.drawn(np.zeros((n, pullups.NORMALS)))
    pulls.upsets[:, pullups.LIFT] = 0.0
    states = np.repeat(FLAT[None], n, axis=0)
    beta = np.array([1500.0, 3000.0, 5000.0])
    ended = pullups.glided(states, np.log(beta), np.full(n, 30e3), pulls, 4000.0)
    there = falls(ended[:, :6], beta)
    alone = falls(np.repeat(FLAT[None], n, axis=0), beta)
    np.testing.assert_allclose(there.seconds + ended[:, 6], alone.seconds, atol=0.02)
    # Steps of one second against adaptive ones: metres.
    apart = np.hypot(there.latitude - alone.latitude, there.longitude - alone.longitude) * 6.37e6
    assert apart.max() < 30.0


def test_the_same_track_gives_the_same_area_with_pull_ups_too():
    update = update_of(FLAT, (100.0, 3.0), {"coast": 0.6, "manoeuvre": 0.4}, extras=COASTING)
    one, other = (
        FallAreas(OneSea(), Settings()).judge(update, launch_statement()).area for _ in range(2)
    )
    assert one == other
    assert msgspec.json.encode(one) == msgspec.json.encode(other)
