"""Where a partner's picture differs from ours, how, and why.

Theory of operation. A partner's launch goes with one of ours (`launchwatch.nations.matching`). Of
the two, the places of fall are compared: they differ where they lie farther apart than both 95 %
ellipses reach towards each other, and agree again when they lie nearer than `SETTLED` of that.
Which of the two lost the track, when, and to what (each says so of its own,
`launchwatch.nations.losing`) is why: a low flight goes behind a far radar's horizon, which then
carries it on as it was, while a near one follows it to its end.

A launch that a partner is sure of, and of which we say nothing for `UNSEEN_S`, is a difference too.
"""

import math
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from launchwatch.earth.geodesic import inverse
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import Ellipse, LaunchStatement
from launchwatch.messages.packet import Mode
from launchwatch.messages.partner import LostTo, PartnerFall, PartnerLaunch, PictureDifference
from launchwatch.messages.sensor import Contributor
from launchwatch.messages.track import TrackUpdate
from launchwatch.nations.losing import lost_to
from launchwatch.nations.matching import between, same_launch
from launchwatch.timescale import SECOND, Instant, utc_from_instant

SETTLED = 0.7
CHANGED = 1.25
"""A difference is told anew when it has grown or shrunk by a quarter: what a person notices."""

UNSEEN_S = 20.0
SURE = 0.9

MOST = 1000
"""Launches of partners that are kept, the newest."""

STALE_S = 5.0
"""Seconds by which one's last plot may be older than the other's before it has lost the track."""

_WORDS: dict[LostTo, str] = {
    "horizon": "it went behind the horizon of all its radars",
    "range": "it went out of its radars' reach",
    "burnout": "its motor's light ended, and no radar saw it",
    "unknown": "why, is not known",
}

Why = Literal["lost-track", "no-view", "few-plots", "unexplained", "agrees"]


class _Point(NamedTuple):
    """A fall as one of the two has it."""

    latitude_deg: float
    longitude_deg: float
    ellipse: Ellipse
    status: str
    last_plot: Instant | None
    lost: LostTo


class _Because(NamedTuple):
    """Why two points differ: a code, words, and who lost it, when last seen, to what, and until
    when the other has followed it."""

    why: Why
    text: str
    lost_by: str | None = None
    since: Instant | None = None
    lost: LostTo = "unknown"
    until: Instant | None = None


