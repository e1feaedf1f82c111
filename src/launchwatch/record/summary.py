"""Summaries: a whole watch in numbers, launch by launch, as a press statement needs it.

`Summariser` hears every message of a watch and keeps the little that a summary needs.
What is said of a flight is what was known when it was last measured: fall areas of a track
that only coasts on are worse than the one before, so they do not count.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from math import cos, degrees, hypot, radians, sin, sqrt
from typing import Literal

import pyproj

from launchwatch.constants import WGS84_ECCENTRICITY2, WGS84_SEMI_MAJOR
from launchwatch.messages.announced import AnnouncedFall
from launchwatch.messages.assessment import (
    FamilyAssessment,
    FamilyProbabilities,
    ResolutionAssessment,
)
from launchwatch.messages.fallarea import FallArea, FallStatus
from launchwatch.messages.hazard import Endangered, HazardList
from launchwatch.messages.launch import Ellipse, LaunchStatement
from launchwatch.messages.packet import Mode
from launchwatch.messages.partner import PartnerTrack
from launchwatch.messages.plot import EndOfScan, LineOfSightPlot, RadarPlot, Refused
from launchwatch.messages.report import LaunchSummary, Summary
from launchwatch.messages.track import TrackStatus, TrackUpdate
from launchwatch.messages.verdict import ZoneVerdict
from launchwatch.messages.wire import Message
from launchwatch.timescale import Instant, seconds_between

ELLIPSE_SIGMAS = 2.447746830680816
"""Half-axes of a 95 % ellipse in sigmas: the root of 5.991, the 95 % point of chi-squared
with two degrees of freedom."""

_STILL_CLIMBING_M = 100.0
"""A trajectory whose highest point lies this far above its start has its apogee ahead."""

_FRESH_S = 1.5
"""A state is measured if its newest plot is younger: sensors look about once a second."""

_GEOD = pyproj.Geod(ellps="WGS84")

PlaceOf = Callable[[float, float], str]
"""Gives the code of the place at a latitude and longitude in degrees."""


@dataclass(slots=True)
class _Track:
    """The little that is kept of a track; a watch of months sees very many."""

    status: TrackStatus
    was_confirmed: bool
    plots: int
    first_plot: Instant
    last_plot: Instant


@dataclass
class _Fall:
    """The area of one track that counts, and the one that knows its highest point."""

    area: FallArea | None = None
    is_measured: bool = False
    apogee: FallArea | None = None


@dataclass
class _Launch:
    statement: LaunchStatement | None = None
    falls: dict[str, _Fall] = field(default_factory=dict)
    first_area_time: Instant | None = None
    status: FallStatus | Literal[""] = ""
    families: dict[str, FamilyAssessment] = field(default_factory=dict)
    resolutions: ResolutionAssessment | None = None
    announced: dict[tuple[str, str], AnnouncedFall] = field(default_factory=dict)
    verdicts: dict[tuple[str, str, str], ZoneVerdict] = field(default_factory=dict)
    hazards: dict[tuple[str, str], HazardList] = field(default_factory=dict)


class Summariser:
    """Keeps what a summary needs, while the watch goes on."""

    def __init__(self) -> None:
        self._launches: dict[str, _Launch] = {}
        self._tracks: dict[str, _Track] = {}
        self._used_before = 0  # plots of confirmed tracks that were dropped and were no launch
        self._owned: set[str] = set()
        self._counts: dict[str, int] = {"lines": 0, "plots": 0, "end_of_scans": 0, "refused": 0}
        self._reasons: dict[str, int] = {}

    def take(self, message: Message) -> None:
        """Hear one message."""
        match message:
            case TrackUpdate():
                self._take_track(message)
            case FallArea():
                self._take_area(message)
            case HazardList():
                self._launch(message.launch_id).hazards[message.track_id, message.body] = message
            case LaunchStatement():
                self._launch(message.launch_id).statement = message
                self._owned.update(message.track_ids)
            case ZoneVerdict():
                zone = (message.track_id, message.zone, message.claims)
                self._launch(message.launch_id).verdicts[zone] = message
            case FamilyAssessment():
                self._launch(message.launch_id).families[message.track_id] = message
            case ResolutionAssessment():
                self._launch(message.launch_id).resolutions = message
            case AnnouncedFall():
                key = (message.track_id, message.reference)
                self._launch(message.launch_id).announced[key] = message
            case RadarPlot() | LineOfSightPlot():
                self._count("plots")
            case PartnerTrack():
                self._count("partner_tracks")
            case EndOfScan():
                self._count("end_of_scans")
            case Refused():
                self._count("refused", message.count)
                said = self._reasons.get(message.reason, 0)
                self._reasons[message.reason] = said + message.count

    def summary(self, mode: Mode, place_of: PlaceOf) -> Summary:
        """Give the summary of everything heard so far, launches in order of launch time.

        ``counts`` holds ``lines`` (each was a plot, an end of scan, or refused), ``plots``,
        ``plots_used`` (the plots of every track that was ever confirmed; one that served
        two tracks counts in both), ``end_of_scans``, ``refused`` and ``refused.<reason>``.

        Args:
            mode: what kind of watch it was.
            place_of: names a place by its code.
        """
        found = (self.launch(launch_id, place_of) for launch_id in self._launches)
        told = [launch for launch in found if launch is not None]
        used = self._used_before + sum(
            track.plots for track in self._tracks.values() if track.was_confirmed
        )
        counts = {**self._counts, "plots_used": used}
        counts |= {f"refused.{reason}": n for reason, n in sorted(self._reasons.items())}
        told.sort(key=lambda launch: (launch.launch_time, launch.launch_id))
        return Summary(launches=tuple(told), counts=counts, mode=mode)

    def launch(self, launch_id: str, place_of: PlaceOf) -> LaunchSummary | None:
        """Give the summary of one launch; None if it was never declared."""
        launch = self._launches.get(launch_id)
        if launch is None or launch.statement is None:
            return None
        return _summarise(launch_id, launch, launch.statement, self._tracks, place_of)

    def _take_track(self, update: TrackUpdate) -> None:
        before = self._tracks.get(update.track_id)
        confirmed = update.status == "confirmed" or (before is not None and before.was_confirmed)
        if update.status == "dropped" and update.track_id not in self._owned:
            self._tracks.pop(update.track_id, None)
            self._used_before += update.plots if confirmed else 0
            return
        self._tracks[update.track_id] = _Track(
            update.status, confirmed, update.plots, update.first_plot, update.last_plot
        )

    def _take_area(self, area: FallArea) -> None:
        if area.probability < 1.0:
            return  # A body that nobody has seen.
        launch = self._launch(area.launch_id)
        if launch.first_area_time is None:
            launch.first_area_time = area.time
        if area.body == "whole" or launch.status == "":
            launch.status = area.status
        track = self._tracks.get(area.track_id)
        measured = track is None or _is_measured(track, area)
        fall = launch.falls.setdefault(area.track_id, _Fall())
        if fall.is_measured and not measured:
            return
        older = fall.area
        if older is None or measured > fall.is_measured or area.epoch >= older.epoch:
            fall.area, fall.is_measured = area, measured
            if fall.apogee is None or not _is_past_apogee(area):
                fall.apogee = area

    def _launch(self, launch_id: str) -> _Launch:
        return self._launches.setdefault(launch_id, _Launch())

    def _count(self, name: str, number: int = 1) -> None:
        self._counts[name] = self._counts.get(name, 0) + number
        self._counts["lines"] += number


def _summarise(
    launch_id: str,
    launch: _Launch,
    statement: LaunchStatement,
    tracks: dict[str, _Track],
    place_of: PlaceOf,
) -> LaunchSummary:
    latitude, longitude = statement.latitude_deg, statement.longitude_deg
    own = [tracks[name] for name in statement.track_ids if name in tracks]
    classes = _classes(launch, statement)
    family, family_probability = _leading(classes)
    spread = _sigmas_deg(statement.position_ellipse_95, latitude)
    known = LaunchSummary(
        launch_id=launch_id,
        track_ids=statement.track_ids,
        probability=statement.probability,
        cancelled=statement.cancelled,
        launch_time=statement.launch_time,
        launch_time_sigma_s=statement.launch_time_sigma_s,
        latitude_deg=latitude,
        latitude_deg_sigma=spread[0],
        longitude_deg=longitude,
        longitude_deg_sigma=spread[1],
        place=place_of(latitude, longitude),
        family=family,
        family_probability=family_probability,
        classes=classes,
        first_detection_time=min((track.first_plot for track in own), default=statement.time),
        first_fallarea_time=launch.first_area_time,
        last_plot_time=max((track.last_plot for track in own), default=None),
        exposed=_exposed(launch),
        is_exposure_final=bool(launch.hazards)
        and all(each.is_final for each in launch.hazards.values()),
        resolutions=launch.resolutions,
        announced=tuple(
            said
            for (track_id, _), said in sorted(launch.announced.items())
            if said.probability > 0.0 and track_id in statement.track_ids
        ),
    )
    fall = _fall_of(launch, statement)
    if fall is None or fall.area is None:
        return known
    area, apogee = fall.area, fall.apogee or fall.area
    distance, sigma = _range(statement, area)
    fall_spread = _sigmas_deg(area.ellipse_95, area.latitude_deg)
    return _with(
        known,
        range_km=distance / 1000.0,
        range_km_sigma=sigma / 1000.0,
        apogee_km=apogee.apogee_m / 1000.0,
        apogee_km_sigma=apogee.apogee_sigma_m / 1000.0,
        flight_time_s=seconds_between(statement.launch_time, area.fall_time),
        flight_time_s_sigma=hypot(statement.launch_time_sigma_s, area.fall_time_sigma_s),
        fall_time=area.fall_time,
        fall_time_sigma_s=area.fall_time_sigma_s,
        fall_latitude_deg=area.latitude_deg,
        fall_latitude_deg_sigma=fall_spread[0],
        fall_longitude_deg=area.longitude_deg,
        fall_longitude_deg_sigma=fall_spread[1],
        fall_place=place_of(area.latitude_deg, area.longitude_deg),
        zones=area.zones,
        fall_status=launch.status,
        heading_deg=area.heading_deg,
        heading_deg_sigma=area.heading_sigma_deg,
        range_km_from=None if area.range_95_m is None else area.range_95_m[0] / 1000.0,
        range_km_to=None if area.range_95_m is None else area.range_95_m[1] / 1000.0,
        verdicts=tuple(one for one in launch.verdicts.values() if one.track_id == area.track_id),
    )


def _is_measured(track: _Track, area: FallArea) -> bool:
    """Whether the area rests on a plot of just then, not on a track that flies on unseen."""
    age = seconds_between(track.last_plot, area.epoch)
    return track.status == "confirmed" and age <= _FRESH_S


def _with(known: LaunchSummary, **more: object) -> LaunchSummary:
    fields = {name: getattr(known, name) for name in known.__struct_fields__}
    return LaunchSummary(**(fields | more))


def _is_past_apogee(area: FallArea) -> bool:
    """Whether the trajectory ahead only falls, so that its highest point is where it starts."""
    return bool(area.path) and area.apogee_m <= area.path[0][2] + _STILL_CLIMBING_M


def _fall_of(launch: _Launch, statement: LaunchStatement) -> _Fall | None:
    """Give the fall of the launch's first body: of its track with the newest measured area.

    The first track tells which body that is; others of it are named alike. What most probably
    goes into an orbit falls nowhere, whatever was said while it climbed.
    """
    first = next((launch.falls[t] for t in statement.track_ids if t in launch.falls), None)
    if first is None or first.area is None:
        return None
    if _leading(_classes(launch, statement))[0] == "space-launch":
        return None
    body = first.area.body
    same = (f for f in launch.falls.values() if f.area is not None and f.area.body == body)
    return max(same, key=lambda fall: (fall.is_measured, fall.area and fall.area.epoch))


def _classes(launch: _Launch, statement: LaunchStatement) -> FamilyProbabilities:
    """The judgement on the launch's first track, or on the next that has one."""
    own = (launch.families.get(name) for name in statement.track_ids)
    first = next((family for family in own if family is not None), None)
    return first.classes if first is not None else FamilyProbabilities()


