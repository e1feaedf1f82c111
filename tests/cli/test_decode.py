"""`launchwatch decode`: a record a line, and what is wrong by its offset."""

import gzip
import json

import pytest
from click.testing import CliRunner

from launchwatch.cli.decode import _NAMES, command
from launchwatch.edge.decoding import FORMATS

SHIP = b"!AIVDM,1,1,,A,15RTgt0PAso;90TKcjM8h6g208CQ,0*4A\n"
EVEN, ODD = "8D40621D58C382D690C8AC2863A7", "8D40621D58C386435CC412692AD6"


@pytest.fixture
def decode(tmp_path):
    def run(content, form, *more):
        path = tmp_path / "file"
        path.write_bytes(content)
        result = CliRunner().invoke(
            command, [str(path), "--format", form, *more], standalone_mode=False
        )
        assert result.exception is None
        records = [json.loads(line) for line in result.stdout.splitlines()]
        return records, result.stderr, result.return_value

    return run


def beast(frame, clock=12_000_000):
    return b"\x1a3" + (clock.to_bytes(6, "big") + b"\x1a" + frame).replace(b"\x1a", b"\x1a\x1a")


def test_the_command_offers_every_format():
    assert set(_NAMES) == set(FORMATS)


def test_a_record_is_a_line_with_its_offset(decode):
    records, told, status = decode(b"# comment\n" + SHIP, "ais")
    assert status == 0
    assert told == ""
    (record,) = records
    assert (record["offset"], record["type"], record["mmsi"]) == (10, 1, "371798000")
    assert record["latitude_deg"] == 29028980 / 600_000


def test_what_is_cut_off_is_refused_with_its_offset_and_the_rest_is_read(decode):
    records, told, status = decode(SHIP + SHIP[:-6], "ais")
    assert len(records) == 1
    assert status == 0
    assert "byte 90" in told
    assert decode(SHIP + SHIP[:-6], "ais", "--strict")[2] == 2
    assert decode(SHIP[:-6], "ais")[2] == 2


def test_beast_and_text_give_the_same_positions(decode):
    lines = "".join(f"*{frame};\n" for frame in (ODD, EVEN)).encode()
    stream = b"".join(beast(bytes.fromhex(frame)) for frame in (ODD, EVEN))
    (text, *_), (binary, *_) = decode(lines, "adsb"), decode(stream, "adsb")
    assert text[1]["latitude_deg"] == pytest.approx(52.25720, abs=5e-6)
    for one, other in zip(text, binary, strict=True):
        assert {**one, "offset": 0} == {**other, "offset": 0}
    assert decode(gzip.compress(lines), "adsb")[0] == text


def test_a_beast_stream_is_found_again_after_noise(decode):
    stream = beast(bytes.fromhex(ODD))
    records, told, _ = decode(stream[:8] + stream + b"noise" + stream, "adsb")
    assert len(records) == 2
    assert "byte 8: a frame of type 3 has 23 bytes, got 8" in told
    assert f"byte {8 + len(stream)}: wanted 1a" in told


def test_an_address_that_is_not_sure_says_so(decode):
    records, _, _ = decode(b"*280010248c796b;", "adsb")
    assert records[0]["is_sure"] is False


@pytest.mark.parametrize("form", sorted(FORMATS))
@pytest.mark.parametrize(
    "content", [b"", b"\0" * 50, b"\xff" * 50, b"{" * 50, b"\x1f\x8b\x08junk", b"\x1a" * 9]
)
def test_no_file_is_a_traceback(decode, form, content):
    records, told, status = decode(content, form)
    assert records == []
    assert status == 2
    assert "refused" in told
