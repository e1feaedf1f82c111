"""What a raid's tracker knows after a scan, as arrays, and the tracks that it would tell.

A state is never changed: a scan makes a new one, so that a caller may keep, compare, and
go on from any of them.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.timescale import Instant
from launchwatch.tracking.hypotheses import Mixture, nothing

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]


class RaidState(NamedTuple):
    """All that is known after a scan.

    Attributes:
        time: of the scan; 0 before the first.
        numbered: how many tracks have been reported so far.
        number: (n,) each track's number, 0 until it is first reported.
        first, last: (n,) its first and latest detection, ns TAI.
        plots: (n,) how many plots it has used.
        existence: (n,) the probability that there is such an object.
        mean, covariance: (n, 6), (n, 6, 6) over all its hypotheses: ECEF, m and m/s.
        told: (n,) whether it is reported.
        x, P: of each local hypothesis, (k, 6) and (k, 6, 6).
        mixture: which of them belong together, and how likely they are.
    """

    time: Instant
    numbered: int
    number: Integers
    first: Integers
    last: Integers
    plots: Integers
    existence: Floats
    mean: Floats
    covariance: Floats
    told: NDArray[np.bool_]
    x: Floats
    P: Floats
    mixture: Mixture


class RaidTrack(NamedTuple):
    """One track, as it is told.

    Attributes:
        number: its own for good, from 1.
        time: of mean and covariance.
        existence: the probability that there is such an object.
        status: ``confirmed``, or ``coasting`` where the latest scan did not see it.
        mean: (6,) position and velocity, ECEF, m and m/s.
        covariance: (6, 6).
        plots: how many it has used.
        first, last: when the first and the latest of them were measured.
    """

    number: int
    time: Instant
    existence: float
    status: str
    mean: Floats
    covariance: Floats
    plots: int
    first: Instant
    last: Instant


def _empty() -> RaidState:
    none, noughts = np.zeros(0, dtype=np.int64), np.zeros(0)
    means, covariances = np.zeros((0, 6)), np.zeros((0, 6, 6))
    return RaidState(
        time=Instant(0), numbered=0, number=none, first=none, last=none, plots=none,
        existence=noughts, mean=means, covariance=covariances, told=np.zeros(0, dtype=np.bool_),
        x=means, P=covariances, mixture=nothing(),
    )  # fmt: skip


EMPTY = _empty()
"""The state before the first scan: nothing is known."""

REPORT = 0.25
"""Existence below which a track is not told though its cluster should hold an object more."""


def tracks_of(state: RaidState) -> tuple[RaidTrack, ...]:
    """Give the tracks that are told, by number: of each cluster as many as it should hold objects.

    One alone is told where it more likely exists than not. That costs least in GOSPA, where a
    track told wrongly costs as much as an object not told.
    """
    rows = np.flatnonzero(state.told)
    rows = rows[np.argsort(state.number[rows])]
    time = state.time
    return tuple(
        RaidTrack(
            number, time, existence, "confirmed" if last == time else "coasting",
            mean, covariance, plots, first, last,
        )
        for number, existence, mean, covariance, plots, first, last in zip(
            state.number[rows].tolist(), state.existence[rows].tolist(), state.mean[rows],
            state.covariance[rows], state.plots[rows].tolist(), state.first[rows].tolist(),
            state.last[rows].tolist(), strict=True,
        )
    )  # fmt: skip
