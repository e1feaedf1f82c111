"""The tracker: plots in, track updates out.

For each plot: predict, gate, associate, update; else perhaps begin a track. For each
finished scan and each tick: what was not seen, and who has been silent. It never looks at a
clock; the time is what the stimuli say.
"""

from collections.abc import Mapping
from typing import get_args

import numpy as np

from launchwatch.errors import NotPositiveDefinite
from launchwatch.estimation.measurement import RANGE_RATE_SPAN, Site
from launchwatch.messages.packet import Mode
from launchwatch.messages.plot import EndOfScan, Plot, RadarPlot
from launchwatch.messages.sensor import Infrared, Sensor
from launchwatch.messages.track import (
    MotionHypothesis,
    MotionModel,
    PhaseProbabilities,
    TrackUpdate,
)
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking import association, lifecycle
from launchwatch.tracking.bank import Bank, combined, predict
from launchwatch.tracking.gating import CoarseGate
from launchwatch.tracking.initiation import Initiator, Start
from launchwatch.tracking.settings import Settings
from launchwatch.tracking.track import Event, Past, Track, redone

MODELS = get_args(MotionModel)
_UPPER6 = np.triu_indices(6)
_UPPER9 = np.triu_indices(9)

# Detection probability of a sensor that states none: typical of those that do.
_TYPICAL_DETECTION = 0.9


