"""The ways in which what is seen in the sky may move: launches, and all that is taken for one.

Each way is a Gaussian of height, velocity and acceleration when a thing is first seen, and how
its acceleration lasts, for `launchwatch.assessment._kernels_evidence`. A rival is one such way.
Launches are many: flights of every push and tilt are drawn, and gathered by how far they are
when first seen and how long their motor then still burns.

All figures are broad, public kinematics. Too narrow, and a launch that is unlike them is told
late; too wide, and a launch explains everything a little, so that all are.
"""

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment._kernels_evidence import COLUMNS
from launchwatch.constants import STANDARD_GRAVITY

Floats = NDArray[np.float64]

AREA = 1.8e12
"""Square metres of sky that rates are counted for: what a watch has in view, twelve degrees
square."""

_SIDE = float(np.sqrt(AREA / (2.0 * np.pi)))
"""Sigma of a Gaussian whose height is the density of anywhere in it."""

LAUNCHES_PER_HOUR = 0.01
"""With a probability of 0.95 to declare, false launches then come less often than once in
1,900 hours of which the rivals here are a true picture (Ville's inequality)."""


class Rival(NamedTuple):
    """What a launch is told from, level in the sky.

    Attributes:
        per_hour: how many come into view.
        height, climb: mean and sigma (m, m/s); ``level``, sigma of each level speed.
        pull, lasts: sigma of the level and the vertical acceleration (m/s²), and for how
            long each lasts (s).
        limits: greatest height, speed and climb, and least height.
        upright: share of them that stands on its tail at any moment.
        echoes, shines: whether radars and infrared sensors see it.
        joined: with how many plots of others before its own it is thought of.
    """

    per_hour: float
    height: tuple[float, float]
    level: float
    climb: tuple[float, float]
    pull: tuple[float, float]
    lasts: tuple[float, float]
    limits: tuple[float, float, float, float]
    upright: float
    echoes: bool
    shines: bool
    joined: int


RIVALS = {
    # Cruise at 9 to 12 km, climb and sink at 5 to 20 m/s, and turn with 2 to 3 m/s²; whatever
    # else is slow, helicopters and balloons, flies within the same.
    "airliner": Rival(60.0, (7e3, 5e3), 150.0, (0.0, 12.0), (2.0, 2.0), (20.0, 5.0),
                      (20e3, 350.0, 60.0, -5e3), 0.001, True, False, 2),
    # Zoom at 300 m/s for some seconds, turn with 9 g, and stay below 20 km. One that stands on
    # its tail loses its speed within seconds.
    "jet": Rival(10.0, (8e3, 6e3), 220.0, (0.0, 90.0), (20.0, 20.0), (10.0, 3.0),
                 (20e3, 600.0, 330.0, -5e3), 0.01, True, True, 2),
    # Most of the time they fly as straight as others, however fast and steeply.
    "straight jet": Rival(10.0, (8e3, 6e3), 220.0, (0.0, 90.0), (3.0, 3.0), (20.0, 5.0),
                          (20e3, 600.0, 330.0, -5e3), 0.01, True, True, 2),
    # Fires, flares and explosions on the ground, and the Sun on a cloud.
    "light": Rival(15.0, (6e3, 6e3), 100.0, (0.0, 5.0), (0.5, 0.3), (100.0, 100.0),
                   (20e3, 350.0, 40.0, -20e3), 1.0, False, True, 2),
    # Meteors: 11 to 70 km/s, slowed by up to a kilometre a second each second.
    "stone": Rival(60.0, (80e3, 30e3), 9e3, (-9e3, 6e3), (300.0, 300.0), (5.0, 5.0),
                   (130e3, 70e3, 50.0, -20e3), 1.0, True, True, 1),
    # Above 150 km, at 7 to 10 km/s; what gravity leaves is what centrifugal force does not.
    "orbiter": Rival(30.0, (900e3, 450e3), 5e3, (0.0, 1e3), (5.0, 9.0), (1e3, 1e3),
                     (4e7, 12e3, 9e3, 120e3), 1.0, True, False, 2),
}  # fmt: skip

_FREE = np.inf


class Ways(NamedTuple):
    """Many ways side by side.

    Attributes:
        table: (n, 10), see `launchwatch.assessment._kernels_evidence`.
        means, covariances: when first seen, (n, 9) and (n, 9, 9).
        weights: (n,) ln of how many begin in an hour.
        limits: (n, 5), see there.
    """

    table: Floats
    means: Floats
    covariances: Floats
    weights: Floats
    limits: Floats


@cache
def rivals() -> tuple[Ways, tuple[str, ...]]:
    """Give all rivals, each with up to so many plots of others before its own, and names."""
    names, rows, means, covariances, weights, limits = [], [], [], [], [], []
    for name, one in RIVALS.items():
        level, up = one.pull
        for begins in range(one.joined + 1):
            names.append(name)
            rows.append([*one.lasts, level**2, up**2, _FREE, 0.0, begins, one.echoes, one.shines,
                         0.0])  # fmt: skip
            means.append([0, 0, one.height[0], 0, 0, one.climb[0], 0, 0, 0])
            sigmas = [_SIDE, _SIDE, one.height[1], one.level, one.level, one.climb[1],
                      level, level, up]  # fmt: skip
            covariances.append(np.diag(sigmas) ** 2.0)
            weights.append(np.log(one.per_hour))
            limits.append([*one.limits, one.upright])
    return Ways(
        np.array(rows), np.array(means, dtype=np.float64), np.array(covariances),
        np.array(weights), np.array(limits),
    ), tuple(names)  # fmt: skip


