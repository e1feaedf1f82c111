"""How knowledge grew: the size of the 95 % fall region, the fall time and the zones, by time."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter
from numpy.typing import NDArray

from launchwatch.edge.chronicle import Chronicle, Truth
from launchwatch.edge.phrasing import area, clock_time, share
from launchwatch.edge.pictures.style import (
    CALM,
    FALL,
    FALL_PALE,
    INK,
    MEASURED,
    QUIET,
    SMALL,
    ZONE,
    label,
    quiet_axes,
    sheet,
    spread_labels,
)
from launchwatch.messages.fallarea import FallArea
from launchwatch.timescale import Instant, seconds_between

Seconds = NDArray[np.float64]
_BAND_SIGMAS = 2.0
_ZONE_COLOURS = (CALM, FALL, MEASURED, "#8A6D00", ZONE)
_ZONES_SHOWN = 5


def draw_fall_size(chronicle: Chronicle, truth: Truth | None) -> Figure:
    """Draw three charts over one time axis; the chronicle must hold a launch."""
    launch = chronicle.main_launch()
    if launch is None:
        raise ValueError("a fall area's size needs a launch")
    areas = chronicle.main_fall_areas()
    start = chronicle.first_plot() or launch.launch_time
    figure = sheet(
        "How knowledge grew",
        _subtitle(areas, start),
        launch.mode,
        "Region: smallest area holding 95 % of the sampled falls. Band: two sigma. Each value "
        "as it was known at that time, not with hindsight.",
    )
    size = figure.add_axes((0.095, 0.475, 0.745, 0.285))
    when = figure.add_axes((0.095, 0.295, 0.745, 0.135), sharex=size)
    where = figure.add_axes((0.095, 0.115, 0.745, 0.135), sharex=size)
    for axes in (size, when, where):
        quiet_axes(axes)
    for axes in (size, when):
        axes.tick_params(labelbottom=False)
    where.set_xlabel("seconds after the first plot")
    if not areas:
        size.text(0.5, 0.5, "no fall area was computed", ha="center", transform=size.transAxes)
        return figure
    seconds = np.array([seconds_between(start, each.time) for each in areas])
    _sizes(size, seconds, areas)
    _times(when, seconds, areas, truth)
    _zones(where, seconds, areas)
    last = float(seconds[-1])
    size.set_xlim(0.0, last * 1.005)
    _happenings(size, chronicle, start, last)
    return figure


def _subtitle(areas: Sequence[FallArea], start: Instant) -> str:
    if not areas:
        return "No fall area was computed"
    first, last = areas[0], areas[-1]
    return (
        f"Fall area told from {seconds_between(start, first.time):.0f} s after the first plot: "
        f"{area(first.region_area_m2)} then, {area(last.region_area_m2)} at the end"
    )


def _sizes(axes: Axes, seconds: Seconds, areas: Sequence[FallArea]) -> None:
    sizes = np.array([each.region_area_m2 for each in areas]) / 1e6
    sizes = np.maximum(sizes, 1e-6)
    floor = 10.0 ** np.floor(np.log10(sizes.min()))
    axes.fill_between(seconds, floor, sizes, step="post", color=FALL_PALE, alpha=0.45, lw=0)
    axes.step(seconds, sizes, where="post", color=FALL, lw=2.0)
    axes.set_yscale("log")
    axes.set_ylim(floor, sizes.max() * 4.0)
    axes.yaxis.set_major_formatter(
        FuncFormatter(lambda value, _: f"{value:,.0f}" if value >= 1.0 else f"{value:g}")
    )
    axes.minorticks_off()
    _title(axes, "95 % fall region, km² (logarithmic)", FALL)
    _at_end(axes, float(seconds[-1]), [(float(sizes[-1]), area(sizes[-1] * 1e6), FALL)])


def _times(
    axes: Axes,
    seconds: Seconds,
    areas: Sequence[FallArea],
    truth: Truth | None,
) -> None:
    final = areas[-1].fall_time
    offset = np.array([seconds_between(final, each.fall_time) for each in areas])
    doubt = _BAND_SIGMAS * np.array([each.fall_time_sigma_s for each in areas])
    axes.fill_between(
        seconds, offset - doubt, offset + doubt, step="post", color=FALL_PALE, alpha=0.7, lw=0
    )
    axes.step(seconds, offset, where="post", color=FALL, lw=1.6)
    # The first estimates are off by minutes: a scale that held them would flatten the rest.
    reach = max(float(np.percentile(np.abs(offset) + doubt, 80)) * 1.8, 0.5)
    axes.set_ylim(-reach, reach)
    _title(axes, f"expected fall time, seconds from the last word ({clock_time(final)})", FALL)
    marks = [(0.0, f"± {areas[-1].fall_time_sigma_s:.1f} s", FALL)]
    if truth is not None:
        true = seconds_between(final, truth.fall_time)
        axes.axhline(true, color=INK, lw=1.0, ls=(0, (1, 2.2)))
        marks.append((true, f"truth {true:+.1f} s", INK))
    _at_end(axes, float(seconds[-1]), marks)


def _zones(axes: Axes, seconds: Seconds, areas: Sequence[FallArea]) -> None:
    most: dict[str, float] = {}
    for each in areas:
        for zone in each.zones:
            most[zone.zone] = max(most.get(zone.zone, 0.0), zone.probability)
    shown = sorted(most, key=lambda name: (-most[name], name))[:_ZONES_SHOWN]
    marks = []
    for colour, name in zip(_ZONE_COLOURS, shown, strict=False):
        values = np.array(
            [sum(z.probability for z in each.zones if z.zone == name) for each in areas]
        )
        axes.step(seconds, values, where="post", color=colour, lw=1.8)
        short = name.replace("territorial-sea", "terr. sea")  # as long as there is room for
        short = short if len(short) <= 16 else short[:15] + "…"
        marks.append((float(values[-1]), f"{name} {share(float(values[-1]))}", colour))
    axes.set_ylim(-0.03, 1.06)
    axes.set_yticks([0.0, 0.5, 1.0], ["0 %", "50 %", "100 %"])
    _title(axes, "probability of each zone", QUIET)
    _at_end(axes, float(seconds[-1]), marks)


def _title(axes: Axes, text: str, colour: str) -> None:
    axes.text(
        0.0, 1.035, text, transform=axes.transAxes, size=SMALL + 0.4, weight="bold", color=colour,
        va="bottom",
    )  # fmt: skip


def _at_end(axes: Axes, at: float, marks: Sequence[tuple[float, str, str]]) -> None:
    """Write each line's name at its right end, kept apart."""
    ordered = sorted(marks)
    to_share = axes.transData + axes.transAxes.inverted()
    wanted = [float(to_share.transform((at, value))[1]) for value, _, _ in ordered]
    gap = 0.062 / axes.get_position().height * 0.44
    for place, (_, text, colour) in zip(spread_labels(wanted, gap, 0.0, 1.0), ordered, strict=True):
        axes.text(
            1.01, place, text, transform=axes.transAxes, color=colour, size=SMALL, va="center",
            weight="bold",
        )  # fmt: skip


