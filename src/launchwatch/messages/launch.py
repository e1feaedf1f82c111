"""Launches: that something took off, where and when."""

from msgspec import Struct

from launchwatch.messages.packet import Mode
from launchwatch.timescale import Instant


class Ellipse(Struct, frozen=True, kw_only=True):
    """A 95 % ellipse on the ground: half-axes, and the azimuth of the major one."""

    semi_major_m: float
    semi_minor_m: float
    azimuth_deg: float


class LaunchStatement(Struct, frozen=True, kw_only=True, tag="launch"):
    """One revision of what is said about one launch.

    Attributes:
        revision: from 1; every change is a new statement, none is altered.
        time: when this was said (stream time).
        launch_time: when it left the ground; sigma beside it, seconds.
        latitude_deg: of the launch point, with ``longitude_deg`` and its 95 % ellipse.
        probability: that this is a launch at all.
        cancelled: that it is withdrawn; ``reason`` says why, else what changed.
        paths: independent ways by which it was seen: sensors of ours, and partners as far as
            they share nothing.
    """

    launch_id: str
    revision: int
    time: Instant
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
    paths: int = 1
