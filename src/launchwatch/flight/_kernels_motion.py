"""Kernels of flight: how a state of nine numbers moves, and how a body falls.

A state holds position and velocity in ECEF (m, m/s, relative to the rotating Earth) and
three extras whose meaning depends on the model; the table stands in `flight.motion`.

`propagate` is the classical Runge-Kutta rule of fourth order with equal steps of at most a
second. The extras never need it: their equations have closed solutions (constant; growing
as 1/(1 - k·t); decaying as exp(-t/τ)), so only six numbers are integrated.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.constants import EARTH_ROTATION
from launchwatch.earth._kernels import density, gravity, height

Array = NDArray[np.float64]
Vector = tuple[float, float, float]

BOOST = 0
COAST = 1
REENTRY = 2
MANOEUVRE = 3
CRUISE = 4

MANOEUVRE_TIME_CONSTANT = 20.0
"""Seconds in which an unknown acceleration decays to 1/e: a turn or a stage's tail lasts tens
of seconds; longer makes the model cling to old turns, shorter makes it blind to new ones."""

GREATEST_STEP = 1.0
_SEA_LEVEL_DENSITY = 1.225  # kg/m³, US Standard Atmosphere 1976
GENTLE = 0.5
"""Share of its speed that drag may take in one step: beyond 2.8 the rule's numbers grow without
bound (the end of its stability), and at a half it is good to a thousandth of what drag takes."""
MOST_STEPS = 64
"""Steps into which one is divided at most: what drag stops within a sixty-fourth of a second is
lighter than a feather, and its numbers are of no use to anybody."""
LEAST_MASS_LEFT = 0.05
"""A burn may leave no less than this part of the mass within one call: it bounds the thrust
acceleration of a sample with an absurd growth rate, which would else become infinite."""

_W = EARTH_ROTATION
_W2 = EARTH_ROTATION * EARTH_ROTATION


@kernel
def acceleration(
    model: int,
    x: float,
    y: float,
    z: float,
    vx: float,
    vy: float,
    vz: float,
    p: float,
    q: float,
    s: float,
) -> Vector:
    """Give acceleration (m/s², ECEF) from position, velocity and a model's three numbers.

    The three are, per model: thrust acceleration in p (boost); half the reciprocal of the
    ballistic coefficient in p (coast, re-entry); the acceleration itself (manoeuvre).
    """
    if model == CRUISE:
        r2 = x * x + y * y + z * z
        radial = (x * vx + y * vy + z * vz) / r2
        level2 = vx * vx + vy * vy + vz * vz - radial * radial * r2
        turn = -level2 / r2
        # The vertical rate turns with the vertical, and the horizontal part loses to it.
        hx, hy, hz = vx - radial * x, vy - radial * y, vz - radial * z
        return (
            turn * x + radial * hx,
            turn * y + radial * hy,
            turn * z + radial * hz,
        )
    gx, gy, gz = gravity(x, y, z)
    ax = gx + _W2 * x + 2.0 * _W * vy
    ay = gy + _W2 * y - 2.0 * _W * vx
    az = gz
    if model == MANOEUVRE:
        return ax + p, ay + q, az + s
    speed2 = vx * vx + vy * vy + vz * vz
    if model == BOOST:
        if speed2 >= 1.0:
            pull = p / math.sqrt(speed2)
            return ax + pull * vx, ay + pull * vy, az + pull * vz
        # Standing still has no direction: below 1 m/s "up" takes over, without a kink.
        rest = (1.0 - speed2) * (1.0 - speed2) / math.sqrt(x * x + y * y + z * z)
        dx, dy, dz = vx + rest * x, vy + rest * y, vz + rest * z
        pull = p / math.sqrt(dx * dx + dy * dy + dz * dz + 1e-12)
        return ax + pull * dx, ay + pull * dy, az + pull * dz
    drag = -density(height(x, y, z)) * math.sqrt(speed2) * p
    return ax + drag * vx, ay + drag * vy, az + drag * vz


@kernel
def derivative(model: int, x: Array, dx: Array) -> None:
    """Write the rate of change of a state (9,) into dx (9,)."""
    p, q, s = 0.0, 0.0, 0.0
    dx[6] = 0.0
    dx[7] = 0.0
    dx[8] = 0.0
    if model == BOOST:
        p = math.exp(x[6])
        growth = math.exp(x[7])
        dx[6] = growth
        dx[7] = growth
    elif model in (COAST, REENTRY):
        p = 0.5 * math.exp(-x[6])
    elif model == MANOEUVRE:
        p, q, s = x[6], x[7], x[8]
        dx[6] = -p / MANOEUVRE_TIME_CONSTANT
        dx[7] = -q / MANOEUVRE_TIME_CONSTANT
        dx[8] = -s / MANOEUVRE_TIME_CONSTANT
    ax, ay, az = acceleration(model, x[0], x[1], x[2], x[3], x[4], x[5], p, q, s)
    dx[0] = x[3]
    dx[1] = x[4]
    dx[2] = x[5]
    dx[3] = ax
    dx[4] = ay
    dx[5] = az


@kernel
def rk4_step(
    model: int,
    x: float,
    y: float,
    z: float,
    vx: float,
    vy: float,
    vz: float,
    h: float,
    p0: float,
    q0: float,
    s0: float,
    p1: float,
    q1: float,
    s1: float,
    p2: float,
    q2: float,
    s2: float,
) -> tuple[float, float, float, float, float, float]:
    """Take one classical step of h seconds; a model's numbers at its start, middle and end."""
    half = 0.5 * h
    ax, ay, az = acceleration(model, x, y, z, vx, vy, vz, p0, q0, s0)
    ux, uy, uz = vx + half * ax, vy + half * ay, vz + half * az
    bx, by, bz = acceleration(
        model, x + half * vx, y + half * vy, z + half * vz, ux, uy, uz, p1, q1, s1
    )
    tx, ty, tz = vx + half * bx, vy + half * by, vz + half * bz
    cx, cy, cz = acceleration(
        model, x + half * ux, y + half * uy, z + half * uz, tx, ty, tz, p1, q1, s1
    )
    wx, wy, wz = vx + h * cx, vy + h * cy, vz + h * cz
    dx, dy, dz = acceleration(model, x + h * tx, y + h * ty, z + h * tz, wx, wy, wz, p2, q2, s2)
    sixth = h / 6.0
    return (
        x + sixth * (vx + 2.0 * (ux + tx) + wx),
        y + sixth * (vy + 2.0 * (uy + ty) + wy),
        z + sixth * (vz + 2.0 * (uz + tz) + wz),
        vx + sixth * (ax + 2.0 * (bx + cx) + dx),
        vy + sixth * (ay + 2.0 * (by + cy) + dy),
        vz + sixth * (az + 2.0 * (bz + cz) + dz),
    )


