"""A self-exciting model of launch days, with and without what they are said to answer.

Theory of operation. Day d has a launch with probability 1 - exp(-λ_d), where

    λ_d = b_y(d) · exp(θ · x_d) + α S_d,    S_d = ρ S_{d-1} + (1 - ρ) N_{d-1}

b_y is the year's own rate, x_d the indicators of context (in the fortnight after a summit, ...),
N_d whether day d had a launch. α is how many launch days follow one on average, 1/(1 - ρ) their
mean delay in days: the Hawkes process in days. Everything is fitted by maximum likelihood with
its gradient written out; θ is judged by the likelihood ratio, against fits to data drawn from
the model without context (parametric bootstrap), since the textbook's χ² is only near.

Whether the model holds is asked by time rescaling: the Λ between launch days must be
exponential.

Source: Hawkes, "Spectra of some self-exciting and mutually exciting point processes",
Biometrika 58, 1971; Haslinger, Pipa and Brown, "Discrete time rescaling theorem", Neural
Computation 22, 2010.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.signal import lfilter
from scipy.stats import kstest

from launchwatch.errors import NotConverged
from launchwatch.record.patternscontext import Days

Array = NDArray[np.float64]

LONGEST_MEMORY = 0.98
"""Largest ρ: a mean delay of fifty days. Longer memories are what the years' own rates hold."""

_LEAST_LOG_RATE = -14.0
"""Logarithm of a rate that is nothing: one launch day in three thousand years."""


class Excitation(NamedTuple):
    """A fitted model.

    Attributes:
        rates: (k,) b, launches a day that nothing called forth, period by period.
        effects: (m,) θ, logarithm of the factor in each context.
        followers: α, launch days that follow from one.
        memory: ρ; the mean delay is 1 / (1 - ρ) days.
        log_likelihood: at the fit.
    """

    rates: Array
    effects: Array
    followers: float
    memory: float
    log_likelihood: float


def fit(
    launched: Days,
    period: NDArray[np.int_],
    context: NDArray[np.bool_],
    near: Excitation | None = None,
) -> Excitation:
    """Fit the model by maximum likelihood.

    Args:
        launched: (n,) days with a launch.
        period: (n,) number of the period (the year) that each day lies in, from 0.
        context: (m, n) where each context holds; m may be 0.
        near: a model to search from, of as many or fewer contexts.

    Raises:
        NotConverged: the search did not settle.
    """
    periods, effects = int(period.max()) + 1, len(context)
    days, inside = launched.astype(float), context.astype(float)
    mean = np.bincount(period, days) / np.bincount(period)
    start = np.concatenate([np.log(0.6 * np.maximum(mean, 1e-4)), np.zeros(effects), [0.3, 0.8]])
    if near is not None:
        start[:periods] = np.log(near.rates)
        start[periods : periods + len(near.effects)] = near.effects
        start[-2:] = near.followers, near.memory
    bounds = [(_LEAST_LOG_RATE, 0.0)] * periods + [(-4.0, 4.0)] * effects
    bounds += [(0.0, 0.99), (0.0, LONGEST_MEMORY)]
    # Not L-BFGS-B: its linear algebra is threaded, and took nine parts of ten on a busy machine.
    # Both end at the same likelihood to 1e-5.
    done = minimize(
        _loss, start, (days, period, inside), jac=True, method="TNC", bounds=bounds,
        options={"maxfun": 400, "ftol": 1e-7, "xtol": 1e-5},
    )  # fmt: skip
    if not np.isfinite(done.fun):
        raise NotConverged("the self-exciting model has no finite likelihood")
    rates, theta, (followers, memory) = np.split(done.x, [periods, periods + effects])
    return Excitation(np.exp(rates), theta, float(followers), float(memory), -float(done.fun))


def intensity(
    model: Excitation, launched: Days, period: NDArray[np.int_], context: NDArray[np.bool_]
) -> Array:
    """Give λ (n,) of every day."""
    base = model.rates[period] * np.exp(_combined(model.effects, context.astype(float)))
    return np.asarray(base + model.followers * _recent(launched.astype(float), model.memory))


