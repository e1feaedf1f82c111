"""The start of a track: one motion model fitted to a chain of plots by least squares.

A chain of radars' plots is fitted with a free acceleration; one with lines of sight, which only
a burning motor gives, by the ascent of one above the place where its line meets the Earth. The
ln odds that one object made the chain, and not clutter, are an integral over all that it may be.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.earth.ellipsoid import geodetic_from_ecef
from launchwatch.estimation._kernels import LINE_OF_SIGHT, RADAR_WITH_RATE
from launchwatch.timescale import SECOND
from launchwatch.tracking._kernels import BOOST, COAST, CRUISE, MANOEUVRE, REENTRY
from launchwatch.tracking._kernels_fit import fit
from launchwatch.tracking.bank import Bank, bank_from
from launchwatch.tracking.models import MANOEUVRE_ACCELERATION, PRIOR_MEAN, PRIOR_VARIANCE
from launchwatch.tracking.registered import Fit
from launchwatch.tracking.track import Event

Floats = NDArray[np.float64]

FASTEST = 9_000.0
"""Metres a second over the ground: faster is a meteor, not a missile or a satellite."""

# Chi-square that a true chain exceeds once in a thousand, by degrees of freedom left after
# position and velocity (the acceleration is held by its prior, not fitted freely).
_CHI2_999 = {0: 10.8, 1: 10.8, 2: 13.8, 3: 16.3, 4: 18.5, 5: 20.5, 6: 22.5}

CRUISING_CLIMB, CLIMB = 80.0, 400.0
"""One sigma of the climb of what cruises, m/s, and of anything else that is low: airliners climb
at 20, fighters seldom at 200; a rocket passes 20 km at 400 to 1,000."""

_LEVEL_SPREAD = 100e3
_DISC = 2.2e14
"""Horizontal spread (m) of the ascent's prior, and the part of the Earth (m²) that is seen
from geostationary height: 2πR²(1 - R/r)."""

_STEPS = np.array([10.0, 10.0, 10.0, 1.0, 1.0, 1.0, 1e-3, 1e-3, 1e-3])


class Loose(NamedTuple):
    """A plot that belongs to no track, with roughly where it lies (ECEF, metres).

    ``row`` holds what `launchwatch.tracking._kernels_chains` asks of it.
    """

    event: Event
    point: Floats
    row: Floats


class Start(NamedTuple):
    """A new track's beginning: the chain it rests on, the bank fitted to it, and how surely
    (ln odds) one object made the chain rather than clutter.

    Attributes:
        fit: what registration asks how biases moved it.
    """

    events: tuple[Event, ...]
    bank: Bank
    score: float
    fit: Fit


def fitted(chain: tuple[Loose, ...], births: float) -> Start | None:
    """Fit a chain; None where nothing that flies explains it."""
    events = tuple(loose.event for loose in chain)
    packed = np.array([event.packed for event in events])
    epoch = events[-1].time
    seconds = np.array([(event.time - epoch) / SECOND for event in events])
    _widen_rates(packed, seconds)
    shining = [loose for loose in chain if _is_line(loose.event)]
    infrared = bool(shining)
    mean, information = (
        _ascent_prior(shining[-1].point) if infrared else _free_prior(chain, seconds)
    )
    x, P = mean.copy(), np.empty((9, 9))
    model = BOOST if infrared else MANOEUVRE
    most = _CHI2_999[max(sum(rows_of(event) for event in events) - 6, 0)]
    chi2, settled = fit(model, packed, seconds, mean, information, _STEPS, x, P, 20.0 * most)
    if not settled or chi2 > most:
        return None
    speed = float(np.linalg.norm(x[3:6]))
    if speed > FASTEST + 3.0 * np.sqrt(np.linalg.eigvalsh(P[3:6, 3:6])[-1]):
        return None
    bank = (
        bank_from(x[:6], P[:6, :6], first_probabilities(x, infrared))
        if infrared else _free_bank(x, P)
    )  # fmt: skip
    if infrared:
        bank.X[BOOST] = x
        bank.P[BOOST] = P
    offset = x - mean
    cost = chi2 + float(offset @ information @ offset)
    score = _score(events, packed, cost, P, information, births, infrared=infrared)
    return Start(events, bank, score, Fit(model, x, P))


def _widen_rates(packed: Floats, seconds: Floats) -> None:
    """Widen range rates by what their linear form leaves out of a speed that is little known.

    Angles alone tell a chain's speed across the line of sight to √2·R·σ over how long it lasts;
    times the direction's σ that goes into each rate beside what is linear
    (`launchwatch.tracking._kernels_registration.rate_spread2`).
    """
    lasts = max(float(seconds[-1] - seconds[0]), 1e-3)
    for row in packed:
        if row[0] == RADAR_WITH_RATE:
            angle2 = 0.5 * (row[19] ** 2 + row[20] ** 2)
            row[21] = np.hypot(row[21], 2.0 * row[14] * angle2 / lasts)


def _score(
    events: tuple[Event, ...],
    packed: Floats,
    cost: float,
    P: Floats,
    information: Floats,
    births: float,
    *,
    infrared: bool,
) -> float:
    """Give ln odds that one object, and not clutter, made a chain.

    What one object would have made is integrated over all that it may be, by Laplace's
    method at the fit. The prior's place stands for anywhere that a radar sees; an infrared
    one is drawn around the plot, and so weighed down to the disc of the Earth.
    """
    score = -0.5 * cost + 0.5 * float(np.linalg.slogdet(P)[1] + np.linalg.slogdet(information)[1])
    for event, row in zip(events, packed, strict=True):
        rows = rows_of(event)
        sigmas = row[18 : 18 + rows]
        score += float(np.log(event.detection_probability / event.clutter_density))
        score -= float(np.log(sigmas).sum()) + 0.5 * rows * float(np.log(2.0 * np.pi))
    if infrared:
        score += float(np.log(2.0 * np.pi * _LEVEL_SPREAD**2 / _DISC))
    return score + float(np.log(births))


def rows_of(event: Event) -> int:
    """Give how many numbers a plot measures."""
    assert event.packed is not None  # noqa: S101 - asked of plots
    return {LINE_OF_SIGHT: 2, RADAR_WITH_RATE: 4}.get(int(event.packed[0]), 3)


def _is_line(event: Event) -> bool:
    return event.packed is not None and bool(event.packed[0] == LINE_OF_SIGHT)


def _ascent_prior(ground: Floats) -> tuple[Floats, Floats]:
    """Give the prior of a burning motor seen from above: climbing, some kilometres high.

    Motors are seen once above the clouds, some 10 km; by burnout they may be at 100 km. The
    horizontal place is left to the lines of sight (100 km).
    """
    up = ground / np.linalg.norm(ground)
    mean = np.empty(9)
    mean[:3] = ground + 15e3 * up
    mean[3:6] = 700.0 * up
    mean[6:] = PRIOR_MEAN[BOOST]
    covariance = np.zeros((9, 9))
    radial = np.outer(up, up)
    level = np.eye(3) - radial
    covariance[:3, :3] = 15e3**2 * radial + _LEVEL_SPREAD**2 * level
    covariance[3:6, 3:6] = 500.0**2 * radial + 700.0**2 * level
    covariance[[6, 7, 8], [6, 7, 8]] = PRIOR_VARIANCE[BOOST]
    return mean, np.asarray(np.linalg.inv(covariance), dtype=np.float64)


def _free_prior(chain: tuple[Loose, ...], seconds: Floats) -> tuple[Floats, Floats]:
    """Give an almost empty prior: only the acceleration is held, by what manoeuvres reach."""
    mean = np.zeros(9)
    mean[:3] = chain[-1].point
    mean[3:6] = (chain[-1].point - chain[0].point) / (seconds[-1] - seconds[0])
    variances = np.empty(9)
    variances[:3] = 1e6**2
    variances[3:6] = FASTEST**2
    variances[6:] = MANOEUVRE_ACCELERATION**2
    return mean, np.diag(1.0 / variances)


def _free_bank(x: Floats, P: Floats) -> Bank:
    """Give the bank of what radars began.

    Of what is low and may be an aircraft, the cruising model climbs as aircraft do: as if a
    climb of nothing, give or take theirs, had been measured. A rocket's climb thereby tells
    against it from the first plots on, and not only its acceleration.
    """
    first = first_probabilities(x, infrared=False)
    bank = bank_from(x[:6], P[:6, :6], first)
    up = x[:3] / np.linalg.norm(x[:3])
    _, _, height = geodetic_from_ecef(x[None, :3])
    if height[0] < 20e3:
        climb, variance = float(up @ x[3:6]), float(up @ P[3:6, 3:6] @ up)
        weight = P[:6, 3:6] @ up / (variance + CRUISING_CLIMB**2)
        bank.X[CRUISE, :6] -= weight * climb
        bank.P[CRUISE, :6, :6] -= np.outer(weight, up @ P[3:6, :6])
        # How well each explains the climb: aircraft, and what may climb as fast as it likes.
        odds = _normal(climb, variance + CRUISING_CLIMB**2) / _normal(climb, variance + CLIMB**2)
        bank.w[CRUISE] *= min(odds, 1.0)
        bank.w[:] /= bank.w.sum()
    return bank


def _normal(value: float, variance: float) -> float:
    return float(np.exp(-0.5 * value**2 / variance) / np.sqrt(variance))


def first_probabilities(x: Floats, infrared: bool) -> Floats:
    """Give the models' prior probabilities for a thing first seen at this height and speed."""
    first = np.full(5, 0.01)
    if infrared:
        first[BOOST] = 0.9
        return first
    _, _, height = geodetic_from_ecef(x[None, :3])
    climbing = x[:3] @ x[3:6] > 0
    if height[0] < 20e3 and np.linalg.norm(x[3:6]) < 500.0:
        first[[CRUISE, MANOEUVRE, BOOST, REENTRY]] = 0.7, 0.1, 0.1, 0.1
    elif height[0] < 100e3 and climbing:
        first[[BOOST, COAST, MANOEUVRE]] = 0.5, 0.4, 0.1
    elif height[0] < 100e3:
        first[[REENTRY, COAST, MANOEUVRE]] = 0.7, 0.2, 0.1
    else:
        first[[COAST, BOOST]] = 0.9, 0.05
    return first
