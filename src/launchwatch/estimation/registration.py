"""Registration: what is wrong with each sensor, estimated while it watches.

Every sensor has four biases, each the error that all of its plots share:

======== ============= ============ ============== ====================
sensor   0             1            2              3
======== ============= ============ ============== ====================
radar    range, m      azimuth, rad elevation, rad clock, s
infrared turn about    about north, about up, rad  clock, s
         east, rad     rad
======== ============= ============ ============== ====================

A radar's plot shows range, azimuth and elevation too large by their biases. An infrared
sensor's lines are turned by a small rotation about the axes of its site; for a sensor that
looks down, east and north are the two angles across its line of sight and up is the yaw,
which counts towards the edge of the Earth. A clock's bias is positive when it is fast: a
plot dated t shows what was there at t - bias.

The method is the two-stage filter. A track is filtered as if there were no biases; beside it
goes D (6, n), the derivative of its error with respect to all n biases, so that

    true state - estimate = D·(b - b̂) + the track's own error, of covariance P,
    innovation            = (E + H·D)·(b - b̂) + white noise of covariance S,

E being what the sensor's own biases do to its plot. Every innovation of every track is one
measurement of the biases, for one small Kalman filter over all of them; and what is known of
a track is x + D·(b̂ - b̂ used) with covariance P + D·B·Dᵀ. That what all sensors share (a
clock error common to all) cannot be seen from tracks needs no rule: it is in D and B. Things
whose positions are known from elsewhere (aircraft that say where they are, satellites) are
innovations with D = 0.

Ignored: scale errors of range, tilt of an antenna, refraction and what depends on the
direction; how biases change while a track's memory lasts, so that D applies to their present
values.

Source: Friedland, IEEE Trans. Automatic Control 14 (1969) 359 (bias and track apart);
Bar-Shalom, Li and Kirubarajan, 2001, section 5.2 (update).
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.earth.local import ecef_from_enu_rotation
from launchwatch.errors import InputError, NotPositiveDefinite
from launchwatch.estimation import _kernels, _kernels_registration
from launchwatch.estimation._kernels_registration import CLOCK, EACH
from launchwatch.messages.sensor import Radar, Sensor

Floats = NDArray[np.float64]

CLOCK_SIGMA = 1e-3
"""Seconds: a clock of which nothing is stated, when it is in order. Clocks kept by satellite
navigation are good to a microsecond, by a network to a millisecond. `clocks` has the rest."""

BROKEN_CLOCK_SIGMA = 3.0
"""Seconds: a clock that is not in order. A judgement: wrong by a leap second or a few, by a
processing delay that was not taken off; a clock that is minutes wrong is refused at the door."""

BIAS_MEMORY = 3600.0
"""Seconds in which a bias becomes another of the same sigma (a Gauss-Markov process): as an
antenna warms and cools with the day. Shorter forgets what common tracks taught; longer takes
a change for noise until the drift alarm sounds."""

CLOCK_WANDER = 1e-8
"""Spectral density of a clock's random walk, s²/s: 6 ms in an hour, a quartz left alone."""


class BiasEstimate(NamedTuple):
    """What is believed of the biases of all sensors.

    Attributes:
        mean: (n,), n being four times the number of sensors, in this module's order.
        covariance: (n, n); a bias that is certain has no variance.
        names: the sensors' identifiers, in order.
    """

    mean: Floats
    covariance: Floats
    names: tuple[str, ...]


class Lesson(NamedTuple):
    """One innovation, as a measurement of biases: it is G·(b - b̂) + N(0, S).

    Attributes:
        innovation: (m,).
        G: (m, n), E + H·D.
        S: (m, m), of the innovation without what the biases do.
    """

    innovation: Floats
    G: Floats
    S: Floats


def bias_sigmas(sensor: Sensor) -> Floats:
    """Give the standard deviations (4,) that a sensor states of its biases; its clock in order."""
    turn = math.radians(sensor.bias_sigma_deg)
    clock = CLOCK_SIGMA if sensor.clock_sigma_s is None else sensor.clock_sigma_s
    first = sensor.bias_sigma_m if isinstance(sensor, Radar) else turn
    return np.array([first, turn, turn, clock])


def prior(sensors: Sequence[Sensor]) -> BiasEstimate:
    """Give what is believed of biases before any plot: none, within what the roster states."""
    sigmas = np.concatenate([np.empty(0), *(bias_sigmas(sensor) for sensor in sensors)])
    return BiasEstimate(
        np.zeros(len(sigmas)), np.diag(sigmas**2), tuple(sensor.id for sensor in sensors)
    )


def site_axes(sensor: Sensor) -> Floats:
    """Give east, north and up of a sensor's site as rows (3, 3) in ECEF."""
    place = np.radians([sensor.latitude_deg, sensor.longitude_deg])
    return np.ascontiguousarray(ecef_from_enu_rotation(place[0], place[1]).T)


def drifted(
    estimate: BiasEstimate, sigmas: ArrayLike, seconds: float, memory: float = BIAS_MEMORY
) -> BiasEstimate:
    """Let time pass: what was learnt fades towards the prior, clocks wander.

    A Gauss-Markov process whose stationary law is the prior, so that without plots the
    prior is what stays; clocks walk at random by `CLOCK_WANDER`.

    Args:
        sigmas: (n,) of the prior; a clock's is not used.
        seconds: not negative.
        memory: seconds to fade to 1/e.
    """
    keep = np.full(len(estimate.mean), math.exp(-seconds / memory))
    keep[CLOCK::EACH] = 1.0
    noise = (1.0 - keep**2) * np.square(np.asarray(sigmas, dtype=np.float64))
    noise[CLOCK::EACH] = CLOCK_WANDER * seconds
    covariance = estimate.covariance * np.outer(keep, keep)
    covariance[np.diag_indices_from(covariance)] += noise
    return BiasEstimate(estimate.mean * keep, covariance, estimate.names)


