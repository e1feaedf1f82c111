"""New tracks: chains of plots that belong to no track, fitted by batch least squares.

A chain is three plots of one sensor, each from another scan, that one thing could have made
within what flies: no faster than `FASTEST`, with the range rate, where measured, that its
ranges imply, and no more bent than errors and what flies allow. The straightest are fitted
first. A radar's chain is fitted with a free acceleration; an infrared chain with
the ascent of a burning motor above the place where its line of sight meets the Earth.
"""

from collections.abc import Iterator
from math import cos, hypot, sin, sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.constants import WGS84_SEMI_MAJOR, WGS84_SEMI_MINOR
from launchwatch.earth.ellipsoid import geodetic_from_ecef
from launchwatch.estimation._kernels import LINE_OF_SIGHT, RADAR_WITH_RATE
from launchwatch.estimation.measurement import Site
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking._kernels import BOOST, COAST, CRUISE, MANOEUVRE, REENTRY
from launchwatch.tracking._kernels_chains import COLUMNS, chains
from launchwatch.tracking._kernels_fit import fit
from launchwatch.tracking.bank import Bank, bank_from
from launchwatch.tracking.models import MANOEUVRE_ACCELERATION, PRIOR_MEAN, PRIOR_VARIANCE
from launchwatch.tracking.registered import Fit
from launchwatch.tracking.track import Event

Floats = NDArray[np.float64]

FASTEST = 9_000.0
"""Metres a second over the ground: faster is a meteor, not a missile or a satellite."""

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

# Chi-square that a true chain exceeds once in a thousand, by degrees of freedom left after
# position and velocity (the acceleration is held by its prior, not fitted freely).
_CHI2_999 = {0: 10.8, 3: 16.3, 6: 22.5}

_LEVEL_SPREAD = 100e3
_DISC = 2.2e14
"""Horizontal spread (m) of the ascent's prior, and the part of the Earth (m²) that is seen
from geostationary height: 2πR²(1 - R/r)."""

_STRETCH = np.array([1.0, 1.0, WGS84_SEMI_MAJOR / WGS84_SEMI_MINOR])
"""Stretched along its axis, the Earth is a ball."""

_STEPS = np.array([10.0, 10.0, 10.0, 1.0, 1.0, 1.0, 1e-3, 1e-3, 1e-3])


class Loose(NamedTuple):
    """A plot that belongs to no track, with roughly where it lies (ECEF, metres).

    ``row`` holds what `launchwatch.tracking._kernels_chains` asks of it.
    """

    event: Event
    point: Floats
    row: Floats


class Start(NamedTuple):
    """A new track's beginning: the chain it rests on, the bank fitted to it, and how surely
    (ln odds) one object made the chain rather than clutter.

    Attributes:
        fit: what registration asks how biases moved it.
    """

    events: tuple[Event, ...]
    bank: Bank
    score: float
    fit: Fit


