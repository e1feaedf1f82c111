"""Draw the built-in zones, to be looked at: python design/draw_zones.py OUT.png [W S E N]."""

import sys

import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
import numpy as np

from launchwatch.assessment.zonelines import outlines
from launchwatch.assessment.zones import Zones

COLOURS = {
    "JPN": "#f4b6b6", "KOR": "#b6c8f4", "PRK": "#f4dfb6", "CHN": "#f4f0b0", "RUS": "#c9e7c0",
    "TWN": "#d9c0e7", "PHL": "#c0e7e2", "USA": "#e0d6cc", "": "#ffffff",
}  # fmt: skip
LINES = {"territorial-sea": "#888888", "eez": "#b03030", "median": "#303030", "border": "#555555"}


def main() -> None:
    """Colour each cell by its zone, then draw shores and edges over it."""
    out = sys.argv[1]
    box = [float(v) for v in sys.argv[2:6]] or [116.0, 20.0, 158.0, 52.0]
    west, south, east, north = box
    zones = Zones.built_in()
    x, y = np.linspace(west, east, 1200), np.linspace(south, north, 1100)
    gx, gy = np.meshgrid(x, y)
    number = zones.partition.numbers_at(gx.ravel(), gy.ravel()).reshape(gx.shape)
    rgb = np.ones((*gx.shape, 3))
    for i, zone in enumerate(zones.zones):
        shade = mpl.colors.to_rgb(COLOURS.get(zone.country, "#dddddd"))
        factor = {"land": 0.75, "territorial-sea": 0.9}.get(zone.kind, 1.0)
        rgb[number == i] = np.array(shade) * factor
    rgb[number < 0] = 0.5
    figure, axes = plt.subplots(figsize=(12, 12))
    axes.imshow(rgb, origin="lower", extent=(west, east, south, north), interpolation="nearest")
    shapes = outlines(zones, *box)
    for _, ring in shapes.land:
        axes.plot(*ring.T, color="#444444", lw=0.4)
    for kind, line in shapes.edges:
        axes.plot(*line.T, color=LINES[kind], lw=0.6 if kind == "territorial-sea" else 1.0)
    marks = {
        "Yamato bank": (39.35, 135.0), "Liancourt": (37.24, 131.87),
        "40.4 N 133.3 E": (40.4, 133.3),
        "Senkaku": (25.75, 123.5), "Okinotori": (20.42, 136.08), "Danjo": (32.0, 128.35),
    }  # fmt: skip
    for name, (latitude, longitude) in marks.items():
        if west < longitude < east and south < latitude < north:
            axes.plot(longitude, latitude, "k+")
            axes.annotate(name, (longitude, latitude), fontsize=7)
    axes.set(
        xlim=(west, east), ylim=(south, north), aspect=1 / np.cos(np.radians((south + north) / 2))
    )
    axes.set_title(f"Built-in zones, claim set {zones.claims!r}")
    figure.savefig(out, dpi=100, bbox_inches="tight")


if __name__ == "__main__":
    main()
