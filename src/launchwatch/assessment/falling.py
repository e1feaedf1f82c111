"""From samples of a track to where and when each comes down.

A sample burns on, perhaps pulls up, and falls through air of its own.
"""

import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment import air, pullups
from launchwatch.assessment.posterior import Posterior
from launchwatch.constants import EARTH_MEAN_RADIUS
from launchwatch.earth.ellipsoid import geodetic_from_ecef
from launchwatch.flight import _kernels_fall
from launchwatch.messages.launch import LaunchStatement

Floats = NDArray[np.float64]

NORMALS = pullups.NORMALS + air.NORMALS
"""Standard normal numbers that a sample's way down needs."""

# The sea's surface: the ellipsoid. The geoid differs by under 40 m around Japan and Korea,
# which moves a fall at 45° by as much.
_GROUND = 0.0


def samples_of(
    posterior: Posterior,
    launch: LaunchStatement,
    state: Floats,
    normals: Floats,
    apogee_before: float,
    longest: float,
    *,
    can_lift: bool = True,
) -> tuple[Floats, NDArray[np.bool_]]:
    """Let every sample come down.

    Args:
        state: (6,) about where all are, ECEF: their air is drawn for it.
        normals: (n, NORMALS) independent standard normal numbers.
        apogee_before: the greatest height if it lies behind, else 0.
        longest: seconds to follow a body.
        can_lift: that it may pull up.

    Returns:
        (n, 6) as `let_fall`, and (n,) which of them pull up anew on their way.
    """
    bodies = _burnt_out(posterior)
    falls = _fallen(posterior, bodies, longest)
    anew = np.zeros(len(falls), dtype=np.bool_)
    if can_lift:
        anew = _pull_up(posterior, bodies, falls, launch, normals, apogee_before, longest)
    if 2 * posterior.boosting < len(falls):
        # What burns will end elsewhere and faster; there the burn's doubt outweighs the air's.
        rows = slice(posterior.boosting, None)
        own = normals[rows, pullups.NORMALS :]
        falls[rows, :3] += air.drifts(state, posterior.log_beta[rows], own, longest)
        falls[rows, 1] = (falls[rows, 1] + np.pi) % (2.0 * np.pi) - np.pi
    return falls, anew


def let_fall(posterior: Posterior, longest: float) -> Floats:
    """Let every sample fly on to the ground.

    Returns:
        (n, 6): latitude, longitude (rad), seconds from the epoch, apogee height (m), speed
        at the ground (m/s), status (1 fell, 0 still flying after the longest time, -1 was
        down already, so that its seconds are negative).
    """
    return _fallen(posterior, _burnt_out(posterior), longest)


def _burnt_out(posterior: Posterior) -> Floats:
    """Give the samples where their motors stop (n, 7): position and velocity, ln coefficient."""
    bodies = np.empty((len(posterior.states), 7))
    bodies[:, :6] = posterior.states[:, :6]
    bodies[:, 6] = posterior.log_beta
    lit = slice(posterior.boosting)
    _kernels_fall.burn_outs(posterior.states[lit], posterior.burn_seconds[lit], bodies[lit])
    return bodies


def _fallen(posterior: Posterior, bodies: Floats, longest: float) -> Floats:
    out = np.empty((len(bodies), 6))
    _kernels_fall.falls(bodies, _GROUND, longest, out)
    below = out[:, 5] == _kernels_fall.BELOW_AT_START
    if below.any():
        out[below, :3] = _came_down(bodies[below, :6])
    out[:, 2] += posterior.burn_seconds
    return out


def _pull_up(
    posterior: Posterior,
    bodies: Floats,
    falls: Floats,
    launch: LaunchStatement,
    normals: Floats,
    apogee_before: float,
    longest: float,
) -> NDArray[np.bool_]:
    """Let some samples pull up before they fall: their rows of falls change, in place.

    Gives (n,) which of them begin to; one that is in the middle of it does not.

    Args:
        bodies: (n, 7) as `_burnt_out` gives them.
        falls: (n, 6) as `let_fall` gives them.
        normals: (n, at least `launchwatch.assessment.pullups.NORMALS`).
        apogee_before: the greatest height if it lies behind, else 0.
    """
    states = posterior.states
    apogee = np.maximum(falls[:, 3], apogee_before)
    likely = pullups.probability(apogee, distances(launch, falls))
    height = np.full(len(states), np.inf)
    # Only bodies that sink now have let a part of their chances pass.
    sinking = np.einsum("ni,ni->n", states[:, :3], states[:, 3:6]) < 0.0
    turning = posterior.turning.copy()
    if sinking.any() or turning.any():
        _, _, heights = geodetic_from_ecef(states[:, :3])
        height[sinking] = heights[sinking]
        likely = pullups.still_to_come(likely, height)
        turning &= heights > 0.0
    does = pullups.chances(normals) < likely
    does &= falls[:, 5] == _kernels_fall.FELL
    does |= turning
    if not does.any():
        return does
    chosen = pullups.drawn(normals[does, : pullups.NORMALS])
    below = pullups.beginnings(chosen, height[does])
    if turning.any():
        going = pullups.under_way(states[turning], posterior.log_beta[turning], normals[turning])
        is_under_way = turning[does]
        for all_of, some in zip(chosen, going, strict=True):
            all_of[is_under_way] = some
        below[is_under_way] = np.inf
    after = bodies[does]
    ended = pullups.glided(after[:, :6], after[:, 6], below, chosen, longest)
    after[:, :6] = ended[:, :6]
    rows = np.empty((len(after), 6))
    _kernels_fall.falls(after, _GROUND, longest, rows)
    under = rows[:, 5] == _kernels_fall.BELOW_AT_START
    if under.any():
        rows[under, :3] = _came_down(ended[under, :6])
        rows[under, 5] = _kernels_fall.FELL
    rows[:, 2] += ended[:, 6] + posterior.burn_seconds[does]
    rows[:, 3] = np.maximum(rows[:, 3], ended[:, 7])
    falls[does] = rows
    return does & ~turning


def distances(launch: LaunchStatement, falls: Floats) -> Floats:
    """Give how far from the launch place each falls, metres on the mean sphere."""
    latitude, longitude = np.radians(launch.latitude_deg), np.radians(launch.longitude_deg)
    rise = np.sin(0.5 * (falls[:, 0] - latitude)) ** 2
    turn = np.sin(0.5 * (falls[:, 1] - longitude)) ** 2
    part = rise + np.cos(latitude) * np.cos(falls[:, 0]) * turn
    return np.asarray(2.0 * EARTH_MEAN_RADIUS * np.arcsin(np.sqrt(np.minimum(part, 1.0))))


def _came_down(states: Floats) -> Floats:
    """Give where and when (latitude, longitude, seconds, not positive) bodies that are already
    below the ground came through it: a straight line back, for they are seconds past it."""
    position, velocity = states[:, :3], states[:, 3:]
    _, _, height = geodetic_from_ecef(position)
    up = position / np.linalg.norm(position, axis=1)[:, None]
    ago = height / np.einsum("ni,ni->n", up, velocity)
    latitude, longitude, _ = geodetic_from_ecef(position - ago[:, None] * velocity)
    return np.stack([latitude, longitude, -ago], axis=-1)
