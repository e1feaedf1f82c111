"""Things whose positions are known from elsewhere, which show what is wrong with a radar.

An airliner says where it is, to ten metres or so. Where one plot of a scan, and only one, could
be of it, and of no other aircraft, the difference is the radar's noise, its biases, and the
error of the aircraft's own word. That last one stays for minutes: an antenna far from where the
word is meant for, a clock late by tenths of a second. Plots of one aircraft are therefore no
independent witnesses. Each lesson is given the aircraft's variance `LESSONS` times over, so that
all of them together know no more than its word once:

    N·(R + N·Σ)⁻¹ = (R/N + Σ)⁻¹,

and after so many, an aircraft teaches no more until what it taught has faded.

Whoever can make a radio can say where an aircraft is. So one aircraft alone is not believed: it
must agree about the radar's biases with most of the others, and at least with `WITNESSES` - 1 of
them; one that does not is named. To mislead, most of those that a radar sees must lie alike, by
less than the radar may be off as stated in the roster; beyond that no plot is taken for theirs.

Left out: that an aircraft's error is the same in all radars that see it; height by pressure, which
is hundreds of metres off; infrared sensors, to which an airliner is too cold.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.earth.ellipsoid import ecef_from_geodetic
from launchwatch.earth.local import ecef_from_enu_rotation
from launchwatch.estimation._kernels import innovate
from launchwatch.estimation.measurement import Site
from launchwatch.estimation.registration import Lesson
from launchwatch.messages.knownposition import KnownPosition
from launchwatch.messages.plot import Plot, RadarPlot
from launchwatch.messages.traffic import AircraftReport
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking.registrar import Registrar

Floats = NDArray[np.float64]

WITNESSES = 3
"""Aircraft that must agree before one teaches: two cannot say which of them is wrong."""

FEWEST = 3
"""Plots of an aircraft before it is asked: one alone may be clutter."""

LESSONS = 60
"""Lessons by one aircraft to one radar, as the module says."""

SPACING_S = 5.0
"""Seconds between two of them: all are then spread over five minutes of its way, which it has
in a radar's sight."""

FADED_S = 3600.0
"""Seconds after which an aircraft may teach again: `registration.BIAS_MEMORY`."""

FRESH_S = 5.0
"""Seconds from an aircraft's word to a plot: at `TURNING` it may be 25 m off by then."""

TURNING = 2.0
"""Metres a second squared that an airliner may do besides flying on, one sigma: a judgement; its
usual turn at 25° of bank takes 4.5."""

LATENCY_S = 0.17
"""Seconds, one sigma, by which an aircraft's word may be older than it says: up to 0.6 s are
allowed to it (RTCA DO-260B, uncompensated latency), taken as even."""

WORST_M = 100.0
"""An aircraft that knows its place no better, one sigma, teaches nothing."""

HEIGHT_M = 25.0
"""Metres, one sigma, of a height by satellite navigation of which nothing is stated."""

_GATE = 25.9
_DISAGREES = 21.1
"""Chi-square with three degrees of freedom that is exceeded once in 1e5, and in 1e4."""

_NEAR_M = 5_000.0
"""Metres in range: what an aircraft flies in some seconds, and any gate, lies well within."""

_MOST = 2000
_HEARD_S = 600.0


class Known(NamedTuple):
    """Where an aircraft says that it is: ECEF, metres; covariance of its word (3, 3)."""

    name: str
    time: Instant
    position: Floats
    velocity: Floats
    covariance: Floats


class _Ranges(NamedTuple):
    """How far from a radar aircraft were at a time, metres: a coarse look, once a second."""

    time: Instant
    names: tuple[str, ...]
    ranges: Floats


@dataclass(slots=True)
class _Match:
    """What one radar's scan shows of one aircraft."""

    plots: int
    y: Floats
    lesson: Lesson
    alone: Floats
    time: Instant


@dataclass(slots=True)
class _Pair:
    """What one radar's plots of one aircraft were so far, in range, azimuth and elevation."""

    plots: int = 0
    mean: Floats = field(default_factory=lambda: np.zeros(3))
    noise: Floats = field(default_factory=lambda: np.eye(3))
    word: Floats = field(default_factory=lambda: np.eye(3))
    heard: int = 0
    taught: int = 0
    lessons: int = 0
    told: str = ""


