"""Hazards: who is inside a fall area when something falls there."""

import math
from itertools import pairwise

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from launchwatch.assessment import _kernels_hazard as kernels
from launchwatch.assessment.hazards import HORIZON_S, Hazards, endangered, exposures
from launchwatch.assessment.traffic import AIRCRAFT_KEPT_S, SHIP_KEPT_S, Picture
from launchwatch.messages.fallarea import FallArea, ZoneProbability
from launchwatch.messages.launch import Ellipse
from launchwatch.messages.traffic import AircraftReport, VesselReport
from launchwatch.timescale import Instant, instant_after, instant_from_utc, seconds_between

NOW = instant_from_utc("2025-11-07T01:05:00Z")
FALL = instant_after(NOW, 300.0)
LATITUDE, LONGITUDE = 40.0, 134.0
DEGREE = math.radians(1.0) * 6_371_000.0  # metres on the kernels' sphere


def square(half_km, latitude=LATITUDE, longitude=LONGITUDE):
    """Give a square ring with sides east and north, 2 half_km long."""
    north = half_km * 1e3 / DEGREE
    east = north / math.cos(math.radians(latitude))
    return tuple(
        (longitude + x * east, latitude + y * north)
        for x, y in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))
    )


def area(*rings, **changes):
    made = FallArea(
        launch_id="L1", track_id="T1", revision=7, time=NOW, epoch=NOW, mode="replay",
        fall_time=FALL, fall_time_sigma_s=0.0, latitude_deg=LATITUDE, longitude_deg=LONGITUDE,
        ellipse_95=Ellipse(semi_major_m=1e4, semi_minor_m=1e4, azimuth_deg=0.0),
        region_95=(rings or (square(10.0),),), region_area_m2=4e8, zones=(), body="whole",
        apogee_m=2e5, apogee_sigma_m=1e3,
    )  # fmt: skip
    return replace(made, **changes)


def ship(east_km=0.0, north_km=0.0, *, before=0.0, **changes):
    made = VesselReport(
        mmsi="431000123", time=instant_after(NOW, -before), received=NOW, mode="replay",
        latitude_deg=LATITUDE + north_km * 1e3 / DEGREE,
        longitude_deg=LONGITUDE + east_km * 1e3 / DEGREE / math.cos(math.radians(LATITUDE)),
        position_sigma_m=5.0, course_deg=90.0, speed_mps=0.0, name="MARU", source="t", line=1,
    )  # fmt: skip
    return replace(made, **changes)


def plane(east_km=0.0, north_km=0.0, **changes):
    vessel = ship(east_km, north_km)
    made = AircraftReport(
        icao24="71be12", time=NOW, received=NOW, mode="replay", latitude_deg=vessel.latitude_deg,
        longitude_deg=vessel.longitude_deg, position_sigma_m=12.0, course_deg=90.0,
        speed_mps=230.0, height_m=10_000.0, callsign="KAL704", source="t", line=1,
    )  # fmt: skip
    return replace(made, **changes)


def judged(report, where=None):
    """Give what is said of one reporter, None where it is not named."""
    picture = Picture()
    picture.take(report)
    found = endangered(where or area(), picture.known(NOW), NOW).endangered
    return found[0] if found else None


def test_a_ship_in_the_middle_is_named_with_course_and_distance():
    one = judged(ship(speed_mps=5.0, course_deg=214.0))
    assert (one.kind, one.identity, one.name) == ("vessel", "431000123", "MARU")
    assert one.probability == pytest.approx(1.0, abs=1e-6)
    assert one.course_deg == 214.0
    # 1,500 m to the south-west by then, nearer to the southern edge.
    assert one.distance_m == pytest.approx(-(10_000 - 1_500 * math.cos(math.radians(34))), rel=1e-3)


def test_a_ship_far_away_is_not():
    assert judged(ship(east_km=60.0, speed_mps=5.0)) is None


