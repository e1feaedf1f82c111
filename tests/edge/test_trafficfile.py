"""Recorded traffic becomes packets, dated as it was heard."""

import gzip
import json

import pytest

from launchwatch.edge.trafficfile import together, traffic_packets
from launchwatch.errors import SettingsError
from launchwatch.messages.packet import Packet, Tick
from launchwatch.timescale import SECOND, Instant, instant_from_utc

START = instant_from_utc("2025-11-07T01:00:00Z")
SENTENCE = b"!AIVDM,1,1,,A,15RTgt0PAso;90TKcjM8h6g208CQ,0*4A"


@pytest.fixture
def read(tmp_path):
    def run(*lines, packed=False):
        path = tmp_path / "traffic"
        content = b"".join(line + b"\n" for line in lines)
        path.write_bytes(gzip.compress(content) if packed else content)
        return list(traffic_packets(path, "replay"))

    return run


def ours(time, **more):
    return json.dumps({"mmsi": "431000123", "time": time, **more}).encode()


def test_each_kind_of_line_is_known_by_how_it_begins(read):
    tagged = b"\\s:rx,c:1762477201*00\\" + SENTENCE  # 2025-11-07T01:00:01Z
    frame = b'{"timestamp":1762477202.5,"frame":"8D40621D58C382D690C8AC2863A7"}'
    document = b'{"now": 1762477203.0, "messages": 0, "aircraft": []}'
    packets = read(ours("2025-11-07T01:00:00Z"), tagged, frame, document, SENTENCE)
    assert [one.format for one in packets] == ["jsontraffic", "ais", "adsb", "aircraft-json", "ais"]
    since = [(one.received - START) / SECOND for one in packets]
    assert since == [0.0, 1.0, 2.5, 3.0, 3.0]
    assert [one.line for one in packets] == [1, 2, 3, 4, 5]


def test_a_gzipped_file_is_read_alike(read):
    lines = [ours("2025-11-07T01:00:00Z"), ours("2025-11-07T01:00:01Z")]
    assert read(*lines, packed=True) == read(*lines)


def test_time_never_goes_back_nor_far_ahead(read):
    times = ["01:00:05", "01:00:01", "03:00:00", "01:00:06"]
    packets = read(*(ours(f"2025-11-07T{time}Z") for time in times))
    assert [(one.received - START) / SECOND for one in packets] == [5.0, 5.0, 5.0, 6.0]


def test_when_it_was_heard_goes_before_when_it_was_so(read):
    (one,) = read(ours("2025-11-07T01:00:00Z", received="2025-11-07T01:00:07Z"))
    assert one.received == START + 7 * SECOND


@pytest.mark.parametrize("lines", [(), (SENTENCE,), (b"*8D40621D58C382D690C8AC2863A7;",), (b"{",)])
def test_a_file_without_times_is_refused(read, lines):
    with pytest.raises(SettingsError, match="must say when it was heard"):
        read(*lines)


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(SettingsError, match="cannot be read"):
        traffic_packets(tmp_path / "none", "replay")


def test_two_streams_come_in_the_order_of_time():
    def packet(seconds, source):
        return Packet(
            source=source, line=1, format="x", received=Instant(START + seconds * SECOND),
            mode="replay", payload=b"",
        )  # fmt: skip

    plots = [packet(1, "p"), Tick(time=Instant(START + 2 * SECOND), mode="replay"), packet(3, "p")]
    merged = list(together(plots, [packet(0, "t"), packet(2, "t"), packet(9, "t")]))
    assert [getattr(one, "source", "tick") for one in merged] == ["t", "p", "tick", "t", "p", "t"]
