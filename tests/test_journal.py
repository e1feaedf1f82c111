"""The journal keeps what it was given, says so only when it does, and finds what was altered."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchwatch.errors import JournalError
from launchwatch.journal import (
    Heading,
    Journal,
    Verdict,
    read,
    read_entries,
    read_heading,
    verify,
)
from launchwatch.journalfile import is_journal
from launchwatch.messages.packet import Decision, Mode, Packet, Stimulus, Tick
from launchwatch.timescale import Instant


def heading(mode: Mode = "replay", since: int = 0) -> Heading:
    return Heading(
        version="0", mode=mode, started=Instant(1), sensors=b"{}", settings=b"{}", since=since
    )


def packet(line: int, payload: bytes = b"a plot", mode: Mode = "replay") -> Packet:
    return Packet(
        source="feed", line=line, format="jsonplots", received=Instant(line), mode=mode,
        payload=payload,
    )  # fmt: skip


def filled(path: Path, count: int = 400) -> list[tuple[int, Stimulus]]:
    """A journal of some groups, some of them larger than a page."""
    kept: list[tuple[int, Stimulus]] = []
    with Journal.create(path, heading()) as journal:
        for start in range(0, count, 8):
            group = [packet(line, bytes([line % 256]) * 60) for line in range(start, start + 7)]
            group.append(packet(start + 7, b"x" * (9000 if start % 80 == 0 else 10)))
            kept += zip(journal.append(group), group, strict=True)
    return kept


def test_what_was_appended_is_read_back_in_order(tmp_path: Path) -> None:
    path = tmp_path / "watch.journal"
    stimuli: list[Stimulus] = [
        packet(1),
        Tick(time=Instant(5), mode="replay"),
        Decision(time=Instant(6), mode="replay", operator="kim", action="approve",
                 warning_id="w", revision=1),
    ]  # fmt: skip
    with Journal.create(path, heading()) as journal:
        assert journal.append(stimuli[:1]) == (2,)
        assert journal.append(stimuli[1:]) == (3, 4)
        assert journal.append(()) == ()
    assert list(read(path)) == list(zip((2, 3, 4), stimuli, strict=True))
    assert list(read(path, 4)) == [(4, stimuli[2])]
    assert read_heading(path) == heading()


@given(payloads=st.lists(st.binary(max_size=300), max_size=8), split=st.integers(0, 8))
def test_any_bytes_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, payloads: list[bytes], split: int
) -> None:
    path = tmp_path_factory.mktemp("journal") / "watch.journal"
    stimuli = [packet(line, payload) for line, payload in enumerate(payloads)]
    with Journal.create(path, heading()) as journal:
        journal.append(stimuli[:split])
        journal.append(stimuli[split:])
    assert [stimulus for _, stimulus in read(path)] == stimuli


def test_a_closed_journal_is_one_file_and_its_lock(tmp_path: Path) -> None:
    path = tmp_path / "watch.journal"
    filled(path)
    verify(path)
    assert sorted(each.name for each in tmp_path.iterdir()) == [
        "watch.journal", "watch.journal-lock",
    ]  # fmt: skip


def test_a_resumed_journal_goes_on_where_it_stopped(tmp_path: Path) -> None:
    path = tmp_path / "watch.journal"
    Journal.create(path, heading()).close()
    with Journal.resume(path, heading(since=1)) as journal:
        assert journal.append([packet(1)]) == (3,)
    assert verify(path).entries == 3


def test_a_journal_takes_data_of_its_own_mode_only(tmp_path: Path) -> None:
    path = tmp_path / "watch.journal"
    with (
        Journal.create(path, heading("live")) as journal,
        pytest.raises(JournalError, match="live journal cannot take simulation"),
    ):
        journal.append([packet(1, mode="simulation")])
    with pytest.raises(JournalError, match="this journal is live, it cannot take simulation"):
        Journal.resume(path, heading("simulation"))
    assert verify(path).entries == 1


def test_a_new_journal_overwrites_nothing(tmp_path: Path) -> None:
    path = tmp_path / "watch.journal"
    path.write_text("a letter")
    with pytest.raises(JournalError, match="must not overwrite"):
        Journal.create(path, heading())
    assert path.read_text() == "a letter"


def test_two_watches_cannot_write_one_journal(tmp_path: Path) -> None:
    path = tmp_path / "watch.journal"
    with (
        Journal.create(path, heading()),
        pytest.raises(JournalError, match="another watch is writing"),
    ):
        Journal.resume(path, heading())


def test_a_reader_sees_every_commit_and_does_not_stop_the_writer(tmp_path: Path) -> None:
    path = tmp_path / "watch.journal"
    with Journal.create(path, heading()) as journal:
        journal.append([packet(line) for line in range(10)])
        entries = read_entries(path)
        next(entries)
        journal.append([packet(10)])
        assert sum(1 for _ in entries) == 11
        assert sum(1 for _ in read(path)) == 11
        assert verify(path).entries == 12


def test_a_journal_in_a_folder_that_cannot_be_written_is_read(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("nothing is read-only for root")
    folder = tmp_path / "kept"
    folder.mkdir()
    filled(folder / "watch.journal", 8)
    folder.chmod(0o500)
    assert verify(folder / "watch.journal").entries == 9
    folder.chmod(0o700)


@pytest.mark.parametrize("content", [b"", b"not a database" * 100, None])
def test_what_is_not_a_journal_is_refused_by_name(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "letter"
    if content is not None:
        path.write_bytes(content)
    for attempt in (verify, read_heading, lambda path: Journal.resume(path, heading())):
        with pytest.raises(JournalError, match="letter"):
            attempt(path)
    assert not is_journal(path)


def test_a_full_disk_is_an_error_and_the_journal_goes_on_after_it(tmp_path: Path) -> None:
    path = tmp_path / "watch.journal"
    with Journal.create(path, heading()) as journal:
        journal.append([packet(1)])
        # SQLite's own limit stands in for the disk's.
        journal._database.execute("PRAGMA max_page_count=4")
        with pytest.raises(JournalError, match=r"watch\.journal.*full"):
            journal.append([packet(2, b"x" * 40_000)])
        journal._database.execute("PRAGMA max_page_count=1000000")
        assert journal.append([packet(3)]) == (3,)
    assert [stimulus.line for _, stimulus in read(path)] == [1, 3]  # type: ignore[union-attr]
    assert verify(path).entries == 3


def test_a_file_that_was_taken_away_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "watch.journal"
    journal = Journal.create(path, heading())
    path.rename(tmp_path / "elsewhere")
    with pytest.raises(JournalError):
        journal.append([packet(1)])
    path.write_bytes(b"")
    with pytest.raises(JournalError, match="replaced"):
        journal.append([packet(1)])
    journal.close()


def test_an_entry_changed_by_a_program_is_named(tmp_path: Path) -> None:
    path = tmp_path / "watch.journal"
    filled(path, 80)
    for change, named in (
        ("UPDATE entry SET body = zeroblob(20) WHERE sequence = 40", "entry 40 has been altered"),
        ("UPDATE entry SET kind = 2 WHERE sequence = 30", "entry 30 has been altered"),
        ("UPDATE entry SET chain = zeroblob(32) WHERE sequence = 20", "entry 20 has been altered"),
        ("DELETE FROM entry WHERE sequence = 10", "entry 10 is missing, entry 11 came"),
        ("DELETE FROM entry WHERE sequence < 5", "entry 1 is missing"),
    ):
        database = sqlite3.connect(path)
        with database:
            database.execute(change)
        database.close()
        with pytest.raises(JournalError, match=named):
            verify(path)


def _flip(content: bytes, bit: int) -> bytes:
    changed = bytearray(content)
    changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def test_a_bit_flipped_at_rest_is_found_and_named_or_has_altered_nothing(tmp_path: Path) -> None:
    path = tmp_path / "watch.journal"
    kept = filled(path)
    whole = path.read_bytes()
    head = verify(path).head
    generator = random.Random(20251107)
    harmless = 0
    tried = 400
    for bit in [*range(0, 800, 7), *(generator.randrange(len(whole) * 8) for _ in range(tried))]:
        path.write_bytes(_flip(whole, bit))
        try:
            verdict = verify(path)
        except JournalError as error:
            assert "watch.journal" in str(error)  # noqa: PT017 - either outcome may come
        else:
            # Unused bytes of a page, and counters in the first: nothing recorded has changed.
            harmless += 1
            assert verdict.head == head
            assert list(read(path)) == kept
    path.write_bytes(whole)
    assert verify(path).head == head
    # Unused bytes are a small part of the file.
    assert harmless < (tried + 115) * 0.4


def test_an_altered_byte_is_named_by_its_entry_and_place(tmp_path: Path) -> None:
    path = tmp_path / "watch.journal"
    kept = filled(path, 80)
    whole = path.read_bytes()
    sequence, stimulus = kept[33]
    at = whole.index(stimulus.payload)  # type: ignore[union-attr]
    path.write_bytes(_flip(whole, at * 8 + 3))
    with pytest.raises(JournalError) as caught:
        verify(path)
    assert f"entry {sequence} has been altered (near byte " in str(caught.value)
    place = int(str(caught.value).split("near byte ")[1].split()[0])
    # The hash that is found lies just behind the 60 bytes of the payload.
    assert abs(place - at) < 200


def _killed_with_log(folder: Path) -> Path:
    """A journal whose writer was killed, so that its log was never folded in."""
    path = folder / "watch.journal"
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from launchwatch.journal import Heading, Journal\n"
        "from launchwatch.messages.packet import Packet\n"
        "heading = Heading(version='0', mode='replay', started=1, sensors=b'', settings=b'')\n"
        "journal = Journal.create(Path(sys.argv[1]), heading)\n"
        "for line in range(30):\n"
        "    journal.append([Packet(source='f', line=line, format='j', received=line,\n"
        "                           mode='replay', payload=b'p' * 500)])\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    done = subprocess.run([sys.executable, "-c", program, path], check=False)
    assert done.returncode == -signal.SIGKILL
    return path


def test_a_flipped_bit_in_the_write_ahead_log_is_not_taken_for_its_end(tmp_path: Path) -> None:
    path = _killed_with_log(tmp_path)
    files = {each: each.read_bytes() for each in tmp_path.iterdir()}
    log = path.with_name(path.name + "-wal")
    head = verify(path).head
    last_commit = 0
    generator = random.Random(7)
    content = files[log]
    for bit in [*range(0, 56 * 8, 5), *(generator.randrange(len(content) * 8) for _ in range(150))]:
        for file, whole in files.items():
            file.write_bytes(whole)
        log.write_bytes(_flip(content, bit))
        verdict: Verdict | None = None
        try:
            verdict = verify(path)
        except JournalError as error:
            assert "watch.journal" in str(error)  # noqa: PT017 - either outcome may come
        if verdict is not None and verdict.head != head:
            # Damage in the last commit cannot be told from a torn one; it is said all the same.
            assert "torn" in verdict.torn or "never finished" in verdict.torn
            assert verdict.entries == 30
            last_commit += 1
    assert last_commit < 20


@pytest.mark.parametrize("cut", [1, 24, 4000, 4120, 4121, 9000])
def test_a_torn_tail_opens_at_the_last_whole_commit(tmp_path: Path, cut: int) -> None:
    path = _killed_with_log(tmp_path)
    log = path.with_name(path.name + "-wal")
    log.write_bytes(log.read_bytes()[:-cut])
    # The next process does not have the dead one's index of the log.
    path.with_name(path.name + "-shm").unlink()
    kept = [stimulus.line for _, stimulus in read(path)]  # type: ignore[union-attr]
    assert kept == list(range(len(kept)))
    assert 25 < len(kept) < 30
    with Journal.resume(path, heading()) as journal:
        assert journal.append([packet(99)]) == (len(kept) + 3,)
    assert verify(path).entries == len(kept) + 3


def test_a_killed_writer_loses_nothing_that_it_acknowledged(tmp_path: Path) -> None:
    path = tmp_path / "watch.journal"
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from launchwatch.journal import Heading, Journal\n"
        "from launchwatch.messages.packet import Packet\n"
        "heading = Heading(version='0', mode='replay', started=1, sensors=b'', settings=b'')\n"
        "path = Path(sys.argv[1])\n"
        "journal = (Journal.resume if path.exists() else Journal.create)(path, heading)\n"
        "line = int(sys.argv[2])\n"
        "while True:\n"
        "    group = [Packet(source='f', line=line + n, format='j', received=1, mode='replay',\n"
        "                    payload=b'p' * 300) for n in range(7)]\n"
        "    journal.append(group)\n"
        "    line += 7\n"
        "    print(line - 1, flush=True)\n"
    )
    acknowledged, start = -1, 0
    for wanted in (5, 60, 250):
        with subprocess.Popen(
            [sys.executable, "-c", program, path, str(start)], stdout=subprocess.PIPE, text=True
        ) as writer:
            assert writer.stdout is not None
            for _ in range(wanted):
                acknowledged = int(writer.stdout.readline())
            writer.kill()
            acknowledged = max([acknowledged, *map(int, writer.stdout.read().split())])
        kept = [stimulus.line for _, stimulus in read(path)]  # type: ignore[union-attr]
        assert kept == list(range(len(kept)))
        assert len(kept) > acknowledged
        start = len(kept)
    assert not verify(path).torn
