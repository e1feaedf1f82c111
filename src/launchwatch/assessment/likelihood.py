"""How much likelier a track's plots are of a launch than of anything else, from the first on.

All plots that a track has taken, of radars and of infrared sensors, are put to the same ways of
moving (`launchwatch.assessment.ways`). The posterior odds of a launch are

    λ T L(z)  to  Σ ρ T p(z | kind) + Π λ_c(z_k) / P_D

with λ and ρ how many launches and rivals come into view in an hour, T the hours of the scan in
which the first plot lies, L the launches' mixture, and λ_c the density of false plots. A plot
may be another's in each of them.

Ignored: that the level plane bends away (0.8 km over 100 km), and everything that a sensor's
silence tells before the first plot.
"""

from collections.abc import Mapping
from typing import NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment._kernels_evidence import kept_within, weigh_plot
from launchwatch.assessment.ways import Ways, launches, rivals
from launchwatch.earth.ellipsoid import ecef_from_geodetic, geodetic_from_ecef
from launchwatch.earth.local import ecef_from_enu_rotation
from launchwatch.estimation._kernels import LINE_OF_SIGHT, RADAR_WITH_RATE
from launchwatch.timescale import SECOND, Instant

Floats = NDArray[np.float64]

MOST_PLOTS = 60
LONGEST_S = 120.0
"""A track is weighed so over its first plots, and its first two minutes: what it is then shows
in where it flies."""

HIGHEST = 120e3
"""Metres: what a radar sees first above may have flown for long; its orbit tells."""

_UNLIKELY = 18.0
"""Ways of a launch this much (ln) below the likeliest are let go."""

STRAYING = 700.0
"""Metres by which a light strays from the straight, one sigma: a cloud's edge, a fire that
spreads."""


class Seen(Protocol):
    """One plot of a track, and all before it, as the tracker tells them."""

    @property
    def time(self) -> Instant: ...
    @property
    def packed(self) -> Floats: ...
    @property
    def before(self) -> "Seen | None": ...
    @property
    def length(self) -> int: ...


class Bias(NamedTuple):
    """How far a sensor may be off as a whole: metres and radians; and its hours a scan."""

    range: float
    angle: float
    scan: float


class Odds(NamedTuple):
    """What all plots say.

    Attributes:
        launch: ln of how much likelier a launch is than all else.
        rival: what is likeliest besides.
        stray: ln of how much likelier a launch is than what is suddenly there: stones, lights
            and clutter; ``steady``, than the rest.
    """

    launch: float
    rival: str
    stray: float
    steady: float


