"""New tracks: chains of one sensor's plots that belong to no track.

A chain is three plots of one sensor, each from another scan, that one thing could have made
within what flies: no faster than `FASTEST`, with the range rate, where measured, that its
ranges imply, and no more bent than errors and what flies allow. The straightest are fitted
first (`launchwatch.tracking.startfit`). Chains of several sensors' plots are sought by
`launchwatch.tracking.pooling`.
"""

from collections.abc import Iterator
from math import cos, hypot, sin, sqrt

import numpy as np
from numpy.typing import NDArray

from launchwatch.constants import WGS84_SEMI_MAJOR, WGS84_SEMI_MINOR
from launchwatch.estimation._kernels import LINE_OF_SIGHT, RADAR_WITH_RATE
from launchwatch.estimation.measurement import Site
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking._kernels_chains import COLUMNS, chains
from launchwatch.tracking.startfit import FASTEST, Loose, Start, fitted
from launchwatch.tracking.track import Event

Floats = NDArray[np.float64]

CHAIN = 3
"""Plots in a chain: the fewest that leave something over to test the fit with."""

BENDING = 150.0
"""Metres a second squared between straight and what flies: five sigmas of a manoeuvre."""

# What bounds the time that a plot may take. A plain sky reaches none of these; a cloud of
# hundreds of plots a scan (chaff, a burst tank, a radar gone mad) reaches them all, and the
# watch would fall behind.
MOST_LOOSE = 20_000
"""Plots that one sensor's chains are sought among, at most: the newest."""

MOST_NEAR = 1_000
"""Of these, within reach of one new plot."""

MOST_LOOKS = 20_000
"""Pairs of them that are asked whether they and the new plot lie straight: 0.2 ms."""

MOST_FITS = 20
"""Chains fitted for one plot: 0.1 ms each. A plain sky asks for one or two."""

SURE_FITS = 2
FITS_PER_SCAN = 500
"""Every plot may have the first, the straightest; what goes beyond is shared by a scan."""

_STRETCH = np.array([1.0, 1.0, WGS84_SEMI_MAJOR / WGS84_SEMI_MINOR])
"""Stretched along its axis, the Earth is a ball."""


