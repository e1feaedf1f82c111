"""The registrar: what one watch believes of its sensors' biases, and what tracks need of it.

A track carries, beside its bank, D and the corrections that it had (`Registered`). For each
plot the tracker asks, in this order:

1. `corrected`: the plot's time and measurement without the best estimate of its biases;
2. `stepped` (or `carried`, where nothing was seen): the track after it, as likely as the
   biases' uncertainty lets it be, and what it teaches;
3. `learn`, once it is settled that the plot is that track's.

`stepped` changes nothing here and takes the biases that the plot itself suggests off before
the bank sees it, so that hypotheses can be compared and dropped freely. What is told to
others is `told`: the bank with the biases' uncertainty in every covariance.

A plot that fits no track while its sensor's clock is still unproved is asked once more with
that clock taken for broken, at the odds of a broken clock (`tracking.revelation`).
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
from launchwatch.estimation.clocks import LEVELS, clocks_of, judged, opened
from launchwatch.estimation.registration import (
    BiasEstimate,
    Lesson,
    drifted,
    prior,
    site_axes,
)
from launchwatch.flight._kernels_motion import derivative, propagate
from launchwatch.messages.sensor import Sensor
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking import _kernels_registration as _bank_kernels
from launchwatch.tracking.bank import Bank
from launchwatch.tracking.initiation import Fit
from launchwatch.tracking.models import (
    NOISE,
    PRIOR_MEAN,
    PRIOR_VARIANCE,
    RATES,
    SEEN_BY_INFRARED,
)
from launchwatch.tracking.revelation import revealed

Floats = NDArray[np.float64]

UNPROVED = 0.05
"""Seconds, one sigma against the best known other clock: below, no second question is asked
of a plot that fits nowhere. A broken clock is known to 10 ms after some plots."""

OUTLIER = 1e-5
"""A plot whose innovation is less probable than this teaches nothing: it is another thing's."""

_OUTLIER_LENGTH2 = {2: 23.03, 3: 25.90, 4: 28.47}
"""Chi-square that is exceeded with that probability, by degrees of freedom."""

_STEPS = np.array([10.0, 10.0, 10.0, 1.0, 1.0, 1.0, 1e-3, 1e-3, 1e-3])


class Corrected(NamedTuple):
    """A plot without the best estimate of its sensor's biases.

    Attributes:
        time: without the clock's error.
        packed: (22,) without the others, its noise widened where the sensor drifts.
        sensor: its index here.
        taken_off: (4,) the biases that were taken off.
    """

    time: Instant
    packed: Floats
    sensor: int
    taken_off: Floats


