"""The ascent's thrust, mass and steering, and the search for one that flies as reported."""

import math

import pytest
from msgspec.structs import replace
from scipy.integrate import quad

from launchwatch.constants import STANDARD_GRAVITY
from launchwatch.errors import NotConverged
from launchwatch.flight.ascent import (
    Ascent,
    Reach,
    fit_ascent,
    mass_left,
    thrust_acceleration,
    tilt,
)

ASCENT = Ascent(initial_acceleration=20.0, exhaust_speed=2_300.0, burn_time=70.0, kick=0.2)


def test_the_thrust_adds_up_to_the_rocket_equation() -> None:
    speed, _ = quad(lambda t: thrust_acceleration(ASCENT, t), 0.0, 70.0, epsabs=1e-9)
    ideal = ASCENT.exhaust_speed * math.log(1.0 / mass_left(ASCENT, 70.0))
    assert speed == pytest.approx(ideal, rel=1e-10)  # quadrature reaches rounding here


def test_force_is_constant_while_it_burns() -> None:
    forces = [thrust_acceleration(ASCENT, t) * mass_left(ASCENT, t) for t in (0.0, 30.0, 70.0)]
    assert forces == pytest.approx([20.0] * 3, rel=1e-14)


def test_there_is_no_thrust_before_ignition_or_after_burnout() -> None:
    assert thrust_acceleration(ASCENT, -0.1) == 0.0
    assert thrust_acceleration(ASCENT, 70.1) == 0.0
    assert mass_left(ASCENT, 500.0) == mass_left(ASCENT, 70.0)


def test_it_rises_then_tilts_then_follows_its_velocity() -> None:
    assert tilt(ASCENT, 5.9) == 0.0
    assert tilt(ASCENT, 9.0) == pytest.approx(0.1)
    assert tilt(ASCENT, 12.0) is None


def _parabola(ascent: Ascent) -> Reach:
    """Fly over a flat Earth in vacuum: all the speed at once, at the kick from the vertical."""
    speed = ascent.exhaust_speed * math.log(1.0 / mass_left(ascent, ascent.burn_time))
    up, along = speed * math.cos(ascent.kick), speed * math.sin(ascent.kick)
    rise = up / STANDARD_GRAVITY
    return Reach(
        range=2.0 * along * rise,
        apogee=up * rise / 2.0,
        flight_time=2.0 * rise + ascent.burn_time,
    )


@pytest.mark.parametrize(("range_km", "apogee_km"), [(300, 80), (700, 180), (400, 600), (600, 50)])
def test_a_flight_over_a_flat_earth_is_found_again(range_km: float, apogee_km: float) -> None:
    wanted = Reach(range=range_km * 1e3, apogee=apogee_km * 1e3)
    found = fit_ascent(_parabola, wanted, ASCENT)
    # tan of the angle from the vertical is range / (4 · apogee), exactly.
    assert math.tan(found.kick) == pytest.approx(range_km / apogee_km / 4.0, rel=1e-4)
    assert _parabola(found).range == pytest.approx(wanted.range, abs=1_000.0)


def test_a_wanted_flight_time_is_met_by_another_acceleration() -> None:
    without = _parabola(fit_ascent(_parabola, Reach(range=7e5, apogee=1.8e5), ASCENT))
    assert without.flight_time is not None
    wanted = Reach(range=7e5, apogee=1.8e5, flight_time=without.flight_time + 15.0)
    found = fit_ascent(_parabola, wanted, ASCENT)
    assert _parabola(found).flight_time == pytest.approx(wanted.flight_time, abs=2.0)
    assert found.initial_acceleration < ASCENT.initial_acceleration


def test_what_no_motor_can_do_is_not_pretended() -> None:
    with pytest.raises(NotConverged, match="nearest flight"):
        fit_ascent(_parabola, Reach(range=9e6, apogee=5e6), replace(ASCENT, exhaust_speed=500.0))
