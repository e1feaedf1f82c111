"""The Cramér-Rao bound against what it must be in closed form."""

import numpy as np
import pytest

from launchwatch.errors import InputError
from launchwatch.estimation.bound import information, posterior_bound
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
