"""The journal: every stimulus, on disk before it is handled, so that a watch can be repeated.

One SQLite file holds one chain of entries. Each entry carries the BLAKE2b-256 hash of

    hash of the entry before | sequence (8 bytes, big end first) | kind (1 byte) | body

so an entry cannot be altered, moved or left out without every later hash telling. Kinds:

========= ==== ==================================================================
heading   0    how the watch was started: version, mode, sensors, settings
stimulus  1    a packet, tick or decision, as `messages.wire.encode` writes it
answers   2    digests of what the engine answered to earlier stimuli
told      3    lines that a partner was told (`launchwatch.edge.nations.told`)
========= ==== ==================================================================

Entry 1 is a heading; each later start of the watch adds another. Answers are not kept here
(the engine gives them again), only their digests, by which a repetition is proven equal.

Theory of operation. WAL with ``synchronous=FULL`` makes a commit one appended write and one
flush of it, so `Journal.append` returns when the disk has the entries; design/journal.md
has the figures. A crash leaves at worst a torn last commit, which SQLite drops, and which
nobody was told of. SQLite also drops everything behind a *damaged* place in its write-ahead
log without a word, so `launchwatch.walcheck` looks for that. What the chain cannot show is a
tail removed on purpose: keep the last hash (`Verdict.head`) elsewhere where that matters.

Readers open read-only and read in short steps, so that they never hold up the writer.
"""

import hashlib
import os
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from launchwatch.errors import JournalError
from launchwatch.journalfile import fold, locked, make, named, place, reader, writer
from launchwatch.messages.packet import Mode, Stimulus
from launchwatch.messages.wire import Message, decode_stimulus, encode
from launchwatch.timescale import Instant
from launchwatch.walcheck import damage_in_log

HEADING, STIMULUS, ANSWERS, TOLD = 0, 1, 2, 3

_START = hashlib.blake2b(b"launchwatch journal 1", digest_size=32).digest()
_STEP = 2048  # entries read at a time: a read this short never holds up a checkpoint


class Heading(Struct, frozen=True, kw_only=True):
    """What must be known to repeat the entries behind it.

    Attributes:
        version: of launchwatch.
        mode: of every stimulus in this journal.
        started: when the watch was started.
        sensors: the roster, as a sensors file in JSON.
        settings: the settings of all rooms, as JSON.
        zones: the user's zones as GeoJSON; empty without.
        since: the first entry from which the engine's state was rebuilt at this start;
            0 when it began with none.
    """

    version: str
    mode: Mode
    started: Instant
    sensors: bytes
    settings: bytes
    zones: bytes = b""
    since: int = 0


class Answers(Struct, frozen=True, kw_only=True):
    """Digests of answers: which stimuli, and 16 bytes for each."""

    sequences: tuple[int, ...]
    digests: bytes


class Entry(Struct, frozen=True):
    """One entry, with its place in the chain proven."""

    sequence: int
    kind: int
    body: bytes
    chain: bytes


class Verdict(Struct, frozen=True, kw_only=True):
    """What a check of a whole journal found: it is in order.

    Attributes:
        entries: how many there are.
        head: the last entry's hash, in hexadecimal: the whole journal in one number.
        torn: empty, or what is to be said of a last commit that did not reach the disk whole.
    """

    entries: int
    head: str
    torn: str = ""


_decode_heading = msgspec.msgpack.Decoder(Heading).decode
_decode_answers = msgspec.msgpack.Decoder(Answers).decode


def digest_of_answers(messages: Sequence[Message]) -> bytes:
    """Give the 16-byte digest of an engine's answers to one stimulus, order included."""
    digest = hashlib.blake2b(digest_size=16)
    for message in messages:
        body = encode(message)
        digest.update(len(body).to_bytes(8, "big"))
        digest.update(body)
    return digest.digest()


def _link(before: bytes, sequence: int, kind: int, body: bytes) -> bytes:
    head = before + sequence.to_bytes(8, "big") + kind.to_bytes(1, "big")
    return hashlib.blake2b(head + body, digest_size=32).digest()


