"""A raid: many ballistic objects, from scans of radars to tracks.

`RaidTracker` takes scans and gives tracks:

>>> from launchwatch.messages.sensor import Radar
>>> radar = Radar(
...     id="north", owner="ZZZ", latitude_deg=38.0, longitude_deg=128.0, height_m=500.0,
...     range_sigma_m=30.0, azimuth_sigma_deg=0.05, elevation_sigma_deg=0.05, scan_period_s=1.0,
...     minimum_elevation_deg=1.0, maximum_range_m=1e6, detection_probability=0.9,
...     clutter_per_scan=10.0,
... )
>>> tracker = RaidTracker([radar])
>>> tracker.scan("north", Instant(0), [[500e3, 0.1, 0.5]])
()
>>> [track.number for track in tracker.scan("north", Instant(SECOND), [[501e3, 0.101, 0.5]])]
[1]

Beneath it `Raid.scan` is a function from one `RaidState` to the next, which leaves the old one
alone: keep any, compare them, go on from any. `launchwatch.tracking.raidscan` says what
is believed and what is ignored.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.errors import InputError
from launchwatch.messages.sensor import Radar
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking.raidscan import Raid, RaidSettings
from launchwatch.tracking.raidstate import EMPTY, RaidState, RaidTrack, tracks_of

Integers = NDArray[np.int64]

__all__ = ["EMPTY", "Raid", "RaidSettings", "RaidState", "RaidTrack", "RaidTracker", "tracks_of"]


_SAME_LENGTH2, _FAR = 22.5, 5.0
"""Squared Mahalanobis length, of six numbers, that one object in a thousand exceeds; and a coarser
question, in sigmas."""


class _Past(NamedTuple):
    """A scan that was used, and the state after it."""

    time: Instant
    sensor: str
    plots: NDArray[np.float64]
    state: RaidState


class RaidTracker:
    """Keeps the state of a raid, and enough of its past to put a late scan in its place.

    Attributes:
        state: after the latest scan.
    """

    def __init__(
        self,
        radars: Iterable[Radar],
        settings: RaidSettings | None = None,
        window_s: float = 10.0,
    ) -> None:
        """Begin with an empty sky.

        Args:
            window_s: how late a scan may be: what came after it is then done again. Beyond
                that it is refused.
        """
        self._raid = Raid(radars, settings)
        self._window = round(window_s * SECOND)
        self._past: list[_Past] = []
        self.state = EMPTY

    def scan(self, sensor: str, time: Instant, plots: ArrayLike) -> tuple[RaidTrack, ...]:
        """Use one scan and give all tracks at the time of the latest one; see `Raid.scan`.

        Scans of one time are used by the name of their sensor, so that the order in which
        scans arrive does not matter but for the numbers of tracks first told in between:
        what was told under a number keeps it, and no number passes to another object.

        Raises:
            UnknownSensor: no such radar.
            InputError: plots of another shape or not finite, a scan that is too late, or one
                that was used already: a plot counted twice would look like two.
        """
        key = (time, sensor)
        if any((one.time, one.sensor) == key for one in self._past):
            raise InputError(f"a scan of {sensor!r} at this time was used already")
        later = [one for one in self._past if (one.time, one.sensor) > key]
        earlier = self._past[: len(self._past) - len(later)]
        if self._past and time < self._past[-1].time - self._window:
            raise InputError(
                f"a scan may be {self._window / SECOND:g} s late, this one is "
                f"{(self._past[-1].time - time) / SECOND:g} s"
            )
        state = earlier[-1].state if earlier else EMPTY
        mine = np.array(plots, dtype=np.float64)
        again = [(time, sensor, mine), *((one.time, one.sensor, one.plots) for one in later)]
        base, redone = state, []
        for when, who, what in again:
            state = self._raid.scan(state, who, when, what)
            redone.append(_Past(when, who, what, state))
        if later:
            names = _names(base, self.state, state)
            redone = [
                one._replace(state=_renamed(one.state, names, base.numbered)) for one in redone
            ]
            state = redone[-1].state
        renewed = [*earlier, *redone]
        oldest = renewed[-1].time - self._window
        # One state from before the window is what the earliest of it goes on from.
        while len(renewed) > 1 and renewed[1].time < oldest:
            renewed.pop(0)
        self._past = renewed
        self.state = state
        return tracks_of(state)


def _names(base: RaidState, before: RaidState, after: RaidState) -> Integers:
    """Give the number of each track first told between ``base`` and ``after``, in that order.

    What was told in ``before``, until a late scan came, and now lies nearest to where it then lay
    at the same time, is the same object. All others get numbers that nothing has had.
    """
    known = base.numbered
    olds = np.flatnonzero((before.number > 0) & ~np.isin(before.number, base.number))
    news = np.flatnonzero(after.number > known)
    apart = before.mean[olds][:, None] - after.mean[news]
    doubts = np.trace(before.covariance[olds, :3, :3], axis1=1, axis2=2)
    reach = _FAR * np.sqrt(np.maximum(doubts, 0.0))[:, None]
    i, j = np.nonzero(np.linalg.norm(apart[..., :3], axis=2) <= reach)
    offsets = apart[i, j]
    # Both rest on nearly the same plots, so the one's doubt is a wide enough measure.
    weighed = np.linalg.solve(before.covariance[olds[i]], offsets[..., None])[..., 0]
    length2 = np.einsum("na,na->n", offsets, weighed)
    names = np.zeros(after.numbered - known, dtype=np.int64)
    taken = set()
    for pair in np.argsort(length2, kind="stable"):
        old, new = int(before.number[olds[i[pair]]]), int(after.number[news[j[pair]]])
        if length2[pair] < _SAME_LENGTH2 and old not in taken and names[new - known - 1] == 0:
            names[new - known - 1] = old
            taken.add(old)
    fresh = np.flatnonzero(names == 0)
    names[fresh] = before.numbered + 1 + np.arange(len(fresh))
    return names


def _renamed(state: RaidState, names: Integers, known: int) -> RaidState:
    """Give a state whose tracks beyond the ``known`` ones are called by other numbers."""
    number = state.number.copy()
    late = number > known
    number[late] = names[number[late] - known - 1]
    return state._replace(number=number, numbered=max(state.numbered, int(names.max(initial=0))))
