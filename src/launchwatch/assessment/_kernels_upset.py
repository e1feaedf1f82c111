"""Kernels of bodies that fall until a height, and from there through air or with lift of their own.

Theory of operation. Bodies fly in the lanes of `_kernels_air`, each in turn: *falling* through
standard air until it sinks below its height; *upset* by its own upset until its seconds have
passed, or it meets the ground; *landing*, twice the step that leads back to the ground. A body
that is done leaves its lane to the next one; when none is left the last lane moves there.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment._kernels_air import (
    AIR_STEP,
    BASE,
    BELOW,
    DENSITY,
    DRAG,
    EASE,
    EAST,
    GREATEST,
    LANES,
    LEANING,
    LEFT,
    LEVEL_PART,
    LIFT,
    MEASURED,
    MOST,
    NEAREST,
    NORTH,
    PEAK,
    PEAKS,
    RATE,
    RATIO,
    SIDE_PART,
    STATE,
    STEP,
    THICK,
    TIME,
    TOP,
    UPRIGHT,
    VX,
    VY,
    VZ,
    WIND_EAST,
    WIND_NORTH,
    WORK,
    H,
    X,
    Y,
    Z,
    advance,
    next_step,
    settle,
)
from launchwatch.compiling import kernel
from launchwatch.earth._kernels import density, height
from launchwatch.flight._kernels_lanes import climb

Array = NDArray[np.float64]
Singles = NDArray[np.float32]

FALLING, UPSET, LANDING, LANDED = 0, 1, 2, 3
VECTOR = 16
LIGHTEST = math.log(10.0)
"""Least ln coefficient: a feather's. Lighter is nothing that flies, and would need tiny steps."""
_LAYERS = (12_000.0, 18_000.0, 30_000.0)


@kernel
def _set_rows(w: Singles, row: int, a: float, b: float, c: float, d: float) -> None:
    """Write what runs straight through four levels as a value on the ground and three slopes."""
    w[row] = np.float32(a)
    w[row + 64] = np.float32((b - a) / _LAYERS[0])
    w[row + 128] = np.float32((c - b) / _LAYERS[1])
    w[row + 192] = np.float32((d - c) / _LAYERS[2])


@kernel
def _set_upset(w: Singles, i: int, upsets: Array, k: int, share: float) -> None:
    """Put a share, all or none, of upset k into lane i."""
    u = share
    for row, at in ((WIND_EAST, EAST), (WIND_NORTH, NORTH)):
        a, b, c, d = upsets[k, at], upsets[k, at + 1], upsets[k, at + 2], upsets[k, at + 3]
        _set_rows(w, i + row, u * a, u * b, u * c, u * d)
    a, b = math.exp(u * upsets[k, DENSITY]), math.exp(u * upsets[k, DENSITY + 1])
    c, d = math.exp(u * upsets[k, DENSITY + 2]), math.exp(u * upsets[k, DENSITY + 3])
    _set_rows(w, i + THICK, a, b, c, d)
    w[i + PEAKS] = np.float32(u * upsets[k, PEAK])
    w[i + BASE] = np.float32(1.0 / (1.0 + u * upsets[k, PEAK] * upsets[k, MEASURED]))
    w[i + RATIO] = np.float32(u * upsets[k, LIFT])
    w[i + GREATEST] = np.float32(u * upsets[k, MOST])
    w[i + UPRIGHT] = np.float32(upsets[k, LEVEL_PART])
    w[i + LEANING] = np.float32(upsets[k, SIDE_PART])


