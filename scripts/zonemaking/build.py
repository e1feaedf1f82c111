"""Put it together: each claim set in Northeast Asia, and the rest of the world once."""

import argparse
import gzip
import hashlib
import json
import pickle
import tempfile
import time
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import LineString, box

from zonemaking import arcs, atlas, check, claims, differences, faces, landfile, lines, terrain
from zonemaking.coasts import Coasts
from zonemaking.terrain import QUANTUM

DATA = atlas.HERE.parent.parent / "src/launchwatch/data/zones"
NEAR = (112.0, 20.0, 180.0, 52.0)  # where zones are drawn as exactly as the coast allows
MARGIN = (104.0, 14.0, 188.0, 58.0)  # where land counts for them: 200 NM and more beyond
WORLD = (-180.0, -90.0, 180.0, 90.0)
NEAR_CELL, WORLD_CELL = 0.05, 0.25  # degrees of a cell of the label grid
WORLD_THIN = 0.008  # degrees: the side of the corners that may be cut off coasts, 900 m
NO_ZONES = ("ATA",)  # the Antarctic Treaty (1959), article IV: no claims are asserted


def write(name, header, arrays):
    """Write one file of zones: the same input, the same bytes."""
    text = np.frombuffer(json.dumps(header, separators=(",", ":")).encode(), dtype=np.uint8)
    with (DATA / name).open("wb") as file:
        np.savez_compressed(file, header=text, **arrays)
    print(name, (DATA / name).stat().st_size, "bytes", flush=True)


def drawn(plots, rules, cuts, sea, frame, cell, tolerance):
    """Give header and arrays of one map, with its arcs and cells."""
    area = box(*frame) if isinstance(frame, tuple) else frame
    cut = faces.faces_of(plots, [*cuts, *sea], area)
    labels = rules.label(plots, cut)
    zones = sorted(set(labels))
    number = {zone: n for n, zone in enumerate(zones)}
    found = arcs.arcs_of(cut, [number[one] for one in labels], tolerance)
    bounds = tuple(float(v) for v in area.bounds)
    cells = arcs.grid_of(found, bounds, cell)
    print("  faces", len(cut), "zones", len(zones), "arcs", len(found), flush=True)
    header = {
        "box_deg": bounds,
        "quantum_deg": QUANTUM,
        "cell_deg": cell,
        "reference_deg": [cell / 2 + beside for beside in arcs.BESIDE],
        "zones": [list(zone) for zone in zones],
    }
    return header, found, cells


def law_of(name, plots, islets):
    """Give the land of Northeast Asia as a claim set sees it, and the rules that follow."""
    rules = claims.SETS[name]
    window = (
        box(*MARGIN[:2], 180.0, MARGIN[3]),
        box(-180.0, MARGIN[1], MARGIN[2] - 360.0, MARGIN[3]),
    )
    own = [plot for plot in plots if any(plot.area.intersects(w) for w in window)]
    is_rock = [any(word in islet["name"] for word in rules.rocks) for islet in islets]
    solid = [islet for islet, rock in zip(islets, is_rock, strict=True) if not rock]
    full = claims.moved(terrain.with_islets(own, islets, rules.given), rules)
    zoned = (
        claims.moved(terrain.with_islets(own, solid, rules.given), rules) if any(is_rock) else full
    )
    found = claims.boundaries()
    base = [(state, LineString(found[line])) for line, state in rules.baselines]
    coasts = Coasts(zoned, MARGIN, 0.005, NO_ZONES, base)
    rocks = Coasts(full, MARGIN, 0.005, NO_ZONES, base) if any(is_rock) else coasts
    behind = [("JPN", faces.seto(full))]
    behind += [
        (state, faces.behind_baseline(found[line], full, state)) for line, state in rules.baselines
    ]
    return full, faces.Rules(coasts, rules, rocks, behind)


def near(name, plots, islets, folder):
    """Draw one claim set in Northeast Asia."""
    rules, found = claims.SETS[name], claims.boundaries()
    full, law = law_of(name, plots, islets)
    # Sets that see the same coasts share the lines that follow from them.
    key = rules.given, rules.moved, rules.rocks, rules.baselines, islets, found
    sea = kept(folder, "sea", key, lambda: near_sea(law))
    header, bows, cells = drawn(full, law, law.cuts(), sea, NEAR, NEAR_CELL, 1.5)
    besides = [
        {
            "zone": zone,
            "kind": "other",
            "points": [[round(x, 6), round(y, 6)] for x, y in found[line]],
        }
        for line, zone in rules.besides
    ]
    return header | {"claims": name, "besides": besides}, bows, cells


def kept(folder, name, key, make):
    """Give what was made of the same things before, or make it now: runs may be cut short."""
    digest = hashlib.sha256(repr(key).encode()).hexdigest()[:16]
    file = folder / f"{name}-{digest}.pickle"
    if not file.exists():
        made = make()
        file.write_bytes(pickle.dumps(made))
        return made
    return pickle.loads(file.read_bytes())


