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

from launchwatch.assessment.zones import Zones

COLOURS = {
    "JPN": "#f4b6b6", "KOR": "#b6c8f4", "PRK": "#f4dfb6", "CHN": "#f4f0b0", "RUS": "#c9e7c0",
    "TWN": "#d9c0e7", "PHL": "#c0e7e2", "USA": "#e0d6cc", "": "#ffffff",
}  # fmt: skip
SHADES = {"land": 0.72, "internal-waters": 0.82, "territorial-sea": 0.9}
PANELS = ("treaty", "japan", "korea", "north-korea", "china", "russia")
MARKS = {
    "Liancourt": (37.24, 131.87), "Senkaku": (25.75, 123.5), "Kunashiri": (44.1, 145.9),
    "Okinotori": (20.42, 136.08), "40.4 N 133.3 E": (40.4, 133.3),
}  # fmt: skip


def colour(zone):
    """Give a zone's colour: by state, darker the nearer the land."""
    state = zone.country
    if state not in COLOURS:  # the same pale colour for a state every time
        hue = (sum(ord(letter) * 37**n for n, letter in enumerate(state)) % 97) / 97
        shade = np.array(mpl.colors.hsv_to_rgb((hue, 0.25, 0.95)))
    else:
        shade = np.array(mpl.colors.to_rgb(COLOURS[state]))
    return shade * SHADES.get(zone.kind, 1.0)


def paint(axes, zones, box, pixels):
    """Colour a box by zone, lines where the zone changes, contiguous zones as a thin line."""
    west, south, east, north = box
    high = round(pixels * (north - south) / (east - west))
    x, y = np.linspace(west, east, pixels), np.linspace(south, north, high)
    gx, gy = np.meshgrid(x, y)
    number = zones.numbers_at(gy.ravel(), gx.ravel()).reshape(gx.shape)
    palette = np.array([colour(zone) for zone in zones.zones])
    rgb = palette[number]
    states = np.array([hash(zone.country) for zone in zones.zones])[number]
    edge = np.zeros(gx.shape, dtype=bool)
    edge[:, 1:] |= states[:, 1:] != states[:, :-1]
    edge[1:] |= states[1:] != states[:-1]
    rgb[edge] = 0.25
    axes.imshow(rgb, origin="lower", extent=(west, east, south, north), interpolation="nearest")
    axes.set_aspect(1 / np.cos(np.radians((south + north) / 2)))
    axes.tick_params(labelsize=6)


def mark(axes, box):
    """Name a few places."""
    for name, (latitude, longitude) in MARKS.items():
        if box[0] < longitude < box[2] and box[1] < latitude < box[3]:
            axes.plot(longitude, latitude, "k+", ms=4)
            axes.annotate(name, (longitude, latitude), fontsize=6)


def main():
    """Write the pictures."""
    folder = Path(sys.argv[1])
    if len(sys.argv) > 5:
        box = [float(v) for v in sys.argv[2:6]]
        zones = Zones.built_in(sys.argv[6] if len(sys.argv) > 6 else "median")
        figure, axes = plt.subplots(figsize=(12, 10), layout="constrained")
        paint(axes, zones, box, 1400)
        mark(axes, box)
        axes.set_title(f"claim set {zones.claims}")
        figure.savefig(folder / "zones-box.png", dpi=100)
        return
    box = (117.0, 20.5, 152.0, 50.0)
    figure, rows = plt.subplots(2, 3, figsize=(11, 8.2), layout="constrained")
    for axes, name in zip(rows.flat, PANELS, strict=True):
        paint(axes, Zones.built_in(name), box, 560)
        mark(axes, box)
        axes.set_title(name, fontsize=9)
    figure.savefig(folder / "zones-claims.png", dpi=80)
    box = (123.5, 31.0, 142.5, 43.5)
    figure, axes = plt.subplots(figsize=(9, 7.6), layout="constrained")
    paint(axes, Zones.built_in(), box, 1200)
    mark(axes, box)
    figure.savefig(folder / "zones-japan-korea.png", dpi=80)
    figure, axes = plt.subplots(figsize=(12, 6.2), layout="constrained")
    paint(axes, Zones.built_in(), (-180.0, -89.99, 180.0, 89.99), 2400)
    axes.set_aspect(1)
    figure.savefig(folder / "zones-world.png", dpi=80)


if __name__ == "__main__":
    main()
