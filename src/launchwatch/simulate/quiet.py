"""Quiet skies: for each seed another place, other sensors and other traffic, and no launch.

Some are watched by early-warning radars that look once a second, some by air surveillance
that turns once in ten seconds, most by a mixture; infrared sensors stand above or do not.
All figures are drawn, plausible and nobody's.
"""

import numpy as np
from pyproj import Geod

from launchwatch.messages.sensor import Infrared, Radar, Sensor
from launchwatch.simulate.chance import stream
from launchwatch.simulate.plan import Scan, Traffic
from launchwatch.simulate.scenario import Scenario
from launchwatch.timescale import SECOND, Instant, instant_from_utc

_START = instant_from_utc("2025-11-07T01:00:00Z")
_GEOD = Geod(ellps="WGS84")


def sky(seed: int, duration: float = 3600.0) -> Scenario:
    """Draw the quiet sky of a seed, over some seconds."""
    chance = stream(seed, "quiet sky")
    latitude = float(np.degrees(np.arcsin(chance.uniform(-0.9, 0.9))))
    place = latitude, float(chance.uniform(-180.0, 180.0))
    sensors, scans = _sensors(place, chance)
    reach = 6.0
    wide = reach / np.cos(np.radians(latitude))
    # Real skies are mostly moderately busy, seldom very.
    busy = float(np.exp(chance.normal(0.0, 0.6)))
    traffic = Traffic(
        airliners=int(chance.poisson(4.0 * busy)),
        satellites=int(chance.poisson(2.0)),
        wanderers=int(chance.poisson(6.0 * busy)),
        jets=int(chance.poisson(1.5)),
        orbiters=int(chance.poisson(6.0)),
        meteors_per_minute=float(chance.uniform(0.0, 1.0)),
        fireballs_per_hour=float(chance.uniform(0.0, 4.0)),
        flares_per_hour=float(chance.uniform(0.0, 8.0)),
        bursts_per_hour=float(chance.uniform(0.0, 2.0)),
        south_deg=max(latitude - reach, -85.0),
        north_deg=min(latitude + reach, 85.0),
        west_deg=place[1] - wide,
        east_deg=place[1] + wide,
    )
    return Scenario(
        name=f"quiet-{seed}",
        title="a quiet sky",
        start=_START,
        end=Instant(_START + round(duration * SECOND)),
        sensors={sensor.id: sensor for sensor in sensors},
        scans=scans,
        launches=(),
        traffic=traffic,
        facts=(),
    )


def _sensors(
    place: tuple[float, float], chance: np.random.Generator
) -> tuple[list[Sensor], dict[str, Scan]]:
    """Draw who watches: at least one radar, at most four, and up to two infrared sensors."""
    sensors: list[Sensor] = []
    scans: dict[str, Scan] = {}
    for number in range(int(chance.integers(1, 5))):
        kind = ("warning", "surveillance", "ship", "approach")[
            int(chance.choice(4, p=[0.3, 0.35, 0.2, 0.15]))
        ]
        radar, is_rotating = _radar(f"{kind}-{number + 1}", kind, place, chance)
        sensors.append(radar)
        scans[radar.id] = Scan(rotating=is_rotating)
    for number in range(int(chance.choice(3, p=[0.3, 0.3, 0.4]))):
        infrared = Infrared(
            id=f"infrared-{number + 1}",
            owner="ZZZ",
            latitude_deg=0.0,
            longitude_deg=_wrapped(place[1] + chance.uniform(-45.0, 45.0)),
            height_m=35_786_000.0,
            line_of_sight_sigma_rad=float(chance.choice([3e-5, 1e-4, 3e-4])),
            scan_period_s=float(chance.choice([1.0, 2.0, 5.0, 10.0])),
            detection_probability=float(chance.uniform(0.8, 0.97)),
            clutter_per_scan=float(chance.choice([0.1, 0.5, 2.0])),
        )
        sensors.append(infrared)
        scans[infrared.id] = Scan(snr_db=20.0)
    return sensors, scans


def _radar(
    name: str, kind: str, place: tuple[float, float], chance: np.random.Generator
) -> tuple[Radar, bool]:
    """Draw a radar of a kind near a place, and whether it rotates."""
    distance = chance.uniform(0.0, 400e3 if kind != "approach" else 150e3)
    east, north, _ = _GEOD.fwd(place[1], place[0], chance.uniform(0.0, 360.0), distance)
    # Period (s), range (km), sigmas of range (m), azimuth and elevation (deg), rotating.
    if kind == "warning":
        period, reach, figures = chance.choice([1.0, 2.0]), 2_000e3, (30.0, 0.07, 0.07)
    elif kind == "surveillance":
        period, reach, figures = chance.choice([5.0, 10.0, 12.0]), 450e3, (80.0, 0.12, 0.35)
    elif kind == "ship":
        period, reach, figures = chance.choice([2.0, 4.0]), 1_000e3, (40.0, 0.09, 0.09)
    else:
        period, reach, figures = chance.choice([4.0, 5.0]), 150e3, (60.0, 0.1, 0.3)
    scale = float(np.exp(chance.normal(0.0, 0.3)))
    states = chance.random(3) < 0.85
    radar = Radar(
        id=name,
        owner="ZZZ",
        latitude_deg=float(north),
        longitude_deg=_wrapped(float(east)),
        height_m=float(chance.uniform(0.0, 1_500.0)),
        range_sigma_m=figures[0] * scale,
        azimuth_sigma_deg=figures[1] * scale,
        elevation_sigma_deg=figures[2] * scale,
        range_rate_sigma_mps=float(chance.uniform(0.5, 3.0)) if chance.random() < 0.6 else None,
        scan_period_s=float(period),
        minimum_elevation_deg=float(chance.uniform(0.0, 3.0)),
        maximum_range_m=reach,
        # Not every sensor tells what it is worth.
        detection_probability=float(chance.uniform(0.75, 0.98)) if states[0] else None,
        clutter_per_scan=float(np.exp(chance.uniform(-1.0, 2.5))) if states[1] else None,
    )
    return radar, kind in ("surveillance", "approach") or (kind == "ship" and bool(states[2]))


def _wrapped(longitude: float) -> float:
    return float((longitude + 180.0) % 360.0 - 180.0)