PUSH, PUSH_SPREAD = 21.0, 0.35
"""Acceleration at lift-off (m/s²) of the median motor, and one sigma of its logarithm."""

KICK_DEG = 6.0
"""One sigma of the tilt by which a launch leaves the vertical."""

UPRIGHT_S = (4.0, 12.0)
"""For how long it rises straight before."""

_DRAWN = 6_000
_STEP = 0.5
LONGEST_S, LATEST_S = 200.0, 40.0
"""Seconds after lift-off at which a launch may be seen first, at most; what is seen later flies
so far that where it comes down tells more; and after burnout."""

_EXHAUST = 2_400.0
_LEAST_OF_A_KIND = 6

_SINCE = (0.0, 8.0, 14.0, 20.0, 26.0, 33.0, 41.0, 52.0, 70.0, 95.0, 200.0)
_LEFT = (0.0, 5.0, 11.0, 19.0, 30.0, 45.0, 1e3)
"""Edges (s) of the groups: time since lift-off when first seen, and of burning left."""

_TURNING = 0.12
"""Variance that a push gains each second, m²/s⁵: drag about the speed of sound, steering, and
that the groups' pushes grow at different rates."""


@cache
def launches() -> Ways:
    """Give the ways of launches, by flights drawn once and for all."""
    chance = np.random.Generator(np.random.Philox(key=20251107))
    push = np.clip(np.exp(chance.normal(np.log(PUSH), PUSH_SPREAD, _DRAWN)), 11.8, 60.0)
    burnt = chance.uniform(0.3, 0.92, _DRAWN)
    burn = burnt * _EXHAUST / push
    kick = np.radians(np.abs(chance.normal(0.0, KICK_DEG, _DRAWN)))
    upright = chance.uniform(*UPRIGHT_S, _DRAWN)
    # First seen at any time, until some half a minute after burnout.
    since = chance.uniform(0.0, np.minimum(burn + LATEST_S, LONGEST_S))
    x = _flown(push, burn, kick, upright, since)
    # What was tilted so far that it fell is no launch.
    stands = (x[:, 0] >= 0.0) & (x[:, 1] > 0.0)
    push, since, x, left = push[stands], since[stands], x[stands], (burn - since)[stands]
    order = np.argsort(push)
    strength = np.empty(len(push), dtype=np.int64)
    strength[order] = np.arange(len(push)) * 4 // len(push)
    stage = np.digitize(since, _SINCE)
    rest = np.where(left > 0.0, np.digitize(left, _LEFT), 0)
    keys = (stage * 10 + rest) * 10 + strength
    rows, means, covariances, weights = [], [], [], []
    for key in np.unique(keys):
        inside = keys == key
        if inside.sum() < _LEAST_OF_A_KIND:
            continue
        mean, covariance = _gathered(x[inside])
        burning = left[inside] > 0.0
        is_lit = bool(burning[0])
        ends = left[inside].mean() if is_lit else -1e3
        spread = left[inside].std() if is_lit else 0.0
        # A push that wanders: a Singer process so slow that nothing of it fades.
        rows.append([1e4, 1e4, 0.5e4 * _TURNING, 0.5e4 * _TURNING, ends, spread, 0.0, 1.0, 1.0,
                     np.log(0.1)])  # fmt: skip
        means.append(mean)
        covariances.append(covariance)
        weights.append(np.log(LAUNCHES_PER_HOUR * inside.mean()))
    return Ways(
        np.array(rows), np.array(means), np.array(covariances), np.array(weights),
        np.full((len(rows), 5), np.inf),
    )  # fmt: skip


def _flown(push: Floats, burn: Floats, kick: Floats, upright: Floats, since: Floats) -> Floats:
    """Give height, climb, its rate, level speed and its rate (n, 5) of flat, airless flights."""
    n = len(push)
    height, along, climb, level = np.zeros(n), np.zeros(n), np.zeros(n), np.zeros(n)
    out = np.zeros((n, 5))
    angle = np.zeros(n)
    for k in range(int(LONGEST_S / _STEP) + 1):
        time = k * _STEP
        is_lit = time < burn
        thrust = np.where(is_lit, push / np.maximum(1.0 - push * time / _EXHAUST, 0.08), 0.0)
        angle = np.where(
            time < upright, 0.0, np.where(time < upright + 6.0, kick, np.arctan2(level, climb))
        )
        up, ahead = thrust * np.cos(angle) - STANDARD_GRAVITY, thrust * np.sin(angle)
        now = (since >= time) & (since < time + _STEP)
        out[now] = np.column_stack([height, climb, up, level, ahead])[now]
        height, along = height + _STEP * climb, along + _STEP * level
        climb, level = climb + _STEP * up, level + _STEP * ahead
    return out


def _gathered(x: Floats) -> tuple[Floats, Floats]:
    """Match a Gaussian to flights (n, 5) whose direction over the ground nobody knows."""
    mean, covariance = np.zeros(9), np.zeros((9, 9))
    upright = np.cov(x[:, :3].T) + np.diag([500.0, 15.0, 1.0]) ** 2
    mean[[2, 5, 8]] = x[:, :3].mean(axis=0)
    covariance[np.ix_([2, 5, 8], [2, 5, 8])] = upright
    level = 0.5 * x[:, 3:].T @ x[:, 3:] / len(x) + np.diag([20.0, 1.0]) ** 2
    for axis in range(2):
        covariance[axis, axis] = _SIDE**2
        covariance[np.ix_([3 + axis, 6 + axis], [3 + axis, 6 + axis])] = level
    return mean, covariance


assert COLUMNS == 10  # noqa: S101 - rows are written out above
