"""OSPA between two sets of points, and OSPA(2) between two sets of tracks.

OSPA is the distance per object: pairs cost their distance, cut off at c; what is left over
costs c; the power mean over the larger set is the metric. OSPA(2) is the same between sets
of *tracks*, whose distance is their mean distance over a window of time, cut off at c where
only one of the two exists. It sees what OSPA cannot: a track that breaks, or that
passes from one object to another, is far from both.

Source: Schuhmacher, Vo and Vo, IEEE Trans. Signal Processing 56 (2008) 3447, equation 3;
Beard, Vo and Vo, IEEE Trans. Signal Processing 68 (2020) 2777, section III (OSPA(2)).
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.errors import InputError
from launchwatch.scoring.pairing import Pairs, checked_cutoff, pair, pair_by, points

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


def ospa(estimates: ArrayLike, truths: ArrayLike, cutoff: float, order: float = 2.0) -> float:
    """Give OSPA between estimates and true objects, in the unit of the positions.

    >>> ospa([[3.0, 4.0], [90.0, 0.0]], [[0.0, 0.0]], cutoff=10.0, order=1.0)
    7.5

    Args:
        estimates: (n, d); n may be 0.
        truths: (m, d); m may be 0.
        cutoff: c, the most that any object costs.
        order: p.

    Raises:
        InputError: shapes that do not belong together, numbers that are not finite, a
            cutoff not above 0, an order below 1.
    """
    pairs = pair(estimates, truths, cutoff, order)
    size = max(len(points(estimates, "estimates")), len(points(truths, "truths")))
    return _per_object(pairs, size, cutoff, order)


def ospa2(
    tracks: ArrayLike, truths: ArrayLike, cutoff: float, window: int, order: float = 2.0
) -> Floats:
    """Give OSPA(2) for the window of moments that ends at each moment.

    >>> steady, broken = [[[0.0]], [[0.0]]], [[[0.0], [np.nan]], [[np.nan], [0.0]]]
    >>> ospa2(steady, steady, cutoff=1.0, window=2)
    array([0., 0.])
    >>> ospa2(broken, steady, cutoff=1.0, window=2, order=1.0)
    array([0.  , 0.75])

    Args:
        tracks: (k, n, d) where each track is at each of k moments; NaN where it is not.
        truths: (k, m, d) the same of the objects.
        cutoff: c.
        window: how many moments, this one the last, a track is judged by; fewer at first.
        order: p of the metric between sets; a track's own distance is a plain mean over time.

    Returns:
        (k,) in the unit of the positions; 0 where nothing exists in a window.

    Raises:
        InputError: shapes that do not belong together, or no such window, cutoff or order.
    """
    checked_cutoff(cutoff, order)
    x, y = paths(tracks, "tracks"), paths(truths, "truths")
    if len(x) != len(y) or window < 1:
        raise InputError(
            "tracks and truths need as many moments as one another, and a window of 1 or "
            f"more, got {len(x)}, {len(y)} and {window}"
        )
    here, there = exist(x), exist(y)
    scores = np.zeros(len(x))
    for k in range(len(x)):
        span = slice(max(k - window + 1, 0), k + 1)
        i, j = np.flatnonzero(here[span].any(axis=0)), np.flatnonzero(there[span].any(axis=0))
        apart = _mean_distances(x[span][:, i], y[span][:, j], cutoff)
        row, column = np.nonzero(apart < cutoff)
        near = apart[row, column]
        pairs = pair_by(row, column, near, len(i), len(j), cutoff, order)
        scores[k] = _per_object(pairs, max(len(i), len(j)), cutoff, order)
    return scores


def paths(values: ArrayLike, what: str) -> Floats:
    """Give paths as float64 (k, n, d), NaN where something does not exist.

    Raises:
        InputError: another shape, or infinite numbers.
    """
    found = np.asarray(values, dtype=np.float64)
    if found.ndim != 3:
        raise InputError(f"{what} must have shape (k, n, d), got {found.shape}")
    if np.isinf(found).any():
        raise InputError(f"{what} must be finite numbers, or NaN where there is nothing")
    return found


def exist(positions: Floats) -> Flags:
    """Tell what exists when: (k, n)."""
    return np.asarray(~np.isnan(positions).any(axis=2))


def _per_object(pairs: Pairs, size: int, cutoff: float, order: float) -> float:
    if size == 0:
        return 0.0
    # What has no partner costs the cutoff, as a pair at that distance would.
    unpaired = (size - len(pairs.distances)) * cutoff**order
    mean = (float(np.sum(pairs.distances**order)) + unpaired) / size
    return float(mean ** (1.0 / order))


def _mean_distances(x: Floats, y: Floats, cutoff: float) -> Floats:
    """Give each track's distance from each object over a window: (n, m).

    The mean over the moments at which either exists; c where only one does.
    """
    total = np.zeros((x.shape[1], y.shape[1]))
    moments = np.zeros_like(total)
    for one, other in zip(x, y, strict=True):
        distance = np.linalg.norm(one[:, None] - other[None], axis=2)
        here, there = ~np.isnan(one).any(axis=1), ~np.isnan(other).any(axis=1)
        both, either = here[:, None] & there, here[:, None] | there
        total += np.where(both, np.minimum(distance, cutoff), np.where(either, cutoff, 0.0))
        moments += either
    return total / np.maximum(moments, 1.0)
