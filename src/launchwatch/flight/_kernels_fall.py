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
from launchwatch.earth._kernels import geodetic_from_ecef, height
from launchwatch.flight._kernels_lanes import (
    APOGEE,
    AX,
    AY,
    AZ,
    DRAG,
    DVX,
    DVY,
    DVZ,
    DX,
    DY,
    DZ,
    LANES,
    LEAST_STEP,
    LEFT,
    NAX,
    NAY,
    NAZ,
    NH,
    NRATE,
    RATE,
    SPECIAL,
    STATE,
    STEP,
    TIME,
    TRIED,
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
    settle,
)
from launchwatch.flight._kernels_motion import BOOST, COAST, CRUISE, burn, propagate

Array = NDArray[np.float64]
Singles = NDArray[np.float32]

BURN_STEP = 3.0
"""Greatest step of a burn in seconds: 4 cm and 1 mm/s off after a minute."""
FIRST_STEP = 0.5
VECTOR = 16
"""Lanes to an instruction in single precision, where the processor has the widest there are."""
ORBIT_HEIGHT = 120_000.0
"""A perigee above this is felt by no air within a revolution."""
NEAR = 5.0
"""Metres below the ground from which the last extrapolation is exact to a millimetre."""
BEYOND = 1.5
"""Metres below the ground that the last step aims at: single precision knows heights to half a
metre, and a step that ended above would need another."""

FELL = 1.0
STILL_FLYING = 0.0
BELOW_AT_START = -1.0


@kernel
def _load(w: Singles, d: Array, i: int, states: Array, k: int, max_seconds: float) -> None:
    """Put body k into lane i."""
    for j in range(6):
        d[i + LANES * j] = states[k, j]
        w[i + LANES * j] = np.float32(states[k, j])
    d[i + TIME] = 0.0
    x, y, z = w[i + X], w[i + Y], w[i + Z]
    vx, vy, vz = w[i + VX], w[i + VY], w[i + VZ]
    p = np.float32(0.5 * math.exp(-states[k, 6]))
    ax, ay, az, _ = pull(x, y, z, vx, vy, vz, p)
    w[i + AX] = ax
    w[i + AY] = ay
    w[i + AZ] = az
    w[i + DRAG] = p
    up = np.float32(height(states[k, 0], states[k, 1], states[k, 2]))
    w[i + H] = up
    w[i + RATE] = climb(x, y, z, vx, vy, vz, up)
    w[i + APOGEE] = up
    w[i + LEFT] = np.float32(max_seconds)
    w[i + STEP] = np.float32(min(FIRST_STEP, max_seconds))


@kernel
def _write(
    w: Singles, d: Array, i: int, step: float, status: float, ground: float, out: Array, k: int
) -> None:
    """Write lane i at the end of its last step as body k; if it fell, where it met the ground."""
    share = 1.0 if step > 0.0 else 0.0
    x = d[i + X] + step * d[i + VX] + share * w[i + DX]
    y = d[i + Y] + step * d[i + VY] + share * w[i + DY]
    z = d[i + Z] + step * d[i + VZ] + share * w[i + DZ]
    vx = d[i + VX] + share * w[i + DVX]
    vy = d[i + VY] + share * w[i + DVY]
    vz = d[i + VZ] + share * w[i + DVZ]
    if status == FELL:
        back = (ground - height(x, y, z)) / np.float64(w[i + NRATE])
        x += back * (vx + 0.5 * back * w[i + NAX])
        y += back * (vy + 0.5 * back * w[i + NAY])
        z += back * (vz + 0.5 * back * w[i + NAZ])
        vx += back * w[i + NAX]
        vy += back * w[i + NAY]
        vz += back * w[i + NAZ]
        step += back
    latitude, longitude, _ = geodetic_from_ecef(x, y, z)
    out[k, 0] = latitude
    out[k, 1] = longitude
    out[k, 2] = d[i + TIME] + step
    out[k, 3] = w[i + APOGEE]
    out[k, 4] = math.sqrt(vx * vx + vy * vy + vz * vz)
    out[k, 5] = status


