"""What is made of a warning besides CAP is read back by those who read such things."""

import json
import shutil
import subprocess

import pytest
import shapely
from lxml import etree
from msgspec.structs import replace

from launchwatch.messages.packet import Packet
from launchwatch.messages.track import PhaseProbabilities, TrackUpdate
from launchwatch.sensors.notices.reading import decode
from launchwatch.sensors.sapient import message
from launchwatch.timescale import instant_after, seconds_between
from launchwatch.warning.cursor_on_target import events
from launchwatch.warning.mapfiles import KML, geojson, kml
from launchwatch.warning.notices import navarea, notam
from launchwatch.warning.sapient import alert, detection

from .conftest import at


@pytest.fixture
def ended(some_warning):
    return replace(some_warning, action="all-clear", next_update=None, revision=9,
                   reasons=("hazard-over",))  # fmt: skip


def read_back(text, form):
    packet = Packet(source="test", line=1, format=form, received=at(200), mode="simulation",
                    payload=text.encode())  # fmt: skip
    return list(decode(packet))


@pytest.mark.parametrize(("write", "form"), [(navarea, "navwarn"), (notam, "notam")])
def test_our_own_reader_finds_area_and_times_in_the_draft(some_warning, write, form):
    (notice,) = read_back(write(some_warning), form)
    (area,) = notice.areas
    (window,) = area.windows
    fall = some_warning.fall_time
    assert window.start <= fall <= window.end
    assert seconds_between(window.start, window.end) < 1200.0
    read = shapely.union_all([shapely.Polygon(polygon[0]) for polygon in area.polygons])
    warned = shapely.union_all([shapely.Polygon(polygon[0]) for polygon in some_warning.region])
    assert read.covers(warned)
    assert read.area < 2.0 * warned.area


@pytest.mark.parametrize("write", [navarea, notam])
def test_a_draft_that_is_not_live_says_so_first(some_warning, write):
    assert "SIMULATION SIMULATION." in write(some_warning)
    assert "SIMULATION" not in write(replace(some_warning, mode="live"))


@pytest.mark.parametrize("write", [navarea, notam])
def test_the_end_of_a_warning_announces_no_danger(ended, write):
    text = write(ended)
    assert "NO LONGER BE AVOIDED" in text
    assert "BOUND" not in text


def test_an_event_draws_the_area_and_the_end_takes_it_away(some_warning, ended):
    (event,) = (etree.fromstring(one) for one in events(some_warning))
    (end,) = (etree.fromstring(one) for one in events(ended))
    assert event.get("uid") == end.get("uid")
    assert event.get("stale") > event.get("time")
    assert end.get("stale") == end.get("time")
    corners = [tuple(map(float, link.get("point").split(","))) for link in event.iter("link")]
    drawn = shapely.Polygon([(lon, lat) for lat, lon in corners])
    assert drawn.covers(shapely.Polygon(some_warning.region[0][0]))
    assert event.find("detail/contact").get("callsign").startswith("SIMULATION: ")
    assert event.get("how") == "m-s"


def test_an_event_without_an_area_is_a_spot(some_warning):
    (event,) = (etree.fromstring(one) for one in events(replace(some_warning, region=())))
    assert event.get("type") == "b-m-p-s-m"


def test_map_files_hold_the_area_that_goes_out(some_warning):
    feature = json.loads(geojson(some_warning))
    shape = shapely.from_geojson(json.dumps(feature["geometry"]))
    assert shape.is_valid
    assert shape.covers(shapely.Polygon(some_warning.region[0][0]))
    assert feature["properties"]["headline"].startswith("SIMULATION: ")
    root = etree.fromstring(kml(some_warning))
    text = root.findtext(f".//{{{KML}}}coordinates")
    ring = [tuple(map(float, each.split(","))) for each in text.split()]
    assert shapely.Polygon(ring).equals_exact(shape.geoms[0], 1e-4)
    assert json.loads(geojson(replace(some_warning, region=())))["geometry"] is None


def test_an_alert_is_sapient_to_its_own_judge(some_warning, ended):
    said = message(alert(some_warning))["alert"]
    assert said["status"] == "ALERT_STATUS_ACTIVE"
    assert said["description"].startswith("SIMULATION: ")
    assert 130.0 < said["location"]["x"] < 137.0
    last = message(alert(ended))["alert"]
    assert (last["alert_id"], last["status"]) == (said["alert_id"], "ALERT_STATUS_CLEAR")


def test_a_track_is_a_detection_with_errors_and_class():
    track = TrackUpdate(
        track_id="T1", time=at(60), known=at(60), mode="simulation", status="confirmed",
        position_ecef_m=(-3.6e6, 4.1e6, 4.2e6), velocity_ecef_mps=(-1000.0, 200.0, 900.0),
        covariance_ecef=(100.0, 0, 0, 0, 0, 0, 100.0, 0, 0, 0, 0, 100.0, 0, 0, 0, 4.0, 0, 0, 4.0, 0,
                         4.0),
        phase=PhaseProbabilities(), sensors=("a",), plots=9, hypotheses=(), first_plot=at(40),
        last_plot=at(60),
    )  # fmt: skip
    report = message(detection(track, {"short-range": 0.9, "unknown": 0.1}))["detection_report"]
    assert report["location"]["z_error"] == pytest.approx(10.0)
    assert report["enu_velocity"]["up_rate_error"] == pytest.approx(2.0)
    assert report["classification"][0] == {"type": "short-range", "confidence": 0.9}
    later = replace(track, known=instant_after(track.known, 1.0))
    other = message(detection(later))["detection_report"]
    assert other["object_id"] == report["object_id"]
    assert other["report_id"] != report["report_id"]


def test_every_form_is_well_formed_to_an_outside_judge(some_warning, tmp_path):
    if shutil.which("xmllint") is None:
        pytest.skip("no xmllint: install libxml2-utils")
    for name, content in (("kml", kml(some_warning)), ("cot", events(some_warning)[0])):
        path = tmp_path / name
        path.write_bytes(content)
        subprocess.run(["xmllint", "--nonet", "--noout", path], check=True)
