"""The launch record on disk: what was added, questions in SQL, frames, the map's rows."""

import datetime as dt
import json

import msgspec
import pytest

from launchwatch.edge import historystore
from launchwatch.edge.historystore import (
    add,
    frame,
    history,
    map_rows,
    query,
    shipped,
    store_folder,
)
from launchwatch.errors import InputError, SettingsError
from launchwatch.record.history import PastLaunch, chosen


def launch(**changed):
    values = {"launch_id": "XXX-1", "country": "XXX", "date": dt.date(2030, 1, 2)}
    return PastLaunch(**values | changed)


def test_what_is_added_is_part_of_the_record_until_its_file_goes(tmp_path):
    path = add([launch(number=None, sources=("a", "b"))], "my list", tmp_path)
    assert path.name == "my-list.parquet"
    assert history(tmp_path).launches[-1] == launch(number=None, sources=("a", "b"))
    path.unlink()
    assert history(tmp_path) == shipped()


def test_the_folder_is_named_by_the_environment(tmp_path, monkeypatch):
    monkeypatch.setenv("LAUNCHWATCH_HISTORY", str(tmp_path))
    assert store_folder() == tmp_path
    monkeypatch.delenv("LAUNCHWATCH_HISTORY")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert store_folder() == tmp_path / "launchwatch" / "history"


def test_a_launch_that_the_record_has_is_not_counted_twice(tmp_path):
    known = shipped().launches[-1]
    add([msgspec.structs.replace(known, launch_id="theirs", place="")], "again", tmp_path)
    assert len(history(tmp_path).launches) == len(shipped().launches)


def test_a_simulation_never_stands_for_a_real_launch(tmp_path):
    real = shipped().launches[-1]
    add([msgspec.structs.replace(real, mode="simulation", launch_id="S")], "drill", tmp_path)
    record = history(tmp_path)
    assert len(record.launches) == len(shipped().launches) + 1
    assert chosen(record) == shipped().launches


def test_a_file_that_was_not_added_here_is_refused_by_name(tmp_path):
    (tmp_path / "x.parquet").write_bytes(b"PAR1 nonsense")
    with pytest.raises(SettingsError, match=r"x\.parquet: is no file of added launches"):
        history(tmp_path)


def test_a_folder_that_cannot_be_made_is_refused_by_name(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(SettingsError, match="cannot be made"):
        add([launch()], "x", tmp_path / "file")


def test_questions_are_answered_over_all_tables():
    names, rows = query(
        shipped(),
        "SELECT year(date) AS year, sum(number) AS n FROM launches "
        "WHERE country = 'PRK' GROUP BY 1 HAVING n > 60",
    )
    assert (names, rows) == (["year", "n"], [(2022, 69)])
    for table in ("statements", "context", "sources"):
        (count,) = query(shipped(), f"SELECT count(*) FROM {table}")[1][0]
        assert count == len(getattr(shipped(), table))
    assert query(shipped(), "SELECT count(*) FROM launches WHERE list_contains(sources, 'cns')")


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('/etc/hostname')",
        "SELECT * FROM read_text('/etc/hostname')",
        "SELECT * FROM '/etc/hostname'",
        "SELECT * FROM glob('/*')",
        "COPY launches TO 'out.csv'",
        "CREATE TABLE x AS SELECT 1",
        "DROP TABLE launches",
        "ATTACH 'x.db'",
        "INSTALL httpfs",
        "LOAD httpfs",
        "SET enable_external_access = true",
        "PRAGMA enable_profiling",
        "SELECT 1; SELECT 2",
        "SELECT getenv('HOME')",
        "EXPLAIN ANALYZE COPY launches TO 'out.csv'",
        "",
        "nonsense",
        "SELECT * FROM secret",
    ],
)
def test_no_question_reaches_beyond_the_record(sql, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    secret = frame(shipped().launches[:1], "pandas")  # in reach of DuckDB's replacement of names
    assert len(secret) == 1
    with pytest.raises(InputError, match="the query"):
        query(shipped(), sql)
    assert list(tmp_path.iterdir()) == []


def test_a_question_without_end_is_given_up(monkeypatch):
    monkeypatch.setattr(historystore, "MOST_SECONDS", 0.2)
    endless = "SELECT count(*) FROM range(1000000) a, range(1000000) b, range(1000000) c"
    with pytest.raises(InputError, match=r"longer than 0\.2 s"):
        query(shipped(), f"{endless} WHERE a.range + b.range + c.range = 7")


@pytest.mark.parametrize("library", ["polars", "pandas", "geopandas"])
def test_frames_have_a_row_a_launch_and_a_column_a_field(library):
    pytest.importorskip(library)
    table = frame(shipped().launches, library)
    assert len(table) == len(shipped().launches)
    assert set(PastLaunch.__struct_fields__) <= set(table.columns)
    if library == "geopandas":
        last = table.geometry.iloc[-1]
        assert (last.x, last.y) == (125.23, 40.22)
        assert table.crs.to_epsg() == 4326


def test_another_library_is_refused_by_name():
    with pytest.raises(SettingsError, match="polars, pandas or geopandas, got 'excel'"):
        frame((), "excel")


def test_the_map_gets_times_verdicts_and_sources_with_addresses():
    record = shipped()
    rows = map_rows(record, [each for each in record.launches if each.date.year == 2022])
    json.dumps(rows)
    (one,) = [each for each in rows if each["launch_id"] == "PRK-2022-11-18-1"]
    assert one["time_utc"] == "2022-11-18T01:14:00Z"
    assert one["fall_latitude_deg"] == 41.49
    assert {each["verdict"] for each in one["verdicts"]} == {"inside", "possible_inside"}
    assert any("mod.go.jp" in each["url"] for each in one["sources"])
