"""Smoothing knows more of every moment than a filter, and as much as can be known."""

import numpy as np
import pytest
from numpy.typing import NDArray

from launchwatch.errors import InputError, NotPositiveDefinite
from launchwatch.estimation._kernels import update
from launchwatch.estimation._kernels_smoothing import semidefinite_cholesky
from launchwatch.estimation.bound import information, posterior_bound
from launchwatch.estimation.consistency import chi_square_band, squared_lengths
from launchwatch.estimation.smoothing import (
    Filtered,
    cubature_ahead,
    cubature_filtered,
    interval_bound,
    linear_filtered,
    smooth,
)

from .observing import radar_site, seen_by, state_near

Floats = NDArray[np.float64]

H = np.array([[1.0, 0.0]])


def walk(steps: int, seed: int, noise: float = 0.3) -> tuple[Floats, Floats, Floats, Floats]:
    """Give transitions, noises, states and positions measured of a point on a line."""
    chance = np.random.default_rng(seed)
    F = np.broadcast_to([[1.0, 0.7], [0.0, 1.0]], (steps - 1, 2, 2))
    one = noise * np.array([[0.7**3 / 3, 0.7**2 / 2], [0.7**2 / 2, 0.7]])
    Q = np.broadcast_to(one, (steps - 1, 2, 2))
    x = [chance.multivariate_normal([0.0, 1.0], np.diag([4.0, 1.0]))]
    for k in range(steps - 1):
        x.append(F[k] @ x[-1] + chance.multivariate_normal([0.0, 0.0], one))
    states = np.array(x)
    return F, Q, states, states[:, 0] + chance.standard_normal(steps)


def filtered(F: Floats, Q: Floats, z: Floats) -> tuple[Floats, Floats]:
    """Run a Kalman filter whose measurements have variance 1."""
    x, P = np.array([0.0, 1.0]), np.diag([4.0, 1.0])
    means, covariances = [], []
    for k in range(len(z)):
        if k:
            x, P = F[k - 1] @ x, F[k - 1] @ P @ F[k - 1].T + Q[k - 1]
        K = P @ H.T / (P[0, 0] + 1.0)
        x, P = x + K[:, 0] * (z[k] - x[0]), P - K @ H @ P
        means.append(x)
        covariances.append(0.5 * (P + P.T))
    return np.array(means), np.array(covariances)


def whole_path(F: Floats, Q: Floats, z: Floats) -> tuple[Floats, Floats]:
    """Solve for all states at once: one sparse system written as a dense one."""
    k = len(z)
    A, b = np.zeros((2 * k, 2 * k)), np.zeros(2 * k)
    A[:2, :2] = np.diag([0.25, 1.0])
    b[:2] = A[:2, :2] @ [0.0, 1.0]
    for i in range(k):
        A[2 * i, 2 * i] += 1.0
        b[2 * i] += z[i]
    for i in range(k - 1):
        step = np.zeros((2, 2 * k))
        step[:, 2 * i : 2 * i + 2], step[:, 2 * i + 2 : 2 * i + 4] = -F[i], np.eye(2)
        A += step.T @ np.linalg.solve(Q[i], step)
    inverse = np.linalg.inv(A)
    blocks = np.array([inverse[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] for i in range(k)])
    return np.linalg.solve(A, b).reshape(k, 2), blocks


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_smoothed_walk_is_the_least_squares_solution_of_the_whole_path(seed: int) -> None:
    F, Q, _, z = walk(40, seed)
    smoothed = smooth(linear_filtered(*filtered(F, Q, z), F, Q))
    x, P = whole_path(F, Q, z)
    # Both are exact: what is left is rounding of a system with a condition of some 1e4.
    np.testing.assert_allclose(smoothed.means, x, rtol=0, atol=1e-9)
    np.testing.assert_allclose(smoothed.covariances, P, rtol=0, atol=1e-9)


def test_smoothing_never_knows_less_than_the_filter_and_the_same_at_the_end() -> None:
    F, Q, _, z = walk(30, 5)
    x, P = filtered(F, Q, z)
    smoothed = smooth(linear_filtered(x, P, F, Q))
    less = np.linalg.eigvalsh(P - smoothed.covariances)
    assert less.min() > -1e-12
    assert less[:-1].max(axis=1).min() > 1e-3
    np.testing.assert_array_equal(smoothed.means[-1], x[-1])


def test_what_moves_without_noise_is_known_from_all_as_from_the_end() -> None:
    """Smoothed and brought to the end each moment says the same: nothing was left open."""
    F, Q, _, z = walk(20, 7, noise=1e-9)
    none = np.zeros_like(Q)
    x, P = filtered(F, none, z)
    smoothed = smooth(linear_filtered(x, P, F, none))
    carried = smoothed.means[0]
    for k in range(19):
        carried = F[k] @ carried
    np.testing.assert_allclose(carried, x[-1], rtol=0, atol=1e-7)


def test_cubature_smoothing_of_linear_motion_is_linear_smoothing() -> None:
    F, Q, _, z = walk(25, 11)
    x, P = filtered(F, Q, z)
    one = smooth(linear_filtered(x, P, F, Q))
    other = smooth(cubature_filtered(x, P, lambda points, k: points @ F[k].T, Q))
    np.testing.assert_allclose(other.means, one.means, rtol=0, atol=1e-10)
    np.testing.assert_allclose(other.covariances, one.covariances, rtol=0, atol=1e-10)


def test_smoothing_leaves_what_it_was_given_alone() -> None:
    F, Q, _, z = walk(5, 13)
    noted = linear_filtered(*filtered(F, Q, z), F, Q)
    before = [one.copy() for one in noted]
    smooth(noted)
    for one, was in zip(noted, before, strict=True):
        np.testing.assert_array_equal(one, was)


