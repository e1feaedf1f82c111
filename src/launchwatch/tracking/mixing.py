"""Leaves of one track, taken together: whether they say the same, and what they say as one."""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.errors import NotPositiveDefinite
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking.bank import Bank, combined
from launchwatch.tracking.registered import Registered, carried
from launchwatch.tracking.track import Leaf, existence

Floats = NDArray[np.float64]

ALIKE_LENGTH2 = 2.0
"""Squared Mahalanobis length, of six numbers, under which two leaves become one: a third of a
sigma in each. Their mixture is then a Gaussian for every purpose."""


def are_alike(one: Leaf, other: Leaf) -> bool:
    """Say whether two leaves could be exchanged: as good as one state, and the same scans used."""
    if _newest_scans(one) != _newest_scans(other):
        return False
    x, P = combined(one.bank)
    y, _ = combined(other.bank)
    offset = x - y
    # Less than a scan lies between them: a straight line will do.
    offset[:3] += x[3:] * ((other.time - one.time) / SECOND)
    try:
        return bool(offset @ np.linalg.solve(P, offset) < ALIKE_LENGTH2)
    except np.linalg.LinAlgError:
        return False


def mixture(leaves: list[Leaf], weights: list[float]) -> Leaf:
    """Give one leaf for several of one track, with moments as if any of them were true.

    Its plots are the heaviest's: the first.
    """
    time = max(leaf.time for leaf in leaves)
    track = mixed([(leaf.registered, leaf.time) for leaf in leaves], weights, time)
    pairs = list(zip(leaves, weights, strict=True))
    there = sum(weight * existence(leaf.score) for leaf, weight in pairs)
    gone = sum(weight * existence(-leaf.score) for leaf, weight in pairs)
    first = leaves[0]
    return first._replace(
        time=time,
        bank=track.bank,
        D=track.D,
        applied=track.applied,
        score=math.log(there / gone),
        is_shared=any(leaf.is_shared for leaf in leaves),
    )


def mixed(
    tracks: list[tuple[Registered, Instant]], weights: list[float], time: Instant
) -> Registered:
    """Give one bank at a time for several: in each model the moments of their mixture.

    One that cannot be brought to the time is left out; the first where none can.
    """
    ready: list[Registered] = []
    share = []
    for (track, epoch), weight in zip(tracks, weights, strict=True):
        try:
            ready.append(carried(track, (time - epoch) / SECOND) if time > epoch else track)
        except NotPositiveDefinite:
            continue
        share.append(weight)
    if len(ready) < 2:
        return ready[0] if ready else tracks[0][0]
    W = np.array(share)[:, None] * np.array([bank.w for bank, _, _ in ready])
    w = W.sum(axis=0)
    # A model that has no weight anywhere keeps the heaviest's moments.
    W = np.where(w > 0.0, W / np.where(w > 0.0, w, 1.0), np.eye(len(W))[:, :1])
    X = np.array([bank.X for bank, _, _ in ready])
    mean = np.einsum("lj,lja->ja", W, X)
    D = X - mean
    P = np.einsum("lj,ljab->jab", W, np.array([bank.P for bank, _, _ in ready]))
    P += np.einsum("lj,lja,ljb->jab", W, D, D)
    each = np.array(share) / np.sum(share)
    return Registered(
        Bank(mean, P, w / w.sum()),
        np.einsum("l,lak->ak", each, np.array([one.D for one in ready])),
        each @ np.array([one.applied for one in ready]),
    )


def _newest_scans(leaf: Leaf) -> dict[str, int]:
    return {sensor: event.scan for sensor, event in leaf.newest.items()}