class Differences:
    """What differs between our picture and each partner's; told what all of them say."""

    def __init__(self, contributors: Mapping[str, Contributor]) -> None:
        self._contributors = dict(contributors)
        self._launches: dict[str, LaunchStatement] = {}
        self._falls: dict[str, FallArea] = {}
        self._tracks: dict[str, TrackUpdate] = {}
        self._theirs: dict[tuple[str, str], PartnerLaunch] = {}
        self._their_falls: dict[tuple[str, str], PartnerFall] = {}
        self._said: dict[str, PictureDifference] = {}

    def see(self, track: TrackUpdate) -> None:
        """Remember where one of our tracks was when it was last measured."""
        if track.status == "dropped":
            self._tracks.pop(track.track_id, None)
        elif track.last_plot == track.time:
            self._tracks[track.track_id] = track

    def judge(self, ours: object) -> Iterator[PictureDifference]:
        """Use what we say of a launch or a fall."""
        if isinstance(ours, LaunchStatement):
            self._launches[ours.launch_id] = ours
        elif isinstance(ours, FallArea) and ours.body == self._body(ours):
            self._falls[ours.launch_id] = ours
        else:
            return
        for key in list(self._theirs):
            if self._match(self._theirs[key]) == ours.launch_id:
                yield from self._compared(key, ours.time, ours.mode)

    def hear(self, theirs: PartnerLaunch | PartnerFall) -> Iterator[PictureDifference]:
        """Use what a partner says of a launch or a fall."""
        key = (theirs.partner, theirs.launch_id)
        if isinstance(theirs, PartnerLaunch):
            self._theirs[key] = theirs
            if len(self._theirs) > MOST:
                gone = next(iter(self._theirs))
                del self._theirs[gone]
                self._their_falls.pop(gone, None)
        else:
            before = self._their_falls.get(key)
            if before is None or before.body == theirs.body or before.body != "whole":
                self._their_falls[key] = theirs
        if key in self._theirs:
            yield from self._compared(key, theirs.received, theirs.mode)

    def tick(self, now: Instant, mode: Mode) -> Iterator[PictureDifference]:
        """Say which launches only partners see."""
        for key, theirs in self._theirs.items():
            said = self._said.get(_name(key, "unseen"))
            is_sure = theirs.probability >= SURE and not theirs.cancelled
            waited = now - theirs.received >= round(UNSEEN_S * SECOND)
            if said is None and is_sure and waited and self._match(theirs) is None:
                text = (
                    f"{theirs.partner} is sure of a launch ({theirs.launch_id}) at "
                    f"{_clock(theirs.launch_time)}, of which our own sensors tell nothing"
                )
                yield self._say(key, "unseen", now, mode, "", text, why="no-view", lost_by="us")

    def _compared(
        self, key: tuple[str, str], now: Instant, mode: Mode
    ) -> Iterator[PictureDifference]:
        launch_id = self._match(self._theirs[key])
        unseen = self._said.get(_name(key, "unseen"))
        if launch_id is not None and unseen is not None and not unseen.settled:
            text = f"we see {key[0]}'s launch {key[1]} too: it is our {launch_id}"
            yield self._say(key, "unseen", now, mode, launch_id, text, why="agrees", settled=True)
        ours, theirs = self._our_point(launch_id), self._their_point(key)
        if launch_id is None or ours is None or theirs is None:
            return
        apart, expected = _apart(ours, theirs)
        said = self._said.get(_name(key, "fall"))
        differs = said is not None and not said.settled
        withdrawn = self._theirs[key].cancelled or self._launches[launch_id].cancelled
        if withdrawn or apart <= (SETTLED if differs else 1.0) * expected:
            if differs:
                text = f"{key[0]} and we agree again on the fall of {launch_id}"
                yield self._say(key, "fall", now, mode, launch_id, text, why="agrees", settled=True,
                                difference_m=apart, expected_m=expected)  # fmt: skip
            return
        because = _why(key[0], ours, theirs)
        if differs and said is not None and _is_alike(said, because, apart):
            return
        ranges = (self._range(launch_id, ours), self._their_range(key, theirs))
        text = (
            f"{key[0]} expects the fall of {launch_id} {_km(ranges[1])} from its launch, we "
            f"{_km(ranges[0])}: {apart / 1000:.0f} km apart, where both doubts allow "
            f"{expected / 1000:.0f} km; {because.text}"
        )
        yield self._say(key, "fall", now, mode, launch_id, text, why=because.why,
                        lost_by=because.lost_by, since=because.since, lost=because.lost,
                        until=because.until, difference_m=apart, expected_m=expected,
                        range_km=ranges)  # fmt: skip

    def _say(
        self, key: tuple[str, str], subject: Literal["fall", "unseen"], now: Instant, mode: Mode,
        launch_id: str, text: str, *, why: Why, settled: bool = False, lost_by: str | None = None,
        since: Instant | None = None, lost: LostTo = "unknown", until: Instant | None = None,
        difference_m: float | None = None, expected_m: float | None = None,
        range_km: tuple[float | None, float | None] = (None, None),
    ) -> PictureDifference:  # fmt: skip
        name = _name(key, subject)
        before = self._said.get(name)
        said = self._said[name] = PictureDifference(
            difference_id=name, revision=1 if before is None else before.revision + 1, time=now,
            mode=mode, launch_id=launch_id, partner=key[0], partner_launch=key[1],
            subject=subject, settled=settled, difference_m=difference_m, expected_m=expected_m,
            range_km=range_km, why=why, lost_by=lost_by, since=since,
            lost=lost, until=until, text=text,
        )  # fmt: skip
        return said

    def _match(self, theirs: PartnerLaunch) -> str | None:
        return same_launch(theirs, self._launches.values())

    def _body(self, fall: FallArea) -> str:
        """Give the body that a launch's fall is compared by: the whole, or else the first."""
        before = self._falls.get(fall.launch_id)
        return fall.body if before is None or fall.body == "whole" else before.body

    def _our_point(self, launch_id: str | None) -> _Point | None:
        fall = None if launch_id is None else self._falls.get(launch_id)
        if fall is None:
            return None
        lost: LostTo = "unknown"
        if fall.status != "tracked" and (track := self._tracks.get(fall.track_id)) is not None:
            lost = lost_to(track, self._contributors)
        return _Point(fall.latitude_deg, fall.longitude_deg, fall.ellipse_95, fall.status,
                      fall.last_plot, lost)  # fmt: skip

    def _their_point(self, key: tuple[str, str]) -> _Point | None:
        fall = self._their_falls.get(key)
        if fall is None:
            return None
        return _Point(fall.latitude_deg, fall.longitude_deg, fall.ellipse_95, fall.status,
                      fall.last_plot, fall.lost)  # fmt: skip

    def _range(self, launch_id: str, point: _Point) -> float:
        return between(self._launches[launch_id], point) / 1000.0

    def _their_range(self, key: tuple[str, str], point: _Point) -> float:
        return between(self._theirs[key], point) / 1000.0


