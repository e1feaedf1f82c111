"""`launchwatch show`: what was known when, from the archive of a watch."""

import json
from pathlib import Path
from typing import Any

import click

from launchwatch.errors import InputError


@click.command(
    epilog="""\b
Examples:
  launchwatch show watch.archive
  launchwatch show watch.archive L20251107-010139
  launchwatch show watch.archive --at 2025-11-07T01:03:00Z
  launchwatch show watch.archive --sql "SELECT known, zone, probability FROM zones"
  launchwatch show new.archive --rebuild watch.journal
  launchwatch show watch.archive --export kml > watch.kml
  launchwatch show launchwatch-friday-report --html friday.html
\b
Tables for --sql: launches, fallareas, zones, families, events, warnings, alerts, statements,
tracks, sensors, biases, refused; and said, which holds every record whole. known is when it
was said.
"""
)
@click.argument("archive", type=click.Path(path_type=Path))
@click.argument("launch", required=False)
@click.option("--at", metavar="TIME", help="Show what was known then; RFC 3339.")
@click.option("--sql", metavar="QUERY", help="Ask in SQL; nothing can be changed by it.")
@click.option(
    "--rebuild", "journal", type=click.Path(path_type=Path),
    help="Fill ARCHIVE from this journal first.",
)  # fmt: skip
@click.option(
    "--html", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE",
    help="Write the map of a report's folder, or of a journal, as one HTML file.",
)  # fmt: skip
@click.option(
    "--export", "export_as", type=click.Choice(["geojson", "kml", "czml"]),
    help="Print a map file: the last word, or all over time (czml).",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
def command(
    archive: Path,
    launch: str | None,
    at: str | None,
    sql: str | None,
    journal: Path | None,
    html: Path | None,
    export_as: str | None,
    as_json: bool,
) -> int:
    """List the launches in an archive, or all that was said of one of them.

    With --html ARCHIVE is the folder of a demo or of a replay, or a journal, and FILE gets the map
    of it with every moment, to be opened in any browser, offline.
    """
    if html is not None:
        if launch is not None or at is not None or sql is not None or journal is not None:
            raise click.UsageError("--html stands alone, without LAUNCH, --at, --sql, --rebuild")
        return _save(archive, html)
    from launchwatch.edge.archive import history, launches_known, query
    from launchwatch.timescale import instant_from_utc

    moment = None
    if at is not None:
        try:
            moment = instant_from_utc(at)
        except InputError as error:
            raise click.BadParameter(str(error), param_hint="--at") from None
    if sql is not None and (launch is not None or at is not None):
        raise click.UsageError("--sql stands alone, without LAUNCH and --at")
    if journal is not None:
        _rebuild(archive, journal)
    if export_as is not None:
        if sql is not None or launch is not None:
            raise click.UsageError("--export stands alone or with --at, without LAUNCH and --sql")
        from launchwatch.edge.mapexports import export

        click.echo(export(archive, export_as, moment))
        return 0
    if sql is not None:
        names, rows = query(archive, sql)
        if as_json:
            click.echo(
                json.dumps([dict(zip(names, row, strict=True)) for row in rows], default=str)
            )
        else:
            _print_table(names, rows)
        return 0
    if launch is None:
        found = launches_known(archive, moment)
        if as_json:
            click.echo(json.dumps(found, ensure_ascii=False))
        else:
            _print_launches(found)
        return 0
    records = history(archive, launch, moment)
    if not records:
        known = ", ".join(each["launch_id"] for each in launches_known(archive)) or "none"
        raise InputError(f"{archive}: no launch is called {launch!r}; there are: {known}")
    if as_json:
        click.echo(json.dumps(records, ensure_ascii=False))
    else:
        for record in records:
            click.echo(_line(record))
    return 0


def _save(watch: Path, html: Path) -> int:
    from launchwatch.edge.web.onefile import write
    from launchwatch.edge.web.saving import page_of

    text = page_of(watch, lambda line: click.echo(line, err=True))
    write(html, text)
    click.echo(f"{html}: {len(text) / 1e6:.1f} MB")
    return 0


def _rebuild(archive: Path, journal: Path) -> None:
    from launchwatch.edge.archive import rebuild
    from launchwatch.edge.starting import engine_of

    click.echo(rebuild(archive, journal, engine_of), err=True)


def _print_table(names: list[str], rows: list[tuple[Any, ...]]) -> None:
    click.echo("\t".join(names))
    for row in rows:
        click.echo("\t".join("" if value is None else str(value) for value in row))


def _print_launches(found: list[dict[str, Any]]) -> None:
    if not found:
        click.echo("no launch was known")
    for launch in found:
        click.echo(_line(launch))
        parts = [launch["fallarea"], launch["family"], *launch["warnings"]]
        for part in parts:
            if part is not None:
                click.echo(f"  {_line(part)}")


def _line(record: dict[str, Any]) -> str:
    return f"{_second(record['known'])}  {_words(record)}"


def _words(record: dict[str, Any]) -> str:
    match record["type"]:
        case "launch":
            what = "withdrawn" if record["cancelled"] else "launched"
            return (
                f"{record['launch_id']} revision {record['revision']}: {what} "
                f"{_second(record['launch_time'])} ± {record['launch_time_sigma_s']:.1f} s at "
                f"{record['latitude_deg']:.2f}, {record['longitude_deg']:.2f} "
                f"(p {record['probability']:.2f}; {record['reason']})"
            )
        case "fall-area":
            zones = ", ".join(
                f"{zone['zone']} {100 * zone['probability']:.0f} %" for zone in record["zones"][:3]
            )
            return (
                f"fall area revision {record['revision']} ({record['body']}): "
                f"{_second(record['fall_time'])} ± {record['fall_time_sigma_s']:.1f} s at "
                f"{record['latitude_deg']:.2f}, {record['longitude_deg']:.2f}, "
                f"{record['region_area_m2'] / 1e6:,.0f} km²: {zones}"
            )
        case "family":
            first = max(record["classes"].items(), key=lambda each: each[1])
            return f"family {first[0]} {100 * first[1]:.0f} %"
        case "warning":
            return (
                f"warning {record['warning_id']} revision {record['revision']}: "
                f"{record['severity']} {record['action']}: {_reason(record)}"
            )
        case "statement":
            return f"statement ({record['language']}) {record['title']}"
        case other:
            return str(other)


def _reason(record: dict[str, Any]) -> str:
    """Put the first reason of a warning in words."""
    from launchwatch.warning.wording import reason

    return reason(record["reasons"][0], "en") if record["reasons"] else "no reason given"


def _second(time: str) -> str:
    """Cut a time to tenths of a second, for people."""
    whole, _, fraction = time.rstrip("Z").partition(".")
    return f"{whole}.{fraction[:1] or '0'}Z"
