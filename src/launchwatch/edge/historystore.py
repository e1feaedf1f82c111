"""The launch record on disk: what ships, what was imported, what our own watches saw.

What ships is CSV inside the package. What a user adds is one Parquet file an import, in a
folder of its own: deleting the file takes the import back. A launch that the record already
has (`launchwatch.record.history.is_same`) is not counted twice; of two, the shipped row stays.

Questions in SQL go to DuckDB in memory, over tables ``launches``, ``statements``, ``context``
and ``sources``: closed off from files, networks and extensions before the question is read,
bounded in memory and time. design/dependencies.md says why DuckDB.
"""

import csv
import datetime as dt
import os
import threading
from collections.abc import Sequence
from functools import cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from launchwatch.errors import InputError, SettingsError
from launchwatch.record.history import (
    REAL,
    ContextEvent,
    History,
    OfficialStatement,
    PastLaunch,
    Source,
    is_same,
    statements_on,
    utc_of,
    when,
)
from launchwatch.record.historyrows import read_table

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_T = TypeVar("_T")

MOST_SECONDS = 30.0
"""How long a question may take before it is given up."""

_COLUMNS = tuple(each for each in PastLaunch.__struct_fields__ if each != "mode")
_TYPES = {
    "date": "DATE", "time": "TIME", "number": "INTEGER", "sources": "VARCHAR[]",
    "unverified": "VARCHAR[]", "until": "DATE",
}  # fmt: skip


@cache
def shipped() -> History:
    """Give the record that ships with launchwatch."""
    headings, rows = _csv("launches.csv")
    launches = read_table(headings, rows, source="").launches
    return History(
        launches=tuple(sorted(launches, key=when)),
        statements=_structs("statements.csv", OfficialStatement),
        context=_structs("context.csv", ContextEvent),
        sources=_structs("sources.csv", Source),
    )


def _csv(name: str) -> tuple[list[str], list[list[str]]]:
    file = resources.files("launchwatch") / "data" / "launches" / name
    headings, *rows = csv.reader(file.read_text(encoding="utf-8").splitlines())
    return headings, rows


def _structs(name: str, kind: type[_T]) -> tuple[_T, ...]:
    headings, rows = _csv(name)
    made = [
        {key: cell for key, cell in zip(headings, row, strict=True) if cell} for row in rows
    ]  # fmt: skip
    return tuple(msgspec.convert(each, kind, strict=False) for each in made)


def store_folder() -> Path:
    """Give the folder of what was added: ``LAUNCHWATCH_HISTORY``, or one in the user's data."""
    if named := os.environ.get("LAUNCHWATCH_HISTORY"):
        return Path(named)
    data = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(data) / "launchwatch" / "history"


def history(folder: Path | None = None) -> History:
    """Give the shipped record with what was added in a folder, each launch once.

    Raises:
        SettingsError: a file in the folder cannot be read; names it.
    """
    ships, folder = shipped(), folder or store_folder()
    added = [each for path in sorted(folder.glob("*.parquet")) for each in _launches_in(path)]
    if not added:
        return ships
    launches = list(ships.launches)
    launches += unknown_of(ships.launches, added)
    return msgspec.structs.replace(ships, launches=tuple(sorted(launches, key=when)))


def unknown_of(known: Sequence[PastLaunch], found: Sequence[PastLaunch]) -> list[PastLaunch]:
    """Give the launches that a record does not have yet.

    A simulated launch is never taken for a real one: only equal modes are compared, where
    what a live watch saw counts as the record's.
    """
    by_day: dict[tuple[dt.date, bool], list[PastLaunch]] = {}
    for each in known:
        by_day.setdefault((each.date, _is_real(each)), []).append(each)
    new = []
    for each in found:
        same_day = by_day.get((each.date, _is_real(each)), [])
        if not any(is_same(each, other) for other in same_day):
            new.append(each)
    return new


def _is_real(launch: PastLaunch) -> bool:
    return launch.mode in REAL


