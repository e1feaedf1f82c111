"""Quantiles and moments."""

import numpy as np
import pytest

from launchwatch.assessment.ranks import at_shares, covariance_of, mean_of

SHARES = (0.0, 0.025, 0.159, 0.5, 0.841, 1.0)


@pytest.mark.parametrize("count", [1, 2, 7, 1000])
def test_quantiles_are_numpys(count):
    values = np.random.default_rng(count).normal(size=count)
    # Interpolated in another order of operations.
    np.testing.assert_allclose(
        at_shares(np.sort(values), SHARES), np.quantile(values, SHARES), rtol=1e-12
    )


def test_moments_are_numpys_and_points_stay_as_they_are():
    points = np.random.default_rng(1).normal(5.0, 2.0, (300, 2))
    before = points.copy()
    np.testing.assert_allclose(mean_of(points), points.mean(axis=0), rtol=1e-12)
    np.testing.assert_allclose(covariance_of(points), np.cov(points.T), rtol=1e-12)
    np.testing.assert_array_equal(points, before)
