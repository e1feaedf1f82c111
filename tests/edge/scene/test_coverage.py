"""Outlines of coverage agree with what the tracker holds to be covered."""

import numpy as np
import pyproj
import pytest
import shapely

from launchwatch.earth.ellipsoid import ecef_from_geodetic
from launchwatch.edge.scene.coverage import coverage_row, step_of
from launchwatch.estimation.measurement import Site
from launchwatch.messages.sensor import Infrared, Radar
from launchwatch.tracking.coverage import covers

RADAR = Radar(
    id="r", owner="KOR", latitude_deg=37.9, longitude_deg=128.2, height_m=900.0,
    range_sigma_m=30.0, azimuth_sigma_deg=0.07, elevation_sigma_deg=0.07, scan_period_s=1.0,
    minimum_elevation_deg=2.0, maximum_range_m=2e6,
)  # fmt: skip
INFRARED = Infrared(
    id="i", owner="USA", latitude_deg=0.0, longitude_deg=165.0, height_m=35_786_000.0,
    line_of_sight_sigma_rad=3e-4, scan_period_s=1.0,
)  # fmt: skip


@pytest.mark.parametrize("sensor", [RADAR, INFRARED], ids=["radar", "infrared"])
@pytest.mark.parametrize("step_km", [50, 200])
def test_what_lies_within_is_covered_and_what_lies_without_is_not(sensor, step_km):
    shape = shapely.MultiPolygon(
        [shapely.Polygon(rings[0], rings[1:]) for rings in coverage_row(sensor, step_km).shape]
    )
    generator = np.random.default_rng(1)
    latitude = np.degrees(np.arcsin(generator.uniform(-1.0, 1.0, 4000)))
    longitude = generator.uniform(-180.0, 180.0, 4000)
    points = ecef_from_geodetic(
        np.radians(latitude), np.radians(longitude), np.full(4000, step_km * 1e3)
    )
    seen = covers(Site(sensor), points, np.zeros(4000))
    drawn = shapely.contains_xy(shape, longitude, latitude)
    # The outline has 120 corners, thinned to 0.2 %: its edge may be some kilometres off.
    near = shapely.distance(shape.boundary, shapely.points(longitude, latitude)) < 1.0
    assert (seen == drawn)[~near].all()
    assert 0 < drawn.sum() < 4000


def test_outlines_stay_on_the_sheet_and_are_cut_at_the_antimeridian():
    row = coverage_row(INFRARED, 20)  # higher up it reaches beyond the poles
    longitudes = [point[0] for rings in row.shape for point in rings[0]]
    assert len(row.shape) == 2
    assert min(longitudes) == -180.0
    assert max(longitudes) == 180.0


def test_a_radar_sees_farther_what_flies_higher_up_to_its_range():
    def reach(step):
        (rings,) = coverage_row(RADAR, step).shape
        geod = pyproj.Geod(ellps="WGS84")
        return [geod.inv(128.2, 37.9, *point)[2] for point in rings[0]]

    assert max(reach(10)) < min(reach(50)) < max(reach(200)) <= 2e6


def test_an_infrared_sensor_surely_sees_nothing_beneath_the_clouds():
    assert coverage_row(INFRARED, 10).shape == ()


@pytest.mark.parametrize(
    ("height", "step"), [(0, 5), (4e3, 5), (10e3, 10), (99e3, 50), (9e6, 2000)]
)
def test_the_step_is_not_above_the_object(height, step):
    assert step_of(height) == step
