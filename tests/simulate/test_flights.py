"""Flown launches: how far, high and long, and whether energy is kept where it must be."""

import math

import numpy as np
import pytest
from msgspec.structs import replace
from pyproj import Geod

from launchwatch.constants import EARTH_GM, EARTH_J2, EARTH_ROTATION, WGS84_SEMI_MAJOR
from launchwatch.errors import NotConverged
from launchwatch.flight.ascent import thrust_acceleration
from launchwatch.flight.motion import BOOST, COAST, propagate
from launchwatch.simulate.flights import ascent_of, fly, reach_of
from launchwatch.simulate.places import geodetic
from launchwatch.simulate.plan import Climb, Launch, Manoeuvre, Separation
from launchwatch.simulate.scenario import load, names

FRIDAY = load("friday").launches[0]


def test_friday_flies_700_km_far_180_km_high_and_472_s_long() -> None:
    flight = fly(FRIDAY)[0]
    reach = reach_of(FRIDAY, flight)
    assert reach.range == pytest.approx(700e3, abs=1e3)
    assert reach.apogee == pytest.approx(180e3, abs=1e3)
    assert reach.flight_time == pytest.approx(472.0, abs=2.0)


def test_friday_falls_into_the_sea_to_the_east() -> None:
    flight = fly(FRIDAY)[0]
    longitude, latitude, height = geodetic(flight.states(np.array([flight.end]))[:, :3])
    azimuth, _, _ = Geod(ellps="WGS84").inv(125.2, 40.2, longitude[0], latitude[0])
    # The Earth turns under a flight of 472 s: a degree or so beside the ascent's plane.
    assert azimuth == pytest.approx(FRIDAY.azimuth_deg, abs=3.0)
    assert height[0] == pytest.approx(0.0, abs=0.01)


@pytest.mark.parametrize("name", names())
def test_every_shipped_launch_flies_as_far_and_high_as_it_says(name: str) -> None:
    for launch in load(name).launches:
        # One that comes apart would have flown so far in one piece.
        reach = reach_of(launch, fly(replace(launch, break_up=None))[0])
        if launch.range_km is not None and launch.apogee_km is not None:
            assert reach.range == pytest.approx(launch.range_km * 1e3, abs=1e3)
            assert reach.apogee == pytest.approx(launch.apogee_km * 1e3, abs=1e3)


def test_a_wanted_reach_is_found_without_a_stated_climb() -> None:
    launch = replace(FRIDAY, ascent=Climb(), range_km=450.0, apogee_km=110.0, flight_time_s=None)
    reach = reach_of(launch, fly(launch)[0])
    assert reach.range == pytest.approx(450e3, abs=1e3)
    assert reach.apogee == pytest.approx(110e3, abs=1e3)


def test_a_reach_beyond_one_motor_is_refused() -> None:
    weak = Climb(exhaust_speed_mps=2_000.0)
    with pytest.raises(NotConverged):
        ascent_of(replace(FRIDAY, ascent=weak, range_km=9_000.0, flight_time_s=None))


@pytest.mark.parametrize(
    ("range_km", "apogee_km", "least_s", "most_s"),
    # Publicly reported flights and how long they took: 2022-10-04 (about 22 min), 2022-03-24
    # (about 68 min, 1,090 km far and 6,248 km high); the others have no reported time.
    [(4_600, 1_000, 1_300, 1_450), (1_090, 6_248, 4_000, 4_400), (500, 2_000, 1_600, 1_900),
     (110, 35, 150, 300), (690, 50, 250, 400)],
)  # fmt: skip
def test_far_steep_and_flat_flights_are_found(
    range_km: float, apogee_km: float, least_s: float, most_s: float
) -> None:
    launch = replace(
        FRIDAY, ascent=Climb(), range_km=range_km, apogee_km=apogee_km, flight_time_s=None
    )
    reach = reach_of(launch, fly(launch)[0])
    assert reach.range == pytest.approx(range_km * 1e3, abs=1e3)
    assert reach.apogee == pytest.approx(apogee_km * 1e3, abs=1e3)
    assert reach.flight_time is not None
    assert least_s < reach.flight_time < most_s


