"""Gravitation of the Earth: the central term and the flattening (J2).

Left out: higher terms of the field (up to 3e-4 m/s² near the ground, some metres over a
short flight), Sun, Moon and tides (1e-6 m/s²). The centrifugal part that a scale would
also show stands in `launchwatch.earth.rotation`.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.earth import _kernels
from launchwatch.earth.ellipsoid import checked_vectors
from launchwatch.errors import InputError


def gravity(points: ArrayLike) -> NDArray[np.float64]:
    """Give gravitational acceleration in ECEF.

    Args:
        points: (..., 3) ECEF, metres; not the Earth's centre.

    Returns:
        (..., 3) m/s².

    Raises:
        InputError: another shape, not finite, or at the centre.

    Source: Montenbruck and Gill, Satellite Orbits (2000), section 3.2; constants of WGS 84.
    """
    positions = checked_vectors(points, "ECEF positions")
    if (positions == 0.0).all(axis=-1).any():
        raise InputError("gravity has no direction at the Earth's centre")
    result = np.empty((positions.size // 3, 3))
    _kernels.gravities(positions.reshape(-1, 3), result)
    return result.reshape(positions.shape)
