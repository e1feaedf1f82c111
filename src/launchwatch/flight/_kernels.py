"""Every kernel of flight that other rooms call, in one place."""

from launchwatch.flight._kernels_fall import burn_outs, fall, falls, trajectory
from launchwatch.flight._kernels_motion import (
    BOOST,
    COAST,
    CRUISE,
    MANOEUVRE,
    MANOEUVRE_TIME_CONSTANT,
    REENTRY,
    derivative,
    propagate,
)

__all__ = [
    "BOOST",
    "COAST",
    "CRUISE",
    "MANOEUVRE",
    "MANOEUVRE_TIME_CONSTANT",
    "REENTRY",
    "burn_outs",
    "derivative",
    "fall",
    "falls",
    "propagate",
    "trajectory",
]