def test_the_interval_bound_is_the_inverse_of_the_whole_information() -> None:
    F, Q, _, z = walk(15, 17)
    J = np.broadcast_to(H.T @ H, (15, 2, 2))
    first = np.array([np.eye(2), *F]), np.array([np.zeros((2, 2)), *Q])
    bound = interval_bound(np.diag([4.0, 1.0]), *first, J)
    np.testing.assert_allclose(bound, whole_path(F, Q, z)[1], rtol=0, atol=1e-9)
    np.testing.assert_allclose(
        bound[-1], posterior_bound(np.diag([4.0, 1.0]), *first, J)[-1], rtol=1e-12
    )


def test_a_covariance_that_is_none_is_named() -> None:
    one = np.array([np.eye(2), np.eye(2)])
    x = np.zeros((2, 2))
    with pytest.raises(NotPositiveDefinite, match="moment 0"):
        smooth(Filtered(x, one, x, one, 2.0 * one))
    with pytest.raises(InputError, match="shape"):
        smooth(Filtered(x, one, x, one[:, :1], one))


def test_a_singular_covariance_has_a_factor() -> None:
    P = np.array([[4.0, 2.0, 0.0], [2.0, 1.0, 0.0], [0.0, 0.0, 9.0]])
    L = np.empty((3, 3))
    assert semidefinite_cholesky(P, L)
    np.testing.assert_allclose(L @ L.T, P, rtol=0, atol=1e-12)
    assert not semidefinite_cholesky(np.array([[1.0, 2.0], [2.0, 1.0]]), np.empty((2, 2)))


RUNS, SCANS = 60, 40
SITE = radar_site()
# Constant velocity in a straight line: the radar's polar measurement is what is not linear.
STEP = np.eye(6) + np.diag([1.0] * 3, 3)
NOISE = 4.0 * np.block(
    [[np.eye(3) / 3.0, np.eye(3) / 2.0], [np.eye(3) / 2.0, np.eye(3)]]
)  # fmt: skip
DOUBT = np.array([500.0] * 3 + [60.0] * 3)


def radar_run(seed: int) -> tuple[Floats, Floats, Floats]:
    """Smooth one noisy flight seen by a radar; give truth, smoothed means and covariances."""
    chance = np.random.default_rng(seed)
    start = state_near(SITE, 200e3, 1.0, 0.5, np.array([900.0, -700.0, 600.0]))
    truth = start + DOUBT * chance.standard_normal(6)
    x, P = start.copy(), np.diag(DOUBT**2)
    truths, means, covariances = [], [], []
    for k in range(SCANS):
        if k:
            truth = STEP @ truth + np.linalg.cholesky(NOISE) @ chance.standard_normal(6)
            x, P = STEP @ x, STEP @ P @ STEP.T + NOISE
            P = 0.5 * (P + P.T)
        update(seen_by(SITE, truth, chance.standard_normal(4)), x, P, 4)
        truths.append(truth)
        means.append(x.copy())
        covariances.append(P.copy())
    noises = np.broadcast_to(NOISE, (SCANS - 1, 6, 6))
    noted = cubature_filtered(means, covariances, lambda points, _: points @ STEP.T, noises)
    return np.array(truths), *smooth(noted)


@pytest.fixture(scope="module")
def radar_runs() -> tuple[Floats, Floats, Floats]:
    truths, means, covariances = zip(*(radar_run(seed) for seed in range(RUNS)), strict=True)
    return np.array(truths), np.array(means), np.array(covariances)


@pytest.mark.parametrize("scan", [0, 10, 20, 39])
def test_nees_of_a_smoothed_radar_flight_lies_in_its_band(
    radar_runs: tuple[Floats, Floats, Floats], scan: int
) -> None:
    truths, means, covariances = (one[:, scan] for one in radar_runs)
    band = chi_square_band(RUNS, 6, 0.999)  # four looks
    assert band.low < squared_lengths(means - truths, covariances).mean() < band.high


def test_a_smoothed_radar_flight_is_at_the_bound_of_the_whole_interval(
    radar_runs: tuple[Floats, Floats, Floats],
) -> None:
    """Errors in units of the bound, all scans together: 60 runs of some 20 independent
    stretches each leave 1 % of chance."""
    truths, means, _ = radar_runs
    F = np.broadcast_to(STEP, (SCANS, 6, 6)).copy()
    Q = np.broadcast_to(NOISE, (SCANS, 6, 6)).copy()
    F[0], Q[0] = np.eye(6), 0.0
    ratios = []
    for run in range(RUNS):
        J = [information(seen_by(SITE, truth), truth) for truth in truths[run]]
        bound = interval_bound(np.diag(DOUBT**2), F, Q, J)
        ratios.append(squared_lengths(means[run] - truths[run], bound).mean() / 6.0)
    assert np.sqrt(np.mean(ratios)) == pytest.approx(1.0, abs=0.04)


def test_points_carry_the_covariance_between_before_and_after() -> None:
    x, P = np.array([1.0, 2.0]), np.array([[2.0, 0.5], [0.5, 1.0]])
    A = np.array([[1.0, 3.0], [0.0, 2.0]])
    mean, covariance, cross = cubature_ahead(x, P, lambda points, _: points @ A.T, 0)
    np.testing.assert_allclose(mean, A @ x, rtol=1e-12)
    np.testing.assert_allclose(covariance, A @ P @ A.T, rtol=1e-12)
    np.testing.assert_allclose(cross, P @ A.T, rtol=1e-12)
