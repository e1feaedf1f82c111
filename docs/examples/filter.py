"""An extended Kalman filter in ten lines: a radar follows something that coasts.

radar.csv beside this file has seconds, range (m), azimuth and elevation (rad).
"""

from pathlib import Path

import numpy as np

from launchwatch.earth.local import ecef_from_enu, enu_from_aer
from launchwatch.estimation.gaussian import gaussian
from launchwatch.estimation.sequence import filtered, radar_plots

radar = (np.radians(37.9), np.radians(128.2), 900.0)  # latitude, longitude, height
sigmas = (30.0, np.radians(0.05), np.radians(0.05))  # range, azimuth, elevation
seconds, *measured = np.loadtxt(Path(__file__).with_name("radar.csv"), delimiter=",", unpack=True)
distance, azimuth, elevation = measured
first = ecef_from_enu(enu_from_aer(azimuth[0], elevation[0], distance[0]), *radar)
prior = gaussian([*first, 0, 0, 0], np.diag([2e3] * 3 + [3e3] * 3) ** 2)  # nothing faster
track = filtered(radar_plots(radar, np.transpose(measured), sigmas)[1:], seconds[1:], prior)
position, velocity = np.split(track.last.mean, 2)
sigma = np.sqrt(np.diag(track.last.covariance))
print(f"{np.linalg.norm(velocity):.1f} m/s ± {sigma[3:].max():.1f}, {sigma[:3].max():.0f} m")
