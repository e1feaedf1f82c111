"""Where it flew: the ground track over coasts and zones, and both its ends close up.

The large map holds launch, track and the shrinking 95 % regions of the fall; the two
small ones show the launch point's ellipses and the last regions at a scale at which
they can be seen, with the truth where there is one.
"""

import math
from collections.abc import Mapping, Sequence

import numpy as np
import shapely
from matplotlib.figure import Figure

from launchwatch.edge.chronicle import Chronicle, TrackPoint, Truth
from launchwatch.edge.outlines import Outline
from launchwatch.edge.phrasing import area, clock_time, distance, elapsed, position
from launchwatch.edge.pictures.chart import Chart, Points, ellipse_ring
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
    ZONE,
    blend,
    label,
    sheet,
)
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.sensor import Infrared, Radar, Sensor
from launchwatch.timescale import Instant, seconds_between


def draw_ground_track(
    chronicle: Chronicle,
    truth: Truth | None,
    sensors: Mapping[str, Sensor],
    outlines: Sequence[Outline],
) -> Figure:
    """Draw the map sheet; the chronicle must hold a launch."""
    launch = chronicle.main_launch()
    if launch is None:
        raise ValueError("a ground track needs a launch")
    first = chronicle.first_plot()
    areas = chronicle.main_fall_areas()
    track = chronicle.main_history()
    figure = sheet(
        "Where it flew",
        _subtitle(launch, areas, first),
        launch.mode,
        "Coasts: Natural Earth 1:10 m. Zones: 200 NM and medians, by computation; no "
        "statement about any claim. Map: azimuthal equidistant, WGS 84.",
    )
    main = _main_chart(figure, launch, track, areas, sensors)
    main.ground(outlines)
    main.graticule(5.0 if main.half_width > 450.0 else 2.0)
    _zone_names(main, outlines, track)
    _sensors(main, sensors)
    chosen = regions_to_show([each for each in areas if _fits(main, each)])
    for index, each in enumerate(chosen):
        _region(main, each, (index + 1) / len(chosen))
    if chosen and chosen[0] is not areas[0]:
        label(
            main.axes, 0.97 * main.half_width, 0.94 * main.half_height,
            f"before {elapsed(first, chosen[0].time, 0)} the region was larger than this map",
            ha="right", color=FALL, size=SMALL - 0.4,
        )  # fmt: skip
    _track(main, launch, track)
    _ends(main, launch, areas)
    main.scale_bar()

    _launch_chart(figure, chronicle, launch, truth, outlines)
    if areas:
        _fall_chart(figure, areas, first, truth, outlines)
    return figure


def regions_to_show(areas: Sequence[FallArea], most: int = 6) -> list[FallArea]:
    """Choose revisions whose areas step down evenly: the first, the last, and some between."""
    if not areas:
        return []
    sizes = [math.log(max(each.region_area_m2, 1.0)) for each in areas]
    chosen = [0]
    for step in range(1, most - 1):
        wanted = sizes[0] + (sizes[-1] - sizes[0]) * step / (most - 1)
        at = next((i for i, size in enumerate(sizes) if size <= wanted), len(areas) - 1)
        if at > chosen[-1]:
            chosen.append(at)
    if len(areas) - 1 > chosen[-1]:
        chosen.append(len(areas) - 1)
    return [areas[index] for index in chosen]


def _subtitle(launch: LaunchStatement, areas: Sequence[FallArea], first: Instant | None) -> str:
    said = f"Launch {clock_time(launch.launch_time)} ± {launch.launch_time_sigma_s:.1f} s"
    if not areas:
        return said
    last = areas[-1]
    said += f" · fall {clock_time(last.fall_time)} ± {last.fall_time_sigma_s:.1f} s"
    if first is None:
        return said
    return f"{said} · last word {seconds_between(first, last.time):.0f} s after the first plot"


