"""The table of the normal law against SciPy's functions."""

import numpy as np
from scipy.special import ndtr, ndtri

from launchwatch.assessment.normal import share_below, shares_below, values_below


def test_shares_agree_with_another_library():
    values = np.linspace(-6.0, 6.0, 999)
    # Linear between points 1/512 apart: the second derivative allows 1.2e-7.
    np.testing.assert_allclose(shares_below(values), ndtr(values), atol=2e-7)
    assert abs(share_below(1.2345) - ndtr(1.2345)) < 1e-15


def test_values_agree_with_another_library_into_the_tails():
    shares = np.concatenate([np.logspace(-8, -1, 200), 1.0 - np.logspace(-8, -1, 200)])
    np.testing.assert_allclose(values_below(shares), ndtri(shares), atol=1e-4)
