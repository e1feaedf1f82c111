"""Which launch of ours a partner's is: the nearest in time, if time and place could be the same."""

import math
from collections.abc import Iterable
from typing import Protocol

from launchwatch.earth.geodesic import inverse
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.partner import PartnerLaunch
from launchwatch.timescale import SECOND

SAME_S, SAME_M = 60.0, 150_000.0
"""Two statements of one launch may differ so far at least: the first ones of a far radar know the
place of launch to tens of kilometres, and its time to as many seconds."""

_SIGMAS = 4.0
"""Of both launch times together; one in sixteen thousand of the same launch lies beyond."""

_REACHES = 1.6
"""Of both 95 % ellipses together: some four sigmas, as for time."""


class Placed(Protocol):
    """What lies somewhere on the ground."""

    @property
    def latitude_deg(self) -> float: ...

    @property
    def longitude_deg(self) -> float: ...


def same_launch(theirs: PartnerLaunch, ours: Iterable[LaunchStatement]) -> str | None:
    """Give the launch of ours that a partner's is, if one could be."""
    best: tuple[float, str] | None = None
    for one in ours:
        seconds = abs(one.launch_time - theirs.launch_time) / SECOND
        may = _SIGMAS * math.hypot(one.launch_time_sigma_s, theirs.launch_time_sigma_s)
        if seconds > max(SAME_S, may):
            continue
        reach = math.hypot(
            one.position_ellipse_95.semi_major_m, theirs.position_ellipse_95.semi_major_m
        )
        metres = between(one, theirs)
        if metres <= max(SAME_M, _REACHES * reach) and (best is None or seconds < best[0]):
            best = (seconds, one.launch_id)
    return None if best is None else best[1]


def between(one: Placed, other: Placed) -> float:
    """Give how far apart two things lie along the ground, metres."""
    distance, _, _ = inverse(
        math.radians(one.latitude_deg), math.radians(one.longitude_deg),
        math.radians(other.latitude_deg), math.radians(other.longitude_deg),
    )  # fmt: skip
    return float(distance)
