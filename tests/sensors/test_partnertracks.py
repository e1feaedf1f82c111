"""Partners' lines: what is read, and what is refused by name."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchwatch.messages.packet import Packet
from launchwatch.messages.partner import PartnerTrack
from launchwatch.messages.plot import EndOfScan, RadarPlot, Refused
from launchwatch.messages.sensor import Partner, Radar
from launchwatch.sensors.partnertracks import decode
from launchwatch.timescale import instant_from_utc

UPPER6 = np.triu_indices(6)
SENSORS = {
    "jp-c2": Partner(id="jp-c2", owner="JPN"),
    "north": Radar(
        id="north", owner="KOR", latitude_deg=37.9, longitude_deg=128.2, height_m=900.0,
        range_sigma_m=30.0, azimuth_sigma_deg=0.07, elevation_sigma_deg=0.07, scan_period_s=1.0,
        minimum_elevation_deg=2.0, maximum_range_m=2e6,
    ),
}  # fmt: skip
ARRIVAL = instant_from_utc("2025-11-07T01:02:26Z")


def covariance(*variances):
    return np.diag(variances)[UPPER6].tolist()


LINE = {
    "sensor": "jp-c2",
    "partner_track": "T17",
    "time": "2025-11-07T01:02:24.1Z",
    "position_ecef_m": [-3.1e6, 4.0e6, 4.1e6],
    "velocity_ecef_mps": [812.0, 1501.0, 930.0],
    "covariance_ecef": covariance(4e4, 4e4, 4e4, 100.0, 100.0, 100.0),
}


def read(line, mode="exercise"):
    payload = line if isinstance(line, bytes) else json.dumps(line).encode()
    return decode(
        Packet(source="feed", line=7, format="jsonplots", received=ARRIVAL, mode=mode,
               payload=payload),
        SENSORS,
    )  # fmt: skip


def test_a_partners_track_is_read_with_all_that_it_may_carry():
    track = read(
        LINE
        | {
            "status": "coasting", "sensors": ["jp-west"], "lineage": ["jp-c2"],
            "since": "2025-11-07T01:01:02Z", "phase": {"coast": 0.9, "boost": 0.1},
            "received": "2025-11-07T01:02:25Z", "mode": "simulation", "more": [1],
        }
    )  # fmt: skip
    assert isinstance(track, PartnerTrack)
    assert (track.partner_track, track.status, track.sensors) == ("T17", "coasting", ("jp-west",))
    assert track.phase is not None
    assert track.phase.coast == 0.9
    assert track.since == instant_from_utc("2025-11-07T01:01:02Z")
    assert (track.source, track.line, track.received) == ("feed", 7, ARRIVAL)


def test_what_may_be_missing_is_what_one_would_expect():
    track = read(LINE)
    assert isinstance(track, PartnerTrack)
    assert (track.status, track.sensors, track.since, track.phase) == ("confirmed", (), None, None)


ABSURD = [
    ({"position_ecef_m": [0.0, 0.0, 0.0]}, "position_ecef_m must lie within"),
    ({"position_ecef_m": [6.3e6, 0.0, 0.0]}, "position_ecef_m must not lie below -10000 m"),
    ({"position_ecef_m": [2e8, 0.0, 0.0]}, "position_ecef_m must lie within"),
    ({"velocity_ecef_mps": [3e9, 0.0, 0.0]}, "velocity_ecef_mps must be at most 12000, got 3e+09"),
    ({"covariance_ecef": covariance(0.0, 1, 1, 1, 1, 1)}, "variances above 0"),
    ({"covariance_ecef": covariance(-1.0, 1, 1, 1, 1, 1)}, "variances above 0"),
    ({"covariance_ecef": [1.0] * 21}, "positive-definite"),
    ({"covariance_ecef": covariance(1e-8, 1, 1, 1, 1, 1)}, "one sigma of 0.01 to 1e+06, got"),
    ({"covariance_ecef": covariance(1e14, 1, 1, 1, 1, 1)}, "one sigma of 0.01 to 1e+06, got"),
    ({"covariance_ecef": covariance(1, 1, 1, 1e-12, 1, 1)}, "velocity one sigma"),
    ({"partner_track": ""}, "partner_track must be 1 to 64"),
    ({"partner_track": "x" * 65}, "partner_track must be 1 to 64"),
    ({"since": "2025-11-07T01:02:25Z"}, "since must not be after time"),
    ({"phase": {"coast": 2.0}}, "phase must be probabilities"),
    ({"sensors": ["a"] * 65}, "sensors must be at most 64 names"),
]


@pytest.mark.parametrize(("change", "said"), ABSURD)
def test_what_cannot_be_is_refused_as_absurd_and_held_against_the_partner(change, said):
    refused = read(LINE | change)
    assert isinstance(refused, Refused)
    assert (refused.reason, refused.sensor) == ("absurd", "jp-c2")
    assert said in refused.detail


@pytest.mark.parametrize("word", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_a_number_that_is_not_finite_is_absurd(word):
    text = json.dumps(LINE).replace("812.0", word).encode()
    refused = read(text)
    assert (refused.reason, refused.sensor) == ("absurd", "jp-c2")
    assert "velocity_ecef_mps must be finite" in refused.detail


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"covariance_ecef": [1.0] * 20}, "covariance_ecef must be 21 numbers, got 20"),
        ({"position_ecef_m": [1.0, 2.0]}, "position_ecef_m must be three numbers"),
        ({"status": "lost"}, "status must be tentative, confirmed, coasting or dropped"),
        ({"partner_track": 17}, "partner_track must be text, got 17"),
        ({"sensor": "north"}, "sensor 'north' is no partner"),
        ({"time": "yesterday"}, "yesterday"),
    ],
)
def test_a_wrong_form_is_malformed(change, said):
    refused = read(LINE | change)
    assert refused.reason == "malformed"
    assert said in refused.detail


def test_an_unlisted_partner_is_named():
    refused = read(LINE | {"sensor": "who"})
    assert refused.reason == "unknown-sensor"
    assert "'who'" in refused.detail


def test_a_live_watch_takes_no_simulated_word():
    assert read(LINE | {"mode": "simulation"}, mode="live").reason == "mode"
    assert isinstance(read(LINE, mode="live"), PartnerTrack)


def test_a_partner_reports_no_plots_and_may_close_a_scan():
    plot = {"sensor": "jp-c2", "time": LINE["time"], "scan": 1, "range_m": 1.0}
    assert read(plot).reason == "malformed"
    assert "is a partner" in read(plot).detail
    closed = {"sensor": "jp-c2", "time": LINE["time"], "scan": 1, "end_of_scan": True}
    assert isinstance(read(closed), EndOfScan)


def test_plots_are_read_as_before():
    plot = {"sensor": "north", "time": LINE["time"], "scan": 1, "range_m": 9e5,
            "azimuth_deg": 1.0, "elevation_deg": 5.0}  # fmt: skip
    assert isinstance(read(plot), RadarPlot)


@given(st.binary(max_size=60))
def test_no_bytes_whatever_raise(noise):
    assert isinstance(read(b'{"partner_track":' + noise), Refused | PartnerTrack)
    cut = json.dumps(LINE).encode()
    assert isinstance(read(cut[: len(noise) * 3] + noise), Refused | PartnerTrack)
