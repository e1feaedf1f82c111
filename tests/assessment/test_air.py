"""What unmeasured air does to a fall."""

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from launchwatch.assessment import air, pullups
from launchwatch.assessment._kernels_air import UPSETS
from launchwatch.earth.atmosphere import density
from launchwatch.earth.ellipsoid import geodetic_from_ecef
from launchwatch.flight.fall import falls

from .making import state_at

STATE = state_at(40.0, 131.0, 75e3, 1500.0, 0.0, -1400.0)
EARTH = 6_371e3
NO_PEAK = -8.0


def moved(numbers, beta, peak=NO_PEAK):
    """Give metres east and north, and seconds, by which the air's numbers move one body's fall."""
    normals = np.zeros((1, air.NORMALS))
    normals[0, -1] = peak
    normals[0, 1] = -air.WESTERLY / air.WIND_SIGMA[1]  # no mean wind
    for index, value in numbers.items():
        normals[0, index] += value
    latitude, longitude, seconds = air.drifts(STATE, np.array([np.log(beta)]), normals, 4000.0)[0]
    return np.array([longitude * EARTH * np.cos(np.radians(40.0)), latitude * EARTH, seconds])


def test_in_still_standard_air_nothing_moves():
    assert np.abs(moved({}, 3000.0)).max() < 1e-6


@pytest.mark.parametrize("beta", [500.0, 2000.0, 8000.0])
def test_wind_carries_a_body_by_its_speed_times_the_time_that_air_costs_it(beta):
    # Didion's rule for a wind across the path that is the same at all heights: W (t - t in vacuum).
    distance = falls(STATE[None], beta)
    level = float(np.hypot(distance.longitude[0] - np.radians(131.0), 0.0)) * EARTH * np.cos(0.698)
    lag = distance.seconds[0] - level / 1500.0
    wind = 10.0
    north = moved({4 + k: wind / sigma for k, sigma in enumerate(air.WIND_SIGMA)}, beta)[1]
    # The rule is exact on a flat Earth; 75 km of fall over 90 km of a round one bends it by 2 %.
    assert north == pytest.approx(wind * lag, rel=0.05, abs=2.0)


def fall_of(beta, jet=0.0, thicker=0.0):
    """Let a body fall on a flat piece of Earth: metres east and seconds, by SciPy."""

    def rates(_, y):
        height = y[1]
        hat = max(0.0, min(height / 12e3, (30e3 - height) / 18e3))
        vx, vz = y[2] - jet * hat, y[3]
        push = 0.5 * float(density(height)) * np.exp(thicker * hat) * np.hypot(vx, vz) / beta
        return [y[2], y[3], -push * vx, -9.7 - push * vz]

    def ground(_, y):
        return y[1]

    ground.terminal = True
    ground.direction = -1.0
    end = solve_ivp(rates, (0, 900), [0.0, 75e3, 1500.0, -1400.0], events=ground, rtol=1e-9)
    return np.array([end.y[0, -1], end.t[-1]])


@pytest.mark.parametrize("beta", [1000.0, 5000.0])
def test_a_jet_and_thick_air_move_a_fall_as_an_independent_integrator_says(beta):
    still = fall_of(beta)
    for number, upset in ((1, {"jet": air.WIND_SIGMA[1]}), (9, {"thicker": air.DENSITY_SIGMA[1]})):
        east, _, seconds = moved({number: 1.0}, beta)
        apart = fall_of(beta, **upset) - still
        # A flat Earth at one gravity, without Coriolis: 6 % apart at the most.
        assert east == pytest.approx(apart[0], rel=0.08)
        assert seconds == pytest.approx(apart[1], rel=0.08, abs=0.02)


def test_drag_that_peaks_at_the_speed_of_sound_shortens_a_light_bodys_fall_most():
    light, heavy = (moved({}, beta, peak=0.0)[0] for beta in (1500.0, 12_000.0))
    assert light < 10.0 * heavy < 0.0


def test_westerlies_are_expected_at_middle_latitudes_alone():
    normals = np.zeros((1, air.NORMALS))
    normals[0, -1] = NO_PEAK
    at_40 = air.drifts(STATE, np.array([7.5]), normals, 4000.0)[0, 1]
    tropics = state_at(5.0, 131.0, 75e3, 1500.0, 0.0, -1400.0)
    assert at_40 > 0.0
    # A millimetre is 1.6e-10 rad.
    assert abs(air.drifts(tropics, np.array([7.5]), normals, 4000.0)[0, 1]) < 1e-10


def test_each_sample_drifts_by_its_own_drag_and_its_own_luck():
    rng = np.random.default_rng(3)
    log_beta = rng.normal(np.log(5000.0), 0.8, 500)
    normals = rng.standard_normal((500, air.NORMALS))
    together = air.drifts(STATE, log_beta, normals, 4000.0)
    light, heavy = log_beta < np.log(2500.0), log_beta > np.log(10_000.0)
    # Drift goes with the reciprocal of the coefficient: over four times, in the medians.
    assert together[light, 0].std() > 4.0 * together[heavy, 0].std()


@pytest.mark.parametrize("beta", [300.0, 5000.0])
def test_steps_of_seconds_fall_where_adaptive_ones_do(beta):
    none = pullups.PullUps(np.zeros(1), np.full(1, np.inf), np.zeros((1, UPSETS)))
    for height, up in ((75e3, -1400.0), (200e3, 1200.0)):
        state = state_at(40.0, 131.0, height, 1500.0, 0.0, up)[None]
        ended = pullups.glided(state, np.log([beta]), np.full(1, np.inf), none, 4000.0)
        latitude, longitude, left = geodetic_from_ecef(ended[:, :3])
        fell = falls(state, beta)
        apart = np.hypot(latitude - fell.latitude, (longitude - fell.longitude) * 0.766) * EARTH
        # Half a metre of single precision on the way, and what steps of seconds add.
        assert apart[0] < 5.0
        assert abs(left[0]) < 1.0
        assert ended[0, 6] == pytest.approx(fell.seconds[0], abs=0.05)


def test_a_body_too_light_to_be_one_still_comes_down():
    ended = air.responses(STATE, np.array([-3.0, 0.0]), 4000.0)
    assert np.isfinite(ended).all()
