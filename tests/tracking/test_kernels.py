"""The bank's compiled arithmetic: fits against SciPy, mixing against its own conservation laws."""

import math

import numpy as np
import pytest
from scipy.optimize import least_squares

from launchwatch.estimation._kernels import innovate
from launchwatch.estimation.measurement import Site
from launchwatch.flight.motion import MANOEUVRE, propagate
from launchwatch.tracking import _kernels, _kernels_fit, _kernels_gate
from launchwatch.tracking.bank import Bank, bank_from, combined, predict, step, unseen_by_infrared
from launchwatch.tracking.models import NOISE, RATES

from .watching import HIGH, coasting, infrared, plot_of, plots_of, radar

STEPS = np.array([10.0, 10.0, 10.0, 1.0, 1.0, 1.0, 1e-3, 1e-3, 1e-3])


def packed_plots(sensor: object, times: list[float], seed: int) -> np.ndarray:
    site = Site(sensor)  # type: ignore[arg-type]
    chance = np.random.default_rng(seed)
    return np.array([site.pack(one) for one in plots_of(sensor, coasting(HIGH), times, chance)])  # type: ignore[arg-type]


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("rate_sigma", [None, 1.0])
def test_a_fit_is_that_of_least_squares(seed: int, rate_sigma: float | None) -> None:
    packed = packed_plots(radar(range_rate_sigma_mps=rate_sigma), [0.2, 1.2, 2.2, 4.2], seed)
    seconds = np.array([-4.0, -3.0, -2.0, 0.0])
    mean = np.r_[coasting(HIGH)(4.2) + 500.0, 0.0, 0.0, 0.0]
    sigma = np.r_[[1e6] * 3, [9e3] * 3, [30.0] * 3]

    def residuals(scaled: np.ndarray) -> np.ndarray:
        x = mean + scaled * sigma
        rows = [scaled]
        for k in range(4):
            y, H = np.empty(4), np.empty((4, 6))
            there = propagate(MANOEUVRE, x[None], seconds[k])[0]
            m = innovate(packed[k], there, y, H)
            rows.append(y[:m] / packed[k, 18 : 18 + m])
        return np.concatenate(rows)

    wanted = least_squares(residuals, np.zeros(9), x_scale=1e-3, xtol=1e-14, ftol=1e-14, gtol=1e-14)
    x, P = mean.copy(), np.empty((9, 9))
    chi2, settled = _kernels_fit.fit(
        MANOEUVRE, packed, seconds, mean, np.diag(sigma**-2.0), STEPS, x, P, np.inf
    )
    assert settled
    # It settles within a thousandth of a unit of cost: 3 % of a sigma.
    off = x - (mean + wanted.x * sigma)
    assert off @ np.linalg.solve(P, off) < 4e-3
    assert chi2 == pytest.approx(2 * wanted.cost - wanted.x @ wanted.x, abs=2e-3)
    covariance = np.linalg.inv(wanted.jac.T @ wanted.jac) * np.outer(sigma, sigma)
    # Their Jacobians are differences over other steps.
    np.testing.assert_allclose(np.diag(P), np.diag(covariance), rtol=1e-2)


def test_a_fit_of_numbers_that_are_none_does_not_settle() -> None:
    packed = packed_plots(radar(), [0.2, 1.2, 2.2], 0)
    packed[1, 14] = math.nan
    x = np.r_[HIGH, 0.0, 0.0, 0.0]
    _, settled = _kernels_fit.fit(
        MANOEUVRE,
        packed,
        np.array([-2.0, -1.0, 0.0]),
        x.copy(),
        np.eye(9),
        STEPS,
        x,
        np.eye(9),
        np.inf,
    )
    assert not settled


def a_bank() -> Bank:
    P = np.diag([300.0] * 3 + [40.0] * 3) ** 2
    return bank_from(HIGH, P, np.array([0.3, 0.4, 0.1, 0.15, 0.05]))


def test_stepping_leaves_the_bank_alone() -> None:
    bank = a_bank()
    kept = [one.copy() for one in bank]
    packed = Site(radar()).pack(plot_of(radar(), coasting(HIGH)(1.0), 1.0))
    step(bank, packed, 1.0)
    predict(bank, 3.0)
    unseen_by_infrared(bank, 0.95)
    for before, after in zip(kept, bank, strict=True):
        np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("seconds", [1e-6, 0.5, 7.0, 60.0])
def test_probabilities_sum_to_one_and_covariances_stay(seconds: float) -> None:
    ahead = predict(a_bank(), seconds)
    assert ahead.w.sum() == pytest.approx(1.0, abs=1e-12)
    assert (ahead.w > 0).all()
    for P in ahead.P:
        np.testing.assert_array_equal(P, P.T)
        np.linalg.cholesky(P)


