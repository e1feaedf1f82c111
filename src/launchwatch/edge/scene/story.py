"""What has been said so far, as far as the scene needs it, and which rows each message touches."""

from collections import defaultdict

from launchwatch.edge.scene.surroundings import traffic_key
from launchwatch.edge.scene.verdicts import key_of
from launchwatch.messages.announced import AnnouncedFall
from launchwatch.messages.assessment import FamilyAssessment
from launchwatch.messages.delivery import Delivery, Draft, Entry, Release
from launchwatch.messages.event import FlightEvent
from launchwatch.messages.fallarea import FallArea, HazardEnvelope
from launchwatch.messages.hazard import HazardList
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.notice import Notice
from launchwatch.messages.partner import PartnerStanding, PartnerTrack, PictureDifference
from launchwatch.messages.plot import EndOfScan, LineOfSightPlot, RadarPlot, Refused
from launchwatch.messages.sensor import SensorBias, SensorStatus
from launchwatch.messages.track import TrackUpdate
from launchwatch.messages.traffic import AircraftReport, VesselReport
from launchwatch.messages.verdict import ZoneVerdict
from launchwatch.messages.warning import Alert, Language, Statement, Warning  # noqa: A004
from launchwatch.messages.wire import Message
from launchwatch.record.summary import Summariser
from launchwatch.timescale import Instant

Told = Message | Draft | Release | Entry | Delivery


