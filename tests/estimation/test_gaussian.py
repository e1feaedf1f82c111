"""What is let in as a Gaussian."""

import numpy as np
import pytest

from launchwatch.errors import InputError, NotPositiveDefinite
from launchwatch.estimation.gaussian import cholesky_factor, gaussian


def test_numbers_are_copied() -> None:
    mean, P = np.zeros(2), np.eye(2)
    belief = gaussian(mean, P)
    mean[0], P[0, 0] = 7.0, 7.0
    assert belief.mean[0] == 0.0
    assert belief.covariance[0, 0] == 1.0


@pytest.mark.parametrize(
    ("mean", "P"), [([0.0], np.eye(2)), (np.zeros((2, 1)), np.eye(2)), ([np.nan, 0.0], np.eye(2))]
)
def test_shapes_and_numbers_are_checked(mean: object, P: np.ndarray) -> None:
    with pytest.raises(InputError):
        gaussian(mean, P)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "P", [[[1.0, 2.0], [2.0, 1.0]], [[1.0, 0.1], [0.0, 1.0]], [[0.0, 0.0], [0.0, 1.0]]]
)
def test_what_is_no_covariance_is_refused(P: list[list[float]]) -> None:
    with pytest.raises(NotPositiveDefinite):
        gaussian([0.0, 0.0], P)


def test_scales_far_apart_are_no_asymmetry() -> None:
    P = np.diag([1e12, 1e-6])
    P[0, 1] = P[1, 0] = 0.5 * 1e3
    P[0, 1] *= 1 + 1e-13
    L = cholesky_factor(P)
    np.testing.assert_allclose(L @ L.T, P, rtol=1e-12)
