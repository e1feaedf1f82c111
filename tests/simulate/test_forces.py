"""The simulator's forces against a potential, PROJ and the printed standard atmosphere."""

import math

import pytest
from pyproj import Transformer

from launchwatch.constants import EARTH_GM, EARTH_J2, EARTH_ROTATION, WGS84_SEMI_MAJOR
from launchwatch.simulate.forces import (
    density,
    drag,
    drag_rise,
    geodetic_up_and_height,
    gravity_and_rotation,
)

PLACES = [(-2.8e6, 4.0e6, 4.1e6), (6.5e6, 1e5, -3e5), (1e4, -2e4, 6.6e6), (-5e6, -5e6, -1e6)]


def _potential(x: float, y: float, z: float) -> float:
    """Give the potential of a turning Earth with J2: its gradient is the force at rest."""
    r = math.sqrt(x * x + y * y + z * z)
    flattening = EARTH_J2 * (WGS84_SEMI_MAJOR / r) ** 2 * (1.5 * (z / r) ** 2 - 0.5)
    return EARTH_GM / r * (1.0 - flattening) + 0.5 * EARTH_ROTATION**2 * (x * x + y * y)


@pytest.mark.parametrize("place", PLACES)
def test_the_force_at_rest_is_the_gradient_of_the_potential(
    place: tuple[float, float, float],
) -> None:
    force = gravity_and_rotation(place, (0.0, 0.0, 0.0))
    for axis in range(3):
        ahead, behind = list(place), list(place)
        ahead[axis] += 10.0
        behind[axis] -= 10.0
        slope = (_potential(*ahead) - _potential(*behind)) / 20.0
        # Rounding of a potential of 6e7 over 20 m.
        assert force[axis] == pytest.approx(slope, abs=2e-9)


def test_a_moving_body_feels_coriolis_force_across_its_path() -> None:
    velocity = (2_000.0, -500.0, 800.0)
    moving = gravity_and_rotation(PLACES[0], velocity)
    resting = gravity_and_rotation(PLACES[0], (0.0, 0.0, 0.0))
    coriolis = [m - r for m, r in zip(moving, resting, strict=True)]
    assert sum(c * v for c, v in zip(coriolis, velocity, strict=True)) == pytest.approx(
        0.0, abs=1e-11
    )
    assert math.hypot(*coriolis) == pytest.approx(
        2.0 * EARTH_ROTATION * math.hypot(2_000.0, 500.0), rel=1e-12
    )


@pytest.mark.parametrize("place", PLACES)
def test_heights_are_those_of_proj(place: tuple[float, float, float]) -> None:
    proj = Transformer.from_crs("EPSG:4978", "EPSG:4979", always_xy=True)
    longitude, latitude, height = proj.transform(*place)
    up, ours = geodetic_up_and_height(place)
    assert ours == pytest.approx(height, abs=1e-4)  # Bowring's one pass
    assert math.degrees(math.asin(up[2])) == pytest.approx(latitude, abs=1e-9)
    assert math.degrees(math.atan2(up[1], up[0])) == pytest.approx(longitude, abs=1e-9)


@pytest.mark.parametrize(
    ("height_km", "printed"),
    # US Standard Atmosphere, 1976 (NOAA-S/T 76-1562), table I, geometric height.
    [(0, 1.2250), (5, 0.73643), (11, 0.36480), (20, 8.8910e-2), (30, 1.8410e-2),
     (50, 1.0269e-3), (70, 8.2829e-5), (80, 1.8458e-5), (100, 5.604e-7)],
)  # fmt: skip
def test_density_is_that_of_the_standard_atmosphere(height_km: float, printed: float) -> None:
    # The smooth form of the standard keeps within 1 % of the printed table.
    assert density(height_km * 1e3) == pytest.approx(printed, rel=0.01)


def test_density_does_not_jump_between_rows_of_its_table() -> None:
    for height in (499.999999, 86_000.0, 11_000.0):
        assert density(height) == pytest.approx(density(height + 1e-6), rel=1e-9)
    assert density(700_000.0) == 0.0


def test_drag_points_against_the_velocity_and_grows_with_its_square() -> None:
    slow, fast = drag((0.0, 1_500.0, 0.0), 2e4, 5e3), drag((0.0, 3_000.0, 0.0), 2e4, 5e3)
    assert slow[0] == slow[2] == 0.0
    assert slow[1] < 0.0
    ratio = drag_rise(10.0) / drag_rise(5.0)
    assert fast[1] / slow[1] == pytest.approx(4.0 * ratio, rel=1e-12)
    assert drag((0.0, 3_000.0, 0.0), 2e4, math.inf) == (0.0, 0.0, 0.0)


def test_the_drag_coefficient_peaks_just_above_the_speed_of_sound() -> None:
    machs = [n / 100.0 for n in range(1_500)]
    peak = max(machs, key=drag_rise)
    assert 1.0 < peak < 1.4
    assert drag_rise(0.5) < 1.0 < drag_rise(peak) < 2.0
    assert drag_rise(10.0) == pytest.approx(1.0, abs=0.01)
