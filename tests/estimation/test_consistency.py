"""Chi-square numbers and their bands."""

import numpy as np
import pytest
from scipy.stats import chi2

from launchwatch.errors import InputError, NotPositiveDefinite
from launchwatch.estimation.consistency import chi_square_band, squared_lengths


@pytest.mark.parametrize(("count", "degrees"), [(1, 1), (50, 6), (400, 9)])
def test_bands_are_quantiles(count: int, degrees: int) -> None:
    band = chi_square_band(count, degrees, 0.99)
    assert band.low == pytest.approx(chi2.ppf(0.005, count * degrees) / count)
    assert band.high == pytest.approx(chi2.ppf(0.995, count * degrees) / count)


def test_honest_errors_lie_in_the_band_and_others_do_not() -> None:
    chance = np.random.default_rng(3)
    factor = chance.standard_normal((6, 6))
    P = factor @ factor.T + np.eye(6)
    errors = chance.standard_normal((400, 6)) @ np.linalg.cholesky(P).T
    band = chi_square_band(400, 6)
    stated = np.broadcast_to(P, (400, 6, 6))
    assert band.low < squared_lengths(errors, stated).mean() < band.high
    assert squared_lengths(errors, 0.7 * stated).mean() > band.high
    assert squared_lengths(errors, 1.4 * stated).mean() < band.low


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(InputError):
        squared_lengths(np.zeros(3), np.eye(3))
    with pytest.raises(NotPositiveDefinite):
        squared_lengths(np.zeros((1, 2)), -np.eye(2)[None])
    with pytest.raises(InputError):
        chi_square_band(0, 6)