def _main_chart(
    figure: Figure,
    launch: LaunchStatement,
    track: Sequence[TrackPoint],
    areas: Sequence[FallArea],
    sensors: Mapping[str, Sensor],
) -> Chart:
    axes = figure.add_axes((0.065, 0.10, 0.615, 0.70))
    places = [(launch.longitude_deg, launch.latitude_deg)]
    places += [(point.longitude_deg, point.latitude_deg) for point in track]
    if areas:
        places.append((areas[-1].longitude_deg, areas[-1].latitude_deg))
    middle = places[0] if len(places) == 1 else _middle(places)
    probe = Chart(axes, *middle, 1.0, 1.0)
    near = [
        (each.longitude_deg, each.latitude_deg)
        for each in sensors.values()
        if isinstance(each, Radar)
    ]
    points = probe.kilometres(places)
    if near:
        stations = probe.kilometres(near)
        reach = max(1.6 * float(np.abs(points).max()), 600.0)
        points = np.vstack([points, stations[np.abs(stations).max(axis=1) < reach]])
    centre = (points.max(axis=0) + points.min(axis=0)) / 2.0
    half = (points.max(axis=0) - points.min(axis=0)) / 2.0 * 1.14
    box = axes.get_position(original=True)
    shape = (box.width * figure.get_figwidth()) / (box.height * figure.get_figheight())
    half_width = max(float(half[0]), float(half[1]) * shape, 250.0)
    longitude, latitude = probe.lonlat(float(centre[0]), float(centre[1]))
    return Chart(axes, longitude, latitude, half_width, half_width / shape)


def _middle(places: Sequence[tuple[float, float]]) -> tuple[float, float]:
    """Give a middle of places, by way of unit vectors so that no meridian is special."""
    lon, lat = np.radians(np.asarray(places)).T
    x, y, z = (
        (np.cos(lat) * np.cos(lon)).mean(),
        (np.cos(lat) * np.sin(lon)).mean(),
        np.sin(lat).mean(),
    )
    return math.degrees(math.atan2(y, x)), math.degrees(math.atan2(z, math.hypot(x, y)))


def _zone_names(chart: Chart, outlines: Sequence[Outline], track: Sequence[TrackPoint]) -> None:
    ground = chart.kilometres([(each.longitude_deg, each.latitude_deg) for each in track])
    busy = (
        shapely.LineString(ground).buffer(0.11 * chart.half_width)
        if len(ground) > 1
        else shapely.Point(0, 0)
    )
    land = [
        shapely.make_valid(shapely.Polygon(chart.kilometres(rings[0])))
        for each in outlines
        if each.kind == "land"
        for rings in each.polygons
    ]
    busy = shapely.union_all([busy, *land])
    for each in outlines:
        if each.kind != "eez":
            continue
        at = chart.roomiest(each.polygons, busy)
        if at is not None:
            label(
                chart.axes, float(at[0]), float(at[1]), each.name, color=ZONE, ha="center",
                size=SMALL, bbox={"alpha": 0.0, "lw": 0, "facecolor": PAPER}, zorder=6,
            )  # fmt: skip


def _sensors(chart: Chart, sensors: Mapping[str, Sensor]) -> None:
    above = [each for each in sensors.values() if isinstance(each, Infrared)]
    for each in sensors.values():
        if not isinstance(each, Radar):
            continue
        at = chart.kilometres([(each.longitude_deg, each.latitude_deg)])[0]
        if not chart.holds(at):
            continue
        chart.axes.plot(*at, marker="^", ms=6, color=INK, mec=PAPER, mew=0.7, zorder=12)
        left = at[0] > 0.8 * chart.half_width
        shift = (-0.02 if left else 0.02) * chart.half_width
        label(
            chart.axes, at[0] + shift, at[1], each.id, ha="right" if left else "left",
            color=QUIET, size=SMALL - 0.4,
        )  # fmt: skip
    if above:
        where = " and ".join(
            f"{abs(each.longitude_deg):g}° {'E' if each.longitude_deg >= 0 else 'W'}"
            for each in above
        )
        label(
            chart.axes, 0.97 * chart.half_width, -0.94 * chart.half_height,
            f"also seen in infrared from {where}", ha="right", color=QUIET, size=SMALL - 0.4,
        )  # fmt: skip


def _region(chart: Chart, each: FallArea, age: float) -> None:
    colour = blend(FALL_PALE, FALL, age)
    chart.fill(
        each.region_95, facecolor=(*colour, 0.10 + 0.10 * age), edgecolor=colour,
        lw=0.9 + 0.5 * age, zorder=8 + age,
    )  # fmt: skip


