"""Kernels of the Earth: gravity, density, and heights over the WGS 84 ellipsoid.

Positions are ECEF in metres, angles in radians, heights above the ellipsoid. Nothing is
checked here: see the public functions beside this file.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.constants import (
    EARTH_GM,
    EARTH_J2,
    WGS84_ECCENTRICITY2,
    WGS84_SEMI_MAJOR,
)
from launchwatch.earth._kernels_density import BOTTOM, CELLS, COARSE, FINE, FINE_CELLS, MIDDLE, TOP

Array = NDArray[np.float64]

_A = WGS84_SEMI_MAJOR
_E2 = WGS84_ECCENTRICITY2
_AXIS2 = 1.0 - WGS84_ECCENTRICITY2
_AXIS = math.sqrt(_AXIS2)
_B = WGS84_SEMI_MAJOR * _AXIS
_SECOND_E2 = _E2 / _AXIS2
_J2_FACTOR = 1.5 * EARTH_J2 * WGS84_SEMI_MAJOR * WGS84_SEMI_MAJOR
_PER_FINE = 1.0 / FINE
_PER_COARSE = 1.0 / COARSE
_COARSE_CELLS = len(CELLS) - FINE_CELLS


@kernel
def gravity(x: float, y: float, z: float) -> tuple[float, float, float]:
    """Give gravitational acceleration (m/s²): central term and J2, no centrifugal part."""
    r2 = x * x + y * y + z * z
    inverse2 = 1.0 / r2
    central = -EARTH_GM * inverse2 / math.sqrt(r2)
    bulge = _J2_FACTOR * inverse2
    polar = 5.0 * z * z * inverse2
    equatorial = central * (1.0 + bulge * (1.0 - polar))
    return equatorial * x, equatorial * y, central * (1.0 + bulge * (3.0 - polar)) * z


@kernel
def density(height: float) -> float:
    """Give air density (kg/m³) at a height in metres; constant below -5 km, 0 above 1,000 km."""
    if not height <= TOP:
        return 0.0
    if height < MIDDLE:
        place = (max(height, BOTTOM) - BOTTOM) * _PER_FINE
        cell = int(place)
        u = place - cell
    else:
        place = (height - MIDDLE) * _PER_COARSE
        cell = min(int(place), _COARSE_CELLS - 1)
        u = place - cell
        cell += FINE_CELLS
    air: float = CELLS[cell, 0] + u * (CELLS[cell, 1] + u * (CELLS[cell, 2] + u * CELLS[cell, 3]))
    return air


@kernel
def height(x: float, y: float, z: float) -> float:
    """Give height (m) cheaply: exact on the ellipsoid, 24 µm off at 100 km, 5 mm at 2,000 km.

    The distance beyond the ellipsoid along the radius, less what the angle δ between radius
    and normal makes of it to second order: h ≈ d - ½ δ² d R/(R + d).
    """
    p2 = x * x + y * y
    z2 = z * z
    r2 = p2 + z2
    r = math.sqrt(r2)
    surface = _A / math.sqrt(1.0 + _SECOND_E2 * z2 / r2)
    beyond = r - surface
    # tan δ = e² sin θ cos θ / (1 - e² cos² θ), θ the geocentric latitude
    slope2 = _E2 * _E2 * p2 * z2 / ((r2 - _E2 * p2) * (r2 - _E2 * p2))
    return beyond * (1.0 - 0.5 * slope2 * surface / r)


@kernel
def geodetic_from_ecef(x: float, y: float, z: float) -> tuple[float, float, float]:
    """Give latitude, longitude and height: two rounds of Halley's rule on the reduced latitude.

    Source: Fukushima, "Transformation from Cartesian to geodetic coordinates accelerated by
    Halley's method", J. Geod. 79 (2006) 689-693.
    """
    p = math.sqrt(x * x + y * y)
    longitude = math.atan2(y, x)
    if p < 1e-100:
        # On the axis the rule divides nought by nought.
        if z == 0.0:
            return 0.0, longitude, -_A
        return math.copysign(0.5 * math.pi, z), longitude, abs(z) - _B
    flat = p / _A
    polar = _AXIS * abs(z) / _A
    s = polar
    c = _AXIS * flat
    for _ in range(2):
        a = math.sqrt(s * s + c * c)
        # Scale first: the rule is homogeneous, and cubes of large numbers are not kind.
        s /= a
        c /= a
        d = polar + _E2 * s * s * s
        f = flat - _E2 * c * c * c
        b = 1.5 * _E2 * s * c * c * (flat * s - polar * c - _E2 * s * c)
        s, c = d * f - b * s, f * f - b * c
    c *= _AXIS
    length = math.sqrt(s * s + c * c)
    sine = s / length
    cosine = c / length
    up = p * cosine + abs(z) * sine - _A * math.sqrt(1.0 - _E2 * sine * sine)
    latitude = math.atan2(sine, cosine)
    if z < 0.0:
        latitude = -latitude
    return latitude, longitude, up


@kernel
def ecef_from_geodetic(
    latitude: float, longitude: float, height: float
) -> tuple[float, float, float]:
    """Give x, y and z (m) from latitude, longitude (rad) and height (m)."""
    sine = math.sin(latitude)
    normal = _A / math.sqrt(1.0 - _E2 * sine * sine)
    across = (normal + height) * math.cos(latitude)
    return (
        across * math.cos(longitude),
        across * math.sin(longitude),
        (normal * _AXIS2 + height) * sine,
    )


@kernel
def gravities(points: Array, out: Array) -> None:
    """Write the gravity (n, 3) at each of points (n, 3)."""
    for i in range(len(points)):
        out[i, 0], out[i, 1], out[i, 2] = gravity(points[i, 0], points[i, 1], points[i, 2])


@kernel
def densities(heights: Array, out: Array) -> None:
    """Write the density (n,) at each of heights (n,)."""
    for i in range(len(heights)):
        out[i] = density(heights[i])


@kernel
def geodetics(points: Array, out: Array) -> None:
    """Write latitude, longitude and height (n, 3) of each of points (n, 3)."""
    for i in range(len(points)):
        latitude, longitude, up = geodetic_from_ecef(points[i, 0], points[i, 1], points[i, 2])
        out[i, 0] = latitude
        out[i, 1] = longitude
        out[i, 2] = up
