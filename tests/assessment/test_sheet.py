"""Outlines on the sheet from 180° W to 180° E, against places known to lie within."""

import numpy as np
import pytest
import shapely

from launchwatch.assessment.regions import Chart, region_of
from launchwatch.assessment.sheet import on_sheet


def scattered(latitude_deg, longitude_deg, sigma, count=1000):
    """Points around a place, radians: the same number in all directions, sigma in metres."""
    chart = Chart(np.radians(latitude_deg), np.radians(longitude_deg))
    return chart.lift(np.random.default_rng(1).normal(0.0, sigma, (count, 2)))


def on_the_map(polygons):
    return shapely.MultiPolygon([shapely.Polygon(p[0], p[1:]) for p in polygons])


@pytest.mark.parametrize(
    ("latitude_deg", "longitude_deg"),
    [(40.0, 179.9), (40.0, -179.9), (-40.0, 180.0), (89.0, 30.0), (-88.0, -150.0), (39.0, 133.0)],
)
def test_a_region_lies_on_the_sheet_and_holds_its_share_wherever_it_is(latitude_deg, longitude_deg):
    latitude, longitude = scattered(latitude_deg, longitude_deg, 120e3)
    shape = on_the_map(region_of(latitude, longitude).polygons)
    assert shape.is_valid
    west, south, east, north = shape.bounds
    assert west >= -180.0
    assert east <= 180.0
    assert south >= -90.0
    assert north <= 90.0
    degrees = (np.degrees(longitude) + 180.0) % 360.0 - 180.0
    # The level is the density that 95 % of these very points exceed; the outline's chords and
    # the cut cost a few points of a thousand.
    inside = shapely.intersects_xy(shape, degrees, np.degrees(latitude)).mean()
    assert inside == pytest.approx(0.95, abs=0.01)


@pytest.mark.parametrize(("latitude_deg", "longitude_deg"), [(40.0, 179.9), (89.0, 30.0)])
def test_outer_rings_run_anticlockwise_and_all_rings_are_closed(latitude_deg, longitude_deg):
    polygons = region_of(*scattered(latitude_deg, longitude_deg, 120e3)).polygons
    for outer, *holes in polygons:
        assert shapely.LinearRing(outer).is_ccw
        assert not any(shapely.LinearRing(hole).is_ccw for hole in holes)
        assert all(ring[0] == ring[-1] for ring in (outer, *holes))


def square(west, south, east, north):
    return np.array(
        [[west, south], [east, south], [east, north], [west, north], [west, south]], dtype=float
    )


def test_a_square_over_the_180th_meridian_is_cut_there_and_keeps_its_hole():
    hole = square(178.0, 1.0, 182.0, 2.0)[::-1]
    shape = on_the_map(on_sheet([square(175.0, 0.0, 185.0, 5.0), hole], 90.0))
    assert shape.is_valid
    assert shape.area == pytest.approx(50.0 - 4.0)
    assert shape.bounds == (-180.0, 0.0, 180.0, 5.0)


def test_whole_turns_too_many_change_nothing():
    (there,) = on_sheet([square(130.0, 30.0, 140.0, 40.0)], 90.0)
    assert on_sheet([square(490.0, 30.0, 500.0, 40.0)], 90.0) == (there,)
    assert on_sheet([square(-230.0, 30.0, -220.0, 40.0)], 90.0) == (there,)
