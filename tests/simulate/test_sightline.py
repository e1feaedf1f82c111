"""What sensors would see, against PROJ's topocentric conversion and plain geometry."""

import numpy as np
import pytest
from numpy.typing import NDArray
from pyproj import Transformer

from launchwatch.messages.sensor import Infrared, Radar
from launchwatch.simulate.scenario import load
from launchwatch.simulate.sightline import (
    CLOUD_TOP,
    is_hidden,
    is_in_view,
    line_of_sight,
    radar_view,
    site,
)

SENSORS = load("friday").sensors
_PROJ = Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)


def at(latitude: float, longitude: float, height: float) -> NDArray[np.float64]:
    """Give a state at rest, (1, 6), above a place."""
    return np.array([[*_PROJ.transform(longitude, latitude, height), 0.0, 0.0, 0.0]])


def radar(name: str) -> Radar:
    sensor = SENSORS[name]
    assert isinstance(sensor, Radar)
    return sensor


def infrared(name: str) -> Infrared:
    sensor = SENSORS[name]
    assert isinstance(sensor, Infrared)
    return sensor


@pytest.mark.parametrize("name", ["kr-north", "jp-north", "ship-1"])
def test_a_radar_view_is_that_of_proj(name: str) -> None:
    sensor = radar(name)
    chance = np.random.default_rng(7)
    states = site(sensor) + chance.normal(0.0, 4e5, (200, 3))
    topocentric = Transformer.from_pipeline(
        f"+proj=topocentric +ellps=WGS84 +lon_0={sensor.longitude_deg} "
        f"+lat_0={sensor.latitude_deg} +h_0={sensor.height_m}"
    )
    east, north, up = topocentric.transform(*states.T)
    view = radar_view(sensor, np.hstack([states, np.zeros((200, 3))]))
    distance = np.sqrt(east**2 + north**2 + up**2)
    np.testing.assert_allclose(view[:, 0], distance, atol=1e-6)
    np.testing.assert_allclose(view[:, 1], np.arctan2(east, north) % (2 * np.pi), atol=1e-11)
    np.testing.assert_allclose(view[:, 2], np.arcsin(up / distance), atol=1e-9)


def test_range_rate_is_the_slope_of_range() -> None:
    sensor = radar("kr-north")
    states = at(39.0, 130.0, 1.5e5)
    states[0, 3:] = [-1_200.0, 900.0, 2_000.0]
    ahead, behind = states.copy(), states.copy()
    ahead[0, :3] += 0.5 * states[0, 3:]
    behind[0, :3] -= 0.5 * states[0, 3:]
    slope = radar_view(sensor, ahead)[0, 0] - radar_view(sensor, behind)[0, 0]
    # The third derivative of range over a second: v³/r² / 24.
    assert radar_view(sensor, states)[0, 3] == pytest.approx(slope, abs=0.01)


def test_a_line_of_sight_is_a_unit_vector_that_leads_to_the_target() -> None:
    sensor = infrared("ir-105")
    state = at(40.0, 126.0, 5e4)
    direction = line_of_sight(sensor, state)
    assert np.linalg.norm(direction) == pytest.approx(1.0, abs=1e-15)
    away = state[0, :3] - site(sensor)
    np.testing.assert_allclose(np.cross(direction[0], away), 0.0, atol=1e-7)


def test_the_earth_hides_what_is_behind_it() -> None:
    sensor = infrared("ir-105")
    assert not is_hidden(sensor, at(40.0, 126.0, 1e4))[0]
    assert is_hidden(sensor, at(0.0, -75.0, 1e6))[0]
    # From geostationary height the limb lies 81.3 degrees from the point below.
    assert not is_hidden(sensor, at(0.0, 105.0 + 81.2, 0.0))[0]
    assert is_hidden(sensor, at(0.0, 105.0 + 81.4, 0.0))[0]


def test_infrared_sees_only_what_is_hot_and_above_the_clouds() -> None:
    sensor = infrared("ir-105")
    hot, cold = np.array([True]), np.array([False])
    assert is_in_view(sensor, at(40.0, 126.0, CLOUD_TOP + 10.0), hot)[0]
    assert not is_in_view(sensor, at(40.0, 126.0, CLOUD_TOP - 10.0), hot)[0]
    assert not is_in_view(sensor, at(40.0, 126.0, 5e4), cold)[0]


def test_a_radar_sees_above_its_lowest_elevation_and_within_its_range() -> None:
    sensor = radar("kr-north")
    cold = np.array([False])
    assert is_in_view(sensor, at(40.0, 130.0, 1e5), cold)[0]
    assert not is_in_view(sensor, at(40.0, 130.0, 1e3), cold)[0]
    assert not is_in_view(sensor, at(37.9, 128.2, 2.1e6), cold)[0]


def test_what_does_not_exist_is_in_nobodys_view() -> None:
    for sensor in SENSORS.values():
        assert not is_in_view(sensor, np.full((1, 6), np.nan), np.array([True]))[0]
