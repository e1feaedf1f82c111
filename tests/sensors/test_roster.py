import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchwatch.errors import SettingsError
from launchwatch.messages.sensor import Infrared, Radar
from launchwatch.sensors.roster import read_roster, roster_from_json, roster_json

RADAR = {
    "id": "kr-north",
    "kind": "radar",
    "owner": "KOR",
    "latitude_deg": 37.9,
    "longitude_deg": 128.2,
    "height_m": 900,
    "range_sigma_m": 30,
    "azimuth_sigma_deg": 0.07,
    "elevation_sigma_deg": 0.07,
    "range_rate_sigma_mps": 1.0,
    "scan_period_s": 1.0,
    "minimum_elevation_deg": 2.0,
    "maximum_range_m": 2000000,
    "detection_probability": 0.95,
    "clutter_per_scan": 2.0,
}
INFRARED = {
    "id": "ir-east",
    "kind": "infrared",
    "owner": "USA",
    "latitude_deg": 0.0,
    "longitude_deg": 105.0,
    "height_m": 35786000,
    "line_of_sight_sigma_rad": 0.0003,
    "scan_period_s": 1.0,
    "detection_probability": 0.95,
    "clutter_per_scan": 0.1,
}


def roster(*entries):
    return roster_from_json(json.dumps({"sensors": entries}).encode(), "sensors.json")


def refusal(content):
    with pytest.raises(SettingsError) as caught:
        roster_from_json(content, "sensors.json")
    said = str(caught.value)
    assert said.startswith("sensors.json")
    assert len(said.splitlines()) == 1
    return said


def test_a_roster_is_read_in_its_own_order():
    sensors = roster(INFRARED, RADAR)
    assert list(sensors) == ["ir-east", "kr-north"]
    assert isinstance(sensors["kr-north"], Radar)
    assert isinstance(sensors["ir-east"], Infrared)
    assert sensors["kr-north"].maximum_range_m == 2e6


def test_unknown_numbers_may_be_missing_and_unknown_fields_are_left_alone():
    entry = RADAR | {"colour": "green", "clutter_per_scan": None}
    del entry["range_rate_sigma_mps"], entry["detection_probability"]
    sensor = roster(entry)["kr-north"]
    assert sensor.range_rate_sigma_mps is None
    assert sensor.detection_probability is None
    assert sensor.clutter_per_scan is None
    assert sensor.bias_sigma_m == 0.0


def test_a_roster_that_was_written_is_read_back_the_same(tmp_path):
    sensors = roster(RADAR | {"bias_sigma_deg": 0.01}, INFRARED)
    path = tmp_path / "sensors.json"
    path.write_bytes(roster_json(sensors))
    assert read_roster(path) == sensors


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": ""}, "sensor 1: id must be 1 to 64 printable characters, got ''"),
        ({"id": "a\nb"}, "id must be"),
        ({"id": 7}, "id must be 1 to 64 printable characters, got 7"),
        (
            {"kind": "lidar"},
            "sensor 1 (kr-north): kind must be radar, infrared or partner, got 'lidar'",
        ),
        ({"owner": "Korea"}, "owner must be an ISO 3166 alpha-3 code such as KOR, got 'Korea'"),
        ({"latitude_deg": 91}, "latitude_deg must be a number from -90 to 90, got 91"),
        ({"latitude_deg": "37.9"}, "latitude_deg must be a number from -90 to 90, got '37.9'"),
        ({"latitude_deg": None}, "latitude_deg must be a number from -90 to 90, got nothing"),
        ({"range_sigma_m": 0}, "range_sigma_m must be a number above 0 to 1e+06, got 0"),
        ({"range_sigma_m": True}, "range_sigma_m must be a number above 0 to 1e+06, got True"),
        ({"azimuth_sigma_deg": -1}, "azimuth_sigma_deg"),
        ({"scan_period_s": 0}, "scan_period_s"),
        ({"maximum_range_m": 1e300}, "maximum_range_m"),
        ({"maximum_range_m": 10**400}, "maximum_range_m must be a number above 0 to 1e+08"),
        ({"detection_probability": 1.5}, "detection_probability must be a number above 0 to 1"),
        ({"clutter_per_scan": -1}, "clutter_per_scan"),
        ({"bias_sigma_m": "much"}, "bias_sigma_m must be a number from 0 to 1e+06, got 'much'"),
    ],
)
def test_a_sensor_that_cannot_be_used_is_named_with_field_wanted_and_came(change, said):
    assert said in refusal(json.dumps({"sensors": [RADAR | change]}).encode())


def test_two_sensors_of_one_name_are_refused():
    said = refusal(json.dumps({"sensors": [RADAR, INFRARED | {"id": "kr-north"}]}).encode())
    assert "sensor 2: id must differ from all others, got 'kr-north' again" in said


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[]", b"7", b"{}", b'{"sensors": {}}', b'{"sensors": []}', b'{"sensors": [1]}',
     b"\xff", b"[" * 100_000, b'{"sensors": [' + b"[" * 5000],
)  # fmt: skip
def test_what_is_no_roster_is_refused_in_one_line(content):
    refusal(content)


def test_a_file_that_cannot_be_read_is_named(tmp_path):
    with pytest.raises(SettingsError, match=r"nowhere\.json: .*No such file"):
        read_roster(tmp_path / "nowhere.json")
    with pytest.raises(SettingsError, match="directory"):
        read_roster(tmp_path)
    with pytest.raises(SettingsError, match="cannot be read"):
        read_roster("a\0b")


@pytest.mark.parametrize("name", ["friday-seed1", "quiet-seed1", "raid10-seed1"])
def test_the_rosters_of_an_independent_simulator_are_read(scenarios, name):
    sensors = read_roster(scenarios / name / "sensors.json")
    assert {sensor.id for sensor in sensors.values()} == set(sensors)
    assert any(isinstance(sensor, Infrared) for sensor in sensors.values())


@given(st.binary(max_size=200))
def test_any_bytes_give_a_roster_or_a_settings_error(content):
    assert only_settings_errors(content)


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(
    st.sampled_from([RADAR, INFRARED]),
    st.dictionaries(st.sampled_from([*RADAR, *INFRARED]), ANY_JSON, max_size=3),
)
def test_any_values_give_a_roster_or_a_settings_error(entry, changes):
    assert only_settings_errors(json.dumps({"sensors": [entry | changes]}).encode())


def only_settings_errors(content):
    try:
        return bool(roster_from_json(content))
    except SettingsError as error:
        return len(str(error).splitlines()) == 1
