import json

import pytest

from launchwatch.edge.lines import FILES, Lines, alert_file, contract_record, geojson
from launchwatch.errors import SettingsError
from launchwatch.messages.assessment import FamilyAssessment, FamilyProbabilities
from launchwatch.messages.fallarea import FallArea, ZoneProbability
from launchwatch.messages.launch import Ellipse, LaunchStatement
from launchwatch.messages.plot import Refused
from launchwatch.messages.report import LaunchSummary, Summary
from launchwatch.messages.track import MotionHypothesis, PhaseProbabilities, TrackUpdate
from launchwatch.messages.warning import Alert
from launchwatch.timescale import instant_from_utc

NOON = instant_from_utc("2025-11-07T01:18:00.123456789Z")
ELLIPSE = Ellipse(semi_major_m=900.0, semi_minor_m=300.0, azimuth_deg=80.0)
SQUARE = (((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 0.0)),)
ZONE = ZoneProbability(zone="high-seas", kind="high-seas", probability=0.75)

TRACK = TrackUpdate(
    track_id="T1",
    time=NOON,
    known=NOON,
    mode="replay",
    status="confirmed",
    position_ecef_m=(-3e6, 4e6, 4e6),
    velocity_ecef_mps=(1.0, 2.0, 3.0),
    covariance_ecef=tuple(float(i) for i in range(21)),
    phase=PhaseProbabilities(boost=0.25, coast=0.75),
    sensors=("a", "b"),
    plots=9,
    hypotheses=(
        MotionHypothesis(
            model="coast", probability=1.0, mean=(0.1,) * 9, covariance=(0.123456,) * 45
        ),
    ),
    first_plot=NOON,
    last_plot=NOON,
)
LAUNCH = LaunchStatement(
    launch_id="L1",
    revision=1,
    time=NOON,
    mode="replay",
    track_ids=("T1",),
    launch_time=NOON,
    launch_time_sigma_s=1.5,
    latitude_deg=40.0,
    longitude_deg=125.0,
    position_ellipse_95=ELLIPSE,
    probability=0.99,
    cancelled=False,
    reason="first statement",
)
FALL = FallArea(
    launch_id="L1",
    track_id="T1",
    revision=2,
    time=NOON,
    epoch=NOON,
    mode="replay",
    fall_time=NOON,
    fall_time_sigma_s=2.0,
    latitude_deg=40.0,
    longitude_deg=133.0,
    ellipse_95=ELLIPSE,
    region_95=(SQUARE,),
    region_area_m2=1e9,
    zones=(ZONE,),
    body="whole",
    apogee_m=180e3,
    apogee_sigma_m=500.0,
    path=((125.0, 40.0, 0.0, 0.0),),
)
ALERT = Alert(
    identifier="launchwatch-2025-1",
    warning_id="W1",
    revision=1,
    time=NOON,
    mode="replay",
    status="Test",
    references=(),
    xml="<alert/>",
)


def lines_of(path):
    return [json.loads(line) for line in path.read_text().splitlines()]


def test_all_files_exist_even_when_nothing_was_said(tmp_path):
    with Lines(tmp_path / "new" / "folder") as lines:
        lines.write(Summary(launches=(), counts={"lines": 0}, mode="replay"))
    made = tmp_path / "new" / "folder"
    assert all((made / name).read_bytes() == b"" for name in FILES.values())
    assert json.loads((made / "summary.json").read_text())["launches"] == []
    assert (made / "warnings").is_dir()


def test_a_track_has_the_fields_that_others_read_and_no_hypotheses(tmp_path):
    with Lines(tmp_path) as lines:
        lines.write(TRACK)
        lines.write(TRACK)
    first, second = lines_of(tmp_path / "tracks.jsonl")
    assert first == second
    assert first["time"] == "2025-11-07T01:18:00.123456789Z"
    assert first["status"] == "confirmed"
    assert first["position_ecef_m"] == [-3e6, 4e6, 4e6]
    assert first["velocity_ecef_mps"] == [1.0, 2.0, 3.0]
    assert len(first["covariance_ecef"]) == 21
    assert first["phase"]["coast"] == 0.75
    assert set(first["phase"]) == {"boost", "coast", "reentry", "manoeuvre", "cruise", "unknown"}
    assert first["sensors"] == ["a", "b"]
    assert "hypotheses" not in first


