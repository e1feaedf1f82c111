"""`launchwatch reconstruct`: reports of one launch held together, and the flights that fit."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from launchwatch.errors import InputError, SettingsError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from launchwatch.messages.reconciled import LaunchAccount, Report
    from launchwatch.messages.reconstructed import Course, Reconstruction
    from launchwatch.messages.sensor import Sensor

_MOST_FILES = 200
_ROUNDS, _CLOSE_KM = 8, 0.3


@click.command(
    epilog="""\b
Examples:
  launchwatch reconstruct article.txt statement.txt --published 2025-11-07
  launchwatch reconstruct article.txt jcs.txt --by jcs.txt=KOR --out flight
  launchwatch simulate flight/scenario.toml --out plots
  launchwatch demo --launch flight/scenario.toml
"""
)
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
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
    by: tuple[str, ...],
    published: str | None,
    out: Path | None,
    sensors_of: str,
    seed: int,
    as_json: bool,
) -> None:
    """Hold reports of one launch together, and find the flights that fit what they say.

    FILE is text in UTF-8 (English, Japanese or Korean), or JSON as `launchwatch read --json` prints
    it. Every claim is kept; an agency that quotes a government is no second witness; what agrees
    and what does not is said in sentences. The flights are inferred from words: a family with its
    spread, nothing measured, and an official verdict stands as it was said.
    """
    from launchwatch.record.reconciling import launches_of, reconcile
    from launchwatch.simulate.scenario import load

    if len(files) > _MOST_FILES:
        raise click.UsageError(f"at most {_MOST_FILES} reports, got {len(files)}")
    reports = _reports(files, _speakers(by, files), published)
    sensors = load(sensors_of).sensors
    launches = []
    for number, group in enumerate(launches_of(reports), 1):
        account = reconcile(group)
        found, why = _reconstructions(account, sensors, seed)
        launches.append(_record(account, found, why))
        if out is not None:
            _write(out if number == 1 else out / f"launch-{number}", account, found, why)
        if not as_json:
            click.echo(_told(account, found, why))
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


def _reconstructions(
    account: "LaunchAccount", sensors: "dict[str, Sensor]", seed: int
) -> "tuple[list[Reconstruction], str]":
    """Give the family of each body, or why there is none."""
    import numpy as np

    from launchwatch.assessment.zones import Zones
    from launchwatch.record.reconstructing import reconstruct

    zones = Zones.built_in()

    def at(latitude: Any, longitude: Any) -> list[tuple[str, str]]:
        listed = [zones.zones[number] for number in zones.numbers_at(latitude, longitude)]
        return [(zone.zone, zone.kind) for zone in listed]

    found = []
    why = ""
    for item in account.bodies:
        try:
            generator = np.random.default_rng([seed, item or 0])
            found.append(reconstruct(account, generator, sensors, at, item))
        except InputError as error:
            which = f"body {item}: " if item is not None else ""
            why = "; ".join(filter(None, [why, f"{which}{error}"]))
    return found, why


def _record(account: "LaunchAccount", found: "list[Reconstruction]", why: str) -> dict[str, Any]:
    import msgspec

    told: dict[str, Any] = msgspec.to_builtins(account)
    for one in (*told["figures"], *told["places"]):
        one.pop("density", None)
        one.pop("points", None)
    made = [msgspec.to_builtins(one) for one in found]
    for one in made:
        one.pop("falls")
    return {"account": told, "reconstructions": made, "not_reconstructed": why}


def _told(account: "LaunchAccount", found: "list[Reconstruction]", why: str) -> str:
    """Give what people read: findings, estimates, flights, verdicts beside ours."""
    from launchwatch.record.reportpage import page

    return page(account, found, why)


def _write(folder: Path, account: "LaunchAccount", found: "list[Reconstruction]", why: str) -> None:
    record = _record(account, found, why)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, content in (
            ("account.json", record["account"]),
            ("reconstruction.json", {k: v for k, v in record.items() if k != "account"}),
        ):
            text = json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)
            (folder / name).write_text(text + "\n", encoding="utf-8")
        (folder / "report.md").write_text(_told(account, found, why) + "\n", encoding="utf-8")
        for name, text in _scenarios(account, found).items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise SettingsError(f"--out {folder}: cannot be written: {error.strerror}") from None


def _scenarios(account: "LaunchAccount", found: "list[Reconstruction]") -> dict[str, str]:
    """Give scenario files by name: the most probable flight of every body, and each branch's."""
    from launchwatch.record.reconciling.saying import place_name
    from launchwatch.record.scenariofile import scenario_text

    if not found:
        return {}
    where = account.place("launch_place", found[0].item)
    title = f"Reconstructed from reports: {account.date or 'undated'}"
    title += f", from {place_name(where.name)}" if where is not None else ""
    note = "Inferred from public reports: one flight of a family that fits. Not measured."
    best = [(one.item, _flyable(one.courses[0])) for one in found if one.courses]
    made = {"scenario.toml": scenario_text(account, best, title, note=note)}
    for one in found:
        suffix = "" if one.item is None else f"-{one.item}"
        for course in one.courses:
            name = f"scenario{suffix}-{course.branch}.toml"
            flight = [(one.item, _flyable(course))]
            made[name] = scenario_text(account, flight, f"{title}, {course.branch}", note=note)
    return made