def test_coasting_in_vacuum_keeps_the_jacobi_integral() -> None:
    vacuum = replace(FRIDAY, ballistic_coefficient_kgpm2=math.inf)
    flight = fly(vacuum, ascent_of(FRIDAY))[0]
    coast = flight.pieces[-1]
    rows = flight.states(np.linspace(coast.start, coast.end, 50))
    x, y, z = rows[:, :3].T
    r = np.linalg.norm(rows[:, :3], axis=1)
    flattening = EARTH_J2 * (WGS84_SEMI_MAJOR / r) ** 2 * (1.5 * (z / r) ** 2 - 0.5)
    potential = EARTH_GM / r * (1.0 - flattening) + 0.5 * EARTH_ROTATION**2 * (x * x + y * y)
    jacobi = 0.5 * np.sum(rows[:, 3:] ** 2, axis=1) - potential
    # 1e-10 of the kinetic energy, with a factor of ten for steps that add up.
    assert np.ptp(jacobi) < 1e-9 * np.max(0.5 * np.sum(rows[:, 3:] ** 2, axis=1))


def test_a_tighter_tolerance_moves_the_fall_by_centimetres_at_most() -> None:
    ascent = ascent_of(FRIDAY)
    ends = []
    for tolerance in (1e-10, 1e-12):
        flight = fly(FRIDAY, ascent, tolerance)[0]
        ends.append(flight.states(np.array([flight.end]))[0, :3])
    # The density's curvature jumps between its rows, so steps there are worth less; a
    # radar's error is a thousand times larger.
    assert np.linalg.norm(ends[0] - ends[1]) < 0.05


def test_velocity_is_the_slope_of_position_across_every_joint() -> None:
    flight = fly(FRIDAY)[0]
    times = np.array([p.end for p in flight.pieces[:-1]] + [30.0, 200.0, 440.0])
    slope = (flight.states(times + 5e-3) - flight.states(times - 5e-3))[:, :3] / 1e-2
    # A jump in acceleration of 100 m/s² over 5 ms is 0.13 m/s at most.
    np.testing.assert_allclose(slope, flight.states(times)[:, 3:], atol=0.2)


def test_it_boosts_coasts_and_re_enters_in_that_order() -> None:
    flight = fly(FRIDAY)[0]
    times = np.arange(0.0, flight.end)
    phases = flight.phases(times)
    changes = [p for n, p in enumerate(phases) if n == 0 or p != phases[n - 1]]
    assert changes == ["boost", "coast", "reentry"]
    assert flight.is_thrusting(times).sum() == phases.count("boost")


def test_the_spent_booster_falls_short_when_it_is_light() -> None:
    parted = replace(
        FRIDAY,
        separation=Separation(after_burnout_s=5.0, booster_ballistic_coefficient_kgpm2=800.0),
    )
    payload, booster = fly(parted)
    assert (payload.kind, booster.kind) == ("missile", "booster")
    assert booster.start == pytest.approx(payload.pieces[-1].start)
    assert reach_of(parted, booster).range < reach_of(parted, payload).range


def test_a_satellite_launch_ends_on_a_circular_orbit_and_drops_its_stages() -> None:
    launch = load("space-launch").launches[0]
    launcher, first, second = fly(launch)
    assert (launcher.kind, first.kind, second.kind) == ("launcher", "booster", "booster")
    burning = [piece for piece in launcher.pieces if piece.phase == "boost"]
    rows = launcher.states(np.linspace(burning[-1].end, burning[-1].end + 3_000.0, 40))
    x, y, _ = rows[:, :3].T
    inertial = rows[:, 3:] + EARTH_ROTATION * np.column_stack([-y, x, np.zeros(len(x))])
    radii = np.linalg.norm(rows[:, :3], axis=1)
    speeds = np.linalg.norm(inertial, axis=1)
    # J2 and the ellipsoid bend a circular orbit by some ten kilometres.
    assert np.ptp(radii) < 30e3
    np.testing.assert_allclose(speeds, np.sqrt(EARTH_GM / radii), rtol=3e-3)
    for spent in (first, second):
        _, latitude, height = geodetic(spent.states(np.array([spent.end]))[:, :3])
        assert height[0] == pytest.approx(0.0, abs=0.01)
        assert latitude[0] < launch.latitude_deg


