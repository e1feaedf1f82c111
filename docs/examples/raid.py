"""A raid in thirty lines: five objects fly past a radar among false plots, each with its number."""

import numpy as np

from launchwatch.earth.ellipsoid import ecef_from_geodetic
from launchwatch.earth.local import aer_from_enu, ecef_from_enu_rotation, enu_from_ecef
from launchwatch.flight.motion import COAST, propagate
from launchwatch.messages.sensor import Radar
from launchwatch.timescale import Instant, instant_after
from launchwatch.tracking.raid import RaidTracker

radar = Radar(
    id="north", owner="ZZZ", latitude_deg=40.0, longitude_deg=-30.0, height_m=0.0,
    range_sigma_m=30.0, azimuth_sigma_deg=0.05, elevation_sigma_deg=0.05, scan_period_s=1.0,
    minimum_elevation_deg=1.0, maximum_range_m=1.2e6, detection_probability=0.9,
    clutter_per_scan=10.0,
)  # fmt: skip
chance = np.random.default_rng(1)
begin = Instant(1_500_000_000_000_000_000)
place = np.radians([44.5, -30.0])
rotation = ecef_from_enu_rotation(*place)
offsets = np.arange(5)[:, None] * (rotation @ [1700.0, 300.0, 0.0])  # one beside the other
objects = np.zeros((5, 9))  # position and velocity (ECEF), ln ballistic coefficient, unused
objects[:, :3] = ecef_from_geodetic(*place, 180e3) + offsets
objects[:, 3:6] = rotation @ [200.0, -1500.0, 600.0]
objects[:, 6] = np.log(5000.0)

tracker = RaidTracker([radar])
for second in range(60):
    seen = objects[chance.random(5) < 0.9, :3]
    azimuth, elevation, distance = aer_from_enu(enu_from_ecef(seen, *np.radians([40, -30]), 0.0))
    real = np.column_stack([distance, azimuth, elevation])
    real += chance.normal(size=real.shape) * [30.0, *np.radians([0.05, 0.05])]
    false = chance.uniform([0, 0, np.radians(1)], [1.2e6, 2 * np.pi, np.pi / 2], (10, 3))
    tracks = tracker.scan("north", instant_after(begin, second), np.concatenate([real, false]))
    if second % 20 == 19:
        error = [np.linalg.norm(objects[:, :3] - one.mean[:3], axis=1).min() for one in tracks]
        told = ", ".join(f"{one.number} ({one.plots} plots)" for one in tracks)
        print(f"after {second + 1} s: {told}; {np.mean(error):.0f} m off")
    objects = propagate(COAST, objects, 1.0)
