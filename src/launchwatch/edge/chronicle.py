"""What has been said so far, folded so that a view or a report can be drawn from it.

A chronicle takes the engine's messages in their order and keeps the story: who was
heard when, each track's history, every revision of every launch and fall area, and the
latest word on everything else. It decides nothing and reckons nothing that a message
does not carry, except what a reader needs to see it: height, speed and their sigmas out
of a track's position and covariance.
"""

import math
from collections.abc import Iterable

import numpy as np
from msgspec import Struct

from launchwatch.earth.ellipsoid import geodetic_from_ecef
from launchwatch.messages.assessment import FamilyAssessment
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.packet import Mode
from launchwatch.messages.partner import PartnerTrack
from launchwatch.messages.plot import EndOfScan, LineOfSightPlot, RadarPlot, Refused
from launchwatch.messages.report import LaunchSummary, Summary
from launchwatch.messages.sensor import SensorStatus
from launchwatch.messages.track import TrackUpdate
from launchwatch.messages.warning import Alert, Statement, Warning  # noqa: A004 - the field's word
from launchwatch.messages.wire import Message
from launchwatch.timescale import SECOND, Instant

_SPACING = SECOND // 4
"""Track points closer in time than this replace one another: a picture shows no more."""


_KNOWN = 5_000.0
"""Metres of position sigma below which a track is drawn: some pixels of a sheet."""


class TrackPoint(Struct, frozen=True, kw_only=True):
    """A track at one epoch, as a reader sees it: degrees, metres, m/s, one sigma each.

    ``phase`` is the likeliest one; ``position_sigma_m`` counts all three directions.
    """

    time: Instant
    latitude_deg: float
    longitude_deg: float
    height_m: float
    height_sigma_m: float
    position_sigma_m: float
    speed_mps: float
    speed_sigma_mps: float
    phase: str


class Truth(Struct, frozen=True, kw_only=True):
    """What a simulation really flew; there is none for a real watch.

    Attributes:
        path: longitude and latitude in degrees, height in metres, and time.
    """

    launch_time: Instant
    launch_latitude_deg: float
    launch_longitude_deg: float
    fall_time: Instant
    fall_latitude_deg: float
    fall_longitude_deg: float
    path: tuple[tuple[float, float, float, Instant], ...] = ()


