"""Build the maritime zones and the land that the package carries.

Run it after a change of the islets, the claim set or the Natural Earth release::

    python scripts/build_zones.py                     # downloads with `npm pack world-atlas`
    python scripts/build_zones.py --atlas FOLDER      # a folder with countries-10m.json in it

What it does: land of each country (Natural Earth 10 m, plus the islets of islets.csv, less
the disputed ones); the distance of any point to each country's coast, from points on the
coast 500 m apart, as straight lines through the ellipsoid (in 370 km these are 52 m shorter than
the geodesic, within a metre the same everywhere, so medians and limits are right to metres);
contours of these distances as first guesses, each vertex then moved onto the exact line; all
lines noded into faces, each face labelled by its nearest coast; faces merged by label and
written as arcs that know the zone on either side. So the zones cannot overlap or leave gaps.

The method's numbers, and how its lines lie against treaties and another coastline, are in
design/zones.md.
"""
# ruff: noqa: T201, S607  (a script: it prints, and calls npm and tar by their names)

import argparse
import csv
import gzip
import json
import subprocess
import tempfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import shapely
import shapely.geometry
from contourpy import contour_generator
from scipy.spatial import cKDTree
from shapely.geometry import LineString, Polygon, box

DATA = Path(__file__).resolve().parent.parent / "src/launchwatch/data/zones"
WEST, SOUTH, EAST, NORTH = 112.0, 20.0, 180.0, 52.0  # where zones are drawn
MARGIN = (104.0, 14.0, 188.0, 58.0)  # where land counts: 200 NM and more beyond
LAND_BOX = (100.0, 14.0, 180.0, 60.0)  # land for pictures and places
COAST_STEP = 0.005  # degrees between coast points, 560 m at most
FIELD_STEP = 0.04  # degrees between the points that contours start from, 4 km
# Limits start finer: pockets that no 12 NM circle covers are a few km wide, and wedges where two
# 200 NM circles almost touch are narrower still.
FINE_STEP = 0.015
CELL = 0.05  # degrees of a cell of the label grid
# A cell's label is that of a point beside its centre: stored coordinates are whole quanta,
# so such a point never lies on a vertex, and the centre itself sometimes does.
REFERENCE = (0.025037, 0.025041)
QUANTUM = 1e-4  # degrees of a stored coordinate, 11 m at most
CLAIMS = "median"
LIMITS = {"territorial-sea": 12 * 1852.0, "eez": 200 * 1852.0}

# ISO 3166 numeric codes of Natural Earth; territories count for the state they belong to.
COUNTRIES = {
    "156": "CHN", "344": "CHN", "446": "CHN", "158": "TWN", "392": "JPN", "408": "PRK",
    "410": "KOR", "643": "RUS", "608": "PHL", "704": "VNM", "840": "USA", "580": "USA",
    "316": "USA", "581": "USA", "496": "MNG",
}  # fmt: skip
WHOLE = ("CHN", "VNM", "PHL")  # kept beyond the boxes too: parts of a country are of all of it


def ecef(longitude, latitude):
    """Turn degrees on the WGS 84 ellipsoid into metres in ECEF, (..., 3)."""
    a, e2 = 6378137.0, 0.0066943799901413165
    lon, lat = np.radians(longitude), np.radians(latitude)
    n = a / np.sqrt(1 - e2 * np.sin(lat) ** 2)
    return np.stack(
        [n * np.cos(lat) * np.cos(lon), n * np.cos(lat) * np.sin(lon), n * (1 - e2) * np.sin(lat)],
        axis=-1,
    )


def chord(distance):
    """Give the straight line below a geodesic of this many metres (radius 6,371 km: to 0.4 m)."""
    return 2 * 6_371_000.0 * np.sin(distance / (2 * 6_371_000.0))


def atlas(folder):
    """Give the decoded TopoJSON of Natural Earth's countries, downloading it if need be."""
    if folder is not None:
        return json.loads((Path(folder) / "countries-10m.json").read_text())
    with tempfile.TemporaryDirectory() as place:
        subprocess.run(["npm", "pack", "world-atlas@2.0.2"], cwd=place, check=True)
        subprocess.run(["tar", "xzf", "world-atlas-2.0.2.tgz"], cwd=place, check=True)
        return json.loads((Path(place) / "package/countries-10m.json").read_text())


