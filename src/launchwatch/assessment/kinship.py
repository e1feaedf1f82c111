"""Which tracks belong to one launch: the same body seen twice, or a piece of it.

Two tracks follow the same body if their states, brought to one time, differ by no more than
their doubts allow; one of a sensor whose clock is off may lie ahead on the same path. They
are two bodies if one sensor saw both in one scan. A track is a piece of another's body if,
traced back, it was once where that one was, and as fast. Two launches seconds apart from one
place are neither: at any time the second is kilometres behind, or slower by what gravity and
thrust change in those seconds.
"""

from collections import deque
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment.evidence import covariance_of
from launchwatch.assessment.posterior import hypothesis_of
from launchwatch.earth._kernels import height as height_of
from launchwatch.flight._kernels_motion import propagate
from launchwatch.flight.motion import BOOST, COAST
from launchwatch.messages.plot import Plot
from launchwatch.messages.track import TrackUpdate
from launchwatch.timescale import SECOND, Instant

Floats = NDArray[np.float64]

_MARKS = 400
"""Places kept of a track, a second or more apart: a launch's powered flight and a while on."""

_SCANS = 12
"""Scans remembered in which a track got a plot."""

_ALIKE = 22.5
"""Squared Mahalanobis length that two states of one body exceed once in a thousand (chi-square,
six degrees of freedom)."""

_LONGEST_GAP = 90.0
"""Seconds that a state is carried on to meet another: later the doubt is too wide to tell."""

_VAGUE = 20e3
"""Metres: doubt about a place within which nothing can be said to be the same."""

_LONGEST_PART = 120.0
"""Seconds before its first plot in which a piece may have parted unseen."""

_KNOWN = 3e3
"""Metres: doubt of a place beyond which nothing is told to have parted there. Launches of one
salvo, traced back to the ground, all meet within ten."""

_LOWEST_PART = 25e3
"""Metres: nothing parts lower, but for boosters that fall beside their rocket."""

_PUSH = 40.0
"""Metres a second by which bodies part: springs, spin, a dying motor. One sigma."""

_STEERING = 0.15
"""Share of a motor's acceleration that tracing back does not know, one sigma."""

_CLOCK = 10.0
"""Seconds by which a sensor's clock may be off and its track still be told for the same."""


class Mark(NamedTuple):
    """Where a track was: time, state (9,) of the likeliest model, covariance (6, 6)."""

    time: Instant
    state: Floats
    P: Floats
    lit: bool


@dataclass(slots=True)
class Path:
    """The way of one track so far, and in which scans it was seen."""

    track_id: str
    first_plot: Instant
    sensors: tuple[str, ...] = ()
    marks: deque[Mark] = field(default_factory=lambda: deque(maxlen=_MARKS))
    scans: deque[tuple[str, int]] = field(default_factory=lambda: deque(maxlen=_SCANS))

    def note(self, plot: Plot) -> None:
        """Note a plot that went into the track."""
        self.scans.append((plot.sensor, plot.scan))

    def go(self, update: TrackUpdate) -> None:
        """Note where the track is now."""
        lit = update.phase.boost > 0.5
        state = np.array(hypothesis_of(update, "boost" if lit else "coast").mean)
        state[:6] = (*update.position_ecef_m, *update.velocity_ecef_mps)
        self.sensors = update.sensors
        self.marks.append(Mark(update.time, state, covariance_of(update), lit))


def are_two(one: Path, other: Path) -> bool:
    """Say whether one sensor saw both in one scan."""
    return not set(one.scans).isdisjoint(other.scans)


def are_same(one: Path, other: Path) -> bool:
    """Say whether two tracks follow the same body at the same time."""
    if are_two(one, other) or not one.marks or not other.marks:
        return False
    offset = _offset(one.marks[-1], other.marks[-1])
    return offset is not None and _length2(*offset) < _ALIKE


def clock_offset(one: Path, other: Path) -> float | None:
    """Give the seconds by which one runs ahead of another on the same path; None if it does not.

    Only for tracks that no sensor is common to.
    """
    if not one.marks or not other.marks or not set(one.sensors).isdisjoint(other.sensors):
        return None
    offset = _offset(one.marks[-1], other.marks[-1])
    if offset is None:
        return None
    difference, P = offset
    late = max(one.marks[-1], other.marks[-1], key=lambda mark: mark.time)
    # Along the path every second counts the velocity; what is left must be in their doubts.
    rate = np.empty(9)
    propagate(BOOST if late.lit else COAST, late.state, 1.0, rate)
    slope = (rate - late.state)[:6]
    try:
        weighed = np.linalg.solve(P, slope)
    except np.linalg.LinAlgError:
        return None
    ahead = float(weighed @ difference / (weighed @ slope))
    # Asked so that NaN, of a covariance that was lost, is no answer.
    fits = abs(ahead) <= _CLOCK and _length2(difference - ahead * slope, P) <= _ALIKE
    return ahead if fits else None


def parted(piece: Path, body: Path) -> Mark | None:
    """Give the place on a body's path from which a piece of it came; None if it did not."""
    if not piece.marks:
        return None
    newest = piece.marks[-1]
    best: tuple[float, Mark | None] = (_ALIKE, None)
    for mark in reversed(body.marks):
        before = (piece.first_plot - mark.time) / SECOND
        if before > _LONGEST_PART:
            break
        # Two motors burning at once are two launches.
        if before < -2.0 or (newest.lit and mark.lit and before < 0.0):
            continue
        back = _carried(newest, (mark.time - newest.time) / SECOND)
        if back is None:
            continue
        P = back[1] + mark.P
        P[3:, 3:] += np.eye(3) * _PUSH**2
        if np.trace(P[:3, :3]) > _KNOWN**2 or height_of(*mark.state[:3]) < _LOWEST_PART:
            continue
        length2 = _length2(back[0] - mark.state[:6], P)
        if length2 < best[0]:
            best = (length2, mark)
    return best[1]


def _offset(one: Mark, other: Mark) -> tuple[Floats, Floats] | None:
    """Give the difference of two states at the later's time, and its covariance."""
    early, late, sign = (one, other, 1.0) if one.time <= other.time else (other, one, -1.0)
    ahead = _carried(early, (late.time - early.time) / SECOND)
    if ahead is None:
        return None
    P = ahead[1] + late.P
    if np.trace(P[:3, :3]) > 3.0 * _VAGUE**2:
        return None
    return sign * (ahead[0] - late.state[:6]), P


def _carried(mark: Mark, seconds: float) -> tuple[Floats, Floats] | None:
    """Give state (6,) and covariance (6, 6) some seconds later or earlier."""
    if abs(seconds) > _LONGEST_GAP + _LONGEST_PART:
        return None
    out = np.empty(9)
    propagate(BOOST if mark.lit else COAST, mark.state, seconds, out)
    if not np.isfinite(out).all():
        return None
    F = np.eye(6)
    F[:3, 3:] = seconds * np.eye(3)
    P = F @ mark.P @ F.T
    # Gravity's gradient over a minute or two, and a motor's steering.
    doubt = abs(seconds) * (_STEERING * float(np.exp(mark.state[6])) if mark.lit else 0.05)
    P[3:, 3:] += np.eye(3) * doubt**2
    P[:3, :3] += np.eye(3) * (0.5 * seconds * doubt) ** 2
    return out[:6], P


def _length2(difference: Floats, P: Floats) -> float:
    try:
        return float(difference @ np.linalg.solve(P, difference))
    except np.linalg.LinAlgError:
        return np.inf
