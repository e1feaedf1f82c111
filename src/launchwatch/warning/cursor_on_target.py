"""Warnings as Cursor on Target events, which TAK clients show on their maps.

One event a polygon of the warned area, ``u-d-f`` (a drawn shape) with its corners as links and a
colour by severity, and one ``b-m-p-s-m`` (a spot) where the area has none. Times are UTC; positions
are WGS 84, latitude first. The unique identifier is the warning's and the polygon's number, so that
each revision moves what the one before drew; what ends a warning is stale at once, which takes it
from the map. The opposite of a live event is said in ``how`` (``m-s``, simulated) and in the
callsign, the only words that every client shows.

Source: MITRE, Cursor on Target Message Router User's Guide (2009), event schema 2.0; the shapes of
ATAK's drawing tool as its own files hold them.
"""

from collections.abc import Iterator

from lxml import etree

from launchwatch.messages.fallarea import Ring
from launchwatch.messages.warning import Warning  # noqa: A004 - the field's word
from launchwatch.timescale import Instant, instant_after, utc_from_instant
from launchwatch.warning.bulletin import bulletin
from launchwatch.warning.outlines import outline
from launchwatch.warning.settings import Settings

_COLOURS = {"public": "-65536", "notice": "-256"}
"""Red and yellow, as Android writes them: alpha, red, green, blue as one signed number."""

_FILLS = {"public": "1090453504", "notice": "1090518784"}
"""The same, a quarter opaque."""

_NOWHERE = "9999999.0"
"""What the schema's users write for an unknown height or error."""

_STANDS_S = 120.0
"""After its next update is due an event is stale, should the link fail."""


def events(warning: Warning, settings: Settings | None = None) -> tuple[bytes, ...]:
    """Give a warning as events, one XML document each."""
    settings = settings or Settings()
    rings = outline(warning.region, settings.polygon_vertices, settings.region_margin_m)
    drawn = [_event(warning, number, ring) for number, ring in enumerate(rings, start=1)]
    return tuple(etree.tostring(one, encoding="UTF-8", xml_declaration=True)
                 for one in drawn or [_event(warning, 1, ())])  # fmt: skip


def _event(warning: Warning, number: int, ring: Ring) -> etree._Element:
    due = warning.next_update
    stale = warning.time if due is None else instant_after(due, _STANDS_S)
    root = etree.Element(
        "event",
        version="2.0",
        uid=f"launchwatch.{warning.mode}.{warning.warning_id}.{number}",
        type="u-d-f" if ring else "b-m-p-s-m",
        how="m-g" if warning.mode == "live" else "m-s",
        time=_moment(warning.time),
        start=_moment(warning.time),
        stale=_moment(stale),
    )
    latitude, longitude = _middle(ring)
    etree.SubElement(
        root, "point", lat=f"{latitude:.5f}", lon=f"{longitude:.5f}", hae=_NOWHERE, ce=_NOWHERE,
        le=_NOWHERE,
    )  # fmt: skip
    detail = etree.SubElement(root, "detail")
    for each in _links(ring):
        etree.SubElement(detail, "link", point=each)
    words = bulletin(warning, "en", Settings().region_margin_m)
    etree.SubElement(detail, "contact", callsign=words.headline[:120])
    etree.SubElement(detail, "strokeColor", value=_COLOURS[warning.severity])
    etree.SubElement(detail, "fillColor", value=_FILLS[warning.severity])
    etree.SubElement(detail, "strokeWeight", value="4.0")
    etree.SubElement(detail, "labels_on", value="true")
    etree.SubElement(detail, "remarks").text = f"{words.description} {words.instruction}"
    return root


def _links(ring: Ring) -> Iterator[str]:
    for longitude, latitude in ring:
        yield f"{latitude:.5f},{longitude:.5f}"


def _middle(ring: Ring) -> tuple[float, float]:
    """Give a place within the corners' box, for clients that show a point; 0, 0 without any."""
    if not ring:
        return 0.0, 0.0
    longitudes, latitudes = zip(*ring, strict=True)
    return 0.5 * (min(latitudes) + max(latitudes)), 0.5 * (min(longitudes) + max(longitudes))


def _moment(instant: Instant) -> str:
    # A leap second is written as the one before: the schema's dateTime knows no ``:60``.
    return f"{utc_from_instant(instant, digits=0)[:-1].replace(':60', ':59')}.000Z"
