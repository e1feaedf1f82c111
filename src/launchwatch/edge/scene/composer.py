"""The composer: takes what the watch says, and gives the scene, frame by frame.

Taking a message keeps it and notes which rows it touches: some microseconds. Rows are made when a
frame is cut, once however often they were touched meanwhile. It decides nothing and asks no
clock; what it keeps is bounded (`stage.BOUNDS`), and what is over goes first.
"""

from collections.abc import Iterable, Mapping

import msgspec
from msgspec import Struct

from launchwatch import __version__
from launchwatch.edge.modes import MODES
from launchwatch.edge.scene import trimming, words
from launchwatch.edge.scene.aroundpainter import AroundPainter
from launchwatch.edge.scene.flightpainter import FlightPainter
from launchwatch.edge.scene.known import Known
from launchwatch.edge.scene.shapes import milliseconds
from launchwatch.edge.scene.stage import BOUNDS, Stage
from launchwatch.edge.scene.story import Story, Told
from launchwatch.edge.scene.teller import Teller
from launchwatch.messages.packet import Mode
from launchwatch.messages.scene import TRAIL_COLUMNS, Clock, Counts, Frame, Head
from launchwatch.messages.sensor import Contributor, Partner
from launchwatch.timescale import SECOND, Instant

HEARTBEAT_S = 1.0
"""A frame comes at least so often by the clock while the watch runs."""

_VIEW_MARGIN_DEG = 3.0


class About(Struct, frozen=True, kw_only=True):
    """What holds for a whole watch, and no message says.

    Attributes:
        watch: names this run of it.
        speed: times real time; 0 as fast as possible; None where it comes live.
    """

    watch: str
    title: str
    mode: Mode
    sensors: Mapping[str, Contributor]
    nation: str = ""
    claims: str = "median"
    other_claims: tuple[str, ...] = ()
    protected: tuple[str, ...] = ()
    speed: float | None = None
    can_act: bool = False


