"""Falls against small steps, and every way in which one may end."""

import numpy as np
import pytest
from numpy.typing import NDArray

from launchwatch.earth import ellipsoid, geodesic, local
from launchwatch.earth.atmosphere import density
from launchwatch.errors import InputError
from launchwatch.flight import _kernels, _kernels_lanes
from launchwatch.flight.fall import Falls, burn_falls, falls
from launchwatch.flight.motion import BOOST, COAST, propagate

Array = NDArray[np.float64]


def start(speed: float, climb_deg: float, height: float) -> Array:
    """Give position and velocity of something flying east from near 40 N 125 E."""
    place = np.radians((40.2, 125.2))
    rotation = local.ecef_from_enu_rotation(*place)
    velocity = rotation @ local.enu_from_aer(np.radians(95.0), np.radians(climb_deg), speed)
    return np.concatenate((ellipsoid.ecef_from_geodetic(*place, height), velocity))


def by_small_steps(state: Array, coefficient: float, ground: float = 0.0) -> tuple[Array, float]:
    """Give where and when a body comes down, by Runge-Kutta steps of 0.1 s."""
    x = np.concatenate((state, (np.log(coefficient), 0.0, 0.0)))
    seconds = 0.0
    while True:
        ahead = np.empty(9)
        _kernels.propagate(COAST, x, 0.1, ahead)
        if ellipsoid.geodetic_from_ecef(ahead[:3])[2] < ground:
            break
        x, seconds = ahead, seconds + 0.1
    low, high = 0.0, 0.1
    for _ in range(16):
        middle = (low + high) / 2
        _kernels.propagate(COAST, x, middle, ahead)
        is_above = ellipsoid.geodetic_from_ecef(ahead[:3])[2] > ground
        low, high = (middle, high) if is_above else (low, middle)
    return ahead, seconds + high


def apart(fell: Falls, point: Array) -> float:
    lat, lon, _ = ellipsoid.geodetic_from_ecef(point)
    return float(geodesic.inverse(fell.latitude[0], fell.longitude[0], lat, lon)[0])


# Typical error 1 m; the air's corners, hidden from the step control, make it up to 5 m.
@pytest.mark.parametrize(
    ("speed", "climb", "height", "coefficient", "ground", "tolerance"),
    [
        (2450.0, 43.0, 45e3, 2500.0, 0.0, 4.0),
        (2450.0, 43.0, 45e3, 120.0, 0.0, 6.0),
        (6300.0, 40.0, 80e3, 8000.0, 0.0, 4.0),
        (2400.0, -40.0, 90e3, 900.0, 1500.0, 2.0),
        (300.0, -5.0, 11e3, 500.0, -30.0, 2.0),
    ],
)
def test_a_fall_ends_where_small_steps_end(
    speed: float, climb: float, height: float, coefficient: float, ground: float, tolerance: float
) -> None:
    state = start(speed, climb, height)
    fell = falls(state[None], coefficient, ground)
    end, seconds = by_small_steps(state, coefficient, ground)
    assert fell.status[0] == 1
    assert apart(fell, end[:3]) < tolerance
    assert fell.seconds[0] == pytest.approx(seconds, abs=0.02)
    # The heaviest is braked by 130 m/s²: 7 ms earlier or later is a metre a second.
    assert fell.speed[0] == pytest.approx(np.linalg.norm(end[3:6]), abs=1.0)


def test_falls_end_where_smaller_steps_end_without_leaning_to_a_side() -> None:
    rng = np.random.default_rng(3)
    states = np.tile(start(2450.0, 43.0, 45e3), (16, 1))
    states[:, :3] += rng.normal(0.0, 300.0, (16, 3))
    states[:, 3:] += rng.normal(0.0, 10.0, (16, 3))
    coefficients = np.exp(rng.normal(np.log(2500.0), 0.3, 16))
    fell = falls(states, coefficients)
    ahead = []
    for k in range(16):
        end, _ = by_small_steps(states[k], coefficients[k])
        lat, lon, _ = ellipsoid.geodetic_from_ecef(end[:3])
        ahead.append((fell.longitude[k] - lon) * 6.37e6 * np.cos(lat))
        assert abs(fell.latitude[k] - lat) * 6.37e6 < 1.0
    # East is ahead: 0.45 m root mean square, and the air between its nodes no denser than it is.
    assert np.sqrt(np.mean(np.square(ahead))) < 0.8
    assert abs(np.mean(ahead)) < 0.3


