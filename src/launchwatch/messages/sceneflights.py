"""Rows of the scene about what flies: tracks, launches, falls, verdicts, events.

Units and times as in `launchwatch.messages.scene`. Every row says when it was said, so that its
age can be shown; nothing stands here without its doubt where it has one.
"""

from msgspec import Struct

from launchwatch.messages.fallarea import FallStatus, LonLat
from launchwatch.messages.launch import Ellipse
from launchwatch.messages.sceneparts import Argument, Fact, Place, Shape, Share, Words, ZoneShare
from launchwatch.messages.track import TrackStatus
from launchwatch.messages.verdict import Call


class TrackRow(Struct, frozen=True, kw_only=True):
    """What is believed of one moving thing, now.

    Attributes:
        epoch_ms: of the state; ``said_ms``, when it became known; ``last_plot_ms``, when it was
            last measured.
        ellipse_95: around ``place`` on the ground, 95 %; ``height_sigma_m`` upwards.
        speed_mps: relative to the turning Earth; ``ground_speed_mps`` over the ground.
        climb_mps: upwards; ``heading_deg`` clockwise from true north.
        phases: of flight, most probable first.
        plots: how many it rests on, of ``sensors``.
        is_known: that it is known well enough to be drawn as a line (some kilometres).
        range_km: along the ground from the launch point; None without one.
    """

    launch_id: str | None
    status: TrackStatus
    body: str
    epoch_ms: int
    said_ms: int
    first_plot_ms: int
    last_plot_ms: int
    place: Place
    ellipse_95: Ellipse
    height_sigma_m: float
    position_sigma_m: float
    speed_mps: float
    speed_sigma_mps: float
    ground_speed_mps: float
    climb_mps: float
    heading_deg: float
    phases: tuple[Share, ...]
    sensors: tuple[str, ...]
    plots: int
    is_known: bool
    range_km: float | None
    facts: tuple[Fact, ...]


class LaunchRow(Struct, frozen=True, kw_only=True):
    """What is believed of one launch, how surely, since when and why.

    Attributes:
        is_main: the one to look at first.
        said_ms: when this revision was said; ``since_ms``, the first one.
        shape: the 95 % ellipse of the launch point as a ring.
        headline: all of it in a sentence; ``judgement`` in some.
        facts: what is believed, in the order to be shown; ``arguments`` why, strongest first.
        would_change: what would change the answer.
        families: most probable first, "unknown" always among them.
        resolutions: the finding on Security Council resolutions: code and probability, or None.
        first_seen_ms: when it was first seen; ``sensors`` by which.
    """

    revision: int
    is_main: bool
    is_withdrawn: bool
    reason: str
    said_ms: int
    since_ms: int
    track_ids: tuple[str, ...]
    sensors: tuple[str, ...]
    first_seen_ms: int | None
    launch_time_ms: int
    launch_time_sigma_s: float
    place: LonLat
    ellipse_95: Ellipse
    shape: Shape
    probability: float
    probability_text: str
    paths: int
    headline: Words
    facts: tuple[Fact, ...]
    arguments: tuple[Argument, ...]
    would_change: tuple[Words, ...]
    families: tuple[Share, ...]
    resolutions: Share | None


class StatementRow(Struct, frozen=True, kw_only=True):
    """What is said to the press about a launch, in full."""

    revision: int
    said_ms: int
    title: Words
    text: Words


class FallRow(Struct, frozen=True, kw_only=True):
    """Where and when one body of a launch comes down.

    Attributes:
        body: ``whole``, ``booster``, ...; ``probability`` that there is such a body at all.
        is_main: the one whose countdown is shown first.
        region_95: holds the fall with 95 %; ``region_50`` with 50 %, None where it is not made.
        window_ms: from and to, 95 %, of the fall's time ``fall_time_ms``.
        place: the expected fall point; never shown without its region.
        size_text: how large the region is, as it is to be read.
        path: ahead: longitude, latitude (deg), height (m), time (ms), range along the ground (km).
        heading_deg: from the launch point, with sigma; ``range_95_km``: 95 % fall between.
        has_fallen: that the time of fall has passed.
    """

    launch_id: str
    track_id: str
    body: str
    revision: int
    said_ms: int
    epoch_ms: int
    last_plot_ms: int | None
    status: FallStatus
    is_main: bool
    has_fallen: bool
    probability: float
    fall_time_ms: int
    fall_time_sigma_s: float
    window_ms: tuple[int, int]
    place: LonLat
    ellipse_95: Ellipse
    region_95: Shape
    region_50: Shape | None
    area_km2: float
    size_text: str
    along_95_km: float | None
    across_95_km: float | None
    apogee_km: float
    apogee_sigma_km: float
    heading_deg: float | None
    heading_sigma_deg: float | None
    range_95_km: tuple[float, float] | None
    zones: tuple[ZoneShare, ...]
    path: tuple[tuple[float, float, float, int, float | None], ...]
    facts: tuple[Fact, ...]


class EnvelopeRow(Struct, frozen=True, kw_only=True):
    """One outline around the fall areas of all of a launch's bodies, and when they come down."""

    revision: int
    said_ms: int
    bodies: tuple[str, ...]
    shape: Shape
    area_km2: float
    size_text: str
    window_ms: tuple[int, int]


class VerdictRow(Struct, frozen=True, kw_only=True):
    """What is called of one body and one zone by one claim set.

    Attributes:
        verdict: inside, outside, too-close-to-call or open.
        since_ms: since when it is called; ``reverses`` what was called before.
        distance_km: from the expected fall point to the zone's nearest edge, negative inside.
        text: the verdict in a sentence; ``would_change``, what would make it another.
        is_shown: that it is worth a line: called otherwise than "outside", or near.
    """

    launch_id: str
    track_id: str
    body: str
    zone: str
    kind: str
    claims: str
    revision: int
    verdict: Call
    reverses: str
    since_ms: int
    said_ms: int
    probability: float
    probability_text: str
    distance_km: float | None
    text: Words
    would_change: Words
    is_shown: bool


class EventRow(Struct, frozen=True, kw_only=True):
    """Something that happened to a flight: burnout, staging, apogee, ...

    Attributes:
        time_ms: when it happened, or will, with sigma; ``said_ms`` when this was said.
        range_km: along the ground from the launch point; None without one.
    """

    kind: str
    track_ids: tuple[str, ...]
    launch_id: str | None
    revision: int
    time_ms: int
    time_sigma_s: float
    said_ms: int
    place: Place
    range_km: float | None
    probability: float
    probability_text: str
