"""Sensors with biases watching one thing, and a registered track that follows it."""

from bisect import bisect_right

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from launchwatch.estimation.measurement import Site
from launchwatch.estimation.registration import site_axes
from launchwatch.messages.plot import Plot, RadarPlot
from launchwatch.messages.sensor import Sensor
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking.bank import Bank, bank_from, combined, step
from launchwatch.tracking.registered import Corrected, Registered
from launchwatch.tracking.registrar import Registrar

from .watching import NOON, Course, plot_of

Floats = NDArray[np.float64]

GATE = 30.0
FIRST_DOUBT = np.r_[[300.0] * 3, [40.0] * 3]


def biased_plot(
    sensor: Sensor, course: Course, seconds: float, noise: Floats, bias: Floats
) -> Plot:
    """Give a plot dated some seconds after `NOON` by a sensor with biases (4,)."""
    plot = plot_of(sensor, course(seconds - bias[3]), seconds, noise)
    if isinstance(plot, RadarPlot):
        return replace(
            plot,
            range_m=plot.range_m + bias[0],
            azimuth_deg=(plot.azimuth_deg + float(np.degrees(bias[1]))) % 360.0,
            elevation_deg=plot.elevation_deg + float(np.degrees(bias[2])),
        )
    line = np.array(plot.line_of_sight_ecef)
    line = line + np.cross(site_axes(sensor).T @ bias[:3], line)
    return replace(plot, line_of_sight_ecef=tuple((line / np.linalg.norm(line)).tolist()))


def plots_by(
    sensors: list[Sensor],
    course: Course,
    end: float,
    biases: Floats,
    chance: np.random.Generator,
    drift: Floats | None = None,
) -> list[Plot]:
    """Give what all sensors report until some seconds after `NOON`, as dated.

    Args:
        biases: (sensors, 4); ``drift``, the same a second, begins at `NOON`.
    """
    plots = []
    for at, sensor in enumerate(sensors):
        for seconds in np.arange(chance.random() + 0.2, end, sensor.scan_period_s):
            bias = biases[at] + (0.0 if drift is None else drift[at] * seconds)
            plots.append(biased_plot(sensor, course, seconds, chance.standard_normal(4), bias))
    return sorted(plots, key=lambda one: (one.time, one.sensor))


class Follower:
    """One registered track: what a tracker does with a registrar, without association."""

    def __init__(
        self, sensors: list[Sensor], start: Floats, probabilities: Floats, registrar: Registrar
    ) -> None:
        self.registrar = registrar
        self.sites = {one.id: Site(one, bias_is_noise=False) for one in sensors}
        bank = bank_from(start, np.diag(FIRST_DOUBT**2), probabilities)
        track = Registered(bank, np.zeros((6, 4 * len(sensors))), np.zeros(6))
        self.past: list[tuple[Instant, Corrected | None, Registered]] = [(NOON, None, track)]
        self.outside = 0

    def take(self, plot: Plot) -> None:
        """Use a plot in its place, and do again what follows it."""
        packed = self.sites[plot.sensor].pack(plot)
        right = self.registrar.corrected(plot.sensor, plot.time, packed)
        after = bisect_right(self.past, right.time, key=lambda one: one[0])
        if after == 0:
            return
        time, _, track = self.past[after - 1]
        outcome = self.registrar.stepped(track, right, (right.time - time) / SECOND)
        if outcome is None or outcome.length2 > GATE:
            self.outside += 1
            return
        self.registrar.learn(outcome, plot.time)
        again = [one[1] for one in self.past[after:]]
        del self.past[after:]
        self.past.append((right.time, right, outcome.after))
        for one in again:
            assert one is not None
            time, _, track = self.past[-1]
            redone = self.registrar.stepped(track, one, (one.time - time) / SECOND)
            assert redone is not None
            self.past.append((one.time, one, redone.after))
        del self.past[:-60]

    def error(self, course: Course) -> tuple[Floats, Floats]:
        """Give the error of what is told (6,) and its covariance."""
        time, _, track = self.past[-1]
        x, P = combined(self.registrar.told(track))
        return x - course((time - NOON) / SECOND), P


class PlainFollower:
    """The same without a registrar: stated biases widen each plot's noise."""

    def __init__(self, sensors: list[Sensor], start: Floats, probabilities: Floats) -> None:
        self.sites = {one.id: Site(one) for one in sensors}
        self.bank: Bank = bank_from(start, np.diag(FIRST_DOUBT**2), probabilities)
        self.time = NOON

    def take(self, plot: Plot) -> None:
        packed = self.sites[plot.sensor].pack(plot)
        self.bank, _, _ = step(self.bank, packed, (plot.time - self.time) / SECOND)
        self.time = plot.time

    def error(self, course: Course) -> tuple[Floats, Floats]:
        x, P = combined(self.bank)
        return x - course((self.time - NOON) / SECOND), P
