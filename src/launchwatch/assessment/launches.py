"""Launches: declared from tracks, revised as more is known, withdrawn when wrong.

One launch has one identifier for good and revisions that count from one; withdrawn, it is
declared again under the same one if its track comes to look like a launch after all. Its
tracks are all that follow what took off: the body itself, by whatever sensors, and its
pieces; the first is the one that flies on. The launch point is the best that any moment of
the flight gave: while the first motor burns each new look improves it, afterwards it can only
be remembered.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
from msgspec.structs import replace

from launchwatch.assessment import kinship, origins
from launchwatch.assessment.evidence import RISING, covariance_of
from launchwatch.assessment.fragments import PIECE
from launchwatch.assessment.kinship import Path
from launchwatch.assessment.likelihood import Seen
from launchwatch.assessment.origins import Origin
from launchwatch.assessment.settings import Settings
from launchwatch.assessment.suspects import FEWEST_PLOTS, Suspect, Suspects
from launchwatch.assessment.witnesses import are_words_alone, independent
from launchwatch.constants import EARTH_GM, EARTH_MEAN_RADIUS
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.plot import EndOfScan, Plot
from launchwatch.messages.sensor import Contributor
from launchwatch.messages.track import TrackUpdate
from launchwatch.timescale import SECOND, Instant, seconds_between, utc_from_instant

# A revision worth reading moves the launch point by half a sigma, narrows it by a fifth,
# or changes the probability by a twentieth.
_MOVED, _NARROWED, _SURER = 0.5, 0.8, 0.05

# Paths of tracks that ended are kept for a track that begins anew: so long, so many a launch.
_REMEMBERED_S = 300.0
_MOST_ENDED = 4

_BORN_IN_VIEW = 4.0
"""ln odds that a track was missed before it began, from which a motor that burns is taken for
a stage lit in the air: what rose into view is a launch of its own, however near another."""

_WORTH_TRACING = 0.5

WHOLE = "whole"
"""What a launch's first body is called; pieces are numbered."""


@dataclass(slots=True)
class _Launch:
    """One launch: its tracks, each with the name of its body, and what was said of it.

    ``left`` holds, by body, the probability that its last track to end had reached.
    """

    launch_id: str
    bodies: dict[str, str] = field(default_factory=dict)
    paths: dict[str, Path] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)
    left: dict[str, float] = field(default_factory=dict)
    origin: Origin | None = None
    burnt_out: bool = False
    said: LaunchStatement | None = None
    seen: Instant | None = None

    @property
    def stands(self) -> bool:
        """Whether it was said and not withdrawn."""
        return self.said is not None and not self.said.cancelled


