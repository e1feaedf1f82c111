"""Updates against closed forms, against each other, and against sampled posteriors."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from launchwatch.errors import InputError, NotPositiveDefinite
from launchwatch.estimation._kernels import innovate
from launchwatch.estimation.gaussian import gaussian
from launchwatch.estimation.kalman import ekf_update, kalman_predict, kalman_update

from .observing import infrared_site, radar_site, seen_by, state_near

SITES = {
    "radar": radar_site(rate_sigma=None),
    "radar with rate": radar_site(),
    "line of sight": infrared_site(),
}


@given(seed=st.integers(0, 1000), m=st.integers(1, 4))
@settings(max_examples=40, deadline=None)
def test_an_update_is_the_closed_form(seed: int, m: int) -> None:
    """In information form, which shares no step with the gain's."""
    chance = np.random.default_rng(seed)
    factor = chance.standard_normal((5, 5))
    P, R = factor @ factor.T + np.eye(5), np.diag(chance.uniform(0.5, 2.0, m))
    H, x, z = chance.standard_normal((m, 5)), chance.standard_normal(5), chance.standard_normal(m)
    found = kalman_update(gaussian(x, P), z - H @ x, H, R)
    wanted_P = np.linalg.inv(np.linalg.inv(P) + H.T @ np.linalg.inv(R) @ H)
    wanted_x = wanted_P @ (np.linalg.inv(P) @ x + H.T @ np.linalg.inv(R) @ z)
    np.testing.assert_allclose(found.posterior.covariance, wanted_P, atol=1e-9)
    np.testing.assert_allclose(found.posterior.mean, wanted_x, atol=1e-9)
    S = H @ P @ H.T + R
    y = z - H @ x
    assert found.length2 == pytest.approx(y @ np.linalg.solve(S, y))
    assert found.log_likelihood == pytest.approx(
        -0.5 * (found.length2 + np.linalg.slogdet(2 * np.pi * S)[1])
    )


@pytest.mark.parametrize("name", SITES)
def test_the_extended_filter_is_kalmans_where_all_is_linear(name: str) -> None:
    """A metre of doubt at 600 km: what bends is (1/6e5)² of it, so nine digits agree."""
    mean = state_near(radar_site(), 6e5, 5.0, 0.4, np.array([1e3, -2e3, 500.0]))
    factor = np.random.default_rng(1).standard_normal((6, 6))
    prior = gaussian(mean, factor @ factor.T + np.eye(6))
    # The measurement lies where the doubt is: the innovation is as small as the prior.
    truth = mean + np.linalg.cholesky(prior.covariance) @ np.array([1, -1, 2, 0.5, -2, 1.0])
    packed = seen_by(SITES[name], truth)
    found = ekf_update(prior, packed, iterations=1)
    again = ekf_update(prior, packed, iterations=4)
    y, H = np.zeros(4), np.zeros((4, 6))
    # Differences instead of the kernel's own Jacobian.
    rows = innovate(packed, mean, y, H)
    for column in range(6):
        step = np.zeros(6)
        step[column] = 1.0
        ahead, behind, unused = np.zeros(4), np.zeros(4), np.zeros((4, 6))
        innovate(packed, mean + step, ahead, unused)
        innovate(packed, mean - step, behind, unused)
        H[:, column] = (behind - ahead) / 2.0
    wanted = kalman_update(prior, y[:rows], H[:rows], np.diag(packed[18 : 18 + rows] ** 2))
    for one in (found, again):
        np.testing.assert_allclose(one.posterior.mean, wanted.posterior.mean, atol=1e-3)
        np.testing.assert_allclose(
            one.posterior.covariance, wanted.posterior.covariance, rtol=1e-4, atol=1e-3
        )
        assert one.log_likelihood == pytest.approx(wanted.log_likelihood, abs=1e-3)
        assert one.length2 == pytest.approx(wanted.length2, abs=1e-3)


