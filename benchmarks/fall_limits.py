"""How well a fall point could be known at all: Cramér-Rao limits of simulated flights.

The true flight is that of a scenario up to burnout; from there the body falls with one of
several ballistic coefficients, equally probable under the tracker's prior, and the limits are
averaged over them. What a radar tells while the motor burns counts through the tracker's own
boost model and its noise; the instant of burnout is taken as known. Misses count as less
information, by the detection probability.
"""

from collections.abc import Sequence
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.estimation.bound import fall_bound, information, mean_bound, posterior_bound
from launchwatch.estimation.measurement import LINE_OF_SIGHT, RADAR, RADAR_WITH_RATE, Site
from launchwatch.flight.motion import BOOST, COAST, propagate
from launchwatch.flight.slopes import FallSlopes, across_and_along, fall_slopes
from launchwatch.messages.sensor import Radar, Sensor
from launchwatch.simulate import truth
from launchwatch.simulate.body import Body
from launchwatch.simulate.scenario import Scenario
from launchwatch.timescale import SECOND, instant_from_utc
from launchwatch.tracking.models import (
    BALLISTIC_COEFFICIENT,
    BALLISTIC_COEFFICIENT_SPREAD,
    GROWTH,
    NOISE,
    THRUST,
)

Floats = NDArray[np.float64]

VALUES = 9
"""True ballistic coefficients: the middles of as many equally probable parts of the prior."""


class Limits(NamedTuple):
    """Limits of one flight seen by some sensors.

    Attributes:
        seconds: (k,) after ignition, of each plot after burnout.
        covariance: (k, 2, 2) m², across and along, averaged over the prior.
        each: (m, k, 2, 2) the same for each true ballistic coefficient.
        falls: of each of them, the fall point seen from burnout.
    """

    seconds: Floats
    covariance: Floats
    each: Floats
    falls: tuple[FallSlopes, ...]


def ballistic_coefficients(count: int = VALUES) -> Floats:
    """Give values of equal probability under the tracker's prior, kg/m²."""
    shares = (np.arange(count) + 0.5) / count
    normals = np.array([NormalDist().inv_cdf(share) for share in shares])
    return np.asarray(BALLISTIC_COEFFICIENT * np.exp(BALLISTIC_COEFFICIENT_SPREAD * normals))


def burnout_of(body: Body, ignition: float) -> float:
    """Give when a body's motor is out, seconds after ignition, to the hundredth."""
    times = np.arange(0.0, 400.0, 0.01)
    return float(times[np.flatnonzero(body.is_thrusting(ignition + times))[-1]]) + 0.01


def limits(
    scenario: Scenario,
    body: Body,
    sensors: Sequence[Sensor],
    until: float,
    coefficients: Sequence[float],
    spread: float = BALLISTIC_COEFFICIENT_SPREAD,
) -> Limits:
    """Give the limits for a scenario's one launch seen by some of its sensors.

    Args:
        body: the missile, as `launchwatch.simulate.truth.bodies` gives it.
        until: seconds after ignition.
        coefficients: true ballistic coefficients, kg/m², to average over.
        spread: standard deviation of the logarithm of the prior that the watch has of them.
    """
    ignition = (instant_from_utc(scenario.launches[0].time) - scenario.start) / SECOND
    burnout = burnout_of(body, ignition)
    looks = sorted(
        (seconds, at)
        for at, sensor in enumerate(sensors)
        for seconds in np.arange(0.5 * sensor.scan_period_s, until, sensor.scan_period_s).tolist()
    )
    packed = [_packed(sensor) for sensor in sensors]
    kept = [sensor.detection_probability or 1.0 for sensor in sensors]
    before = _before(body, ignition, burnout, looks, sensors)
    before[6, 6] = spread**2
    each, falls, times = [], [], []
    for coefficient in coefficients:
        x = np.zeros(9)
        x[:6] = body.states(np.array([ignition + burnout - 1e-3]))[0]
        x[6] = np.log(coefficient)
        falls.append(fall_slopes(x[:6], coefficient))
        F, J, slopes, seconds = [], [], [], []
        F_so_far, time = np.eye(7), burnout
        for at, which in looks:
            if not burnout < at < burnout + falls[-1].seconds - 2.0:
                continue
            F_so_far = _transition(COAST, x, at - time, 7) @ F_so_far
            x = propagate(COAST, x[None], at - time)[0]
            time = at
            if not truth.is_in_view(sensors[which], x[None, :6], np.array([False]))[0]:
                continue
            seen = _aimed(packed[which], x)
            F.append(F_so_far)
            J.append(kept[which] * information(seen, x[:7]))
            slopes.append(fall_slopes(x[:6], coefficient).slopes)
            seconds.append(at)
            F_so_far = np.eye(7)
        if not F:
            return Limits(np.empty(0), np.empty((0, 2, 2)), np.empty((0, 0, 2, 2)), tuple(falls))
        bounds = posterior_bound(before, F, np.zeros((len(F), 7, 7)), J)
        each.append(fall_bound(bounds, slopes))
        times.append(np.array(seconds))
    # Light bodies rise into a far radar's view later, and fall sooner: the times of all.
    common = times[0]
    for one in times:
        common = np.intersect1d(common, one)
    rows = [bound[np.isin(own, common)] for bound, own in zip(each, times, strict=True)]
    return Limits(common, mean_bound(rows), np.array(rows), tuple(falls))


