"""What a track carries for the sake of its sensors' biases, and a plot without them.

Beside its bank a track has D, how its error depends on all biases, and the corrections that
its plots had: true - bank = D·b - applied + the bank's own error. With no columns in D there
are no biases, and all is as without this file.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.errors import NotPositiveDefinite
from launchwatch.timescale import Instant
from launchwatch.tracking import _kernels_registration
from launchwatch.tracking.bank import Bank
from launchwatch.tracking.models import NOISE, PRIOR_MEAN, PRIOR_VARIANCE, RATES

Floats = NDArray[np.float64]

NO_BIASES: Floats = np.zeros((6, 0))
NO_CORRECTIONS: Floats = np.zeros(6)


class Fit(NamedTuple):
    """A motion model's code, its state x (9,) at the last plot's time, and covariance (9, 9)."""

    model: int
    x: Floats
    P: Floats


class Corrected(NamedTuple):
    """A plot without the best estimate of its sensor's biases.

    Attributes:
        time: without the clock's error.
        packed: (22,) without the others, its noise widened where the sensor drifts.
        sensor: its index among the sensors.
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


def carried(track: Registered, seconds: float) -> Registered:
    """Carry a track forward in time.

    Raises:
        NotPositiveDefinite: a covariance was lost.
    """
    bank = track.bank
    ahead = Registered(
        Bank(np.empty_like(bank.X), np.empty_like(bank.P), np.empty_like(bank.w)),
        np.empty_like(track.D),
        np.empty_like(track.applied),
    )
    kept = _kernels_registration.carry(
        *track.bank, track.D, track.applied, seconds, RATES, NOISE, PRIOR_MEAN,
        PRIOR_VARIANCE, *ahead.bank, ahead.D, ahead.applied,
    )  # fmt: skip
    # A sample that overflowed on the way shows in the covariance alone.
    if not (kept and np.isfinite(ahead.bank.P).all() and np.isfinite(ahead.bank.w).all()):
        raise NotPositiveDefinite(f"the bank's covariance was lost over {seconds:.3f} s")
    return ahead
