"""Doubt that is a piece of a shell: what a sharp range and a wide beam leave of a body's place.

Close by the shell is flat, and a Gaussian tangent to it says what is known. Seen whole it bends:
900 km away, half a degree wide, its rim lies 34 m behind its middle, however sharp the range.
A covariance in straight coordinates that is to hold the body must be as thick as that.

So the Gaussian is taken as one of range, two angles and their rates about the sensor, where
nothing bends, and its mean and covariance in straight coordinates are those of cubature points.
The angles are measured from the line to the mean, so there is no pole near.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.errors import InputError, NotPositiveDefinite
from launchwatch.estimation.gaussian import Gaussian

Floats = NDArray[np.float64]


def seen_whole(sensors: ArrayLike, means: ArrayLike, covariances: ArrayLike) -> Gaussian:
    """Give mean and covariance of doubts that are Gaussian in range and angles.

    Args:
        sensors: (k, 3) or (3,) where each was measured from, ECEF metres.
        means: (k, 6) position and velocity, ECEF (m, m/s).
        covariances: (k, 6, 6) as they look from close by: inverse information.

    Returns:
        Means (k, 6) and covariances (k, 6, 6). Where doubts are small they are those given.

    Raises:
        InputError: shapes do not belong together.
        NotPositiveDefinite: one of the covariances is none.
    """
    x, P = np.asarray(means, dtype=np.float64), np.asarray(covariances, dtype=np.float64)
    sites = np.asarray(sensors, dtype=np.float64)
    if x.ndim != 2 or x.shape[1] != 6 or P.shape != (*x.shape, 6):
        raise InputError(f"means (k, 6) need covariances (k, 6, 6), got {x.shape} and {P.shape}")
    if sites.shape not in ((3,), (len(x), 3)):
        raise InputError(f"sensors must have shape (3,) or ({len(x)}, 3), got {sites.shape}")
    frames = _frames_along(x[:, :3] - sites)
    position = np.einsum("kij,kj->ki", frames, x[:, :3] - sites)
    velocity = np.einsum("kij,kj->ki", frames, x[:, 3:])
    middle = _polar(position, velocity)
    T = _derivative(frames, middle)
    try:
        L = np.linalg.cholesky(T @ P @ T.swapaxes(1, 2))
    except np.linalg.LinAlgError as lost:
        raise NotPositiveDefinite("a covariance is not positive-definite") from lost
    reach = np.sqrt(6.0) * L.swapaxes(1, 2)
    points = _straight(np.concatenate([middle[:, None] + reach, middle[:, None] - reach], axis=1))
    mean = points.mean(axis=1)
    apart = points - mean[:, None]
    turn = np.zeros((len(x), 6, 6))
    turn[:, :3, :3] = turn[:, 3:, 3:] = frames.swapaxes(1, 2)
    covariance = turn @ (apart.swapaxes(1, 2) @ apart / 12.0) @ turn.swapaxes(1, 2)
    mean = np.einsum("kij,kj->ki", turn, mean)
    mean[:, :3] += sites
    return Gaussian(mean, 0.5 * (covariance + covariance.swapaxes(1, 2)))


def _frames_along(lines: Floats) -> Floats:
    """Give rotations (k, 3, 3) whose first rows point along lines (k, 3)."""
    along = lines / np.linalg.norm(lines, axis=1, keepdims=True)
    # The axis least along the line gives the best conditioned cross product.
    across = np.cross(along, np.eye(3)[np.abs(along).argmin(axis=1)])
    across /= np.linalg.norm(across, axis=1, keepdims=True)
    return np.stack([along, across, np.cross(along, across)], axis=1)


def _polar(position: Floats, velocity: Floats) -> Floats:
    """Give range, angles and their rates (k, 6) of states that lie on the first axis."""
    distance = position[:, 0]
    zero = np.zeros_like(distance)
    return np.stack(
        [
            distance,
            zero,
            zero,
            velocity[:, 0],
            velocity[:, 1] / distance,
            velocity[:, 2] / distance,
        ],
        axis=1,
    )


def _derivative(frames: Floats, polar: Floats) -> Floats:
    """Give the derivative (k, 6, 6) of polar numbers by the state, on the first axis."""
    distance, _, _, closing, turning, rising = (one[:, None] for one in polar.T)
    along, across, up = frames[:, 0], frames[:, 1], frames[:, 2]
    T = np.zeros((len(polar), 6, 6))
    T[:, 0, :3] = along
    T[:, 1, :3] = across / distance
    T[:, 2, :3] = up / distance
    T[:, 3, :3] = turning * across + rising * up
    T[:, 3, 3:] = along
    T[:, 4, :3] = -(turning * along + closing / distance * across) / distance
    T[:, 4, 3:] = across / distance
    T[:, 5, :3] = -(rising * along + closing / distance * up) / distance
    T[:, 5, 3:] = up / distance
    return T


def _straight(polar: Floats) -> Floats:
    """Turn range, angles and their rates (..., 6) into position and velocity in the frame."""
    distance, azimuth, elevation, closing, turning, rising = np.moveaxis(polar, -1, 0)
    ca, sa, cb, sb = np.cos(azimuth), np.sin(azimuth), np.cos(elevation), np.sin(elevation)
    line = np.stack([cb * ca, cb * sa, sb], axis=-1)
    round_ = np.stack([-cb * sa, cb * ca, np.zeros_like(sb)], axis=-1)
    rise = np.stack([-sb * ca, -sb * sa, cb], axis=-1)
    velocity = (
        closing[..., None] * line
        + (distance * turning)[..., None] * round_
        + (distance * rising)[..., None] * rise
    )
    return np.concatenate([distance[..., None] * line, velocity], axis=-1)
