"""The tracker: plots in, track updates out.

For each plot: predict, gate, associate, update; else perhaps begin a track. For each
finished scan and each tick: what was not seen, and who has been silent. It never looks at a
clock; the time is what the stimuli say.
"""

import math
from collections.abc import Mapping

import numpy as np

from launchwatch.errors import NotPositiveDefinite
from launchwatch.estimation.measurement import FALSE, Site
from launchwatch.messages.knownposition import KnownPosition
from launchwatch.messages.packet import Mode
from launchwatch.messages.partner import PartnerStanding, PartnerTrack
from launchwatch.messages.plot import EndOfScan, Plot
from launchwatch.messages.sensor import Contributor, Infrared, Partner, SensorBias
from launchwatch.messages.track import (
    TrackUpdate,
)
from launchwatch.messages.traffic import AircraftReport
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking import association, lifecycle
from launchwatch.tracking.astray import is_other_astray
from launchwatch.tracking.bank import Bank, bank_from, predict
from launchwatch.tracking.branching import Closed, Outcomes, Vouched
from launchwatch.tracking.cluster import Cluster, alone, joined, split, without
from launchwatch.tracking.clutter import Clutter, asked_anew
from launchwatch.tracking.coverage import covers, detection_of
from launchwatch.tracking.gating import CoarseGate
from launchwatch.tracking.initiation import Initiator
from launchwatch.tracking.knowns import Knowns
from launchwatch.tracking.mending import Mending
from launchwatch.tracking.partners import (
    PART_FROM_WORDS_S,
    PART_S,
    Candidate,
    Partners,
    chosen,
)
from launchwatch.tracking.pooling import Pool
from launchwatch.tracking.registered import Registered
from launchwatch.tracking.registrar import Registrar
from launchwatch.tracking.settings import Settings
from launchwatch.tracking.startfit import Start, first_probabilities
from launchwatch.tracking.story import Story
from launchwatch.tracking.telling import MODELS, update_of
from launchwatch.tracking.track import Event, Track, begun, spoken_for
from launchwatch.tracking.words import heard, is_echo, word_of

_DOUBT = 0.1
"""A plot that is another track's, or nobody's, with more than this probability teaches nothing
about its sensor."""

UNSTATED_PERIOD_S = 4.0
"""Seconds between a partner's words where the roster does not say: after 10 s a track that it
alone speaks of is silent."""

_TOLD_EVERY = 60 * SECOND


