"""What an archive knows, as files that maps and globes read."""

import json
from contextlib import closing

import pytest
from click.testing import CliRunner
from lxml import etree

from launchwatch.cli import main
from launchwatch.edge.archive import Archive, rows_of
from launchwatch.edge.mapexports import export
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import Ellipse, LaunchStatement
from launchwatch.messages.packet import Tick
from launchwatch.messages.track import PhaseProbabilities, TrackUpdate
from launchwatch.messages.warning import Warning  # noqa: A004 - the field's word
from launchwatch.timescale import SECOND, Instant, instant_from_utc
from launchwatch.warning.mapfiles import KML

START = instant_from_utc("2025-11-07T01:00:00Z")
ELLIPSE = Ellipse(semi_major_m=9000.0, semi_minor_m=3000.0, azimuth_deg=80.0)
BOX = (((134.0, 41.0), (134.2, 41.0), (134.2, 41.2), (134.0, 41.0)),)


def at(seconds):
    return Instant(START + seconds * SECOND)


def said(seconds):
    """Give what was said at a moment: a launch, where it is, falls, and whom it warned."""
    yield LaunchStatement(
        launch_id="L1", revision=seconds, time=at(seconds), mode="exercise", track_ids=("T'1",),
        launch_time=at(-40), launch_time_sigma_s=2.0, latitude_deg=40.2, longitude_deg=125.2,
        position_ellipse_95=ELLIPSE, probability=0.99, cancelled=False, reason="seen rising",
    )  # fmt: skip
    yield TrackUpdate(
        track_id="T'1", time=at(seconds), known=at(seconds), mode="exercise", status="confirmed",
        position_ecef_m=(-3.6e6 + seconds, 4.1e6, 4.2e6), velocity_ecef_mps=(1.0, 0.0, 0.0),
        covariance_ecef=(0.0,) * 21, phase=PhaseProbabilities(), sensors=("a",), plots=seconds,
        hypotheses=(), first_plot=at(0), last_plot=at(seconds),
    )  # fmt: skip
    yield FallArea(
        launch_id="L1", track_id="T'1", revision=seconds, time=at(seconds), epoch=at(seconds),
        mode="exercise", fall_time=at(400), fall_time_sigma_s=3.0, latitude_deg=41.0,
        longitude_deg=134.0, ellipse_95=ELLIPSE, region_95=(BOX,), region_area_m2=3e8, zones=(),
        body="whole", apogee_m=1e5, apogee_sigma_m=1e3,
    )  # fmt: skip
    yield Warning(
        warning_id="L1-notice", revision=seconds, time=at(seconds), mode="exercise",
        launch_id="L1", action="alert", severity="notice", region=(BOX,), fall_time=at(400),
        fall_time_sigma_s=3.0, zones=(), reasons=("renewed",), next_update=None,
    )  # fmt: skip


@pytest.fixture
def archive(tmp_path):
    path = tmp_path / "watch.archive"
    with closing(Archive(path, "exercise")) as made:
        for seconds in (1, 2, 3):
            tick = Tick(time=at(seconds), mode="exercise")
            made.write(list(rows_of(seconds, tick, tuple(said(seconds)))))
    return path


def test_geojson_holds_the_last_word_with_its_mode(archive):
    found = json.loads(export(archive, "geojson"))["features"]
    assert [one["properties"]["name"] for one in found] == [
        "EXERCISE L1", "EXERCISE fall area of T'1 (whole)", "EXERCISE L1-notice",
    ]  # fmt: skip
    assert found[0]["geometry"] == {"type": "Point", "coordinates": [125.2, 40.2]}
    assert found[2]["properties"]["revision"] == 3


def test_what_was_known_then_is_what_is_shown_of_then(archive):
    found = json.loads(export(archive, "geojson", at(2)))["features"]
    assert found[2]["properties"]["revision"] == 2
    track = json.loads(export(archive, "czml", at(2)))[-1]
    assert track["availability"] == "2025-11-07T01:00:01Z/2025-11-07T01:00:02Z"


def test_kml_holds_points_and_polygons(archive):
    root = etree.fromstring(export(archive, "kml"))
    assert len(root.findall(f".//{{{KML}}}Placemark")) == 3
    corners = root.findtext(f".//{{{KML}}}outerBoundaryIs/{{{KML}}}LinearRing/{{{KML}}}coordinates")
    assert corners.split()[0] == corners.split()[-1] == "134.0,41.0"


def test_czml_moves_tracks_and_shows_each_area_while_it_stood(archive):
    document, *packets = json.loads(export(archive, "czml"))
    assert document["version"] == "1.0"
    areas = [one for one in packets if "polygon" in one]
    (track,) = [one for one in packets if "position" in one]
    assert [one["availability"][-20:] for one in areas] == [
        "2025-11-07T01:00:02Z", "2025-11-07T01:00:03Z", "2025-11-07T01:06:40Z",
    ]  # fmt: skip
    assert track["position"]["referenceFrame"] == "FIXED"
    assert len(track["position"]["cartesian"]) == 3 * 4


@pytest.mark.parametrize("form", ["geojson", "kml", "czml"])
def test_the_command_prints_a_map_file(archive, form):
    done = CliRunner().invoke(main, ["show", str(archive), "--export", form])
    assert done.exit_code == 0
    assert done.output.encode().strip() == export(archive, form).strip()