def _why(partner: str, ours: _Point, theirs: _Point) -> _Because:
    a, b = ours.last_plot, theirs.last_plot
    older = theirs if a is not None and b is not None and b < a else ours
    is_stale = a is not None and b is not None and abs(a - b) > STALE_S * SECOND
    if a is not None and b is not None and is_stale and older.status != "tracked":
        who, point, since = (partner, theirs, b) if b < a else ("us", ours, a)
        name = partner if who == partner else "we"
        follow = "we follow it on" if who == partner else f"{partner} follows it on"
        until = max(a, b)
        text = (
            f"{name} saw it last at {_clock(since)} ({_WORDS[point.lost]}); {follow}, to "
            f"{_clock(until)} so far"
        )
        return _Because("lost-track", text, who, since, point.lost, until)
    wide = sorted((ours.ellipse.semi_major_m, theirs.ellipse.semi_major_m))
    if wide[0] > 0.0 and wide[1] > 10.0 * wide[0]:
        who = partner if theirs.ellipse.semi_major_m == wide[1] else "us"
        return _Because("few-plots", f"it is known ten times worse by {who}", who)
    return _Because("unexplained", "nothing that was told explains it")


def _is_alike(said: PictureDifference, because: _Because, apart: float) -> bool:
    before = said.difference_m or 0.0
    same = (said.why, said.lost_by) == (because.why, because.lost_by)
    return same and before / CHANGED <= apart <= before * CHANGED


def _apart(ours: _Point, theirs: _Point) -> tuple[float, float]:
    """Give how far apart two points lie, and how far both 95 % ellipses reach that way."""
    distance, azimuth, _ = inverse(
        math.radians(ours.latitude_deg), math.radians(ours.longitude_deg),
        math.radians(theirs.latitude_deg), math.radians(theirs.longitude_deg),
    )  # fmt: skip
    reach = math.hypot(*(_reach(one.ellipse, float(azimuth)) for one in (ours, theirs)))
    return float(distance), reach


def _reach(ellipse: Ellipse, azimuth: float) -> float:
    """Give how far an ellipse's shadow reaches in a direction, metres."""
    angle = azimuth - math.radians(ellipse.azimuth_deg)
    along, across = ellipse.semi_major_m * math.cos(angle), ellipse.semi_minor_m * math.sin(angle)
    return math.hypot(along, across)


def _name(key: tuple[str, str], subject: str) -> str:
    return f"{key[0]}-{key[1]}-{subject}"


def _clock(time: Instant) -> str:
    return f"{utc_from_instant(time, 0)[11:19]} UTC"


def _km(value: float | None) -> str:
    return "somewhere" if value is None else f"{value:.0f} km"
