"""Draw the zones, to be looked at: python design/draw_zones.py docs/images

Writes zones-claims.png (Northeast Asia by six claim sets), zones-japan-korea.png (the default
set, close up) and zones-world.png. With a box after the folder (W S E N, and a claim set) it draws
that one alone, as zones-box.png.
"""

import sys
from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np
from matplotlib import patheffects, ticker
from PIL import Image
from scipy import ndimage

from launchwatch.assessment.zones import Zones
from launchwatch.edge.pictures.style import INK, LAND, PAPER, QUIET

COLOURS = {
    "JPN": "#E9B7AE", "KOR": "#B3CBE3", "PRK": "#F0D6A0", "CHN": "#EBE3A0", "RUS": "#BFDCC2",
    "TWN": "#D3C1E0", "PHL": "#B9DDD8", "USA": "#CBDDA0", "": "#F4F7F9",
}  # fmt: skip
SHADES = {"internal-waters": 0.80, "territorial-sea": 0.88}
PANELS = {
    "treaty": "treaty: published lines",
    "japan": "japan: islands as Japan claims",
    "korea": "korea: as the Republic of Korea claims",
    "north-korea": "north-korea: as the DPRK claims",
    "china": "china: as China claims",
    "russia": "russia: as Russia claims",
}
NAMES = {
    "JPN": "Japan", "KOR": "Rep. of Korea", "PRK": "DPRK", "CHN": "China", "RUS": "Russia",
    "TWN": "Taiwan", "PHL": "Philippines", "USA": "US",
}  # fmt: skip
MARKS = {
    "Dokdo / Takeshima": (37.24, 131.87), "Senkaku / Diaoyu": (25.75, 123.5),
    "Kunashiri": (44.1, 145.9), "Okinotorishima": (20.42, 136.08),
}  # fmt: skip
FINE = 3
"""Points asked for each pixel drawn, along each axis: their mean smooths the edges."""


def colour(zone):
    """Give a zone's colour: by state, darker in the territorial sea; land alike for all."""
    if zone.kind == "land":
        return np.array(mpl.colors.to_rgb(LAND))
    state = zone.country
    if state not in COLOURS:  # the same pale colour for a state every time
        hue = (sum(ord(letter) * 37**n for n, letter in enumerate(state)) % 97) / 97
        shade = np.array(mpl.colors.hsv_to_rgb((hue, 0.22, 0.93)))
    else:
        shade = np.array(mpl.colors.to_rgb(COLOURS[state]))
    return shade * SHADES.get(zone.kind, 1.0)


