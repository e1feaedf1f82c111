"""Where radars look, and what they would have seen of a track before it began.

What comes from the ground rises into a radar's view at its lower edge. What is suddenly
there in the middle of it, though the radar looked there before, is a meteor, clutter, or a
piece of something else that flies.
"""

from collections import deque
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment.posterior import hypothesis_of
from launchwatch.assessment.sightlines import site_of
from launchwatch.earth._kernels import height as height_of
from launchwatch.earth.local import ecef_from_enu_rotation
from launchwatch.flight._kernels_motion import propagate
from launchwatch.flight.motion import BOOST, COAST
from launchwatch.messages.sensor import Contributor, Radar
from launchwatch.messages.track import TrackUpdate
from launchwatch.timescale import SECOND, Instant

Floats = NDArray[np.float64]

_KEPT = 64
"""Ends of scans that are remembered of each radar."""

_FREE_LOOKS = 3
"""Looks that may fail without telling anything: a track begins with the third plot of a
chain within five scans, and those before it may have been another track's or lost."""

_EDGE = np.radians(1.0)
"""Margin within a radar's view: refraction, terrain and the doubt of the path traced back."""

_VAGUE = 30e3
"""Metres: a path traced back to somewhere vaguer than this tells nothing."""

_TYPICAL_DETECTION = 0.9


class Watchers:
    """The radars of a watch, and when each completed its latest scans."""

    def __init__(self, sensors: Mapping[str, Contributor]) -> None:
        self._radars = {name: one for name, one in sensors.items() if isinstance(one, Radar)}
        self._places = {name: site_of(one) for name, one in self._radars.items()}
        self._rows = {
            name: ecef_from_enu_rotation(
                float(np.radians(one.latitude_deg)), float(np.radians(one.longitude_deg))
            ).T
            for name, one in self._radars.items()
        }
        self._looked: dict[str, deque[Instant]] = {
            name: deque(maxlen=_KEPT) for name in self._radars
        }

    def hear(self, name: str, time: Instant) -> None:
        """Note that a sensor completed a scan."""
        if name in self._looked:
            self._looked[name].append(time)

    def covers(self, name: str, position: Floats) -> bool:
        """Say whether a radar sees a place (3,), well within its view."""
        radar = self._radars.get(name)
        if radar is None:
            return False
        east, north, up = self._rows[name] @ (position - self._places[name])
        distance = float(np.sqrt(east * east + north * north + up * up))
        elevation = float(np.arcsin(up / distance))
        lowest = np.radians(radar.minimum_elevation_deg) + _EDGE
        return bool(elevation > lowest and distance < 0.95 * radar.maximum_range_m)

    def missed(self, update: TrackUpdate) -> float:
        """Give ln odds against that the radars of a track missed it before it began.

        The track is traced back beyond its first plot. Each completed scan in which a radar
        that later saw it must have seen it, and did not, counts by its detection probability.
        """
        total = 0.0
        lit = update.phase.boost > 0.5
        mean = np.array(hypothesis_of(update, "boost" if lit else "coast").mean)
        if not lit:
            mean[:6] = (*update.position_ecef_m, *update.velocity_ecef_mps)
        spread = float(np.sqrt(max(update.covariance_ecef[15], update.covariance_ecef[18],
                                   update.covariance_ecef[20])))  # fmt: skip
        for name in update.sensors:
            radar = self._radars.get(name)
            if radar is None:
                continue
            free = _FREE_LOOKS
            # Newest first: once it comes from beyond the view, it may have been anywhere.
            for time in reversed(self._looked[name]):
                # A scan is told at its end; the look itself was up to a period before.
                ago = (update.time - time) / SECOND + 0.5 * radar.scan_period_s
                if (
                    ago * SECOND
                    < update.time - update.first_plot + 0.5 * radar.scan_period_s * SECOND
                ):
                    continue
                place = _traced_back(mean, ago, lit=lit)
                if place is None or spread * ago > _VAGUE or not self.covers(name, place):
                    break
                if free > 0:
                    free -= 1
                    continue
                detection = radar.detection_probability or _TYPICAL_DETECTION
                total -= float(np.log(max(1.0 - detection, 1e-3)))
        return total


def _traced_back(mean: Floats, seconds: float, *, lit: bool) -> Floats | None:
    """Give where something was before (3,); None where it had not taken off yet."""
    out = np.empty(9)
    propagate(BOOST if lit else COAST, mean, -seconds, out)
    if not np.isfinite(out).all() or height_of(*out[:3]) < 0.0:
        return None
    if lit and out[:3] @ out[3:6] < 0.0:
        return None
    return out[:3]
