"""Partner tracks: what another's watch believes of one moving thing, and what we make of it.

Positions and velocities are in ECEF (WGS 84), velocities relative to the rotating Earth.
"""

from typing import Literal

from msgspec import Struct

from launchwatch.messages.launch import Ellipse
from launchwatch.messages.packet import Mode
from launchwatch.messages.track import PhaseProbabilities, TrackStatus, Vector
from launchwatch.timescale import Instant


class PartnerTrack(Struct, frozen=True, kw_only=True, tag="partner-track"):
    """One track of a partner's, as it stands at a time.

    Attributes:
        sensor: the partner's identifier in the roster.
        partner_track: the partner's own name of the track.
        time: the epoch of the state.
        received: when it arrived.
        covariance_ecef: of position then velocity, upper triangle by rows, 21 numbers.
        status: the partner's own; what is ``coasting`` or ``tentative`` there is no evidence
            here that something is seen.
        sensors: whose plots it rests on, by whatever way they came; empty where not told.
        lineage: the watches that it came through, the first one first; empty where not told.
        since: time of the oldest plot that it rests on.
        phase: what the partner thinks that it does.
        source: the feed that brought it, and ``line``, its running number there.
    """

    sensor: str
    partner_track: str
    time: Instant
    received: Instant
    mode: Mode
    position_ecef_m: Vector
    velocity_ecef_mps: Vector
    covariance_ecef: tuple[float, ...]
    status: TrackStatus = "confirmed"
    sensors: tuple[str, ...] = ()
    lineage: tuple[str, ...] = ()
    since: Instant | None = None
    phase: PhaseProbabilities | None = None
    source: str
    line: int


Standing = Literal["joined", "alone", "waiting", "conflict", "doubted", "echo", "ended"]


class PartnerStanding(Struct, frozen=True, kw_only=True, tag="partner-standing"):
    """What is made of a partner's track, said when it changes.

    Attributes:
        standing: ``joined``, fused with a track of ours; ``alone``, a track of ours rests on
            it and nothing else; ``waiting``, several of ours could be it, or it is not sure of
            itself; ``conflict``, it was one of ours and no longer agrees with it; ``doubted``,
            our sensors look there and see nothing; ``echo``, it rests on our own sensors alone
            and tells nothing new; ``ended``, it is told no more.
        track_id: our track, where one goes with it.
        since: when it came to stand so.
        reason: why, in words.
    """

    partner: str
    partner_track: str
    time: Instant
    mode: Mode
    standing: Standing
    track_id: str | None
    since: Instant
    reason: str


class PartnerLaunch(Struct, frozen=True, kw_only=True, tag="partner-launch"):
    """One revision of what a partner says about one launch; its own judgement, not ours.

    Attributes:
        launch_id: the partner's name of it.
        time: when the partner said it; ``received``, when it was recorded here.
        sensors: whose plots it rests on; ``lineage``, the watches that it came through.
    """

    partner: str
    launch_id: str
    revision: int
    time: Instant
    received: Instant
    mode: Mode
    track_ids: tuple[str, ...]
    launch_time: Instant
    launch_time_sigma_s: float
    latitude_deg: float
    longitude_deg: float
    position_ellipse_95: Ellipse
    probability: float
    cancelled: bool
    reason: str
    sensors: tuple[str, ...] = ()
    lineage: tuple[str, ...] = ()
    source: str
    line: int


LostTo = Literal["horizon", "range", "burnout", "unknown"]
"""What a track was lost to: it went behind the horizon of all its radars, or out of their reach;
its motor's light ended; or nobody can tell."""


class PartnerFall(Struct, frozen=True, kw_only=True, tag="partner-fall"):
    """One revision of where a partner says that something will come down.

    Attributes:
        status: of the partner's track: ``tracked``, ``coasting``, ``lost`` or ``unobserved``.
        last_plot: when it was last measured there.
        lost: where it is measured no more, why, as the partner says.
    """

    partner: str
    launch_id: str
    track_id: str
    body: str
    revision: int
    time: Instant
    received: Instant
    mode: Mode
    fall_time: Instant
    fall_time_sigma_s: float
    latitude_deg: float
    longitude_deg: float
    ellipse_95: Ellipse
    probability: float
    status: str
    last_plot: Instant | None = None
    lost: LostTo = "unknown"
    sensors: tuple[str, ...] = ()
    lineage: tuple[str, ...] = ()
    source: str
    line: int


class PictureDifference(Struct, frozen=True, kw_only=True, tag="picture-difference"):
    """How a partner's picture of one flight differs from ours, and why, said when that changes.

    Attributes:
        launch_id: ours; ``partner_launch``, the partner's name of what goes with it.
        subject: what differs: ``fall``, or ``unseen`` where
            we say nothing of a launch that the partner is sure of.
        settled: that they agree again, or that it is withdrawn.
        difference_m: between the two places; ``expected_m``, what both uncertainties allow.
        range_km: from the launch point as each has it, ours and theirs, where it is a fall.
        why: a code: ``lost-track`` (one of the two sees it no more, ``lost_by`` says who: the
            partner, or ``us``), ``no-view``, ``few-plots``, ``unexplained``; ``agrees`` at the end.
        since: until when the one that lost it saw it; ``lost``, what it lost it to; ``until``, how
            far the other has followed it.
        text: all that in words, in English.
    """

    difference_id: str
    revision: int
    time: Instant
    mode: Mode
    launch_id: str
    partner: str
    partner_launch: str
    subject: Literal["fall", "unseen"]
    settled: bool
    difference_m: float | None
    expected_m: float | None
    range_km: tuple[float | None, float | None]
    why: Literal["lost-track", "no-view", "few-plots", "unexplained", "agrees"]
    lost_by: str | None
    since: Instant | None
    text: str
    lost: LostTo = "unknown"
    until: Instant | None = None
