"""The compiled arithmetic against NumPy, finite differences and exact moments."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from launchwatch.estimation import _kernels

from .observing import infrared_site, radar_site, seen_by, state_near


def covariance_of(seed: int, n: int = 9, scale: float = 1.0) -> np.ndarray:
    factor = np.random.default_rng(seed).standard_normal((n, n))
    return scale * (factor @ factor.T + 0.1 * np.eye(n))


@pytest.mark.parametrize("n", [1, 2, 4, 9])
def test_cholesky_agrees_with_lapack(n: int) -> None:
    P = covariance_of(n, n)
    before, L = P.copy(), np.full((n, n), np.nan)
    assert _kernels.cholesky(P, L)
    np.testing.assert_allclose(L, np.linalg.cholesky(P), rtol=1e-12, atol=1e-12)
    np.testing.assert_array_equal(P, before)


@pytest.mark.parametrize("broken", [-1.0, 0.0, math.nan])
def test_cholesky_says_that_a_matrix_is_no_covariance(broken: float) -> None:
    P = np.eye(3)
    P[1, 1] = broken
    assert not _kernels.cholesky(P, np.empty((3, 3)))


def test_cholesky_refuses_a_correlation_beyond_one() -> None:
    assert not _kernels.cholesky(np.array([[1.0, 1.1], [1.1, 1.0]]), np.empty((2, 2)))


def test_solving_undoes_multiplying() -> None:
    P = covariance_of(3)
    L, b = np.linalg.cholesky(P), np.arange(9.0)
    x = P @ b
    _kernels.solve_cholesky(L, x)
    np.testing.assert_allclose(x, b, atol=1e-9)


def test_cubature_points_keep_mean_and_covariance() -> None:
    P, mean = covariance_of(5), np.arange(9.0)
    points, x, P_again = np.empty((18, 9)), np.empty(9), np.empty((9, 9))
    _kernels.cubature_points(mean, np.linalg.cholesky(P), points)
    _kernels.moments_of_points(points, x, P_again)
    np.testing.assert_allclose(x, mean, atol=1e-12)
    np.testing.assert_allclose(P_again, P, rtol=1e-12, atol=1e-12)


def test_cubature_integrates_cubics_exactly() -> None:
    """Monomials up to the third degree: what the rule promises (Arasaratnam and Haykin)."""
    P, mean = covariance_of(7, 3), np.array([0.5, -1.0, 2.0])
    points = np.empty((6, 3))
    _kernels.cubature_points(mean, np.linalg.cholesky(P), points)
    for i in range(3):
        for j in range(3):
            assert (points[:, i] * points[:, j]).mean() == pytest.approx(
                mean[i] * mean[j] + P[i, j], rel=1e-12
            )
            for k in range(3):
                # E[abc] of a Gaussian: the means' product and each mean with a covariance.
                exact = (
                    mean[i] * mean[j] * mean[k]
                    + mean[i] * P[j, k]
                    + mean[j] * P[i, k]
                    + mean[k] * P[i, j]
                )
                assert points[:, [i, j, k]].prod(1).mean() == pytest.approx(exact, rel=1e-11)


SITES = {
    "radar": radar_site(rate_sigma=None),
    "radar with rate": radar_site(),
    "line of sight": infrared_site(),
}


def innovation(packed: np.ndarray, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    y, H = np.full(4, np.nan), np.full((4, 6), np.nan)
    rows = _kernels.innovate(packed, x, y, H)
    return y[:rows], H[:rows]


@pytest.mark.parametrize("name", SITES)
@settings(max_examples=60, deadline=None)
@given(
    distance=st.floats(5e3, 2e6),
    azimuth=st.floats(0.0, 2 * math.pi),
    elevation=st.floats(0.02, 1.4),
    velocity=st.tuples(*[st.floats(-7e3, 7e3)] * 3),
)
def test_jacobians_are_the_derivatives(
    name: str, distance: float, azimuth: float, elevation: float, velocity: tuple[float, ...]
) -> None:
    """Central differences over 20 m and 20 m/s, against each row's own scale.

    Their own error is (step/level distance)² of a row, below 1e-4 at 5 km and 1.4 rad.
    """
    x = state_near(radar_site(), distance, azimuth, elevation, np.array(velocity))
    packed = seen_by(SITES[name], x)
    y, H = innovation(packed, x)
    np.testing.assert_allclose(y[: 3 if "radar" in name else 2], 0.0, atol=1e-6)
    for column in range(6):
        step = np.zeros(6)
        step[column] = 10.0
        difference = innovation(packed, x - step)[0] - innovation(packed, x + step)[0]
        size = np.linalg.norm(H, axis=1) + 1e-30
        np.testing.assert_allclose(H[:, column] / size, difference / 20.0 / size, atol=1e-3)


@given(turns=st.integers(-2, 2), azimuth=st.floats(-0.01, 0.01))
def test_azimuths_meet_across_north(turns: int, azimuth: float) -> None:
    x = state_near(radar_site(), 1e5, 0.0, 0.5, np.zeros(3))
    packed = seen_by(radar_site(), x)
    packed[15] = azimuth + 2 * math.pi * turns
    y, _ = innovation(packed, x)
    assert y[1] == pytest.approx(azimuth, abs=1e-9)


def test_innovation_covariance_is_h_p_h_plus_r() -> None:
    x = state_near(radar_site(), 4e5, 1.0, 0.3, np.array([1e3, 2e3, 500.0]))
    packed = seen_by(radar_site(), x)
    _, H = innovation(packed, x)
    P, S = covariance_of(11, scale=1e4), np.empty((4, 4))
    _kernels.innovation_covariance(packed, P, H, 4, S)
    np.testing.assert_allclose(S, H @ P[:6, :6] @ H.T + np.diag(packed[18:22] ** 2), rtol=1e-12)


def test_log_gaussian_is_the_density() -> None:
    S, y = covariance_of(13, 4), np.array([1.0, -2.0, 0.5, 0.3])
    for m in (2, 3, 4):
        log, length2 = _kernels.log_gaussian(y, S, m)
        expected2 = y[:m] @ np.linalg.solve(S[:m, :m], y[:m])
        _, log_determinant = np.linalg.slogdet(2 * math.pi * S[:m, :m])
        assert length2 == pytest.approx(expected2)
        assert log == pytest.approx(-0.5 * (expected2 + log_determinant))


def test_log_gaussian_of_no_covariance_is_nan() -> None:
    assert all(math.isnan(one) for one in _kernels.log_gaussian(np.ones(4), -np.eye(4), 3))


@pytest.mark.parametrize("name", SITES)
def test_an_update_leaves_the_measurement_alone(name: str) -> None:
    x = np.r_[state_near(radar_site(), 4e5, 1.0, 0.3, np.ones(3)), np.zeros(3)]
    packed = seen_by(SITES[name], x)
    before = packed.copy()
    _kernels.update(packed, x, 1e4 * np.eye(9), 4)
    np.testing.assert_array_equal(packed, before)


@pytest.mark.parametrize("name", SITES)
@settings(max_examples=40, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    place=st.floats(1e-2, 1e5),
    speed=st.floats(1e-2, 1e3),
    noise=st.tuples(*[st.floats(-4, 4)] * 4),
)
def test_covariance_stays_symmetric_and_positive(
    name: str, seed: int, place: float, speed: float, noise: tuple[float, ...]
) -> None:
    """From priors a thousand times sharper than any radar to a hundred kilometres wide."""
    mean = state_near(radar_site(), 6e5, 1.0, 0.5, np.array([1e3, -2e3, 500.0]))
    scale = np.r_[[place] * 3, [speed] * 3, 1.0, 1.0, 1.0]
    P = covariance_of(seed) * np.outer(scale, scale)
    truth = mean + (np.linalg.cholesky(P) @ np.random.default_rng(seed).standard_normal(9))[:6]
    x = np.r_[mean, np.zeros(3)]
    before = P.copy()
    log, length2 = _kernels.update(seen_by(SITES[name], truth, np.array(noise)), x, P, 4)
    assert math.isfinite(log)
    assert length2 >= 0
    np.testing.assert_array_equal(P, P.T)
    assert np.linalg.eigvalsh(P / np.outer(scale, scale))[0] > 0
    # Measuring never widens: each variance stays or shrinks, to rounding.
    assert (np.diag(P) <= np.diag(before) * (1 + 1e-9)).all()


@pytest.mark.parametrize("broken", [math.nan, math.inf, -1e12])
def test_an_update_of_no_covariance_is_nan_and_no_exception(broken: float) -> None:
    x = np.r_[state_near(radar_site(), 4e5, 1.0, 0.3, np.zeros(3)), np.zeros(3)]
    P = np.eye(9)
    P[0, 0] = broken
    with np.errstate(all="ignore"):  # interpreted, NumPy would warn
        assert math.isnan(_kernels.update(seen_by(radar_site(), x), x, P, 4)[1])


def test_an_update_with_a_measurement_that_is_nan_is_nan() -> None:
    x = np.r_[state_near(radar_site(), 4e5, 1.0, 0.3, np.zeros(3)), np.zeros(3)]
    packed = seen_by(radar_site(), x)
    packed[14] = math.nan
    assert math.isnan(_kernels.update(packed, x, np.eye(9), 4)[1])


def test_interpreted_kernels_give_the_compiled_numbers() -> None:
    """One source, two ways to run it: they may differ in the order of a fused sum, no more."""
    mean = np.r_[
        state_near(radar_site(), 4e5, 1.0, 0.3, np.array([1e3, 2e3, 500.0])), 0.1, 0.2, 0.3
    ]
    scale = np.r_[[1e3] * 3, [1e2] * 3, 1.0, 1.0, 1.0]
    for site in SITES.values():
        packed = seen_by(site, mean + 0.5 * scale)
        found = []
        for update in (_kernels.update, getattr(_kernels.update, "py_func", _kernels.update)):
            x, P = mean.copy(), covariance_of(17) * np.outer(scale, scale)
            found.append((*update(packed, x, P, 4), *x, *P.ravel()))
        np.testing.assert_allclose(found[1], found[0], rtol=1e-9, atol=1e-9)
