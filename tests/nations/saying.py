"""What a watch says, made up: tracks, launches and falls with little in them."""

from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import Ellipse, LaunchStatement
from launchwatch.messages.sensor import Infrared, Partner, Radar
from launchwatch.messages.track import PhaseProbabilities, TrackUpdate
from launchwatch.timescale import SECOND, Instant

from .sealing import NOW

ELLIPSE = Ellipse(semi_major_m=20_000.0, semi_minor_m=10_000.0, azimuth_deg=90.0)


def radar(name: str, owner: str = "KOR", **changed: object) -> Radar:
    given = {
        "id": name, "owner": owner, "latitude_deg": 37.9, "longitude_deg": 128.2, "height_m": 900.0,
        "range_sigma_m": 30.0, "azimuth_sigma_deg": 0.07, "elevation_sigma_deg": 0.07,
        "scan_period_s": 1.0, "minimum_elevation_deg": 2.0, "maximum_range_m": 2e6,
    }  # fmt: skip
    return Radar(**(given | changed))


ROSTER = {
    "kr-north": radar("kr-north"),
    "kr-secret": radar("kr-secret"),
    "ir-east": Infrared(id="ir-east", owner="KOR", latitude_deg=0.0, longitude_deg=105.0,
                        height_m=3.6e7, line_of_sight_sigma_rad=3e-4, scan_period_s=1.0),
    "JPN": Partner(id="JPN", owner="JPN"),
}  # fmt: skip


def after(seconds: float) -> Instant:
    return Instant(NOW + round(seconds * SECOND))


def track(sensors: tuple[str, ...] = ("kr-north",), seconds: float = 0.0, **changed: object):
    covariance = [0.0] * 21
    for place, value in zip((0, 6, 11, 15, 18, 20), (1e4,) * 3 + (1e2,) * 3, strict=True):
        covariance[place] = value
    given = {
        "track_id": "T0001", "time": after(seconds), "known": after(seconds), "mode": "live",
        "status": "confirmed", "position_ecef_m": (-3.1e6, 4.0e6, 3.95e6),
        "velocity_ecef_mps": (1e3, 1e3, 1e3), "covariance_ecef": tuple(covariance),
        "phase": PhaseProbabilities(coast=1.0), "sensors": sensors, "plots": 9, "hypotheses": (),
        "first_plot": NOW, "last_plot": after(seconds),
    }  # fmt: skip
    return TrackUpdate(**(given | changed))


def launch(seconds: float = 0.0, **changed: object) -> LaunchStatement:
    given = {
        "launch_id": "L0001", "revision": 1, "time": after(seconds), "mode": "live",
        "track_ids": ("T0001",), "launch_time": NOW, "launch_time_sigma_s": 1.0,
        "latitude_deg": 40.0, "longitude_deg": 125.0, "position_ellipse_95": ELLIPSE,
        "probability": 0.99, "cancelled": False, "reason": "",
    }  # fmt: skip
    return LaunchStatement(**(given | changed))


def fall(seconds: float = 0.0, **changed: object) -> FallArea:
    given = {
        "launch_id": "L0001", "track_id": "T0001", "revision": 1, "time": after(seconds),
        "epoch": after(seconds), "mode": "live", "fall_time": after(400.0),
        "fall_time_sigma_s": 5.0, "latitude_deg": 40.5, "longitude_deg": 133.2,
        "ellipse_95": ELLIPSE, "region_95": (), "region_area_m2": 1e9, "zones": (),
        "body": "whole", "apogee_m": 5e4, "apogee_sigma_m": 1e3, "last_plot": after(seconds),
    }  # fmt: skip
    return FallArea(**(given | changed))
