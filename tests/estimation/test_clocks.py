"""Clocks in order or not: what two of them can say, and what a third adds."""

import numpy as np
import pytest
from msgspec.structs import replace

from launchwatch.estimation.clocks import BROKEN_CLOCK_SIGMA, clocks_of, judged, opened
from launchwatch.estimation.registration import BiasEstimate, Lesson, learnt, prior

from .observing import radar_site

SENSORS = tuple(replace(radar_site().sensor, id=name) for name in ("one", "two", "three"))


def told(count: int, differences: dict[tuple[int, int], float], sigma: float) -> BiasEstimate:
    """Give what is learnt, clocks open, from differences between pairs of clocks."""
    estimate = opened(prior(SENSORS[:count]), clocks_of(SENSORS[:count]))
    for (one, other), seconds in differences.items():
        G = np.zeros((1, 4 * count))
        G[0, 4 * one + 3], G[0, 4 * other + 3] = 1.0, -1.0
        lesson = Lesson(np.array([seconds]) - G @ estimate.mean, G, np.array([[sigma**2]]))
        estimate, _ = learnt(estimate, lesson)
    return estimate


def test_before_any_plot_all_clocks_are_in_order() -> None:
    estimate, faulty = judged(told(3, {}, 1.0), clocks_of(SENSORS))
    assert np.allclose(np.sqrt(np.diag(estimate.covariance))[3::4], 1e-3, rtol=1e-6)
    assert (faulty == 0.0).all()


def test_of_two_clocks_that_differ_either_may_be_wrong() -> None:
    estimate, faulty = judged(told(2, {(0, 1): 2.0}, 0.02), clocks_of(SENSORS[:2]))
    assert np.allclose(faulty, 0.5, atol=1e-6)
    assert np.allclose(estimate.mean[3::4], [1.0, -1.0], atol=0.01)
    # Each is at nought or at two seconds: one off the middle; and their difference is known.
    assert np.allclose(np.sqrt(np.diag(estimate.covariance))[3::4], 1.0, atol=0.01)
    G = np.array([0, 0, 0, 1.0, 0, 0, 0, -1.0])
    assert np.sqrt(G @ estimate.covariance @ G) == pytest.approx(0.02, rel=0.05)


@pytest.mark.parametrize("seconds", [0.3, -1.5, 5.0])
def test_a_third_clock_says_which_is_wrong(seconds: float) -> None:
    pairs = {(0, 1): seconds, (0, 2): seconds}
    estimate, faulty = judged(told(3, pairs, 0.02), clocks_of(SENSORS))
    assert faulty[0] > 0.999
    assert faulty[1:].max() < 0.01
    assert estimate.mean[3] == pytest.approx(seconds, abs=0.05)
    assert np.abs(estimate.mean[[7, 11]]).max() < 2e-3


def test_clocks_that_agree_are_in_order_however_closely_they_were_compared() -> None:
    estimate, faulty = judged(told(3, {(0, 1): 0.002, (1, 2): 0.0}, 0.005), clocks_of(SENSORS))
    assert (faulty < 0.01).all()
    assert (np.sqrt(np.diag(estimate.covariance))[3::4] <= 1e-3).all()


def test_exchanging_the_prior_is_learning_under_the_other() -> None:
    """With every clock certainly at its stated level, it is as if that had been the prior."""
    pairs, sigma = {(0, 1): 0.0011, (1, 2): -0.0007}, 0.0015
    found, _ = judged(told(3, pairs, sigma), clocks_of(SENSORS))
    wanted = prior(SENSORS)
    for (one, other), seconds in pairs.items():
        G = np.zeros((1, 12))
        G[0, 4 * one + 3], G[0, 4 * other + 3] = 1.0, -1.0
        wanted, _ = learnt(wanted, Lesson([seconds] - G @ wanted.mean, G, np.array([[sigma**2]])))
    # Nine metres in three seconds beside a millimetre: the wide prior's rounding.
    assert np.allclose(found.mean, wanted.mean, atol=1e-8)
    assert np.allclose(found.covariance, wanted.covariance, atol=1e-11)


def test_other_biases_follow_the_clocks_that_they_were_learnt_with() -> None:
    """A range and a clock that only their sum is known of: what one is not, the other is."""
    sensors = (replace(SENSORS[0], bias_sigma_m=100.0),)
    estimate = opened(prior(sensors), clocks_of(sensors))
    G = np.array([[1.0, 0.0, 0.0, -1000.0]])
    estimate, _ = learnt(estimate, Lesson(np.array([80.0]), G, np.array([[1.0]])))
    assert abs(estimate.mean[0]) < 1.0, "with the clock open, the clock has it"
    found, _ = judged(estimate, clocks_of(sensors))
    assert found.mean[0] == pytest.approx(80.0, abs=1.0)
    assert np.sqrt(found.covariance[0, 0]) == pytest.approx(1.4, abs=0.1)


def test_two_broken_clocks_of_four_are_both_found() -> None:
    sensors = (*SENSORS, replace(SENSORS[0], id="four"))
    estimate = opened(prior(sensors), clocks_of(sensors))
    truth = np.array([2.0, -3.0, 0.0, 0.0])
    for one in range(4):
        for other in range(one):
            G = np.zeros((1, 16))
            G[0, 4 * one + 3], G[0, 4 * other + 3] = 1.0, -1.0
            y = np.array([truth[one] - truth[other]]) - G @ estimate.mean
            estimate, _ = learnt(estimate, Lesson(y, G, np.array([[1e-4]])))
    found, faulty = judged(estimate, clocks_of(sensors))
    assert np.allclose(found.mean[3::4], truth, atol=0.02)
    assert (faulty > 0.9).tolist() == [True, True, False, False]
    assert BROKEN_CLOCK_SIGMA >= 3.0
