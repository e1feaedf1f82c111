"""The earliest moment at which a launch can be told from a quiet sky: an ideal detector.

It is told which plots are of one thing, and knows how launches and everything else in the
simulated sky move, how often each comes and how each sensor errs. Of a thing's plots z it
weighs

    ∫ p(z|θ) dθ  against  R · (Σ ρ T p(z|kind) + Π λ)

over all launches θ (place, time, azimuth, thrust, tilt; Laplace's method at the true ones), all
kinds that come ρ times an hour, first seen in a scan of T, and clutter of density λ. It declares
at the first plot at which the left is more, with R = 1,000 hours: things of a kind then pass for
a launch less often than once in R, since a kind's expected share of ratios above a level is below
its inverse (Ville), and by the Neyman-Pearson lemma nothing is sooner at that rate. What a
real detector must find out besides (which plots belong together, what the sky holds) costs time
that this one is not charged. ``design/launches.md`` has the derivation.

What it knows is `SIMULATED`, the simulator's own figures; given other figures, the same rule says
how soon a launch can be told by who knows no more than those (`public_knowledge`).
"""

from collections.abc import Callable, Mapping
from math import erfc, sqrt
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from launchwatch.assessment._kernels_evidence import STEEP, UPRIGHT
from launchwatch.constants import WGS84_SEMI_MAJOR
from launchwatch.earth.ellipsoid import ecef_from_geodetic, geodetic_from_ecef
from launchwatch.earth.local import ecef_from_enu_rotation
from launchwatch.estimation._kernels import LINE_OF_SIGHT, innovate
from launchwatch.simulate.flights import fly
from launchwatch.simulate.plan import Launch

Floats = NDArray[np.float64]

HOURS = 1000.0
"""One false launch of each kind in so many hours."""

LASTS = 200.0
"""Seconds for which a launch of the benchmark is watched."""

AREA = 1.8e12
"""Square metres of sky that traffic is drawn from, about twelve degrees square."""


class Kind(NamedTuple):
    """One kind of thing in a quiet sky: Gaussians in the place's east, north, up.

    Attributes:
        per_hour: how many come into view.
        height, level, climb: mean and sigma of height, sigma of level speed, mean and sigma of
            climb (m, m/s).
        pull: sigma of level and of vertical acceleration (m/s²), and ``lasts``, how long each
            lasts (s).
        limits: greatest height, speed and climb.
        echoes, shines: whether radars and infrared sensors see it.
        least: least height, m; ``upright``, the share that stands on its tail at any moment.
        strays: sigma of what lines of sight see of it beside its place, m.
    """

    per_hour: float
    height: tuple[float, float]
    level: float
    climb: tuple[float, float]
    pull: tuple[float, float]
    lasts: tuple[float, float]
    limits: tuple[float, float, float]
    echoes: bool
    shines: bool
    least: float = -np.inf
    upright: float = 1.0
    strays: float = 0.0


# As `launchwatch.simulate.quiet` draws them; twice as many aircraft come into view as there are,
# since each leaves the view and comes back.
KINDS = {
    "airliner": Kind(24.0, (7e3, 4e3), 150.0, (0.0, 10.0), (2.0, 1.5), (20.0, 4.0),
                     (12.8e3, 320.0, 18.0), True, False),
    "jet": Kind(3.0, (8e3, 5e3), 205.0, (0.0, 80.0), (20.0, 20.0), (10.0, 2.0),
                (15.5e3, 420.0, 180.0), True, True),
    "light": Kind(4.0, (7e3, 5e3), 100.0, (0.0, 1.0), (0.01, 0.01), (1e3, 1e3),
                  (16e3, 250.0, 5.0), False, True),
    "stone": Kind(32.0, (80e3, 30e3), 9e3, (-9e3, 5e3), (300.0, 300.0), (5.0, 5.0),
                  (112e3, 30e3, 0.0), True, True),
    "orbiter": Kind(8.0, (900e3, 400e3), 5e3, (0.0, 1e3), (5.0, 9.0), (1e3, 1e3),
                    (3e6, 12e3, 9e3), True, False),
}  # fmt: skip


class Motor(NamedTuple):
    """How launches are made: of each number the sigma of a Gaussian as high, at a launch's own
    value, as the density that it comes from; None where it is known.

    Attributes:
        push: of the acceleration at lift-off (m/s²), ``kick`` of the tilt (deg) and
            ``upright`` of how long it rises straight (s).
        slowed: of the logarithm of the ballistic coefficient.
        shown: seconds after lift-off within which it is first seen, in whatever scan; None where
            it is known when it rose into the sensors' view.
    """

    push: float
    kick: float
    upright: float | None
    slowed: float | None
    shown: float | None


class Knowledge(NamedTuple):
    """What a detector knows of launches, as it depends on the launch, and of all else."""

    motor: Callable[[Launch], Motor]
    kinds: Mapping[str, Kind]


