"""What comes in by any way becomes a packet, once, in order, and is acknowledged from disk."""

import asyncio
import os
import socket
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchwatch.edge.intake import LONGEST_PAYLOAD, LineSplitter
from launchwatch.errors import SettingsError
from launchwatch.journal import read
from launchwatch.messages.packet import Packet
from launchwatch.sensors import flooding

from .watching import Watching, configured, watch

TCP = '[[feeds]]\nname = "radars"\nkind = "tcp"\nport = 0\n'
UDP = '[[feeds]]\nname = "ships"\nkind = "udp"\nport = 0\n'
FOLLOW = '[[feeds]]\nname = "file"\nkind = "file-follow"\npath = "plots.jsonl"\n'


def journalled(folder: Path) -> list[Packet]:
    return [
        stimulus for _, stimulus in read(folder / "watch.journal") if isinstance(stimulus, Packet)
    ]


@given(st.lists(st.binary(max_size=40).map(lambda line: line.replace(b"\n", b"")), max_size=12),
       st.integers(1, 17))  # fmt: skip
def test_lines_are_the_same_however_the_stream_is_cut(lines: list[bytes], size: int) -> None:
    stream = b"".join(line + b"\n" for line in lines)
    splitter = LineSplitter()
    found = []
    for start in range(0, len(stream), size):
        found += splitter.lines(stream[start : start + size])
    assert found == [line.removesuffix(b"\r") for line in lines]
    assert splitter.rest() == b""


def test_of_an_endless_line_no_more_is_kept_than_a_decoder_wants() -> None:
    splitter = LineSplitter()
    for _ in range(100):
        assert splitter.lines(b"x" * 65536) == []
    assert splitter.lines(b"end\nshort\n") == [b"x" * LONGEST_PAYLOAD, b"short"]


def test_lines_over_tcp_are_acknowledged_when_they_are_on_disk(tmp_path: Path) -> None:
    async def story(watching: Watching) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", watching.port())
        writer.write(b"one\ntwo\r\n\xff\xfe\n\nfive")
        acknowledged = 0
        while acknowledged < 4:
            acknowledged = int((await reader.readline()).split()[1])
            assert len(journalled(tmp_path)) >= acknowledged
        writer.write_eof()
        assert await reader.readline() == b"ack 5\n"
        assert await reader.read() == b""
        writer.close()

    status, _ = watch(configured(tmp_path, TCP), story)
    assert status == 0
    packets = journalled(tmp_path)
    assert [packet.payload for packet in packets] == [b"one", b"two", b"\xff\xfe", b"", b"five"]
    assert [packet.line for packet in packets] == [1, 2, 3, 4, 5]
    assert {packet.source for packet in packets} == {"radars"}
    assert {packet.mode for packet in packets} == {"exercise"}


def test_a_sender_that_reads_no_acknowledgement_holds_up_nobody(tmp_path: Path) -> None:
    async def story(watching: Watching) -> None:
        _, silent = await asyncio.open_connection("127.0.0.1", watching.port(), limit=1)
        reader, writer = await asyncio.open_connection("127.0.0.1", watching.port())
        silent.write(b"noise\n" * 20_000)
        writer.write(b"plot\n" * 100)
        acknowledged = 0
        while acknowledged < 100:
            acknowledged = int((await reader.readline()).split()[1])
        await watching.packets(20_100)
        silent.close()
        writer.close()

    status, _ = watch(configured(tmp_path, TCP), story)
    assert status == 0
    assert len(journalled(tmp_path)) == 20_100


def test_lines_are_acknowledged_up_to_the_first_that_is_not_on_disk(tmp_path: Path) -> None:
    async def story(watching: Watching) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", watching.port())
        # The listed sensor's line overtakes the flood of others that came before it.
        lines = [b"%d" % number for number in range(3000)] + [b'{"sensor": "kr-north"}']
        writer.write(b"".join(line + b"\n" for line in lines))
        acknowledged = 0
        while acknowledged < 3001:
            acknowledged = int((await reader.readline()).split()[1])
            on_disk = {packet.line for packet in journalled(tmp_path)}
            assert on_disk >= set(range(1, acknowledged + 1))
        writer.close()

    watch(configured(tmp_path, TCP), story)
    order = [packet.line for packet in journalled(tmp_path)]
    assert order != sorted(order)
    assert [line for line in order if line != 3001] == list(range(1, 3001))


