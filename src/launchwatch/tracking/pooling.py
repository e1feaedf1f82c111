"""New tracks from several sensors' plots: chains of three of which no sensor has enough alone.

Each sensor's newest plots that belong to no track are pooled. A chain is three of them from
distinct scans, of two sensors at least, within `SPAN` seconds, that one thing could have made.
Where a line of sight passes, how far along it the thing is remains open: lines are asked to pass
each other, and radars' plots, as near as anything flies. What is left is fitted, the straightest
first, and begins a track where that is likelier than that all of it is clutter.
"""

from collections.abc import Iterable, Iterator, Mapping

import numpy as np
from numpy.typing import NDArray

from launchwatch.estimation.measurement import Site
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking._kernels_pool import POOLED, pooled_chains
from launchwatch.tracking.initiation import BENDING
from launchwatch.tracking.startfit import FASTEST, Loose, Start, fitted
from launchwatch.tracking.track import Event

Floats = NDArray[np.float64]

SPAN = 12.0
"""Seconds from the first plot of a chain to its last: one turn of a slow radar. Longer ones gain
no start that a sensor alone would not have by then."""

LEAST_SCORE = 3.0
"""Ln odds that one object made a chain from which it begins a track: twenty to one. A sensor's own
chain begins one however unlikely, and is soon let go; there are far more mixed ones."""

# What bounds the time that a plot may take, in a plain sky never reached.
KEPT = 64
"""Plots that are pooled of each sensor, the newest. Of one that fills them within a scan none are
taken: its plots are too dense to be anybody's."""

MOST_NEAR, MOST_LOOKS = 128, 4_000
"""Plots within reach of a new one, and pairs of them that are looked at."""

MOST_FITS, FITS_PER_SECOND = 4, 60
"""Chains fitted for one plot, and for all of a second: 0.2 ms each."""


class Pool:
    """The newest plots of all sensors that belong to no track.

    Invariant: column ``KEPT * s + k`` is that of ``_loose`` at the same place, k the rank of a
    plot of sensor s modulo `KEPT`; one that is no longer of use is infinitely late.
    """

    def __init__(self, sites: Mapping[str, Site], births_per_scan: float) -> None:
        self._births = births_per_scan
        self._sensors = {name: at for at, name in enumerate(sites)}
        self._periods = [site.sensor.scan_period_s for site in sites.values()]
        self._counts = [0 for _ in sites]
        self._loose: list[Loose | None] = [None] * (KEPT * len(sites))
        self._columns: Floats = np.full((POOLED, KEPT * len(sites)), np.inf)
        self._since: Instant | None = None
        self._second, self._fits = 0, 0
        self._room = np.empty((MOST_NEAR, POOLED)), np.empty(MOST_NEAR, dtype=np.int64)
        self._pairs = np.empty((MOST_FITS, 2), dtype=np.int64)
        self._bends = np.empty(MOST_FITS)

    def take(self, new: Loose, *, is_unproved: bool) -> Start | None:
        """Add a plot; give a start if it completes a chain of several sensors.

        Args:
            is_unproved: whether its sensor's clock may be seconds wrong: then a radar's plots
                make no chains with other radars'.
        """
        at, row = self._sensors[new.event.sensor], self._row_of(new)
        row[-1] = is_unproved
        if len(self._sensors) < 2 or self._is_crowded(at, row[0]):
            self._add(new, at, row)
            return None
        for first, last in self._chains(row):
            if not self._may_fit(new.event.time):
                break
            chain = self._loose[first], self._loose[last]
            assert chain[0] is not None  # noqa: S101 - a column is a plot's
            assert chain[1] is not None  # noqa: S101 - a column is a plot's
            start = fitted((chain[0], chain[1], new), self._births)
            if start is not None and start.score > LEAST_SCORE:
                return start
        self._add(new, at, row)
        return None

    def forget(self, events: Iterable[Event]) -> None:
        """Let go of plots that a track has begun with."""
        for event in events:
            begin = KEPT * self._sensors[event.sensor]
            for place in range(begin, begin + KEPT):
                loose = self._loose[place]
                if loose is not None and loose.event is event:
                    self._loose[place] = None
                    self._columns[0, place] = np.inf

    def _chains(self, row: Floats) -> Iterator[tuple[int, int]]:
        """Give the chains that a new plot could complete, the straightest first."""
        count = pooled_chains(
            self._columns, row, FASTEST, BENDING, SPAN, MOST_LOOKS, *self._room, self._pairs,
            self._bends,
        )  # fmt: skip
        yield from self._pairs[:count].tolist()

    def _is_crowded(self, at: int, now: float) -> bool:
        """Say whether a sensor has filled its places within one of its scans."""
        oldest = float(self._columns[0, KEPT * at + self._counts[at] % KEPT])
        return now - oldest < self._periods[at] if oldest < np.inf else False

    def _may_fit(self, time: Instant) -> bool:
        """Say whether one more chain may be fitted this second, and count it."""
        second = time // SECOND
        if second > self._second:
            self._second, self._fits = second, 0
        self._fits += 1
        return self._fits <= FITS_PER_SECOND

    def _add(self, new: Loose, at: int, row: Floats) -> None:
        place = KEPT * at + self._counts[at] % KEPT
        self._counts[at] += 1
        self._columns[:, place] = row
        self._loose[place] = new

    def _row_of(self, new: Loose) -> Floats:
        """Give what is asked of a plot: see `launchwatch.tracking._kernels_pool`."""
        if self._since is None:
            self._since = new.event.time
        packed = new.event.packed
        assert packed is not None  # noqa: S101 - only plots are loose
        line = new.point - packed[2:5]
        row = np.empty(POOLED)
        row[: len(new.row)] = new.row
        row[0] = (new.event.time - self._since) / SECOND
        row[len(new.row)] = self._sensors[new.event.sensor]
        row[len(new.row) + 1 : -1] = line / np.sqrt(line @ line)
        return row
