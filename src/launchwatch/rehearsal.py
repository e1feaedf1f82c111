"""A rehearsal: a made-up launch of a few seconds that brings every kernel into memory.

The first watch after an installation would otherwise compile while something flies. Nothing
that the rehearsal says leaves it.
"""

import msgspec
import numpy as np
from numpy.typing import NDArray

from launchwatch.earth.ellipsoid import ecef_from_geodetic
from launchwatch.earth.local import aer_from_enu, enu_from_ecef
from launchwatch.messages.packet import Packet, Tick
from launchwatch.messages.sensor import Infrared, Radar, Sensor
from launchwatch.timescale import SECOND, Instant, instant_from_utc, utc_from_instant

_START = instant_from_utc("2000-01-01T00:00:00Z")
_PLACE = (np.radians(40.0), np.radians(125.0))


def _infrared(name: str, longitude: float) -> Infrared:
    return Infrared(
        id=name,
        owner="ZZZ",
        latitude_deg=0.0,
        longitude_deg=longitude,
        height_m=35_786_000.0,
        line_of_sight_sigma_rad=3e-5,
        scan_period_s=1.0,
    )


SENSORS: dict[str, Sensor] = {
    "infrared-1": _infrared("infrared-1", 105.0),
    "infrared-2": _infrared("infrared-2", 165.0),
    "radar": Radar(
        id="radar",
        owner="ZZZ",
        latitude_deg=38.0,
        longitude_deg=127.0,
        height_m=0.0,
        range_sigma_m=30.0,
        azimuth_sigma_deg=0.05,
        elevation_sigma_deg=0.05,
        range_rate_sigma_mps=1.0,
        scan_period_s=1.0,
        minimum_elevation_deg=0.0,
        maximum_range_m=2e6,
    ),
}


def stimuli(seconds: int = 12) -> list[Packet | Tick]:
    """Give the packets of a motor that gains 12 m/s² upwards and 10 m/s² eastwards."""
    arrived: list[Packet | Tick] = []
    for second in range(seconds):
        time = Instant(_START + second * SECOND)
        lit = 40.0 + second
        height, east = 6.0 * lit**2, 5.0 * lit**2
        latitude, longitude = _PLACE[0], _PLACE[1] + east / 4.88e6
        point = ecef_from_geodetic([latitude], [longitude], [height])[0]
        for name, sensor in SENSORS.items():
            line: dict[str, object] = {
                "sensor": name,
                "time": utc_from_instant(time),
                "scan": second,
            }
            site = (
                float(np.radians(sensor.latitude_deg)),
                float(np.radians(sensor.longitude_deg)),
                sensor.height_m,
            )
            if isinstance(sensor, Radar):
                azimuth, elevation, distance = aer_from_enu(enu_from_ecef(point[None], *site))
                line |= {
                    "range_m": float(distance[0]),
                    "azimuth_deg": float(np.degrees(azimuth[0])) % 360.0,
                    "elevation_deg": float(np.degrees(elevation[0])),
                }
            else:
                sight = point - ecef_from_geodetic([site[0]], [site[1]], [site[2]])[0]
                line["line_of_sight_ecef"] = (sight / np.linalg.norm(sight)).tolist()
            arrived.append(_packet(line, time))
        end = {"sensor": "infrared-1", "time": utc_from_instant(time), "scan": second}
        arrived.append(_packet(end | {"end_of_scan": True}, time))
        arrived.append(Tick(time=time, mode="simulation"))
    return arrived


def ship() -> Packet:
    """Give a ship's report: somebody to hold the rehearsal's fall areas against."""
    line: dict[str, object] = {
        "mmsi": "000000000",
        "time": utc_from_instant(_START),
        "latitude_deg": 40.0,
        "longitude_deg": 130.0,
        "course_deg": 0.0,
        "speed_mps": 5.0,
    }
    return _packet(line, _START, "jsontraffic")


def falling() -> NDArray[np.float64]:
    """Give a body's state (6,), ECEF, above the air and on its way down."""
    place = ecef_from_geodetic([_PLACE[0]], [_PLACE[1]], [100e3])[0]
    up = place / np.linalg.norm(place)
    east = np.cross([0.0, 0.0, 1.0], up)
    return np.concatenate([place, 1500.0 * east / np.linalg.norm(east) - 1000.0 * up])


def _packet(line: dict[str, object], time: Instant, form: str = "jsonplots") -> Packet:
    return Packet(
        source="rehearsal",
        line=1,
        format=form,
        received=time,
        mode="simulation",
        payload=msgspec.json.encode(line),
    )
