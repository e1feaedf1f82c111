"""ADS-B: positions, motion and accuracy of aircraft from their frames."""

import gzip
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import Refused
from launchwatch.sensors import cpr, modes
from launchwatch.sensors.adsb import Adsb, frame_of, position_sigma_m
from launchwatch.sensors.refusing import Refusal
from launchwatch.timescale import SECOND, Instant, instant_from_unix, instant_from_utc

NOW = instant_from_utc("2025-11-07T01:00:20Z")

# The worked examples of Sun, "The 1090 Megahertz Riddle", 2nd edition, chapters 5 and 6.
EVEN = b"*8D40621D58C382D690C8AC2863A7;"
ODD = b"*8D40621D58C386435CC412692AD6;"
VELOCITY = b"*8D485020994409940838175B284F;"
NAME = b"*8D4840D6202CC371C32CE0576098;"


def packet(payload, received=NOW, form="adsb", line=1):
    return Packet(
        source="rx", line=line, format=form, received=received, mode="replay", payload=payload
    )


def with_parity(frame):
    """Give a frame's first bytes their parity."""
    return frame + modes.remainder(frame + bytes(3)).to_bytes(3, "big")


def test_a_pair_of_reports_gives_a_position():
    adsb = Adsb()
    assert adsb.decode(packet(ODD)) == ()
    (report,) = adsb.decode(packet(EVEN, received=Instant(NOW + SECOND)))
    # The book's result, to its five decimals; 38,000 feet.
    assert report.latitude_deg == pytest.approx(52.25720, abs=5e-6)
    assert report.longitude_deg == pytest.approx(3.91937, abs=5e-6)
    assert report.pressure_altitude_m == pytest.approx(38_000 * 0.3048)
    assert report.icao24 == "40621d"
    assert report.on_ground is False


def test_a_pair_that_lies_too_far_apart_gives_none():
    adsb = Adsb()
    adsb.decode(packet(ODD))
    assert adsb.decode(packet(EVEN, received=Instant(NOW + 11 * SECOND))) == ()


def test_velocity_is_over_the_ground():
    said = modes.read(frame_of(VELOCITY)[0])
    # The book: 159.20 knots, 182.88 degrees, -832 feet a minute; 550 feet above the pressure's.
    assert said.values["speed_mps"] / modes.KNOT == pytest.approx(159.20, abs=0.005)
    assert said.values["course_deg"] == pytest.approx(182.88, abs=0.005)
    assert said.values["vertical_rate_mps"] / modes.FEET_A_MINUTE == pytest.approx(-832.0)
    assert said.values["height_above_pressure_m"] / modes.FOOT == pytest.approx(550.0)


def test_a_name_is_read():
    assert modes.read(frame_of(NAME)[0]).values["callsign"] == "KLM1023"


def test_altitudes_in_steps_of_100_feet_are_gray_code():
    # ICAO Annex 10 IV, appendix to chapter 3: C4 alone lies 200 feet below the first 500.
    below = 0b0000100000000  # -1,200 feet: hundred 1 of block 0
    assert modes.altitude(below) == pytest.approx(-1200 * 0.3048)
    assert modes.altitude(0) is None


def test_a_position_that_one_report_cannot_tell_is_never_guessed():
    assert Adsb().decode(packet(EVEN)) == ()


@given(st.floats(-86.0, 86.0), st.floats(-180.0, 180.0))
def test_a_pair_gives_back_what_was_coded(latitude, longitude):
    even, odd = coded(latitude, longitude, 0), coded(latitude, longitude, 1)
    found = cpr.from_pair(even, odd, is_odd_newer=False)
    if found is None:  # the two bits' latitudes lie on either side of a zone's edge
        return
    # A step of latitude is 6/2^17 degrees, and of longitude 360/2^17 of the few zones near a pole.
    assert found[0] == pytest.approx(latitude, abs=4e-5)
    zone = 360.0 / cpr.zones_at(found[0])
    assert abs((found[1] - longitude + 180.0) % 360.0 - 180.0) < zone / 2**17


@given(st.floats(-80.0, 80.0), st.floats(-180.0, 180.0), st.floats(-0.5, 0.5), st.integers(0, 1))
def test_one_report_and_a_reference_give_the_same(latitude, longitude, off, odd):
    bits = coded(latitude, longitude, odd)
    for on_ground in (False, True):
        wanted = coded(latitude, longitude, odd, 90.0) if on_ground else bits
        place = max(min(latitude + off, 89.0), -89.0), longitude + off
        found = cpr.near(place, wanted, is_odd=bool(odd), on_ground=on_ground)
        assert found[0] == pytest.approx(latitude, abs=4e-5)
        zone = 360.0 / max(cpr.zones_at(found[0]) - odd, 1)
        apart = abs((found[1] - longitude + 180.0) % 360.0 - 180.0)
        assert apart < zone / 2**17 or cpr.zones_at(found[0]) != cpr.zones_at(latitude)