def land_of_atlas(topology):
    """Give each country's land inside the margin as one geometry, longitudes 0..360."""
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topology["arcs"]]
    window = box(LAND_BOX[0], min(LAND_BOX[1], MARGIN[1]), MARGIN[2], LAND_BOX[3])
    found = {}
    for country in topology["objects"]["countries"]["geometries"]:
        code = COUNTRIES.get(country.get("id"))
        if code is None:
            continue
        parts = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
        for part in parts:
            rings = []
            for ring in part:
                pieces = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in ring]
                points = np.concatenate([pieces[0], *(p[1:] for p in pieces[1:])])
                points = np.where(points[:, :1] < 0, points + np.array([360.0, 0.0]), points)
                rings.append(points)
            polygon = shapely.make_valid(Polygon(rings[0], rings[1:]))
            if code not in WHOLE:
                polygon = polygon.intersection(window)
            if not polygon.is_empty:
                found.setdefault(code, []).extend(polygons_of(polygon))
    return found


def polygons_of(geometry):
    """Give the polygons in whatever an overlay returned."""
    parts = shapely.get_parts(shapely.get_parts(geometry))  # twice: collections of multipolygons
    return [g for g in parts if g.geom_type == "Polygon" and not g.is_empty]


def read_islets():
    with (DATA / "islets.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def disc(latitude, longitude, radius_m):
    """Give a twelve-cornered disc of a radius in metres, in degrees."""
    turn = np.linspace(0, 2 * np.pi, 13)[:-1]
    north = radius_m / 111_000.0
    east = north / np.cos(np.radians(latitude))
    return Polygon(np.stack([longitude + east * np.cos(turn), latitude + north * np.sin(turn)], 1))


def land_with_islets(atlas_land, islets):
    """Take disputed and mistaken islets out of the land, put the missing ones in."""
    land = {code: list(parts) for code, parts in atlas_land.items()}
    for islet in islets:
        at = float(islet["latitude_deg"]), float(islet["longitude_deg"])
        area = disc(*at, max(float(islet["radius_m"]), 60.0))
        if islet["status"] in ("disputed", "absent"):
            for code, parts in land.items():
                land[code] = [p for p in parts if not (p.area < 0.05 and p.intersects(area))]
        else:
            land[islet["owner"]].append(area)
    land = {code: shapely.union_all(parts) for code, parts in land.items()}
    # On the grid of stored coordinates from here on, so that borders stay shared.
    return {c: shapely.set_precision(g, QUANTUM) for c, g in land.items()}


class Distances:
    """Straight-line distances in metres to each country's coast, for points in degrees."""

    def __init__(self, land):
        self.codes, self.trees = [], []
        for code, geometry in land.items():
            window = geometry.intersection(box(*MARGIN))
            if window.is_empty:
                continue
            lines = shapely.segmentize(window.boundary, COAST_STEP)
            points = shapely.get_coordinates(lines)
            self.codes.append(code)
            self.trees.append(cKDTree(ecef(points[:, 0], points[:, 1])))
        self.union = cKDTree(np.concatenate([tree.data for tree in self.trees]))

    def to_any(self, points, limit):
        """Distance to the nearest coast, whose ever; infinite beyond the limit."""
        return self.union.query(ecef(points[:, 0], points[:, 1]), distance_upper_bound=limit)[0]

    def to(self, country, points, limit=420e3):
        distance, _ = self.trees[country].query(
            ecef(points[:, 0], points[:, 1]), distance_upper_bound=limit
        )
        return distance

    def to_all(self, points):
        return np.stack([self.to(i, points, 450e3) for i in range(len(self.codes))], axis=1)


def settle(lines, miss, most):
    """Move each vertex of first guesses onto the line where `miss` is zero (metres).

    Newton's steps along the gradient of the miss, measured with steps of 20 m. Vertices that
    do not settle within `most` degrees (corners, where the gradient jumps) stay.
    """
    out = []
    sizes = [len(line) for line in lines]
    points = np.concatenate(lines).copy()
    for _ in range(4):
        value = miss(points)
        h = 2e-4
        east_step, north_step = np.array([h, 0.0]), np.array([0.0, h])
        east = (miss(points + east_step) - miss(points - east_step)) / (2 * h)
        north = (miss(points + north_step) - miss(points - north_step)) / (2 * h)
        # In metres a degree of longitude shrinks: step along the metric gradient.
        shrink = np.cos(np.radians(points[:, 1])) ** 2
        slope = east**2 / shrink + north**2
        with np.errstate(invalid="ignore", divide="ignore"):
            step = -value[:, None] * np.stack([east / shrink, north], 1) / slope[:, None]
        good = np.isfinite(step).all(1) & (np.abs(step).max(1) < most)
        points[good] += step[good]
    start = 0
    for size in sizes:
        out.append(points[start : start + size])
        start += size
    return out


def contours(x, y, z, level):
    """Give contour lines of a gridded field as arrays, vertices half a step apart."""
    lines = contour_generator(x, y, z).lines(level)
    return [
        shapely.get_coordinates(shapely.segmentize(LineString(line), (x[1] - x[0]) / 2))
        for line in lines
        if len(line) > 1
    ]


def zone_lines(distances):
    """Give all limits and medians, each vertex on its exact line."""
    x = np.arange(WEST - 0.2, EAST + 0.2 + FIELD_STEP, FIELD_STEP)
    y = np.arange(SOUTH - 0.2, NORTH + 0.2 + FIELD_STEP, FIELD_STEP)
    grid = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
    fields = np.stack([distances.to(i, grid, 450e3) for i in range(len(distances.codes))]).reshape(
        -1, len(y), len(x)
    )
    far = np.where(np.isfinite(fields), fields, 450e3)
    nearest_two = np.argsort(far, axis=0)[:2]
    lines = []

    for limit, step in ((LIMITS["territorial-sea"], FINE_STEP), (LIMITS["eez"], FINE_STEP)):
        c = chord(limit)
        fine_x = np.arange(WEST - 0.2, EAST + 0.2 + step, step)
        fine_y = np.arange(SOUTH - 0.2, NORTH + 0.2 + step, step)
        rows = [  # row by row: the whole fine grid would take a gigabyte
            distances.to_any(np.stack([fine_x, np.full_like(fine_x, y0)], 1), c + 30e3)
            for y0 in fine_y
        ]
        field = np.minimum(np.stack(rows), c + 30e3)
        guess = contours(fine_x, fine_y, field, c)
        lines += settle(guess, lambda p, c=c: distances.to_any(p, c + 30e3) - c, step)
    count = len(distances.codes)
    for a in range(count):
        for b in range(a + 1, count):
            pair = np.sort(nearest_two, axis=0) == np.array([a, b])[:, None, None]
            close = pair.all(axis=0) & (far.min(axis=0) < chord(LIMITS["eez"]) + 30e3)
            if not close.any():
                continue
            # Three cells more, so that lines run past the points where three meet.
            grown = close.copy()
            for _ in range(3):
                grown[1:] |= grown[:-1].copy()
                grown[:-1] |= grown[1:].copy()
                grown[:, 1:] |= grown[:, :-1].copy()
                grown[:, :-1] |= grown[:, 1:].copy()
            field = np.ma.array(far[a] - far[b], mask=~grown)
            guess = contours(x, y, field, 0.0)
            if guess:
                lines += settle(
                    guess,
                    lambda p, a=a, b=b: distances.to(a, p, 5e5) - distances.to(b, p, 5e5),
                    FIELD_STEP,
                )
    return [LineString(line) for line in lines if len(line) > 1]


def faces_of(land, lines):
    """Cut the box into faces along coasts, limits and medians."""
    frame = box(WEST, SOUTH, EAST, NORTH)
    coasts = [g.intersection(frame).boundary for g in land.values()]
    lines = shapely.intersection(np.array(lines), frame)
    network = shapely.union_all([*coasts, frame.boundary, *lines], grid_size=QUANTUM)
    # A median that runs on over land separates nothing: merging by label takes it out again.
    return list(shapely.get_parts(shapely.polygonize(shapely.get_parts(network))))


def label(faces, land, distances):
    """Give each face's zone as (zone, kind, country)."""
    points = shapely.get_coordinates(shapely.point_on_surface(faces))
    metres = distances.to_all(points)
    owners = np.argmin(metres, axis=1)
    nearest = metres[np.arange(len(points)), owners]
    labels = [None] * len(faces)
    for code, geometry in land.items():
        shapely.prepare(geometry)
        for i in np.flatnonzero(shapely.contains_xy(geometry, points[:, 0], points[:, 1])):
            labels[i] = (f"{code}-land", "land", code)
    for i, face_label in enumerate(labels):
        if face_label is not None:
            continue
        code = distances.codes[owners[i]]
        if nearest[i] < chord(LIMITS["territorial-sea"]):
            labels[i] = (f"{code}-territorial-sea", "territorial-sea", code)
        elif nearest[i] < chord(LIMITS["eez"]):
            labels[i] = (f"{code}-EEZ", "eez", code)
        else:
            labels[i] = ("high-seas", "high-seas", "")
    return labels


def arcs_of(faces, numbers):
    """Give arcs (integer coordinates) with the zone numbers on their left and right.

    Outside the box is number -1. Edges between faces of one zone vanish.
    """
    left = {}
    for face, number in zip(faces, numbers, strict=True):
        face = shapely.geometry.polygon.orient(face, 1.0)
        for ring in (face.exterior, *face.interiors):
            points = np.rint(shapely.get_coordinates(ring) / QUANTUM).astype(int)
            points = list(map(tuple, points))
            for p, q in pairwise(points):
                left[p, q] = number
    edges = {}
    for (p, q), number in left.items():
        other = left.get((q, p), -1)
        if number == other or number < other:
            continue
        edges.setdefault((number, other), []).append((p, q))
    arcs = []
    for (number, other), pairs in sorted(edges.items()):
        following = {}
        for p, q in pairs:
            following.setdefault(p, []).append(q)
        ends = {q for _, q in pairs}
        # Start at beginnings of open arcs, then close what remains.
        starts = [p for p in following if p not in ends] + list(following)
        for start in starts:
            while following.get(start):
                arc = [start]
                while following.get(arc[-1]):
                    arc.append(following[arc[-1]].pop())
                arcs.append((number, other, thin(np.array(arc))))
    return arcs


def thin(arc):
    """Drop vertices within 15 m of the line without them, ends kept."""
    line = shapely.simplify(LineString(arc), 1.5, preserve_topology=True)
    return np.rint(shapely.get_coordinates(line)).astype(int)


def delta(points):
    """Write integer points as differences, flat: x0, y0, dx, dy, ..."""
    return np.diff(points, axis=0, prepend=[[0, 0]]).ravel().tolist()


def grid_of(arcs, zones):
    """Give the zone number beside the centre of each cell, from the arcs alone."""
    lines = [LineString(points * QUANTUM) for _, _, points in arcs]
    faces = shapely.get_parts(shapely.polygonize([*shapely.get_parts(shapely.union_all(lines))]))
    # The arc on a face's border tells its number by the side the face lies on.
    sides = {}
    for number, other, points in arcs:
        points = list(map(tuple, points))
        for p, q in pairwise(points):
            sides[p, q] = number
            sides[q, p] = other
    columns = round((EAST - WEST) / CELL)
    rows = round((NORTH - SOUTH) / CELL)
    x = WEST + np.arange(columns) * CELL + REFERENCE[0]
    y = SOUTH + np.arange(rows) * CELL + REFERENCE[1]
    gx, gy = (g.ravel() for g in np.meshgrid(x, y))
    tree = shapely.STRtree(shapely.points(gx, gy))
    out = np.full(rows * columns, -1, dtype=np.int16)
    for face in faces:
        ring = shapely.get_coordinates(shapely.geometry.polygon.orient(face, 1.0).exterior)
        ring = list(map(tuple, np.rint(ring / QUANTUM).astype(int)))
        votes = [sides[e] for e in pairwise(ring) if e in sides]
        number = max(set(votes), key=votes.count) if votes else -1
        if len(set(votes)) > 1:
            print("mixed face", face.area, {zones[v][0]: votes.count(v) for v in set(votes)})
        shapely.prepare(face)
        out[tree.query(face, predicate="contains")] = number
    return out.reshape(rows, columns)


def land_document(land):
    """Give the land for pictures and places, and the land borders, in quanta.

    Thinned as one coverage, so that neighbours keep a common border.
    """
    codes, parts = [], []
    for code, geometry in land.items():
        whole = geometry if code in WHOLE else geometry.intersection(box(*LAND_BOX))
        inside = polygons_of(whole)
        codes += [code] * len(inside)
        parts += inside
    parts = shapely.coverage_simplify(np.array(parts), 0.006)
    features, joined = {}, {}
    for code, part in zip(codes, parts, strict=True):
        for polygon in polygons_of(part):
            joined.setdefault(code, []).append(polygon)
            polygon = shapely.geometry.polygon.orient(polygon, 1.0)
            rings = [polygon.exterior, *polygon.interiors]
            features.setdefault(code, []).append([quanta(r) for r in rings])
    joined = {code: shapely.MultiPolygon(polygons) for code, polygons in joined.items()}
    borders = []
    for i, (one, area) in enumerate(joined.items()):
        for other, beyond in list(joined.items())[i + 1 :]:
            shared = shapely.intersection(area.boundary, beyond.boundary)
            lines = [g for g in shapely.get_parts(shared) if g.length > 0.0]
            if lines:
                merged = shapely.get_parts(shapely.line_merge(shapely.union_all(lines)))
                borders.append([one, other, [quanta(line) for line in merged]])
    print("borders", [(one, other, len(lines)) for one, other, lines in borders])
    return {"quantum_deg": QUANTUM, "box_deg": LAND_BOX, "land": features, "borders": borders}


def quanta(line):
    return delta(np.rint(shapely.get_coordinates(line) / QUANTUM).astype(int))


def check(land, distances, count=200_000):
    """Compare the written zones with their definition at random points; say where they differ."""
    from launchwatch.assessment.zones import Zones

    zones = Zones.built_in(CLAIMS)
    draw = np.random.default_rng(1982)
    points = np.stack([draw.uniform(WEST, 158.0, count), draw.uniform(SOUTH, NORTH, count)], 1)
    faces = shapely.points(points)
    wanted = [one[0] for one in label(faces, land, distances)]
    got = [zones.zones[n].zone for n in zones.partition.numbers_at(*points.T)]
    wrong = [i for i in range(count) if wanted[i] != got[i]]
    print(f"{len(wrong)} of {count} points lie in another zone than their nearest coast says")
    for i in wrong:
        edge = zones.at(points[i, 1], points[i, 0])[0].distance_km
        print(f"  {points[i, 1]:.4f} {points[i, 0]:.4f} {wanted[i]} {got[i]} edge {edge:.3f} km")


def write(name, document):
    """Write compact JSON, compressed without a date in it: the same input, the same bytes."""
    raw = json.dumps(document, separators=(",", ":")).encode()
    (DATA / name).write_bytes(gzip.compress(raw, 9, mtime=0))
    print(name, len(raw), "->", (DATA / name).stat().st_size, "bytes")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--atlas", help="folder that holds countries-10m.json")
    options = parser.parse_args()
    atlas_land = land_of_atlas(atlas(options.atlas))
    land = land_with_islets(atlas_land, read_islets())
    distances = Distances(land)
    print("countries", distances.codes, "coast points", [t.n for t in distances.trees])
    lines = zone_lines(distances)
    print("lines", len(lines), "vertices", sum(len(line.coords) for line in lines))
    faces = faces_of(land, lines)
    labels = label(faces, land, distances)
    zones = sorted(set(labels))
    print("faces", len(faces), "zones", [z[0] for z in zones])
    numbers = [zones.index(one) for one in labels]
    arcs = arcs_of(faces, numbers)
    grid = grid_of(arcs, zones)
    print("unlabelled cells", int((grid < 0).sum()))
    runs = []
    for row in grid:
        change = np.flatnonzero(np.diff(row)) + 1
        starts = np.concatenate([[0], change])
        runs.append(np.stack([starts, row[starts]], 1).ravel().tolist())
    write(
        "zones.json.gz",
        {
            "claims": CLAIMS,
            "box_deg": [WEST, SOUTH, EAST, NORTH],
            "quantum_deg": QUANTUM,
            "cell_deg": CELL,
            "reference_deg": REFERENCE,
            "zones": [{"zone": z, "kind": k, "country": c} for z, k, c in zones],
            "arcs": [{"left": a, "right": b, "points": delta(p)} for a, b, p in arcs],
            "cells": runs,
        },
    )
    write("land.json.gz", land_document(land))
    check(land, distances)


if __name__ == "__main__":
    main()
