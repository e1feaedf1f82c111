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

from launchwatch.earth._kernels import height as height_of
from launchwatch.errors import InputError, NotConverged
from launchwatch.estimation._kernels import LINE_OF_SIGHT, PACKED, RADAR, RADAR_WITH_RATE
from launchwatch.estimation.smoothing import Filtered, Smoothed, smooth
from launchwatch.tracking import _kernels_flightfit as kernels
from launchwatch.tracking._kernels_afterflight import BALLISTIC, BASE, KNOT, LIFT_OFF, STAGE

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

# Lift-off as data, when the path begins (`RISEN` seconds after it): the ground's height above
# the ellipsoid (launch places lie from the sea to 1,500 m), speeds east and north (a tilt of
# 15 degrees), speed up against even acceleration (a tenth of it), and ln of what thrust has over
# gravity, m/s²: thrust over weight at lift-off is 1.3 to 3.2 for nearly all that flies.
_LIFT_MEAN = np.array([300.0, 0.0, 0.0, 0.0, np.log(8.0)])
_LIFT_SIGMA = np.array([400.0, 20.0, 20.0, 8.0, 0.5])

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

CLIMB = 40.0
"""Seconds after the last burnout within which plots bear on how the boost began."""

DARK = 5.0
"""Seconds without infrared plots that mean that no motor burns: five scans, all missed."""

_BURNS = (50.0, 75.0, 100.0, 130.0)
"""Seconds of burning to begin the fit of the first motor from; the likeliest end is kept."""
FELT_BELOW = 60_000.0
"""Metres: the air is felt by a falling body from about here; above, nothing disturbs a coast."""

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


class _Problem(NamedTuple):
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


def kinematic(t: Floats, z: Floats, jerk: float = 100.0) -> Smoothed:
    """Smooth plots by position, velocity and a wandering acceleration beyond gravity, (m, 9).

    Args:
        jerk: spectral density of the acceleration's rate, m²/s⁵: 100 lets it change by
            60 m/s² within some seconds, as at burnout.

    Raises:
        NotConverged: the plots are not one thing's.
    """
    m = len(t)
    noted = Filtered(
        np.zeros((m, 9)), np.zeros((m, 9, 9)), np.zeros((m, 9)), np.zeros((m, 9, 9)),
        np.zeros((m, 9, 9)),
    )  # fmt: skip
    noted.means[0, :3] = _place_of(z[0])
    # A first plot tells where within its cross-range blur; the rest is what flies.
    noted.covariances[0] = np.diag(np.repeat([4e4, 2e3, 30.0], 3) ** 2)
    noted.predicted_means[0], noted.predicted_covariances[0] = noted.means[0], noted.covariances[0]
    if kernels.kinematic(t, z, jerk, *noted) < m or not np.isfinite(noted.means).all():
        raise NotConverged("the plots cannot be smoothed: they are not one thing's")
    return smooth(noted)