def uniform(low: float, high: float) -> float:
    """Give the sigma of a Gaussian as high as a uniform density."""
    return (high - low) / np.sqrt(2.0 * np.pi)


# As `bench_launches.sky_with_launch` draws them.
SIMULATED = Knowledge(
    lambda _: Motor(uniform(15.0, 30.0), uniform(1.0, 8.0), None, None, None), KINDS
)


class Look(NamedTuple):
    """One plot of the true flight: seconds after lift-off, what it was, and what it might be.

    Attributes:
        period: seconds between the sensor's looks; ``clutter``, its false plots' density.
        x: the true state, (6,) ECEF.
    """

    seconds: float
    packed: Floats
    period: float
    clutter: float
    detection: float
    x: Floats


def evidence(
    launch: Launch, looks: list[Look], knowledge: Knowledge = SIMULATED
) -> list[dict[str, float]]:
    """Give after each plot ln of how much likelier a launch is than R times each kind, and
    clutter; the whole detector under ``all``."""
    of_launch = _of_launch(launch, looks, knowledge.motor(launch))
    kinds = {name: _of_kind(kind, looks) for name, kind in knowledge.kinds.items()}
    clutter = np.cumsum([np.log(look.clutter / look.detection) for look in looks])
    told = []
    for k in range(len(looks)):
        parts = {name: one[k] for name, one in kinds.items()} | {"clutter": float(clutter[k])}
        left = of_launch[k] - np.log(HOURS)
        row = {name: float(left - one) for name, one in parts.items()}
        told.append(row | {"all": float(left - np.logaddexp.reduce(list(parts.values())))})
    return told


def _of_launch(launch: Launch, looks: list[Look], motor: Motor) -> Floats:
    """Give ln ∫ p(z|θ) dθ after each plot; hours for the time of launch.

    Who does not know when it rose into view counts it once, in the scan in which it is first
    seen; as rivals are.
    """
    east = np.degrees(1.0 / (WGS84_SEMI_MAJOR * np.cos(np.radians(launch.latitude_deg))))
    north = np.degrees(1.0 / WGS84_SEMI_MAJOR)
    # One metre east and north, a second, a hundredth of a degree, and so on; beside each the
    # sigma of a Gaussian as high as the uniform density that it was drawn from.
    side = np.sqrt(AREA / (2.0 * np.pi))
    moves = [
        ({"longitude_deg": 10.0 * east}, 0.0, 10.0, side),
        ({"latitude_deg": 10.0 * north}, 0.0, 10.0, side),
        ({}, 0.05, 0.05, uniform(0.0, motor.shown or LASTS)),
        ({"azimuth_deg": 0.1}, 0.0, 0.1, uniform(0.0, 360.0)),
        ({"initial_acceleration_mps2": 0.01}, 0.0, 0.01, motor.push),
        ({"kick_deg": 0.01}, 0.0, 0.01, motor.kick),
    ]
    if motor.upright is not None:
        moves.append(({"vertical_s": 0.05}, 0.0, 0.05, motor.upright))
    if motor.slowed is not None:
        more = 0.01 * launch.ballistic_coefficient_kgpm2
        moves.append(({"ballistic_coefficient_kgpm2": more}, 0.0, 0.01, motor.slowed))
    times = np.array([look.seconds for look in looks])
    here = fly(launch, tolerance=1e-9)[0].states(times)
    there = []
    for changes, later, step, _ in moves:
        of_climb = {name: by for name, by in changes.items() if hasattr(launch.ascent, name)}
        ascent = replace(launch.ascent, **_added(launch.ascent, of_climb))
        others = _added(launch, {n: by for n, by in changes.items() if n not in of_climb})
        moved = fly(replace(launch, ascent=ascent, **others), tolerance=1e-9)[0]
        there.append((moved.states(times - later) - here) / step)
    sigmas = np.array([one[3] for one in moves])
    # In units of the sigmas the prior is a unit.
    slopes = np.nan_to_num(np.array(there)) * sigmas[:, None, None]
    J, g, found = np.eye(len(moves)), np.zeros(len(moves)), []
    total = np.log((LASTS if motor.shown is None else looks[0].period) / 3600.0)
    for k, look in enumerate(looks):
        y, H, sigma = _residual(look)
        rows = (H @ slopes[:, k].T) / sigma[:, None]
        J, g = J + rows.T @ rows, g + rows.T @ (y / sigma)
        total += _gaussian(y / sigma, sigma)
        found.append(total + 0.5 * g @ np.linalg.solve(J, g) - 0.5 * np.linalg.slogdet(J)[1])
    return np.array(found)