def test_a_ship_on_its_way_in_is_named_with_the_time_at_which_it_enters():
    one = judged(ship(east_km=-11.5, speed_mps=10.0, course_deg=90.0))
    # 1.5 km at 10 m/s; 20 km more to the other side lie beyond the horizon.
    assert seconds_between(NOW, one.enters) == pytest.approx(150.0, rel=2e-3)
    assert one.leaves is None
    assert one.probability > 0.95
    leaving = judged(ship(east_km=6.0, speed_mps=10.0, course_deg=90.0))
    assert leaving.enters is None
    assert seconds_between(NOW, leaving.leaves) == pytest.approx(400.0, rel=2e-3)


def test_who_enters_only_after_the_fall_is_told_when():
    one = judged(ship(east_km=-13.6, speed_mps=10.0, course_deg=90.0))
    assert seconds_between(NOW, one.enters) == pytest.approx(360.0, rel=2e-3)
    assert one.distance_m == pytest.approx(600.0, rel=2e-2)
    assert 0.01 <= one.probability < 0.5


def test_a_report_is_carried_on_from_when_it_was_made():
    # Ten minutes old and 5 km away, steering for the area at 9 m/s.
    one = judged(ship(east_km=-15.0, before=300.0, speed_mps=10.0))
    assert one.age_s == 300.0
    assert one.distance_m == pytest.approx(-1_000.0, rel=2e-2)


def test_doubt_grows_with_the_age_of_a_report():
    def at_edge(before):
        return judged(ship(east_km=-9.0, before=before, speed_mps=0.4, course_deg=0.0)).probability

    shares = [at_edge(age) for age in (0.0, 600.0, 1_200.0, 1_700.0)]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] > 0.99 > 0.9 > shares[-1] > 0.5


def test_the_doubt_about_the_time_of_the_fall_lies_along_the_course():
    crossing = plane(course_deg=90.0, time=FALL)
    late = area(fall_time_sigma_s=60.0)
    sure, doubtful = judged(crossing), judged(crossing, late)
    assert sure.probability > 0.999
    # 13.8 km of doubt along a course of which 20 km lie inside.
    assert doubtful.probability == pytest.approx(math.erf(10.0 / 13.8 / math.sqrt(2.0)), abs=1e-3)


def test_an_aircraft_is_judged_where_and_when_the_body_passes_its_height():
    # Falls east at 45 degrees, 1 km/s each way: 10 km up it is 10 km to the west, 10 s before.
    start = LONGITUDE - 100e3 / DEGREE / math.cos(math.radians(LATITUDE))
    path = ((start, LATITUDE, 100e3, 200.0), (LONGITUDE, LATITUDE, 0.0, 300.0))
    falling = area((square(2.0)), path=path, fall_time_sigma_s=0.5)
    still = {"speed_mps": 0.0, "time": FALL}
    assert judged(plane(east_km=-10.0, **still), falling).probability > 0.95
    assert judged(plane(east_km=0.0, **still), falling) is None
    assert judged(plane(east_km=0.0, height_m=0.0, **still), falling).probability > 0.95
    assert judged(ship(), falling).probability > 0.95


def test_holes_are_outside_and_several_parts_are_inside():
    ring = area(square(10.0), square(5.0)[::-1])
    assert judged(ship(), ring) is None
    assert judged(ship(east_km=7.0), ring).probability > 0.99
    apart = replace(area(), region_95=((square(5.0),), (square(5.0, longitude=135.0),)))
    assert judged(ship(), apart).probability > 0.99
    assert judged(ship(longitude_deg=135.0), apart).probability > 0.99
    assert judged(ship(longitude_deg=134.5), apart) is None


def test_the_antimeridian_is_no_edge():
    ring = tuple((x if x <= 180.0 else x - 360.0, y) for x, y in square(10.0, longitude=179.99))
    where = area(ring, longitude_deg=179.99)
    assert judged(ship(longitude_deg=-179.95), where).probability > 0.99


