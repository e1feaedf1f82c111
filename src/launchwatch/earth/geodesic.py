"""Shortest lines on the WGS 84 ellipsoid: how far, in which direction, and where to.

Thin over GeographicLib as it comes with PROJ (Karney, J. Geod. 87 (2013) 43-55), exact to
nanometres. Azimuths run clockwise from true north; an azimuth at the end is that of going on.
"""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.constants import WGS84_FLATTENING, WGS84_SEMI_MAJOR
from launchwatch.errors import InputError

Array = NDArray[np.float64]


@cache
def _wgs84() -> Any:
    # PROJ takes a tenth of a second to load, and not every command needs it.
    from pyproj import Geod

    return Geod(a=WGS84_SEMI_MAJOR, f=WGS84_FLATTENING)


def _checked(**values: ArrayLike) -> list[Array]:
    arrays = np.broadcast_arrays(*(np.asarray(v, dtype=np.float64) for v in values.values()))
    for name, array in zip(values, arrays, strict=True):
        if not np.isfinite(array).all():
            raise InputError(f"{name} must be finite numbers")
        if name.startswith("latitude") and (np.abs(array) > np.pi / 2 + 1e-12).any():
            raise InputError(f"{name} must lie within ±π/2, got {np.abs(array).max():.6g} rad")
    return [np.array(a) for a in arrays]


def inverse(
    latitude_1: ArrayLike, longitude_1: ArrayLike, latitude_2: ArrayLike, longitude_2: ArrayLike
) -> tuple[Array, Array, Array]:
    """Give distance (m), azimuth at the start and azimuth at the end (rad, -π..π).

    Args:
        latitude_1, longitude_1: (...) start, radians.
        latitude_2, longitude_2: (...) end, radians.

    Raises:
        InputError: a latitude beyond a pole, or a number that is not finite.
    """
    lat1, lon1, lat2, lon2 = _checked(
        latitude_1=latitude_1,
        longitude_1=longitude_1,
        latitude_2=latitude_2,
        longitude_2=longitude_2,
    )
    start, back, distance = _wgs84().inv(lon1, lat1, lon2, lat2, radians=True)
    return np.asarray(distance), np.asarray(start), _onward(back)


def direct(
    latitude: ArrayLike, longitude: ArrayLike, azimuth: ArrayLike, distance: ArrayLike
) -> tuple[Array, Array, Array]:
    """Give latitude, longitude (rad) and azimuth there after going a distance (m).

    Args:
        latitude, longitude: (...) start, radians.
        azimuth: (...) radians clockwise from true north.
        distance: (...) metres; negative goes backwards.

    Raises:
        InputError: a latitude beyond a pole, or a number that is not finite.
    """
    lat, lon, az, far = _checked(
        latitude=latitude, longitude=longitude, azimuth=azimuth, distance=distance
    )
    lon2, lat2, back = _wgs84().fwd(lon, lat, az, far, radians=True)
    return np.asarray(lat2), np.asarray(lon2), _onward(back)


def _onward(back: ArrayLike) -> Array:
    """Turn PROJ's azimuth back to the start into the azimuth of going on, in -π..π."""
    turned = np.asarray(back, dtype=np.float64) + np.pi
    return np.asarray(np.where(turned > np.pi, turned - 2.0 * np.pi, turned))
