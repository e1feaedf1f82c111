"""Biases found from common tracks, their covariances true, and what cannot be known left open."""

import numpy as np
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray

from launchwatch.errors import InputError
from launchwatch.estimation._kernels import innovate
from launchwatch.estimation.clocks import clocks_of, judged, opened
from launchwatch.estimation.consistency import chi_square_band, squared_lengths
from launchwatch.estimation.gaussian import gaussian
from launchwatch.estimation.kalman import kalman_predict, kalman_update
from launchwatch.estimation.measurement import Site
from launchwatch.estimation.registration import (
    BiasEstimate,
    Lesson,
    bias_sigmas,
    corrected,
    drifted,
    fused,
    learnt,
    lesson_of,
    predicted_sensitivity,
    prior,
    sensitivity_of_plot,
    site_axes,
    updated_sensitivity,
)
from launchwatch.flight.motion import COAST, propagate
from launchwatch.messages.sensor import Infrared, Radar, Sensor

from .observing import infrared_site, radar_site, seen_by, state_near

Floats = NDArray[np.float64]

STATED = {"bias_sigma_m": 50.0, "bias_sigma_deg": 0.1, "clock_sigma_s": 0.05}
NORTH = replace(radar_site().sensor, id="north", **STATED)
SOUTH = replace(NORTH, id="south", latitude_deg=35.6, longitude_deg=127.6)
ABOVE = replace(infrared_site().sensor, id="above", bias_sigma_deg=0.03, clock_sigma_s=0.05)
SENSORS: tuple[Sensor, ...] = (NORTH, SOUTH, ABOVE)

START = state_near(Site(NORTH), 300e3, 5.8, 0.4, np.array([-1200.0, -1500.0, 900.0]))
DOUBT = np.r_[[500.0] * 3, [50.0] * 3]
RUNS, SECONDS = 60, 40


def flown(states: Floats, seconds: float) -> Floats:
    """Let states (n, 6) coast above the air."""
    heavy = np.column_stack([states, np.full((len(states), 3), [np.log(1e6), 0.0, 0.0])])
    return np.asarray(propagate(COAST, heavy, seconds)[:, :6])


def moved(x: Floats, seconds: float) -> tuple[Floats, Floats]:
    """Give a state some seconds later and its derivative by now's."""
    steps = np.diag(np.r_[[10.0] * 3, [0.1] * 3])
    ahead = flown(np.concatenate([x + steps, x - steps, x[None]]), seconds)
    return ahead[12], (ahead[:6] - ahead[6:12]).T / (2.0 * np.diag(steps))


def rate_of(x: Floats) -> Floats:
    """Give velocity and acceleration."""
    return np.asarray((flown(x[None], 0.01) - flown(x[None], -0.01))[0] / 0.02)


def biased(sensor: Sensor, state: Floats, bias: Floats, noise: Floats) -> Floats:
    """Give what a biased sensor measures of a thing: independent of what takes biases off."""
    late = flown(state[None], -float(bias[3]))[0]
    packed = seen_by(Site(replace(sensor, bias_sigma_deg=0.0)), late, noise)
    packed[18:22] = np.where(packed[18:22] > 0, packed[18:22], 1.0)
    if isinstance(sensor, Radar):
        packed[14:17] += bias[:3]
        packed[18] = sensor.range_sigma_m
        return packed
    turn = site_axes(sensor).T @ bias[:3]
    frame = packed[5:14].reshape(3, 3)
    packed[5:14] = (frame + np.cross(turn, frame)).ravel()
    return packed


class Run:
    """One flight seen once a second by each of some sensors with biases drawn from the prior."""

    def __init__(self, seed: int, sensors: tuple[Sensor, ...], *, registered: bool) -> None:
        chance = np.random.default_rng(seed)
        self.estimate = prior(sensors)
        self.truth = START.copy()
        sigmas = np.sqrt(np.diag(self.estimate.covariance))
        self.biases = sigmas * chance.standard_normal(len(sigmas))
        self.track = gaussian(START + DOUBT * chance.standard_normal(6), np.diag(DOUBT**2))
        self.D = np.zeros((6, len(sigmas)))
        self.registered = registered
        self.applied = np.zeros(6)
        for _ in range(SECONDS):
            for at, sensor in enumerate(sensors):
                self._pass(1.0 / len(sensors))
                self._see(sensor, at, chance.standard_normal(4))

    def _pass(self, seconds: float) -> None:
        self.truth = flown(self.truth[None], seconds)[0]
        x, F = moved(self.track.mean, seconds)
        ahead = kalman_predict(self.track, F, np.eye(6) * 1e-12)
        self.track = gaussian(x, ahead.covariance)
        self.D = predicted_sensitivity(self.D, F)
        self.applied = F @ self.applied

    def _see(self, sensor: Sensor, at: int, noise: Floats) -> None:
        own = slice(4 * at, 4 * at + 4)
        b, B = self.estimate.mean, self.estimate.covariance
        packed = biased(sensor, self.truth, self.biases[own], noise)
        y, H = np.empty(4), np.zeros((4, 6))
        if self.registered:
            # The track as it would be had all its plots been corrected by today's estimate.
            x, _ = fused(
                self.track.mean, self.track.covariance, self.D, self.applied, self.estimate
            )
            self.track, self.applied = self.track._replace(mean=x), self.D @ b
            packed = corrected(packed, site_axes(sensor), b[own])
        m = innovate(packed, self.track.mean, y, H)
        y, H, P = y[:m], H[:m], self.track.covariance
        R = np.diag(packed[18 : 18 + m] ** 2)
        E = sensitivity_of_plot(packed, site_axes(sensor), H, rate_of(self.track.mean))
        if not self.registered:
            # What is commonly done: a bias is one more error of each plot.
            self.track = kalman_update(self.track, y, H, R + E @ B[own, own] @ E.T).posterior
            return
        y -= E[:, 3] * b[own][3]
        S = H @ P @ H.T + R
        self.estimate, _ = learnt(self.estimate, lesson_of(y, S, H, self.D, E, at))
        K = np.linalg.solve(S, H @ P).T
        self.track = kalman_update(self.track, y, H, R).posterior
        self.D = updated_sensitivity(self.D, K, H, E, at)
        self.applied = self.D @ b

    def errors(self) -> tuple[Floats, Floats]:
        x, P = self.track.mean, self.track.covariance
        if self.registered:
            x, P = fused(x, P, self.D, self.applied, self.estimate)
        return x - self.truth, P


