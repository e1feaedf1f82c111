"""What the Earth's rotation does to motion seen from it.

ECEF turns once a sidereal day about its z axis, so a body left to itself is accelerated
there by the Coriolis and centrifugal terms. Precession, nutation and polar motion are left
out: they matter over days.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.constants import EARTH_ROTATION
from launchwatch.earth.ellipsoid import checked_vectors

Array = NDArray[np.float64]


def coriolis(velocities: ArrayLike) -> Array:
    """Give the Coriolis acceleration -2 ω x v (..., 3; m/s²) of ECEF velocities (m/s)."""
    v = checked_vectors(velocities, "ECEF velocities")
    zero = np.zeros(v.shape[:-1])
    return 2.0 * EARTH_ROTATION * np.stack((v[..., 1], -v[..., 0], zero), axis=-1)


def centrifugal(points: ArrayLike) -> Array:
    """Give the centrifugal acceleration -ω x (ω x r) (..., 3; m/s²) at ECEF positions (m)."""
    r = checked_vectors(points, "ECEF positions")
    return EARTH_ROTATION**2 * np.stack((r[..., 0], r[..., 1], np.zeros(r.shape[:-1])), axis=-1)


def inertial_velocity(points: ArrayLike, velocities: ArrayLike) -> Array:
    """Give velocity against the stars, v + ω x r, in the directions of ECEF's axes (m/s)."""
    r = checked_vectors(points, "ECEF positions")
    v = checked_vectors(velocities, "ECEF velocities")
    zero = np.zeros(r.shape[:-1])
    return v + EARTH_ROTATION * np.stack((-r[..., 1], r[..., 0], zero), axis=-1)