class Likelihood:
    """One track's plots so far, put to all ways."""

    def __init__(self, sensors: Mapping[bytes, Bias]) -> None:
        self._sensors = sensors
        self._newest: Seen | None = None
        self._begin()

    def _begin(self) -> None:
        rivals_, self._names = rivals()
        self._rivals = Ways(*(part.copy() for part in rivals_))
        self._launches = Ways(*(part.copy() for part in launches()))
        self._first: Instant | None = None
        self._age = 0.0
        self._count = 0
        self._false = 0.0
        self._foot = np.zeros(3)
        self._turn = np.eye(3)
        self._allowed = np.empty(len(self._names))
        kept_within(self._rivals.limits, self._rivals.means, self._rivals.covariances,
                    self._allowed)  # fmt: skip
        self.is_high = False

    @property
    def is_over(self) -> bool:
        """Whether the track is past what is weighed so, or began too high for it."""
        return self.is_high or self._count >= MOST_PLOTS or self._age > LONGEST_S

    def take(self, story: Seen) -> Odds | None:
        """Put what is new in a track's story; None once it is past what is weighed so."""
        new: list[Seen] = []
        link: Seen | None = story
        while link is not None and link is not self._newest:
            new.append(link)
            link = link.before
        if link is None and self._newest is not None:
            # Another hypothesis is the likeliest now, of other plots: from the beginning.
            self._begin()
        self._newest = story
        new.reverse()
        if self._first is None:
            new.sort(key=lambda one: one.time)
        for one in new:
            if self.is_over:
                return None
            self._put(one)
        return None if self.is_over else self._odds()

    def _put(self, plot: Seen) -> None:
        packed = plot.packed
        is_line = bool(packed[0] == LINE_OF_SIGHT)
        bias = self._sensors.get(packed[2:5].tobytes(), Bias(0.0, 0.0, 1.0 / 3600.0))
        if self._first is None:
            self._first = self._place(plot, is_line, bias)
        seconds = (plot.time - self._first) / SECOND - self._age
        H, z, variance = self._rows(packed, is_line, bias)
        turning = max(packed[19], packed[20]) ** 2
        false = float(packed[1])
        for ways in (self._launches, self._rivals):
            weigh_plot(
                self._count, self._age, max(seconds, 0.0), H, z, variance, turning, false,
                is_line, ways.table, ways.means, ways.covariances, ways.weights,
            )  # fmt: skip
        self._age += max(seconds, 0.0)
        self._count += 1
        self._false += false
        keep = self._launches.weights > self._launches.weights.max() - _UNLIKELY
        if not keep.all():
            self._launches = Ways(*(part[keep] for part in self._launches))

    def _place(self, plot: Seen, is_line: bool, bias: Bias) -> Instant:
        """Lay the level plane beneath the first plot, count what begins in its scan; its time."""
        packed = plot.packed
        point = packed[2:5] + _reach(packed, is_line) * _direction(packed, is_line)
        latitude, longitude, height = geodetic_from_ecef(point[None])
        self.is_high = bool(not is_line and height[0] > HIGHEST)
        self._turn = ecef_from_enu_rotation(float(latitude[0]), float(longitude[0]))
        self._foot = ecef_from_geodetic(latitude, longitude, np.zeros(1))[0]
        for ways in (self._launches, self._rivals):
            ways.weights[:] += np.log(bias.scan)
        return plot.time

    def _rows(self, packed: Floats, is_line: bool, bias: Bias) -> tuple[Floats, Floats, Floats]:
        """Give what a plot measures as rows of place and velocity, its numbers and variances."""
        position = packed[2:5]
        along = _direction(packed, is_line)
        offset = position - self._foot
        if is_line:
            distance = float((self._foot - position) @ along)
            across = packed[5:11].reshape(2, 3)
            H = np.zeros((2, 6))
            H[:, :3] = across @ self._turn / distance
            variance = packed[18:20] ** 2 + bias.angle**2 + (STRAYING / distance) ** 2
            return H, across @ offset / distance, variance
        r, azimuth, elevation = packed[14:17]
        east = np.array([np.cos(azimuth), -np.sin(azimuth), 0.0])
        rising = np.array([-np.sin(elevation) * np.sin(azimuth),
                           -np.sin(elevation) * np.cos(azimuth), np.cos(elevation)])  # fmt: skip
        site = packed[5:14].reshape(3, 3)
        rate = packed[0] == RADAR_WITH_RATE
        m = 4 if rate else 3
        axes = np.array([along, east @ site / (r * np.cos(elevation)), rising @ site / r])
        H = np.zeros((m, 6))
        H[:3, :3] = axes @ self._turn
        z = np.empty(m)
        z[:3] = axes @ (offset + r * along)
        variance = packed[18 : 18 + m] ** 2
        variance[:3] += np.array([bias.range, bias.angle, bias.angle]) ** 2
        if rate:
            H[3, 3:] = along @ self._turn
            z[3] = packed[17]
        return H, z, variance

    def _odds(self) -> Odds:
        inside = np.empty(len(self._names))
        kept_within(self._rivals.limits, self._rivals.means, self._rivals.covariances, inside)
        each = self._rivals.weights + np.minimum(inside - self._allowed, 0.0)
        launch = float(np.logaddexp.reduce(self._launches.weights))
        is_stray = np.array([name in ("stone", "light") for name in self._names])
        stray = float(np.logaddexp.reduce([*each[is_stray], self._false]))
        steady = float(np.logaddexp.reduce(each[~is_stray]))
        best = int(np.argmax(each))
        rival = self._names[best] if each[best] > self._false else "clutter"
        return Odds(launch - np.logaddexp(stray, steady), rival, launch - stray, launch - steady)


def _direction(packed: Floats, is_line: bool) -> Floats:
    """Give the direction from the sensor to a plot, ECEF."""
    if is_line:
        return np.asarray(packed[11:14])
    azimuth, elevation = packed[15], packed[16]
    level = np.cos(elevation)
    local = np.array([level * np.sin(azimuth), level * np.cos(azimuth), np.sin(elevation)])
    return np.asarray(local @ packed[5:14].reshape(3, 3))


def _reach(packed: Floats, is_line: bool) -> float:
    """Give how far off a plot is: a line of sight goes as far as to 10 km above the ground."""
    if not is_line:
        return float(packed[14])
    position, line = packed[2:5], packed[11:14]
    toward = float(position @ line)
    inside = toward**2 - float(position @ position) + 6.380e6**2
    return -toward - float(np.sqrt(max(inside, 0.0)))