def falls_of(scenario: Scenario, body: Body, coefficients: Sequence[float]) -> Floats:
    """Give how far along the track (m, beyond the first) bodies of other coefficients fall."""
    ignition = (instant_from_utc(scenario.launches[0].time) - scenario.start) / SECOND
    at = ignition + burnout_of(body, ignition) - 1e-3
    state = body.states(np.array([at]))[0]
    fell = [fall_slopes(state, coefficient) for coefficient in coefficients]
    places = [across_and_along(fell[0], one.latitude, one.longitude) for one in fell]
    return np.array(places)[:, 1]


def _before(
    body: Body,
    ignition: float,
    burnout: float,
    looks: Sequence[tuple[float, int]],
    sensors: Sequence[Sensor],
) -> Floats:
    """Give the bound (7, 7) at burnout from what was seen of the burn."""
    packed = [_packed(sensor) for sensor in sensors]
    P = np.diag([1e5**2] * 3 + [3e3**2] * 3 + [THRUST[1], GROWTH[1], 1.0])
    time = None
    for at, which in [*looks, (burnout, -1)]:
        if at > burnout:
            continue
        clock = np.array([ignition + at - 1e-3])
        x = np.zeros(9)
        x[:6] = body.states(clock)[0]
        x[6:8] = THRUST[0], GROWTH[0]
        if which >= 0 and not truth.is_seen(sensors[which], body, x[None, :6], clock)[0]:
            continue
        if time is not None:
            start = np.zeros(9)
            start[:6] = body.states(np.array([ignition + time - 1e-3]))[0]
            start[6:8] = _thrust_at(body, ignition + time), GROWTH[0]
            F = _transition(BOOST, start, at - time, 9)
            P = F @ P @ F.T + _noise(at - time)
        if which >= 0:
            J = (sensors[which].detection_probability or 1.0) * information(
                _aimed(packed[which], x), x
            )
            P = np.linalg.solve((np.eye(9) + J @ P).T, P.T).T
            P = 0.5 * (P + P.T)
            time = at
    at_burnout = np.zeros((7, 7))
    at_burnout[:6, :6] = P[:6, :6]
    return at_burnout


def _thrust_at(body: Body, clock: float) -> float:
    """Give ln of the acceleration along the velocity beside gravity, from the true path."""
    rows = body.states(np.array([clock - 0.6, clock - 0.1]))
    speeds = np.linalg.norm(rows[:, 3:], axis=1)
    return float(np.log(max((speeds[1] - speeds[0]) / 0.5 + 6.0, 5.0)))


def _noise(seconds: float) -> Floats:
    """Give what the boost model's noise adds, (9, 9)."""
    Q = np.zeros((9, 9))
    q = NOISE[BOOST, 0]
    for i in range(3):
        Q[i, i] = q * seconds**3 / 3.0
        Q[i, i + 3] = Q[i + 3, i] = q * seconds**2 / 2.0
        Q[i + 3, i + 3] = q * seconds
    return Q


def _transition(model: int, x: Floats, seconds: float, n: int) -> Floats:
    """Give the derivative (n, n) of the motion, by central differences."""
    steps = np.array([10.0] * 3 + [0.1] * 3 + [1e-3] * 3)[:n]
    moved = np.zeros((2 * n, 9))
    moved[:n, :n], moved[n:, :n] = np.diag(steps), -np.diag(steps)
    after = propagate(model, x + moved, seconds)[:, :n]
    return np.asarray(((after[:n] - after[n:]) / (2.0 * steps)[:, None]).T)


def _packed(sensor: Sensor) -> Floats:
    packed = Site(sensor).template
    if isinstance(sensor, Radar):
        packed[0] = RADAR if sensor.range_rate_sigma_mps is None else RADAR_WITH_RATE
    return packed


def _aimed(packed: Floats, x: Floats) -> Floats:
    """Turn a line of sight's frame towards the body; a radar's stays."""
    if packed[0] != LINE_OF_SIGHT:
        return packed
    turned = packed.copy()
    line = x[:3] - turned[2:5]
    line /= np.linalg.norm(line)
    across = np.cross(line, np.eye(3)[np.argmin(np.abs(line))])
    across /= np.linalg.norm(across)
    turned[5:14] = np.array([across, np.cross(line, across), line]).ravel()
    return turned
