"""Kernels that fly bodies, lifted or not, through air that is not the standard's: the lanes.

Theory of operation. What the air and the body do that nobody measured is an array of numbers,
the *upset*: wind, density, drag near the speed of sound, lift. Bodies stand in lanes as in
`launchwatch.flight._kernels_lanes`: forces in single precision, the state in double. Classical
Runge-Kutta: steps that sink no farther than `SINK` in the air and end where the air begins,
which leaves a fall within 2 m of steps of a fifth (tests/assessment/test_air.py).

Winds and density run straight from level to level: each is a value on the ground and a slope
for each layer, so that no lane has to look up its layer.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import inlined, lanes
from launchwatch.constants import EARTH_ROTATION
from launchwatch.flight._kernels_lanes import Single, Singles, climb, surroundings

Array = NDArray[np.float64]

# Columns of an upset: wind east, north and ln density at the four levels; how much larger the
# drag coefficient is at the speed of sound than far above it, and the share of that where it was
# measured; lift over drag, the most lift (m/s²), cosine and sine of the bank.
LEVELS = 4
EAST, NORTH, DENSITY = 0, 4, 8
PEAK, MEASURED = 12, 13
LIFT, MOST, LEVEL_PART, SIDE_PART = 14, 15, 16, 17
UPSETS = 18

LEVEL_HEIGHTS = (0.0, 12_000.0, 30_000.0, 60_000.0)
SOUND = 300.0  # m/s, within 15 % of the standard's below 80 km

LANES = 64
# Rows of the work array of single precision, one number a lane.
X, Y, Z, VX, VY, VZ = 0, 64, 128, 192, 256, 320
# What a step adds: to the position beyond velocity times step, and to the velocity.
DX, DY, DZ, DVX, DVY, DVZ = 384, 448, 512, 576, 640, 704
STEP, TRIED, LEFT, BELOW, H, RATE, TOP = 768, 832, 896, 960, 1024, 1088, 1152
DRAG = 1216  # half the reciprocal of the ballistic coefficient, m²/kg
# The upset: on the ground, and slopes in the three layers; the density as a factor.
WIND_EAST, WIND_NORTH, THICK = 1280, 1536, 1792
PEAKS, BASE, RATIO, GREATEST, UPRIGHT, LEANING = 2048, 2112, 2176, 2240, 2304, 2368
EASE = 2432  # seconds in which drag takes half of the velocity, about
WORK = 2496
# Rows of the state in double precision: position and velocity in the same order, and time.
TIME = 384
STATE = 448

_W = Single(EARTH_ROTATION)
_0, _1, _2, _3, _6, _20 = (Single(v) for v in (0.0, 1.0, 2.0, 3.0, 6.0, 20.0))
_HALF, _TENTH, _TINY = Single(0.5), Single(0.1), Single(1e-9)
_LOW, _MIDDLE, _HIGH = (Single(v) for v in LEVEL_HEIGHTS[1:])
_SECOND, _THIRD = Single(18_000.0), Single(30_000.0)

AIR_BEGINS = Single(80_000.0)
SINK = Single(3_500.0)
"""Metres that a step in the air may sink: half of what thickens it e-fold."""
NEAREST = Single(50.0)
"""Metres above a height that is aimed at from which on steps end below it."""
LONG_STEP, AIR_STEP, LEAST_STEP = Single(60.0), Single(2.5), Single(0.005)
"""Seconds: above the air, within it, and at least."""

_PER_NODE = Single(40.0 / SOUND)
_NODES = 2048


def _peaks() -> tuple[Singles, Singles]:
    """Give the share of the peak of drag at nodes 1/40 of sound's speed apart, and its rise."""
    mach = np.arange(_NODES) / 40.0
    share = np.where(mach < 1.1, np.clip((mach - 0.8) / 0.3, 0.0, 1.0), np.exp((1.1 - mach) / 1.7))
    return share.astype(np.float32), np.diff(share, append=share[-1]).astype(np.float32)


PEAK_SHARES, _PEAK_RISE = _peaks()
"""The share of the peak at the speed of sound that drag has, at nodes 1/40 of it apart."""
_MASK = np.uint32(_NODES - 1)
_LAST = Single(_NODES - 1)


@inlined
def next_step(up: Single, rate: Single, below: Single, left: Single, most: Single) -> Single:
    """Give the next step in seconds, at a height and its rate, where drag allows so much."""
    over = up - AIR_BEGINS
    down = min(max(over, _0) + SINK, max(up - below, NEAREST))
    step = _TENTH * (rate + math.sqrt(rate * rate + _20 * down))
    step = min(min(step, most), LONG_STEP if over > _0 else AIR_STEP)
    return max(min(step, left), LEAST_STEP)


