"""A row of plots through one compiled filter: against other arithmetic, and what it refuses."""

import runpy
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp

from launchwatch.constants import EARTH_ROTATION
from launchwatch.earth.gravity import gravity
from launchwatch.errors import InputError, NotPositiveDefinite
from launchwatch.estimation import _kernels, _kernels_coast
from launchwatch.estimation.bound import information, posterior_bound
from launchwatch.estimation.consistency import chi_square_band, squared_lengths
from launchwatch.estimation.gaussian import gaussian
from launchwatch.estimation.kalman import kalman_predict
from launchwatch.estimation.sequence import filtered, radar_plots
from launchwatch.flight.motion import COAST, propagate

from .observing import infrared_site, radar_site, seen_by, state_near

EXAMPLES = Path(__file__).parents[2] / "docs/examples"
SITE = radar_site(rate_sigma=None, sigma_deg=0.05)
START = state_near(SITE, 4e5, 5.5, 0.35, SITE.rotation.T @ [2000.0, -500.0, 1500.0])
DOUBT = np.r_[[1e3] * 3, [100.0] * 3]
SITES = {
    "radar": SITE,
    "radar with rate": radar_site(),
    "line of sight": infrared_site(),
}
COASTING = np.r_[START, np.log(1e30), 0.0, 0.0]
"""The same state where the air is not felt, for the models of nine numbers."""


def carried(state: np.ndarray, seconds: float) -> tuple[np.ndarray, np.ndarray]:
    """Give a state later, and its transition, by the kernel."""
    x, F = state.copy(), np.eye(6)
    work = np.empty((_kernels_coast.WORK, 6))
    for _ in range(round(seconds)):
        _kernels_coast.propagate(x, 1.0, work)
        F = work[:6] @ F
    return x, F


def truths(count: int) -> np.ndarray:
    """Give where the body is after 1, 2, ... seconds."""
    states = [START]
    for _ in range(count):
        states.append(carried(states[-1], 1.0)[0])
    return np.array(states[1:])


def fall(_: float, state: np.ndarray) -> np.ndarray:
    r, v = state[:3], state[3:]
    omega = np.array([0.0, 0.0, EARTH_ROTATION])
    turned = -2.0 * np.cross(omega, v) - np.cross(omega, np.cross(omega, r))
    return np.concatenate([v, gravity(r) + turned])


def test_states_move_as_an_independent_integrator_moves_them() -> None:
    """Steps of a second against an adaptive rule of order 8: a tenth of a millimetre in 400 s."""
    wanted = solve_ivp(fall, (0.0, 400.0), START, method="DOP853", rtol=1e-13, atol=1e-7).y[:, -1]
    x = START.copy()
    _kernels_coast.propagate(x, 400.0, np.empty((_kernels_coast.WORK, 6)))
    np.testing.assert_allclose(x[:3], wanted[:3], atol=1e-4)
    np.testing.assert_allclose(x[3:], wanted[3:], atol=1e-6)


@pytest.mark.parametrize("seconds", [0.3, 1.0, 77.7, -20.0])
def test_states_move_as_those_of_nine_numbers_do(seconds: float) -> None:
    """One rule in two rooms that may not share it: to the last bits."""
    x = START.copy()
    _kernels_coast.propagate(x, seconds, np.empty((_kernels_coast.WORK, 6)))
    np.testing.assert_allclose(x, propagate(COAST, COASTING[None], seconds)[0, :6], rtol=1e-14)


def test_the_transition_is_the_derivative_of_the_motion() -> None:
    """Over 100 s, against differences whose own error is 1e-7."""
    F = carried(START, 100.0)[1]
    steps = np.r_[[100.0] * 3, [1.0] * 3]
    for column in range(6):
        step = np.zeros(6)
        step[column] = steps[column]
        ahead, behind = carried(START + step, 100.0)[0], carried(START - step, 100.0)[0]
        difference = (ahead - behind) / (2.0 * steps[column])
        np.testing.assert_allclose(F[:, column], difference, atol=2e-7 * np.abs(difference).max())


def test_a_long_step_is_many_short_ones() -> None:
    covariances = []
    for parts in (1, 7):
        x, P = START.copy(), np.diag(DOUBT**2)
        for _ in range(parts):
            _kernels_coast.predict(x, P, 7.0 / parts, 0.1, np.empty((_kernels_coast.WORK, 6)))
        covariances.append(P)
    np.testing.assert_allclose(covariances[0], covariances[1], rtol=1e-12)


def test_a_prediction_is_kalmans() -> None:
    prior = gaussian(START, np.diag(DOUBT**2))
    x, P = prior.mean.copy(), prior.covariance.copy()
    _kernels_coast.predict(x, P, 1.0, 0.2, np.empty((_kernels_coast.WORK, 6)))
    q = np.kron(np.array([[1 / 3, 1 / 2], [1 / 2, 1.0]]), 0.2 * np.eye(3))
    wanted = kalman_predict(prior, carried(START, 1.0)[1], q)
    np.testing.assert_allclose(P, wanted.covariance, rtol=1e-12, atol=1e-9)