def add(launches: Sequence[PastLaunch], name: str, folder: Path | None = None) -> Path:
    """Write launches into the folder under a name, in place of what had that name.

    Raises:
        SettingsError: the folder cannot be written.
    """
    folder = folder or store_folder()
    slug = "".join(one if one.isalnum() or one in "-_" else "-" for one in name)[:60] or "added"
    path = folder / f"{slug}.parquet"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(f"{folder}: cannot be made: {error.strerror}") from None
    write_parquet(path, launches)
    return path


def record_of(launch: PastLaunch) -> dict[str, Any]:
    """Give a launch as plain values: dates and times as text, lists as lists."""
    made: dict[str, Any] = msgspec.to_builtins(launch)
    if launch.time is not None:
        made["time"] = launch.time.strftime("%H:%M")
    return made


def map_rows(history: History, launches: Sequence[PastLaunch]) -> list[dict[str, Any]]:
    """Give what the map's view of history needs, one object a launch (docs/history.md)."""
    urls = {each.source: each.url for each in history.sources}
    rows = []
    for each in launches:
        utc = utc_of(each)
        row = record_of(each)
        row["time_utc"] = utc.strftime("%Y-%m-%dT%H:%M:%SZ") if utc else None
        row["verdicts"] = [
            {
                "zone": one.zone, "verdict": one.verdict, "stage": one.stage,
                "speaker": one.speaker, "fall_as_stated": one.fall_as_stated,
                "source": one.source, "url": urls.get(one.source, ""),
            }
            for one in statements_on(history, each)
            if one.verdict
        ]  # fmt: skip
        row["sources"] = [{"source": key, "url": urls.get(key, "")} for key in each.sources]
        rows.append(row)
    return rows


def frame(launches: Sequence[PastLaunch], library: str = "polars") -> Any:
    """Give launches as a frame of ``polars``, ``pandas`` or ``geopandas``.

    A frame of geopandas has the launch place as its geometry, in WGS 84.

    Raises:
        SettingsError: the library is not installed, or not one of these.
    """
    rows = [msgspec.structs.asdict(each) for each in launches]
    try:
        if library == "polars":
            import polars as pl

            return pl.DataFrame(rows, infer_schema_length=None)
        if library not in ("pandas", "geopandas"):
            raise SettingsError(f"library must be polars, pandas or geopandas, got {library!r}")
        import pandas as pd

        table = pd.DataFrame(rows, columns=list(PastLaunch.__struct_fields__))
        table["date"] = pd.to_datetime(table["date"])
        if library == "pandas":
            return table
        import geopandas
    except ImportError as error:
        raise SettingsError(
            f"{library} is not installed: pip install 'launchwatch[frames]'"
        ) from error
    at = geopandas.points_from_xy(table["longitude_deg"], table["latitude_deg"])
    return geopandas.GeoDataFrame(table, geometry=at, crs="EPSG:4326")


