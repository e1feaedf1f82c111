"""A partner's word on a track: its state taken in without counting anything twice.

Theory of operation. A partner's state rests on all its plots, so its errors agree with those
of its last word; with ours, where a sensor or a message of ours feeds it; and with what we
made of its last word. How much, nobody tells us. So a word is never conditioned on as a plot
is: it is *intersected* (`launchwatch.estimation.fusion`), which is not too sure whatever the
two have in common, and of which it follows that

- the same word again adds nothing, nor does our own track come back round;
- a partner that knows better is followed, one that knows less changes nothing;
- our own plots, before and after, count in full: their errors are new.

Each intersection costs some of what our own plots told, so what a track would be without words
goes on beside it (`Leaf.own`), and each word is weighed against both: the narrower result
is taken, wherever the word lies.

One weight is found for the bank as a whole, biases' uncertainty included, and used in every
motion model. The models' own numbers (thrust, ballistic coefficient) follow position and
velocity by their correlation. Which model flies a word tells by its likelihood, in which the
partner's and our errors are taken as independent (the difference of two that agree is
smaller, so that models differ less than they might), to the power of the word's weight: what
adds nothing of the state tells nothing of models.

Ignored: that a word's errors may be those of our own sensors' biases. So no bias is learnt from
a track that a word has gone into (`Leaf.is_shared`), but from what it would be without.

Source: Julier and Uhlmann, 1997 (covariance intersection).
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.errors import NotPositiveDefinite
from launchwatch.estimation.fusion import own_share
from launchwatch.estimation.registration import BiasEstimate
from launchwatch.messages.partner import PartnerTrack
from launchwatch.messages.sensor import Partner
from launchwatch.tracking import _kernels_registration as _bank_kernels
from launchwatch.tracking.bank import Bank, combined
from launchwatch.tracking.registered import Registered, carried

Floats = NDArray[np.float64]

_UPPER6 = np.triu_indices(6)

SPREAD_ACCELERATION = 50.0
"""Metres a second squared: what a clock's error is worth in velocity, of a burning motor."""

LEAST_GAIN = 1e-3
"""Nats by which a word must narrow a track to be taken in: what comes back unchanged but for
rounding and the mixing of models would else be taken for half of the truth."""


class Word(NamedTuple):
    """What a partner says of one thing: state (6,) and covariance (6, 6), ECEF.

    Attributes:
        name: the partner and its track, as ``jp-c2/T17``.
    """

    name: str
    x: Floats
    P: Floats


def word_of(line: PartnerTrack, partner: Partner) -> Word:
    """Give a partner's track as a word, what it may be off as a whole in its covariance."""
    P = np.empty((6, 6))
    P[_UPPER6] = line.covariance_ecef
    P.T[_UPPER6] = line.covariance_ecef
    velocity = np.array(line.velocity_ecef_mps)
    P[:3, :3] += partner.bias_sigma_m**2 * np.eye(3)
    if partner.clock_sigma_s is not None:
        P[:3, :3] += partner.clock_sigma_s**2 * np.outer(velocity, velocity)
        P[3:, 3:] += (partner.clock_sigma_s * SPREAD_ACCELERATION) ** 2 * np.eye(3)
    return Word(
        name=f"{line.sensor}/{line.partner_track}",
        x=np.concatenate([line.position_ecef_m, velocity]),
        P=P,
    )


def is_echo(line: PartnerTrack, own: frozenset[str]) -> bool:
    """Say whether a partner's track rests on our own sensors alone: a fact come back round.

    Args:
        own: identifiers of our own sensors.
    """
    return bool(line.sensors) and own.issuperset(line.sensors)


class Heard(NamedTuple):
    """What a track becomes if a word is of the same thing.

    Attributes:
        length2: squared Mahalanobis length of their difference, errors taken as independent.
        log_likelihood: ln density of it.
        share: what the word weighed, 0..1.
        volume: ln of the determinant of the covariance afterwards, halved.
    """

    after: Registered
    length2: float
    log_likelihood: float
    share: float
    volume: float


