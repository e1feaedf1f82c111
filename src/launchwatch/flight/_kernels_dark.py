"""Kernels of dark flight: a stone falling through measured air, wind included.

Classical Runge-Kutta with steps of a tenth of the time in which drag halves the speed, at
most half a second: the drag coefficient changes with the Mach number, within a second or two.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.constants import EARTH_ROTATION
from launchwatch.earth._kernels import geodetic_from_ecef, gravity, height

Array = NDArray[np.float64]
Vector = tuple[float, float, float]

SPHERE = 1.21  # cross-section over volume to the power 2/3
CUBE = 2.18

_W = EARTH_ROTATION


@kernel
def drag_coefficient(mach: float, shape: float) -> float:
    """Give a stone's drag coefficient, between a sphere's (1.21) and a cube's (2.18).

    Source: Carter, Jandir and Kress, "A New Method to Constrain the Drag Coefficients of
    Meteors in Dark Flight" (San José State University and NASA Ames), equations 1 and 2.
    """
    if mach < 0.722:
        sphere = 0.424 + 0.45 * mach * mach
    else:
        m = mach + 0.35
        sphere = 0.92 + 2.1 * math.exp(-1.2 * m) - 8.9 * math.exp(-2.2 * m)
    if mach < 1.15:
        cube = 1.04 + 0.60 * mach * mach
    else:
        m = mach + 0.35
        cube = 1.67 + 2.1 * math.exp(-1.16 * m) - 6.5 * math.exp(-2.23 * m)
    part = (shape - SPHERE) / (CUBE - SPHERE)
    part = min(max(part, 0.0), 1.0)
    return sphere + part * (cube - sphere)


@kernel
def _dark_pull(
    x: float, y: float, z: float, vx: float, vy: float, vz: float, area: float, shape: float,
    air: Array,
) -> Vector:  # fmt: skip
    """Give acceleration in ECEF; area is cross-section over mass, m²/kg."""
    up = height(x, y, z)
    low, high = 0, len(air) - 1
    while high - low > 1:
        middle = (low + high) // 2
        if air[middle, 0] > up:
            high = middle
        else:
            low = middle
    u = (up - air[low, 0]) / (air[high, 0] - air[low, 0])
    # Density and its logarithm stand in the profile: beyond its ends it goes on falling.
    density = math.exp(air[low, 1] + u * (air[high, 1] - air[low, 1]))
    u = min(max(u, 0.0), 1.0)
    sound = air[low, 2] + u * (air[high, 2] - air[low, 2])
    east = air[low, 3] + u * (air[high, 3] - air[low, 3])
    north = air[low, 4] + u * (air[high, 4] - air[low, 4])
    p = math.sqrt(x * x + y * y)
    r = math.sqrt(p * p + z * z)
    # Geocentric north differs from geodetic north by 0.2°: 0.1 m/s of a gale.
    rx = vx - (-y * east - z * x / r * north) / p
    ry = vy - (x * east - z * y / r * north) / p
    rz = vz - p / r * north
    speed = math.sqrt(rx * rx + ry * ry + rz * rz)
    drag = -0.5 * density * speed * area * drag_coefficient(speed / sound, shape)
    gx, gy, gz = gravity(x, y, z)
    return (
        gx + _W * _W * x + 2.0 * _W * vy + drag * rx,
        gy + _W * _W * y - 2.0 * _W * vx + drag * ry,
        gz + drag * rz,
    )


@kernel
def dark_falls(
    states: Array,
    areas: Array,
    shapes: Array,
    air: Array,
    ground_height: float,
    max_seconds: float,
    out: Array,
) -> None:
    """Let stones fall; states (n, 6), areas (n,) in m²/kg, shapes (n,); out as `falls`.

    air (m, 5): height (m), ln density (kg/m³), speed of sound, wind towards east and north
    (m/s), heights increasing.
    """
    for k in range(len(states)):
        x, y, z = states[k, 0], states[k, 1], states[k, 2]
        vx, vy, vz = states[k, 3], states[k, 4], states[k, 5]
        area, shape = areas[k], shapes[k]
        seconds = 0.0
        up = height(x, y, z)
        apogee = up
        status = 0.0 if up >= ground_height else -1.0
        while status == 0.0 and seconds < max_seconds:
            ax, ay, az = _dark_pull(x, y, z, vx, vy, vz, area, shape, air)
            speed = math.sqrt(vx * vx + vy * vy + vz * vz)
            h = min(0.5, 0.1 * speed / (math.sqrt(ax * ax + ay * ay + az * az) + 1e-9) + 0.02)
            sink = -(x * vx + y * vy + z * vz) / math.sqrt(x * x + y * y + z * z)
            if sink > 0.0 and sink * h > up - ground_height:
                h = (up - ground_height) / sink + 1e-6
                status = 1.0
            t = 0.5 * h
            ux, uy, uz = vx + t * ax, vy + t * ay, vz + t * az
            bx, by, bz = _dark_pull(
                x + t * vx, y + t * vy, z + t * vz, ux, uy, uz, area, shape, air
            )
            tx, ty, tz = vx + t * bx, vy + t * by, vz + t * bz
            cx, cy, cz = _dark_pull(
                x + t * ux, y + t * uy, z + t * uz, tx, ty, tz, area, shape, air
            )
            wx, wy, wz = vx + h * cx, vy + h * cy, vz + h * cz
            dx, dy, dz = _dark_pull(
                x + h * tx, y + h * ty, z + h * tz, wx, wy, wz, area, shape, air
            )
            x += h / 6.0 * (vx + 2.0 * (ux + tx) + wx)
            y += h / 6.0 * (vy + 2.0 * (uy + ty) + wy)
            z += h / 6.0 * (vz + 2.0 * (uz + tz) + wz)
            vx += h / 6.0 * (ax + 2.0 * (bx + cx) + dx)
            vy += h / 6.0 * (ay + 2.0 * (by + cy) + dy)
            vz += h / 6.0 * (az + 2.0 * (bz + cz) + dz)
            seconds += h
            up = height(x, y, z)
            apogee = max(apogee, up)
        latitude, longitude, _ = geodetic_from_ecef(x, y, z)
        out[k, 0] = latitude
        out[k, 1] = longitude
        out[k, 2] = seconds
        out[k, 3] = apogee
        out[k, 4] = math.sqrt(vx * vx + vy * vy + vz * vz)
        out[k, 5] = status
