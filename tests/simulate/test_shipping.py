"""Simulated ships and airliners say where they are, as receivers would hear it."""

from itertools import pairwise

import pytest
from msgspec.structs import replace
from pyproj import Geod

from launchwatch.simulate.plan import Reporting
from launchwatch.simulate.scenario import load
from launchwatch.simulate.shipping import reports
from launchwatch.timescale import instant_from_utc

PLAN = Reporting(fishing=2, cargo=2, airliners=2, latitude_deg=39.0, longitude_deg=133.0)


@pytest.fixture(scope="module")
def scenario():
    return replace(load("friday"), reporting=PLAN)


@pytest.fixture(scope="module")
def lines(scenario):
    return [line for _, line in reports(scenario, 1)]


def by_name(lines):
    found = {}
    for line in lines:
        found.setdefault(line.get("mmsi") or line["icao24"], []).append(line)
    return found


def test_the_same_seed_says_the_same(scenario, lines):
    assert [line for _, line in reports(scenario, 1)] == lines
    assert [line for _, line in reports(scenario, 2)] != lines


def test_everybody_is_heard_in_order(lines):
    times = [instant_from_utc(line["time"]) for line in lines]
    assert times == sorted(times)
    assert len(by_name(lines)) == 6


def test_speed_and_course_are_those_of_the_way_that_is_made(lines):
    geod = Geod(ellps="WGS84")
    for name, path in by_name(lines).items():
        for one, other in pairwise(path):
            azimuth, _, way = geod.inv(
                one["longitude_deg"], one["latitude_deg"],
                other["longitude_deg"], other["latitude_deg"],
            )  # fmt: skip
            seconds = (instant_from_utc(other["time"]) - instant_from_utc(one["time"])) / 1e9
            # Positions err by 5 and 12 m each, of which six sigmas of two stay.
            slack = 43.0 if len(name) == 9 else 105.0
            assert way == pytest.approx(one["speed_mps"] * seconds, abs=slack)
            if way > 400.0:
                assert abs((azimuth - one["course_deg"] + 180.0) % 360.0 - 180.0) < 15.0


def test_nobody_reports_where_nobody_is_wanted(scenario):
    assert reports(replace(scenario, reporting=Reporting()), 1) == []
