"""A many-object filter for linear motion and plots: how `hypotheses` and one's own filter meet.

The Poisson multi-Bernoulli mixture filter for objects that move by x = F·x + noise(Q) and
make plots z = H·x + noise(R) among uniform clutter. It serves benchmarks, and as a pattern:
another motion replaces `predict` and the Kalman lines of `update`, nothing else.

Source: García-Fernández, Williams, Granström and Svensson, IEEE Trans. Aerospace and Electronic
Systems 54 (2018) 1883 (the Gaussian filter, its first estimator); Williams, same journal 51
(2015) 1664 (one Bernoulli a track by matching moments).
"""

from typing import Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.tracking.hypotheses import (
    Limits,
    Mixture,
    Scan,
    advance,
    best_locals,
    joined,
    local_weights,
    merged,
    nothing,
    propagate,
    survived,
)

Floats = NDArray[np.float64]
Way = Literal["mixture", "joined", "merged", "propagated"]

ALIKE = 0.1, 0.1
"""Squared Mahalanobis length between means, and difference of existence, below which two locals of
a track become one. Between lengths of 0.1 and 2 the crossing's GOSPA is the same
(design/association.md); the smallest is kept, a third of a sigma."""


class Unseen(NamedTuple):
    """Objects never detected: a Poisson intensity of J Gaussians.

    Attributes:
        weight: (J,) objects expected in each.
        x: (J, n) means.
        P: (J, n, n) covariances.
    """

    weight: Floats
    x: Floats
    P: Floats


class Model(NamedTuple):
    """How objects move, are seen, appear and disappear.

    Attributes:
        F, Q: (n, n) transition and its noise.
        H, R: (m, n) and (m, m) measurement and its noise.
        survival, detection: probabilities.
        clutter: false plots a scan and unit of the plots' space.
        born: what appears between two scans.
        gate: squared Mahalanobis length within which a plot may belong to a local.
    """

    F: Floats
    Q: Floats
    H: Floats
    R: Floats
    survival: float
    detection: float
    clutter: float
    born: Unseen
    gate: float


class Belief(NamedTuple):
    """All that is believed at one moment: the mixture, each local's Gaussian, the unseen.

    Attributes:
        x: (L, n) means of the mixture's locals.
        P: (L, n, n) their covariances.
    """

    mixture: Mixture
    x: Floats
    P: Floats
    unseen: Unseen


def unbegun(unseen: Unseen) -> Belief:
    """Give the belief before any scan, from what may be there."""
    n = unseen.x.shape[1]
    return Belief(nothing(), np.empty((0, n)), np.empty((0, n, n)), unseen)


def predict(belief: Belief, model: Model) -> Belief:
    """Carry everything to the next scan: x = F·x, P = F·P·Fᵀ + Q; add what is born."""
    F, Q, born = model.F, model.Q, model.born
    old = belief.unseen
    unseen = Unseen(
        np.concatenate([model.survival * old.weight, born.weight]),
        np.concatenate([old.x @ F.T, born.x]),
        np.concatenate([F @ old.P @ F.T + Q, born.P]),
    )
    mixture = survived(belief.mixture, model.survival)
    return Belief(mixture, belief.x @ F.T, F @ belief.P @ F.T + Q, unseen)


