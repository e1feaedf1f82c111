"""Compiled arithmetic of judgements: going back to lift-off, and densities on a grid."""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.earth._kernels import density, geodetic_from_ecef
from launchwatch.earth._kernels import height as height_of
from launchwatch.flight._kernels_motion import BOOST, COAST, acceleration, propagate

Floats = NDArray[np.float64]


_STEP = 1.0
_SCALE = 250.0  # m, over which the fall of density with height is measured
_LEAST_GROWTH = 1e-4


@kernel
def unburn(state: Floats, seconds: float, log_beta: float) -> None:
    """Take a rising motor's state (9,) back in time, in place, with drag.

    What a filter calls thrust acceleration p, growing at k, is thrust less drag: behind the
    thickest of the drag p grows faster than thrust does, and who takes k for the thrust's own
    growth finds the thrust of before too small, hence lift-off too early. So drag is added
    to p, and what drag changes is taken from k:

        D = rho v^2 / (2 beta),   T = p + D,   kT = k + D/p (h' rho'/rho + 2 v'/v)

    Going back the mass is larger by 1 + kT t: thrust and drag push it less.
    """
    x, y, z = state[0], state[1], state[2]
    vx, vy, vz = state[3], state[4], state[5]
    net = math.exp(state[6])
    h = height_of(x, y, z)
    speed = math.sqrt(vx * vx + vy * vy + vz * vz)
    r = math.sqrt(x * x + y * y + z * z)
    sine = (x * vx + y * vy + z * vz) / (r * speed)
    air = density(h)
    drag = 0.5 * air * speed * speed * math.exp(-log_beta)
    thinning = 0.0
    if air > 0.0:
        thinning = math.log(density(h + _SCALE) / density(h - _SCALE)) / (2.0 * _SCALE)
    gain = 2.0 * (net - 9.8 * sine) / speed + thinning * speed * sine
    growth = max(math.exp(state[7]) + drag / net * gain, _LEAST_GROWTH)
    thrust = net + drag
    steps = max(math.ceil(seconds / _STEP), 1)
    dt = -seconds / steps
    k = np.empty((4, 6))
    u = np.empty(6)
    for i in range(steps):
        for stage in range(4):
            c = 0.0 if stage == 0 else (1.0 if stage == 3 else 0.5)
            for a in range(6):
                u[a] = state[a] + (c * dt * k[stage - 1, a] if stage > 0 else 0.0)
            heavier = 1.0 - growth * (i + c) * dt
            v2 = u[3] * u[3] + u[4] * u[4] + u[5] * u[5]
            push = 0.5 * density(height_of(u[0], u[1], u[2])) * v2 * math.exp(-log_beta)
            ax, ay, az = acceleration(
                int(BOOST),
                u[0],
                u[1],
                u[2],
                u[3],
                u[4],
                u[5],
                (thrust - push) / heavier,
                0.0,
                0.0,
            )
            k[stage, 0] = u[3]
            k[stage, 1] = u[4]
            k[stage, 2] = u[5]
            k[stage, 3] = ax
            k[stage, 4] = ay
            k[stage, 5] = az
        for a in range(6):
            state[a] += dt / 6.0 * (k[0, a] + 2.0 * k[1, a] + 2.0 * k[2, a] + k[3, a])
    heavier = 1.0 + growth * seconds
    state[6] = math.log(thrust / heavier)
    state[7] = math.log(growth / heavier)


@kernel
def lift_off(
    unknowns: Floats, is_boost_seen: bool, log_beta: float, state: Floats, seen: Floats
) -> None:
    """Follow unknowns (12,) back to lift-off: its state (9,), and what is known of it (5,).

    The unknowns are a state of nine numbers, seconds coasted since burnout, seconds burnt,
    and ln of the ballistic coefficient while rising. Seen are height (m), velocity east,
    north and up (m/s), and burnout's height (m).
    """
    for a in range(9):
        state[a] = unknowns[a]
    if not is_boost_seen:
        thrust, growth = state[6], state[7]
        state[6] = log_beta
        state[7] = 0.0
        # Not a bare number: what is called with a literal is compiled once more.
        propagate(int(COAST), state, -unknowns[9], state)
        state[6] = thrust
        state[7] = growth
    seen[4] = height_of(state[0], state[1], state[2])
    unburn(state, unknowns[10], unknowns[11])
    latitude, longitude, height = geodetic_from_ecef(state[0], state[1], state[2])
    sin_lat, cos_lat = math.sin(latitude), math.cos(latitude)
    sin_lon, cos_lon = math.sin(longitude), math.cos(longitude)
    vx, vy, vz = state[3], state[4], state[5]
    outward = cos_lon * vx + sin_lon * vy
    seen[0] = height
    seen[1] = -sin_lon * vx + cos_lon * vy
    seen[2] = -sin_lat * outward + cos_lat * vz
    seen[3] = cos_lat * outward + sin_lat * vz


@kernel
def lift_off_jacobian(
    unknowns: Floats,
    is_boost_seen: bool,
    log_beta: float,
    steps: Floats,
    position: Floats,
    seen: Floats,
) -> None:
    """Difference lift-off by each unknown: position (3, 12) in ECEF and what is seen (5, 12)."""
    state = np.empty(9)
    moved = np.empty(9)
    here = np.empty(5)
    there = np.empty(5)
    shifted = unknowns.copy()
    lift_off(unknowns, is_boost_seen, log_beta, state, here)
    for column in range(unknowns.shape[0]):
        shifted[column] += steps[column]
        lift_off(shifted, is_boost_seen, log_beta, moved, there)
        shifted[column] = unknowns[column]
        for row in range(3):
            position[row, column] = (moved[row] - state[row]) / steps[column]
        for row in range(5):
            seen[row, column] = (there[row] - here[row]) / steps[column]


@kernel
def share_out(points: Floats, low: Floats, cell: Floats, grid: Floats) -> None:
    """Add each point (n, 2) to the four nodes of a grid around it, in bilinear shares."""
    for k in range(points.shape[0]):
        x = (points[k, 0] - low[0]) / cell[0]
        y = (points[k, 1] - low[1]) / cell[1]
        i = min(int(x), grid.shape[0] - 2)
        j = min(int(y), grid.shape[1] - 2)
        u, v = x - i, y - j
        grid[i, j] += (1.0 - u) * (1.0 - v)
        grid[i, j + 1] += (1.0 - u) * v
        grid[i + 1, j] += u * (1.0 - v)
        grid[i + 1, j + 1] += u * v


@kernel
def read_off(points: Floats, low: Floats, cell: Floats, grid: Floats, values: Floats) -> None:
    """Read a grid at each point (n, 2), bilinearly; points beyond it at its edge."""
    for k in range(points.shape[0]):
        x = min(max((points[k, 0] - low[0]) / cell[0], 0.0), grid.shape[0] - 1.001)
        y = min(max((points[k, 1] - low[1]) / cell[1], 0.0), grid.shape[1] - 1.001)
        i, j = int(x), int(y)
        u, v = x - i, y - j
        values[k] = (1.0 - u) * ((1.0 - v) * grid[i, j] + v * grid[i, j + 1])
        values[k] += u * ((1.0 - v) * grid[i + 1, j] + v * grid[i + 1, j + 1])
