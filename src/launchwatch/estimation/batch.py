"""Batches: the likeliest flight through all of a coasting body's plots, and filters that refit.

A radar with a sharp range and a wide beam knows a body to lie on a thin piece of a shell.
A filter takes each plot once, with a Jacobian where it then believed the body to be; while
the shell is thicker bent than wide that belief is wrong, its error is never taken back, and
the filter grows sure of it. A fit over all plots takes every Jacobian anew.

`fitted` is that fit. `refitted` is a filter that fits all plots so far whenever they have
grown by a quarter, filters in between, and no longer refits once the shell is flat. What it
says while the shell is bent has the mean and the covariance of the bent shape, so that it is
honest in ECEF's straight coordinates.

Left out: drag and thrust, and noise on the way while plots are refitted (1e-4 m²/s³ moves a
body 6 m in 100 s; a beam that asks for refits is hundreds of metres wide by then).

Source: Bell, SIAM J. Optimization 4 (1994) 626 (the iterated Kalman smoother is Gauss-Newton);
the rest is measured in design/estimation.md.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.errors import InputError, NotConverged, NotPositiveDefinite
from launchwatch.estimation import _kernels_batch, _kernels_coast
from launchwatch.estimation.gaussian import Gaussian, gaussian
from launchwatch.estimation.sequence import Filtered, checked_plots
from launchwatch.estimation.shell import seen_whole

Floats = NDArray[np.float64]

MOST_STEPS = 100
"""Steps before a fit gives up: 4 are usual, 40 the most seen, from a prior of 100 km and 3 km/s."""

GROWTH = 1.25
"""Plots are refitted when they are a quarter more: a fit at every plot costs twenty times as
much and changes no figure, at each doubling ANEES after a minute is 1.6 instead of 1.1."""

FLAT = 0.2
"""Sigmas by which bending may shift the mean before refits end."""


class Fit(NamedTuple):
    """What a batch of plots says.

    Attributes:
        start: the belief about the state at the prior's epoch.
        last: the same at the last plot, ECEF metres and m/s.
        cost: squared lengths of all residuals and of the way from the prior to the fit: where
            all is right chi-square, with as many degrees as there are measured numbers.
        steps: how many it took, 0 where it did not settle.
    """

    start: Gaussian
    last: Gaussian
    cost: float
    steps: int


def fitted(
    plots: ArrayLike, seconds: ArrayLike, prior: Gaussian, guess: ArrayLike | None = None
) -> Fit:
    """Fit one coasting flight to all plots and a prior (maximum a posteriori).

    Args:
        plots: (k, 22), as `launchwatch.estimation.measurement` describes, of any sensors.
        seconds: (k,) from the prior's epoch, not decreasing.
        prior: of six numbers, position and velocity in ECEF (m, m/s).
        guess: (6,) where to begin; if not given, fits of ever more plots find it.

    Returns:
        A `Fit`; its covariances are the inverse of the information at the fit, which is what
        a doubt looks like from close by. `launchwatch.estimation.shell` sees it whole.

    Raises:
        InputError: another shape, numbers that are not finite, times that run backwards.
        NotConverged: it did not settle.
        NotPositiveDefinite: the information was lost.
    """
    z, t = checked_plots(plots, seconds)
    prior = _of_six(prior)
    start = np.array(prior.mean if guess is None else guess, dtype=np.float64)
    if start.shape != (6,) or not np.isfinite(start).all():
        raise InputError(f"a guess must be six finite numbers, got {guess!r}")
    information = _information_of(prior)
    if guess is None:
        # Few plots first: their cost has one valley, and the next begins on its floor.
        few = 1
        while few < len(z):
            start = _fit(z[:few], t[:few], prior, information, start).start.mean
            few *= 2
    found = _fit(z, t, prior, information, start)
    if found.steps == 0:
        raise NotConverged(f"a fit of {len(z)} plots did not settle in {MOST_STEPS} steps")
    return found


def refitted(
    plots: ArrayLike,
    seconds: ArrayLike,
    prior: Gaussian,
    noise: float = 0.0,
    growth: float = GROWTH,
) -> Filtered:
    """Filter a coasting body's plots, refitting all of them while the doubt is bent.

    Args:
        plots: (k, 22), as `launchwatch.estimation.measurement` describes, of any sensors.
        seconds: (k,) from the prior's epoch, not decreasing.
        prior: of six numbers, position and velocity in ECEF (m, m/s).
        noise: spectral density of white acceleration on each axis, m²/s³, while filtering.
        growth: by how much the plots must have grown for the next fit, above 1.

    Returns:
        As `launchwatch.estimation.sequence.filtered` does.

    Raises:
        InputError: another shape, numbers that are not finite, times that run backwards.
        NotPositiveDefinite: a covariance was lost.
    """
    z, t = checked_plots(plots, seconds)
    prior = _of_six(prior)
    if not (1.0 < growth < math.inf and 0.0 <= noise < math.inf):
        raise InputError(f"growth must be above 1 and noise not negative, got {growth} and {noise}")
    count = len(z)
    found = Filtered(
        np.empty((count, 6)), np.empty((count, 6, 6)), np.empty((count, 4)), np.empty(count),
        np.empty(count),
    )  # fmt: skip
    information = _information_of(prior)
    x, P = (one.copy() for one in prior)
    start, bent = prior.mean, slice(0)
    done, now, kept = 0, 0.0, True
    while done < count:
        upto = min(count, max(done + 1, math.ceil(growth * done))) if kept else count
        part = slice(done, upto)
        used = _kernels_coast.run(
            z[part], t[part] - now, x, P, float(noise), 4, *(one[part] for one in found)
        )
        if used < upto - done:
            raise NotPositiveDefinite(f"the covariance was lost at plot {done + used} of {count}")
        done, now = upto, t[upto - 1]
        if kept:
            fit = _fit(z[:done], t[:done], prior, information, start)
            start = fit.start.mean
            if fit.steps > 0:  # else the filter's own word stands until the next fit
                x, P = fit.last
                found.means[done - 1], found.covariances[done - 1] = x, P
                kept = bend_of(z[done - 1, 2:5], fit.last) > FLAT
            bent = slice(done)
    whole = seen_whole(z[bent, 2:5], found.means[bent], found.covariances[bent])
    found.means[bent], found.covariances[bent] = whole
    return found


def bend_of(sensor: ArrayLike, belief: Gaussian) -> float:
    """Give by how many of its sigmas a belief's mean shifts when it is seen whole.

    To second order in the angle: what is seen `across` under an angle of σ lies σ²/2 of the
    distance nearer along the line, and its speed along the line is off by what turning with it
    makes. `launchwatch.estimation.shell` does the same with cubature points, at ten times the cost.
    """
    x, P = belief
    line = x[:3] - np.asarray(sensor, dtype=np.float64)
    distance = np.linalg.norm(line)
    line /= distance
    across = np.eye(3) - np.outer(line, line)
    shift = np.concatenate(
        [0.5 * (across * P[:3, :3]).sum() * line, (across * P[:3, 3:]).sum() * line]
    )
    return float(np.sqrt(shift @ np.linalg.solve(P, shift)) / distance)


def _fit(z: Floats, t: Floats, prior: Gaussian, information: Floats, guess: Floats) -> Fit:
    start, x = guess.copy(), np.empty(6)
    start_covariance, P = np.empty((6, 6)), np.empty((6, 6))
    cost, steps = _kernels_batch.fit(
        z, t, prior.mean, information, MOST_STEPS, start, start_covariance, x, P
    )
    if math.isnan(cost):
        raise NotPositiveDefinite(f"the information of {len(z)} plots was lost")
    return Fit(Gaussian(start, start_covariance), Gaussian(x, P), cost, steps)


def _information_of(prior: Gaussian) -> Floats:
    inverse: Floats = np.linalg.inv(prior.covariance).astype(np.float64)
    return inverse


def _of_six(prior: Gaussian) -> Gaussian:
    checked = gaussian(*prior)
    if len(checked.mean) != _kernels_coast.STATE:
        raise InputError(f"the prior must have six numbers, got {len(checked.mean)}")
    return checked
