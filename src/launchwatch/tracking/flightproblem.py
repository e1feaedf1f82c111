"""A flight as a least-squares problem: its unknowns, what is known of each before, the first guess.

Known before are what lift-offs and motors have in common (priors), and how far thrust, steering
and drag stray from the plain model: Gaussian processes in time, with a value every few seconds
(`Disturbance`).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.earth._kernels import height as height_of
from launchwatch.estimation.smoothing import Smoothed
from launchwatch.tracking._kernels_afterflight import BALLISTIC, BASE, KNOT, LIFT_OFF, STAGE

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Lift-off as data, when the path begins (`RISEN` seconds after it): the ground's height above
# the ellipsoid (launch places lie from the sea to 1,500 m), speeds east and north (a tilt of
# 15 degrees), speed up against even acceleration (a tenth of it), and ln of what thrust has over
# gravity, m/s²: thrust over weight at lift-off is 1.3 to 3.2 for nearly all that flies.
LIFT_MEAN = np.array([300.0, 0.0, 0.0, 0.0, np.log(8.0)])
LIFT_SIGMA = np.array([400.0, 20.0, 20.0, 8.0, 0.5])

# Priors, mean and sigma: ballistic coefficient as `launchwatch.tracking.models` has it; a
# motor at its burnout, ln m/s² and ln 1/s, as `launchwatch.assessment.origins` has it.
_LOG_BETA = (np.log(5_000.0), 0.8)
_LOG_THRUST = (np.log(60.0), 0.5)
_LOG_FLOW = (np.log(0.02), 0.5)
_TILT = (0.0, 0.3)
# How long the first motor burns, seconds: 80 in the middle (docs/models.md), here evenly about it.
_BURN = (85.0, 30.0)

_STEPS = {"state": 1.0, "speed": 0.1, "time": 0.02, "log": 1e-3, "angle": 1e-3}


class Disturbance(NamedTuple):
    """A Gaussian process in time: what the knots' column is, its sigma and its memory, seconds."""

    column: int
    sigma: float
    memory: float


# Judgements, made before any fit: motors keep their thrust to some per cent over a burn (sea
# level to vacuum alone is more than 10 % for some), steering off the velocity is a degree or
# two of the thrust, a drag coefficient changes by a third with Mach number (as in
# `assessment.fallareas`), and a body that trims a little feels a hundredth of its drag aside.
BOOSTING = (Disturbance(0, 0.05, 15.0), Disturbance(2, 0.5, 10.0), Disturbance(3, 0.5, 10.0))
FALLING = (Disturbance(0, 0.3, 20.0), Disturbance(2, 1.0, 10.0), Disturbance(3, 1.0, 10.0))
TURNING = (Disturbance(0, 0.3, 20.0), Disturbance(2, 30.0, 10.0), Disturbance(3, 30.0, 10.0))
# What is tried when the first are not enough: motors that throttle and steer as they like.
STEERING = (Disturbance(0, 0.3, 15.0), Disturbance(2, 5.0, 10.0), Disturbance(3, 5.0, 10.0))

BOOST_SPACING = 6.0

PITCHING = 20.0
PITCHING_SIGMA = 5.0
"""Seconds after lift-off in which a rocket pitches over, its thrust well off the velocity, and
how much of it acts across then, m/s², one sigma: a fifth of the thrust."""

FELT_BELOW = 60_000.0
"""Metres: the air is felt by a falling body from about here; above, nothing disturbs a coast."""


class Problem(NamedTuple):
    """One least-squares problem: what is fixed, what is free, and what is known before."""

    theta: Floats
    times: Floats
    knots: Floats
    free: Ints
    steps: Floats
    mean: Floats
    information: Floats
    reference: float
    middle: Floats
    right: Floats
    until: float


