"""The watch records before it handles, goes on when a part fails, and ends with all on disk."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from launchwatch.edge.archive import query
from launchwatch.edge.config import read_config
from launchwatch.errors import JournalError, LaunchwatchError, SettingsError
from launchwatch.journal import HEADING, Journal, heading_in, read, read_entries, verify
from launchwatch.messages.packet import Packet, Tick
from launchwatch.messages.wire import encode
from launchwatch.repeating import Repetition

from .watching import Counting, Watching, build, configured, watch

TCP = '[[feeds]]\nname = "radars"\nkind = "tcp"\nport = 0\n'


async def send(watching: Watching, *lines: bytes) -> None:
    """Send lines, and wait until they are acknowledged."""
    reader, writer = await asyncio.open_connection("127.0.0.1", watching.port())
    writer.write(b"".join(line + b"\n" for line in lines))
    while await reader.readline() != b"ack %d\n" % len(lines):
        pass
    writer.close()


def refusals(folder: Path) -> list[str]:
    """The detail of every refusal in every folder of output, in order."""
    return [
        json.loads(line)["detail"]
        for file in sorted(folder.glob("said/*/refused.jsonl"))
        for line in file.read_text().splitlines()
    ]


def test_what_comes_in_is_recorded_handled_written_and_archived(tmp_path: Path) -> None:
    async def story(watching: Watching) -> None:
        await send(watching, b"a", b"b", b"c")
        await watching.packets(3)

    status, watching = watch(configured(tmp_path, TCP), story)
    assert status == 0
    assert refusals(tmp_path) == ["1: b'a'", "2: b'b'", "3: b'c'"]
    names, rows = query(tmp_path / "watch.archive", "SELECT source, line, detail FROM refused")
    assert names == ["source", "line", "detail"]
    assert rows == [("radars", 1, "1: b'a'"), ("radars", 2, "2: b'b'"), ("radars", 3, "3: b'c'")]
    assert any(line.startswith("ready in ") for line in watching.said)
    assert watching.said[-1].startswith("stopped; ")


def test_time_passes_through_the_journal_too(tmp_path: Path) -> None:
    watch(configured(tmp_path, TCP), lambda watching: watching.ticks(2))
    times = [each.time for _, each in read(tmp_path / "watch.journal") if isinstance(each, Tick)]
    assert len(times) >= 2
    assert all(time % 1_000_000_000 == 0 for time in times)
    assert times == sorted(set(times))


def test_a_watch_is_repeated_from_its_journal_byte_for_byte(tmp_path: Path) -> None:
    said = []

    async def story(watching: Watching) -> None:
        await send(watching, *(b"plot %d" % number for number in range(300)))
        said.extend(await watching.packets(300))

    config = configured(tmp_path, TCP)
    watch(config, story)
    watch(config, story)
    repetition = Repetition(tmp_path / "watch.journal", build)
    again = [step for step in repetition if isinstance(step.stimulus, Packet)]
    assert [step.sequence for step in again] == [each.sequence for each in said]
    assert [list(map(encode, step.answers)) for step in again] == [
        list(map(encode, each.answers)) for each in said
    ]
    assert repetition.differing is None
    assert repetition.unproven == 0
    assert repetition.compared >= 600


def test_after_a_restart_the_engine_remembers_and_the_sequence_goes_on(tmp_path: Path) -> None:
    async def story(watching: Watching) -> None:
        await send(watching, b"x", b"y")
        await watching.packets(2)

    config = configured(tmp_path, TCP)
    watch(config, story)
    watch(config, story)
    assert [each.split(":")[0] for each in refusals(tmp_path)] == ["1", "2", "3", "4"]
    path = tmp_path / "watch.journal"
    headings = [heading_in(path, each) for each in read_entries(path) if each.kind == HEADING]
    assert [each.since > 0 for each in headings] == [False, True]
    lines = [each.line for _, each in read(path) if isinstance(each, Packet)]
    assert lines == [1, 2, 3, 4]


def test_what_lies_further_back_than_is_rebuilt_is_forgotten(tmp_path: Path) -> None:
    async def story(watching: Watching) -> None:
        await send(watching, b"x")
        await watching.packets(1)

    config = configured(tmp_path, TCP, "rebuild_minutes = 0")
    watch(config, story)
    watch(config, story)
    assert [each.split(":")[0] for each in refusals(tmp_path)] == ["1", "1"]


def test_a_journal_that_fails_alarms_acknowledges_nothing_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = True
    whole = Journal._write

    def write(journal: Journal, records: list[tuple[int, bytes]]) -> None:
        if broken:
            raise JournalError("watch.journal: disk I/O error")
        whole(journal, records)

    monkeypatch.setattr(Journal, "_write", write)

    async def story(watching: Watching) -> None:
        nonlocal broken
        reader, writer = await asyncio.open_connection("127.0.0.1", watching.port())
        writer.write(b"a\nb\n")
        # It is watched on, and alarmed.
        assert len(await watching.packets(2)) == 2
        await watching.alarmed.wait()
        writer.write(b"c\n")
        (late,) = await watching.packets(1)
        assert late.sequence == 0
        status = watching.service.status()
        assert status.unrecorded >= 3
        assert "disk I/O error" in status.trouble["journal"]
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(reader.readline(), 0.05)
        broken = False
        assert await reader.readline() == b"ack 3\n"
        writer.close()
        assert watching.service.status().trouble == {}

    status, watching = watch(configured(tmp_path, TCP), story)
    assert status == 0
    assert sum(line.startswith("ALARM: journal: ") for line in watching.said) == 1
    # What was handled before it was on disk is recorded in its order, with its answers.
    packets = [each for _, each in read(tmp_path / "watch.journal") if isinstance(each, Packet)]
    assert [packet.payload for packet in packets] == [b"a", b"b", b"c"]
    repetition = Repetition(tmp_path / "watch.journal", build)
    assert len(list(repetition)) == repetition.compared
    assert repetition.differing is None


def test_a_journal_that_never_comes_back_is_an_exit_status(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(_journal: Journal, _records: list[tuple[int, bytes]]) -> None:
        raise JournalError("watch.journal: disk I/O error")

    async def story(watching: Watching) -> None:
        _, writer = await asyncio.open_connection("127.0.0.1", watching.port())
        writer.write(b"a\n")
        await watching.packets(1)
        writer.close()

    monkeypatch.setattr(Journal, "_write", write)
    status, watching = watch(configured(tmp_path, TCP), story)
    assert status == 1
    assert "stimuli are not on disk" in watching.said[-1]


def test_an_engine_that_fails_on_one_stimulus_goes_on_with_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    handle = Counting.handle

    def fragile(engine: Counting, stimulus: Packet | Tick) -> object:
        if isinstance(stimulus, Packet) and stimulus.payload == b"poison":
            raise ZeroDivisionError("by zero")
        return handle(engine, stimulus)

    monkeypatch.setattr(Counting, "handle", fragile)

    async def story(watching: Watching) -> None:
        await send(watching, b"a", b"poison", b"b")
        await watching.packets(3)
        await watching.alarmed.wait()
        assert watching.service.status().faults == 1
        await watching.alarmed.wait()
        assert watching.service.status().faults == 1

    _, watching = watch(configured(tmp_path, TCP), story)
    assert refusals(tmp_path) == ["1: b'a'", "2: b'b'"]
    (alarm,) = (line for line in watching.said if line.startswith("ALARM"))
    assert "ZeroDivisionError" in alarm


def test_an_archive_that_fails_stops_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def story(watching: Watching) -> None:
        watching.service._keeping._archive._database.execute("PRAGMA query_only=1")  # type: ignore[union-attr]
        await send(watching, b"a")
        await watching.alarmed.wait()
        watching.service._keeping._archive._database.execute("PRAGMA query_only=0")  # type: ignore[union-attr]
        await send(watching, b"b")
        await watching.packets(2)

    status, watching = watch(configured(tmp_path, TCP), story)
    assert status == 0
    assert any(line.startswith("ALARM: archive: ") for line in watching.said)
    assert query(tmp_path / "watch.archive", "SELECT detail FROM refused")[1] == [("2: b'b'",)]


def test_a_slow_subscriber_misses_and_can_see_it(tmp_path: Path) -> None:
    async def story(watching: Watching) -> None:
        slow = watching.service.subscribe(limit=10)
        await send(watching, *[b"x"] * 50)
        await watching.packets(50)
        assert slow.missed >= 40

    watch(configured(tmp_path, TCP), story)


def test_a_live_watch_does_not_write_into_the_journal_of_a_drill(tmp_path: Path) -> None:
    async def story(watching: Watching) -> None:
        await send(watching, b"x")

    watch(configured(tmp_path, TCP), story)
    text = (tmp_path / "watch.toml").read_text().replace('"exercise"', '"live"')
    (tmp_path / "watch.toml").write_text(text)
    with pytest.raises(JournalError, match="this journal is exercise, it cannot take live"):
        watch(read_config(tmp_path / "watch.toml"), story)


@pytest.mark.parametrize("name", ["sensors.json", "watch.journal", "watch.archive", "said"])
def test_a_damaged_file_ends_the_start_by_name(tmp_path: Path, name: str) -> None:
    config = configured(tmp_path, TCP)
    (tmp_path / name).write_bytes(b"\x00damaged" * 1000)

    async def story(_: Watching) -> None:
        pytest.fail("the watch must not start")

    with pytest.raises(LaunchwatchError, match=name.replace(".", r"\.")):
        watch(config, story)


def test_a_journal_without_a_folder_ends_the_start(tmp_path: Path) -> None:
    config = configured(tmp_path, TCP)
    text = (tmp_path / "watch.toml").read_text().replace("watch.journal", "no/watch.journal")
    (tmp_path / "watch.toml").write_text(text)
    with pytest.raises(SettingsError, match="no folder for the journal"):
        watch(read_config(config.path), lambda watching: watching.ticks(1))


_PROGRAM = """
import asyncio, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from watching import build
from launchwatch.edge.config import read_config
from launchwatch.edge.service import Service