@kernel
def _is_in_orbit(d: Array, i: int) -> bool:
    """Say whether lane i's path, were it Kepler's, stays above the air for good."""
    x, y, z = d[i + X], d[i + Y], d[i + Z]
    vx = d[i + VX] - EARTH_ROTATION * y
    vy = d[i + VY] + EARTH_ROTATION * x
    vz = d[i + VZ]
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
    """Give the time at which the cubic through both ends comes down to the ground.

    Newton's rule from the far end, and halving where it leaves the step: four rounds bring a
    step of ten seconds to a centimetre.
    """
    low, high, u = 0.0, 1.0, 1.0 + (ground - h1) / (step * rate1)
    slope0, slope1 = step * rate0, step * rate1
    square = 3.0 * (h1 - h0) - 2.0 * slope0 - slope1
    cube = 2.0 * (h0 - h1) + slope0 + slope1
    for _ in range(4):
        if not low < u < high:
            u = 0.5 * (low + high)
        here = h0 - ground + u * (slope0 + u * (square + u * cube))
        if here > 0.0:
            low = u
        else:
            high = u
        u -= here / (slope0 + u * (2.0 * square + u * 3.0 * cube))
    if not low < u < high:
        u = high
    return u * step


@kernel
def falls(states: Array, ground_height: float, max_seconds: float, out: Array) -> None:
    """Let bodies fall; states (n, 7): r, v (ECEF), ln β; out (n, 6).

    Each row of out: latitude, longitude (rad), seconds until the ground, apogee height (m),
    speed at the ground (m/s), status (1 fell; 0 still flying after max_seconds, where it
    then is, or in an orbit above the air, where it was; -1 below the ground and sinking at
    the start).
    """
    count = len(states)
    w = np.zeros(WORK, np.float32)
    d = np.zeros(STATE)
    body = np.zeros(LANES, np.int64)
    # Lanes beside the bodies are flown as well: something harmless.
    for i in range(LANES):
        w[i + X] = 7e6
        d[i + X] = 7e6
        w[i + RATE] = 1.0
        w[i + STEP] = 1.0
    ground = np.float32(ground_height)
    following = int(0.0)
    # Not a bare nought: what is called with a literal is compiled once more.
    flying = int(0.0)
    while True:
        # Fill free lanes.
        while flying < LANES and following < count:
            if not np.isfinite(states[following]).all():
                out[following] = np.nan
                out[following, 5] = STILL_FLYING
                following += 1
                continue
            _load(w, d, flying, states, following, max_seconds)
            body[flying] = following
            following += 1
            is_below = w[flying + H] < ground and not w[flying + RATE] > 0.0
            if is_below or _is_in_orbit(d, flying):
                status = BELOW_AT_START if is_below else STILL_FLYING
                _write(w, d, flying, 0.0, status, ground_height, out, following - 1)
            else:
                flying += 1
        if flying == 0:
            return
        # Whole vectors: what is left over of one is done lane by lane, three as slow as sixteen.
        abreast = flying
        if flying % VECTOR > 3:
            abreast += VECTOR - flying % VECTOR
        advance(w, abreast, ground)
        settle(w, d, abreast)
        for i in range(flying - 1, -1, -1):
            if w[i + SPECIAL] == 0.0:
                continue
            step = np.float64(w[i + TRIED])
            before, rate_before = np.float64(w[i + H]), np.float64(w[i + RATE])
            end, rate = np.float64(w[i + NH]), np.float64(w[i + NRATE])
            if end < ground_height + 1e-3 and rate < 0.0:
                if end < ground_height - NEAR < before - NEAR and step > LEAST_STEP:
                    # A little beyond, but never so far that an absurd speed asks for it again.
                    beyond = BEYOND / -rate
                    meeting = _meeting(before, rate_before, end, rate, step, ground_height)
                    w[i + STEP] = np.float32(beyond + meeting)
                    continue
                _write(w, d, i, step, FELL, ground_height, out, body[i])
            else:
                _write(w, d, i, step, STILL_FLYING, ground_height, out, body[i])
            flying -= 1
            if i != flying:
                for j in range(0, WORK, LANES):
                    w[i + j] = w[flying + j]
                for j in range(0, STATE, LANES):
                    d[i + j] = d[flying + j]
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
def burn_outs(states: Array, burn_seconds: Array, out: Array) -> None:
    """Let bodies (n, 9) of the boost model burn on for (n,) seconds; out (n, at least 6): r, v."""
    for k in range(len(states)):
        burn(states[k], burn_seconds[k], BURN_STEP, out[k])


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
                level = math.cos(longitude) * x[3] + math.sin(longitude) * x[4]
                rate = math.cos(latitude) * level + math.sin(latitude) * x[5]
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