class Journal:
    """The one writer of one journal file. Used from one thread at a time.

    Made by `Journal.create` or `Journal.resume`; a context manager closes it.
    """

    def __init__(self, path: Path, heading: Heading, *, create: bool) -> None:
        self.path = path
        self.mode: Mode = heading.mode
        self._lock = locked(path)
        try:
            if create:
                body = encode(heading)
                make(path, HEADING, body, _link(_START, 1, HEADING, body))
            with named(path):
                self._inode = path.stat().st_ino
                self._database = writer(path)
        except BaseException:
            self._lock.close()
            raise
        try:
            with named(path):
                self._sequence, self._chain = _last(self._database, path)
            if not create:
                self._write([(HEADING, encode(heading))])
        except BaseException:
            self._database.close()
            self._lock.close()
            raise

    @classmethod
    def create(cls, path: Path, heading: Heading) -> "Journal":
        """Begin a journal in a new file.

        Raises:
            JournalError: the file exists already, or cannot be made.
        """
        if path.exists():
            raise JournalError(f"{path}: a new journal must not overwrite a file")
        return cls(path, heading, create=True)

    @classmethod
    def resume(cls, path: Path, heading: Heading) -> "Journal":
        """Go on with a journal behind its last whole commit, under a new heading.

        Raises:
            JournalError: it is of another mode, damaged, in use, or not a journal.
        """
        mode = read_heading(path).mode
        if mode != heading.mode:
            raise JournalError(f"{path}: this journal is {mode}, it cannot take {heading.mode}")
        return cls(path, heading, create=False)

    @property
    def sequence(self) -> int:
        """The number of the last entry on disk."""
        return self._sequence

    def append(
        self, stimuli: Sequence[Stimulus], answered: Sequence[tuple[int, bytes]] = ()
    ) -> tuple[int, ...]:
        """Put stimuli on disk in one commit, and return their sequence numbers when they are.

        Args:
            stimuli: to be handled when this has returned.
            answered: numbers of earlier ones, each with the digest of the engine's answers.

        Raises:
            JournalError: they are not on disk: nothing may be acknowledged. It may be tried
                again.
        """
        for stimulus in stimuli:
            if stimulus.mode != self.mode:
                raise JournalError(
                    f"{self.path}: a {self.mode} journal cannot take {stimulus.mode} data"
                )
        records = [(ANSWERS, _answers(answered))] if answered else []
        first = self._sequence + len(records) + 1
        records += [(STIMULUS, encode(stimulus)) for stimulus in stimuli]
        if records:
            self._write(records)
        return tuple(range(first, first + len(stimuli)))

    def flush_later(self) -> None:
        """From now on, return from writing before the disk has it; `flush` then waits for it.

        What was written outlives this process at once, and the machine after the next flush; a
        crash of it in between drops whole entries at the end, and none before them.
        """
        with named(self.path):
            self._database.execute("PRAGMA synchronous=NORMAL")

    def flush(self) -> None:
        """Return when the disk has all that was written.

        Raises:
            JournalError: it has not.
        """
        with named(self.path):
            try:
                handle = os.open(f"{self.path}-wal", os.O_RDONLY)
            except FileNotFoundError:
                return  # all of it is in the file itself
            try:
                os.fdatasync(handle)
            finally:
                os.close(handle)

    def keep(self, kind: int, bodies: Sequence[bytes]) -> None:
        """Put entries of another kind on disk in one commit, and return when they are.

        Raises:
            JournalError: they are not on disk. It may be tried again.
        """
        self._write([(kind, body) for body in bodies])

    def close(self) -> None:
        """Fold the write-ahead log into the file, and let it go."""
        fold(self._database)
        self._lock.close()

    def __enter__(self) -> "Journal":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _write(self, records: Sequence[tuple[int, bytes]]) -> None:
        rows = []
        sequence, chain = self._sequence, self._chain
        for kind, body in records:
            sequence += 1
            chain = _link(chain, sequence, kind, body)
            rows.append((sequence, kind, body, chain))
        with named(self.path):
            if self.path.stat().st_ino != self._inode:
                raise JournalError(f"{self.path}: the file was replaced while it was in use")
            self._database.execute("BEGIN IMMEDIATE")
            try:
                self._database.executemany("INSERT INTO entry VALUES (?, ?, ?, ?)", rows)
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise
        self._sequence, self._chain = sequence, chain


def read_entries(path: Path, since: int = 1) -> Iterator[Entry]:
    """Yield the entries from a sequence number on, each proven against the one before.

    The first is taken at its word unless ``since`` is 1; `verify` proves the whole.

    Raises:
        JournalError: the file cannot be read, or an entry was altered or is missing; names it.
    """
    damage = damage_in_log(path)
    if damage and not damage.torn:
        raise JournalError(f"{path}: {damage.text}")
    database = reader(path)
    try:
        with named(path):
            sequence = max(since, 1) - 1
            found = database.execute(
                "SELECT chain FROM entry WHERE sequence = ?", (sequence,)
            ).fetchone()
        chain = _START if sequence == 0 else found and found[0]
        if not isinstance(chain, bytes):
            raise JournalError(f"{path}: entry {sequence} is missing")
        while True:
            with named(path, f"after entry {sequence}: "):
                # Asked first: what is written between the two questions is then not missed.
                last = database.execute("SELECT max(sequence) FROM entry").fetchone()[0]
                rows = database.execute(
                    "SELECT sequence, kind, body, chain FROM entry "
                    "WHERE sequence > ? ORDER BY sequence LIMIT ?",
                    (sequence, _STEP),
                ).fetchall()
            for row in rows:
                entry = _proven(path, row, sequence, chain)
                sequence, chain = entry.sequence, entry.chain
                yield entry
            if not rows:
                if last != sequence:
                    raise JournalError(f"{path}: entry {sequence + 1} is missing")
                return
    finally:
        database.close()


