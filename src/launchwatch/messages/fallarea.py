"""Fall areas: where and when something will come down, and in whose zones."""

from typing import Literal

from msgspec import Struct

from launchwatch.messages.launch import Ellipse
from launchwatch.messages.packet import Mode
from launchwatch.timescale import Instant

LonLat = tuple[float, float]
Ring = tuple[LonLat, ...]
Polygon = tuple[Ring, ...]
"""Outer ring, then holes; longitude before latitude, degrees, as in GeoJSON."""


FallStatus = Literal["tracked", "coasting", "lost", "unobserved"]
"""What an area rests on: plots of just then; a track that flies on without; a track that was
dropped before its body can have come down; and such a one whose latest time to fall has passed, of
which nobody saw where it fell or whether it did."""


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
        latitude_deg: of the samples' middle, with ``longitude_deg``; the ellipse's centre. Where
            some pull up and some only fall, it is the middle of the likelier of both.
        region_95: highest-density region of the samples, one polygon or several.
        region_50: the same of half of them; empty where it was not made.
        region_area_m2: its area on the ellipsoid.
        zones: probabilities, most probable first. They sum to the probability that it comes
            down at all: what stays in orbit falls in no zone, and in no region either.
        other_claims: what other claim sets make of the same samples, where they differ.
        body: which body comes down: ``whole`` until something separates.
        apogee_m: highest point of the median trajectory above the ellipsoid; sigma beside it.
        path: the median trajectory ahead: (longitude, latitude, height in metres, seconds
            after epoch), for pictures.
        status: what it rests on; ``last_plot`` is when it was last measured.
        probability: that there is such a body at all, as of a booster that nobody has seen part
            from what it carried. The zones' probabilities are less by it, the region is not.
        heading_deg: from the launch point towards the fall, clockwise from true north; sigma
            beside it.
        range_95_m: along the ground from the launch point: 95 % of falls lie between these two.
        along_95_m: half of what those span; and ``across_95_m``, half of what 95 % span across.
            While a motor burns the one is known hundreds of times worse than the other.
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
    status: FallStatus = "tracked"
    last_plot: Instant | None = None
    probability: float = 1.0
    heading_deg: float | None = None
    heading_sigma_deg: float | None = None
    range_95_m: tuple[float, float] | None = None
    along_95_m: float | None = None
    across_95_m: float | None = None
    region_50: tuple[Polygon, ...] = ()


class HazardEnvelope(Struct, frozen=True, kw_only=True, tag="hazard-envelope"):
    """One outline around the fall areas of all of a launch's bodies.

    Attributes:
        bodies: whose areas it goes around, sorted.
        region: convex; two polygons where it crosses the antimeridian.
        area_m2: its area on the ellipsoid.
        begins: when the first of them may come down (95 %), and ``ends``, when the last.
    """

    launch_id: str
    revision: int
    time: Instant
    mode: Mode
    bodies: tuple[str, ...]
    region: tuple[Polygon, ...]
    area_m2: float
    begins: Instant
    ends: Instant