def test_a_launch_has_the_fields_that_others_read():
    record = contract_record(LAUNCH)
    assert set(record) >= {
        "launch_id", "revision", "time", "track_ids", "launch_time", "launch_time_sigma_s",
        "latitude_deg", "longitude_deg", "position_ellipse_95", "probability", "cancelled",
        "reason",
    }  # fmt: skip
    assert record["launch_time"] == "2025-11-07T01:18:00.123456789Z"
    assert record["position_ellipse_95"] == {
        "semi_major_m": 900.0,
        "semi_minor_m": 300.0,
        "azimuth_deg": 80.0,
    }


def test_a_fall_area_has_the_fields_that_others_read():
    record = contract_record(FALL)
    assert set(record) >= {
        "launch_id", "track_id", "revision", "time", "fall_time", "fall_time_sigma_s",
        "latitude_deg", "longitude_deg", "ellipse_95", "region_95", "zones", "body",
    }  # fmt: skip
    assert record["region_95"]["type"] == "Polygon"
    assert record["region_95"]["coordinates"][0][0] == [0.0, 0.0]
    assert record["zones"][0]["zone"] == "high-seas"
    assert record["zones"][0]["probability"] == 0.75


def test_families_are_named_with_hyphens():
    classes = FamilyProbabilities(short_range=0.6, unknown=0.4)
    record = contract_record(
        FamilyAssessment(launch_id="L1", track_id="T1", time=NOON, mode="replay", classes=classes)
    )
    assert record["classes"]["short-range"] == 0.6
    assert record["classes"]["space-launch"] == 0.0


def test_two_polygons_make_a_multipolygon_and_open_rings_are_closed():
    open_ring = SQUARE[0][:-1]
    two = geojson((SQUARE, (open_ring,)))
    assert two["type"] == "MultiPolygon"
    assert two["coordinates"][0] == two["coordinates"][1]
    assert geojson(()) == {"type": "MultiPolygon", "coordinates": []}


def test_an_alert_is_a_file_named_by_its_identifier(tmp_path):
    with Lines(tmp_path) as lines:
        lines.write(ALERT)
    assert (tmp_path / "warnings" / "launchwatch-2025-1.xml").read_text() == "<alert/>"
    (listed,) = lines_of(tmp_path / "alerts.jsonl")
    assert listed["file"] == "warnings/launchwatch-2025-1.xml"
    assert "xml" not in listed


@pytest.mark.parametrize("identifier", ["../../etc/passwd", "a/b", ".hidden", "", "x" * 500, "가"])
def test_no_identifier_leads_out_of_the_folder(identifier):
    name = alert_file(identifier)
    assert "/" not in name
    assert not name.startswith(".")
    assert len(name) < 128
    assert alert_file(identifier + "?") != name


def test_alerts_of_an_earlier_run_are_not_left_among_the_new(tmp_path):
    for _ in range(2):
        with Lines(tmp_path) as lines:
            lines.write(ALERT)
    with Lines(tmp_path):
        pass
    assert list((tmp_path / "warnings").iterdir()) == []


def test_a_refused_line_is_told_by_number_reason_and_detail(tmp_path):
    with Lines(tmp_path) as lines:
        lines.write(
            Refused(
                source="plots.jsonl", line=7, time=NOON, mode="replay", reason="late", detail="why"
            )
        )
    (refused,) = lines_of(tmp_path / "refused.jsonl")
    assert (refused["line"], refused["reason"], refused["detail"]) == (7, "late", "why")


def test_the_summary_writes_times_of_launches_as_text(tmp_path):
    launch = LaunchSummary(
        launch_id="L1",
        track_ids=("T1",),
        probability=1.0,
        cancelled=False,
        launch_time=NOON,
        launch_time_sigma_s=1.0,
        latitude_deg=40.0,
        latitude_deg_sigma=0.1,
        longitude_deg=125.0,
        longitude_deg_sigma=0.1,
        place="PRK",
        fall_time=NOON,
        zones=(ZONE,),
        first_detection_time=NOON,
    )
    with Lines(tmp_path) as lines:
        lines.write(Summary(launches=(launch,), counts={"refused.late": 1}, mode="replay"))
    summary = json.loads((tmp_path / "summary.json").read_text())
    assert summary["mode"] == "replay"
    assert summary["counts"]["refused.late"] == 1
    (told,) = summary["launches"]
    assert told["launch_time"] == told["fall_time"] == "2025-11-07T01:18:00.123456789Z"
    assert told["first_fallarea_time"] is None


def test_a_folder_that_cannot_be_made_is_a_setting_to_correct(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="folder that can be written"):
        Lines(tmp_path / "file").__enter__()