def sensitivity_of_plot(
    packed: ArrayLike, axes: ArrayLike, H: ArrayLike, rate: ArrayLike
) -> Floats:
    """Give E (m, 4): how a sensor's own biases move its measurement.

    Args:
        packed: (22,), as `launchwatch.estimation.measurement` describes.
        axes: (3, 3) from `site_axes`.
        H: (m, 6), the measurement's derivative by position and velocity.
        rate: (6,) velocity and acceleration of the thing, ECEF: what a clock's error is worth.

    Raises:
        InputError: shapes do not belong together.
    """
    H = np.ascontiguousarray(H, dtype=np.float64)
    z, turned = _numbers(packed, (_kernels.PACKED,)), _numbers(axes, (3, 3))
    E = np.empty((len(H), EACH))
    _kernels_registration.plot_sensitivity(z, turned, H, _numbers(rate, (6,)), len(H), E)
    return E


def corrected(packed: ArrayLike, axes: ArrayLike, bias: ArrayLike) -> Floats:
    """Give a packed measurement without its sensor's biases (4,); take the clock's off its time.

    Raises:
        InputError: shapes do not belong together.
    """
    z = _numbers(packed, (_kernels.PACKED,)).copy()
    _kernels_registration.take_off(z, _numbers(axes, (3, 3)), _numbers(bias, (EACH,)))
    return z


def predicted_sensitivity(D: ArrayLike, F: ArrayLike) -> Floats:
    """Carry a track's sensitivities (6, n) through its motion F (6, 6): F·D."""
    moved: Floats = np.asarray(F, dtype=np.float64) @ np.asarray(D, dtype=np.float64)
    return moved


def updated_sensitivity(
    D: ArrayLike, K: ArrayLike, H: ArrayLike, E: ArrayLike, sensor: int
) -> Floats:
    """Carry a track's sensitivities through an update: (I - K·H)·D - K·E.

    Args:
        D: (6, n).
        K: (6, m) gain.
        H: (m, 6).
        E: (m, 4), of the sensor whose plot it was.
        sensor: its index.
    """
    updated = np.array(D, dtype=np.float64)
    gain, derivative = np.asarray(K, dtype=np.float64), np.asarray(H, dtype=np.float64)
    updated -= gain @ (derivative @ updated)
    updated[:, EACH * sensor : EACH * (sensor + 1)] -= gain @ np.asarray(E, dtype=np.float64)
    return updated


def lesson_of(
    innovation: ArrayLike, S: ArrayLike, H: ArrayLike, D: ArrayLike, E: ArrayLike, sensor: int
) -> Lesson:
    """Give what an innovation teaches: G = H·D, and E in the sensor's own columns.

    For a thing whose position is known, D is zero and S has the noise of that position.
    """
    G = np.asarray(H, dtype=np.float64) @ np.asarray(D, dtype=np.float64)
    G[:, EACH * sensor : EACH * (sensor + 1)] += np.asarray(E, dtype=np.float64)
    return Lesson(np.asarray(innovation, dtype=np.float64), G, np.asarray(S, dtype=np.float64))


def learnt(estimate: BiasEstimate, lesson: Lesson) -> tuple[BiasEstimate, Floats]:
    """Learn from an innovation.

    Returns:
        The new estimate, and the innovation (m,) in units of its own standard deviations:
        independent standard normal numbers where all is right.

    Raises:
        InputError: shapes do not belong together.
        NotPositiveDefinite: the innovation's covariance is none.
    """
    m, n = len(lesson.innovation), len(estimate.mean)
    G, S = _numbers(lesson.G, (m, n)), _numbers(lesson.S, (m, m))
    b, B = estimate.mean.copy(), estimate.covariance.copy()
    whitened = np.empty(m)
    length2 = _kernels_registration.learn(
        _numbers(lesson.innovation, (m,)), G, S, m, b, B, whitened
    )
    if math.isnan(length2):
        raise NotPositiveDefinite("the innovation's covariance was lost")
    return BiasEstimate(b, B, estimate.names), whitened


def fused(
    x: ArrayLike, P: ArrayLike, D: ArrayLike, applied: ArrayLike, estimate: BiasEstimate
) -> tuple[Floats, Floats]:
    """Give what is known of a track, biases and their uncertainty included.

    Args:
        x: (6,) the track's estimate, and ``P`` (6, 6) its own covariance.
        D: (6, n).
        applied: (6,) what corrections its plots had already: D·b̂ where all its plots were
            corrected by one b̂, zero where none was.

    Returns:
        x + D·b̂ - applied and P + D·B·Dᵀ.
    """
    sensitivity = np.asarray(D, dtype=np.float64)
    moved: Floats = np.asarray(x) + sensitivity @ estimate.mean - np.asarray(applied)
    covariance: Floats = np.asarray(P) + sensitivity @ estimate.covariance @ sensitivity.T
    return moved, covariance


def _numbers(given: ArrayLike, shape: tuple[int, ...]) -> Floats:
    numbers = np.ascontiguousarray(given, dtype=np.float64)
    if numbers.shape != shape or not np.isfinite(numbers).all():
        raise InputError(f"wanted finite numbers of shape {shape}, got shape {numbers.shape}")
    return numbers
