"""The scene: what a picture of the watch shows, ready to be drawn.

A scene is some tables of rows, each with a name, and some trails, series that only grow. It
travels as frames. A *full* frame holds all of it; any other holds the rows that are new or
changed, whole, the names of those that are gone, and the points that trails have gained. Whoever
draws keeps tables and trails, applies frames in the order of their numbers, and decides nothing:
every number and every sentence that is shown stands here (docs/scene.md says when each changes).

At this border: longitude before latitude, degrees; heights above the WGS 84 ellipsoid; metres,
m/s, seconds as the names say; ``..._ms`` is a time, whole milliseconds of UTC since 1970. What is
not known or not available is null.
"""

from msgspec import Struct

from launchwatch.messages.packet import Mode
from launchwatch.messages.sceneflights import (
    EnvelopeRow,
    EventRow,
    FallRow,
    LaunchRow,
    StatementRow,
    TrackRow,
    VerdictRow,
)
from launchwatch.messages.sceneknown import KnownRow
from launchwatch.messages.sceneparts import Words
from launchwatch.messages.scenesurroundings import (
    AlarmRow,
    AnnouncedRow,
    CoverageRow,
    MarkRow,
    PartnerRow,
    SensorRow,
    TrafficRow,
)
from launchwatch.messages.scenewarnings import DeliveryRow, DraftRow, WarningRow


class Bounds(Struct, frozen=True, kw_only=True):
    """How much of the past a scene carries: all there is, up to here, then the oldest goes.

    Attributes:
        trail_points: of one trail; beyond, every second point of its older half goes.
        tracks: those that are over are kept until there are so many.
        traffic: ships and aircraft, those heard last.
        marks: on the timeline; ``deliveries``, ``warnings``, ``events`` likewise.
        history_s: how far back the watch can be shown as it was known then; None for all of it.
    """

    trail_points: int
    tracks: int
    launches: int
    traffic: int
    marks: int
    deliveries: int
    warnings: int
    events: int
    history_s: float | None = None


class Head(Struct, frozen=True, kw_only=True):
    """What holds for the whole watch. Sent in each full frame, and again where it changes.

    Attributes:
        mode: stands on every view in words and colour: ``mode_word``, ``mode_meaning`` and
            ``mode_colour`` (#rrggbb, on which white reads).
        title: of the scenario, file or watch.
        started_ms: stream time of the first thing heard; None before it.
        nation: whose watch this is, ISO 3166 alpha-3; empty where not told.
        claims: the claim set by which zones are judged, ``other_claims`` those heard besides.
        names: words for every code in the scene, by ``kind.code`` such as ``phase.boost``.
        columns: of each table's trails, in order.
        view: west, south, east, north, degrees: where to look at first; west may exceed east.
        heartbeat_s: a frame comes at least so often (by the clock) while the watch runs: more
            silence than three of these means that the link, or the watch, is lost.
        can_act: that operators may approve and cancel here.
    """

    mode: Mode
    mode_word: Words
    mode_meaning: Words
    mode_colour: str
    title: str
    version: str
    started_ms: int | None
    nation: str
    claims: str
    other_claims: tuple[str, ...]
    protected: tuple[str, ...]
    names: dict[str, Words]
    columns: dict[str, tuple[str, ...]]
    view: tuple[float, float, float, float]
    heartbeat_s: float
    bounds: Bounds
    can_act: bool = False


class Clock(Struct, frozen=True, kw_only=True):
    """What time it is, in every frame.

    Attributes:
        time_ms: stream time: of the newest thing heard or said. Ages are counted from here.
        heard_ms: when the newest plot was measured; None before the first.
        arrived_ms: when the oldest of what this frame shows first came in, by the server's clock;
            None where it shows nothing new.
        made_ms: when this frame was made, by the server's clock.
        speed: times real time; 0 as fast as possible; None where it comes live.
        is_over: that nothing more will come.
    """

    time_ms: int
    heard_ms: int | None
    arrived_ms: int | None
    made_ms: int
    speed: float | None = None
    is_over: bool = False