@kernel
def burn(x: Array, seconds: float, longest: float, out: Array) -> None:
    """Write position and velocity after a burn into out[:6]; x (9,) is of the boost model."""
    rx, ry, rz, vx, vy, vz = x[0], x[1], x[2], x[3], x[4], x[5]
    thrust = math.exp(x[6])
    growth = math.exp(x[7])
    steps = int(np.ceil(abs(seconds) / longest))
    h = seconds / steps if steps > 0 else 0.0
    end = thrust
    for i in range(steps):
        start = end
        middle = thrust / max(1.0 - growth * (i + 0.5) * h, LEAST_MASS_LEFT)
        end = thrust / max(1.0 - growth * (i + 1.0) * h, LEAST_MASS_LEFT)
        # Not a bare number: what is called with a literal is compiled once more.
        rx, ry, rz, vx, vy, vz = rk4_step(
            int(BOOST), rx, ry, rz, vx, vy, vz, h,
            start, 0.0, 0.0, middle, 0.0, 0.0, end, 0.0, 0.0,
        )  # fmt: skip
    out[0] = rx
    out[1] = ry
    out[2] = rz
    out[3] = vx
    out[4] = vy
    out[5] = vz


@kernel
def stride(model: int, x: Array, seconds: float, longest: float, out: Array) -> None:
    """Do as `propagate` does, in steps of at most so many seconds."""
    rx, ry, rz, vx, vy, vz = x[0], x[1], x[2], x[3], x[4], x[5]
    e0, e1, e2 = x[6], x[7], x[8]
    steps = int(np.ceil(abs(seconds) / longest))
    if steps > 0:
        h = seconds / steps
        if model == BOOST:
            left = max(1.0 - math.exp(e1) * seconds, LEAST_MASS_LEFT)
            burn(x, seconds, longest, out)
            rx, ry, rz, vx, vy, vz = out[0], out[1], out[2], out[3], out[4], out[5]
            e0 -= math.log(left)
            e1 -= math.log(left)
        elif model == MANOEUVRE:
            fade = math.exp(-0.5 * h / MANOEUVRE_TIME_CONSTANT)
            for _ in range(steps):
                p1, q1, s1 = fade * e0, fade * e1, fade * e2
                p2, q2, s2 = fade * p1, fade * q1, fade * s1
                rx, ry, rz, vx, vy, vz = rk4_step(
                    model, rx, ry, rz, vx, vy, vz, h, e0, e1, e2, p1, q1, s1, p2, q2, s2
                )
                e0, e1, e2 = p2, q2, s2
        else:
            p = 0.0 if model == CRUISE else 0.5 * math.exp(-e0)
            for _ in range(steps):
                # At the ground's density first, which asks nothing of most bodies.
                taken = abs(h) * p * math.sqrt(vx * vx + vy * vy + vz * vz)
                parts, slowed = 1, p
                if taken * _SEA_LEVEL_DENSITY > GENTLE:
                    here = taken * density(height(rx, ry, rz)) / GENTLE
                    parts = int(min(max(math.ceil(here), 1.0), MOST_STEPS))
                    if parts == MOST_STEPS:
                        # Standing in the air, near enough: what else it did would be noise.
                        slowed = min(p, p * MOST_STEPS / here)
                part = h / parts
                for _ in range(parts):
                    rx, ry, rz, vx, vy, vz = rk4_step(
                        model, rx, ry, rz, vx, vy, vz, part,
                        slowed, 0.0, 0.0, slowed, 0.0, 0.0, slowed, 0.0, 0.0,
                    )  # fmt: skip
    out[0] = rx
    out[1] = ry
    out[2] = rz
    out[3] = vx
    out[4] = vy
    out[5] = vz
    out[6] = e0
    out[7] = e1
    out[8] = e2


@kernel
def propagate(model: int, x: Array, seconds: float, out: Array) -> None:
    """Write the state (9,) some seconds later, or earlier, into out (9,), which may be x."""
    stride(model, x, seconds, GREATEST_STEP, out)