class Registered(NamedTuple):
    """A bank, its sensitivities D (6, n) to all biases, and the corrections it had, (6,)."""

    bank: Bank
    D: Floats
    applied: Floats


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
    """

    def __init__(self, sensors: Mapping[str, Sensor]) -> None:
        listed: Sequence[Sensor] = tuple(sensors.values())
        self._index = {name: at for at, name in enumerate(sensors)}
        self._axes = [site_axes(sensor) for sensor in listed]
        self._prior = prior(listed)
        self._sigmas = np.sqrt(np.diag(self._prior.covariance))
        self._clocks = clocks_of(listed)
        self._time: Instant | None = None
        self.learnt = opened(self._prior, self._clocks)
        self.believed, self.faulty = judged(self.learnt, self._clocks)

    def corrected(self, sensor: str, time: Instant, packed: Floats) -> Corrected:
        """Take the best estimate of its sensor's biases off a packed plot."""
        at = self._index[sensor]
        bias = self.believed.mean[EACH * at : EACH * (at + 1)].copy()
        right = packed.copy()
        _kernels_registration.take_off(right, self._axes[at], bias)
        return Corrected(Instant(time - round(bias[CLOCK] * SECOND)), right, at, bias)

    def started(self, bank: Bank, fit: Fit, plots: Sequence[Corrected]) -> Registered:
        """Register a new track, fitted to some plots of one sensor, the last one newest.

        Least squares move by P·Φᵀ·Hᵀ·R⁻¹·E for a unit of bias, summed over the plots; where
        the plots were lines of sight, the ascent's prior begins where the last one meets the
        ground, and goes with it.
        """
        epoch = plots[-1].time
        pull, weight = np.zeros((9, EACH)), np.zeros((9, 9))
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
            pull += weighted @ E[:m]
            weight += weighted @ J
        moved = fit.P @ pull
        if plots[-1].packed[0] == LINE_OF_SIGHT:
            moved += (np.eye(9) - fit.P @ weight)[:, :3] @ _footing(plots[-1].packed, here, E[:2])
        at = EACH * plots[-1].sensor
        D = np.zeros((6, len(self.believed.mean)))
        D[:, at : at + EACH] = -moved[:6]
        return Registered(bank, D, D[:, at : at + EACH] @ plots[-1].taken_off)

    def carried(self, track: Registered, seconds: float) -> Registered:
        """Carry a track forward in time.

        Raises:
            NotPositiveDefinite: a covariance was lost.
        """
        ahead = _empty_like(track)
        kept = _bank_kernels.carry(
            *track.bank, track.D, track.applied, seconds, RATES, NOISE, PRIOR_MEAN,
            PRIOR_VARIANCE, *ahead.bank, ahead.D, ahead.applied,
        )  # fmt: skip
        if not kept or not np.isfinite(ahead.bank.P).all():
            raise NotPositiveDefinite(f"the bank's covariance was lost over {seconds:.3f} s")
        return ahead

    def stepped(
        self, track: Registered, plot: Corrected, seconds: float, gate_length2: float
    ) -> Outcome | None:
        """Carry a track to a plot and condition it on that; None where the numbers failed.

        Args:
            seconds: from the track's epoch to the plot's corrected time.
            gate_length2: beyond it, an unproved clock is taken for broken and asked again.
        """
        try:
            ahead = self.carried(track, seconds)
        except NotPositiveDefinite:
            return None
        outcome = self._taken(ahead, plot, self.believed)
        if outcome is not None and outcome.length2 > gate_length2 and self._is_unproved(plot):
            found = revealed(
                *ahead, plot.packed, self._axes[plot.sensor], EACH * plot.sensor,
                plot.taken_off, self.learnt,
            )  # fmt: skip
            if found is not None:
                lesson, log_likelihood, length2 = found
                log_likelihood += math.log(LEVELS[-1][0])
                return Outcome(ahead, log_likelihood, length2, lesson, plot.sensor)
        return outcome

    def learn(self, outcome: Outcome, time: Instant) -> None:
        """Learn from a plot that was settled to be a track's."""
        self._pass_to(time)
        lesson = outcome.lesson
        estimate = self.learnt
        y = lesson.innovation - lesson.G @ estimate.mean
        b, B = estimate.mean.copy(), estimate.covariance.copy()
        whitened = np.empty(len(y))
        length2 = _kernels_registration.learn(y, lesson.G, lesson.S, len(y), b, B, whitened)
        if not length2 < _OUTLIER_LENGTH2[len(y)]:
            return
        self.learnt = BiasEstimate(b, B, estimate.names)
        self.believed, self.faulty = judged(self.learnt, self._clocks)

    def told(self, track: Registered) -> Bank:
        """Give a track's bank as known to others: biases and their uncertainty included."""
        move, spread = self._effect(track)
        X, P = track.bank.X.copy(), track.bank.P.copy()
        X[:, :6] += move
        P[:, :6, :6] += spread
        return Bank(X, P, track.bank.w)

    def _effect(self, track: Registered) -> tuple[Floats, Floats]:
        believed = self.believed
        move = track.D @ believed.mean - track.applied
        spread = track.D @ believed.covariance @ track.D.T
        return move, 0.5 * (spread + spread.T)

    def _taken(self, ahead: Registered, plot: Corrected, estimate: BiasEstimate) -> Outcome | None:
        after = Registered(
            Bank(ahead.bank.X.copy(), ahead.bank.P.copy(), ahead.bank.w.copy()),
            ahead.D.copy(),
            ahead.applied.copy(),
        )
        first = EACH * plot.sensor
        b = estimate.mean
        owed = b[first : first + EACH] - plot.taken_off
        G, S, y = np.empty((4, len(b))), np.empty((4, 4)), np.empty(4)
        log_likelihood, length2, m = _bank_kernels.take(
            plot.packed, self._axes[plot.sensor], first, owed, b, estimate.covariance,
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

    def _is_unproved(self, plot: Corrected) -> bool:
        first = EACH * plot.sensor
        return _bank_kernels.unknown_clock(self.learnt.covariance, first) > UNPROVED

    def _pass_to(self, time: Instant) -> None:
        if self._time is None:
            self._time = time
        elif time - self._time >= SECOND:
            # Biases change over minutes: once a second is often enough.
            self.learnt = drifted(self.learnt, self._sigmas, (time - self._time) / SECOND)
            self._time = time


def _empty_like(track: Registered) -> Registered:
    bank = track.bank
    return Registered(
        Bank(np.empty_like(bank.X), np.empty_like(bank.P), np.empty_like(bank.w)),
        np.empty_like(track.D),
        np.empty_like(track.applied),
    )


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
