"""What is known about a launch, and what was said: the facts that decisions are made from.

Functions here answer questions about the facts; `launchwatch.warning.policy` decides.
"""

from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from msgspec.structs import replace
from shapely.geometry.base import BaseGeometry

from launchwatch.messages.assessment import FamilyAssessment
from launchwatch.messages.fallarea import FallArea, Polygon
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.overflight import Crossing, Overflight
from launchwatch.messages.packet import Mode
from launchwatch.messages.warning import Warning  # noqa: A004 - the field's word
from launchwatch.timescale import Instant, instant_after, seconds_between
from launchwatch.warning.picture import Picture, area_of
from launchwatch.warning.settings import Settings

_OUTLIVED_S = 30.0
"""Areas are drawn about once a second: a track measured for so long since its last one has
left for an orbit, or been lost to the arithmetic."""

Severity = Literal["notice", "public"]

SEVERITIES: tuple[Severity, ...] = ("notice", "public")


@dataclass
class Series:
    """One series of warnings; ``last`` and ``told`` are what its readers have.

    Attributes:
        crossings: whom it was last said to fly over; ``area``, the last region that was any.
        drawn: the told region with its margin, built when it is first compared.
        compared: how many fall areas had been heard when news was last looked for.
    """

    warning_id: str
    last: Warning
    told: Picture
    drawn: BaseGeometry | None = None
    compared: int = -1
    is_open: bool = True
    is_cancelled: bool = False
    lost: bool = False
    crossings: tuple[Crossing, ...] = ()
    area: tuple[Polygon, ...] = ()


@dataclass
class Launch:
    """What is known about one launch, and what was said.

    Attributes:
        areas: the newest fall area of each track and body; ``heard`` counts all.
        overflights: what lies under the path ahead of each track, the newest.
        passing: until when it was last said to be over each protected state.
        stopped: the severities that a person has ended for good.
        above_since: since when a fall ashore has been probable enough to warn the public,
            and ``below_since``, improbable enough to end that.
    """

    launch_id: str
    mode: Mode
    statement: LaunchStatement | None = None
    areas: dict[tuple[str, str], FallArea] = field(default_factory=dict)
    heard: int = 0
    overflights: dict[str, Overflight] = field(default_factory=dict)
    passing: dict[str, Instant] = field(default_factory=dict)
    family: FamilyAssessment | None = None
    series: dict[Severity, list[Series]] = field(
        default_factory=lambda: {"notice": [], "public": []}
    )
    stopped: list[Severity] = field(default_factory=list)
    above_since: Instant | None = None
    below_since: Instant | None = None


@dataclass
class Track:
    """What matters here of a track: whether it lives, and when it was last measured."""

    is_dropped: bool
    last_plot: Instant


Tracks = dict[str, Track]
"""What is known of each track, by its identifier."""


def open_series(launch: Launch, severity: Severity) -> Series | None:
    """Give the series that its readers still follow; None where there is none."""
    series = launch.series[severity]
    return series[-1] if series and series[-1].is_open else None


def areas_in_force(launch: Launch, tracks: Tracks) -> tuple[FallArea, ...]:
    """One area a body: the newest of a track that still lives, else the newest of all.

    Where a track was measured long after its last area, what flies comes down nowhere that
    is known: that area no longer stands.
    """
    statement = launch.statement
    best: dict[str, FallArea] = {}
    for (track_id, body), area in launch.areas.items():
        if statement is not None and statement.track_ids and track_id not in statement.track_ids:
            continue
        track = tracks.get(track_id)
        if track is not None and seconds_between(area.epoch, track.last_plot) > _OUTLIVED_S:
            continue
        other = best.get(body)
        if other is None or _standing(tracks, area) > _standing(tracks, other):
            best[body] = area
    return tuple(best[body] for body in sorted(best))


def still_ahead(
    areas: tuple[FallArea, ...], tracks: Tracks, settings: Settings, now: Instant
) -> tuple[FallArea, ...]:
    """Leave out bodies that are down by now, so that a spent stage warns nobody while the rest
    flies on; all of them where none is ahead any more.

    A body is down so long after its time of fall as a whole launch is called over, unless its
    own track was measured just now.
    """
    ahead = tuple(area for area in areas if not _is_down(area, tracks, settings, now))
    return ahead or areas


def _is_down(area: FallArea, tracks: Tracks, settings: Settings, now: Instant) -> bool:
    end = instant_after(area.fall_time, settings.all_clear_sigmas * area.fall_time_sigma_s)
    if seconds_between(end, now) < settings.all_clear_margin_s:
        return False
    track = tracks.get(area.track_id)
    is_measured = (
        track is not None
        and not track.is_dropped
        and seconds_between(track.last_plot, now) < settings.lost_after_s
    )
    return not is_measured


def is_afterthought(launch: Launch, tracks: Tracks, area: FallArea) -> bool:
    """Whether an area only follows a track beyond its own end, without new plots."""
    before = launch.areas.get((area.track_id, area.body))
    track = tracks.get(area.track_id)
    if before is None or track is None:
        return False
    return track.last_plot <= before.fall_time <= area.epoch


