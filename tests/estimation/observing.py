"""Sensors, states and plots for the tests of estimation."""

import numpy as np
from numpy.typing import NDArray

from launchwatch.estimation.measurement import Site
from launchwatch.messages.plot import LineOfSightPlot, RadarPlot
from launchwatch.messages.sensor import Infrared, Radar
from launchwatch.timescale import Instant

Floats = NDArray[np.float64]

NOON = Instant(1_762_480_800_000_000_000)


def radar_site(rate_sigma: float | None = 1.0, sigma_deg: float = 0.07) -> Site:
    return Site(
        Radar(
            id="radar",
            owner="KOR",
            latitude_deg=37.9,
            longitude_deg=128.2,
            height_m=900.0,
            range_sigma_m=30.0,
            azimuth_sigma_deg=sigma_deg,
            elevation_sigma_deg=sigma_deg,
            range_rate_sigma_mps=rate_sigma,
            scan_period_s=1.0,
            minimum_elevation_deg=2.0,
            maximum_range_m=2e6,
            detection_probability=0.95,
            clutter_per_scan=2.0,
        )
    )


def infrared_site(longitude_deg: float = 105.0) -> Site:
    return Site(
        Infrared(
            id="infrared",
            owner="USA",
            latitude_deg=0.0,
            longitude_deg=longitude_deg,
            height_m=35_786_000.0,
            line_of_sight_sigma_rad=3e-4,
            scan_period_s=1.0,
            detection_probability=0.95,
            clutter_per_scan=0.1,
        )
    )


def seen_by(site: Site, state: Floats, noise: Floats | None = None) -> Floats:
    """Pack what a site measures of a state (6 or more numbers), noise in units of sigma."""
    noise = np.zeros(4) if noise is None else noise
    offset = state[:3] - site.position
    shared = {"time": NOON, "received": NOON, "mode": "simulation", "scan": 1}
    shared |= {"source": "test", "line": 1}
    if isinstance(site.sensor, Infrared):
        line = offset / np.linalg.norm(offset)
        across = np.cross(line, [0.0, 0.0, 1.0])
        across /= np.linalg.norm(across)
        sigma = site.sensor.line_of_sight_sigma_rad
        line = line + sigma * (noise[0] * across + noise[1] * np.cross(line, across))
        line /= np.linalg.norm(line)
        return site.pack(
            LineOfSightPlot(sensor="infrared", line_of_sight_ecef=tuple(line.tolist()), **shared)
        )
    sensor = site.sensor
    east, north, up = site.rotation @ offset
    distance = float(np.linalg.norm(offset))
    rate = float(offset @ state[3:6]) / distance
    known = sensor.range_rate_sigma_mps is not None
    return site.pack(
        RadarPlot(
            sensor="radar",
            range_m=distance + sensor.range_sigma_m * noise[0],
            azimuth_deg=float(np.degrees(np.arctan2(east, north))) % 360.0
            + sensor.azimuth_sigma_deg * noise[1],
            elevation_deg=float(np.degrees(np.arctan2(up, np.hypot(east, north))))
            + sensor.elevation_sigma_deg * noise[2],
            range_rate_mps=rate + sensor.range_rate_sigma_mps * noise[3] if known else None,
            **shared,
        )
    )


def state_near(
    site: Site, distance: float, azimuth: float, elevation: float, velocity: Floats
) -> Floats:
    """Give (6,) at range, azimuth and elevation (radians) from a site."""
    level = distance * np.cos(elevation)
    local = [level * np.sin(azimuth), level * np.cos(azimuth), distance * np.sin(elevation)]
    return np.concatenate([site.position + site.rotation.T @ local, velocity])
