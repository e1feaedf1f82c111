"""Fall areas: where and when something will come down, and in whose zones."""

from msgspec import Struct

from launchwatch.messages.launch import Ellipse
from launchwatch.messages.packet import Mode
from launchwatch.timescale import Instant

LonLat = tuple[float, float]
Ring = tuple[LonLat, ...]
Polygon = tuple[Ring, ...]
"""Outer ring, then holes; longitude before latitude, degrees, as in GeoJSON."""


class ZoneProbability(Struct, frozen=True, kw_only=True):
    """How probable a fall in one zone is.

    Attributes:
        zone: its name, such as ``JPN-EEZ`` or ``high-seas``.
        kind: land, internal-waters, territorial-sea, eez, high-seas or other.
        claims: the claim set that drew it; empty for a zone given by the user.
    """

    zone: str
    kind: str
    probability: float
    claims: str = ""


class FallArea(Struct, frozen=True, kw_only=True, tag="fall-area"):
    """One revision of where one body will come down.

    Attributes:
        time: when this was said (stream time).
        epoch: the time of the track's state that it rests on.
        fall_time: median of the samples; sigma beside it, seconds.
        latitude_deg: of the samples' mean point, with ``longitude_deg``; the ellipse's centre.
        region_95: highest-density region of the samples, one polygon or several.
        region_area_m2: its area on the ellipsoid.
        zones: probabilities, most probable first. They sum to the probability that it comes
            down at all: what stays in orbit falls in no zone, and in no region either.
        other_claims: what other claim sets make of the same samples, where they differ.
        body: which body comes down: ``whole`` until something separates.
        apogee_m: highest point of the median trajectory above the ellipsoid; sigma beside it.
        path: the median trajectory ahead: (longitude, latitude, height in metres, seconds
            after epoch), for pictures.
    """

    launch_id: str
    track_id: str
    revision: int
    time: Instant
    epoch: Instant
    mode: Mode
    fall_time: Instant
    fall_time_sigma_s: float
    latitude_deg: float
    longitude_deg: float
    ellipse_95: Ellipse
    region_95: tuple[Polygon, ...]
    region_area_m2: float
    zones: tuple[ZoneProbability, ...]
    body: str
    apogee_m: float
    apogee_sigma_m: float
    path: tuple[tuple[float, float, float, float], ...] = ()
    other_claims: tuple[ZoneProbability, ...] = ()
