"""AIS: ships are where they say, and nowhere when they say nothing."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import Refused
from launchwatch.sensors.ais import KNOT, Ais, position_of
from launchwatch.sensors.refusing import Refusal
from launchwatch.timescale import SECOND, Instant, instant_from_utc

NOW = instant_from_utc("2025-11-07T01:00:20Z")
SHIP = b"!AIVDM,1,1,,A,15RTgt0PAso;90TKcjM8h6g208CQ,0*4A"
TWO = (
    b"!AIVDM,2,1,1,A,55?MbV02;H;s<HtKR20EHE:0@T4@Dn2222222216L961O5Gf0NSQEp6ClRp8,0*1C",
    b"!AIVDM,2,2,1,A,88888888880,2*25",
)


def sealed(sentence):
    """Give a sentence its checksum."""
    found = 0
    for byte in sentence[1:]:
        found ^= byte
    return sentence + b"*%02X" % found


def armoured(value, bits):
    """Write a whole number of so many bits as a payload, whose fill bits are given too."""
    fill = -bits % 6
    value <<= fill
    sixes = [value >> shift & 63 for shift in range(bits + fill - 6, -1, -6)]
    return bytes(six + 48 if six < 40 else six + 56 for six in sixes), fill


def class_a(longitude, latitude, *, speed=100, course=900, second=18):
    """Write a report of type 1 from raw fields."""
    fields = ((1, 6), (0, 2), (431000123, 30), (0, 4), (128, 8), (speed, 10), (1, 1),
              (longitude % 2**28, 28), (latitude % 2**27, 27), (course, 12), (511, 9),
              (second, 6), (0, 2), (0, 3), (0, 1), (0, 19))  # fmt: skip
    value = 0
    for field, bits in fields:
        value = value << bits | field
    payload, fill = armoured(value, 168)
    return sealed(b"!AIVDM,1,1,,A," + payload + b",%d" % fill)


def packet(payload, received=NOW, line=1):
    return Packet(
        source="ships", line=line, format="ais", received=received, mode="replay", payload=payload
    )


def one(payload, **extra):
    (found,) = Ais().decode(packet(payload, **extra))
    return found


def test_a_report_is_read_to_its_last_bit():
    report = one(SHIP)
    # gpsd's decoding of this sentence: -74037230 and 29028980 in 1/600,000 degree, 12.3 knots.
    assert (report.mmsi, report.course_deg) == ("371798000", 224.0)
    assert report.latitude_deg == 29028980 / 600_000
    assert report.longitude_deg == -74037230 / 600_000
    assert report.speed_mps == pytest.approx(12.3 * KNOT, rel=1e-12)


def test_a_position_is_dated_to_the_second_that_it_names():
    assert one(class_a(0, 0, second=18)).time == NOW - 3 * SECOND // 2
    assert one(class_a(0, 0, second=50)).time == NOW - 59 * SECOND // 2
    # A receiver's clock that is a second slow makes no report a minute old.
    assert one(class_a(0, 0, second=21)).time == NOW
    assert one(class_a(0, 0, second=60)).time == NOW  # not available


def test_a_tag_block_says_when_it_was_heard():
    heard = instant_from_utc("2024-11-07T17:20:00Z")
    report = one(b"\\s:rx,c:1731000000*00\\" + class_a(0, 0, second=60))
    assert report.time == heard
    assert report.received == NOW


@pytest.mark.parametrize(
    ("longitude", "latitude"),
    [(181 * 600_000, 91 * 600_000), (0, 91 * 600_000), (181 * 600_000, 0), (0, 2**26 - 1)],
)
def test_a_position_that_is_not_available_never_enters(longitude, latitude):
    assert Ais().decode(packet(class_a(longitude, latitude))) == ()


def test_speed_and_course_that_are_not_available_are_none():
    report = one(class_a(600_000, 600_000, speed=1023, course=3600))
    assert report.speed_mps is None
    assert report.course_deg is None
    assert report.latitude_deg == 1.0


def test_the_sentences_of_a_message_join_in_any_order():
    for order in (TWO, TWO[::-1]):
        ais = Ais()
        assert ais.decode(packet(order[0])) == ()
        (report,) = ais.decode(packet(order[1]))
        assert (report.mmsi, report.name) == ("351759000", "EVER DIADEM")
        assert report.latitude_deg is None


def test_a_message_that_waited_too_long_for_its_rest_is_forgotten():
    ais = Ais()
    ais.decode(packet(TWO[0]))
    assert ais.decode(packet(TWO[1], received=Instant(NOW + 31 * SECOND))) == ()


def test_a_name_is_remembered_for_the_ships_later_reports():
    ais = Ais()
    for part in TWO:
        ais.decode(packet(part))
    fields = ais.take(SHIP, NOW).fields
    assert fields["mmsi"] == 371798000
    (later,) = ais.decode(packet(SHIP))
    assert later.name == ""  # another ship's


@pytest.mark.parametrize(
    ("line", "offset", "detail"),
    [
        (SHIP[:-2] + b"4B", 45, "checksum must be 4A"),
        (SHIP[:-3], 44, "must end in * and a checksum"),
        (SHIP[:20], 20, "must end in * and a checksum"),
        (sealed(b"!AIVDM,1,1,,A,,0"), 0, "must carry something"),
        (sealed(b"!AIVDM,1,1,,A,15RT\x7f,0"), 18, "characters"),
        (sealed(b"!AIVDM,1,1,,A,15RTgt0PAso,0"), 25, "at least 149 bits, got 66"),
        (sealed(b"!AIVDM,1,1,,A,w5RTgt0PAso,0"), 14, "1..27, got 63"),
        (sealed(b"!AIVDM,1,2,,A,15RTgt0PAso;90TKcjM8h6g208CQ,0"), 0, "fragment number"),
        (b"\\s:rx", 0, "tag block must end"),
        (b"!AIVDM" + b"," * 2000, 1024, "at most"),
    ],
)
def test_what_is_no_sentence_is_refused_with_its_offset(line, offset, detail):
    with pytest.raises(Refusal) as caught:
        Ais().take(line, NOW)
    assert detail in caught.value.detail
    assert caught.value.offset == offset
    assert isinstance(one(line), Refused)


@pytest.mark.parametrize("line", [b"", b"# a comment", b"$GPGGA,1,2*00", b"!AITXT,x*11"])
def test_other_lines_are_passed_over(line):
    assert Ais().decode(packet(line)) == ()


@given(st.binary(max_size=120), st.integers(1, 2**168 - 1))
def test_no_bytes_raise(noise, bits):
    ais = Ais()
    ais.decode(packet(noise))
    payload, fill = armoured(bits, 168)
    for found in ais.decode(packet(sealed(b"!AIVDM,1,1,,B," + payload + b",%d" % fill))):
        if not isinstance(found, Refused) and found.latitude_deg is not None:
            assert abs(found.latitude_deg) <= 90.0
            assert abs(found.longitude_deg) <= 180.0


@pytest.mark.parametrize(
    ("log", "expected"),
    [
        ("gpsd_ais-18-27.log", "gpsd_ais-18-27.log.chk"),
        ("gpsd_ais-nmea.log", "gpsd_ais-nmea.log.chk"),
        ("gpsd_ais-raw-messages.log", "gpsd_ais-raw-messages.log.chk"),
        ("gpsd_sample.aivdm", "gpsd_sample.aivdm.ju.chk"),
    ],
)
def test_positions_are_those_that_gpsd_decodes(authorities, log, expected):
    placed = {1, 2, 3, 4, 9, 11, 18, 19, 21, 27}
    wanted = set()
    for line in (authorities / "ais" / expected).read_text(errors="replace").splitlines():
        if line.startswith('{"class":"AIS"'):
            record = json.loads(line, strict=False)
            if record["type"] in placed:
                unit = 600 if record["type"] == 27 else 600_000
                place = record["lat"] / unit, record["lon"] / unit
                is_known = abs(place[0]) <= 90 and abs(place[1]) <= 180
                wanted.add((record["type"], record["mmsi"], place if is_known else None))
    ais, got = Ais(), set()
    for line in (authorities / "ais" / log).read_bytes().split(b"\n"):
        try:
            said = ais.take(line, NOW)
        except Refusal:
            continue
        if said is not None and said.type in placed:
            got.add((said.type, int(said.mmsi), position_of(said)))
    assert wanted
    assert got == wanted
