"""Files of polygons that others publish: GeoJSON, GeoPackage and shapefiles, zipped or not.

What each one holds is brought to degrees of WGS 84, whatever it was drawn in. Whether it makes
sense as zones is judged by `launchwatch.assessment.zoneimport`.

A GeoPackage (OGC 12-128) is an SQLite database; a shape there is a heading of flags and a box
before well-known binary. A shapefile (ESRI, 1998) is three files: shapes, properties (dBASE) and
the system that they were drawn in.
"""

import json
import sqlite3
import struct
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyproj
import shapely

from launchwatch.assessment.zoneimport import Feature
from launchwatch.errors import SettingsError

_KINDS = (".gpkg", ".shp", ".geojson", ".json")


def read_zones(file: str, layer: str | None = None) -> list[Feature]:
    """Read polygons with their properties; shapes come in degrees of WGS 84.

    Args:
        layer: of a GeoPackage, where it has several.

    Raises:
        SettingsError: names the file, what was wanted and what came.
    """
    path = Path(file)
    try:
        if path.suffix.lower() == ".zip":
            return _from_zip(path, layer)
        return _read(path, layer)
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror or error}") from None
    except zipfile.BadZipFile:
        raise SettingsError(f"{file}: is no zip archive") from None


def _from_zip(path: Path, layer: str | None) -> list[Feature]:
    """Read the one file of polygons in an archive."""
    with zipfile.ZipFile(path) as archive, tempfile.TemporaryDirectory() as folder:
        names = [name for name in archive.namelist() if Path(name).suffix.lower() in _KINDS]
        if not names:
            raise SettingsError(f"{path}: wanted one of {', '.join(_KINDS)} in the archive")
        first = next((n for kind in _KINDS for n in names if n.lower().endswith(kind)), names[0])
        stem = Path(first).stem
        for name in archive.namelist():
            if Path(name).stem == stem:
                # By its own name alone: what an archive calls a file must not lead elsewhere.
                (Path(folder) / Path(name).name).write_bytes(archive.read(name))
        return _read(Path(folder) / Path(first).name, layer)


def _read(path: Path, layer: str | None) -> list[Feature]:
    kind = path.suffix.lower()
    if kind == ".gpkg":
        return _geopackage(path, layer)
    if kind == ".shp":
        return _shapefile(path)
    if kind in (".geojson", ".json"):
        return _geojson(path)
    raise SettingsError(f"{path.name}: wanted one of {', '.join((*_KINDS, '.zip'))}, got {kind!r}")


def _geojson(path: Path) -> list[Feature]:
    try:
        content = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:
        raise SettingsError(f"{path.name}: must be GeoJSON: {error}"[:300]) from None
    listed = content.get("features") if isinstance(content, dict) else None
    if not isinstance(listed, list):
        raise SettingsError(f"{path.name}: must be a GeoJSON FeatureCollection")
    system = _crs_of_geojson(content, path.name)
    found = []
    for position, one in enumerate(listed):
        where = f"{path.name}: feature {position}"
        if not isinstance(one, dict):
            raise SettingsError(f"{where}: must be an object, got {type(one).__name__}")
        properties = one.get("properties")
        try:
            shape = one.get("geometry") and shapely.from_geojson(json.dumps(one["geometry"]))
        except (shapely.GEOSException, ValueError) as error:
            raise SettingsError(f"{where}: {error}"[:300]) from None
        found.append(Feature(properties if isinstance(properties, dict) else {}, shape))
    return _in_degrees(found, system, path.name)


def _crs_of_geojson(content: Mapping[str, Any], name: str) -> Any:
    """Give the system that an old GeoJSON file names; since RFC 7946 there is only one."""
    crs = content.get("crs")
    named = crs.get("properties") if isinstance(crs, dict) else None
    text = named.get("name") if isinstance(named, dict) else None
    return _system(text, name) if isinstance(text, str) else None


def _geopackage(path: Path, layer: str | None) -> list[Feature]:
    path.stat()  # what is not there is named as such
    # Read-only: the database of others is not to be touched.
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
        try:
            database.row_factory = sqlite3.Row
            rows = database.execute(
                "SELECT table_name, column_name, srs_id FROM gpkg_geometry_columns"
            ).fetchall()
            layers = {row["table_name"]: row for row in rows}
            if layer is None and len(layers) == 1:
                layer = next(iter(layers))
            if layer is None or layer not in layers:
                raise SettingsError(
                    f"{path.name}: wanted --layer, one of {', '.join(layers)[:200]}, got {layer!r}"
                )
            chosen = layers[layer]
            system = database.execute(
                "SELECT organization, organization_coordsys_id, definition "
                "FROM gpkg_spatial_ref_sys WHERE srs_id = ?",
                (chosen["srs_id"],),
            ).fetchone()
            name = layer.replace('"', '""')
            found = [
                Feature(
                    {key: row[key] for key in row.keys() if key != chosen["column_name"]},  # noqa: SIM118
                    _shape_of_blob(row[chosen["column_name"]], f"{path.name}: feature {position}"),
                )
                for position, row in enumerate(database.execute(f'SELECT * FROM "{name}"'))  # noqa: S608
            ]
        except sqlite3.Error as error:
            raise SettingsError(f"{path.name}: must be a GeoPackage: {error}"[:300]) from None
    text = f"{system['organization']}:{system['organization_coordsys_id']}" if system else ""
    known = text.upper() not in ("", "NONE:-1", "NONE:0")
    return _in_degrees(found, _system(text, path.name) if known else None, path.name)


