"""The Cramér-Rao bound against what it must be in closed form."""

import numpy as np
import pytest

from launchwatch.errors import InputError
from launchwatch.estimation.bound import (
    decidable_distance,
    fall_bound,
    information,
    mean_bound,
    posterior_bound,
)
from launchwatch.estimation.gaussian import gaussian
from launchwatch.estimation.kalman import kalman_predict, kalman_update

from .observing import infrared_site, radar_site, seen_by, state_near


def test_the_bound_is_the_kalman_filters_covariance_where_all_is_linear() -> None:
    F, Q = np.array([[1.0, 1.0], [0.0, 1.0]]), np.diag([0.01, 0.02])
    H, R = np.array([[1.0, 0.0]]), np.array([[0.5]])
    belief, covariances = gaussian([0.0, 0.0], np.diag([4.0, 9.0])), []
    for _ in range(20):
        belief = kalman_update(kalman_predict(belief, F, Q), [0.0], H, R).posterior
        covariances.append(belief.covariance)
    J = H.T @ np.linalg.inv(R) @ H
    bounds = posterior_bound(np.diag([4.0, 9.0]), [F] * 20, [Q] * 20, [J] * 20)
    np.testing.assert_allclose(bounds, covariances, rtol=1e-9)


def test_the_bound_is_the_inverse_of_the_information_that_adds_up() -> None:
    """Without noise on the way: J = P⁻¹ + k·I, the simplest case of all."""
    n = np.zeros((3, 3))
    bounds = posterior_bound(np.eye(3), [np.eye(3)] * 5, [n] * 5, [2.0 * np.eye(3)] * 5)
    for k, bound in enumerate(bounds, start=1):
        np.testing.assert_allclose(bound, np.eye(3) / (1.0 + 2.0 * k))


def test_a_line_of_sight_tells_nothing_along_itself() -> None:
    site = infrared_site()
    state = state_near(radar_site(), 4e5, 1.0, 0.3, np.zeros(3))
    J = information(seen_by(site, state), np.r_[state, np.zeros(3)])
    line = state[:3] - site.position
    distance = np.linalg.norm(line)
    np.testing.assert_allclose(J[:3, :3] @ line, 0.0, atol=1e-9)
    eigenvalues = np.linalg.eigvalsh(J[:3, :3])
    np.testing.assert_allclose(eigenvalues[1:], 1.0 / (3e-4 * distance) ** 2, rtol=1e-6)
    assert not J[:, 3:].any()


def test_shapes_must_belong_together() -> None:
    with pytest.raises(InputError):
        posterior_bound(np.eye(2), np.eye(2), np.eye(2), np.eye(2))
    with pytest.raises(InputError):
        information(np.zeros(5), np.zeros(6))


def test_a_fall_points_bound_is_the_spread_of_states_that_fall_linearly() -> None:
    rng = np.random.default_rng(4)
    root, slopes = rng.normal(size=(7, 7)), rng.normal(size=(2, 7))
    states = rng.standard_normal((200_000, 7)) @ root.T
    bound = fall_bound([root @ root.T], slopes)[0]
    # A variance of 200,000 samples is known to 0.3 %.
    np.testing.assert_allclose(np.cov(states @ slopes.T, rowvar=False), bound, rtol=0.02)


def test_a_mean_bound_is_above_that_at_the_median_where_light_bodies_count_most() -> None:
    """Drag shortens a fall by about c/β: the bound at β is (c·σ/β)², with ln β ~ N(0, σ)."""
    sigma = 0.8
    normals = np.linspace(-5.0, 5.0, 2001)
    weights = np.exp(-0.5 * normals**2)
    bounds = (sigma / np.exp(sigma * normals))[:, None, None] ** 2
    mean = mean_bound(bounds, weights)
    np.testing.assert_allclose(mean, sigma**2 * np.exp(2.0 * sigma**2), rtol=1e-3)
    assert mean_bound(bounds[[0, 0]]).shape == (1, 1)


def test_a_line_is_decided_in_as_many_runs_as_asked_for() -> None:
    rng = np.random.default_rng(5)
    distance = decidable_distance(1.0)
    estimates = distance + rng.standard_normal(100_000)
    assert np.mean(estimates > 2.3263) == pytest.approx(0.9, abs=0.003)


def test_a_fall_needs_bounds_and_slopes_of_one_state() -> None:
    with pytest.raises(InputError):
        fall_bound(np.eye(3), np.zeros((2, 3)))
    with pytest.raises(InputError):
        fall_bound([np.eye(3)], np.full((2, 3), np.nan))
    with pytest.raises(InputError):
        mean_bound(np.eye(3))
    with pytest.raises(InputError):
        mean_bound([np.eye(2)], [-1.0])
    with pytest.raises(InputError):
        decidable_distance(-1.0)
