"""After a flight: all its plots fitted by one flight, from lift-off to the last plot and the fall.

A live track knows each moment from what came before it. Afterwards everything bears on
everything: the drag on the way down on the climb, the state at burnout on the pad. The flight
is one least-squares problem (maximum a posteriori): a state in the middle of the boost, when it
lifted off, motors of unknown thrust, growth and burnout, a ballistic coefficient; and
disturbances, Gaussian processes in time, that stand for what no motor and no air does exactly:
thrust that is not constant, steering off the velocity, drag that changes with Mach number.

The first guess is a plain smoother's: position, velocity and an acceleration that wanders.

Left out: wind, lift as such (a disturbance), gravity beyond J2, biases of sensors.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.errors import InputError, NotConverged
from launchwatch.estimation._kernels import LINE_OF_SIGHT, PACKED, RADAR, RADAR_WITH_RATE
from launchwatch.estimation.smoothing import Smoothed
from launchwatch.tracking import _kernels_flightfit as kernels
from launchwatch.tracking._kernels_afterflight import BALLISTIC, BASE, LIFT_OFF, STAGE
from launchwatch.tracking._kernels_flightmarks import MARKS, MOTOR_MARKS, mark_slopes
from launchwatch.tracking.firstguess import kinematic, motors_seen
from launchwatch.tracking.flightproblem import (
    BOOSTING,
    FALLING,
    LIFT_MEAN,
    LIFT_SIGMA,
    STEERING,
    TURNING,
    Disturbance,
    Problem,
    begun,
    burnt_for,
    carried,
    posed,
    put,
)

Floats = NDArray[np.float64]

CLIMB = 40.0
"""Seconds after the last burnout within which plots bear on how the boost began."""

_BURNS = (50.0, 75.0, 100.0, 130.0)
"""Seconds of burning to begin the fit of the first motor from; the likeliest end is kept."""

_APART, _WORTH = 10.0, 0.025
"""Seconds between lift-offs of different valleys, several sigmas of one; and the share from which
another one counts into the doubt."""

MISFIT = 1.25
"""Chi-square for each number measured above which a fit is none: an even one has 1.00 ± 0.02
with a few thousand numbers, and sensors' stated sigmas may be some per cent too small."""


class Flight(NamedTuple):
    """A fitted flight; times in seconds after the epoch of the plots, ECEF, SI.

    Attributes:
        marks: what `_kernels_flightfit.marks` tells of it, with ``covariance`` of all.
        motors: how many were seen, or one if none was.
        is_boost_seen: that plots tell of a burnout.
        has_turned: that the way down could only be followed as a manoeuvre.
        log_beta: ln ballistic coefficient and its sigma.
        cost: chi-square of plots and priors together; ``misfit`` of the plots, for each
            number measured.
        is_even: that neither plots nor disturbances are stretched further than they state.
    """

    marks: Floats
    covariance: Floats
    motors: int
    is_boost_seen: bool
    has_turned: bool
    log_beta: tuple[float, float]
    cost: float
    misfit: float
    is_even: bool
    plots: int
    last: float


def fit_flight(
    seconds: ArrayLike, packed: ArrayLike, progress: Callable[[str], None] | None = None
) -> Flight:
    """Fit one flight to all plots of a track.

    Args:
        seconds: (m,) times of the plots, ascending, after any epoch.
        packed: (m, 22) the plots, as `launchwatch.estimation.measurement` packs them.
        progress: told in a few words what is being done.

    Raises:
        InputError: fewer than ten plots, shapes that do not belong together, times not in order.
        NotConverged: no flight of this kind fits these plots.
    """
    t = np.ascontiguousarray(seconds, dtype=np.float64)
    z = np.ascontiguousarray(packed, dtype=np.float64)
    if t.ndim != 1 or z.shape != (len(t), PACKED) or len(t) < 10:
        raise InputError(
            f"a flight needs ten plots or more, (m,) and (m, {PACKED}), got {t.shape}, {z.shape}"
        )
    if not (np.isfinite(t).all() and np.isfinite(z).all() and (np.diff(t) >= 0.0).all()):
        raise InputError("plots must be finite numbers, in order of time")
    say = progress or (lambda _: None)
    say("smoothing")
    rough = kinematic(t, z)
    burnouts, ignitions = motors_seen(t, z, rough)
    best: Flight | None = None
    for what, boosting, falling in (
        ("fitting", BOOSTING, FALLING),
        ("fitting with turns on the way down", BOOSTING, TURNING),
        ("fitting with steering under power", STEERING, TURNING),
    ):
        say(what)
        found = _fitted(t, z, rough, burnouts, ignitions, boosting, falling)
        if best is None or found.cost < best.cost:
            best = found
        if found.is_even:
            break
    if best is None or best.misfit > MISFIT:
        misfit = np.inf if best is None else best.misfit
        raise NotConverged(f"no flight fits these plots: chi-square {misfit:.2f} per number")
    return best


