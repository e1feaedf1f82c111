"""What a partner gets: a policy, applied to each message where it leaves the watch.

A partner gets nothing that its policy does not name. Of what it names, only what rests on our
own sensors, and on no other than those listed, leaves: a partner's word is never passed on as
ours, so that nothing comes back round a triangle of nations as if it were new.

============ ===========================================================================
plots        what the listed radars and infrared sensors measure, and their ends of scan
tracks       each confirmed track as it stands, no oftener than every ``every_s``
launches     each revision of a launch; a cancelled one too, always, if it was told before
falls        each revision of a fall area, no oftener than every ``every_s`` of a track
============ ===========================================================================

Rounding (`launchwatch.nations.rounding`) makes a position coarser and says so: the uncertainty that
goes with it grows by what the rounding takes away.
"""

from collections.abc import Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from typing import NamedTuple

from msgspec import Struct

from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.partner import LostTo, PartnerStanding, PartnerTrack
from launchwatch.messages.plot import EndOfScan, LineOfSightPlot, RadarPlot
from launchwatch.messages.sensor import Contributor, Partner
from launchwatch.messages.track import TrackUpdate
from launchwatch.nations.losing import lost_to
from launchwatch.nations.rounding import rounded_fall, rounded_launch, rounded_track
from launchwatch.timescale import SECOND, Instant

_REMEMBERED = 1000
"""Tracks that were dropped of which it is still known what they rested on: what is said of a
launch goes on after its track."""

KINDS = ("plots", "tracks", "launches", "falls")

Leaving = RadarPlot | LineOfSightPlot | EndOfScan | TrackUpdate | LaunchStatement | FallArea


