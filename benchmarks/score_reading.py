"""How well public reports are read: ``python benchmarks/score_reading.py [--each] [--part ...]``.

    python benchmarks/score_reading.py [--part developed|aside|both] [--each]

Scored are 134 labelled reports, which are not part of this repository
(`LAUNCHWATCH_AUTHORITIES/reports`). Which part a report belongs to is fixed by the launch it is of,
so that no launch is in both: those whose name has a CRC-32 divisible by three are held aside, and
nobody looked at one of them while writing rules, nor at what was misread there.

A number (range, apogee, count, flight time) that the label holds is right where a claim of that
kind says it within 1 %, or 1 for distances; one that the label does not hold is invented.
A verdict is right where the report's claims on that zone say that and nothing else. A time is
right to the minute. A date is judged where the text gives one, by the day of publication.
"""

import argparse
import datetime as dt
import json
import os
import zlib
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

from launchwatch.messages.claim import Claim
from launchwatch.record.reading import read

NUMBERS = {
    "range": ("range_km", "range_by_other_sources"),
    "apogee": ("apogee_km", "apogee_by_other_sources"),
    "count": ("n_missiles", "n_by_other_sources"),
    "flight_time": ("flight_time_min", None),
}


class Score(NamedTuple):
    """What was right, missed and invented of one report, by what it is of."""

    right: Counter[str]
    missed: Counter[str]
    invented: Counter[str]
    notes: tuple[str, ...]


def is_aside(label: dict[str, Any]) -> bool:
    """Say whether a report is held aside: by its launch, a third of these."""
    return zlib.crc32(label["event_id"].encode()) % 3 == 0


def labels(folder: Path) -> list[dict[str, Any]]:
    """Give the labels of all reports."""
    return [json.loads(line) for line in (folder / "labels.jsonl").read_text("utf-8").splitlines()]


def published(label: dict[str, Any]) -> dt.date | None:
    """Give the day of publication, where the label knows the day."""
    try:
        return dt.date.fromisoformat(label["published"] or "")
    except ValueError:
        return None


def score(label: dict[str, Any], claims: list[Claim]) -> Score:
    """Hold what was read against a label."""
    right: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    invented: Counter[str] = Counter()
    notes = []

    def judge(what: str, wanted: Iterable[Any], got: Iterable[Any], near: float = 0.0) -> None:
        wanted, got = sorted(set(wanted)), sorted(set(got))
        hit = [w for w in wanted if any(_same(w, g, near) for g in got)]
        extra = [g for g in got if not any(_same(w, g, near) for w in wanted)]
        right[what] += len(hit)
        missed[what] += len(wanted) - len(hit)
        invented[what] += len(extra)
        if extra or len(hit) < len(wanted):
            notes.append(f"{what}: wanted {wanted}, got {got}")

    for kind, (key, others) in NUMBERS.items():
        stated = label[key] if isinstance(label[key], list) else [label[key]]
        stated = [*stated, *((label[others] or {}) if others else {}).values()]
        said = [one.value for one in claims if one.kind == kind and one.value is not None]
        judge(kind, [one for one in stated if one is not None], said, 1.0)
    zone = f"{label['eez_of'] or 'JPN'}-EEZ"
    said = [
        c.value["verdict"] for c in claims if c.kind == "zone_verdict" and c.value["zone"] == zone
    ]
    wanted = [label["eez_verdict"]] if label["eez_verdict"] else []
    judge("verdict", wanted, ["+".join(sorted(set(said)))] if said else [])
    judge(
        "time",
        label["launch_times_local"] or [],
        [c.value for c in claims if c.kind == "launch_time"],
    )
    if label["launch_date"] and label["launch_date_resolved"]:
        dates = [c.value for c in claims if c.kind == "launch_date"]
        judge("date", [label["launch_date_resolved"]], dates)
    return Score(right, missed, invented, tuple(notes))


def _same(wanted: Any, got: Any, near: float) -> bool:
    if near and not isinstance(wanted, str):
        return abs(wanted - got) <= (max(near, 0.01 * wanted) if wanted > 30 else 0.0)
    return bool(wanted == got)


def totals(folder: Path, aside: bool) -> dict[tuple[str, str], Score]:
    """Give the sums of one part, by language and kind of text; ("all", "") holds all."""
    sums: dict[tuple[str, str], Score] = {}
    for label in labels(folder):
        if is_aside(label) != aside:
            continue
        text = (folder / label["file"]).read_text(encoding="utf-8")
        one = score(label, read(text, published(label)))
        for group in ((label["lang"], label["text_kind"]), ("all", "")):
            so_far = sums.get(group, Score(Counter(), Counter(), Counter(), ()))
            notes = tuple(f"{label['id']} {note}" for note in one.notes)
            sums[group] = Score(
                so_far.right + one.right, so_far.missed + one.missed,
                so_far.invented + one.invented, so_far.notes + notes,
            )  # fmt: skip
    return sums


def share(one: Score, *kinds: str) -> tuple[float, float, int]:
    """Give the shares that are right and invented, and how many are stated."""
    right, missed, invented = (
        sum(counter[kind] for kind in kinds) for counter in (one.right, one.missed, one.invented)
    )
    return right / max(right + missed, 1), invented / max(right + invented, 1), right + missed


COLUMNS = {
    "numbers": tuple(NUMBERS), "range": ("range",), "apogee": ("apogee",), "count": ("count",),
    "flight time": ("flight_time",), "verdicts": ("verdict",), "times": ("time",),
    "dates": ("date",),
}  # fmt: skip


def main() -> None:
    """Run what is asked for."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--part", choices=("developed", "aside", "both"), default="both")
    reader.add_argument("--each", action="store_true", help="print what was misread (developed on)")
    asked = reader.parse_args()
    root = Path(__file__).resolve().parent.parent.parent
    folder = (
        Path(os.environ.get("LAUNCHWATCH_AUTHORITIES", root / "shared/authorities")) / "reports"
    )
    for part in ("developed", "aside"):
        if asked.part not in (part, "both"):
            continue
        sums = totals(folder, part == "aside")
        print(f"\n{part}: right, invented, of how many stated\n")
        print("| texts | " + " | ".join(COLUMNS) + " |\n|" + "---|" * (len(COLUMNS) + 1))
        for group, one in sorted(sums.items(), key=lambda row: (row[0][0] == "all", row[0])):
            cells = [_cell(share(one, *kinds)) for kinds in COLUMNS.values()]
            print(f"| {' '.join(group).strip()} | " + " | ".join(cells) + " |")
        if asked.each and part == "developed":
            print(*sums["all", ""].notes, sep="\n")


def _cell(shares: tuple[float, float, int]) -> str:
    right, invented, stated = shares
    if not stated and not invented:
        return ""
    return f"{right:.3f}, {invented:.3f}, {stated}"


if __name__ == "__main__":
    main()
