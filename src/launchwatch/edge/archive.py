"""The archive: what was said when, and so what was known at any moment.

One SQLite file with one table, ``said``: each thing the engine said, as the JSON record that
other programs get (`launchwatch.edge.lines.contract_record`), with the journal entry that
called it forth and the stream's time at which it became known. Nothing in it is ever changed;
a new revision is a new row. Views give the records as columns::

    launches  fallareas  zones  families  hazards  events  warnings  statements  tracks  sensors
    biases  refused

It is written behind the watch and can be made anew from the journal at any time, so a
commit here does not wait for the disk. SQLite, not DuckDB: design/archive.md has the figures.
"""

import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import msgspec

from launchwatch.edge.lines import contract_record
from launchwatch.errors import DeliveryError, InputError
from launchwatch.journal import Heading, read_heading
from launchwatch.journalfile import fold
from launchwatch.messages.packet import Mode, Packet, Stimulus
from launchwatch.messages.partner import PartnerTrack
from launchwatch.messages.plot import EndOfScan, LineOfSightPlot, RadarPlot
from launchwatch.messages.report import Summary
from launchwatch.messages.traffic import AircraftReport, VesselReport
from launchwatch.messages.warning import Alert
from launchwatch.messages.wire import Message
from launchwatch.repeating import Handler, Repetition
from launchwatch.timescale import SECOND, Instant, utc_from_instant

_APPLICATION = int.from_bytes(b"LWA1", "big")
_LEFT_OUT = (
    RadarPlot, LineOfSightPlot, EndOfScan, PartnerTrack, VesselReport, AircraftReport, Summary
)  # fmt: skip
"""Plots and reports are in the journal already, and a summary is made of what is here."""

_TABLES = """
CREATE TABLE watch (mode TEXT NOT NULL) STRICT;
CREATE TABLE said (
    sequence INTEGER NOT NULL, number INTEGER NOT NULL, known TEXT NOT NULL, kind TEXT NOT NULL,
    launch_id TEXT, record TEXT NOT NULL, PRIMARY KEY (sequence, number)
) STRICT, WITHOUT ROWID;
CREATE INDEX said_of_launch ON said (launch_id, kind, known) WHERE launch_id IS NOT NULL;
CREATE INDEX said_by_kind ON said (kind, known);
"""
_COLUMNS = {
    "launches": "launch: launch_id revision launch_time launch_time_sigma_s latitude_deg"
    " longitude_deg probability cancelled reason paths track_ids position_ellipse_95",
    "fallareas": "fall-area: launch_id track_id revision body fall_time fall_time_sigma_s"
    " latitude_deg longitude_deg region_area_m2 apogee_m apogee_sigma_m ellipse_95 region_95",
    "families": "family: launch_id track_id classes evidence",
    "resolutions": "resolutions: launch_id state from_state probability at_most finding citations",
    "notices": "notice: reference format issued areas cancels remarks text",
    "announced": "announced: launch_id track_id reference areas probability",
    "hazards": "hazards: launch_id track_id body area_revision fall_time fall_time_sigma_s"
    " endangered vessels aircraft is_final",
    "events": "flight-event: event_id revision kind track_ids event_time event_time_sigma_s"
    " position_ecef_m probability withdrawn",
    "warnings": "warning: warning_id launch_id revision action severity fall_time reasons"
    " next_update region",
    "alerts": "alert: identifier warning_id revision status xml",
    "statements": "statement: launch_id revision language title text",
    "tracks": "track: track_id time status position_ecef_m velocity_ecef_mps phase sensors plots",
    "sensors": "sensor-status: sensor status since reason",
    "partners": "partner-standing: partner partner_track standing track_id since reason",
    "biases": "sensor-bias: sensor health reason noise_factor clock_s clock_sigma_s"
    " clock_fault_probability range_m range_sigma_m azimuth_deg azimuth_sigma_deg"
    " elevation_deg elevation_sigma_deg",
    "refused": "refused: source line reason detail",
}
"""Each view: the kind of its records, and those fields of them that become columns."""