@given(
    st.floats(-15.0, 15.0), st.floats(-15.0, 15.0), st.floats(2_000.0, 20_000.0),
    st.floats(0.0, 360.0), st.floats(0.0, 100.0),
)  # fmt: skip
def test_the_probability_is_what_samples_count(east, north, sigma, course, sigma_t):
    where = area(square(10.0), square(4.0)[::-1], fall_time_sigma_s=sigma_t)
    report = ship(east, north, position_sigma_m=sigma, course_deg=course, speed_mps=12.0, time=FALL)
    picture = Picture()
    picture.take(report)
    found = exposures(where, picture.known(NOW), NOW)[0, 0]
    chance = np.random.default_rng(5)
    along, across = chance.normal(size=(2, 20_000)) * [[math.hypot(sigma, 12.0 * sigma_t)], [sigma]]
    sine, cosine = math.sin(math.radians(course)), math.cos(math.radians(course))
    x = east * 1e3 + along * sine + across * cosine
    y = north * 1e3 + along * cosine - across * sine
    inside = (np.maximum(abs(x), abs(y)) < 10e3) & ~(np.maximum(abs(x), abs(y)) < 4e3)
    # Four sigmas of a count of 20,000; and a side of 20 km is a parallel in one and bulges by
    # 7 m in the other, which is 2e-3 of the smallest sigma here.
    assert found == pytest.approx(inside.mean(), abs=4.0 * 0.5 / math.sqrt(20_000) + 2e-3)


def test_the_share_of_a_polygon_is_exact():
    # A square of side 2a about the middle holds erf(a / sqrt 2) squared of a round normal.
    for half in (0.01, 0.5, 1.0, 3.0, 8.0):
        corners = [(-half, -half), (half, -half), (half, half), (-half, half), (-half, -half)]
        total = sum(kernels.edge_share(*a, *b) for a, b in pairwise(corners))
        assert total / (2.0 * math.pi) == pytest.approx(
            math.erf(half / math.sqrt(2.0)) ** 2, abs=2e-6
        )
    # Beside a straight edge at distance d lies what the normal's tail holds.
    for d in (-3.0, -0.5, -1e-3, 1e-3, 0.7, 5.0):
        corners = [(-50.0, -50.0), (d, -50.0), (d, 50.0), (-50.0, 50.0), (-50.0, -50.0)]
        total = sum(kernels.edge_share(*a, *b) for a, b in pairwise(corners))
        wanted = 0.5 * math.erfc(-d / math.sqrt(2.0))
        assert total / (2.0 * math.pi) == pytest.approx(wanted, abs=2e-6)


def test_distances_agree_with_another_geometry():
    ring = square(10.0)
    flat = shapely.Polygon(
        [((x - LONGITUDE) * math.cos(math.radians(LATITUDE)), y - LATITUDE) for x, y in ring]
    )
    for east, north in ((3.0, 8.0), (14.0, 0.0), (12.0, 13.0), (-9.9, 1.0)):
        found = judged(ship(east, north, position_sigma_m=5_000.0))
        point = shapely.Point(east * 1e3 / DEGREE, north * 1e3 / DEGREE)
        wanted = flat.exterior.distance(point) * DEGREE * (-1.0 if flat.contains(point) else 1.0)
        # The two planes differ by the square of 15 km over the Earth's radius.
        assert found.distance_m == pytest.approx(wanted, abs=15.0)


def test_who_has_no_position_or_is_no_ship_is_not_in_the_picture():
    picture = Picture()
    picture.take(ship(latitude_deg=None, longitude_deg=None))
    picture.take(ship(station="aid"))
    picture.take(ship(station="shore"))
    assert len(picture) == 0


def test_who_is_not_heard_any_more_is_forgotten():
    picture = Picture()
    picture.take(ship())
    picture.take(plane())
    later = instant_after(NOW, AIRCRAFT_KEPT_S + 1.0)
    assert [one.time for one in picture.known(later).reports] == [NOW]
    assert len(picture) == 1
    picture.known(instant_after(NOW, SHIP_KEPT_S + 1.0))
    assert len(picture) == 0


