"""From what was said to the flights that fit it."""

import numpy as np
import pytest

from launchwatch.errors import InputError
from launchwatch.messages.claim import Claim
from launchwatch.messages.reconciled import Report
from launchwatch.messages.sensor import Infrared, Radar
from launchwatch.record.reconciling import reconcile
from launchwatch.record.reconstructing import reconstruct
from launchwatch.record.reconstructing.fitting import fit
from launchwatch.record.reconstructing.flying import Laws, flown, path
from launchwatch.record.reconstructing.shapes import branch_of, least_effort_apogee

from .telling import three

HERE = {"name": "here", "country": "PRK", "latitude_deg": 40.0, "longitude_deg": 125.2,
        "radius_km": 5.0}  # fmt: skip
THERE = {"name": "there", "country": "JPN", "latitude_deg": 39.9, "longitude_deg": 133.0,
         "radius_km": 20.0}  # fmt: skip
RADAR = Radar(
    id="jp", owner="JPN", latitude_deg=37.2, longitude_deg=131.9, height_m=350.0,
    range_sigma_m=30.0, azimuth_sigma_deg=0.1, elevation_sigma_deg=0.1, scan_period_s=1.0,
    minimum_elevation_deg=2.0, maximum_range_m=2e6,
)  # fmt: skip
INFRARED = Infrared(
    id="ir", owner="USA", latitude_deg=0.0, longitude_deg=105.0, height_m=35_786e3,
    line_of_sight_sigma_rad=3e-4, scan_period_s=1.0,
)  # fmt: skip
SENSORS = {"jp": RADAR, "ir": INFRARED}


def claim(kind, value, **more):
    return Claim(
        kind=kind, value=value, unit="km", text=str(value), start=0, end=1,
        source=more.pop("source", "South Korea's Joint Chiefs of Staff"), **more,
    )  # fmt: skip


def family(*claims, zones=None, seed=1):
    account = reconcile([Report(name="r", claims=claims)])
    return reconstruct(account, np.random.default_rng(seed), SENSORS, zones)


def laws(count, **other):
    columns = {
        "latitude": np.radians(40.0), "longitude": np.radians(125.0), "azimuth": np.radians(90.0),
        "acceleration": 20.0, "exhaust": 2250.0, "log_beta": np.log(6000.0), "below": -1.0,
        "lasts": 0.0, "lift": 0.0,
    }  # fmt: skip
    return Laws(*(np.full(count, (columns | other)[name]) for name in Laws._fields))


def test_a_family_flies_as_the_independent_simulator_does():
    from launchwatch.simulate.flights import fly, reach_of
    from launchwatch.simulate.scenario import load

    # The simulator's shipped flight of 700 km and 180 km height, with its own integrator.
    (launch,) = load("friday").launches
    flight = fly(launch)[0]
    told = reach_of(launch, flight)
    found = fit(
        laws(1, acceleration=launch.ascent.initial_acceleration_mps2),
        np.array([told.range]), np.array([told.apogee]),
    )  # fmt: skip
    assert found.settled.all()
    burnout = flight.states(np.array([launch.ascent.burn_s]))[0, 3:]
    # Drag on the way up is left out here; what it leaves is the same free flight.
    assert found.flown.speed[0] == pytest.approx(np.linalg.norm(burnout), rel=0.02)
    assert found.flown.seconds[0] == pytest.approx(told.flight_time, rel=0.02)


def test_a_flight_falls_where_it_is_wanted_though_the_earth_turns_beneath_it():
    far, high = np.full(3, 1_000e3), np.array([6_000e3, 1_000e3, 250e3])
    found = fit(laws(3, exhaust=4_200.0, azimuth=np.radians(72.0)), far, high)
    assert found.settled.all()
    np.testing.assert_allclose(np.degrees(found.flown.bearing), 72.0, atol=0.5)
    # Not the mirror of it, thrown to the west so that the Earth brings it back behind its launch.
    assert np.cos(found.laws.azimuth - np.radians(72.0)).min() > 0.99


@pytest.mark.parametrize(
    ("range_km", "apogee_km", "minutes"),
    # As governments gave them: 2017-09-15, 2017-11-29, 2022-10-04, 2023-07-12.
    [(3700, 770, 19), (960, 4475, 53), (4600, 1000, 22), (1000, 6648, 74)],
)
def test_known_flights_last_as_long_as_governments_said(range_km, apogee_km, minutes):
    made = family(claim("launch_place", HERE), claim("range", range_km), claim("apogee", apogee_km))
    time = made.branches[0].flight_time_s
    # Stated to the minute; burning and staging differ.
    assert time.low / 60 - 1.5 < minutes < time.high / 60 + 1.5