@inlined
def upset_pull(
    x: Single, y: Single, z: Single, vx: Single, vy: Single, vz: Single, w: Singles, i: int
) -> tuple[Single, Single, Single]:
    """Give acceleration in ECEF of lane i's body, without a branch."""
    up, air, level, axial = surroundings(x, y, z)
    first = min(max(up, _0), _LOW)
    second = min(max(up - _LOW, _0), _SECOND)
    third = min(max(up - _MIDDLE, _0), _THIRD)
    e, n, t = i + WIND_EAST, i + WIND_NORTH, i + THICK
    east = w[e] + w[e + 64] * first + w[e + 128] * second + w[e + 192] * third
    north = w[n] + w[n + 64] * first + w[n + 128] * second + w[n + 192] * third
    thick = w[t] + w[t + 64] * first + w[t + 128] * second + w[t + 192] * third
    p2 = x * x + y * y
    flat = math.sqrt(p2)
    r = math.sqrt(p2 + z * z)
    # Geocentric north differs from geodetic north by 0.2°: 0.1 m/s of a gale.
    out_east, out_north = east / flat, north * z / (r * flat)
    rx = vx + y * out_east + x * out_north
    ry = vy - x * out_east + y * out_north
    rz = vz - flat / r * north
    speed = math.sqrt(rx * rx + ry * ry + rz * rz)
    place = min(speed * _PER_NODE, _LAST)
    whole = np.int32(place if place > _0 else _0)  # noqa: FURB136 - NaN becomes node 0
    node = np.uint32(whole) & _MASK
    share = PEAK_SHARES[node] + (place - Single(whole)) * _PEAK_RISE[node]
    push = air * thick * speed * w[i + DRAG] * (_1 + w[i + PEAKS] * share) * w[i + BASE]
    lift = min(w[i + RATIO] * push * speed, w[i + GREATEST])
    # Right of the velocity and level; then above it, in its vertical plane.
    sx, sy, sz = vy * z - vz * y, vz * x - vx * z, vx * y - vy * x
    per_side = _1 / (math.sqrt(sx * sx + sy * sy + sz * sz) + _TINY)
    v = math.sqrt(vx * vx + vy * vy + vz * vz) + _TINY
    leaning = lift * w[i + LEANING] * per_side
    upright = lift * w[i + UPRIGHT] * per_side / v
    return (
        level * x + _2 * _W * vy - push * rx + leaning * sx + upright * (sy * vz - sz * vy),
        level * y - _2 * _W * vx - push * ry + leaning * sy + upright * (sz * vx - sx * vz),
        axial * z - push * rz + leaning * sz + upright * (sx * vy - sy * vx),
    )


@lanes
def advance(w: Singles, count: int) -> None:
    """Work out one step in every lane: what it adds, where that leads, and the next step."""
    for i in range(count):
        x, y, z = w[i + X], w[i + Y], w[i + Z]
        vx, vy, vz = w[i + VX], w[i + VY], w[i + VZ]
        h = w[i + STEP]
        g = _HALF * h
        ax, ay, az = upset_pull(x, y, z, vx, vy, vz, w, i)
        ux, uy, uz = vx + g * ax, vy + g * ay, vz + g * az
        bx, by, bz = upset_pull(x + g * vx, y + g * vy, z + g * vz, ux, uy, uz, w, i)
        tx, ty, tz = vx + g * bx, vy + g * by, vz + g * bz
        cx, cy, cz = upset_pull(x + g * ux, y + g * uy, z + g * uz, tx, ty, tz, w, i)
        ox, oy, oz = vx + h * cx, vy + h * cy, vz + h * cz
        dx, dy, dz = upset_pull(x + h * tx, y + h * ty, z + h * tz, ox, oy, oz, w, i)
        sixth = h / _6
        ix = sixth * h * (ax + bx + cx)
        iy = sixth * h * (ay + by + cy)
        iz = sixth * h * (az + bz + cz)
        ivx = sixth * (ax + _2 * (bx + cx) + dx)
        ivy = sixth * (ay + _2 * (by + cy) + dy)
        ivz = sixth * (az + _2 * (bz + cz) + dz)
        w[i + DX] = ix
        w[i + DY] = iy
        w[i + DZ] = iz
        w[i + DVX] = ivx
        w[i + DVY] = ivy
        w[i + DVZ] = ivz
        nx, ny, nz = x + (h * vx + ix), y + (h * vy + iy), z + (h * vz + iz)
        nvx, nvy, nvz = vx + ivx, vy + ivy, vz + ivz
        up, air, _, _ = surroundings(nx, ny, nz)
        rate = climb(nx, ny, nz, nvx, nvy, nvz, up)
        speed = math.sqrt(nvx * nvx + nvy * nvy + nvz * nvz)
        most = _HALF / (w[i + DRAG] * air * speed + _TINY)
        left = w[i + LEFT] - h
        w[i + H] = up
        w[i + RATE] = rate
        w[i + TOP] = max(w[i + TOP], up)
        w[i + LEFT] = left
        w[i + TRIED] = h
        w[i + EASE] = most
        w[i + STEP] = next_step(up, rate, w[i + BELOW], left, most)


@lanes
def settle(w: Singles, d: Array, count: int) -> None:
    """Add what each step adds to the state in double precision."""
    for i in range(count):
        step = np.float64(w[i + TRIED])
        vx, vy, vz = d[i + VX], d[i + VY], d[i + VZ]
        x = d[i + X] + (step * vx + np.float64(w[i + DX]))
        y = d[i + Y] + (step * vy + np.float64(w[i + DY]))
        z = d[i + Z] + (step * vz + np.float64(w[i + DZ]))
        vx += np.float64(w[i + DVX])
        vy += np.float64(w[i + DVY])
        vz += np.float64(w[i + DVZ])
        d[i + X] = x
        d[i + Y] = y
        d[i + Z] = z
        d[i + VX] = vx
        d[i + VY] = vy
        d[i + VZ] = vz
        d[i + TIME] += step
        w[i + X] = Single(x)
        w[i + Y] = Single(y)
        w[i + Z] = Single(z)
        w[i + VX] = Single(vx)
        w[i + VY] = Single(vy)
        w[i + VZ] = Single(vz)