class Story:
    """The newest word on everything.

    Attributes:
        touched: rows to be made anew, by table.
        news: what was just said and may deserve a mark, oldest first.
        launch_of: the launch that each track belongs to.
        since: when each launch was first declared.
        summariser: sums up each launch in numbers.
    """

    def __init__(self) -> None:
        self.touched: defaultdict[str, set[str]] = defaultdict(set)
        self.news: list[Told] = []
        self.summariser = Summariser()
        self.lines = self.plots = self.faults = 0
        self.refused: dict[str, int] = {}
        self.last_refused: Refused | None = None
        self.plot_time: Instant | None = None
        self.heard: dict[str, Instant] = {}
        self.heard_count: dict[str, int] = {}
        self.statuses: dict[str, SensorStatus] = {}
        self.biases: dict[str, SensorBias] = {}
        self.tracks: dict[str, TrackUpdate] = {}
        self.launches: dict[str, LaunchStatement] = {}
        self.launch_of: dict[str, str] = {}
        self.since: dict[str, Instant] = {}
        self.falls: dict[str, FallArea] = {}
        self.falls_of: defaultdict[str, set[str]] = defaultdict(set)
        self.envelopes: dict[str, HazardEnvelope] = {}
        self.verdicts: dict[str, ZoneVerdict] = {}
        self.verdicts_of: defaultdict[str, set[str]] = defaultdict(set)
        self.families: dict[str, FamilyAssessment] = {}
        self.statements: defaultdict[str, dict[Language, Statement]] = defaultdict(dict)
        self.traffic: dict[str, VesselReport | AircraftReport] = {}
        self.hazards: dict[str, HazardList] = {}
        self.notices: dict[str, Notice] = {}
        self.announced: defaultdict[str, dict[str, AnnouncedFall]] = defaultdict(dict)
        self.standings: dict[str, PartnerStanding] = {}
        self.warnings: dict[str, Warning] = {}
        self.alerts: dict[str, Alert] = {}
        self.drafts: dict[str, Draft] = {}
        self.entries: dict[int, Entry] = {}
        self.deliveries: dict[str, Delivery] = {}
        self.events: dict[str, FlightEvent] = {}

    def take(self, message: Told) -> None:
        """Keep a message, in the order in which the watch says them."""
        self.summariser.take(message)  # type: ignore[arg-type]  # passes over what it knows not
        match message:
            case RadarPlot() | LineOfSightPlot() | EndOfScan() | PartnerTrack():
                self._hear(message)
            case Refused():
                self.lines += message.count
                self.refused[message.reason] = self.refused.get(message.reason, 0) + message.count
                self.last_refused = message
                self.faults += message.reason == "fault"
            case SensorStatus():
                self.statuses[message.sensor] = message
                self._touch("sensors", message.sensor, message)
            case SensorBias():
                self.biases[message.sensor] = message
                self._touch("sensors", message.sensor)
            case TrackUpdate():
                self.tracks[message.track_id] = message
                self._touch("tracks", message.track_id)
                if (launch := self.launch_of.get(message.track_id)) is not None:
                    self._touch("launches", launch)
            case LaunchStatement():
                self._take_launch(message)
            case FallArea():
                self._take_fall(message)
            case HazardEnvelope():
                self.envelopes[message.launch_id] = message
                self._touch("envelopes", message.launch_id)
            case ZoneVerdict():
                name = key_of(message)
                self.verdicts[name] = message
                self.verdicts_of[f"{message.track_id}/{message.body}"].add(name)
                self._touch("verdicts", name)
            case FamilyAssessment():
                self.families[message.launch_id] = message
                self._touch("launches", message.launch_id)
            case Statement():
                self.statements[message.launch_id][message.language] = message
                self._touch("statements", message.launch_id)
            case VesselReport() | AircraftReport():
                self.lines += 1
                self.traffic[traffic_key(message)] = message
                self._touch("traffic", traffic_key(message))
            case HazardList():
                self.hazards[f"{message.track_id}/{message.body}"] = message
                self._touch("hazards", "all")
            case Notice():
                for reference in message.cancels:
                    self._touch("announced", reference)
                    self.notices.pop(reference, None)
                self.notices[message.reference] = message
                self._touch("announced", message.reference)
            case AnnouncedFall():
                self.announced[message.reference][message.track_id] = message
                self._touch("announced", message.reference)
            case PartnerStanding():
                name = f"{message.partner}/{message.partner_track}"
                self.standings[name] = message
                self._touch("partners", name)
            case _:
                self._take_told(message)

    def _take_told(self, message: Told) -> None:
        match message:
            case FlightEvent():
                self.events[message.event_id] = message
                self._touch("events", message.event_id, message)
            case Warning():
                self.warnings[message.warning_id] = message
                self._touch("warnings", message.warning_id, message)
            case Alert():
                self.alerts[message.warning_id] = message
                self._touch("warnings", message.warning_id)
            case Draft():
                self.drafts[message.warning_id] = message
                self._touch("drafts", message.warning_id, message)
            case Release() | PictureDifference():
                self.news.append(message)
            case Entry():
                self.entries[message.number] = message
            case Delivery():
                name = f"{message.document}/{message.channel}"
                self.deliveries[name] = message
                self._touch("deliveries", name)
            case _:
                pass

    def _hear(self, message: RadarPlot | LineOfSightPlot | EndOfScan | PartnerTrack) -> None:
        self.lines += 1
        name = message.sensor
        if not isinstance(message, EndOfScan):
            self.plots += 1
            if self.plot_time is None or message.time > self.plot_time:
                self.plot_time = message.time
        if message.received > self.heard.get(name, 0):
            self.heard[name] = message.received
        self.heard_count[name] = self.heard_count.get(name, 0) + 1
        self.touched["heard"].add(name)

    def _take_launch(self, said: LaunchStatement) -> None:
        self.launches[said.launch_id] = said
        self.since.setdefault(said.launch_id, said.time)
        for track_id in said.track_ids:
            self.launch_of[track_id] = said.launch_id
            self._touch("tracks", track_id)
        self._touch("launches", said.launch_id, said)

    def _take_fall(self, said: FallArea) -> None:
        name = f"{said.track_id}/{said.body}"
        self.falls[name] = said
        self.falls_of[said.launch_id].add(name)
        self._touch("falls", name, said)
        self._touch("launches", said.launch_id)
        self.touched["gauged"] |= self.verdicts_of[name]

    def _touch(self, table: str, name: str, news: Told | None = None) -> None:
        self.touched[table].add(name)
        if news is not None:
            self.news.append(news)
