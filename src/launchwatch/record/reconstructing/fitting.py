"""Find burning time and tilt with which flights fall where they are wanted, as high as wanted.

Newton's rule, all flights at once, in the logit of the burnt share and the tilt as a vector (east,
north) on the fall (east, north) and ln apogee, by differences, with steps held short. The tilt is
a vector because the Earth turns beneath a flight: one of 6,000 km height falls 1,000 km to the west
of where its azimuth points, perhaps behind its launch place. Flights that do not settle are marked,
and left out of the family.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.constants import EARTH_ROTATION, STANDARD_GRAVITY, WGS84_SEMI_MAJOR
from launchwatch.record.reconstructing.flying import Flown, Laws, flown

Floats = NDArray[np.float64]

_ROUNDS = 14
_TILTED = (1.0, 3.0, 0.4)
"""Times the first guess: where the search begins, and begins again where it did not settle."""
_NUDGE = 1e-3
_LONGEST_STEP = 0.5
_CLOSE = 4e-3
"""A miss, as a share of range and of apogee, that counts as settled: finer than any report."""
_LEAST, _MOST = 0.05, 0.93
_TILTS = (np.log(1e-4), np.log(1.4))


class Fit(NamedTuple):
    """The flights as found; entries (n,).

    Attributes:
        laws: as given, their azimuths now those of the launch, not of the fall.
    """

    laws: Laws
    burnt: Floats
    log_kick: Floats
    flown: Flown
    settled: NDArray[np.bool_]


class _Wanted(NamedTuple):
    range: Floats
    apogee: Floats
    bearing: Floats
    tilt: Floats

    def at(self, rows: NDArray[np.intp]) -> "_Wanted":
        return _Wanted(*(column[rows] for column in self))


def fit(laws: Laws, wanted_range: Floats, wanted_apogee: Floats) -> Fit:
    """Find the flights of laws (n,) that reach a range and an apogee, metres (n,).

    Args:
        laws: their azimuths are where the fall lies from the launch point.
    """
    first, tilt = _first_guess(laws, wanted_range, wanted_apogee)
    wanted = _Wanted(wanted_range, wanted_apogee, laws.azimuth, tilt)
    x, best = first.copy(), first.copy()
    least = np.full(len(x), np.inf)
    for number in range(_ROUNDS * len(_TILTED)):
        if number % _ROUNDS == 0:
            lost = least > _CLOSE
            x[lost] = first[lost] * (1.0, *(_TILTED[number // _ROUNDS],) * 2)
        # Only what has not settled is flown again.
        rows = np.flatnonzero(least > _CLOSE)
        if not len(rows):
            break
        some, wants = laws.at(rows), wanted.at(rows)
        here = _misses(some, x[rows], wants)
        size = np.abs(here).max(axis=1)
        better = size < least[rows]
        best[rows[better]], least[rows[better]] = x[rows[better]], size[better]
        slopes = np.empty((len(rows), 3, 3))
        for j in range(3):
            nudged = x[rows].copy()
            nudged[:, j] += _NUDGE
            slopes[:, :, j] = (_misses(some, nudged, wants) - here) / _NUDGE
        slopes[np.abs(np.linalg.det(slopes)) < 1e-9] = np.eye(3)
        step = np.linalg.solve(slopes, here[:, :, None])[:, :, 0]
        length = np.abs(step).max(axis=1)
        step *= np.minimum(1.0, _LONGEST_STEP / np.maximum(length, 1e-12))[:, None]
        moved = x[rows] - step
        moved[:, 0] = np.clip(moved[:, 0], *np.log([_LEAST / (1 - _LEAST), _MOST / (1 - _MOST)]))
        x[rows] = moved
    aimed, burnt, log_kick = _ascent(laws, best, tilt)
    made = flown(aimed, burnt, log_kick)
    return Fit(aimed, burnt, log_kick, made, (least <= 5.0 * _CLOSE) & made.fell)


def _ascent(laws: Laws, x: Floats, tilt: Floats) -> tuple[Laws, Floats, Floats]:
    """Give laws with the azimuth, the burnt share and ln tilt that a row of unknowns means."""
    kick = np.clip(np.log(np.hypot(x[:, 1], x[:, 2]) * tilt + 1e-12), *_TILTS)
    aimed = laws._replace(azimuth=np.arctan2(x[:, 1], x[:, 2]))
    return aimed, 1.0 / (1.0 + np.exp(-x[:, 0])), kick


def _misses(laws: Laws, x: Floats, wanted: _Wanted) -> Floats:
    made = flown(*_ascent(laws, x, wanted.tilt))
    far = np.where(made.fell, made.range, 2e7) / wanted.range
    return np.stack(
        [far * np.sin(made.bearing) - np.sin(wanted.bearing),
         far * np.cos(made.bearing) - np.cos(wanted.bearing),
         np.log(np.maximum(made.apogee, 1e2) / wanted.apogee)], -1,
    )  # fmt: skip


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


def _first_guess(laws: Laws, wanted_range: Floats, wanted_apogee: Floats) -> tuple[Floats, Floats]:
    """Give unknowns (n, 3), the tilt in units of the tilts (n,) that come with them."""
    burnt = 1.0 - np.exp(-speed_needed(wanted_range, wanted_apogee) / laws.exhaust)
    burnt = np.clip(burnt, _LEAST + 0.02, _MOST - 0.03)
    # Thrown straight up, a body comes down so far to the west (flat Earth, constant gravity;
    # half of it for the highest, for which neither holds).
    west = 4.0 / 3.0 * EARTH_ROTATION * np.cos(laws.latitude)
    west = west * np.sqrt(8.0 * wanted_apogee**3 / STANDARD_GRAVITY)
    west = np.minimum(west, 0.15 * wanted_apogee)
    east = wanted_range * np.sin(laws.azimuth) + west
    north = wanted_range * np.cos(laws.azimuth)
    far = np.hypot(east, north)
    up, along = _burnout_velocity(far, wanted_apogee)
    # The gravity turn makes a small tilt four to eight times as large.
    tilt = np.clip(np.arctan2(along, up) / 5.0, 2e-4, 1.2)
    return np.stack([np.log(burnt / (1.0 - burnt)), east / far, north / far], -1), tilt
