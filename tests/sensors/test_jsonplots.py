import json
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import EndOfScan, LineOfSightPlot, RadarPlot, Refused
from launchwatch.messages.sensor import Infrared, Radar
from launchwatch.sensors.jsonplots import LONGEST_LINE, decode
from launchwatch.timescale import instant_from_utc

SENSORS = {
    "north": Radar(
        id="north",
        owner="KOR",
        latitude_deg=37.9,
        longitude_deg=128.2,
        height_m=900.0,
        range_sigma_m=30.0,
        azimuth_sigma_deg=0.07,
        elevation_sigma_deg=0.07,
        scan_period_s=1.0,
        minimum_elevation_deg=2.0,
        maximum_range_m=2e6,
    ),
    "east": Infrared(
        id="east",
        owner="USA",
        latitude_deg=0.0,
        longitude_deg=105.0,
        height_m=35786e3,
        line_of_sight_sigma_rad=3e-4,
        scan_period_s=1.0,
    ),
}
RADAR = {
    "sensor": "north",
    "time": "2025-11-07T01:02:24.100Z",
    "scan": 144,
    "range_m": 912345.6,
    "azimuth_deg": 351.2,
    "elevation_deg": 4.31,
    "range_rate_mps": -812.4,
    "snr_db": 17.0,
}
INFRARED = {
    "sensor": "east",
    "time": "2025-11-07T01:00:41Z",
    "scan": 41,
    "line_of_sight_ecef": [0.1234, 0.5678, 0.8139],
    "snr_db": 22.1,
}
END = {"sensor": "north", "time": "2025-11-07T01:02:25Z", "scan": 144, "end_of_scan": True}
ARRIVAL = instant_from_utc("2025-11-07T01:02:26Z")


def read(payload, form="jsonplots", mode="exercise"):
    if not isinstance(payload, bytes):
        payload = json.dumps(payload).encode()
    packet = Packet(
        source="feed", line=7, format=form, received=ARRIVAL, mode=mode, payload=payload
    )
    return decode(packet, SENSORS)


def without(line, *fields):
    return {key: value for key, value in line.items() if key not in fields}


@pytest.mark.parametrize("said", ["simulation", "exercise", "replay"])
def test_a_live_watch_refuses_a_line_that_says_it_is_not_live(said):
    answer = read(RADAR | {"mode": said}, mode="live")
    assert isinstance(answer, Refused)
    assert answer.reason == "mode"
    assert said in answer.detail


@pytest.mark.parametrize("said", [None, "live", "search", 5, ["simulation"]])
def test_any_other_mode_is_the_sensor_s_own_affair(said):
    assert isinstance(read(RADAR | {"mode": said}, mode="live"), RadarPlot)


@pytest.mark.parametrize("mode", ["exercise", "simulation", "replay"])
def test_an_exercise_may_use_simulated_lines(mode):
    assert isinstance(read(RADAR | {"mode": "simulation"}, mode=mode), RadarPlot)


def test_a_radars_line_is_a_radar_plot():
    plot = read(RADAR)
    assert plot == RadarPlot(
        sensor="north",
        time=instant_from_utc("2025-11-07T01:02:24.100Z"),
        received=ARRIVAL,
        mode="exercise",
        scan=144,
        range_m=912345.6,
        azimuth_deg=351.2,
        elevation_deg=4.31,
        range_rate_mps=-812.4,
        snr_db=17.0,
        source="feed",
        line=7,
    )


def test_an_infrared_sensors_line_is_a_line_of_sight_of_length_one():
    plot = read(INFRARED)
    assert isinstance(plot, LineOfSightPlot)
    # Four decimals were given: 1e-4 each. The length is then exact to rounding.
    assert plot.line_of_sight_ecef == pytest.approx((0.1234, 0.5678, 0.8139), abs=2e-4)
    assert math.hypot(*plot.line_of_sight_ecef) == pytest.approx(1.0, abs=1e-15)


def test_an_end_of_scan_is_one_for_either_kind_of_sensor():
    assert isinstance(read(END), EndOfScan)
    assert isinstance(read(END | {"sensor": "east"}), EndOfScan)


def test_what_is_optional_may_be_missing_or_null():
    for field in ("range_rate_mps", "snr_db"):
        assert getattr(read(without(RADAR, field)), field) is None
        assert getattr(read(RADAR | {field: None}), field) is None
    assert isinstance(read(RADAR | {"received": "2025-11-07T01:02:25Z"}), RadarPlot)


def test_fields_of_a_later_version_are_left_alone():
    assert isinstance(read(RADAR | {"polarisation": {"a": [1, 2]}}), RadarPlot)


def test_an_azimuth_of_360_is_0():
    assert read(RADAR | {"azimuth_deg": 360.0}).azimuth_deg == 0.0