class Counts(Struct, frozen=True, kw_only=True):
    """What came in, so far.

    Attributes:
        refused: lines not used, by reason; the reasons' words are in `Head.names`.
        last_refused: why the newest was refused, in the watch's words; ``last_refused_ms`` when.
        dropped: lines lost at the door, by feed.
        faults: how often the watch itself failed at a line.
    """

    lines: int
    plots: int
    refused: dict[str, int]
    last_refused: str = ""
    last_refused_ms: int | None = None
    dropped: dict[str, int] = {}
    faults: int = 0


class Tables(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Rows by table and name. In a frame: those that are new or changed."""

    sensors: dict[str, SensorRow] = {}
    coverages: dict[str, CoverageRow] = {}
    tracks: dict[str, TrackRow] = {}
    launches: dict[str, LaunchRow] = {}
    statements: dict[str, StatementRow] = {}
    falls: dict[str, FallRow] = {}
    envelopes: dict[str, EnvelopeRow] = {}
    verdicts: dict[str, VerdictRow] = {}
    traffic: dict[str, TrafficRow] = {}
    announced: dict[str, AnnouncedRow] = {}
    partners: dict[str, PartnerRow] = {}
    known: dict[str, KnownRow] = {}
    warnings: dict[str, WarningRow] = {}
    drafts: dict[str, DraftRow] = {}
    deliveries: dict[str, DeliveryRow] = {}
    alarms: dict[str, AlarmRow] = {}
    events: dict[str, EventRow] = {}
    marks: dict[str, MarkRow] = {}


TRAIL_COLUMNS: dict[str, tuple[str, ...]] = {
    "tracks": (
        "time_ms",
        "longitude_deg",
        "latitude_deg",
        "height_m",
        "height_sigma_m",
        "position_sigma_m",
        "speed_mps",
        "ground_speed_mps",
        "range_km",
        "boost",
        "coast",
        "reentry",
        "manoeuvre",
        "cruise",
    ),
    "falls": (
        "time_ms",
        "area_km2",
        "along_95_km",
        "across_95_km",
        "fall_time_ms",
        "fall_time_sigma_s",
        "longitude_deg",
        "latitude_deg",
    ),
    "launches": ("time_ms", "probability"),
    "families": (
        "time_ms",
        "close-range",
        "short-range",
        "medium-range",
        "intermediate-range",
        "intercontinental",
        "quasi-ballistic",
        "glide",
        "cruise",
        "space-launch",
        "aircraft",
        "unknown",
    ),
    "verdicts": ("time_ms", "probability", "distance_km"),
}
"""What each trail's points hold, in order. A trail has the name of the row that it belongs to; one
of ``families`` that of a launch. ``range_km`` runs along the ground from the launch point as it was
known when the point was added."""

Point = tuple[float | None, ...]


class Trail(Struct, frozen=True, kw_only=True):
    """Points that a trail has gained: keep the first ``keep`` of what there is, then append.

    A full frame's trails have ``keep`` 0. One that was thinned comes again with ``keep`` 0.
    """

    keep: int
    points: tuple[Point, ...]


class Frame(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One step of the scene, or all of it.

    Attributes:
        watch: names this run of the watch. Another one than before: the tables start anew.
        sequence: running number in this watch, from 1, without gaps.
        full: forget what was before; this is all.
        put: rows to set, whole. gone: names of rows to remove, by table; their trails go too.
        trails: by table (as in `TRAIL_COLUMNS`) and name.
    """

    watch: str
    sequence: int
    full: bool = False
    clock: Clock
    head: Head | None = None
    counts: Counts | None = None
    put: Tables | None = None
    gone: dict[str, tuple[str, ...]] = {}
    trails: dict[str, dict[str, Trail]] = {}
