"""Going back to lift-off, against flights flown by the independent simulator."""

import msgspec
import numpy as np
import pytest
from pyproj import Geod

from launchwatch.assessment import origins
from launchwatch.simulate import scenario, truth
from launchwatch.timescale import SECOND, Instant, instant_from_utc

from .making import COASTING, update_of

GEOD = Geod(ellps="WGS84")


def flown(name):
    """Give the missile's true states by whole seconds after its launch, and where it began."""
    states = [one for one in truth.states(scenario.load(name)) if one["kind"] == "missile"]
    first = instant_from_utc(states[0]["time"])
    return states, first


def update_at(states, first, second, phase, sigmas, extras):
    state = next(one for one in states if instant_from_utc(one["time"]) == first + second * SECOND)
    values = np.array([*state["position_ecef_m"], *state["velocity_ecef_mps"]])
    update = update_of(values, sigmas, phase, extras=extras)
    shift = Instant(first + second * SECOND)
    return msgspec.structs.replace(update, time=shift, known=shift, last_plot=shift)


def motor_at(states, first, second):
    """Measure thrust acceleration and its growth from the truth's own speeds."""

    def thrust(at):
        v = [
            np.array(one["velocity_ecef_mps"])
            for one in states
            if abs(instant_from_utc(one["time"]) - first - at * SECOND) <= SECOND
        ]
        position = np.array(
            next(
                one["position_ecef_m"]
                for one in states
                if instant_from_utc(one["time"]) == first + at * SECOND
            )
        )
        gravity = -3.986e14 * position / np.linalg.norm(position) ** 3
        return np.linalg.norm((v[2] - v[0]) / 2.0 - gravity)

    a, b = thrust(second - 4), thrust(second - 1)
    return (np.log(b), np.log(max(np.log(b / a) / 3.0, 1e-3)), 0.0), (0.1, 0.3, 1.0)


@pytest.mark.parametrize("name", ["friday", "lofted", "depressed"])
@pytest.mark.parametrize("second", [45, 60])
def test_a_rising_motor_is_traced_to_where_it_left_the_ground(name, second):
    states, first = flown(name)
    extras = {"boost": motor_at(states, first, second)}
    update = update_at(states, first, second, {"boost": 1.0}, (300.0, 20.0), extras)
    origin = origins.from_boost(update)
    assert origin is not None
    start = scenario.load(name).launches[0]
    _, _, miss = GEOD.inv(
        start.longitude_deg, start.latitude_deg, origin.longitude_deg, origin.latitude_deg
    )
    # Its own 95 % ellipse, taken as a circle of the major half-axis.
    assert miss < origin.ellipse.semi_major_m
    assert origin.ellipse.semi_major_m < 12_000.0
    # Three of its own sigmas.
    assert abs(origin.time - first) / SECOND < 3.0 * origin.time_sigma + 1.0


def test_a_track_that_began_after_burnout_is_traced_with_honest_doubt():
    states, first = flown("friday")
    extras = {"coast": COASTING["coast"]}
    update = update_at(states, first, 120, {"coast": 1.0}, (50.0, 2.0), extras)
    origin = origins.from_coast(update)
    assert origin is not None
    start = scenario.load("friday").launches[0]
    _, _, miss = GEOD.inv(
        start.longitude_deg, start.latitude_deg, origin.longitude_deg, origin.latitude_deg
    )
    assert miss < origin.ellipse.semi_major_m
    assert origin.ellipse.semi_major_m > 5_000.0
    assert abs(origin.time - first) / SECOND < 3.0 * origin.time_sigma


def test_what_does_not_climb_has_no_lift_off_to_trace():
    states, first = flown("friday")
    extras = {"boost": motor_at(states, first, 60)}
    update = update_at(states, first, 400, {"boost": 1.0}, (300.0, 20.0), extras)
    assert origins.from_boost(update) is None


def test_a_track_that_nothing_explains_has_an_origin_with_all_doubt():
    states, first = flown("friday")
    update = update_at(
        states, first, 200, {"coast": 1.0}, (50.0, 2.0), {"coast": COASTING["coast"]}
    )
    update = msgspec.structs.replace(update, first_plot=Instant(first + 60 * SECOND))
    origin = origins.from_afar(update)
    start = scenario.load("friday").launches[0]
    _, _, miss = GEOD.inv(
        start.longitude_deg, start.latitude_deg, origin.longitude_deg, origin.latitude_deg
    )
    assert miss < origin.ellipse.semi_major_m
    assert abs(origin.time - first) / SECOND < 2.0 * origin.time_sigma
