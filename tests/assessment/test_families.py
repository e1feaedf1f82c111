"""Classes of vehicles from made fall samples."""

import msgspec
import numpy as np
import pytest

from launchwatch.assessment.families import (
    ANNOUNCED,
    UNKNOWN,
    Families,
    Memory,
    covering,
    family_of,
)
from launchwatch.assessment.familynames import envelopes
from launchwatch.assessment.kinds import KINDS
from launchwatch.assessment.settings import Settings
from launchwatch.errors import SettingsError
from launchwatch.timescale import SECOND

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


def test_long_after_the_motor_stopped_a_spent_stage_may_fall_but_not_from_low():
    # It climbed as slowly as a launcher, 15 m/s², and has coasted for four minutes.
    update = coasting_update()
    lit = int(update.time) - 240 * SECOND
    memory = Memory(time=int(update.time), lit=lit, burnt_out=True, gain=15.0)
    high, low = (
        family_of(update, launch_statement(), falls(450, apogee), memory=memory).classes
        for apogee in (180, 60)
    )
    assert high.space_launch > 0.3
    assert low.space_launch < 0.15


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


def followed(looks, samples, start=0.0):
    """Take a track through looks of (seconds, phase, height, climb); give the last assessment."""
    families = Families(Settings())
    for seconds, phase, height, climb in looks:
        state = state_at(40.0, 128.0, height, 1800.0, 0.0, climb)
        update = update_of(state, (10.0, 1.0), {phase: 0.95}, seconds=start + seconds)
        said = families.take(update, launch_statement(ago=0.0), samples)
    return said


FLIGHT = [
    *((s, "boost", 300.0 * s, 900.0) for s in range(0, 60, 2)),
    *((s, "coast", 60e3, 100.0) for s in range(60, 160, 2)),
    *((s, "reentry", 50e3, -500.0) for s in range(160, 180, 2)),
]


def test_a_late_pull_up_overturns_what_seemed_certain():
    before = followed(FLIGHT, falls(700, 110)).classes
    assert before.short_range > 0.9
    pulls = [(s, "manoeuvre", 35e3, -200.0) for s in range(180, 215, 2)]
    after = followed(FLIGHT + pulls, falls(700, 110)).classes
    assert after.quasi_ballistic + after.glide > 0.9
    # And what falls again afterwards has still pulled up.
    falling = [(s, "reentry", 20e3, -900.0) for s in range(215, 260, 2)]
    last = followed(FLIGHT + pulls + falling, falls(700, 110)).classes
    assert last.quasi_ballistic + last.glide > 0.9


def test_a_motor_that_burns_again_speaks_for_a_space_launch():
    quiet = followed(FLIGHT[:80], falls(700, 180)).classes
    again = [(s, "boost", 120e3, 300.0) for s in range(170, 230, 2)]
    lit = followed(FLIGHT[:80] + again, falls(700, 180)).classes
    assert quiet.space_launch < 0.1
    assert lit.space_launch > 5 * quiet.space_launch


def test_unknown_never_falls_below_its_share_however_much_is_seen():
    for samples in (
        falls(700, 180),
        falls(5000, 1000),
        falls(600, 50),
        falls(700, 500, status=0.0),
    ):
        assert followed(FLIGHT * 3, samples).classes.unknown >= UNKNOWN - 1e-9


def test_the_set_that_covers_95_percent_is_the_smallest_that_does():
    assert covering({"short_range": 0.6, "glide": 0.3, "unknown": 0.1}) == (
        "short-range", "glide", "unknown"
    )  # fmt: skip
    assert covering({"short_range": 0.96, "glide": 0.02, "unknown": 0.02}) == ("short-range",)
    said = family_of(coasting_update(), launch_statement(), falls(700, 180))
    assert said.covers_95[0] == "short-range"


def test_families_by_public_names_are_those_whose_envelope_fits():
    said = family_of(coasting_update(), launch_statement(), falls(3700, 770))
    names = [name for name, _ in said.families]
    assert "Hwasong-12" in names
    assert "Scud-B" not in names
    assert sum(share for _, share in said.families) < 1.0
    # Plain numbers: what is written to a file is no array's.
    assert msgspec.to_builtins(said)["families"]
    assert family_of(coasting_update(), launch_statement(), falls(9, 9, status=0.0)).families == ()


def test_every_family_has_an_envelope_a_kind_and_a_source():
    assert len(envelopes()) > 15
    for one in envelopes():
        assert one.kind in KINDS
        assert 0.0 < one.ranges[0] < one.ranges[1]
        assert 0.0 < one.apogees[0] < one.apogees[1]
        assert one.source


def test_range_classes_are_settings_and_must_rise():
    wide = Settings(range_classes_km=(100.0, 600.0, 3000.0, 5500.0))
    classes = family_of(
        coasting_update(), launch_statement(), falls(700, 180), settings=wide
    ).classes
    assert classes.medium_range > 0.5
    with pytest.raises(SettingsError, match="range_classes_km"):
        Settings(range_classes_km=(1000.0, 300.0, 3000.0, 5500.0))


def test_an_announced_rocket_speaks_for_a_space_launch_but_proves_nothing():
    samples = falls(700, 180)
    plain = family_of(coasting_update(), launch_statement(), samples).classes
    told = family_of(coasting_update(), launch_statement(), samples, announced=1.0)
    odds = told.classes.space_launch / told.classes.short_range
    assert odds == pytest.approx(ANNOUNCED * plain.space_launch / plain.short_range, rel=1e-6)
    assert told.classes.short_range > 0.05
    assert any("announced" in said for said in told.evidence)


def test_what_is_forgotten_begins_anew():
    families = Families(Settings())
    update = coasting_update()
    first = families.take(update, launch_statement(), falls(700, 180))
    families.forget(update.track_id)
    assert families.take(update, launch_statement(), falls(700, 180)) == first
