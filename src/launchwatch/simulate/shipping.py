"""Ships and airliners that say where they are, as receivers of AIS and ADS-B would hear them.

They are drawn around a place, so that a scenario has somebody in danger: fishing boats that
wander slowly, densest in the middle, cargo ships and airliners that pass. They stand in
no sensor's plots: radars that look for missiles leave out what flies by its transponder.
"""

from typing import Any

import numpy as np
from pyproj import Geod

from launchwatch.simulate.chance import stream
from launchwatch.simulate.plan import Reporting
from launchwatch.simulate.scenario import Scenario
from launchwatch.timescale import Instant, instant_after, utc_from_instant

_GEOD = Geod(ellps="WGS84")

_BEFORE_S, _AFTER_S = 60.0, 120.0
"""Reports begin before the sensors do, and go on after."""

_LEG_S = 240.0
"""After which a fishing boat turns, on average."""

_SHIP_SIGMA_M, _AIRCRAFT_SIGMA_M = 5.0, 12.3  # satellite navigation; NACp 9's 30 m in 95 %


def reports(scenario: Scenario, seed: int) -> list[tuple[Instant, dict[str, Any]]]:
    """Give the lines of a traffic file, each with the time at which it is heard, in that order."""
    plan = scenario.reporting
    lines: list[tuple[Instant, dict[str, Any]]] = []
    for n in range(plan.fishing):
        lines += _ship(f"fishing{n + 1}", 431_700_001 + n, 30, scenario, seed)
    for n in range(plan.cargo):
        lines += _ship(f"cargo{n + 1}", 440_100_001 + n, 70, scenario, seed)
    for n in range(plan.airliners):
        lines += _airliner(n + 1, scenario, seed)
    return sorted(lines, key=lambda line: line[0])


def _ship(
    name: str, mmsi: int, kind: int, scenario: Scenario, seed: int
) -> list[tuple[Instant, dict[str, Any]]]:
    chance, plan = stream(seed, "ship", name), scenario.reporting
    is_fishing = kind == 30
    # Uniform in distance, not in area: the middle is the densest.
    longitude, latitude = _away(plan, chance.uniform(0.0, 1.0), chance.uniform(0.0, 360.0))
    course = chance.uniform(0.0, 360.0)
    speed = chance.uniform(0.5, 4.0) if is_fishing else chance.uniform(5.0, 9.0)
    period = 30.0 if is_fishing else 10.0  # AIS class B, and A at 14 knots
    time = -_BEFORE_S + chance.uniform(0.0, period)
    lines = []
    while time < scenario.duration + _AFTER_S:
        heard = instant_after(scenario.start, time)
        lines.append((heard, {
            "mmsi": str(mmsi),
            "time": utc_from_instant(heard, 3),
            "latitude_deg": round(
                float(latitude) + chance.normal(0.0, _SHIP_SIGMA_M) / 111_195.0, 6
            ),
            "longitude_deg": round(float(longitude), 6),
            "position_sigma_m": _SHIP_SIGMA_M,
            "course_deg": round(course % 360.0, 1) % 360.0,
            "speed_mps": round(speed, 2),
            "name": name.upper(),
            "kind": kind,
        }))  # fmt: skip
        longitude, latitude, _ = _GEOD.fwd(longitude, latitude, course, speed * period)
        if is_fishing and chance.uniform() < period / _LEG_S:
            course = chance.uniform(0.0, 360.0)
        time += period
    return lines


def _airliner(number: int, scenario: Scenario, seed: int) -> list[tuple[Instant, dict[str, Any]]]:
    chance, plan = stream(seed, "reporting airliner", str(number)), scenario.reporting
    longitude, latitude = _away(plan, chance.uniform(0.0, 1.0), chance.uniform(0.0, 360.0))
    course, speed = chance.uniform(0.0, 360.0), chance.uniform(210.0, 255.0)
    height, passes = chance.uniform(9_000.0, 12_000.0), chance.uniform(0.2, 1.0)
    times = np.arange(-_BEFORE_S + chance.uniform(0.0, 2.0), scenario.duration + _AFTER_S, 2.0)
    along = speed * (times - passes * scenario.duration)
    east, north, back = _GEOD.fwd(
        np.full(len(times), longitude), np.full(len(times), latitude),
        np.full(len(times), course), along,
    )  # fmt: skip
    lines = []
    for time, x, y, turned in zip(times.tolist(), east, north, back, strict=True):
        heard = instant_after(scenario.start, time)
        lines.append((heard, {
            "icao24": f"{0x71B000 + number:06x}",
            "time": utc_from_instant(heard, 3),
            "callsign": f"SIM{100 + number}",
            "latitude_deg": round(float(y) + chance.normal(0.0, _AIRCRAFT_SIGMA_M) / 111_195.0, 6),
            "longitude_deg": round(float(x), 6),
            "height_m": round(height, 1),
            "on_ground": False,
            "course_deg": round(float(turned + 180.0) % 360.0, 1) % 360.0,
            "speed_mps": round(speed, 1),
            "nacp": 9,
            "nic": 8,
        }))  # fmt: skip
    return lines


def _away(plan: Reporting, share: float, azimuth: float) -> tuple[float, float]:
    """Give longitude and latitude at a share of the radius from the middle."""
    east, north, _ = _GEOD.fwd(
        plan.longitude_deg, plan.latitude_deg, azimuth, share * plan.radius_km * 1e3
    )
    return float(east), float(north)