def test_a_pull_up_lengthens_the_flight() -> None:
    ascent = ascent_of(FRIDAY)
    pulling = replace(FRIDAY, manoeuvres=(Manoeuvre(below_m=30e3, for_s=10.0, up_mps2=40.0),))
    flight = fly(pulling, ascent)[0]
    assert "manoeuvre" in flight.phases(np.arange(0.0, flight.end))
    assert reach_of(pulling, flight).range > reach_of(FRIDAY, fly(FRIDAY, ascent)[0]).range


def test_a_push_to_the_right_of_an_eastward_flight_goes_south() -> None:
    ascent = ascent_of(FRIDAY)
    pushed = replace(FRIDAY, manoeuvres=(Manoeuvre(below_m=30e3, for_s=10.0, right_mps2=20.0),))
    south = []
    for launch in (FRIDAY, pushed):
        flight = fly(launch, ascent)[0]
        south.append(geodetic(flight.states(np.array([flight.end]))[:, :3])[1][0])
    assert south[1] < south[0] - 1e-3


def test_a_motor_too_weak_to_fly_falls_back_where_it_stood() -> None:
    weak = Launch(
        object="w", time="2025-11-07T01:00:00Z", latitude_deg=40.0, longitude_deg=125.0,
        azimuth_deg=90.0, ascent=Climb(initial_acceleration_mps2=12.0, burn_s=3.0, kick_deg=1.0),
    )  # fmt: skip
    flight = fly(weak)[0]
    assert reach_of(weak, flight).range < 10.0
    assert 3.0 < flight.end < 10.0


def test_a_coast_is_the_one_that_the_filters_predict() -> None:
    flight = fly(FRIDAY)[0]
    here, there = flight.states(np.array([120.0, 400.0]))
    state = np.array([[*here, math.log(FRIDAY.ballistic_coefficient_kgpm2), 0.0, 0.0]])
    predicted = propagate(COAST, state, 280.0)[0]
    # Above 100 km only the drag differs, by less than 2 % of almost nothing.
    np.testing.assert_allclose(predicted[:3], there[:3], atol=0.05)
    np.testing.assert_allclose(predicted[3:6], there[3:], atol=1e-3)


def test_a_boost_above_the_air_is_the_one_that_the_filters_predict() -> None:
    airless = replace(FRIDAY, ballistic_coefficient_kgpm2=math.inf)
    ascent = ascent_of(FRIDAY)
    here, there = fly(airless, ascent)[0].states(np.array([20.0, 80.0]))
    thrust = thrust_acceleration(ascent, 20.0)
    growth = thrust / ascent.exhaust_speed
    state = np.array([[*here, math.log(thrust), math.log(growth), 0.0]])
    predicted = propagate(BOOST, state, 60.0)[0]
    # Steps of a second through a turn that is fastest at the start.
    np.testing.assert_allclose(predicted[:3], there[:3], atol=0.1)


def test_fragments_begin_where_the_body_came_apart_at_the_speeds_that_they_are_given() -> None:
    launch = load("break-up").launches[0]
    assert launch.break_up is not None
    whole, *pieces = fly(launch)
    assert len(pieces) == len(launch.break_up.fragments)
    last = whole.states(np.array([whole.end]))[0]
    for piece, said in zip(pieces, launch.break_up.fragments, strict=True):
        first = piece.states(np.array([piece.start]))[0]
        assert piece.start == whole.end
        assert first[:3] == pytest.approx(last[:3], abs=1e-6)
        pushed = first[3:] - last[3:]
        given = math.hypot(said.ahead_mps, said.up_mps, said.right_mps)
        assert np.linalg.norm(pushed) == pytest.approx(given, abs=1e-9)
        # Ahead is along the velocity, and up is away from the Earth.
        assert pushed @ last[3:] / np.linalg.norm(last[3:]) == pytest.approx(said.ahead_mps)
        assert (pushed - said.ahead_mps * last[3:] / np.linalg.norm(last[3:])) @ last[
            :3
        ] * said.up_mps >= 0.0
    # The lighter a piece, the sooner the air stops it: the heaviest falls first.
    assert min(pieces, key=lambda piece: piece.end) is pieces[0]
