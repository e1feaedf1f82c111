"""The motion models' numbers: how noisy each is, how it begins, what it turns into.

Broad, public kinematics only. What breaks if they are wrong: too little noise and a model
loses its target when the motion changes; too much and the covariance, hence the fall area,
is wider than it need be. Priors must cover what flies; the data narrow them.
"""

import numpy as np
from numpy.typing import NDArray

from launchwatch.tracking import _kernels
from launchwatch.tracking._kernels import BOOST, COAST, CRUISE, MANOEUVRE, MODEL_COUNT, REENTRY

Floats = NDArray[np.float64]

BALLISTIC_COEFFICIENT = 5000.0
"""Median of the prior of m/(Cd·A), kg/m². A judgement: re-entry bodies are commonly said
to lie between about 2,400 and 14,600 (500 to 3,000 lb/ft²), whole rockets that fall back
nearer 1,000. Not looked up in print, hence the broad spread."""

BALLISTIC_COEFFICIENT_SPREAD = 0.8
"""Standard deviation of its logarithm: 95 % between 1,000 and 24,000 kg/m²."""

THRUST = (_kernels.LOG_THRUST, _kernels.MOTOR_VARIANCE)
"""Mean and variance of ln thrust acceleration/(m/s²) while boosting: median 30, since lift-off
needs more than 9.8 and few vehicles exceed 100 at burnout."""

GROWTH = (_kernels.LOG_GROWTH, _kernels.MOTOR_VARIANCE)
"""The same of ln relative growth of thrust acceleration·s: median 0.012, which burns two
thirds of the mass in a minute and a half. Both are forgotten over `_kernels.MOTOR_MEMORY`,
about as long as a stage burns."""

MANOEUVRE_ACCELERATION = 30.0
"""One sigma of an unknown manoeuvre on each axis, m/s²: three g."""


def _noise() -> Floats:
    """Give spectral densities: white acceleration (m²/s³), then each model's own three."""
    noise = np.zeros((MODEL_COUNT, 4))
    # A steered ascent departs from the gravity turn by about 2 m/s in a second.
    # The motor's own numbers fade towards their prior instead (`_kernels._fade`).
    noise[BOOST] = (4.0, 0.0, 0.0, 0.0)
    # Only what J2-only gravity leaves out: under 1e-3 m/s², slowly varying.
    noise[COAST] = (1e-4, 1e-6, 0.0, 0.0)
    # Lift, winds and a drag coefficient that changes with Mach number.
    noise[REENTRY] = (1.0, 2e-3, 0.0, 0.0)
    # A Gauss-Markov acceleration of stated sigma and the 20 s that flight gives it.
    manoeuvre = 2.0 * MANOEUVRE_ACCELERATION**2 / 20.0
    noise[MANOEUVRE] = (1.0, manoeuvre, manoeuvre, manoeuvre)
    # Airliners turn with less than 3 m/s² and seldom.
    noise[CRUISE] = (2.0, 0.0, 0.0, 0.0)
    return noise


NOISE = _noise()

PRIOR_MEAN = np.zeros((MODEL_COUNT, 3))
PRIOR_MEAN[BOOST, :2] = THRUST[0], GROWTH[0]
PRIOR_MEAN[[COAST, REENTRY], 0] = np.log(BALLISTIC_COEFFICIENT)

PRIOR_VARIANCE = np.ones((MODEL_COUNT, 3))
PRIOR_VARIANCE[BOOST, :2] = THRUST[1], GROWTH[1]
PRIOR_VARIANCE[[COAST, REENTRY], 0] = BALLISTIC_COEFFICIENT_SPREAD**2
PRIOR_VARIANCE[MANOEUVRE] = MANOEUVRE_ACCELERATION**2


def _rates() -> Floats:
    """Give the rate (1/s) at which each model turns into another: (2, from, to).

    The first matrix rules above the air and while climbing, the second when descending
    below 90 km. A burn lasts of the order of a minute; coasting ends in re-entry within
    seconds of the air; manoeuvres last some 20 s; re-ignition is rare.
    """
    rates = np.zeros((2, MODEL_COUNT, MODEL_COUNT))
    high, low = rates
    high[BOOST, [COAST, MANOEUVRE]] = 1 / 50, 1 / 500
    # Above the air nothing turns without thrust: a manoeuvre there is as rare as a second burn.
    high[COAST, [BOOST, REENTRY, MANOEUVRE]] = 1 / 2000, 1 / 2000, 1 / 3000
    high[REENTRY, [COAST, MANOEUVRE]] = 1 / 5, 1 / 300
    high[MANOEUVRE, [BOOST, COAST, CRUISE]] = 1 / 60, 1 / 20, 1 / 60
    high[CRUISE, [BOOST, COAST, MANOEUVRE]] = 1 / 500, 1 / 500, 1 / 60
    low[BOOST, [COAST, REENTRY, MANOEUVRE, CRUISE]] = 1 / 200, 1 / 60, 1 / 500, 1 / 5000
    low[COAST, [BOOST, REENTRY, MANOEUVRE, CRUISE]] = 1 / 1000, 1 / 5, 1 / 300, 1 / 5000
    low[REENTRY, [BOOST, COAST, MANOEUVRE, CRUISE]] = 1 / 2000, 1 / 2000, 1 / 200, 1 / 5000
    low[MANOEUVRE, [BOOST, REENTRY, CRUISE]] = 1 / 100, 1 / 20, 1 / 20
    low[CRUISE, [BOOST, REENTRY, MANOEUVRE]] = 1 / 500, 1 / 500, 1 / 60
    return rates


RATES = _rates()

SEEN_BY_INFRARED = np.array([1.0, 0.01, 0.02, 0.05, 0.01])
"""How much of an infrared sensor's plots each model explains, relative to a burning motor."""
