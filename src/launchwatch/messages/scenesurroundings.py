"""Rows of the scene about what stands, sails and watches around: sensors, partners, traffic.

Units and times as in `launchwatch.messages.scene`. What was not said, or not available, is None.
"""

from typing import Literal

from msgspec import Struct

from launchwatch.messages.fallarea import LonLat
from launchwatch.messages.sceneparts import Place, Shape, Share, Words


class Bias(Struct, frozen=True, kw_only=True):
    """What a sensor shows too much of one quantity, with sigma and unit."""

    code: str
    value: float
    sigma: float
    unit: str
    text: str


class SensorRow(Struct, frozen=True, kw_only=True):
    """A sensor, or a partner's watch that is listed like one.

    Attributes:
        kind: radar, infrared or partner; ``place`` is None for a partner.
        status: what is the matter with what it sends; ``silent`` or ``heard`` if nothing else.
        since_ms: since when; ``heard_ms``, when it was last heard (at most once a second).
        health: good, clock or drifting, ``reason`` in the watch's words.
        noise_factor: by which its variances are multiplied meanwhile.
        coverage: name of the row of ``coverages`` that shows what it covers now.
        plots: of it, so far.
    """

    owner: str
    kind: Literal["radar", "infrared", "partner"]
    place: Place | None
    status: Literal["waiting", "silent", "heard", "flooding", "astray", "orderly"]
    since_ms: int | None
    heard_ms: int | None
    health: Literal["good", "clock", "drifting"]
    reason: str
    noise_factor: float
    biases: tuple[Bias, ...]
    coverage: str | None
    plots: int


class CoverageRow(Struct, frozen=True, kw_only=True):
    """Where a sensor surely sees something that flies at a height; never changes.

    Bounded by the horizon, the sensor's lowest elevation and its range.
    """

    sensor: str
    height_m: float
    shape: Shape


class PartnerRow(Struct, frozen=True, kw_only=True):
    """What is made of one track of a partner's, or of the link to it.

    Attributes:
        partner: its identifier in the roster; ``partner_track``, its name there.
        track_id: ours that goes with it.
    """

    partner: str
    partner_track: str
    standing: str
    track_id: str | None
    since_ms: int
    said_ms: int
    reason: str


class Danger(Struct, frozen=True, kw_only=True):
    """That a ship or aircraft may be inside a fall region when the body comes down there.

    Attributes:
        distance_km: then, from the region's edge, negative inside.
        enters_ms: when it enters the region if it goes on as it does; ``leaves_ms`` likewise.
        is_final: that the fall is past: it was there.
    """

    launch_id: str
    track_id: str
    body: str
    probability: float
    probability_text: str
    distance_km: float
    enters_ms: int | None
    leaves_ms: int | None
    is_final: bool


class TrafficRow(Struct, frozen=True, kw_only=True):
    """A ship or aircraft as it last said of itself; what it did not say is null.

    Attributes:
        identity: MMSI or 24-bit address.
        height_m: above the ellipsoid; ``pressure_altitude_m`` where only that is known.
        reported_ms: when it was there.
        station: ship, aid, shore, aircraft or beacon for what sends AIS; else empty.
        doubts: what speaks against its report.
    """

    kind: Literal["vessel", "aircraft"]
    identity: str
    name: str
    station: str
    place: LonLat | None
    height_m: float | None
    pressure_altitude_m: float | None
    position_sigma_m: float | None
    course_deg: float | None
    speed_mps: float | None
    reported_ms: int
    doubts: tuple[str, ...]
    danger: Danger | None


class AnnouncedRow(Struct, frozen=True, kw_only=True):
    """One area of a notice, in which somebody announced danger.

    Attributes:
        windows_ms: when it is in force, from and to.
        remarks: what was read more widely than it is written.
        falls: launches that fall into it while it is in force, with probability.
    """

    reference: str
    area: str
    kind: str
    issued_ms: int
    shape: Shape
    windows_ms: tuple[tuple[int, int], ...]
    remarks: tuple[str, ...]
    text: str
    falls: tuple[Share, ...]


class AlarmRow(Struct, frozen=True, kw_only=True):
    """That a part of the watch itself is in trouble; gone once it is in order."""

    part: str
    text: str
    since_ms: int


class MarkRow(Struct, frozen=True, kw_only=True):
    """A mark on the timeline: what became known, when.

    Attributes:
        time_ms: when it became known. weight: 3 to act on, 2 to notice, 1 for the record.
    """

    time_ms: int
    kind: str
    weight: int
    launch_id: str | None
    text: Words