def test_mixing_keeps_the_whole_banks_mean_and_covariance() -> None:
    """In no time at all nothing moves: position and velocity of the whole are conserved."""
    x, P = combined(a_bank())
    x_ahead, P_ahead = combined(predict(a_bank(), 1e-9))
    np.testing.assert_allclose(x_ahead, x, atol=1e-5)
    np.testing.assert_allclose(P_ahead, P, rtol=1e-6, atol=1e-3)


def test_the_combination_is_the_mixtures_moments() -> None:
    bank = a_bank()
    bank.X[:, :6] += np.random.default_rng(2).normal(0.0, 100.0, (5, 6))
    x, P = combined(bank)
    mean = bank.w @ bank.X[:, :6]
    spread = bank.X[:, :6] - mean
    np.testing.assert_allclose(x, mean)
    wanted = np.einsum("j,jab->ab", bank.w, bank.P[:, :6, :6]) + (bank.w * spread.T) @ spread
    np.testing.assert_allclose(P, wanted, rtol=1e-9, atol=1e-6)


def test_rates_lead_somewhere_and_never_from_a_model_to_itself() -> None:
    assert (RATES >= 0).all()
    for rates in RATES:
        assert not np.diag(rates).any()
        assert (rates.sum(1) > 0).all()


def test_a_plot_of_a_hot_motor_speaks_for_boost() -> None:
    eye = infrared()
    bank, _, _ = step(a_bank(), Site(eye).pack(plot_of(eye, coasting(HIGH)(1.0), 1.0)), 1.0)
    assert bank.w[0] > 0.9
    assert unseen_by_infrared(bank, 0.95).w[0] < bank.w[0]


def test_the_likelihood_is_that_of_the_mixture() -> None:
    """Model by model with NumPy: ln Σ wⱼ N(yⱼ; 0, Sⱼ) after the models have mixed."""
    packed = Site(radar()).pack(
        plot_of(radar(), coasting(HIGH)(1.0), 1.0, np.array([1.0, -0.5, 0.3, 0.7]))
    )
    ahead = predict(a_bank(), 1.0)
    _, log_likelihood, length2 = step(a_bank(), packed, 1.0)
    total, nearest = 0.0, math.inf
    for j in range(5):
        y, H = np.empty(4), np.empty((4, 6))
        innovate(packed, ahead.X[j], y, H)
        S = H @ ahead.P[j, :6, :6] @ H.T + np.diag(packed[18:] ** 2)
        here = y @ np.linalg.solve(S, y)
        total += ahead.w[j] * math.exp(-0.5 * here) / math.sqrt(np.linalg.det(2 * math.pi * S))
        nearest = min(nearest, here)
    assert log_likelihood == pytest.approx(math.log(total), abs=1e-6)
    assert length2 == pytest.approx(nearest, abs=1e-6)


def test_the_coarse_gate_measures_from_a_straight_line() -> None:
    packed = Site(radar()).pack(plot_of(radar(), HIGH, 0.0, np.array([2.0, 0.0, 0.0, 0.0])))
    out = np.empty(2)
    x = np.array([HIGH, HIGH + np.r_[np.zeros(3), 50.0, 0.0, 0.0]])
    x[1, :3] -= 2.0 * x[1, 3:]
    P = np.array([1e-6 * np.eye(6)] * 2)
    _kernels_gate.distances(packed, np.array([0.0, 2.0]), x, P, 0.0, out)
    y, H = np.empty(4), np.empty((4, 6))
    innovate(packed, HIGH, y, H)
    assert out[0] == pytest.approx((y**2 / packed[18:] ** 2).sum(), rel=1e-4)
    innovate(packed, HIGH + np.r_[np.zeros(3), 50.0, 0.0, 0.0], y, H)
    assert out[1] == pytest.approx((y**2 / packed[18:] ** 2).sum(), rel=1e-3)


def test_a_motor_that_nobody_measures_carries_no_track_off() -> None:
    x = np.r_[coasting(HIGH)(0.0), _kernels.LOG_THRUST, math.log(0.1), 0.0]
    # An angle says so little of the speed along it, and of how the thrust grows.
    P = np.diag(np.r_[[5e3] * 3, [600.0] * 3, 1.0, 1.5, 1.0] ** 2)
    fastest = np.linalg.norm(x[3:6])
    for second in range(1, 21):
        assert _kernels.predict_one(0, x, P, 1.0, NOISE)
        # The mean of samples cannot gain more than the strongest of them: the bound, and gravity.
        assert np.linalg.norm(x[3:6]) < fastest + (math.exp(_kernels.MOST_THRUST) + 10.0) * second
        assert x[6] <= _kernels.MOST_THRUST
    assert math.sqrt(P[3, 3]) < 20 * 300.0