class Launches:
    """All launches of one watch."""

    def __init__(
        self, settings: Settings, sensors: Mapping[str, Contributor] | None = None
    ) -> None:
        self._settings = settings
        self._contributors = dict(sensors or {})
        self._suspects = Suspects(self._contributors)
        self._launches: dict[str, _Launch] = {}
        self._of: dict[str, _Launch] = {}
        self._ids: set[str] = set()

    def of_track(self, track_id: str) -> LaunchStatement | None:
        """Give the newest statement of a track's launch, if one stands."""
        launch = self._of.get(track_id)
        return None if launch is None or not launch.stands else launch.said

    def body_of(self, track_id: str) -> str:
        """Give the name of the body that a track follows within its launch."""
        launch = self._of.get(track_id)
        return WHOLE if launch is None else launch.bodies.get(track_id, WHOLE)

    def is_followed(self, launch_id: str, body: str) -> bool:
        """Say whether a track that lives follows a body of a launch."""
        launch = self._launches.get(launch_id)
        return launch is not None and any(
            name == body and self._of.get(track_id) is launch
            for track_id, name in launch.bodies.items()
        )

    def bodies_of(self, launch_id: str) -> tuple[str, ...]:
        """Give the names of a launch's bodies, those no longer followed too."""
        launch = self._launches.get(launch_id)
        return () if launch is None else tuple(dict.fromkeys(launch.bodies.values()))

    def is_in_view(self, update: TrackUpdate) -> bool:
        """Say whether a radar of a track looks at where it is, well within its view."""
        place = np.array(update.position_ecef_m)
        watchers = self._suspects.watchers
        return bool(np.isfinite(place).all()) and any(
            watchers.covers(name, place) for name in update.sensors
        )

    def is_due(self, update: TrackUpdate, patience: float = 1.0) -> bool:
        """Say whether a track would be judged now: well seen, and not judged just before.

        One whose covariance was lost is not: it says nothing, and is soon dropped.

        Args:
            patience: intervals between two judgements: more where something else is urgent.
        """
        if update.status != "confirmed" or update.plots < FEWEST_PLOTS:
            return False
        if not is_sound(update):
            return False
        suspect = self._suspects.get(update.track_id)
        interval = patience * self._settings.launch_interval_s * SECOND
        before = None if suspect is None else suspect.judged_at
        return before is None or update.known - before >= interval

    def _is_urgent(self, suspect: Suspect, update: TrackUpdate) -> bool:
        """Say whether a track that nobody has called a launch yet has just become one."""
        return (
            update.track_id not in self._of
            and update.status in ("tentative", "confirmed")
            and suspect.weighed >= self._settings.declare_probability
            and is_sound(update)
        )

    def hear(self, scan: EndOfScan) -> None:
        """Note that a sensor completed a scan."""
        self._suspects.hear(scan)

    def take(
        self,
        update: TrackUpdate,
        plot: Plot | None = None,
        story: Seen | None = None,
        patience: float = 1.0,
    ) -> LaunchStatement | None:
        """Judge a track; give a statement if there is something new to say.

        Args:
            plot: what the update follows from, where it follows from one.
            story: all plots that the track has taken, the newest first.
            patience: as in `is_due`.
        """
        is_due = self.is_due(update, patience)
        suspect = self._suspects.note(update, plot, story)
        if not (is_due or self._is_urgent(suspect, update)):
            return None
        self._suspects.judge(suspect, update)
        launch = self._of.get(update.track_id)
        if launch is None:
            return self._take_new(suspect, update)
        launch.seen = update.known
        if launch.stands and self._probability(launch) < self._settings.withdraw_probability:
            return self._withdraw(launch, update)
        if not self._is_probable(suspect, update, stands=launch.stands):
            return None
        origin = self._trace(launch, update)
        if origin is None or (launch.stands and not self._is_news(launch, origin)):
            return None
        launch.origin = origin
        again = f"track {update.track_id} {suspect.why} again"
        return self._state(launch, update, "more is known" if launch.stands else again)

    def forget(self, track_id: str) -> None:
        """Let go of a track that was dropped: its identifier never comes back."""
        suspect = self._suspects.get(track_id)
        self._suspects.forget(track_id)
        launch = self._of.pop(track_id, None)
        if launch is None:
            return
        if suspect is not None:
            launch.left[launch.bodies[track_id]] = suspect.probability
        launch.ended.append(track_id)
        for old in launch.ended[:-_MOST_ENDED]:
            launch.paths.pop(old, None)
        launch.ended = launch.ended[-_MOST_ENDED:]

    def _take_new(self, suspect: Suspect, update: TrackUpdate) -> LaunchStatement | None:
        """Judge a track that belongs to no launch yet."""
        if suspect.born >= self._settings.declare_probability:
            found = self._kin(suspect, update)
            if found is not None:
                launch, body, why = found
                launch.bodies[update.track_id] = body
                return self._join(launch, suspect, update, why)
        launch = _Launch("", origin=suspect.origin)
        is_probable = self._is_probable(suspect, update, stands=False)
        if is_probable or (suspect.why == RISING and suspect.probability > _WORTH_TRACING):
            # What burns is traced while it does: afterwards that can only be remembered.
            suspect.origin = self._trace(launch, update)
        if not is_probable:
            return None
        origin = suspect.origin or origins.from_afar(update)
        launch.launch_id = self._new_id(update.known)
        launch.origin = origin
        self._launches[launch.launch_id] = launch
        launch.bodies[update.track_id] = WHOLE
        by = ", by partners' word alone" if self._is_hearsay(update) else ""
        return self._join(launch, suspect, update, f"track {update.track_id} {suspect.why}{by}")

    def _join(
        self, launch: _Launch, suspect: Suspect, update: TrackUpdate, why: str
    ) -> LaunchStatement:
        """Make a track one of a launch's, and say so."""
        launch.paths[update.track_id] = suspect.path
        launch.seen = update.known
        self._of[update.track_id] = launch
        self._put_first(launch)
        return self._state(launch, update, why)

    def _kin(self, suspect: Suspect, update: TrackUpdate) -> tuple[_Launch, str, str] | None:
        """Find the launch that a new track belongs to: its body's name there, and why."""
        path, name = suspect.path, update.track_id
        standing = list(self._standing(update.known))
        for launch in standing:
            for track_id, other in launch.paths.items():
                body = launch.bodies[track_id]
                if self._is_apart(launch, body, path):
                    continue
                if kinship.are_same(path, other):
                    return launch, body, f"track {name} follows the same body as track {track_id}"
                ahead = self._clock_offset(path, other)
                if ahead is not None:
                    said = f"track {name} follows the same body as track {track_id}"
                    return launch, body, f"{said}, by a clock {ahead:+.1f} s off"
        if suspect.risen and (suspect.missed or 0.0) < _BORN_IN_VIEW:
            return None
        for launch in standing:
            for track_id, other in launch.paths.items():
                mark = kinship.parted(path, other) or kinship.parted(other, path)
                if mark is not None:
                    body = f"{PIECE} {len(set(launch.bodies.values()))}"
                    clock = utc_from_instant(mark.time, 0)[11:19]
                    return launch, body, f"track {name} parted from track {track_id} at {clock}"
        return None

    def _standing(self, now: Instant) -> Iterator[_Launch]:
        """Give the launches that a new track may belong to; forget those long over."""
        for launch in list(self._launches.values()):
            is_alive = any(track_id in self._of for track_id in launch.bodies)
            old = launch.seen is not None and seconds_between(launch.seen, now) > _REMEMBERED_S
            if not is_alive and old:
                del self._launches[launch.launch_id]
            elif launch.stands:
                yield launch

    def _is_apart(self, launch: _Launch, body: str, path: Path) -> bool:
        """Say whether a sensor saw a track and another of a body in one scan."""
        return any(
            kinship.are_two(path, launch.paths[track_id])
            for track_id, name in launch.bodies.items()
            if name == body and track_id in launch.paths
        )

    def _clock_offset(self, one: Path, other: Path) -> float | None:
        """Give how far one is ahead of another whose radars look at it and see nothing there."""
        if not one.marks or not other.marks:
            return None
        watchers, here, there = self._suspects.watchers, one.marks[-1], other.marks[-1]
        is_seen_once = any(watchers.covers(name, here.state[:3]) for name in other.sensors) and any(
            watchers.covers(name, there.state[:3]) for name in one.sensors
        )
        return kinship.clock_offset(one, other) if is_seen_once else None

    def _put_first(self, launch: _Launch) -> None:
        """Let the track that flies farthest be the first, and its body the whole."""
        alive = [name for name in launch.bodies if name in self._of and launch.paths[name].marks]
        first = max(alive, key=lambda name: _energy(launch.paths[name]), default=None)
        if first is None:
            return
        body = launch.bodies[first]
        if body != WHOLE:
            swapped = {WHOLE: body, body: WHOLE}
            launch.bodies = {t: swapped.get(name, name) for t, name in launch.bodies.items()}
            launch.left = {swapped.get(name, name): p for name, p in launch.left.items()}
        order = sorted(launch.bodies, key=lambda name: (name != first, name not in self._of))
        launch.bodies = {name: launch.bodies[name] for name in order}

    def _is_hearsay(self, update: TrackUpdate) -> bool:
        return are_words_alone(update.sensors, self._contributors)

    def _paths(self, launch: _Launch) -> int:
        """Count the independent ways by which a launch was seen."""
        seen = {name for path in launch.paths.values() for name in path.sensors}
        return independent(seen, self._contributors)

    def _probability(self, launch: _Launch) -> float:
        """Give the probability of a launch: that of its surest body.

        A body's is that of its surest track still alive, or of its last one: what flew as a
        launch and fell was one, however slowly its pieces come down after it.
        """
        alive: dict[str, float] = {}
        for name, body in launch.bodies.items():
            suspect = self._suspects.get(name) if name in self._of else None
            if suspect is not None:
                alive[body] = max(alive.get(body, 0.0), suspect.probability)
        return max((launch.left | alive).values(), default=0.0)

    def _is_probable(self, suspect: Suspect, update: TrackUpdate, *, stands: bool) -> bool:
        """Say whether the launch stands, or may now be declared."""
        if suspect.probability < self._settings.declare_probability:
            suspect.probable_since = None
            return stands
        if suspect.probable_since is None:
            suspect.probable_since = update.known
        waited = (update.known - suspect.probable_since) / SECOND
        seen_rising = update.phase.boost > 0.5 or suspect.odds is not None
        return stands or seen_rising or waited >= self._settings.ballistic_after_s

    def _trace(self, launch: _Launch, update: TrackUpdate) -> Origin | None:
        """Give the best launch point so far; None if there is none, or nothing better.

        Only the first motor leads back to the ground: what burns after a burnout is a later
        stage, and what is a piece began in the air.
        """
        known = launch.origin
        launch.burnt_out |= known is not None and update.phase.coast > 0.9
        if launch.bodies.get(update.track_id, WHOLE) != WHOLE:
            return known
        if update.phase.boost > 0.5:
            new = None if launch.burnt_out else origins.from_boost(update)
        elif known is None:
            new = origins.from_coast(update)
        else:
            return known
        if new is None or (known is not None and known.spread <= new.spread):
            return known
        return new

    def _is_news(self, launch: _Launch, origin: Origin) -> bool:
        said, known = launch.said, launch.origin
        assert said is not None  # noqa: S101 - asked only of what was said
        if abs(self._probability(launch) - said.probability) > _SURER or known is None:
            return True
        if self._paths(launch) > said.paths:
            return True
        if origin.spread < _NARROWED * known.spread:
            return True
        north = np.radians(origin.latitude_deg - said.latitude_deg) * EARTH_MEAN_RADIUS
        east = np.radians(origin.longitude_deg - said.longitude_deg) * EARTH_MEAN_RADIUS
        east *= np.cos(np.radians(origin.latitude_deg))
        return bool(np.hypot(north, east) > _MOVED * origin.ellipse.semi_major_m / 2.45)

    def _state(self, launch: _Launch, update: TrackUpdate, why: str) -> LaunchStatement:
        origin = launch.origin
        assert origin is not None  # noqa: S101 - a statement rests on an origin
        launch.said = LaunchStatement(
            launch_id=launch.launch_id,
            revision=1 if launch.said is None else launch.said.revision + 1,
            time=update.known,
            mode=update.mode,
            track_ids=tuple(launch.bodies),
            launch_time=origin.time,
            launch_time_sigma_s=origin.time_sigma,
            latitude_deg=origin.latitude_deg,
            longitude_deg=origin.longitude_deg,
            position_ellipse_95=origin.ellipse,
            probability=self._probability(launch),
            cancelled=False,
            reason=why,
            paths=self._paths(launch),
        )
        return launch.said

    def _new_id(self, time: Instant) -> str:
        """Name a launch by when it was declared: a watch that starts anew in the middle of
        the day gives no name twice, and one that repeats the past gives the same again."""
        stamp = utc_from_instant(time, 0)
        name = f"L{stamp[:10].replace('-', '')}-{stamp[11:19].replace(':', '')}"
        count = 1
        while (new := name if count == 1 else f"{name}-{count}") in self._ids:
            count += 1
        self._ids.add(new)
        return new

    def _withdraw(self, launch: _Launch, update: TrackUpdate) -> LaunchStatement:
        said = launch.said
        assert said is not None  # noqa: S101 - only what was said is withdrawn
        launch.said = replace(
            said,
            revision=said.revision + 1,
            time=update.known,
            probability=self._probability(launch),
            cancelled=True,
            reason=f"track {update.track_id} no longer looks like a launch",
        )
        return launch.said


def is_sound(update: TrackUpdate) -> bool:
    """Ask whether a track's covariance was not lost: else it says nothing, and is soon dropped."""
    covariance = covariance_of(update)
    return bool(np.isfinite(covariance).all() and (np.diag(covariance) > 0.0).all())


def _energy(path: Path) -> float:
    """Give the energy of a track's newest state, J/kg; the Earth's rotation is left out."""
    state = path.marks[-1].state
    return float(0.5 * state[3:6] @ state[3:6] - EARTH_GM / np.linalg.norm(state[:3]))
