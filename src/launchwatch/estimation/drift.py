"""Drift: when a sensor's errors are no longer those that it states.

The biases' filter whitens each innovation: where all is right those are independent standard
normal numbers, whatever the biases are. A sensor that drifts faster than its bias is followed
leaves them with one sign, and one that is noisier than stated makes them too long. Both are
tested over the sensor's last plots: the squared length of their sum over √n, and of each on
average, against chi-square at a chance so small that a sensor in order alarms once in years.

A sensor that drifts is weighed down: its errors are taken as `factor` times their variance,
as large as the window found them and at least nine times, until the window is quiet again.

Ignored: which of two sensors drifts, where no third sees the same things; a target's
manoeuvre is no drift, so whoever asks must leave manoeuvring tracks out.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

WINDOW = 40
"""Plots: at one a second a drift of a sigma in its innovations is alarmed within the window."""

ALARM = 50.0
"""Squared length of the sum, over the count: chi-square with four degrees of freedom is above
it once in 3·10⁹ looks, and looks at a sliding window are 40 times fewer than they seem."""

TOO_LONG = 2.5
"""Mean square of each number over the window. Of 40 plots of three numbers it is 1 ± 0.13."""

QUIET = 15.0
"""The sum's squared length at which an alarm ends: half a per cent of quiet windows are above."""

LEAST_FACTOR = 9.0
"""Three times the sigma: enough that two sensors in order outvote one that drifts."""


class Drift(NamedTuple):
    """What is known of one sensor's last innovations.

    Attributes:
        recent: (k, 4) whitened innovations, k ≤ `WINDOW`, newest last; 0 where there is none.
        rows: how many numbers each had.
        drifting: whether it is alarmed.
        factor: by which its variances are multiplied; 1 where it is not.
        reason: in words, empty where it is not.
    """

    recent: Floats
    rows: int = 0
    drifting: bool = False
    factor: float = 1.0
    reason: str = ""


STEADY = Drift(np.zeros((0, 4)))


def noted(before: Drift, whitened: Floats) -> Drift:
    """Take one more innovation, in units of its own standard deviations, into account."""
    row = np.zeros(4)
    row[: len(whitened)] = whitened
    recent = np.vstack([before.recent[-(WINDOW - 1) :], row])
    rows = max(before.rows, len(whitened))
    count = len(recent)
    total = recent.sum(axis=0)
    pull = float(total @ total) / count
    length = float(np.einsum("ij,ij->", recent, recent)) / (count * rows)
    if count < WINDOW // 2:
        return before._replace(recent=recent, rows=rows)
    if pull > ALARM or length > TOO_LONG:
        factor = max(LEAST_FACTOR, before.factor, length)
        worst = int(np.argmax(np.abs(total)))
        what = (
            f"its last {count} plots lie {abs(total[worst]) / count:.1f} sigmas to one side"
            if pull > ALARM
            else f"its errors are {length**0.5:.1f} times as large as stated"
        )
        return Drift(recent, rows, True, factor, what)
    if before.drifting and pull > QUIET:
        return before._replace(recent=recent, rows=rows)
    return Drift(recent, rows)