def _flyable(course: "Course") -> "Course":
    """Let the simulator find how a course climbs: its air and drag differ a little from ours.

    Newton's rule in burning time and tilt from where the family has them, in a few flights: a
    search from nowhere takes hundreds.
    """
    import math

    import numpy as np
    from msgspec.structs import replace

    from launchwatch.flight.ascent import Ascent
    from launchwatch.simulate.flights import fly, reach_of
    from launchwatch.simulate.plan import Launch, Manoeuvre

    pulls: tuple[Manoeuvre, ...] = ()
    if course.pull_for_s > 0.0:
        pulls = (Manoeuvre(below_m=course.pull_below_m, for_s=course.pull_for_s,
                           up_mps2=course.pull_up_mps2),)  # fmt: skip
    launch = Launch(
        object="m1", time="2000-01-01T00:00:00Z", latitude_deg=course.latitude_deg,
        longitude_deg=course.longitude_deg, azimuth_deg=course.azimuth_deg,
        ballistic_coefficient_kgpm2=course.ballistic_coefficient_kgpm2, manoeuvres=pulls,
    )  # fmt: skip
    full = course.exhaust_speed_mps / course.initial_acceleration_mps2

    def misses(x: Any) -> Any:
        ascent = Ascent(
            initial_acceleration=course.initial_acceleration_mps2,
            exhaust_speed=course.exhaust_speed_mps, vertical_time=course.vertical_s,
            kick_time=course.kick_s, burn_time=min(math.exp(x[0]), 0.96 * full),
            kick=min(math.exp(x[1]), 1.5),
        )  # fmt: skip
        reach = reach_of(launch, fly(launch, ascent, 1e-7)[0])
        return np.log([max(reach.range, 1e3) / (course.range_km * 1e3),
                       max(reach.apogee, 1e3) / (course.apogee_km * 1e3)])  # fmt: skip

    x = np.log([course.burn_s, math.radians(course.kick_deg)])
    best, least = x, np.inf
    for _ in range(_ROUNDS):
        here = misses(x)
        off = float(np.abs(here * (course.range_km, course.apogee_km)).max())
        if off < least:
            best, least = x, off
        if off < _CLOSE_KM:
            break
        slopes = np.stack([(misses(x + nudge) - here) / 1e-3 for nudge in 1e-3 * np.eye(2)], -1)
        if abs(np.linalg.det(slopes)) < 1e-9:
            break
        x = x - np.clip(np.linalg.solve(slopes, here), -0.2, 0.2)
    return replace(
        course,
        burn_s=round(min(math.exp(best[0]), 0.96 * full), 4),
        kick_deg=round(math.degrees(math.exp(best[1])), 4),
    )