class Tracker:
    """Keeps all tracks of one watch; the same plots in the same order give the same tracks."""

    def __init__(self, contributors: Mapping[str, Contributor], settings: Settings) -> None:
        self._settings = settings
        sensors = {n: one for n, one in contributors.items() if not isinstance(one, Partner)}
        self._contributors = dict(contributors)
        self._own = frozenset(sensors)
        self._partners = Partners()
        self._sites = {name: Site(sensor, bias_is_noise=False) for name, sensor in sensors.items()}
        self._registrar = Registrar(sensors)
        self._initiators = self._new_initiators()
        self._pool = Pool(self._sites, settings.births_per_scan)
        self._clutter = {name: Clutter(site) for name, site in self._sites.items()}
        self._tracks: dict[int, Track] = {}
        self._clusters: dict[int, Cluster] = {}
        self._gate = CoarseGate()
        self._born = 0
        self._swept = Instant(0)
        self._told: dict[str, SensorBias] = {}
        self._mending = Mending()
        self._knowns = Knowns(self._sites, self._registrar)

    def _new_initiators(self) -> dict[str, Initiator]:
        settings = self._settings
        return {
            name: Initiator(site, settings.started_by_scans, settings.births_per_scan)
            for name, site in self._sites.items()
        }

    def take(self, plot: Plot) -> list[TrackUpdate]:
        """Use one plot: the textbook's loop, for one measurement."""
        self._mending.at_work = ()
        self._knowns.take(plot)
        event = self._event_of(plot)
        assert event.plot is not None  # noqa: S101 - a plot is always corrected
        length2 = self._settings.gate_length2
        near = [] if self._gate.is_empty else [
            one.number
            for one in self._gate.near(self._registrar.widened(event.plot), event.time, length2)
        ]  # fmt: skip
        self._mending.at_work = tuple(near)
        found, outcomes = association.rivals(
            event, [(number, self._clusters[number]) for number in near], length2
        )
        if not found:
            self._clutter[event.sensor].add(event.time, event.plot.packed)
            return self._begin([event], plot)
        cluster = self._join(found)
        before = cluster.best
        cluster.takes(association.seen_by(cluster, event, near, length2), outcomes)
        self._learn(cluster, outcomes, plot)
        cluster.forget_before(Instant(plot.received - int(self._settings.window_s * SECOND)))
        updates = [
            update
            for number, was, now in zip(cluster.numbers, before, cluster.best, strict=True)
            if was is not now
            for update in self._renew(self._tracks[number], cluster, plot)
        ]
        if not self._is_explained(cluster, event):
            self._clutter[event.sensor].add(event.time, event.plot.packed)
        left_over = cluster.freed(before, event)
        return updates + self._begin(
            left_over if cluster.has_taken(event) else [*left_over, event], plot
        )

    def hear(self, line: PartnerTrack) -> list[TrackUpdate]:
        """Use one partner's track: which of ours is it, and what does that gain by it?"""
        self._mending.at_work = ()
        event, held = self._heard_event(line), self._partners.held(line)
        if line.status == "dropped":
            self._partners.say(line, "ended", None, "the partner dropped it")
            return []
        if is_echo(line, self._own):
            self._partners.say(
                line, "echo", held.number, f"it rests on {', '.join(line.sensors)} alone"
            )
            return []
        if line.status != "confirmed":
            # The partner does not see it now: it would only repeat itself, carried on.
            self._partners.say_apart(line)
            return []
        candidates = self._partners.free(line, self._candidates(event))
        ours = None if held.number is None else self._tracks[held.number].leaf
        part_s = PART_FROM_WORDS_S if ours is not None and ours.rests_on_words else PART_S
        number = chosen(held, candidates, line.received, part_s)
        if number is None:
            if held.number is None and not candidates:
                return self._begin_from(event, line)
            self._partners.say_apart(line)
            return []
        self._mending.at_work = (number,)
        cluster, track = self._clusters[number], self._tracks[number]
        before = cluster.best
        cluster.takes(Vouched(event, cluster.places((number,)), self._settings.gate_length2))
        cluster.forget_before(Instant(line.received - int(self._settings.window_s * SECOND)))
        updates = [
            update
            for one, was, now in zip(cluster.numbers, before, cluster.best, strict=True)
            if was is not now
            for update in self._renew(self._tracks[one], cluster, line)
        ]
        self._partners.say_joined(line, track)
        return updates

    def know(self, report: AircraftReport) -> None:
        """Use an aircraft's own word: what is wrong with the sensors that see it?"""
        self._knowns.hear(report)

    def known(self) -> list[KnownPosition]:
        """Give what is newly said of aircraft whose positions are known."""
        return self._knowns.news()

    def standings(self) -> list[PartnerStanding]:
        """Give what is newly said of partners' tracks, since it was asked last."""
        return self._partners.told()

    def end_scan(self, scan: EndOfScan) -> list[TrackUpdate]:
        """Use that a scan is complete: what it did not show, and what it settles."""
        self._mending.at_work = ()
        site = self._sites.get(scan.sensor)
        if site is None:
            # A partner's: a sign of life, and no more.
            return self._sweep(scan.received, scan.mode)
        infrared = isinstance(site.sensor, Infrared)
        detection = detection_of(site)
        time = self._registrar.right_time(scan.sensor, scan.time)
        event = Event(time, scan.sensor, scan.scan, None, detection, 1.0)
        tracks, points, spread = self._gate.expected(time)
        covered = covers(site, points, spread)
        expected: dict[int, set[int]] = {id(one): set() for one in self._clusters.values()}
        for track in (tracks[index] for index in np.flatnonzero(covered)):
            expected[id(self._clusters[track.number])].add(track.number)
        for cluster in self._distinct_clusters():
            self._mending.at_work = cluster.numbers
            if cluster.is_settled_by(event, expected[id(cluster)]):
                continue
            places = cluster.places(expected[id(cluster)])
            self._close(cluster, Closed(event, places, detection, infrared))
        return self._sweep(scan.received, scan.mode)

    def tick(self, time: Instant, mode: Mode) -> list[TrackUpdate]:
        """Use that time has passed."""
        for key in self._partners.ended(time):
            self._partners.say_of(key, time, mode, "ended", None, "told no more")
        return self._sweep(time, mode)

    def anew(self) -> "Tracker":
        """Give a tracker that knows nothing, and gives no track a name that this one gave."""
        new = Tracker(self._contributors, self._settings)
        new._born = self._born
        return new

    def mend(self, now: Instant, mode: Mode, *, beginning: bool) -> list[TrackUpdate]:
        """Go on after a fault in this room: let go what cannot be gone on with, and say so.

        Args:
            beginning: it came while tracks were begun; what might have become one is forgotten.
        """
        updates = []
        if beginning:
            self._initiators = self._new_initiators()
            self._pool = Pool(self._sites, self._settings.births_per_scan)
        for number in self._mending.given_up(self._tracks, self._clusters):
            track = self._tracks.pop(number)
            self._clusters.pop(number, None)
            self._partners.forget_track(number)
            track.status = "dropped"
            if all(np.isfinite(part).all() for part in track.bank):
                updates.append(update_of(track, track.time, track.bank, now, mode))
        self._gate = CoarseGate()
        for track in self._tracks.values():
            self._gate.hold(track)
        return updates

    def biases(self, time: Instant, mode: Mode) -> list[SensorBias]:
        """Say what is wrong with the sensors: once a minute, and where a health has changed."""
        news = []
        for sensor in self._sites:
            said, health = self._told.get(sensor), self._registrar.health_of(sensor)
            if said is None or said.health != health or time - said.time >= _TOLD_EVERY:
                self._told[sensor] = self._registrar.report(sensor, time, mode)
                news.append(self._told[sensor])
        return news

    def standing(self) -> tuple[Track, ...]:
        """Give all tracks that are not dropped, tentative ones too; only to look at."""
        return tuple(self._tracks.values())

    def story(self, track_id: str) -> Story | None:
        """Give all plots of a track that is not dropped; None of an aircraft, or if it is."""
        track = self._tracks.get(int(track_id[1:]))
        return None if track is None else track.leaf.story

    def _event_of(self, plot: Plot) -> Event:
        site = self._sites[plot.sensor]
        corrected = self._registrar.corrected(plot.sensor, plot.time, site.pack(plot))
        detection = detection_of(site)
        density = self._clutter[plot.sensor].density(corrected.time, corrected.packed)
        corrected.packed[FALSE] = math.log(density / detection)
        return Event(
            time=corrected.time,
            sensor=plot.sensor,
            scan=plot.scan,
            packed=corrected.packed,
            detection_probability=detection,
            clutter_density=density,
            scan_period=site.sensor.scan_period_s,
            registrar=self._registrar,
            plot=corrected,
        )

    def _heard_event(self, line: PartnerTrack) -> Event:
        partner = self._contributors[line.sensor]
        assert isinstance(partner, Partner)  # noqa: S101 - the decoder lets none but these pass
        period = partner.update_period_s or UNSTATED_PERIOD_S
        return Event(
            time=line.time, sensor=line.sensor, scan=int(line.time // (period * SECOND)),
            packed=None, detection_probability=0.0, clutter_density=0.0, scan_period=period,
            registrar=self._registrar, word=word_of(line, partner),
        )  # fmt: skip

    def _candidates(self, event: Event) -> list[Candidate]:
        """Give the tracks of ours that a word could be of."""
        word, believed = event.word, self._registrar.believed
        assert word is not None  # noqa: S101 - asked of words only
        sigma = float(np.sqrt(np.trace(word.P[:3, :3])))
        found = []
        for track in self._gate.close_to(word.x[:3], sigma, event.time):
            cluster = self._clusters[track.number]
            hypotheses = cluster.before(event)
            leaf = hypotheses[0].leaves[cluster.numbers.index(track.number)] if hypotheses else None
            if leaf is None or leaf.time > event.time:
                continue
            met = heard(leaf.registered, word, (event.time - leaf.time) / SECOND, believed)
            if met is not None and met.length2 <= self._settings.gate_length2:
                found.append(Candidate(track.number, met.log_likelihood))
        return found

    def _begin_from(self, event: Event, line: PartnerTrack) -> list[TrackUpdate]:
        """Begin a track from a partner's word, where none of ours is near."""
        word = event.word
        assert word is not None  # noqa: S101 - asked of words only
        phase = line.phase
        shares = (
            first_probabilities(word.x, infrared=False) if phase is None
            else np.array([max(getattr(phase, model), 0.01) for model in MODELS])
        )  # fmt: skip
        registered = Registered(
            bank_from(word.x, word.P, shares),
            np.zeros((6, len(self._registrar.believed.mean))),
            np.zeros(6),
        )
        self._born += 1
        leaf = spoken_for((event,), registered, self._settings.confirm_score)
        track = Track(self._born, leaf, registered.bank)
        self._tracks[track.number] = track
        self._clusters[track.number] = alone(track.number, event, leaf)
        self._gate.hold(track)
        self._partners.held(line).number = track.number
        self._partners.say_joined(line, track)
        return [update_of(track, track.time, track.bank, line.received, line.mode)]

    def _is_explained(self, cluster: Cluster, event: Event) -> bool:
        """Ask whether a plot is a confirmed track's, likeliest."""
        # One that was let go a moment ago explains nothing.
        return any(
            number in self._tracks
            and self._tracks[number].status in ("confirmed", "coasting")
            and leaf is not None
            and any(one is event for one in reversed(leaf.used))
            for number, leaf in zip(cluster.numbers, cluster.best, strict=True)
        )

    def _begin(self, loose: list[Event], plot: Plot) -> list[TrackUpdate]:
        """Look for new tracks among plots that are nobody's."""
        self._mending.at_work = ()
        updates = []
        for event in loose:
            start = self._start(event)
            if start is None:
                continue
            self._born += 1
            events, likelier = asked_anew(start.events, self._clutter)
            registrar, plots = self._registrar, [one.plot for one in events if one.plot]
            registered = registrar.started(start.bank, start.fit, plots)
            leaf = begun(events, registered, start.score - likelier)
            track = Track(self._born, leaf, registrar.told(registered))
            self._tracks[track.number] = track
            self._clusters[track.number] = alone(track.number, events[-1], leaf)
            self._gate.hold(track)
            if self._is_other_astray(track, plot.received):
                self._let_go(track)
                continue
            updates.append(update_of(track, track.time, track.bank, plot.received, plot.mode))
        return updates

    def _start(self, event: Event) -> Start | None:
        """Give a start if a plot completes a chain: of its own sensor, or of several."""
        initiator = self._initiators[event.sensor]
        start = initiator.take(event)
        if start is None and initiator.newest is not None:
            is_unproved = self._registrar.is_unproved(event.sensor)
            start = self._pool.take(initiator.newest, is_unproved=is_unproved)
            for used in () if start is None else start.events:
                self._initiators[used.sensor].forget(used)
        if start is not None:
            self._pool.forget(start.events)
        return start

    def _is_other_astray(self, new: Track, now: Instant) -> bool:
        """Say whether a new track is one of the others, seen by a sensor whose clock is wrong."""
        return is_other_astray(
            new, self._tracks.values(), self._gate, self._sites, self._registrar, now
        )

    def _learn(self, cluster: Cluster, outcomes: Outcomes, plot: Plot) -> None:
        """Learn biases from a plot that is beyond doubt."""
        if math.exp(-cluster.hypotheses[0].log_weight) > 1.0 + _DOUBT:
            return
        best = {id(leaf) for leaf in cluster.best}
        for outcome in outcomes.values():
            # What one sensor alone says of a thing cannot tell its own biases; and whose biases
            # a partner's word has, nobody knows.
            if (
                outcome is not None
                and id(outcome.leaf) in best
                and len(outcome.leaf.sensors) > 1
                and (not outcome.leaf.is_shared or outcome.leaf.own is not None)
            ):
                self._registrar.learn(outcome.step, plot.received)

    def _join(self, clusters: list[Cluster]) -> Cluster:
        if len(clusters) == 1:
            return clusters[0]
        whole = joined(clusters)
        for number in whole.numbers:
            self._clusters[number] = whole
        return whole

    def _renew(
        self, track: Track, cluster: Cluster, plot: Plot | PartnerTrack
    ) -> list[TrackUpdate]:
        self._refresh(track, cluster)
        status = lifecycle.status_of(track, plot.received, self._settings)
        # Before it is told to others: is it another one, seen by a clock that is wrong?
        if (
            track.status == "tentative"
            and status == "confirmed"
            and self._is_other_astray(track, plot.received)
        ):
            self._let_go(track)
            return []
        # A plot that arrives late is no reason to drop the track that it belongs to.
        track.status = track.status if status == "dropped" else status
        return [update_of(track, track.time, track.bank, plot.received, plot.mode)]

    def _refresh(self, track: Track, cluster: Cluster) -> None:
        leaf, registered, time = cluster.now(track.number)
        track.is_now(leaf, self._registrar.told(registered), time)
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
            self._mending.at_work = (track.number,)
            track.status = lifecycle.status_of(track, now, self._settings)
            if track.status in ("tentative", "confirmed"):
                if len(track.leaf.sensors) == 1:
                    self._is_other_astray(track, now)
                continue
            ahead = self._bank_at(track, now)
            if ahead is None or lifecycle.is_underground(ahead):
                track.status = "dropped"
            if track.status == "dropped":
                last = self._clusters[track.number].last_sound(track.number)
                self._let_go(track)
            if ahead is None:
                told = self._registrar.told(last.registered)
                updates.append(update_of(track, last.time, told, now, mode))
            else:
                updates.append(update_of(track, now, ahead, now, mode))
        self._mending.at_work = ()
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
        """Give a track's bank at a time, from where it was last carried to: a second at a time
        models change into one another as they should, and a minute's silence costs no more."""
        bank, epoch = track.foreseen or (track.bank, track.time)
        if epoch > time:
            bank, epoch = track.bank, track.time
        seconds = (time - epoch) / SECOND
        try:
            bank = predict(bank, seconds) if seconds > 0 else bank
        except NotPositiveDefinite:
            return None
        track.foreseen = bank, time
        return bank

    def _without_doubles(self, now: Instant, mode: Mode) -> list[TrackUpdate]:
        """Drop each track that follows the same thing as one with more plots."""
        updates: list[TrackUpdate] = []
        if len(self._tracks) < 2:
            return updates
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
                updates.append(update_of(track, track.time, track.bank, now, mode))
        return updates

    def _let_go(self, track: Track) -> None:
        del self._tracks[track.number]
        self._gate.release(track)
        self._partners.forget_track(track.number)
        rest = without(self._clusters.pop(track.number), track.number)
        if rest is not None:
            for number in rest.numbers:
                self._clusters[number] = rest
