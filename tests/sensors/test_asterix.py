"""ASTERIX: the vendor's samples read as the vendor reads them, and damaged ones refused."""

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchwatch.sensors.asterix import blocks, records
from launchwatch.sensors.refusing import Refusal

# One radar plot: source 25/201, at 27354.6 s, target 197.68 nautical miles away.
PLOT = bytes.fromhex("30000ef019c9356d4da0c5aff1e0")


def read(content):
    """Give all records and all refusals of a file."""
    found, refused = [], []
    for block in blocks(content):
        each = [block] if isinstance(block, Refusal) else records(block[1], block[0])
        for one in each:
            (refused if isinstance(one, Refusal) else found).append(one)
    return found, refused


def test_a_record_is_read_with_units_in_its_names():
    (record,), refused = read(PLOT)
    assert refused == []
    assert (record["category"], record["offset"]) == (48, 3)
    items = record["items"]
    assert items["I010"] == {"SAC": 25, "SIC": 201}
    assert items["I140_s"] == 27354.6015625
    assert items["I040"]["RHO_nmi"] == pytest.approx(0xC5AF / 256)
    assert items["I040"]["THETA_deg"] == pytest.approx(0xF1E0 * 360 / 65536)
    assert items["I020"]["TYP"] == {"value": 5, "means": "Single ModeS Roll-Call"}


def test_two_blocks_follow_each_other():
    found, _ = read(PLOT + PLOT)
    assert [one["offset"] for one in found] == [3, len(PLOT) + 3]


@pytest.mark.parametrize(
    ("content", "offset", "detail"),
    [
        (PLOT[:-1], 13, "a block of 14 bytes was wanted, got 13"),
        (PLOT[:2], 2, "3 bytes or more"),
        (b"\x30\x00\x03" + PLOT, 1, "length must be 4 or more, got 3"),
        (b"\xfe" + PLOT[1:], 0, "category must be one of"),
        (b"\x30\x00\x06\xf0\x19\xc9", 3, "a record of category 048 was wanted"),
        (b"\x30\x00\x04\x00", 3, "announces no item"),
        (b"\xd4\xc3\xb2\xa1" + bytes(10), 14, "header of 24 bytes"),
        (b"\xd4\xc3\xb2\xa1" + bytes(16) + b"\x71\0\0\0", 20, "Ethernet"),
        (b"\xd4\xc3\xb2\xa1" + bytes(16) + b"\1\0\0\0" + bytes(5), 29, "header of 16 bytes"),
    ],
)
def test_what_is_cut_off_or_damaged_is_refused_with_its_offset(content, offset, detail):
    _, refused = read(content)
    assert detail in refused[0].detail
    assert refused[0].offset == offset


def test_what_is_whole_before_the_damage_is_kept():
    found, refused = read(PLOT + PLOT[:-1])
    assert len(found) == 1
    assert len(refused) == 1


def test_a_position_that_cannot_be_is_refused():
    # Category 062 with a latitude of 0x40000000 units of 180/2^25 degrees: 5,760 degrees.
    body = bytes.fromhex("98" + "1901" + "000000" + "4000000000000000")
    content = b"\x3e" + (3 + len(body)).to_bytes(2, "big") + body
    _, refused = read(content)
    assert "LAT_deg must lie within ±90" in refused[0].detail


@given(st.binary(max_size=60), st.sampled_from([1, 2, 21, 34, 48, 62, 65]))
def test_no_bytes_raise(noise, category):
    read(noise)
    content = bytes([category]) + (3 + len(noise)).to_bytes(2, "big") + noise
    read(content)
    read(b"\xd4\xc3\xb2\xa1" + noise)


def test_a_capture_of_802_2_frames_holds_what_its_maker_says(authorities):
    folder = authorities / "asterix"
    found, refused = read((folder / "croatia_cat_034_048.pcap").read_bytes())
    assert refused == []
    kinds = [one["category"] for one in found]
    assert (kinds.count(48), kinds.count(34)) == (128, 34)
    text = (folder / "croatia_expected_cat_034_048.txt").read_text()
    for item, unit, pattern in (
        ("RHO_nmi", "NM", r"RHO: \d+ \(([\d.]+) NM\)"),
        ("THETA_deg", "deg", r"THETA: \d+ \(([\d.]+) deg\)"),
    ):
        wanted = [float(value) for value in re.findall(pattern, text)]
        got = [one["items"]["I040"][item] for one in found if "I040" in one["items"]]
        # Written with seven decimals.
        assert got == pytest.approx(wanted, abs=1e-7), unit
    addresses = [value.lower() for value in re.findall(r"AircraftAddress: (\w+)", text)]
    assert [o["items"]["I220"] for o in found if "I220" in o["items"]] == addresses


def test_tracks_lie_where_their_maker_says(authorities):
    folder = authorities / "asterix"
    found, _ = read((folder / "croatia_cat_062_065.pcap").read_bytes())
    lines = (folder / "croatia_expected_cat_062_065_json.txt").read_text().splitlines()
    wanted = [json.loads(line) for line in lines if line.startswith("{")]
    tracks = [one["CAT062"] for one in wanted if "CAT062" in one]
    ours = [one["items"] for one in found if one["category"] == 62]
    assert len(ours) == len(tracks)
    for one, other in zip(ours, tracks, strict=True):
        assert one["I105"]["LAT_deg"] == pytest.approx(other["I105"]["Lat"], abs=1e-7)
        assert one["I105"]["LON_deg"] == pytest.approx(other["I105"]["Lon"], abs=1e-7)
        assert one["I185"]["VX_mps"] == other["I185"]["Vx"]
        assert one["I040"] == other["I040"]["TrkN"]


@pytest.mark.parametrize(
    ("name", "categories"),
    [
        ("croatia_cat048.raw", [48]),
        ("croatia_cat062cat065.raw", [62, 62, 65]),
        ("croatia_cat21_re.ast", [21, 21]),
    ],
)
def test_files_of_blocks_are_read_whole(authorities, name, categories):
    found, refused = read((authorities / "asterix" / name).read_bytes())
    assert refused == []
    assert sorted(one["category"] for one in found) == categories