def paint(axes, zones, box, pixels, *, names=NAMES, size=8.0):
    """Colour a box by zone, with a line where the state changes, and name the states' waters."""
    west, south, east, north = box
    across = pixels * FINE
    high = round(pixels * (north - south) / (east - west)) * FINE
    half_x, half_y = (east - west) / across / 2, (north - south) / high / 2
    x = np.linspace(west + half_x, east - half_x, across)
    y = np.linspace(south + half_y, north - half_y, high)
    number = np.empty((high, across), dtype=np.int64)
    for row, latitude in enumerate(y):
        number[row] = zones.numbers_at(np.full(across, latitude), x)
    rgb = np.array([colour(zone) for zone in zones.zones])[number]
    countries = sorted({zone.country for zone in zones.zones})
    states = np.array([countries.index(zone.country) for zone in zones.zones])[number]
    edge = np.zeros(number.shape, dtype=bool)
    edge[:, 1:] |= states[:, 1:] != states[:, :-1]
    edge[1:] |= states[1:] != states[:-1]
    rgb[ndimage.binary_dilation(edge)] = mpl.colors.to_rgb(QUIET)
    shown = rgb.reshape(high // FINE, FINE, pixels, FINE, 3).mean(axis=(1, 3))
    axes.imshow(shown, origin="lower", extent=(*box[::2], *box[1::2]), interpolation="antialiased")
    axes.set_aspect(1 / np.cos(np.radians((south + north) / 2)))
    economic = np.array([zone.kind == "eez" for zone in zones.zones])[number]
    for code, name in names.items():
        if code in countries:
            _name_waters(axes, (states == countries.index(code)) & economic, x, y, name, size)
    _frame(axes, size)


def _name_waters(axes, inside, x, y, name, size):
    """Write a name where a state's waters are widest, if it fits there."""
    step = max(1, len(x) // 400)
    distance = ndimage.distance_transform_edt(np.pad(inside[::step, ::step], 1))[1:-1, 1:-1]
    row, column = np.unravel_index(distance.argmax(), distance.shape)
    if distance[row, column] * step < 0.022 * len(x):
        return
    axes.text(
        x[column * step], y[row * step], name, size=size, color=INK, alpha=0.75,
        ha="center", va="center", path_effects=[_halo()],
    )  # fmt: skip


def _halo():
    return patheffects.withStroke(linewidth=2.0, foreground="white", alpha=0.6)


def _frame(axes, size):
    axes.tick_params(labelsize=0.85 * size, colors=QUIET, length=2)
    for axis, (below, above) in ((axes.xaxis, "WE"), (axes.yaxis, "SN")):
        axis.set_major_locator(ticker.MaxNLocator(integer=True, steps=[1, 2, 3, 5, 10]))
        axis.set_major_formatter(
            lambda v, _, w=below, e=above: f"{abs(v):.0f}°" + (e if v > 0 else w if v < 0 else "")
        )
    for spine in axes.spines.values():
        spine.set_color(QUIET)


def mark(axes, box, *, names=True, size=8.0):
    """Show islands whose state is disputed, or whose right to a zone is."""
    for name, (latitude, longitude) in MARKS.items():
        if box[0] < longitude < box[2] and box[1] < latitude < box[3]:
            axes.plot(longitude, latitude, "o", ms=0.5 * size, mfc="none", mec=INK, mew=0.8)
            if names:
                axes.annotate(
                    name, (longitude, latitude), xytext=(5, -2), textcoords="offset points",
                    size=0.9 * size, color=INK, path_effects=[_halo()],
                )  # fmt: skip


def figure_of(width, height, rows=1, columns=1):
    """Give an empty figure on the house's paper."""
    return plt.subplots(
        rows, columns, figsize=(width, height), layout="constrained", facecolor=PAPER
    )


def save(figure, path):
    """Write a picture with a palette: a quarter of the bytes, and nothing to be seen of it."""
    figure.savefig(path, dpi=110)
    with Image.open(path) as drawn:
        drawn.convert("RGB").quantize(160, dither=Image.Dither.NONE).save(path, optimize=True)


def main():
    """Write the pictures."""
    folder = Path(sys.argv[1])
    if len(sys.argv) > 5:
        box = [float(v) for v in sys.argv[2:6]]
        zones = Zones.built_in(sys.argv[6] if len(sys.argv) > 6 else "median")
        figure, axes = figure_of(12, 10)
        paint(axes, zones, box, 1200)
        mark(axes, box)
        axes.set_title(f"claim set {zones.claims}", color=INK)
        save(figure, folder / "zones-box.png")
        return
    box = (117.0, 20.5, 152.0, 50.0)
    figure, rows = figure_of(13, 9.4, 2, 3)
    for axes, (name, title) in zip(rows.flat, PANELS.items(), strict=True):
        paint(axes, Zones.built_in(name), box, 520, names={code: code for code in NAMES})
        mark(axes, box, names=False)
        axes.set_title(title, size=10, color=INK, loc="left")
    save(figure, folder / "zones-claims.png")
    box = (123.5, 31.0, 142.5, 43.5)
    figure, axes = figure_of(10, 8.2)
    paint(axes, Zones.built_in(), box, 1100, size=10.0)
    mark(axes, box, size=9.0)
    save(figure, folder / "zones-japan-korea.png")
    figure, axes = figure_of(13, 6.9)
    paint(axes, Zones.built_in(), (-180.0, -89.99, 180.0, 89.99), 1300, names={})
    axes.set_aspect(1)
    save(figure, folder / "zones-world.png")


if __name__ == "__main__":
    main()