def query(history: History, sql: str) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Answer one question in SQL: the names of its columns, and its rows.

    Raises:
        InputError: not one SELECT, wants a file or an extension, or takes too long.
    """
    import duckdb

    database = _database(history)
    try:
        asked = duckdb.extract_statements(sql)
        if len(asked) != 1 or asked[0].type != duckdb.StatementType.SELECT:
            raise InputError("the query must be one SELECT")
        stop = threading.Timer(MOST_SECONDS, database.interrupt)
        stop.start()
        try:
            answer = database.execute(asked[0])
            names = [column[0] for column in answer.description or ()]
            return names, answer.fetchall()
        finally:
            stop.cancel()
    except duckdb.InterruptException:
        raise InputError(f"the query took longer than {MOST_SECONDS:g} s") from None
    except duckdb.Error as error:
        why = str(error).partition("\n\nLINE")[0]
        raise InputError(f"the query cannot be answered: {why}"[:400]) from None
    finally:
        database.close()


def _database(history: History) -> "DuckDBPyConnection":
    """Give an in-memory database of a record, closed off from everything else."""
    import duckdb

    database = duckdb.connect(
        ":memory:",
        config={"memory_limit": "512MB", "threads": "2", "max_temp_directory_size": "0B"},
    )
    tables: tuple[tuple[str, type, Sequence[Any]], ...] = (
        ("launches", PastLaunch, history.launches),
        ("statements", OfficialStatement, history.statements),
        ("context", ContextEvent, history.context),
        ("sources", Source, history.sources),
    )
    for name, kind, rows in tables:
        _fill(database, name, kind, rows)
    database.execute(
        "SET enable_external_access = false; SET python_enable_replacements = false; "
        "SET autoinstall_known_extensions = false; "
        "SET autoload_known_extensions = false; SET lock_configuration = true"
    )
    return database


def _fill(database: "DuckDBPyConnection", name: str, kind: Any, rows: Sequence[Any]) -> None:
    """Make a table of structs.

    The rows travel as one JSON text: prepared inserts take a millisecond each.
    """
    fields = kind.__struct_fields__
    types = {field: _TYPES.get(field, "DOUBLE" if _is_figure(kind, field) else "VARCHAR")
             for field in fields}  # fmt: skip
    columns = ", ".join(f'"{field}" {types[field]}' for field in fields)
    database.execute(f'CREATE TABLE "{name}" ({columns})')
    if rows:
        structure = msgspec.json.encode([types]).decode()
        taken = ", ".join(f"one.{field}" for field in fields)
        database.execute(
            f'INSERT INTO "{name}" SELECT {taken} FROM '  # noqa: S608 (names are our own)
            "(SELECT unnest(from_json(?::JSON, ?)) AS one)",
            [msgspec.json.encode(rows).decode(), structure],
        )


def _is_figure(kind: Any, field: str) -> bool:
    return kind is PastLaunch and field.endswith(("_deg", "_km"))


def write_parquet(path: Path, launches: Sequence[PastLaunch]) -> None:
    """Write launches as Parquet.

    Raises:
        SettingsError: the file cannot be written.
    """
    import duckdb

    with duckdb.connect(":memory:") as database:
        _fill(database, "launches", PastLaunch, launches)
        try:
            database.execute(f"COPY launches TO '{_quoted(path)}' (FORMAT parquet)")
        except duckdb.Error as error:
            raise SettingsError(f"{path}: cannot be written: {error}"[:300]) from None


def read_parquet(path: Path, most: int) -> tuple[list[str], list[tuple[Any, ...]]]:
    """Give the columns and rows of a Parquet file.

    Raises:
        InputError: it is not one, or has too many rows.
    """
    import duckdb

    with duckdb.connect(":memory:", config={"memory_limit": "1GB", "threads": "2"}) as database:
        try:
            answer = database.execute(
                f"SELECT * FROM read_parquet('{_quoted(path)}') LIMIT {most + 1}"  # noqa: S608
            )
            names = [column[0] for column in answer.description or ()]
            rows = answer.fetchall()
        except duckdb.Error as error:
            raise InputError(f"must be Parquet: {error}"[:300]) from None
    if len(rows) > most:
        raise InputError(f"must have at most {most:,} rows")
    return names, rows


def _quoted(path: Path) -> str:
    text = str(path)
    if any(one in text for one in "*?[]{}"):
        raise SettingsError(f"{path}: the path of a Parquet file must be free of * ? [ ] {{ }}")
    return text.replace("'", "''")


def _launches_in(path: Path) -> tuple[PastLaunch, ...]:
    try:
        names, rows = read_parquet(path, 1_000_000)
        made = [dict(zip(names, row, strict=True)) for row in rows]
        return tuple(
            msgspec.convert({k: v for k, v in each.items() if v is not None or k == "number"},
                            PastLaunch)
            for each in made
        )  # fmt: skip
    except (InputError, msgspec.ValidationError) as error:
        raise SettingsError(f"{path}: is no file of added launches: {error}") from None
