"""Painting what flies: rows of tracks, fall areas, verdicts and launches, made anew where they
were touched, in the order in which they rest on each other.
"""

from launchwatch.assessment.places import Gazetteer
from launchwatch.edge.scene import flights
from launchwatch.edge.scene.choosing import body_of, main_fall, main_launch, start_of
from launchwatch.edge.scene.judgement import Basis, Seen
from launchwatch.edge.scene.launches import launch_row, statement_row
from launchwatch.edge.scene.shapes import milliseconds
from launchwatch.edge.scene.stage import Stage
from launchwatch.edge.scene.story import Story
from launchwatch.edge.scene.teller import Teller
from launchwatch.edge.scene.verdicts import verdict_row
from launchwatch.engine import place_code
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.sceneflights import TrackRow, VerdictRow
from launchwatch.timescale import SECOND, Instant

_TRAIL_SPACING_MS = 250
"""Track points closer in time than this are left out: a picture shows no more."""

_MOVED = 0.005
"""A verdict's probability that moved by less is no new point: a small plot shows no more."""

_CROWD = 50
"""Each of so many things that fly has its row made once a second; fewer, oftener."""


class FlightPainter:
    """Makes the rows of what flies."""

    def __init__(
        self, story: Story, stage: Stage, teller: Teller, protected: tuple[str, ...]
    ) -> None:
        self._story, self._stage, self._teller = story, stage, teller
        self._protected = protected
        self._gazetteer = Gazetteer.built_in()
        self._seen: dict[str, Seen] = {}
        self._made: dict[str, Instant] = {}

    def paint(self, now: Instant) -> None:
        """Make every row anew that was touched, or that time has changed."""
        self._fade(now)
        self._paint_tracks(now)
        self._paint_falls(now)
        self._paint_verdicts()
        self._paint_launches(now)
        self._paint_rest()

    def forget(self, track_id: str) -> None:
        """Let go of a track."""
        for each in (self._story.tracks, self._seen, self._made):
            each.pop(track_id, None)

    def _fade(self, now: Instant) -> None:
        """Touch the falls whose time has passed."""
        passed = milliseconds(now)
        for name, row in self._stage["falls"].rows.items():
            if not row.has_fallen and row.window_ms[1] < passed:
                self._story.touched["falls"].add(name)

    def _paint_tracks(self, now: Instant) -> None:
        story, touched = self._story, self._story.touched["tracks"]
        flying = sum(each.status != "dropped" for each in story.tracks.values())
        spacing = min(flying / _CROWD, 1.0) * SECOND if flying > 1 else 0.0
        for name in sorted(touched):
            update = story.tracks.get(name)
            if update is None:
                touched.discard(name)
                continue
            is_ended = update.status == "dropped"
            if not is_ended and now - self._made.get(name, 0) < spacing:
                continue
            touched.discard(name)
            self._made[name] = now
            launch_id = story.launch_of.get(name)
            if is_ended and launch_id is None and not self._is_worth_keeping(name):
                self._stage.drop("tracks", name)
                self.forget(name)
                continue
            row = flights.track_row(
                update, launch_id, start_of(story, launch_id), body_of(story, name)
            )
            self._note(name, row)
            self._stage["tracks"].put(name, row)
            self._trail(name, row)

    def _trail(self, name: str, row: TrackRow) -> None:
        """Add a measured point: what is extrapolated is no trail."""
        trails = self._stage.trails["tracks"]
        last = trails.last(name)
        is_measured = row.status in ("tentative", "confirmed") and row.place[2] >= 0.0
        if is_measured and (last is None or row.epoch_ms - (last[0] or 0) >= _TRAIL_SPACING_MS):
            trails.add(name, flights.track_point(row))

    def _paint_falls(self, now: Instant) -> None:
        story = self._story
        for name in sorted(story.touched.pop("falls", ())):
            fall = story.falls.get(name)
            if fall is None:
                continue
            before = self._stage["falls"].rows.get(name)
            row = flights.fall_row(
                fall,
                start_of(story, fall.launch_id),
                now,
                is_main=name == main_fall(story, fall.launch_id),
            )
            self._stage["falls"].put(name, row)
            self._teller.name_zones(each.zone for each in row.zones)
            if before is None or row.revision != before.revision or row.said_ms != before.said_ms:
                self._stage.trails["falls"].add(name, flights.fall_point(row))
            if row.has_fallen and not (before and before.has_fallen):
                story.touched["launches"].add(fall.launch_id)
                self._teller.fallen(fall, now)
                self._stage.settle(fall.track_id, name, fall.launch_id)

    def _paint_verdicts(self) -> None:
        story, table = self._story, self._stage["verdicts"]
        called = story.touched.pop("verdicts", set())
        shown = {n for n in story.touched.pop("gauged", ()) if n in table.rows}
        shown = {name for name in shown if table.rows[name].is_shown}
        for name in sorted(called | shown):
            verdict = story.verdicts.get(name)
            if verdict is None:
                continue
            fall = story.falls.get(f"{verdict.track_id}/{verdict.body}")
            row: VerdictRow = verdict_row(verdict, fall, self._protected)
            table.put(name, row)
            self._teller.name_zones((verdict.zone,))
            if row.is_shown:
                self._trail_verdict(name, row)
            if name in called:
                self._teller.called(row)

    def _trail_verdict(self, name: str, row: VerdictRow) -> None:
        """Add a point where the probability has moved, or another call was made."""
        trails = self._stage.trails["verdicts"]
        point = row.said_ms, round(row.probability, 3), row.distance_km
        last = trails.last(name)
        if last is None or abs((last[1] or 0.0) - row.probability) >= _MOVED or last[2] != point[2]:
            trails.add(name, point)

    def _paint_launches(self, now: Instant) -> None:
        story, touched = self._story, self._story.touched["launches"]
        main = main_launch(story, self._stage)
        for name, row in self._stage["launches"].rows.items():
            if row.is_main != (name == main):
                touched.add(name)
        for name in sorted(touched):
            said = story.launches.get(name)
            if said is None:
                touched.discard(name)
                continue
            before = self._stage["launches"].rows.get(name)
            is_new = before is None or before.revision != said.revision
            if not is_new and now - self._made.get(name, 0) < SECOND:
                continue
            touched.discard(name)
            self._made[name] = now
            basis = self._basis(said)
            is_main = name == main
            row = launch_row(basis, story.since[name], now, is_main=is_main)
            self._stage["launches"].put(name, row)
            if is_new:
                point = row.said_ms, row.probability
                self._stage.trails["launches"].add(name, point)
            self._trail_family(name)

    def _trail_family(self, launch_id: str) -> None:
        said = self._story.families.get(launch_id)
        if said is None:
            return
        trails, time = self._stage.trails["families"], milliseconds(said.time)
        last = trails.last(launch_id)
        if last is None or last[0] != time:
            values = (
                round(getattr(said.classes, name), 4) for name in said.classes.__struct_fields__
            )
            trails.add(launch_id, (time, *values))

    def _paint_rest(self) -> None:
        story, stage = self._story, self._stage
        for name in sorted(story.touched.pop("statements", ())):
            stage["statements"].put(name, statement_row(story.statements[name]))
        for name in sorted(story.touched.pop("envelopes", ())):
            stage["envelopes"].put(name, flights.envelope_row(story.envelopes[name]))
        for name in sorted(story.touched.pop("events", ())):
            event = story.events[name]
            if event.withdrawn:
                stage.drop("events", name)
                continue
            owners = (story.launch_of[t] for t in event.track_ids if t in story.launch_of)
            launch_id = next(owners, None)
            row = flights.event_row(event, launch_id, start_of(story, launch_id))
            stage["events"].put(name, row)

    def _basis(self, said: LaunchStatement) -> Basis:
        story = self._story
        tracks = tuple(story.tracks[t] for t in said.track_ids if t in story.tracks)
        falls = [story.falls[name] for name in sorted(story.falls_of[said.launch_id])]
        named = {name for each in tracks for name in each.sensors}
        utmost = [self._seen[t] for t in said.track_ids if t in self._seen]
        family = story.families.get(said.launch_id)
        return Basis(
            statement=said,
            summary=story.summariser.launch(said.launch_id, self._place_of),
            seen=Seen(*(max(each) for each in zip(*utmost, strict=True))) if utmost else Seen(),
            tracks=tracks,
            falls=tuple(sorted(falls, key=lambda fall: -fall.probability)),
            verdicts=tuple(
                story.verdicts[key]
                for name in sorted(story.falls_of[said.launch_id])
                for key in sorted(story.verdicts_of[name])
            ),
            evidence=family.evidence if family is not None else (),
            sensors={n: (story.statuses.get(n), story.biases.get(n)) for n in sorted(named)},
        )

    def _place_of(self, latitude_deg: float, longitude_deg: float) -> str:
        return place_code(self._gazetteer.describe(latitude_deg, longitude_deg))

    def _note(self, name: str, row: TrackRow) -> None:
        """Remember what a track showed at its utmost, where it is known well enough to tell."""
        if not row.is_known:
            return
        before = self._seen.get(name, Seen())
        boost = next((each.probability for each in row.phases if each.code == "boost"), 0.0)
        self._seen[name] = Seen(
            max(before.boost, boost),
            max(before.speed_mps, row.speed_mps),
            max(before.height_m, row.place[2]),
        )

    def _is_worth_keeping(self, name: str) -> bool:
        """Whether a track that ended, and was no launch, was ever more than tentative."""
        before = self._stage["tracks"].rows.get(name)
        return before is not None and before.status in ("confirmed", "coasting")
