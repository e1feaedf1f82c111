"""What counts as a launch, and what does not."""

import numpy as np
import pytest
from msgspec.structs import replace

from launchwatch.assessment.evidence import is_slow, perigee, weigh
from launchwatch.assessment.sightlines import Told

from .making import coasting_update, state_at, update_of

NORMALS = np.random.default_rng(1).standard_normal((200, 6))


def probability(update, told=None, missed=0.0, **more):
    return weigh(update, NORMALS, told, missed, **more).probability


def test_a_body_coasting_to_the_ground_is_a_launch():
    assert probability(coasting_update()) > 0.99


def test_a_motor_that_climbs_is_a_launch():
    state = state_at(40.2, 125.2, 25e3, 800.0, 0.0, 900.0)
    assert probability(update_of(state, (500.0, 50.0), {"boost": 1.0})) > 0.99


def test_an_airliner_is_none():
    state = state_at(38.0, 130.0, 10e3, 240.0, 50.0, 0.0)
    assert probability(update_of(state, (100.0, 5.0), {"cruise": 0.9, "manoeuvre": 0.1})) < 0.01


def test_an_airliner_that_fools_the_phases_is_too_slow():
    state = state_at(38.0, 130.0, 10e3, 300.0, 50.0, 5.0)
    assert probability(update_of(state, (100.0, 10.0), {"boost": 1.0})) < 0.01


def test_a_satellite_is_none():
    state = state_at(38.0, 130.0, 550e3, 5200.0, 5300.0, 10.0)
    assert probability(update_of(state, (50.0, 3.0), {"coast": 1.0})) < 0.01


def test_lines_of_sight_that_tell_nothing_leave_a_motor_in_doubt():
    state = state_at(40.2, 125.2, 15e3, 800.0, 0.0, 900.0)
    # As vague as a track that only infrared lines began.
    update = update_of(state, (5e3, 400.0), {"boost": 1.0})
    assert probability(update, Told(0.0, 0.0), echoes=0) < 0.01
    assert probability(update, Told(15.0, 15.0), echoes=0) > 0.95


def test_a_few_echoes_tell_at_least_that_it_is_too_high_for_a_light():
    high, low = (state_at(40.2, 125.2, h, 800.0, 0.0, 900.0) for h in (40e3, 12e3))
    vague = {"sigmas": (800.0, 400.0), "phase": {"boost": 1.0}}
    assert probability(update_of(high, **vague), Told(1.0, 10.0), echoes=4) > 0.95
    assert probability(update_of(low, **vague), Told(1.0, 10.0), echoes=4) < 0.01


def test_what_radars_know_well_needs_no_lines_of_sight():
    state = state_at(40.2, 125.2, 30e3, 800.0, 0.0, 900.0)
    update = update_of(state, (300.0, 30.0), {"boost": 1.0})
    assert probability(update, Told(-5.0, 5.0)) > 0.95


def test_one_echo_somewhere_along_the_line_to_a_fire_makes_no_rocket_of_it():
    state = state_at(40.2, 125.2, 320e3, 1800.0, 0.0, 2400.0)
    update = update_of(state, (700.0, 60.0), {"boost": 0.9, "coast": 0.1})
    assert probability(update, Told(-4.0, 30.0), echoes=1) < 0.01


def test_one_model_that_still_thinks_of_a_turning_aircraft_keeps_a_motor_in_doubt():
    # A fighter noses over: for some seconds it falls as freely as what a motor drives, and the
    # filter that takes it for that is sure of 500 ± 10 m/s. One in a hundred says 430 ± 50.
    fast = update_of(state_at(38.0, 130.0, 14e3, 490.0, 0.0, 100.0), (50.0, 10.0), {"boost": 0.99})
    turning = update_of(
        state_at(38.0, 130.0, 14e3, 420.0, 0.0, 90.0), (100.0, 50.0), {"manoeuvre": 0.01}
    )
    doubt = tuple(
        turned if one.model == "manoeuvre" else one
        for one, turned in zip(fast.hypotheses, turning.hypotheses, strict=True)
    )
    assert probability(fast) > 0.95
    assert probability(replace(fast, hypotheses=doubt)) < 0.5


def test_what_was_slow_for_longer_than_any_launch_is_hardly_one():
    barely = update_of(state_at(38.0, 130.0, 14e3, 490.0, 0.0, 100.0), (50.0, 10.0), {"boost": 1.0})
    assert probability(barely, slowly=60.0) > 0.95
    assert probability(barely, slowly=400.0) < 0.95
    missile = update_of(
        state_at(38.0, 130.0, 20e3, 900.0, 0.0, 900.0), (50.0, 10.0), {"boost": 1.0}
    )
    assert probability(missile, slowly=4000.0) > 0.95


def test_only_what_is_surely_slow_and_low_is_slow():
    slow, fast = (state_at(38.0, 130.0, 10e3, v, 0.0, 0.0) for v in (240.0, 500.0))
    assert is_slow(update_of(slow, (50.0, 10.0), {"cruise": 1.0}))
    assert not is_slow(update_of(slow, (50.0, 150.0), {"cruise": 1.0}))
    assert not is_slow(update_of(fast, (50.0, 10.0), {"boost": 1.0}))
    assert not is_slow(update_of(state_at(38.0, 130.0, 34e3, 40.0, 10.0, 4.0), (50.0, 5.0), {}))


def test_a_balloon_floats_high_and_is_none():
    state = state_at(38.0, 130.0, 34e3, 40.0, 10.0, 4.0)
    assert probability(update_of(state, (50.0, 5.0), {"boost": 1.0})) < 0.01


def test_what_was_suddenly_there_in_full_view_is_none():
    assert probability(coasting_update(), missed=12.0) < 0.01


def test_what_is_nearly_in_orbit_stays_in_doubt():
    # A lowest point of 60 km, known to 40 km: it may as well stay up, as a hundred times
    # more things do.
    radius = 6_378_137.0 + 400e3
    lowest = 6_378_137.0 + 60e3
    axis = 0.5 * (radius + lowest)
    speed = np.sqrt(3.986004418e14 * (2.0 / radius - 1.0 / axis)) - 7.292115e-5 * radius
    state = np.array([radius, 0.0, 0.0, 0.0, speed, 0.0])
    assert probability(update_of(state, (50.0, 12.0), {"coast": 1.0})) < 0.5


def test_perigee_of_a_circular_orbit_is_its_height():
    radius = 6_378_137.0 + 500e3
    speed = np.sqrt(3.986004418e14 / radius) - 7.292115e-5 * radius
    state = np.array([[radius, 0.0, 0.0, 0.0, speed, 0.0]])
    # Kepler's law in closed form: to rounding.
    assert perigee(state)[0] == pytest.approx(500e3, abs=0.01)


def test_perigee_of_a_drop_from_rest_lies_near_the_centre():
    radius = 6_378_137.0 + 100e3
    state = np.array([[radius, 0.0, 0.0, 100.0, -7.292115e-5 * radius, 0.0]])
    assert perigee(state)[0] == pytest.approx(-6_378_137.0, abs=1.0)
