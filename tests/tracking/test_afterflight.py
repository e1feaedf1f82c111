"""After a flight more is known of it than while it flew, and as well as is said."""

import numpy as np
import pytest

from launchwatch.earth.ellipsoid import ecef_from_geodetic
from launchwatch.errors import InputError
from launchwatch.messages.wire import decode_message, encode
from launchwatch.timescale import SECOND
from launchwatch.tracking._kernels_afterflight import BASE, LIFT_OFF, STAGE
from launchwatch.tracking._kernels_flightmarks import MARKS, MOTOR_MARKS
from launchwatch.tracking._kernels_flightpath import RISING, path, sensitivities
from launchwatch.tracking.afterflight import Flight, _lift_off_doubt, fit_flight
from launchwatch.tracking.firstguess import kinematic, motors_seen
from launchwatch.tracking.flightproblem import BOOSTING, FALLING, carried, posed
from launchwatch.tracking.flightrecord import flight_record

from .flying import Floats, flown, seen

pytestmark = pytest.mark.compiled


@pytest.fixture(scope="module")
def friday() -> tuple[Floats, Floats]:
    scenario, bodies = flown("friday")
    return seen(scenario, bodies[0], 4)


@pytest.fixture(scope="module")
def fitted(friday: tuple[Floats, Floats]) -> Flight:
    return fit_flight(*friday)


def test_the_smoother_before_the_fit_finds_the_burnout(friday: tuple[Floats, Floats]) -> None:
    """A first guess: some seconds off is near enough."""
    _, (body, *_) = flown("friday")
    rough = kinematic(*friday)
    burnouts, ignitions = motors_seen(*friday, rough)
    (burnout,) = burnouts
    assert burnout == pytest.approx(118.5, abs=5.0)
    assert ignitions == []
    coast = np.flatnonzero((friday[0] > 150.0) & (friday[0] < 350.0))
    truth = body.states(friday[0][coast])
    off = np.linalg.norm(rough.means[coast, :3] - truth[:, :3], axis=1)
    assert np.sqrt((off**2).mean()) < 60.0  # five radars of 30 m in range, smoothed


def test_slopes_of_a_flight_are_its_differences(friday: tuple[Floats, Floats]) -> None:
    """Each is taken where only what changes is flown again; here all is."""
    t = friday[0][::40]
    rough = kinematic(*friday)
    p = posed(friday[0], rough, *motors_seen(*friday, rough), BOOSTING, FALLING)
    m, n = len(t), len(p.free)
    states, slopes = np.empty((m, 6)), np.empty((n, m, 6))
    lift, lift_slopes = np.empty(RISING), np.empty((n, RISING))
    fixed = (p.reference, p.middle, p.right, p.times)
    sensitivities(
        p.theta, *fixed, p.knots, p.free, p.steps, t, t[-1], states, slopes, lift, lift_slopes
    )
    other, other_lift = np.empty((m, 6)), np.empty(RISING)
    for a, unknown in enumerate(p.free):
        theta, knots = p.theta.copy(), p.knots.copy()
        if unknown < len(theta):
            theta[unknown] += p.steps[a]
        else:
            knots.ravel()[unknown - len(theta)] += p.steps[a]
        path(theta, *fixed, knots, t, t[-1], other, other_lift)
        # The path is flown anew from the same nodes: equal up to rounding of 6,000 km.
        np.testing.assert_allclose(states + slopes[a] * p.steps[a], other, rtol=0, atol=1e-6)
        np.testing.assert_allclose(lift + lift_slopes[a] * p.steps[a], other_lift, atol=1e-6)
    assert unknown >= BASE + STAGE > LIFT_OFF


def test_a_flight_is_found_as_well_as_it_says(fitted: Flight) -> None:
    """Lift-off, burnout, apogee, the last state and the fall, each within 3.3 sigmas: one in a
    thousand for each would be out by chance."""
    scenario, (body, *_) = flown("friday")
    launch = scenario.launches[0]
    burnout = body.start + launch.ascent.burn_s
    site = ecef_from_geodetic(
        np.radians(launch.latitude_deg), np.radians(launch.longitude_deg), launch.height_m
    )
    at = MARKS + 1
    truths = {
        0: site,
        3: [body.start],
        9: body.states(np.array([fitted.last]))[0],
        at: [burnout, *body.states(np.array([burnout]))[0]],
        15: [*body.states(np.array([body.end - 1e-6]))[0, :3], body.end],
    }
    for first, truth in truths.items():
        part = slice(first, first + len(truth))
        off = fitted.marks[part] - truth
        # A fall lies on the ground, so its covariance is flat; one metre makes it round.
        P = (
            fitted.covariance[part, part]
            + 1e-6 * np.eye(len(off))
            + np.eye(len(off)) * (first == 15)
        )
        length2 = off @ np.linalg.solve(P, off)
        assert length2 < {1: 10.8, 3: 16.3, 4: 18.5, 6: 22.5, 7: 24.3}[len(off)], first
    assert len(fitted.marks) == MARKS + 1 + MOTOR_MARKS


