"""How surely a track is a launch, from its motion alone.

A launch climbs under power, or flies a path that begins and ends on the ground, too fast
for an aircraft. An aircraft cruises; a satellite's path never meets the ground; a meteor is
faster than anything that a track accepts. Each is a probability over the track's Gaussian.
"""

import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment.normal import share_below
from launchwatch.assessment.posterior import root_of
from launchwatch.constants import EARTH_GM, EARTH_ROTATION, WGS84_SEMI_MAJOR
from launchwatch.messages.track import TrackUpdate

Floats = NDArray[np.float64]

SLOWEST = 450.0
"""Metres a second over the ground: airliners stay below 330, even with a jet stream."""

LOWEST_PERIGEE = 80e3
"""A path whose lowest point lies below this height comes down within the same revolution."""

_UPPER6 = np.triu_indices(6)


def covariance_of(update: TrackUpdate) -> Floats:
    """Give a track's covariance of position and velocity, (6, 6)."""
    P = np.empty((6, 6))
    P[_UPPER6] = update.covariance_ecef
    P.T[_UPPER6] = update.covariance_ecef
    return P


def launch_probability(update: TrackUpdate, normals: Floats) -> tuple[float, str]:
    """Give the probability that a track is a launch, and the reason in words.

    Args:
        update: a track with hypotheses.
        normals: (n, 6) independent standard normal numbers.
    """
    phase = update.phase
    P = covariance_of(update)
    position = np.array(update.position_ecef_m)
    velocity = np.array(update.velocity_ecef_mps)
    speed = float(np.linalg.norm(velocity))
    along = velocity / max(speed, 1.0)
    speed_sigma = float(np.sqrt(along @ P[3:, 3:] @ along))
    fast = share_below((speed - SLOWEST) / speed_sigma)
    if phase.boost > 0.5:
        up = position / np.linalg.norm(position)
        climb = float(up @ velocity)
        climb_sigma = float(np.sqrt(up @ P[3:, 3:] @ up))
        climbing = share_below(climb / climb_sigma)
        return phase.boost * climbing * fast, "climbs under power"
    powered = phase.coast + phase.reentry + phase.boost
    draws = np.concatenate([position, velocity]) + normals @ root_of(P).T
    down = float(np.mean(perigee(draws) < LOWEST_PERIGEE))
    return powered * fast * down, "flies a path that meets the ground"


def surely_flown(update: TrackUpdate) -> float:
    """Give a speed over the ground (m/s) that a track surely has: three sigmas below its own."""
    velocity = np.array(update.velocity_ecef_mps)
    speed = float(np.linalg.norm(velocity))
    along = velocity / max(speed, 1.0)
    return speed - 3.0 * float(np.sqrt(along @ covariance_of(update)[3:, 3:] @ along))


def perigee(states: Floats) -> Floats:
    """Give the perigee height (m) above the equator's radius of states (n, 6) in ECEF."""
    r = states[:, :3]
    v = states[:, 3:].copy()
    v[:, 0] -= EARTH_ROTATION * r[:, 1]
    v[:, 1] += EARTH_ROTATION * r[:, 0]
    distance = np.linalg.norm(r, axis=1)
    energy = 0.5 * np.einsum("ni,ni->n", v, v) - EARTH_GM / distance
    h2 = (
        np.einsum("ni,ni->n", r, r) * np.einsum("ni,ni->n", v, v) - np.einsum("ni,ni->n", r, v) ** 2
    )
    eccentricity = np.sqrt(np.maximum(1.0 + 2.0 * energy * h2 / EARTH_GM**2, 0.0))
    return np.asarray(h2 / EARTH_GM / (1.0 + eccentricity) - WGS84_SEMI_MAJOR)
