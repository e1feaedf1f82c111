"""Heading and range of falls, told apart."""

import numpy as np
import pytest
from pyproj import Geod

from launchwatch.assessment.axes import axes_of

GEOD = Geod(ellps="WGS84")


def falls(latitude, longitude, azimuths, distances):
    ones = np.ones(len(azimuths))
    lon, lat, _ = GEOD.fwd(longitude * ones, latitude * ones, azimuths, distances)
    return np.radians(lat), np.radians(lon)


@pytest.mark.parametrize("longitude", [125.0, 178.0])
def test_a_fan_of_falls_has_its_heading_and_its_ranges(longitude):
    rng = np.random.default_rng(1)
    azimuths, distances = rng.normal(80.0, 2.0, 4000), rng.uniform(300e3, 900e3, 4000)
    axes = axes_of(
        np.radians(40.0), np.radians(longitude), *falls(40.0, longitude, azimuths, distances)
    )
    # A sphere for an ellipsoid: 0.1° and 0.3 %; the rest is 4,000 draws.
    assert np.degrees(axes.heading) == pytest.approx(80.0, abs=0.2)
    assert np.degrees(axes.heading_sigma) == pytest.approx(2.0, rel=0.05)
    assert axes.nearest == pytest.approx(315e3, rel=0.02)
    assert axes.farthest == pytest.approx(885e3, rel=0.02)
    assert axes.along == pytest.approx(285e3, rel=0.02)


def test_a_heading_to_the_north_is_not_torn_between_0_and_360():
    rng = np.random.default_rng(2)
    azimuths = rng.normal(0.0, 3.0, 2000)
    axes = axes_of(
        np.radians(40.0), np.radians(127.0), *falls(40.0, 127.0, azimuths, np.full(2000, 5e5))
    )
    assert min(axes.heading, 2 * np.pi - axes.heading) < np.radians(0.3)
    assert np.degrees(axes.heading_sigma) == pytest.approx(3.0, rel=0.07)


def test_what_is_known_across_and_not_along_shows_so():
    rng = np.random.default_rng(3)
    azimuths, distances = rng.normal(95.0, 0.1, 1000), rng.normal(700e3, 100e3, 1000)
    axes = axes_of(np.radians(40.0), np.radians(125.0), *falls(40.0, 125.0, azimuths, distances))
    assert axes.along > 50.0 * axes.across
