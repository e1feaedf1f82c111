"""Labelled faces to arcs that know the zone on either side, a grid of cells, and a file."""

from itertools import pairwise

import numpy as np
import shapely
from shapely.geometry import LineString

from zonemaking.terrain import QUANTUM

# A cell's label is that of a point beside its centre: stored coordinates are whole quanta,
# so such a point never lies on a vertex, and the centre itself sometimes does.
BESIDE = (0.000037, 0.000041)


def arcs_of(faces, numbers, tolerance=1.5):
    """Give arcs (integer coordinates) with the zone numbers on their left and right.

    Outside the frame is number -1. Edges between faces of one zone vanish.

    Args:
        tolerance: quanta by which a vertex may lie off the line without it and be dropped.
    """
    left = {}
    for face, number in zip(faces, numbers, strict=True):
        face = shapely.geometry.polygon.orient(face, 1.0)
        for ring in (face.exterior, *face.interiors):
            points = np.rint(shapely.get_coordinates(ring) / QUANTUM).astype(int).tolist()
            for p, q in pairwise(map(tuple, points)):
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
                arcs.append((number, other, thin(np.array(arc), tolerance)))
    return arcs


def thin(arc, tolerance):
    """Drop vertices that lie within a tolerance of the line without them, ends kept."""
    line = shapely.simplify(LineString(arc), tolerance, preserve_topology=True)
    return np.rint(shapely.get_coordinates(line)).astype(int)


def grid_of(arcs, frame, cell):
    """Give the zone number beside the centre of each cell, from the arcs alone."""
    west, south, east, north = frame
    lines = [LineString(points * QUANTUM) for _, _, points in arcs]
    network = shapely.get_parts(shapely.union_all(lines))
    faces = shapely.get_parts(shapely.polygonize(network))
    # The arc on a face's border tells its number by the side the face lies on.
    sides = {}
    for number, other, points in arcs:
        for p, q in pairwise(map(tuple, points.tolist())):
            sides[p, q] = number
            sides[q, p] = other
    columns, rows = round((east - west) / cell), round((north - south) / cell)
    x = west + np.arange(columns) * cell + cell / 2 + BESIDE[0]
    y = south + np.arange(rows) * cell + cell / 2 + BESIDE[1]
    gx, gy = (g.ravel() for g in np.meshgrid(x, y))
    tree = shapely.STRtree(shapely.points(gx, gy))
    out = np.full(rows * columns, -1, dtype=np.int16)
    mixed = 0
    for face in faces:
        ring = shapely.get_coordinates(shapely.geometry.polygon.orient(face, 1.0).exterior)
        ring = list(map(tuple, np.rint(ring / QUANTUM).astype(int).tolist()))
        votes = [sides[e] for e in pairwise(ring) if e in sides]
        mixed += len(set(votes)) > 1
        shapely.prepare(face)
        inside = tree.query(face, predicate="contains")
        if len(inside):
            out[inside] = max(set(votes), key=votes.count) if votes else -1
    print("faces between arcs", len(faces), "of them with two labels", mixed)
    return out.reshape(rows, columns)


def planes(values, kind):
    """Give whole numbers as planes of their bytes, which compress well."""
    values = np.ascontiguousarray(values, dtype=kind)
    return values.view(np.uint8).reshape(-1, values.itemsize).T.copy()


def arrays_of(arcs, cells):
    """Give arcs and cells as the arrays that the package stores (assessment/zonefile.py)."""
    sizes = [len(points) for _, _, points in arcs]
    steps = np.concatenate([np.diff(points, axis=0, prepend=points[:1]) for *_, points in arcs])
    runs, changes = [], []
    for row in cells:
        starts = np.concatenate([[0], np.flatnonzero(np.diff(row)) + 1])
        changes.append(len(starts))
        runs.append(np.stack([starts, row[starts]], 1))
    return {
        "sizes": planes(sizes, np.int32),
        "left": planes([left for left, _, _ in arcs], np.int16),
        "right": planes([right for _, right, _ in arcs], np.int16),
        "first": planes(np.array([points[0] for *_, points in arcs]).ravel(), np.int32),
        "east": planes(steps[:, 0], np.int32),
        "north": planes(steps[:, 1], np.int32),
        "changes": planes(changes, np.int32),
        "starts": planes(np.concatenate(runs)[:, 0], np.int32),
        "numbers": planes(np.concatenate(runs)[:, 1], np.int16),
    }
