"""Gaussian sums keep what they are made of."""

import numpy as np
import pytest
from scipy.stats import multivariate_normal, norm

from launchwatch.errors import InputError
from launchwatch.estimation.gaussian import gaussian
from launchwatch.estimation.mixture import Mixture, merged, split


def belief():
    factor = np.random.default_rng(1).standard_normal((5, 5))
    return gaussian(np.arange(5.0), factor @ factor.T + 0.1 * np.eye(5))


def test_what_was_split_merges_to_what_it_was() -> None:
    whole = belief()
    for number in range(5):
        again = merged(split(whole, number))
        np.testing.assert_allclose(again.mean, whole.mean, atol=1e-12)
        np.testing.assert_allclose(again.covariance, whole.covariance, atol=1e-12)


def test_a_split_keeps_the_gaussians_first_five_moments() -> None:
    weights, means, covariances = split(gaussian([0.0], [[1.0]]), 0)
    for order in range(1, 6):
        moment = sum(
            w * norm(m[0], np.sqrt(P[0, 0])).moment(order)
            for w, m, P in zip(weights, means, covariances, strict=True)
        )
        assert moment == pytest.approx(norm.moment(order), abs=1e-9)


def test_a_split_is_nearly_the_same_density() -> None:
    """Within 11 % of the peak everywhere: most at the peak itself."""
    whole = belief()
    at = np.random.default_rng(2).multivariate_normal(whole.mean, 2.0 * whole.covariance, 2000)
    density = multivariate_normal(*whole).pdf(at)
    summed = sum(
        w * multivariate_normal(m, P).pdf(at) for w, m, P in zip(*split(whole, 2), strict=True)
    )
    assert np.abs(summed - density).max() < 0.11 * multivariate_normal(*whole).pdf(whole.mean)


def test_merging_counts_how_far_parts_lie_apart() -> None:
    two = Mixture(np.array([0.25, 0.75]), np.array([[-3.0], [1.0]]), np.array([[[1.0]], [[2.0]]]))
    found = merged(two)
    assert found.mean[0] == pytest.approx(0.0)
    assert found.covariance[0, 0] == pytest.approx(0.25 * (1 + 9) + 0.75 * (2 + 1))


def test_arguments_are_left_alone_and_a_missing_number_is_refused() -> None:
    whole = belief()
    kept = [one.copy() for one in whole]
    split(whole, 1)
    for before, after in zip(kept, whole, strict=True):
        np.testing.assert_array_equal(before, after)
    with pytest.raises(InputError, match=r"must lie in 0\.\.4, got 5"):
        split(whole, 5)