def test_a_flight_is_found_far_better_than_while_it_flew(fitted: Flight) -> None:
    """Live, the launch point has an ellipse of some 3 km and the burnout is seconds wide."""
    sigma = np.sqrt(np.diag(fitted.covariance))
    assert np.hypot(*np.sort(sigma[:3])[:2]) < 700.0
    assert sigma[3] < 4.0
    assert sigma[MARKS + 1] < 0.1
    assert fitted.misfit == pytest.approx(1.0, abs=0.1)
    assert fitted.is_even
    assert not fitted.has_turned


def test_a_pull_up_is_followed_as_a_manoeuvre() -> None:
    scenario, (body, *_) = flown("depressed")
    flight = fit_flight(*seen(scenario, body, 3))
    assert flight.has_turned
    off = flight.marks[9:15] - body.states(np.array([flight.last]))[0]
    assert off @ np.linalg.solve(flight.covariance[9:15, 9:15], off) < 22.5


def test_a_later_fit_goes_on_with_the_disturbances_of_the_one_before(
    friday: tuple[Floats, Floats],
) -> None:
    """Without them 3 of 33 flights slid into a false valley, 15 to 36 s early."""
    rough = kinematic(*friday)
    seen_motors = motors_seen(*friday, rough)
    p = posed(friday[0], rough, *seen_motors, BOOSTING, FALLING)
    x = np.random.default_rng(1).normal(size=len(p.free)) * p.steps
    np.testing.assert_allclose(carried(p, p, x), x, atol=1e-12)
    # Nodes elsewhere take what lay between the old ones.
    moved = p._replace(times=p.times + 1.0)
    later = carried(moved, p, x)
    own = p.free < len(p.theta)
    np.testing.assert_array_equal(later[own], x[own])
    assert np.abs(later[~own] - x[~own]).max() < np.ptp(x[~own])


def test_another_valley_of_lift_off_counts_as_its_cost_says(friday: tuple[Floats, Floats]) -> None:
    rough = kinematic(*friday)
    p = posed(friday[0], rough, *motors_seen(*friday, rough), BOOSTING, FALLING)
    at = int(np.flatnonzero(p.free == LIFT_OFF)[0])

    def start(cost: float, lift: float) -> tuple[float, float, Floats, Floats]:
        x = np.zeros(len(p.free))
        x[at] = lift
        return cost, cost, x, np.zeros((1, 1))

    # Two halves 40 s apart: half the square of that; twice the same valley is one.
    both = [start(10.0, 0.0), start(10.0, -40.0), start(10.1, -40.1)]
    assert _lift_off_doubt(both, p) == pytest.approx(0.5 * 40.0**2, rel=0.01)
    assert _lift_off_doubt([start(10.0, 0.0), start(30.0, -40.0)], p) == 0.0
    assert _lift_off_doubt([start(10.0, 0.0), start(10.0, 3.0)], p) == 0.0


def test_a_record_tells_a_flight_at_the_units_of_the_border(
    friday: tuple[Floats, Floats], fitted: Flight
) -> None:
    scenario, (body, *_) = flown("friday")
    record = flight_record("T0001", scenario.start, *friday, known=scenario.end, mode="simulation")
    assert decode_message(encode(record)) == record
    launch = scenario.launches[0]
    assert record.latitude_deg == pytest.approx(launch.latitude_deg, abs=0.02)
    assert record.longitude_deg == pytest.approx(launch.longitude_deg, abs=0.02)
    assert 500.0 < record.position_ellipse_95.semi_major_m < 2_000.0
    (burnout,) = record.burnouts
    truth = body.states(np.array([(burnout.time - scenario.start) / SECOND]))[0]
    assert burnout.speed_mps == pytest.approx(
        np.linalg.norm(truth[3:]), abs=4.0 * burnout.speed_sigma_mps + 1.0
    )
    assert burnout.climb_sigma_deg < 0.2
    assert record.apogee_m == pytest.approx(180e3, abs=1_500.0)
    assert record.fall_time is not None
    assert abs(record.fall_time - scenario.start - body.end * SECOND) < 3 * SECOND
    assert record.plots == len(friday[0])


def test_what_is_too_little_or_out_of_order_is_refused(friday: tuple[Floats, Floats]) -> None:
    t, z = friday
    with pytest.raises(InputError, match="ten plots"):
        fit_flight(t[:9], z[:9])
    with pytest.raises(InputError, match="order"):
        fit_flight(t[::-1], z)


def test_a_flight_whose_motor_nobody_saw_is_still_found() -> None:
    """From one radar, coasting from 100 km on: the apogee is known, lift-off only roughly."""
    scenario, (body, *_) = flown("friday")
    t, z = seen(scenario, body, 5, sensors=("jp-west",))
    late = t > 180.0
    flight = fit_flight(t[late], z[late])
    assert not flight.is_boost_seen
    off = flight.marks[9:15] - body.states(np.array([flight.last]))[0]
    assert off @ np.linalg.solve(flight.covariance[9:15, 9:15], off) < 22.5
    sigma = np.sqrt(np.diag(flight.covariance))
    assert abs(flight.marks[3] - body.start) < 3.3 * sigma[3]
