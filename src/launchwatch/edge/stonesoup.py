"""To and from Stone Soup: its metrics, plotters and filters on our tracks and plots.

Not needed by anything here and not installed with launchwatch: ``pip install stonesoup``, then
import this module. Tried with Stone Soup 1.9.1.

Its states come from here in its own customary order, x, vx, y, vy, z, vz (`POSITION` and
`VELOCITY` say where each lies), in a `Frame`: `ECEF`, or east-north-up at a place, `frame_at`.
What differs between the two worlds:

=============== ========================================= =================================
what            launchwatch                               Stone Soup, as made here
=============== ========================================= =================================
time            nanoseconds TAI                           naive datetime, UTC, microseconds
radar plot      range, azimuth, elevation, range rate     elevation, bearing, range, rate
azimuth         clockwise from north                      bearing, anticlockwise from east
line of sight   a unit vector, errors across it           elevation and bearing of a frame
                                                          whose x axis is that very line
=============== ========================================= =================================

A microsecond is 7 mm of flight. An inserted second has no name in a datetime; the end of the one
before is given.
"""

import datetime as dt
import math
from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.earth.ellipsoid import ecef_from_geodetic
from launchwatch.earth.local import ecef_from_enu_rotation
from launchwatch.errors import InputError, SettingsError
from launchwatch.estimation import _kernels
from launchwatch.estimation.gaussian import Gaussian, gaussian
from launchwatch.estimation.measurement import Site
from launchwatch.messages.plot import LineOfSightPlot, Plot
from launchwatch.messages.track import TrackUpdate
from launchwatch.timescale import Instant, instant_from_utc, utc_from_instant

try:
    from stonesoup.models.measurement.nonlinear import (
        CartesianToElevationBearing,
        CartesianToElevationBearingRange,
        CartesianToElevationBearingRangeRate,
    )
    from stonesoup.types.angle import Bearing, Elevation
    from stonesoup.types.array import CovarianceMatrix, StateVector
    from stonesoup.types.detection import Detection
    from stonesoup.types.state import GaussianState
    from stonesoup.types.track import Track
except ModuleNotFoundError as missing:
    raise SettingsError(
        f"launchwatch.edge.stonesoup needs Stone Soup, which is not installed "
        f"({missing.name} is missing): pip install stonesoup"
    ) from missing

Floats = NDArray[np.float64]

POSITION = (0, 2, 4)
VELOCITY = (1, 3, 5)
_ORDER = np.array([*POSITION, *VELOCITY])
_UPPER = np.triu_indices(6)


class RadarModel(CartesianToElevationBearingRange):  # type: ignore[misc]
    """Stone Soup's model of elevation, bearing and range, with its derivative in closed form.

    The inherited one takes differences, and loses digits where coordinates are as large as
    the Earth.
    """

    def jacobian(self, state: Any, **_: Any) -> Floats:
        """Give the derivative (3, 6)."""
        return _slope(self, state)


class LineModel(CartesianToElevationBearing):  # type: ignore[misc]
    """Stone Soup's model of elevation and bearing, with its derivative in closed form."""

    def jacobian(self, state: Any, **_: Any) -> Floats:
        """Give the derivative (2, 6)."""
        return _slope(self, state)[:2]


class Frame(NamedTuple):
    """Where Stone Soup's coordinates lie.

    Attributes:
        origin: (3,) ECEF metres.
        rotation: (3, 3) rows: the frame's axes in ECEF.
    """

    origin: Floats
    rotation: Floats


ECEF = Frame(np.zeros(3), np.eye(3))


def frame_at(latitude_deg: float, longitude_deg: float, height_m: float = 0.0) -> Frame:
    """Give the east-north-up frame at a place.

    Raises:
        InputError: no such place.
    """
    latitude, longitude = math.radians(latitude_deg), math.radians(longitude_deg)
    return Frame(
        ecef_from_geodetic(latitude, longitude, height_m),
        ecef_from_enu_rotation(latitude, longitude).T,
    )


def datetime_from_instant(time: Instant) -> dt.datetime:
    """Give an instant as Stone Soup has it: naive, UTC, to the microsecond."""
    text = utc_from_instant(time, 6).removesuffix("Z")
    if text[17:19] == "60":
        text = text[:17] + "59.999999"
    return dt.datetime.fromisoformat(text)


def instant_from_datetime(time: dt.datetime) -> Instant:
    """Give a naive time in UTC, or one that knows its offset, as an instant."""
    aware = time if time.tzinfo else time.replace(tzinfo=dt.UTC)
    return instant_from_utc(aware.isoformat(timespec="microseconds"))


