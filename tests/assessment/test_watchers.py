"""What a radar would have seen of a track before it began."""

import msgspec
import numpy as np
import pytest

from launchwatch.assessment.watchers import Watchers
from launchwatch.messages.sensor import Radar
from launchwatch.timescale import SECOND, Instant

from .making import EPOCH, coasting_update, state_at, update_of

RADAR = Radar(
    id="radar",
    owner="ZZZ",
    latitude_deg=38.0,
    longitude_deg=128.0,
    height_m=0.0,
    range_sigma_m=30.0,
    azimuth_sigma_deg=0.07,
    elevation_sigma_deg=0.07,
    scan_period_s=1.0,
    minimum_elevation_deg=2.0,
    maximum_range_m=2e6,
    detection_probability=0.9,
)


def watching(seconds=60):
    watchers = Watchers({"radar": RADAR})
    for second in range(seconds, -1, -1):
        watchers.hear("radar", Instant(EPOCH - second * SECOND))
    return watchers


def begun_now(state):
    """Give a coasting track whose first plot is six seconds old."""
    extras = {"coast": ((np.log(5000.0), 0.0, 0.0), (0.8, 1.0, 1.0))}
    update = update_of(state, (100.0, 5.0), {"coast": 1.0}, extras=extras, seconds=6.0)
    return msgspec.structs.replace(update, first_plot=EPOCH)


def test_what_comes_down_out_of_nowhere_was_missed_many_times():
    falling = begun_now(state_at(38.5, 130.0, 90e3, 2000.0, 0.0, -1500.0))
    # Some of the looks are free; each other one counts ten to one.
    assert watching().missed(falling) > 10.0


def test_what_rises_over_the_edge_of_the_view_was_not_missed():
    # 450 km away the lowest 2 degrees lie at 32 km.
    rising = begun_now(state_at(42.0, 128.0, 38e3, 300.0, 0.0, 1200.0))
    assert watching().missed(rising) == 0.0


def test_a_radar_that_has_just_been_switched_on_missed_nothing():
    falling = begun_now(state_at(38.5, 130.0, 90e3, 2000.0, 0.0, -1500.0))
    assert watching(seconds=2).missed(falling) == 0.0


def test_a_radar_that_never_saw_the_track_says_nothing():
    falling = begun_now(state_at(38.5, 130.0, 90e3, 2000.0, 0.0, -1500.0))
    assert watching().missed(msgspec.structs.replace(falling, sensors=("other",))) == 0.0


@pytest.mark.parametrize(("height", "is_covered"), [(10e3, False), (60e3, True)])
def test_a_view_begins_above_the_lowest_elevation(height, is_covered):
    place = state_at(42.0, 128.0, height, 0.0, 0.0, 0.0)[:3]
    assert Watchers({"radar": RADAR}).covers("radar", place) is is_covered


def test_a_coasting_update_that_is_long_known_was_not_missed_before_the_watch_began():
    assert watching(seconds=0).missed(coasting_update()) == 0.0
