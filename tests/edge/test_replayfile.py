import gzip
import io
import json
import os
import sys
import threading
import types

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from launchwatch.edge import replayfile
from launchwatch.edge.replayfile import FOLLOWING, packets
from launchwatch.errors import SettingsError
from launchwatch.messages.packet import Packet, Tick
from launchwatch.sensors.jsonplots import LONGEST_LINE
from launchwatch.timescale import SECOND, instant_after, instant_from_utc, utc_from_instant

START = instant_from_utc("2025-11-07T01:17:00Z")


def line(second, sensor="alpha", **more):
    time = utc_from_instant(instant_after(START, second))
    return json.dumps({"sensor": sensor, "time": time, "scan": 1} | more)


def written(path, lines, compressed=False):
    content = "".join(f"{one}\n" for one in lines).encode()
    path.write_bytes(gzip.compress(content) if compressed else content)
    return path


def arrivals(path):
    """Seconds from the start at which each line arrived, by line number."""
    return {
        packet.line: (packet.received - START) / SECOND
        for packet in packets(path, "replay")
        if isinstance(packet, Packet)
    }


def steady(seconds, sensors=("alpha", "beta", "gamma")):
    return [line(second + 0.1 * n, name) for second in seconds for n, name in enumerate(sensors)]


def test_each_line_is_a_packet_with_its_number_and_its_bytes(tmp_path):
    path = written(tmp_path / "plots.jsonl", [line(0), line(1)])
    first, second = (one for one in packets(path, "exercise") if isinstance(one, Packet))
    assert (first.source, first.line, first.format) == ("plots.jsonl", 1, "jsonplots")
    assert first.payload == line(0).encode()
    assert first.mode == second.mode == "exercise"
    assert second.line == 2


def test_arrivals_never_go_back_and_late_lines_stay_late(tmp_path):
    path = written(tmp_path / "p", [line(0), line(5), line(2), line(6)])
    assert list(arrivals(path).values()) == [0.0, 5.0, 5.0, 6.0]


def test_a_line_that_says_when_it_arrived_is_believed(tmp_path):
    lines = [line(0), line(1, received=utc_from_instant(instant_after(START, 4.0))), line(2)]
    assert list(arrivals(written(tmp_path / "p", lines)).values()) == [0.0, 4.0, 4.0]


def test_damaged_lines_arrive_with_the_line_before(tmp_path):
    lines = ["{", line(0), "", "{damaged", line(1), line(2, received="soon")]
    assert list(arrivals(written(tmp_path / "p", lines)).values()) == [0.0, 0.0, 0.0, 0.0, 1.0, 1.0]


def test_one_line_from_the_far_future_moves_nothing(tmp_path):
    for place in (0, 1, 4, 29):
        lines = steady(range(10))
        lines.insert(place, line(1e9, "beta"))
        assert max(arrivals(written(tmp_path / "p", lines)).values()) < 10.0


def test_a_sensor_whose_clock_jumps_moves_nothing(tmp_path):
    lines = []
    for second in range(40):
        jump = 60.0 if second >= 20 else 0.0
        lines += [line(second + jump, "alpha"), line(second + jump + 0.05, "alpha")]
        lines += [line(second + 0.1, "beta"), line(second + 0.2, "gamma")]
    assert max(arrivals(written(tmp_path / "p", lines)).values()) < 40.0


def test_a_gap_that_all_sensors_share_is_believed(tmp_path):
    lines = steady([0, 1, 2]) + steady([600, 601, 602])
    found = list(arrivals(written(tmp_path / "p", lines)).values())
    assert found[9] == 600.0


def test_a_gap_of_a_lone_sensor_is_believed(tmp_path):
    path = written(tmp_path / "p", [line(0), line(20), line(40), line(60)])
    assert list(arrivals(path).values()) == [0.0, 20.0, 40.0, 60.0]


def test_a_first_line_from_the_past_or_the_future_does_not_set_the_start(tmp_path):
    for wrong in (-1e8, 1e8):
        lines = [line(wrong), *steady(range(5))]
        found = list(arrivals(written(tmp_path / "p", lines)).values())
        assert found[1:] == pytest.approx([0.1 * n + s for s in range(5) for n in range(3)])


def test_a_tick_stands_at_each_whole_second_and_for_a_while_after(tmp_path):
    path = written(tmp_path / "p", [line(0.5), line(1.0), line(3.25)])
    told = [
        (type(one).__name__, ((one.time if isinstance(one, Tick) else one.received) - START) / 1e9)
        for one in packets(path, "replay")
    ]
    assert told[:6] == [
        ("Packet", 0.5), ("Tick", 1.0), ("Packet", 1.0), ("Tick", 2.0), ("Tick", 3.0),
        ("Packet", 3.25),
    ]  # fmt: skip
    assert told[6:] == [("Tick", 4.0 + second) for second in range(FOLLOWING)]


