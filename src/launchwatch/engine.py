"""The engine: a stimulus in, messages out; the only place where the rooms meet.

It is told what arrived and what time it is, and answers; it never waits, never looks at a
clock and never touches a file. The same stimuli give the same answers, byte for byte.
"""

import logging
import traceback
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from launchwatch import rehearsal
from launchwatch.assessment import air
from launchwatch.assessment.assessor import Assessor, Judgement
from launchwatch.assessment.hazards import Hazards
from launchwatch.assessment.overflights import Overflights
from launchwatch.assessment.places import Gazetteer, Place
from launchwatch.assessment.provinces import Provinces
from launchwatch.assessment.zones import Zones
from launchwatch.earth.atmosphere import density
from launchwatch.errors import InputError, LaunchwatchError
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.notice import Notice
from launchwatch.messages.packet import Decision, Mode, Packet, Stimulus, Tick
from launchwatch.messages.partner import PartnerTrack
from launchwatch.messages.plot import EndOfScan, Plot, Refused
from launchwatch.messages.report import Summary
from launchwatch.messages.sensor import Contributor
from launchwatch.messages.track import TrackUpdate
from launchwatch.messages.traffic import AircraftReport
from launchwatch.messages.warning import Alert, Statement, Warning  # noqa: A004 - the field's word
from launchwatch.messages.wire import Message
from launchwatch.nations import hearing
from launchwatch.nations import statements as theirs
from launchwatch.nations.differences import Differences
from launchwatch.record.summary import Summariser
from launchwatch.sensors import flooding, jsonplots, partnertracks
from launchwatch.sensors.admission import Admission
from launchwatch.sensors.conduct import Conduct
from launchwatch.sensors.notices import reading as notices
from launchwatch.sensors.traffic import FORMATS as TRAFFIC
from launchwatch.sensors.traffic import Traffic
from launchwatch.settings import Settings
from launchwatch.timescale import Instant
from launchwatch.tracking.events import Events
from launchwatch.tracking.story import Story
from launchwatch.tracking.tracker import Tracker
from launchwatch.warning.decisions import Authority
from launchwatch.warning.issuing import Issuer
from launchwatch.warning.policy import Policy
from launchwatch.warning.statement import statements

DECODERS = {jsonplots.FORMAT: partnertracks.decode, jsonplots.UNREADABLE: jsonplots.decode}
"""Which decoder reads which format of packets."""

NOTICES = ("navwarn", "notam")
"""Formats of what authorities announce."""

_log = logging.getLogger(__name__)

FLOWN = 100
"""Tracks of launches whose plots are kept after they are dropped, the newest: a missile's are
0.4 MB, the most that one may have 2.3 MB."""


class Flown(NamedTuple):
    """A launch's track and all its plots, to be fitted once it is over."""

    launch_id: str
    track_id: str
    story: Story


