"""Marks on the timeline: the moments of a watch, each with its words."""

from launchwatch.edge.phrasing import area
from launchwatch.edge.scene import differing, words
from launchwatch.edge.scene.shapes import milliseconds
from launchwatch.messages.delivery import Draft, Release
from launchwatch.messages.event import FlightEvent
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.partner import PictureDifference
from launchwatch.messages.sceneflights import VerdictRow
from launchwatch.messages.sceneparts import Words
from launchwatch.messages.scenesurroundings import MarkRow
from launchwatch.messages.sensor import SensorStatus
from launchwatch.messages.track import TrackUpdate
from launchwatch.messages.warning import Warning  # noqa: A004 - the field's word
from launchwatch.timescale import Instant

_ACT, _NOTICE, _RECORD = 3, 2, 1

_TEXTS = {
    "first-plot": Words("First plot of {name}", "{name} 최초 측정", "{name}の最初の測定"),
    "launch": Words("Launch {name} declared", "{name} 발사 판정", "{name}の発射を判定"),
    "withdrawn": Words("Launch {name} withdrawn", "{name} 발사 철회", "{name}の発射を取消し"),
    "fall-area": Words(
        "First fall area, {size}", "최초 낙하 구역, {size}", "最初の落下区域、{size}"
    ),
    "fall": Words("Expected to have fallen", "낙하한 것으로 추정", "落下したと推定"),
    "event": Words("{what}", "{what}", "{what}"),
    "warning": Words("{severity}: {action}", "{severity}: {action}", "{severity}:{action}"),
    "sensor": Words("{name}: {what}", "{name}: {what}", "{name}:{what}"),
    "decision": Words("Document {what}", "문서 {what}", "文書 {what}"),
}


class Marks:
    """Picks the moments worth a mark; remembers which it has made."""

    def __init__(self) -> None:
        self._made: set[tuple[str, ...]] = set()
        self._silent: set[str] = set()

    def forget(self) -> None:
        """Let go of what can come no more; a watch of months makes very many marks."""
        if len(self._made) > 20_000:
            self._made.clear()

    def launch(self, said: LaunchStatement) -> MarkRow | None:
        """Mark a declaration, or a withdrawal."""
        kind = "withdrawn" if said.cancelled else "launch"
        if not self._is_new("launch", said.launch_id, kind):
            return None
        return _mark(said.time, "launch", _ACT, said.launch_id, kind, name=said.launch_id)

    def first_plot(self, said: LaunchStatement, tracks: list[TrackUpdate]) -> MarkRow | None:
        """Mark when a launch was first seen: back then, for it is known only now."""
        first = min((each.first_plot for each in tracks), default=None)
        if first is None or not self._is_new("first-plot", said.launch_id):
            return None
        name = said.launch_id
        return _mark(first, "first-plot", _RECORD, said.launch_id, "first-plot", name=name)

    def fall_area(self, fall: FallArea) -> MarkRow | None:
        """Mark a launch's first fall area."""
        if fall.probability < 1.0 or not self._is_new("fall-area", fall.launch_id, fall.body):
            return None
        size = area(fall.region_area_m2)
        return _mark(fall.time, "fall-area", _NOTICE, fall.launch_id, "fall-area", size=size)

    def fallen(self, fall: FallArea, when: Instant) -> MarkRow | None:
        """Mark that the time of a fall has passed."""
        if fall.probability < 1.0 or not self._is_new("fall", fall.launch_id, fall.body):
            return None
        return _mark(when, "fall", _NOTICE, fall.launch_id, "fall")

    def event(self, said: FlightEvent, launch_id: str | None) -> MarkRow | None:
        """Mark something that happened to a flight, when it had happened."""
        is_ahead = said.event_time > said.known
        if said.withdrawn or is_ahead or not self._is_new("event", said.event_id):
            return None
        what = words.named(f"event.{said.kind}")
        return _mark(said.event_time, "event", _NOTICE, launch_id, "event", what=what)

    def verdict(self, row: VerdictRow) -> MarkRow | None:
        """Mark a verdict that is worth a line."""
        key = "verdict", row.track_id, row.body, row.zone, row.claims, str(row.revision)
        if not row.is_shown or row.verdict == "open" or not self._is_new(*key):
            return None
        weight = _NOTICE if row.verdict != "outside" or row.reverses else _RECORD
        return MarkRow(
            time_ms=row.since_ms,
            kind="verdict",
            weight=weight,
            launch_id=row.launch_id,
            text=row.text,
        )

    def warning(self, said: Warning) -> MarkRow | None:
        """Mark what begins or ends a warning."""
        is_new = self._is_new("warning", said.warning_id, str(said.revision))
        if said.action == "update" or not is_new:
            return None
        return _mark(
            said.time, "warning", _ACT, said.launch_id, "warning",
            severity=words.named(f"severity.{said.severity}"),
            action=words.named(f"action.{said.action}"),
        )  # fmt: skip

    def sensor(self, said: SensorStatus) -> MarkRow | None:
        """Mark that a sensor fell silent or is in trouble, and that it is heard again after."""
        was_silent = said.sensor in self._silent
        if said.status in ("heard", "orderly"):
            self._silent.discard(said.sensor)
            if not was_silent:
                return None
        else:
            self._silent.add(said.sensor)
        what = words.named(f"sensorstatus.{said.status}")
        return _mark(said.time, "sensor", _NOTICE, None, "sensor", name=said.sensor, what=what)

    def difference(self, said: PictureDifference) -> MarkRow | None:
        """Mark that a partner's picture differs from ours, and that it does no more."""
        if not self._is_new("difference", said.difference_id, str(said.settled), said.why):
            return None
        return MarkRow(
            time_ms=milliseconds(said.time),
            kind="difference",
            weight=_NOTICE,
            launch_id=said.launch_id or None,
            text=differing.words_of(said),
        )

    def decision(self, said: Draft | Release) -> MarkRow | None:
        """Mark that a document begins to wait for people, or that people let it go."""
        if isinstance(said, Release) and not said.approvals:
            return None  # What goes out by itself, revision by revision, is in the deliveries.
        status = said.status if isinstance(said, Draft) else "released"
        if not self._is_new("decision", said.warning_id, status, str(said.revision)):
            return None
        what = words.named(f"draft.{status}")
        return _mark(said.time, "decision", _ACT, said.launch_id, "decision", what=what)

    def _is_new(self, *key: str) -> bool:
        if key in self._made:
            return False
        self._made.add(key)
        return True


def _mark(
    when: Instant, kind: str, weight: int, launch_id: str | None, key: str, **values: str | Words
) -> MarkRow:
    return MarkRow(
        time_ms=milliseconds(when),
        kind=kind,
        weight=weight,
        launch_id=launch_id,
        text=words.filled(_TEXTS[key], **values),
    )
