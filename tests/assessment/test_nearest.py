"""The nearest edge of each zone."""

import numpy as np
import pytest

from launchwatch.assessment.nearest import BLOCK, Nearest
from launchwatch.assessment.partition import distances_to_pieces, points_ecef

ZONES = 5


def wandering(rng, count):
    """Give a line that goes about, as pieces."""
    steps = np.cumsum(rng.normal(0.0, 0.05, (count + 1, 2)), axis=0)
    points = np.array([135.0, 38.0]) + rng.normal(0.0, 4.0, 2) + steps
    return points[:-1], points[1:]


def edges(seed):
    """Give lines between zones: left, right, starts and ends."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(12):
        start, end = wandering(rng, int(rng.integers(1, 4 * BLOCK)))
        left = np.full(len(start), number % (ZONES - 1))
        found.append((left, left + 1, start, end))
    return tuple(np.concatenate(column) for column in zip(*found, strict=True))


def one_by_one(left, right, start, end, longitude, latitude):
    metres = distances_to_pieces(longitude, latitude, points_ecef(*start.T), points_ecef(*end.T))
    nearest = np.full(ZONES, np.inf)
    np.minimum.at(nearest, left, metres)
    np.minimum.at(nearest, right, metres)
    return nearest


@pytest.mark.parametrize("seed", range(8))
def test_blocks_leave_out_no_piece_that_is_nearest(seed):
    pieces = edges(seed)
    blocks = Nearest(*pieces)
    rng = np.random.default_rng(100 + seed)
    for longitude, latitude in rng.uniform((120.0, 30.0), (150.0, 46.0), (20, 2)):
        found = np.full(ZONES, np.inf)
        blocks.to_each(longitude, latitude, 2e7, found)
        # The same pieces, the same arithmetic.
        np.testing.assert_array_equal(found, one_by_one(*pieces, longitude, latitude))


def test_what_is_near_is_found_however_little_is_looked_at():
    pieces = edges(3)
    whole = one_by_one(*pieces, 135.0, 38.0)
    found = np.full(ZONES, np.inf)
    Nearest(*pieces).to_each(135.0, 38.0, 200e3, found)
    near = whole <= 200e3
    assert near.any()
    np.testing.assert_array_equal(found[near], whole[near])


def test_no_edges_at_all_are_allowed():
    none, no_points = np.empty(0, dtype=np.int64), np.empty((0, 2))
    found = np.full(2, np.inf)
    Nearest(none, none, no_points, no_points).to_each(10.0, 10.0, 1e6, found)
    assert np.isinf(found).all()