def test_a_steep_flight_is_lofted_a_flat_one_pulls_up_and_most_are_normal():
    place = claim("launch_place", HERE)
    lofted = family(place, claim("range", 500), claim("apogee", 600))
    assert [one.name for one in lofted.branches] == ["lofted"]
    normal = family(place, claim("range", 700), claim("apogee", 180))
    assert normal.branches[0].name == "normal"
    flat = family(place, claim("range", 700), claim("apogee", 50))
    assert flat.branches[0].name == "pull-up"
    assert any("pull-up" in one for one in flat.explained)


def test_without_a_height_every_kind_of_flight_stays_possible():
    made = family(claim("launch_place", HERE), claim("range", 700))
    assert {one.name for one in made.branches} >= {"lofted", "normal", "depressed"}
    assert sum(one.probability for one in made.branches) == pytest.approx(1.0, abs=0.01)
    assert any("how high" in one for one in made.assumed)
    # Said to have flown 13 minutes, it was lofted.
    timed = family(claim("launch_place", HERE), claim("range", 700), claim("flight_time", 13))
    assert timed.branches[0].name == "lofted"
    # A normal flight of ten minutes lies three sigmas off, and is commoner to begin with.
    assert timed.branches[0].probability > 0.75


def test_the_least_speed_for_a_range_is_at_the_height_of_least_effort():
    reach = np.full(9, 1_000e3)
    heights = float(least_effort_apogee(1_000e3)) * np.array(
        [0.5, 0.6, 0.75, 0.9, 1.0, 1.15, 1.4, 1.8, 2.5]
    )
    speeds = fit(laws(9, exhaust=2900.0), reach, heights).flown.speed
    # The speed is that at burnout, where part of the height is won already: flat at the bottom.
    assert 2 <= int(np.argmin(speeds)) <= 7
    assert speeds[0] > 1.03 * speeds.min()
    assert branch_of(1_000e3, heights[4]) == "normal"


def test_where_it_fell_says_in_which_direction_it_flew():
    made = family(claim("launch_place", HERE), claim("fall_place", THERE), claim("apogee", 180))
    course = made.courses[0]
    assert course.azimuth_deg == pytest.approx(88.0, abs=8.0)
    assert course.range_km == pytest.approx(665.0, abs=60.0)
    assert made.branches[0].fall_longitude_deg == pytest.approx(133.0, abs=0.4)


def test_a_far_radar_loses_a_flat_flight_below_its_horizon():
    made = family(claim("launch_place", HERE), claim("range", 700), claim("apogee", 50))
    radar = next(one for one in made.views if one.kind == "radar")
    assert radar.last_height_km.value > 5.0
    assert radar.unseen_km.value > 20.0
    infrared = next(one for one in made.views if one.kind == "infrared")
    # It sees a burning motor above the clouds, and nothing afterwards.
    assert 9.0 < infrared.first_height_km.value < 14.0
    assert infrared.unseen_km.value > 300.0


def test_the_horizon_explains_why_two_governments_said_different_things():
    made = reconstruct(reconcile(three()), np.random.default_rng(3), SENSORS)
    (why,) = (one for one in made.explained if one.startswith("Japan says over 450 km"))
    assert "South Korea says about 700 km" in why


def test_an_official_verdict_stands_and_ours_stands_beside_it():
    def zones(latitude, longitude):
        return [("JPN-EEZ", "eez")] * len(latitude)

    verdict = Claim(
        kind="zone_verdict", value={"zone": "JPN-EEZ", "verdict": "outside"}, unit="", text="out",
        start=0, end=1, source="Japan's Ministry of Defense",
    )  # fmt: skip
    made = family(
        claim("launch_place", HERE), claim("range", 700), claim("apogee", 180), verdict,
        zones=zones,
    )  # fmt: skip
    (beside,) = made.beside
    assert (beside.verdict, beside.voice) == ("outside", "JPN")
    assert beside.probability == pytest.approx(1.0)
    assert "overrules nothing" in beside.sentence


def test_the_same_seed_gives_the_same_family():
    told = (claim("launch_place", HERE), claim("range", 700), claim("apogee", 180))
    assert family(*told) == family(*told)


def test_a_sampled_path_ends_where_the_flight_does():
    for other in ({}, {"below": 30e3, "lasts": 30.0, "lift": 15.0}):
        one = laws(1, **other)
        ended = flown(one, np.array([0.7]), np.array([np.log(0.45)]))
        rows = path(one, 0.7, float(np.log(0.45)), 1.0)
        # The path is sampled each second: it ends less than one past the ground.
        assert rows[-1, 0] == pytest.approx(ended.seconds[0], abs=2.5)
        assert rows[:, 6].max() == pytest.approx(ended.apogee[0], rel=0.01)


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ((claim("range", 700),), "launch place"),
        ((claim("launch_place", HERE),), "a range or a place of fall"),
        ((claim("launch_place", HERE), claim("range", 700), claim("class", "space-launch")),
         "launch of a satellite"),
    ],
)  # fmt: skip
def test_what_cannot_be_reconstructed_is_refused_with_what_is_wanted(claims, words):
    with pytest.raises(InputError, match=words):
        family(*claims)