async def main():
    stop = asyncio.Event()
    for each in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(each, stop.set)
    service = Service(read_config(Path(sys.argv[1])), build=build,
                      say=lambda text: print(text, flush=True))
    return await service.run(stop)

sys.exit(asyncio.run(main()))
"""


@contextmanager
def in_a_process(config: Path) -> Iterator[tuple[subprocess.Popen[str], socket.socket]]:
    """A watch in a process of its own, and a connection to its feed."""
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, config, Path(__file__).parent],
        stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        try:
            port = 0
            for line in process.stdout:
                if "listening on tcp" in line:
                    port = int(line.rpartition(":")[2])
                if line.startswith("ready"):
                    break
            with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
                yield process, connection
        finally:
            process.kill()


def numbered(folder: Path) -> list[int]:
    return [
        int(each.payload) for _, each in read(folder / "watch.journal") if isinstance(each, Packet)
    ]


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_watch_with_everything_journalled(tmp_path: Path, end: int) -> None:
    config = configured(tmp_path, TCP)
    with in_a_process(config.path) as (process, connection):
        connection.sendall(b"".join(b"%d\n" % number for number in range(5000)))
        # In the middle of it.
        acknowledged = connection.makefile().readline()
        process.send_signal(end)
        told = acknowledged + connection.makefile().read()
        assert process.wait(10) == 0
    last = int(told.split()[-1])
    kept = numbered(tmp_path)
    assert kept == list(range(len(kept)))
    assert len(kept) >= last
    assert not verify(tmp_path / "watch.journal").torn
    assert len(refusals(tmp_path)) == len(kept)
    repetition = Repetition(tmp_path / "watch.journal", build)
    assert sum(isinstance(step.stimulus, Packet) for step in repetition) == len(kept)
    assert (repetition.differing, repetition.unproven) == (None, 0)


def test_a_killed_watch_loses_nothing_acknowledged_and_says_what_it_had_not_said(
    tmp_path: Path,
) -> None:
    config = configured(tmp_path, TCP)
    with in_a_process(config.path) as (process, connection):
        connection.sendall(b"".join(b"%d\n" % number for number in range(3000)))
        told = connection.makefile()
        acknowledged = int(told.readline().split()[1])
        os.kill(process.pid, signal.SIGKILL)
        acknowledged = max(
            [acknowledged, *(int(line.split()[1]) for line in told if "ack" in line)]
        )
        process.wait(10)
    kept = numbered(tmp_path)
    assert kept == list(range(len(kept)))
    assert len(kept) >= acknowledged

    async def story(watching: Watching) -> None:
        await send(watching, b"99999")
        await watching.packets(1)

    watch(config, story)
    # Nothing that was recorded has gone unsaid, and counting went on.
    said = {int(each.split(":")[0]) for each in refusals(tmp_path)}
    assert said == set(range(1, len(kept) + 2))
    repetition = Repetition(tmp_path / "watch.journal", build)
    list(repetition)
    assert repetition.differing is None