def near_sea(law):
    """Give all limits and medians in Northeast Asia."""
    around = (NEAR[0] - 0.24, NEAR[1] - 0.24, NEAR[2] + 0.24, NEAR[3] + 0.24)
    clock = time.process_time()
    sea = [
        LineString(line)
        for shores, miles in ((law.rocks, (12.0, 24.0)), (law.coasts, (200.0,)))
        for line in lines.limits(shores, miles, around, 0.12, 0.015)
    ]
    for area, _ in law.straits:
        west, south, east, north = area.bounds
        wide, high = (0.12 * np.ceil(v / 0.12) for v in (east - west, north - south))
        place = (west, south, west + wide, south + high)
        three = [LineString(line) for line in lines.limits(law.rocks, (3.0,), place, 0.12, 0.015)]
        sea += [part for line in three for part in shapely.get_parts(line.intersection(area))]
    print("  limits", len(sea), f"{time.process_time() - clock:.0f} s", flush=True)
    sea += [LineString(line) for line in lines.medians(law.coasts, around, 0.04)]
    print("  medians", len(sea), f"{time.process_time() - clock:.0f} s", flush=True)
    return [line for line in sea if line.geom_type == "LineString" and len(line.coords) > 1]


def world(plots, islets, folder):
    """Draw what lies beyond Northeast Asia, for every claim set the same."""
    full = terrain.with_islets(plots, islets, ())
    coasts = Coasts(full, WORLD, 0.02, (*NO_ZONES, faces.CASPIAN.bounds))
    sea = []
    for miles, coarse, fine in (((12.0, 24.0), 0.16, 0.04), ((200.0,), 0.4, 0.05)):
        # In bands, so that each is a run of a minute or two.
        for south in range(-78, 90, 24):
            band = (-180.0, south, 180.0, south + 24.0)
            how = miles, band, coarse, fine
            sea += kept(folder, "limits", (islets, how), lambda h=how: lines.limits(coasts, *h))
            print("  limits", miles, south, len(sea), f"{time.process_time():.0f} s", flush=True)
    middle = (-180.0, -62.0, 180.0, 87.0)
    sea += kept(folder, "medians", (islets, middle), lambda: lines.medians(coasts, middle, 0.1))
    print("  medians", len(sea), f"{time.process_time():.0f} s", flush=True)
    sea = [LineString(line) for line in sea if len(line) > 1]
    frame = box(*WORLD).difference(box(*NEAR))
    areas = shapely.coverage_simplify(np.array([plot.area for plot in full]), WORLD_THIN)
    small = [
        plot._replace(area=part)
        for plot, area in zip(full, areas, strict=True)
        for part in atlas.polygons_of(area)
    ]
    law = faces.Rules(coasts)
    law.straits = []
    header, bows, cells = drawn(small, law, [], sea, frame, WORLD_CELL, 15.0)
    return header, bows, cells


def main():
    """Build everything, or the parts that are named."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sources", help="folder that keeps what is downloaded")
    parser.add_argument("--only", nargs="+", help="claim sets, world, land, differences, check")
    options = parser.parse_args()
    folder = Path(options.sources or tempfile.mkdtemp())
    atlas.download(folder)
    wanted = options.only or [*claims.SETS, "world", "differences", "land", "check"]
    plots = kept(folder, "plots", atlas.NPM, lambda: terrain.provinces(folder))
    islets = terrain.read_islets()
    maps = {}
    for name in wanted:
        if name in claims.SETS:
            print(name, flush=True)
            drawing = near(name, plots, islets, folder)
            write(f"{name}.npz", drawing[0], arcs.arrays_of(*drawing[1:]))
            (folder / f"{name}.drawing").write_bytes(gzip.compress(pickle.dumps(drawing), 1))
        if name == "world":
            print(name, flush=True)
            header, bows, cells = world(plots, islets, folder)
            write("world.npz", header | {"claims": ""}, arcs.arrays_of(bows, cells))
    if "land" in wanted:
        landfile.write(plots, islets)
    if "check" in wanted:
        check.against_definition(*law_of("median", plots, islets))
    if "differences" in wanted:
        for name in claims.SETS:
            content = gzip.decompress((folder / f"{name}.drawing").read_bytes())
            maps[name] = pickle.loads(content)
        others = list(claims.SETS)[1:]
        bits = np.zeros(maps["median"][2].shape, dtype=np.uint8)
        for n, name in enumerate(others):
            bits |= (
                differences.cells(maps["median"], maps[name], NEAR, NEAR_CELL).astype(np.uint8) << n
            )
        write(
            "differences.npz",
            {"sets": others, "box_deg": NEAR, "cell_deg": NEAR_CELL},
            {"bits": bits},
        )
