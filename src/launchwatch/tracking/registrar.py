"""The registrar: what one watch believes of its sensors' biases, and what tracks need of it.

For each plot the tracker asks, in this order:

1. `Registrar.corrected`: the plot's time and measurement without the best estimate of its
   biases;
2. `Registrar.stepped` (or `registered.carried`, where nothing was seen): the track after it,
   as likely as the biases' uncertainty lets it be, and what it teaches;
3. `Registrar.learn`, once it is settled that the plot is that track's.

A new track is registered by `Registrar.started` and laid beside those that its sensor should
have seen and did not, by `Registrar.compared`: clocks that are seconds wrong show there.

`stepped` changes nothing here and takes the biases that the plot itself suggests off before
the bank sees it, so that hypotheses can be compared and dropped freely. What is told to
others is `told`: the bank with the biases' uncertainty in every covariance.
"""

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.errors import NotPositiveDefinite
from launchwatch.estimation import _kernels_registration
from launchwatch.estimation._kernels import LINE_OF_SIGHT, innovate
from launchwatch.estimation._kernels_registration import CLOCK, EACH
from launchwatch.estimation.clocks import clocks_of, judged, opened
from launchwatch.estimation.drift import STEADY, noted
from launchwatch.estimation.registration import (
    BiasEstimate,
    Lesson,
    drifted,
    prior,
    sensitivity_of_plot,
    site_axes,
)
from launchwatch.flight._kernels_motion import derivative, propagate
from launchwatch.messages.packet import Mode
from launchwatch.messages.sensor import Health, Radar, Sensor, SensorBias
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking import _kernels_registration as _bank_kernels
from launchwatch.tracking._kernels import MANOEUVRE
from launchwatch.tracking.bank import Bank
from launchwatch.tracking.models import SEEN_BY_INFRARED
from launchwatch.tracking.registered import Corrected, Fit, Registered, carried
from launchwatch.tracking.revelation import SAME_LENGTH2, revealed

Floats = NDArray[np.float64]

UNPROVED = 0.05
"""Seconds, one sigma against the best known other clock: below, a clock cannot be so wrong
that its plots begin another track. Clocks of one track are known to 10 ms after some plots."""

MOVED = 0.1
"""Sigmas by which an estimate moves before it is used and told. Less would move no track by a
tenth of its own sigma, and a sensor in order stays exactly as it was, whatever the order in
which plots came."""

FASTEST, HARDEST, NEAREST_LINE = 8e3, 100.0, 3e7
"""What a clock's error is worth in a coarse question: m/s of a satellite, m/s² at burnout,
and metres of an infrared line of sight from geostationary height."""

TELLING = 0.2
"""How much of a sensor's own bias must show in an innovation for it to tell of drifts; a track
of two like sensors shows half."""

MANOEUVRING = 0.2
"""Probability of a manoeuvre above which an innovation is the target's, not the sensor's."""

OUTLIER = 1e-5
"""A plot whose innovation is less probable than this teaches nothing: it is another thing's."""

_OUTLIER_LENGTH2 = {2: 23.03, 3: 25.90, 4: 28.47}
"""Chi-square that is exceeded with that probability, by degrees of freedom."""

_STEPS = np.array([10.0, 10.0, 10.0, 1.0, 1.0, 1.0, 1e-3, 1e-3, 1e-3])


class Outcome(NamedTuple):
    """What a track becomes if a plot is its own.

    Attributes:
        log_likelihood: of the plot, biases' uncertainty included.
        length2: squared Mahalanobis length, likewise.
        lesson: what it teaches about biases, measured from zero: G·b + N(0, S).
        sensor: whose plot it was.
    """

    after: Registered
    log_likelihood: float
    length2: float
    lesson: Lesson
    sensor: int


