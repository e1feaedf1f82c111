"""The watch's own tracker as a runner for raids: plot by plot, five motion models, any order.

It reports what exists with a probability above one half, as everybody does here, and is told
how many births to expect; everything else is as the watch has it.
"""

import numpy as np
from numpy.typing import NDArray
from raids import Known, Picture, Scan, Tracker

from launchwatch.messages.plot import EndOfScan, RadarPlot
from launchwatch.timescale import SECOND, Instant, instant_from_utc
from launchwatch.tracking.bank import combined
from launchwatch.tracking.settings import Settings
from launchwatch.tracking.track import Track
from launchwatch.tracking.tracker import Tracker as Watch

Floats = NDArray[np.float64]

NOON = instant_from_utc("2025-11-07T03:00:00Z")


def maker(known: Known) -> Tracker:
    """Make the watch's tracker for a raid."""
    sensors = {radar.id: radar for radar in known.radars}
    births = known.births_per_second / len(known.radars)
    watch = Watch(sensors, Settings(births_per_scan=births))
    count = 0

    def track(scan: Scan) -> Picture:
        nonlocal count
        time = Instant(NOON + round(scan.seconds * SECOND))
        said = {
            "sensor": known.radars[scan.radar].id,
            "time": time,
            "received": time,
            "mode": "simulation",
            "scan": count,
            "source": "raid",
            "line": 1,
        }
        count += 1
        degrees = np.degrees(scan.plots[:, 1:])
        for distance, (azimuth, elevation) in zip(scan.plots[:, 0], degrees, strict=True):
            watch.take(
                RadarPlot(
                    range_m=float(distance),
                    azimuth_deg=float(azimuth),
                    elevation_deg=float(elevation),
                    **said,
                )
            )
        watch.end_scan(EndOfScan(**said))
        believed = [one for one in watch.standing() if one.existence > 0.5]
        states = np.array([state_at(one, time) for one in believed]).reshape(-1, 6)
        ids = np.array([one.number for one in believed], dtype=np.int64)
        return Picture(ids, states[:, :3], None, states[:, 3:])

    return track


def state_at(one: Track, time: Instant) -> Floats:
    """Give position and velocity (6,) of a track, carried on a straight line for part of a scan."""
    x, _ = combined(one.bank)
    x[:3] += x[3:] * ((time - one.time) / SECOND)
    return x
