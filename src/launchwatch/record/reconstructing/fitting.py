"""Find burning time and tilt with which flights go as far and as high as wanted, all at once.

Newton's rule in (logit of the burnt share, ln tilt) on (ln range, ln apogee), by differences, with
steps held short; flights that do not settle are marked, and left out of the family.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.constants import STANDARD_GRAVITY, WGS84_SEMI_MAJOR
from launchwatch.record.reconstructing.flying import Flown, Laws, flown

Floats = NDArray[np.float64]

_ROUNDS = 14
_TILTED = (1.0, 4.0, 0.4)
_NUDGE = 1e-3
_LONGEST_STEP = 0.5
_CLOSE = 4e-3
"""A miss, as a share of range and of apogee, that counts as settled: finer than any report."""
_LEAST, _MOST = 0.05, 0.93
_TILTS = (np.log(1e-4), np.log(1.4))


class Fit(NamedTuple):
    """The flights as found; entries (n,)."""

    burnt: Floats
    log_kick: Floats
    flown: Flown
    settled: NDArray[np.bool_]


def fit(laws: Laws, wanted_range: Floats, wanted_apogee: Floats) -> Fit:
    """Find the flights of laws (n,) that reach a range and an apogee, metres (n,)."""
    first = _first_guess(laws, wanted_range, wanted_apogee)
    x, best = first.copy(), first.copy()
    least = np.full(len(x), np.inf)
    for number in range(_ROUNDS * len(_TILTED)):
        if number % _ROUNDS == 0:
            # The Earth's turning may carry a steep flight back over its launch place, beyond which
            # the search goes the wrong way: what did not settle begins again with another tilt.
            lost = least > _CLOSE
            x[lost] = first[lost] + (0.0, np.log(_TILTED[number // _ROUNDS]))
        # Only what has not settled is flown again.
        rows = np.flatnonzero(least > _CLOSE)
        if not len(rows):
            break
        some, wants = laws.at(rows), (wanted_range[rows], wanted_apogee[rows])
        here = _misses(some, x[rows], *wants)
        size = np.abs(here).max(axis=1)
        better = size < least[rows]
        best[rows[better]], least[rows[better]] = x[rows[better]], size[better]
        slopes = np.empty((len(rows), 2, 2))
        for j in range(2):
            nudged = x[rows].copy()
            nudged[:, j] += _NUDGE
            slopes[:, :, j] = (_misses(some, nudged, *wants) - here) / _NUDGE
        step = _solved(slopes, here)
        length = np.abs(step).max(axis=1)
        step *= np.minimum(1.0, _LONGEST_STEP / np.maximum(length, 1e-12))[:, None]
        moved = x[rows] - step
        moved[:, 0] = np.clip(moved[:, 0], *np.log([_LEAST / (1 - _LEAST), _MOST / (1 - _MOST)]))
        moved[:, 1] = np.clip(moved[:, 1], *_TILTS)
        x[rows] = moved
    burnt, log_kick = 1.0 / (1.0 + np.exp(-best[:, 0])), best[:, 1]
    made = flown(laws, burnt, log_kick)
    return Fit(burnt, log_kick, made, (least <= 5.0 * _CLOSE) & made.fell)


def _misses(laws: Laws, x: Floats, wanted_range: Floats, wanted_apogee: Floats) -> Floats:
    made = flown(laws, 1.0 / (1.0 + np.exp(-x[:, 0])), x[:, 1])
    far = np.where(made.fell, made.range, 2e7)
    return np.stack(
        [np.log(np.maximum(far, 1e2) / wanted_range),
         np.log(np.maximum(made.apogee, 1e2) / wanted_apogee)], -1,
    )  # fmt: skip


def _solved(slopes: Floats, here: Floats) -> Floats:
    a, b, c, d = slopes[:, 0, 0], slopes[:, 0, 1], slopes[:, 1, 0], slopes[:, 1, 1]
    determinant = a * d - b * c
    safe = np.where(np.abs(determinant) < 1e-9, 1e-9, determinant)
    return np.stack(
        [(d * here[:, 0] - b * here[:, 1]) / safe, (a * here[:, 1] - c * here[:, 0]) / safe], -1
    )


def speed_needed(wanted_range: Floats, wanted_apogee: Floats) -> Floats:
    """Guess the speed that motors must supply: a quarter more than at burnout, lost to gravity."""
    up, along = _burnout_velocity(wanted_range, wanted_apogee)
    return np.asarray(1.25 * np.hypot(up, along))


def _burnout_velocity(wanted_range: Floats, wanted_apogee: Floats) -> tuple[Floats, Floats]:
    rise = wanted_apogee * WGS84_SEMI_MAJOR / (WGS84_SEMI_MAJOR + wanted_apogee)
    up = np.sqrt(2.0 * STANDARD_GRAVITY * rise)
    # On a round Earth the ground falls away beneath: less is needed for far ranges.
    ahead = wanted_range * STANDARD_GRAVITY / (2.0 * up)
    return up, np.minimum(ahead, 7_300.0)


def _first_guess(laws: Laws, wanted_range: Floats, wanted_apogee: Floats) -> Floats:
    burnt = 1.0 - np.exp(-speed_needed(wanted_range, wanted_apogee) / laws.exhaust)
    burnt = np.clip(burnt, _LEAST + 0.02, _MOST - 0.03)
    up, along = _burnout_velocity(wanted_range, wanted_apogee)
    # The gravity turn makes a small tilt four to eight times as large.
    kick = np.clip(np.arctan2(along, up) / 5.0, 2e-4, 1.2)
    return np.stack([np.log(burnt / (1.0 - burnt)), np.log(kick)], -1)
