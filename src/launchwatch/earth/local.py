"""Local frames at a site: east-north-up (ENU) and azimuth-elevation-range (AER).

Up is the normal of the WGS 84 ellipsoid. Azimuth runs clockwise from true north, elevation
up from the plane tangent to the ellipsoid; refraction is not removed.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.earth.ellipsoid import checked_vectors, ecef_from_geodetic
from launchwatch.errors import InputError

Array = NDArray[np.float64]


def ecef_from_enu_rotation(latitude: ArrayLike, longitude: ArrayLike) -> Array:
    """Give the matrix that turns ENU vectors into ECEF: its columns are east, north and up.

    Args:
        latitude: (...) geodetic, radians.
        longitude: (...) radians.

    Returns:
        (..., 3, 3); its transpose turns ECEF into ENU.
    """
    lat, lon = np.broadcast_arrays(
        np.asarray(latitude, dtype=np.float64), np.asarray(longitude, dtype=np.float64)
    )
    sine, cosine = np.sin(lat), np.cos(lat)
    s, c = np.sin(lon), np.cos(lon)
    rows = (
        (-s, -sine * c, cosine * c),
        (c, -sine * s, cosine * s),
        (np.zeros_like(lat), cosine, sine),
    )
    return np.stack([np.stack(row, axis=-1) for row in rows], axis=-2)


def ecef_from_enu(enu: ArrayLike, latitude: float, longitude: float, height: float) -> Array:
    """Turn positions in a site's ENU frame (..., 3) into ECEF, metres."""
    rotation = ecef_from_enu_rotation(latitude, longitude)
    return checked_vectors(enu, "ENU positions") @ rotation.T + ecef_from_geodetic(
        latitude, longitude, height
    )


def enu_from_ecef(points: ArrayLike, latitude: float, longitude: float, height: float) -> Array:
    """Turn ECEF positions (..., 3) into a site's ENU frame, metres."""
    rotation = ecef_from_enu_rotation(latitude, longitude)
    site = ecef_from_geodetic(latitude, longitude, height)
    return (checked_vectors(points, "ECEF positions") - site) @ rotation


def enu_from_aer(azimuth: ArrayLike, elevation: ArrayLike, distance: ArrayLike) -> Array:
    """Turn azimuth, elevation and slant range into east, north, up.

    Args:
        azimuth: (...) radians, clockwise from true north.
        elevation: (...) radians, within ±π/2.
        distance: (...) slant range in metres, not negative.

    Returns:
        (..., 3) metres in the site's ENU frame.

    Raises:
        InputError: a range is negative or a number is not finite.
    """
    az = np.asarray(azimuth, dtype=np.float64)
    el = np.asarray(elevation, dtype=np.float64)
    slant = np.asarray(distance, dtype=np.float64)
    if not (np.isfinite(az).all() and np.isfinite(el).all() and np.isfinite(slant).all()):
        raise InputError("azimuth, elevation and range must be finite numbers")
    if (slant < 0.0).any():
        raise InputError(f"range must not be negative, got {slant.min():.6g} m")
    level = slant * np.cos(el)
    return np.stack(
        np.broadcast_arrays(level * np.sin(az), level * np.cos(az), slant * np.sin(el)), axis=-1
    )


def aer_from_enu(enu: ArrayLike) -> tuple[Array, Array, Array]:
    """Turn east, north, up (..., 3) into azimuth (0..2π), elevation (rad) and range (m)."""
    vectors = checked_vectors(enu, "ENU vectors")
    east, north, up = vectors[..., 0], vectors[..., 1], vectors[..., 2]
    level = np.hypot(east, north)
    azimuth = np.arctan2(east, north) % (2.0 * np.pi)
    return azimuth, np.arctan2(up, level), np.hypot(level, up)