def posed(
    t: Floats, rough: Smoothed, burnouts: list[float], ignitions: list[float],
    boosting: tuple[Disturbance, ...], falling: tuple[Disturbance, ...],
    known: Floats | None = None,
) -> Problem:  # fmt: skip
    """Write down the problem: its unknowns, their priors and where they begin."""
    motors = max(len(burnouts), 1)
    theta = np.zeros(BASE + STAGE * motors)
    first = burnouts[0] if burnouts else t[0] - 30.0
    end = burnouts[-1] if burnouts else first
    at = min(int(np.searchsorted(t, end + 8.0)), len(t) - 1)
    reference = float(t[at])
    middle = rough.means[at, :6].copy()
    right = np.cross(middle[3:], middle[:3])
    right /= np.linalg.norm(right)
    burnt, thrust, flow = _first_motor(t, rough, first, bool(burnouts))
    theta[BALLISTIC] = _LOG_BETA[0]
    prior = [(0.0, 1e5)] * 3 + [(0.0, 1e4)] * 3 + [(first - _BURN[0], _BURN[1])]
    prior += [_LOG_BETA]
    steps = [_STEPS["state"]] * 3 + [_STEPS["speed"]] * 3 + [_STEPS["time"], _STEPS["log"]]
    free = list(range(BASE))
    for s in range(motors):
        k = BASE + STAGE * s
        gap = ignitions[s - 1] - burnouts[s - 1] if s else 0.0
        theta[k : k + 4] = gap, burnouts[s] if burnouts else first, *(_LOG_THRUST[0], _LOG_FLOW[0])
        if s == 0:
            theta[k + 2 : k + 4] = thrust, flow
        free += list(range(k + (s == 0), k + (4 if s == 0 else 6)))
        prior += [] if s == 0 else [(gap, 20.0)]
        prior += [(theta[k + 1], 1e4 if burnouts else 60.0), _LOG_THRUST, _LOG_FLOW]
        prior += [] if s == 0 else [_TILT, _TILT]
        steps += [] if s == 0 else [_STEPS["time"]]
        steps += [_STEPS["time"], _STEPS["log"], _STEPS["log"]]
        steps += [] if s == 0 else [_STEPS["angle"]] * 2
    theta[LIFT_OFF] = first - burnt
    if known is not None:
        theta = known.copy()
    boost = np.arange(theta[LIFT_OFF] - 5.0, end + BOOST_SPACING, BOOST_SPACING)
    fall = _felt(t, rough, end)
    until = fall[-1] if len(fall) else t[-1]
    times = np.concatenate([boost, [boost[-1] + 1.0], fall[:1] - 1.0, fall])
    information = np.diag([1.0 / sigma**2 for _, sigma in prior])
    mean = [value for value, _ in prior]
    for window, start, disturbances in (
        (boost, 0, boosting), (fall, len(boost) + 2, falling),
    ):  # fmt: skip
        for one in disturbances if len(window) else ():
            free += [len(theta) + KNOT * (start + i) + one.column for i in range(len(window))]
            mean += [0.0] * len(window)
            steps += [1e-3 if one.column == 0 else 1e-2] * len(window)
            sigma = np.full(len(window), one.sigma)
            if window is boost and one.column > 0:
                early = window < theta[LIFT_OFF] + PITCHING
                sigma[early] = np.maximum(sigma[early], PITCHING_SIGMA)
            information = _with(information, window, sigma, one.memory)
    return Problem(
        theta, times, np.zeros((len(times), KNOT)), np.array(free), np.array(steps),
        np.array(mean), information, reference, middle, right, float(until),
    )  # fmt: skip


