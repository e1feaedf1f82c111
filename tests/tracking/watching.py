"""A sky for the tests of tracking: what flies, what radars and infrared sensors say of it."""

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from launchwatch.earth.ellipsoid import ecef_from_geodetic
from launchwatch.earth.local import ecef_from_enu_rotation
from launchwatch.estimation.measurement import Site
from launchwatch.flight.motion import COAST, propagate
from launchwatch.messages.partner import PartnerStanding, PartnerTrack
from launchwatch.messages.plot import EndOfScan, LineOfSightPlot, Plot, RadarPlot
from launchwatch.messages.sensor import Contributor, Infrared, Radar, Sensor
from launchwatch.messages.track import TrackUpdate
from launchwatch.timescale import SECOND, Instant, instant_after, instant_from_utc
from launchwatch.tracking.settings import Settings
from launchwatch.tracking.tracker import Tracker

Floats = NDArray[np.float64]
Course = Callable[[float], Floats]
"""Position and velocity (6,), ECEF, at seconds after `NOON`."""

NOON = instant_from_utc("2025-11-07T03:00:00Z")


def radar(name: str = "radar", **other: object) -> Radar:
    stated: dict[str, object] = {
        "id": name,
        "owner": "KOR",
        "latitude_deg": 37.9,
        "longitude_deg": 128.2,
        "height_m": 900.0,
        "range_sigma_m": 30.0,
        "azimuth_sigma_deg": 0.07,
        "elevation_sigma_deg": 0.07,
        "range_rate_sigma_mps": 1.0,
        "scan_period_s": 1.0,
        "minimum_elevation_deg": 0.0,
        "maximum_range_m": 2e6,
        "detection_probability": 0.95,
        "clutter_per_scan": 2.0,
    }
    return Radar(**(stated | other))


def infrared(name: str = "infrared", longitude_deg: float = 105.0) -> Infrared:
    return Infrared(
        id=name,
        owner="USA",
        latitude_deg=0.0,
        longitude_deg=longitude_deg,
        height_m=35_786_000.0,
        line_of_sight_sigma_rad=3e-4,
        scan_period_s=1.0,
        detection_probability=0.95,
        clutter_per_scan=0.1,
    )


def at_place(
    latitude_deg: float, longitude_deg: float, height: float, enu: Sequence[float]
) -> Floats:
    """Give a state (6,) above a place, with a velocity in its east, north and up."""
    place = np.radians([latitude_deg, longitude_deg])
    velocity = ecef_from_enu_rotation(*place) @ np.asarray(enu, dtype=np.float64)
    return np.concatenate([ecef_from_geodetic(*place, height), velocity])


def coasting(start: Floats, ballistic_coefficient: float = 5000.0) -> Course:
    """Give the course of something that falls freely from a state at `NOON`."""
    whole = np.r_[start, np.log(ballistic_coefficient), 0.0, 0.0][None]

    def at(seconds: float) -> Floats:
        return np.asarray(propagate(COAST, whole, seconds)[0, :6])

    return at


HIGH = at_place(40.0, 127.0, 100e3, (1500.0, -300.0, 900.0))
"""Like the Friday flight a minute after burnout, seen by `radar` at 250 km."""


