"""Gravity against a potential that is differentiated, and against known values."""

import numpy as np
import pytest

from launchwatch.constants import EARTH_GM, EARTH_J2, WGS84_SEMI_MAJOR
from launchwatch.earth import ellipsoid, gravity, rotation
from launchwatch.errors import InputError


def potential(point: np.ndarray) -> float:
    r = np.linalg.norm(point)
    sine = point[2] / r
    bulge = EARTH_J2 * (WGS84_SEMI_MAJOR / r) ** 2 * (1.5 * sine**2 - 0.5)
    return EARTH_GM / r * (1.0 - bulge)


def test_gravity_is_the_slope_of_its_potential() -> None:
    rng = np.random.default_rng(1)
    for point in rng.normal(0, 5e6, (20, 3)):
        step = 50.0
        slope = [
            (potential(point + step * axis) - potential(point - step * axis)) / (2 * step)
            for axis in np.eye(3)
        ]
        # Central differences over 50 m keep ten digits.
        assert gravity.gravity(point) == pytest.approx(slope, rel=1e-7, abs=1e-8)


@pytest.mark.parametrize(("latitude", "weight"), [(0.0, 9.7803253359), (90.0, 9.8321849378)])
def test_with_the_centrifugal_part_it_is_normal_gravity(latitude: float, weight: float) -> None:
    # WGS 84's normal gravity at equator and pole; J4 and beyond are worth 5·J4·g = 1.2e-4 m/s².
    point = ellipsoid.ecef_from_geodetic(np.radians(latitude), 0.3, 0.0)
    felt = gravity.gravity(point) + rotation.centrifugal(point)
    assert np.linalg.norm(felt) == pytest.approx(weight, abs=1.3e-4)


def test_the_centre_is_refused() -> None:
    with pytest.raises(InputError):
        gravity.gravity([0.0, 0.0, 0.0])


def test_rotation_does_no_work_and_agrees_with_an_inertial_frame() -> None:
    rng = np.random.default_rng(3)
    r, v = rng.normal(0, 7e6, (30, 3)), rng.normal(0, 3e3, (30, 3))
    before = v.copy()
    # 1e-9: rounding of products of 3e3 m/s and 0.5 m/s².
    assert np.abs((rotation.coriolis(v) * v).sum(axis=1)).max() < 1e-9
    omega = np.array([0.0, 0.0, 7.292115e-5])
    expected = -2 * np.cross(omega, v) - np.cross(omega, np.cross(omega, r))
    assert rotation.coriolis(v) + rotation.centrifugal(r) == pytest.approx(expected, abs=1e-12)
    assert rotation.inertial_velocity(r, v) == pytest.approx(v + np.cross(omega, r))
    assert (v == before).all()
