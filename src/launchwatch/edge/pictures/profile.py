"""How high it flew: altitude against range, with what was expected at several times."""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray
from pyproj import Geod

from launchwatch.edge.chronicle import Chronicle, TrackPoint, Truth
from launchwatch.edge.phrasing import distance, elapsed, with_sigma
from launchwatch.edge.pictures.groundtrack import regions_to_show
from launchwatch.edge.pictures.style import (
    BODY,
    FALL,
    FALL_PALE,
    INK,
    MEASURED,
    MEASURED_PALE,
    PAPER,
    QUIET,
    SMALL,
    blend,
    label,
    quiet_axes,
    sheet,
    spread_labels,
)
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import LaunchStatement
from launchwatch.timescale import Instant, seconds_between

_GEOD = Geod(ellps="WGS84")
_BAND_SIGMAS = 2.0

_PHASE_NAMES = {
    "boost": "boost",
    "coast": "coasting",
    "reentry": "re-entry",
    "manoeuvre": "manoeuvring",
    "cruise": "cruising",
    "unknown": "phase unknown",
}


def draw_profile(chronicle: Chronicle, truth: Truth | None) -> Figure:
    """Draw altitude against range from the launch point; the chronicle must hold a launch."""
    launch = chronicle.main_launch()
    if launch is None:
        raise ValueError("a profile needs a launch")
    areas = chronicle.main_fall_areas()
    track = chronicle.main_history()
    figure = sheet(
        "How high it flew",
        _subtitle(chronicle),
        launch.mode,
        "Altitude above the WGS 84 ellipsoid; range along the geodesic from the launch point. "
        "Bands: two sigma.",
    )
    axes = figure.add_axes((0.075, 0.135, 0.895, 0.635))
    quiet_axes(axes)
    origin = (launch.longitude_deg, launch.latitude_deg)

    if truth is not None and truth.path:
        path = _ranges(origin, [(each[0], each[1]) for each in truth.path])
        heights = np.array([each[2] for each in truth.path]) / 1e3
        axes.plot(path, heights, color=INK, lw=1.0, ls=(0, (1, 2.2)), zorder=11)
    top = _measured(axes, origin, launch, track)
    _expected(axes, origin, areas, chronicle.first_plot(), top)
    _landing(axes, origin, chronicle, truth, top)

    axes.set_ylim(0.0, top * 1.16)
    right = axes.dataLim.x1
    # Beyond the fall there is room for the truth's name.
    axes.set_xlim(-0.02 * right, right * 1.13)
    axes.set_xlabel("range from the launch point, km")
    axes.set_ylabel("altitude, km")
    box = axes.get_position()
    stretch = (box.height * figure.get_figheight() / (top * 1.16)) / (
        box.width * figure.get_figwidth() / (right * 1.15)
    )
    axes.text(
        0.0, 1.015, f"Heights drawn {stretch:.1f} times as large as ranges.{_doubt(track)}",
        transform=axes.transAxes, size=SMALL, color=QUIET,
    )  # fmt: skip
    return figure


def _subtitle(chronicle: Chronicle) -> str:
    said = []
    told = chronicle.main_summary()
    if told is not None and told.apogee_km is not None and told.apogee_km_sigma is not None:
        said.append(f"Apogee {with_sigma(told.apogee_km, told.apogee_km_sigma, 'km')}")
    if told is not None and told.range_km is not None and told.range_km_sigma is not None:
        said.append(f"range {with_sigma(told.range_km, told.range_km_sigma, 'km')}")
    if told is not None and told.flight_time_s is not None and told.flight_time_s_sigma is not None:
        said.append(f"flight time {with_sigma(told.flight_time_s, told.flight_time_s_sigma, 's')}")
    return " · ".join(said) or "As far as it was seen"


def _doubt(track: Sequence[TrackPoint]) -> str:
    """Say how wide the band is: where it is thinner than the line, it cannot be seen."""
    if not track:
        return ""
    widths = [_BAND_SIGMAS * each.height_sigma_m for each in track]
    return f" The track's band is ± {distance(min(widths))} to ± {distance(max(widths))}."


def _ranges(
    origin: tuple[float, float], lonlat: Sequence[tuple[float, float]]
) -> NDArray[np.float64]:
    """Give geodesic distances (n,) in km from the launch point."""
    places = np.asarray(lonlat, dtype=float).reshape(-1, 2)
    start = np.full(len(places), origin[0]), np.full(len(places), origin[1])
    return np.asarray(_GEOD.inv(*start, places[:, 0], places[:, 1])[2]) / 1e3


def _expected(
    axes: Axes,
    origin: tuple[float, float],
    areas: Sequence[FallArea],
    first: Instant | None,
    top: float,
) -> None:
    """Draw the trajectories that were expected at several times, old pale to new full."""
    chosen = [each for each in regions_to_show(areas, 6) if each.path]
    starts = [each.path[0][2] / 1e3 for each in chosen]
    lowest, gap = 0.13 * top, 0.055 * top
    wanted = sorted(starts)
    places = dict(zip(wanted, spread_labels(wanted, gap, lowest, 1e9), strict=True))
    furthest = max((_ranges(origin, [each.path[-1][:2]])[0] for each in chosen), default=0.0)
    for index, each in enumerate(chosen):
        colour = blend(FALL_PALE, FALL, (index + 1) / len(chosen))
        ranges = _ranges(origin, [(point[0], point[1]) for point in each.path])
        heights = np.array([point[2] for point in each.path]) / 1e3
        axes.plot(ranges, heights, color=colour, lw=1.3, ls=(0, (5, 2)), zorder=5)
        axes.plot(ranges[0], heights[0], marker="o", ms=3.5, color=colour, zorder=12)
        # Past the top there is no room inside the curve, and little left to expect.
        if ranges[0] < 0.4 * furthest:
            axes.annotate(
                f"expected at {elapsed(first, each.epoch, 0)}", (ranges[0], places[heights[0]]),
                xytext=(12, -7), textcoords="offset points", va="center", size=SMALL - 0.4,
                zorder=15,
                bbox={"facecolor": PAPER, "alpha": 0.78, "lw": 0, "pad": 0.8},
                color=blend(FALL_PALE, FALL, 0.5 + 0.5 * (index + 1) / len(chosen)),
            )  # fmt: skip


