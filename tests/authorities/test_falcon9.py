"""A rocket's first stage, seen by its own telemetry: coasting is ballistic, thrust is not."""

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import least_squares

from launchwatch.earth import ellipsoid, local
from launchwatch.flight.motion import COAST, propagate

Array = NDArray[np.float64]

CAPE = np.radians((28.61, -80.60))
VANDENBERG = np.radians((34.63, -120.61))
"""Launch sites, latitude and longitude: they set how the Earth's turning is felt."""

DRAG = np.log(4500.0)
"""ln β in kg/m²: some 50 t over 10.8 m² at Cd about 1; it costs 1 m/s near 60 km."""

ALTITUDE_SIGMA = 30.0
SPEED_SIGMA = 0.3
"""Altitude is shown in steps of 0.1 km (1 km above 100 km), speed in steps of 1 km/h."""


def telemetry(folder: Path, name: str, start: float, end: float) -> tuple[Array, Array, Array]:
    """Give seconds, speed (m/s) and altitude (m) between two times after lift-off."""
    table = np.loadtxt(folder / "falcon9" / f"{name}-stage1.csv", delimiter=",", skiprows=1)
    part = table[(table[:, 0] >= start) & (table[:, 0] <= end)]
    return part[:, 0], part[:, 1], part[:, 2] * 1000.0


def coast(guess: Array, times: Array, site: Array, azimuth: float) -> tuple[Array, Array]:
    """Give speed and altitude along a ballistic path from (altitude, speed, climb angle)."""
    altitude, speed, climb = guess
    position = ellipsoid.ecef_from_geodetic(site[0], site[1], altitude)
    enu = local.enu_from_aer(azimuth, climb, speed)
    velocity = local.ecef_from_enu_rotation(site[0], site[1]) @ enu
    state = np.concatenate((position, velocity, (DRAG, 0.0, 0.0)))[None, :]
    rows, now = [], times[0]
    for time in times:
        state = propagate(COAST, state, time - now)
        now = time
        rows.append(state[0])
    path = np.array(rows)
    _, _, heights = ellipsoid.geodetic_from_ecef(path[:, :3])
    return np.linalg.norm(path[:, 3:6], axis=1), heights


def fit(times: Array, speeds: Array, heights: Array, site: Array, azimuth: float) -> tuple[
    Array, float
]:  # fmt: skip
    """Fit a ballistic path; give its three numbers and the reduced chi-squared."""

    def misfit(guess: Array) -> Array:
        v, h = coast(guess, times, site, azimuth)
        return np.concatenate(((v - speeds) / SPEED_SIGMA, (h - heights) / ALTITUDE_SIGMA))

    climb = np.arcsin(np.clip(np.polyfit(times, heights, 1)[0] / speeds.mean(), -0.99, 0.99))
    found = least_squares(
        misfit, (heights[0], speeds[0], climb), x_scale=(1000.0, 10.0, 0.01), method="lm"
    )
    return found.x, 2.0 * found.cost / (2 * len(times) - 3)


def test_a_coast_fitted_for_20_s_predicts_the_next_205_s(authorities: Path) -> None:
    # From 162 s, as the speed shown settles for some seconds after the engines stop at 158 s.
    azimuth = np.radians(90.0)
    seen = telemetry(authorities, "BulgariaSat-1", 162.0, 182.0)
    path, chi2 = fit(*seen, CAPE, azimuth)
    assert chi2 < 1.3
    times, speeds, heights = telemetry(authorities, "BulgariaSat-1", 182.0, 387.0)
    v, h = coast(path, np.concatenate((seen[0][:1], times)), CAPE, azimuth)
    off = np.abs(h[1:] - heights)
    # What is shown in whole kilometres may be half of one off.
    off[heights >= 100e3] -= 500.0
    assert off.max() < 200.0
    assert np.abs(v[1:] - speeds).max() < 1.2


@pytest.mark.parametrize("start", [164.0, 168.0, 172.0])
def test_a_boost_back_is_not_ballistic(authorities: Path, start: float) -> None:
    seen = telemetry(authorities, "Iridium_NEXT_3", start, start + 20.0)
    _, chi2 = fit(*seen, VANDENBERG, np.radians(180.0))
    # 1.4 is the 1 % point for some 80 numbers; slowing at 40 m/s² is beyond any doubt.
    assert chi2 > 100.0