class Chronicle:
    """The story of one watch, growing with each message that it takes.

    Attributes:
        now: the stream's time: of the newest thing heard or said.
        mode: of the newest message; None before the first.
        heard: when each sensor was last heard, plots and ends of scans alike.
        silent: the sensors that are known to have fallen silent.
        tracks: each track's history; ``updates`` its newest message.
        launches, fall_areas: every revision, by launch, oldest first.
        warnings: every revision in order; statements by launch and language, newest.
    """

    def __init__(self) -> None:
        self.now: Instant | None = None
        self.mode: Mode | None = None
        self.plots = 0
        self.refused: dict[str, int] = {}
        self.heard: dict[str, Instant] = {}
        self.silent: set[str] = set()
        self.tracks: dict[str, list[TrackPoint]] = {}
        self.updates: dict[str, TrackUpdate] = {}
        self.launches: dict[str, list[LaunchStatement]] = {}
        self.fall_areas: dict[str, list[FallArea]] = {}
        self.families: dict[str, FamilyAssessment] = {}
        self.warnings: list[Warning] = []
        self.alerts: list[Alert] = []
        self.statements: dict[str, dict[str, Statement]] = {}
        self.summary: Summary | None = None

    def pass_time(self, time: Instant) -> None:
        """Note that the stream's time has reached an instant; it never runs back."""
        if self.now is None or time > self.now:
            self.now = time

    def take(self, messages: Iterable[Message]) -> None:
        """Fold in messages, in the order in which the engine gave them."""
        for message in messages:
            self._take(message)

    def _take(self, message: Message) -> None:
        self.mode = message.mode
        match message:
            case RadarPlot() | LineOfSightPlot() | EndOfScan() | PartnerTrack():
                self.pass_time(message.received)
                self.plots += not isinstance(message, EndOfScan)
                self.heard[message.sensor] = max(
                    message.received, self.heard.get(message.sensor, message.received)
                )
            case Refused():
                self.pass_time(message.time)
                self.refused[message.reason] = self.refused.get(message.reason, 0) + 1
            case SensorStatus():
                if message.status == "silent":
                    self.silent.add(message.sensor)
                else:
                    self.silent.discard(message.sensor)
            case TrackUpdate():
                self._take_track(message)
            case LaunchStatement():
                self.launches.setdefault(message.launch_id, []).append(message)
            case FallArea():
                self.fall_areas.setdefault(message.launch_id, []).append(message)
            case FamilyAssessment():
                self.families[message.launch_id] = message
            case Warning():
                self.warnings.append(message)
            case Alert():
                self.alerts.append(message)
            case Statement():
                self.statements.setdefault(message.launch_id, {})[message.language] = message
            case Summary():
                self.summary = message

    def _take_track(self, update: TrackUpdate) -> None:
        self.updates[update.track_id] = update
        if update.status == "dropped":
            return  # Its state is an extrapolation that nobody measured.
        point = point_of(update)
        if point.height_m < 0.0:
            return  # So is one below the ground: it has fallen, and time went on.
        points = self.tracks.setdefault(update.track_id, [])
        if points and update.time < points[-1].time:
            return  # A late plot: the newer point already rests on it.
        if len(points) > 1 and update.time - points[-2].time < _SPACING:
            points.pop()
        points.append(point)

    def main_launch(self) -> LaunchStatement | None:
        """Give the latest word on the launch that matters most; None before the first.

        That is the first declared of those not withdrawn, else the last withdrawn.
        """
        latest = [revisions[-1] for revisions in self.launches.values()]
        standing = [launch for launch in latest if not launch.cancelled]
        return standing[0] if standing else (latest[-1] if latest else None)

    def main_track(self) -> TrackUpdate | None:
        """Give the newest update of the launch's best-fed track, or of any confirmed one."""
        launch = self.main_launch()
        wanted = launch.track_ids if launch is not None else tuple(self.updates)
        candidates = [self.updates[name] for name in wanted if name in self.updates]
        if launch is None:
            candidates = [update for update in candidates if update.status != "tentative"]
        return max(candidates, key=lambda update: update.plots, default=None)

    def main_fall_areas(self) -> list[FallArea]:
        """Give every revision of the main launch's fall area, of the body that has most."""
        launch = self.main_launch()
        areas = self.fall_areas.get(launch.launch_id, []) if launch is not None else []
        bodies = [area.body for area in areas]
        if not bodies:
            return []
        most = max(dict.fromkeys(bodies), key=bodies.count)
        return [area for area in areas if area.body == most]

    def main_history(self) -> list[TrackPoint]:
        """Give the main track from where it was known to a few kilometres, for pictures.

        Before that, a track from few plots jumps about by tens of kilometres, and a line
        through its means would show a flight that nobody believed in.
        """
        track = self.main_track()
        points = self.tracks.get(track.track_id, []) if track is not None else []
        known = (i for i, each in enumerate(points) if each.position_sigma_m < _KNOWN)
        return points[next(known, len(points)) :]

    def main_summary(self) -> LaunchSummary | None:
        """Give the summary of the main launch, once the watch has summed up."""
        launch = self.main_launch()
        if self.summary is None or launch is None:
            return None
        return next(
            (each for each in self.summary.launches if each.launch_id == launch.launch_id), None
        )

    def first_plot(self) -> Instant | None:
        """Give when the main launch was first seen: the first plot in any of its tracks."""
        launch = self.main_launch()
        if launch is None:
            return None
        times = [self.updates[name].first_plot for name in launch.track_ids if name in self.updates]
        return min(times, default=None)


def point_of(update: TrackUpdate) -> TrackPoint:
    """Give a track's latitude, longitude, height and speed, with one sigma of the last two.

    The sigmas are those of the covariance along the local vertical and along the velocity.
    """
    position = np.array([update.position_ecef_m])
    latitude, longitude, height = (float(each[0]) for each in geodetic_from_ecef(position))
    velocity = np.array(update.velocity_ecef_mps)
    speed = float(np.linalg.norm(velocity))
    covariance = np.zeros((6, 6))
    upper = np.triu_indices(6)
    covariance[upper] = update.covariance_ecef
    covariance.T[upper] = update.covariance_ecef
    up = np.array(
        [
            math.cos(latitude) * math.cos(longitude),
            math.cos(latitude) * math.sin(longitude),
            math.sin(latitude),
        ]
    )
    along = velocity / speed if speed > 0.0 else up
    return TrackPoint(
        time=update.time,
        latitude_deg=math.degrees(latitude),
        longitude_deg=math.degrees(longitude),
        height_m=height,
        height_sigma_m=math.sqrt(max(float(up @ covariance[:3, :3] @ up), 0.0)),
        position_sigma_m=math.sqrt(max(float(np.trace(covariance[:3, :3])), 0.0)),
        speed_mps=speed,
        speed_sigma_mps=math.sqrt(max(float(along @ covariance[3:, 3:] @ along), 0.0)),
        phase=likeliest_phase(update)[0],
    )


def likeliest_phase(update: TrackUpdate) -> tuple[str, float]:
    """Give the name of a track's likeliest phase, and its probability."""
    phases = [(getattr(update.phase, name), name) for name in update.phase.__struct_fields__]
    probability, name = max(phases, key=lambda each: each[0])
    return name, probability
