"""Positions on and over the WGS 84 ellipsoid: ECEF to latitude, longitude, height and back.

ECEF axes: x through the equator at Greenwich, z through the north pole. Heights are above
the ellipsoid, not above sea level; the two differ by up to 100 m.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.constants import WGS84_ECCENTRICITY2, WGS84_SEMI_MAJOR
from launchwatch.earth import _kernels
from launchwatch.errors import InputError

Array = NDArray[np.float64]


def checked_vectors(values: ArrayLike, what: str) -> Array:
    """Give values as finite float64 of shape (..., 3), contiguous.

    Raises:
        InputError: another shape, or a number that is not finite.
    """
    vectors = np.ascontiguousarray(values, dtype=np.float64)
    if vectors.ndim == 0 or vectors.shape[-1] != 3:
        raise InputError(f"{what} must have shape (..., 3), got {vectors.shape}")
    if not np.isfinite(vectors).all():
        raise InputError(f"{what} must be finite numbers")
    return vectors


def geodetic_from_ecef(points: ArrayLike) -> tuple[Array, Array, Array]:
    """Turn ECEF positions into latitude, longitude and height.

    Exact to a few nanometres up to geostationary distance; at the Earth's centre the
    latitude is 0. Longitudes lie in -π..π.

    Args:
        points: (..., 3) metres.

    Returns:
        Latitude and longitude in radians and height in metres, each (...).

    Raises:
        InputError: another shape, or not finite.

    Source: Fukushima, J. Geod. 79 (2006) 689-693.
    """
    positions = checked_vectors(points, "ECEF positions")
    result = np.empty((positions.size // 3, 3))
    _kernels.geodetics(positions.reshape(-1, 3), result)
    shape = positions.shape[:-1]
    latitude, longitude, height = (np.ascontiguousarray(c).reshape(shape) for c in result.T)
    return latitude, longitude, height


def ecef_from_geodetic(latitude: ArrayLike, longitude: ArrayLike, height: ArrayLike) -> Array:
    """Turn latitude, longitude (rad) and height (m) into ECEF positions.

    Args:
        latitude: (...) within ±π/2.
        longitude: (...), any turn.
        height: (...) above the ellipsoid.

    Returns:
        (..., 3) metres.

    Raises:
        InputError: a latitude beyond a pole, or a number that is not finite.
    """
    lat, lon, up = np.broadcast_arrays(
        np.asarray(latitude, dtype=np.float64),
        np.asarray(longitude, dtype=np.float64),
        np.asarray(height, dtype=np.float64),
    )
    if not (np.isfinite(lat).all() and np.isfinite(lon).all() and np.isfinite(up).all()):
        raise InputError("latitude, longitude and height must be finite numbers")
    if (np.abs(lat) > np.pi / 2 + 1e-12).any():
        raise InputError(f"latitude must lie within ±π/2, got {np.abs(lat).max():.6g} rad")
    sine = np.sin(lat)
    normal = WGS84_SEMI_MAJOR / np.sqrt(1.0 - WGS84_ECCENTRICITY2 * sine**2)
    across = (normal + up) * np.cos(lat)
    return np.stack(
        (
            across * np.cos(lon),
            across * np.sin(lon),
            (normal * (1.0 - WGS84_ECCENTRICITY2) + up) * sine,
        ),
        axis=-1,
    )