def test_the_air_of_the_lanes_is_that_of_the_standard() -> None:
    heights = np.arange(-4_900.0, 127_900.0, 31.0)
    place = (heights + 5_000.0) / 125.0
    nodes = place.astype(int)
    air = _kernels_lanes._AIR[nodes] + (place - nodes) * _kernels_lanes._RISE[nodes]
    apart = air / density(heights) - 1.0
    # The greatest at the corner at 11 km; elsewhere 4e-5.
    assert np.abs(apart).max() < 4e-4
    assert np.sqrt(np.mean(apart**2)) < 2e-5
    assert abs(np.mean(apart)) < 3e-6


def test_a_body_far_from_others_falls_as_if_alone() -> None:
    rng = np.random.default_rng(8)
    states = np.array(
        [
            start(rng.uniform(100, 5000), rng.uniform(-60, 80), rng.uniform(5e3, 2e5))
            for _ in range(150)
        ]
    )
    coefficients = rng.uniform(50, 9000, 150)
    before = states.copy()
    together = falls(states, coefficients)
    assert (states == before).all()
    assert (together.status == 1).all()
    for k in range(0, 150, 7):
        alone = falls(states[k : k + 1], coefficients[k])
        # Lanes fuse products where one body may not: a last bit, grown over the flight.
        assert alone.latitude[0] == pytest.approx(together.latitude[k], abs=1e-7)
        assert alone.seconds[0] == pytest.approx(together.seconds[k], abs=1e-2)


def test_the_apogee_is_that_of_the_path() -> None:
    state = start(2450.0, 43.0, 45e3)
    fell = falls(state[None], 2500.0)
    path = [np.concatenate((state, (np.log(2500.0), 0.0, 0.0)))]
    for _ in range(300):
        path.append(propagate(COAST, path[-1][None], 1.0)[0])
    heights = ellipsoid.geodetic_from_ecef(np.array(path)[:, :3])[2]
    # A second beside the top lies 5 m lower.
    assert fell.apogee[0] == pytest.approx(heights.max(), abs=6.0)


def test_no_time_left_is_told() -> None:
    state = start(2450.0, 43.0, 45e3)
    fell = falls(state[None], 2500.0, max_seconds=100.0)
    there = propagate(COAST, np.append(state, (np.log(2500.0), 0.0, 0.0))[None], 100.0)[0]
    assert fell.status[0] == 0
    assert fell.seconds[0] == pytest.approx(100.0)
    assert apart(fell, there[:3]) < 1.0


def test_an_escape_is_told() -> None:
    assert falls(start(11_500.0, 80.0, 2e5)[None], 5000.0, max_seconds=20_000.0).status[0] == 0


def test_below_the_ground_and_sinking_is_told() -> None:
    fell = falls(np.array([start(50.0, -20.0, -10.0), start(900.0, 30.0, 2e4)]), 500.0)
    assert fell.status.tolist() == [-1, 1]
    assert fell.latitude[0] == pytest.approx(np.radians(40.2), abs=1e-6)


def test_below_the_ground_but_climbing_is_followed() -> None:
    assert falls(start(900.0, 60.0, -10.0)[None], 2000.0).status[0] == 1


def test_lanes_are_filled_and_emptied_for_any_number() -> None:
    state = start(2450.0, 43.0, 45e3)
    for count in (0, 1, 63, 64, 65, 200):
        fell = falls(np.tile(state, (count, 1)), 2500.0)
        assert (fell.status == 1).all()
        assert np.ptp(fell.latitude) < 1e-7 if count else fell.latitude.size == 0


