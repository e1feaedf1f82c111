"""Outlines: fewer points, never a smaller area."""

import math
import random

import pyproj
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from launchwatch.warning.outlines import outline
from launchwatch.warning.picture import shape_of


def wavy(points, ripple, seed=1, at=(133.0, 40.0), size=0.5):
    """Give a closed wavy ring round a place, as density contours have them."""
    dice = random.Random(seed)
    ring = []
    for k in range(points):
        angle = 2 * math.pi * k / points
        radius = size * (1 + ripple * dice.uniform(-1, 1))
        ring.append((at[0] + radius * math.cos(angle), at[1] + 0.6 * radius * math.sin(angle)))
    return ((*ring, ring[0]),)


@pytest.mark.parametrize("vertices", [8, 20, 100])
@pytest.mark.parametrize("ripple", [0.0, 0.05, 0.5])
def test_an_outline_covers_its_region_with_few_points(vertices, ripple):
    region = (wavy(400, ripple),)
    (ring,) = outline(region, vertices)
    drawn = shapely.Polygon(ring)
    assert len(ring) - 1 <= vertices
    assert drawn.is_valid
    assert drawn.covers(shape_of(region))


def test_a_smooth_region_grows_little():
    region = (wavy(400, 0.001),)
    (ring,) = outline(region, 100)
    # A polygon of 100 points round a circle wastes 0.1 %; growing and rounding the rest.
    assert shapely.Polygon(ring).area / shape_of(region).area < 1.01


def test_holes_are_filled_and_small_parts_are_kept():
    hole = ((0.2, 0.2), (0.2, 0.4), (0.4, 0.4), (0.4, 0.2), (0.2, 0.2))
    big = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0))
    small = ((3.0, 0.0), (3.001, 0.0), (3.001, 0.001), (3.0, 0.0))
    rings = outline(((big, hole), (small,)), 100)
    assert len(rings) == 2
    assert shapely.Polygon(rings[0]).covers(shapely.Point(0.3, 0.3))
    assert shapely.Polygon(rings[1]).covers(shapely.Polygon(small))


def test_a_sprinkle_of_parts_becomes_one_area_that_covers_all():
    region = tuple(wavy(12, 0.1, seed=k, at=(130.0 + k, 40.0), size=0.1) for k in range(30))
    (ring,) = outline(region, 100)
    assert shapely.Polygon(ring).covers(shape_of(region))


def test_a_margin_is_covered_in_metres_everywhere():
    geod = pyproj.Geod(ellps="WGS84")
    region = (wavy(60, 0.2, at=(140.0, 45.0), size=1.0),)
    (ring,) = outline(region, 100, margin=5000.0)
    drawn = shapely.Polygon(ring)
    for lon, lat in region[0][0]:
        for azimuth in range(0, 360, 15):
            east, north, _ = geod.fwd(lon, lat, azimuth, 5000.0)
            assert drawn.covers(shapely.Point(east, north))


def test_nothing_and_nonsense_have_no_outline():
    assert outline((), 100) == ()
    assert outline(((((math.nan, 1.0), (2.0, 2.0), (3.0, math.inf)),),), 100) == ()


@given(
    st.lists(
        st.lists(st.tuples(st.floats(125, 145), st.floats(30, 50)), min_size=3, max_size=30).map(
            lambda points: ((*points, points[0]),)
        ),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=100, deadline=None, derandomize=True)
def test_any_region_is_covered(region):
    rings = outline(tuple(map(tuple, region)), 30)
    drawn = shapely.union_all([shapely.Polygon(ring) for ring in rings])
    parts = shapely.get_parts(shapely.get_parts(shape_of(region))).tolist()
    assert all(drawn.covers(part) for part in parts if part.geom_type == "Polygon")
    assert all(len(ring) <= 31 for ring in rings)