class Initiator:
    """One sensor's plots that belong to no track, and the chains among them.

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
        new = self._locate(event)
        if new is None:
            return None
        for tried, (first, last) in enumerate(self._chains(new.row)):
            if not self._may_fit(event.time, tried):
                break
            start = _fitted((self._loose[first], self._loose[last], new), self._births)
            if start is not None:
                # Infinitely late, they come before nothing.
                self._columns[0, [first, last]] = np.inf
                return start
        self._add(new)
        return None

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


def _fitted(chain: tuple[Loose, ...], births: float) -> Start | None:
    """Fit a chain; None where nothing that flies explains it."""
    events = tuple(loose.event for loose in chain)
    packed = np.array([event.packed for event in events])
    epoch = events[-1].time
    seconds = np.array([(event.time - epoch) / SECOND for event in events])
    last = chain[-1].point
    up = last / np.linalg.norm(last)
    infrared = bool(packed[0, 0] == LINE_OF_SIGHT)
    mean, information = _ascent_prior(last, up) if infrared else _free_prior(chain, seconds)
    x, P = mean.copy(), np.empty((9, 9))
    model = BOOST if infrared else MANOEUVRE
    rows = 2 if infrared else (4 if packed[0, 0] == RADAR_WITH_RATE else 3)
    most = _CHI2_999[max(rows * CHAIN - 6, 0)]
    chi2, settled = fit(model, packed, seconds, mean, information, _STEPS, x, P, 20.0 * most)
    if not settled or chi2 > most:
        return None
    speed = float(np.linalg.norm(x[3:6]))
    if speed > FASTEST + 3.0 * np.sqrt(np.linalg.eigvalsh(P[3:6, 3:6])[-1]):
        return None
    bank = bank_from(x[:6], P[:6, :6], first_probabilities(x, infrared))
    if infrared:
        bank.X[BOOST] = x
        bank.P[BOOST] = P
    offset = x - mean
    cost = chi2 + float(offset @ information @ offset)
    score = _score(events, cost, P, information, births, infrared=infrared)
    return Start(events, bank, score, Fit(model, x, P))


def _score(
    events: tuple[Event, ...],
    cost: float,
    P: Floats,
    information: Floats,
    births: float,
    *,
    infrared: bool,
) -> float:
    """Give ln odds that one object, and not clutter, made a chain.

    What one object would have made is integrated over all that it may be, by Laplace's
    method at the fit. The prior's place stands for anywhere that a radar sees; an infrared
    one is drawn around the plot, and so weighed down to the disc of the Earth.
    """
    score = -0.5 * cost + 0.5 * float(np.linalg.slogdet(P)[1] + np.linalg.slogdet(information)[1])
    for event in events:
        assert event.packed is not None  # noqa: S101 - only plots are chained
        rows = {LINE_OF_SIGHT: 2, RADAR_WITH_RATE: 4}.get(int(event.packed[0]), 3)
        sigmas = event.packed[18 : 18 + rows]
        score += float(np.log(event.detection_probability / event.clutter_density))
        score -= float(np.log(sigmas).sum()) + 0.5 * rows * float(np.log(2.0 * np.pi))
    if infrared:
        score += float(np.log(2.0 * np.pi * _LEVEL_SPREAD**2 / _DISC))
    return score + float(np.log(births))


def _ascent_prior(ground: Floats, up: Floats) -> tuple[Floats, Floats]:
    """Give the prior of a burning motor seen from above: climbing, some kilometres high.

    Motors are seen once above the clouds, some 10 km; by burnout they may be at 100 km. The
    horizontal place is left to the lines of sight (100 km).
    """
    mean = np.empty(9)
    mean[:3] = ground + 15e3 * up
    mean[3:6] = 700.0 * up
    mean[6:] = PRIOR_MEAN[BOOST]
    covariance = np.zeros((9, 9))
    radial = np.outer(up, up)
    level = np.eye(3) - radial
    covariance[:3, :3] = 15e3**2 * radial + _LEVEL_SPREAD**2 * level
    covariance[3:6, 3:6] = 500.0**2 * radial + 700.0**2 * level
    covariance[[6, 7, 8], [6, 7, 8]] = PRIOR_VARIANCE[BOOST]
    return mean, np.asarray(np.linalg.inv(covariance), dtype=np.float64)


def _free_prior(chain: tuple[Loose, ...], seconds: Floats) -> tuple[Floats, Floats]:
    """Give an almost empty prior: only the acceleration is held, by what manoeuvres reach."""
    mean = np.zeros(9)
    mean[:3] = chain[-1].point
    mean[3:6] = (chain[-1].point - chain[0].point) / (seconds[-1] - seconds[0])
    variances = np.empty(9)
    variances[:3] = 1e6**2
    variances[3:6] = FASTEST**2
    variances[6:] = MANOEUVRE_ACCELERATION**2
    return mean, np.diag(1.0 / variances)


def first_probabilities(x: Floats, infrared: bool) -> Floats:
    """Give the models' prior probabilities for a thing first seen at this height and speed."""
    first = np.full(5, 0.01)
    if infrared:
        first[BOOST] = 0.9
        return first
    _, _, height = geodetic_from_ecef(x[None, :3])
    climbing = x[:3] @ x[3:6] > 0
    if height[0] < 20e3 and np.linalg.norm(x[3:6]) < 500.0:
        first[[CRUISE, MANOEUVRE, BOOST, REENTRY]] = 0.7, 0.1, 0.1, 0.1
    elif height[0] < 100e3 and climbing:
        first[[BOOST, COAST, MANOEUVRE]] = 0.5, 0.4, 0.1
    elif height[0] < 100e3:
        first[[REENTRY, COAST, MANOEUVRE]] = 0.7, 0.2, 0.1
    else:
        first[[COAST, BOOST]] = 0.9, 0.05
    return first
