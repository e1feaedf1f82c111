"""`launchwatch reconstruct`: reports of one launch held together, and the flights that fit."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from launchwatch.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from launchwatch.messages.reconciled import Report

_MOST_FILES = 200


@click.command(
    epilog="""\b
Examples:
  launchwatch reconstruct article.txt statement.txt --published 2025-11-07
  launchwatch reconstruct article.txt jcs.txt --by jcs.txt=KOR --out flight
  launchwatch reconstruct --launch 2022-11-18
  launchwatch simulate flight/scenario.toml --out plots
  launchwatch demo --launch flight/scenario.toml
"""
)
@click.argument("files", metavar="[FILE]...", nargs=-1)
@click.option("--launch", "past", metavar="NAME",
              help="A launch of the record beside the files or instead of them: its day "
              "(2022-11-18) or identifier (PRK-2022-11-18-1).")  # fmt: skip
@click.option("--by", "by", multiple=True, metavar="FILE=SPEAKER",
              help="Whose own statement a file is: a state such as KOR or JPN, or a speaker's "
              "name. May be given again.")  # fmt: skip
@click.option(
    "--published",
    metavar="DATE",
    help='Day of publication (2025-11-07), which resolves "today" and "Friday".',
)
@click.option("--out", type=click.Path(path_type=Path, file_okay=False),
              help="Folder for account.json, reconstruction.json, scenario.toml, one more "
              "scenario for each kind of flight, and report.md.")  # fmt: skip
@click.option("--sensors", "sensors_of", default="friday", show_default=True, metavar="SCENARIO",
              help="Whose sensors' horizons are looked beyond: a scenario's.")  # fmt: skip
@click.option("--seed", type=click.IntRange(0, 2**63 - 1), default=0, show_default=True,
              help="Draws the family of flights.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def command(
    files: tuple[str, ...],
    past: str | None,
    by: tuple[str, ...],
    published: str | None,
    out: Path | None,
    sensors_of: str,
    seed: int,
    as_json: bool,
) -> None:
    """Hold reports of one launch together, and find the flights that fit what they say.

    FILE is text in UTF-8 (English, Japanese or Korean), or JSON as `launchwatch read --json` prints
    it. Of a launch of the record, its row and each statement about it are reports. Every claim is
    kept; an agency that quotes a government is no second witness; what agrees and what does not is
    said in sentences. The flights are inferred from words: a family with its spread, nothing
    measured, and an official verdict stands as it was said.
    """
    from launchwatch.cli.accounts import reconstructions, record_of, told, write
    from launchwatch.record.reconciling import launches_of, reconcile
    from launchwatch.simulate.scenario import load

    if len(files) > _MOST_FILES:
        raise click.UsageError(f"at most {_MOST_FILES} reports, got {len(files)}")
    if not files and past is None:
        raise click.UsageError("a FILE is wanted, or --launch with a launch of the record")
    reports = _reports(files, _speakers(by, files), published) if files else []
    assumed: tuple[str, ...] = ()
    if past is not None:
        from launchwatch.cli.pastlaunch import past_reports

        known = past_reports(past)
        reports, assumed = [*known.reports, *reports], known.assumed
    sensors = load(sensors_of).sensors
    launches = []
    for number, group in enumerate(launches_of(reports), 1):
        account = reconcile(group)
        found, why = reconstructions(account, sensors, seed, assumed)
        launches.append(record_of(account, found, why))
        if out is not None:
            write(out if number == 1 else out / f"launch-{number}", account, found, why)
        if not as_json:
            click.echo(told(account, found, why))
    if as_json:
        click.echo(json.dumps({"launches": launches}, ensure_ascii=False, allow_nan=False))
    elif out is not None:
        click.echo(f"Written to {out}.")


def _speakers(by: tuple[str, ...], files: tuple[str, ...]) -> dict[str, str]:
    """Give the speaker of each file that has one.

    Raises:
        UsageError: a file that is not there, or nobody known.
    """
    from launchwatch.record.reconciling.voices import speakers, state_of

    first: dict[str, str] = {}
    for name in speakers():
        first.setdefault(state_of(name), name)
    found = {}
    for text in by:
        file, _, name = text.rpartition("=")
        known = name if name in speakers() else first.get(name)
        if not known or not name:
            states = ", ".join(sorted(state for state in first if state))
            raise click.UsageError(
                f"--by must be FILE=SPEAKER, SPEAKER one of {states} or a speaker's name, "
                f"got {text[:80]!r}"
            )
        if file not in files:
            raise click.UsageError(f"--by must name one of the files given, got {file[:80]!r}")
        found[file] = known
    return found


def _reports(
    files: tuple[str, ...], speakers: dict[str, str], published: str | None
) -> "list[Report]":
    """Read every file.

    Raises:
        InputError: a file is no report; SettingsError: it cannot be opened. Both name it.
    """
    from launchwatch.cli.read import content_of, day_of
    from launchwatch.messages.reconciled import Report
    from launchwatch.record.reading import decoded, read
    from launchwatch.record.reading.speakers import speaker_of_text

    day = day_of(published)
    reports: list[Report] = []
    for file in files:
        name = "standard input" if file == "-" else Path(file).name
        text = decoded(content_of(file), name)
        if text.lstrip()[:1] == "{":
            reports.append(_from_json(text, name, speakers.get(file, ""), published))
            continue
        claims = read(text, day)
        reports.append(Report(
            name=name, claims=tuple(claims), by=speakers.get(file) or speaker_of_text(text),
            published=published or "",
        ))  # fmt: skip
    if not any(report.claims for report in reports):
        raise InputError(
            f"{', '.join(report.name for report in reports)[:200]}: no claims found in a language "
            "that is read (English, Japanese, Korean)"
        )
    return reports


def _from_json(text: str, name: str, by: str, published: str | None) -> "Report":
    import msgspec

    from launchwatch.cli.read import day_of
    from launchwatch.messages.claim import Claim
    from launchwatch.messages.reconciled import Report

    class Told(msgspec.Struct):
        claims: tuple[Claim, ...]
        by: str = ""
        published: str = ""

    try:
        told = msgspec.json.decode(text.encode(), type=Told)
    except (msgspec.DecodeError, RecursionError) as error:
        raise InputError(
            f"{name}: JSON must hold claims as `launchwatch read --json` prints them: {error}"
        ) from None
    day_of(told.published or None)
    _check_values(told.claims, name)
    return Report(
        name=name, claims=told.claims, by=by or told.by, published=told.published or published or ""
    )


def _check_values(claims: "Sequence[Any]", name: str) -> None:
    """Refuse claims whose values are not what their kinds have.

    Raises:
        InputError: names the claim.
    """
    import math
    import re

    for number, one in enumerate(claims, 1):
        value = one.value
        good = True
        if one.kind in ("range", "apogee", "flight_time"):
            is_number = isinstance(value, int | float) and not isinstance(value, bool)
            good = is_number and math.isfinite(value) and 0.0 < value < 1e6
        elif one.kind == "launch_time":
            good = isinstance(value, str) and bool(re.fullmatch(r"[0-2]\d:[0-5]\d|\d{1,2}h", value))
            good = good and bool(re.fullmatch(r"|[+-][01]\d:[0-5]\d", one.unit))
        elif one.kind == "launch_date":
            good = isinstance(value, str)
        elif one.kind in ("launch_place", "fall_place", "zone_verdict", "context"):
            good = isinstance(value, dict)
            if one.kind == "zone_verdict":
                good = (
                    good
                    and isinstance(value.get("zone"), str)
                    and isinstance(value.get("verdict"), str)
                )
            if good and "latitude_deg" in value:
                numbers = [value.get(k) for k in ("latitude_deg", "longitude_deg", "radius_km")]
                good = all(isinstance(n, int | float) and math.isfinite(n) for n in numbers)
                good = (
                    good and abs(value["latitude_deg"]) <= 89 and isinstance(value.get("name"), str)
                )
        elif one.kind == "count":
            good = value is None or (isinstance(value, int) and 0 <= value < 10_000)
        elif one.kind in ("class", "type", "damage"):
            good = isinstance(value, str)
        if not good:
            raise InputError(
                f"{name}: claim {number}: {one.kind} cannot have the value {str(value)[:60]!r}"
            )