def test_an_older_report_does_not_replace_a_newer():
    picture = Picture()
    picture.take(ship(east_km=1.0))
    picture.take(ship(east_km=5.0, before=10.0))
    assert picture.known(NOW).times.tolist() == [NOW]


def test_many_come_and_go():
    picture = Picture()
    for n in range(600):
        picture.take(ship(mmsi=f"{n:09}", time=Instant(NOW + n)))
    assert len(picture.known(NOW).reports) == 600
    picture.take(plane())
    assert len(picture.known(instant_after(NOW, 10.0)).reports) == 601


def test_without_course_and_speed_doubt_grows_in_every_direction():
    lost = judged(ship(course_deg=None, speed_mps=None, before=600.0))
    # 3 m/s for 900 s are 2.7 km of each axis, in a square of 10 km each way.
    assert lost.probability == pytest.approx(math.erf(10.0 / 2.7 / math.sqrt(2.0)) ** 2, abs=1e-3)


def test_lists_are_said_when_they_are_news():
    hazards = Hazards()
    assert hazards.judge(area()) == []  # nobody is known
    hazards.take(ship())
    (first,) = hazards.judge(area())
    assert [one.identity for one in first.endangered] == ["431000123"]
    assert (first.vessels, first.aircraft) == (1, 0)
    assert hazards.judge(replace(area(), time=instant_after(NOW, 2.0))) == []
    assert len(hazards.judge(replace(area(), time=instant_after(NOW, 10.0)))) == 1
    away = replace(
        area(square(1.0, latitude=45.0)), latitude_deg=45.0, time=instant_after(NOW, 11.0)
    )
    (none,) = hazards.judge(away)
    assert none.endangered == ()


def test_after_the_fall_it_is_said_who_was_there():
    hazards = Hazards()
    hazards.take(ship(speed_mps=0.0))
    hazards.judge(area())
    assert hazards.tick(instant_after(FALL, 29.0)) == []
    # By now it has left; where it was at the fall is asked.
    hazards.take(ship(east_km=9.9, speed_mps=5.0, time=instant_after(FALL, 30.0)))
    (last,) = hazards.tick(instant_after(FALL, 30.0))
    assert last.is_final
    assert last.endangered[0].distance_m == pytest.approx(-250.0, abs=5.0)
    assert hazards.tick(instant_after(FALL, 31.0)) == []


def test_two_bodies_of_one_track_have_lists_of_their_own():
    hazards = Hazards()
    hazards.take(ship())
    (whole,) = hazards.judge(area())
    booster = replace(area(square(1.0, latitude=45.0)), latitude_deg=45.0, body="booster")
    hazards.take(ship(mmsi="431000999", latitude_deg=45.0))
    (other,) = hazards.judge(booster)
    assert [one.identity for one in whole.endangered] == ["431000123"]
    assert [one.identity for one in other.endangered] == ["431000999"]
    last = hazards.tick(instant_after(FALL, 30.0))
    assert [one.body for one in last] == ["whole", "booster"]


def test_a_launch_that_is_withdrawn_leaves_no_last_word():
    hazards = Hazards()
    hazards.take(ship())
    hazards.judge(area())
    hazards.forget("L1")
    assert hazards.tick(instant_after(FALL, HORIZON_S)) == []


def test_what_may_stay_in_orbit_endangers_the_less():
    zone = ZoneProbability(zone="high-seas", kind="high-seas", probability=0.25)
    assert judged(ship(), area(zones=(zone,))).probability == pytest.approx(0.25)


def test_the_doubts_of_a_report_stay_with_it():
    assert judged(ship(doubts=("jump",))).doubts == ("jump",)


def test_a_region_as_large_as_a_sea_names_nobody_until_it_means_something():
    hazards = Hazards()
    hazards.take(ship())
    vague = area(region_area_m2=9e11)
    assert hazards.judge(vague) == []
    (named,) = hazards.judge(area())
    assert len(named.endangered) == 1
    # Who has been named hears how it goes on.
    again = replace(vague, time=instant_after(NOW, 20.0))
    assert len(hazards.judge(again)) == 1
