"""Where a claim set is not the same as the default one, by cells."""

import numpy as np

from zonemaking.terrain import QUANTUM


def cells(base, other, box_deg, cell):
    """Give the cells (rows, columns) in which two maps are not the same."""
    segments, labels = [], []
    for header, bows, grid in (base, other):
        names = [tuple(zone[:3]) for zone in header["zones"]]
        labels.append(np.array([hash(n) for n in [*names, ("",)]])[grid])
        found = set()
        for left, right, points in bows:
            if left < 0 or right < 0 or names[left] == names[right]:
                continue
            sides = frozenset((names[left], names[right]))
            for p, q in zip(points[:-1].tolist(), points[1:].tolist(), strict=True):
                found.add((*sorted((tuple(p), tuple(q))), sides))
        segments.append(found)
    out = labels[0] != labels[1]
    west, south = box_deg[:2]
    for p, q, _ in segments[0] ^ segments[1]:
        (x0, y0), (x1, y1) = np.array(p) * QUANTUM, np.array(q) * QUANTUM
        c0, c1 = sorted((int((x0 - west) / cell), int((x1 - west) / cell)))
        r0, r1 = sorted((int((y0 - south) / cell), int((y1 - south) / cell)))
        out[max(r0 - 1, 0) : r1 + 2, max(c0 - 1, 0) : c1 + 2] = True
    for beside in other[0]["besides"]:
        xy = np.array(beside["points"])
        c0, r0 = np.floor((xy.min(axis=0) - [west, south]) / cell).astype(int)
        c1, r1 = np.ceil((xy.max(axis=0) - [west, south]) / cell).astype(int)
        out[r0:r1, c0:c1] = True
    return out
