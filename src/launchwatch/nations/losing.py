"""Why a track is seen no more: what the sensors that saw it last could still see of it there.

From where it was at its last plot, its elevation and range at each radar that had contributed.
Where it stood at the lower limit of all of them it went behind their horizon; at the farthest range
of all, out of their reach; and where a motor was all that was seen of it, that has ended.
"""

import math
from collections.abc import Mapping

from launchwatch.earth.local import aer_from_enu, enu_from_ecef
from launchwatch.messages.partner import LostTo
from launchwatch.messages.sensor import Contributor, Infrared, Radar
from launchwatch.messages.track import TrackUpdate

NEAR_DEG = 1.0
"""Above a radar's lowest elevation: a thing that comes down at 2 km/s, 400 km away, sinks a
third of a degree in a second, and two scans of a second or so may pass it by."""

NEAR_RANGE = 0.98
"""Of a radar's farthest range: the same two seconds, at 7 km/s and 700 km."""


def lost_to(track: TrackUpdate, contributors: Mapping[str, Contributor]) -> LostTo:
    """Give what a track was lost to.

    Args:
        track: as it was at its last plot.
    """
    seen = [one for name in track.sensors if (one := contributors.get(name)) is not None]
    radars = [one for one in seen if isinstance(one, Radar)]
    if not radars:
        return "burnout" if any(isinstance(one, Infrared) for one in seen) else "unknown"
    below = far = True
    for radar in radars:
        enu = enu_from_ecef(
            track.position_ecef_m, math.radians(radar.latitude_deg),
            math.radians(radar.longitude_deg), radar.height_m,
        )  # fmt: skip
        _, elevation, distance = aer_from_enu(enu)
        below &= math.degrees(float(elevation)) <= radar.minimum_elevation_deg + NEAR_DEG
        far &= float(distance) >= NEAR_RANGE * radar.maximum_range_m
    return "horizon" if below else "range" if far else "unknown"
