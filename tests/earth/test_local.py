"""Local frames: directions that can be checked by thought, and round trips."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchwatch.earth import ellipsoid, local
from launchwatch.errors import InputError


def test_at_greenwich_on_the_equator_the_axes_are_those_of_ecef() -> None:
    rotation = local.ecef_from_enu_rotation(0.0, 0.0)
    assert rotation == pytest.approx(np.array([[0, 0, 1], [1, 0, 0], [0, 1, 0]]))


def test_north_has_azimuth_zero_and_east_a_quarter_turn() -> None:
    azimuth, elevation, distance = local.aer_from_enu([[0, 5, 0], [5, 0, 0], [0, 0, 5]])
    assert azimuth[:2] == pytest.approx([0.0, np.pi / 2])
    assert elevation == pytest.approx([0.0, 0.0, np.pi / 2])
    assert distance == pytest.approx(5.0)


@given(st.floats(0, 2 * np.pi - 1e-6), st.floats(-1.5, 1.5), st.floats(1.0, 5e6))
def test_a_direction_returns_from_enu(azimuth: float, elevation: float, distance: float) -> None:
    az, el, far = local.aer_from_enu(local.enu_from_aer(azimuth, elevation, distance))
    # Compared around the circle, as 0 and 2π are one direction.
    assert abs(np.sin((az - azimuth) / 2)) < 1e-12
    assert el == pytest.approx(elevation, abs=1e-12)
    assert far == pytest.approx(distance, rel=1e-14)


def test_positions_return_from_a_site() -> None:
    rng = np.random.default_rng(2)
    enu = rng.normal(0, 1e6, (50, 3))
    before = enu.copy()
    points = local.ecef_from_enu(enu, 0.6, 2.3, 120.0)
    assert np.abs(local.enu_from_ecef(points, 0.6, 2.3, 120.0) - enu).max() < 1e-8
    assert (enu == before).all()


def test_up_is_the_normal_of_the_ellipsoid() -> None:
    above = local.ecef_from_enu([0.0, 0.0, 1000.0], 0.9, -1.0, 0.0)
    assert above == pytest.approx(ellipsoid.ecef_from_geodetic(0.9, -1.0, 1000.0), abs=1e-8)


def test_many_sites_give_many_rotations() -> None:
    rotation = local.ecef_from_enu_rotation(np.linspace(-1, 1, 7), np.linspace(0, 3, 7))
    assert rotation.shape == (7, 3, 3)
    assert rotation @ rotation.transpose(0, 2, 1) == pytest.approx(
        np.broadcast_to(np.eye(3), (7, 3, 3)), abs=1e-15
    )


@pytest.mark.parametrize("distance", [-1.0, np.nan])
def test_a_range_that_cannot_be_is_refused(distance: float) -> None:
    with pytest.raises(InputError):
        local.enu_from_aer(0.0, 0.0, distance)