class Registrar:
    """Keeps the biases of one watch; the same calls in the same order give the same numbers.

    Attributes:
        learnt: the filter's estimate, every clock at its widest level.
        believed: the same with clocks mostly in order; what is used and told.
        faulty: (sensors,) each clock's probability of not being in order.
        drifts: how each sensor's last innovations were.
    """

    def __init__(self, sensors: Mapping[str, Sensor]) -> None:
        listed: Sequence[Sensor] = tuple(sensors.values())
        self._index = {name: at for at, name in enumerate(sensors)}
        self._is_radar = [isinstance(sensor, Radar) for sensor in listed]
        self._axes = [site_axes(sensor) for sensor in listed]
        self._prior = prior(listed)
        self._sigmas = np.sqrt(np.diag(self._prior.covariance))
        self._clocks = clocks_of(listed)
        self._time: Instant | None = None
        self.drifts = [STEADY for _ in listed]
        self.learnt = opened(self._prior, self._clocks)
        self.believed, self.faulty = judged(self.learnt, self._clocks)

    def corrected(self, sensor: str, time: Instant, packed: Floats) -> Corrected:
        """Take the best estimate of its sensor's biases off a packed plot."""
        at = self._index[sensor]
        bias = self.believed.mean[EACH * at : EACH * (at + 1)].copy()
        right = packed.copy()
        _kernels_registration.take_off(right, self._axes[at], bias)
        if self.drifts[at].drifting:
            right[18:22] *= math.sqrt(self.drifts[at].factor)
        return Corrected(Instant(time - round(bias[CLOCK] * SECOND)), right, at, bias)

    def right_time(self, sensor: str, time: Instant) -> Instant:
        """Take the best estimate of its clock's error off a sensor's date."""
        clock = self.believed.mean[EACH * self._index[sensor] + CLOCK]
        return Instant(time - round(clock * SECOND))

    def widened(self, plot: Corrected) -> Floats:
        """Give a packed plot with its biases' uncertainty in its noise: for a coarse question."""
        first = EACH * plot.sensor
        variances = np.diag(self.believed.covariance)[first : first + EACH]
        packed = plot.packed.copy()
        astray2 = FASTEST**2 * variances[CLOCK]
        if packed[0] == LINE_OF_SIGHT:
            spread2 = variances[:3].max() + astray2 / NEAREST_LINE**2
            packed[18:20] = np.sqrt(packed[18:20] ** 2 + spread2)
            return packed
        turned2 = astray2 / packed[14] ** 2
        packed[18:21] = np.sqrt(packed[18:21] ** 2 + variances[:3] + [astray2, turned2, turned2])
        packed[21] = math.sqrt(packed[21] ** 2 + HARDEST**2 * variances[CLOCK])
        return packed

    def started(self, bank: Bank, fit: Fit, plots: Sequence[Corrected]) -> Registered:
        """Register a new track, fitted to some plots, the last one newest.

        Least squares move by P·Φᵀ·Hᵀ·R⁻¹·E for a unit of bias, summed over the plots; where
        there were lines of sight, the ascent's prior begins where the last one meets the
        ground, and goes with it.
        """
        epoch = plots[-1].time
        pull, weight = np.zeros((9, len(self.believed.mean))), np.zeros((9, 9))
        footing = np.zeros((3, len(self.believed.mean)))
        taken_off = np.zeros(len(self.believed.mean))
        for plot in plots:
            here, Phi = _flown(fit.model, fit.x, (plot.time - epoch) / SECOND)
            rate, y, H = np.empty(9), np.empty(4), np.zeros((4, 6))
            derivative(fit.model, here, rate)
            m = innovate(plot.packed, here, y, H)
            E = np.empty((4, EACH))
            axes = self._axes[plot.sensor]
            _kernels_registration.plot_sensitivity(plot.packed, axes, H, rate[:6], m, E)
            J = H[:m] @ Phi[:6]
            weighted = J.T / plot.packed[18 : 18 + m] ** 2
            own = slice(EACH * plot.sensor, EACH * (plot.sensor + 1))
            pull[:, own] += weighted @ E[:m]
            weight += weighted @ J
            taken_off[own] = plot.taken_off
            if plot.packed[0] == LINE_OF_SIGHT:
                footing[:] = 0.0
                footing[:, own] = _footing(plot.packed, here, E[:2])
        moved = fit.P @ pull + (np.eye(9) - fit.P @ weight)[:, :3] @ footing
        D = -moved[:6]
        return Registered(bank, D, D @ taken_off)

    def stepped(self, track: Registered, plot: Corrected, seconds: float) -> Outcome | None:
        """Carry a track to a plot and condition it on that; None where the numbers failed.

        Args:
            seconds: from the track's epoch to the plot's corrected time.
        """
        try:
            after = carried(track, seconds)
        except NotPositiveDefinite:
            return None
        first, believed = EACH * plot.sensor, self.believed
        b = believed.mean
        owed = b[first : first + EACH] - plot.taken_off
        G, S, y = np.empty((4, len(b))), np.empty((4, 4)), np.empty(4)
        log_likelihood, length2, m = _bank_kernels.take(
            plot.packed, self._axes[plot.sensor], first, owed, b, believed.covariance,
            *after.bank, after.D, after.applied, G, S, y,
        )  # fmt: skip
        if math.isnan(length2) or math.isnan(log_likelihood):
            return None
        if plot.packed[0] == LINE_OF_SIGHT:
            weighted = after.bank.w * SEEN_BY_INFRARED
            total = weighted.sum()
            after.bank.w[:] = weighted / total
            log_likelihood += math.log(total)
        G, S = G[:m], S[:m, :m].copy()
        return Outcome(after, log_likelihood, length2, Lesson(y[:m] + G @ b, G, S), plot.sensor)

    def is_unproved(self, sensor: str) -> bool:
        """Say whether a sensor's clock may still be seconds from all others."""
        first = EACH * self._index[sensor]
        return _bank_kernels.unknown_clock(self.learnt.covariance, first) > UNPROVED

    def compared(self, new: Registered, sensor: str, others: Sequence[tuple[Registered, float]],
                 time: Instant) -> bool:  # fmt: skip
        """Lay a new track by one sensor beside others; learn, and say so, if clocks differ.

        Args:
            others: tracks that the sensor should have seen and did not, each with the
                seconds from its epoch to the new one's.
        """
        at = self._index[sensor]
        found = [
            one
            for track, seconds in others
            if (one := revealed(track, new, seconds, at, self.learnt, self.believed)) is not None
            and one.length2 < SAME_LENGTH2 < one.unexplained2
        ]
        if not found:
            return False
        self._pass_to(time)
        return self._take_in(
            min(found, key=lambda one: one.length2).lesson, SAME_LENGTH2, np.zeros(6)
        )

    def learn(self, outcome: Outcome, time: Instant) -> None:
        """Learn from a plot that was settled to be a track's."""
        self._pass_to(time)
        lesson, at = outcome.lesson, outcome.sensor
        own = lesson.G[:, EACH * at : EACH * at + 3]
        whitened = np.zeros(len(lesson.innovation))
        self._take_in(lesson, _OUTLIER_LENGTH2[len(whitened)], whitened)
        # A track of this sensor's own making goes along with it, and tells nothing of drifts;
        # one that manoeuvres tells of itself. Whose it is the clocks' columns say.
        clocks = outcome.after.D[:3, CLOCK::EACH]
        others = clocks.sum(axis=1) - clocks[:, at]
        if (
            np.linalg.norm(others) < TELLING * np.linalg.norm(clocks[:, at])
            or np.abs(own).max() < TELLING * (1.0 if len(own) > 2 else 0.5)
            or outcome.after.bank.w[MANOEUVRE] > MANOEUVRING
            or not math.isfinite(float(whitened @ whitened))
        ):
            return
        before, now = self.drifts[at], noted(self.drifts[at], np.clip(whitened, -5.0, 5.0))
        self.drifts[at] = now
        if now.drifting and not before.drifting:
            self._reopen(at)

    def columns_of(self, sensor: str) -> slice:
        """Give which of all biases are a sensor's."""
        first = EACH * self._index[sensor]
        return slice(first, first + EACH)

    def sensitivity(self, sensor: str, packed: Floats, H: Floats, velocity: Floats) -> Floats:
        """Give E (m, 4): how a sensor's biases move its plot of what flies straight on."""
        rate = np.concatenate([velocity, np.zeros(3)])
        return sensitivity_of_plot(packed, self._axes[self._index[sensor]], H, rate)

    def learn_known(self, lesson: Lesson, time: Instant) -> bool:
        """Learn from a plot of something whose position is known; False from one too far off."""
        self._pass_to(time)
        m = len(lesson.innovation)
        return self._take_in(lesson, _OUTLIER_LENGTH2[m], np.zeros(m))

    def _reopen(self, at: int) -> None:
        """Forget what was learnt of a sensor that drifts, but for its clock."""
        B = self.learnt.covariance.copy()
        for k in range(EACH * at, EACH * at + CLOCK):
            B[k, k] += self._sigmas[k] ** 2
        self.learnt = self.learnt._replace(covariance=B)
        self.believed, self.faulty = judged(self.learnt, self._clocks)

    def _take_in(self, lesson: Lesson, farthest2: float, whitened: Floats) -> bool:
        estimate = self.learnt
        m = len(lesson.innovation)
        y = lesson.innovation - lesson.G @ estimate.mean
        b, B = estimate.mean.copy(), estimate.covariance.copy()
        length2 = _kernels_registration.learn(y, lesson.G, lesson.S, m, b, B, whitened)
        if not length2 < farthest2:
            return False
        learnt = BiasEstimate(b, B, estimate.names)
        try:
            believed, faulty = judged(learnt, self._clocks)
        except NotPositiveDefinite:
            # Sharper than rounding lets a covariance be: what is known is as good.
            return False
        self.learnt = learnt
        if _differ(believed, self.believed):
            self.believed, self.faulty = believed, faulty
        return True

    def health_of(self, sensor: str) -> Health:
        """Say in one word what is believed of one sensor."""
        at = self._index[sensor]
        if self.drifts[at].drifting:
            return "drifting"
        return "clock" if self.faulty[at] > 0.5 else "good"

    def report(self, sensor: str, time: Instant, mode: Mode) -> SensorBias:
        """Say what is believed of one sensor."""
        at = self._index[sensor]
        mean = self.believed.mean[EACH * at : EACH * (at + 1)]
        sigma = np.sqrt(np.diag(self.believed.covariance)[EACH * at : EACH * (at + 1)])
        drift, faulty = self.drifts[at], float(self.faulty[at])
        health = self.health_of(sensor)
        reason = drift.reason or (
            f"its clock is {mean[CLOCK]:+.2f} s off, with probability {faulty:.2f}"
            if health == "clock" else ""
        )  # fmt: skip
        turns, spreads = np.degrees(mean[:3]), np.degrees(sigma[:3])
        angles = {
            "azimuth_deg": turns[1], "azimuth_sigma_deg": spreads[1],
            "elevation_deg": turns[2], "elevation_sigma_deg": spreads[2],
            "range_m": mean[0], "range_sigma_m": sigma[0],
        } if self._is_radar[at] else {
            "east_deg": turns[0], "east_sigma_deg": spreads[0],
            "north_deg": turns[1], "north_sigma_deg": spreads[1],
            "up_deg": turns[2], "up_sigma_deg": spreads[2],
        }  # fmt: skip
        return SensorBias(
            sensor=sensor, time=time, mode=mode, health=health, reason=reason,
            noise_factor=drift.factor, clock_s=float(mean[CLOCK]),
            clock_sigma_s=float(sigma[CLOCK]), clock_fault_probability=faulty,
            **{name: float(value) for name, value in angles.items()},
        )  # fmt: skip

    def told(self, track: Registered) -> Bank:
        """Give a track's bank as known to others: biases and their uncertainty included."""
        believed, w = self.believed, track.bank.w
        X, P = track.bank.X.copy(), track.bank.P.copy()
        if track.D.shape[1] == 0:
            return Bank(X, P, w)
        _bank_kernels.shift(X, w, track.D, believed.mean, track.applied.copy())
        spread = track.D @ believed.covariance @ track.D.T
        P[:, :6, :6] += 0.5 * (spread + spread.T)
        return Bank(X, P, w)

    def _pass_to(self, time: Instant) -> None:
        if self._time is None:
            self._time = time
        elif time - self._time >= SECOND:
            # Biases change over minutes: once a second is often enough.
            self.learnt = drifted(self.learnt, self._sigmas, (time - self._time) / SECOND)
            self._time = time