def test_a_flood_s_excess_is_recorded_as_a_count_and_acknowledged(tmp_path: Path) -> None:
    lines = [
        b'{"sensor": "kr-north", "time": "2025-11-07T01:02:24.%03dZ"}' % number
        for number in range(1000)
    ]

    async def story(watching: Watching) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", watching.port())
        writer.write(b"".join(line + b"\n" for line in lines))
        while await reader.readline() != b"ack 1000\n":
            pass
        writer.close()

    status, _ = watch(configured(tmp_path, TCP, "\n[sensors]\nmost_plots_per_scan = 40"), story)
    assert status == 0
    packets = journalled(tmp_path)
    whole = [packet for packet in packets if packet.format == "jsonplots"]
    assert len(whole) < 200  # some intervals of arrival may have passed meanwhile
    assert whole[0].payload == lines[0]
    excess = [
        flooding.decode(packet.payload) for packet in packets if packet.format == flooding.FORMAT
    ]
    assert len(whole) + sum(each.count for each in excess) == 1000
    assert max(each.last_line for each in excess) == 1000


def test_a_sender_that_breaks_off_loses_none_of_its_whole_lines(tmp_path: Path) -> None:
    async def story(watching: Watching) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", watching.port())
        writer.write(b"whole\nbroken o")
        await writer.drain()
        await watching.packets(1)
        writer.close()
        await watching.packets(1)

    watch(configured(tmp_path, TCP), story)
    assert [packet.payload for packet in journalled(tmp_path)] == [b"whole", b"broken o"]


def test_datagrams_hold_one_line_or_several(tmp_path: Path) -> None:
    async def story(watching: Watching) -> None:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for datagram in (b"one", b"two\nthree\n", b"", b"y" * 40_000):
                sender.sendto(datagram, ("127.0.0.1", watching.port("udp")))
        await watching.packets(5)

    watch(configured(tmp_path, UDP), story)
    payloads = [packet.payload for packet in journalled(tmp_path)]
    assert payloads == [b"one", b"two", b"three", b"", b"y" * LONGEST_PAYLOAD]


def test_datagrams_that_do_not_fit_are_counted_and_said(tmp_path: Path) -> None:
    async def story(watching: Watching) -> None:
        intake = watching.service._intake
        for _ in range(9000):  # without a pause, so that nothing is taken from the queue
            intake.offer("ships", "jsonplots", b"x")
        assert watching.service.status().dropped["ships"] >= 9000 - 8192
        found = await watching.packets(9000 - watching.service.status().dropped["ships"] + 1)
        assert found[-1].stimulus.format == "unreadable"  # type: ignore[union-attr]

    watch(configured(tmp_path, UDP), story)
    last = journalled(tmp_path)[-1]
    assert last.payload.endswith(b"lines too many: dropped")


def test_a_file_is_followed_as_it_grows_and_when_another_takes_its_place(tmp_path: Path) -> None:
    plots = tmp_path / "plots.jsonl"

    async def story(watching: Watching) -> None:
        plots.write_bytes(b"one\ntw")
        await watching.packets(1)
        with plots.open("ab") as file:
            file.write(b"o\nthree\nrest")
        await watching.packets(2)
        new = tmp_path / "new"
        new.write_bytes(b"four\n")
        new.replace(plots)
        await watching.packets(2)
        plots.write_bytes(b"6\n")
        await watching.packets(1)

    watch(configured(tmp_path, FOLLOW), story)
    packets = journalled(tmp_path)
    assert [packet.payload for packet in packets] == [
        b"one", b"two", b"three", b"rest", b"four", b"6",
    ]  # fmt: skip
    assert [packet.line for packet in packets] == [1, 2, 3, 4, 5, 6]


def test_after_a_restart_a_file_is_followed_behind_its_last_line(tmp_path: Path) -> None:
    plots = tmp_path / "plots.jsonl"
    plots.write_bytes(b"one\ntwo\n")
    config = configured(tmp_path, FOLLOW)
    watch(config, lambda watching: watching.packets(2))  # type: ignore[arg-type,return-value]
    with plots.open("ab") as file:
        file.write(b"three\n")
    watch(config, lambda watching: watching.packets(1))  # type: ignore[arg-type,return-value]
    assert [packet.payload for packet in journalled(tmp_path)] == [b"one", b"two", b"three"]
    # Another file under the same name, though long enough, is read from its start.
    plots.write_bytes(b"a\nb\nc\nd\n")
    watch(config, lambda watching: watching.packets(4))  # type: ignore[arg-type,return-value]
    assert [packet.payload for packet in journalled(tmp_path)][3:] == [b"a", b"b", b"c", b"d"]
    assert [packet.line for packet in journalled(tmp_path)] == [1, 2, 3, 4, 5, 6, 7]


