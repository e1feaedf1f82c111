"""Suspects: what is held of each track that may be a launch, and how probable that is."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment.evidence import (
    RISING,
    SLOWEST,
    STONES,
    Evidence,
    faster_than_anything,
    is_slow,
    surely_flown,
    weigh,
)
from launchwatch.assessment.kinship import Path
from launchwatch.assessment.likelihood import Bias, Likelihood, Odds, Seen
from launchwatch.assessment.origins import Origin
from launchwatch.assessment.sightlines import Sightlines, site_of
from launchwatch.assessment.watchers import Watchers
from launchwatch.messages.plot import EndOfScan, Plot, RadarPlot
from launchwatch.messages.sensor import Contributor, Infrared, Partner, Radar, Sensor
from launchwatch.messages.track import TrackUpdate
from launchwatch.timescale import SECOND, Instant

FEWEST_PLOTS = 4
"""Plots after which a track may be judged: fewer leave the velocity to the priors."""

_CORRECTED = 10 * SECOND
"""A track's times are by clocks set right, a plot's by its sensor's own: three sigmas of a clock
that is broken. A plot newer than its track by more went to another hypothesis."""

_UNSEEN = 15.0
"""Seconds between two judgements that count at most: the slowest radars turn in 12."""


@dataclass(slots=True)
class Suspect:
    """One track that may be a launch.

    Attributes:
        path: its way so far.
        echoes: how many of its plots were radars'; ``lines`` holds what others told.
        missed: ln odds that it was missed before it began.
        probability: that it is a launch; ``born`` the same, but for how it began.
        risen: the highest probability at a moment when it climbed under power.
        fastest: the greatest speed it surely had, m/s.
        slowly: for how many seconds it was surely as slow as an aircraft.
        probable_since: since when it has been probable enough.
        origin: the best launch point so far, before there is a launch to keep it.
        likelihood: its plots put to all that they may be of; ``odds``, what that gives now,
            None where the track is past it; ``settled``, the probability that it ended with.
    """

    path: Path
    judged_at: Instant | None = None
    plots: int = 0
    echoes: int = 0
    lines: Sightlines | None = None
    missed: float | None = None
    probability: float = 0.0
    born: float = 0.0
    why: str = ""
    risen: float = 0.0
    fastest: float = 0.0
    slowly: float = 0.0
    probable_since: Instant | None = None
    origin: Origin | None = None
    likelihood: Likelihood | None = None
    odds: Odds | None = None
    settled: float = 0.0

    @property
    def weighed(self) -> float:
        """The probability of a launch by all its plots; 0 where it is not weighed so."""
        if self.odds is None:
            return 0.0
        # That nobody saw it before speaks against what came up from the ground, not for what
        # was there all along.
        against = np.logaddexp((self.missed or 0.0) - self.odds.stray, -self.odds.steady)
        return float(1.0 / (1.0 + np.exp(min(against, 700.0))))


class Suspects:
    """All tracks of one watch that have not been dropped."""

    def __init__(self, sensors: Mapping[str, Contributor]) -> None:
        self.watchers = Watchers(sensors)
        self._infrared = {
            name: (one, site_of(one)) for name, one in sensors.items() if isinstance(one, Infrared)
        }
        self._biases = {
            site_of(one).tobytes(): _bias_of(one)
            for one in sensors.values()
            if not isinstance(one, Partner)
        }
        self._held: dict[str, Suspect] = {}
        key = int.from_bytes(hashlib.sha256(b"launches").digest()[:16])
        self._normals: NDArray[np.float64] = np.random.Generator(
            np.random.Philox(key=key)
        ).standard_normal((200, 6))

    def get(self, track_id: str) -> Suspect | None:
        """Give what is held of a track."""
        return self._held.get(track_id)

    def forget(self, track_id: str) -> None:
        """Let go of a track that was dropped: its identifier never comes back."""
        self._held.pop(track_id, None)

    def hear(self, scan: EndOfScan) -> None:
        """Note that a sensor completed a scan."""
        self.watchers.hear(scan.sensor, scan.time)

    def note(self, update: TrackUpdate, plot: Plot | None, story: Seen | None = None) -> Suspect:
        """Keep what an update, its plot and the track's plots tell beyond the track's state."""
        suspect = self._held.get(update.track_id)
        if suspect is None:
            path = Path(update.track_id, update.first_plot)
            suspect = self._held[update.track_id] = Suspect(path)
        self._weigh(suspect, story)
        joined, suspect.plots = update.plots > suspect.plots, update.plots
        if plot is None or not joined or plot.sensor not in update.sensors:
            return suspect
        suspect.path.note(plot)
        if isinstance(plot, RadarPlot):
            suspect.echoes += 1
        elif plot.sensor in self._infrared and plot.time <= update.last_plot + _CORRECTED:
            suspect.lines = suspect.lines or Sightlines()
            suspect.lines.add(plot, *self._infrared[plot.sensor])
        return suspect

    def _weigh(self, suspect: Suspect, story: Seen | None) -> None:
        """Put a track's newest plots to all that they may be of."""
        if story is None or (suspect.likelihood is not None and suspect.odds is None):
            suspect.odds = None
            return
        suspect.likelihood = suspect.likelihood or Likelihood(self._biases)
        before = suspect.weighed
        suspect.odds = suspect.likelihood.take(story)
        if suspect.odds is None:
            suspect.settled = before

    def judge(self, suspect: Suspect, update: TrackUpdate) -> None:
        """Weigh a track, from all that was seen of it."""
        if suspect.judged_at is not None and is_slow(update):
            suspect.slowly += min((update.known - suspect.judged_at) / SECOND, _UNSEEN)
        suspect.judged_at = update.known
        suspect.path.go(update)
        if suspect.missed is None or update.plots < 2 * FEWEST_PLOTS:
            suspect.missed = self.watchers.missed(update)
        now = self._evidence(suspect, update)
        suspect.why = now.why
        suspect.fastest = max(suspect.fastest, surely_flown(update))
        _remember(suspect, update, now)

    def _evidence(self, suspect: Suspect, update: TrackUpdate) -> Evidence:
        if suspect.odds is not None:
            apart = 1.0 / (1.0 + float(np.exp(min(-suspect.odds.launch, 700.0))))
            # Some of the plots fit a launch, all of them together what nothing flies: a fireball's
            # were joined with another's.
            share = 1.0 / (1.0 + STONES * faster_than_anything(update))
            rises = update.phase.boost > 0.5
            return Evidence(share * suspect.weighed, share * apart, rises, RISING)
        told = suspect.lines.told() if suspect.lines is not None else None
        return weigh(
            update, self._normals, told, suspect.missed or 0.0,
            echoes=suspect.echoes, slowly=suspect.slowly,
        )  # fmt: skip


def _bias_of(sensor: Sensor) -> Bias:
    """Give how far a sensor may be off, by its own word."""
    reach = sensor.bias_sigma_m if isinstance(sensor, Radar) else 0.0
    return Bias(reach, float(np.radians(sensor.bias_sigma_deg)), sensor.scan_period_s / 3600.0)


def _remember(suspect: Suspect, update: TrackUpdate, now: Evidence) -> None:
    """Keep that a track once rose under power: it did so for good.

    Only what flies like an aircraft, and was never surely faster than one, takes it back.
    """
    if now.rises:
        suspect.risen = max(suspect.risen, now.probability)
    doubt = update.phase.cruise if suspect.fastest < 2.0 * SLOWEST else 0.0
    if suspect.odds is not None:
        doubt = 1.0
    remembered = max(suspect.risen * (1.0 - doubt), suspect.settled)
    suspect.probability = max(remembered, now.probability)
    suspect.born = max(remembered, now.apart_from_birth)