def motors_seen(t: Floats, z: Floats, rough: Smoothed) -> tuple[list[float], list[float]]:
    """Give the times at which thrust ends, and begins again, on the way up.

    Infrared sensors see burning motors: where their plots end one has burnt out. Elsewhere a
    burnout is a fall of the acceleration along the velocity within some seconds by more than
    15 m/s² and four sigmas; an ignition the opposite between two.
    """
    v = rough.means[:, 3:6]
    along = v / np.linalg.norm(v, axis=1)[:, None]
    push = np.einsum("ij,ij->i", rough.means[:, 6:9], along)
    variance = np.einsum("ij,ijk,ik->i", along, rough.covariances[:, 6:9, 6:9], along)
    climbing = np.einsum("ij,ij->i", rough.means[:, :3], v) > 0.0
    times = np.arange(t[0] + 4.0, t[-1] - 4.0, 0.5)
    before = np.interp(times - 3.5, t, push)
    after = np.interp(times + 3.5, t, push)
    sigma = np.sqrt(np.interp(times - 3.5, t, variance) + np.interp(times + 3.5, t, variance))
    rising = np.interp(times, t, climbing.astype(float)) > 0.5
    # Between plots far apart nothing is seen.
    near = np.searchsorted(t, times + 4.0) - np.searchsorted(t, times - 4.0) >= 4
    drop = np.where(rising & near & (np.abs(before - after) > 4.0 * sigma), before - after, 0.0)
    hot = t[z[:, 0] == LINE_OF_SIGHT]
    if len(hot) >= 5:
        pauses = np.flatnonzero(np.diff(hot) > DARK)
        dark = [float(one) for one in (*hot[pauses], hot[-1])]
        lit = [float(one) for one in hot[pauses + 1]]
    else:
        dark, lit = [], []
    ends = sorted(dark + [one for one in _peaks(times, drop) if _is_new(one, dark)])
    starts = sorted(lit + [one for one in _peaks(times, -drop) if _is_new(one, lit)])
    burnouts, ignitions = ends[:1], []
    for end in ends[1:]:
        between = [one for one in starts if burnouts[-1] < one < end]
        if between:
            ignitions.append(between[0])
            burnouts.append(end)
    return burnouts, ignitions


def _is_new(time: float, others: list[float]) -> bool:
    """Ask whether a time is none of those known already."""
    return all(abs(time - other) > 8.0 for other in others)


def _peaks(times: Floats, height: Floats) -> list[float]:
    """Give the times of the peaks above 15 m/s², the highest within five seconds."""
    found = []
    for k in np.flatnonzero(height > 15.0):
        low, high = max(k - 10, 0), k + 11
        if height[k] == height[low:high].max():
            found.append(float(times[k]))
    return [one for i, one in enumerate(found) if i == 0 or one - found[i - 1] > 5.0]


def _place_of(plot: Floats) -> Floats:
    """Give about where a plot lies, ECEF: a line of sight at 15 km above the Earth."""
    if plot[0] != LINE_OF_SIGHT:
        level = plot[14] * np.cos(plot[16])
        local = [level * np.sin(plot[15]), level * np.cos(plot[15]), plot[14] * np.sin(plot[16])]
        place: Floats = plot[2:5] + plot[5:14].reshape(3, 3).T @ local
        return place
    toward = plot[2:5] @ plot[11:14]
    inside = float(toward**2 - plot[2:5] @ plot[2:5]) + 6.386e6**2
    seen: Floats = plot[2:5] + plot[11:14] * (-toward - np.sqrt(max(inside, 0.0)))
    return seen


def _fitted(
    t: Floats, z: Floats, rough: Smoothed, burnouts: list[float], ignitions: list[float],
    boosting: tuple[Disturbance, ...], falling: tuple[Disturbance, ...],
) -> Flight:  # fmt: skip
    problem = _pose(t, rough, burnouts, ignitions, boosting, falling)
    x = _begun(problem)
    # Wide first: far from the fit the plots' own sigmas make a narrow, winding valley. Lift-off
    # joins once there is a path to go back along, from several times: it has several valleys.
    # The climb alone is enough for that.
    up = max(int(np.searchsorted(t, problem.reference + CLIMB)), 10)
    _, _, x, _ = _settled(t[:up], z[:up], problem, x, 30.0, 1e6, 15)
    _, _, x, _ = _settled(t[:up], z[:up], problem, x, 4.0, 1e6, 15)
    starts = []
    for burnt in _BURNS:
        near = _settled(t[:up], z[:up], problem, _burnt(problem, x, burnt), 4.0, 1.0, 15)[2]
        starts.append(_settled(t[:up], z[:up], problem, near, 1.0, 1.0, 25))
    x = min(starts, key=lambda one: one[0])[2]
    theta, _ = _put(problem, x)
    problem = _pose(t, rough, burnouts, ignitions, boosting, falling, theta)
    _, _, x, _ = _settled(t, z, problem, _begun(problem), 4.0, 1.0, 15)
    cost, chi2, x, information = _settled(t, z, problem, x, 1.0, 1.0, 40)
    rows = sum({RADAR: 3, RADAR_WITH_RATE: 4, LINE_OF_SIGHT: 2}[int(kind)] for kind in z[:, 0])
    return _told(t, problem, x, information, burnouts, falling, cost, chi2, rows)