class Knowns:
    """What is known of aircraft, and what the radars' plots of them teach."""

    def __init__(self, sites: Mapping[str, Site], registrar: Registrar) -> None:
        self._sites, self._registrar = sites, registrar
        self._aircraft: dict[str, Known] = {}
        self._scans: dict[str, tuple[int, dict[str, _Match]]] = {}
        self._pairs: dict[str, dict[str, _Pair]] = {}
        self._ranges: dict[str, _Ranges] = {}
        self._news: list[KnownPosition] = []

    def hear(self, report: AircraftReport) -> None:
        """Take an aircraft's own word, if it is good enough."""
        known = known_of(report)
        self._aircraft.pop(report.icao24, None)
        if known is not None:
            self._aircraft[report.icao24] = known
            if len(self._aircraft) > _MOST:
                del self._aircraft[next(iter(self._aircraft))]

    def take(self, plot: Plot) -> None:
        """Hold a plot against what is known; whatever it teaches is learnt with the next scan."""
        if not self._aircraft or not isinstance(plot, RadarPlot):
            return
        scan, matches = self._scans.get(plot.sensor, (plot.scan, {}))
        if scan != plot.scan:
            self._settle(plot, matches)
            matches = {}
        self._scans[plot.sensor] = plot.scan, matches
        found = self._could_be(plot)
        for name, match in found:
            before = matches.get(name)
            # A plot that could be of two, and an aircraft with two plots, teach nothing.
            plots = len(found) + (0 if before is None else before.plots)
            matches[name] = match if plots == 1 else _Match(
                plots, match.y, match.lesson, match.alone, match.time
            )  # fmt: skip

    def news(self) -> list[KnownPosition]:
        """Give what is newly found, since it was asked last."""
        said, self._news = self._news, []
        return said

    def _could_be(self, plot: RadarPlot) -> list[tuple[str, _Match]]:
        site = self._sites[plot.sensor]
        believed, own = self._registrar.believed, self._registrar.columns_of(plot.sensor)
        B = believed.covariance[own, own]
        packed = site.pack(plot)
        found = []
        for known in self._near(site, plot):
            seconds = (plot.time - known.time) / SECOND
            x = np.zeros(9)
            x[:3], x[3:6] = known.position + known.velocity * seconds, known.velocity
            y, H = np.empty(4), np.zeros((4, 6))
            innovate(packed, x, y, H)
            H = H[:3]
            E = self._registrar.sensitivity(plot.sensor, packed, H, x[3:6])
            spread = known.covariance + np.eye(3) * (0.5 * TURNING * seconds**2) ** 2
            word = H[:, :3] @ spread @ H[:, :3].T
            noise = np.diag(packed[18:21] ** 2)
            S = noise + word + E @ B @ E.T
            off = y[:3] - E @ believed.mean[own]
            if off @ np.linalg.solve(S, off) > _GATE:
                continue
            G = np.zeros((3, len(believed.mean)))
            G[:, own] = E
            lesson = Lesson(y[:3].copy(), G, noise + LESSONS * word)
            found.append((known.name, _Match(1, y[:3].copy(), lesson, word, plot.received)))
        return found

    def _near(self, site: Site, plot: RadarPlot) -> list[Known]:
        """Give the aircraft that lie within some kilometres in range and were just heard."""
        found = self._ranges.get(plot.sensor)
        if found is None or plot.received - found.time >= SECOND:
            positions = np.array([one.position for one in self._aircraft.values()])
            ranges = np.linalg.norm(positions - site.position, axis=1)
            found = self._ranges[plot.sensor] = _Ranges(
                plot.received, tuple(self._aircraft), ranges
            )
        here = np.flatnonzero(np.abs(found.ranges - plot.range_m) < _NEAR_M)
        return [
            known
            for known in (self._aircraft.get(found.names[index]) for index in here)
            if known is not None and abs(plot.time - known.time) <= FRESH_S * SECOND
        ]

    def _settle(self, plot: RadarPlot, matches: dict[str, _Match]) -> None:
        """Use a scan that is over."""
        pairs = self._pairs.setdefault(plot.sensor, {})
        for name in [one for one, pair in pairs.items()
                     if plot.received - pair.heard > FADED_S * SECOND]:  # fmt: skip
            del pairs[name]
        for name, match in matches.items():
            if match.plots != 1:
                continue
            pair = pairs.setdefault(name, _Pair())
            pair.plots += 1
            weight = 1.0 / min(pair.plots, 100)
            pair.mean += weight * (match.y - pair.mean)
            pair.noise = (match.lesson.S - LESSONS * match.alone) * weight
            pair.word, pair.heard = match.alone, match.time
            if pair.plots >= FEWEST:
                self._consider(plot, name, pair, match)

    def _consider(self, plot: RadarPlot, name: str, pair: _Pair, match: _Match) -> None:
        asked = [
            one
            for one in self._pairs[plot.sensor].values()
            if one.plots >= FEWEST and match.time - one.heard <= _HEARD_S * SECOND
        ]
        if len(asked) < WITNESSES:
            return
        means = np.array([one.mean for one in asked])
        middle = np.median(means, axis=0)
        doubts = np.array([one.noise + one.word for one in asked])
        # A median of k equal Gaussians has π/2 of their mean's variance.
        own = 0.5 * math.pi * doubts.mean(axis=0) / len(asked)
        lengths2 = [
            float((mean - middle) @ np.linalg.solve(doubt + own, mean - middle))
            for mean, doubt in zip(means, doubts, strict=True)
        ]
        agreeing = sum(length2 < _DISAGREES for length2 in lengths2)
        if agreeing < WITNESSES or 2 * agreeing <= len(asked):
            return
        mine = lengths2[next(at for at, one in enumerate(asked) if one is pair)]
        if mine >= _DISAGREES:
            off = pair.mean - middle
            self._say(plot, name, pair, "disagrees", (
                f"{agreeing} others agree about {plot.sensor}; beside them its word is off by "
                f"{off[0]:+.0f} m in range, {math.degrees(off[1]):+.3f} deg in azimuth, "
                f"{math.degrees(off[2]):+.3f} deg in elevation"
            ))  # fmt: skip
            return
        self._say(plot, name, pair, "teaches", "")
        since = match.time - pair.taught
        if pair.lessons >= LESSONS and since > FADED_S * SECOND:
            pair.lessons = 0
        if pair.lessons < LESSONS and since >= SPACING_S * SECOND:
            pair.lessons += 1
            pair.taught = match.time
            self._registrar.learn_known(match.lesson, match.time)

    def _say(self, plot: RadarPlot, name: str, pair: _Pair, status: str, reason: str) -> None:
        if pair.told == status:
            return
        pair.told = status
        self._news.append(KnownPosition(
            name=name, sensor=plot.sensor, time=plot.received, mode=plot.mode,
            status=status,  # type: ignore[arg-type]  # one of the two above
            plots=pair.plots, range_m=float(pair.mean[0]),
            azimuth_deg=math.degrees(pair.mean[1]), elevation_deg=math.degrees(pair.mean[2]),
            reason=reason,
        ))  # fmt: skip


