"""Where and when something took off, by going backwards from a track.

A rising motor is followed back along its gravity turn to the moment just after lift-off,
whose kinematics everybody shares: nearly vertical, tens of metres a second, close to the
ground. That moment is a measurement like any other, so going back is a least-squares
problem: the track's state as prior, lift-off as data, and the time between as one more
unknown. A track that began after burnout is first followed back to a burnout of unknown
height, from where the same holds with a motor known only by its prior.

Drag while rising is part of it, with a ballistic coefficient known only by its prior.
Ignored: pitch programmes other than a gravity turn; `MODEL_ERROR` stands for them.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment import _kernels
from launchwatch.assessment.posterior import (
    LOG_BALLISTIC_COEFFICIENT,
    hypothesis_of,
    moments_of,
)
from launchwatch.assessment.regions import ellipse_of
from launchwatch.earth._kernels import geodetic_from_ecef
from launchwatch.earth._kernels import height as height_of
from launchwatch.earth.local import ecef_from_enu_rotation
from launchwatch.flight._kernels_motion import propagate
from launchwatch.flight.motion import COAST
from launchwatch.messages.launch import Ellipse
from launchwatch.messages.track import TrackUpdate
from launchwatch.timescale import SECOND, Instant, instant_after

Floats = NDArray[np.float64]

# Lift-off as data: height above the ellipsoid (terrain reaches a kilometre or two where
# launches happen), then velocity east, north and up, each with its sigma. By 60 m/s a
# rocket is 130 m up and has not yet turned by more than some degrees. Last the height of
# burnout, used only where the motor was never seen: from close-range to intermediate-range.
_RISEN = np.array([500.0, 0.0, 0.0, 60.0, 60e3])
_RISEN_SIGMA = np.array([500.0, 20.0, 20.0, 10.0, 25e3])

# A motor that was never seen: ln thrust acceleration at burnout and ln its growth.
_UNSEEN_MOTOR = np.array([np.log(60.0), np.log(0.02)])
_UNSEEN_MOTOR_SIGMA = np.array([0.4, 0.5])
# While coasting back the drag is that of a typical body; the air is thin there.
_LOG_BETA = LOG_BALLISTIC_COEFFICIENT[0]

# ln m/(Cd·A) of a whole rocket while it rises, kg/m², and its sigma: 5 to 30 t/m² of what
# stands behind its nose, over a drag coefficient of 0.3 to 0.6 about the speed of sound. A
# judgement, not looked up; 95 % between 3,600 and 40,000.
_RISING_BETA = (float(np.log(12e3)), 0.6)

_AFAR = 50e3
"""Least error (m) of a launch point that nothing could trace."""

MODEL_ERROR = 0.02
"""Error of the launch point per metre between it and the state it was traced from, one
sigma: what steering away from a gravity turn does."""

_STEPS = np.array([10.0, 10.0, 10.0, 0.1, 0.1, 0.1, 1e-3, 1e-3, 1.0, 0.05, 0.05, 0.02])


class Origin(NamedTuple):
    """A launch point and time. Latitude and longitude in degrees; ``spread`` (m²·s) is the
    smaller, the better place and time are known together."""

    time: Instant
    time_sigma: float
    latitude_deg: float
    longitude_deg: float
    ellipse: Ellipse
    spread: float
    is_boost_seen: bool


def from_boost(update: TrackUpdate) -> Origin | None:
    """Trace a rising motor back to lift-off; None where that fails."""
    mean, P = moments_of(hypothesis_of(update, "boost"))
    position = mean[:3]
    height = height_of(*position)
    speed = float(np.linalg.norm(mean[3:6]))
    # Constant acceleration from rest: the time taken is twice the height over the climb rate.
    climb = float(position @ mean[3:6] / np.linalg.norm(position))
    if climb <= 0.0 or speed < 80.0:
        return None
    guess = np.array([*mean, 0.0, min(max(1.8 * height / climb, 5.0), 300.0), _RISING_BETA[0]])
    prior = np.zeros((12, 12))
    prior[:9, :9] = P
    # Nothing is known of how long ago it was; the unused coasting time is held at zero.
    prior[9, 9], prior[10, 10], prior[11, 11] = 1e-6, 1e6, _RISING_BETA[1] ** 2
    return _traced(update, guess, prior, boost_seen=True)


def from_coast(update: TrackUpdate) -> Origin | None:
    """Trace a coasting body back through a motor that nobody saw; None where that fails."""
    model = "coast" if update.phase.coast >= update.phase.reentry else "reentry"
    mean, P = moments_of(hypothesis_of(update, model))
    back = _seconds_back_to(mean, float(_RISEN[4]))
    if back is None:
        return None
    guess = np.array([*mean[:6], *_UNSEEN_MOTOR, 0.0, back, 70.0, _RISING_BETA[0]])
    prior = np.zeros((12, 12))
    prior[:6, :6] = P[:6, :6]
    prior[[6, 7], [6, 7]] = _UNSEEN_MOTOR_SIGMA**2
    prior[[8, 9, 10], [8, 9, 10]] = 1.0, 1e6, 1e6
    prior[11, 11] = _RISING_BETA[1] ** 2
    return _traced(update, guess, prior, boost_seen=False)


def from_afar(update: TrackUpdate) -> Origin:
    """Give a launch point that is little more than "hereabouts, a minute or two before".

    For a track that no tracing explains: that something flies is no less sure for it. The place
    is below where the track was at its first plot, the time a climb's before.
    """
    mean = moments_of(hypothesis_of(update, "coast"))[0]
    mean[:6] = (*update.position_ecef_m, *update.velocity_ecef_mps)
    ago = (update.time - update.first_plot) / SECOND
    first = np.empty(9)
    propagate(COAST, mean, -ago, first)
    latitude, longitude, _ = geodetic_from_ecef(*first[:3])
    # As far as a climb of a minute or two leads, whatever its direction.
    sigma = max(_AFAR, 60.0 * float(np.linalg.norm(first[3:6])))
    return Origin(
        time=instant_after(update.first_plot, -60.0),
        time_sigma=60.0,
        latitude_deg=float(np.degrees(latitude)),
        longitude_deg=float(np.degrees(longitude)),
        ellipse=ellipse_of(sigma**2 * np.eye(2)),
        spread=sigma**2 * 60.0,
        is_boost_seen=False,
    )


def _seconds_back_to(x: Floats, wanted: float) -> float | None:
    """Give how long ago a coasting body rose through a height; None if it never did."""
    state, out = x.copy(), np.empty(9)
    for seconds in range(0, 2400, 10):
        propagate(COAST, state, -float(seconds), out)
        if height_of(*out[:3]) < wanted and out[:3] @ out[3:6] > 0:
            return float(seconds)
    return None


def _traced(
    update: TrackUpdate, guess: Floats, prior: Floats, *, boost_seen: bool
) -> Origin | None:
    try:
        return _trace(update, guess, prior, boost_seen=boost_seen)
    except np.linalg.LinAlgError:
        # A covariance that is none: this look gives no origin, the next may.
        return None


def _trace(update: TrackUpdate, guess: Floats, prior: Floats, *, boost_seen: bool) -> Origin | None:
    """Solve for the unknowns: state (9), seconds coasted and burnt, ln ballistic coefficient."""
    information = np.linalg.inv(prior)
    x = guess.copy()
    cost = np.inf
    damping = 1e-3
    trial = x
    for _ in range(25):
        if not 0.0 < trial[10] < 600.0:
            return None
        residual, J = _linearised(trial, boost_seen)
        offset = guess - trial
        new_cost = float(residual @ residual + offset @ information @ offset)
        if not np.isfinite(new_cost):
            return None
        if new_cost <= cost:
            settled = cost - new_cost < 1e-2
            x, cost = trial, new_cost
            normal = information + J.T @ J
            gradient = information @ offset + J.T @ residual
            damping *= 0.2
            if settled:
                break
        else:
            damping *= 10.0
            if damping > 1e6:
                break
        move = np.linalg.solve(normal + damping * np.diag(np.diag(normal)), gradient)
        trial = x + move
    # Four data against what the prior allows: a misfit beyond this is no lift-off.
    if cost > 40.0:
        return None
    return _origin_of(update, x, np.asarray(np.linalg.inv(normal)), boost_seen=boost_seen)


def _linearised(unknowns: Floats, boost_seen: bool) -> tuple[Floats, Floats]:
    """Give the whitened residuals and their Jacobian by differences."""
    state, seen = np.empty(9), np.empty(5)
    position, slopes = np.empty((3, 12)), np.empty((5, 12))
    _kernels.lift_off(unknowns, boost_seen, _LOG_BETA, state, seen)
    _kernels.lift_off_jacobian(unknowns, boost_seen, _LOG_BETA, _STEPS, position, slopes)
    # Where burnout was seen its height is no guess, and no datum.
    used = 4 if boost_seen else 5
    residual = (_RISEN[:used] - seen[:used]) / _RISEN_SIGMA[:used]
    return residual, slopes[:used] / _RISEN_SIGMA[:used, None]


def _origin_of(update: TrackUpdate, x: Floats, covariance: Floats, *, boost_seen: bool) -> Origin:
    state, seen = np.empty(9), np.empty(5)
    position, slopes = np.empty((3, 12)), np.empty((5, 12))
    _kernels.lift_off(x, boost_seen, _LOG_BETA, state, seen)
    _kernels.lift_off_jacobian(x, boost_seen, _LOG_BETA, _STEPS, position, slopes)
    latitude, longitude, _ = geodetic_from_ecef(*state[:3])
    J = ecef_from_enu_rotation(latitude, longitude).T[:2] @ position
    distance = float(np.linalg.norm(np.array(update.position_ecef_m) - state[:3]))
    spread = J @ covariance @ J.T + (MODEL_ERROR * distance) ** 2 * np.eye(2)
    # From rest to 60 m/s: at the acceleration of that moment, net of gravity.
    start = _RISEN[3] / max(float(np.exp(state[6])) - 9.8, 3.0)
    ago = float(x[10] + (0.0 if boost_seen else x[9]) + start)
    times = covariance[10, 10] + (0.0 if boost_seen else covariance[9, 9] + 2 * covariance[9, 10])
    # The start itself is known to a third: vehicles differ in how they leave the pad.
    time_sigma = float(np.sqrt(max(times, 0.0) + (start / 3.0) ** 2))
    return Origin(
        time=instant_after(update.time, -ago),
        time_sigma=time_sigma,
        latitude_deg=float(np.degrees(latitude)),
        longitude_deg=float(np.degrees(longitude)),
        ellipse=ellipse_of(spread),
        spread=float(np.sqrt(np.linalg.det(spread))) * time_sigma,
        is_boost_seen=boost_seen,
    )
