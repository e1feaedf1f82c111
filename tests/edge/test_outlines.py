"""Outlines are drawn where the zones are, also where a coast touches itself."""

import shapely

from launchwatch.assessment.zones import Zones
from launchwatch.edge.outlines import zone_outlines


def test_the_sea_off_hokkaido_is_not_drawn_as_land():
    zones = Zones.built_in()
    off_mashike = shapely.Point(141.425, 43.945)
    assert zones.spot(43.945, 141.425).zone.kind == "territorial-sea"
    kinds = {
        outline.kind
        for outline in zone_outlines(zones)
        for rings in outline.polygons
        if shapely.Polygon(rings[0], rings[1:]).contains(off_mashike)
    }
    assert kinds == {"territorial-sea"}
