"""How a journal lies on disk: its SQLite file, the flush of it, and its one writer's lock.

What the entries mean and how they are chained is said in `launchwatch.journal`.
"""

import fcntl
import mmap
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from launchwatch.errors import JournalError

_APPLICATION = int.from_bytes(b"LWJ1", "big")
_TABLE = """CREATE TABLE entry (
    sequence INTEGER PRIMARY KEY, kind INTEGER NOT NULL, body BLOB NOT NULL, chain BLOB NOT NULL
) STRICT"""


def is_journal(path: Path) -> bool:
    """Tell whether a file calls itself a journal, damaged or not."""
    try:
        with path.open("rb") as file:
            start = file.read(100)
    except OSError:
        return False
    # Bytes 68 to 71 of an SQLite file are its application's number.
    return start[:16] == b"SQLite format 3\0" or start[68:72] == b"LWJ1"


def make(path: Path, kind: int, body: bytes, chain: bytes) -> None:
    """Make the file under another name, whole with its first entry, and then give it its own.

    Raises:
        JournalError: it cannot be made.
    """
    new = path.with_name(path.name + ".new")
    with named(path):
        new.unlink(missing_ok=True)
        database = _opened(new, "mode=rwc")
        try:
            database.execute(f"PRAGMA application_id={_APPLICATION}")
            database.execute(_TABLE)
            database.execute("INSERT INTO entry VALUES (1, ?, ?, ?)", (kind, body, chain))
        finally:
            database.close()
        _flush(new)
        new.rename(path)
        _flush(path.parent)


def writer(path: Path) -> sqlite3.Connection:
    """Open a journal to write: a commit returns when the disk has it."""
    database = _opened(path, "mode=rw")
    try:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=FULL")
    except BaseException:
        database.close()
        raise
    return database


def fold(database: sqlite3.Connection) -> None:
    """Close a database, its log folded in, so that it is one file that can be read anywhere.

    Where a reader is at it just now, the log stays beside it, and the next reader finds it.
    """
    try:
        database.execute("PRAGMA busy_timeout=200")
        database.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error:
        # All entries are on disk already; what is left undone is done at the next opening.
        pass
    finally:
        database.close()


def reader(path: Path) -> sqlite3.Connection:
    """Open a journal to read, without holding up its writer.

    Raises:
        JournalError: there is none, or it is not a journal.
    """
    if not path.is_file():
        raise JournalError(f"{path}: there is no such journal")
    with named(path):
        database = _opened(path, "mode=ro")
        try:
            (application,) = database.execute("PRAGMA application_id").fetchone()
            if application != _APPLICATION:
                raise JournalError(  # noqa: TRY301 - the same way out for every failure
                    f"{path}: not a journal, or its first page is damaged"
                )
        except BaseException:
            database.close()
            raise
    return database


def _opened(path: Path, mode: str) -> sqlite3.Connection:
    database = sqlite3.connect(
        f"{path.absolute().as_uri()}?{mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
    )
    # Damaged text need not be UTF-8.
    database.text_factory = bytes
    return database


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def locked(path: Path) -> IO[bytes]:
    """Hold the one place of the writer, until it is closed or the process ends."""
    with named(path):
        lock = path.with_name(path.name + "-lock").open("ab")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.close()
            raise JournalError(f"{path}: another watch is writing this journal") from None
    return lock


@contextmanager
def named(path: Path, where: str = "") -> Iterator[None]:
    """Turn what SQLite and the system say into a JournalError that names the file."""
    try:
        yield
    except (sqlite3.Error, OSError, OverflowError) as error:
        raise JournalError(f"{path}: {where}{error}") from error


def place(path: Path, *parts: object) -> str:
    """Say where in the file an entry lies, by looking for what is left of it."""
    for file in (path, path.with_name(path.name + "-wal")):
        try:
            with file.open("rb") as handle:
                content = mmap.mmap(handle.fileno(), 0, access=mmap.ACCESS_READ)
        except (OSError, ValueError):
            continue
        with content:
            for part in parts:
                if isinstance(part, bytes) and len(part) >= 16:
                    at = content.find(part)
                    if at >= 0:
                        return f" (near byte {at} of {file.name})"
    return ""
