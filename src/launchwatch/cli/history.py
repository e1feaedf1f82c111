"""`launchwatch history`: the record of past launches, asked, added to and reported."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from launchwatch.errors import SettingsError

if TYPE_CHECKING:
    from launchwatch.record.history import History, PastLaunch


@click.group(
    invoke_without_command=True,
    epilog="""\b
Examples:
  launchwatch history --year 2022 --family icbm
  launchwatch history --zone JPN-EEZ --json
  launchwatch history --sql "SELECT year(date), sum(number) FROM launches GROUP BY 1 ORDER BY 1"
  launchwatch history --year 2022 --chart launches.png --map places.png
  launchwatch history patterns
  launchwatch history report --month 2022-11 --out report
\b
Tables for --sql: launches, statements, context, sources (docs/history.md).
""",
)
@click.option("--year", metavar="YEAR", help="One year, or a span such as 2016-2019.")
@click.option("--site", default="", metavar="NAME", help="Part of the launch place's name.")
@click.option("--family", default="", metavar="NAME", help="Part of a family's name, or a class.")
@click.option("--zone", default="", help="Stated to have fallen at least partly inside; JPN-EEZ.")
@click.option("--country", default="", metavar="CODE", help="Who launched: PRK, CHN, ...")
@click.option(
    "--mode", "modes", multiple=True,
    help="Show what a watch saw in this mode too: replay, exercise, simulation.",
)  # fmt: skip
@click.option("--sql", metavar="QUERY", help="Ask in SQL; files and networks are out of its reach.")
@click.option("--chart", type=click.Path(path_type=Path), help="Draw launches by month: FILE.png.")
@click.option("--map", "map_", type=click.Path(path_type=Path), help="Draw the places: FILE.png.")
@click.option("--csv", "as_csv", is_flag=True, help="Print CSV.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON, with verdicts and sources.")
@click.option("--store", type=click.Path(path_type=Path), help="Folder of what was added.")
@click.pass_context
def command(
    context: click.Context,
    year: str | None,
    site: str,
    family: str,
    zone: str,
    country: str,
    modes: tuple[str, ...],
    sql: str | None,
    chart: Path | None,
    map_: Path | None,
    as_csv: bool,
    as_json: bool,
    store: Path | None,
) -> None:
    """List past launches, of which all conditions are true.

    The record is a compilation of public facts, each with its source; see docs/history.md for
    what is in it and what is not. Counts of rows that say "multiple" are lower bounds.
    """
    from launchwatch.record.history import chosen

    context.obj = store
    if context.invoked_subcommand is not None:
        return
    record = _record(store)
    if sql is not None:
        _answer(record, sql, as_json)
        return
    found = chosen(
        record, years=_years(year), place=site, family=family, zone=zone, country=country,
        modes=("record", "live", *modes),
    )  # fmt: skip
    _draw(record, found, chart, map_)
    if as_json:
        from launchwatch.edge.historystore import map_rows

        click.echo(json.dumps({"launches": map_rows(record, found)}, ensure_ascii=False))
    elif as_csv:
        from launchwatch.edge.historyfiles import csv_of
        from launchwatch.edge.historystore import record_of

        click.echo(csv_of([record_of(each) for each in found]), nl=False)
    else:
        _print(record, found)


def _record(store: Path | None) -> "History":
    from launchwatch.edge.historystore import history

    return history(store)


def _years(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    first, _, last = text.partition("-")
    if not (first.isdigit() and (last or first).isdigit() and len(first) <= 4):
        raise SettingsError(f"--year must be a year or a span such as 2016-2019, got {text[:20]!r}")
    return int(first), int(last or first)


def _answer(record: "History", sql: str, as_json: bool) -> None:
    from launchwatch.edge.historystore import query

    names, rows = query(record, sql)
    if as_json:
        told = [dict(zip(names, row, strict=True)) for row in rows]
        click.echo(json.dumps(told, default=str, ensure_ascii=False))
        return
    _table(names, [[_cell(one) for one in row] for row in rows])


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return " ".join(str(one) for one in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


def _print(record: "History", found: Sequence["PastLaunch"]) -> None:
    from launchwatch.record.history import count, verdicts_on

    rows = []
    for each in found:
        said = {f"{one.zone} {one.verdict}" for one in verdicts_on(record, each)}
        number = f"{each.number if each.number is not None else ''}"
        qualifier = {"at least": "≥", "about": "~", "multiple": "some"}.get(
            each.number_qualifier, ""
        )
        day = each.date.isoformat()[: 10 if each.date_precision == "day" else 7]
        rows.append([
            each.launch_id, day, each.time.strftime("%H:%M") if each.time else "",
            each.place, qualifier + number, each.family or each.launch_class,
            _cell(each.range_km), _cell(each.apogee_km), each.outcome, ", ".join(sorted(said)),
        ])  # fmt: skip
    _table(["launch", "day", "time", "place", "number", "family", "range km", "apogee km",
            "outcome", "official verdicts"], rows)  # fmt: skip
    total, at_least = count(found)
    click.echo(
        f"{'at least ' if at_least else ''}{total} launches in {len(found)} rows on "
        f"{len({each.date for each in found})} days; local times"
    )


def _table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    widths = [max(len(row[i]) for row in [names, *rows]) for i in range(len(names))]
    for row in [names, *rows]:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        click.echo(" ".join(line.splitlines()).rstrip())


def _draw(
    record: "History", found: Sequence["PastLaunch"], chart: Path | None, map_: Path | None
) -> None:
    if chart is None and map_ is None:
        return
    # Deferred: matplotlib takes a second to load.
    from launchwatch.edge.pictures.history import draw_months, draw_places, write

    if chart is not None:
        write(chart, lambda: draw_months(record, found))
        click.echo(f"wrote {chart}", err=True)
    if map_ is not None:
        write(map_, lambda: draw_places(record, found))
        click.echo(f"wrote {map_}", err=True)


@command.command(
    "import",
    epilog="""\b