def read(path: Path, since: int = 1) -> Iterator[tuple[int, Stimulus]]:
    """Yield the stimuli from a sequence number on, with their numbers; see `read_entries`."""
    for entry in read_entries(path, since):
        if entry.kind == STIMULUS:
            yield entry.sequence, stimulus_in(path, entry)


def read_heading(path: Path) -> Heading:
    """Give the first heading of a journal.

    Raises:
        JournalError: there is none, or it was altered.
    """
    for entry in read_entries(path):
        return heading_in(path, entry)
    raise JournalError(f"{path}: a journal begins with a heading, this one is empty")


def heading_in(path: Path, entry: Entry) -> Heading:
    """Decode an entry of kind heading."""
    if entry.kind != HEADING:
        raise JournalError(f"{path}: entry {entry.sequence} must be a heading")
    heading: Heading = _decoded(path, entry, _decode_heading)
    return heading


def stimulus_in(path: Path, entry: Entry) -> Stimulus:
    """Decode an entry of kind stimulus."""
    stimulus: Stimulus = _decoded(path, entry, decode_stimulus)
    return stimulus


def answers_in(path: Path, entry: Entry) -> Iterator[tuple[int, bytes]]:
    """Yield sequence numbers and digests out of an entry of kind answers."""
    answers = _decoded(path, entry, _decode_answers)
    for number, sequence in enumerate(answers.sequences):
        yield sequence, answers.digests[16 * number : 16 * number + 16]


def verify(path: Path) -> Verdict:
    """Read and prove a whole journal: the file's structure, its log and every entry.

    Raises:
        JournalError: something was altered, and what.
    """
    damage = damage_in_log(path)
    count, head = 0, _START
    for entry in read_entries(path):
        count, head = entry.sequence, entry.chain
        if entry.sequence == 1:
            heading_in(path, entry)
    if count == 0:
        raise JournalError(f"{path}: a journal begins with a heading, this one is empty")
    database = reader(path)
    try:
        with named(path):
            (found,) = database.execute("PRAGMA integrity_check(1)").fetchone()
    finally:
        database.close()
    if found != b"ok":
        raise JournalError(f"{path}: the file's structure is damaged: {found.decode()}")
    return Verdict(entries=count, head=head.hex(), torn=damage.text if damage else "")


def _last(database: sqlite3.Connection, path: Path) -> tuple[int, bytes]:
    rows = database.execute(
        "SELECT sequence, kind, body, chain FROM entry ORDER BY sequence DESC LIMIT 2"
    ).fetchall()
    if not rows:
        raise JournalError(f"{path}: a journal begins with a heading, this one is empty")
    before, chain = (rows[1][0], rows[1][3]) if len(rows) == 2 else (0, _START)
    last = _proven(path, rows[0], before, chain)
    return last.sequence, last.chain


def _proven(path: Path, row: tuple[Any, ...], before: int, chain: bytes) -> Entry:
    sequence, kind, body, stored = row
    if sequence != before + 1:
        raise JournalError(f"{path}: entry {before + 1} is missing, entry {sequence} came")
    whole = isinstance(kind, int) and isinstance(body, bytes) and isinstance(stored, bytes)
    if not whole or not 0 <= kind <= 255 or _link(chain, sequence, kind, body) != stored:
        raise JournalError(
            f"{path}: entry {sequence} has been altered{place(path, stored, body)}: "
            "it does not follow from the entry before"
        )
    return Entry(sequence, kind, body, stored)


def _answers(answered: Sequence[tuple[int, bytes]]) -> bytes:
    return encode(
        Answers(
            sequences=tuple(sequence for sequence, _ in answered),
            digests=b"".join(digest for _, digest in answered),
        )
    )


def _decoded(path: Path, entry: Entry, decode: Callable[[bytes], Any]) -> Any:
    try:
        return decode(entry.body)
    except msgspec.DecodeError as error:
        raise JournalError(f"{path}: entry {entry.sequence} cannot be read: {error}") from None