def _of_kind(kind: Kind, looks: list[Look]) -> Floats:
    """Give ln ρ T p(z|kind) after each plot: a Kalman filter about the true path."""
    latitude, longitude, _ = (float(one[0]) for one in geodetic_from_ecef(looks[0].x[None, :3]))
    turn = ecef_from_enu_rotation(latitude, longitude)
    foot = ecef_from_geodetic(np.array([latitude]), np.array([longitude]), np.zeros(1))[0]
    side = np.sqrt(AREA / (2.0 * np.pi))
    s = np.array([0, 0, kind.height[0], 0, 0, kind.climb[0], 0, 0, 0], dtype=float)
    P = np.diag([side, side, kind.height[1], kind.level, kind.level, kind.climb[1],
                 kind.pull[0], kind.pull[0], kind.pull[1]]) ** 2.0  # fmt: skip
    allowed = _within(kind, s, P)
    total, now = np.log(kind.per_hour * looks[0].period / 3600.0), looks[0].seconds
    found, ruled_out = [], False
    for look in looks:
        s, P = _ahead(kind, s, P, look.seconds - now)
        now = look.seconds
        ruled_out |= not (kind.echoes if look.packed[0] < 2.0 else kind.shines)
        y, H, sigma = _residual(look)
        if look.packed[0] == LINE_OF_SIGHT and kind.strays:
            distance = np.linalg.norm(look.x[:3] - look.packed[2:5])
            sigma = np.hypot(sigma, kind.strays / distance)
        offset = np.concatenate([turn @ s[:3] + foot, turn @ s[3:6]]) - look.x
        whole = np.zeros((len(y), 9))
        whole[:, :3], whole[:, 3:6] = H[:, :3] @ turn, H[:, 3:] @ turn
        innovation, S = y - H @ offset, whole @ P @ whole.T + np.diag(sigma**2)
        weight = np.linalg.solve(S, whole @ P).T
        total += -0.5 * (innovation @ np.linalg.solve(S, innovation) + np.linalg.slogdet(S)[1]
                         + len(y) * np.log(2.0 * np.pi))  # fmt: skip
        s, P = s + weight @ innovation, P - weight @ whole @ P
        inside = np.log(max(_within(kind, s, P), 1e-300)) - np.log(allowed)
        found.append(-np.inf if ruled_out else total + min(inside, 0.0))
    return np.array(found)


def _within(kind: Kind, s: Floats, P: Floats) -> float:
    """Give the probability that height, speed and climb lie within the limits.

    By the one that is farthest beyond: together they are no likelier.
    """
    shares = [_below(kind.limits[0], s[2], P[2, 2]), _below(kind.limits[2], s[5], P[5, 5])]
    speed = float(np.linalg.norm(s[3:6]))
    along = s[3:6] / max(speed, 1.0)
    shares.append(_below(kind.limits[1], speed, float(along @ P[3:6, 3:6] @ along)))
    shares.append(_below(-kind.least, -s[2], P[2, 2]))
    level = float(np.sqrt(s[3] ** 2 + s[4] ** 2 + max(P[3, 3] + P[4, 4], 0.0)))
    lying = _below(UPRIGHT + STEEP * level, s[5], P[5, 5])
    return min(shares) * max(lying, kind.upright)


def _below(limit: float, mean: float, variance: float) -> float:
    return 0.5 * erfc((mean - limit) / sqrt(2.0 * max(variance, 1e-12)))


def _ahead(kind: Kind, s: Floats, P: Floats, seconds: float) -> tuple[Floats, Floats]:
    """Carry a kind's state ahead: each acceleration fades and is renewed (Singer, 1970)."""
    steps = max(int(np.ceil(seconds / 0.5)), 1)
    step = seconds / steps
    F, Q = np.eye(9), np.zeros((9, 9))
    for axis in range(3):
        sigma, lasts = kind.pull[axis == 2], kind.lasts[axis == 2]
        F[axis, 3 + axis], F[axis, 6 + axis], F[3 + axis, 6 + axis] = step, 0.5 * step**2, step
        F[6 + axis, 6 + axis] = np.exp(-step / lasts)
        Q[6 + axis, 6 + axis] = sigma**2 * (1.0 - F[6 + axis, 6 + axis] ** 2)
    for _ in range(steps if seconds > 0.0 else 0):
        s, P = F @ s, F @ P @ F.T + Q
    return s, P


def _residual(look: Look) -> tuple[Floats, Floats, Floats]:
    y, H = np.empty(4), np.zeros((4, 6))
    m = innovate(look.packed, look.x, y, H)
    return y[:m], H[:m], look.packed[18 : 18 + m]


def _gaussian(whitened: Floats, sigma: Floats) -> float:
    return float(-0.5 * whitened @ whitened - np.log(sigma).sum()
                 - 0.5 * len(sigma) * np.log(2.0 * np.pi))  # fmt: skip


def _added(one: object, changes: dict[str, float]) -> dict[str, float]:
    return {name: getattr(one, name) + by for name, by in changes.items()}
