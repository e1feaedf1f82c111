"""Land for pictures and places: ten countries and the borders between them, thinned."""

import gzip
import json

import numpy as np
import shapely
import shapely.geometry
from shapely.geometry import box

from zonemaking import atlas, terrain
from zonemaking.terrain import QUANTUM

LAND_BOX = (100.0, 14.0, 180.0, 60.0)
COUNTRIES = ("CHN", "TWN", "JPN", "PRK", "KOR", "RUS", "PHL", "VNM", "USA", "MNG")
WHOLE = ("CHN", "VNM", "PHL")  # beyond the box too: parts of a country are of all of it
THIN = 0.006  # degrees: the side of the corners that may be cut off


def write(plots, islets):
    """Write land.json.gz: the same input, the same bytes."""
    document = document_of(terrain.with_islets(plots, islets, ()))
    raw = json.dumps(document, separators=(",", ":")).encode()
    file = terrain.ISLETS.parent / "land.json.gz"
    file.write_bytes(gzip.compress(raw, 9, mtime=0))
    print(file.name, len(raw), "->", file.stat().st_size, "bytes")


def document_of(plots):
    """Give land and borders in quanta, thinned as one coverage: neighbours keep their border."""
    codes, parts = [], []
    for code in COUNTRIES:
        land = shapely.union_all([plot.area for plot in plots if plot.country == code])
        inside = atlas.polygons_of(land if code in WHOLE else land.intersection(box(*LAND_BOX)))
        codes += [code] * len(inside)
        parts += inside
    features, joined = {}, {}
    for code, part in zip(codes, shapely.coverage_simplify(np.array(parts), THIN), strict=True):
        for polygon in atlas.polygons_of(part):
            joined.setdefault(code, []).append(polygon)
            polygon = shapely.geometry.polygon.orient(polygon, 1.0)
            rings = [polygon.exterior, *polygon.interiors]
            features.setdefault(code, []).append([quanta(ring) for ring in rings])
    joined = {code: shapely.MultiPolygon(polygons) for code, polygons in joined.items()}
    borders = []
    for i, (one, area) in enumerate(joined.items()):
        for other, beyond in list(joined.items())[i + 1 :]:
            shared = shapely.intersection(area.boundary, beyond.boundary)
            lines = [g for g in shapely.get_parts(shared) if g.length > 0.0]
            if lines:
                merged = shapely.get_parts(shapely.line_merge(shapely.union_all(lines)))
                borders.append([one, other, [quanta(line) for line in merged]])
    return {"quantum_deg": QUANTUM, "box_deg": LAND_BOX, "land": features, "borders": borders}


def quanta(line):
    """Write a line as whole differences, flat: x0, y0, dx, dy, ..."""
    points = np.rint(shapely.get_coordinates(line) / QUANTUM).astype(int)
    return np.diff(points, axis=0, prepend=[[0, 0]]).ravel().tolist()
