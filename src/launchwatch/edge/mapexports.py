"""What an archive knows as map files: GeoJSON, KML 2.2, and CZML for globes that show time.

GeoJSON and KML hold the last word: launch points, the newest fall area of each body, the newest
area of each warning. CZML holds the whole watch: each track's positions over time (ECEF, which CZML
calls FIXED), and each fall area for as long as it stood. The mode stands in every name that is not
live.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from launchwatch.edge.archive import history, launches_known, track_history
from launchwatch.timescale import Instant
from launchwatch.warning.mapfiles import KML

Record = dict[str, Any]

_COLOURS = {"launch": "ff00a5ff", "fall-area": "ff0000ff", "warning": "ff00ffff"}
"""Orange, red, yellow: alpha, blue, green, red, as KML writes them."""


def export(archive: Path, form: str, at: Instant | None = None) -> bytes:
    """Give what an archive knew at a time (now without one) as a map file.

    Args:
        form: ``geojson``, ``kml`` or ``czml``.

    Raises:
        DeliveryError: the archive cannot be read.
    """
    return FORMS[form](archive, at)


def _geojson(archive: Path, at: Instant | None) -> bytes:
    features = [
        {"type": "Feature", "geometry": geometry, "properties": {"name": name, **told}}
        for name, geometry, told in _last_words(archive, at)
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def _kml(archive: Path, at: Instant | None) -> bytes:
    root = etree.Element(f"{{{KML}}}kml", nsmap={None: KML})
    document = _add(root, "Document")
    for name, geometry, told in _last_words(archive, at):
        mark = _add(document, "Placemark")
        _add(mark, "name", name)
        _add(mark, "description", ", ".join(f"{key} {value}" for key, value in told.items()))
        style = _add(mark, "Style")
        _add(_add(style, "LineStyle"), "color", _COLOURS[told["type"]])
        _add(_add(style, "PolyStyle"), "color", f"40{_COLOURS[told['type']][2:]}")
        if geometry["type"] == "Point":
            longitude, latitude = geometry["coordinates"]
            _add(_add(mark, "Point"), "coordinates", f"{longitude},{latitude}")
            continue
        shapes = _add(mark, "MultiGeometry")
        for polygon in _polygons(geometry):
            shape = _add(shapes, "Polygon")
            for number, ring in enumerate(polygon):
                edge = _add(shape, "innerBoundaryIs" if number else "outerBoundaryIs")
                text = " ".join(f"{lon},{lat}" for lon, lat in ring)
                _add(_add(edge, "LinearRing"), "coordinates", text)
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _czml(archive: Path, at: Instant | None) -> bytes:
    packets: list[Record] = [{"id": "document", "name": "launchwatch", "version": "1.0"}]
    for launch in launches_known(archive, at):
        said = history(archive, launch["launch_id"], at)
        packets += _areas_over_time(said)
        for track_id in launch["track_ids"]:
            packets += _track_over_time(archive, track_id, at)
    return json.dumps(packets).encode()


def _areas_over_time(said: list[Record]) -> Iterator[Record]:
    """Give each fall area for as long as it stood; the last one until its fall."""
    areas: dict[tuple[str, str], list[Record]] = {}
    for one in said:
        if one["type"] == "fall-area":
            areas.setdefault((one["track_id"], one["body"]), []).append(one)
    for (track_id, body), each in areas.items():
        ends = [*(one["time"] for one in each[1:]), each[-1]["fall_time"]]
        for one, end in zip(each, ends, strict=True):
            for number, polygon in enumerate(_polygons(one["region_95"])):
                flat = [value for lon, lat in polygon[0] for value in (lon, lat, 0.0)]
                yield {
                    "id": f"{track_id}/{body}/{one['revision']}/{number}",
                    "name": _named(one, f"fall area of {track_id} ({body})"),
                    "availability": f"{one['time']}/{max(one['time'], end)}",
                    "polygon": {
                        "positions": {"cartographicDegrees": flat},
                        "material": {"solidColor": {"color": {"rgba": [255, 0, 0, 60]}}},
                    },
                }


def _track_over_time(archive: Path, track_id: str, at: Instant | None) -> Iterator[Record]:
    told = track_history(archive, track_id, at)
    newest = {one["time"]: one for one in told if one["status"] != "dropped"}
    if len(newest) < 2:
        return
    times = sorted(newest)
    flat = [value for time in times for value in (time, *newest[time]["position_ecef_m"])]
    yield {
        "id": track_id,
        "name": _named(newest[times[0]], track_id),
        "availability": f"{times[0]}/{times[-1]}",
        "position": {"referenceFrame": "FIXED", "cartesian": flat},
        "point": {"pixelSize": 8, "color": {"rgba": [255, 165, 0, 255]}},
        "path": {"width": 2, "material": {"solidColor": {"color": {"rgba": [255, 165, 0, 200]}}}},
    }


def _last_words(archive: Path, at: Instant | None) -> Iterator[tuple[str, Record, Record]]:
    for launch in launches_known(archive, at):
        point = [launch["longitude_deg"], launch["latitude_deg"]]
        told = _short(launch, "launch_id", "launch_time", "probability", "cancelled")
        yield _named(launch, launch["launch_id"]), {"type": "Point", "coordinates": point}, told
        newest: dict[tuple[str, str], Record] = {}
        for one in history(archive, launch["launch_id"], at):
            if one["type"] == "fall-area":
                newest[one["track_id"], one["body"]] = one
        for one in newest.values():
            name = _named(one, f"fall area of {one['track_id']} ({one['body']})")
            yield name, one["region_95"], _short(one, "launch_id", "fall_time", "status")
        for one in launch["warnings"]:
            if one["region"]["coordinates"]:
                told = _short(one, "warning_id", "revision", "action", "severity", "fall_time")
                yield _named(one, one["warning_id"]), one["region"], told


def _short(record: Record, *keys: str) -> Record:
    return {"type": record["type"], "mode": record["mode"], "time": record["time"]} | {
        key: record[key] for key in keys
    }


def _named(record: Record, name: str) -> str:
    return name if record["mode"] == "live" else f"{record['mode'].upper()} {name}"


def _polygons(geometry: Record) -> Iterable[list[list[list[float]]]]:
    found = geometry["coordinates"]
    return found if geometry["type"] == "MultiPolygon" else [found]


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{KML}}}{name}")
    element.text = text
    return element


FORMS: dict[str, Callable[[Path, Instant | None], bytes]] = {
    "geojson": _geojson,
    "kml": _kml,
    "czml": _czml,
}
