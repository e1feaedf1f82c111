"""When each nation knew what: one band a nation, one mark a step, over the time since launch."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from launchwatch.edge.nations.milestones import Milestone
from launchwatch.edge.pictures.style import (
    CALM,
    FAINT,
    FALL,
    INK,
    MEASURED,
    QUIET,
    SMALL,
    quiet_axes,
    sheet,
    spread_labels,
)
from launchwatch.messages.packet import Mode
from launchwatch.timescale import Instant, seconds_between


def draw_knowing(
    title: str, mode: Mode, start: Instant, reached: Mapping[str, Sequence[Milestone]]
) -> Figure:
    """Draw when each nation reached each step.

    Args:
        start: lift-off, from which time is counted.
        reached: each nation's steps, in their order.
    """
    figure = sheet(
        "When each nation knew what",
        title,
        mode,
        "Blue: its own judgement, on its sensors and partners' words. Green: a partner's signed "
        "word, as it was recorded here. Orange: its own warning.",
    )
    axes = figure.add_axes((0.085, 0.105, 0.895, 0.69))
    quiet_axes(axes)
    axes.spines["left"].set_visible(False)
    axes.set_xlabel("seconds after lift-off")
    last = max(
        (seconds_between(start, one.time) for steps in reached.values() for one in steps),
        default=1.0,
    )
    axes.set_xlim(0.0, 1.02 * last)
    axes.set_ylim(len(reached) - 0.02, -0.02)
    axes.set_yticks([row + 0.5 for row in range(len(reached))], list(reached), weight="bold")
    axes.tick_params(axis="y", labelsize=12, length=0)
    axes.grid(visible=False, axis="y")
    for row, (nation, steps) in enumerate(reached.items()):
        if row:
            axes.axhline(row, color=FAINT, lw=0.8)
        _draw_row(axes, row, start, [one for one in steps if _is_shown(nation, one)], last)
    return figure


def _draw_row(
    axes: Axes, row: int, start: Instant, steps: Sequence[Milestone], last: float
) -> None:
    """Draw a nation's marks, each with its name on a line of its own, left or right of it."""
    ordered = sorted(steps, key=lambda one: one.time)[:_MOST]
    heights = spread_labels(
        [0.09 + 0.82 * n / max(len(ordered) - 1, 1) for n in range(len(ordered))], 0.0, 0.09, 0.91
    )
    for one, height in zip(ordered, heights, strict=True):
        x, y = seconds_between(start, one.time), row + height
        colour = _colour(one.what)
        axes.plot([x], [y], marker="o", ms=5, color=colour, zorder=5)
        is_late = x > 0.6 * last
        axes.annotate(
            f"{one.what}  {x:.0f} s", (x, y), xytext=(-7 if is_late else 7, 0),
            textcoords="offset points", ha="right" if is_late else "left", va="center",
            size=SMALL, color=INK if colour != QUIET else QUIET, zorder=6,
        )  # fmt: skip


def _is_shown(nation: str, step: Milestone) -> bool:
    """Leave out what is outside others' zones: the table has it."""
    said = step.what
    return not (said.startswith("verdict") and said.endswith("outside") and nation not in said)


_MOST = 12
"""Steps of a nation that fit into its band."""


def _colour(what: str) -> str:
    if " from " in what or " with " in what:
        return CALM
    return FALL if "warning" in what or what == "notice" else MEASURED
