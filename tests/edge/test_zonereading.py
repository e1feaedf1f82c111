"""Files of polygons as others write them, made here byte by byte."""

import json
import sqlite3
import struct
import zipfile
from contextlib import closing

import pyproj
import pytest
import shapely

from launchwatch.edge.zonereading import read_zones
from launchwatch.errors import SettingsError

SHAPE = shapely.Polygon(
    [(133, 39), (133, 41), (136, 41), (136, 39)], [[(134, 40), (135, 40), (135, 40.5)]]
)
PLATE = pyproj.Transformer.from_crs(4326, 3857, always_xy=True)


def geopackage(path, shape=SHAPE, system=4326, organization="EPSG", layers=("eez",)):
    with closing(sqlite3.connect(path)) as base:
        base.execute("CREATE TABLE gpkg_geometry_columns (table_name, column_name, srs_id)")
        base.execute(
            "CREATE TABLE gpkg_spatial_ref_sys "
            "(srs_id, organization, organization_coordsys_id, definition)"
        )
        base.execute(
            "INSERT INTO gpkg_spatial_ref_sys VALUES (?, ?, ?, '')", (system, organization, system)
        )
        for layer in layers:
            base.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?)", (layer, system))
            base.execute(f'CREATE TABLE "{layer}" (fid, geom, ISO_TER1)')
            # A heading with a box of four numbers (flags 2), as most programs write it.
            blob = b"GP\x00\x03" + struct.pack("<i4d", system, *shape.bounds[::2], 0, 0)
            base.execute(
                f'INSERT INTO "{layer}" VALUES (1, ?, ?)', (blob + shapely.to_wkb(shape), "JPN")
            )
        base.commit()
    return path


def shapefile(folder, shape=SHAPE, wound=1.0, prj=None):
    """Rings of one polygon; `wound` -1 winds shells and holes the wrong way round."""
    rings = [
        shapely.get_coordinates(ring)
        for ring in shapely.get_rings(shapely.orient_polygons(shape, exterior_cw=wound > 0))
    ]
    starts = [sum(len(r) for r in rings[:i]) for i in range(len(rings))]
    record = struct.pack("<i4d2i", 5, *shape.bounds, len(rings), sum(map(len, rings)))
    record += struct.pack(f"<{len(rings)}i", *starts)
    record += b"".join(struct.pack("<2d", *point) for ring in rings for point in ring)
    shp = b"\x00\x00\x27\x0a" + b"\0" * 96 + struct.pack(">2i", 1, len(record) // 2) + record
    (folder / "eez.shp").write_bytes(shp)
    dbf = bytearray(32) + b"ISO_TER1\0\0\0C" + b"\0" * 4 + bytes([3]) + b"\0" * 15 + b"\r"
    dbf[4:12] = struct.pack("<IHH", 1, len(dbf), 4)
    (folder / "eez.dbf").write_bytes(bytes(dbf) + b" JPN")
    if prj:
        (folder / "eez.prj").write_text(prj)
    return folder / "eez.shp"


def geojson(path, shape=SHAPE, **more):
    geometry = json.loads(shapely.to_geojson(shape))
    feature = {"type": "Feature", "properties": {"ISO_TER1": "JPN"}, "geometry": geometry}
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature], **more}))
    return path


def projected(shape):
    return shapely.transform(shape, lambda p: [list(PLATE.transform(*point)) for point in p])


def test_a_geopackage_gives_shapes_and_properties(tmp_path):
    (one,) = read_zones(str(geopackage(tmp_path / "eez.gpkg")))
    assert one.properties["ISO_TER1"] == "JPN"
    assert "geom" not in one.properties
    assert one.shape.equals(SHAPE)


def test_a_shapefile_gives_the_same_however_its_rings_are_wound(tmp_path):
    for wound in (1.0, -1.0):
        (one,) = read_zones(str(shapefile(tmp_path, wound=wound)))
        assert one.properties == {"ISO_TER1": "JPN"}
        assert one.shape.equals(SHAPE)


def test_geojson_gives_the_same(tmp_path):
    (one,) = read_zones(str(geojson(tmp_path / "eez.geojson")))
    assert one.shape.equals(SHAPE)


def test_what_was_drawn_in_a_projection_comes_in_degrees(tmp_path):
    mercator = projected(SHAPE)
    names = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::3857"}}
    prj = pyproj.CRS.from_epsg(3857).to_wkt("WKT1_ESRI")
    for file in (
        geopackage(tmp_path / "a.gpkg", mercator, 3857),
        shapefile(tmp_path, mercator, prj=prj),
        geojson(tmp_path / "b.json", mercator, crs=names),
    ):
        (one,) = read_zones(str(file))
        # Through the projection and back: a millionth of a degree is a decimetre.
        assert one.shape.normalize().equals_exact(SHAPE.normalize(), 1e-6)


def test_archives_are_looked_into(tmp_path):
    file = shapefile(tmp_path)
    with zipfile.ZipFile(tmp_path / "eez.zip", "w") as archive:
        for kind in (".shp", ".dbf"):
            archive.write(file.with_suffix(kind), f"../World/eez{kind}")
    (one,) = read_zones(str(tmp_path / "eez.zip"))
    assert one.shape.equals(SHAPE)


def test_a_layer_is_asked_for_where_there_are_several(tmp_path):
    file = str(geopackage(tmp_path / "eez.gpkg", layers=("eez", "boundaries")))
    with pytest.raises(SettingsError, match="wanted --layer, one of eez, boundaries"):
        read_zones(file)
    assert len(read_zones(file, "eez")) == 1


def damaged(path):
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) - 30])
    return path


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda f: f / "none.gpkg", "No such file"),
        (lambda f: f / "none.geojson", "No such file"),
        (lambda f: f / "none.zip", "No such file"),
        (lambda f: f / "eez.kml", "wanted one of .gpkg"),
        (lambda f: damaged(shapefile(f)), "damaged"),
        (lambda f: geojson(f / "a.json", crs={"type": "name", "properties": {"name": "x"}}),
         "coordinate system is unknown"),
        (lambda f: geopackage(f / "a.gpkg", system=9, organization="ABC"), "system is unknown"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_by_name(tmp_path, made, said):
    file = made(tmp_path)
    with pytest.raises(SettingsError, match=said) as refused:
        read_zones(str(file))
    assert file.name.split(".")[0] in str(refused.value)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("name", ["a.gpkg", "a.shp", "a.geojson", "a.zip", "a.dbf"])
@pytest.mark.parametrize("content", [b"", b"nonsense", b"\x00" * 400, b'{"features": [3]}'])
def test_nonsense_under_any_name_is_refused(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    (tmp_path / "a.dbf").write_bytes(content)
    with pytest.raises(SettingsError):
        read_zones(str(tmp_path / name))