def update(
    belief: Belief, model: Model, plots: Floats, limits: Limits, way: Way = "mixture"
) -> Belief:
    """Take one scan's plots (M, m) in.

    Ways: the mixture as it is; with locals joined that hardly differ; each track merged into
    one Gaussian afterwards (a PMB), with probabilities from the hypotheses; or merged with
    those of belief propagation instead.
    """
    mixture, x, P, unseen = belief
    detection = model.detection
    y, length2, log_density, K, posterior = _compare(x, P, model, plots)
    pair_local, pair_plot = np.nonzero(length2 < model.gate)
    r = mixture.existence

    # A plot of something new comes from any Gaussian of the unseen: one by matching moments.
    yu, length2u, log_densityu, Ku, posterioru = _compare(unseen.x, unseen.P, model, plots)
    share = detection * unseen.weight[:, None] * np.exp(log_densityu) * (length2u < model.gate)
    intensity = share.sum(axis=0)
    share = share / np.where(intensity > 0.0, intensity, 1.0)
    first = unseen.x[:, None] + np.einsum("jnm,jkm->jkn", Ku, yu)
    xb = np.einsum("jk,jkn->kn", share, first)
    spread = first - xb
    Pb = np.einsum("jk,jab->kab", share, posterioru)
    Pb += np.einsum("jk,jka,jkb->kab", share, spread, spread)

    scan = Scan(
        log_miss=np.log1p(-r * detection),
        pair_local=pair_local,
        pair_plot=pair_plot,
        pair_log_likelihood=np.log(r * detection)[pair_local] + log_density[pair_local, pair_plot],
        log_new=np.log(model.clutter + intensity),
        new_existence=intensity / (model.clutter + intensity),
    )
    take = propagate if way == "propagated" else advance
    mixture, parent, plot = take(mixture, scan, limits)

    born, seen = parent < 0, (parent >= 0) & (plot >= 0)
    x_after, P_after = x[parent] if len(x) else xb[plot], P[parent] if len(P) else Pb[plot]
    x_after[seen] += np.einsum("lnm,lm->ln", K[parent[seen]], y[parent[seen], plot[seen]])
    P_after[seen] = posterior[parent[seen]]
    x_after[born], P_after[born] = xb[plot[born]], Pb[plot[born]]
    if way != "mixture" and len(x_after):
        weights = local_weights(mixture)
        into = _alike(mixture, weights, x_after, P_after) if way == "joined" else None
        mixture, x_after, P_after = _moments_matched(mixture, weights, x_after, P_after, into)
    missed = (1.0 - detection) * unseen.weight
    kept = missed >= limits.existence
    return Belief(mixture, x_after, P_after, Unseen(missed[kept], unseen.x[kept], unseen.P[kept]))


def estimates(belief: Belief, least_existence: float = 0.4) -> tuple[NDArray[np.int64], Floats]:
    """Give labels and means of what probably exists by the best global hypothesis."""
    mixture = belief.mixture
    best = best_locals(mixture)
    best = best[mixture.existence[best] > least_existence]
    track = np.searchsorted(mixture.track_locals, best, side="right") - 1
    return mixture.labels[track], belief.x[best]


def _compare(
    x: Floats, P: Floats, model: Model, plots: Floats
) -> tuple[Floats, Floats, Floats, Floats, Floats]:
    """Give innovations, their squared lengths and ln densities, gains and posterior covariances."""
    H, R = model.H, model.R
    y = plots[None] - (x @ H.T)[:, None]
    PHt = P @ H.T
    S = H @ PHt + R
    inverse = np.linalg.inv(S)
    length2 = np.einsum("lka,lab,lkb->lk", y, inverse, y)
    log_norm = -0.5 * np.log(np.linalg.det(2.0 * np.pi * S))
    K = PHt @ inverse
    left = np.eye(x.shape[1]) - K @ H
    posterior = left @ P @ left.transpose(0, 2, 1) + K @ R @ K.transpose(0, 2, 1)
    return y, length2, log_norm[:, None] - 0.5 * length2, K, posterior


def _alike(mixture: Mixture, weights: Floats, x: Floats, P: Floats) -> NDArray[np.int64]:
    """Give for each local the likelier one of its track that it hardly differs from, or itself."""
    length2, difference = ALIKE
    into = np.arange(len(x))
    starts = mixture.track_locals
    for t in np.flatnonzero(np.diff(starts) > 1):
        left = starts[t] + np.argsort(-weights[starts[t] : starts[t + 1]], kind="stable")
        while len(left):
            best = left[0]
            away = x[left] - x[best]
            near = np.einsum("la,la->l", away @ np.linalg.inv(P[best]), away) < length2
            near &= np.abs(mixture.existence[left] - mixture.existence[best]) < difference
            near[0] = True
            into[left[near]] = best
            left = left[~near]
    return into


def _moments_matched(
    mixture: Mixture, weights: Floats, x: Floats, P: Floats, into: NDArray[np.int64] | None
) -> tuple[Mixture, Floats, Floats]:
    """Make one Gaussian of each group of locals, or of each track where no groups are given."""
    locals_ = mixture.track_locals
    group = np.repeat(locals_[:-1], np.diff(locals_)) if into is None else into
    share = weights * mixture.existence
    total = np.zeros(len(x))
    np.add.at(total, group, share)
    share = share / np.where(total > 0.0, total, 1.0)[group]
    mean, covariance = np.zeros_like(x), np.zeros_like(P)
    np.add.at(mean, group, share[:, None] * x)
    away = x - mean[group]
    spread = P + away[:, :, None] * away[:, None, :]
    np.add.at(covariance, group, share[:, None, None] * spread)
    if into is None:
        after, kept = merged(mixture, weights), locals_[:-1]
    else:
        after, kept = joined(mixture, into)
    return after, mean[kept], covariance[kept]