class Engine:
    """One watch, from packets to warnings.

    Args:
        sensors: the roster; packets from others are refused.
        settings: each room's.
        zones: where falls are judged; the built-in ones where none are given.
        contain: whether a fault, an exception that nobody foresaw, is said as a `Refused` by the
            reason ``fault``, logged with its traceback, and gone on behind; else it rises, as it
            must where it is to be found. The same stimuli give the same faults.
    """

    def __init__(
        self,
        sensors: Mapping[str, Contributor],
        settings: Settings | None = None,
        *,
        zones: Zones | None = None,
        contain: bool = False,
    ) -> None:
        self._contain = contain
        settings = settings or Settings()
        self._sensors = dict(sensors)
        self._settings = settings
        self._admission = Admission(self._sensors, settings.sensors)
        self._conduct = Conduct(self._sensors)
        self._tracker = Tracker(self._sensors, settings.tracking)
        self._events = Events()
        zones = zones or Zones.built_in(
            settings.assessment.claims, settings.assessment.other_claims
        )
        self._zones = zones
        self._assessor = Assessor(zones, settings.assessment, self._sensors)
        self._traffic = Traffic()
        self._hazards = Hazards()
        self._provinces = Provinces(zones)
        self._overflights = Overflights(zones, settings.warning.protected)
        self._differences = Differences(self._sensors)
        self._policy = Policy(settings.warning)
        self._issuer = Issuer(settings.warning)
        self._authority = Authority(settings.warning.operators)
        self._gazetteer = Gazetteer.built_in()
        self._summariser = Summariser()
        self._mode: Mode | None = None
        self._statements: dict[str, int] = {}
        self._launch_of: dict[str, str] = {}
        self._flown: dict[str, Flown] = {}
        self._faults: dict[str, int] = {}

    def handle(self, stimulus: Stimulus) -> tuple[Message, ...]:
        """Give everything that follows from one stimulus, causes before effects."""
        answers = []
        for message in self._guarded(stimulus, self._follow(stimulus)):
            self._summariser.take(message)
            answers.append(message)
        return tuple(answers)

    def prepare(self) -> None:
        """Read now what else a first fall would wait for; may run in a thread beside `handle`."""
        self._zones.prepare()

    def summary(self) -> Summary:
        """Give the whole watch so far, launch by launch."""
        return self._summariser.summary(self._mode or "replay", self._place_of)

    def flown(self) -> tuple[Flown, ...]:
        """Give the tracks of launches that stand, under way or over, with all their plots.

        The newest `FLOWN`; fitting one (`launchwatch.tracking.flightrecord`) takes a second or
        so and is for whoever has the time, after the flight.
        """
        launches = {
            one.launch_id: self._summariser.launch(one.launch_id, self._place_of)
            for one in self._flown.values()
        }
        return tuple(
            one
            for one in self._flown.values()
            if (launch := launches[one.launch_id]) is not None and not launch.cancelled
        )

    def _follow(self, stimulus: Stimulus) -> Iterator[Message]:
        if self._mode is None:
            self._mode = stimulus.mode
        if stimulus.mode != self._mode:
            # A drill's decision must not end a live warning, nor its packets feed one.
            yield _refused(
                stimulus, "mode", f"this watch is {self._mode}, what came is {stimulus.mode}"
            )
            return
        match stimulus:
            case Packet():
                yield from self._packet(stimulus)
            case Tick():
                # Each for itself: warnings go on whatever happens to what comes before them.
                for each in (
                    self._of_sensors,
                    self._of_tracks,
                    self._of_lost,
                    self._of_overflights,
                    self._of_hazards,
                    self._warn,
                ):
                    yield from self._guarded(stimulus, each(stimulus))
                self._issuer.forget(stimulus.time)
            case Decision():
                yield from self._decide(stimulus)

    def _of_sensors(self, tick: Tick) -> Iterator[Message]:
        yield from self._admission.tick(tick.time, tick.mode)
        yield from self._conduct.tick(tick.time, tick.mode)
        yield from self._tracker.known()
        yield from self._tracker.biases(tick.time, tick.mode)

    def _of_tracks(self, tick: Tick) -> Iterator[Message]:
        yield from self._judge(tick, self._tracker.tick(tick.time, tick.mode))
        yield from self._tracker.standings()
        yield from self._differences.tick(tick.time, tick.mode)

    def _of_lost(self, tick: Tick) -> Iterator[Message]:
        for judgement in self._assessor.pass_time(tick.time):
            yield from self._said(judgement)

    def _of_overflights(self, tick: Tick) -> Iterator[Message]:
        for overflight in self._overflights.tick(tick.time):
            yield overflight
            yield from self._warn(overflight)

    def _of_hazards(self, tick: Tick) -> Iterator[Message]:
        yield from self._hazards.tick(tick.time)

    def _guarded(self, stimulus: Stimulus, said: Iterator[Message]) -> Iterator[Message]:
        """Pass on what is said; where that fails, name the fault and bring tracks in order."""
        if not self._contain:
            yield from said
            return
        try:
            yield from said
        except Exception as error:  # noqa: BLE001 - whatever it is, the watch goes on
            places = places_of(error)
            self._log_fault(places, stimulus)
            detail = f"the watch must handle all that comes, got {type(error).__name__} in "
            detail += " < ".join(reversed(places[-3:]))
            updates = []
            try:
                if any(place.startswith("tracking/") for place in places):
                    time = stimulus.received if isinstance(stimulus, Packet) else stimulus.time
                    beginning = any("initiation" in place for place in places)
                    updates = self._tracker.mend(time, stimulus.mode, beginning=beginning)
            except Exception:  # noqa: BLE001 - then nothing of them can be trusted
                _log.exception("the tracks could not be brought in order")
                self._tracker = self._tracker.anew()
                detail += "; all tracks were lost"
            if updates:
                detail += f"; let go {', '.join(update.track_id for update in updates)}"
            yield _refused(stimulus, "fault", detail)
            yield from self._judge(stimulus, updates)

    def _log_fault(self, places: list[str], stimulus: Stimulus) -> None:
        """Log a fault where it came the first, tenth, hundredth time: a log can flood too."""
        count = self._faults[places[-1]] = self._faults.get(places[-1], 0) + 1
        if count == 10 ** (len(str(count)) - 1):
            _log.exception("fault %d of this place, while handling %s", count, stimulus)

    def _packet(self, packet: Packet) -> Iterator[Message]:
        if packet.format in NOTICES:
            yield from self._notices(packet)
            return
        if packet.format == flooding.FORMAT:
            yield self._thinned(packet)
            return
        if packet.format in hearing.FORMATS:
            yield from self._from_partner(packet)
            return
        if packet.format in TRAFFIC:
            for report in self._traffic.decode(packet):
                yield report
                if isinstance(report, AircraftReport):
                    self._tracker.know(report)
                if not isinstance(report, Refused):
                    self._hazards.take(report)
            return
        decode = DECODERS.get(packet.format)
        if decode is None:
            known = ", ".join((*DECODERS, *NOTICES, *TRAFFIC))
            yield _refused(packet, "format", f"format must be one of {known}, got {packet.format}")
            return
        line = decode(packet, self._sensors)
        if isinstance(line, Refused):
            self._conduct.note(line)
        else:
            line = self._admission.admit(line)
            if isinstance(line, PartnerTrack):
                line = self._conduct.judge(line)
        yield line
        if isinstance(line, EndOfScan):
            self._assessor.hear(line)
            yield from self._judge(packet, self._tracker.end_scan(line))
        elif isinstance(line, PartnerTrack):
            yield from self._judge(packet, self._tracker.hear(line))
            yield from self._tracker.standings()
        elif not isinstance(line, Refused):
            yield from self._judge(packet, self._tracker.take(line), line)

    def _notices(self, packet: Packet) -> Iterator[Message]:
        for said in notices.decode(packet):
            yield said
            if isinstance(said, Notice):
                self._assessor.hear_notice(said)

    def _from_partner(self, packet: Packet) -> Iterator[Message]:
        """Use what a partner said: each line by its own way, as if it had come by itself."""
        if packet.format == hearing.REFUSED:
            yield hearing.refused(packet)
            return
        try:
            lines = hearing.lines_in(packet)
        except InputError as error:
            yield _refused(packet, "malformed", str(error))
            return
        for line in lines:
            one = msgspec.structs.replace(packet, line=line.number, payload=line.content)
            said = theirs.read(one, line.sender, self._sensors)
            if isinstance(said, Packet):
                yield from self._packet(msgspec.structs.replace(said, format=jsonplots.FORMAT))
                continue
            yield said
            if isinstance(said, Refused):
                self._conduct.note(said)
            elif not self._conduct.is_astray(said.partner):
                yield from self._differences.hear(said)

    def _thinned(self, packet: Packet) -> Refused:
        try:
            return self._admission.thinned(packet)
        except InputError as error:
            return _refused(packet, "malformed", str(error))

    def _judge(
        self, stimulus: Stimulus, updates: list[TrackUpdate], plot: Plot | None = None
    ) -> Iterator[Message]:
        for update in updates:
            yield update
            self._differences.see(update)
            # One launch's assessment that fails must not keep the others' from being made.
            yield from self._guarded(stimulus, self._assess(update, plot))

    def _assess(self, update: TrackUpdate, plot: Plot | None) -> Iterator[Message]:
        yield from self._events.take(update)
        yield from self._warn(update)
        story = self._tracker.story(update.track_id)
        for judgement in self._assessor.take(update, plot, story):
            if isinstance(judgement, LaunchStatement):
                for track_id in judgement.track_ids:
                    self._launch_of[track_id] = judgement.launch_id
            yield from self._said(judgement)
        self._remember(update.track_id)
        if update.status == "dropped" and update.track_id in self._launch_of:
            yield from self._state(self._launch_of.pop(update.track_id), update.known)

    def _said(self, judgement: Judgement) -> Iterator[Message]:
        """Say a judgement, and what follows from it in other rooms."""
        yield judgement
        yield from self._warn(judgement)
        yield from self._differences.judge(judgement)
        if isinstance(judgement, FallArea):
            self._overflights.hear(judgement)
            yield from self._hazards.judge(judgement)
        elif isinstance(judgement, LaunchStatement) and judgement.cancelled:
            self._overflights.forget(judgement.launch_id)
            self._hazards.forget(judgement.launch_id)

    def _remember(self, track_id: str) -> None:
        """Keep what a launch's track was made of, so that it outlives the track."""
        launch_id = self._launch_of.get(track_id)
        story = None if launch_id is None else self._tracker.story(track_id)
        if launch_id is None or story is None:
            return
        self._flown[track_id] = Flown(launch_id, track_id, story)
        if len(self._flown) > FLOWN:
            del self._flown[next(iter(self._flown))]

    def _decide(self, decision: Decision) -> Iterator[Message]:
        """Obey an operator: an approval is the documents' affair, a cancel the policy's."""
        fault = self._authority.fault(decision)
        if not fault and decision.action == "approve":
            counted = self._issuer.approve(decision)
            if not isinstance(counted, str):
                yield from counted
                return
            fault = counted
        if fault:
            yield _refused(decision, "decision", fault)
            return
        said = list(self._warn(decision))
        if not said:
            wanted = f"a warning that was told was wanted, got {decision.warning_id[:80]!r}"
            yield _refused(decision, "decision", wanted)
        yield from said

    def _warn(self, cause: Message | Tick | Decision) -> Iterator[Message]:
        for decided in self._policy.take(cause):
            warning = self._addressed(decided)
            yield warning
            yield from self._issuer.issue(warning)
            if warning.severity == "notice" and warning.action != "update":
                yield from self._state(warning.launch_id, warning.time)

    def _addressed(self, warning: Warning) -> Warning:
        """Name the provinces of a public warning: those it flies over, and those of its area."""
        if warning.severity != "public":
            return warning
        over = {one.name: one for crossing in warning.crossings for one in crossing.provinces}
        within = self._provinces.covered(warning.region, self._settings.warning.protected)
        found = [*over.values(), *(one for one in within if one.name not in over)]
        found.sort(key=lambda one: (-one.probability, -one.share, one.name))
        return msgspec.structs.replace(warning, provinces=tuple(found))

    def _state(self, launch_id: str, time: Instant) -> Iterator[Statement]:
        """Say in plain words what is known of a launch now."""
        launch = self._summariser.launch(launch_id, self._place_of)
        if launch is None:
            return
        revision = self._statements[launch_id] = self._statements.get(launch_id, 0) + 1
        yield from statements(
            launch,
            mode=self._mode or "replay",
            time=time,
            revision=revision,
            protected=self._settings.warning.protected,
        )

    def _place_of(self, latitude_deg: float, longitude_deg: float) -> str:
        return place_code(self._gazetteer.describe(latitude_deg, longitude_deg))


