"""Draw a raid tracked: ``python benchmarks/draw_raid.py OUT.png [--row ROW] [--seed 1]``.

Where everything is seen from above, one group from near by, heights, and GOSPA over time beside
Stone Soup's and that of the floor that knows of company: when and where a tracker errs.
"""

import argparse

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from bench_raid import ours
from matplotlib.axes import Axes
from numpy.typing import NDArray
from peer_stonesoup import gnn
from raid_floor import floor
from raid_score import Trial, run, score, score_of
from raids import GROUP, ROWS, Raid, ecef_from_plots, raid

from launchwatch.earth.ellipsoid import geodetic_from_ecef
from launchwatch.earth.local import enu_from_ecef
from launchwatch.edge.pictures.style import FAINT, FALL, INK, MEASURED, PAPER, QUIET

Floats = NDArray[np.float64]

TRACKS = ("#0B5394", "#C8441B", "#1B7F6B", "#B8860B", "#7A4E9E", "#3B8FC4")
"""Side by side told apart by any colour vision; numbers beyond begin anew."""


def paths(trial: Trial) -> dict[int, Floats]:
    """Give each track's positions (scans, 3), NaN where it is not."""
    found: dict[int, Floats] = {}
    for k, picture in enumerate(trial.pictures):
        for number, position in zip(picture.ids.tolist(), picture.positions, strict=True):
            path = found.setdefault(number, np.full((len(trial.pictures), 3), np.nan))
            path[k] = position
    return found


def local(raid: Raid, positions: Floats) -> Floats:
    """Give kilometres east, north and up of the first radar; NaN stays."""
    radar = raid.known.radars[0]
    site = np.radians([radar.latitude_deg, radar.longitude_deg])
    flat = positions.reshape(-1, 3)
    there = ~np.isnan(flat[:, 0])
    enu = np.full(flat.shape, np.nan)
    enu[there] = enu_from_ecef(flat[there], *site, radar.height_m) / 1e3
    return enu.reshape(positions.shape)


def heights(positions: Floats) -> Floats:
    """Give heights over the ellipsoid in kilometres; NaN stays."""
    flat = positions.reshape(-1, 3)
    there = ~np.isnan(flat[:, 0])
    found = np.full(len(flat), np.nan)
    found[there] = geodetic_from_ecef(flat[there])[2] / 1e3
    return found.reshape(positions.shape[:-1])


def draw_map(axes: Axes, raid: Raid, tracks: dict[int, Floats], plots: Floats) -> None:
    """Draw everything from above."""
    truth = local(raid, raid.states[:, :, :3])
    axes.plot(*plots[:, :2].T, ",", color=FAINT, zorder=0)
    axes.plot(truth[..., 0], truth[..., 1], color=INK, lw=1.8, alpha=0.25, solid_capstyle="round")
    for number, path in tracks.items():
        axes.plot(*local(raid, path)[:, :2].T, color=TRACKS[number % len(TRACKS)], lw=0.9)
    axes.plot(0, 0, "^", color=INK, ms=7)
    axes.annotate("radar", (0, 0), (8, -4), textcoords="offset points", color=QUIET)
    west, east = np.nanmin(truth[..., 0]) - 60, np.nanmax(truth[..., 0]) + 60
    # As much of the north as the panel's shape has room for, so that both scales are one.
    box = axes.get_window_extent()
    axes.set(xlim=(west, east), ylim=(-60, (east - west) * box.height / box.width - 60))
    axes.set(xlabel="east, km", ylabel="north, km")
    axes.set_title("From above: tracks in colour over the truth, every plot a grey dot")


