"""Kernels that let bodies fall: thousands at once, and one along its path.

Theory of operation. Bodies fly in the lanes of `_kernels_lanes`. A lane whose body has come
down writes its result and takes the next body; when none is left the last lane moves into
the gap. So no lane waits for another.

The step that would end below the ground is taken again with the length at which a cubic
through both ends meets the ground; from the metres that remain, a second-order
extrapolation lands within a millimetre.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.constants import EARTH_GM, EARTH_ROTATION, WGS84_SEMI_MAJOR
from launchwatch.earth._kernels import geodetic_from_ecef
from launchwatch.flight._kernels_lanes import (
    APOGEE,
    AX,
    AY,
    AZ,
    DRAG,
    LANES,
    LEAST_STEP,
    NAX,
    NAY,
    NAZ,
    NH,
    NRATE,
    NVX,
    NVY,
    NVZ,
    NX,
    NY,
    NZ,
    RATE,
    SPECIAL,
    STEP,
    TIME,
    VX,
    VY,
    VZ,
    WORK,
    H,
    X,
    Y,
    Z,
    advance,
    climb,
    pull,
)
from launchwatch.flight._kernels_motion import BOOST, COAST, CRUISE, burn, propagate

Array = NDArray[np.float64]

BURN_STEP = 3.0
"""Greatest step of a burn in seconds: 4 cm and 1 mm/s off after a minute."""
FIRST_STEP = 0.5
ORBIT_HEIGHT = 120_000.0
"""A perigee above this is felt by no air within a revolution."""
NEAR = 5.0
"""Metres below the ground from which the last extrapolation is exact to a millimetre."""

FELL = 1.0
STILL_FLYING = 0.0
BELOW_AT_START = -1.0


@kernel
def _load(w: Array, i: int, states: Array, k: int) -> None:
    """Put body k into lane i."""
    x, y, z = states[k, 0], states[k, 1], states[k, 2]
    vx, vy, vz = states[k, 3], states[k, 4], states[k, 5]
    p = 0.5 * math.exp(-states[k, 6])
    ax, ay, az, up = pull(x, y, z, vx, vy, vz, p)
    w[i + X] = x
    w[i + Y] = y
    w[i + Z] = z
    w[i + VX] = vx
    w[i + VY] = vy
    w[i + VZ] = vz
    w[i + AX] = ax
    w[i + AY] = ay
    w[i + AZ] = az
    w[i + DRAG] = p
    w[i + STEP] = FIRST_STEP
    w[i + TIME] = 0.0
    w[i + H] = up
    w[i + RATE] = climb(x, y, z, vx, vy, vz, up)
    w[i + APOGEE] = up


@kernel
def _write(w: Array, i: int, back: float, status: float, out: Array, k: int) -> None:
    """Write the result of lane i, moved `back` seconds along its path, as body k."""
    x = w[i + NX] + back * (w[i + NVX] + 0.5 * back * w[i + NAX])
    y = w[i + NY] + back * (w[i + NVY] + 0.5 * back * w[i + NAY])
    z = w[i + NZ] + back * (w[i + NVZ] + 0.5 * back * w[i + NAZ])
    vx = w[i + NVX] + back * w[i + NAX]
    vy = w[i + NVY] + back * w[i + NAY]
    vz = w[i + NVZ] + back * w[i + NAZ]
    latitude, longitude, _ = geodetic_from_ecef(x, y, z)
    out[k, 0] = latitude
    out[k, 1] = longitude
    out[k, 2] = w[i + TIME] + w[i + STEP] + back
    out[k, 3] = w[i + APOGEE]
    out[k, 4] = math.sqrt(vx * vx + vy * vy + vz * vz)
    out[k, 5] = status


@kernel
def _is_in_orbit(w: Array, i: int) -> bool:
    """Say whether lane i's path, were it Kepler's, stays above the air for good."""
    x, y, z = w[i + X], w[i + Y], w[i + Z]
    vx = w[i + VX] - EARTH_ROTATION * y
    vy = w[i + VY] + EARTH_ROTATION * x
    vz = w[i + VZ]
    r2 = x * x + y * y + z * z
    v2 = vx * vx + vy * vy + vz * vz
    inward = x * vx + y * vy + z * vz
    turning2 = r2 * v2 - inward * inward
    energy = 0.5 * v2 - EARTH_GM / math.sqrt(r2)
    round2 = 1.0 + 2.0 * energy * turning2 / (EARTH_GM * EARTH_GM)
    lowest = turning2 / (EARTH_GM * (1.0 + math.sqrt(max(0.0, round2))))
    # An escape passes its lowest point once: only what is past it never comes down.
    if energy >= 0.0:
        return bool(inward > 0.0)
    return bool(lowest > WGS84_SEMI_MAJOR + ORBIT_HEIGHT)


@kernel
def _meeting(h0: float, rate0: float, h1: float, rate1: float, step: float, ground: float) -> float:
    """Give the time at which the cubic through both ends comes down to the ground."""
    low, high = 0.0, 1.0
    for _ in range(30):
        u = 0.5 * (low + high)
        v = 1.0 - u
        here = v * v * ((1.0 + 2.0 * u) * h0 + u * step * rate0)
        here += u * u * ((1.0 + 2.0 * v) * h1 - v * step * rate1)
        if here > ground:
            low = u
        else:
            high = u
    return high * step


@kernel
def falls(states: Array, ground_height: float, max_seconds: float, out: Array) -> None:
    """Let bodies fall; states (n, 7): r, v (ECEF), ln β; out (n, 6).

    Each row of out: latitude, longitude (rad), seconds until the ground, apogee height (m),
    speed at the ground (m/s), status (1 fell; 0 still flying after max_seconds, where it
    then is, or in an orbit above the air, where it was; -1 below the ground and sinking at
    the start).
    """
    count = len(states)
    w = np.zeros(WORK)
    body = np.zeros(LANES, np.int64)
    following = 0
    flying = 0
    while True:
        # Fill free flying.
        while flying < LANES and following < count:
            _load(w, flying, states, following)
            body[flying] = following
            following += 1
            is_below = w[flying + H] < ground_height and not w[flying + RATE] > 0.0
            if is_below or _is_in_orbit(w, flying):
                for j in range(0, NX, LANES):
                    w[flying + NX + j] = w[flying + j]
                w[flying + STEP] = 0.0
                status = BELOW_AT_START if is_below else STILL_FLYING
                _write(w, flying, 0.0, status, out, following - 1)
            else:
                w[flying + STEP] = min(FIRST_STEP, max_seconds)
                flying += 1
        if flying == 0:
            return
        advance(w, flying, ground_height, max_seconds)
        for i in range(flying - 1, -1, -1):
            if w[i + SPECIAL] == 0.0:
                continue
            step = w[i + STEP]
            is_down = w[i + NH] < ground_height + 1e-3 and w[i + NRATE] < 0.0
            if is_down:
                if w[i + NH] < ground_height - NEAR < w[i + H] - NEAR and step > LEAST_STEP:
                    # A little beyond, but never so far that an absurd speed asks for it again.
                    beyond = min(1e-4, -0.5 * NEAR / w[i + NRATE])
                    w[i + STEP] = beyond + _meeting(
                        w[i + H], w[i + RATE], w[i + NH], w[i + NRATE], step, ground_height
                    )
                    continue
                back = (ground_height - w[i + NH]) / w[i + NRATE]
                _write(w, i, back, FELL, out, body[i])
            else:
                _write(w, i, 0.0, STILL_FLYING, out, body[i])
            flying -= 1
            if i != flying:
                for j in range(0, WORK, LANES):
                    w[i + j] = w[flying + j]
                body[i] = body[flying]


@kernel
def fall(x: Array, log_beta: float, ground_height: float, max_seconds: float, out: Array) -> None:
    """Let one body (9,) fall; out (6,) as a row of `falls`."""
    state = np.empty((1, 7))
    for j in range(6):
        state[0, j] = x[j]
    state[0, 6] = log_beta
    result = np.empty((1, 6))
    falls(state, ground_height, max_seconds, result)
    for j in range(6):
        out[j] = result[0, j]


@kernel
def burn_falls(
    states: Array,
    burn_seconds: Array,
    log_beta: Array,
    ground_height: float,
    max_seconds: float,
    out: Array,
) -> None:
    """Let bodies burn on, then fall; states (n, 9) of the boost model, out as `falls`.

    burn_seconds (n,) remain until burnout; log_beta (n,) holds from then on.
    """
    count = len(states)
    bodies = np.empty((count, 7))
    x = np.empty(6)
    for k in range(count):
        burn(states[k], burn_seconds[k], BURN_STEP, x)
        for j in range(6):
            bodies[k, j] = x[j]
        bodies[k, 6] = log_beta[k]
    falls(bodies, ground_height, max_seconds, out)
    for k in range(count):
        out[k, 2] += burn_seconds[k]


@kernel
def trajectory(
    x9: Array,
    model: int,
    burn_seconds: float,
    log_beta: float,
    step_seconds: float,
    out: Array,
) -> int:
    """Sample a path until the ellipsoid: out (m, 5), the number of rows filled is returned.

    Rows: seconds, latitude, longitude (rad), height (m), speed (m/s). The boost model burns
    for burn_seconds; then, and for all others but cruise, the body falls with log_beta.
    """
    x = np.empty(9)
    for j in range(9):
        x[j] = x9[j]
    seconds = 0.0
    burning = burn_seconds if model == BOOST else 0.0
    if burning <= 0.0 and model != CRUISE:
        model = COAST
        x[6] = log_beta
    last_height = -np.inf
    for k in range(len(out)):
        latitude, longitude, height = geodetic_from_ecef(x[0], x[1], x[2])
        out[k, 0] = seconds
        out[k, 1] = latitude
        out[k, 2] = longitude
        out[k, 3] = height
        out[k, 4] = math.sqrt(x[3] * x[3] + x[4] * x[4] + x[5] * x[5])
        if height <= 0.0 and height < last_height:
            # Back to the ground, by Newton: the path is curved.
            for _ in range(4):
                rate = climb(x[0], x[1], x[2], x[3], x[4], x[5], height)
                back = -height / rate
                propagate(model, x, back, x)
                seconds += back
                latitude, longitude, height = geodetic_from_ecef(x[0], x[1], x[2])
            out[k, 0] = seconds
            out[k, 1] = latitude
            out[k, 2] = longitude
            out[k, 3] = height
            out[k, 4] = math.sqrt(x[3] * x[3] + x[4] * x[4] + x[5] * x[5])
            return k + 1
        last_height = height
        ahead = step_seconds
        if burning > 0.0:
            lit = min(burning, ahead)
            propagate(model, x, lit, x)
            burning -= lit
            ahead -= lit
            if burning <= 0.0:
                model = COAST
                x[6] = log_beta
        if ahead > 0.0:
            propagate(model, x, ahead, x)
        seconds += step_seconds
    return len(out)
