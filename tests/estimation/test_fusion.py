"""Another's estimates are used for what they add, and never for more."""

import numpy as np
import pytest

from launchwatch.errors import NotPositiveDefinite
from launchwatch.estimation.fusion import informed, intersected, tracklet

F = np.array([[1.0, 1.0], [0.0, 1.0]])
Q = 0.05 * np.array([[1 / 3, 1 / 2], [1 / 2, 1.0]])
H = np.array([[1.0, 0.0]])


def updated(x, P, z, variance=1.0):
    """Condition a position and speed on a position: the textbook's Kalman filter."""
    K = P @ H.T / (H @ P @ H.T + variance)
    return x + K[:, 0] * (z - x[0]), P - K @ H @ P


def story(chance, steps=30, *, shared):
    """Give final errors and covariances of four fusions of a partner's messages with our own.

    The target is carried without noise, as a coasting body is; ours and the partner's prior
    are independent; shared plots reach both.
    """
    truth = np.array([0.0, 1.0])
    ours = [(truth + chance.multivariate_normal([0, 0], 9 * np.eye(2)), 9 * np.eye(2))] * 3
    partner = (truth + chance.multivariate_normal([0, 0], 9 * np.eye(2)), 9 * np.eye(2))
    # The first message is all new; what follows is told apart from it.
    ours[1] = informed(*ours[1], tracklet(*partner, np.zeros(2), 1e8 * np.eye(2)))
    for _ in range(steps):
        truth = F @ truth
        ours = [(F @ x, F @ P @ F.T) for x, P in ours]
        expected = F @ partner[0], F @ partner[1] @ F.T
        z, w = truth[0] + chance.normal(0.0, 1.0, 2)
        ours = [updated(x, P, z) for x, P in ours]
        partner = updated(*expected, z if shared else w)
        ours[1] = informed(*ours[1], tracklet(*partner, *expected))
        ours[2] = informed(*ours[2], tracklet(*partner, np.zeros(2), 1e8 * np.eye(2)))
    alone, tracklets, naive = ours
    return {
        name: (x - truth, P)
        for name, (x, P) in {
            "alone": alone,
            "tracklets": tracklets,
            "naive": naive,
            "intersected": intersected(*alone, *partner),
        }.items()
    }


def nees(runs, name):
    """Give the average of squared errors in units of the covariance, a number each."""
    return np.mean([e @ np.linalg.solve(P, e) for e, P in (run[name] for run in runs)]) / 2


@pytest.fixture(scope="module")
def stories():
    chance = np.random.default_rng(1)
    return {kept: [story(chance, shared=kept) for _ in range(400)] for kept in (False, True)}


# With 400 runs of two numbers the mean of a right one lies in 0.87..1.14 (chi-square, 99 %).
def test_tracklets_are_as_sure_as_they_may_be_where_no_sensor_is_shared(stories):
    assert 0.87 < nees(stories[False], "tracklets") < 1.14


def test_messages_taken_for_plots_are_far_too_sure(stories):
    assert nees(stories[False], "naive") > 3.0


@pytest.mark.parametrize("shared", [False, True])
def test_the_intersection_is_never_too_sure(stories, shared):
    assert nees(stories[shared], "intersected") < 1.14


def test_tracklets_are_too_sure_where_a_sensor_feeds_both(stories):
    assert nees(stories[True], "tracklets") > 1.4


def test_tracklets_give_what_all_plots_in_one_filter_give():
    chance = np.random.default_rng(2)
    x, P = np.zeros(2), 9 * np.eye(2)
    partner = np.ones(2), 4 * np.eye(2)
    whole = informed(x, P, tracklet(*partner, np.zeros(2), 1e12 * np.eye(2)))
    fused = whole
    for _ in range(20):
        z, w = chance.normal(0.0, 1.0, 2)
        whole = updated(*updated(F @ whole[0], F @ whole[1] @ F.T, z), w)
        fused = updated(F @ fused[0], F @ fused[1] @ F.T, z)
        expected = F @ partner[0], F @ partner[1] @ F.T
        partner = updated(*expected, w)
        fused = informed(*fused, tracklet(*partner, *expected))
    # Without process noise nothing is lost on the way but digits.
    np.testing.assert_allclose(fused[0], whole[0], rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(fused[1], whole[1], rtol=1e-6)


def test_a_message_that_has_learnt_nothing_says_nothing():
    x, P = np.array([1.0, 2.0]), np.diag([3.0, 4.0])
    news = tracklet(x, P, x, P)
    np.testing.assert_allclose(news.matrix, 0.0, atol=1e-12)
    fused = informed(np.zeros(2), np.eye(2), tracklet(x, P + Q, x, P))
    np.testing.assert_allclose(fused[1], np.eye(2), atol=1e-9)


def test_an_estimate_intersected_with_itself_is_itself():
    x, P = np.array([1.0, 2.0]), np.array([[3.0, 1.0], [1.0, 4.0]])
    mean, covariance = intersected(x, P, x, P)
    np.testing.assert_allclose(mean, x, rtol=1e-12)
    np.testing.assert_allclose(covariance, P, rtol=1e-12)


def test_the_better_of_two_in_everything_is_taken_alone():
    mean, covariance = intersected(np.zeros(2), np.eye(2), np.ones(2), 100.0 * np.eye(2))
    np.testing.assert_allclose(mean, 0.0, atol=1e-6)
    np.testing.assert_allclose(covariance, np.eye(2), rtol=1e-6)


def test_what_is_no_covariance_is_refused():
    with pytest.raises(NotPositiveDefinite):
        intersected(np.zeros(2), -np.eye(2), np.zeros(2), np.eye(2))