def _leading(classes: FamilyProbabilities) -> tuple[str, float]:
    """The most probable class, by the name that it bears at the border; ties to unknown."""
    names = classes.__struct_fields__
    best = max(names, key=lambda name: (getattr(classes, name), name == "unknown"))
    return best.replace("_", "-"), getattr(classes, best)


def _exposed(launch: _Launch) -> tuple[Endangered, ...]:
    """Whoever is on the last list of any body, once, by the body that is likeliest upon them."""
    found: dict[tuple[str, str], Endangered] = {}
    for one in (one for each in launch.hazards.values() for one in each.endangered):
        key = one.kind, one.identity
        if key not in found or found[key].probability < one.probability:
            found[key] = one
    return tuple(sorted(found.values(), key=lambda one: (-one.probability, one.identity)))


def _range(statement: LaunchStatement, area: FallArea) -> tuple[float, float]:
    """Geodesic from launch to fall, metres, and its sigma from both ellipses along it."""
    ahead, back, distance = _GEOD.inv(
        statement.longitude_deg, statement.latitude_deg, area.longitude_deg, area.latitude_deg
    )
    at_launch = _sigma_along(statement.position_ellipse_95, float(ahead))
    at_fall = _sigma_along(area.ellipse_95, float(back))
    return float(distance), hypot(at_launch, at_fall)


def _sigma_along(ellipse: Ellipse, azimuth_deg: float) -> float:
    """Standard deviation in metres of a point in one direction, clockwise from true north."""
    angle = radians(azimuth_deg - ellipse.azimuth_deg)
    return hypot(ellipse.semi_major_m * cos(angle), ellipse.semi_minor_m * sin(angle)) / (
        ELLIPSE_SIGMAS
    )


def _sigmas_deg(ellipse: Ellipse, latitude_deg: float) -> tuple[float, float]:
    """Standard deviations of latitude and longitude in degrees, by the radii of curvature."""
    bend = 1.0 - WGS84_ECCENTRICITY2 * sin(radians(latitude_deg)) ** 2
    east_radius = WGS84_SEMI_MAJOR / sqrt(bend)
    north_radius = east_radius * (1.0 - WGS84_ECCENTRICITY2) / bend
    around = max(east_radius * cos(radians(latitude_deg)), 1.0)
    return (
        degrees(_sigma_along(ellipse, 0.0) / north_radius),
        degrees(_sigma_along(ellipse, 90.0) / around),
    )