_ZONES = """CREATE VIEW zones AS SELECT sequence, number, known,
    launch_id, record ->> '$.revision' AS revision, record ->> '$.body' AS body,
    zone.value ->> '$.zone' AS zone, zone.value ->> '$.kind' AS kind,
    zone.value ->> '$.probability' AS probability
    FROM said, json_each(said.record, '$.zones') AS zone WHERE said.kind = 'fall-area'"""

Row = tuple[int, int, str, str, str | None, str]


def rows_of(sequence: int, stimulus: Stimulus, answers: Sequence[Message]) -> Iterator[Row]:
    """Give the rows for what the engine said to one stimulus."""
    known = sortable(stimulus.received if isinstance(stimulus, Packet) else stimulus.time)
    for number, message in enumerate(answers):
        if isinstance(message, _LEFT_OUT):
            continue
        record = contract_record(message)
        if isinstance(message, Alert):
            record["xml"] = message.xml
        kind: str = type(message).__struct_config__.tag  # type: ignore[assignment]
        text = msgspec.json.encode(record).decode()
        yield sequence, number, known, kind, getattr(message, "launch_id", None), text


def sortable(instant: Instant) -> str:
    """Write an instant as UTC with all nine decimals, so that texts sort as times do."""
    return f"{utc_from_instant(Instant(instant // SECOND * SECOND))[:-1]}.{instant % SECOND:09}Z"


