"""What the aircraft of a scenario say of themselves, by ADS-B, while radars see them.

Each second, its place with an error of its own that stays (its antenna, its receiver, and up
to 0.6 s by which the word is older than it says), its height likewise, course and speed.
"""

from typing import Any

import numpy as np

from launchwatch.earth.ellipsoid import geodetic_from_ecef
from launchwatch.earth.local import ecef_from_enu_rotation
from launchwatch.simulate.body import Body
from launchwatch.simulate.chance import stream
from launchwatch.simulate.scenario import Scenario
from launchwatch.timescale import Instant, instant_after, utc_from_instant

_SIGMA_M, _HEIGHT_SIGMA_M = 12.3, 23.0  # NACp 9's 30 m in 95 %, GVA 2's 45 m
_OLD_S = 0.6
"""What RTCA DO-260B allows in all; drawn evenly below it."""


def reports(
    scenario: Scenario, seed: int, bodies: list[Body]
) -> list[tuple[Instant, dict[str, Any]]]:
    """Give the lines of a traffic file, each with the time at which it is heard, in that order."""
    lines: list[tuple[Instant, dict[str, Any]]] = []
    aircraft = [body for body in bodies if body.kind == "aircraft"]
    for number, body in enumerate(aircraft, start=1):
        chance = stream(seed, "word", body.object)
        east, north = chance.normal(0.0, _SIGMA_M, 2)
        up, old = chance.normal(0.0, _HEIGHT_SIGMA_M), chance.uniform(0.0, _OLD_S)
        times = np.arange(body.start + chance.uniform(0.0, 1.0), body.end, 1.0)
        states = body.states(times)
        shown = states[:, :3] - old * states[:, 3:6]
        for time, point, velocity in zip(times.tolist(), shown, states[:, 3:6], strict=True):
            if not np.isfinite(point).all():
                continue
            latitude, longitude, height = (float(one) for one in geodetic_from_ecef(point))
            v = ecef_from_enu_rotation(latitude, longitude).T @ velocity
            heard = instant_after(scenario.start, time)
            lines.append((heard, {
                "icao24": f"{0x71C000 + number:06x}",
                "time": utc_from_instant(heard, 3),
                "callsign": f"SIM{500 + number}",
                "latitude_deg": round(float(np.degrees(latitude) + north / 111_195.0), 6),
                "longitude_deg": round(
                    float(np.degrees(longitude) + east / 111_195.0 / np.cos(latitude)), 6
                ),
                "height_m": round(float(height + up), 1),
                "height_sigma_m": _HEIGHT_SIGMA_M,
                "on_ground": False,
                "course_deg": round(float(np.degrees(np.arctan2(v[0], v[1]))) % 360.0, 1) % 360.0,
                "speed_mps": round(float(np.hypot(v[0], v[1])), 1),
                "vertical_rate_mps": round(float(v[2]), 1),
                "nacp": 9,
                "nic": 8,
            }))  # fmt: skip
    return sorted(lines, key=lambda line: line[0])