def state_from_gaussian(belief: Gaussian, time: Instant, frame: Frame = ECEF) -> GaussianState:
    """Give position and velocity (ECEF, the first six numbers) as a Stone Soup state."""
    turn = np.kron(np.eye(2), frame.rotation)
    mean = turn @ (belief.mean[:6] - np.r_[frame.origin, 0.0, 0.0, 0.0])
    covariance = turn @ belief.covariance[:6, :6] @ turn.T
    x, P = np.empty((6, 1)), np.empty((6, 6))
    x[_ORDER, 0] = mean
    P[np.ix_(_ORDER, _ORDER)] = covariance
    return GaussianState(StateVector(x), CovarianceMatrix(P), timestamp=datetime_from_instant(time))


def gaussian_from_state(state: Any, frame: Frame = ECEF) -> Gaussian:
    """Give a Stone Soup state in the order of this module as position and velocity in ECEF.

    Raises:
        InputError: it has no six numbers and their covariance.
        NotPositiveDefinite: its covariance is none.
    """
    mean = np.asarray(state.state_vector, dtype=np.float64).ravel()
    covariance = getattr(state, "covar", None)
    if len(mean) != 6 or covariance is None:
        raise InputError(
            "a state must have six numbers, x, vx, y, vy, z, vz, and a covariance, "
            f"got {len(mean)} numbers of {type(state).__name__}"
        )
    P = np.asarray(covariance, dtype=np.float64)[np.ix_(_ORDER, _ORDER)]
    back = np.kron(np.eye(2), frame.rotation.T)
    turned = back @ P @ back.T
    return gaussian(
        back @ mean[_ORDER] + np.r_[frame.origin, 0.0, 0.0, 0.0], 0.5 * (turned + turned.T)
    )


def gaussian_from_update(update: TrackUpdate) -> Gaussian:
    """Give what a track update states: position and velocity in ECEF, with covariance."""
    P = np.zeros((6, 6))
    P[_UPPER] = update.covariance_ecef
    return gaussian((*update.position_ecef_m, *update.velocity_ecef_mps), P + np.triu(P, 1).T)


def tracks_from_updates(updates: Iterable[TrackUpdate], frame: Frame = ECEF) -> set[Track]:
    """Give tracks as Stone Soup has them: one for each number, its states in the order of time.

    Where a track speaks twice of one moment (a late plot), the later word stands. The last
    word of a track that was dropped is left out: it says that nothing is there.
    """
    said: dict[str, dict[Instant, GaussianState]] = {}
    for update in updates:
        if update.status != "dropped":
            states = said.setdefault(update.track_id, {})
            belief = gaussian_from_update(update)
            states[update.time] = state_from_gaussian(belief, update.time, frame)
    return {
        Track([states[time] for time in sorted(states)], id=number)
        for number, states in said.items()
    }


def gaussians_from_track(track: Track, frame: Frame = ECEF) -> list[tuple[Instant, Gaussian]]:
    """Give a Stone Soup track as moments and what it believed at each, in ECEF.

    Raises:
        InputError: its states are not of this module's order.
        NotPositiveDefinite: a covariance is none.
    """
    return [
        (instant_from_datetime(state.timestamp), gaussian_from_state(state, frame))
        for state in track.states
    ]


def detection_from_plot(plot: Plot, site: Site, frame: Frame = ECEF) -> Detection:
    """Give a plot as a Stone Soup detection, with the model that explains it.

    Args:
        plot: of this sensor.
        site: where the sensor stands and how well it measures.
        frame: of the states that the detection shall update.
    """
    packed = site.pack(plot)
    sigma = packed[18:22]
    if isinstance(plot, LineOfSightPlot):
        axes = _axes_along(packed[11:14] @ frame.rotation.T)
        model = LineModel(**_model(packed, axes, sigma[:2], frame))
        z = [Elevation(0.0), Bearing(0.0)]
    else:
        axes = packed[5:14].reshape(3, 3) @ frame.rotation.T
        bearing = Bearing(0.5 * math.pi - packed[15])
        z = [Elevation(packed[16]), bearing, packed[14]]
        if packed[0] == _kernels.RADAR_WITH_RATE:
            parts = _model(packed, axes, sigma[[2, 1, 0, 3]], frame)
            model = CartesianToElevationBearingRangeRate(velocity_mapping=VELOCITY, **parts)
            z.append(packed[17])
        else:
            parts = _model(packed, axes, sigma[[2, 1, 0]], frame)
            model = RadarModel(**parts)
    return Detection(
        StateVector([[one] for one in z]),
        timestamp=datetime_from_instant(plot.time),
        measurement_model=model,
        metadata={"sensor": plot.sensor, "scan": plot.scan},
    )