class Archive:
    """The one writer of one archive file; used from one thread at a time."""

    def __init__(self, path: Path, mode: Mode) -> None:
        """Open an archive, or make it.

        Raises:
            DeliveryError: it cannot be made, is of another mode, or is no archive.
        """
        self.path = path
        with _named(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
            try:
                self._prepare(mode)
            except BaseException:
                self._database.close()
                raise

    def _prepare(self, mode: Mode) -> None:
        execute = self._database.execute
        execute("PRAGMA journal_mode=WAL")
        # A crash may cost the last rows, never the file: the journal gives them again.
        execute("PRAGMA synchronous=NORMAL")
        if execute("SELECT count(*) FROM sqlite_master").fetchone()[0] == 0:
            _make(self._database, mode)
        _check(self._database, self.path)
        (found,) = execute("SELECT mode FROM watch").fetchone()
        if found != mode:
            raise DeliveryError(f"{self.path}: this archive is {found}, it cannot take {mode}")

    def newest(self) -> int:
        """Give the sequence number of the last journal entry that has rows here; 0 for none."""
        with _named(self.path):
            found: int | None = self._database.execute("SELECT max(sequence) FROM said").fetchone()[
                0
            ]
        return found or 0

    def write(self, rows: Iterable[Row]) -> None:
        """Add rows in one commit. A row that is there already is written over with itself.

        Raises:
            DeliveryError: they are not in the archive.
        """
        with _named(self.path):
            self._database.execute("BEGIN IMMEDIATE")
            try:
                self._database.executemany(
                    "INSERT OR REPLACE INTO said VALUES (?, ?, ?, ?, ?, ?)", rows
                )
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Fold the log into the file, and let it go."""
        fold(self._database)


def rebuild(path: Path, journal: Path, build: Callable[[Heading], Handler]) -> str:
    """Fill an archive from a journal: all of it if it is new, else what it lacks.

    Returns:
        In words, whether what the engine says now is what was said then.
    """
    repetition = Repetition(journal, build)
    with closing(Archive(path, read_heading(journal).mode)) as archive:
        rows: list[Row] = []
        for step in repetition:
            rows += rows_of(step.sequence, step.stimulus, step.answers)
            if len(rows) > 2000:
                archive.write(rows)
                rows.clear()
        archive.write(rows)
    return repetition.verdict()


def launches_known(path: Path, at: Instant | None = None) -> list[dict[str, Any]]:
    """Give each launch as it was known at a time (now without one), in order of declaration.

    Each is the last record of its launch statement, with ``known``, ``fallarea`` and
    ``family`` being the last record of each or None, and ``warnings`` the last of each
    series: a notice that is newer hides no alert to the public.
    """
    with closing(_reader(path)) as database:
        return [
            _latest(database, name, at)
            for (name,) in _execute(
                database,
                path,
                "SELECT launch_id FROM said WHERE kind = 'launch' AND known <= ? "
                "GROUP BY launch_id ORDER BY min(sequence), min(number)",
                (_until(at),),
            )
        ]


def history(path: Path, launch: str, at: Instant | None = None) -> list[dict[str, Any]]:
    """Give everything that was said of one launch, oldest first; empty if it is not known."""
    with closing(_reader(path)) as database:
        found = _execute(
            database,
            path,
            "SELECT known, record FROM said WHERE launch_id = ? AND known <= ? "
            "ORDER BY sequence, number",
            (launch, _until(at)),
        )
        return [{"known": known} | json.loads(record) for known, record in found]


def track_history(path: Path, track_id: str, at: Instant | None = None) -> list[dict[str, Any]]:
    """Give every state that was said of one track, oldest first."""
    with closing(_reader(path)) as database:
        found = _execute(
            database,
            path,
            "SELECT record FROM said WHERE kind = 'track' AND known <= ? "
            "AND json_extract(record, '$.track_id') = ? ORDER BY sequence, number",
            (_until(at), track_id),
        )
        return [json.loads(record) for (record,) in found]


def query(path: Path, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Answer a question in SQL: the names of its columns, and its rows. Nothing is changed.

    Raises:
        InputError: the question is not SQL, or wants to write.
        DeliveryError: the archive cannot be read.
    """
    with closing(_reader(path)) as database:
        try:
            cursor = database.execute(sql)
            names = [column[0] for column in cursor.description or ()]
            return names, cursor.fetchall()
        except (sqlite3.Error, sqlite3.Warning) as error:
            raise InputError(f"the query cannot be answered: {error}") from None


def _latest(database: sqlite3.Connection, launch: str, at: Instant | None) -> dict[str, Any]:
    def last(kind: str) -> dict[str, Any] | None:
        found = database.execute(
            "SELECT known, record FROM said WHERE launch_id = ? AND kind = ? AND known <= ? "
            "ORDER BY sequence DESC, number DESC LIMIT 1",
            (launch, kind, _until(at)),
        ).fetchone()
        return {"known": found[0]} | json.loads(found[1]) if found else None

    def last_of_each_series() -> list[dict[str, Any]]:
        found = database.execute(
            "SELECT known, record FROM said WHERE launch_id = ? AND kind = 'warning' "
            "AND known <= ? ORDER BY sequence, number",
            (launch, _until(at)),
        )
        newest = {}
        for known, text in found:
            record = {"known": known} | json.loads(text)
            newest[record["warning_id"]] = record
        return [newest[name] for name in sorted(newest)]

    return (last("launch") or {}) | {
        "fallarea": last("fall-area"),
        "family": last("family"),
        "warnings": last_of_each_series(),
    }


def _until(at: Instant | None) -> str:
    return "9" if at is None else sortable(at)


def _reader(path: Path) -> sqlite3.Connection:
    if not path.is_file():
        raise DeliveryError(f"{path}: there is no such archive")
    with _named(path):
        database = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            database.execute("PRAGMA query_only=1")
            _check(database, path)
        except BaseException:
            database.close()
            raise
    return database


def _make(database: sqlite3.Connection, mode: Mode) -> None:
    database.execute(f"PRAGMA application_id={_APPLICATION}")
    database.executescript(_TABLES)
    for view, described in _COLUMNS.items():
        kind, _, names = described.partition(": ")
        columns = ", ".join(f"record ->> '$.{name}' AS {name}" for name in names.split())
        database.execute(
            f"CREATE VIEW {view} AS SELECT sequence, number, known, {columns} "  # noqa: S608
            f"FROM said WHERE said.kind = '{kind}'"
        )
    database.execute(_ZONES)
    database.execute("INSERT INTO watch VALUES (?)", (mode,))


def _check(database: sqlite3.Connection, path: Path) -> None:
    (application,) = database.execute("PRAGMA application_id").fetchone()
    if application != _APPLICATION:
        raise DeliveryError(f"{path}: not an archive of launchwatch")


def _execute(
    database: sqlite3.Connection, path: Path, sql: str, values: tuple[Any, ...]
) -> list[Any]:
    with _named(path):
        return database.execute(sql, values).fetchall()


@contextmanager
def _named(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise DeliveryError(f"{path}: {error}") from error
