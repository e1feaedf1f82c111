"""The picture of traffic: where each ship and aircraft was last known to be.

What was reported is carried on by dead reckoning along a great circle, with doubt that grows as
that of a body whose course and speed are pushed about at random: sigma² grows by q t³/3. The
densities q were measured where there was something to measure them on; see below.

What has not been heard for a while is forgotten: it is somewhere else.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.messages.traffic import AircraftReport, Report, VesselReport
from launchwatch.timescale import SECOND, Instant

Floats = NDArray[np.float64]

SHIP_KEPT_S = 1_800.0
"""A ship at anchor reports every three minutes, one far out by satellite now and then."""

AIRCRAFT_KEPT_S = 300.0
"""An airliner has gone 75 km in that time: beyond, it is anywhere."""

# m²/s³. In cruise: a flight seen by one receiver (the traffic library's tutorial recording)
# strays from its reckoning by 0.8, 2.2 and 8.5 km (rms, across) in 60, 120 and 300 s, which is
# q = 8.3, 8.8 and 8.0; along it 1 to 6. Below 3,000 m, on approach, 80 to 125.
AIRCRAFT_Q, LOW_AIRCRAFT_Q, LOW_M = 8.0, 100.0, 3_000.0
# Not measured: one kilometre in ten minutes, what a fishing boat at 3 m/s that turns about does.
SHIP_Q = 0.014
# Where course or speed is unknown doubt grows at a speed, m/s: half of a trawler's, an airliner's.
SHIP_DRIFT, AIRCRAFT_DRIFT = 3.0, 150.0
# Where no accuracy is stated: AIS that is worse than 10 m; relayed and multilaterated aircraft.
SHIP_SIGMA_M, AIRCRAFT_SIGMA_M = 15.0, 200.0

_GROWTH = 256
_KEPT_NS = (round(SHIP_KEPT_S * SECOND), round(AIRCRAFT_KEPT_S * SECOND))


class Known(NamedTuple):
    """Everybody who is known, in the order of their arrival.

    Attributes:
        reports: the last of each with a position.
        bodies: (n, 6) as `launchwatch.assessment._kernels_hazard.exposures` takes them.
        times: (n,) nanoseconds TAI of the reports.
        heights: (n,) metres; NaN for ships and where unknown.
    """

    reports: list[Report]
    bodies: Floats
    times: NDArray[np.int64]
    heights: Floats


class Picture:
    """Takes reports and keeps the last of each; shore stations and buoys are left out."""

    def __init__(self) -> None:
        self._rows: dict[str, int] = {}
        self._reports: list[Report | None] = []
        self._bodies = np.empty((0, 6))
        self._times = np.empty(0, dtype=np.int64)
        self._heights = np.empty(0)
        self._free: list[int] = []

    def __len__(self) -> int:
        return len(self._rows)

    def take(self, report: Report) -> None:
        """Note where somebody is; what is older than what is known is left alone."""
        if report.latitude_deg is None or report.longitude_deg is None:
            return
        if isinstance(report, VesselReport) and report.station in ("aid", "shore"):
            return
        key = _key(report)
        row = self._rows.get(key)
        if row is None:
            row = self._rows[key] = self._room()
        elif report.time < self._times[row]:
            return
        self._reports[row] = report
        self._times[row] = report.time
        self._heights[row], self._bodies[row] = _numbers(report)

    def known(self, now: Instant) -> Known:
        """Give everybody heard lately, and forget the others."""
        for key, row in list(self._rows.items()):
            report = self._reports[row]
            if now - self._times[row] > _KEPT_NS[isinstance(report, AircraftReport)]:
                del self._rows[key]
                self._reports[row] = None
                self._free.append(row)
        rows = list(self._rows.values())
        return Known(
            [report for row in rows if (report := self._reports[row]) is not None],
            self._bodies[rows],
            self._times[rows],
            self._heights[rows],
        )

    def _room(self) -> int:
        if not self._free:
            size = len(self._reports)
            self._free = list(range(size + _GROWTH - 1, size - 1, -1))
            self._reports.extend([None] * _GROWTH)
            self._bodies = np.vstack([self._bodies, np.full((_GROWTH, 6), np.nan)])
            self._times = np.append(self._times, np.zeros(_GROWTH, dtype=np.int64))
            self._heights = np.append(self._heights, np.full(_GROWTH, np.nan))
        return self._free.pop()


def height_of(report: Report) -> float | None:
    """Give an aircraft's height: above the ellipsoid, or by pressure where that is unknown."""
    if isinstance(report, VesselReport):
        return None
    return report.pressure_altitude_m if report.height_m is None else report.height_m


def _key(report: Report) -> str:
    return f"v{report.mmsi}" if isinstance(report, VesselReport) else f"a{report.icao24}"


def _numbers(report: Report) -> tuple[float, tuple[float, ...]]:
    """Give height and the kernel's six numbers."""
    height = height_of(report)
    is_ship = isinstance(report, VesselReport)
    moves = report.course_deg is not None and report.speed_mps is not None
    # What lies still has no course to speak of, and is not lost for want of one.
    if report.speed_mps is not None and report.speed_mps < 0.3:
        moves = True
    if moves:
        is_low = height is not None and height < LOW_M
        growth = SHIP_Q if is_ship else LOW_AIRCRAFT_Q if is_low else AIRCRAFT_Q
    else:
        growth = SHIP_DRIFT if is_ship else AIRCRAFT_DRIFT
    sigma = report.position_sigma_m
    if sigma is None:
        sigma = SHIP_SIGMA_M if is_ship else AIRCRAFT_SIGMA_M
    course = np.radians(report.course_deg or 0.0) if moves else np.nan
    speed = report.speed_mps if moves and report.speed_mps is not None else np.nan
    return (
        np.nan if height is None else height,
        (
            np.radians(report.latitude_deg or 0.0),
            np.radians(report.longitude_deg or 0.0),
            course,
            speed,
            sigma,
            growth,
        ),
    )
