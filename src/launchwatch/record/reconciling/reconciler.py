"""From several reports of one launch to one account: every claim, and what they come to."""

from collections.abc import Callable, Iterable, Sequence
from itertools import combinations

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from launchwatch.messages.reconciled import (
    FigureEstimate,
    Finding,
    LaunchAccount,
    OfficialVerdict,
    PlaceEstimate,
    Report,
    Statement,
)
from launchwatch.record.reconciling import saying, times, tolerances, whereabouts
from launchwatch.record.reconciling.tolerances import Grid
from launchwatch.record.reconciling.voices import called, statement_of, trust

Floats = NDArray[np.float64]

_FIGURES = {"range": (1.0, 21_000.0, "km"), "apogee": (1.0, 12_000.0, "km"),
            "flight_time": (0.5, 240.0, "min")}  # fmt: skip
_BOUNDS = ("over", "at least", "at most", "up to")
_QUOTED_BESIDE_OWN = 0.25
"""Weight of a quotation beside the voice's own statement, within that voice."""
_ALIKE, _NOT_EXCLUDED = 0.3, 0.03
"""Overlap of two densities from which on they are said to agree, or not to exclude each other:
figures two of their common sigmas apart overlap by 0.37, four apart by 0.02."""


def launches_of(reports: Sequence[Report]) -> list[tuple[Report, ...]]:
    """Part reports by the day of their launch; one without a day goes with the first.

    Two launches of one day are not told apart here: their reports contradict each other, and the
    account says so.
    """
    days: dict[str, list[Report]] = {}
    undated: list[Report] = []
    for report in reports:
        day = times.date_of(report.claims, (report,))
        (days.setdefault(day, []) if day else undated).append(report)
    if not days:
        return [tuple(reports)] if reports else []
    groups = list(days.values())
    groups[0] += undated
    return [tuple(group) for group in groups]


def reconcile(reports: Sequence[Report]) -> LaunchAccount:
    """Give the account of one launch from all its reports.

    Args:
        reports: of one launch; `launches_of` parts them.
    """
    statements = [statement_of(report, one) for report in reports for one in report.claims]
    statements = [_judged(one) for one in statements]
    used = [one for one in statements if one.used]
    date = times.date_of((one.claim for one in used), reports)
    country = _country(used)
    items = sorted({one.claim.item for one in used if one.claim.item is not None})
    bodies: tuple[int | None, ...] = tuple(items) if len(items) > 1 else (None,)
    figures: list[FigureEstimate] = []
    places: list[PlaceEstimate] = []
    findings = []
    for body in bodies:
        ours = [one for one in used if body is None or one.claim.item in (None, body)]
        for kind, (low, high, unit) in _FIGURES.items():
            grid = tolerances.figures_grid(low, high)
            some = [one for one in ours if one.claim.kind == kind]
            if some:
                made = _pooled(some, grid, _figure_density(grid), country)
                figures.append(_figure(kind, unit, made, grid, some, body))
        some = [one for one in ours if one.claim.kind == "launch_time"]
        if some:
            grid = times.times_grid()
            made = _pooled(some, grid, _time_density(grid, country, date), country)
            figures.append(_figure("launch_time", "min", made, grid, some, body))
        for kind in ("launch_place", "fall_place"):
            estimate = _place(kind, [one for one in ours if one.claim.kind == kind], country, body)
            if estimate is not None:
                places.append(estimate)
    for kind in (*_FIGURES, "launch_time", "launch_place", "fall_place", "count", "class", "type",
                 "zone_verdict", "damage"):  # fmt: skip
        found = _finding(kind, [one for one in used if one.claim.kind == kind], country, date)
        findings += found
    offset = times.home_offset(country, (one.claim for one in used))
    sign = "-" if offset < 0 else "+"
    return LaunchAccount(
        date=date,
        utc_offset=f"{sign}{abs(offset) // 60:02d}:{abs(offset) % 60:02d}",
        country=country,
        reports=tuple(reports),
        statements=tuple(statements),
        findings=tuple(findings),
        figures=tuple(figures),
        places=tuple(places),
        verdicts=_verdicts(used),
        count=_count(used),
        classes=_classes(used),
        bodies=bodies,
    )


def _judged(one: Statement) -> Statement:
    """Say of a statement that no estimate can rest on why not."""
    claim = one.claim
    why = ""
    if claim.kind == "context":
        why = claim.doubt or "context"
    elif claim.qualifier == "denied":
        why = "said not to be so"
    elif claim.kind == "fall_place" and "a direction" in claim.doubt:
        why = "a direction, not a place"
    elif claim.kind == "count" and claim.doubt.startswith("only the plural"):
        why = "a plural alone"
    elif (
        claim.kind in ("launch_place", "fall_place") and whereabouts.somewhere(claim.value) is None
    ):
        why = "the words do not say where closely enough"
    return replace(one, used=False, why=why) if why else one


