"""Density of the air: the US Standard Atmosphere 1976 from -5 to 1,000 km, made smooth.

The standard's layers meet with corners. Filters differentiate and integrators extrapolate,
so the density here is cubic between heights 250 m apart (1 km apart above 128 km), with a
continuous slope; it equals the standard at those heights and departs by at most 1e-3 of
itself in the one cell around a corner. The true atmosphere differs from any standard by
some per cent at the ground, 10 % at 50 km and a factor of two at 150 km.

Heights of the standard are above sea level; above the ellipsoid they are taken as equal,
which is wrong by up to 1.5 % of the density (geoid 100 m), near Korea and Japan by 0.3 to
0.6 % (20 to 40 m).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.earth import _kernels
from launchwatch.errors import InputError


def density(height: ArrayLike) -> NDArray[np.float64]:
    """Give air density in kg/m³.

    Args:
        height: (...) metres. Below -5 km the density stays as there; above 1,000 km it is 0.

    Returns:
        (...) kg/m³.

    Raises:
        InputError: a height is not a number.

    Source: U.S. Standard Atmosphere, 1976, NOAA-S/T-76-1562; made by design/atmosphere_table.py.
    """
    heights = np.asarray(height, dtype=np.float64)
    if np.isnan(heights).any():
        raise InputError("height must be a number, got NaN")
    result = np.empty(heights.size)
    _kernels.densities(np.ascontiguousarray(heights.reshape(-1)), result)
    return result.reshape(heights.shape)
