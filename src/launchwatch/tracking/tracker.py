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
from launchwatch.tracking.branching import Closed
from launchwatch.tracking.cluster import Cluster, alone, joined, split, without
from launchwatch.tracking.coverage import covers, detection_of
from launchwatch.tracking.gating import CoarseGate
from launchwatch.tracking.initiation import Initiator
from launchwatch.tracking.settings import Settings
from launchwatch.tracking.track import Event, Track, begun

MODELS = get_args(MotionModel)
_UPPER6 = np.triu_indices(6)
_UPPER9 = np.triu_indices(9)


class Tracker:
    """Keeps all tracks of one watch; the same plots in the same order give the same tracks."""

    def __init__(self, sensors: Mapping[str, Sensor], settings: Settings) -> None:
        self._settings = settings
        self._sites = {name: Site(sensor) for name, sensor in sensors.items()}
        self._initiators = {
            name: Initiator(site, settings.started_by_scans, settings.births_per_scan)
            for name, site in self._sites.items()
        }
        self._tracks: dict[int, Track] = {}
        self._clusters: dict[int, Cluster] = {}
        self._gate = CoarseGate()
        self._born = 0
        self._swept = Instant(0)

    def take(self, plot: Plot) -> list[TrackUpdate]:
        """Use one plot: the textbook's loop, for one measurement."""
        event = self._event_of(plot)
        assert event.packed is not None  # noqa: S101 - a plot is always packed
        length2 = self._settings.gate_length2
        near = [one.number for one in self._gate.near(event.packed, event.time, length2)]
        found, outcomes = association.rivals(
            event, [(number, self._clusters[number]) for number in near], length2
        )
        if not found:
            return self._begin([event], plot)
        cluster = self._join(found)
        before = cluster.best
        cluster.takes(association.seen_by(cluster, event, near, length2), outcomes)
        cluster.forget_before(Instant(plot.received - int(self._settings.window_s * SECOND)))
        updates = [
            self._renew(self._tracks[number], cluster, plot)
            for number, was, now in zip(cluster.numbers, before, cluster.best, strict=True)
            if was is not now
        ]
        left_over = cluster.freed(before, event)
        return updates + self._begin(
            left_over if cluster.has_taken(event) else [*left_over, event], plot
        )

    def end_scan(self, scan: EndOfScan) -> list[TrackUpdate]:
        """Use that a scan is complete: what it did not show, and what it settles."""
        site = self._sites[scan.sensor]
        infrared = isinstance(site.sensor, Infrared)
        detection = detection_of(site)
        event = Event(scan.time, scan.sensor, scan.scan, None, detection, 1.0)
        tracks, points, spread = self._gate.expected(scan.time)
        covered = covers(site, points, spread)
        expected: dict[int, set[int]] = {id(one): set() for one in self._clusters.values()}
        for track in (tracks[index] for index in np.flatnonzero(covered)):
            expected[id(self._clusters[track.number])].add(track.number)
        for cluster in self._distinct_clusters():
            if cluster.is_settled_by(event, expected[id(cluster)]):
                continue
            places = cluster.places(expected[id(cluster)])
            self._close(cluster, Closed(event, places, detection, infrared))
        return self._sweep(scan.received, scan.mode)

    def tick(self, time: Instant, mode: Mode) -> list[TrackUpdate]:
        """Use that time has passed."""
        return self._sweep(time, mode)

    def standing(self) -> tuple[Track, ...]:
        """Give all tracks that are not dropped, tentative ones too; only to look at."""
        return tuple(self._tracks.values())

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
            detection_probability=detection_of(site),
            clutter_density=density,
            scan_period=site.sensor.scan_period_s,
        )

    def _begin(self, loose: list[Event], plot: Plot) -> list[TrackUpdate]:
        """Look for new tracks among plots that are nobody's."""
        updates = []
        for event in loose:
            start = self._initiators[event.sensor].take(event)
            if start is None:
                continue
            self._born += 1
            leaf = begun(start.events, start.bank, start.score)
            track = Track(self._born, leaf)
            self._tracks[track.number] = track
            self._clusters[track.number] = alone(track.number, start.events[-1], leaf)
            self._gate.hold(track)
            updates.append(self._update_of(track, track.time, track.bank, plot.received, plot.mode))
        return updates

    def _join(self, clusters: list[Cluster]) -> Cluster:
        if len(clusters) == 1:
            return clusters[0]
        whole = joined(clusters)
        for number in whole.numbers:
            self._clusters[number] = whole
        return whole

    def _renew(self, track: Track, cluster: Cluster, plot: Plot) -> TrackUpdate:
        self._refresh(track, cluster)
        status = lifecycle.status_of(track, plot.received, self._settings)
        # A plot that arrives late is no reason to drop the track that it belongs to.
        track.status = track.status if status == "dropped" else status
        return self._update_of(track, track.time, track.bank, plot.received, plot.mode)

    def _refresh(self, track: Track, cluster: Cluster) -> None:
        leaf, bank, time = cluster.now(track.number)
        track.is_now(leaf, bank, time)
        self._gate.hold(track)

    def _close(self, cluster: Cluster, closed: Closed) -> None:
        before = cluster.best
        if cluster.takes(closed):
            for number, was, now in zip(cluster.numbers, before, cluster.best, strict=True):
                if was is not now:
                    self._refresh(self._tracks[number], cluster)

    def _distinct_clusters(self) -> list[Cluster]:
        return list({id(one): one for one in self._clusters.values()}.values())

    def _sweep(self, now: Instant, mode: Mode) -> list[TrackUpdate]:
        """Look over all tracks once a second: who is silent, lost, or the same as another."""
        if now - self._swept < SECOND:
            return []
        self._swept = now
        updates = []
        for track in list(self._tracks.values()):
            track.status = lifecycle.status_of(track, now, self._settings)
            if track.status in ("tentative", "confirmed"):
                continue
            ahead = self._bank_at(track, now)
            if ahead is None or lifecycle.is_underground(ahead):
                track.status = "dropped"
            if track.status == "dropped":
                last = self._clusters[track.number].last_sound(track.number)
                self._let_go(track)
            if ahead is None:
                updates.append(self._update_of(track, last.time, last.bank, now, mode))
            else:
                updates.append(self._update_of(track, now, ahead, now, mode))
        updates.extend(self._without_doubles(now, mode))
        self._part()
        return updates

    def _part(self) -> None:
        """Let tracks go their own ways that no plot has been common to for the whole window."""
        for cluster in self._distinct_clusters():
            for part in split(cluster):
                for number in part.numbers:
                    self._clusters[number] = part

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
                track.status = "dropped"
                self._let_go(track)
                updates.append(self._update_of(track, track.time, track.bank, now, mode))
        return updates

    def _let_go(self, track: Track) -> None:
        del self._tracks[track.number]
        self._gate.release(track)
        rest = without(self._clusters.pop(track.number), track.number)
        if rest is not None:
            for number in rest.numbers:
                self._clusters[number] = rest

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
            sensors=tuple(sorted(track.leaf.newest)),
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