def _country(statements: Iterable[Statement]) -> str:
    told = [
        str(one.claim.value.get("country", ""))
        for one in statements
        if one.claim.kind == "launch_place"
    ]
    told = [one for one in told if one and one != "SEA"]
    return max(sorted(set(told)), key=told.count) if told else ""


Density = Callable[[Statement], Floats]


def _figure_density(grid: Grid) -> Density:
    return lambda one: tolerances.density_of(float(one.claim.value), one.claim.qualifier, grid)


def _time_density(grid: Grid, country: str, date: str) -> Density:
    return lambda one: times.time_density(one.claim, country, date, grid)


def _pooled(statements: list[Statement], grid: Grid, density: Density, country: str) -> Floats:
    return tolerances.pooled(
        [_voice(some, grid, density, country) for some in saying.by_voice(statements).values()],
        grid,
    )


def _voice(
    statements: list[Statement], grid: Grid, density: Density, country: str
) -> tuple[Floats, float]:
    """Give the density of one voice, and its trust: its statements side by side, not multiplied."""
    own = any(one.hand == "first" for one in statements)
    mixed = np.zeros(len(grid.values))
    trusted = 0.0
    weights = 0.0
    for one, made in _figures_of(statements, grid, density):
        weight = _QUOTED_BESIDE_OWN if own and one.hand != "first" else 1.0
        share = trust(one, country)
        mixed += weight * share * made
        weights += weight * share
        trusted = max(trusted, share)
    return mixed / weights, trusted


def _figures_of(
    statements: list[Statement], grid: Grid, density: Density
) -> Iterable[tuple[Statement, Floats]]:
    """Give the density of each statement; "from" and "to" of one report are one interval."""
    ends: dict[str, Statement] = {}
    for one in statements:
        if one.claim.qualifier == "from" and isinstance(one.claim.value, int | float):
            ends[one.report] = one
        elif one.claim.qualifier == "to" and one.report in ends:
            low, high = sorted((ends.pop(one.report).claim.value, one.claim.value))
            yield one, tolerances.between(float(low), float(high), grid)
        else:
            yield one, density(one)
    for one in ends.values():
        yield one, density(one)


def _figure(
    kind: str, unit: str, made: Floats, grid: Grid, some: list[Statement], body: int | None
) -> FigureEstimate:
    middle = tolerances.summary(made, grid)
    return FigureEstimate(
        kind=kind, value=round(middle.value, 2), low=round(middle.low, 2),
        high=round(middle.high, 2), unit=unit, modes=tuple(round(m, 2) for m in middle.modes),
        item=body, rests_on=tuple(sorted({one.voice for one in some})),
        density=tolerances.thinned(made, grid),
    )  # fmt: skip


def _place(
    kind: str, some: list[Statement], country: str, body: int | None
) -> PlaceEstimate | None:
    told = [(one, whereabouts.somewhere(one.claim.value)) for one in some]
    known = [(one, place) for one, place in told if place is not None]
    if not known:
        return None
    cells = whereabouts.cells_over([place for _, place in known])
    count = len(cells.latitude)
    grid = Grid(cells.latitude, np.full(count, 1.0 / count))
    voices = []
    for statements in saying.by_voice([one for one, _ in known]).values():
        # Of places one voice says several at once: "the northwest, near the border with China".
        density = [
            (whereabouts.place_density(place, cells), trust(one, country))
            for one, place in known
            if one in statements
        ]
        voices.append((_at_once([made for made, _ in density]), max(t for _, t in density)))
    made = tolerances.pooled(voices, grid)
    made = np.where(tolerances.peaks_of(made), made, 0.0)
    made /= made.sum()
    latitude, longitude, radius = whereabouts.middle_of(made, cells)
    narrowest = min(
        (place for _, place in known),
        key=lambda p: 1e6 if p.ring is not None else p.along_km * p.across_km,
    )
    name = narrowest.name
    if narrowest.ring is not None:
        name = ", ".join(saying.distinct(place.name for _, place in known))
    return PlaceEstimate(
        kind=kind, name=name, latitude_deg=round(latitude, 3), longitude_deg=round(longitude, 3),
        radius_95_km=round(radius, 1), rests_on=tuple(sorted({one.voice for one, _ in known})),
        points=whereabouts.points_of(made, cells), spacing_km=round(cells.spacing_km, 2), item=body,
    )  # fmt: skip


def _at_once(densities: list[Floats]) -> Floats:
    """Give where all are; the mean of them where they are nowhere together."""
    made = densities[0]
    for other in densities[1:]:
        if tolerances.overlap(made, other) < _NOT_EXCLUDED:
            return np.asarray(np.mean(densities, axis=0))
        made = made * other / (made * other).sum()
    return made


