"""Kernels that fly up to 64 bodies side by side, each with its own steps.

Theory of operation. The numbers of a body stand in one column, its *lane*, of flat work
arrays whose rows are 64 long, so that the compiler can see that rows never overlap and turns
the loop over lanes into vector instructions. Each lane takes its own adaptive steps
(Dormand and Prince's pair of orders 5 and 4).

Drag depends on position and velocity but position's rate is velocity itself, so the pair is
used in Nyström's form: positions are combined from accelerations with the squared
coefficients, and velocities of stages need not be kept.

Forces and stages are worked out in single precision, sixteen lanes to an instruction; the
state itself is kept in double precision, and a step adds to it. A force is then right to
1e-7 of itself and the height that it is taken at to half a metre, which moves a fall by
less than a metre in 7,000 km; the air is linear between nodes 125 m apart, right to 5e-5
(design/propagation.md).

Source: Hairer, Nørsett and Wanner, Solving Ordinary Differential Equations I, 2nd ed.,
table II.5.2 and section II.14.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import inlined, lanes
from launchwatch.constants import (
    EARTH_GM,
    EARTH_J2,
    EARTH_ROTATION,
    WGS84_ECCENTRICITY2,
    WGS84_SEMI_MAJOR,
)
from launchwatch.earth._kernels_density import BOTTOM, CELLS, COARSE, FINE, FINE_CELLS, MIDDLE

Array = NDArray[np.float64]
Singles = NDArray[np.float32]
Single = np.float32

TOLERANCE = Single(0.15)
"""Greatest error of one step in metres, carried to the ground, as the embedded pair sees it."""
LEAST_STEP = Single(1e-3)
GREATEST_STEP = Single(60.0)
SAFETY = Single(0.85)
AIR_BEGINS = Single(80_000.0)
DEEPEST = Single(8_000.0)

LANES = 64
# Rows of the work array of single precision, one number a lane.
X, Y, Z, VX, VY, VZ = 0, 64, 128, 192, 256, 320
AX, AY, AZ = 384, 448, 512
# What a step adds: to the position beyond velocity times step, and to the velocity.
DX, DY, DZ, DVX, DVY, DVZ = 576, 640, 704, 768, 832, 896
NAX, NAY, NAZ = 960, 1024, 1088
DRAG = 1152  # half the reciprocal of the ballistic coefficient, m²/kg
STEP, TRIED, SPECIAL, TAKEN = 1216, 1280, 1344, 1408
H, NH, RATE, NRATE, APOGEE = 1472, 1536, 1600, 1664, 1728
LEFT = 1792  # seconds until the longest time allowed
WORK = 1856
# Rows of the state in double precision: position, velocity and time are in the same order.
TIME = 384
STATE = 448

_GM = Single(EARTH_GM)
_W2 = Single(EARTH_ROTATION * EARTH_ROTATION)
_2W = Single(2.0 * EARTH_ROTATION)
_A = Single(WGS84_SEMI_MAJOR)
_E2 = Single(WGS84_ECCENTRICITY2)
_AXIS2 = Single(1.0 - WGS84_ECCENTRICITY2)
_SECOND_E2 = Single(WGS84_ECCENTRICITY2 / (1.0 - WGS84_ECCENTRICITY2))
_HALF_E4 = Single(0.5 * WGS84_ECCENTRICITY2 * WGS84_ECCENTRICITY2)
_J2_FACTOR = Single(1.5 * EARTH_J2 * WGS84_SEMI_MAJOR * WGS84_SEMI_MAJOR)
_0, _1, _2, _3, _5, _20 = (Single(v) for v in (0.0, 1.0, 2.0, 3.0, 5.0, 20.0))
_HALF, _TENTH, _HUNDREDTH = Single(0.5), Single(0.1), Single(0.01)
_R1, _R2, _R3 = Single(-0.5), Single(0.375), Single(-0.3125)
_TINY = Single(1e-30)
_BIG = Single(np.inf)
_FEWER, _MORE = Single(0.2), Single(5.0)
_ABOVE = Single(1e-3)
_PER_TOLERANCE2 = Single(1.0 / (float(TOLERANCE) * float(TOLERANCE)))


_NODES = 4096
"""Room for nodes of the air: a power of two, so that a mask keeps every index inside."""


def _air() -> tuple[Singles, Singles, int]:
    """Give the density at nodes 125 m apart, then 1 km apart; how it rises from each to the next;
    and how many nodes there are: beyond the last is nothing.

    Chords lie above a curve that is hollow: the nodes are lowered by a twelfth of their second
    difference, so that the line is right in the mean. Left out, light debris fell 3 m short.
    """
    fine, coarse = CELLS[:FINE_CELLS], CELLS[FINE_CELLS:]
    middles = fine @ (1.0, 0.5, 0.25, 0.125)
    low = np.stack([fine[:, 0], middles], axis=-1).reshape(-1)
    low[1:-1] -= np.diff(low, 2) / 12.0
    nodes = np.zeros(_NODES)
    count = len(low) + len(coarse)
    nodes[:count] = np.concatenate([low, coarse[:, 0]])
    return nodes.astype(np.float32), np.diff(nodes, append=0.0).astype(np.float32), count


_AIR, _RISE, _COUNT = _air()
_MASK = np.uint32(_NODES - 1)
_BOTTOM, _MIDDLE = Single(BOTTOM), Single(MIDDLE)
_PER_FINE = Single(2.0 / FINE)
_PER_COARSE = Single(1.0 / COARSE)
_MIDDLE_NODE = Single(2 * FINE_CELLS)
_LAST = Single(_COUNT)

# Dormand and Prince: a[stage][earlier], b (order 5), e = b - b̂ (order 4), all as numbers
_A_STAGES = np.array(
    [
        [0, 0, 0, 0, 0, 0, 0],
        [1 / 5, 0, 0, 0, 0, 0, 0],
        [3 / 40, 9 / 40, 0, 0, 0, 0, 0],
        [44 / 45, -56 / 15, 32 / 9, 0, 0, 0, 0],
        [19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729, 0, 0, 0],
        [9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656, 0, 0],
        [35 / 384, 0, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84, 0],
    ]
)
_ERRORS = np.array([71 / 57600, 0, -71 / 16695, 71 / 1920, -17253 / 339200, 22 / 525, -1 / 40])
_SQUARES = _A_STAGES @ _A_STAGES
_ERROR_SQUARES = _ERRORS @ _A_STAGES

_A21 = Single(_A_STAGES[1, 0])
_A31, _A32 = (Single(v) for v in _A_STAGES[2, :2])
_A41, _A42, _A43 = (Single(v) for v in _A_STAGES[3, :3])
_A51, _A52, _A53, _A54 = (Single(v) for v in _A_STAGES[4, :4])
_A61, _A62, _A63, _A64, _A65 = (Single(v) for v in _A_STAGES[5, :5])
_A71, _, _A73, _A74, _A75, _A76 = (Single(v) for v in _A_STAGES[6, :6])
_S31 = Single(_SQUARES[2, 0])
_S41, _S42 = (Single(v) for v in _SQUARES[3, :2])
_S51, _S52, _S53 = (Single(v) for v in _SQUARES[4, :3])
_S61, _S62, _S63, _S64 = (Single(v) for v in _SQUARES[5, :4])
_S71, _S72, _S73, _S74, _S75 = (Single(v) for v in _SQUARES[6, :5])
_C2, _C3, _C4, _C5 = (Single(v) for v in (1 / 5, 3 / 10, 4 / 5, 8 / 9))
_E1, _E3, _E4, _E5, _E6, _E7 = (Single(_ERRORS[i]) for i in (0, 2, 3, 4, 5, 6))
_P1, _P2, _P3, _P4, _P5, _P6 = (Single(v) for v in _ERROR_SQUARES[:6])


@inlined
def surroundings(x: Single, y: Single, z: Single) -> tuple[Single, Single, Single, Single]:
    """Give height, density of the air, and what pulls a body to the axis and to the equator.

    Metres and kg/m³; then acceleration for each metre from the axis (with the centrifugal one)
    and along it, 1/s². Without a branch, so that lanes vectorise.
    """
    p2 = x * x + y * y
    z2 = z * z
    r2 = p2 + z2
    inverse = _1 / math.sqrt(r2)
    inverse2 = inverse * inverse
    # As earth._kernels.height, with series in e² for its roots and quotients: 10 cm apart,
    # less than what single precision makes of it.
    q = _SECOND_E2 * z2 * inverse2
    surface = _A * (_1 + q * (_R1 + q * (_R2 + q * _R3)))
    tilt = _HALF_E4 * p2 * inverse2 * z2 * inverse2
    up = (r2 * inverse - surface) * (_1 - tilt * surface * inverse)
    fine = (max(up, _BOTTOM) - _BOTTOM) * _PER_FINE
    coarse = min((up - _MIDDLE) * _PER_COARSE + _MIDDLE_NODE, _LAST)
    place = fine if up < _MIDDLE else coarse
    # Not max(): what is not a number must become node 0, not any place in memory.
    whole = np.int32(place if place > _0 else _0)  # noqa: FURB136
    # The mask tells the compiler that the index is small: it then looks sixteen lanes up at once.
    node = np.uint32(whole) & _MASK
    air = _AIR[node] + (place - Single(whole)) * _RISE[node]
    central = -_GM * inverse2 * inverse
    bulge = _J2_FACTOR * inverse2
    polar = _5 * z2 * inverse2
    level = central * (_1 + bulge * (_1 - polar)) + _W2
    return up, air, level, central * (_1 + bulge * (_3 - polar))


@inlined
def pull(
    x: Single, y: Single, z: Single, vx: Single, vy: Single, vz: Single, p: Single
) -> tuple[Single, Single, Single, Single]:
    """Give acceleration (m/s²) and height (m) without a branch, so that lanes vectorise."""
    up, air, level, axial = surroundings(x, y, z)
    drag = -p * math.sqrt(vx * vx + vy * vy + vz * vz) * air
    return (
        level * x + _2W * vy + drag * vx,
        level * y - _2W * vx + drag * vy,
        axial * z + drag * vz,
        up,
    )


@inlined
def climb(
    x: Single, y: Single, z: Single, vx: Single, vy: Single, vz: Single, up: Single
) -> Single:
    """Give the rate of the height (m/s)."""
    steep = z * (_A + up) / (_A * _AXIS2 + up)
    return (x * vx + y * vy + steep * vz) / math.sqrt(x * x + y * y + steep * steep)


@lanes
def advance(w: Singles, count: int, ground: Single) -> None:
    """Take one trial step in every lane: what it adds, its acceleration, height and error.

    Args:
        w: work array of single precision, its rows named above.
        count: lanes in use.
        ground: height where a fall ends, metres.
    """
    for i in range(count):
        x, y, z = w[i + X], w[i + Y], w[i + Z]
        vx, vy, vz = w[i + VX], w[i + VY], w[i + VZ]
        ax, ay, az = w[i + AX], w[i + AY], w[i + AZ]
        p = w[i + DRAG]
        h = w[i + STEP]
        h2 = h * h
        t = _C2 * h
        bx, by, bz, _ = pull(
            x + t * vx, y + t * vy, z + t * vz,
            vx + (h * _A21) * ax, vy + (h * _A21) * ay, vz + (h * _A21) * az, p,
        )  # fmt: skip
        t = _C3 * h
        cx, cy, cz, _ = pull(
            x + (t * vx + h2 * _S31 * ax),
            y + (t * vy + h2 * _S31 * ay),
            z + (t * vz + h2 * _S31 * az),
            vx + h * (_A31 * ax + _A32 * bx),
            vy + h * (_A31 * ay + _A32 * by),
            vz + h * (_A31 * az + _A32 * bz),
            p,
        )
        t = _C4 * h
        dx, dy, dz, _ = pull(
            x + (t * vx + h2 * (_S41 * ax + _S42 * bx)),
            y + (t * vy + h2 * (_S41 * ay + _S42 * by)),
            z + (t * vz + h2 * (_S41 * az + _S42 * bz)),
            vx + h * (_A41 * ax + _A42 * bx + _A43 * cx),
            vy + h * (_A41 * ay + _A42 * by + _A43 * cy),
            vz + h * (_A41 * az + _A42 * bz + _A43 * cz),
            p,
        )
        t = _C5 * h
        ex, ey, ez, _ = pull(
            x + (t * vx + h2 * (_S51 * ax + _S52 * bx + _S53 * cx)),
            y + (t * vy + h2 * (_S51 * ay + _S52 * by + _S53 * cy)),
            z + (t * vz + h2 * (_S51 * az + _S52 * bz + _S53 * cz)),
            vx + h * (_A51 * ax + _A52 * bx + _A53 * cx + _A54 * dx),
            vy + h * (_A51 * ay + _A52 * by + _A53 * cy + _A54 * dy),
            vz + h * (_A51 * az + _A52 * bz + _A53 * cz + _A54 * dz),
            p,
        )
        fx, fy, fz, _ = pull(
            x + (h * vx + h2 * (_S61 * ax + _S62 * bx + _S63 * cx + _S64 * dx)),
            y + (h * vy + h2 * (_S61 * ay + _S62 * by + _S63 * cy + _S64 * dy)),
            z + (h * vz + h2 * (_S61 * az + _S62 * bz + _S63 * cz + _S64 * dz)),
            vx + h * (_A61 * ax + _A62 * bx + _A63 * cx + _A64 * dx + _A65 * ex),
            vy + h * (_A61 * ay + _A62 * by + _A63 * cy + _A64 * dy + _A65 * ey),
            vz + h * (_A61 * az + _A62 * bz + _A63 * cz + _A64 * dz + _A65 * ez),
            p,
        )
        ix = h2 * (_S71 * ax + _S72 * bx + _S73 * cx + _S74 * dx + _S75 * ex)
        iy = h2 * (_S71 * ay + _S72 * by + _S73 * cy + _S74 * dy + _S75 * ey)
        iz = h2 * (_S71 * az + _S72 * bz + _S73 * cz + _S74 * dz + _S75 * ez)
        ivx = h * (_A71 * ax + _A73 * cx + _A74 * dx + _A75 * ex + _A76 * fx)
        ivy = h * (_A71 * ay + _A73 * cy + _A74 * dy + _A75 * ey + _A76 * fy)
        ivz = h * (_A71 * az + _A73 * cz + _A74 * dz + _A75 * ez + _A76 * fz)
        nx, ny, nz = x + (h * vx + ix), y + (h * vy + iy), z + (h * vz + iz)
        nvx, nvy, nvz = vx + ivx, vy + ivy, vz + ivz
        gx, gy, gz, up = pull(nx, ny, nz, nvx, nvy, nvz, p)
        rx = _P1 * ax + _P2 * bx + _P3 * cx + _P4 * dx + _P5 * ex + _P6 * fx
        ry = _P1 * ay + _P2 * by + _P3 * cy + _P4 * dy + _P5 * ey + _P6 * fy
        rz = _P1 * az + _P2 * bz + _P3 * cz + _P4 * dz + _P5 * ez + _P6 * fz
        sx = _E1 * ax + _E3 * cx + _E4 * dx + _E5 * ex + _E6 * fx + _E7 * gx
        sy = _E1 * ay + _E3 * cy + _E4 * dy + _E5 * ey + _E6 * fy + _E7 * gy
        sz = _E1 * az + _E3 * cz + _E4 * dz + _E5 * ez + _E6 * fz + _E7 * gz
        w[i + DX] = ix
        w[i + DY] = iy
        w[i + DZ] = iz
        w[i + DVX] = ivx
        w[i + DVY] = ivy
        w[i + DVZ] = ivz
        w[i + NAX] = gx
        w[i + NAY] = gy
        w[i + NAZ] = gz
        rate = climb(nx, ny, nz, nvx, nvy, nvz, up)
        w[i + NH] = up
        w[i + NRATE] = rate
        # What an error of velocity becomes on the ground: times the seconds until then, and
        # more for early ones, as there are many and the air's corners hide some of them.
        before, rate_before = w[i + H], w[i + RATE]
        over = max(_0, before)
        ahead = _TENTH * (rate_before + math.sqrt(rate_before * rate_before + _20 * over)) + _5
        ahead *= _1 + _HUNDREDTH * ahead
        square = (
            h2
            * (h2 * (rx * rx + ry * ry + rz * rz) + ahead * ahead * (sx * sx + sy * sy + sz * sz))
            * _PER_TOLERANCE2
        )
        # No "and", "or" here: they jump, and a loop that jumps does not vectorise.
        is_good = (square <= _1) | (h <= LEAST_STEP)
        left = w[i + LEFT]
        is_taken = (is_good & ((up >= ground + _ABOVE) | (rate >= _0)) & (h < left)) & (
            square < _BIG
        )
        is_special = is_good != is_taken
        w[i + SPECIAL] = _1 if is_special else _0
        w[i + TAKEN] = _1 if is_taken else _0
        # The cubic through both ends of a step over the apogee, at its top.
        u = rate_before / (rate_before - rate)
        v = _1 - u
        top = v * v * ((_1 + _2 * u) * before + u * h * rate_before)
        top += u * u * ((_1 + _2 * v) * up - v * h * rate)
        highest = top if (rate_before > _0) & (rate <= _0) else up
        apogee = w[i + APOGEE]
        w[i + APOGEE] = highest if is_good & (highest > apogee) else apogee
        # The next step: the error's power -3/16 for the textbook's -1/5 (roots alone), and
        # no farther down than the air allows: its density grows e-fold in 7 km.
        root = math.sqrt(math.sqrt(math.sqrt(math.sqrt(square + _TINY))))
        factor = SAFETY / (root * math.sqrt(root))
        factor = max(_FEWER, factor)
        factor = min(_MORE, factor)
        down = (up if is_taken else before) - AIR_BEGINS
        down = (max(_0, down)) + DEEPEST
        sink = rate if is_taken else rate_before
        longest = (sink + math.sqrt(sink * sink + _20 * down)) * _TENTH
        step = h * factor
        lift = down / (max(_1, sink))
        longest = lift if (sink > _1) & (lift < longest) else longest
        step = longest if is_taken & (longest < step) else step
        step = min(GREATEST_STEP, step)
        step = max(LEAST_STEP, step)
        left = left - h if is_taken else left
        w[i + LEFT] = left
        w[i + TRIED] = h
        w[i + STEP] = h if is_special else (min(left, step))
        w[i + AX] = gx if is_taken else ax
        w[i + AY] = gy if is_taken else ay
        w[i + AZ] = gz if is_taken else az
        w[i + H] = up if is_taken else before
        w[i + RATE] = rate if is_taken else rate_before


@lanes
def settle(w: Singles, d: Array, count: int) -> None:
    """Add what each taken step adds to the state in double precision."""
    for i in range(count):
        # Selected, not multiplied by nought: what is not a number must not stay.
        is_taken = w[i + TAKEN] > _HALF
        step = np.float64(w[i + TRIED] if is_taken else _0)
        vx, vy, vz = d[i + VX], d[i + VY], d[i + VZ]
        x = d[i + X] + (step * vx + np.float64(w[i + DX] if is_taken else _0))
        y = d[i + Y] + (step * vy + np.float64(w[i + DY] if is_taken else _0))
        z = d[i + Z] + (step * vz + np.float64(w[i + DZ] if is_taken else _0))
        vx += np.float64(w[i + DVX] if is_taken else _0)
        vy += np.float64(w[i + DVY] if is_taken else _0)
        vz += np.float64(w[i + DVZ] if is_taken else _0)
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
