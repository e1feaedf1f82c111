"""OSPA and OSPA(2): by hand, and as metrics."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from launchwatch.errors import InputError
from launchwatch.scoring.ospa import ospa, ospa2

NUMBERS = st.floats(-4.0, 4.0, allow_subnormal=False)


def sets():
    return st.integers(0, 4).flatmap(lambda n: arrays(np.float64, (n, 2), elements=NUMBERS))


def path_sets():
    """Up to three tracks over four moments, each there or not at each of them."""
    gaps = NUMBERS | st.just(np.nan)
    return st.integers(0, 3).flatmap(lambda n: arrays(np.float64, (4, n, 1), elements=gaps))


def test_what_is_left_over_costs_the_cutoff():
    assert ospa([[0.0]], [[0.0], [50.0], [90.0]], cutoff=9.0, order=1.0) == pytest.approx(6.0)
    assert ospa([], [[0.0]], cutoff=9.0) == 9.0
    assert ospa([], [], cutoff=9.0) == 0.0


def test_a_pair_costs_its_distance():
    assert ospa([[0.0, 3.0]], [[4.0, 0.0]], cutoff=9.0) == pytest.approx(5.0)


@given(sets(), sets(), sets(), st.sampled_from([1.0, 2.0]))
def test_ospa_is_a_metric(x, y, z, order):
    # Beside c² a distance below 1e-8·c vanishes, and roots magnify rounding near 0.
    assert ospa(x, x[::-1], 3.0, order) < 1e-7
    assert ospa(x, y, 3.0, order) == pytest.approx(ospa(y, x, 3.0, order), rel=1e-12, abs=1e-7)
    around = ospa(x, y, 3.0, order) + ospa(y, z, 3.0, order)
    assert ospa(x, z, 3.0, order) <= around + 1e-7


@given(path_sets(), path_sets(), path_sets())
def test_ospa2_is_a_metric_at_every_window(x, y, z):
    assert (ospa2(x, x[:, ::-1], 3.0, 3) < 1e-7).all()
    assert ospa2(x, y, 3.0, 3) == pytest.approx(ospa2(y, x, 3.0, 3), rel=1e-12, abs=1e-7)
    around = ospa2(x, y, 3.0, 3) + ospa2(y, z, 3.0, 3)
    assert (ospa2(x, z, 3.0, 3) <= around + 1e-7).all()


def test_a_window_of_one_moment_is_ospa():
    chance = np.random.default_rng(2)
    x, y = chance.uniform(0, 9, (6, 4, 2)), chance.uniform(0, 9, (6, 3, 2))
    x[2, 1], y[4] = np.nan, np.nan
    each = [
        ospa(one[~np.isnan(one[:, 0])], other[~np.isnan(other[:, 0])], 5.0)
        for one, other in zip(x, y, strict=True)
    ]
    assert ospa2(x, y, 5.0, 1) == pytest.approx(each, rel=1e-12)


def test_two_tracks_that_change_objects_are_seen_by_ospa2_alone():
    truths = np.zeros((10, 2, 1))
    truths[:, 1] = 100.0
    tracks = truths.copy()
    tracks[5:] = tracks[5:, ::-1]
    assert all(ospa(x, y, 10.0) == 0.0 for x, y in zip(tracks, truths, strict=True))
    # Over all ten moments each track lies half the time where it should be.
    assert ospa2(tracks, truths, 10.0, 10, order=1.0)[-1] == pytest.approx(5.0)


def test_a_track_that_breaks_costs_its_part_and_one_too_many():
    truths = np.zeros((10, 1, 1))
    tracks = np.full((10, 2, 1), np.nan)
    tracks[:6, 0], tracks[6:, 1] = 0.0, 0.0
    # The longer piece is absent for 4 of 10 moments; the other has no object left.
    assert ospa2(tracks, truths, 1.0, 10, order=1.0)[-1] == pytest.approx((0.4 + 1.0) / 2)


def test_only_what_exists_within_the_window_counts():
    tracks = np.full((4, 1, 1), np.nan)
    tracks[0] = 0.0
    truths = np.full((4, 1, 1), np.nan)
    assert ospa2(tracks, truths, 2.0, 2).tolist() == [2.0, 2.0, 0.0, 0.0]


@pytest.mark.parametrize(
    ("x", "y", "window"),
    [
        (np.zeros((2, 1)), np.zeros((2, 1, 1)), 1),
        (np.zeros((2, 1, 1)), np.zeros((3, 1, 1)), 1),
        (np.zeros((2, 1, 1)), np.zeros((2, 1, 1)), 0),
        (np.full((2, 1, 1), np.inf), np.zeros((2, 1, 1)), 1),
    ],
)
def test_paths_that_do_not_belong_together_are_refused(x, y, window):
    with pytest.raises(InputError):
        ospa2(x, y, 1.0, window)