def ready(zones: Zones | None = None) -> None:
    """Bring every compiled kernel into memory, so that the first plot is handled at once.

    About half a minute where the kernels have never been compiled, else under a second.

    Args:
        zones: those that the watch will use, to warm them too.

    Raises:
        LaunchwatchError: the made-up launch was not recognised: this installation is broken.
    """
    engine = Engine(rehearsal.SENSORS, zones=zones)
    stimuli = (rehearsal.ship(), *rehearsal.stimuli())
    said = {type(answer) for each in stimuli for answer in engine.handle(each)}
    if not {LaunchStatement, FallArea, Alert} <= said:
        raise LaunchwatchError("the rehearsal's launch was not recognised: reinstall launchwatch")
    ready_to_fall()


def ready_to_fall() -> None:
    """Bring the kernels of falls through real air into memory.

    The rehearsal's motor burns to the end and nothing turns, so they are called by themselves. A
    part of `ready`; where all must be compiled another process may do it meanwhile.
    """
    density(np.zeros(1))
    air.drifts(rehearsal.falling(), np.full(2, 8.5), np.zeros((2, air.NORMALS)), 600.0)


def _refused(stimulus: Stimulus, reason: str, detail: str) -> Refused:
    if isinstance(stimulus, Packet):
        source, line, time = stimulus.source, stimulus.line, stimulus.received
    else:
        source, line, time = type(stimulus).__name__.lower(), 0, stimulus.time
    return Refused(
        source=source,
        line=line,
        time=time,
        mode=stimulus.mode,
        reason=reason,
        detail=detail,
    )


def places_of(error: BaseException) -> list[str]:
    """Give where in the house an error came through, outermost first: ``tracking/tracker.take``.

    Neither its text, which may hold what differs from run to run, nor the lines' numbers.
    """
    house = Path(__file__).parent
    found = []
    for frame in traceback.extract_tb(error.__traceback__):
        path = Path(frame.filename)
        if path.is_relative_to(house):
            found.append(f"{path.relative_to(house).with_suffix('').as_posix()}.{frame.name}")
    return found


def place_code(place: Place) -> str:
    """Give a place as a code that wording can put into any language.

    Land is country:part or country:part:near-country, as ``PRK:northwest:near-CHN``; sea is
    ``SEA:name``; ``-`` stands for what has no name here.
    """
    if place.country is not None:
        parts = [place.country, place.part or "", place.near_border and f"near-{place.near_border}"]
        return ":".join(part for part in parts if part)
    return f"SEA:{place.sea}" if place.sea is not None else "-"
