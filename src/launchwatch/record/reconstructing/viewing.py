"""What sensors could have seen of a family of flights: the horizon explains much that is said.

A radar sees what is above its lowest elevation and within its range; an infrared sensor a burning
motor above the clouds, where the Earth does not stand between. A nation's sensors are taken
together: it has seen what any of them saw. Refraction is left out; over these distances it
lowers a radar's horizon by some kilometres.
"""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.constants import WGS84_SEMI_MAJOR, WGS84_SEMI_MINOR
from launchwatch.earth.ellipsoid import ecef_from_geodetic
from launchwatch.earth.geodesic import inverse
from launchwatch.earth.local import ecef_from_enu_rotation
from launchwatch.messages.reconstructed import Spread, View
from launchwatch.messages.sensor import Infrared, Radar, Sensor

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

CLOUD_TOP = 10_000.0
"""Metres below which clouds hide a plume: they reach 8 to 18 km."""


class Way(NamedTuple):
    """One member's path: (m, 7) rows of `launchwatch.record.reconstructing.flying.path`."""

    rows: Floats
    burn: float
    range: float


class Sight(NamedTuple):
    """What one nation saw of one member; NaN where it saw nothing."""

    first_s: float
    first_height: float
    last_height: float
    last_range: float
    unseen: float


def views(ways: Sequence[Way], sensors: Mapping[str, Sensor]) -> tuple[View, ...]:
    """Give what each nation's radars, and its infrared sensors, could have seen."""
    groups: dict[tuple[str, str], list[Sensor]] = {}
    for sensor in sensors.values():
        if isinstance(sensor, Radar | Infrared):
            kind = "radar" if isinstance(sensor, Radar) else "infrared"
            groups.setdefault((sensor.owner, kind), []).append(sensor)
    found = []
    for (owner, kind), group in sorted(groups.items()):
        sights = np.array([_sight(way, group) for way in ways])
        seen = np.isfinite(sights[:, 0])
        if not seen.any():
            continue
        some = sights[seen]
        found.append(View(
            owner=owner, kind=kind,  # type: ignore[arg-type]  # one of the two words above
            share=float(seen.mean()), first_s=spread(some[:, 0]),
            first_height_km=spread(some[:, 1] / 1e3), last_height_km=spread(some[:, 2] / 1e3),
            last_range_km=spread(some[:, 3] / 1e3), unseen_km=spread(some[:, 4] / 1e3),
        ))  # fmt: skip
    return tuple(found)


def spread(values: Floats) -> Spread:
    """Give median and middle 95 %, to four figures."""
    low, middle, high = np.quantile(values, [0.025, 0.5, 0.975])
    return Spread(value=_short(middle), low=_short(low), high=_short(high))


def _short(value: float) -> float:
    return float(f"{value:.4g}")


def _sight(way: Way, group: Sequence[Sensor]) -> Sight:
    rows = way.rows
    seen = np.zeros(len(rows), dtype=bool)
    for sensor in group:
        seen |= _sees(sensor, way)
    if not seen.any():
        return Sight(*[np.nan] * 5)
    at = np.flatnonzero(seen)
    first, last = rows[at[0]], rows[at[-1]]
    distance, _, _ = inverse(rows[0, 4], rows[0, 5], last[4], last[5])
    return Sight(
        float(first[0]), float(first[6]), float(last[6]), float(distance),
        max(way.range - float(distance), 0.0),
    )  # fmt: skip


def _sees(sensor: Sensor, way: Way) -> Truths:
    points = way.rows[:, 1:4]
    latitude, longitude = np.radians([sensor.latitude_deg, sensor.longitude_deg])
    site = ecef_from_geodetic(latitude, longitude, np.float64(sensor.height_m))
    away = points - site
    distance = np.linalg.norm(away, axis=1)
    if isinstance(sensor, Radar):
        up = ecef_from_enu_rotation(latitude, longitude)[:, 2]
        elevation = np.arcsin(np.clip(away @ up / distance, -1.0, 1.0))
        return np.asarray(
            (elevation >= np.radians(sensor.minimum_elevation_deg))
            & (distance <= sensor.maximum_range_m)
        )
    # Stretched along its axis the ellipsoid is a ball, and straight lines stay straight.
    stretch = np.array([1.0, 1.0, WGS84_SEMI_MAJOR / WGS84_SEMI_MINOR])
    here, line = site * stretch, away * stretch
    share = np.clip(-(line @ here) / np.einsum("ij,ij->i", line, line), 0.0, 1.0)
    nearest = np.linalg.norm(here + share[:, None] * line, axis=1)
    burning = way.rows[:, 0] <= way.burn
    return np.asarray(burning & (way.rows[:, 6] > CLOUD_TOP) & (nearest > WGS84_SEMI_MAJOR - 1.0))
