"""Compiled arithmetic of judgements: going back to lift-off, and densities on a grid."""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.earth._kernels import geodetic_from_ecef
from launchwatch.earth._kernels import height as height_of
from launchwatch.flight._kernels_motion import BOOST, COAST, propagate

Floats = NDArray[np.float64]


@kernel
def lift_off(
    unknowns: Floats, is_boost_seen: bool, log_beta: float, state: Floats, seen: Floats
) -> None:
    """Follow unknowns (11,) back to lift-off: its state (9,), and what is known of it (5,).

    The unknowns are a state of nine numbers, seconds coasted since burnout and seconds
    burnt. Seen are height (m), velocity east, north and up (m/s), and burnout's height (m).
    """
    for a in range(9):
        state[a] = unknowns[a]
    if not is_boost_seen:
        thrust, growth = state[6], state[7]
        state[6] = log_beta
        state[7] = 0.0
        propagate(COAST, state, -unknowns[9], state)
        state[6] = thrust
        state[7] = growth
    seen[4] = height_of(state[0], state[1], state[2])
    propagate(BOOST, state, -unknowns[10], state)
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
    """Difference lift-off by each unknown: position (3, 11) in ECEF and what is seen (5, 11)."""
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
