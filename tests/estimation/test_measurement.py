"""What a plot says about a state, packed; and how densely false plots lie."""

from math import asin, cos, pi

import pytest

from launchwatch.estimation.measurement import EARTH_DISC_FROM_GEOSTATIONARY


def test_the_earth_seen_from_geostationary_height_is_as_large_as_it_is():
    # Equatorial radius over the distance from the Earth's centre, 42,164 km; three digits kept.
    half = asin(6378.137 / 42_164.0)
    assert pytest.approx(2 * pi * (1 - cos(half)), rel=1e-3) == EARTH_DISC_FROM_GEOSTATIONARY