class Tracker:
    """Keeps all tracks of one watch; the same plots in the same order give the same tracks."""

    def __init__(self, sensors: Mapping[str, Sensor], settings: Settings) -> None:
        self._settings = settings
        self._sites = {name: Site(sensor) for name, sensor in sensors.items()}
        self._initiators = {
            name: Initiator(site, settings.started_by_scans) for name, site in self._sites.items()
        }
        self._tracks: dict[int, Track] = {}
        self._gate = CoarseGate()
        self._born = 0
        self._swept = Instant(0)

    def take(self, plot: Plot) -> list[TrackUpdate]:
        """Use one plot: the textbook's loop, for one measurement."""
        event = self._event_of(plot)
        assert event.packed is not None  # noqa: S101 - a plot is always packed
        settings = self._settings
        near = self._gate.near(event.packed, event.time, settings.gate_length2)
        claims = [association.claim(track, event, settings.gate_length2) for track in near]
        chosen = association.best([one for one in claims if one is not None])
        settled = association.settle(chosen, event) if chosen is not None else None
        if chosen is None or settled is None:
            start = self._initiators[event.sensor].take(event)
            return [] if start is None else [self._begin(start, plot)]
        past, given_back = settled
        chosen.track.plots -= given_back is not None
        updates = [self._renew(chosen.track, past, event, plot)]
        if given_back is not None:
            start = self._initiators[given_back.sensor].take(given_back)
            if start is not None:
                updates.append(self._begin(start, plot))
        return updates

    def end_scan(self, scan: EndOfScan) -> list[TrackUpdate]:
        """Use that a scan is complete: a motor that infrared no longer sees has burnt out."""
        site = self._sites[scan.sensor]
        if isinstance(site.sensor, Infrared):
            for track in self._tracks.values():
                heard = track.heard.get(scan.sensor)
                unseen = heard is not None and scan.time - heard < 10 * SECOND
                if unseen and track.used_in(scan.sensor, scan.scan) < 0:
                    self._weigh_absence(track, site, scan)
        return self._sweep(scan.received, scan.mode)

    def tick(self, time: Instant, mode: Mode) -> list[TrackUpdate]:
        """Use that time has passed."""
        return self._sweep(time, mode)

    def _event_of(self, plot: Plot) -> Event:
        site = self._sites[plot.sensor]
        density = site.clutter_density
        if isinstance(plot, RadarPlot) and plot.range_rate_mps is not None:
            density /= RANGE_RATE_SPAN
        return Event(
            time=plot.time,
            sensor=plot.sensor,
            scan=plot.scan,
            packed=site.pack(plot),
            detection_probability=site.sensor.detection_probability or _TYPICAL_DETECTION,
            clutter_density=density,
            scan_period=site.sensor.scan_period_s,
        )

    def _begin(self, start: Start, plot: Plot) -> TrackUpdate:
        self._born += 1
        track = Track(self._born, start.events[-1], start.bank, 0.0)
        for event in start.events:
            track.note(event)
        self._tracks[track.number] = track
        self._gate.hold(track)
        return self._update_of(track, track.time, track.bank, plot.received, plot.mode)

    def _renew(self, track: Track, past: list[Past], event: Event, plot: Plot) -> TrackUpdate:
        track.past = past
        track.note(event)
        track.forget_before(Instant(plot.received - int(self._settings.window_s * SECOND)))
        status = lifecycle.status_of(track, plot.received, self._settings)
        # A plot that arrives late is no reason to drop the track that it belongs to.
        track.status = track.status if status == "dropped" else status
        self._gate.hold(track)
        return self._update_of(track, track.time, track.bank, plot.received, plot.mode)

    def _weigh_absence(self, track: Track, site: Site, scan: EndOfScan) -> None:
        detection = site.sensor.detection_probability or _TYPICAL_DETECTION
        absence = Event(scan.time, scan.sensor, scan.scan, None, detection, 1.0)
        after = track.place_of(absence)
        if after < 0:
            return
        again = [absence, *(one.event for one in track.past[after + 1 :])]
        renewed = redone(track.past, after, again)
        if renewed is not None:
            track.past = renewed
            self._gate.hold(track)

    def _sweep(self, now: Instant, mode: Mode) -> list[TrackUpdate]:
        """Look over all tracks once a second: who is silent, lost, or the same as another."""
        if now - self._swept < SECOND:
            return []
        self._swept = now
        updates = []
        for track in list(self._tracks.values()):
            before = track.status
            track.status = lifecycle.status_of(track, now, self._settings)
            if track.status in ("tentative", "confirmed"):
                continue
            ahead = self._bank_at(track, now)
            if ahead is None or lifecycle.is_underground(ahead):
                track.status = "dropped"
            if track.status == "dropped":
                self._let_go(track)
                if before == "tentative":
                    continue
            if ahead is None:
                last = lifecycle.last_sound(track)
                updates.append(self._update_of(track, last.event.time, last.bank, now, mode))
            else:
                updates.append(self._update_of(track, now, ahead, now, mode))
        updates.extend(self._without_doubles(now, mode))
        return updates

    def _bank_at(self, track: Track, time: Instant) -> Bank | None:
        seconds = (time - track.time) / SECOND
        try:
            return predict(track.bank, seconds) if seconds > 0 else track.bank
        except NotPositiveDefinite:
            return None

    def _without_doubles(self, now: Instant, mode: Mode) -> list[TrackUpdate]:
        """Drop each track that follows the same thing as one with more plots."""
        updates = []
        by_weight = sorted(self._tracks.values(), key=lambda one: (-one.plots, one.number))
        near = lifecycle.within_reach(by_weight)
        for index, track in enumerate(by_weight):
            heavier = (by_weight[other] for other in np.flatnonzero(near[index, :index]))
            if any(
                other.number in self._tracks and lifecycle.are_one(track, other)
                for other in heavier
            ):
                before = track.status
                track.status = "dropped"
                self._let_go(track)
                if before != "tentative":
                    updates.append(self._update_of(track, track.time, track.bank, now, mode))
        return updates

    def _let_go(self, track: Track) -> None:
        del self._tracks[track.number]
        self._gate.release(track)

    def _update_of(
        self, track: Track, time: Instant, bank: Bank, known: Instant, mode: Mode
    ) -> TrackUpdate:
        x, P = combined(bank)
        x_list = x.tolist()
        w = bank.w.tolist()
        means = bank.X.tolist()
        covariances = bank.P[:, _UPPER9[0], _UPPER9[1]].tolist()
        return TrackUpdate(
            track_id=f"T{track.number:04}",
            time=time,
            known=known,
            mode=mode,
            status=track.status,
            position_ecef_m=tuple(x_list[:3]),
            velocity_ecef_mps=tuple(x_list[3:]),
            covariance_ecef=tuple(P[_UPPER6].tolist()),
            phase=PhaseProbabilities(**dict(zip(MODELS, w, strict=True))),
            sensors=tuple(sorted(track.heard)),
            plots=track.plots,
            hypotheses=tuple(
                MotionHypothesis(
                    model=model,
                    probability=w[j],
                    mean=tuple(means[j]),
                    covariance=tuple(covariances[j]),
                )
                for j, model in enumerate(MODELS)
            ),
            first_plot=track.first_plot,
            last_plot=track.last_plot,
        )