def _measured(
    axes: Axes,
    origin: tuple[float, float],
    launch: LaunchStatement,
    track: Sequence[TrackPoint],
) -> float:
    """Draw the track with its band; give the greatest height in km."""
    if not track:
        return 100.0
    ranges = _ranges(origin, [(each.longitude_deg, each.latitude_deg) for each in track])
    heights = np.array([each.height_m for each in track]) / 1e3
    sigmas = np.array([each.height_sigma_m for each in track]) / 1e3
    axes.fill_between(
        ranges, heights - _BAND_SIGMAS * sigmas, heights + _BAND_SIGMAS * sigmas,
        color=MEASURED_PALE, alpha=0.6, lw=0, zorder=7,
    )  # fmt: skip
    axes.plot(ranges, heights, color=MEASURED, lw=2.4, zorder=10, solid_capstyle="round")
    axes.plot([0.0, ranges[0]], [0.0, heights[0]], color=MEASURED, lw=1.2, ls=(0, (2, 2)))
    top = float(heights.max())
    peak = int(heights.argmax())
    if 0 < peak < len(track) - 1:
        axes.plot(ranges[peak], top, marker="o", ms=5, color=MEASURED, zorder=13)
        label(
            axes, ranges[peak], top * 1.065,
            f"highest {with_sigma(top, float(sigmas[peak]), 'km')}, "
            f"{seconds_between(launch.launch_time, track[peak].time):.0f} s after launch",
            ha="center", color=MEASURED, weight="bold", size=BODY,
        )  # fmt: skip
    _phases(axes, track, ranges, heights)
    return top


def _phases(
    axes: Axes,
    track: Sequence[TrackPoint],
    ranges: NDArray[np.float64],
    heights: NDArray[np.float64],
) -> None:
    """Name the phases of flight under the curve, with a tick where each begins."""
    starts = [0]
    for index in range(1, len(track)):
        if track[index].phase != track[starts[-1]].phase and _lasts(track, index):
            starts.append(index)
    for number, start in enumerate(starts):
        end = starts[number + 1] if number + 1 < len(starts) else len(track) - 1
        named = {track[each].phase for each in starts[:number]}
        narrow = ranges[end] - (ranges[start] if number else 0.0) <= 0.12 * ranges.max()
        if number and narrow and track[start].phase in named:
            continue  # It came and went before: a name for each time would hide the curve.
        if number:
            axes.plot(
                [ranges[start]] * 2, [0.0, heights[start]], color=QUIET, lw=0.8, alpha=0.6, zorder=3
            )
        begin = ranges[start] if number else 0.0
        roomy = number == 0 or not narrow
        name = _PHASE_NAMES.get(track[start].phase, track[start].phase)
        label(
            axes,
            (begin + ranges[end]) / 2.0 if roomy else begin,
            0.045 * heights.max(),
            name if roomy else f"{name} from here ",
            ha="center" if roomy else "right",
            color=QUIET,
        )


def _lasts(track: Sequence[TrackPoint], index: int) -> bool:
    """Is the phase that begins here still the likeliest eight seconds later?"""
    later = [each for each in track[index:] if seconds_between(track[index].time, each.time) <= 8.0]
    return all(each.phase == track[index].phase for each in later)


def _range(chronicle: Chronicle, edge: NDArray[np.float64]) -> str:
    """Write the range; its doubt holds that of the launch point, which the region's does not."""
    told = chronicle.main_summary()
    if told is not None and told.range_km is not None and told.range_km_sigma is not None:
        return with_sigma(told.range_km, told.range_km_sigma, "km")
    return f"{edge.min():,.0f} to {edge.max():,.0f} km"


def _landing(
    axes: Axes,
    origin: tuple[float, float],
    chronicle: Chronicle,
    truth: Truth | None,
    top: float,
) -> None:
    """Mark how far along the ground the last 95 % region reaches, and the true fall."""
    areas = chronicle.main_fall_areas()
    if not areas or not areas[-1].region_95:
        return
    last = areas[-1]
    edge = _ranges(origin, [point for rings in last.region_95 for point in rings[0]])
    axes.plot(
        [edge.min(), edge.max()], [0.0, 0.0], color=FALL, lw=7, solid_capstyle="butt", zorder=14,
        clip_on=False,
    )  # fmt: skip
    label(
        axes, 0.9 * float(edge.min()), 0.16 * top,
        f"falls {_range(chronicle, edge)}\nfrom the launch point",
        ha="right", color=FALL, weight="bold", size=SMALL,
    )  # fmt: skip
    if truth is not None:
        away = _ranges(origin, [(truth.fall_longitude_deg, truth.fall_latitude_deg)])[0]
        axes.plot(away, 0.0, marker="x", ms=8, color=INK, mew=1.8, zorder=16, clip_on=False)
        axes.annotate(
            "truth, dotted", (away, 0.0), xytext=(8, 9), textcoords="offset points",
            size=SMALL - 0.4,
        )  # fmt: skip