def test_the_ticks_of_a_long_gap_end(tmp_path):
    path = written(tmp_path / "p", steady([0, 1]) + steady([86_400, 86_401]))
    assert sum(isinstance(one, Tick) for one in packets(path, "replay")) <= 2 * FOLLOWING + 4


def test_a_file_without_a_readable_time_has_no_ticks(tmp_path):
    path = written(tmp_path / "p", ["{", "x", "[1]"])
    assert [type(one) for one in packets(path, "replay")] == [Packet] * 3


def test_an_empty_file_gives_nothing(tmp_path):
    assert list(packets(written(tmp_path / "p", []), "replay")) == []
    assert list(packets(written(tmp_path / "q", [], compressed=True), "replay")) == []


def test_gzip_is_known_by_its_first_bytes(tmp_path):
    plain = list(packets(written(tmp_path / "p", steady(range(5))), "replay"))
    packed = list(packets(written(tmp_path / "q", steady(range(5)), compressed=True), "replay"))
    assert [one.payload for one in plain if isinstance(one, Packet)] == [
        one.payload for one in packed if isinstance(one, Packet)
    ]


@pytest.mark.parametrize("damage", ["cut", "altered", "tail"])
def test_a_damaged_gzip_keeps_what_was_read_and_says_where_it_broke(tmp_path, damage):
    path = written(tmp_path / "p", steady(range(2000)), compressed=True)
    content = bytearray(path.read_bytes())
    if damage == "cut":
        content = content[: len(content) // 2]
    elif damage == "altered":
        content[-6] ^= 0xFF  # the checksum
    else:
        content += b"no gzip"
    path.write_bytes(content)
    *_, last = found = [one for one in packets(path, "replay") if isinstance(one, Packet)]
    assert last.format == "unreadable"
    assert last.line == len(found)
    assert b"readable to its end" in last.payload
    assert len(found) > 1000


def test_a_line_without_an_end_is_cut_and_the_next_is_whole(tmp_path):
    path = written(tmp_path / "p", [line(0), "x" * 1_000_000, line(1)])
    _, second, third = (one for one in packets(path, "replay") if isinstance(one, Packet))
    assert LONGEST_LINE < len(second.payload) < LONGEST_LINE + 10
    assert third.payload == line(1).encode()
    assert third.line == 3


def test_carriage_returns_and_a_byte_order_mark_are_taken_off(tmp_path):
    path = tmp_path / "p"
    path.write_bytes(b"\xef\xbb\xbf" + line(0).encode() + b"\r\n" + line(1).encode())
    found = [one.payload for one in packets(path, "replay") if isinstance(one, Packet)]
    assert found == [line(0).encode(), line(1).encode()]


def test_standard_input_is_read_as_well(monkeypatch):
    content = io.BufferedReader(io.BytesIO(f"{line(0)}\n{line(1)}\n".encode()))
    monkeypatch.setattr(sys, "stdin", types.SimpleNamespace(buffer=content))
    found = [one for one in packets("-", "replay") if isinstance(one, Packet)]
    assert [(one.source, one.line) for one in found] == [("stdin", 1), ("stdin", 2)]


def test_a_pipe_is_read_as_well(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=lambda: pipe.write_text(f"{line(0)}\n"))
    writer.start()
    found = [one for one in packets(pipe, "replay") if isinstance(one, Packet)]
    writer.join()
    assert len(found) == 1


def test_a_file_that_cannot_be_read_is_named_at_once(tmp_path):
    for path in (tmp_path / "nowhere", tmp_path, tmp_path / "a\0b"):
        with pytest.raises(SettingsError, match="plots file cannot be read"):
            packets(path, "replay")


@pytest.mark.parametrize(
    "name", ["friday-seed1/plots.jsonl", "quiet-seed1/plots.jsonl", "raid10-seed1/plots.jsonl.gz"]
)
def test_no_line_of_an_independent_simulator_is_late_or_early(scenarios, name):
    for packet in packets(scenarios / name, "replay"):
        if isinstance(packet, Packet):
            measured = instant_from_utc(json.loads(packet.payload)["time"])
            # The simulator's own delays; see its truth. More would be ours.
            assert 0 <= packet.received - measured < SECOND // 2


@settings(deadline=None)
@given(
    st.lists(
        st.one_of(
            st.binary(max_size=60),
            st.builds(
                lambda second, name: line(second, name).encode(),
                st.one_of(st.integers(0, 40), st.sampled_from([-(10**8), 10**9])),
                st.sampled_from(["alpha", "beta", "gamma"]),
            ),
        ),
        max_size=40,
    )
)
def test_any_bytes_give_packets_in_order_of_time(lines):
    content = io.BytesIO(b"\n".join(lines))
    found = list(replayfile._dated(replayfile._recorded(content), "feed", "replay"))
    numbers = [one.line for one in found if isinstance(one, Packet)]
    assert numbers == list(range(1, len(numbers) + 1))
    times = [one.time if isinstance(one, Tick) else one.received for one in found]
    assert times == sorted(times)
