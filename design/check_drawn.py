"""Hold the zones against lines that others drew: python design/check_drawn.py OSM.json GFW_FOLDER

OSM.json is borders.geo.json of npm's `@osm_borders/maritime_1000m` (OpenStreetMap, ODbL): the
outer edges of territorial seas as mappers entered them, straight baselines where they knew them.
GFW_FOLDER holds the polygons of Global Fishing Watch's paper on the waters between Korea, Russia
and Japan, which follow Marine Regions. Both are judges only: nothing of them is stored.

Prints, for each stretch of their lines at sea, how far our line is from it.
"""

import json
import sys
from pathlib import Path

import numpy as np
import shapely

from launchwatch.assessment.zones import Zones

NORTHEAST = ("JPN", "KOR", "PRK", "RUS", "CHN", "TWN")
OTHERS = ("NOR", "GBR", "ISL", "USA", "CAN", "AUS", "NZL", "CHL", "PHL", "FRA", "ESP", "ZAF")


def quantiles(name, km):
    """Print quantiles of distances."""
    if len(km):
        q = np.quantile(km, [0.5, 0.9])
        print(f"| {name} | {len(km)} | {q[0]:.1f} | {q[1]:.1f} | {km.max():.1f} |")


def shapes(file):
    """Give the shapes of a GeoJSON file and their properties; open rings are closed."""
    content = json.loads(Path(file).read_text())
    for feature in content.get("features", [content]):
        geometry = feature.get("geometry", feature)
        parts = geometry.get("geometries", [geometry])
        polygons = []
        for part in parts:
            rings = part["coordinates"] if part["type"] == "MultiPolygon" else [part["coordinates"]]
            polygons += [shapely.Polygon(one[0], one[1:]) for one in rings]
        yield feature.get("properties", {}), shapely.union_all(shapely.make_valid(polygons))


def territorial(zones, file):
    """Compare the outer edge of territorial seas, state by state."""
    near = {}
    for properties, area in shapes(file):
        code = properties.get("isoA3")
        if code in (*NORTHEAST, *OTHERS) and not area.is_empty:
            edge = shapely.get_coordinates(shapely.segmentize(area.boundary, 0.05))
            near.setdefault(code, []).append(edge)
    for code in (*NORTHEAST, *OTHERS):
        points = np.concatenate(near.get(code, [np.empty((0, 2))]))
        x, y = points.T
        inner = [z for z in zones.zones_of(code) if not z.endswith("EEZ")]
        km = np.abs(zones.distances(inner, y, x)) / 1e3
        # At sea, and where the open sea begins: not along land borders nor towards a neighbour.
        kinds = np.array([zone.kind for zone in zones.zones])[zones.numbers_at(y, x)]
        owners = np.array([zone.country for zone in zones.zones])[zones.numbers_at(y, x)]
        own = (kinds != "land") & np.isin(owners, [code, ""])
        quantiles(f"12 NM {code}", km[own])


def economic(folder):
    """Compare Russia's and the DPRK's economic zones in the East Sea, line by line."""
    for name, file, other in (
        ("median", "eez_rus_near_prk_wo_12nm.json", "JPN"),
        ("treaty", "eez_rus_near_prk_wo_12nm.json", "JPN"),
        ("median", "eez_rus_near_prk_wo_12nm.json", "PRK"),
        ("treaty", "eez_rus_near_prk_wo_12nm.json", "PRK"),
        ("north-korea", "eez_prk_no_shoreline.json", "KOR"),
        ("median", "eez_prk_no_shoreline.json", "KOR"),
    ):
        zones = Zones.built_in(name)
        state = "RUS" if "rus" in file else "PRK"
        (_, area), *_ = shapes(Path(folder) / file)
        x, y = shapely.get_coordinates(shapely.segmentize(area.boundary, 0.02)).T
        ours = zones.zones_of(state)
        km = np.abs(zones.distances(ours, y, x)) / 1e3
        beyond = zones.distances(zones.zones_of(other), y, x) / 1e3
        land = zones.distances([f"{one}-land" for one in NORTHEAST], y, x) / 1e3
        # The stretch that parts these two: nearer to the other's waters than 25 km, and well
        # off the coast; these polygons end at 44.5 N. The outermost kilometres, where three
        # meet, count with either.
        stretch = (np.abs(beyond) < 25.0) & (land > 30.0) & (y < 44.45)
        quantiles(f"{state}-{other}, {name}", km[stretch])


def main():
    """Print both tables."""
    print("| line | points | median | 90 % | most, km |\n|---|---|---|---|---|")
    territorial(Zones.built_in(), sys.argv[1])
    economic(sys.argv[2])


if __name__ == "__main__":
    main()
