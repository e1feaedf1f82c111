"""How the outbox's ledger lies on disk: one SQLite file of one mode, with its one writer."""

import fcntl
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from launchwatch.errors import DeliveryError
from launchwatch.messages.packet import Mode

_APPLICATION = int.from_bytes(b"LWO1", "big")

_TABLES = """
CREATE TABLE outbox (mode TEXT NOT NULL);
CREATE TABLE document (
    identifier TEXT PRIMARY KEY, warning_id TEXT NOT NULL, revision INTEGER NOT NULL,
    draft BLOB, warning BLOB NOT NULL, alert BLOB NOT NULL
);
CREATE TABLE entry (
    number INTEGER PRIMARY KEY, document TEXT NOT NULL UNIQUE, warning_id TEXT NOT NULL,
    digest TEXT NOT NULL UNIQUE, record BLOB NOT NULL, text TEXT NOT NULL
);
CREATE TABLE delivery (
    entry INTEGER NOT NULL, channel TEXT NOT NULL, target BLOB NOT NULL, status TEXT NOT NULL,
    record BLOB NOT NULL, PRIMARY KEY (entry, channel, target)
);
CREATE TABLE prepared (warning_id TEXT PRIMARY KEY, warning BLOB NOT NULL, alert BLOB NOT NULL);
CREATE INDEX entry_of_warning ON entry (warning_id);
CREATE INDEX open_delivery ON delivery (channel, status);
"""

Execute = Callable[..., sqlite3.Cursor]


class LedgerFile:
    """An open ledger. May be used from several threads; a change is one commit."""

    def __init__(self, path: Path, mode: Mode, *, readonly: bool = False) -> None:
        """Open the file, or make it.

        Args:
            readonly: look at it while its writer is at work.

        Raises:
            DeliveryError: it cannot be made or opened, is in use by another writer, is of another
                mode, or is no outbox.
        """
        self.path = path
        self._lock = threading.RLock()
        self._place = None
        with _named(path):
            if readonly:
                uri = f"{path.absolute().as_uri()}?mode=ro"
                self._database = sqlite3.connect(
                    uri, uri=True, isolation_level=None, check_same_thread=False
                )
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                self._place = path.with_name(path.name + "-lock").open("ab")
                try:
                    fcntl.flock(self._place, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    self._place.close()
                    raise DeliveryError(f"{path}: another process writes this outbox") from None
                self._database = sqlite3.connect(
                    path, isolation_level=None, check_same_thread=False
                )
            try:
                self._prepare(mode, readonly=readonly)
            except BaseException:
                self.close()
                raise

    def _prepare(self, mode: Mode, *, readonly: bool) -> None:
        execute = self._database.execute
        if not readonly and execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
            execute("PRAGMA journal_mode=WAL")
            self._database.executescript(f"BEGIN; PRAGMA application_id={_APPLICATION}; {_TABLES}")
            execute("INSERT INTO outbox VALUES (?)", (mode,))
            execute("COMMIT")
        execute("PRAGMA synchronous=FULL")
        if execute("PRAGMA application_id").fetchone()[0] != _APPLICATION:
            raise DeliveryError(f"{self.path}: wanted an outbox, this file is something else")
        (found,) = execute("SELECT mode FROM outbox").fetchone()
        if found != mode:
            raise DeliveryError(f"{self.path}: this outbox is {found}, it cannot take {mode}")

    def close(self) -> None:
        """Let the file go."""
        with self._lock:
            self._database.close()
            if self._place is not None:
                self._place.close()

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """Give what a query finds."""
        with self._lock, _named(self.path):
            return self._database.execute(sql, values).fetchall()

    def row(self, sql: str, *values: object) -> tuple[Any, ...] | None:
        """Give the first row that a query finds."""
        found = self.rows(sql, *values)
        return found[0] if found else None

    @contextmanager
    def change(self) -> Iterator[Execute]:
        """Change the ledger in one commit; what was done is on disk when it ends.

        Raises:
            DeliveryError: nothing was changed.
        """
        with self._lock, _named(self.path):
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database.execute
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise


@contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError, OverflowError) as error:
        raise DeliveryError(f"{path}: {error}") from error