def known_of(report: AircraftReport) -> Known | None:
    """Give where an aircraft is by its own word; None where that is not good enough.

    Not good enough are: what others say of it, what something speaks against, what stands on
    the ground, and what does not know its place, height or course.
    """
    latitude, longitude, height = report.latitude_deg, report.longitude_deg, report.height_m
    course, speed, sigma = report.course_deg, report.speed_mps, report.position_sigma_m
    if (
        report.origin != "adsb" or report.doubts or report.on_ground
        or latitude is None or longitude is None or height is None
        or course is None or speed is None or sigma is None or not 0.0 < sigma <= WORST_M
    ):  # fmt: skip
        return None
    axes = ecef_from_enu_rotation(math.radians(latitude), math.radians(longitude))
    azimuth = math.radians(course)
    along = np.array([math.sin(azimuth), math.cos(azimuth), 0.0])
    up = report.height_sigma_m or HEIGHT_M
    spread = np.diag([sigma**2, sigma**2, up**2])
    spread += (speed * LATENCY_S) ** 2 * np.outer(along, along)
    climbing = np.array([0.0, 0.0, report.vertical_rate_mps or 0.0])
    place = np.array([math.radians(latitude)]), np.array([math.radians(longitude)])
    return Known(
        report.icao24, report.time,
        np.asarray(ecef_from_geodetic(*place, np.array([height]))[0]),
        np.asarray(axes @ (speed * along + climbing)),
        np.asarray(axes @ spread @ axes.T),
    )  # fmt: skip