def _finding(kind: str, some: list[Statement], country: str, date: str) -> list[Finding]:
    if not some:
        return []
    voices = saying.by_voice(some)
    standing, why = "alone", ""
    within = [
        voice for voice, own in voices.items()
        if len({one.report for one in own}) > 1 and _compared(kind, own, country, date) == "differ"
    ]  # fmt: skip
    if len(voices) > 1:
        standing = _compared(kind, some, country, date)
    if standing == "compatible":
        why = "a bound that the other keeps to"
    if within:
        standing = "differ"
        own = any(one.hand == "first" for voice in within for one in voices[voice])
        who = saying.listed([called(voice) for voice in within])
        why = f"{who} is given differently" + ("; the own statement counts" if own else "")
    said = saying.sentence(kind, standing, some, why)
    quoted = saying.quoting(some)
    return [Finding(
        kind=kind, standing=standing,  # type: ignore[arg-type]  # one of its words
        sentence=said + (f" ({quoted}.)" if quoted else ""), voices=tuple(sorted(voices)),
    )]  # fmt: skip


def _compared(kind: str, some: list[Statement], country: str, date: str) -> str:
    """Say whether statements of one kind agree, pair by pair; those of one report aside."""
    densities: dict[int, Floats] = {}
    if kind in _FIGURES or kind == "launch_time":
        if kind == "launch_time":
            grid = times.times_grid()
            density = _time_density(grid, country, date)
        else:
            grid = tolerances.figures_grid(*_FIGURES[kind][:2])
            density = _figure_density(grid)
        densities = {id(one): made for one, made in _figures_of(some, grid, density)}
    elif kind in ("launch_place", "fall_place"):
        places = [(one, whereabouts.somewhere(one.claim.value)) for one in some]
        cells = whereabouts.cells_over([place for _, place in places if place is not None])
        densities = {
            id(one): whereabouts.place_density(place, cells)
            for one, place in places
            if place is not None
        }
    worst = "agree"
    for one, other in combinations(some, 2):
        if one.report == other.report or (
            one.claim.item != other.claim.item and None not in (one.claim.item, other.claim.item)
        ):
            continue
        here = _pair(one, other, densities)
        worst = max(worst, here, key=("agree", "compatible", "differ").index)
    return worst


def _pair(one: Statement, other: Statement, densities: dict[int, Floats]) -> str:
    if densities:
        if id(one) not in densities or id(other) not in densities:
            return "agree"
        shared = tolerances.overlap(densities[id(one)], densities[id(other)])
        bound = one.claim.qualifier in _BOUNDS or other.claim.qualifier in _BOUNDS
        if one.claim.kind in ("launch_place", "fall_place"):
            return "agree" if shared > _NOT_EXCLUDED else "differ"
        if bound and shared > _NOT_EXCLUDED:
            return "compatible"
        return "agree" if shared > _ALIKE else "differ"
    if one.claim.kind == "zone_verdict":
        a, b = one.claim.value, other.claim.value
        alike = a["zone"] != b["zone"] or a["verdict"] == b["verdict"]
        # What did not reach a zone did not fall inside it.
        outside = {a["verdict"], b["verdict"]} <= {"outside", "not_reached"}
        return "agree" if alike or outside else "differ"
    if one.claim.kind == "class":
        # "Ballistic" is no range class, and contradicts none.
        wide = {"ballistic", "submarine-launched", "long-range"}
        if wide & {one.claim.value, other.claim.value}:
            return "agree"
    return "agree" if one.claim.value == other.claim.value else "differ"


def _verdicts(statements: Iterable[Statement]) -> tuple[OfficialVerdict, ...]:
    found: dict[tuple[str, str, str, int | None], list[Statement]] = {}
    for one in statements:
        if one.claim.kind == "zone_verdict":
            value = one.claim.value
            key = (value["zone"], value["verdict"], one.voice, one.claim.item)
            found.setdefault(key, []).append(one)
    return tuple(
        OfficialVerdict(
            zone=zone, verdict=verdict, voice=voice, item=item,
            hand="first" if any(one.hand == "first" for one in some) else some[0].hand,
            reports=tuple(saying.distinct(one.report for one in some)),
        )
        for (zone, verdict, voice, item), some in found.items()
    )  # fmt: skip


def _count(statements: Iterable[Statement]) -> int | None:
    told: dict[int, float] = {}
    for one in statements:
        value = one.claim.value
        if one.claim.kind == "count" and isinstance(value, int):
            told[value] = told.get(value, 0.0) + trust(one)
    return max(sorted(told), key=lambda n: told[n]) if told else None


def _classes(statements: Iterable[Statement]) -> tuple[tuple[str, str], ...]:
    """Give (class, voice) as said, once each."""
    return tuple(
        dict.fromkeys(
            (str(one.claim.value), one.voice) for one in statements if one.claim.kind == "class"
        )
    )
