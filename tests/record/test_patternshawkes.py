"""The self-exciting model: its gradient, its memory, and what it recovers of what it drew."""

import numpy as np
import pytest
from scipy.optimize import check_grad

from launchwatch.record.patternshawkes import (
    Excitation,
    _loss,
    _recent,
    fit,
    intensity,
    judge_context,
    misfit,
    rescaled,
    simulate,
)

YEARS = 40
LENGTH = YEARS * 365
PERIOD = np.repeat(np.arange(4), LENGTH // 4)
CONTEXT = np.random.default_rng(1).random((1, LENGTH)) < 0.08
NOTHING = CONTEXT[:0]
TRUE = Excitation(np.array([0.01, 0.03, 0.02, 0.04]), np.array([0.9]), 0.4, 0.85, 0.0)


@pytest.fixture(scope="module")
def drawn():
    return simulate(TRUE, PERIOD, CONTEXT, np.random.default_rng(2))


def test_the_gradient_is_the_likelihoods(drawn):
    """Against finite differences; their rounding is 1e-8 of a gradient of length 100."""
    at = np.concatenate([np.log(TRUE.rates), [0.3, 0.3, 0.7]])
    rest = (drawn.astype(float), PERIOD, CONTEXT.astype(float))
    error = check_grad(lambda x: _loss(x, *rest)[0], lambda x: _loss(x, *rest)[1], at)
    assert error < 1e-3


def test_memory_is_what_is_left_of_earlier_days():
    days = np.array([0.0, 1.0, 0.0, 0.0, 1.0, 0.0])
    recent = _recent(days, 0.5)
    assert recent == pytest.approx([0, 0, 0.5, 0.25, 0.125, 0.5625])
    assert _recent(np.eye(1, 4000)[0], 0.98).sum() == pytest.approx(1.0)  # one day calls α in all


def test_what_was_drawn_is_recovered(drawn):
    """Forty years at the record's rates; bounds are three standard errors of 30 such fits."""
    found = fit(drawn, PERIOD, CONTEXT)
    assert found.followers == pytest.approx(TRUE.followers, abs=0.10)
    assert found.memory == pytest.approx(TRUE.memory, abs=0.08)
    assert found.effects[0] == pytest.approx(TRUE.effects[0], abs=0.45)
    assert found.rates == pytest.approx(TRUE.rates, rel=0.5)


def test_a_fit_is_no_worse_than_the_truth_and_better_with_more_freedom(drawn):
    rest = (drawn.astype(float), PERIOD, CONTEXT.astype(float))
    truth = -_loss(np.concatenate([np.log(TRUE.rates), TRUE.effects, [0.4, 0.85]]), *rest)[0]
    full, without = fit(drawn, PERIOD, CONTEXT), fit(drawn, PERIOD, NOTHING)
    assert full.log_likelihood >= truth
    assert full.log_likelihood >= without.log_likelihood
    again = fit(drawn, PERIOD, CONTEXT, without)
    assert again.log_likelihood == pytest.approx(full.log_likelihood, abs=1e-3)


def test_a_year_without_launches_has_no_rate():
    launched = np.random.default_rng(3).random(730) < 0.1
    launched[:365] = False
    found = fit(launched, np.repeat([0, 1], 365), np.zeros((0, 730), dtype=bool))
    assert found.rates[0] < 1e-4
    assert np.isfinite(found.log_likelihood)


def test_rescaled_pauses_are_uniform_under_the_true_model_and_not_without_memory(drawn):
    generator = np.random.default_rng(4)
    rate = intensity(TRUE, drawn, PERIOD, CONTEXT)
    values = rescaled(drawn, rate, generator)
    assert len(values) == drawn.sum() - 1
    assert ((values >= 0) & (values <= 1)).all()
    assert misfit(drawn, rate, generator) > 0.01
    forgetful = TRUE._replace(followers=0.0, rates=TRUE.rates * 1.8)
    assert misfit(drawn, intensity(forgetful, drawn, PERIOD, CONTEXT), generator) < 0.01


def test_context_that_matters_is_found_and_context_that_does_not_is_not(drawn):
    generator = np.random.default_rng(5)
    days, period, context = drawn[:3650], PERIOD[:3650], CONTEXT[:, :3650]
    found = judge_context(days, period, context, generator, draws=19)
    assert found.p == 0.05  # the least that nineteen draws can give
    other = np.roll(context, 2000, axis=1)
    assert judge_context(days, period, other, generator, draws=19).p > 0.05