def _pose(
    t: Floats, rough: Smoothed, burnouts: list[float], ignitions: list[float],
    boosting: tuple[Disturbance, ...], falling: tuple[Disturbance, ...],
    known: Floats | None = None,
) -> _Problem:  # fmt: skip
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
    return _Problem(
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
    grown = thrust / (9.81 + float(np.exp(_LIFT_MEAN[4])))
    mean_push = thrust * np.log(grown) / (grown - 1.0)
    burnt = float(np.interp(burnout, t, speeds)) / max(mean_push - 9.0, 8.0)
    burnt = min(max(burnt, 20.0), 250.0)
    return burnt, float(np.log(thrust)), float(np.log((grown - 1.0) / burnt))


def _put(problem: _Problem, x: Floats) -> tuple[Floats, Floats]:
    """Give a flight's numbers and knots with the free ones as they are in x."""
    theta, knots = problem.theta.copy(), problem.knots.copy()
    n = len(theta)
    for p, unknown in enumerate(problem.free):
        if unknown < n:
            theta[unknown] = x[p]
        else:
            knots[(unknown - n) // KNOT, (unknown - n) % KNOT] = x[p]
    return theta, knots


def _begun(problem: _Problem) -> Floats:
    """Give the free numbers as they are before the fit."""
    n = len(problem.theta)
    return np.array([problem.theta[one] if one < n else 0.0 for one in problem.free])


def _burnt(problem: _Problem, x: Floats, seconds: float) -> Floats:
    """Give the same flight with a first motor that burns so long, and flows to suit."""
    moved = x.copy()
    place = {int(unknown): p for p, unknown in enumerate(problem.free)}
    moved[place[LIFT_OFF]] = x[place[BASE + 1]] - seconds
    grown = np.exp(x[place[BASE + 2]]) / (9.81 + np.exp(_LIFT_MEAN[4]))
    moved[place[BASE + 3]] = np.log(max(grown - 1.0, 0.2) / seconds)
    return moved


def _settled(
    t: Floats, z: Floats, problem: _Problem, start: Floats, widening: float, lift: float, most: int
) -> tuple[float, float, Floats, Floats]:
    """Fit from a start: cost, the plots' chi-square, the free numbers and the information."""
    x, information = start.copy(), np.zeros((len(start), len(start)))
    cost, chi2, _ = kernels.fit(
        z, t, t[-1], problem.reference, problem.middle, problem.right, problem.theta,
        problem.times, problem.knots, problem.free, problem.steps, problem.mean,
        problem.information, _LIFT_MEAN, lift * _LIFT_SIGMA, widening,
        0.02 if widening == 1.0 else 1.0, most, x, information,
    )  # fmt: skip
    if not np.isfinite(cost):
        raise NotConverged("the fit of a flight left what flies")
    return cost, chi2, x, information


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


def _told(
    t: Floats, problem: _Problem, x: Floats, information: Floats, burnouts: list[float],
    falling: tuple[Disturbance, ...], cost: float, chi2: float, rows: int,
) -> Flight:  # fmt: skip
    """Give what the fitted flight says, with the covariance of all of it."""
    theta, knots = _put(problem, x)
    n = len(theta)
    motors = (n - BASE) // STAGE
    marks = np.empty(kernels.MARKS + 1 + kernels.MOTOR_MARKS * motors)
    slopes = np.empty((len(x), len(marks)))
    # Two hours bound what never falls; a path that has fallen is not flown on.
    kernels.mark_slopes(
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


def _enough(t: Floats, problem: _Problem) -> float:
    return max(problem.until, float(t[-1])) + (0.0 if problem.until > t[-1] else 1_500.0)
