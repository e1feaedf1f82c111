"""Motion against integrators that share no line with ours, and against conservation laws."""

import heyoka as hy
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.integrate import solve_ivp

from launchwatch.earth import ellipsoid, local
from launchwatch.earth.atmosphere import density
from launchwatch.errors import InputError
from launchwatch.flight import _kernels
from launchwatch.flight.motion import (
    BOOST,
    COAST,
    CRUISE,
    MANOEUVRE,
    MANOEUVRE_TIME_CONSTANT,
    MODELS,
    REENTRY,
    propagate,
)

Array = NDArray[np.float64]

GM, J2, A, W = 3.986004418e14, 1.082629821313e-3, 6378137.0, 7.292115e-5
"""WGS 84, written anew so that a slip in our constants shows."""


def start(speed: float, climb_deg: float, height: float = 100e3) -> Array:
    """Give a state that flies east from near 40 N 125 E."""
    place = np.radians((40.2, 125.2))
    rotation = local.ecef_from_enu_rotation(*place)
    velocity = rotation @ local.enu_from_aer(np.radians(95.0), np.radians(climb_deg), speed)
    position = ellipsoid.ecef_from_geodetic(place[0], place[1], height)
    return np.concatenate((position, velocity, np.zeros(3)))


def forces(x, y, z, vx, vy, vz):  # type: ignore[no-untyped-def]
    """Give gravity, Coriolis and centrifugal terms as heyoka expressions."""
    r2 = x * x + y * y + z * z
    pull = -GM * r2**-1.5
    j = 1.5 * J2 * A * A / r2
    s = 5.0 * z * z / r2
    return (
        pull * x * (1.0 + j * (1.0 - s)) + W * W * x + 2.0 * W * vy,
        pull * y * (1.0 + j * (1.0 - s)) + W * W * y - 2.0 * W * vx,
        pull * z * (1.0 + j * (3.0 - s)),
    )


def by_heyoka(state: Array, seconds: float, thrust: float = 0.0, growth: float = 0.0) -> Array:
    x, y, z, vx, vy, vz = hy.make_vars("x", "y", "z", "vx", "vy", "vz")
    ax, ay, az = forces(x, y, z, vx, vy, vz)
    if thrust:
        pull = thrust / (1.0 - growth * hy.time) / hy.sqrt(vx * vx + vy * vy + vz * vz)
        ax, ay, az = ax + pull * vx, ay + pull * vy, az + pull * vz
    system = [(x, vx), (y, vy), (z, vz), (vx, ax), (vy, ay), (vz, az)]
    integrator = hy.taylor_adaptive(system, list(state[:6]))
    integrator.propagate_until(seconds)
    return np.array(integrator.state)


# Asked for: 0.1 m after 400 s and 1.5 m after 1,800 s. Steps of a second do far better.
@pytest.mark.parametrize(
    ("speed", "climb", "seconds", "tolerance"),
    [(2450.0, 43.0, 400.0, 1e-6), (6700.0, 25.0, 1800.0, 1e-5)],
)
def test_a_coast_agrees_with_heyoka(
    speed: float, climb: float, seconds: float, tolerance: float
) -> None:
    state = start(speed, climb)
    # Without drag: heyoka knows no air.
    state[6] = 60.0
    ours = propagate(COAST, state[None], seconds)[0]
    theirs = by_heyoka(state, seconds)
    assert np.linalg.norm(ours[:3] - theirs[:3]) < tolerance
    assert np.linalg.norm(ours[3:6] - theirs[3:]) < tolerance / 100.0


def test_a_boost_agrees_with_heyoka() -> None:
    state = start(400.0, 70.0, 5e3)
    state[6:8] = np.log(20.0), np.log(0.011)
    ours = propagate(BOOST, state[None], 60.0)[0]
    theirs = by_heyoka(state, 60.0, 20.0, 0.011)
    assert np.linalg.norm(ours[:3] - theirs[:3]) < 1e-3
    left = 1.0 - 0.011 * 60.0
    assert ours[6:8] == pytest.approx((np.log(20.0 / left), np.log(0.011 / left)))


def test_a_re_entry_agrees_with_an_integrator_of_order_eight() -> None:
    state = start(2300.0, -45.0, 90e3)
    state[6] = np.log(900.0)

    def rate(_: float, y: Array) -> Array:
        up = ellipsoid.geodetic_from_ecef(y[:3])[2]
        drag = -0.5 * density(up) * np.linalg.norm(y[3:]) / 900.0
        return np.concatenate((y[3:], np.array(forces(*y)) + drag * y[3:]))

    theirs = solve_ivp(
        rate, (0.0, 50.0), state[:6], method="DOP853", rtol=1e-10, atol=1e-6, max_step=0.25
    ).y[:, -1]
    ours = propagate(REENTRY, state[None], 50.0)[0]
    # Steps of 1 s through 60 g: centimetres.
    assert np.linalg.norm(ours[:3] - theirs[:3]) < 0.1
    assert np.linalg.norm(ours[3:6] - theirs[3:]) < 0.02