def _track(chart: Chart, launch: LaunchStatement, track: Sequence[TrackPoint]) -> None:
    if not track:
        return
    ground = [(each.longitude_deg, each.latitude_deg) for each in track]
    chart.line(ground, color=MEASURED, lw=2.2, zorder=11, solid_capstyle="round")
    start = (launch.longitude_deg, launch.latitude_deg)
    chart.line([start, ground[0]], color=MEASURED, lw=1.2, ls=(0, (2, 2)), zorder=10)
    due = 120.0
    labelled = chart.kilometres([start])[0]
    room = 0.37 * chart.half_width  # a label's width: steep flights have dots closer than that
    for each in track:
        flown = seconds_between(launch.launch_time, each.time)
        if flown >= due and each.height_m > 5_000.0:
            at = chart.kilometres([(each.longitude_deg, each.latitude_deg)])[0]
            chart.axes.plot(*at, marker="o", ms=4, color=PAPER, mec=MEASURED, mew=1.2, zorder=13)
            if math.hypot(*(at - labelled)) > (room if due > 120.0 else 0.5 * room):
                labelled = at
                label(
                    chart.axes, at[0], at[1] + 0.055 * chart.half_height,
                    f"{due:.0f} s, {each.height_m / 1e3:.0f} km up", ha="center",
                    color=MEASURED, size=SMALL - 0.4,
                )  # fmt: skip
            due += 120.0


def _ends(chart: Chart, launch: LaunchStatement, areas: Sequence[FallArea]) -> None:
    at = chart.kilometres([(launch.longitude_deg, launch.latitude_deg)])[0]
    chart.axes.plot(*at, marker="o", ms=7, color=MEASURED, mec=PAPER, mew=1.0, zorder=14)
    label(
        chart.axes, at[0], at[1] - 0.075 * chart.half_height, "launch", weight="bold",
        color=MEASURED, size=BODY, ha="center",
    )  # fmt: skip
    if areas:
        fall = chart.kilometres([(areas[-1].longitude_deg, areas[-1].latitude_deg)])[0]
        label(
            chart.axes, fall[0], fall[1] - 0.085 * chart.half_height, "fall, 95 % regions",
            weight="bold", color=FALL, size=BODY, ha="center",
        )  # fmt: skip


def _launch_chart(
    figure: Figure,
    chronicle: Chronicle,
    launch: LaunchStatement,
    truth: Truth | None,
    outlines: Sequence[Outline],
) -> None:
    axes = figure.add_axes((0.735, 0.50, 0.235, 0.235))
    revisions = chronicle.launches[launch.launch_id]
    size = 1.25 * max(launch.position_ellipse_95.semi_major_m / 1e3, 0.5)
    largest = revisions[0].position_ellipse_95.semi_major_m / 1e3
    size = min(max(size * 2.2, 1.0), max(1.25 * largest, size))
    if truth is not None:
        probe = Chart(axes, launch.longitude_deg, launch.latitude_deg, 1.0, 1.0)
        off = probe.kilometres([(truth.launch_longitude_deg, truth.launch_latitude_deg)])[0]
        size = max(size, 1.2 * float(np.hypot(*off)))
    half_width, half_height = _fit(figure, axes, size)
    chart = Chart(axes, launch.longitude_deg, launch.latitude_deg, half_width, half_height)
    chart.ground(outlines)
    shown = revisions[-5:] if len(revisions) <= 5 else [
        revisions[round(i * (len(revisions) - 1) / 4)] for i in range(5)
    ]  # fmt: skip
    for index, each in enumerate(shown):
        age = (index + 1) / len(shown)
        ellipse = each.position_ellipse_95
        ring = ellipse_ring(
            chart, each.longitude_deg, each.latitude_deg, ellipse.semi_major_m,
            ellipse.semi_minor_m, ellipse.azimuth_deg,
        )  # fmt: skip
        colour = blend(MEASURED_PALE, MEASURED, age)
        axes.fill(
            ring[:, 0], ring[:, 1], fc=(*colour, 0.08), ec=colour, lw=0.8 + 0.6 * age, zorder=8
        )
    axes.plot(0, 0, marker="o", ms=5, color=MEASURED, mec=PAPER, mew=0.8, zorder=14)
    if truth is not None:
        _true(chart, truth.launch_longitude_deg, truth.launch_latitude_deg)
    chart.scale_bar(0.05, 0.08)
    ellipse = launch.position_ellipse_95
    _heading(
        axes, MEASURED, "Launch point",
        f"{position(launch.latitude_deg, launch.longitude_deg)}\n95 %: "
        f"± {distance(ellipse.semi_major_m)} by ± {distance(ellipse.semi_minor_m)}",
    )  # fmt: skip


