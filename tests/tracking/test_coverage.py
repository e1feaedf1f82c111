"""What a sensor surely covers: nothing that the Earth hides from it."""

import numpy as np

from launchwatch.constants import WGS84_SEMI_MAJOR, WGS84_SEMI_MINOR
from launchwatch.earth.ellipsoid import ecef_from_geodetic
from launchwatch.estimation.measurement import Site
from launchwatch.tracking.coverage import covers

from .watching import infrared


def sight_lines_cut(site: Site, points: np.ndarray) -> np.ndarray:
    """Say which lines from a site dip into the ellipsoid: looked for point by point."""
    along = np.linspace(0.0, 1.0, 20_001)[1:-1, None]
    axes = np.array([WGS84_SEMI_MAJOR, WGS84_SEMI_MAJOR, WGS84_SEMI_MINOR])
    return np.array(
        [
            (np.linalg.norm((site.position + along * (p - site.position)) / axes, axis=1) < 1).any()
            for p in points
        ]
    )


def test_what_the_earths_bulge_hides_is_not_covered_and_what_it_does_not_is() -> None:
    site = Site(infrared(longitude_deg=105.0))
    # Both limbs and both far sides, low and high.
    places = [
        ecef_from_geodetic(np.radians(latitude), np.radians(105.0 + away), 300e3)
        for latitude in (0.0, 20.0, 40.0)
        for away in np.arange(60.0, 130.0, 1.7)
    ]
    points = np.array(places)
    hidden = sight_lines_cut(site, points)
    assert 20 < hidden.sum() < 110
    assert (covers(site, points, np.zeros(len(points))) == ~hidden).all()


def test_what_may_be_behind_the_earth_is_not_surely_covered() -> None:
    site = Site(infrared(longitude_deg=105.0))
    beside = ecef_from_geodetic(0.0, np.radians(105.0 + 90.0), 1500e3)[None]
    assert covers(site, beside, np.array([10e3]))[0]
    assert not covers(site, beside, np.array([1000e3]))[0]