def heard(track: Registered, word: Word, seconds: float, biases: BiasEstimate) -> Heard | None:
    """Carry a track to a word and intersect the two; None where the numbers failed.

    Args:
        seconds: from the track's epoch to the word's.
        biases: what is believed of our sensors'.
    """
    try:
        after = carried(track, seconds)
        x, P = told(after, biases)
        log_likelihood, length2 = _normal(word.x - x, P + word.P)
        volume = 0.5 * float(np.linalg.slogdet(P)[1])
        weight, gain = own_share(P, word.P)
        if gain < LEAST_GAIN:
            return Heard(after, length2, log_likelihood, 0.0, volume)
        fused = _intersected(after, word, biases, weight)
    except (NotPositiveDefinite, np.linalg.LinAlgError):
        return None
    if not (np.isfinite(fused.bank.X).all() and np.isfinite(fused.bank.P).all()):
        return None
    return Heard(fused, length2, log_likelihood, 1.0 - weight, volume - gain)


def told(track: Registered, biases: BiasEstimate) -> tuple[Floats, Floats]:
    """Match one Gaussian to a track, biases and their uncertainty included: (6,), (6, 6)."""
    moved = _corrected(track, biases)
    x, P = combined(moved.bank)
    return x, P + _spread(track.D, biases)


def _corrected(track: Registered, biases: BiasEstimate) -> Registered:
    """Give a track with the corrections that are now believed in."""
    if track.D.shape[1] == 0:
        return track
    X, applied = track.bank.X.copy(), track.applied.copy()
    _bank_kernels.shift(X, track.bank.w, track.D, biases.mean, applied)
    return Registered(Bank(X, track.bank.P, track.bank.w), track.D, applied)


def _spread(D: Floats, biases: BiasEstimate) -> Floats:
    if D.shape[1] == 0:
        return np.zeros((6, 6))
    spread = D @ biases.covariance @ D.T
    return np.asarray(0.5 * (spread + spread.T))


def _intersected(track: Registered, word: Word, biases: BiasEstimate, weight: float) -> Registered:
    (X, P, w), D, _ = _corrected(track, biases)
    S = _spread(D, biases)
    own, partner = P[:, :6, :6], np.linalg.inv(word.P)
    y = word.x - X[:, :6]
    A = np.linalg.inv(own + S)
    C = np.linalg.inv(weight * A + (1.0 - weight) * partner)
    # true - new = K·(true - old) + ..., and so do the sensitivities to our biases shrink.
    K = weight * C @ A
    moved = (1.0 - weight) * np.einsum("jab,jb->ja", C @ partner, y)
    shrunk = C - K @ S @ K.swapaxes(1, 2)
    shrunk = 0.5 * (shrunk + shrunk.swapaxes(1, 2))
    # Position and velocity are now known so; the model's own numbers follow them.
    T = np.linalg.solve(own, P[:, :6, 6:]).swapaxes(1, 2)
    X_new, P_new = X.copy(), P.copy()
    X_new[:, :6] += moved
    X_new[:, 6:] += np.einsum("jab,jb->ja", T, moved)
    P_new[:, :6, :6] = shrunk
    P_new[:, 6:, :6] = T @ shrunk
    P_new[:, :6, 6:] = P_new[:, 6:, :6].swapaxes(1, 2)
    P_new[:, 6:, 6:] += T @ (shrunk - own) @ T.swapaxes(1, 2)
    P_new = 0.5 * (P_new + P_new.swapaxes(1, 2))
    logs = np.array([_normal(y[j], own[j] + S + word.P)[0] for j in range(len(w))])
    logs = (1.0 - weight) * logs + np.log(np.maximum(w, 1e-300))
    likely = np.exp(logs - logs.max())
    likely /= likely.sum()
    D_new = np.einsum("j,jab->ab", likely, K) @ D
    applied = D_new @ biases.mean if D.shape[1] else np.zeros(6)
    return Registered(Bank(X_new, P_new, likely), D_new, applied)


def _normal(y: Floats, S: Floats) -> tuple[float, float]:
    """Give ln N(y; 0, S) and y's squared Mahalanobis length.

    Raises:
        NotPositiveDefinite: S is no covariance.
    """
    try:
        L = np.linalg.cholesky(S)
    except np.linalg.LinAlgError:
        raise NotPositiveDefinite("a difference of states must have a covariance") from None
    z = np.linalg.solve(L, y)
    length2 = float(z @ z)
    size = float(np.log(np.diag(L)).sum()) + 0.5 * len(y) * math.log(2.0 * math.pi)
    return -0.5 * length2 - size, length2