def _standing(tracks: Tracks, area: FallArea) -> tuple[bool, Instant, str]:
    track = tracks.get(area.track_id)
    return (track is None or not track.is_dropped, area.epoch, area.track_id)


def lost_since(
    launch: Launch, tracks: Tracks, picture: Picture, settings: Settings, now: Instant
) -> Instant | None:
    """When the last plot came, if none comes any more well before the fall; else None."""
    statement = launch.statement
    track_ids = statement.track_ids if statement is not None else ()
    seen: Instant | None = None
    for track_id in track_ids:
        track = tracks.get(track_id)
        if track is None:  # known only by its fall areas
            epochs = [a.epoch for (owner, _), a in launch.areas.items() if owner == track_id]
            if not epochs:
                return None
            track = Track(False, max(epochs))
        silent = seconds_between(track.last_plot, now) >= settings.lost_after_s
        if not track.is_dropped and not silent:
            return None
        seen = track.last_plot if seen is None else max(seen, track.last_plot)
    if seen is None or picture.fall_time is None:
        return seen
    early = seconds_between(seen, picture.fall_time) >= settings.lost_before_fall_s
    return seen if early else None


def is_over(
    launch: Launch, tracks: Tracks, picture: Picture, settings: Settings, now: Instant
) -> bool:
    """Whether the hazard has ended, as far as the prediction tells."""
    statement = launch.statement
    if statement is None or is_still_measured(launch, tracks, settings, now):
        return False
    # Nothing flies longer than the longest flight, however doubtful its fall time is.
    if seconds_between(statement.launch_time, now) > settings.longest_flight_s:
        return True
    if picture.hazard_end is None:
        return False
    return seconds_between(picture.hazard_end, now) >= settings.all_clear_margin_s


def is_still_measured(launch: Launch, tracks: Tracks, settings: Settings, now: Instant) -> bool:
    """Whether a track has had plots just now: then nothing is over, whatever was predicted."""
    statement = launch.statement
    return statement is not None and any(
        track is not None
        and not track.is_dropped
        and seconds_between(track.last_plot, now) < settings.lost_after_s
        for track in map(tracks.get, statement.track_ids)
    )


def crossings_of(launch: Launch, protected: tuple[str, ...]) -> tuple[Crossing, ...]:
    """Give the protected states under the paths ahead, each by the path most sure to cross it."""
    statement = launch.statement
    own = statement.track_ids if statement is not None else ()
    best: dict[str, Crossing] = {}
    for track_id, overflight in launch.overflights.items():
        for crossing in overflight.crossings if not own or track_id in own else ():
            before = best.get(crossing.country)
            if crossing.country in protected and (
                before is None or crossing.probability > before.probability
            ):
                best[crossing.country] = crossing
    return tuple(sorted(best.values(), key=lambda one: (-one.probability, one.country)))


def follow(launch: Launch, danger: "Danger", settings: Settings, now: Instant) -> None:
    """Keep since when the danger has been large enough, or small enough."""
    if danger.ashore < settings.public_probability and (
        danger.overhead < settings.overflight_probability
    ):
        launch.above_since = None
    elif launch.above_since is None:
        launch.above_since = now
    if danger.ashore >= settings.public_release_probability or (
        danger.overhead >= OVERHEAD_RELEASE * settings.overflight_probability
    ):
        launch.below_since = None
    elif launch.below_since is None:
        launch.below_since = now
    for crossing in danger.crossings:
        if crossing.leaves is not None and crossing.probability >= settings.overflight_probability:
            launch.passing[crossing.country] = crossing.leaves


def for_the_public(picture: Picture, danger: "Danger", settings: Settings) -> Picture:
    """Give the picture for people on land: where it passes over them, and falls on them.

    A fall far out at sea beyond them is nothing that they can act on, and is left out where
    nothing is expected to come down ashore. Once it is past them there is no area any more.
    """
    strips = tuple(
        polygon
        for crossing in danger.crossings
        if crossing.probability >= settings.overflight_probability
        for polygon in crossing.corridor
    )
    if not strips:
        is_past = danger.ashore < settings.public_release_probability
        return replace(picture, region=(), area_m2=0.0) if is_past else picture
    is_ashore = danger.ashore >= settings.public_probability
    area_m2 = sum(area_of(polygon) for polygon in strips)
    return replace(
        picture,
        region=(*picture.region, *strips) if is_ashore else strips,
        area_m2=area_m2 + (picture.area_m2 if is_ashore else 0.0),
    )


OVERHEAD_RELEASE = 0.1
"""Of what starts a warning of flight overhead, below which it may end: as far apart as for falls,
so that noise cannot switch it to and fro."""


class Danger(NamedTuple):
    """How probable it is that the people of protected states are concerned.

    Attributes:
        protected: of a fall on land or in the territorial sea of each; ``ashore`` the largest.
        crossings: of flight over them; ``overhead`` the largest.
    """

    protected: dict[str, float]
    crossings: tuple[Crossing, ...]

    @property
    def ashore(self) -> float:
        """The largest probability of a fall."""
        return max(self.protected.values(), default=0.0)

    @property
    def overhead(self) -> float:
        """The largest probability of flight over one."""
        return max((crossing.probability for crossing in self.crossings), default=0.0)
