"""Latitude, longitude and height, there and back, and against PROJ."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pyproj import Transformer

from launchwatch.earth import _kernels, ellipsoid
from launchwatch.errors import InputError

HEIGHTS = [-5e3, 0.0, 100.0, 20e3, 100e3, 500e3, 2e6, 36e6]


# No deadline: the first example compiles the kernel.
@settings(deadline=None)
@given(
    st.floats(-np.pi / 2, np.pi / 2),
    st.floats(-np.pi, np.pi),
    st.floats(-5e3, 4e7),
)
def test_a_place_returns_from_ecef(latitude: float, longitude: float, height: float) -> None:
    point = ellipsoid.ecef_from_geodetic(latitude, longitude, height)
    lat, lon, up = ellipsoid.geodetic_from_ecef(point)
    # 2e-8 m is four units in the last place of 4e7 m.
    assert abs(up - height) < 2e-8
    assert np.linalg.norm(ellipsoid.ecef_from_geodetic(lat, lon, up) - point) < 2e-8


@pytest.mark.parametrize("height", HEIGHTS)
def test_positions_equal_those_of_proj(height: float) -> None:
    rng = np.random.default_rng(4)
    latitude = np.degrees(np.arcsin(rng.uniform(-1, 1, 500)))
    latitude[:3] = 90.0, -90.0, 0.0
    longitude = rng.uniform(-180, 180, 500)
    proj = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    theirs = np.column_stack(proj.transform(longitude, latitude, np.full(500, height)))
    ours = ellipsoid.ecef_from_geodetic(np.radians(latitude), np.radians(longitude), height)
    # Nanometres: rounding of numbers of 1e7 m.
    assert np.abs(ours - theirs).max() < 3e-8
    lat, _, up = ellipsoid.geodetic_from_ecef(theirs)
    assert np.abs(lat - np.radians(latitude)).max() * 6.4e6 < 1e-8
    assert np.abs(up - height).max() < 3e-8


@pytest.mark.parametrize(("height", "tolerance"), [(0.0, 1e-8), (1e5, 3e-5), (2e6, 6e-3)])
def test_the_cheap_height_errs_by_less_than_its_note_says(height: float, tolerance: float) -> None:
    for latitude in np.linspace(-np.pi / 2, np.pi / 2, 61):
        point = ellipsoid.ecef_from_geodetic(latitude, 1.0, height)
        assert abs(_kernels.height(*point) - height) < tolerance


def test_kernel_and_array_function_agree() -> None:
    point = ellipsoid.ecef_from_geodetic(0.7, 2.2, 5e4)
    assert _kernels.ecef_from_geodetic(0.7, 2.2, 5e4) == pytest.approx(tuple(point), abs=2e-9)


def test_arguments_are_left_alone_and_shapes_kept() -> None:
    points = ellipsoid.ecef_from_geodetic(np.full((2, 3), 0.5), 0.1, 10.0)
    before = points.copy()
    lat, _, _ = ellipsoid.geodetic_from_ecef(points)
    assert lat.shape == (2, 3)
    assert (points == before).all()


def test_the_centre_and_the_axis_have_an_answer() -> None:
    lat, _, up = ellipsoid.geodetic_from_ecef([[0.0, 0.0, 0.0], [0.0, 0.0, 7e6]])
    assert np.isfinite(lat).all()
    assert lat[1] == pytest.approx(np.pi / 2)
    assert lat[0] == 0.0
    assert up[1] == pytest.approx(7e6 - 6356752.314245179, abs=1e-6)


@pytest.mark.parametrize("points", [[1.0, 2.0], [[np.nan, 0.0, 0.0]], 3.0])
def test_nonsense_is_refused(points: object) -> None:
    with pytest.raises(InputError):
        ellipsoid.geodetic_from_ecef(points)  # type: ignore[arg-type]


def test_a_latitude_beyond_the_pole_is_refused() -> None:
    with pytest.raises(InputError, match="π/2"):
        ellipsoid.ecef_from_geodetic(1.6, 0.0, 0.0)