@pytest.fixture(scope="module")
def runs() -> list[Run]:
    return [Run(seed, SENSORS, registered=True) for seed in range(RUNS)]


def test_errors_of_the_track_lie_within_its_covariance(runs: list[Run]) -> None:
    errors, covariances = zip(*(run.errors() for run in runs), strict=True)
    band = chi_square_band(RUNS, 6, 0.999)
    assert band.low < squared_lengths(errors, covariances).mean() < band.high


def test_errors_of_the_biases_lie_within_their_covariance(runs: list[Run]) -> None:
    errors = [run.estimate.mean - run.biases for run in runs]
    band = chi_square_band(RUNS, len(errors[0]), 0.999)
    found = squared_lengths(errors, [run.estimate.covariance for run in runs]).mean()
    assert band.low < found < band.high


def test_what_common_tracks_tell_is_learnt(runs: list[Run]) -> None:
    """Two radars 270 km apart tell their turns apart, and an infrared sensor takes theirs."""
    before = np.sqrt(np.diag(prior(SENSORS).covariance))
    after = np.sqrt(np.diag(runs[0].estimate.covariance))
    assert (after[[1, 5]] < 0.6 * before[[1, 5]]).all()
    assert (after <= before * (1.0 + 1e-9)).all()


def test_a_bias_taken_for_noise_makes_a_track_far_too_sure() -> None:
    """What registration is for: the same flights, biases averaged away as if they were noise."""
    plain = [Run(seed, SENSORS, registered=False) for seed in range(20)]
    errors, covariances = zip(*(run.errors() for run in plain), strict=True)
    assert squared_lengths(errors, covariances).mean() > 3.0 * 6.0


def test_a_single_radar_learns_nothing_of_its_place_and_clock() -> None:
    """A turn of the radar, or a fast clock, turns or shifts the flight: nobody could tell."""
    run = Run(1, (NORTH,), registered=True)
    before = np.sqrt(np.diag(prior((NORTH,)).covariance))
    after = np.sqrt(np.diag(run.estimate.covariance))
    # The prior's 500 m at 300 km are 0.1°: as much is learnt of the turn, and no more.
    assert (after[1:3] > 0.5 * before[1:3]).all()
    assert after[3] > 0.95 * before[3]


@pytest.mark.parametrize("sensor", SENSORS, ids=lambda one: one.id)
def test_what_a_bias_does_is_taken_off_again(sensor: Sensor) -> None:
    bias = np.r_[bias_sigmas(sensor)[:3] * [1.0, -2.0, 1.5], 0.0]
    packed = biased(sensor, START, bias, np.zeros(4))
    y, H = np.empty(4), np.zeros((4, 6))
    rows = innovate(packed, START, y, H)
    before = np.abs(y[:rows] / packed[18 : 18 + rows]).max()
    innovate(corrected(packed, site_axes(sensor), bias), START, y, H)
    after = np.abs(y[:rows] / packed[18 : 18 + rows]).max()
    # The test's turn is one of first order: (2 mrad)² is a hundredth of a sigma.
    assert before > 0.5
    assert after < 0.02


@pytest.mark.parametrize("sensor", SENSORS, ids=lambda one: one.id)
@pytest.mark.parametrize("index", range(4))
def test_sensitivities_are_the_derivatives(sensor: Sensor, index: int) -> None:
    bias = np.zeros(4)
    bias[index] = bias_sigmas(sensor)[index] * 0.1
    ahead, behind = (biased(sensor, START, sign * bias, np.zeros(4)) for sign in (1.0, -1.0))
    y, z, H = np.empty(4), np.empty(4), np.zeros((4, 6))
    rows = innovate(ahead, START, y, H)
    innovate(behind, START, z, H)
    E = sensitivity_of_plot(ahead, site_axes(sensor), H[:rows], rate_of(START))
    slope = (y - z)[:rows] / (2.0 * bias[index])
    # Rotated frames differ by the turn itself, 5e-5: relative to the largest entry.
    assert np.allclose(E[:, index], slope, atol=1e-3 * np.abs(E[:, index]).max() + 1e-12)