@pytest.mark.parametrize("coefficient", [100.0, 20.0, 5.0])
def test_what_is_light_comes_to_its_terminal_speed_and_nowhere_else(coefficient: float) -> None:
    state = start(900.0, -20.0, 22e3)
    state[6] = np.log(coefficient)

    def rate(_: float, y: Array) -> Array:
        up = ellipsoid.geodetic_from_ecef(y[:3])[2]
        drag = -0.5 * density(up) * np.linalg.norm(y[3:]) / coefficient
        return np.concatenate((y[3:], np.array(forces(*y)) + drag * y[3:]))

    theirs = solve_ivp(
        rate, (0.0, 60.0), state[:6], method="LSODA", rtol=1e-9, atol=1e-6, max_step=0.25
    ).y[:, -1]
    ours = propagate(REENTRY, state[None], 60.0)[0]
    # A step in which drag takes half of the speed is good to a few thousandths of that half:
    # metres of the first second's hundreds. Whole seconds would end beyond the Moon.
    assert np.linalg.norm(ours[:3] - theirs[:3]) < 5.0
    assert np.linalg.norm(ours[3:6] - theirs[3:]) < 0.2


def test_a_coast_without_air_keeps_its_energy() -> None:
    state = start(3000.0, 60.0)
    state[6] = 60.0

    def energy(x: Array) -> float:
        # In the rotating frame, what stays is ½v² - ½ω²p² + potential (Jacobi).
        r = float(np.linalg.norm(x[:3]))
        bulge = J2 * (A / r) ** 2 * (1.5 * (x[2] / r) ** 2 - 0.5)
        return float(0.5 * x[3:6] @ x[3:6] - 0.5 * W**2 * x[:2] @ x[:2] - GM / r * (1.0 - bulge))

    after = propagate(COAST, state[None], 600.0)[0]
    assert energy(after) == pytest.approx(energy(state), rel=1e-13)


@pytest.mark.parametrize("model", range(5))
def test_backwards_undoes_forwards_and_arguments_stay(model: int) -> None:
    state = start(1500.0, 50.0, 120e3)
    state[6:] = {BOOST: (3.0, -5.0, 0.0), MANOEUVRE: (5.0, -3.0, 2.0)}.get(model, (8.0, 0.0, 0.0))
    states = np.vstack((state, state))
    before = states.copy()
    there = propagate(model, states, 25.0)
    assert (states == before).all()
    assert (there[0] == there[1]).all()
    # Rounding and the rule's own error, 1 s steps.
    assert np.abs(propagate(model, there, -25.0) - states).max() < 1e-5


@pytest.mark.parametrize("model", range(5))
def test_the_derivative_is_the_slope_of_the_motion(model: int) -> None:
    state = start(1500.0, 50.0, 40e3)
    state[6:] = {BOOST: (3.0, -5.0, 0.0), MANOEUVRE: (5.0, -3.0, 2.0)}.get(model, (8.0, 0.0, 0.0))
    rate = np.empty(9)
    _kernels.derivative(model, state, rate)
    h = 0.01
    ahead, behind = propagate(model, state[None], h)[0], propagate(model, state[None], -h)[0]
    assert (ahead - behind) / (2 * h) == pytest.approx(rate, rel=1e-6, abs=1e-5)


def test_out_may_be_the_state_itself() -> None:
    state = start(1500.0, 50.0)
    state[6] = 8.0
    expected = propagate(COAST, state[None], 3.5)[0]
    _kernels.propagate(COAST, state, 3.5, state)
    assert (state == expected).all()


def test_cruise_keeps_height_and_speed_along_a_parallel_to_the_sphere() -> None:
    state = start(250.0, 0.0, 100.0)
    state[:3] = A, 0.0, 0.0
    state[3:6] = 0.0, 250.0, 0.0
    after = propagate(CRUISE, state[None], 600.0)[0]
    assert np.linalg.norm(after[:3]) == pytest.approx(A, abs=1e-3)
    assert np.linalg.norm(after[3:6]) == pytest.approx(250.0, abs=1e-6)


def test_an_unknown_acceleration_decays() -> None:
    state = start(1000.0, 20.0)
    state[6:] = 30.0, -10.0, 5.0
    after = propagate(MANOEUVRE, state[None], MANOEUVRE_TIME_CONSTANT)[0]
    assert after[6:] == pytest.approx(state[6:] / np.e)


@pytest.mark.parametrize("speed", [0.0, 1e-9, 0.3, 0.9999, 1.0, 1.0001])
def test_thrust_at_rest_points_up(speed: float) -> None:
    state = start(1.0, 90.0, 10.0)
    state[3:6] *= speed
    state[6:8] = np.log(20.0), -9.0
    rate = np.empty(9)
    _kernels.derivative(BOOST, state, rate)
    up = state[:3] / np.linalg.norm(state[:3])
    # 20 m/s² less 9.8; the normal and the radius are 0.2° apart.
    assert rate[3:6] @ up == pytest.approx(10.2, abs=0.05)


def test_an_absurd_growth_stays_finite() -> None:
    state = start(1000.0, 40.0)
    state[6:8] = np.log(50.0), np.log(0.5)
    assert np.isfinite(propagate(BOOST, state[None], 100.0)).all()


def test_what_cannot_be_flown_is_refused() -> None:
    state = start(1000.0, 40.0)[None]
    with pytest.raises(InputError, match=r"0\.\.4"):
        propagate(len(MODELS), state, 1.0)
    with pytest.raises(InputError, match="shape"):
        propagate(COAST, state[:, :6], 1.0)
    with pytest.raises(InputError, match="finite"):
        propagate(COAST, state * np.nan, 1.0)
    with pytest.raises(InputError, match="seconds"):
        propagate(COAST, state, np.inf)