def _shape_of_blob(blob: Any, where: str) -> Any:
    """Read a GeoPackage's shape: GP, version, flags, system, a box by the flags, then WKB."""
    if blob is None:
        return None
    if not isinstance(blob, bytes) or blob[:2] != b"GP" or len(blob) < 9:
        raise SettingsError(f"{where}: its shape is no GeoPackage geometry")
    box = {0: 0, 1: 32, 2: 48, 3: 48, 4: 64}.get(blob[3] >> 1 & 7)
    try:
        return None if box is None else shapely.from_wkb(blob[8 + box :])
    except shapely.GEOSException as error:
        raise SettingsError(f"{where}: {error}"[:300]) from None


def _shapefile(path: Path) -> list[Feature]:
    rows = _dbase(path.with_suffix(".dbf"))
    content = path.read_bytes()
    if content[:4] != b"\x00\x00\x27\x0a":
        raise SettingsError(f"{path.name}: must be a shapefile")
    try:
        shapes = [_shape_of_record(record) for record in _records(content)]
    except (struct.error, ValueError, IndexError, shapely.GEOSException) as error:
        raise SettingsError(f"{path.name}: is damaged: {error}"[:300]) from None
    if len(shapes) != len(rows):
        raise SettingsError(
            f"{path.name}: {len(shapes)} shapes, but {len(rows)} rows of properties beside them"
        )
    found = [Feature(row, shape) for row, shape in zip(rows, shapes, strict=True)]
    drawn_in = path.with_suffix(".prj")
    text = drawn_in.read_text(errors="replace") if drawn_in.exists() else ""
    return _in_degrees(found, _system(text, drawn_in.name) if text else None, path.name)


def _records(content: bytes) -> Iterator[bytes]:
    at = 100
    while at < len(content):
        (words,) = struct.unpack(">i", content[at + 4 : at + 8])
        yield content[at + 8 : at + 8 + 2 * words]
        at += 8 + 2 * words


def _shape_of_record(record: bytes) -> Any:
    """Read a polygon: rings one after the other, shells wound clockwise, holes the other way."""
    (kind,) = struct.unpack("<i", record[:4])
    if kind == 0:
        return None
    if kind not in (5, 15, 25):
        raise ValueError(f"wanted polygons, got shapes of type {kind}")
    parts, many = struct.unpack("<2i", record[36:44])
    starts = [*struct.unpack(f"<{parts}i", record[44 : 44 + 4 * parts]), many]
    at = 44 + 4 * parts
    points = np.frombuffer(record[at : at + 16 * many], dtype="<f8").reshape(-1, 2)
    rings = [shapely.linearrings(points[a:b]) for a, b in pairwise(starts) if b - a > 3]
    # Rings are nested by where they lie, not by their winding, which many files get wrong.
    return shapely.build_area(shapely.multilinestrings(rings)) if rings else None


def _dbase(path: Path) -> list[dict[str, str]]:
    content = path.read_bytes()
    try:
        count, heading, width = struct.unpack("<IHH", content[4:12])
        fields, at = [], 32
        while content[at] != 13:
            name = content[at : at + 11].split(b"\0")[0].decode("ascii", "replace")
            fields.append((name, content[at + 16]))
            at += 32
    except (struct.error, IndexError):
        raise SettingsError(f"{path.name}: must be a dBASE file") from None
    rows = []
    for number in range(count):
        at, row = heading + number * width + 1, {}
        for name, length in fields:
            row[name] = content[at : at + length].decode("utf-8", "replace").strip(" \0")
            at += length
        rows.append(row)
    return rows


def _system(text: str, name: str) -> Any:
    try:
        return pyproj.CRS.from_user_input(text)
    except pyproj.exceptions.CRSError as error:
        raise SettingsError(f"{name}: the coordinate system is unknown: {error}"[:300]) from None


def _in_degrees(features: list[Feature], system: Any, name: str) -> list[Feature]:
    """Bring shapes to degrees of WGS 84, longitude first; no system means they are that."""
    if system is None or system.equals(pyproj.CRS.from_epsg(4326), ignore_axis_order=True):
        return features
    change = pyproj.Transformer.from_crs(system, 4326, always_xy=True)

    def degrees(points: Any) -> Any:
        return np.stack(change.transform(*points.T), 1)

    try:
        return [
            one if one.shape is None else one._replace(shape=shapely.transform(one.shape, degrees))
            for one in features
        ]
    except pyproj.exceptions.ProjError as error:
        raise SettingsError(f"{name}: cannot be brought to degrees: {error}"[:300]) from None
