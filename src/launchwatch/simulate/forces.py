"""What accelerates a body near the Earth, for the simulator alone, in plain Python.

The watch has kernels for the same forces. These are written again, with other formulas
and without them, on purpose: a mistake shared by the flight that is simulated and the
filter that follows it would be seen by neither. Only the standard atmosphere is shared.

Everything is in ECEF (WGS 84), metres and seconds. Left out: gravity beyond J2, wind,
Sun and Moon.
"""

import math
from functools import cache

import numpy as np
from scipy.interpolate import CubicSpline

from launchwatch.constants import (
    EARTH_GM,
    EARTH_J2,
    EARTH_ROTATION,
    WGS84_ECCENTRICITY2,
    WGS84_FLATTENING,
    WGS84_SEMI_MAJOR,
    WGS84_SEMI_MINOR,
)
from launchwatch.earth.atmosphere import density as standard_density

Vector = tuple[float, float, float]

_SECOND_ECCENTRICITY2 = WGS84_ECCENTRICITY2 / (1.0 - WGS84_ECCENTRICITY2)
_GRID = 500.0  # spacing of the density table; its spline errs by less than 1e-4 of ρ
_CEILING = 600_000.0  # above, drag moves nothing here by a millimetre


def gravity_and_rotation(position: Vector, velocity: Vector) -> Vector:
    """Give the acceleration by gravity with J2, Coriolis and centrifugal force, m/s².

    Source: Montenbruck and Gill, Satellite Orbits (2000), section 3.2.
    """
    x, y, z = position
    vx, vy, _ = velocity
    r2 = x * x + y * y + z * z
    central = -EARTH_GM / (r2 * math.sqrt(r2))
    oblate = 1.5 * EARTH_J2 * WGS84_SEMI_MAJOR**2 / r2
    polar = 5.0 * z * z / r2
    equatorial = central * (1.0 + oblate * (1.0 - polar))
    rotation2 = EARTH_ROTATION * EARTH_ROTATION
    return (
        equatorial * x + rotation2 * x + 2.0 * EARTH_ROTATION * vy,
        equatorial * y + rotation2 * y - 2.0 * EARTH_ROTATION * vx,
        central * (1.0 + oblate * (3.0 - polar)) * z,
    )


def geodetic_up_and_height(position: Vector) -> tuple[Vector, float]:
    """Give the ellipsoid's normal and the height above it.

    Source: Bowring, Survey Review 23 (1976) 323; one pass errs by less than 0.1 mm
    below 1,000 km.
    """
    x, y, z = position
    p = math.hypot(x, y)
    reduced = math.atan2(z, p * (1.0 - WGS84_FLATTENING))
    latitude = math.atan2(
        z + _SECOND_ECCENTRICITY2 * WGS84_SEMI_MINOR * math.sin(reduced) ** 3,
        p - WGS84_ECCENTRICITY2 * WGS84_SEMI_MAJOR * math.cos(reduced) ** 3,
    )
    sine, cosine = math.sin(latitude), math.cos(latitude)
    prime = math.sqrt(1.0 - WGS84_ECCENTRICITY2 * sine * sine)
    return (cosine * x / p, cosine * y / p, sine), (
        p * cosine + z * sine - WGS84_SEMI_MAJOR * prime
    )


@cache
def _density_table() -> list[list[float]]:
    heights = np.arange(-2.0 * _GRID, _CEILING + _GRID, _GRID)
    spline = CubicSpline(heights, np.log(np.maximum(standard_density(heights), 1e-300)))
    table: list[list[float]] = spline.c.T.tolist()
    return table


def density(height: float) -> float:
    """Give the density of the US Standard Atmosphere 1976, kg/m³, zero above 600 km."""
    if height >= _CEILING:
        return 0.0
    at = max(height, -_GRID) + 2.0 * _GRID
    row = int(at / _GRID)
    a, b, c, d = _density_table()[row]
    s = at - row * _GRID
    return math.exp(((a * s + b) * s + c) * s + d)


def drag_rise(mach: float) -> float:
    """Give the drag coefficient as a share of its value at high speed.

    A slender body's in broad strokes: less below the speed of sound, a peak just above it,
    falling to one. The curve is made up to have that shape; no vehicle's own is meant.
    """
    hump = math.exp(-(((mach - 1.15) / 0.35) ** 2))
    step = 0.5 * (1.0 + math.tanh((mach - 1.0) / 0.25))
    tail = 0.45 * math.exp(-max(mach - 1.15, 0.0) / 1.6) * step
    return 0.7 + 0.3 * step + 0.25 * hump + tail


_SPEED_OF_SOUND = 300.0  # m/s, within 15 % of the standard's anywhere below 80 km


def drag(velocity: Vector, height: float, ballistic_coefficient: float) -> Vector:
    """Give the acceleration by drag, m/s², against the velocity relative to still air.

    Args:
        ballistic_coefficient: mass over drag area at high speed, m/(Cd·A), kg/m²;
            infinity for none.
    """
    vx, vy, vz = velocity
    speed = math.sqrt(vx * vx + vy * vy + vz * vz)
    if speed == 0.0 or math.isinf(ballistic_coefficient):
        return 0.0, 0.0, 0.0
    push = (
        -0.5 * density(height) * speed * drag_rise(speed / _SPEED_OF_SOUND) / ballistic_coefficient
    )
    return push * vx, push * vy, push * vz
