"""Areas against closed forms, and the two rules of RFC 7946 on rings."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchwatch.constants import WGS84_ECCENTRICITY2, WGS84_SEMI_MAJOR, WGS84_SEMI_MINOR
from launchwatch.earth.areas import area, cut_at_antimeridian, oriented, repaired
from launchwatch.errors import InputError


def rectangle(west, south, east, north, steps=1):
    """A closed counterclockwise ring along parallels and meridians."""
    x = np.linspace(west, east, steps + 1)
    south_side = [(float(v), south) for v in x]
    return (*south_side, *((float(v), north) for v in x[::-1]), (float(west), south))


def band_area(south_deg, north_deg, width_deg):
    """Area of an ellipsoid's band between parallels (Snyder 1987, equation 3-12)."""
    e = math.sqrt(WGS84_ECCENTRICITY2)

    def q(latitude):
        s = math.sin(math.radians(latitude))
        return (1 - e * e) * (s / (1 - e * e * s * s) + math.atanh(e * s) / e)

    return WGS84_SEMI_MAJOR**2 / 2 * math.radians(width_deg) * (q(north_deg) - q(south_deg))


def test_a_rectangle_has_the_area_of_its_share_of_the_band():
    # Geodesics bow away from parallels: with 0.01 deg steps by less than 1e-7 of the area.
    ring = rectangle(130.0, 35.0, 132.0, 37.0, steps=200)
    assert area([(ring,)]) == pytest.approx(band_area(35.0, 37.0, 2.0), rel=1e-6)


def test_an_eighth_of_the_earth_has_an_eighth_of_its_area():
    a, b = WGS84_SEMI_MAJOR, WGS84_SEMI_MINOR
    e = math.sqrt(WGS84_ECCENTRICITY2)
    whole = 2 * math.pi * a * a + 2 * math.pi * b * b * math.atanh(e) / e
    octant = ((0.0, 0.0), (90.0, 0.0), (90.0, 90.0), (0.0, 90.0), (0.0, 0.0))
    assert area([(octant,)]) == pytest.approx(whole / 8, rel=1e-9)


def test_a_hole_is_taken_off_whichever_way_it_runs():
    outer, hole = rectangle(0, 0, 3, 3), rectangle(1, 1, 2, 2)
    with_hole = area([(outer,)]) - area([(hole,)])
    assert area([(outer, hole)]) == pytest.approx(with_hole)
    assert area([(outer, hole[::-1])]) == pytest.approx(with_hole)


def test_no_polygons_have_no_area():
    assert area([]) == 0.0
    assert repaired(()) == ()
    assert cut_at_antimeridian(()) == ()


def test_outer_rings_become_counterclockwise_and_holes_clockwise():
    outer, hole = rectangle(0, 0, 3, 3), rectangle(1, 1, 2, 2)
    assert oriented((outer[::-1], hole)) == (outer, hole[::-1])
    assert oriented((outer, hole[::-1])) == (outer, hole[::-1])


def test_a_polygon_across_the_antimeridian_is_cut_there():
    ring = ((179.0, 10.0), (-179.0, 10.0), (-179.0, 12.0), (179.0, 12.0), (179.0, 10.0))
    parts = cut_at_antimeridian((ring,))
    assert len(parts) == 2
    assert {max(abs(x) for x, _ in part[0]) for part in parts} == {180.0}
    # A cut adds corners where straight lines in degrees were; geodesics there differ little.
    assert area(parts) == pytest.approx(area([(ring,)]), rel=1e-4)


def test_a_hole_stays_in_its_ring_across_the_antimeridian():
    ring = rectangle(176.0, 10.0, 184.0, 14.0, steps=16)
    hole = rectangle(-178.0, 11.0, -177.0, 12.0)
    parts = cut_at_antimeridian((ring, hole))
    assert sum(len(part) for part in parts) == 3
    assert area(parts) == pytest.approx(area([(ring, hole)]), rel=1e-3)


def test_a_bow_tie_is_repaired_into_its_two_halves():
    tie = ((0.0, 0.0), (2.0, 2.0), (2.0, 0.0), (0.0, 2.0), (0.0, 0.0))
    parts = repaired((tie,))
    assert len(parts) == 2
    # Four triangles make the square; the tie is two of them.
    assert area(parts) == pytest.approx(area([(rectangle(0, 0, 2, 2),)]) / 2, rel=1e-3)


def test_a_line_there_and_back_encloses_nothing():
    assert repaired((((0.0, 0.0), (1.0, 0.0), (2.0, 0.0), (0.0, 0.0)),)) == ()


@pytest.mark.parametrize(
    "ring",
    [
        ((0.0, 0.0), (1.0, 0.0), (0.0, 0.0)),
        ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)),
        ((0.0, 0.0), (1.0, math.nan), (1.0, 1.0), (0.0, 0.0)),
        ((0.0, 0.0), (1.0, 91.0), (1.0, 1.0), (0.0, 0.0)),
    ],
    ids=["short", "open", "nan", "beyond the pole"],
)
def test_a_ring_that_is_none_is_refused(ring):
    for function in (lambda p: area([p]), oriented, cut_at_antimeridian, repaired):
        with pytest.raises(InputError):
            function((ring,))


def test_a_ring_round_the_pole_is_refused():
    ring = ((0.0, 80.0), (120.0, 80.0), (-120.0, 80.0), (0.0, 80.0))
    with pytest.raises(InputError, match="pole"):
        cut_at_antimeridian((ring,))


@given(
    west=st.floats(-180, 180), south=st.floats(-80, 70),
    width=st.floats(0.01, 90), height=st.floats(0.01, 10),
)  # fmt: skip
def test_cut_parts_lie_within_one_turn_and_keep_the_flat_area(west, south, width, height):
    ring = rectangle(west, south, west + width, south + height)
    parts = cut_at_antimeridian((ring,))
    flat = 0.0
    for (outer,) in parts:
        x, y = np.array(outer).T
        assert (x >= -180.0).all()
        assert (x <= 180.0).all()
        shift = x - x[0]
        flat += np.sum(shift[:-1] * np.diff(y) - np.diff(shift) * (y[:-1] - y[0])) / 2
    assert flat == pytest.approx(width * height, rel=1e-6)
