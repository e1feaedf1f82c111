"""The report of a demonstration with several nations: when each knew what, as a table in words."""

from collections.abc import Mapping, Sequence

from launchwatch.edge.nations.milestones import Milestone
from launchwatch.edge.phrasing import clock_time
from launchwatch.timescale import Instant, seconds_between

_SETTING = (
    "Lift-off was simulated at {start}. {count} nations watched, each with its own sensors, "
    "journal and judgement, in a process of its own; brokers joined them, with TLS, and every line "
    "was signed."
)
_PACE = (
    "Time ran {speed:g} times as fast as real time. What machines need for a step, which is "
    "milliseconds, therefore counts so many times in this table."
)

_FIRST = (
    "track confirmed",
    "launch, its judgement",
    "launch, from",
    "track joined",
    "fall area, its judgement",
    "fall area, from",
    "notice",
    "public warning",
    "verdict",
    "difference",
)


def table_of(
    reached: Mapping[str, Sequence[Milestone]], start: Instant
) -> tuple[list[str], list[list[str]]]:
    """Give head and rows: one row a step, one column a nation, seconds after lift-off."""
    names = {one.what for steps in reached.values() for one in steps}
    times = {
        (nation, one.what): seconds_between(start, one.time)
        for nation, steps in reached.items()
        for one in steps
    }
    rows = [
        [name, *(_cell(times.get((nation, name))) for nation in reached)]
        for name in sorted(names, key=lambda name: (_place(name), name))
    ]
    return ["seconds after lift-off", *reached], rows


def report(
    title: str,
    start: Instant,
    reached: Mapping[str, Sequence[Milestone]],
    status: Mapping[str, int],
    speed: float,
    picture: str,
) -> str:
    """Write the report as Markdown."""
    head, rows = table_of(reached, start)
    lines = [
        f"# {title}",
        "",
        _SETTING.format(start=clock_time(start), count=len(reached)),
        "",
        _PACE.format(speed=speed),
        "",
        "| " + " | ".join(head) + " |",
        "|" + "---|" * len(head),
        *("| " + " | ".join(row) + " |" for row in rows),
        "",
        f"![When each nation knew what]({picture})",
        "",
    ]
    differences = [
        f"- {nation}, {clock_time(one.time)}: {one.detail}"
        for nation, steps in reached.items()
        for one in steps
        if one.detail
    ]
    if differences:
        lines += ["Where pictures differed:", "", *differences, ""]
    lines += [
        "Each nation's folder holds its keys, its configuration, its journal, what it told each "
        "partner (`told`) and what it said (`said`). "
        + ", ".join(f"{nation} ended with status {code}" for nation, code in status.items())
        + ".",
        "",
    ]
    return "\n".join(lines)


def _cell(seconds: float | None) -> str:
    return "" if seconds is None else f"{seconds:.1f}"


def _place(name: str) -> int:
    return next((n for n, start in enumerate(_FIRST) if name.startswith(start)), len(_FIRST))