@pytest.mark.parametrize("name", SITES)
@pytest.mark.parametrize("iterations", [1, 4])
def test_an_update_is_that_of_the_general_kernel(name: str, iterations: int) -> None:
    """Whitened here, Joseph's form there: ten digits of twelve agree."""
    packed = seen_by(SITES[name], START + DOUBT, np.array([0.5, -1.0, 0.3, 0.8]))
    found = []
    for module in (_kernels, _kernels_coast):
        x, P = START.copy(), np.diag(DOUBT**2)
        if module is _kernels:
            said = module.update(packed, x, P, iterations)
        else:
            work = np.empty((_kernels_coast.WORK, 6))
            said = _kernels_coast.update(packed, x, P, iterations, work)
        found.append((said, x, P))
    (said, x, P), (said_again, x_again, P_again) = found
    scale = np.sqrt(np.diag(P))
    np.testing.assert_allclose(said_again, said, rtol=1e-8)
    # Where to stop iterating is decided a little differently: a hundredth of a sigma.
    np.testing.assert_allclose((x_again - x) / scale, 0.0, atol=1e-2)
    np.testing.assert_allclose((P_again - P) / np.outer(scale, scale), 0.0, atol=1e-2)
    np.testing.assert_array_equal(P_again, P_again.T)


RUNS, SCANS = 100, 100


