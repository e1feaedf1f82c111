"""Japan's radar loses a low flight behind the horizon; a Korean partner's track carries it on.

A body of 600 km range and 80 km apogee pulls up on its way down, as it passes under the
view of Japan's one radar. Korea has a ship nearby. Places and figures are made up.
"""

import numpy as np
import pytest
from pyproj import Geod

from launchwatch.earth.ellipsoid import geodetic_from_ecef
from launchwatch.edge.partnernode import parted
from launchwatch.engine import Engine
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.packet import Packet, Tick
from launchwatch.messages.partner import PartnerStanding
from launchwatch.messages.plot import Refused
from launchwatch.messages.sensor import Partner, SensorStatus
from launchwatch.messages.track import TrackUpdate
from launchwatch.messages.wire import encode
from launchwatch.simulate import observe, truth
from launchwatch.simulate.scenario import load
from launchwatch.timescale import SECOND, Instant, instant_from_utc

pytestmark = pytest.mark.compiled

GEOD = Geod(ellps="WGS84")
RADAR = """
[[sensors]]
id = "{}"
kind = "radar"
owner = "{}"
latitude_deg = {}
longitude_deg = {}
height_m = {}
range_sigma_m = 30.0
azimuth_sigma_deg = 0.07
elevation_sigma_deg = 0.07
range_rate_sigma_mps = 1.0
scan_period_s = 1.0
minimum_elevation_deg = {}
maximum_range_m = 2000000.0
detection_probability = 0.95
clutter_per_scan = 0.1
"""
SCENARIO = (
    'title = "A low flight that pulls up"\nstart = "2025-11-07T01:00:00Z"\nduration_s = 420.0\n'
    + RADAR.format("jp-west", "JPN", 35.5, 134.6, 400.0, 2.0)
    + RADAR.format("kr-north", "KOR", 37.9, 128.2, 900.0, 2.0)
    + RADAR.format("kr-ship", "KOR", 38.6, 131.5, 30.0, 0.5)
    + """
[[launches]]
object = "m1"
time = "2025-11-07T01:00:31Z"
latitude_deg = 40.0
longitude_deg = 125.4
azimuth_deg = 94.0
range_km = 600.0
apogee_km = 80.0

[[launches.manoeuvres]]
below_m = 30000.0
for_s = 25.0
up_mps2 = 30.0
"""
)
KOREA = Partner(id="kr-c2", owner="KOR", update_period_s=1.0)


