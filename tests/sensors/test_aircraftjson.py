"""aircraft.json: each position once, in our units, and nothing absurd."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import Refused
from launchwatch.messages.traffic import AircraftReport
from launchwatch.sensors.aircraftjson import AircraftJson
from launchwatch.timescale import instant_from_unix

PLANE = {
    "hex": "71BE12", "type": "adsb_icao", "flight": "KAL704  ", "alt_baro": 36_000,
    "alt_geom": 36_500, "gs": 450.0, "track": 271.3, "baro_rate": -640, "lat": 39.8,
    "lon": 133.9, "nic": 8, "nac_p": 9, "gva": 2, "seen_pos": 1.5, "seen": 0.2,
}  # fmt: skip


def packet(document):
    payload = document if isinstance(document, bytes) else json.dumps(document).encode()
    return Packet(
        source="rx", line=1, format="aircraft-json", received=instant_from_unix(1_762_477_220),
        mode="replay", payload=payload,
    )  # fmt: skip


def document(*aircraft, now=1_762_477_220.0):
    return packet({"now": now, "messages": 1, "aircraft": list(aircraft)})


def test_an_aircraft_is_given_in_our_units():
    (report,) = AircraftJson().decode(document(PLANE))
    assert (report.icao24, report.callsign, report.origin) == ("71be12", "KAL704", "adsb")
    assert report.time == instant_from_unix(1_762_477_218, 500_000_000)
    assert report.speed_mps == pytest.approx(450.0 * 1852.0 / 3600.0)
    assert report.height_m == pytest.approx(36_500 * 0.3048)
    assert report.pressure_altitude_m == pytest.approx(36_000 * 0.3048)
    assert report.vertical_rate_mps == pytest.approx(-640 * 0.3048 / 60.0)
    assert report.position_sigma_m == pytest.approx(30.0 / 2.4477)
    assert report.height_sigma_m == pytest.approx(45.0 / 1.96)


def test_a_position_is_given_once():
    decoder = AircraftJson()
    assert len(decoder.decode(document(PLANE))) == 1
    again = {**PLANE, "seen_pos": 2.5}
    assert decoder.decode(document(again, now=1_762_477_221.0)) == ()
    newer = {**PLANE, "seen_pos": 0.0}
    (report,) = decoder.decode(document(newer, now=1_762_477_221.0))
    assert report.time == instant_from_unix(1_762_477_221)


def test_what_has_no_position_or_an_old_one_is_left_out():
    for change in ({"lat": None}, {"seen_pos": 61.0}):
        assert AircraftJson().decode(document({**PLANE, **change})) == ()


def test_what_is_on_the_ground_has_no_altitude():
    (report,) = AircraftJson().decode(document({**PLANE, "alt_baro": "ground"}))
    assert report.on_ground is True
    assert report.pressure_altitude_m is None


def test_a_position_from_multilateration_says_so():
    (report,) = AircraftJson().decode(document({**PLANE, "mlat": ["lat", "lon"]}))
    assert report.origin == "mlat"


@pytest.mark.parametrize(
    ("change", "reason", "detail"),
    [
        ({"lat": 91.0}, "absurd", "lat must lie within ±90, got 91.0"),
        ({"lon": 181}, "absurd", "lon must lie within ±180"),
        ({"gs": 1e9}, "absurd", "gs"),
        ({"hex": "xyz"}, "malformed", "hex must be six"),
        ({"track": "north"}, "malformed", "track must be a number, got 'north'"),
    ],
)
def test_one_absurd_aircraft_is_refused_and_the_others_stay(change, reason, detail):
    found = AircraftJson().decode(document({**PLANE, **change}, {**PLANE, "hex": "71be13"}))
    assert isinstance(found[0], Refused)
    assert found[0].reason == reason
    assert detail in found[0].detail
    assert isinstance(found[1], AircraftReport)


@pytest.mark.parametrize(
    "payload", [b"", b"{", b"[]", b'{"now": 1}', b'{"now": "x", "aircraft": []}', b"\xff\xfe"]
)
def test_what_is_no_document_is_refused(payload):
    (found,) = AircraftJson().decode(packet(payload))
    assert isinstance(found, Refused)


@given(st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from([*PLANE, "now", "mlat", "x"]), inner, max_size=6),
))  # fmt: skip
def test_no_document_raises(anything):
    decoder = AircraftJson()
    for one in (
        anything,
        {"now": 1_762_477_220, "aircraft": [anything, {**PLANE, "lat": anything}]},
    ):
        decoder.decode(packet(json.dumps(one).encode()))
