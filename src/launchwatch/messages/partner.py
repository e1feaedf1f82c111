"""Partner tracks: what another's watch believes of one moving thing, and what we make of it.

Positions and velocities are in ECEF (WGS 84), velocities relative to the rotating Earth.
"""

from typing import Literal

from msgspec import Struct

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
