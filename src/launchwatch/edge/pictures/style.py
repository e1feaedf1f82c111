"""The house style of pictures: paper, ink, type, and the band that says what mode it is.

Colours are told apart by people of any colour vision (after Okabe and Ito, "Color
Universal Design", 2008): blue for what was measured, vermilion for where it falls,
green-blue for zones, ink for the truth. Lines carry their names beside them instead of
a legend. A sheet is 1600 pixels wide and its smallest type is still read at half size.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.text import Text

from launchwatch.edge.modes import MODES
from launchwatch.messages.packet import Mode

WIDTH, HEIGHT, DOTS = 10.0, 6.4, 160
"""Inches and dots per inch of a sheet: 1600 by 1024 pixels."""

PAPER = "#FBFAF7"
INK = "#16202B"
QUIET = "#5A6672"
FAINT = "#C9CED3"
SEA = "#E6EEF3"
LAND = "#D9D4C7"
COAST = "#9C9685"
ZONE = "#3C7F86"
MEASURED = "#0B5394"
MEASURED_PALE = "#8FB4D6"
FALL = "#C8441B"
FALL_PALE = "#F3C3A5"
CALM = "#1B7F6B"

TITLE, BODY, SMALL = 17.0, 10.0, 8.6
"""Sizes of type in points."""

_TYPE: Any = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans", "Verdana", "Helvetica", "Arial", "sans-serif"],
    "font.size": BODY,
    "text.color": INK,
    "axes.edgecolor": QUIET,
    "axes.labelcolor": QUIET,
    "axes.linewidth": 0.8,
    "axes.axisbelow": True,
    "xtick.color": QUIET,
    "ytick.color": QUIET,
    "xtick.labelsize": SMALL,
    "ytick.labelsize": SMALL,
    "xtick.direction": "out",
    "svg.fonttype": "none",
    "svg.hashsalt": "launchwatch",
    "path.simplify": True,
}


def type_of_house() -> Any:
    """Give the settings of type for `matplotlib.rc_context`."""
    return dict(_TYPE)


def save(folder: Path, name: str, draw: Callable[[], Figure]) -> list[Path]:
    """Draw a sheet in the house's type and write it as PNG and SVG."""
    paths = [folder / f"{name}.png", folder / f"{name}.svg"]
    with mpl.rc_context(_TYPE):
        figure = draw()
        figure.savefig(paths[0], dpi=DOTS, metadata={"Software": "launchwatch"})
        figure.savefig(paths[1], metadata={"Date": None, "Creator": "launchwatch"})
    return paths


def sheet(title: str, subtitle: str, mode: Mode, sources: str) -> Figure:
    """Give an empty sheet: mode band on top, title, subtitle, and sources at the foot.

    What is drawn on it belongs between 0.085 and 0.80 of its height.
    """
    figure = Figure(figsize=(WIDTH, HEIGHT), facecolor=PAPER)
    FigureCanvasAgg(figure)
    words = MODES[mode]
    band = 0.052
    figure.add_artist(
        Rectangle((0, 1 - band), 1, band, transform=figure.transFigure, color=words.colour, lw=0)
    )
    middle = 1 - band / 2 - 0.002
    figure.text(0.03, middle, words.word, color="white", weight="bold", size=11, va="center")
    figure.text(0.97, middle, words.meaning, color="white", size=BODY, va="center", ha="right")
    figure.text(0.03, 0.893, title, size=TITLE, weight="bold", va="center")
    figure.text(0.03, 0.845, subtitle, size=BODY, color=QUIET, va="center")
    figure.text(0.03, 0.022, sources, size=SMALL, color=QUIET, va="center")
    return figure


def quiet_axes(axes: Axes) -> None:
    """Leave only the left and bottom edges of a chart, and a faint grid behind it."""
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    axes.grid(visible=True, color=FAINT, lw=0.6, alpha=0.7)
    axes.tick_params(length=3, width=0.8)
    axes.set_facecolor("none")


def label(axes: Axes, x: float, y: float, text: str, **how: Any) -> Text:
    """Write a name beside what it names, on a veil of paper so that lines do not cross it."""
    style: dict[str, Any] = {
        "size": SMALL,
        "color": INK,
        "va": "center",
        "zorder": 20,
        "bbox": {"facecolor": PAPER, "alpha": 0.78, "lw": 0, "pad": 1.2},
    }
    style.update(how)
    return axes.text(x, y, text, **style)


def blend(start: str, end: str, share: float) -> tuple[float, float, float]:
    """Give the colour a share of the way from one to another: old pales, new is full."""
    a, b = mpl.colors.to_rgb(start), mpl.colors.to_rgb(end)
    return tuple(x + (y - x) * share for x, y in zip(a, b, strict=True))  # type: ignore[return-value]


def spread_labels(wanted: Sequence[float], gap: float, low: float, high: float) -> list[float]:
    """Give each label a place near the wanted one, in order, at least a gap apart.

    Args:
        wanted: places in ascending order; the answer keeps that order.
        gap: least distance between two labels, in the same unit.
        low, high: the room there is.
    """
    places: list[float] = []
    for each in wanted:
        places.append(max(each, low, places[-1] + gap if places else low))
    ceiling = high
    for index in range(len(places) - 1, -1, -1):
        places[index] = min(places[index], ceiling)
        ceiling = places[index] - gap
    return places
