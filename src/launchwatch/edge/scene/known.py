"""What each nation knows of a launch, and since when: ours and every partner's, side by side.

A partner's own times are its word; when that word was recorded here stands beside it. The
table stays empty until a partner speaks of a launch.
"""

from collections.abc import Mapping
from typing import NamedTuple

from launchwatch.edge.phrasing import share
from launchwatch.edge.scene import differing
from launchwatch.edge.scene.shapes import lonlat, milliseconds, ring_of
from launchwatch.edge.scene.stage import BOUNDS, Stage
from launchwatch.edge.scene.story import Story, Told
from launchwatch.edge.scene.tables import oldest_first
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.partner import (
    PartnerFall,
    PartnerLaunch,
    PartnerTrack,
    PictureDifference,
)
from launchwatch.messages.sceneknown import KnownRow
from launchwatch.messages.sensor import Contributor
from launchwatch.messages.track import TrackUpdate
from launchwatch.nations.matching import between, same_launch
from launchwatch.timescale import Instant

MOST = 3 * BOUNDS.launches
"""Rows: each launch that is carried, as three nations have it."""

_TRACKS = 4096
"""Tracks whose first moment is remembered; the oldest go first."""

_Said = LaunchStatement | PartnerLaunch
_Fall = FallArea | PartnerFall


class _First(NamedTuple):
    """When something was first said, and when that was recorded here."""

    said: Instant
    heard: Instant | None


class Known:
    """Keeps what nations say of launches, and makes the rows of the table ``known``.

    Rows are named ``NATION/its name of the launch``.
    """

    def __init__(
        self, story: Story, stage: Stage, sensors: Mapping[str, Contributor], nation: str
    ) -> None:
        self._story, self._stage, self._nation = story, stage, nation
        self._owners = {name: one.owner for name, one in sensors.items()}
        self._said: dict[tuple[str, str], _Said] = {}
        self._falls: dict[tuple[str, str], _Fall] = {}
        self._first_said: dict[tuple[str, str], _First] = {}
        self._first_fall: dict[tuple[str, str], _First] = {}
        self._first_track: dict[tuple[str, str], Instant] = {}
        self._differences: dict[tuple[str, str], PictureDifference] = {}
        self._touched: set[tuple[str, str]] = set()

    def take(self, message: Told) -> None:
        """Keep what is about what a nation knows; anything else is passed over."""
        match message:
            case TrackUpdate():
                if message.status == "confirmed":
                    self._note_track((self._nation, message.track_id), message.known)
            case PartnerTrack():
                if message.status == "confirmed":
                    owner = self._owners.get(message.sensor, message.sensor)
                    self._note_track((owner, message.partner_track), message.received)
            case LaunchStatement():
                key = self._nation, message.launch_id
                self._first_said.setdefault(key, _First(message.time, None))
                self._said[key] = message
                self._touched.add(key)
            case PartnerLaunch():
                key = message.partner, message.launch_id
                self._first_said.setdefault(key, _First(message.time, message.received))
                self._said[key] = message
                self._touched.add(key)
            case FallArea():
                self._take_fall((self._nation, message.launch_id), message, None)
            case PartnerFall():
                self._take_fall((message.partner, message.launch_id), message, message.received)
            case PictureDifference():
                key = message.partner, message.partner_launch
                self._differences[key] = message
                self._touched.add(key)
            case _:
                pass

    def paint(self) -> None:
        """Make every row anew that was touched."""
        if not self._touched or not any(nation != self._nation for nation, _ in self._said):
            return
        rows = self._stage["known"]
        # What is said of our launches decides which of them each partner's is.
        ours = self._story.launches
        for key, said in self._said.items():
            if key[0] == self._nation and key[1] not in ours:
                continue
            rows.put("/".join(key), self._row(key, said))
        self._touched.clear()
        self._trim()

    def _take_fall(self, key: tuple[str, str], fall: _Fall, heard: Instant | None) -> None:
        before = self._falls.get(key)
        self._first_fall.setdefault(key, _First(fall.time, heard))
        # A launch's fall is that of the whole; of its parts, the one that was named first.
        if before is None or fall.body == "whole" or before.body == fall.body:
            self._falls[key] = fall
            self._touched.add(key)

    def _note_track(self, key: tuple[str, str], time: Instant) -> None:
        if key not in self._first_track:
            self._first_track[key] = time
            if len(self._first_track) > _TRACKS:
                del self._first_track[next(iter(self._first_track))]

    def _row(self, key: tuple[str, str], said: _Said) -> KnownRow:
        nation, named = key
        is_own = isinstance(said, LaunchStatement)
        ours = named if is_own else self._ours(said)
        fall, difference = self._falls.get(key), self._differences.get(key)
        tracks = (self._first_track.get((nation, one)) for one in said.track_ids)
        first_said, first_fall = self._first_said.get(key), self._first_fall.get(key)
        newest = said.time if fall is None else max(said.time, fall.time)
        range_km = None if fall is None else between(said, fall) / 1e3
        told = differing.words_of(difference) if difference is not None else None
        return KnownRow(
            nation=nation,
            is_own=is_own,
            named=named,
            launch_id=ours,
            track_ms=_ms(min((one for one in tracks if one is not None), default=None)),
            launch_ms=_ms(first_said and first_said.said),
            launch_heard_ms=_ms(first_said and first_said.heard),
            fall_ms=_ms(first_fall and first_fall.said),
            fall_heard_ms=_ms(first_fall and first_fall.heard),
            said_ms=milliseconds(newest),
            probability=round(said.probability, 4),
            probability_text=share(said.probability),
            is_withdrawn=said.cancelled,
            launch_time_ms=milliseconds(said.launch_time),
            launch_time_sigma_s=round(said.launch_time_sigma_s, 2),
            place=None if fall is None else lonlat(fall.longitude_deg, fall.latitude_deg),
            shape=()
            if fall is None
            else ring_of(fall.longitude_deg, fall.latitude_deg, fall.ellipse_95),
            fall_time_ms=None if fall is None else milliseconds(fall.fall_time),
            fall_time_sigma_s=None if fall is None else round(fall.fall_time_sigma_s, 2),
            range_km=None if range_km is None else round(range_km, 1),
            status="" if fall is None else fall.status,
            last_plot_ms=_ms(None if fall is None else fall.last_plot),
            lost=fall.lost if isinstance(fall, PartnerFall) and fall.status != "tracked" else "",
            differs=difference is not None and not difference.settled,
            difference_ms=_ms(None if difference is None else difference.time),
            difference_km=None
            if difference is None or difference.difference_m is None
            else round(difference.difference_m / 1e3, 1),
            difference=told,
            headline=differing.headline(said, fall, range_km),
        )

    def _ours(self, said: _Said) -> str | None:
        if isinstance(said, LaunchStatement):
            return said.launch_id
        return same_launch(said, self._story.launches.values())

    def _trim(self) -> None:
        rows = self._stage["known"].rows
        gone = [
            name
            for name, row in rows.items()
            if row.is_own and row.named not in self._story.launches
        ]
        if len(rows) > MOST:
            gone += oldest_first(((row.said_ms, name) for name, row in rows.items()), MOST)
        for name in dict.fromkeys(gone):
            nation, _, named = name.partition("/")
            self._stage.drop("known", name)
            for kept in (self._said, self._falls, self._first_said, self._first_fall,
                         self._differences):  # fmt: skip
                kept.pop((nation, named), None)


def _ms(time: Instant | None) -> int | None:
    return None if time is None else milliseconds(time)
