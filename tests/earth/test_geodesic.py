"""Geodesics against GeographicLib's own test set."""

from pathlib import Path

import numpy as np
import pytest

from launchwatch.earth import geodesic
from launchwatch.errors import InputError


def turned(angle: np.ndarray) -> np.ndarray:
    """Give degrees in -180..180, so that 197° equals -163°."""
    return np.degrees(np.arctan2(np.sin(np.radians(angle)), np.cos(np.radians(angle))))


def test_karneys_cases_agree_to_a_millimetre(authorities: Path) -> None:
    table = np.loadtxt(authorities / "geodesy" / "karney_20_cases.csv", delimiter=",", skiprows=1)
    lat1, lon1, azi1, lat2, lon2, azi2, s12 = np.radians(table[:, :7]).T
    s12 = table[:, 6]
    distance, start, end = geodesic.inverse(lat1, lon1, lat2, lon2)
    assert np.abs(distance - s12).max() < 1e-3
    assert turned(np.degrees(start) - table[:, 2]) == pytest.approx(0.0, abs=1e-9)
    assert turned(np.degrees(end) - table[:, 5]) == pytest.approx(0.0, abs=1e-9)
    lat, lon, azimuth = geodesic.direct(lat1, lon1, azi1, s12)
    # 1e-10 rad is 0.6 mm.
    assert np.abs(lat - lat2).max() < 1e-10
    assert np.abs(turned(np.degrees(lon - lon2))).max() < 1e-8
    assert turned(np.degrees(azimuth - azi2)) == pytest.approx(0.0, abs=1e-8)


def test_going_there_is_what_was_measured() -> None:
    distance, azimuth, _ = geodesic.inverse(0.7, 2.2, 0.71, 2.3)
    lat, lon, _ = geodesic.direct(0.7, 2.2, azimuth, distance)
    assert (lat, lon) == pytest.approx((0.71, 2.3), abs=1e-14)


def test_a_latitude_beyond_the_pole_is_refused() -> None:
    with pytest.raises(InputError, match="latitude_2"):
        geodesic.inverse(0.0, 0.0, 2.0, 0.0)
    with pytest.raises(InputError):
        geodesic.direct(0.0, 0.0, 0.0, np.nan)