def _happenings(axes: Axes, chronicle: Chronicle, start: Instant, end: float) -> None:
    """Mark when the launch was declared, burnout, and each warning, named above the charts."""
    launch = chronicle.main_launch()
    if launch is None:
        return
    marks = [
        (seconds_between(start, chronicle.launches[launch.launch_id][0].time), "launch declared")
    ]
    burnout = _burnout(chronicle)
    if burnout is not None:
        marks.append((seconds_between(start, burnout), "burnout"))
    seen: set[tuple[str, str]] = set()
    for warning in chronicle.warnings:
        kind = (warning.severity, warning.action)
        if warning.launch_id != launch.launch_id or warning.action == "update" or kind in seen:
            continue
        seen.add(kind)
        whom = "partners" if warning.severity == "notice" else "public"
        name = f"{whom} warned" if warning.action == "alert" else f"{whom}: {warning.action}"
        marks.append((seconds_between(start, warning.time), name))
    marks = sorted((m for m in marks if 0.0 <= m[0] <= end), key=lambda mark: mark[0])
    # Early ones are named to the right of the last of them, the first one highest, so that
    # no leader crosses a line; late ones to their left.
    early = [mark for mark in marks if mark[0] <= 0.55 * end]
    beside = max((at for at, _ in early), default=0.0) + 0.02 * end
    how: dict[str, Any] = {"transform": axes.get_xaxis_transform(), "color": QUIET, "lw": 0.8}
    for index, (at, text) in enumerate(early):
        height = 0.95 - 0.115 * index
        axes.plot([at, at, beside], [0.0, height, height], zorder=1, **how)
        _name(axes, beside + 0.006 * end, height, f"{text} {at:+.0f} s", "left")
    for index, (at, text) in enumerate(marks[len(early) :]):
        height = 0.95 - 0.115 * index
        axes.plot([at, at, at - 0.02 * end], [0.0, height, height], zorder=1, **how)
        _name(axes, at - 0.026 * end, height, f"{text} {at:+.0f} s", "right")


def _name(axes: Axes, x: float, y: float, text: str, side: str) -> None:
    label(
        axes, x, y, text, transform=axes.get_xaxis_transform(), color=QUIET, size=SMALL - 0.4,
        ha=side,
    )  # fmt: skip


def _burnout(chronicle: Chronicle) -> Instant | None:
    """Give when the main track's likeliest phase ceased to be boost."""
    track = chronicle.main_track()
    points = chronicle.tracks.get(track.track_id, []) if track is not None else []
    burning = [index for index, each in enumerate(points) if each.phase == "boost"]
    if not burning or burning[-1] + 1 >= len(points):
        return None
    return points[burning[-1] + 1].time
