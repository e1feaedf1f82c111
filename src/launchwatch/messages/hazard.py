"""Hazards: which ships and aircraft are, or will be, where something comes down."""

from typing import Literal

from msgspec import Struct

from launchwatch.messages.packet import Mode
from launchwatch.messages.traffic import Doubt
from launchwatch.timescale import Instant


class Endangered(Struct, frozen=True, kw_only=True):
    """One ship or aircraft that may be inside a fall area when something falls there.

    Attributes:
        kind: ``vessel`` or ``aircraft``; ``identity`` is its MMSI or 24-bit address.
        name: the ship's name or the aircraft's callsign; empty where unknown.
        probability: that it is inside the area's 95 % region at the time of the fall, by its last
            report, carried on with growing doubt. Not that it is hit.
        reported: when it was last where ``latitude_deg`` and ``longitude_deg`` say.
        age_s: how old that was when this was said.
        course_deg: over the ground, clockwise from true north; None where not reported.
        height_m: of an aircraft, above the ellipsoid or, where that is unknown, by pressure.
        distance_m: at the time of the fall from the region's edge; negative inside.
        enters: when it enters the region if it goes on as it does; None where it is inside
            already, or does not.
        leaves: when it leaves it; None where not within ten minutes after the fall.
        doubts: what speaks against its report.
    """

    kind: Literal["vessel", "aircraft"]
    identity: str
    name: str
    probability: float
    latitude_deg: float
    longitude_deg: float
    reported: Instant
    age_s: float
    course_deg: float | None = None
    speed_mps: float | None = None
    height_m: float | None = None
    distance_m: float
    enters: Instant | None = None
    leaves: Instant | None = None
    doubts: tuple[Doubt, ...] = ()


class HazardList(Struct, frozen=True, kw_only=True, tag="hazards"):
    """Who is in danger from one falling body, as of now.

    Attributes:
        time: when this was said (stream time).
        area_revision: the revision of the fall area that it rests on.
        endangered: most probable first; empty where nobody is any more.
        vessels: ships whose positions were known, of which the others are not in danger;
            ``aircraft`` likewise.
        is_final: that the fall is past, and these were there: whom to ask.
    """

    launch_id: str
    track_id: str
    body: str
    time: Instant
    mode: Mode
    area_revision: int
    fall_time: Instant
    fall_time_sigma_s: float
    endangered: tuple[Endangered, ...]
    vessels: int
    aircraft: int
    is_final: bool = False