@pytest.mark.compiled
@pytest.mark.parametrize("name", ["radar", "radar with rate"])
def test_an_update_agrees_with_the_sampled_posterior(name: str) -> None:
    """A prior wider than the beam: 3 km against 0.7 km across, and mildly bent.

    Importance sampling with 400,000 draws from the prior, of which some 2,000 count: means
    are good to 1/√2000 of a sigma, sigmas to 2 %.
    """
    chance = np.random.default_rng(7)
    mean = state_near(radar_site(), 6e5, 0.7, 0.4, np.array([1e3, -2e3, 500.0]))
    P = np.diag([3e3] * 3 + [300.0] * 3) ** 2
    truth = mean + np.sqrt(np.diag(P)) * np.array([0.5, -0.8, 0.3, 0.4, -0.3, 0.6])
    packed = seen_by(SITES[name], truth, np.array([0.5, -0.5, 0.3, 0.2]))
    # Coarser ranges and rates leave enough samples with weight.
    packed[18], packed[21] = 800.0, 60.0
    posterior = ekf_update(gaussian(mean, P), packed).posterior
    samples = mean + chance.standard_normal((400_000, 6)) * np.sqrt(np.diag(P))
    site = SITES[name]
    offset = samples[:, :3] - site.position
    east, north, up = (offset @ site.rotation.T).T
    distance = np.linalg.norm(offset, axis=1)
    measured = [
        distance,
        np.arctan2(east, north),
        np.arctan2(up, np.hypot(east, north)),
        (offset * samples[:, 3:]).sum(1) / distance,
    ]
    log = np.zeros(len(samples))
    for row in range(3 if name == "radar" else 4):
        turn = packed[14 + row] - measured[row]
        if row == 1:
            turn = (turn + np.pi) % (2 * np.pi) - np.pi
        log -= 0.5 * (turn / packed[18 + row]) ** 2
    weight = np.exp(log - log.max())
    weight /= weight.sum()
    assert 1.0 / (weight**2).sum() > 1000
    center = weight @ samples
    sigma = np.sqrt(weight @ (samples - center) ** 2)
    found = np.sqrt(np.diag(posterior.covariance))
    assert (np.abs(posterior.mean - center) < 0.1 * sigma).all()
    np.testing.assert_allclose(found, sigma, rtol=0.06)


def test_iterating_helps_where_the_prior_is_wide() -> None:
    """100 km of doubt and a radar that hears its range to 30 m: one step lands off the shell."""
    site = radar_site()
    mean = state_near(site, 3e5, 0.7, 0.4, np.zeros(3))
    truth = mean + np.array([6e4, -5e4, 4e4, 0, 0, 0])
    prior = gaussian(mean, np.diag([1e5] * 3 + [1e3] * 3) ** 2)
    packed = seen_by(site, truth)

    def miss(iterations: int) -> float:
        return float(
            np.linalg.norm((ekf_update(prior, packed, iterations).posterior.mean - truth)[:3])
        )

    assert miss(4) < 30.0 < miss(1)


def test_arguments_are_left_alone() -> None:
    site = radar_site()
    mean = state_near(site, 3e5, 0.7, 0.4, np.zeros(3))
    prior = gaussian(mean, 1e4 * np.eye(6))
    packed = seen_by(site, mean + 10.0)
    kept = [one.copy() for one in (prior.mean, prior.covariance, packed)]
    ekf_update(prior, packed)
    kalman_update(prior, np.ones(2), np.ones((2, 6)), np.eye(2))
    kalman_predict(prior, np.eye(6), np.eye(6))
    for before, after in zip(kept, (prior.mean, prior.covariance, packed), strict=True):
        np.testing.assert_array_equal(before, after)


def test_prediction_adds_what_the_motion_adds() -> None:
    prior = gaussian([1.0, 2.0], [[4.0, 1.0], [1.0, 3.0]])
    ahead = kalman_predict(prior, [[1.0, 0.5], [0.0, 1.0]], 0.1 * np.eye(2))
    np.testing.assert_allclose(ahead.mean, [2.0, 2.0])
    np.testing.assert_allclose(ahead.covariance, [[5.85, 2.5], [2.5, 3.1]])


def test_what_does_not_fit_is_refused_by_name() -> None:
    prior = gaussian(np.zeros(6), np.eye(6))
    with pytest.raises(InputError, match=r"H must be finite and have shape \(1, 6\)"):
        kalman_update(prior, [0.0], np.ones((1, 5)), [[1.0]])
    with pytest.raises(InputError, match="22 finite numbers"):
        ekf_update(prior, np.zeros(21))
    with pytest.raises(InputError, match="22 finite numbers"):
        ekf_update(prior, np.full(22, np.nan))
    with pytest.raises(InputError, match="position and velocity"):
        ekf_update(gaussian([0.0], [[1.0]]), np.zeros(22))
    with pytest.raises(NotPositiveDefinite):
        kalman_update(prior, [0.0], np.ones((1, 6)), [[-1e3]])
    with pytest.raises(NotPositiveDefinite):
        kalman_predict(prior, np.eye(6), -2.0 * np.eye(6))


def test_a_sensor_at_the_state_itself_gives_no_nonsense() -> None:
    """Range zero has no direction: refused, whatever the arithmetic made of it."""
    site = radar_site()
    state = np.r_[site.position, np.zeros(3)]
    packed = seen_by(site, state + 1.0)
    # Interpreted, NumPy would warn of what compiled kernels divide by.
    with np.errstate(all="ignore"), pytest.raises((NotPositiveDefinite, InputError)):
        ekf_update(gaussian(state, np.eye(6)), packed)
