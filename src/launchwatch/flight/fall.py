"""Where bodies come down: many falls at once, and one path to draw.

Each body falls without thrust from a position and a velocity, slowed by its drag in still
air (US Standard Atmosphere 1976), around a rotating, flattened Earth. Left out: wind, lift,
breaking up, burning off; a light body in a jet stream drifts kilometres (see
`launchwatch.flight.darkflight`, which has wind).

Steps adapt so that the point of fall is exact to about a metre (root mean square, for 100
to 3,000 km and ballistic coefficients from 100 to 8,000 kg/m²; design/propagation.md).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.errors import InputError
from launchwatch.flight import _kernels

Array = NDArray[np.float64]


class Falls(NamedTuple):
    """What became of bodies that fell, one entry each.

    Attributes:
        latitude: where it came down, or was after the time allowed; radians.
        longitude: radians.
        seconds: from the start until then.
        apogee: greatest height over the ellipsoid on the way, metres.
        speed: relative to the ground, at the end, m/s.
        status: 1 fell; 0 still flying; -1 below the ground and sinking at the start.
    """

    latitude: Array
    longitude: Array
    seconds: Array
    apogee: Array
    speed: Array
    status: NDArray[np.int64]


def _bodies(states: ArrayLike, width: int) -> Array:
    bodies = np.ascontiguousarray(states, dtype=np.float64)
    if bodies.ndim != 2 or bodies.shape[1] != width:
        raise InputError(f"states must have shape (n, {width}), got {bodies.shape}")
    if not np.isfinite(bodies).all():
        raise InputError("states must be finite numbers")
    return bodies


def _spread(values: ArrayLike, count: int, what: str) -> Array:
    numbers = np.array(np.broadcast_to(np.asarray(values, dtype=np.float64), (count,)))
    if not np.isfinite(numbers).all():
        raise InputError(f"{what} must be finite")
    return numbers


def _limits(ground_height: float, max_seconds: float) -> tuple[float, float]:
    if not -12_000.0 <= ground_height <= 9_000.0:
        raise InputError(f"ground height must lie within -12000..9000 m, got {ground_height!r}")
    if not 0.0 < max_seconds <= 1e6:
        raise InputError(f"seconds allowed must lie within 0..1e6, got {max_seconds!r}")
    return float(ground_height), float(max_seconds)


def falls_from_rows(rows: Array) -> Falls:
    """Name the columns (n, 6) that the kernels write."""
    latitude, longitude, seconds, apogee, speed = (rows[:, j].copy() for j in range(5))
    return Falls(latitude, longitude, seconds, apogee, speed, rows[:, 5].astype(np.int64))


def falls(
    states: ArrayLike,
    ballistic_coefficients: ArrayLike,
    ground_height: float = 0.0,
    max_seconds: float = 7200.0,
) -> Falls:
    """Let bodies fall to a height over the ellipsoid.

    Args:
        states: (n, 6) position (m) and velocity (m/s) in ECEF.
        ballistic_coefficients: (n,) or one for all, m/(Cd·A) in kg/m², above 0.
        ground_height: where a fall ends, metres over the ellipsoid.
        max_seconds: how long to follow a body.

    Raises:
        InputError: another shape, numbers that are not finite, a coefficient not above 0.
    """
    bodies = _bodies(states, 6)
    coefficients = _spread(ballistic_coefficients, len(bodies), "ballistic coefficients")
    if not (coefficients > 0.0).all():
        raise InputError(f"ballistic coefficients must exceed 0, got {coefficients.min():.6g}")
    ground, longest = _limits(ground_height, max_seconds)
    out = np.empty((len(bodies), 6))
    _kernels.falls(np.column_stack((bodies, np.log(coefficients))), ground, longest, out)
    return falls_from_rows(out)


def burn_falls(
    states: ArrayLike,
    burn_seconds: ArrayLike,
    ballistic_coefficients: ArrayLike,
    ground_height: float = 0.0,
    max_seconds: float = 7200.0,
) -> Falls:
    """Let bodies burn on for a while, then fall.

    Args:
        states: (n, 9) of the boost model, see `launchwatch.flight.motion`.
        burn_seconds: (n,) or one for all: time until burnout, 0 to 1,000 s.
        ballistic_coefficients: (n,) or one for all, after burnout, kg/m².
        ground_height: where a fall ends, metres over the ellipsoid.
        max_seconds: how long to follow a body after burnout.

    Raises:
        InputError: as for `falls`, or a burn outside 0..1,000 s.
    """
    bodies = _bodies(states, 9)
    coefficients = _spread(ballistic_coefficients, len(bodies), "ballistic coefficients")
    burning = _spread(burn_seconds, len(bodies), "burn seconds")
    if not (coefficients > 0.0).all():
        raise InputError(f"ballistic coefficients must exceed 0, got {coefficients.min():.6g}")
    if ((burning < 0.0) | (burning > 1000.0)).any():
        raise InputError("burn seconds must lie within 0..1000")
    ground, longest = _limits(ground_height, max_seconds)
    after, out = np.empty((len(bodies), 7)), np.empty((len(bodies), 6))
    _kernels.burn_outs(bodies, burning, after)
    after[:, 6] = np.log(coefficients)
    _kernels.falls(after, ground, longest, out)
    out[:, 2] += burning
    return falls_from_rows(out)
