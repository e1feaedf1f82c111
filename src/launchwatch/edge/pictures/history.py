"""Pictures of the launch record: launches by month with what happened around them, and where.

A range class has one colour everywhere. A count that is a lower bound is drawn as it is
counted ("multiple" counts two), and the sheet says so.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
import numpy as np
from matplotlib import dates
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from launchwatch.edge.outlines import Outline
from launchwatch.edge.pictures.chart import Chart, ellipse_ring
from launchwatch.edge.pictures.style import (
    BODY,
    CALM,
    DOTS,
    FAINT,
    FALL,
    HEIGHT,
    INK,
    MEASURED,
    MEASURED_PALE,
    PAPER,
    QUIET,
    SMALL,
    TITLE,
    WIDTH,
    ZONE,
    label,
    quiet_axes,
    spread_labels,
    type_of_house,
)
from launchwatch.errors import SettingsError
from launchwatch.record.history import History, PastLaunch, count

GROUPS: dict[str, tuple[str, tuple[str, ...]]] = {
    "short range": (MEASURED_PALE, ("CRBM", "SRBM")),
    "medium and intermediate": (
        MEASURED,
        ("MRBM", "IRBM", "hypersonic glide", "hypersonic manoeuvring"),
    ),
    "submarine-launched": ("#8E6BA8", ("SLBM",)),
    "intercontinental": (FALL, ("ICBM",)),
    "space launch": (CALM, ("SLV",)),
    "not determined": (FAINT, ("",)),
}
"""Name, colour and classes of each group, in the order of the stack."""

_EPOCH = dt.date(1970, 1, 1).toordinal()

SOURCES = "Launch record of launchwatch: public facts, each with its source (docs/history.md)."


def write(path: Path, draw: Callable[[], Figure]) -> None:
    """Draw a picture in the house's type and write it, as its name says: png, svg or pdf.

    Raises:
        SettingsError: another kind of file, or one that cannot be written.
    """
    if path.suffix not in (".png", ".svg", ".pdf"):
        raise SettingsError(f"{path}: a picture must be .png, .svg or .pdf")
    with mpl.rc_context(type_of_house()):
        figure = draw()
        try:
            figure.savefig(path, dpi=DOTS)
        except OSError as error:
            raise SettingsError(f"{path}: cannot be written: {error.strerror}") from None


def group_of(launch: PastLaunch) -> str:
    """Give the group of a launch's range class."""
    for name, (_, classes) in GROUPS.items():
        if launch.launch_class in classes:
            return name
    return "not determined"


def draw_months(
    history: History,
    launches: Sequence[PastLaunch],
    title: str = "",
    span: tuple[dt.date, dt.date] | None = None,
) -> Figure:
    """Draw launches by month, stacked by range class, over what happened around them.

    The span is that of the launches where none is given.
    """
    figure = house_sheet(title or "Launches by month", _subtitle(launches), SOURCES)
    axes = figure.add_axes((0.095, 0.27, 0.88, 0.50))
    quiet_axes(axes)
    axes.grid(visible=False, axis="x")
    if not launches:
        axes.text(0.5, 0.5, "no launch fits", ha="center", transform=axes.transAxes)
        return figure
    first, last = span or (min(e.date for e in launches), max(e.date for e in launches))
    months = _months(first, last)
    _stack(axes, launches, months)
    _names_of_groups(figure, launches)
    axes.set_ylabel("launches")
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    shown = (months[0] - dt.timedelta(days=5), months[-1] + dt.timedelta(days=36))
    lanes = figure.add_axes((0.095, 0.115, 0.88, 0.115), sharex=axes)
    _context(lanes, history, shown)
    axes.set_xlim(_number(shown[0]), _number(shown[1]))
    axes.tick_params(labelbottom=False)
    _label_dates(lanes)
    lanes.xaxis.get_offset_text().set_visible(False)
    return figure