def draw_group(axes: Axes, raid: Raid, tracks: dict[int, Floats], plots: Floats) -> None:
    """Draw the group that lives longest, as if flying with its first object."""
    alive = (~np.isnan(raid.states[:, :, 0])).sum(axis=0)
    group = int(alive.reshape(-1, GROUP).min(axis=1).argmax())
    truth = local(raid, raid.states[:, group * GROUP : (group + 1) * GROUP, :3])
    guide = truth[:, GROUP // 2]
    scan = np.concatenate([np.full(len(one.plots), k) for k, one in enumerate(raid.scans)])
    near = plots - guide[scan]
    reach = 1.6 * np.nanmax(np.abs(truth[..., 0] - guide[:, None, 0]))
    axes.plot(scan, near[:, 0], ".", color=QUIET, ms=1.8, alpha=0.5, zorder=0, mew=0)
    axes.plot(truth[..., 0] - guide[:, None, 0], color=INK, lw=2.4, alpha=0.25)
    for number, path in tracks.items():
        away = local(raid, path) - guide
        there = ~np.isnan(away[:, 0])
        if not there.any() or np.linalg.norm(away[there], axis=1).mean() > 10.0:
            continue  # another group's
        axes.plot(away[:, 0], color=TRACKS[number % len(TRACKS)], lw=1.1)
    axes.set(xlim=(0, len(raid.scans)), ylim=(-reach, reach), ylabel="east of the middle one, km")
    axes.set_xlabel("seconds")
    axes.set_title("One group, flying along with it")


def draw_heights(axes: Axes, raid: Raid, tracks: dict[int, Floats]) -> None:
    """Draw heights over time."""
    truth = heights(raid.states[:, :, :3])
    axes.plot(truth, color=INK, lw=1.8, alpha=0.25)
    for number, path in tracks.items():
        axes.plot(heights(path), color=TRACKS[number % len(TRACKS)], lw=0.9)
    axes.set(xlim=(0, len(raid.scans)), ylabel="height, km", xlabel="seconds")
    axes.set_ylim(np.nanmin(truth) - 15, np.nanmax(truth) + 15)
    axes.set_title("Heights")


def draw_scores(axes: Axes, lines: list[tuple[str, str, Floats]]) -> None:
    """Draw GOSPA over time, the first as an area, each named with its mean."""
    for place, (name, colour, total) in enumerate(lines):
        if place == 0:
            axes.fill_between(np.arange(len(total)), total / 1e3, step="mid", color=colour, lw=0)
        else:
            axes.plot(total / 1e3, color=colour, lw=1.3, drawstyle="steps-mid")
        axes.text(
            1.01, 0.85 - 0.3 * place, f"{name}\nmean {total.mean() / 1e3:.2f} km",
            color=colour if place else QUIET, transform=axes.transAxes, va="center",
        )  # fmt: skip
    axes.set(xlim=(0, len(lines[0][2])), ylim=(0, None), xlabel="seconds", ylabel="GOSPA, km")
    axes.set_title("How far off: GOSPA with c = 5 km; a step of 3.5 km is one object amiss")


def main() -> None:
    """Track the raid three times and draw."""
    parser = argparse.ArgumentParser()
    parser.add_argument("out")
    parser.add_argument("--row", default="50 in clutter", choices=ROWS)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    one = raid(ROWS[chosen.row], chosen.seed)
    trial = run(ours(), one)
    lines = [
        ("the floor", FAINT, score_of(one, floor(one, company=True)).series.total),
        ("Stone Soup", FALL, score(run(gnn(), one)).series.total),
        ("launchwatch", MEASURED, score(trial).series.total),
    ]
    tracks = paths(trial)
    radar = one.known.radars[0]
    plots = local(one, np.concatenate([ecef_from_plots(scan.plots, radar) for scan in one.scans]))

    style = {
        "font.size": 8, "axes.titlesize": 8.5, "axes.titlelocation": "left",
        "axes.edgecolor": QUIET, "axes.labelcolor": QUIET, "text.color": INK,
        "xtick.color": QUIET, "ytick.color": QUIET, "axes.spines.top": False,
        "axes.spines.right": False, "axes.linewidth": 0.7,
    }  # fmt: skip
    with mpl.rc_context(style):
        figure = plt.figure(figsize=(10.0, 7.2), facecolor=PAPER)
        grid = figure.add_gridspec(
            3, 2, width_ratios=(1.35, 1.0), left=0.06, right=0.975, top=0.95, bottom=0.065,
            hspace=0.42, wspace=0.16,
        )  # fmt: skip
        draw_map(figure.add_subplot(grid[:2, 0], facecolor="white"), one, tracks, plots)
        draw_group(figure.add_subplot(grid[0, 1], facecolor="white"), one, tracks, plots)
        draw_heights(figure.add_subplot(grid[1, 1], facecolor="white"), one, tracks)
        last = figure.add_subplot(grid[2, :], facecolor="white")
        place = last.get_position()
        last.set_position((place.x0, place.y0, place.width - 0.1, place.height))
        draw_scores(last, lines)
        figure.savefig(chosen.out, dpi=110, metadata={"Software": "launchwatch"})


if __name__ == "__main__":
    main()
