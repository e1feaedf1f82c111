"""The report folder: what happened, in words, in numbers and in pictures.

============================  ======================================================
statement.md                  everything on one page: statements, table, pictures
statement.<en|ko|ja>.txt      the statement in each language
comparison.json               seen, publicly reported and true, subject by subject
ground-track, profile,        pictures, each as .png and .svg
fall-area-size
============================  ======================================================

The JSON lines of `launchwatch.edge.lines` lie in the same folder, written as the watch
went on. Everything here is made from a chronicle, so a replay has the same report.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

import msgspec

from launchwatch.assessment.zones import Zones
from launchwatch.edge.chronicle import Chronicle, Truth
from launchwatch.edge.comparison import PublicFact, Row, compare, truth_verdict
from launchwatch.edge.modes import MODES
from launchwatch.errors import SettingsError
from launchwatch.messages.sensor import Sensor
from launchwatch.messages.warning import Statement

LANGUAGES = ("en", "ko", "ja")

_PICTURE_WORDS = {
    "ground-track": "Ground track over coasts and zones, with the 95 % regions of launch and fall",
    "profile": "Altitude against range, with the trajectories expected at several times",
    "fall-area-size": "Size of the 95 % fall region, fall time and zones against time",
}


def write_report(
    folder: str | Path,
    chronicle: Chronicle,
    *,
    title: str = "",
    facts: Sequence[PublicFact] = (),
    truth: Truth | None = None,
    sensors: Mapping[str, Sensor] | None = None,
    zones: Zones | None = None,
    announce: Callable[[str], None] = lambda _: None,
) -> tuple[Path, ...]:
    """Write the report and give the paths of its files.

    Args:
        folder: made where it does not exist.
        chronicle: of the whole watch, its summary taken.
        title: what the watch was of, for the page's heading.
        facts: what was publicly reported.
        truth: of a simulation; None of anything else.
        sensors: for the map.
        zones: for the map; the built-in ones by default.
        announce: is told what is being made, since pictures take a few seconds.

    Raises:
        SettingsError: the folder cannot be made or written.
    """
    target = Path(folder)
    rows = compare(chronicle, tuple(facts), truth)
    verdict = truth_verdict(chronicle, truth)
    try:
        target.mkdir(parents=True, exist_ok=True)
        announce("drawing pictures")
        pictures = _pictures(target, chronicle, truth, sensors, zones, announce)
        paths = [*_statements(target, chronicle), *pictures]
        page = target / "statement.md"
        names = dict.fromkeys(path.stem for path in pictures)
        page.write_text(_page(chronicle, title, rows, verdict, names), encoding="utf-8")
        table = target / "comparison.json"
        content = {"mode": chronicle.mode, "verdict": verdict, "rows": rows}
        table.write_bytes(msgspec.json.format(msgspec.json.encode(content), indent=1) + b"\n")
    except OSError as error:
        why = error.strerror or str(error)
        raise SettingsError(f"{target}: the report's folder must be writable: {why}") from None
    return (page, table, *paths)


def _pictures(
    folder: Path,
    chronicle: Chronicle,
    truth: Truth | None,
    sensors: Mapping[str, Sensor] | None,
    zones: Zones | None,
    announce: Callable[[str], None],
) -> tuple[Path, ...]:
    # matplotlib takes a second to import, and only a report needs it.
    from launchwatch.edge.outlines import zone_outlines
    from launchwatch.edge.pictures import draw_all

    if chronicle.main_launch() is None:
        return ()
    outlines = zone_outlines(zones if zones is not None else Zones.built_in())
    return draw_all(
        folder, chronicle, truth=truth, sensors=sensors, outlines=outlines,
        announce=lambda name: announce(f"drawing {name}"),
    )  # fmt: skip


def statements_of(chronicle: Chronicle) -> tuple[Statement, ...]:
    """Give the newest statement on the main launch in each language, English first."""
    launch = chronicle.main_launch()
    said = chronicle.statements.get(launch.launch_id, {}) if launch is not None else {}
    return tuple(said[language] for language in LANGUAGES if language in said)


def _statements(folder: Path, chronicle: Chronicle) -> list[Path]:
    paths = []
    for language in LANGUAGES:
        path = folder / f"statement.{language}.txt"
        path.unlink(missing_ok=True)  # None of an earlier run may stand as this one's.
    for statement in statements_of(chronicle):
        path = folder / f"statement.{statement.language}.txt"
        path.write_text(f"{statement.title}\n\n{statement.text.rstrip()}\n", encoding="utf-8")
        paths.append(path)
    return paths


def _page(
    chronicle: Chronicle, title: str, rows: Sequence[Row], verdict: str, pictures: Iterable[str]
) -> str:
    lines = [f"# {title or 'Report of a watch'}", ""]
    if chronicle.mode is not None:
        look = MODES[chronicle.mode]
        lines += [f"**{look.word}**: {look.meaning}.", ""]
    statements = statements_of(chronicle)
    if not statements:
        lines += ["No statement was issued: no launch was seen.", ""]
    for statement in statements:
        lines += [f"## {statement.title}", "", statement.text.rstrip(), ""]
    if rows:
        lines += ["## Seen, reported, true" if verdict else "## Seen and reported", ""]
        lines += _table(rows, with_truth=bool(verdict))
    if verdict:
        lines += [verdict, ""]
    for name in pictures:
        words = _PICTURE_WORDS.get(name, name)
        lines += [f"![{words}]({name}.png)", ""]
    return "\n".join(lines)


def _table(rows: Sequence[Row], *, with_truth: bool) -> list[str]:
    heads = ["", "seen by this watch", "publicly reported", "by"]
    heads += ["simulated truth"] if with_truth else []
    lines = ["| " + " | ".join(heads) + " |", "|" + " --- |" * len(heads)]
    for row in rows:
        cells = [row.subject, row.seen, row.reported, row.said_by]
        cells += [row.truth] if with_truth else []
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return [*lines, ""]
