"""SIAP measures: is everything tracked, once, where it is, under one number?

The measures of the single integrated air picture, over all moments of a watch:

================ =============================================================== =======
completeness     objects that have a track / objects                             best 1
ambiguity        tracks that have an object / objects that have a track          best 1
spuriousness     tracks that have no object / tracks                             best 0
position error   mean distance of tracks from their objects                      best 0
velocity error   the same of velocities                                          best 0
number changes   track numbers an object needed beyond one, per second tracked   best 0
longest segment  longest stretch under one number / life of the object           best 1
================ =============================================================== =======

Which object a track belongs to is not theirs to say: `belonging` takes the nearest within a
gate; another rule may be used as well.

Source: Votruba and others, "Single Integrated Air Picture (SIAP) Metrics Implementation",
2001, as Stone Soup's documentation gives its formulas.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.spatial import cKDTree

from launchwatch.errors import InputError
from launchwatch.scoring.ospa import exist, paths

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]

NOBODY = -1


class Siap(NamedTuple):
    """The measures, as this module's table says; errors are NaN where no track has an object.

    Attributes:
        velocity_error: NaN also where no velocities were given.
    """

    completeness: float
    ambiguity: float
    spuriousness: float
    position_error: float
    velocity_error: float
    number_changes_per_second: float
    longest_segment: float


def belonging(tracks: ArrayLike, truths: ArrayLike, gate: float) -> Indices:
    """Say to which object each track belongs at each moment: the nearest within a gate.

    >>> belonging([[[0.1], [0.2], [9.0]]], [[[0.0], [5.0]]], gate=1.0)
    array([[ 0,  0, -1]])

    Args:
        tracks: (k, n, d) positions at each of k moments; NaN where a track does not exist.
        truths: (k, m, d) the same of the objects.
        gate: greatest distance.

    Returns:
        (k, n) an object's index, or -1. Several tracks may belong to one object.

    Raises:
        InputError: shapes that do not belong together, or a gate not above 0.
    """
    x, y = paths(tracks, "tracks"), paths(truths, "truths")
    if len(x) != len(y) or not gate > 0.0:
        raise InputError(
            "tracks and truths need as many moments as one another and a gate above 0, "
            f"got {len(x)}, {len(y)} and {gate!r}"
        )
    owner = np.full(x.shape[:2], NOBODY)
    here, there = exist(x), exist(y)
    for k in range(len(x)):
        i, j = np.flatnonzero(here[k]), np.flatnonzero(there[k])
        if len(i) and len(j):
            distance, nearest = cKDTree(y[k, j]).query(x[k, i])
            within = distance <= gate
            owner[k, i[within]] = j[np.asarray(nearest)[within]]
    return owner


def siap(
    seconds: ArrayLike,
    tracks: ArrayLike,
    truths: ArrayLike,
    owner: ArrayLike,
    track_velocities: ArrayLike | None = None,
    true_velocities: ArrayLike | None = None,
) -> Siap:
    """Give the measures over all moments.

    Args:
        seconds: (k,) ascending moments.
        tracks: (k, n, d) positions; NaN where a track does not exist.
        truths: (k, m, d) the same of the objects.
        owner: (k, n) the object to which each track belongs, or -1, as `belonging` gives it.
        track_velocities: (k, n, d), or None.
        true_velocities: (k, m, d), or None.

    Raises:
        InputError: shapes that do not belong together.
    """
    times = np.asarray(seconds, dtype=np.float64)
    x, y = paths(tracks, "tracks"), paths(truths, "truths")
    whose = np.asarray(owner, dtype=np.int64)
    if not (times.shape == (len(x),) == (len(y),) and whose.shape == x.shape[:2]):
        raise InputError(
            "moments (k,), tracks (k, n, d), truths (k, m, d) and owners (k, n) belong "
            f"together, got {times.shape}, {x.shape}, {y.shape} and {whose.shape}"
        )
    if whose.size and not (whose.min() >= -1 and whose.max() < y.shape[1]):
        raise InputError(f"owners must lie within -1..{y.shape[1] - 1}")
    here, there = exist(x), exist(y)
    k, i = np.nonzero((whose != NOBODY) & here)
    j = whose[k, i]
    tracked = np.zeros_like(there)
    tracked[k, j] = True
    needed, held, longest = _continuity(times, whose, tracked, here)
    lives = _lives(times, there)
    return Siap(
        _share(tracked.sum(), there.sum()),
        _share(len(k), tracked.sum()),
        _share(here.sum() - len(k), here.sum()),
        _error(x, y, k, i, j),
        _error(track_velocities, true_velocities, k, i, j),
        _share(np.maximum(needed - 1, 0).sum(), held.sum()),
        _share(longest.sum(), lives.sum()),
    )


def _share(part: float, whole: float) -> float:
    return float(part / whole) if whole else float("nan")


def _error(x: ArrayLike | None, y: ArrayLike | None, k: Indices, i: Indices, j: Indices) -> float:
    if x is None or y is None or not len(k):
        return float("nan")
    apart = np.asarray(x, dtype=np.float64)[k, i] - np.asarray(y, dtype=np.float64)[k, j]
    return float(np.linalg.norm(apart, axis=1).mean())


def _lives(times: Floats, there: Flags) -> Floats:
    """Give how long each object exists, first moment to last: (m,)."""
    if not len(times):
        return np.zeros(there.shape[1])
    first, last = there.argmax(axis=0), len(there) - 1 - there[::-1].argmax(axis=0)
    return np.where(there.any(axis=0), times[last] - times[first], 0.0)


def _continuity(
    times: Floats, whose: Indices, tracked: Flags, here: Flags
) -> tuple[Indices, Floats, Floats]:
    """Give for each object: fewest numbers needed, seconds tracked, longest stretch of one."""
    objects = tracked.shape[1]
    needed = np.zeros(objects, dtype=np.int64)
    held, longest = np.zeros(objects), np.zeros(objects)
    for j in range(objects):
        moments = np.flatnonzero(tracked[:, j])
        if not len(moments):
            continue
        stretches = _stretches((whose == j) & here)
        longest[j] = max(times[end] - times[begin] for begin, end in stretches)
        held[j] = _covered(times, stretches)
        # Always go on with whoever holds longest: no choice needs fewer.
        until = -1
        for moment in moments:
            if moment > until:
                until = max(end for begin, end in stretches if begin <= moment <= end)
                needed[j] += 1
    return needed, held, longest


def _stretches(belongs: Flags) -> list[tuple[int, int]]:
    """Give first and last moment of every unbroken stretch of every track (k, n)."""
    edges = np.diff(np.pad(belongs, ((1, 1), (0, 0))).astype(np.int8), axis=0)
    begins, ends = np.nonzero(edges.T == 1)[1], np.nonzero(edges.T == -1)[1] - 1
    return list(zip(begins.tolist(), ends.tolist(), strict=True))


def _covered(times: Floats, stretches: list[tuple[int, int]]) -> float:
    """Give the seconds within at least one stretch."""
    total, until = 0.0, -np.inf
    for begin, end in sorted(stretches):
        start = max(times[begin], until)
        if times[end] > start:
            total += times[end] - start
            until = times[end]
    return total
