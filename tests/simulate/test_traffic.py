"""Airliners, satellites and meteors move as they should, and differ from seed to seed."""

import numpy as np
import pytest

from launchwatch.constants import EARTH_GM, EARTH_ROTATION
from launchwatch.simulate import traffic
from launchwatch.simulate.body import Body
from launchwatch.simulate.places import geodetic
from launchwatch.simulate.scenario import load

QUIET = load("quiet")
TIMES = np.arange(0.0, 121.0, 10.0)


@pytest.fixture(scope="module")
def bodies() -> list[Body]:
    return traffic.bodies(QUIET, 3)


def of(kind: str, bodies: list[Body]) -> list[Body]:
    return [body for body in bodies if body.kind == kind]


def test_the_scenario_says_how_many_there_are(bodies: list[Body]) -> None:
    assert len(of("aircraft", bodies)) == QUIET.traffic.airliners
    assert len(of("satellite", bodies)) == QUIET.traffic.satellites


def test_meteors_come_as_a_poisson_number() -> None:
    mean = QUIET.traffic.meteors_per_minute * QUIET.duration / 60.0
    counts = [len(of("meteor", traffic.bodies(QUIET, seed))) for seed in range(200)]
    # Four sigmas of the mean of 200 Poisson numbers.
    assert np.mean(counts) == pytest.approx(mean, abs=4.0 * np.sqrt(mean / 200.0))


def test_airliners_cruise_level_at_airline_speed(bodies: list[Body]) -> None:
    for body in of("aircraft", bodies):
        rows = body.states(TIMES)
        heights = geodetic(rows[:, :3])[2]
        assert 9_000.0 <= heights[0] <= 12_000.0
        assert np.ptp(heights) < 1e-3
        speeds = np.linalg.norm(rows[:, 3:], axis=1)
        # Ground speed on the ellipsoid is 0.2 % less than speed at 12 km.
        assert np.all((speeds > 199.9) & (speeds < 260.6))


def test_satellites_keep_circular_orbits(bodies: list[Body]) -> None:
    for body in of("satellite", bodies):
        rows = body.states(TIMES)
        radii = np.linalg.norm(rows[:, :3], axis=1)
        assert np.ptp(radii) < 1e-6
        x, y, _ = rows[:, :3].T
        inertial = rows[:, 3:] + EARTH_ROTATION * np.column_stack([-y, x, np.zeros(len(x))])
        speeds = np.linalg.norm(inertial, axis=1)
        np.testing.assert_allclose(speeds, np.sqrt(EARTH_GM / radii[0]), rtol=1e-12)


@pytest.mark.parametrize("kind", ["aircraft", "satellite", "meteor"])
def test_velocity_is_the_slope_of_position(kind: str, bodies: list[Body]) -> None:
    for body in of(kind, bodies):
        middle = np.array([(body.start + body.end) / 2.0])
        slope = (body.states(middle + 0.1) - body.states(middle - 0.1))[:, :3] / 0.2
        # A satellite's third derivative, v³/r², over 0.1 s.
        np.testing.assert_allclose(slope, body.states(middle)[:, 3:], atol=2e-4)


def test_meteors_are_fast_and_gone_within_seconds(bodies: list[Body]) -> None:
    for body in of("meteor", bodies):
        assert body.end - body.start < 10.0
        assert np.isnan(body.states(np.array([body.start - 0.1, body.end + 0.1]))).all()
        middle = np.array([(body.start + body.end) / 2.0])
        assert 12e3 <= np.linalg.norm(body.states(middle)[0, 3:]) <= 30e3


def test_another_seed_gives_other_traffic_and_the_same_seed_the_same() -> None:
    one, again, other = (traffic.bodies(QUIET, seed)[0].states(TIMES) for seed in (3, 3, 4))
    np.testing.assert_array_equal(one, again)
    assert not np.allclose(one, other)
