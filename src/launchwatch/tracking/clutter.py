"""Clutter as it is here and now: denser than a sensor states where others crowd about a plot.

A sensor states how many false plots it makes in a scan, and without more they lie anywhere. Rain,
chaff, interference or an aurora fill one corner for a while, a thousand times denser. So each plot
is asked for the nearest ones of the last scans that no confirmed track has taken: what one object
would have made itself, a plot a scan, is left out, and where more crowd than the stated density
explains, theirs is the density. Crowds are flat: rain fills 40 m/s of range rate and degrees of
elevation. So it is the box they span that is counted, not a cube as wide as their farthest; and for
what lies beside it, that box grown until it is reached.

Ignored: what crowds without being false. A salvo is clutter by this measure until its first tracks
are confirmed, and each track of it needs a plot or two more for that.
"""

import math
from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from launchwatch.estimation._kernels import LINE_OF_SIGHT, RADAR_WITH_RATE
from launchwatch.estimation.measurement import FALSE, RANGE_RATE_SPAN, Site
from launchwatch.messages.sensor import Radar
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking._kernels_clutter import nearest_box
from launchwatch.tracking.track import Event

Floats = NDArray[np.float64]

SCANS = 3
"""Scans that are looked back on: bursts last for seconds to minutes."""

OTHERS = 6
"""Plots that make a crowd, besides one a scan that the same object may have made."""

CROWDED = OTHERS / 1.1
"""How many times the stated density it is at least: six where 1.1 are expected come about once
in a thousand (Poisson)."""

_SPAN = (OTHERS + SCANS + 1) / (OTHERS + SCANS - 1)
"""How much wider a uniform crowd's room is, each way, than the box of the nearest: n points span
(n - 1)/(n + 1) of it on average (order statistics)."""

MOST = 512
"""Plots that are remembered of a sensor: the newest. A crowd of more is dense enough."""

_LONG_AGO = -(2**62)


class Clutter:
    """The plots of one sensor that no confirmed track took, and how densely they lie."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._window = round(SCANS * site.sensor.scan_period_s * SECOND)
        self._times = np.full(MOST, _LONG_AGO, dtype=np.int64)
        self._points = np.zeros((MOST, 4))
        self._next = 0
        # What a crowd's box looks like: a hundredth of all that the sensor measures, each way.
        if isinstance(site.sensor, Radar):
            reach = site.sensor.maximum_range_m
            scales = (reach, 2.0 * np.pi, 0.5 * np.pi, RANGE_RATE_SPAN)
            self._scales = np.array(scales) / 100.0
        else:
            self._scales = np.ones(4)
        self._nearest = np.empty(OTHERS + SCANS)
        self._chosen = np.zeros(OTHERS + SCANS, dtype=np.int64)
        self._box = np.zeros((2, 4))

    def density(self, time: Instant, packed: Floats) -> float:
        """Give the density of false plots per scan about a plot, in the units of its kind.

        Args:
            packed: a plot of the sensor, with `launchwatch.estimation.measurement`.
        """
        with_rate = packed[0] == RADAR_WITH_RATE
        stated = self._site.clutter_density / (RANGE_RATE_SPAN if with_rate else 1.0)
        is_direction = bool(packed[0] == LINE_OF_SIGHT)
        n = 4 if with_rate else 3
        d = nearest_box(
            self._times, self._points, time, self._window, _point(packed), self._scales, n,
            is_direction, self._nearest, self._chosen, self._box,
        )  # fmt: skip
        if d == math.inf:
            return stated
        if is_direction:
            # About a direction a cap, which is flat where it is small.
            room = math.pi * d**2
        else:
            # No crowd can be told to be flatter than the sensor measures.
            low, high = self._box[:, :n]
            sides = _SPAN * np.maximum(high - low, np.maximum(packed[18 : 18 + n], 1e-9))
            beside = float((np.maximum(np.maximum(low, -high), 0.0) / sides).max())
            room = float(sides.prod()) * (1.0 + 2.0 * beside) ** n
        crowd = OTHERS / max(SCANS * room, 1e-300)
        return float(crowd) if crowd > CROWDED * stated else stated

    def add(self, time: Instant, packed: Floats) -> None:
        """Remember a plot that no confirmed track took."""
        self._times[self._next] = time
        self._points[self._next] = _point(packed)
        self._next = (self._next + 1) % MOST


def asked_anew(
    events: tuple[Event, ...], clutters: Mapping[str, Clutter]
) -> tuple[tuple[Event, ...], float]:
    """Give a chain's plots with the clutter about each as it is known now, and what that changes.

    A burst's first plots come before it is known to be one, into what seems a plain sky; three
    scans later they lie in a crowd.

    Returns:
        The plots; ln of how much likelier clutter is to have made them than when each arrived.
    """
    known, likelier = [], 0.0
    for event in events:
        assert event.packed is not None  # noqa: S101 - only plots are chained
        density = clutters[event.sensor].density(event.time, event.packed)
        gain = max(math.log(density / event.clutter_density), 0.0)
        event.packed[FALSE] += gain
        likelier += gain
        known.append(event._replace(clutter_density=max(density, event.clutter_density)))
    return tuple(known), likelier


def _point(packed: Floats) -> Floats:
    """Give where a plot lies: range, azimuth, elevation and range rate, or its direction."""
    if packed[0] == LINE_OF_SIGHT:
        return np.append(packed[11:14], 0.0)
    return packed[14:18]
