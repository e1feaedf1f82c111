"""Kernels that fly up to 64 bodies side by side, each with its own steps.

Theory of operation. The numbers of a body stand in one column, its *lane*, of a flat work
array whose rows are 64 long, so that the compiler can see that rows never overlap and turns
the loop over lanes into vector instructions. Each lane takes its own adaptive steps
(Dormand and Prince's pair of orders 5 and 4).

Drag depends on position and velocity but position's rate is velocity itself, so the pair is
used in Nyström's form: positions are combined from accelerations with the squared
coefficients, and velocities of stages need not be kept.

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
from launchwatch.earth._kernels_density import (
    BOTTOM,
    CELLS,
    COARSE,
    FINE,
    FINE_CELLS,
    MIDDLE,
)

Array = NDArray[np.float64]

TOLERANCE = 0.1
"""Greatest error of one step in metres, carried to the ground, as the embedded pair sees it."""
LEAST_STEP = 1e-3
GREATEST_STEP = 60.0
SAFETY = 0.85
AIR_BEGINS = 80_000.0
DEEPEST = 8_000.0

LANES = 64
# Rows of the work array, one number a lane.
X, Y, Z, VX, VY, VZ = 0, 64, 128, 192, 256, 320
AX, AY, AZ = 384, 448, 512
NX, NY, NZ, NVX, NVY, NVZ = 576, 640, 704, 768, 832, 896
NAX, NAY, NAZ = 960, 1024, 1088
DRAG = 1152  # half the reciprocal of the ballistic coefficient, m²/kg
STEP, TIME, SPECIAL = 1216, 1280, 1344
H, NH, RATE, NRATE, APOGEE = 1408, 1472, 1536, 1600, 1664
WORK = 1728

_GM = EARTH_GM
_W2 = EARTH_ROTATION * EARTH_ROTATION
_2W = 2.0 * EARTH_ROTATION
_A = WGS84_SEMI_MAJOR
_E2 = WGS84_ECCENTRICITY2
_SECOND_E2 = _E2 / (1.0 - _E2)
_J2_FACTOR = 1.5 * EARTH_J2 * _A * _A
_PER_FINE = 1.0 / FINE
_PER_COARSE = 1.0 / COARSE
_LAST = float(len(CELLS)) - 1e-9

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

_A21 = 1 / 5
_A31, _A32 = 3 / 40, 9 / 40
_A41, _A42, _A43 = 44 / 45, -56 / 15, 32 / 9
_A51, _A52, _A53, _A54 = 19372 / 6561, -25360 / 2187, 64448 / 6561, -212 / 729
_A61, _A62, _A63, _A64, _A65 = 9017 / 3168, -355 / 33, 46732 / 5247, 49 / 176, -5103 / 18656
_A71, _A73, _A74, _A75, _A76 = 35 / 384, 500 / 1113, 125 / 192, -2187 / 6784, 11 / 84
_S31 = float(_SQUARES[2, 0])
_S41, _S42 = (float(v) for v in _SQUARES[3, :2])
_S51, _S52, _S53 = (float(v) for v in _SQUARES[4, :3])
_S61, _S62, _S63, _S64 = (float(v) for v in _SQUARES[5, :4])
_S71, _S72, _S73, _S74, _S75 = (float(v) for v in _SQUARES[6, :5])
_C2, _C3, _C4, _C5 = 1 / 5, 3 / 10, 4 / 5, 8 / 9
_E1, _E3, _E4, _E5, _E6, _E7 = (float(_ERRORS[i]) for i in (0, 2, 3, 4, 5, 6))
_P1, _P2, _P3, _P4, _P5, _P6 = (float(v) for v in _ERROR_SQUARES[:6])


@inlined
def pull(
    x: float, y: float, z: float, vx: float, vy: float, vz: float, p: float
) -> tuple[float, float, float, float]:
    """Give acceleration (m/s²) and height (m) without a branch, so that lanes vectorise."""
    p2 = x * x + y * y
    z2 = z * z
    r2 = p2 + z2
    inverse = 1.0 / math.sqrt(r2)
    inverse2 = inverse * inverse
    # As earth._kernels.height, with series in e² for its roots and quotients: 5 µm apart.
    q = _SECOND_E2 * z2 * inverse2
    surface = _A * (1.0 + q * (-0.5 + q * (0.375 + q * (-0.3125 + q * 0.2734375))))
    c2 = p2 * inverse2
    tilt = 0.5 * _E2 * _E2 * c2 * z2 * inverse2 * (1.0 + 2.0 * _E2 * c2)
    up = (r2 * inverse - surface) * (1.0 - tilt * surface * inverse)
    fine = (max(up, BOTTOM) - BOTTOM) * _PER_FINE
    coarse = min((up - MIDDLE) * _PER_COARSE + FINE_CELLS, _LAST)
    place = fine if up < MIDDLE else coarse
    # Not max(): what is not a number must become cell 0, not any cell in memory.
    place = place if place > 0.0 else 0.0  # noqa: FURB136
    cell = np.int32(place)
    u = place - cell
    air = CELLS[cell, 0] + u * (CELLS[cell, 1] + u * (CELLS[cell, 2] + u * CELLS[cell, 3]))
    drag = -p * math.sqrt(vx * vx + vy * vy + vz * vz) * air
    central = -_GM * inverse2 * inverse
    bulge = _J2_FACTOR * inverse2
    polar = 5.0 * z2 * inverse2
    level = central * (1.0 + bulge * (1.0 - polar)) + _W2
    return (
        level * x + _2W * vy + drag * vx,
        level * y - _2W * vx + drag * vy,
        central * (1.0 + bulge * (3.0 - polar)) * z + drag * vz,
        up,
    )


@inlined
def climb(x: float, y: float, z: float, vx: float, vy: float, vz: float, up: float) -> float:
    """Give the rate of the height (m/s)."""
    steep = z * (_A + up) / (_A * (1.0 - _E2) + up)
    return (x * vx + y * vy + steep * vz) / math.sqrt(x * x + y * y + steep * steep)


@lanes
def advance(w: Array, count: int, ground: float, max_seconds: float) -> None:
    """Take one trial step in every lane: new state, its acceleration, height and error."""
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
            vx + h * _A21 * ax, vy + h * _A21 * ay, vz + h * _A21 * az, p,
        )  # fmt: skip
        t = _C3 * h
        cx, cy, cz, _ = pull(
            x + t * vx + h2 * _S31 * ax,
            y + t * vy + h2 * _S31 * ay,
            z + t * vz + h2 * _S31 * az,
            vx + h * (_A31 * ax + _A32 * bx),
            vy + h * (_A31 * ay + _A32 * by),
            vz + h * (_A31 * az + _A32 * bz),
            p,
        )
        t = _C4 * h
        dx, dy, dz, _ = pull(
            x + t * vx + h2 * (_S41 * ax + _S42 * bx),
            y + t * vy + h2 * (_S41 * ay + _S42 * by),
            z + t * vz + h2 * (_S41 * az + _S42 * bz),
            vx + h * (_A41 * ax + _A42 * bx + _A43 * cx),
            vy + h * (_A41 * ay + _A42 * by + _A43 * cy),
            vz + h * (_A41 * az + _A42 * bz + _A43 * cz),
            p,
        )
        t = _C5 * h
        ex, ey, ez, _ = pull(
            x + t * vx + h2 * (_S51 * ax + _S52 * bx + _S53 * cx),
            y + t * vy + h2 * (_S51 * ay + _S52 * by + _S53 * cy),
            z + t * vz + h2 * (_S51 * az + _S52 * bz + _S53 * cz),
            vx + h * (_A51 * ax + _A52 * bx + _A53 * cx + _A54 * dx),
            vy + h * (_A51 * ay + _A52 * by + _A53 * cy + _A54 * dy),
            vz + h * (_A51 * az + _A52 * bz + _A53 * cz + _A54 * dz),
            p,
        )
        fx, fy, fz, _ = pull(
            x + h * vx + h2 * (_S61 * ax + _S62 * bx + _S63 * cx + _S64 * dx),
            y + h * vy + h2 * (_S61 * ay + _S62 * by + _S63 * cy + _S64 * dy),
            z + h * vz + h2 * (_S61 * az + _S62 * bz + _S63 * cz + _S64 * dz),
            vx + h * (_A61 * ax + _A62 * bx + _A63 * cx + _A64 * dx + _A65 * ex),
            vy + h * (_A61 * ay + _A62 * by + _A63 * cy + _A64 * dy + _A65 * ey),
            vz + h * (_A61 * az + _A62 * bz + _A63 * cz + _A64 * dz + _A65 * ez),
            p,
        )
        nx = x + h * vx + h2 * (_S71 * ax + _S72 * bx + _S73 * cx + _S74 * dx + _S75 * ex)
        ny = y + h * vy + h2 * (_S71 * ay + _S72 * by + _S73 * cy + _S74 * dy + _S75 * ey)
        nz = z + h * vz + h2 * (_S71 * az + _S72 * bz + _S73 * cz + _S74 * dz + _S75 * ez)
        nvx = vx + h * (_A71 * ax + _A73 * cx + _A74 * dx + _A75 * ex + _A76 * fx)
        nvy = vy + h * (_A71 * ay + _A73 * cy + _A74 * dy + _A75 * ey + _A76 * fy)
        nvz = vz + h * (_A71 * az + _A73 * cz + _A74 * dz + _A75 * ez + _A76 * fz)
        gx, gy, gz, up = pull(nx, ny, nz, nvx, nvy, nvz, p)
        rx = _P1 * ax + _P2 * bx + _P3 * cx + _P4 * dx + _P5 * ex + _P6 * fx
        ry = _P1 * ay + _P2 * by + _P3 * cy + _P4 * dy + _P5 * ey + _P6 * fy
        rz = _P1 * az + _P2 * bz + _P3 * cz + _P4 * dz + _P5 * ez + _P6 * fz
        sx = _E1 * ax + _E3 * cx + _E4 * dx + _E5 * ex + _E6 * fx + _E7 * gx
        sy = _E1 * ay + _E3 * cy + _E4 * dy + _E5 * ey + _E6 * fy + _E7 * gy
        sz = _E1 * az + _E3 * cz + _E4 * dz + _E5 * ez + _E6 * fz + _E7 * gz
        w[i + NX] = nx
        w[i + NY] = ny
        w[i + NZ] = nz
        w[i + NVX] = nvx
        w[i + NVY] = nvy
        w[i + NVZ] = nvz
        w[i + NAX] = gx
        w[i + NAY] = gy
        w[i + NAZ] = gz
        rate = climb(nx, ny, nz, nvx, nvy, nvz, up)
        w[i + NH] = up
        w[i + NRATE] = rate
        # What an error of velocity becomes on the ground: times the seconds until then, and
        # more for early ones, as there are many and the air's corners hide some of them.
        before, rate_before = w[i + H], w[i + RATE]
        over = max(0.0, before)
        ahead = 0.1 * (rate_before + math.sqrt(rate_before * rate_before + 20.0 * over)) + 5.0
        ahead *= 1.0 + 0.01 * ahead
        square = (
            h2
            * (h2 * (rx * rx + ry * ry + rz * rz) + ahead * ahead * (sx * sx + sy * sy + sz * sz))
            / (TOLERANCE * TOLERANCE)
        )
        # No "and", "or" here: they jump, and a loop that jumps does not vectorise.
        is_good = (square <= 1.0) | (h <= LEAST_STEP)
        time = w[i + TIME] + h
        is_taken = (is_good & ((up >= ground + 1e-3) | (rate >= 0.0)) & (time < max_seconds)) & (
            square < np.inf
        )
        is_special = is_good != is_taken
        w[i + SPECIAL] = 1.0 if is_special else 0.0
        # The cubic through both ends of a step over the apogee, at its top.
        u = rate_before / (rate_before - rate)
        v = 1.0 - u
        top = v * v * ((1.0 + 2.0 * u) * before + u * h * rate_before)
        top += u * u * ((1.0 + 2.0 * v) * up - v * h * rate)
        highest = top if (rate_before > 0.0) & (rate <= 0.0) else up
        apogee = w[i + APOGEE]
        w[i + APOGEE] = highest if is_good & (highest > apogee) else apogee
        # The next step: the error's power -3/16 for the textbook's -1/5 (roots alone), and
        # no farther down than the air allows: its density grows e-fold in 7 km.
        root = math.sqrt(math.sqrt(math.sqrt(math.sqrt(square + 1e-30))))
        factor = SAFETY / (root * math.sqrt(root))
        factor = max(0.2, factor)
        factor = min(5.0, factor)
        down = (up if is_taken else before) - AIR_BEGINS
        down = (max(0.0, down)) + DEEPEST
        sink = rate if is_taken else rate_before
        longest = (sink + math.sqrt(sink * sink + 20.0 * down)) * 0.1
        step = h * factor
        lift = down / (max(1.0, sink))
        longest = lift if (sink > 1.0) & (lift < longest) else longest
        step = longest if is_taken & (longest < step) else step
        step = min(GREATEST_STEP, step)
        step = max(LEAST_STEP, step)
        left = max_seconds - (time if is_taken else time - h)
        w[i + STEP] = h if is_special else (min(left, step))
        w[i + TIME] = time if is_taken else time - h
        w[i + X] = nx if is_taken else x
        w[i + Y] = ny if is_taken else y
        w[i + Z] = nz if is_taken else z
        w[i + VX] = nvx if is_taken else vx
        w[i + VY] = nvy if is_taken else vy
        w[i + VZ] = nvz if is_taken else vz
        w[i + AX] = gx if is_taken else ax
        w[i + AY] = gy if is_taken else ay
        w[i + AZ] = gz if is_taken else az
        w[i + H] = up if is_taken else before
        w[i + RATE] = rate if is_taken else rate_before