def test_standard_input_is_read_to_its_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"one\ntwo")
    os.close(writing)
    with os.fdopen(reading) as pipe:
        monkeypatch.setattr("sys.stdin", pipe)
        config = configured(tmp_path, '[[feeds]]\nname = "pipe"\nkind = "stdin"\n')
        watch(config, lambda watching: watching.packets(2))  # type: ignore[arg-type,return-value]
    assert [packet.payload for packet in journalled(tmp_path)] == [b"one", b"two"]


def test_a_port_in_use_is_said_and_ends_the_start(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        feeds = TCP.replace("port = 0", f"port = {other.getsockname()[1]}")
        with pytest.raises(SettingsError, match="feed 'radars' cannot be opened"):
            watch(configured(tmp_path, feeds), lambda watching: watching.packets(1))  # type: ignore[arg-type,return-value]


@pytest.mark.parametrize(
    ("feeds", "said"),
    [
        ("", r"wanted at least one \[\[feeds\]\]"),
        ('[[feeds]]\nname = "a"\nkind = "radio"\n', "allowed are tcp, udp, file-follow, file-poll"),
        ('[[feeds]]\nname = "a"\nkind = "file-poll"\npath = "a"\n', "go together"),
        (FOLLOW + 'format = "beast"\n', "comes over tcp"),
        ('[[feeds]]\nname = "a"\nkind = "tcp"\n', "wanted a port"),
        ('[[feeds]]\nname = "a"\nkind = "tcp"\nport = 99999\n', "wanted a port in 0..65535"),
        ('[[feeds]]\nname = "a"\nkind = "tcp"\nport = 1\naddress = "0.0.0.0"\n', "this machine"),
        ('[[feeds]]\nname = "a"\nkind = "file-follow"\n', "wanted the path"),
        ('[[feeds]]\nname = "a"\nkind = "stdin"\nspeed = 1\n', "speed.*allowed are name, kind"),
        (TCP + TCP, "'radars' twice"),
        ("[[feeds]", "must be TOML"),
    ],
)
def test_feeds_that_cannot_be_used_are_refused_by_name(
    tmp_path: Path, feeds: str, said: str
) -> None:
    with pytest.raises(SettingsError, match=said) as caught:
        configured(tmp_path, feeds)
    assert "watch.toml" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_that_is_written_anew_is_looked_at_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from launchwatch.edge import filefeeds

    monkeypatch.setattr(filefeeds, "_POLL_AGAIN", 0.01)
    path = tmp_path / "aircraft.json"
    poll = '[[feeds]]\nname = "rx"\nkind = "file-poll"\npath = "aircraft.json"\n'

    def aircraft(latitude: float) -> str:
        return f'{{"now": 1.0, "aircraft": [{{"hex": "71be12", "lat": {latitude}, "lon": 1}}]}}'

    async def story(_watching: Watching) -> None:
        for number, latitude in enumerate((40.0, 41.0), start=1):
            path.write_text(aircraft(latitude))
            while len(journalled(tmp_path)) < number:
                await asyncio.sleep(0.01)

    watch(configured(tmp_path, poll + 'format = "aircraft-json"\n'), story)
    formats = [packet.format for packet in journalled(tmp_path)]
    assert formats == ["aircraft-json"] * 2


def test_warnings_of_a_file_that_is_written_anew_are_journalled_once_each(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from launchwatch.edge import filefeeds

    monkeypatch.setattr(filefeeds, "_POLL_AGAIN", 0.01)
    path = tmp_path / "warnings.txt"
    poll = '[[feeds]]\nname = "sea"\nkind = "file-poll"\npath = "warnings.txt"\n'
    area = (
        "HAZARDOUS OPERATIONS 070000Z TO 070500Z NOV IN AREA BETWEEN\n"
        "38-30N 40-00N AND 132-00E 134-30E.\n"
    )
    one, two = (f"060000Z NOV 25\nHYDROPAC {n}/25(97).\n{area}" for n in (900, 901))

    async def story(_watching: Watching) -> None:
        for number, content in enumerate((one, f"{one}\n{two}"), start=1):
            path.write_text(content)
            while len(journalled(tmp_path)) < number:
                await asyncio.sleep(0.01)

    watch(configured(tmp_path, poll + 'format = "navwarn"\n'), story)
    packets = journalled(tmp_path)
    assert [packet.format for packet in packets] == ["navwarn"] * 2
    assert [b"900/25" in packet.payload for packet in packets] == [True, False]
