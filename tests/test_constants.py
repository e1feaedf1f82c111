"""Constants against what they follow from, by another way than their own text."""

from math import atan, sqrt

import pytest

from launchwatch import constants as c


def test_j2_is_that_of_the_rotating_level_ellipsoid():
    # Hofmann-Wellenhof and Moritz, Physical Geodesy (2006), equations 2-90, 2-113 and 2-166.
    a, b = c.WGS84_SEMI_MAJOR, c.WGS84_SEMI_MINOR
    second = sqrt(a * a - b * b) / b
    q0 = 0.5 * ((1.0 + 3.0 / second**2) * atan(second) - 3.0 / second)
    m = c.EARTH_ROTATION**2 * a * a * b / c.EARTH_GM
    j2 = c.WGS84_ECCENTRICITY2 / 3.0 * (1.0 - 2.0 / 15.0 * m * second / q0)
    # Cancellation in q0 leaves nine digits.
    assert pytest.approx(j2, rel=1e-8) == c.EARTH_J2


def test_the_mean_radius_is_the_published_one():
    # NGA.STND.0036, table 3.6, R1: 6,371,008.7714 m.
    assert pytest.approx(6_371_008.7714, abs=5e-5) == c.EARTH_MEAN_RADIUS


def test_the_polar_radius_is_the_published_one():
    # NGA.STND.0036, table 3.6: 6,356,752.3142 m.
    assert pytest.approx(6_356_752.3142, abs=5e-5) == c.WGS84_SEMI_MINOR
