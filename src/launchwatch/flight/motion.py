"""How things move: five models of motion over one state of nine numbers.

A state holds position and velocity in ECEF (metres, m/s, relative to the rotating Earth)
and three extras:

========= ==== =========================================== ==========================
model     code extras                                      acceleration beside gravity
========= ==== =========================================== ==========================
boost     0    ln a, ln k: thrust acceleration (m/s², net  a along the velocity; a and
               of drag), its growth rate (1/s)             k grow as 1/(1 - k t)
coast     1    ln β: ballistic coefficient m/(Cd·A), kg/m² -½ ρ ‖v‖ v / β
reentry   2    ln β                                        the same
manoeuvre 3    acceleration x, y, z (ECEF, m/s²)           itself, decaying in 20 s
cruise    4    none                                        keeps height and speed
========= ==== =========================================== ==========================

Gravity is the central term and J2; Coriolis and centrifugal terms belong to all but cruise,
which is held up by its wings and follows the sphere through it. Coast and re-entry share
their forces and differ in how fast a filter lets β wander. Growing thrust is that of
constant thrust and constant mass flow: k = (mass flow)/(mass), and dk/dt = k².

Left out: lift, wind, thrust off the velocity's direction, higher gravity, Sun and Moon.
Against an independent integrator with the same forces it keeps a micrometre in 1,800 s of
vacuum, and some centimetres through a re-entry (design/propagation.md).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.errors import InputError
from launchwatch.flight import _kernels
from launchwatch.flight._kernels import (
    BOOST,
    COAST,
    CRUISE,
    MANOEUVRE,
    MANOEUVRE_TIME_CONSTANT,
    REENTRY,
)

MODELS = ("boost", "coast", "reentry", "manoeuvre", "cruise")
"""The models' names, in the order of their codes."""

__all__ = [
    "BOOST",
    "COAST",
    "CRUISE",
    "MANOEUVRE",
    "MANOEUVRE_TIME_CONSTANT",
    "MODELS",
    "REENTRY",
    "propagate",
]


def propagate(model: int, states: ArrayLike, seconds: float) -> NDArray[np.float64]:
    """Give states some seconds later, or earlier where seconds is negative.

    Classical Runge-Kutta of fourth order with equal steps of at most one second.

    Args:
        model: a code, an index of `MODELS`.
        states: (n, 9) as this module's table says.
        seconds: at most 10,000 either way.

    Returns:
        (n, 9).

    Raises:
        InputError: no such model, another shape, numbers that are not finite, too long.
    """
    if model not in range(len(MODELS)):
        raise InputError(f"motion model must be a code 0..{len(MODELS) - 1}, got {model!r}")
    start = np.ascontiguousarray(states, dtype=np.float64)
    if start.ndim != 2 or start.shape[1] != 9:
        raise InputError(f"states must have shape (n, 9), got {start.shape}")
    if not np.isfinite(start).all():
        raise InputError("states must be finite numbers")
    if not abs(seconds) <= 10_000.0:
        raise InputError(f"seconds must lie within ±10000, got {seconds!r}")
    result = np.empty_like(start)
    for k in range(len(start)):
        _kernels.propagate(int(model), start[k], float(seconds), result[k])
    return result
