"""The first guess of a flight: its plots smoothed plainly, and when its motors burnt out.

The plain smoother knows position, velocity and an acceleration that wanders; thrust shows in it
to some m/s², and a burnout to some seconds. That is where `launchwatch.tracking.afterflight`
begins.
"""

import numpy as np
from numpy.typing import NDArray

from launchwatch.errors import NotConverged
from launchwatch.estimation._kernels import LINE_OF_SIGHT
from launchwatch.estimation.smoothing import Filtered, Smoothed, smooth
from launchwatch.tracking import _kernels_kinematic as kernels

Floats = NDArray[np.float64]

DARK = 5.0
"""Seconds without infrared plots that mean that no motor burns: five scans, all missed."""


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
