"""Scenarios are read, checked, and refused with a line that says what was wanted."""

from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchwatch.errors import SettingsError
from launchwatch.messages.sensor import Infrared, Radar
from launchwatch.simulate.scenario import load, names, roster
from launchwatch.timescale import instant_from_utc

SENSOR = """
[[sensors]]
id = "r"
kind = "radar"
owner = "KOR"
latitude_deg = 37.0
longitude_deg = 128.0
height_m = 100.0
range_sigma_m = 30.0
azimuth_sigma_deg = 0.1
elevation_sigma_deg = 0.1
scan_period_s = 1.0
minimum_elevation_deg = 2.0
maximum_range_m = 1e6
"""
HEAD = 'title = "t"\nstart = "2025-11-07T01:00:00Z"\nduration_s = 10.0\n'


def test_the_shipped_scenarios_are_these() -> None:
    made_up = ("break-up", "depressed", "friday", "lofted", "quiet", "raid", "space-launch")
    of_the_record = ("2017-08-29", "2017-11-29", "2022-10-04")
    assert names() == of_the_record + made_up


def test_friday_launches_near_ten_oclock_on_a_korean_friday() -> None:
    friday = load("friday")
    (launch,) = friday.launches
    ten = instant_from_utc("2025-11-07T10:00:00+09:00")
    assert 0 < instant_from_utc(launch.time) - ten < 60e9
    assert (launch.latitude_deg, launch.longitude_deg) == (40.2, 125.2)


def test_friday_is_watched_by_five_radars_and_two_infrared_sensors() -> None:
    sensors = load("friday").sensors.values()
    assert sum(isinstance(s, Radar) for s in sensors) == 5
    assert sum(isinstance(s, Infrared) for s in sensors) == 2
    assert {s.owner for s in sensors} == {"KOR", "JPN", "USA"}


def test_friday_carries_what_was_publicly_reported_and_by_whom() -> None:
    facts = {fact.kind: fact for fact in load("friday").facts}
    assert facts["range"].value == "700 km"
    assert facts["launch_time"].said_by == "South Korea's Joint Chiefs of Staff"
    assert facts["damage"].said_by == "Japan's Ministry of Defense"
    assert "outside Japan's exclusive economic zone" in facts["zone_verdict"].text


def test_a_raid_is_ten_launches_within_a_minute() -> None:
    times = [instant_from_utc(launch.time) for launch in load("raid").launches]
    assert len(times) == 10
    assert max(times) - min(times) < 60e9


def test_a_quiet_scenario_has_traffic_and_no_launch() -> None:
    quiet = load("quiet")
    assert not quiet.launches
    assert quiet.traffic.airliners > 0


def test_a_roster_lists_what_the_sensors_file_needs(scenarios: Path) -> None:
    example = msgspec.json.decode((scenarios / "friday-seed1" / "sensors.json").read_bytes())
    ours = roster(load("friday"))
    assert [set(s) for s in ours["sensors"]] == [set(s) for s in example["sensors"]]


def test_a_file_of_ones_own_is_read(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(HEAD + SENSOR + "[scans.r]\nrotating = true\n")
    scenario = load(path)
    assert scenario.name == "mine"
    assert scenario.duration == 10.0
    assert scenario.scans["r"].rotating


@pytest.mark.parametrize(
    ("content", "wanted"),
    [
        (HEAD, "at least one sensor"),
        (HEAD + SENSOR + SENSOR, "different ids"),
        (HEAD.replace("10.0", "-1.0") + SENSOR, "duration_s"),
        (HEAD.replace("10.0", "nan") + SENSOR, "duration_s"),
        (HEAD.replace("10.0", "1e300") + SENSOR, "duration_s"),
        (HEAD.replace("01:00", "25:00") + SENSOR, "clock"),
        (HEAD + SENSOR.replace("37.0", "137.0"), "latitude_deg"),
        (HEAD + SENSOR.replace("scan_period_s = 1.0", "scan_period_s = 0.0"), "scan_period_s"),
        (HEAD + SENSOR + "[scans.q]\nrotating = true\n", "listed sensors"),
        (HEAD + SENSOR + '[[launches]]\nobject = "m"\n', "latitude_deg|time"),
        (HEAD + SENSOR.replace("30.0", "nan"), "range_sigma_m"),
        (HEAD + SENSOR.replace("30.0", "inf"), "range_sigma_m"),
        ("title = ", "line 1|Invalid"),
        ('extra = 1\n' + HEAD + SENSOR, "extra"),
        (
            HEAD + SENSOR + '[[launches]]\nobject = "m"\ntime = "2025-11-07T01:00:00Z"\n'
            "latitude_deg = 40.0\nlongitude_deg = 125.0\nazimuth_deg = 90.0\n",
            "needs burn_s",
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_refused_in_one_line(
    tmp_path: Path, content: str, wanted: str
) -> None:
    path = tmp_path / "bad.toml"
    path.write_text(content)
    with pytest.raises(SettingsError, match=wanted) as raised:
        load(path)
    assert "\n" not in str(raised.value)


def test_an_unknown_name_is_answered_with_the_known_ones() -> None:
    with pytest.raises(SettingsError, match=r"break-up, depressed, friday, .* got 'thursday'"):
        load("thursday")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        load(tmp_path / "none.toml")


@pytest.mark.parametrize(
    "content",
    [
        b"\xff\xfe\x00",
        b"x = " + b"[" * 5_000,
        (HEAD.replace("10.0", "1" + "0" * 400) + SENSOR).encode(),
        (HEAD + SENSOR).replace("2025", "1960").encode(),
        b"\x00",
        b"sensors = 3",
        b'title = "t"\nstart = 2025-11-07T01:00:00Z\nduration_s = 1.0\n',
    ],
)
def test_garbage_is_refused_too(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "garbage.toml"
    path.write_bytes(content)
    with pytest.raises(SettingsError):
        load(path)


@given(st.text(max_size=200))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "any.toml"
        path.write_text(HEAD + text, encoding="utf-8", errors="replace")
        with suppress(SettingsError):
            load(path)