def coded(latitude, longitude, odd, whole=360.0):
    """Code a position as an aircraft does (DO-260B, A.1.7.3)."""
    zone = whole / (60 - odd)
    y = int(131_072 * (latitude % zone) / zone + 0.5)
    seen = zone * (y / 131_072 + latitude // zone)
    zone = whole / max(cpr.zones_at(seen) - odd, 1)
    x = int(131_072 * (longitude % zone) / zone + 0.5)
    return y % 131_072, x % 131_072


def test_a_frame_with_a_wrong_bit_is_refused():
    frame = frame_of(EVEN)[0]
    for bit in range(0, 112, 5):
        broken = bytearray(frame)
        broken[bit // 8] ^= 0x80 >> bit % 8
        with pytest.raises(Refusal):
            modes.read(bytes(broken))


def test_an_address_over_the_parity_counts_only_for_a_known_aircraft():
    adsb = Adsb()
    reply = with_parity_over("28000000", "40621d")
    assert adsb.take(reply, NOW) is None
    adsb.take(frame_of(EVEN)[0], NOW)
    said, place = adsb.take(reply, NOW)
    assert (said.icao24, place) == ("40621d", None)


def with_parity_over(first, address):
    start = bytes.fromhex(first)
    parity = modes.remainder(start + bytes(3)) ^ int(address, 16)
    return start + parity.to_bytes(3, "big")


def test_accuracy_comes_with_the_position():
    adsb = Adsb()
    # Operational status, version 2, airborne: NACp 9, GVA 2.
    status = with_parity(
        bytes.fromhex("8d40621d") + (31 << 51 | 2 << 13 | 9 << 8 | 2 << 6).to_bytes(7, "big")
    )
    adsb.decode(packet(status.hex().encode()))
    adsb.decode(packet(ODD))
    (report,) = adsb.decode(packet(EVEN))
    assert report.nacp == 9
    assert report.position_sigma_m == pytest.approx(30.0 / 2.4477)
    assert report.nic == 8
    assert report.height_m is None
    assert report.height_sigma_m is None


def test_no_category_means_no_sigma():
    assert position_sigma_m(0, 0) is None
    assert position_sigma_m(None, 8) == pytest.approx(185.2 / 2.4477)


def test_one_aircraft_is_reported_once_a_second():
    adsb = Adsb()
    times = [Instant(NOW + n * SECOND // 4) for n in range(12)]
    found = [adsb.decode(packet(EVEN if n % 2 else ODD, received=t)) for n, t in enumerate(times)]
    assert sum(map(len, found)) == 3


@pytest.mark.parametrize(
    ("payload", "form", "detail"),
    [
        (b"*8D40621D58C382;;", "adsb", "hexadecimal digits"),
        (b"*8D40621D58C3;", "adsb", "14 or 28"),
        (b"*zz40621D58C382D690C8AC2863A7;", "adsb", "got 'z'"),
        (b"*" + b"0" * 100, "adsb", "at most 28"),
        (b"\x1a3" + bytes(20), "beast", "has 23 bytes, got 22"),
        (b"\x1a1" + bytes(9), "beast", "1a 32 or 1a 33"),
        (b'{"timestamp": 1e400, "frame": ""}', "adsb", "timestamp"),
        (b'{"timestamp": 1e18, "frame": ""}', "adsb", "1972 to 2261"),
        (b'{"frame": ', "adsb", "timestamp and frame"),
    ],
)
def test_what_is_no_frame_is_refused(payload, form, detail):
    (found,) = Adsb().decode(packet(payload, form=form))
    assert isinstance(found, Refused)
    assert detail in found.detail


@given(st.binary(max_size=40), st.sampled_from(["adsb", "beast"]), st.integers(0, 31))
def test_no_bytes_raise(noise, form, df):
    adsb = Adsb()
    adsb.decode(packet(noise, form=form))
    start = bytes([df << 3]) + noise[:10].ljust(10, b"\0")
    adsb.decode(packet(b"*" + with_parity(start).hex().encode() + b";"))


def test_a_json_line_says_when_it_was_heard():
    line = b'{"timestamp":1717664319.147975,"frame":"8D40621D58C382D690C8AC2863A7","df":"17"}'
    assert frame_of(line)[1] == instant_from_unix(1717664319, 147975000)


def test_positions_are_those_of_another_decoder(authorities):
    # Decoded by xoolive/traffic (rs1090), which places aircraft on the ground near their airport.
    adsb = Adsb(reference=(43.63, 1.37))
    flying = taxiing = elsewhere = 0
    with gzip.open(authorities / "adsb" / "traffic_tutorial.jsonl.gz") as lines:
        for line in lines:
            wanted = json.loads(line)
            if wanted["df"] != "17":
                continue
            _, place = adsb.take(*frame_of(line))
            if "latitude" not in wanted:
                continue
            apart = max(abs(place[0] - wanted["latitude"]), abs(place[1] - wanted["longitude"]))
            if wanted["bds"] == "05":
                assert apart < 1e-9
                flying += 1
            elif abs(wanted["latitude"] - 43.63) < 0.5:
                assert apart < 1e-9
                taxiing += 1
            else:
                elsewhere += 1
    # 11,482 in the air and all on the ground at Toulouse; those at Heathrow need its reference
    # unless they were seen flying there.
    assert flying == 11_482
    assert taxiing + elsewhere == 1_983


def test_frames_recovered_from_a_radio_signal_are_read(authorities):
    adsb, places = Adsb(), 0
    frames = (authorities / "adsb" / "dump1090_modes1_frames_avr.txt").read_bytes().split()
    for number, line in enumerate(frames):
        _, place = adsb.take(frame_of(line)[0], Instant(NOW + number * SECOND // 100))
        places += place is not None
    assert len(frames) == 217
    assert places == 57