def _differ(new: BiasEstimate, old: BiasEstimate) -> bool:
    """Say whether an estimate has moved enough to be worth telling."""
    before, after = np.diag(old.covariance), np.diag(new.covariance)
    moved = (new.mean - old.mean) ** 2 > MOVED**2 * after
    narrowed = np.abs(after - before) > 2.0 * MOVED * before
    return bool((moved | narrowed).any())


def _footing(packed: Floats, x: Floats, E: Floats) -> Floats:
    """Give how the point (3,) under a line of sight moves with biases: (3, 4)."""
    line, up = packed[11:14], x[:3] / np.linalg.norm(x[:3])
    across = packed[5:11].reshape(2, 3).T @ E * np.linalg.norm(x[:3] - packed[2:5])
    return np.asarray(across - np.outer(line, up @ across) / (up @ line))


def _flown(model: int, x: Floats, seconds: float) -> tuple[Floats, Floats]:
    """Give a state (9,) some seconds later, or earlier, and its derivative (9, 9) by now's."""
    here, moved, Phi = np.empty(9), np.empty(9), np.empty((9, 9))
    propagate(model, x, seconds, here)
    for b in range(9):
        other = x.copy()
        other[b] += _STEPS[b]
        propagate(model, other, seconds, moved)
        Phi[:, b] = (moved - here) / _STEPS[b]
    return here, Phi
