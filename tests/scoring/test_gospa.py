"""GOSPA and the pairing beneath it: by hand, against all pairings, as a metric."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from launchwatch.errors import InputError
from launchwatch.scoring.gospa import gospa, gospa_over_time
from launchwatch.scoring.pairing import pair


def sets(most=5):
    """Sets of up to five points of a small square, where pairs within 3 are common."""
    numbers = st.floats(-4.0, 4.0, allow_subnormal=False)
    return st.integers(0, most).flatmap(lambda n: arrays(np.float64, (n, 2), elements=numbers))


def least_of_all_pairings(x, y, cutoff, order):
    """Try every way of pairing: GOSPA by its definition."""
    if len(x) > len(y):
        x, y = y, x
    charge = cutoff**order
    best = np.inf
    for chosen in itertools.permutations(range(len(y)), len(x)):
        cost = sum(min(np.linalg.norm(x[i] - y[j]), cutoff) ** order for i, j in enumerate(chosen))
        best = min(best, cost + 0.5 * charge * (len(y) - len(x)))
    return best ** (1.0 / order)


def test_a_pair_a_miss_and_a_false_one_are_charged_as_defined():
    score = gospa([[0.0, 3.0], [50.0, 0.0]], [[0.0, 0.0], [-50.0, 0.0]], cutoff=10.0)
    assert (score.localisation, score.missed, score.false) == (9.0, 50.0, 50.0)
    assert score.total == pytest.approx(109.0**0.5, rel=1e-15)
    assert score.pairs.estimates.tolist() == score.pairs.truths.tolist() == [0]


def test_two_empty_sets_are_alike():
    assert gospa([], [], cutoff=1.0).total == 0.0


def test_points_farther_apart_than_the_cutoff_are_a_miss_and_a_false_one():
    score = gospa([[0.0]], [[10.0]], cutoff=10.0)
    assert (score.localisation, score.missed, score.false) == (0.0, 50.0, 50.0)


def test_the_nearest_pair_is_left_where_the_sum_gains():
    # Greedy would pair 1 with 0.9 and leave 2 far from 0.
    pairs = pair([[1.0], [2.0]], [[0.0], [1.1]], cutoff=5.0, order=1.0)
    assert pairs.truths.tolist() == [0, 1]


@given(sets(), sets(), st.sampled_from([1.0, 2.0, 3.5]))
def test_no_pairing_is_cheaper(x, y, order):
    # Rounding: sums of ten numbers below 3^3.5, and a root that magnifies near 0.
    assert gospa(x, y, 3.0, order).total == pytest.approx(
        least_of_all_pairings(x, y, 3.0, order), rel=1e-12, abs=1e-9
    )


@given(sets(), sets())
def test_gospa_is_symmetric_and_swaps_missed_with_false(x, y):
    one, other = gospa(x, y, 3.0), gospa(y, x, 3.0)
    assert one.total == pytest.approx(other.total, rel=1e-12)
    assert one.missed == pytest.approx(other.false)


@given(sets())
def test_gospa_is_zero_for_the_same_set_in_any_order(x):
    # Beside c² the square of a difference below 1e-8·c vanishes: twins that near may be swapped.
    assert gospa(x, x[::-1], 3.0).total < 1e-7


@given(sets(4), sets(4), sets(4), st.sampled_from([1.0, 2.0]))
def test_gospa_obeys_the_triangle_inequality(x, y, z, order):
    direct = gospa(x, z, 3.0, order).total
    around = gospa(x, y, 3.0, order).total + gospa(y, z, 3.0, order).total
    assert direct <= around + 1e-9  # rounding


def test_islands_give_what_one_matrix_gives():
    from scipy.optimize import linear_sum_assignment
    from scipy.spatial.distance import cdist

    chance = np.random.default_rng(5)
    truths = chance.uniform(0.0, 1000.0, (300, 3))
    estimates = np.concatenate([truths[:250] + chance.normal(0, 20, (250, 3)), truths[:50] + 30.0])
    cost = np.minimum(cdist(estimates, truths), 100.0) ** 2
    whole = cost[linear_sum_assignment(cost)].sum()
    assert gospa(estimates, truths, 100.0).total == pytest.approx(whole**0.5, rel=1e-12)


def test_arguments_are_left_alone():
    x, y = np.array([[2.0, 1.0], [0.0, 0.0]]), np.array([[1.0, 1.0]])
    kept = x.copy(), y.copy()
    gospa(x, y, 3.0)
    assert (x == kept[0]).all()
    assert (y == kept[1]).all()


@pytest.mark.parametrize(
    ("estimates", "truths", "cutoff", "order"),
    [
        ([[0.0]], [[0.0, 1.0]], 1.0, 2.0),
        ([[np.nan]], [[0.0]], 1.0, 2.0),
        ([0.0, 1.0], [[0.0]], 1.0, 2.0),
        ([[0.0]], [[0.0]], 0.0, 2.0),
        ([[0.0]], [[0.0]], 1.0, 0.5),
    ],
)
def test_what_has_no_metric_is_refused(estimates, truths, cutoff, order):
    with pytest.raises(InputError):
        gospa(estimates, truths, cutoff, order)


def test_over_time_every_moment_has_its_parts_and_counts():
    series = gospa_over_time([([[0.0]], [[1.0], [90.0]]), ([[5.0], [7.0]], []), ([], [])], 10.0)
    assert series.missed_count.tolist() == [1, 0, 0]
    assert series.false_count.tolist() == [0, 2, 0]
    assert series.total**2 == pytest.approx(series.localisation + series.missed + series.false)
    assert gospa_over_time([], 10.0).total.shape == (0,)
