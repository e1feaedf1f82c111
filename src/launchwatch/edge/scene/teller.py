"""Telling: rows of warnings, drafts and deliveries, marks on the timeline, names of zones."""

from collections.abc import Iterable

from launchwatch.edge.scene import warned, words
from launchwatch.edge.scene.marks import Marks
from launchwatch.edge.scene.shapes import milliseconds
from launchwatch.edge.scene.stage import Stage
from launchwatch.edge.scene.story import Story
from launchwatch.messages.delivery import Draft, Release
from launchwatch.messages.event import FlightEvent
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.partner import PictureDifference
from launchwatch.messages.sceneflights import VerdictRow
from launchwatch.messages.sceneparts import Words
from launchwatch.messages.scenesurroundings import AlarmRow, MarkRow
from launchwatch.messages.sensor import SensorStatus
from launchwatch.messages.warning import Warning  # noqa: A004 - the field's word
from launchwatch.timescale import Instant

_HISTORY = 100
"""Revisions of one warning that are listed: at one in ten seconds, a quarter of an hour."""


class Teller:
    """Makes the rows of who is told what, and of the moments worth a mark.

    Attributes:
        zone_names: words for the zones that rows name, by ``zone.<code>``.
    """

    def __init__(self, story: Story, stage: Stage) -> None:
        self._story, self._stage = story, stage
        self._marks = Marks()
        self._marked = 0
        self._histories: dict[str, list[tuple[int, str, int]]] = {}
        self.zone_names: dict[str, Words] = {}

    def paint(self) -> None:
        """Make every row anew that was touched, and the marks that news deserve."""
        story, stage = self._story, self._stage
        for name in sorted(story.touched.pop("warnings", ())):
            self._paint_warning(name)
        for name in sorted(story.touched.pop("drafts", ())):
            draft, alert = story.drafts[name], story.alerts.get(name)
            is_shown = alert is not None and alert.identifier == draft.document
            stage["drafts"].put(name, warned.draft_row(draft, alert if is_shown else None))
        for name in sorted(story.touched.pop("deliveries", ())):
            delivery = story.deliveries[name]
            if (entry := story.entries.get(delivery.entry)) is not None:
                stage["deliveries"].put(name, warned.delivery_row(delivery, entry))
        self._tell_news()

    def fallen(self, fall: FallArea, now: Instant) -> None:
        """Mark that the time of a fall has passed."""
        self._mark(self._marks.fallen(fall, now))

    def called(self, row: VerdictRow) -> None:
        """Mark a verdict."""
        self._mark(self._marks.verdict(row))

    def alarmed(self, row: AlarmRow, now_ms: int) -> None:
        """Mark that a part of the watch is in trouble."""
        text = words.alike(f"{row.part}: {row.text}")
        mark = MarkRow(time_ms=now_ms, kind="alarm", weight=3, launch_id=None, text=text)
        self._mark(mark)

    def name_zones(self, zones: Iterable[str]) -> None:
        """Find words for zones that rows name."""
        for zone in zones:
            self.zone_names.setdefault(f"zone.{zone}", words.zone(zone))

    def forget(self, warning_id: str) -> None:
        """Let go of a warning."""
        self._histories.pop(warning_id, None)

    def _paint_warning(self, name: str) -> None:
        warning = self._story.warnings.get(name)
        if warning is None:
            return
        history = self._histories.setdefault(name, [])
        if not history or history[-1][0] != warning.revision:
            history.append((warning.revision, warning.action, milliseconds(warning.time)))
            del history[:-_HISTORY]
        alert = self._story.alerts.get(name)
        shown = alert if alert is not None and alert.revision == warning.revision else None
        self._stage["warnings"].put(name, warned.warning_row(warning, shown, history))
        self.name_zones(each.zone for each in warning.zones)

    def _tell_news(self) -> None:
        story = self._story
        for news in story.news:
            match news:
                case LaunchStatement():
                    tracks = [story.tracks[t] for t in news.track_ids if t in story.tracks]
                    self._mark(self._marks.first_plot(news, tracks))
                    self._mark(self._marks.launch(news))
                case FallArea():
                    self._mark(self._marks.fall_area(news))
                case FlightEvent():
                    launch = (story.launch_of[t] for t in news.track_ids if t in story.launch_of)
                    self._mark(self._marks.event(news, next(launch, None)))
                case Warning():
                    self._mark(self._marks.warning(news))
                case SensorStatus():
                    self._mark(self._marks.sensor(news))
                case Draft() | Release():
                    self._mark(self._marks.decision(news))
                case PictureDifference():
                    self._mark(self._marks.difference(news))
                case _:
                    pass
        story.news.clear()
        self._marks.forget()

    def _mark(self, row: MarkRow | None) -> None:
        if row is not None:
            self._marked += 1
            self._stage["marks"].put(f"{self._marked:06}", row)
