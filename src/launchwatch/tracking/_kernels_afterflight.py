"""Compiled flight from lift-off to fall, flown both ways from a moment in the middle.

A flight is a vector of numbers (`BASE` of them, then `STAGE` for each motor) and a table of
knots, disturbances at stated times with straight lines between:

=== ================================================================================
0-5 position and velocity at the reference time (ECEF, m and m/s, from a stated state)
6   time of lift-off, s after the epoch
7   ln ballistic coefficient after the last burnout, kg/m²
=== ================================================================================

and for each motor: seconds from the burnout before to ignition (unused by the first), time of
burnout, s after the epoch, ln of the thrust's acceleration then (m/s²), ln of mass flow over
mass then (1/s), angle of the thrust above the velocity at ignition and at burnout (rad). A knot
holds ln of what thrust and drag are of what the model says, and accelerations along, above and
right (m/s²).

The middle of the boost is what plots tell best, and numbers given there hardly lean on one
another; a flight shot from the ground does (design/smoothing.md). Going back, the path ends
`RISEN` seconds after lift-off: thrust along the velocity means nothing at rest.

Source: Curtis, Orbital Mechanics for Engineering Students, 3rd ed. (2014), chapter 11.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.constants import EARTH_ROTATION
from launchwatch.earth._kernels import density, gravity, height

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

BASE, STAGE, KNOT = 8, 6, 4
LIFT_OFF, BALLISTIC = 6, 7
RISEN = 8.0
"""Seconds after lift-off at which the path begins: some 80 m/s, and not yet turned by much."""
STEP = 1.0
"""Longest step of the classical Runge-Kutta rule, s: 2 cm against an adaptive solution."""

_W = EARTH_ROTATION


@kernel
def timeline(theta: Floats, until: float, edges: Floats, motors: Ints) -> int:
    """Fill the pieces' edges and which motor burns in each (-1 for none); returns how many."""
    t = theta[LIFT_OFF] + RISEN
    edges[0] = t
    n = 0
    for s in range((theta.shape[0] - BASE) // STAGE):
        at = BASE + STAGE * s
        if s > 0:
            t += max(theta[at], 0.0)
            motors[n] = -1
            n += 1
            edges[n] = t
        t = max(theta[at + 1], t + 0.1)
        motors[n] = s
        n += 1
        edges[n] = t
    motors[n] = -1
    edges[n + 1] = max(until, t + 0.1)
    return n + 1


@kernel
def nodes(
    theta: Floats, reference: float, until: float, T: Floats, piece: Ints, lit: Floats
) -> tuple[int, int]:
    """Fill node times, each interval's motor and since when it burns.

    Returns how many nodes there are and which is the reference.

    Steps end at every edge and at the reference time, where the path is flown from.
    """
    edges, motors = np.empty(16), np.empty(16, np.int64)
    count = timeline(theta, until, edges, motors)
    start = min(edges[0], reference)
    T[0] = start
    n, middle = 0, 0
    for p in range(count):
        a = start if p == 0 else edges[p]
        b = edges[p + 1]
        for half in range(2):
            low = a if half == 0 else max(a, reference)
            high = min(b, reference) if half == 0 else b
            if high - low > 1e-9:
                steps = int(np.ceil((high - low) / STEP))
                for i in range(steps):
                    if n + 1 >= T.shape[0]:
                        return n + 1, middle
                    piece[n] = motors[p]
                    lit[n] = edges[p]
                    n += 1
                    T[n] = low + (high - low) * (i + 1) / steps
                if high == reference:
                    middle = n
    return n + 1, middle


@kernel
def _knot_at(t: float, times: Floats, knots: Floats, near: int, out: Floats) -> int:
    """Interpolate the knots at a time, beginning to look near one; returns its place."""
    n: int = times.shape[0]
    k = near
    if n == 0 or t <= times[0]:
        for c in range(KNOT):
            out[c] = knots[0, c] if n > 0 else 0.0
        return 0
    if t >= times[n - 1]:
        for c in range(KNOT):
            out[c] = knots[n - 1, c]
        return n - 1
    k = min(k, n - 2)
    while k > 0 and times[k] > t:
        k -= 1
    while k < n - 2 and times[k + 1] <= t:
        k += 1
    share = (t - times[k]) / (times[k + 1] - times[k])
    for c in range(KNOT):
        out[c] = (1.0 - share) * knots[k, c] + share * knots[k + 1, c]
    return k


@kernel
def _rates(
    t: float, motor: int, ignition: float, theta: Floats, right: Floats, knot: Floats, x: Floats,
    dx: Floats,
) -> None:  # fmt: skip
    """Write the rates of change of (6,) under one motor, or none; right lies across the flight."""
    gx, gy, gz = gravity(x[0], x[1], x[2])
    vx, vy, vz = x[3], x[4], x[5]
    inverse = 1.0 / max(math.sqrt(vx * vx + vy * vy + vz * vz), 1.0)
    tx, ty, tz = vx * inverse, vy * inverse, vz * inverse
    scale = math.exp(knot[0])
    # Far from the fit a path may go underground, where air would make it grow without bound.
    up = height(x[0], x[1], x[2])
    air = density(up) if up > -2_000.0 else 0.0
    drag = 0.5 * air / inverse * scale * math.exp(-theta[BALLISTIC])
    # Above: at right angles to where it goes, in the plane of the flight.
    ux = right[1] * tz - right[2] * ty
    uy = right[2] * tx - right[0] * tz
    uz = right[0] * ty - right[1] * tx
    length = 1.0 / max(math.sqrt(ux * ux + uy * uy + uz * uz), 1e-9)
    along, above, aside = knot[1], knot[2] * length, knot[3]
    if motor >= 0:
        at = BASE + STAGE * motor
        heavier = 1.0 + math.exp(theta[at + 3]) * max(theta[at + 1] - t, 0.0)
        push = scale * math.exp(theta[at + 2]) / heavier
        drag /= heavier
        if motor == 0:
            along += push
        else:
            share = (t - ignition) / max(theta[at + 1] - ignition, 0.1)
            angle = theta[at + 4] + (theta[at + 5] - theta[at + 4]) * share
            above += push * math.sin(angle) * length
            along += push * math.cos(angle)
    dx[0] = vx
    dx[1] = vy
    dx[2] = vz
    dx[3] = gx + _W * _W * x[0] + 2.0 * _W * vy
    dx[4] = gy + _W * _W * x[1] - 2.0 * _W * vx
    dx[5] = gz
    dx[3] += -drag * vx + along * tx + above * ux + aside * right[0]
    dx[4] += -drag * vy + along * ty + above * uy + aside * right[1]
    dx[5] += -drag * vz + along * tz + above * uz + aside * right[2]


@kernel
def _step(
    t: float, h: float, motor: int, ignition: float, theta: Floats, right: Floats,
    times: Floats, knots: Floats, near: int, x: Floats, out: Floats, K: Floats, y: Floats,
    knot: Floats,
) -> int:  # fmt: skip
    """Take one step of h seconds, either way; K (4, 6) receives the rates on the way."""
    for i in range(6):
        y[i] = x[i]
    for s in range(4):
        share = 0.0 if s == 0 else 1.0 if s == 3 else 0.5
        if s > 0:
            for i in range(6):
                y[i] = x[i] + share * h * K[s - 1, i]
        near = _knot_at(t + share * h, times, knots, near, knot)
        _rates(t + share * h, motor, ignition, theta, right, knot, y, K[s])
    for i in range(6):
        out[i] = x[i] + h / 6.0 * (K[0, i] + 2.0 * (K[1, i] + K[2, i]) + K[3, i])
    return near


@kernel
def fly(
    theta: Floats, middle_state: Floats, right: Floats, times: Floats,
    knots: Floats, n: int, middle: int, T: Floats, piece: Ints, lit: Floats, X: Floats,
    low: int, high: int,
) -> None:  # fmt: skip
    """Fill states X (n, 12) at the nodes; columns 6-8 the acceleration after, 9-11 before them.

    Args: middle the reference's node, where the state is middle_state plus theta's first six;
    nodes beyond ``high`` are flown forwards from it, those below ``low`` backwards from it,
    the others are taken as they stand (both are ``middle`` for a whole flight).
    """
    K, y, knot = np.empty((4, 6)), np.empty(6), np.empty(KNOT)
    if low == middle and high == middle:
        for i in range(6):
            X[middle, i] = middle_state[i] + theta[i]
    for way in range(2):
        j = high if way == 0 else low
        end = n - 1 if way == 0 else 0
        side = 6 if way == 0 else 9
        near = 0
        while j != end:
            k = j + 1 if way == 0 else j - 1
            p = min(j, k)
            near = _step(
                T[j], T[k] - T[j], piece[p], lit[p], theta, right, times, knots, near,
                X[j, :6], X[k, :6], K, y, knot,
            )  # fmt: skip
            for i in range(3):
                X[j, side + i] = K[0, 3 + i]
                X[k, 15 - side + i] = K[3, 3 + i]
            j = k


@kernel
def state_at(t: float, T: Floats, X: Floats, n: int, at: int, out: Floats) -> int:
    """Interpolate a flown path at a time (quintic in position); returns the node before it.

    Before the path begins it rises from rest: its velocity grows evenly over `RISEN` seconds.
    """
    if t < T[0]:
        since = max(1.0 + (t - T[0]) / RISEN, 0.0)
        for i in range(3):
            out[i] = X[0, i] - 0.5 * X[0, 3 + i] * RISEN * (1.0 - since * since)
            out[3 + i] = X[0, 3 + i] * since
        return 0
    k = min(at, n - 2)
    while k > 0 and T[k] > t:
        k -= 1
    while k < n - 2 and T[k + 1] <= t:
        k += 1
    h = T[k + 1] - T[k]
    s = (t - T[k]) / h
    for i in range(3):
        p0, p1 = X[k, i], X[k + 1, i]
        v0, v1 = X[k, 3 + i] * h, X[k + 1, 3 + i] * h
        a0, a1 = X[k, 6 + i] * h * h, X[k + 1, 9 + i] * h * h
        d = p1 - p0
        c3 = 10.0 * d - 6.0 * v0 - 4.0 * v1 - 1.5 * a0 + 0.5 * a1
        c4 = -15.0 * d + 8.0 * v0 + 7.0 * v1 + 1.5 * a0 - a1
        c5 = 6.0 * d - 3.0 * (v0 + v1) + 0.5 * (a1 - a0)
        out[i] = p0 + s * (v0 + s * (0.5 * a0 + s * (c3 + s * (c4 + s * c5))))
        out[3 + i] = (v0 + s * (a0 + s * (3.0 * c3 + s * (4.0 * c4 + s * 5.0 * c5)))) / h
    return k