def _first_motor(t: Floats, rough: Smoothed, burnout: float, seen: bool) -> tuple[float, ...]:
    """Guess seconds burnt, ln thrust and ln flow at burnout.

    The push just before burnout, or the prior's; the usual one at lift-off; and the speed at
    burnout, to which gravity on the way up cost about 9 m/s for each second.
    """
    v = rough.means[:, 3:6]
    speeds = np.linalg.norm(v, axis=1)
    thrust = float(np.exp(_LOG_THRUST[0]))
    used = (t > burnout - 12.0) & (t < burnout - 3.0)
    if seen and used.any():
        push = np.einsum("ij,ij->i", rough.means[used, 6:9], v[used]) / speeds[used]
        thrust = float(np.clip(np.median(push), 35.0, 120.0))
    grown = thrust / (9.81 + float(np.exp(LIFT_MEAN[4])))
    mean_push = thrust * np.log(grown) / (grown - 1.0)
    burnt = float(np.interp(burnout, t, speeds)) / max(mean_push - 9.0, 8.0)
    burnt = min(max(burnt, 20.0), 250.0)
    return burnt, float(np.log(thrust)), float(np.log((grown - 1.0) / burnt))


def put(problem: Problem, x: Floats) -> tuple[Floats, Floats]:
    """Give a flight's numbers and knots with the free ones as they are in x."""
    theta, knots = problem.theta.copy(), problem.knots.copy()
    n = len(theta)
    for p, unknown in enumerate(problem.free):
        if unknown < n:
            theta[unknown] = x[p]
        else:
            knots[(unknown - n) // KNOT, (unknown - n) % KNOT] = x[p]
    return theta, knots


def begun(problem: Problem) -> Floats:
    """Give the free numbers as they are before the fit."""
    n = len(problem.theta)
    return np.array([problem.theta[one] if one < n else 0.0 for one in problem.free])


def carried(problem: Problem, before: Problem, x: Floats) -> Floats:
    """Give the free numbers as another fit of the same flight has them, disturbances and all.

    Without its disturbances a path with the right lift-off no longer meets the plots, and the way
    back to them leads into a false valley as often as not.
    """
    theta, knots = put(before, x)
    n = len(theta)
    found = np.empty(len(problem.free))
    for p, unknown in enumerate(problem.free):
        if unknown < n:
            found[p] = theta[unknown]
        else:
            knot, column = divmod(int(unknown) - n, KNOT)
            found[p] = np.interp(problem.times[knot], before.times, knots[:, column])
    return found


def burnt_for(problem: Problem, x: Floats, seconds: float) -> Floats:
    """Give the same flight with a first motor that burns so long, and flows to suit."""
    moved = x.copy()
    place = {int(unknown): p for p, unknown in enumerate(problem.free)}
    moved[place[LIFT_OFF]] = x[place[BASE + 1]] - seconds
    grown = np.exp(x[place[BASE + 2]]) / (9.81 + np.exp(LIFT_MEAN[4]))
    moved[place[BASE + 3]] = np.log(max(grown - 1.0, 0.2) / seconds)
    return moved


def _with(information: Floats, times: Floats, sigma: Floats, memory: float) -> Floats:
    """Add an Ornstein-Uhlenbeck process at times to what is known before."""
    apart = np.abs(times[:, None] - times[None, :])
    more = np.linalg.inv(np.outer(sigma, sigma) * np.exp(-apart / memory))
    n = len(information)
    whole = np.zeros((n + len(times), n + len(times)))
    whole[:n, :n], whole[n:, n:] = information, 0.5 * (more + more.T)
    return whole


def _felt(t: Floats, rough: Smoothed, burnout: float) -> Floats:
    """Give knot times from where a falling body feels the air until after its fall."""
    heights = np.array([height_of(*place) for place in rough.means[:, :3]])
    falling = np.einsum("ij,ij->i", rough.means[:, :3], rough.means[:, 3:6]) < 0.0
    felt = np.flatnonzero(falling & (heights < FELT_BELOW) & (t > burnout + 5.0))
    if not len(felt):
        return np.empty(0)
    down = float(-rough.means[-1, :3] @ rough.means[-1, 3:6] / np.linalg.norm(rough.means[-1, :3]))
    # Drag makes it slower than at the last plot: twice that time, and some, is enough.
    rest = 2.0 * max(heights[-1], 0.0) / max(down, 100.0) + 10.0
    spacing = max(3.0, (t[-1] - t[felt[0]]) / 25.0)
    return np.arange(t[felt[0]] - spacing, t[-1] + rest + spacing, spacing)