def _fall_chart(
    figure: Figure,
    areas: Sequence[FallArea],
    first: Instant | None,
    truth: Truth | None,
    outlines: Sequence[Outline],
) -> None:
    axes = figure.add_axes((0.735, 0.10, 0.235, 0.235))
    last = areas[-1]
    chosen = [each for each in regions_to_show(areas, 9) if _span(each) < 14.0 * _span(last)]
    chosen = chosen[-4:]
    probe = Chart(axes, last.longitude_deg, last.latitude_deg, 1.0, 1.0)
    rings = [ring[0] for each in chosen for ring in each.region_95 if ring]
    reach = 1.12 * np.abs(np.vstack([probe.kilometres(ring) for ring in rings])).max()
    half_width, half_height = _fit(figure, axes, float(reach) / 1.4)
    chart = Chart(axes, last.longitude_deg, last.latitude_deg, half_width, half_height)
    chart.ground(outlines)
    for index, each in enumerate(chosen):
        _region(chart, each, (index + 1) / len(chosen))
    axes.plot(0, 0, marker="+", ms=8, color=FALL, mew=1.6, zorder=14)
    if truth is not None:
        _true(chart, truth.fall_longitude_deg, truth.fall_latitude_deg)
    chart.scale_bar(0.05, 0.08)
    _heading(
        axes, FALL, "Fall area",
        f"{position(last.latitude_deg, last.longitude_deg)}\n95 % region "
        f"{area(last.region_area_m2)} at {elapsed(first, last.time, 0)}",
    )  # fmt: skip


def _fits(chart: Chart, each: FallArea) -> bool:
    """Does a region reach no further than the map is wide?"""
    points = [point for rings in each.region_95 for point in rings[0]]
    if not points:
        return False
    reach = np.abs(chart.kilometres(points))
    return bool(np.isfinite(reach).all() and reach.max() < 1.2 * chart.half_width)


def _span(each: FallArea) -> float:
    ring = np.asarray(each.region_95[0][0] if each.region_95 else [(0.0, 0.0)])
    return float(np.ptp(ring, axis=0).max())


def _fit(figure: Figure, axes: object, half_height: float) -> tuple[float, float]:
    box = axes.get_position(original=True)  # type: ignore[attr-defined]
    shape = (box.width * figure.get_figwidth()) / (box.height * figure.get_figheight())
    return half_height * shape, half_height


def _true(chart: Chart, longitude: float, latitude: float) -> None:
    at: Points = chart.kilometres([(longitude, latitude)])[0]
    if not chart.holds(at):
        return
    chart.axes.plot(*at, marker="x", ms=7, color=INK, mew=1.6, zorder=16)
    label(
        chart.axes, at[0], at[1] + 0.17 * chart.half_height, "truth", ha="center",
        size=SMALL - 0.4,
    )  # fmt: skip


def _heading(axes: object, colour: str, title: str, text: str) -> None:
    axes.annotate(  # type: ignore[attr-defined]
        title, (0, 1), xytext=(0, 30), xycoords="axes fraction", textcoords="offset points",
        weight="bold", size=BODY, color=colour, annotation_clip=False,
    )  # fmt: skip
    axes.annotate(  # type: ignore[attr-defined]
        text, (0, 1), xytext=(0, 5), xycoords="axes fraction", textcoords="offset points",
        size=SMALL - 0.4, color=QUIET, annotation_clip=False, linespacing=1.35,
    )  # fmt: skip
