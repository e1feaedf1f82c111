"""A many-object filter for linear motion and plots: how `hypotheses` and one's own filter meet.

The Poisson multi-Bernoulli mixture filter for objects that move by x = F·x + noise(Q) and
make plots z = H·x + noise(R) among uniform clutter. It serves benchmarks, and as a pattern:
another motion replaces `predict` and the Kalman lines of `update`, nothing else.

Source: García-Fernández, Williams, Granström and Svensson, IEEE Trans. Aerospace and Electronic
Systems 54 (2018) 1883, section V (the Gaussian filter and its first estimator); Williams, same
journal 51 (2015) 1664, section IV (one Bernoulli a track by matching moments).
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
    local_weights,
    merged,
    nothing,
    propagate,
    survived,
)

Floats = NDArray[np.float64]
Way = Literal["mixture", "merged", "propagated"]


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

    Ways: the mixture as it is; each track merged into one Gaussian afterwards (a PMB), with
    probabilities from the hypotheses; or merged with those of belief propagation instead.
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
    if way != "mixture":
        mixture, x_after, P_after = _moments_matched(mixture, x_after, P_after)
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


def _moments_matched(mixture: Mixture, x: Floats, P: Floats) -> tuple[Mixture, Floats, Floats]:
    """Make one Gaussian of each track's locals."""
    if len(x) == 0:
        return mixture, x, P
    weights = local_weights(mixture)
    starts = mixture.track_locals[:-1]
    track = np.repeat(np.arange(len(starts)), np.diff(mixture.track_locals))
    after = merged(mixture, weights)
    share = weights * mixture.existence / after.existence[track]
    mean = np.add.reduceat(share[:, None] * x, starts)
    spread = x - mean[track]
    each = share[:, None, None] * (P + spread[:, :, None] * spread[:, None, :])
    return after, mean, np.add.reduceat(each, starts)
