"""Records of flights: a fitted flight said as a message, at the units of the border."""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import chdtri

from launchwatch.earth.ellipsoid import geodetic_from_ecef
from launchwatch.earth.local import ecef_from_enu_rotation
from launchwatch.messages.flightrecord import Burnout, FlightRecord
from launchwatch.messages.launch import Ellipse
from launchwatch.messages.packet import Mode
from launchwatch.timescale import Instant, instant_after
from launchwatch.tracking._kernels_afterflight import RISEN
from launchwatch.tracking._kernels_flightmarks import MARKS, MOTOR_MARKS
from launchwatch.tracking.afterflight import Flight, fit_flight

Floats = NDArray[np.float64]

_CHI2_95 = float(chdtri(2, 0.05))
_UPPER6 = np.triu_indices(6)

_RISE_SHARE = 0.3
"""How far along its first seconds' level speed a lift-off may lie from half of it, one sigma:
steering begins between some seconds after lift-off and at once."""


_LEVEL_SPEED = 20.0
"""Metres a second over the ground when the fitted path begins, `RISEN` seconds after lift-off."""


class _Place(NamedTuple):
    """A point with latitude and longitude in degrees, height, and errors east, north, up."""

    latitude_deg: float
    longitude_deg: float
    height: float
    enu: Floats
    covariance: Floats


def flight_record(
    track_id: str,
    epoch: Instant,
    seconds: ArrayLike,
    packed: ArrayLike,
    *,
    known: Instant,
    mode: Mode,
) -> FlightRecord:
    """Fit a track's plots by one flight and say what it was.

    Args:
        epoch: the time from which the plots' seconds count.
        seconds: (m,) ascending, with ``packed`` (m, 22), as `fit_flight` takes them.
        known: the stream's time.

    Raises:
        InputError: fewer than ten plots, or arrays that do not belong together.
        NotConverged: no flight fits these plots.
    """
    flight = fit_flight(seconds, packed)
    marks, P = flight.marks, flight.covariance
    sigma = np.sqrt(np.maximum(np.diag(P), 0.0))
    lift_off = _place(marks[:3], P[:3, :3])
    flat = lift_off.covariance[:2, :2] + (_RISE_SHARE * RISEN * _LEVEL_SPEED) ** 2 * np.eye(2)
    apogee = bool(np.isfinite(marks[7]))
    falls = bool(np.isfinite(marks[15]) and np.isfinite(sigma[15:19]).all())
    fall = _place(marks[15:18], P[15:18, 15:18]) if falls else None
    state = marks[9:15].tolist()
    return FlightRecord(
        track_id=track_id,
        time=known,
        mode=mode,
        launch_time=instant_after(epoch, float(marks[3])),
        launch_time_sigma_s=float(sigma[3]),
        latitude_deg=lift_off.latitude_deg,
        longitude_deg=lift_off.longitude_deg,
        position_ellipse_95=_ellipse(flat),
        is_boost_seen=flight.is_boost_seen,
        burnouts=tuple(_burnout(flight, epoch, motor) for motor in range(flight.motors)),
        apogee_time=instant_after(epoch, float(marks[7])) if apogee else None,
        apogee_time_sigma_s=float(sigma[7]) if apogee else None,
        apogee_m=float(marks[8]) if apogee else None,
        apogee_sigma_m=float(sigma[8]) if apogee else None,
        last_plot_time=instant_after(epoch, flight.last),
        position_ecef_m=(state[0], state[1], state[2]),
        velocity_ecef_mps=(state[3], state[4], state[5]),
        covariance_ecef=tuple(P[9:15, 9:15][_UPPER6].tolist()),
        fall_time=instant_after(epoch, float(marks[18])) if falls else None,
        fall_time_sigma_s=float(sigma[18]) if falls else None,
        fall_latitude_deg=fall.latitude_deg if fall else None,
        fall_longitude_deg=fall.longitude_deg if fall else None,
        fall_ellipse_95=_ellipse(fall.covariance[:2, :2]) if fall else None,
        ballistic_coefficient_kgpm2=float(np.exp(flight.log_beta[0])),
        ballistic_coefficient_log_sigma=flight.log_beta[1],
        has_manoeuvred=flight.has_turned,
        plots=flight.plots,
        misfit=flight.misfit,
    )


def _burnout(flight: Flight, epoch: Instant, motor: int) -> Burnout:
    at = MARKS + 1 + MOTOR_MARKS * motor
    state = flight.marks[at + 1 : at + 7]
    P = flight.covariance[at : at + 7, at : at + 7]
    place = _place(state[:3], P[1:4, 1:4])
    frame = ecef_from_enu_rotation(*np.radians([place.latitude_deg, place.longitude_deg])).T
    v, V = frame @ state[3:], frame @ P[4:7, 4:7] @ frame.T
    speed, level = float(np.linalg.norm(v)), float(np.hypot(v[0], v[1]))
    along = v / speed
    # The climb angle grows with speed up, and falls with speed along the ground.
    tilt = np.array([-v[2] * v[0] / level, -v[2] * v[1] / level, level]) / speed**2
    return Burnout(
        time=instant_after(epoch, float(flight.marks[at])),
        time_sigma_s=float(np.sqrt(P[0, 0])),
        latitude_deg=place.latitude_deg,
        longitude_deg=place.longitude_deg,
        position_ellipse_95=_ellipse(place.covariance[:2, :2]),
        height_m=place.height,
        height_sigma_m=float(np.sqrt(place.covariance[2, 2])),
        speed_mps=speed,
        speed_sigma_mps=float(np.sqrt(along @ V @ along)),
        climb_deg=float(np.degrees(np.arctan2(v[2], level))),
        climb_sigma_deg=float(np.degrees(np.sqrt(tilt @ V @ tilt))),
    )


def _place(position: Floats, covariance: Floats) -> _Place:
    latitude, longitude, height = (float(one) for one in geodetic_from_ecef(position))
    frame = ecef_from_enu_rotation(latitude, longitude).T
    return _Place(
        float(np.degrees(latitude)), float(np.degrees(longitude)), height, frame,
        frame @ covariance @ frame.T,
    )  # fmt: skip


def _ellipse(covariance: Floats) -> Ellipse:
    """Give the 95 % ellipse of a covariance (2, 2) of east and north, m²."""
    widths, axes = np.linalg.eigh(covariance)
    minor, major = (float(np.sqrt(_CHI2_95 * max(width, 0.0))) for width in widths)
    azimuth = float(np.degrees(np.arctan2(axes[0, 1], axes[1, 1]))) % 180.0
    return Ellipse(semi_major_m=major, semi_minor_m=minor, azimuth_deg=azimuth)