@pytest.fixture(scope="module")
def runs() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Errors, covariances and NIS of a filter whose prior holds: (RUNS, SCANS, ...)."""
    chance, states = np.random.default_rng(11), truths(SCANS)
    seconds = np.arange(1.0, SCANS + 1)
    found = []
    for _ in range(RUNS):
        plots = [seen_by(SITE, state, chance.standard_normal(4)) for state in states]
        prior = gaussian(START + DOUBT * chance.standard_normal(6), np.diag(DOUBT**2))
        found.append(filtered(plots, seconds, prior))
    means, covariances, _, _, lengths2 = (np.array(part) for part in zip(*found, strict=True))
    return means - states, covariances, lengths2


@pytest.mark.compiled
@pytest.mark.parametrize("scan", [0, 9, 99])
def test_it_is_as_sure_as_it_may_be(
    runs: tuple[np.ndarray, np.ndarray, np.ndarray], scan: int
) -> None:
    band = chi_square_band(RUNS, 6, 0.999)
    assert band.low < squared_lengths(runs[0][:, scan], runs[1][:, scan]).mean() < band.high


@pytest.mark.compiled
def test_innovations_are_what_they_should_be(
    runs: tuple[np.ndarray, np.ndarray, np.ndarray],
) -> None:
    band = chi_square_band(RUNS * SCANS, 3, 0.99)
    assert band.low < runs[2].mean() < band.high


@pytest.mark.compiled
def test_its_errors_are_the_bounds(runs: tuple[np.ndarray, np.ndarray, np.ndarray]) -> None:
    """Of 600 squares the root mean has a chance error of 3 %: within three of these."""
    states = truths(SCANS)
    transitions = [carried(one, 1.0)[1] for one in [START, *states[:-1]]]
    told = [information(seen_by(SITE, one), one) for one in states]
    bounds = posterior_bound(np.diag(DOUBT**2), transitions, np.zeros((SCANS, 6, 6)), told)
    for scan in (9, 49, 99):
        stated = np.broadcast_to(bounds[scan], (RUNS, 6, 6))
        ratio = np.sqrt(squared_lengths(runs[0][:, scan], stated).mean() / 6.0)
        assert 0.91 < ratio < 1.09


def test_arguments_are_left_alone_and_sensors_may_mix() -> None:
    states = truths(3)
    plots = np.array([seen_by(site, one) for site, one in zip(SITES.values(), states, strict=True)])
    prior, seconds = gaussian(START + 10.0, np.diag(DOUBT**2)), np.arange(1.0, 4.0)
    kept = [one.copy() for one in (plots, seconds, *prior)]
    found = filtered(plots, seconds, prior)
    for before, after in zip(kept, (plots, seconds, *prior), strict=True):
        np.testing.assert_array_equal(before, after)
    assert np.isfinite(found.innovations).sum(axis=1).tolist() == [3, 4, 2]
    # The plots are perfect, so the errors are the prior's, shrunk.
    assert (np.abs(found.means[-1] - states[-1]) < 10.0).all()


def test_one_scan_of_two_radars_has_one_time() -> None:
    (state,) = truths(1)
    plots = [seen_by(site, state) for site in (SITE, radar_site())]
    found = filtered(plots, [1.0, 1.0], gaussian(START, np.diag(DOUBT**2)))
    assert np.trace(found.covariances[1]) < np.trace(found.covariances[0])


def test_what_does_not_fit_is_refused_by_name() -> None:
    prior, plot = gaussian(START, np.diag(DOUBT**2)), seen_by(SITE, START)
    with pytest.raises(InputError, match=r"\(k, 22\)"):
        filtered([plot[:21]], [1.0], prior)
    with pytest.raises(InputError, match=r"\(k, 22\)"):
        filtered(np.empty((0, 22)), [], prior)
    with pytest.raises(InputError, match="plot 1 has numbers that are not finite"):
        filtered([plot, np.full(22, np.nan)], [1.0, 2.0], prior)
    with pytest.raises(InputError, match="plot 1 of 2"):
        filtered([plot, plot], [2.0, 1.0], prior)
    with pytest.raises(InputError, match="six numbers, got 9"):
        filtered([plot], [1.0], gaussian(np.ones(9), np.eye(9)))
    with pytest.raises(InputError, match="noise"):
        filtered([plot], [1.0], prior, noise=-1.0)
    with pytest.raises(InputError, match=r"\(k, 3\)"):
        radar_plots((0.0, 0.0, 0.0), [[1.0, 2.0]], [1.0, 1.0])
    with pytest.raises(InputError, match="above nought"):
        radar_plots((0.0, 0.0, 0.0), [[1.0, 2.0, 3.0]], [1.0, 1.0, 0.0])


def test_a_covariance_that_is_lost_is_named() -> None:
    """A radar at the body itself has no direction to measure."""
    plot = seen_by(SITE, START)
    here = plot.copy()
    here[2:5] = START[:3]
    with np.errstate(all="ignore"), pytest.raises(NotPositiveDefinite, match="plot 1 of 2"):
        filtered([plot, here], [0.0, 0.0], gaussian(START, np.diag(DOUBT**2)))


@pytest.mark.parametrize("name", SITES)
@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    place=st.floats(1e-2, 1e6),
    speed=st.floats(1e-2, 3e3),
    noise=st.tuples(*[st.floats(-4, 4)] * 4),
)
def test_a_covariance_stays_symmetric_and_positive(
    name: str, seed: int, place: float, speed: float, noise: tuple[float, ...]
) -> None:
    """From priors a thousand times sharper than any radar to a thousand kilometres wide.

    The prior's own numbers are correlated up to 0.99 and more. Rounding leaves 1e-16 of the
    prior's variance, which the sharpest plot here shrinks by 1e-9.
    """
    factor = np.random.default_rng(seed).standard_normal((6, 6))
    scale = np.r_[[place] * 3, [speed] * 3]
    P = (factor @ factor.T + 0.1 * np.eye(6)) * np.outer(scale, scale)
    before, x, work = P.copy(), START.copy(), np.empty((_kernels_coast.WORK, 6))
    log, length2 = _kernels_coast.update(
        seen_by(SITES[name], START, np.array(noise)), x, P, 4, work
    )
    assert np.isfinite(log)
    assert length2 >= 0.0
    np.testing.assert_array_equal(P, P.T)
    sigma = np.sqrt(np.diag(P))
    assert np.linalg.eigvalsh(P / np.outer(sigma, sigma))[0] > 0.0
    assert (np.diag(P) <= np.diag(before) * (1 + 1e-9)).all()


@pytest.mark.parametrize("broken", [np.nan, -1e12])
def test_an_update_of_no_covariance_changes_nothing(broken: float) -> None:
    x, P = START.copy(), np.diag(DOUBT**2)
    P[0, 0] = broken
    before = P.copy()
    work = np.empty((_kernels_coast.WORK, 6))
    with np.errstate(all="ignore"):  # interpreted, NumPy would warn
        said = _kernels_coast.update(seen_by(SITE, START), x, P, 4, work)
    assert np.isnan(said).all()
    np.testing.assert_array_equal(x, START)
    np.testing.assert_array_equal(P, before)


def test_bare_numbers_pack_as_a_sensors_plots_do() -> None:
    """Azimuth, elevation and place in radians here, in degrees at the door there."""
    place = (np.radians(37.9), np.radians(128.2), 900.0)
    for site in (SITE, radar_site(sigma_deg=0.05)):
        wanted = seen_by(site, START)
        width = 3 if wanted[0] == _kernels.RADAR else 4
        found = radar_plots(place, wanted[None, 14 : 14 + width], wanted[18 : 18 + width])
        kept = np.r_[0, 2 : 18 + width]
        np.testing.assert_allclose(found[0, kept], wanted[kept], rtol=1e-13)


def test_the_example_of_the_docs_runs(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(EXAMPLES / "filter.py"))
    assert capsys.readouterr().out == "1653.2 m/s ± 1.7, 59 m\n"
