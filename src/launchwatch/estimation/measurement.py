"""Measurements: what a plot says about a state, packed for the compiled filters.

A measurement is z = h(x) + noise with independent errors. The packed form is 22 numbers:

======= ==================================================================
0       kind: 0 radar, 1 radar with range rate, 2 line of sight
1       ln of false plots' density here over the probability of detection, where known
2-4     the sensor's position, ECEF metres
5-13    rows: east, north, up at the site; for a line of sight the two
        directions across it, then the line itself
14-17   z: range, azimuth, elevation, range rate; or 0, 0 across the line
18-21   standard deviation of each
======= ==================================================================

Ignored: refraction (removed by the sensor), light time (0.12 s from geostationary height,
hundreds of metres against the 11 km that 0.3 mrad mean there), and correlation between
the errors of successive plots. A stated bias of the whole sensor widens each error, unless
it is estimated (`launchwatch.estimation.registration`).
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.earth.ellipsoid import ecef_from_geodetic
from launchwatch.earth.local import ecef_from_enu_rotation
from launchwatch.estimation._kernels import LINE_OF_SIGHT, PACKED, RADAR, RADAR_WITH_RATE
from launchwatch.messages.plot import LineOfSightPlot, Plot, RadarPlot
from launchwatch.messages.sensor import Infrared, Radar, Sensor

Floats = NDArray[np.float64]


FALSE = 1
"""Where the packed form holds how readily a plot is false; no filter asks for it."""


class Site:
    """Where a sensor stands and how well it measures: packs its plots.

    Args:
        bias_is_noise: whether a stated bias widens each error, as if it were new with each
            plot; not where `launchwatch.estimation.registration` takes care of it.

    Attributes:
        sensor: the message that describes it.
        position: (3,) ECEF metres.
        rotation: (3, 3), rows east, north and up at the site in ECEF.
        clutter_density: expected false plots per scan and unit of measurement space
            (m·rad·rad, m·rad·rad·m/s, or sr); see `clutter_density_of`.
    """

    def __init__(self, sensor: Sensor, *, bias_is_noise: bool = True) -> None:
        latitude = np.radians([sensor.latitude_deg])
        longitude = np.radians([sensor.longitude_deg])
        self.sensor = sensor
        self.position: Floats = ecef_from_geodetic(
            latitude, longitude, np.array([sensor.height_m])
        )[0]
        self.rotation: Floats = ecef_from_enu_rotation(latitude[0], longitude[0]).T
        self._template = np.zeros(PACKED)
        self._template[2:5] = self.position
        bias = np.radians(sensor.bias_sigma_deg) if bias_is_noise else 0.0
        if isinstance(sensor, Radar):
            self._template[5:14] = self.rotation.ravel()
            self._template[18:21] = (
                np.hypot(sensor.range_sigma_m, sensor.bias_sigma_m * bias_is_noise),
                np.hypot(np.radians(sensor.azimuth_sigma_deg), bias),
                np.hypot(np.radians(sensor.elevation_sigma_deg), bias),
            )
            # A radar that gives range rate without its error is taken at a coarse 10 m/s.
            self._template[21] = sensor.range_rate_sigma_mps or 10.0
        else:
            self._template[0] = LINE_OF_SIGHT
            self._template[18:20] = np.hypot(sensor.line_of_sight_sigma_rad, bias)
        self.clutter_density = clutter_density_of(sensor)

    @property
    def template(self) -> Floats:
        """What all of this sensor's plots pack alike: (22,), z left at zero; a copy."""
        return self._template.copy()

    def pack(self, plot: Plot) -> Floats:
        """Pack one of this sensor's plots."""
        packed = self._template.copy()
        if isinstance(plot, RadarPlot):
            packed[14] = plot.range_m
            packed[15] = np.radians(plot.azimuth_deg)
            packed[16] = np.radians(plot.elevation_deg)
            if plot.range_rate_mps is None:
                packed[0] = RADAR
            else:
                packed[0] = RADAR_WITH_RATE
                packed[17] = plot.range_rate_mps
        else:
            packed[5:14] = _frame_along(plot).ravel()
        return packed


def _frame_along(plot: LineOfSightPlot) -> Floats:
    """Give two directions across a line of sight, then the line: rows of a rotation."""
    x, y, z = plot.line_of_sight_ecef
    length = math.sqrt(x * x + y * y + z * z)
    x, y, z = x / length, y / length, z / length
    # The axis least along the line gives the best conditioned cross product.
    least = min(abs(x), abs(y), abs(z))
    if abs(x) == least:
        u, v, w = 0.0, z, -y
    elif abs(y) == least:
        u, v, w = -z, 0.0, x
    else:
        u, v, w = y, -x, 0.0
    length = math.sqrt(u * u + v * v + w * w)
    u, v, w = u / length, v / length, w / length
    return np.array([[u, v, w], [y * w - z * v, z * u - x * w, x * v - y * u], [x, y, z]])


EXPECTED_CLUTTER_PER_SCAN = 10.0
"""Taken where a sensor does not state its clutter: more than any of ours, so that a track
needs more evidence, never less."""

RANGE_RATE_SPAN = 16_000.0
"""Range rates of false plots spread over ±8 km/s: as fast as anything in orbit."""

EARTH_DISC_FROM_GEOSTATIONARY = 0.0723
"""Steradians that the Earth fills from geostationary height: 2π(1 - cos 8.70°)."""


def clutter_density_of(sensor: Sensor) -> float:
    """Give the density of false plots per scan, uniform in the sensor's measurement space.

    Per m·rad² for a radar (range, azimuth, elevation; the range rate's own factor is
    `RANGE_RATE_SPAN`), per steradian for an infrared sensor that looks at the Earth.
    """
    expected = sensor.clutter_per_scan
    # A sensor that claims to be perfect is not believed: one false plot in a thousand scans.
    expected = EXPECTED_CLUTTER_PER_SCAN if expected is None else max(expected, 1e-3)
    if isinstance(sensor, Infrared):
        return expected / EARTH_DISC_FROM_GEOSTATIONARY
    elevations = np.pi / 2 - np.radians(sensor.minimum_elevation_deg)
    return float(expected / (sensor.maximum_range_m * 2 * np.pi * elevations))
