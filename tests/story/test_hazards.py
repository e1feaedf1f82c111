"""A ship in the fall area is named before the fall, with course and time; one far away is not."""

import json

import pytest

from launchwatch.assessment.zones import Zones
from launchwatch.edge.trafficfile import together
from launchwatch.engine import Engine
from launchwatch.messages.hazard import HazardList
from launchwatch.messages.packet import Packet, Tick
from launchwatch.messages.plot import Refused
from launchwatch.messages.wire import encode
from launchwatch.simulate import observe, scenario
from launchwatch.timescale import SECOND, Instant, instant_after, instant_from_utc, utc_from_instant

# Where friday's missile comes down by the simulator's own integrator, to 1 km.
FALL = instant_from_utc("2025-11-07T01:08:23Z")
LATITUDE, LONGITUDE = 39.097, 133.233
# A second of latitude is 30.9 m: this boat sails into the middle from 2.4 km south.
FAR = {"mmsi": "431000999", "latitude_deg": 41.5, "longitude_deg": 137.5}


def ship(**fields):
    return {"course_deg": 0.0, "speed_mps": 3.0, "position_sigma_m": 5.0, **fields}


def reports(start, until):
    """Give what two boats and an aid to navigation report, every 10 s."""
    for second in range(0, until, 10):
        time = instant_after(start, second)
        left = (FALL - time) / SECOND
        near = {"mmsi": "431000123", "name": "NEAR MARU", "longitude_deg": LONGITUDE}
        near["latitude_deg"] = LATITUDE - 3.0 * left / 111_195.0
        aid = {"mmsi": "994310001", "station": "aid", "latitude_deg": LATITUDE,
               "longitude_deg": LONGITUDE}  # fmt: skip
        for number, line in enumerate((ship(**near), ship(**FAR), aid)):
            content = {**line, "time": utc_from_instant(time), "mode": "simulation"}
            yield Packet(
                source="traffic", line=second + number, format="jsontraffic", received=time,
                mode="simulation", payload=json.dumps(content).encode(),
            )  # fmt: skip


@pytest.fixture(scope="module")
def stimuli():
    friday = scenario.load("friday")
    plots = [
        Packet(
            source="plots", line=number, format="jsonplots", received=arrival, mode="simulation",
            payload=observe.encode(plot),
        )
        for number, (arrival, plot) in enumerate(observe.arrivals(friday, 1), 1)
    ]  # fmt: skip
    last = plots[-1].received
    ticks = [Tick(time=Instant(last + n * SECOND), mode="simulation") for n in range(1, 400)]
    return list(together([*plots, *ticks], reports(friday.start, 560)))


@pytest.fixture(scope="module")
def watched(stimuli):
    engine = Engine(dict(scenario.load("friday").sensors), zones=Zones.built_in())
    return [answer for one in stimuli for answer in engine.handle(one)], engine


@pytest.mark.compiled
def test_a_ship_in_the_fall_area_is_named_with_course_and_time_before_the_fall(watched):
    answers, _ = watched
    lists = [one for one in answers if isinstance(one, HazardList)]
    early = [one for one in lists if one.time < FALL - 60 * SECOND]
    assert early
    (near,) = [one for one in early[-1].endangered if one.identity == "431000123"]
    assert near.name == "NEAR MARU"
    assert near.course_deg == 0.0
    assert near.probability > 0.5
    # The forecast of the time is the fall's own, to a few seconds by a minute before.
    assert abs(early[-1].fall_time - FALL) < 5 * SECOND


@pytest.mark.compiled
def test_one_far_away_and_what_is_no_ship_are_never_named_near_the_end(watched):
    answers, _ = watched
    lists = [one for one in answers if isinstance(one, HazardList)]
    late = [one for one in lists if one.time > FALL - 240 * SECOND]
    named = {one.identity for each in late for one in each.endangered}
    assert named == {"431000123"}
    assert {(one.vessels, one.aircraft) for one in late} == {(2, 0)}


@pytest.mark.compiled
def test_after_the_fall_the_summary_says_who_was_there(watched):
    answers, engine = watched
    # A booster's list, if one separated, is closed later: its fall is less sure in time.
    lists = [one for one in answers if isinstance(one, HazardList)]
    last = [one for one in lists if one.body == "whole"][-1]
    assert last.is_final
    assert [one.identity for one in last.endangered] == ["431000123"]
    (launch,) = engine.summary().launches
    assert [one.identity for one in launch.exposed] == ["431000123"]
    assert launch.is_exposure_final


@pytest.mark.compiled
def test_traffic_is_refused_nowhere_and_repeats_byte_for_byte(stimuli, watched):
    answers, _ = watched
    assert not [one for one in answers if isinstance(one, Refused)]
    again = Engine(dict(scenario.load("friday").sensors), zones=Zones.built_in())
    # A quarter of them: the first lists of those in danger are among the answers.
    repeated = [answer for one in stimuli[: len(stimuli) // 4] for answer in again.handle(one)]
    assert any(isinstance(one, HazardList) for one in repeated)
    assert [encode(one) for one in repeated] == [encode(one) for one in answers[: len(repeated)]]