class Composer:
    """One watch's scene. Used from one thread."""

    def __init__(self, about: About) -> None:
        self._about = about
        self._story = Story()
        self._stage = Stage()
        self._teller = Teller(self._story, self._stage)
        self._flights = FlightPainter(self._story, self._stage, self._teller, about.protected)
        self._around = AroundPainter(self._story, self._stage, about.sensors)
        self._known = Known(self._story, self._stage, about.sensors, about.nation)
        self._sequence = 0
        self._now: Instant | None = None
        self._started: Instant | None = None
        self._arrived_ms: int | None = None
        self._counted: Instant | None = None
        self._head: Head | None = None
        self._counts: Counts | None = None
        self._dropped: dict[str, int] = {}
        self._is_over = False
        self._is_fresh = True

    @property
    def now(self) -> Instant | None:
        """The stream's time."""
        return self._now

    @property
    def sequence(self) -> int:
        """The number of the newest frame; 0 before the first."""
        return self._sequence

    def take(self, time: Instant, messages: Iterable[Told], arrived_ms: int | None = None) -> None:
        """Keep what the watch said at a stream time; it never runs back.

        Args:
            arrived_ms: when what caused it came in, by the server's clock.
        """
        if self._now is None or time > self._now:
            self._now = time
        if self._started is None:
            self._started = time
        for message in messages:
            self._story.take(message)
            self._known.take(message)
            self._is_fresh = True
        if self._is_fresh and self._arrived_ms is None:
            self._arrived_ms = arrived_ms

    def alarm(self, trouble: Mapping[str, str], dropped: Mapping[str, int]) -> None:
        """Keep how the watch itself is: its parts in trouble, lines dropped at its doors."""
        now_ms = milliseconds(self._now) if self._now is not None else 0
        for row in self._around.alarms(trouble, now_ms):
            self._teller.alarmed(row, now_ms)
            self._is_fresh = True
        self._dropped = dict(dropped)

    def end(self) -> None:
        """Note that nothing more will come."""
        self._is_over = self._is_fresh = True

    def cut(self, made_ms: int, *, heartbeat: bool = False) -> Frame | None:
        """Give what has changed since the last frame; None where nothing has.

        Args:
            made_ms: now, by the server's clock.
            heartbeat: give a frame even so, as a sign of life.
        """
        if self._now is None or not (self._is_fresh or heartbeat):
            return None
        self._flights.paint(self._now)
        self._around.paint(self._now)
        self._teller.paint()
        self._known.paint()
        trimming.trim(self._stage, self._story, self._flights, self._teller)
        put, gone, trails = self._stage.changes()
        self._sequence += 1
        head, counts = self._new_head(), self._new_counts()
        clock = self._clock(made_ms)
        self._is_fresh, self._arrived_ms = False, None
        return Frame(
            watch=self._about.watch,
            sequence=self._sequence,
            clock=clock,
            head=head,
            counts=counts,
            put=put,
            gone=gone,
            trails=trails,
        )

    def skip(self) -> None:
        """Give up what would be made anew, after a fault in making it; what comes is shown."""
        self._story.touched.clear()
        self._story.news.clear()

    def whole(self, made_ms: int) -> Frame:
        """Give the whole scene as of the newest frame."""
        put, trails = self._stage.whole()
        return Frame(
            watch=self._about.watch,
            sequence=self._sequence,
            full=True,
            clock=self._clock(made_ms),
            head=self._head or self._make_head(),
            counts=self._counts,
            put=put,
            trails=trails,
        )

    def _clock(self, made_ms: int) -> Clock:
        heard = self._story.plot_time
        return Clock(
            time_ms=milliseconds(self._now) if self._now is not None else made_ms,
            heard_ms=None if heard is None else milliseconds(heard),
            arrived_ms=self._arrived_ms,
            made_ms=made_ms,
            speed=self._about.speed,
            is_over=self._is_over,
        )

    def _new_head(self) -> Head | None:
        head = self._make_head()
        if head == self._head:
            return None
        self._head = head
        return head

    def _make_head(self) -> Head:
        about, look = self._about, MODES[self._about.mode]
        return Head(
            mode=about.mode,
            mode_word=words.named(f"mode.{about.mode}"),
            mode_meaning=words.named(f"meaning.{about.mode}"),
            mode_colour=look.colour,
            title=about.title,
            version=__version__,
            started_ms=None if self._started is None else milliseconds(self._started),
            nation=about.nation,
            claims=about.claims,
            other_claims=about.other_claims,
            protected=about.protected,
            names=words.code_names() | self._teller.zone_names,
            columns=TRAIL_COLUMNS,
            view=_view(about.sensors),
            heartbeat_s=HEARTBEAT_S,
            bounds=BOUNDS,
            can_act=about.can_act,
        )

    def _new_counts(self) -> Counts | None:
        """Give the counts once a second of the stream at most."""
        due = self._counted is None or self._is_over or self._now - self._counted >= SECOND  # type: ignore[operator]
        if not due:
            return None
        story = self._story
        last = story.last_refused
        counts = Counts(
            lines=story.lines,
            plots=story.plots,
            refused=dict(sorted(story.refused.items())),
            last_refused=last.detail if last is not None else "",
            last_refused_ms=milliseconds(last.time) if last is not None else None,
            dropped=self._dropped,
            faults=story.faults,
        )
        if counts == self._counts:
            return None
        self._counts, self._counted = counts, self._now
        return counts


def _view(sensors: Mapping[str, Contributor]) -> tuple[float, float, float, float]:
    """Give a frame about the sensors that stand on the ground."""
    placed = [
        (each.longitude_deg, each.latitude_deg)
        for each in sensors.values()
        if not isinstance(each, Partner) and each.height_m < 1e5
    ]
    if not placed:
        return -180.0, -60.0, 180.0, 75.0
    longitudes, latitudes = zip(*placed, strict=True)
    return (
        min(longitudes) - _VIEW_MARGIN_DEG,
        max(min(latitudes) - _VIEW_MARGIN_DEG, -90.0),
        max(longitudes) + _VIEW_MARGIN_DEG,
        min(max(latitudes) + _VIEW_MARGIN_DEG, 90.0),
    )


encode = msgspec.json.Encoder().encode
"""Turn a frame into JSON."""