def _fitted(
    t: Floats, z: Floats, rough: Smoothed, burnouts: list[float], ignitions: list[float],
    boosting: tuple[Disturbance, ...], falling: tuple[Disturbance, ...],
) -> Flight:  # fmt: skip
    problem = posed(t, rough, burnouts, ignitions, boosting, falling)
    x = begun(problem)
    # Wide first: far from the fit the plots' own sigmas make a narrow, winding valley. Lift-off
    # joins once there is a path to go back along, from several times: it has several valleys.
    # The climb alone is enough for that.
    up = max(int(np.searchsorted(t, problem.reference + CLIMB)), 10)
    _, _, x, _ = _settled(t[:up], z[:up], problem, x, 30.0, 1e6, 15)
    _, _, x, _ = _settled(t[:up], z[:up], problem, x, 4.0, 1e6, 15)
    starts = []
    for burnt in _BURNS:
        near = _settled(t[:up], z[:up], problem, burnt_for(problem, x, burnt), 4.0, 1.0, 15)[2]
        starts.append(_settled(t[:up], z[:up], problem, near, 1.0, 1.0, 25))
    doubt = _lift_off_doubt(starts, problem)
    x = min(starts, key=lambda one: one[0])[2]
    climb = problem
    theta, _ = put(climb, x)
    problem = posed(t, rough, burnouts, ignitions, boosting, falling, theta)
    x = carried(problem, climb, x)
    _, _, x, _ = _settled(t, z, problem, x, 4.0, 1.0, 15)
    cost, chi2, x, information = _settled(t, z, problem, x, 1.0, 1.0, 40)
    rows = sum({RADAR: 3, RADAR_WITH_RATE: 4, LINE_OF_SIGHT: 2}[int(kind)] for kind in z[:, 0])
    found = _told(t, problem, x, information, burnouts, falling, cost, chi2, rows)
    found.covariance[3, 3] += doubt
    return found


def _lift_off_doubt(starts: list[tuple[float, float, Floats, Floats]], problem: Problem) -> float:
    """Give what other valleys add to the variance of the time of lift-off, s².

    Each weighs as its cost says. One of less than `_WORTH` lies outside what 95 % hold anyway.
    """
    at = int(np.flatnonzero(problem.free == LIFT_OFF)[0])
    best = min(starts, key=lambda one: one[0])
    far = {
        round((one[2][at] - best[2][at]) / _APART): (one[0] - best[0], one[2][at] - best[2][at])
        for one in sorted(starts, key=lambda one: -one[0])
        if abs(one[2][at] - best[2][at]) > _APART
    }
    weights = [(float(np.exp(-0.5 * worse)), float(away)) for worse, away in far.values()]
    total = 1.0 + sum(weight for weight, _ in weights)
    return sum(w / total * away**2 for w, away in weights if w / total > _WORTH)


def _settled(
    t: Floats, z: Floats, problem: Problem, start: Floats, widening: float, lift: float, most: int
) -> tuple[float, float, Floats, Floats]:
    """Fit from a start: cost, the plots' chi-square, the free numbers and the information."""
    x, information = start.copy(), np.zeros((len(start), len(start)))
    cost, chi2, _ = kernels.fit(
        z, t, t[-1], problem.reference, problem.middle, problem.right, problem.theta,
        problem.times, problem.knots, problem.free, problem.steps, problem.mean,
        problem.information, LIFT_MEAN, lift * LIFT_SIGMA, widening,
        0.02 if widening == 1.0 else 1.0, most, x, information,
    )  # fmt: skip
    if not np.isfinite(cost):
        raise NotConverged("the fit of a flight left what flies")
    return cost, chi2, x, information


def _told(
    t: Floats, problem: Problem, x: Floats, information: Floats, burnouts: list[float],
    falling: tuple[Disturbance, ...], cost: float, chi2: float, rows: int,
) -> Flight:  # fmt: skip
    """Give what the fitted flight says, with the covariance of all of it."""
    theta, knots = put(problem, x)
    n = len(theta)
    motors = (n - BASE) // STAGE
    marks = np.empty(MARKS + 1 + MOTOR_MARKS * motors)
    slopes = np.empty((len(x), len(marks)))
    # Two hours bound what never falls; a path that has fallen is not flown on.
    mark_slopes(
        theta, problem.reference, problem.middle, problem.right, problem.times, knots,
        problem.free, problem.steps, t[-1], _enough(t, problem), marks, slopes,
    )  # fmt: skip
    lower = np.tril(information)
    P = np.linalg.inv(lower + np.tril(lower, -1).T)
    covariance = slopes.T @ P @ slopes
    at = int(np.flatnonzero(problem.free == BALLISTIC)[0])
    return Flight(
        marks=marks, covariance=covariance, motors=motors, is_boost_seen=bool(burnouts),
        has_turned=falling is TURNING, log_beta=(float(x[at]), float(np.sqrt(max(P[at, at], 0.0)))),
        cost=cost, misfit=chi2 / rows, plots=len(t), last=float(t[-1]),
        # Each disturbance may cost one; five sigmas of the plots' own chi-square.
        is_even=chi2 / rows < 1.0 + 5.0 * np.sqrt(2.0 / rows) and cost - chi2 < len(x),
    )  # fmt: skip


def _enough(t: Floats, problem: Problem) -> float:
    return max(problem.until, float(t[-1])) + (0.0 if problem.until > t[-1] else 1_500.0)