class Gets(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What one partner gets.

    Attributes:
        sensors: names of ours whose fruits may leave, with ``*`` and ``?`` as in file names.
        names_sensors: whether it is told which sensors a track rests on; without, it is told
            one name for all, so that it still sees that they are not its own.
        every_s: seconds between two words on one track.
        position_m: positions are rounded to so much; 0 leaves them as they are.
        time_s: times of launch and fall likewise.
    """

    plots: bool = False
    tracks: bool = False
    launches: bool = False
    falls: bool = False
    sensors: tuple[str, ...] = ("*",)
    names_sensors: bool = True
    every_s: float = 1.0
    position_m: float = 0.0
    time_s: float = 0.0


class Released(NamedTuple):
    """A message that leaves, and what it rests on: sensors, and nations' watches, ours first.

    ``lost`` says of a fall area why its track is measured no more.
    """

    message: Leaving
    sensors: tuple[str, ...]
    lineage: tuple[str, ...]
    lost: LostTo = "unknown"


class Releaser:
    """One partner's policy at work; the same messages in the same order give the same."""

    def __init__(self, nation: str, gets: Gets, contributors: Mapping[str, Contributor]) -> None:
        self._nation, self._gets = nation, gets
        # A partner's sensor may be listed too, where its plots come; it is not ours to tell of.
        own = {
            name
            for name, one in contributors.items()
            if not isinstance(one, Partner) and one.owner == nation
        }
        self._own = own
        self._may = {
            name for name in own if any(fnmatchcase(name, pattern) for pattern in gets.sensors)
        }
        self._behind: dict[tuple[str, str], tuple[str, ...]] = {}
        self._words: dict[str, set[tuple[str, str]]] = {}
        self._contributors = dict(contributors)
        self._rests: dict[str, tuple[str, ...]] = {}
        self._seen: dict[str, TrackUpdate] = {}
        self._gone: dict[str, None] = {}
        self._told: dict[tuple[str, str], Instant] = {}
        self._launches: set[str] = set()

    @property
    def speaks_of_tracks(self) -> bool:
        """Whether the partner gets tracks, and so must hear when there are none."""
        return self._gets.tracks

    def release(self, messages: Iterable[object]) -> Iterator[Released]:
        """Give what may leave of what the watch said to one stimulus."""
        for message in messages:
            match message:
                case RadarPlot() | LineOfSightPlot() | EndOfScan():
                    if self._gets.plots and message.sensor in self._may:
                        yield Released(message, (message.sensor,), (self._nation,))
                case PartnerTrack():
                    self._behind[message.sensor, message.partner_track] = message.sensors
                case PartnerStanding():
                    self._stands(message)
                case TrackUpdate():
                    yield from self._track(message)
                case LaunchStatement():
                    yield from self._launch(message)
                case FallArea():
                    yield from self._fall(message)

    def _track(self, track: TrackUpdate) -> Iterator[Released]:
        self._rests[track.track_id] = track.sensors
        if track.last_plot == track.time:
            self._seen[track.track_id] = track
        told = self._told.get(("track", track.track_id))
        if track.status == "dropped":
            self._gone[track.track_id] = None
            while len(self._gone) > _REMEMBERED:
                oldest = next(iter(self._gone))
                del self._gone[oldest]
                self._rests.pop(oldest, None)
                self._seen.pop(oldest, None)
        if not self._gets.tracks or not self._is_ours(track.sensors):
            return
        if track.status == "tentative" or (told is None and track.status == "dropped"):
            return
        if track.status == "dropped":
            del self._told["track", track.track_id]
        elif not self._is_due("track", track.track_id, track.known):
            return
        yield self._released(
            rounded_track(track, self._gets.position_m), track.track_id, track.sensors
        )

    def _launch(self, launch: LaunchStatement) -> Iterator[Released]:
        sensors = self._of_tracks(launch.track_ids)
        was_told = launch.launch_id in self._launches
        if not self._gets.launches or not (
            self._is_ours(sensors) or (launch.cancelled and was_told)
        ):
            return
        if launch.cancelled and not was_told:
            return
        self._launches.add(launch.launch_id)
        message = rounded_launch(launch, self._gets.position_m, self._gets.time_s)
        track_id = launch.track_ids[0] if launch.track_ids else ""
        yield self._released(message, track_id, sensors)

    def _fall(self, fall: FallArea) -> Iterator[Released]:
        sensors = self._of_tracks((fall.track_id,))
        if not self._gets.falls or not self._is_ours(sensors):
            return
        if self._is_due(f"fall {fall.body}", fall.track_id, fall.time):
            message = rounded_fall(fall, self._gets.position_m, self._gets.time_s)
            seen = self._seen.get(fall.track_id)
            lost: LostTo = "unknown"
            if fall.status != "tracked" and seen is not None:
                lost = lost_to(seen, self._contributors)
            yield self._released(message, fall.track_id, sensors)._replace(lost=lost)

    def _stands(self, standing: PartnerStanding) -> None:
        key = (standing.partner, standing.partner_track)
        for keys in self._words.values():
            keys.discard(key)
        if standing.track_id is not None and standing.standing in ("joined", "alone"):
            self._words.setdefault(standing.track_id, set()).add(key)
        if standing.standing == "ended":
            self._behind.pop(key, None)

    def _is_ours(self, sensors: Iterable[str]) -> bool:
        """Say whether something rests on sensors of ours, and on none that must not be told."""
        own = self._own.intersection(sensors)
        return bool(own) and own <= self._may

    def _is_due(self, what: str, track_id: str, now: Instant) -> bool:
        told = self._told.get((what, track_id))
        if told is not None and now - told < round(self._gets.every_s * SECOND):
            return False
        self._told[what, track_id] = now
        return True

    def _of_tracks(self, track_ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(sorted({name for one in track_ids for name in self._rests.get(one, ())}))

    def _released(self, message: Leaving, track_id: str, sensors: Iterable[str]) -> Released:
        own = sorted(self._own.intersection(sensors))
        words = self._words.get(track_id, set())
        behind = {name for key in words for name in self._behind.get(key, ())}
        theirs = {
            name: one.owner
            for name in sensors
            if name not in self._own
            and (one := self._contributors.get(name)) is not None
            and not isinstance(one, Partner)
        }
        behind.update(theirs)
        nations = sorted({partner for partner, _ in words} | set(theirs.values()))
        names = own if self._gets.names_sensors else [f"{self._nation} sensors"]
        return Released(message, (*names, *sorted(behind)), (self._nation, *nations))
