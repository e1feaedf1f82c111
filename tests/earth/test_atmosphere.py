"""The air against the published standard, and its smoothness."""

from pathlib import Path

import numpy as np
import pytest

from launchwatch.earth.atmosphere import density
from launchwatch.errors import InputError


def test_density_equals_the_standard_at_every_kilometre(authorities: Path) -> None:
    table = np.loadtxt(
        authorities / "geodesy" / "ussa76_density_1km.csv", delimiter=",", skiprows=1
    )
    # The table's nine digits and its sums above 86 km agree to 1.2e-6; asked for is 3e-5.
    assert density(table[:, 0] * 1e3) == pytest.approx(table[:, 1], rel=3e-6)


def test_between_its_nodes_it_follows_the_isothermal_law() -> None:
    # From 11 to 20 km (geopotential) the standard's temperature is 216.65 K.
    height = np.linspace(11_300.0, 19_900.0, 777)
    potential = 6_356_766.0 * height / (6_356_766.0 + height)
    law = 0.363918 * np.exp(-(potential - 11_000.0) * 9.80665 * 28.9644 / (8314.32 * 216.65))
    # Six digits of the density at 11 km.
    assert density(height) == pytest.approx(law, rel=3e-6)


def test_value_and_slope_have_no_steps() -> None:
    borders = np.arange(-4750.0, 999_000.0, 250.0)
    small = 1e-3
    below, at, above = density(borders - small), density(borders), density(borders + small)
    assert np.abs(above / at - 1.0).max() < 1e-6
    left, right = (at - below) / small, (above - at) / small
    # Differences over a millimetre keep four digits of the slope.
    assert np.abs(right - left).max() < 1e-3 * np.abs(left).max()


def test_it_thins_with_height_and_ends() -> None:
    height = np.arange(-5000.0, 1_000_001.0, 111.0)
    assert (np.diff(density(height)) < 0.0).all()
    assert density(2e6) == 0.0
    assert density(-9e3) == density(-5e3)
    assert density(np.inf) == 0.0


def test_nan_is_refused_and_shapes_are_kept() -> None:
    with pytest.raises(InputError):
        density(np.nan)
    assert density(np.zeros((2, 3))).shape == (2, 3)
    assert density(0.0).shape == ()
