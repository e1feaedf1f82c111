"""The walk from a cell's reference point against point-in-polygon on a map small enough to read."""

import numpy as np
import pytest
import shapely
from hypothesis import given
from hypothesis import strategies as st

from launchwatch.assessment.partition import OUTSIDE, Partition, pieces_of

# A box of 4 by 4 degrees: a square island 1 with a lake 2 in it, in a sea cut by a zigzag
# into 0 in the west and 3 in the east. Arcs know what lies on their left and right.
SQUARE = np.array([[0.6, 0.6], [1.7, 0.6], [1.7, 1.7], [0.6, 1.7], [0.6, 0.6]])
LAKE = np.array([[1.1, 1.1], [1.3, 1.1], [1.2, 1.35], [1.1, 1.1]])
ZIGZAG = np.array([[2.5, 0.0], [3.1, 0.9], [2.2, 1.9], [2.9, 3.3], [2.4, 4.0]])
FRAME_WEST = np.array([[2.4, 4.0], [0.0, 4.0], [0.0, 0.0], [2.5, 0.0]])
FRAME_EAST = np.array([[2.5, 0.0], [4.0, 0.0], [4.0, 4.0], [2.4, 4.0]])
ARCS = [
    (1, 0, SQUARE), (2, 1, LAKE), (0, 3, ZIGZAG),
    (0, OUTSIDE, FRAME_WEST), (3, OUTSIDE, FRAME_EAST),
]  # fmt: skip
WEST = shapely.Polygon([*ZIGZAG, *FRAME_WEST[1:]])
CELL, REFERENCE = 0.5, (0.2503, 0.2507)


def by_polygons(x, y):
    """The zone numbers by plain geometry."""
    number = np.where(shapely.contains_xy(WEST, x, y), 0, 3)
    number[shapely.contains_xy(shapely.Polygon(SQUARE), x, y)] = 1
    number[shapely.contains_xy(shapely.Polygon(LAKE), x, y)] = 2
    return number


def flat(arcs):
    """Points, sizes, lefts and rights of arcs, as the constructor takes them."""
    lefts, rights, lines = zip(*arcs, strict=True)
    return np.concatenate(lines), *(
        np.array(numbers) for numbers in ([len(line) for line in lines], lefts, rights)
    )


def partition():
    at = np.arange(8) * CELL
    gx, gy = np.meshgrid(at + REFERENCE[0], at + REFERENCE[1])
    cells = by_polygons(gx.ravel(), gy.ravel()).reshape(8, 8).astype(np.int16)
    return Partition((0.0, 0.0, 4.0, 4.0), CELL, REFERENCE, cells, *flat(ARCS))


MAP = partition()


def test_every_point_has_the_zone_of_its_polygon():
    draw = np.random.default_rng(3)
    x, y = draw.uniform(0.0, 4.0, (2, 20_000))
    assert (MAP.numbers_at(x, y) == by_polygons(x, y)).all()


def test_points_on_the_lines_between_cells_have_the_zone_of_their_polygon():
    fine = np.linspace(0.0, 4.0, 401)[1:-1] + 1.7e-4
    for cell_line in np.arange(1, 8) * CELL:
        same = np.full_like(fine, cell_line)
        for x, y in ((same, fine), (fine, same)):
            assert (MAP.numbers_at(x, y) == by_polygons(x, y)).all()


def test_the_frame_belongs_to_the_map_and_beyond_it_is_outside():
    inside = MAP.numbers_at(np.array([0.0, 4.0, 0.0, 4.0]), np.array([0.0, 4.0, 4.0, 0.0]))
    assert inside.tolist() == [0, 3, 0, 3]
    x, y = np.array([-0.001, 4.001, 2.0, 2.0]), np.array([2.0, 2.0, -0.001, 4.001])
    assert (MAP.numbers_at(x, y) == OUTSIDE).all()


def test_distances_are_those_to_the_nearest_edge_of_each_zone():
    metres = MAP.distances_at(1.2, 0.8, 4)
    # 0.2 degrees of latitude at the equator are 22.1 km, 0.3 to the lake 33.2 km.
    assert metres[0] == pytest.approx(22_115, rel=1e-3)
    assert metres[1] == metres[0]
    assert metres[2] == pytest.approx(33_172, rel=1e-3)
    # The frame is an edge of what lies outside only.
    assert metres[OUTSIDE] == pytest.approx(0.8 * 110_574, rel=1e-3)


def test_the_arguments_are_left_alone():
    x, y = np.array([1.2, 3.0]), np.array([1.2, 3.0])
    MAP.numbers_at(x, y)
    assert x.tolist() == y.tolist() == [1.2, 3.0]


@given(
    st.lists(st.tuples(st.floats(-5, 5), st.floats(-5, 5)), min_size=2, max_size=8),
    st.floats(0.01, 3),
)
def test_pieces_follow_the_line_and_none_is_too_long(line, longest):
    line = np.array(line)
    start, end, number = pieces_of(line, longest)
    assert (number == 0).all()
    assert (start[0] == line[0]).all()
    assert (end[-1] == line[-1]).all()
    np.testing.assert_allclose(start[1:], end[:-1], atol=1e-12)
    assert (np.abs(end - start).max(axis=1) <= longest * (1 + 1e-9)).all()


def test_pieces_of_several_lines_do_not_run_from_one_to_the_next():
    points = np.array([[0.0, 0.0], [1.0, 0.0], [5.0, 5.0], [5.0, 6.0]])
    start, end, number = pieces_of(points, 0.5, np.array([2, 2]))
    assert number.tolist() == [0, 0, 1, 1]
    assert end[1].tolist() == [1, 0]
    assert start[2].tolist() == [5, 5]


def test_parts_of_a_zone_are_told_apart_and_no_edges_of_it():
    # The two seas are parts of one zone 0; the island and the lake stay what they are.
    whole = np.array([0, 1, 2, 0], dtype=np.int32)
    at = np.arange(8) * CELL
    gx, gy = np.meshgrid(at + REFERENCE[0], at + REFERENCE[1])
    cells = by_polygons(gx.ravel(), gy.ravel()).reshape(8, 8).astype(np.int16)
    one = Partition((0.0, 0.0, 4.0, 4.0), CELL, REFERENCE, cells, *flat(ARCS), whole)
    x, y = np.array([1.9, 3.9]), np.array([3.9, 3.9])
    assert one.parts_at(x, y).tolist() == [0, 3]
    assert one.numbers_at(x, y).tolist() == [0, 0]
    assert {frozenset(arc[:2]) for arc in one.arcs} == {
        frozenset((0, 1)), frozenset((1, 2)), frozenset((0, OUTSIDE)),
    }  # fmt: skip
    # From the middle of the zigzag the nearest edge of the sea is now the island's.
    assert one.distances_at(2.6, 1.4, 4)[0] == pytest.approx(0.9 * 111_290, rel=1e-3)
