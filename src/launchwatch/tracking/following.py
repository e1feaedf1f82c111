"""One body, one motion model, a row of plots: the tracker's own filter as a library.

The tracker runs five models side by side because it does not know what it sees. Whoever does
know (this burns, that re-enters) gets from here the filter that is matched, and how sure it is.
A prior may be a Gaussian sum: a re-entry whose ballistic coefficient is known to a factor only
is followed nearer to the bound by three filters than by one.

For bodies above the air `launchwatch.estimation.sequence` is twenty times faster.
"""

import math

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.errors import InputError, NotPositiveDefinite
from launchwatch.estimation._kernels import STATE, innovate, update
from launchwatch.estimation.gaussian import Gaussian, gaussian
from launchwatch.estimation.mixture import Mixture
from launchwatch.estimation.sequence import Filtered, checked_plots
from launchwatch.tracking._kernels import MODEL_COUNT, predict_one
from launchwatch.tracking.models import NOISE

Floats = NDArray[np.float64]

NEGLIGIBLE = 1e-9
"""A part of a sum that weighs less is not followed any further: it could move a mean by a
millionth of its distance."""


def followed(
    plots: ArrayLike,
    seconds: ArrayLike,
    prior: Gaussian | Mixture,
    model: int,
    noise: Floats = NOISE,
) -> Filtered:
    """Filter one body's plots with one motion model.

    Cubature prediction and iterated extended update, as in the tracker.

    Args:
        plots: (k, 22), as `launchwatch.estimation.measurement` describes, of any sensors;
            `launchwatch.estimation.sequence.radar_plots` makes them from bare numbers.
        seconds: (k,) from the prior's epoch, not decreasing.
        prior: of nine numbers, as `launchwatch.flight.motion` describes, or a sum of such:
            `launchwatch.estimation.mixture.split` makes one.
        model: a code, an index of `launchwatch.flight.motion.MODELS`.
        noise: (5, 4) spectral densities, as `launchwatch.tracking.models.NOISE`.

    Returns:
        Means (k, 9), covariances (k, 9, 9), and innovations, likelihoods and lengths (k, ...);
        innovation and length are those of the weightiest part.

    Raises:
        InputError: another shape, numbers that are not finite, times that run backwards, no
            such model.
        NotPositiveDefinite: a covariance was lost; the text says at which plot.
    """
    z, t = checked_plots(plots, seconds)
    weights, X, P = _parts_of(prior)
    if model not in range(MODEL_COUNT) or np.shape(noise) != (MODEL_COUNT, 4):
        raise InputError(
            f"model must be a code 0..{MODEL_COUNT - 1} and noise have shape "
            f"{(MODEL_COUNT, 4)}, got {model!r} and {np.shape(noise)}"
        )
    k, q = len(z), len(weights)
    innovations, lengths2, logs = np.full((k, 4), np.nan), np.empty(k), np.empty(k)
    shares, places, doubts = (
        np.empty((k, q)),
        np.empty((k, q, STATE)),
        np.empty((k, q, *P[0].shape)),
    )
    y, H, now = np.empty(4), np.empty((4, 6)), 0.0
    for scan in range(k):
        best, ahead = int(weights.argmax()), t[scan] - now
        fits = np.full(q, -math.inf)
        for part in np.flatnonzero(weights > NEGLIGIBLE):
            kept = predict_one(model, X[part], P[part], ahead, noise)
            if part == best:
                rows = innovate(z[scan], X[part], y, H)
                innovations[scan, :rows] = y[:rows]
            fits[part], length2 = update(z[scan], X[part], P[part], 4)
            if not kept or math.isnan(length2):
                raise NotPositiveDefinite(f"the covariance was lost at plot {scan} of {k}")
            if part == best:
                lengths2[scan] = length2
        top = fits.max()
        weights = weights * np.exp(fits - top)
        total = weights.sum()
        weights /= total
        now, logs[scan] = t[scan], top + math.log(total)
        shares[scan], places[scan], doubts[scan] = weights, X, P
    means = np.einsum("kq,kqi->ki", shares, places)
    apart = places - means[:, None]
    covariances = np.einsum("kq,kqij->kij", shares, doubts)
    covariances += (apart * shares[..., None]).swapaxes(1, 2) @ apart
    covariances = 0.5 * (covariances + covariances.swapaxes(1, 2))
    return Filtered(means, covariances, innovations, logs, lengths2)


def _parts_of(prior: Gaussian | Mixture) -> tuple[Floats, Floats, Floats]:
    """Give checked copies of a prior's weights, means and covariances."""
    if isinstance(prior, Gaussian):
        prior = Mixture(np.ones(1), prior.mean[None], prior.covariance[None])
    weights = np.array(prior.weights, dtype=np.float64)
    parts = [gaussian(*part) for part in zip(prior.means, prior.covariances, strict=True)]
    if len(parts) != len(weights) or not ((weights >= 0.0).all() and weights.sum() > 0.0):
        raise InputError(f"a sum of {len(parts)} parts needs as many weights, got {weights}")
    if any(len(part.mean) != STATE for part in parts):
        raise InputError(f"the prior must have {STATE} numbers, got {len(parts[0].mean)}")
    means = np.array([part.mean for part in parts])
    return weights / weights.sum(), means, np.array([part.covariance for part in parts])
