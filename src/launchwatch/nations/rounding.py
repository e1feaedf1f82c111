"""Make what leaves coarser, and no surer than that.

What is rounded to steps of ``d`` is off by up to half a step, evenly: a variance of d²/12 in each
direction, which is added to what is said of the uncertainty. So a partner that fuses a rounded
track is not misled by it. A fall area's region would give away what its rounding hides; it is
left out then, and the ellipse stays.
"""

import math

from msgspec import structs

from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import Ellipse, LaunchStatement
from launchwatch.messages.track import TrackUpdate, Vector
from launchwatch.timescale import SECOND, Instant

_METRES_A_DEGREE = 111_195.0
"""Of latitude, on a sphere of the Earth's mean radius: rounding needs no ellipsoid."""

_TO_95 = math.sqrt(5.991)
"""Half-axis of a 95 % ellipse over one sigma, in two dimensions (chi-squared, 2 degrees)."""

SPEED_STEP = 0.01
"""Metres a second for each metre of position: what a position of so coarse a step says of speed
over 100 s."""


def rounded_track(track: TrackUpdate, step_m: float) -> TrackUpdate:
    """Give a track with position and velocity rounded, and its covariance grown."""
    if step_m <= 0.0:
        return track
    covariance = list(track.covariance_ecef)
    for place, step in zip(_DIAGONAL, (step_m,) * 3 + (SPEED_STEP * step_m,) * 3, strict=True):
        covariance[place] += step**2 / 12.0
    return structs.replace(
        track,
        position_ecef_m=_stepped(track.position_ecef_m, step_m),
        velocity_ecef_mps=_stepped(track.velocity_ecef_mps, SPEED_STEP * step_m),
        covariance_ecef=tuple(covariance),
        hypotheses=(),
    )


def rounded_launch(launch: LaunchStatement, step_m: float, step_s: float) -> LaunchStatement:
    """Give a launch with its place and time rounded."""
    time, sigma = _time(launch.launch_time, launch.launch_time_sigma_s, step_s)
    latitude, longitude = _place(launch.latitude_deg, launch.longitude_deg, step_m)
    return structs.replace(
        launch,
        launch_time=time,
        launch_time_sigma_s=sigma,
        latitude_deg=latitude,
        longitude_deg=longitude,
        position_ellipse_95=_grown(launch.position_ellipse_95, step_m),
    )


def rounded_fall(fall: FallArea, step_m: float, step_s: float) -> FallArea:
    """Give a fall area with its place and time rounded, without its region if they are."""
    time, sigma = _time(fall.fall_time, fall.fall_time_sigma_s, step_s)
    if step_m <= 0.0:
        return structs.replace(fall, fall_time=time, fall_time_sigma_s=sigma, path=())
    latitude, longitude = _place(fall.latitude_deg, fall.longitude_deg, step_m)
    return structs.replace(
        fall,
        fall_time=time,
        fall_time_sigma_s=sigma,
        latitude_deg=latitude,
        longitude_deg=longitude,
        ellipse_95=_grown(fall.ellipse_95, step_m),
        region_95=(),
        region_50=(),
        apogee_m=_step(fall.apogee_m, step_m),
        apogee_sigma_m=math.hypot(fall.apogee_sigma_m, step_m / math.sqrt(12.0)),
        path=(),
        range_95_m=None,
        along_95_m=None,
        across_95_m=None,
    )


_DIAGONAL = (0, 6, 11, 15, 18, 20)


def _step(value: float, step: float) -> float:
    return round(value / step) * step


def _stepped(vector: Vector, step: float) -> Vector:
    x, y, z = (_step(one, step) for one in vector)
    return x, y, z


def _time(time: Instant, sigma: float, step_s: float) -> tuple[Instant, float]:
    if step_s <= 0.0:
        return time, sigma
    step = round(step_s * SECOND)
    return Instant((time + step // 2) // step * step), math.hypot(sigma, step_s / math.sqrt(12.0))


def _place(latitude: float, longitude: float, step_m: float) -> tuple[float, float]:
    if step_m <= 0.0:
        return latitude, longitude
    step = step_m / _METRES_A_DEGREE
    wide = step / max(math.cos(math.radians(latitude)), 0.01)
    return _step(latitude, step), _step(longitude, wide)


def _grown(ellipse: Ellipse, step_m: float) -> Ellipse:
    grown = _TO_95 * step_m / math.sqrt(12.0)
    return structs.replace(
        ellipse,
        semi_major_m=math.hypot(ellipse.semi_major_m, grown),
        semi_minor_m=math.hypot(ellipse.semi_minor_m, grown),
    )