def test_known_positions_pin_the_absolute_bias() -> None:
    """An aircraft that says where it is, to 20 m and 10 ms: D is zero."""
    chance = np.random.default_rng(3)
    estimate = prior((NORTH,))
    truth = np.sqrt(np.diag(estimate.covariance)) * [1.0, -1.0, 2.0, 0.5]
    for k in range(60):
        aircraft = state_near(
            Site(NORTH), 150e3 + 230.0 * k, 1.0 + 0.01 * k, 0.06, np.array([-150.0, 150.0, 80.0])
        )
        packed = biased(NORTH, aircraft, truth, chance.standard_normal(4))
        said = aircraft + np.r_[20.0 * chance.standard_normal(3), np.zeros(3)]
        y, H = np.empty(4), np.zeros((4, 6))
        m = innovate(packed, said, y, H)
        E = sensitivity_of_plot(packed, site_axes(NORTH), H[:m], rate_of(aircraft))
        S = np.diag(packed[18 : 18 + m] ** 2) + 20.0**2 * H[:m, :3] @ H[:m, :3].T
        lesson = lesson_of(y[:m] - E @ estimate.mean, S, H[:m], np.zeros((6, 4)), E, 0)
        estimate, _ = learnt(estimate, lesson)
    sigmas = np.sqrt(np.diag(estimate.covariance))
    # A hundred and fifty kilometres off 0.07° are 183 m: over √60, 24 m and 0.009°.
    assert sigmas[0] < 10.0
    assert (sigmas[1:3] < np.radians(0.015)).all()
    assert np.abs((estimate.mean - truth) / sigmas).max() < 3.5


def test_without_lessons_the_prior_stays() -> None:
    before = prior(SENSORS)
    after = drifted(before, np.sqrt(np.diag(before.covariance)), 7200.0)
    sigmas = np.sqrt(np.diag(after.covariance))
    clocks = np.arange(3, 12, 4)
    others = np.setdiff1d(np.arange(12), clocks)
    assert np.allclose(sigmas[others], np.sqrt(np.diag(before.covariance))[others])
    assert (after.mean == 0.0).all()
    # Ten milliseconds of wander in two hours, beside 50 stated.
    assert np.allclose(sigmas[clocks], np.hypot(0.05, np.sqrt(1e-8 * 7200.0)))


def test_what_was_learnt_fades_towards_the_prior() -> None:
    before = prior((NORTH,))
    known = BiasEstimate(np.full(4, 1e-3), before.covariance * 1e-4, before.names)
    later = drifted(known, np.sqrt(np.diag(before.covariance)), 3600.0)
    assert np.allclose(later.mean[:3], 1e-3 / np.e)
    assert later.mean[3] == 1e-3
    share = np.diag(later.covariance)[:3] / np.diag(before.covariance)[:3]
    assert np.allclose(share, 1.0 - np.exp(-2.0), rtol=1e-3)


def test_a_bias_stated_as_none_stays_none() -> None:
    """Nothing is estimated of what a roster says is perfect."""
    perfect = replace(NORTH, bias_sigma_m=0.0, bias_sigma_deg=0.0)
    estimate = prior((perfect, SOUTH))
    lesson = Lesson(np.array([100.0]), np.array([[1.0, 0, 0, 0, -1.0, 0, 0, 0]]), np.eye(1))
    after, _ = learnt(estimate, lesson)
    assert after.mean[0] == 0.0
    assert after.mean[4] == pytest.approx(-100.0, rel=1e-3)


def test_arguments_are_left_alone() -> None:
    estimate = prior(SENSORS)
    packed = biased(NORTH, START, np.zeros(4), np.zeros(4))
    copies = estimate.mean.copy(), estimate.covariance.copy(), packed.copy()
    learnt(estimate, Lesson(np.ones(1), np.ones((1, 12)), np.eye(1)))
    corrected(packed, site_axes(NORTH), np.ones(4))
    drifted(estimate, np.ones(12), 5.0)
    judged(opened(estimate, clocks_of(SENSORS)), clocks_of(SENSORS))
    assert (estimate.mean == copies[0]).all()
    assert (estimate.covariance == copies[1]).all()
    assert (packed == copies[2]).all()


def test_shapes_that_do_not_belong_together_are_refused() -> None:
    with pytest.raises(InputError, match="shape"):
        learnt(prior(SENSORS), Lesson(np.ones(2), np.ones((2, 4)), np.eye(2)))


def test_infrared_states_its_turns_in_degrees() -> None:
    assert isinstance(ABOVE, Infrared)
    assert np.allclose(bias_sigmas(ABOVE), np.r_[np.radians([0.03] * 3), 0.05])