def watched(contributors, sent):
    """Give all that a watch answers, and its summary."""
    engine, answers, due = Engine(contributors), [], None
    for number, (at, line) in enumerate(sent, 1):
        due = Instant((at // SECOND + 1) * SECOND) if due is None else due
        while due <= at:
            answers += engine.handle(Tick(time=due, mode="simulation"))
            due = Instant(due + SECOND)
        answers += engine.handle(
            Packet(source="link", line=number, format="jsonplots", received=at, mode="simulation",
                   payload=observe.encode(line))
        )  # fmt: skip
    return answers, engine.summary()


@pytest.fixture(scope="module")
def sky(tmp_path_factory):
    """Give what Japan hears, Korea's tracks among it, and where the body truly falls."""
    file = tmp_path_factory.mktemp("sky") / "low.toml"
    file.write_text(SCENARIO)
    scenario = load(file)
    bodies = truth.bodies(scenario, 1)
    made = parted(scenario.sensors, observe.arrivals(scenario, 1, bodies), [KOREA])
    last = list(truth.states(scenario, 1, bodies))[-1]
    latitude, longitude, height = geodetic_from_ecef(np.array([last["position_ecef_m"]]))
    assert height[0] < 500.0  # the last whole second before it falls
    return made, (np.degrees(longitude[0]), np.degrees(latitude[0]))


@pytest.fixture(scope="module")
def alone(sky):
    made, _ = sky
    return watched(made.contributors, [one for one in made.sent if one[1]["sensor"] != "kr-c2"])


@pytest.fixture(scope="module")
def together(sky):
    made, _ = sky
    return watched(made.contributors, made.sent)


def of_kind(watch, kind):
    return [one for one in watch[0] if isinstance(one, kind)]


def miss_of(watch, sky):
    """Give how far (m) the last fall area lies from the true fall."""
    (launch,) = watch[1].launches
    return GEOD.inv(launch.fall_longitude_deg, launch.fall_latitude_deg, *sky[1])[2]


def test_alone_japan_loses_it_and_takes_it_to_fall_short(alone, sky):
    last = [one for one in of_kind(alone, TrackUpdate) if one.status == "confirmed"][-1]
    assert last.last_plot < instant_from_utc("2025-11-07T01:05:45Z")
    # While it coasts unseen its fall area lies short of the truth, and hardly narrows.
    unseen = [one for one in of_kind(alone, FallArea) if one.time > last.last_plot]
    misses = [GEOD.inv(one.longitude_deg, one.latitude_deg, *sky[1])[2] for one in unseen]
    assert max(misses) > 20e3
    assert min(one.ellipse_95.semi_major_m for one in unseen) > 10e3


def test_with_korea_the_launch_is_declared_at_once_from_a_partners_word(alone, together):
    first, sooner = (of_kind(one, LaunchStatement)[0] for one in (alone, together))
    assert sooner.time < first.time - 60 * SECOND
    assert sooner.reason.endswith("climbs under power, by partners' word alone")
    assert [one.paths for one in (first, sooner)] == [1, 1]
    # Japan's own radar is the second independent way, once it sees it.
    assert of_kind(together, LaunchStatement)[-1].paths == 2


def test_with_korea_the_fall_area_follows_the_pull_up(together, sky):
    assert miss_of(together, sky) < 3e3
    last = of_kind(together, FallArea)[-1]
    assert last.ellipse_95.semi_major_m < 5e3


def test_it_is_one_track_and_one_launch_all_the_way(together):
    assert len(together[1].launches) == 1
    assert {one.track_id for one in of_kind(together, TrackUpdate)} == {"T0001"}
    standings = [one.standing for one in of_kind(together, PartnerStanding)]
    assert standings[:2] == ["alone", "joined"]
    assert of_kind(together, Refused) == []
    assert together[1].counts["partner_tracks"] > 250


def test_a_partner_that_falls_silent_is_named(sky):
    made, _ = sky
    until = instant_from_utc("2025-11-07T01:01:30Z")
    silent = watched(
        made.contributors,
        [one for one in made.sent if one[0] < until or one[1]["sensor"] != "kr-c2"][:400],
    )
    told = [(one.sensor, one.status) for one in of_kind(silent, SensorStatus)]
    assert ("kr-c2", "silent") in told


def test_the_same_lines_give_the_same_answers_byte_for_byte(sky):
    made, _ = sky
    until = instant_from_utc("2025-11-07T01:02:10Z")
    lines = [one for one in made.sent if one[0] < until]
    one, other = (watched(made.contributors, lines)[0] for _ in range(2))
    assert [encode(answer) for answer in one] == [encode(answer) for answer in other]


def test_lines_up_to_ten_seconds_late_are_used_and_repeated_ones_refused(sky):
    made, _ = sky
    late = []
    until = instant_from_utc("2025-11-07T01:03:45Z")
    for number, (at, line) in enumerate(one for one in made.sent if one[0] < until):
        delay = 7 * SECOND if "partner_track" in line and number % 3 == 0 else 0
        late.append((Instant(at + delay), line))
        if "partner_track" in line and number % 5 == 0:
            late.append((Instant(at + delay + SECOND), line))
    late.sort(key=lambda one: one[0])
    worse = watched(made.contributors, late)
    reasons = [one.reason for one in of_kind(worse, Refused)]
    assert reasons
    assert set(reasons) == {"repeated"}
    assert len(worse[1].launches) == 1
    standings = [one.standing for one in of_kind(worse, PartnerStanding)]
    assert standings[:2] == ["alone", "joined"]


def test_a_partner_that_lies_is_quarantined_and_the_watch_goes_on(sky, alone):
    """Korea's tracks leap about by 300 km; what Japan sees itself stays as it was."""
    made, _ = sky
    lied = []
    for number, (at, line) in enumerate(made.sent):
        x, y, z = line.get("position_ecef_m", (0.0, 0.0, 0.0))
        lie = {"position_ecef_m": [x + 300e3 * (number % 2), y, z + 200e3]}
        lied.append((at, line | lie if "partner_track" in line else line))
    watch = watched(made.contributors, lied)
    reasons = {one.reason for one in of_kind(watch, Refused)}
    assert reasons == {"absurd", "quarantine"}
    astray = [one for one in of_kind(watch, SensorStatus) if one.status == "astray"]
    assert [one.sensor for one in astray] == ["kr-c2"]
    assert "absurd lines within a minute" in astray[0].reason
    ours = [one for one in watch[1].launches if not one.cancelled]
    (true,) = alone[1].launches
    assert min(abs(one.launch_time - true.launch_time) for one in ours) < 20 * SECOND
