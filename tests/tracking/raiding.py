"""Small raids for tests: bodies that coast past a radar, and what it reports of them."""

import numpy as np
from numpy.typing import NDArray

from launchwatch.earth.ellipsoid import ecef_from_geodetic
from launchwatch.earth.local import aer_from_enu, ecef_from_enu_rotation, enu_from_ecef
from launchwatch.flight.motion import COAST, propagate
from launchwatch.messages.sensor import Radar
from launchwatch.timescale import SECOND, Instant

Floats = NDArray[np.float64]

BEGIN = Instant(1_500_000_000 * SECOND)


def radar(**changed: object) -> Radar:
    """Give a radar at 40° N 30° W; 30 m and 0.05° once a second."""
    given: dict[str, object] = {
        "id": "radar",
        "owner": "ZZZ",
        "latitude_deg": 40.0,
        "longitude_deg": -30.0,
        "height_m": 0.0,
        "range_sigma_m": 30.0,
        "azimuth_sigma_deg": 0.05,
        "elevation_sigma_deg": 0.05,
        "scan_period_s": 1.0,
        "minimum_elevation_deg": 1.0,
        "maximum_range_m": 1.2e6,
        "detection_probability": 0.9,
        "clutter_per_scan": 10.0,
    }
    return Radar(**(given | changed))  # type: ignore[arg-type]


def body(
    north_m: float = 0.0,
    east_m: float = 0.0,
    height_m: float = 180e3,
    velocity_enu: tuple[float, float, float] = (200.0, -1500.0, 600.0),
) -> Floats:
    """Give a state (6,) that lies so far from a place 4.5° north of the radar."""
    place = np.radians([44.5, -30.0]) + np.array(
        [north_m / 6.371e6, east_m / 6.371e6 / np.cos(np.radians(44.5))]
    )
    return np.r_[
        ecef_from_geodetic(*place, height_m), ecef_from_enu_rotation(*place) @ velocity_enu
    ]


def flown(states: Floats, seconds: float) -> Floats:
    """Give states (n, 6) some seconds later, in a vacuum or nearly so."""
    extras = np.zeros((len(states), 3))
    extras[:, 0] = np.log(1e9)
    return propagate(COAST, np.hstack([states, extras]), seconds)[:, :6]


def seen(sensor: Radar, states: Floats) -> Floats:
    """Give range, azimuth, elevation and range rate (n, 4) without errors."""
    site = np.radians(sensor.latitude_deg), np.radians(sensor.longitude_deg), sensor.height_m
    azimuth, elevation, distance = aer_from_enu(enu_from_ecef(states[:, :3], *site))
    line = states[:, :3] - ecef_from_geodetic(*site)
    rate = np.einsum("ni,ni->n", line, states[:, 3:]) / np.linalg.norm(line, axis=1)
    return np.column_stack([distance, azimuth, elevation, rate])


def plots(
    sensor: Radar,
    states: Floats,
    chance: np.random.Generator,
    clutter: int = 0,
    detection: float | None = None,
) -> Floats:
    """Give what a radar reports of states (n, 6) in one scan, shuffled among false plots."""
    rate = sensor.range_rate_sigma_mps
    sigma = np.array([sensor.range_sigma_m, *np.radians([sensor.azimuth_sigma_deg] * 2), rate or 0])
    real = seen(sensor, states)
    real += chance.standard_normal(real.shape) * sigma
    if detection is not None:
        real = real[chance.random(len(real)) < detection]
    least = np.radians(sensor.minimum_elevation_deg)
    false = chance.uniform(
        [0.0, 0.0, least, -8000.0],
        [sensor.maximum_range_m, 2 * np.pi, np.pi / 2, 8000.0],
        (clutter, 4),
    )
    both = chance.permutation(np.concatenate([real, false]))
    return both[:, : 3 if rate is None else 4]


def at(seconds: float) -> Instant:
    """Give a moment some seconds after the beginning."""
    return Instant(BEGIN + round(seconds * SECOND))