def plot_of(
    sensor: Sensor,
    state: Floats,
    seconds: float,
    noise: Floats | None = None,
    *,
    scan: int | None = None,
    delay: float = 0.0,
) -> Plot:
    """Give what a sensor reports of a state, noise (4,) in units of its sigmas."""
    site = Site(sensor)
    noise = np.zeros(4) if noise is None else noise
    time = instant_after(NOON, seconds)
    shared = {
        "sensor": sensor.id,
        "time": time,
        "received": instant_after(time, delay),
        "mode": "simulation",
        "scan": int(np.floor(seconds / sensor.scan_period_s)) if scan is None else scan,
        "source": "test",
        "line": 1,
    }
    offset = state[:3] - site.position
    distance = float(np.linalg.norm(offset))
    if isinstance(sensor, Infrared):
        line = offset / distance
        across = np.cross(line, [0.0, 0.0, 1.0])
        across /= np.linalg.norm(across)
        sigma = sensor.line_of_sight_sigma_rad
        line = line + sigma * (noise[0] * across + noise[1] * np.cross(line, across))
        return LineOfSightPlot(
            line_of_sight_ecef=tuple((line / np.linalg.norm(line)).tolist()), **shared
        )
    east, north, up = site.rotation @ offset
    rate = float(offset @ state[3:6]) / distance
    sigma_rate = sensor.range_rate_sigma_mps
    return RadarPlot(
        range_m=distance + sensor.range_sigma_m * float(noise[0]),
        azimuth_deg=float(np.degrees(np.arctan2(east, north)) + sensor.azimuth_sigma_deg * noise[1])
        % 360.0,
        elevation_deg=float(
            np.degrees(np.arctan2(up, np.hypot(east, north)))
            + sensor.elevation_sigma_deg * noise[2]
        ),
        range_rate_mps=None if sigma_rate is None else rate + sigma_rate * float(noise[3]),
        **shared,
    )


def plots_of(
    sensor: Sensor, course: Course, seconds: Iterable[float], chance: np.random.Generator | None
) -> list[Plot]:
    """Give a plot at each of some seconds; exact ones where no generator is given."""
    return [
        plot_of(
            sensor, course(at), at, np.zeros(4) if chance is None else chance.standard_normal(4)
        )
        for at in seconds
    ]


def clutter_of(sensor: Radar, scan: int, count: int, chance: np.random.Generator) -> list[Plot]:
    """Give a scan's plots of nothing, uniform over what the radar measures."""
    moments = np.sort(chance.random(count))
    return [
        RadarPlot(
            sensor=sensor.id,
            time=instant_after(NOON, (scan + moment) * sensor.scan_period_s),
            received=instant_after(NOON, (scan + moment) * sensor.scan_period_s),
            mode="simulation",
            scan=scan,
            range_m=float(chance.uniform(5e3, sensor.maximum_range_m)),
            azimuth_deg=float(chance.uniform(0.0, 360.0)),
            elevation_deg=float(chance.uniform(sensor.minimum_elevation_deg, 85.0)),
            range_rate_mps=None
            if sensor.range_rate_sigma_mps is None
            else float(chance.uniform(-3e3, 3e3)),
            source="test",
            line=1,
        )
        for moment in moments
    ]


def end_of_scan(sensor: Sensor, scan: int) -> EndOfScan:
    time = instant_after(NOON, (scan + 1) * sensor.scan_period_s)
    return EndOfScan(
        sensor=sensor.id,
        time=time,
        received=time,
        mode="simulation",
        scan=scan,
        source="test",
        line=1,
    )


class Watch:
    """A tracker, and everything that it has said."""

    def __init__(self, *sensors: Contributor, settings: Settings | None = None) -> None:
        self.tracker = Tracker({one.id: one for one in sensors}, settings or Settings())
        self.said: list[TrackUpdate] = []
        self.standings: list[PartnerStanding] = []

    def take(self, stimuli: Iterable[Plot | EndOfScan | PartnerTrack]) -> list[TrackUpdate]:
        news = []
        for one in stimuli:
            tracker = self.tracker
            match one:
                case EndOfScan():
                    news += tracker.end_scan(one)
                case PartnerTrack():
                    news += tracker.hear(one)
                    self.standings += tracker.standings()
                case _:
                    news += tracker.take(one)
        self.said += news
        return news

    def tick(self, start: float, end: float) -> list[TrackUpdate]:
        """Let whole seconds pass, from start to before end."""
        news = []
        for second in range(int(start), int(end)):
            time = Instant(NOON + second * SECOND)
            news += self.tracker.tick(time, "simulation")
            self.standings += self.tracker.standings()
        self.said += news
        return news

    def names(self, status: str = "confirmed") -> list[str]:
        """Give the tracks that were ever in a status, in order."""
        return sorted({one.track_id for one in self.said if one.status == status})


def in_order(
    stimuli: Iterable[Plot | EndOfScan | PartnerTrack],
) -> list[Plot | EndOfScan | PartnerTrack]:
    return sorted(stimuli, key=lambda one: (one.received, one.sensor))