def packed_from_detection(detection: Detection, frame: Frame = ECEF) -> Floats:
    """Give a detection of elevation, bearing, range (and range rate) as a packed measurement.

    Whoever made it: the sensor's place and axes and the errors are those of its model. Bearing
    and elevation count in the sensor's axes, as Stone Soup turns them.

    Returns:
        (22,), as `launchwatch.estimation.measurement` describes.

    Raises:
        InputError: it has another model, or none.
    """
    model = detection.measurement_model
    kinds = (CartesianToElevationBearingRange, CartesianToElevationBearingRangeRate)
    if not isinstance(model, (*kinds, CartesianToElevationBearing)):
        raise InputError(
            "a detection must have one of Stone Soup's models from Cartesian to elevation and "
            f"bearing, with range and range rate or without, got {type(model).__name__}"
        )
    z = [float(one) for one in np.asarray(detection.state_vector).ravel()]
    sigma = np.sqrt(np.diag(np.asarray(model.noise_covar, dtype=np.float64)))
    offset = np.asarray(model.translation_offset, dtype=np.float64).ravel()
    axes = np.asarray(model.rotation_matrix, dtype=np.float64) @ frame.rotation
    packed = np.zeros(_kernels.PACKED)
    packed[2:5] = frame.rotation.T @ offset + frame.origin
    if isinstance(model, CartesianToElevationBearing):
        packed[0] = _kernels.LINE_OF_SIGHT
        packed[5:14] = (_across(z[0], z[1]) @ axes).ravel()
        packed[18:20] = sigma
        return packed
    packed[5:14] = axes.ravel()
    packed[14:17] = z[2], (0.5 * math.pi - z[1]) % (2.0 * math.pi), z[0]
    packed[18:21] = sigma[[2, 1, 0]]
    packed[0] = _kernels.RADAR
    if isinstance(model, CartesianToElevationBearingRangeRate):
        packed[0] = _kernels.RADAR_WITH_RATE
        packed[17], packed[21] = z[3], sigma[3]
    return packed


def _slope(model: Any, state: Any) -> Floats:
    """Give the derivative of elevation, bearing and range by a state: (3, 6)."""
    turn = np.asarray(model.rotation_matrix, dtype=np.float64)
    where = np.asarray(state.state_vector, dtype=np.float64)[list(POSITION), 0]
    x, y, z = turn @ (where - np.asarray(model.translation_offset, dtype=np.float64).ravel())
    level2 = x * x + y * y
    level, distance2 = math.sqrt(level2), level2 + z * z
    distance = math.sqrt(distance2)
    local = np.array(
        [
            [-x * z / (level * distance2), -y * z / (level * distance2), level / distance2],
            [-y / level2, x / level2, 0.0],
            [x / distance, y / distance, z / distance],
        ]
    )
    H = np.zeros((3, 6))
    H[:, POSITION] = local @ turn
    return H


def _model(packed: Floats, axes: Floats, sigma: Floats, frame: Frame) -> dict[str, Any]:
    offset = frame.rotation @ (packed[2:5] - frame.origin)
    return {
        "ndim_state": 6,
        "mapping": POSITION,
        "noise_covar": CovarianceMatrix(np.diag(sigma**2)),
        "translation_offset": StateVector(offset),
        "rotation_offset": StateVector(_angles(axes)),
    }


def _angles(axes: Floats) -> list[float]:
    """Give roll, pitch and yaw from which Stone Soup makes axes: Rx(-roll)·Ry(pitch)·Rz(-yaw)."""
    level = math.hypot(axes[0, 0], axes[0, 1])
    pitch = math.atan2(axes[0, 2], level)
    if level > 1e-9:
        roll, yaw = math.atan2(axes[1, 2], axes[2, 2]), math.atan2(axes[0, 1], axes[0, 0])
    else:
        # Two turns fall together: any share will do, so all goes to the roll.
        roll, yaw = math.atan2(-axes[2, 1], axes[1, 1]), 0.0
    return [roll, pitch, yaw]


def _axes_along(line: Floats) -> Floats:
    """Give right-handed axes (rows) whose first is a line."""
    across = np.cross(np.eye(3)[np.argmin(np.abs(line))], line)
    across /= np.linalg.norm(across)
    return np.array([line, across, np.cross(line, across)])


def _across(elevation: float, bearing: float) -> Floats:
    """Give directions of growing elevation and bearing, then the line itself (rows)."""
    s, c = math.sin(elevation), math.cos(elevation)
    t, u = math.sin(bearing), math.cos(bearing)
    return np.array([[-s * u, -s * t, c], [-t, u, 0.0], [c * u, c * t, s]])
