"""Dark flight: how a stone, or any light body, falls through real air and drifts in its wind.

After a meteoroid stops glowing it falls for minutes, and the wind carries it kilometres. The
same holds for light debris. Air here is a measured or forecast profile over one place, and
the drag coefficient follows the Mach number and the body's shape. Left out: lift, tumbling,
further breaking, vertical wind, and that the wind differs from place to place.

Tested on the Murrili meteorite, whose stone was found (tests/authorities/test_murrili.py).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.errors import InputError
from launchwatch.flight import _kernels_dark
from launchwatch.flight.fall import Falls, falls_from_rows

Array = NDArray[np.float64]

DRY_AIR = 287.053
"""Specific gas constant of dry air, J/(kg·K) (US Standard Atmosphere 1976)."""

HEAT_RATIO = 1.4
"""Ratio of the specific heats of air (US Standard Atmosphere 1976)."""


def air_profile(
    height: ArrayLike,
    temperature: ArrayLike,
    pressure: ArrayLike,
    east: ArrayLike,
    north: ArrayLike,
) -> Array:
    """Give a profile of the air as `dark_falls` wants it, from a sounding's numbers.

    Humidity is left out: it makes air at most 1 % lighter, near the ground.

    Args:
        height: (m,) metres over the ellipsoid, increasing.
        temperature: (m,) kelvin.
        pressure: (m,) pascals.
        east: (m,) the wind's own velocity towards east, m/s.
        north: (m,) towards north, m/s.

    Raises:
        InputError: fewer than two heights, not increasing, or numbers not above 0.
    """
    columns = [np.asarray(c, dtype=np.float64) for c in (height, temperature, pressure)]
    columns += [np.asarray(c, dtype=np.float64) for c in (east, north)]
    up, kelvin, pascals, eastward, northward = columns
    if up.ndim != 1 or len(up) < 2 or any(c.shape != up.shape for c in columns):
        raise InputError(f"a profile needs five equal columns of two or more, got {up.shape}")
    if not all(np.isfinite(c).all() for c in columns) or not (np.diff(up) > 0.0).all():
        raise InputError("a profile's heights must increase and its numbers be finite")
    if not ((kelvin > 0.0).all() and (pascals > 0.0).all()):
        raise InputError("temperature and pressure must exceed 0")
    density = np.log(pascals / (DRY_AIR * kelvin))
    sound = np.sqrt(HEAT_RATIO * DRY_AIR * kelvin)
    return np.column_stack((up, density, sound, eastward, northward))


def dark_falls(
    states: ArrayLike,
    masses: ArrayLike,
    rock_density: ArrayLike,
    shapes: ArrayLike,
    air: Array,
    ground_height: float = 0.0,
    max_seconds: float = 3600.0,
    drag_factors: ArrayLike = 1.0,
) -> Falls:
    """Let stones fall through a profile of air.

    Args:
        states: (n, 6) position (m) and velocity (m/s) in ECEF.
        masses: (n,) or one for all, kg.
        rock_density: (n,) or one for all, kg/m³.
        shapes: (n,) or one: cross-section over volume^(2/3), 1.21 sphere to 2.18 cube and on.
        drag_factors: (n,) or one: what the drag is multiplied by, for its uncertainty.
        air: from `air_profile`.
        ground_height: metres over the ellipsoid.
        max_seconds: how long to follow a stone.

    Raises:
        InputError: another shape, or a number not above 0.
    """
    bodies = np.ascontiguousarray(states, dtype=np.float64)
    if bodies.ndim != 2 or bodies.shape[1] != 6 or not np.isfinite(bodies).all():
        raise InputError(f"states must be finite, of shape (n, 6), got {bodies.shape}")
    n = len(bodies)
    mass, rock, shape, factor = (
        np.array(np.broadcast_to(np.asarray(v, dtype=np.float64), (n,)))
        for v in (masses, rock_density, shapes, drag_factors)
    )
    if not all((v > 0.0).all() for v in (mass, rock, shape, factor)):
        raise InputError("mass, rock density, shape and drag factor must exceed 0")
    area = factor * shape * (mass / rock) ** (2.0 / 3.0) / mass
    out = np.empty((n, 6))
    profile = np.ascontiguousarray(air, dtype=np.float64)
    _kernels_dark.dark_falls(
        bodies, area, shape, profile, float(ground_height), float(max_seconds), out
    )
    return falls_from_rows(out)
