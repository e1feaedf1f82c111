"""The SIAP measures of small pictures, worked out by hand."""

import math

import numpy as np
import pytest

from launchwatch.errors import InputError
from launchwatch.scoring.siap import belonging, siap

TIMES = np.arange(5.0)
NOWHERE = np.nan


def paths(*columns):
    """Put tracks side by side: (k, n, 1)."""
    return np.array(columns).T[..., None]


def test_a_perfect_picture_has_the_best_of_everything():
    truths = paths([0.0] * 5, [50.0] * 5)
    still = np.zeros((5, 2, 1))
    scores = siap(TIMES, truths, truths, belonging(truths, truths, 1.0), still, still)
    assert scores == (1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0)


def test_one_object_of_two_under_two_numbers_beside_a_ghost():
    truths = paths([0.0] * 5, [50.0] * 5)
    tracks = paths(
        [1.0, 1.0, 1.0, NOWHERE, NOWHERE],
        [NOWHERE, NOWHERE, 2.0, 2.0, 2.0],
        [90.0, NOWHERE, NOWHERE, NOWHERE, NOWHERE],
    )
    scores = siap(TIMES, tracks, truths, belonging(tracks, truths, 5.0))
    assert scores.completeness == 5 / 10
    assert scores.ambiguity == 6 / 5
    assert scores.spuriousness == 1 / 7
    assert scores.position_error == pytest.approx((3 * 1.0 + 3 * 2.0) / 6)
    assert math.isnan(scores.velocity_error)
    # One change in the four seconds that the first object is held; its longest piece is 2 s.
    assert scores.number_changes_per_second == 1 / 4
    assert scores.longest_segment == 2 / 8


def test_a_number_that_comes_back_counts_as_a_change_and_a_gap_is_not_held():
    truths = paths([0.0] * 5)
    tracks = paths([0.0, 0.0, NOWHERE, 0.0, 0.0])
    scores = siap(TIMES, tracks, truths, belonging(tracks, truths, 1.0))
    assert scores.number_changes_per_second == 1 / 2
    assert scores.longest_segment == 1 / 4


def test_a_second_number_beside_one_that_lasts_is_no_change():
    truths = paths([0.0] * 5)
    tracks = paths([0.0] * 5, [NOWHERE, 0.1, 0.1, NOWHERE, NOWHERE])
    scores = siap(TIMES, tracks, truths, belonging(tracks, truths, 1.0))
    assert scores.number_changes_per_second == 0.0
    assert scores.ambiguity == 7 / 5


def test_a_track_belongs_to_the_nearest_object_within_the_gate():
    truths = paths([0.0, NOWHERE], [3.0, 3.0])
    tracks = paths([1.0, 1.0], [2.0, NOWHERE], [30.0, 30.0])
    assert belonging(tracks, truths, 2.5).tolist() == [[0, 1, -1], [1, -1, -1]]


def test_nothing_at_all_has_no_measures():
    nothing = np.empty((0, 0, 3))
    scores = siap([], nothing, nothing, np.empty((0, 0)))
    assert all(math.isnan(one) for one in scores)


@pytest.mark.parametrize(
    ("times", "owner"),
    [(TIMES[:3], np.zeros((5, 1))), (TIMES, np.zeros((5, 2))), (TIMES, np.ones((5, 1)))],
)
def test_arrays_that_do_not_belong_together_are_refused(times, owner):
    with pytest.raises(InputError):
        siap(times, paths([0.0] * 5), paths([0.0] * 5), owner)


def test_a_gate_must_be_open():
    with pytest.raises(InputError):
        belonging(paths([0.0]), paths([0.0]), 0.0)