@kernel
def upset_falls(
    states: Array,
    log_beta: Array,
    upsets: Array,
    below: Array,
    seconds: Array,
    longest: float,
    out: Array,
) -> None:
    """Let bodies fall until a height, then through their upsets for some seconds or to the ground.

    Args:
        states: (n, 6) ECEF.
        log_beta: (n,) ln ballistic coefficients.
        upsets: (n, UPSETS).
        below: (n,) heights, metres; infinite: at once.
        seconds: (n,) how long each is upset; infinite: to the ground.
        longest: seconds to follow a body.
        out: (n, 8) position and velocity then, seconds until then, greatest height before.
    """
    count = len(states)
    w = np.ones(WORK, np.float32)
    d = np.full(STATE, 7e6)
    body = np.zeros(LANES, np.int64)
    phase = np.zeros(LANES, np.int64)
    for i in range(LANES):
        # Lanes beside the bodies are flown as well: something harmless.
        for row in (X, Y, Z):
            w[i + row] = 7e6
    following = int(0.0)
    flying = int(0.0)
    while True:
        while flying < LANES and following < count:
            i, k = flying, following
            following += 1
            is_finite = math.isfinite(log_beta[k])
            for j in range(6):
                is_finite &= math.isfinite(states[k, j])
                out[k, j] = states[k, j]
            out[k, 6] = 0.0
            out[k, 7] = 0.0
            if not is_finite:
                continue
            for j in range(6):
                d[i + LANES * j] = states[k, j]
                w[i + LANES * j] = np.float32(states[k, j])
            d[i + TIME] = 0.0
            aloft = height(states[k, 0], states[k, 1], states[k, 2])
            up = np.float32(aloft)
            w[i + H] = up
            w[i + RATE] = climb(w[i + X], w[i + Y], w[i + Z], w[i + VX], w[i + VY], w[i + VZ], up)
            w[i + TOP] = up
            w[i + LEFT] = np.float32(longest)
            w[i + BELOW] = np.float32(min(below[k], 1e9))
            p = 0.5 * math.exp(-max(log_beta[k], LIGHTEST))
            w[i + DRAG] = np.float32(p)
            v2 = states[k, 3] ** 2 + states[k, 4] ** 2 + states[k, 5] ** 2
            w[i + EASE] = np.float32(0.5 / (p * density(aloft) * math.sqrt(v2) + 1e-9))
            _set_upset(w, i, upsets, k, 0.0)
            phase[i] = FALLING
            body[i] = k
            flying += 1
        if flying == 0:
            return
        for i in range(flying - 1, -1, -1):
            k = body[i]
            up, rate = w[i + H], w[i + RATE]
            if phase[i] == FALLING and (
                below[k] == np.inf or (up < w[i + BELOW] + NEAREST and rate < 0.0)
            ):
                phase[i] = UPSET
                _set_upset(w, i, upsets, k, 1.0)
                w[i + BELOW] = np.float32(0.0)
                w[i + LEFT] = np.float32(min(seconds[k], longest - d[i + TIME]))
            is_done = phase[i] == LANDED
            if phase[i] == LANDING:
                phase[i] = LANDED
            elif phase[i] == UPSET and up < 0.0 and rate < 0.0:
                phase[i] = LANDING
            if phase[i] >= LANDING:
                back = -up / min(rate, np.float32(-1e-3))
                w[i + STEP] = min(max(back, -AIR_STEP), AIR_STEP)
            else:
                w[i + STEP] = next_step(up, rate, w[i + BELOW], w[i + LEFT], w[i + EASE])
                # What is not a number is done too.
                is_done = not w[i + LEFT] > 1e-3
            if not is_done:
                continue
            for j in range(6):
                out[k, j] = d[i + LANES * j]
            out[k, 6] = d[i + TIME]
            out[k, 7] = np.float64(w[i + TOP])
            flying -= 1
            if i != flying:
                for j in range(0, WORK, LANES):
                    w[i + j] = w[flying + j]
                for j in range(0, STATE, LANES):
                    d[i + j] = d[flying + j]
                body[i] = body[flying]
                phase[i] = phase[flying]
        if flying == 0:
            continue
        abreast = flying
        if flying % VECTOR > 3:
            abreast += VECTOR - flying % VECTOR
        advance(w, abreast)
        settle(w, d, abreast)