def _loss(
    parameters: Array, days: Array, period: NDArray[np.int_], inside: Array
) -> tuple[float, Array]:
    """Give minus the log likelihood and its gradient; rates as logarithms."""
    periods = len(parameters) - len(inside) - 2
    rates, theta, (followers, memory) = np.split(parameters, [periods, len(parameters) - 2])
    base = np.exp(rates[period] + _combined(theta, inside))
    recent = _recent(days, memory)
    total = base + followers * recent
    none = np.exp(-total)
    value = np.where(days > 0.0, np.log1p(-none), -total).sum()
    slope = days * none / (1.0 - none) - (1.0 - days)
    gradient = np.concatenate([
        np.bincount(period, slope * base, periods),
        (inside * (slope * base)).sum(axis=1),
        [(slope * recent).sum(), followers * (slope * _recent_slope(days, recent, memory)).sum()],
    ])  # fmt: skip
    return -float(value), -gradient


def _combined(effects: Array, inside: Array) -> Array:
    # Not by BLAS, whose threads cost a busy machine ten times what so short a sum takes.
    return np.asarray((effects[:, None] * inside).sum(axis=0))


def _recent(days: Array, memory: float) -> Array:
    """Give S (n,): what is left of earlier launch days, each beginning at 1 - ρ."""
    before = np.concatenate([[0.0], days[:-1]])
    return np.asarray(lfilter([1.0 - memory], [1.0, -memory], before))


def _recent_slope(days: Array, recent: Array, memory: float) -> Array:
    """Give dS/dρ (n,): it obeys its own recursion, driven by S_{d-1} - N_{d-1}."""
    driven = np.concatenate([[0.0], recent[:-1] - days[:-1]])
    return np.asarray(lfilter([1.0], [1.0, -memory], driven))


def simulate(
    model: Excitation,
    period: NDArray[np.int_],
    context: NDArray[np.bool_],
    generator: np.random.Generator,
) -> Days:
    """Draw launch days (n,) from a model."""
    base = (model.rates[period] * np.exp(_combined(model.effects, context.astype(float)))).tolist()
    chance = generator.random(len(base)).tolist()
    launched = np.zeros(len(base), dtype=bool)
    recent = 0.0
    for day, (rate, draw) in enumerate(zip(base, chance, strict=True)):
        is_launch = draw < -np.expm1(-(rate + model.followers * recent))
        launched[day] = is_launch
        recent = model.memory * recent + (1.0 - model.memory) * is_launch
    return launched


class ContextTest(NamedTuple):
    """The model with and without context, twice the gain in likelihood, and its p."""

    without: Excitation
    with_context: Excitation
    gain: float
    p: float


def judge_context(
    launched: Days,
    period: NDArray[np.int_],
    context: NDArray[np.bool_],
    generator: np.random.Generator,
    *,
    draws: int = 199,
) -> ContextTest:
    """Ask whether context explains launch days beyond the years' rates and the launches themselves.

    Raises:
        NotConverged: a search did not settle.
    """
    nothing = context[:0]
    without, full = fit(launched, period, nothing), fit(launched, period, context)
    gain = 2.0 * (full.log_likelihood - without.log_likelihood)
    as_large = 0
    for _ in range(draws):
        drawn = simulate(without, period, nothing, generator)
        none = fit(drawn, period, nothing, without)
        both = fit(drawn, period, context, none)
        as_large += 2.0 * (both.log_likelihood - none.log_likelihood) >= gain
    return ContextTest(without, full, gain, (1 + as_large) / (draws + 1))


def rescaled(launched: Days, rate: Array, generator: np.random.Generator) -> Array:
    """Give what must be uniform on 0..1 if λ is right, one number for each pause.

    Days are coarse: the moment within the launch day is drawn from what the model leaves open.
    """
    at = np.flatnonzero(launched)
    running = np.concatenate([[0.0], np.cumsum(rate)])
    before = running[at[1:]] - running[at[:-1] + 1]
    last = -np.log1p(-generator.random(len(before)) * -np.expm1(-rate[at[1:]]))
    return np.asarray(-np.expm1(-(before + last)))


def misfit(launched: Days, rate: Array, generator: np.random.Generator) -> float:
    """Give the p of a Kolmogorov-Smirnov test that λ explains the pauses between launch days."""
    return float(kstest(rescaled(launched, rate, generator), "uniform").pvalue)
