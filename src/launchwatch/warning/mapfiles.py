"""Warnings as map files: GeoJSON (RFC 7946) and KML 2.2 (OGC 07-147r2)."""

import msgspec
from lxml import etree

from launchwatch.messages.fallarea import Ring
from launchwatch.messages.warning import Warning  # noqa: A004 - the field's word
from launchwatch.timescale import utc_from_instant
from launchwatch.warning.bulletin import bulletin
from launchwatch.warning.outlines import outline
from launchwatch.warning.settings import Settings

KML = "http://www.opengis.net/kml/2.2"

_LINES = {"public": "ff0000ff", "notice": "ff00ffff"}
"""Red and yellow, as KML orders a colour: alpha, blue, green, red."""


def geojson(warning: Warning, settings: Settings | None = None) -> bytes:
    """Give a warning as a GeoJSON Feature: its area as it goes out, and its words."""
    settings = settings or Settings()
    words = bulletin(warning, "en", settings.region_margin_m)
    rings = _rings(warning, settings)
    properties = {
        "warning_id": warning.warning_id,
        "revision": warning.revision,
        "mode": warning.mode,
        "action": warning.action,
        "severity": warning.severity,
        "time": utc_from_instant(warning.time),
        "fall_time": None if warning.fall_time is None else utc_from_instant(warning.fall_time),
        "provinces": [one.iso or one.name for one in warning.provinces],
        "headline": words.headline,
        "description": words.description,
        "instruction": words.instruction,
    }
    shapes = [[[list(point) for point in ring]] for ring in rings]
    geometry = {"type": "MultiPolygon", "coordinates": shapes} if shapes else None
    feature = {
        "type": "Feature",
        "id": f"{warning.mode}.{warning.warning_id}.{warning.revision}",
        "geometry": geometry,
        "properties": properties,
    }
    return msgspec.json.encode(feature)


def kml(warning: Warning, settings: Settings | None = None) -> bytes:
    """Give a warning as a KML document with one placemark."""
    settings = settings or Settings()
    words = bulletin(warning, "en", settings.region_margin_m)
    root = etree.Element(f"{{{KML}}}kml", nsmap={None: KML})
    document = etree.SubElement(root, f"{{{KML}}}Document")
    mark = _add(document, "Placemark")
    _add(mark, "name", words.headline)
    _add(mark, "description", f"{words.description} {words.instruction}")
    begin = _add(mark, "TimeStamp")
    _add(begin, "when", f"{utc_from_instant(warning.time, digits=0).replace(':60', ':59')}")
    style = _add(mark, "Style")
    line = _add(style, "LineStyle")
    _add(line, "color", _LINES[warning.severity])
    _add(line, "width", "3")
    fill = _add(style, "PolyStyle")
    _add(fill, "color", f"40{_LINES[warning.severity][2:]}")
    shapes = _add(mark, "MultiGeometry")
    for ring in _rings(warning, settings):
        edge = _add(_add(_add(shapes, "Polygon"), "outerBoundaryIs"), "LinearRing")
        _add(edge, "coordinates", " ".join(f"{lon:.5f},{lat:.5f}" for lon, lat in ring))
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


def _rings(warning: Warning, settings: Settings) -> tuple[Ring, ...]:
    return outline(warning.region, settings.polygon_vertices, settings.region_margin_m)


def _add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    element = etree.SubElement(parent, f"{{{KML}}}{name}")
    element.text = text
    return element