def test_a_burn_then_a_fall_is_both_in_turn() -> None:
    state = np.concatenate((start(1000.0, 50.0, 20e3), np.log((25.0, 0.01)), (0.0,)))
    lit = burn_falls(state[None], 30.0, 2500.0)
    out = propagate(BOOST, state[None], 30.0)
    fell = falls(out[:, :6], 2500.0)
    assert lit.seconds[0] == pytest.approx(fell.seconds[0] + 30.0, abs=1e-3)
    # Burning is stepped more coarsely than in filters.
    assert abs(lit.latitude[0] - fell.latitude[0]) * 6.4e6 < 1.0


def test_a_trajectory_ends_on_the_ground_where_the_fall_does() -> None:
    state = np.concatenate((start(1000.0, 50.0, 20e3), np.log((25.0, 0.01)), (0.0,)))
    rows = np.empty((500, 5))
    count = _kernels.trajectory(state, BOOST, 30.5, np.log(2500.0), 5.0, rows)
    lit = burn_falls(state[None], 30.5, 2500.0)
    assert 1 < count < 500
    assert abs(rows[count - 1, 3]) < 1e-6
    assert rows[count - 1, 0] == pytest.approx(lit.seconds[0], abs=0.02)
    assert abs(rows[count - 1, 1] - lit.latitude[0]) * 6.4e6 < 5.0
    assert (np.diff(rows[:count, 0]) > 0).all()


@pytest.mark.parametrize(
    "arguments",
    [
        (np.zeros((2, 5)), 100.0),
        (np.full((1, 6), np.nan), 100.0),
        (np.ones((1, 6)), 0.0),
        (np.ones((1, 6)), np.nan),
        (np.ones((1, 6)), 100.0, 1e9),
        (np.ones((1, 6)), 100.0, 0.0, -1.0),
    ],
)
def test_what_cannot_fall_is_refused(arguments: tuple[object, ...]) -> None:
    with pytest.raises(InputError):
        falls(*arguments)  # type: ignore[arg-type]


def test_a_body_that_is_no_number_ends_beside_others_that_are() -> None:
    states = np.empty((3, 7))
    states[:, :6] = start(2450.0, 43.0, 45e3)
    states[:, 6] = np.log(2500.0)
    states[1, 3] = np.nan
    out = np.empty((3, 6))
    _kernels.falls(states, 0.0, 3000.0, out)
    assert out[:, 5].tolist() == [1.0, 0.0, 1.0]
    assert np.isnan(out[1, 0])
    states[1, 0] = np.inf
    _kernels.falls(states, 0.0, 3000.0, out)
    assert out[:, 5].tolist() == [1.0, 0.0, 1.0]


@pytest.mark.compiled
def test_absurd_states_end() -> None:
    # At the centre, inside the Earth, at rest, or at 1e10 m/s: an answer, never a hang.
    states = np.array(
        [
            [1.0, 0, 0, 0, 0, 0],
            [3e6, 0, 0, 0, 0, 1.0],
            [6.4e6, 0, 0, 0, 0, 0],
            [7e6, 0, 0, 1e10, 0, 0],
        ]
    )
    assert set(falls(states, 1000.0, max_seconds=5000.0).status) <= {-1, 0, 1}


def test_what_is_in_orbit_is_told_at_once_and_as_still_flying():
    radius = 6_378_137.0 + 400e3
    speed = np.sqrt(3.986004418e14 / radius) - 7.292115e-5 * radius
    states = np.array([[radius, 0.0, 0.0, 0.0, speed, 0.0]])
    told = falls(states, np.array([5000.0]), 0.0, 20_000.0)
    assert told.status[0] == 0.0
    # Told where it was, not integrated for five hours.
    assert told.seconds[0] < 1.0


def test_a_perigee_within_the_air_is_flown_to_the_ground():
    radius = 6_378_137.0 + 400e3
    # Slower by 150 m/s: the perigee lies below the ground.
    speed = np.sqrt(3.986004418e14 / radius) - 7.292115e-5 * radius - 150.0
    states = np.array([[radius, 0.0, 0.0, 0.0, speed, 0.0]])
    told = falls(states, np.array([5000.0]), 0.0, 20_000.0)
    assert told.status[0] == 1.0
    assert told.seconds[0] > 1000.0