@pytest.mark.parametrize(
    ("change", "reason", "said"),
    [
        ({"elevation_deg": 91.0}, "absurd", "elevation_deg must lie in -90..90, got 91"),
        ({"elevation_deg": -90.1}, "absurd", "elevation_deg"),
        ({"elevation_deg": math.nan}, "absurd", "elevation_deg must be finite, got nan"),
        ({"range_m": math.inf}, "absurd", "range_m must be finite, got inf"),
        ({"range_m": 1e300}, "absurd", "range_m must lie above 0"),
        ({"range_m": 10**400}, "absurd", "range_m must be finite"),
        ({"range_m": 0.0}, "absurd", "range_m must lie above 0"),
        ({"range_m": -5.0}, "absurd", "got -5"),
        ({"range_m": 2.1e7}, "absurd", "up to 2e+07"),
        ({"azimuth_deg": 360.1}, "absurd", "azimuth_deg must lie in 0..360"),
        ({"azimuth_deg": -0.1}, "absurd", "azimuth_deg"),
        ({"range_rate_mps": 9e4}, "absurd", "range_rate_mps"),
        ({"snr_db": 1e300}, "absurd", "snr_db"),
        ({"scan": -1}, "absurd", "scan"),
        ({"sensor": "stranger"}, "unknown-sensor", "one of the 2 listed, got 'stranger'"),
        ({"sensor": None}, "malformed", "sensor must be text, got nothing"),
        ({"scan": "x"}, "malformed", "scan must be a whole number, got 'x'"),
        ({"scan": True}, "malformed", "scan must be a whole number, got True"),
        ({"scan": 1.5}, "malformed", "scan must be a whole number"),
        ({"range_m": "912345.6"}, "malformed", "range_m must be a number, got '912345.6'"),
        ({"range_m": None}, "malformed", "got no range_m"),
        ({"time": "yesterday"}, "malformed", "time must be RFC 3339"),
        ({"time": "2025-11-07T01:02:24"}, "malformed", "time must be RFC 3339"),
        ({"time": "2025-02-30T01:02:24Z"}, "malformed", "a day that does not exist"),
        ({"time": 5}, "malformed", "time must be an RFC 3339 time as text, got 5"),
        ({"received": "soon"}, "malformed", "time must be RFC 3339"),
        ({"end_of_scan": True}, "malformed", "got both"),
        ({"line_of_sight_ecef": [1, 0, 0]}, "malformed", "is a radar"),
        ({"sensor": "east"}, "malformed", "is infrared"),
    ],
)
def test_a_radars_line_that_cannot_be_used_is_refused_with_reason(change, reason, said):
    refused = read(RADAR | change)
    assert isinstance(refused, Refused)
    assert refused.reason == reason
    assert said in refused.detail
    assert (refused.source, refused.line, refused.time) == ("feed", 7, ARRIVAL)


@pytest.mark.parametrize(
    ("line_of_sight", "reason"),
    [
        ([0.0, 0.0, 1.01], "absurd"),
        ([0.0, 0.0, 0.0], "absurd"),
        ([1e200, 1e200, 1e200], "absurd"),
        ([math.nan, 0.0, 1.0], "absurd"),
        ([0.0, 1.0], "malformed"),
        ([0.0, 1.0, "x"], "malformed"),
        ("up", "malformed"),
        (None, "malformed"),
    ],
)
def test_what_is_no_direction_is_refused(line_of_sight, reason):
    assert read(INFRARED | {"line_of_sight_ecef": line_of_sight}).reason == reason


@pytest.mark.parametrize("field", ["sensor", "time", "scan", "range_m", "azimuth_deg"])
def test_a_missing_field_is_named(field):
    refused = read(without(RADAR, field))
    assert refused.reason == "malformed"
    assert field in refused.detail


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"   ",
        b"null",
        b"[]",
        b"7",
        b'"text"',
        b"{",
        b"{}",
        b"\x00" * 50,
        b"\xff\xfe",
        json.dumps(RADAR).encode()[:-20],
        json.dumps(RADAR).encode() + b"}",
        json.dumps(RADAR).encode() * 2,
        json.dumps(RADAR | {"note": "é"}, ensure_ascii=False).encode("latin-1"),
        b"[" * LONGEST_LINE,
        b'{"a":' * 3000,
        json.dumps(RADAR).encode()[:-1] + b',"x":' + b"[" * 5000 + b"]" * 5000 + b"}",
        b"[" * 10_000_000,
        b'{"scan":' + b"9" * 10_000 + b"}",
        json.dumps(RADAR | {"sensor": "x" * 10_000}).encode(),
        json.dumps(RADAR | {"sensor": "\n\x1b[2J\u202e"}).encode(),
    ],
    ids=range(21),
)
def test_damage_is_refused_in_one_short_printable_line(payload):
    refused = read(payload)
    assert isinstance(refused, Refused)
    assert refused.reason in {"malformed", "unknown-sensor"}
    assert 0 < len(refused.detail) <= 240
    assert refused.detail.isprintable()


def test_a_source_that_broke_off_is_refused_in_its_own_words():
    refused = read(b"the file must be readable to its end", form="unreadable")
    assert refused.reason == "malformed"
    assert "to its end" in refused.detail
    assert read(b"", form="morse").reason == "malformed"


def is_sound(answer):
    if isinstance(answer, Refused):
        return answer.detail.isprintable() and 0 < len(answer.detail) <= 240
    if isinstance(answer, RadarPlot):
        return (
            0.0 < answer.range_m <= 1e8
            and 0.0 <= answer.azimuth_deg < 360.0
            and -90.0 <= answer.elevation_deg <= 90.0
        )
    if isinstance(answer, LineOfSightPlot):
        return abs(math.hypot(*answer.line_of_sight_ecef) - 1.0) < 1e-12
    return isinstance(answer, EndOfScan)


@given(st.binary(max_size=300))
def test_any_bytes_give_an_answer(payload):
    assert is_sound(read(payload))


ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(
    st.sampled_from([RADAR, INFRARED, END]),
    st.dictionaries(st.sampled_from([*RADAR, *INFRARED, *END, "received"]), ANY_JSON, max_size=3),
)
def test_any_values_in_a_line_give_an_answer(line, changes):
    assert is_sound(read(line | changes))


@given(
    st.sampled_from([json.dumps(line).encode() for line in (RADAR, INFRARED, END)]),
    st.lists(st.tuples(st.integers(0, 250), st.integers(0, 255)), min_size=1, max_size=4),
)
def test_any_damaged_bytes_in_a_line_give_an_answer(line, damage):
    payload = bytearray(line)
    for place, byte in damage:
        payload[place % len(payload)] = byte
    assert is_sound(read(bytes(payload)))
