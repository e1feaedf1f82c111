"""Launches: declared from tracks, revised as more is known, withdrawn when wrong.

One launch has one identifier for good and revisions that count from one; withdrawn, it is
declared again under the same one if its track comes to look like a launch after all. The
launch point is the best that any moment of the flight gave: while the motor burns each new
look improves it, afterwards it can only be remembered.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from launchwatch.assessment import origins
from launchwatch.assessment.evidence import SLOWEST, surely_flown, weigh
from launchwatch.assessment.origins import Origin
from launchwatch.assessment.settings import Settings
from launchwatch.assessment.sightlines import Sightlines, site_of
from launchwatch.assessment.watchers import Watchers
from launchwatch.constants import EARTH_MEAN_RADIUS
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.plot import EndOfScan, Plot, RadarPlot
from launchwatch.messages.sensor import Infrared, Sensor
from launchwatch.messages.track import TrackUpdate
from launchwatch.timescale import SECOND, Instant, utc_from_instant

# Plots after which a track may be judged: fewer leave the velocity to the priors.
_FEWEST_PLOTS = 6
# A revision worth reading moves the launch point by half a sigma, narrows it by a fifth,
# or changes the probability by a twentieth.
_MOVED, _NARROWED, _SURER = 0.5, 0.8, 0.05


@dataclass(slots=True)
class _Case:
    """What is held of one track that may be a launch; ``risen`` is the highest probability
    that it ever climbed under power, ``fastest`` the greatest speed it surely had."""

    judged_at: Instant | None = None
    plots: int = 0
    echoes: int = 0
    lines: Sightlines | None = None
    missed: float | None = None
    probability: float = 0.0
    risen: float = 0.0
    fastest: float = 0.0
    probable_since: Instant | None = None
    origin: Origin | None = None
    said: LaunchStatement | None = None


class Launches:
    """All launches of one watch."""

    def __init__(self, settings: Settings, sensors: Mapping[str, Sensor] | None = None) -> None:
        self._settings = settings
        self._watchers = Watchers(sensors or {})
        self._infrared = {
            name: (one, site_of(one))
            for name, one in (sensors or {}).items()
            if isinstance(one, Infrared)
        }
        self._cases: dict[str, _Case] = {}
        self._ids: set[str] = set()
        self._why = ""
        key = int.from_bytes(hashlib.sha256(b"launches").digest()[:16])
        self._normals: NDArray[np.float64] = np.random.Generator(
            np.random.Philox(key=key)
        ).standard_normal((200, 6))

    def of_track(self, track_id: str) -> LaunchStatement | None:
        """Give the newest statement of a track's launch, if one stands."""
        case = self._cases.get(track_id)
        return None if case is None or case.said is None or case.said.cancelled else case.said

    def is_due(self, update: TrackUpdate) -> bool:
        """Say whether a track would be judged now: well seen, and not judged just before."""
        if update.status != "confirmed" or update.plots < _FEWEST_PLOTS:
            return False
        case = self._cases.get(update.track_id)
        interval = self._settings.launch_interval_s * SECOND
        before = None if case is None else case.judged_at
        return before is None or update.known - before >= interval

    def hear(self, scan: EndOfScan) -> None:
        """Note that a sensor completed a scan."""
        self._watchers.hear(scan.sensor, scan.time)

    def take(self, update: TrackUpdate, plot: Plot | None = None) -> LaunchStatement | None:
        """Judge a track; give a statement if there is something new to say.

        Args:
            plot: what the update follows from, where it follows from one.
        """
        case = self._cases.get(update.track_id)
        is_due = self.is_due(update)
        if case is None:
            case = self._cases[update.track_id] = _Case()
        self._note(case, update, plot)
        if not is_due:
            return None
        case.judged_at = update.known
        case.probability = self._probability(case, update)
        stands = case.said is not None and not case.said.cancelled
        if stands and case.probability < self._settings.withdraw_probability:
            return self._withdraw(case, update)
        if not self._is_probable(case, update, stands=stands):
            return None
        origin = self._trace(case, update)
        if origin is None or (stands and not self._is_news(case, origin)):
            return None
        case.origin = origin
        return self._state(case, update, self._why)

    def _note(self, case: _Case, update: TrackUpdate, plot: Plot | None) -> None:
        """Keep what a plot tells beyond the track's state, if it went into the track."""
        joined, case.plots = update.plots > case.plots, update.plots
        if plot is None or not joined or plot.sensor not in update.sensors:
            return
        if isinstance(plot, RadarPlot):
            case.echoes += 1
        elif plot.sensor in self._infrared and plot.time <= update.last_plot:
            case.lines = case.lines or Sightlines()
            case.lines.add(plot, *self._infrared[plot.sensor])

    def _probability(self, case: _Case, update: TrackUpdate) -> float:
        """Give the probability that a track is a launch, from all that was seen of it."""
        if case.missed is None or update.plots < 2 * _FEWEST_PLOTS:
            case.missed = self._watchers.missed(update)
        told = case.lines.told() if case.lines is not None else None
        now = weigh(update, self._normals, told, case.missed, echoes=case.echoes)
        self._why = now.why
        if now.rises:
            case.risen = max(case.risen, now.probability)
        case.fastest = max(case.fastest, surely_flown(update))
        # What once rose under power did so for good. Only what flies like an aircraft, and
        # was never surely faster than one, takes it back.
        doubt = update.phase.cruise if case.fastest < 2.0 * SLOWEST else 0.0
        return max(case.risen * (1.0 - doubt), now.probability)

    def forget(self, track_id: str) -> None:
        """Let go of a track that was dropped: its identifier never comes back."""
        self._cases.pop(track_id, None)

    def _is_probable(self, case: _Case, update: TrackUpdate, *, stands: bool) -> bool:
        """Say whether the launch stands, or may now be declared."""
        if case.probability < self._settings.declare_probability:
            case.probable_since = None
            return stands
        if case.probable_since is None:
            case.probable_since = update.known
        waited = (update.known - case.probable_since) / SECOND
        seen_rising = update.phase.boost > 0.5
        return stands or seen_rising or waited >= self._settings.ballistic_after_s

    def _trace(self, case: _Case, update: TrackUpdate) -> Origin | None:
        """Give the best launch point so far; None if there is none, or nothing better."""
        known = case.origin
        if update.phase.boost > 0.5:
            new = origins.from_boost(update)
        elif known is None:
            new = origins.from_coast(update)
        else:
            return known
        if new is None or (known is not None and known.spread <= new.spread):
            return known
        return new

    def _is_news(self, case: _Case, origin: Origin) -> bool:
        said, known = case.said, case.origin
        assert said is not None  # noqa: S101 - asked only of what was said
        if abs(case.probability - said.probability) > _SURER or known is None:
            return True
        if origin.spread < _NARROWED * known.spread:
            return True
        north = np.radians(origin.latitude_deg - said.latitude_deg) * EARTH_MEAN_RADIUS
        east = np.radians(origin.longitude_deg - said.longitude_deg) * EARTH_MEAN_RADIUS
        east *= np.cos(np.radians(origin.latitude_deg))
        return bool(np.hypot(north, east) > _MOVED * origin.ellipse.semi_major_m / 2.45)

    def _state(self, case: _Case, update: TrackUpdate, why: str) -> LaunchStatement:
        origin = case.origin
        assert origin is not None  # noqa: S101 - a statement rests on an origin
        said = case.said
        if said is None:
            launch_id, revision = self._new_id(update.known), 1
            reason = f"track {update.track_id} {why}"
        else:
            launch_id, revision = said.launch_id, said.revision + 1
            reason = f"track {update.track_id} {why} again" if said.cancelled else "more is known"
        case.said = LaunchStatement(
            launch_id=launch_id,
            revision=revision,
            time=update.known,
            mode=update.mode,
            track_ids=(update.track_id,),
            launch_time=origin.time,
            launch_time_sigma_s=origin.time_sigma,
            latitude_deg=origin.latitude_deg,
            longitude_deg=origin.longitude_deg,
            position_ellipse_95=origin.ellipse,
            probability=case.probability,
            cancelled=False,
            reason=reason,
        )
        return case.said

    def _new_id(self, time: Instant) -> str:
        """Name a launch by when it was declared: a watch that starts anew in the middle of
        the day gives no name twice, and one that repeats the past gives the same again."""
        stamp = utc_from_instant(time, 0)
        name = f"L{stamp[:10].replace('-', '')}-{stamp[11:19].replace(':', '')}"
        count = 1
        while (new := name if count == 1 else f"{name}-{count}") in self._ids:
            count += 1
        self._ids.add(new)
        return new

    def _withdraw(self, case: _Case, update: TrackUpdate) -> LaunchStatement:
        said = case.said
        assert said is not None  # noqa: S101 - only what was said is withdrawn
        case.said = replace(
            said,
            revision=said.revision + 1,
            time=update.known,
            probability=case.probability,
            cancelled=True,
            reason=f"track {update.track_id} no longer looks like a launch",
        )
        return case.said
