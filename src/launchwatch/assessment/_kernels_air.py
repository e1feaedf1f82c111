"""Kernels of a body falling through air that is not the standard's, lifted or not.

Theory of operation. What the air and the body do that nobody measured is an array of numbers,
the *upset*: wind, density, drag near the speed of sound, lift. One body is flown to the ground
with none of it, then once with each, and the differences tell what each does: a thousand samples
then need no flight of their own. Classical Runge-Kutta: a second in the air, five above it.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.constants import EARTH_ROTATION
from launchwatch.earth._kernels import density, geodetic_from_ecef, gravity, height
from launchwatch.flight._kernels_motion import burn

Array = NDArray[np.float64]
Vector = tuple[float, float, float]

# Rows of an upset: wind east, north and ln density at the four levels; how much larger the drag
# coefficient is at the speed of sound than far above it, and the share of that where it was
# measured; lift over drag, the most lift (m/s²), cosine and sine of the bank.
LEVELS = 4
EAST, NORTH, DENSITY = 0, 4, 8
PEAK, MEASURED = 12, 13
LIFT, MOST, LEVEL_PART, SIDE_PART = 14, 15, 16, 17
UPSETS = 18

LEVEL_HEIGHTS = (0.0, 12_000.0, 30_000.0, 60_000.0)
SOUND = 300.0  # m/s, within 15 % of the standard's below 80 km
AIR_BEGINS = 80_000.0
THIN = 100_000.0
STEP, LONG_STEP = 1.0, 5.0
BURN_STEP = 3.0

_W = EARTH_ROTATION


@kernel
def peak_share(mach: float) -> float:
    """Give the share of the peak at the speed of sound that drag has at a Mach number."""
    if mach < 0.8:
        return 0.0
    if mach < 1.1:
        return (mach - 0.8) / 0.3
    return math.exp((1.1 - mach) / 1.7)


@kernel
def _pull(
    x: float, y: float, z: float, vx: float, vy: float, vz: float, p: float, upset: Array
) -> Vector:
    """Give acceleration in ECEF; p is half the reciprocal of the ballistic coefficient."""
    up = height(x, y, z)
    level = 2
    u = 1.0
    if up < LEVEL_HEIGHTS[1]:
        level = 0
        u = max(up, 0.0) / LEVEL_HEIGHTS[1]
    elif up < LEVEL_HEIGHTS[2]:
        level = 1
        u = (up - LEVEL_HEIGHTS[1]) / (LEVEL_HEIGHTS[2] - LEVEL_HEIGHTS[1])
    elif up < LEVEL_HEIGHTS[3]:
        u = (up - LEVEL_HEIGHTS[2]) / (LEVEL_HEIGHTS[3] - LEVEL_HEIGHTS[2])
    w = 1.0 - u
    east = w * upset[EAST + level] + u * upset[EAST + level + 1]
    north = w * upset[NORTH + level] + u * upset[NORTH + level + 1]
    more = w * upset[DENSITY + level] + u * upset[DENSITY + level + 1]
    flat = math.sqrt(x * x + y * y)
    r = math.sqrt(flat * flat + z * z)
    # Geocentric north differs from geodetic north by 0.2°: 0.1 m/s of a gale.
    rx = vx - (-y * east - z * x / r * north) / flat
    ry = vy - (x * east - z * y / r * north) / flat
    rz = vz - flat / r * north
    speed = math.sqrt(rx * rx + ry * ry + rz * rz)
    shape = (1.0 + upset[PEAK] * peak_share(speed / SOUND)) / (1.0 + upset[PEAK] * upset[MEASURED])
    push = density(up) * math.exp(more) * speed * p * shape
    gx, gy, gz = gravity(x, y, z)
    ax = gx + _W * _W * x + 2.0 * _W * vy - push * rx
    ay = gy + _W * _W * y - 2.0 * _W * vx - push * ry
    az = gz - push * rz
    if upset[LIFT] > 0.0:
        lift = min(upset[LIFT] * push * speed, upset[MOST])
        # Right of the velocity and level; then above it, in its vertical plane.
        sx, sy, sz = (vy * z - vz * y) / r, (vz * x - vx * z) / r, (vx * y - vy * x) / r
        s = math.sqrt(sx * sx + sy * sy + sz * sz) + 1e-9
        sx, sy, sz = sx / s, sy / s, sz / s
        v = math.sqrt(vx * vx + vy * vy + vz * vz) + 1e-9
        tx, ty, tz = (sy * vz - sz * vy) / v, (sz * vx - sx * vz) / v, (sx * vy - sy * vx) / v
        up_lift, side_lift = lift * upset[LEVEL_PART], lift * upset[SIDE_PART]
        ax += up_lift * tx + side_lift * sx
        ay += up_lift * ty + side_lift * sy
        az += up_lift * tz + side_lift * sz
    return ax, ay, az


@kernel
def _move(x: Array, h: float, p: float, upset: Array) -> None:
    """Move a state (6,) by one step, in place."""
    rx, ry, rz, vx, vy, vz = x[0], x[1], x[2], x[3], x[4], x[5]
    g = 0.5 * h
    ax, ay, az = _pull(rx, ry, rz, vx, vy, vz, p, upset)
    ux, uy, uz = vx + g * ax, vy + g * ay, vz + g * az
    bx, by, bz = _pull(rx + g * vx, ry + g * vy, rz + g * vz, ux, uy, uz, p, upset)
    tx, ty, tz = vx + g * bx, vy + g * by, vz + g * bz
    cx, cy, cz = _pull(rx + g * ux, ry + g * uy, rz + g * uz, tx, ty, tz, p, upset)
    wx, wy, wz = vx + h * cx, vy + h * cy, vz + h * cz
    dx, dy, dz = _pull(rx + h * tx, ry + h * ty, rz + h * tz, wx, wy, wz, p, upset)
    x[0] = rx + h / 6.0 * (vx + 2.0 * ux + 2.0 * tx + wx)
    x[1] = ry + h / 6.0 * (vy + 2.0 * uy + 2.0 * ty + wy)
    x[2] = rz + h / 6.0 * (vz + 2.0 * uz + 2.0 * tz + wz)
    x[3] = vx + h / 6.0 * (ax + 2.0 * bx + 2.0 * cx + dx)
    x[4] = vy + h / 6.0 * (ay + 2.0 * by + 2.0 * cy + dy)
    x[5] = vz + h / 6.0 * (az + 2.0 * bz + 2.0 * cz + dz)


@kernel
def _rate(x: Array) -> float:
    """Give how fast a state (6,) rises, m/s; along the geocentric vertical."""
    r = math.sqrt(x[0] * x[0] + x[1] * x[1] + x[2] * x[2])
    return float((x[0] * x[3] + x[1] * x[4] + x[2] * x[5]) / r)


@kernel
def _down_to(x: Array, below: float, longest: float, p: float, upset: Array) -> tuple[float, float]:
    """Move a state (6,) until it sinks through a height; seconds that took, and the top."""
    seconds = 0.0
    top = -math.inf
    while seconds < longest:
        up = height(x[0], x[1], x[2])
        top = max(top, up)
        if up < below and _rate(x) < 0.0:
            break
        h = LONG_STEP if up > THIN else STEP
        _move(x, h, p, upset)
        seconds += h
    return seconds, top


@kernel
def _to_ground(x: Array, p: float, upset: Array, longest: float, out: Array) -> None:
    """Move a state (6,) to the ground; out (3,): latitude, longitude (rad), seconds."""
    seconds, _ = _down_to(x, 0.0, longest, p, upset)
    for _ in range(2):
        back = -height(x[0], x[1], x[2]) / min(_rate(x), -1e-3)
        back = max(min(back, STEP), -STEP)
        _move(x, back, p, upset)
        seconds += back
    latitude, longitude, _ = geodetic_from_ecef(x[0], x[1], x[2])
    out[0] = latitude
    out[1] = longitude
    out[2] = seconds


@kernel
def responses(
    state: Array, log_beta: Array, upsets: Array, measured: float, longest: float, out: Array
) -> None:
    """Tell what each upset does to a fall, for some ballistic coefficients.

    Args:
        state: (6,).
        log_beta: (k,) ln ballistic coefficients.
        upsets: (m, UPSETS).
        measured: share of the peak of drag where the coefficient holds.
        longest: seconds to follow a body.
        out: (k, m, 3) latitude, longitude (rad) and seconds more than without any.
    """
    none = np.zeros(UPSETS)
    upset = np.empty(UPSETS)
    start = np.empty(6)
    x = np.empty(6)
    base = np.empty(3)
    for k in range(log_beta.shape[0]):
        p = 0.5 * math.exp(-log_beta[k])
        start[:] = state
        _down_to(start, AIR_BEGINS, longest, p, none)
        x[:] = start
        _to_ground(x, p, none, longest, base)
        for m in range(upsets.shape[0]):
            upset[:] = upsets[m]
            upset[MEASURED] = measured
            x[:] = start
            _to_ground(x, p, upset, longest, out[k, m])
            for j in range(3):
                out[k, m, j] -= base[j]


@kernel
def glides(
    states: Array,
    burn_seconds: Array,
    log_beta: Array,
    below: Array,
    seconds: Array,
    upsets: Array,
    longest: float,
    out: Array,
) -> None:
    """Move bodies to the end of a pull-up; states (n, 9), of the boost model where they burn.

    Each burns on, falls until below a height and is then lifted for some seconds, or to the ground.
    out (n, 8): position and velocity then, seconds until then, greatest height before.
    """
    none = np.zeros(UPSETS)
    x = np.empty(6)
    for k in range(states.shape[0]):
        p = 0.5 * math.exp(-log_beta[k])
        if burn_seconds[k] > 0.0:
            burn(states[k], burn_seconds[k], BURN_STEP, x)
        else:
            x[:] = states[k, :6]
        passed, top = _down_to(x, below[k], longest, p, none)
        lasted = 0.0
        while lasted < seconds[k]:
            up = height(x[0], x[1], x[2])
            top = max(top, up)
            if up < 0.0:
                break
            _move(x, STEP, p, upsets[k])
            lasted += STEP
        out[k, :6] = x
        out[k, 6] = burn_seconds[k] + passed + lasted
        out[k, 7] = top
