"""What is known about a launch, and what was said: the facts that decisions are made from.

Functions here answer questions about the facts; `launchwatch.warning.policy` decides.
"""

from dataclasses import dataclass, field
from typing import Literal

from shapely.geometry.base import BaseGeometry

from launchwatch.messages.assessment import FamilyAssessment
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.packet import Mode
from launchwatch.messages.warning import Warning  # noqa: A004 - the field's word
from launchwatch.timescale import Instant, seconds_between
from launchwatch.warning.picture import Picture
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


@dataclass
class Launch:
    """What is known about one launch, and what was said.

    Attributes:
        areas: the newest fall area of each track and body; ``heard`` counts all.
        stopped: the severities that a person has ended for good.
        above_since: since when a fall ashore has been probable enough to warn the public,
            and ``below_since``, improbable enough to end that.
    """

    launch_id: str
    mode: Mode
    statement: LaunchStatement | None = None
    areas: dict[tuple[str, str], FallArea] = field(default_factory=dict)
    heard: int = 0
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


def follow(launch: Launch, largest: float, settings: Settings, now: Instant) -> None:
    """Keep since when the probability has been high enough, or low enough."""
    if largest < settings.public_probability:
        launch.above_since = None
    elif launch.above_since is None:
        launch.above_since = now
    if largest >= settings.public_release_probability:
        launch.below_since = None
    elif launch.below_since is None:
        launch.below_since = now