class Initiator:
    """One sensor's plots that belong to no track, and the chains among them.

    Attributes:
        newest: the last plot that began nothing, where it could be used at all.

    Invariant: column k of ``_columns`` is that of ``_loose[k]``; before ``_begin`` all are
    too old to be of use.
    """

    def __init__(self, site: Site, scans: int, births_per_scan: float) -> None:
        self._site = site
        self._births = births_per_scan
        self._period = int(site.sensor.scan_period_s * SECOND)
        self._window = int(scans * site.sensor.scan_period_s * SECOND) + SECOND // 2
        self._loose: list[Loose] = []
        self._columns: Floats = np.empty((COLUMNS, 64))
        self._begin = 0
        self.newest: Loose | None = None
        self._since: Instant | None = None
        self._scan, self._fits = 0, 0
        self._room = np.empty((MOST_NEAR, COLUMNS)), np.empty(MOST_NEAR, dtype=np.int64)
        self._pairs = np.empty((MOST_FITS, 2), dtype=np.int64)
        self._bends = np.empty(MOST_FITS)

    @property
    def waiting(self) -> int:
        """How many plots wait for others."""
        return len(self._loose) - self._begin

    def take(self, event: Event) -> Start | None:
        """Add a plot; give a start if it completes a chain that something could have flown."""
        assert event.packed is not None  # noqa: S101 - only plots are loose
        self._forget_before(event.time - self._window)
        self.newest = new = self._locate(event)
        if new is None:
            return None
        for tried, (first, last) in enumerate(self._chains(new.row)):
            if not self._may_fit(event.time, tried):
                break
            start = fitted((self._loose[first], self._loose[last], new), self._births)
            if start is not None:
                # Infinitely late, they come before nothing.
                self._columns[0, [first, last]] = np.inf
                self.newest = None
                return start
        self._add(new)
        return None

    def forget(self, event: Event) -> None:
        """Let go of a plot that a track has begun with."""
        for at in range(len(self._loose) - 1, self._begin - 1, -1):
            if self._loose[at].event is event:
                self._columns[0, at] = np.inf
                return

    def _chains(self, new: Floats) -> Iterator[tuple[int, int]]:
        """Give the chains that a new plot could complete, the straightest first."""
        count = chains(
            self._columns, self._begin, len(self._loose), new, self._site.position,
            FASTEST, BENDING, MOST_LOOKS, *self._room, self._pairs, self._bends,
        )  # fmt: skip
        yield from self._pairs[:count].tolist()

    def _may_fit(self, time: Instant, tried: int) -> bool:
        """Say whether one more chain may be fitted for a plot, and count it."""
        if tried < SURE_FITS:
            return True
        scan = time // self._period
        if scan > self._scan:
            self._scan, self._fits = scan, 0
        self._fits += 1
        return self._fits <= FITS_PER_SCAN

    def _add(self, new: Loose) -> None:
        end = len(self._loose)
        if end - self._begin == MOST_LOOSE:
            self._begin += 1
        if end == self._columns.shape[1]:
            self._make_room()
            end = len(self._loose)
        self._columns[:, end] = new.row
        self._loose.append(new)

    def _make_room(self) -> None:
        """Move what is still of use to the front; make more room where that is not enough."""
        kept = self._columns[:, self._begin : len(self._loose)].copy()
        del self._loose[: self._begin]
        self._begin = 0
        if kept.shape[1] > self._columns.shape[1] // 2:
            self._columns = np.empty((COLUMNS, 2 * self._columns.shape[1]))
        self._columns[:, : kept.shape[1]] = kept

    def _forget_before(self, time: int) -> None:
        while self._begin < len(self._loose) and self._loose[self._begin].event.time < time:
            self._begin += 1

    def _locate(self, event: Event) -> Loose | None:
        packed = event.packed
        assert packed is not None  # noqa: S101 - only plots are loose
        if self._since is None:
            self._since = event.time
        seconds = (event.time - self._since) / SECOND
        if packed[0] == LINE_OF_SIGHT:
            point = _where_it_meets_the_earth(packed[2:5], packed[11:14])
            if point is None:
                return None
            blur = float(np.linalg.norm(point - packed[2:5]) * packed[18])
            return Loose(event, point, np.array([seconds, event.scan, *point, blur, 0, 0, 0, -1]))
        distance, azimuth, elevation = packed[14:17].tolist()
        level = distance * cos(elevation)
        local = np.array([level * sin(azimuth), level * cos(azimuth), distance * sin(elevation)])
        blur = hypot(packed[18], distance * max(packed[19], packed[20]))
        point = packed[2:5] + local @ packed[5:14].reshape(3, 3)
        rate = (packed[17], packed[18], packed[21] if packed[0] == RADAR_WITH_RATE else -1.0)
        row = np.array([seconds, event.scan, *point, blur, packed[14], *rate])
        return Loose(event, point, row)


def _where_it_meets_the_earth(position: Floats, line: Floats) -> Floats | None:
    """Give where a line of sight first meets the ellipsoid, or passes it by under 500 km."""
    p, d = position * _STRETCH, line * _STRETCH
    along = -(p @ d) / (d @ d)
    if along <= 0:
        return None
    nearest = p + along * d
    gap2 = nearest @ nearest
    if gap2 > (WGS84_SEMI_MAJOR + 500e3) ** 2:
        return None
    if gap2 < WGS84_SEMI_MAJOR**2:
        along -= sqrt((WGS84_SEMI_MAJOR**2 - gap2) / (d @ d))
    return np.asarray(position + along * line, dtype=np.float64)
