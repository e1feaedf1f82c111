"""Classes of vehicles from made fall samples."""

import numpy as np
import pytest

from launchwatch.assessment.families import UNKNOWN, family_of

from .making import coasting_update, launch_statement, state_at, update_of


def falls(distance_km, apogee_km, count=200, status=1.0):
    """Make samples east of the launch point."""
    out = np.zeros((count, 6))
    out[:, 0] = np.radians(40.2)
    out[:, 1] = np.radians(125.2 + distance_km / (111.32 * np.cos(np.radians(40.2))))
    out[:, 2] = 300.0
    out[:, 3] = apogee_km * 1e3
    out[:, 5] = status
    return out


def leading(samples, update=None):
    classes = family_of(update or coasting_update(), launch_statement(), samples).classes
    return max(classes.__struct_fields__, key=lambda name: getattr(classes, name))


@pytest.mark.parametrize(
    ("distance", "apogee", "expected"),
    [
        (200, 60, "close_range"),
        (700, 180, "short_range"),
        (1300, 350, "medium_range"),
        (4600, 1000, "intermediate_range"),
        (950, 4500, "short_range"),
        (600, 50, "quasi_ballistic"),
    ],
)
def test_a_flight_belongs_to_the_class_of_its_range_and_height(distance, apogee, expected):
    assert leading(falls(distance, apogee)) == expected


def test_what_does_not_come_down_is_a_space_launch():
    assert leading(falls(700, 500, status=0.0)) == "space_launch"


def test_probabilities_sum_to_one_and_unknown_keeps_its_share():
    classes = family_of(coasting_update(), launch_statement(), falls(700, 180)).classes
    values = [getattr(classes, name) for name in classes.__struct_fields__]
    assert sum(values) == pytest.approx(1.0, abs=1e-12)
    assert classes.unknown >= UNKNOWN - 1e-12


def test_a_fast_cruiser_is_a_cruise_vehicle_and_a_slow_one_an_aircraft():
    fast = update_of(state_at(40.0, 126.0, 5e3, 700.0, 0.0, 0.0), (10.0, 1.0), {"cruise": 1.0})
    slow = update_of(state_at(40.0, 126.0, 9e3, 240.0, 0.0, 0.0), (10.0, 1.0), {"cruise": 1.0})
    assert leading(falls(700, 180), fast) == "cruise"
    assert leading(falls(700, 180), slow) == "aircraft"


def test_manoeuvring_in_flight_speaks_for_quasi_ballistic_and_glide():
    state = state_at(40.0, 128.0, 40e3, 1500.0, 0.0, -300.0)
    update = update_of(state, (10.0, 1.0), {"manoeuvre": 1.0})
    classes = family_of(update, launch_statement(), falls(700, 180)).classes
    assert classes.quasi_ballistic > classes.glide > classes.short_range


def test_an_announced_rocket_speaks_for_a_space_launch_but_proves_nothing():
    some = falls(700, 180)
    some[:10, 5] = 0.0  # one in twenty reaches orbit
    plain = family_of(coasting_update(), launch_statement(), some).classes
    told = family_of(coasting_update(), launch_statement(), some, announced=1.0)
    # Odds of 1:19, times 18.
    assert plain.space_launch == pytest.approx(0.98 * 0.05)
    assert told.classes.space_launch == pytest.approx(0.98 * 18 / 37)
    assert any("announced" in said for said in told.evidence)
    none = family_of(coasting_update(), launch_statement(), falls(700, 180), announced=1.0).classes
    assert none.space_launch == 0.0
