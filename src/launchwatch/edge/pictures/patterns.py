"""The picture of a pattern, or of none: what was found beside what chance gives, and the model."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from launchwatch.edge.pictures.history import SOURCES, house_sheet
from launchwatch.edge.pictures.style import (
    BODY,
    FAINT,
    FALL,
    INK,
    MEASURED,
    QUIET,
    SMALL,
    quiet_axes,
)
from launchwatch.record.patternscontext import Look
from launchwatch.record.patternsfindings import Findings


def draw_patterns(found: Findings) -> Figure:
    """Draw every look against its draws, and the model's rescaled pauses."""
    clear = sum(each.p_corrected <= 0.05 for each in found.looks)
    figure = house_sheet(
        "Do launches follow events?",
        f"{found.launch_days} launch days, {found.first.year} to {found.last.year}. "
        f"{clear or 'None'} of {len(found.looks)} looks differs from chance, all looks counted.",
        SOURCES + " Grey: 95 % of 4,999 draws within half-years.",
    )  # fmt: skip
    _looks(figure.add_axes((0.20, 0.12, 0.395, 0.70)), found.looks)
    _pauses(figure.add_axes((0.755, 0.33, 0.22, 0.375)), found)
    return figure


def _looks(axes: Axes, looks: Sequence[Look]) -> None:
    quiet_axes(axes)
    axes.grid(visible=False, axis="y")
    heights, at, names = [], 0.0, []
    for before, each in zip([None, *looks[:-1]], looks, strict=True):
        at += 1.0 if before is not None and before.kind == each.kind else 1.7
        heights.append(at)
        names.append(each.window)
        if before is None or before.kind != each.kind:
            axes.text(
                0.0, at - 0.75, f"{each.events} {each.kind}s", weight="bold", size=BODY,
                va="center", transform=axes.get_yaxis_transform(),
            )  # fmt: skip
    for height, each in zip(heights, looks, strict=True):
        month = 30.0 / each.days
        is_clear = each.p_corrected <= 0.05
        colour = FALL if is_clear else MEASURED
        axes.barh(height, month * (each.high - each.low), 0.56, month * each.low, color=FAINT, lw=0)
        axes.plot([month * each.expected] * 2, [height - 0.28, height + 0.28], color=QUIET, lw=1.4)
        axes.plot(month * each.launch_days, height, marker="o", ms=7, color=colour, zorder=5)
        axes.annotate(
            f"p {each.p:.3f} → {each.p_corrected:.2f}", (1.0, height), xytext=(4, 0),
            xycoords=axes.get_yaxis_transform(), textcoords="offset points", va="center",
            size=SMALL - 0.8, color=colour if is_clear else QUIET, annotation_clip=False,
        )  # fmt: skip
    axes.set_yticks(heights, names)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(heights[-1] + 0.7, heights[0] - 1.3)
    axes.set_xlim(left=0.0)
    axes.set_xlabel("launch days in 30 days")
    axes.spines["left"].set_visible(False)


def _pauses(axes: Axes, found: Findings) -> None:
    quiet_axes(axes)
    values = np.asarray(found.residuals)
    wanted = (np.arange(len(values)) + 0.5) / len(values)
    band = 1.36 / np.sqrt(len(values))  # 5 % point of Kolmogorov's distribution
    line = np.array([0.0, 1.0])
    axes.fill_between(line, line - band, line + band, color=FAINT, alpha=0.6, lw=0)
    axes.plot(line, line, color=QUIET, lw=0.8)
    axes.plot(wanted, values, color=MEASURED, lw=1.8)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    axes.set_aspect("equal")
    axes.set_xticks([0, 0.5, 1])
    axes.set_yticks([0, 0.5, 1])
    axes.set_xlabel("if the model is right", size=SMALL)
    axes.set_title(
        f"Pauses, rescaled by the model\n(p {found.misfit_p:.2f}; grey: 95 %)", size=SMALL,
        color=INK, loc="left",
    )  # fmt: skip