Examples:
  launchwatch history import north_korea_missile_test_database.xlsx
  launchwatch history import launches.csv --name csis --country IRN --utc-offset +03:30
""",
)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--name", help="Name to keep and cite it by; the file's by default.")
@click.option("--country", default="PRK", show_default=True, help="Who launched, if not said.")
@click.option(
    "--utc-offset", default="+09:00", show_default=True, help="Of local times, if not said."
)
@click.option("--json", "as_json", is_flag=True, help="Print what was refused as JSON.")
@click.pass_obj
def import_(
    store: Path | None, file: Path, name: str | None, country: str, utc_offset: str, as_json: bool
) -> None:
    """Add the launches of FILE: CSV, JSON, XLSX or Parquet, as of CNS/NTI or CSIS.

    Columns are known by their headings. What cannot be read is named by row and column and left
    out, the rest kept; what the record has already is not added again. An import under a name
    takes the place of an earlier one.
    """
    from msgspec import to_builtins

    from launchwatch.edge.historyfiles import read_launches
    from launchwatch.edge.historystore import add, shipped, unknown_of
    from launchwatch.record.historycells import offset_of

    read = read_launches(
        file, source=name or "", country=country.upper()[:3], utc_offset=offset_of(utc_offset)
    )
    new = unknown_of(shipped().launches, read.launches)
    path = add(new, name or file.stem, store)
    if as_json:
        told = {
            "read": len(read.launches), "added": len(new), "file": str(path),
            "refused": to_builtins(read.refused), "unknown_columns": read.unknown,
        }  # fmt: skip
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for each in read.refused:
        click.echo(f"refused: row {each.row}, {each.column}: {each.reason}", err=True)
    if read.unknown:
        click.echo(f"columns not used: {', '.join(read.unknown)}", err=True)
    click.echo(
        f"{len(read.launches)} rows read, {len(new)} added, {len(read.launches) - len(new)} known "
        f"already, {len(read.refused)} cells refused: {path}"
    )


@command.command(
    epilog="""\b
Examples:
  launchwatch history patterns
  launchwatch history patterns --since 2016 --plot patterns.png
  launchwatch history patterns --context elections.csv