def _label_dates(axes: Axes) -> None:
    module: Any = dates  # its classes carry no types
    locator = module.AutoDateLocator(minticks=5, maxticks=12)
    axes.xaxis.set_major_locator(locator)
    axes.xaxis.set_major_formatter(module.ConciseDateFormatter(locator))


def _number(date: dt.date) -> float:
    return date.toordinal() - _EPOCH


def _months(first: dt.date, last: dt.date) -> list[dt.date]:
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [dt.date(number // 12, number % 12 + 1, 1) for number in numbers]


def _stack(axes: Axes, launches: Sequence[PastLaunch], months: Sequence[dt.date]) -> None:
    place = {(month.year, month.month): number for number, month in enumerate(months)}
    base = np.zeros(len(months))
    middle = [_number(month) + 15.0 for month in months]
    for name, (colour, _) in GROUPS.items():
        heights = np.zeros(len(months))
        for each in launches:
            if group_of(each) == name:
                heights[place[each.date.year, each.date.month]] += count([each])[0]
        if heights.any():
            axes.bar(middle, heights, 26.0, base, color=colour, lw=0, zorder=3)
            base += heights
    highest = int(np.argmax(base))
    axes.annotate(
        f"{base[highest]:.0f} in {months[highest]:%B %Y}", (middle[highest], base[highest]),
        xytext=(0, 4), textcoords="offset points", size=SMALL, weight="bold",
        ha="right" if highest > 0.9 * len(months) else "left" if highest < 0.1 * len(months)
        else "center",
    )  # fmt: skip
    axes.set_ylim(0, 1.12 * base.max())


def _names_of_groups(figure: Figure, launches: Sequence[PastLaunch]) -> None:
    """Name the colours in a row under the subtitle; each name stands in its colour's box."""
    held = {group_of(each) for each in launches}
    height = figure.get_figheight()
    top = 1.0 - 1.25 / height
    at = 0.098
    for name, (colour, _) in GROUPS.items():
        if name in held:
            figure.add_artist(
                mpl.patches.Rectangle(
                    (at, top - 0.05 / height),
                    0.012,
                    0.1 / height,
                    transform=figure.transFigure,
                    color=colour,
                    lw=0,
                )
            )
            figure.text(at + 0.017, top, name, size=SMALL, color=QUIET, va="center")
            at += 0.033 + 0.0072 * len(name)


def _context(axes: Axes, history: History, span: tuple[dt.date, dt.date]) -> None:
    lanes = ("resolution", "summit", "exercise")
    axes.set_ylim(-0.5, 2.5)
    axes.invert_yaxis()
    axes.set_yticks(range(3), [f"{lane}s" for lane in lanes], size=SMALL - 0.6)
    axes.tick_params(length=0, axis="y")
    for side in ("top", "right", "left"):
        axes.spines[side].set_visible(False)
    axes.set_facecolor("none")
    for each in history.context:
        if each.kind not in lanes or not span[0] <= each.date <= span[1]:
            continue
        lane = lanes.index(each.kind)
        days = ((each.until or each.date) - each.date).days + 1
        wide = max(float(days), (span[1] - span[0]).days / 700.0)
        axes.barh(lane, wide, 0.62, _number(each.date), color=QUIET, lw=0, alpha=0.85)


def draw_places(
    _history: History,
    launches: Sequence[PastLaunch],
    title: str = "",
    outlines: Sequence[Outline] = (),
) -> Figure:
    """Draw where launches rose and, where a statement said so, where they fell."""
    placed = [each for each in launches if each.latitude_deg is not None]
    missing = len(launches) - len(placed)
    note = f"; {missing} without a place" if missing else ""
    figure = house_sheet(
        title or "Where launches rose and fell", _subtitle(launches) + note,
        f"{SOURCES} Falls as stated, with their rounding. Zones: computed.",
    )  # fmt: skip
    axes = figure.add_axes((0.04, 0.075, 0.93, 0.76))
    chart = _chart(axes, placed)
    ground = outlines or _outlines(chart)
    chart.ground(ground)
    for zone in ground:
        middle = chart.roomiest(zone.polygons) if zone.kind == "eez" else None
        if middle is not None:
            label(chart.axes, float(middle[0]), float(middle[1]), zone.name, color=ZONE,
                  ha="center", size=SMALL, bbox={"alpha": 0.0, "lw": 0}, zorder=6)  # fmt: skip
    chart.graticule(5.0 if chart.half_width > 450.0 else 2.0)
    for each in placed:
        _flight(chart, each)
    _dots(chart, placed)
    chart.scale_bar(0.03, 0.05)
    return figure


def draw_days(launches: Sequence[PastLaunch], last: dt.date) -> Figure:
    """Draw a month day by day and hour by hour; a launch without a time stands under the axis."""
    figure = house_sheet(
        f"The days of {last:%B %Y}", _subtitle(launches),
        f"{SOURCES} Local time; a number is that of launches at once.", 4.2,
    )  # fmt: skip
    axes = figure.add_axes((0.075, 0.155, 0.90, 0.505))
    quiet_axes(axes)
    marks: dict[tuple[int, float, str], int] = {}
    for each in launches:
        hour = each.time.hour + each.time.minute / 60.0 if each.time else -1.5
        key = (each.date.day, hour, group_of(each))
        marks[key] = marks.get(key, 0) + count([each])[0]
    for (day, hour, group), number in sorted(marks.items(), key=lambda mark: -mark[1]):
        colour = GROUPS[group][0]
        axes.scatter(
            day, hour, s=60.0 * number**0.8, color=colour, ec=INK, lw=0.6, alpha=0.9, zorder=4
        )
        if number > 1:
            axes.text(day, hour, str(number), size=SMALL - 1, ha="center", va="center", zorder=5)
    axes.set_xlim(0.4, last.day + 0.6)
    axes.set_xticks(range(1, last.day + 1))
    axes.set_ylim(24.6, -2.4)
    axes.set_yticks(
        [-1.5, 0, 6, 12, 18, 24], ["no time", "0:00", "6:00", "12:00", "18:00", "24:00"]
    )
    axes.axhspan(6.0, 18.0, color=FAINT, alpha=0.18, lw=0)
    _names_of_groups(figure, launches)
    return figure


def _chart(axes: Axes, placed: Sequence[PastLaunch]) -> Chart:
    """Give a chart of the busiest region: within 3,000 km of the median launch place."""
    points = [_at(each) for each in placed] or [(130.0, 39.0)]
    middle = np.median(np.asarray(points), axis=0)
    probe = Chart(axes, float(middle[0]), float(middle[1]), 1.0, 1.0)
    falls = [_fall(each) for each in placed]
    reach = probe.kilometres(points + [fall for fall in falls if fall is not None])
    reach = reach[np.hypot(*reach.T) < 1_700.0]
    if not len(reach):
        reach = np.zeros((1, 2))
    high, low = reach.max(axis=0), reach.min(axis=0)
    box = axes.get_position(original=True)
    shape = (box.width * WIDTH) / (box.height * HEIGHT)
    low = low - np.array([0.22 * (high[0] - low[0]), 0.0])  # room for the names of places
    half = np.maximum(1.16 * (high - low) / 2.0, (220.0, 220.0))
    half_width = max(float(half[0]), float(half[1]) * shape)
    longitude, latitude = probe.lonlat(*(float(one) for one in (high + low) / 2.0))
    return Chart(axes, longitude, latitude, half_width, half_width / shape)


def _outlines(chart: Chart) -> Sequence[Outline]:
    from launchwatch.assessment.zones import Zones
    from launchwatch.edge.outlines import nearby, zone_outlines

    longitude, latitude = chart.lonlat(0.0, 0.0)
    reach = max(1.6 * chart.half_width / 111.0, 8.0)
    return nearby(zone_outlines(Zones.built_in()), longitude, latitude, reach)


def _flight(chart: Chart, launch: PastLaunch) -> None:
    fall = _fall(launch)
    if fall is None:
        return
    chart.line([_at(launch), fall], color=QUIET, lw=0.9, ls=(0, (4, 3)), alpha=0.8, zorder=7)
    radius = 1e3 * (launch.fall_radius_km or 30.0)
    ring = ellipse_ring(chart, *fall, radius, radius, 0.0)
    chart.axes.fill(ring[:, 0], ring[:, 1], fc=FALL, ec="none", alpha=0.13, zorder=8)
    at = chart.kilometres([fall])[0]
    chart.axes.plot(*at, marker="x", ms=6, mew=1.6, color=FALL, zorder=12)


def _dots(chart: Chart, placed: Sequence[PastLaunch]) -> None:
    held: dict[tuple[float, float], list[PastLaunch]] = {}
    for each in placed:
        longitude, latitude = _at(each)
        held.setdefault((round(longitude, 1), round(latitude, 1)), []).append(each)
    marks = []
    most = max((count(rows)[0] for rows in held.values()), default=1)
    one = min(max(700.0 / most, 26.0), 110.0)  # area of one launch's dot, in square points
    for place, rows in held.items():
        number = count(rows)[0]
        at = chart.kilometres([place])[0]
        if not chart.holds(at):
            continue
        chart.axes.scatter(
            at[0], at[1], s=one * number, color=MEASURED, alpha=0.55, lw=0, zorder=10
        )
        chart.axes.plot(*at, marker="o", ms=2.4, color=PAPER, zorder=11)
        marks.append((number, at, rows[0].place))
    marks.sort(key=lambda mark: -mark[0])
    named = sorted(marks[:12], key=lambda mark: float(mark[1][1]))
    heights = spread_labels(
        [float(at[1]) for _, at, _ in named], 0.062 * 2 * chart.half_height,
        -0.93 * chart.half_height, 0.93 * chart.half_height,
    )  # fmt: skip
    x = -0.98 * chart.half_width
    for (number, at, name), height in zip(named, heights, strict=True):
        text = f"{name}  {number}"
        end = x + 0.0135 * len(text) * chart.half_width
        chart.axes.plot([end, at[0]], [height, at[1]], color=INK, lw=0.4, alpha=0.5, zorder=9)
        label(chart.axes, x, height, text, color=INK, zorder=21)


def _at(launch: PastLaunch) -> tuple[float, float]:
    return float(launch.longitude_deg or 0.0), float(launch.latitude_deg or 0.0)


def _fall(launch: PastLaunch) -> tuple[float, float] | None:
    if launch.fall_latitude_deg is None or launch.fall_longitude_deg is None:
        return None
    return launch.fall_longitude_deg, launch.fall_latitude_deg


def _subtitle(launches: Sequence[PastLaunch]) -> str:
    if not launches:
        return "None."
    number, at_least = count(launches)
    first, last = min(each.date for each in launches), max(each.date for each in launches)
    days = len({each.date for each in launches})
    countries = sorted({each.country for each in launches})
    whose = f" of {', '.join(countries)}" if len(countries) > 1 else ""
    return (
        f"{'At least ' if at_least else ''}{number} launches{whose} on {days} days, "
        f"{first.day} {first:%B %Y} to {last.day} {last:%B %Y}"
    )


def house_sheet(title: str, subtitle: str, sources: str, height: float = HEIGHT) -> Figure:
    """Give an empty sheet of the record: title, subtitle, and sources at the foot."""
    figure = Figure(figsize=(WIDTH, height), facecolor=PAPER)
    FigureCanvasAgg(figure)
    above = 1.0 - np.array([0.42, 0.77]) / height
    figure.text(0.04, above[0], title, size=TITLE, weight="bold", va="center")
    figure.text(0.04, above[1], subtitle, size=BODY, color=QUIET, va="center")
    figure.text(0.04, 0.14 / height, sources, size=SMALL - 0.6, color=QUIET, va="center")
    return figure
