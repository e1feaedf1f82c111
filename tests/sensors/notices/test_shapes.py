"""What ground the words of a notice cover."""

import numpy as np
import pytest
import shapely

from launchwatch.earth.areas import area
from launchwatch.earth.geodesic import inverse
from launchwatch.errors import InputError
from launchwatch.sensors.notices.shapes import circle, shape


def whole(polygons):
    return shapely.union_all([shapely.Polygon(one[0], one[1:]) for one in polygons])


def test_corners_bound_a_polygon():
    found = shape("IN AREA BOUND BY", "35-00N 023-00E, 35-00N 024-00E, 36-00N 024-00E")
    assert found.polygons[0][0][0] == found.polygons[0][0][-1]
    assert whole(found.polygons).bounds == pytest.approx((23.0, 35.0, 24.0, 36.0))
    assert found.remarks == ()


def test_parallels_and_meridians_make_a_box():
    found = shape("IN AREA BETWEEN", "37-45N 38-00N AND 010-15E 010-30E")
    assert whole(found.polygons).bounds == pytest.approx((10.25, 37.75, 10.5, 38.0))


def test_a_circle_lies_within_its_polygon():
    polygons = shape("WITHIN TEN MILES OF", "57-44N 009-25W").polygons
    ring = np.radians(np.array(polygons[0][0]))
    far, _, _ = inverse(np.radians(57 + 44 / 60), np.radians(-9 - 25 / 60), ring[:, 1], ring[:, 0])
    # 64 corners outside it: between the radius and its 0.12 % more.
    assert np.all(far >= 18_520.0)
    assert np.all(far <= 18_520.0 * 1.0013)


@pytest.mark.parametrize(
    ("words", "metres"),
    [
        ("WITHIN 2.5 MILES OF", 2.5 * 1852),
        ("WITHIN 300 METERS OF", 300),
        ("WITHIN 1000 YARDS OF", 914.4),
        ("WITHIN TWENTY-FIVE MILES OF", 25 * 1852),
    ],
)
def test_radii_come_in_figures_and_words(words, metres):
    size = area(shape(words, "10-00N 020-00E").polygons)
    assert size == pytest.approx(np.pi * metres**2, rel=0.003)  # a polygon of 64 sides outside


def test_beside_a_line_lies_all_that_is_near_it():
    polygons = shape(
        "WITHIN 12 MILES OF TRACKLINE BETWEEN", "05-19N 052-47W AND 05-04N 052-30W"
    ).polygons
    length, _, _ = inverse(*np.radians([5 + 19 / 60, -52 - 47 / 60, 5 + 4 / 60, -52.5]))
    radius = 12 * 1852.0
    assert area(polygons) == pytest.approx(np.pi * radius**2 + 2 * radius * length, rel=0.005)


def test_an_area_across_the_antimeridian_is_cut():
    found = shape("BOUND BY", "10-00N 179-00E, 10-00N 179-00W, 12-00N 179-00W, 12-00N 179-00E")
    assert len(found.polygons) == 2
    assert all(abs(x) <= 180.0 for polygon in found.polygons for x, _ in polygon[0])
    box = shape("BETWEEN", "10-00N 12-00N AND 179-00E 179-00W")
    assert area(box.polygons) == pytest.approx(area(found.polygons), rel=1e-9)


def test_an_outline_that_crosses_itself_is_widened_and_remarked():
    found = shape("BOUND BY", "10-00N 020-00E, 11-00N 021-00E, 11-00N 020-00E, 10-00N 021-00E")
    assert whole(found.polygons).bounds == pytest.approx((20.0, 10.0, 21.0, 11.0))
    assert any("crosses itself" in remark for remark in found.remarks)


def test_four_numbers_two_and_two_are_a_box_whatever_the_word():
    found = shape("IN AREA BOUND BY", "41-13.00N 41-17.50N AND 029-06.57E 029-16.00E")
    assert len(found.polygons[0][0]) == 5


@pytest.mark.parametrize(
    ("words", "text", "why"),
    [
        ("IN VICINITY", "45-35N 013-36E", "no area"),
        ("ALONG TRACKLINE JOINING", "22-08S 034-52W, 03-50S 032-26W", "no area"),
        ("BOUND BY", "22-08S 034-52W, 03-50S 032-26W", "three corners"),
        ("BOUND BY", "22-00S 034-00W, 23-00S 034-00W, 24-00S 034-00W", "one line"),
        ("BETWEEN", "22-00S 23-00S AND 034-00W", "two longitudes"),
        ("WITHIN 9000 MILES OF", "22-00S 034-00W", "a radius"),
        ("WITHIN SOME MILES OF", "22-00S 034-00W", "a radius"),
        ("WITHIN 500 MILES OF", "88-00N 034-00W", "pole"),
        ("BOUND BY", "", "positions"),
    ],
)
def test_what_makes_no_area_is_refused(words, text, why):
    with pytest.raises(InputError, match=why):
        shape(words, text)


def test_a_circle_is_given_by_place_and_radius():
    assert area(circle(40.0, 130.0, 1000.0)) == pytest.approx(np.pi * 1e6, rel=0.003)
