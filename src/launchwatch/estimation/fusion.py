"""Fusion of estimates that know of each other: another's track states beside our own.

A partner's state rests on all its plots, so its errors agree with those of its last message,
and with ours where a sensor feeds both. Taken for a fresh plot each time it would be counted
again and again. Two ways that do not:

- `intersected` makes no assumption of what the two share, and is never too sure; it gives
  less than there is, most where they share nothing;
- `tracklet` takes out of a message what its last one already said, and leaves what plots
  have added since: independent of the past, so that it may be used like a plot, where nothing
  that fed the partner feeds us too.

Source: Julier and Uhlmann, 1997 (covariance intersection); Drummond, 1997 (tracklets).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.errors import NotPositiveDefinite

Floats = NDArray[np.float64]

_STEPS = 30
"""Of the bisection: the weight is found to 1e-9."""


class Information(NamedTuple):
    """What measurements say: a vector (n,) and a matrix (n, n), which may be singular.

    For a measurement z = Hx with noise R they are HᵀR⁻¹z and HᵀR⁻¹H.
    """

    vector: Floats
    matrix: Floats


def intersected(x: Floats, P: Floats, y: Floats, Q: Floats) -> tuple[Floats, Floats]:
    """Fuse two estimates (n,) of one state whose errors may agree in any way.

    P⁻¹ and Q⁻¹ are weighed by w and 1 - w, with the w that makes the result's determinant least.

    Returns:
        Mean (n,) and covariance (n, n), not too small whatever the two have in common.

    Raises:
        NotPositiveDefinite: P or Q is no covariance.
    """
    A, B = _inverse(P), _inverse(Q)
    weight, _ = own_share(P, Q)
    covariance = _inverse(weight * A + (1.0 - weight) * B)
    mean = covariance @ (weight * A @ x + (1.0 - weight) * B @ y)
    return np.asarray(mean, dtype=np.float64), covariance


class Share(NamedTuple):
    """The weight w of P⁻¹ in an intersection, and by how much (nats) P shrinks in it."""

    weight: float
    gain: float


def own_share(P: Floats, Q: Floats) -> Share:
    """Weigh two estimates for `intersected`: 1 where Q adds nothing, 0 where P does not.

    Raises:
        NotPositiveDefinite: P or Q is no covariance.
    """
    try:
        L = np.linalg.cholesky(P)
        half = np.linalg.solve(L, np.linalg.cholesky(Q))
    except np.linalg.LinAlgError:
        raise NotPositiveDefinite("an estimate to be fused must have a covariance") from None
    # What one unit of the own information is in the other's, direction by direction: the sum
    # of ln(w + (1 - w)·gain) is concave, and its slope falls through zero at most once.
    gains = 1.0 / np.maximum(np.linalg.svd(half, compute_uv=False) ** 2, 1e-300)
    drop = 1.0 - gains
    if float(drop.sum()) >= 0.0:
        return Share(1.0, 0.0)
    low, high = 0.0, 1.0
    for _ in range(_STEPS):
        weight = 0.5 * (low + high)
        if float((drop / (weight + (1.0 - weight) * gains)).sum()) > 0.0:
            low = weight
        else:
            high = weight
    # Where P adds nothing the bisection ends at 2⁻³¹, which is none.
    weight = 0.5 * (low + high) if low > 0.0 else 0.0
    return Share(weight, 0.5 * float(np.log(weight + (1.0 - weight) * gains).sum()))


def tracklet(x: Floats, P: Floats, expected: Floats, before: Floats) -> Information:
    """Give what a partner has learnt between two of its messages.

    Args:
        x, P: its state (n,) and covariance (n, n) now.
        expected, before: the same of its last message, carried to now as the partner
            would have done: with less process noise too little is left, with more too much.

    Directions in which the partner has become less sure, as it does where it puts in noise
    of its own, are left out: there the message says nothing that can be used.

    Raises:
        NotPositiveDefinite: P or before is no covariance.
    """
    now, past = _inverse(P), _inverse(before)
    # In coordinates in which the past's information is one, gains are told from losses.
    L = np.linalg.cholesky(past)
    inner = np.linalg.solve(L, np.linalg.solve(L, now - past).T).T
    values, vectors = np.linalg.eigh(0.5 * (inner + inner.T))
    kept = values > 0.0
    gain = vectors[:, kept] * values[kept] @ vectors[:, kept].T
    matrix = L @ gain @ L.T
    # The vector that the kept directions of the difference of the two states call for.
    shift = np.linalg.solve(L, now @ (x - expected))
    vector = L @ vectors[:, kept] @ (vectors[:, kept].T @ shift) + matrix @ expected
    return Information(np.asarray(vector, dtype=np.float64), 0.5 * (matrix + matrix.T))


def informed(x: Floats, P: Floats, news: Information) -> tuple[Floats, Floats]:
    """Condition an estimate on independent information, as on a plot.

    Raises:
        NotPositiveDefinite: P is no covariance.
    """
    prior = _inverse(P)
    covariance = _inverse(prior + news.matrix)
    return np.asarray(covariance @ (prior @ x + news.vector), dtype=np.float64), covariance


def _inverse(P: Floats) -> Floats:
    try:
        L = np.linalg.cholesky(P)
    except np.linalg.LinAlgError:
        raise NotPositiveDefinite("an estimate to be fused must have a covariance") from None
    half = np.linalg.inv(L)
    return np.asarray(half.T @ half, dtype=np.float64)
