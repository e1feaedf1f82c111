"""GOSPA: one number for how far a picture is from the truth, and what it is made of.

The generalised optimal sub-pattern assignment metric with α = 2 pairs estimates with
objects and charges each pair its distance to the power p, each object without an estimate
and each estimate without an object half of c^p:

    GOSPA = (Σ d^p + (missed + false)·c^p/2)^(1/p)

Unlike OSPA it is not divided by the number of objects: two objects lost are worse than one.

Source: Rahmathullah, García-Fernández and Svensson, "Generalized optimal sub-pattern
assignment metric", FUSION 2017, definition 1 and proposition 1.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.scoring.pairing import Pairs, pair, points

Floats = NDArray[np.float64]


class Gospa(NamedTuple):
    """GOSPA of one moment; its parts add up: total^p = localisation + missed + false.

    Attributes:
        total: the metric, in the unit of the positions.
        localisation: sum over pairs of distance^p.
        missed: objects without an estimate, times c^p/2.
        false: estimates without an object, times c^p/2.
        pairs: which estimate was taken for which object.
    """

    total: float
    localisation: float
    missed: float
    false: float
    pairs: Pairs


class GospaSeries(NamedTuple):
    """GOSPA of many moments, one entry each; parts as in `Gospa`.

    Attributes:
        total: (k,) in the unit of the positions.
        localisation: (k,) to the power p, as ``missed`` and ``false``.
        missed_count: (k,) objects without an estimate.
        false_count: (k,) estimates without an object.
        pairs: of each moment.
    """

    total: Floats
    localisation: Floats
    missed: Floats
    false: Floats
    missed_count: NDArray[np.int64]
    false_count: NDArray[np.int64]
    pairs: tuple[Pairs, ...]


def gospa(estimates: ArrayLike, truths: ArrayLike, cutoff: float, order: float = 2.0) -> Gospa:
    """Give GOSPA (α = 2) between estimates and true objects.

    >>> score = gospa([[3.0, 4.0], [90.0, 0.0]], [[0.0, 0.0]], cutoff=10.0)
    >>> score.localisation, score.missed, score.false
    (25.0, 0.0, 50.0)
    >>> f"{score.total:.3f}"
    '8.660'

    Args:
        estimates: (n, d); n may be 0.
        truths: (m, d); m may be 0.
        cutoff: c, the distance at which a pair costs as much as a miss with a false one.
        order: p.

    Raises:
        InputError: shapes that do not belong together, numbers that are not finite, a
            cutoff not above 0, an order below 1.
    """
    pairs = pair(estimates, truths, cutoff, order)
    half = 0.5 * cutoff**order
    localisation = float(np.sum(pairs.distances**order))
    missed = half * (len(points(truths, "truths")) - len(pairs.truths))
    false = half * (len(points(estimates, "estimates")) - len(pairs.estimates))
    total = (localisation + missed + false) ** (1.0 / order)
    return Gospa(total, localisation, missed, false, pairs)


def gospa_over_time(
    moments: Iterable[tuple[ArrayLike, ArrayLike]], cutoff: float, order: float = 2.0
) -> GospaSeries:
    """Give GOSPA for each moment's estimates and truths.

    >>> series = gospa_over_time([([[0.0]], [[0.0]]), ([], [[0.0]])], cutoff=2.0)
    >>> series.missed_count
    array([0, 1])

    Args:
        moments: pairs of estimates (n, d) and truths (m, d); n and m may change.
        cutoff: c.
        order: p.

    Raises:
        InputError: as for `gospa`.
    """
    scores = [gospa(estimates, truths, cutoff, order) for estimates, truths in moments]
    parts = np.array([one[:4] for one in scores], dtype=np.float64).reshape(-1, 4)
    total, localisation, missed, false = np.ascontiguousarray(parts.T)
    half = 0.5 * cutoff**order
    missed_count, false_count = (np.rint(part / half).astype(np.int64) for part in (missed, false))
    pairs = tuple(one.pairs for one in scores)
    return GospaSeries(total, localisation, missed, false, missed_count, false_count, pairs)