"""
)
@click.option("--country", default="PRK", show_default=True, help="Whose launches.")
@click.option("--since", default=2012, show_default=True, help="First year.")
@click.option("--until", default=2025, show_default=True, help="Last year.")
@click.option(
    "--context",
    "file",
    type=click.Path(path_type=Path),
    help="Ask about these events instead: date, kind, name, until (CSV, JSON, XLSX).",
)
@click.option("--seed", default=1, show_default=True, help="Of all draws.")
@click.option("--plot", type=click.Path(path_type=Path), help="Draw the answer: FILE.png.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@click.pass_obj
def patterns(
    store: Path | None,
    country: str,
    since: int,
    until: int,
    file: Path | None,
    seed: int,
    plot: Path | None,
    as_json: bool,
) -> None:
    """Ask whether launches come more often around resolutions, summits and exercises.

    Looks and windows are set in advance, and all of them are paid for; docs/history.md says how.
    Takes about ten seconds.
    """
    # Deferred: numpy and scipy take longer to load than `--help` may.
    import datetime as dt

    import numpy as np
    from msgspec import to_builtins
    from msgspec.structs import replace

    from launchwatch.record.history import chosen
    from launchwatch.record.patternsfindings import find, sentences

    if not 1980 <= since <= until <= 2100:
        raise SettingsError(f"--since and --until must be years in order, got {since} and {until}")
    record = _record(store)
    if file is not None:
        from launchwatch.edge.historyfiles import read_context

        record = replace(record, context=read_context(file))
    found = find(
        record, chosen(record, country=country), dt.date(since, 1, 1), dt.date(until, 12, 31),
        np.random.default_rng(seed),
    )  # fmt: skip
    if plot is not None:
        from launchwatch.edge.pictures.history import write
        from launchwatch.edge.pictures.patterns import draw_patterns

        write(plot, lambda: draw_patterns(found))
        click.echo(f"wrote {plot}", err=True)
    if as_json:
        told = to_builtins(found) | {"sentences": sentences(found)}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in sentences(found):
        click.echo(one)


@command.command(
    epilog="""\b
Examples:
  launchwatch history add report
  launchwatch history add watch.archive --name november
"""
)
@click.argument("watch", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--name", help="Name to keep it by; the folder's or file's by default.")
@click.pass_obj
def add(store: Path | None, watch: Path, name: str | None) -> None:
    """Add what a watch of ours saw: a folder with its summary.json, or its archive.

    The mode of the watch stays with each launch: what a simulation, an exercise or a replay saw
    is shown with --mode only, and never counted with what happened.
    """
    # Deferred: places need shapely.
    from launchwatch.edge.historystore import add as keep
    from launchwatch.edge.historystore import shipped, unknown_of
    from launchwatch.edge.historywatches import launches_seen

    seen = launches_seen(watch)
    new = unknown_of(shipped().launches, seen.launches)
    for one in seen.left_out:
        click.echo(f"left out: {one}", err=True)
    path = keep(new, name or watch.resolve().name, store)
    modes = ", ".join(sorted({each.mode for each in new}))
    known = len(seen.launches) - len(new)
    click.echo(f"{len(new)} added{f' ({modes})' if modes else ''}, {known} known already: {path}")


@command.command(
    epilog="""\b
Examples:
  launchwatch history report --month 2022-11 --out report
  launchwatch history report --month 2025-10 --out report --patterns
"""
)
@click.option("--month", required=True, metavar="YYYY-MM", help="Which month.")
@click.option("--out", required=True, type=click.Path(path_type=Path), help="Folder to write into.")
@click.option("--country", default="PRK", show_default=True, help="Whose launches.")
@click.option("--patterns", "with_patterns", is_flag=True, help="Ask for patterns too.")
@click.pass_obj
def report(store: Path | None, month: str, out: Path, country: str, with_patterns: bool) -> None:
    """Write the situation report of a month: one HTML file, which prints well on A4.

    It looks back only: nothing later than the month is told or counted.
    """
    import datetime as dt

    try:
        day = dt.date.fromisoformat(f"{month}-01")
    except ValueError:
        raise SettingsError(
            f"--month must be a month such as 2022-11, got {month[:20]!r}"
        ) from None
    # Deferred: matplotlib takes a second to load.
    from launchwatch.edge.historyreport import write_report

    record = _record(store)
    found = None
    if with_patterns:
        import numpy as np

        from launchwatch.record.history import chosen
        from launchwatch.record.patternsfindings import find

        last = dt.date(day.year, 12, 31)
        rows = [each for each in chosen(record, country=country)
                if (each.date.year, each.date.month) <= (day.year, day.month)]  # fmt: skip
        found = find(record, rows, dt.date(2012, 1, 1), last, np.random.default_rng(1))
    path = write_report(
        out, record, day.year, day.month, country=country.upper(), findings=found
    )  # fmt: skip
    click.echo(str(path))
