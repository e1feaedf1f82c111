"""How a fall point moves, against falls that were really moved."""

import numpy as np
import pytest
from numpy.typing import NDArray

from launchwatch.earth import ellipsoid, local
from launchwatch.errors import InputError
from launchwatch.flight.fall import falls
from launchwatch.flight.slopes import across_and_along, fall_slopes

Array = NDArray[np.float64]
PLACE = np.radians((40.2, 125.2))


def climbing() -> Array:
    """Give a body 60 km up that flies east, some 600 km far."""
    rotation = local.ecef_from_enu_rotation(*PLACE)
    velocity = rotation @ local.enu_from_aer(np.radians(95.0), np.radians(40.0), 2300.0)
    return np.concatenate((ellipsoid.ecef_from_geodetic(*PLACE, 60e3), velocity))


def test_the_slopes_foretell_where_a_body_moved_a_little_falls() -> None:
    state = climbing()
    told = fall_slopes(state, 3000.0)
    rng = np.random.default_rng(2)
    for _ in range(5):
        change = np.concatenate(
            (rng.normal(0.0, 500.0, 3), rng.normal(0.0, 3.0, 3), rng.normal(0.0, 0.03, 1))
        )
        fell = falls((state + change[:6])[None], 3000.0 * np.exp(change[6]))
        moved = across_and_along(told, fell.latitude, fell.longitude)[0]
        # Second order in a change of some kilometres over a flight of 600: under a per cent.
        assert moved == pytest.approx(told.slopes @ change, abs=0.01 * np.linalg.norm(moved) + 5.0)


def test_faster_forward_falls_farther_and_sideways_to_the_side() -> None:
    state = climbing()
    told = fall_slopes(state, 3000.0)
    rotation = local.ecef_from_enu_rotation(*PLACE)
    ahead = rotation @ local.enu_from_aer(np.radians(95.0), 0.0, 1.0)
    right = rotation @ local.enu_from_aer(np.radians(185.0), 0.0, 1.0)
    forward = told.slopes[:, 3:6] @ ahead
    aside = told.slopes[:, 3:6] @ right
    # Some 400 s of flight: metres per m/s of the same order.
    assert 300.0 < forward[1] < 1200.0
    assert 300.0 < aside[0] < 600.0
    assert abs(aside[1]) < 0.2 * aside[0]


def test_a_heavier_body_falls_farther() -> None:
    told = fall_slopes(climbing(), 3000.0)
    assert told.slopes[1, 6] > 100.0
    assert abs(told.slopes[0, 6]) < 0.05 * told.slopes[1, 6]


def test_what_does_not_fall_has_no_slopes() -> None:
    with pytest.raises(InputError):
        fall_slopes(np.zeros(5), 3000.0)
    with pytest.raises(InputError, match="comes down"):
        fall_slopes([7e6, 0, 0, 0, 9000.0, 0], 3000.0)
