"""What the air does to a fall that nobody measured: wind, density, drag near the speed of sound.

A few bodies that span a track's ballistic coefficients are flown with no upset, and with each
alone (`launchwatch.assessment._kernels_upset`); every sample then moves by the sum of what its own
draws do to a body of its coefficient. To first order: for 30 m/s of wind the second order is some
per cent of the shift. Left out: what air does on the way up, while a motor burns, and that it
differs from place to place.

The priors are judgements from what is commonly said of the air over the year at any place, not
looked up in tables; a forecast would narrow them.
"""

import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment import _kernels_upset
from launchwatch.assessment._kernels_air import (
    AIR_BEGINS,
    DENSITY,
    EAST,
    LEVELS,
    MEASURED,
    NORTH,
    PEAK,
    PEAK_SHARES,
    SOUND,
    UPSETS,
)
from launchwatch.assessment.normal import shares_below
from launchwatch.assessment.ranks import at_shares
from launchwatch.earth.ellipsoid import geodetic_from_ecef

Floats = NDArray[np.float64]

NORMALS = 3 * LEVELS + 1
"""Standard normal numbers that a sample's air needs."""

WIND_SIGMA = (6.0, 18.0, 13.0, 28.0)
"""One sigma of either component of the wind, m/s, at 0, 12, 30 and 60 km."""

WESTERLY = 20.0
"""Mean wind towards east at 12 km between 25° and 65° of either latitude, m/s: jet streams carry
30 to 60 in winter and 10 in summer."""

DENSITY_SIGMA = (0.03, 0.03, 0.06, 0.13)
"""One sigma of ln density about the standard's at those heights."""

GREATEST_PEAK = 1.0
"""The drag coefficient of slender bodies is commonly said to be up to twice as large at the speed
of sound as far above it: uniform from nothing to this share more."""

_PEAKS = (0.5, 1.0)
_REFERENCES = 5
_NARROW = 0.3
_FELT = 60_000.0


def _unit_upsets() -> Floats:
    """Give what each number of the air does alone: one sigma of it, or a level of the peak; and
    none, last."""
    upsets = np.zeros((3 * LEVELS + len(_PEAKS) + 1, UPSETS))
    for level in range(LEVELS):
        upsets[level, EAST + level] = WIND_SIGMA[level]
        upsets[LEVELS + level, NORTH + level] = WIND_SIGMA[level]
        upsets[2 * LEVELS + level, DENSITY + level] = DENSITY_SIGMA[level]
    for n, peak in enumerate(_PEAKS):
        upsets[3 * LEVELS + n, PEAK] = peak * GREATEST_PEAK
    return upsets


_UPSETS = _unit_upsets()


def drifts(state: Floats, log_beta: Floats, normals: Floats, longest: float) -> Floats:
    """Draw how much farther bodies fall than in still, standard air.

    Args:
        state: (6,) where they are, ECEF; all about there.
        log_beta: (n,) ln ballistic coefficient/(kg/m²).
        normals: (n, NORMALS) independent standard normal numbers.
        longest: seconds to follow a body.

    Returns:
        (n, 3) more latitude, longitude (rad) and seconds.
    """
    low, high = at_shares(np.sort(log_beta), (0.02, 0.98))
    count = 2 if high - low < _NARROW else _REFERENCES
    middle, half = 0.5 * (low + high), max(0.5 * (high - low), 0.02)
    references = np.linspace(middle - half, middle + half, count)
    amounts = np.empty((len(log_beta), 3 * LEVELS + len(_PEAKS)))
    amounts[:, : 3 * LEVELS] = normals[:, : 3 * LEVELS]
    latitude, _, _ = geodetic_from_ecef(state[None, :3])
    if np.radians(25.0) < abs(latitude[0]) < np.radians(65.0):
        amounts[:, 1] += WESTERLY / WIND_SIGMA[1]
    # Straight between no peak, half of it and all of it.
    peak = shares_below(normals[:, 3 * LEVELS])
    upper = np.maximum(peak - 0.5, 0.0) / 0.5
    amounts[:, -2], amounts[:, -1] = np.minimum(peak, 0.5) / 0.5 - upper, upper
    # What they do to a body of each reference's coefficient; then straight between two of them.
    said = responses(state, references, longest)
    moved = (amounts @ said.transpose(1, 0, 2).reshape(len(said[0]), -1)).reshape(-1, count, 3)
    place = (log_beta - references[0]) / (references[1] - references[0])
    place = np.minimum(np.maximum(place, 0.0), count - 1.001)
    at, rows = place.astype(np.int64), np.arange(len(place))
    share = (place - at)[:, None]
    return np.asarray((1.0 - share) * moved[rows, at] + share * moved[rows, at + 1])


def responses(state: Floats, log_beta: Floats, longest: float) -> Floats:
    """Give how much farther bodies of k coefficients fall for each of the air's numbers alone.

    Returns:
        (k, 3 LEVELS + 2, 3) more latitude, longitude (rad) and seconds: for one sigma of each, and
        for half and all of the peak of drag.
    """
    upsets = np.tile(_UPSETS, (len(log_beta), 1))
    upsets[:, MEASURED] = _measured(state)
    n = len(upsets)
    ended = np.empty((n, 8))
    _kernels_upset.upset_falls(
        np.tile(state, (n, 1)), np.repeat(log_beta, len(_UPSETS)), upsets,
        np.full(n, float(AIR_BEGINS)), np.full(n, np.inf), longest, ended,
    )  # fmt: skip
    latitude, longitude, _ = geodetic_from_ecef(ended[:, :3])
    ends = np.stack([latitude, longitude, ended[:, 6]], -1).reshape(len(log_beta), -1, 3)
    more: Floats = ends[:, :-1] - ends[:, -1:]
    more[..., 1] = (more[..., 1] + np.pi) % (2.0 * np.pi) - np.pi
    return more


def _measured(state: Floats) -> float:
    """Give the share of the peak of drag at which a coefficient was measured that is known."""
    _, _, height = geodetic_from_ecef(state[None, :3])
    if height[0] > _FELT or float(state[:3] @ state[3:]) > 0.0:
        return 0.0
    mach = np.linalg.norm(state[3:]) / SOUND
    return float(PEAK_SHARES[min(int(40.0 * mach), len(PEAK_SHARES) - 1)])
