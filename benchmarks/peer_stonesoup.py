"""Stone Soup's trackers on our raids, with every advantage that its interfaces allow.

Its components as they are (extended Kalman predictor and updater, kd-tree gating, global nearest
neighbour by 2D assignment, measurement initiators, deleters, multi-target trackers), but for two
models that we hand it:

- `Ballistic`: the raid's own motion in the radar's east-north-up frame, flown by our compiled
  propagator, its Jacobian by differences of all six numbers in one call. Stone Soup has no
  ballistic model, and its own numeric Jacobians are slower.
- `ArcMetres`: range, and the two angles as metres of arc at 450 km. The kd-tree then sees
  distances of one kind, so that its radius means something; and plain floats spare Stone Soup
  its objects for angles. Its own `CartesianToElevationBearingRange` lets the tree filter by
  range alone.

One thread: set OPENBLAS_NUM_THREADS=1 before NumPy is loaded. One radar only.

Needs the `bench` dependencies (design/dependencies.md).
"""

import datetime as dt
from collections import deque
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from raids import LOG_BALLISTIC_COEFFICIENT, Known, Maker, Picture, Scan, Tracker, clutter_density
from stonesoup.base import Property
from stonesoup.buffered_generator import BufferedGenerator
from stonesoup.dataassociator.neighbour import GNNWith2DAssignment
from stonesoup.dataassociator.probability import JPDAwithLBP
from stonesoup.dataassociator.tree import DetectionKDTreeMixIn
from stonesoup.deleter.time import UpdateTimeStepsDeleter
from stonesoup.hypothesiser.distance import DistanceHypothesiser
from stonesoup.hypothesiser.probability import PDAHypothesiser
from stonesoup.initiator.simple import MultiMeasurementInitiator
from stonesoup.measures import Mahalanobis
from stonesoup.models.base import GaussianModel, ReversibleModel, TimeVariantModel
from stonesoup.models.measurement import MeasurementModel
from stonesoup.models.transition import TransitionModel
from stonesoup.predictor.kalman import (
    CubatureKalmanPredictor,
    ExtendedKalmanPredictor,
    UnscentedKalmanPredictor,
)
from stonesoup.reader.base import DetectionReader
from stonesoup.tracker.simple import MultiTargetMixtureTracker, MultiTargetTracker
from stonesoup.types.array import CovarianceMatrix, StateVector, StateVectors
from stonesoup.types.detection import Detection
from stonesoup.types.hypothesis import SingleHypothesis
from stonesoup.types.state import GaussianState
from stonesoup.updater.kalman import (
    CubatureKalmanUpdater,
    ExtendedKalmanUpdater,
    UnscentedKalmanUpdater,
)

from launchwatch.earth.ellipsoid import ecef_from_geodetic
from launchwatch.earth.local import ecef_from_enu_rotation
from launchwatch.estimation.gaussian import Gaussian
from launchwatch.flight.motion import COAST, propagate
from launchwatch.messages.sensor import Radar

Floats = NDArray[np.float64]

START = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - Stone Soup's own times are naive
ARC = 450e3
STEPS = np.repeat([10.0, 1.0], 3)


class Tuning(NamedTuple):
    """What may be tuned; the defaults were the best of those tried (design/peers.md).

    Attributes:
        gate: greatest Mahalanobis distance of a plot from a track.
        radius_m: of the kd-tree's search: wide enough for a track's second plot.
        confirming_plots: how many plots make a track.
        holding_misses: scans without a plot until a track in the making is dropped.
        misses: scans without a plot until a track is dropped.
        noise: white acceleration, m²/s³.
    """

    gate: float = 4.0
    radius_m: float = 8000.0
    confirming_plots: int = 2
    holding_misses: int = 2
    misses: int = 3
    noise: float = 1e-4


class Ballistic(TransitionModel, GaussianModel, TimeVariantModel):
    """Flight without thrust, in a radar's east-north-up frame: position, then velocity."""

    rotation: Any = Property(doc="(3, 3), columns east, north and up in ECEF")
    position: Any = Property(doc="(3,) of the radar, ECEF")
    noise: float = Property(doc="white acceleration, m²/s³")
    ndim_state: int = 6

    def _flown(self, states: Floats, seconds: float) -> Floats:
        bodies = np.zeros((len(states), 9))
        bodies[:, :3] = states[:, :3] @ self.rotation.T + self.position
        bodies[:, 3:6] = states[:, 3:] @ self.rotation.T
        bodies[:, 6] = LOG_BALLISTIC_COEFFICIENT
        flown = propagate(COAST, bodies, seconds)
        return np.hstack(
            [(flown[:, :3] - self.position) @ self.rotation, flown[:, 3:6] @ self.rotation]
        )

    def function(self, state: Any, noise: Any = False, **kwargs: Any) -> Any:  # noqa: ARG002
        """Fly a state, or several."""
        seconds = kwargs["time_interval"].total_seconds()
        flown = self._flown(np.asarray(state.state_vector, dtype=float).T, seconds).T
        return StateVectors(flown) if flown.shape[1] > 1 else StateVector(flown)

    def jacobian(self, state: Any, **kwargs: Any) -> Floats:
        """Give the derivative of the flight, by central differences of one batch."""
        x = np.asarray(state.state_vector, dtype=float)[:, 0]
        offsets = np.diag(STEPS)
        flown = self._flown(
            np.concatenate([x + offsets, x - offsets]), kwargs["time_interval"].total_seconds()
        )
        return ((flown[:6] - flown[6:]) / (2.0 * STEPS[:, None])).T

    def covar(self, **kwargs: Any) -> Any:
        """Give the process noise over an interval."""
        t = kwargs["time_interval"].total_seconds()
        blocks = self.noise * np.array([[t**3 / 3.0, t**2 / 2.0], [t**2 / 2.0, t]])
        return CovarianceMatrix(np.kron(blocks, np.eye(3)))


class ArcMetres(MeasurementModel, GaussianModel, ReversibleModel):
    """Range, and azimuth and elevation as metres of arc at `ARC`."""

    noise_covar: Any = Property(doc="(3, 3)")
    ndim_meas: int = 3

    def function(self, state: Any, noise: Any = False, **kwargs: Any) -> Any:  # noqa: ARG002
        """Say what the radar would report of a state."""
        east, north, up = np.asarray(state.state_vector, dtype=float)[:3]
        level = np.hypot(east, north)
        z = [np.hypot(level, up), ARC * np.arctan2(east, north), ARC * np.arctan2(up, level)]
        return StateVector(z) if len(east) == 1 else StateVectors(z)

    def jacobian(self, state: Any, **kwargs: Any) -> Floats:  # noqa: ARG002
        """Give the derivative of it."""
        east, north, up = np.asarray(state.state_vector, dtype=float)[:3, 0]
        level2 = east**2 + north**2
        level, distance2 = np.sqrt(level2), level2 + up**2
        distance = np.sqrt(distance2)
        H = np.zeros((3, 6))
        H[0, :3] = east / distance, north / distance, up / distance
        H[1, :2] = ARC * north / level2, -ARC * east / level2
        H[2, 0] = -ARC * east * up / (level * distance2)
        H[2, 1] = -ARC * north * up / (level * distance2)
        H[2, 2] = ARC * level / distance2
        return H

    def inverse_function(self, detection: Any, **kwargs: Any) -> Any:  # noqa: ARG002
        """Give where a plot lies."""
        distance, azimuth, elevation = np.asarray(detection.state_vector, dtype=float)[:, 0]
        azimuth, elevation = azimuth / ARC, elevation / ARC
        level = distance * np.cos(elevation)
        x = [level * np.sin(azimuth), level * np.cos(azimuth), distance * np.sin(elevation)]
        return StateVector([*x, 0.0, 0.0, 0.0])

    def covar(self, **kwargs: Any) -> Any:  # noqa: ARG002
        """Give the measurement noise."""
        return self.noise_covar


class KDTreeGNN(DetectionKDTreeMixIn, GNNWith2DAssignment):
    """Global nearest neighbour behind a kd-tree of the plots."""


class KDTreeJPDA(DetectionKDTreeMixIn, JPDAwithLBP):
    """Joint probabilistic data association (by belief propagation) behind a kd-tree."""


class Fed(DetectionReader):
    """Hands over the scans that it is fed."""

    waiting: Any = Property(doc="a deque of (time, detections)")

    @BufferedGenerator.generator_method
    def detections_gen(self) -> Iterator[tuple[dt.datetime, set[Any]]]:
        """Give the next scan."""
        while True:
            yield self.waiting.popleft()


def gnn(tuning: Tuning = Tuning()) -> Maker:  # noqa: B008 - a frozen tuple
    """Give a maker of Stone Soup's `MultiTargetTracker` with kd-tree GNN."""

    def make(known: Known) -> Tracker:
        return _tracker(known, tuning, joint=False)

    return make


def jpda(tuning: Tuning = Tuning()) -> Maker:  # noqa: B008
    """Give a maker of Stone Soup's `MultiTargetMixtureTracker` with JPDA."""

    def make(known: Known) -> Tracker:
        return _tracker(known, tuning, joint=True)

    return make


def _tracker(known: Known, tuning: Tuning, joint: bool) -> Tracker:
    (radar,) = known.radars
    place = np.radians([radar.latitude_deg, radar.longitude_deg])
    rotation = ecef_from_enu_rotation(*place)
    position = ecef_from_geodetic(*place, radar.height_m)
    predictor = ExtendedKalmanPredictor(
        Ballistic(rotation=rotation, position=position, noise=tuning.noise)
    )
    model = ArcMetres(ndim_state=6, mapping=(0, 1, 2), noise_covar=_noise(radar))
    updater = ExtendedKalmanUpdater(model, use_joseph_cov=True)
    tree = {"predictor": predictor, "updater": updater, "max_distance": tuning.radius_m}
    nearest = KDTreeGNN(
        DistanceHypothesiser(predictor, updater, Mahalanobis(), missed_distance=tuning.gate), **tree
    )
    velocity = known.speed_sigma_mps**2
    initiator = MultiMeasurementInitiator(
        prior_state=GaussianState(np.zeros((6, 1)), np.diag([0.0] * 3 + [velocity] * 3)),
        deleter=UpdateTimeStepsDeleter(tuning.holding_misses),
        data_associator=nearest,
        updater=updater,
        measurement_model=model,
        min_points=tuning.confirming_plots,
    )
    waiting: deque[tuple[dt.datetime, set[Any]]] = deque()
    parts = {
        "initiator": initiator,
        "deleter": UpdateTimeStepsDeleter(tuning.misses),
        "detector": Fed(waiting),
        "updater": updater,
    }
    if joint:
        # The density of clutter in the model's own unit: metres of arc for two of three.
        density = clutter_density(radar) / ARC**2
        probabilities = PDAHypothesiser(
            predictor, updater, density, radar.detection_probability, prob_gate=0.999
        )
        tracker = MultiTargetMixtureTracker(
            data_associator=KDTreeJPDA(probabilities, **tree), **parts
        )
    else:
        tracker = MultiTargetTracker(data_associator=nearest, **parts)
    steps = iter(tracker)
    numbers: dict[str, int] = {}

    def take(scan: Scan) -> Picture:
        time = START + dt.timedelta(seconds=scan.seconds)
        angles = ARC * _signed(scan.plots[:, 1]), ARC * scan.plots[:, 2]
        rows = np.column_stack([scan.plots[:, 0], *angles])
        waiting.append(
            (
                time,
                {Detection(StateVector(z), timestamp=time, measurement_model=model) for z in rows},
            )
        )
        _, tracks = next(steps)
        held = sorted(tracks, key=lambda track: numbers.setdefault(track.id, len(numbers)))
        if not held:
            return Picture(np.empty(0, np.int64), np.empty((0, 3)))
        means = np.array([np.asarray(track.state_vector, dtype=float)[:, 0] for track in held])
        spread = np.array([np.asarray(track.covar, dtype=float)[:3, :3] for track in held])
        return Picture(
            np.array([numbers[track.id] for track in held]),
            means[:, :3] @ rotation.T + position,
            rotation @ spread @ rotation.T,
            means[:, 3:] @ rotation.T,
        )

    return take


def _signed(azimuth: Any) -> Any:
    """Put the cut in the south, where nothing flies here."""
    return (azimuth + np.pi) % (2.0 * np.pi) - np.pi


def _noise(radar: Radar) -> Any:
    angles = np.radians([radar.azimuth_sigma_deg, radar.elevation_sigma_deg])
    return CovarianceMatrix(np.diag(np.square([radar.range_sigma_m, *(ARC * angles)])))


class Filtered(NamedTuple):
    """Means (k, 6) and covariances (k, 6, 6) after each plot, ECEF."""

    means: Floats
    covariances: Floats


KALMAN = {
    "ekf": (ExtendedKalmanPredictor, ExtendedKalmanUpdater),
    "ukf": (UnscentedKalmanPredictor, UnscentedKalmanUpdater),
    "ckf": (CubatureKalmanPredictor, CubatureKalmanUpdater),
}


def filtered(
    kind: str, plots: Floats, seconds: Floats, prior: Gaussian, noise: float = 0.0
) -> Filtered:
    """Filter one body's plots with Stone Soup's ``ekf``, ``ukf`` or ``ckf``.

    Args:
        kind: a key of `KALMAN`.
        plots: (k, 22) packed, of one radar without range rate.
        seconds: (k,) from the prior's epoch.
        prior: of position and velocity, ECEF.
        noise: white acceleration, m²/s³.
    """
    rotation, position = plots[0, 5:14].reshape(3, 3).T, plots[0, 2:5]
    whole = np.kron(np.eye(2), rotation)
    offset = np.r_[position, 0.0, 0.0, 0.0]
    sigmas = plots[0, 18:21] * (1.0, ARC, ARC)
    model = ArcMetres(
        ndim_state=6, mapping=(0, 1, 2), noise_covar=CovarianceMatrix(np.diag(sigmas**2))
    )
    make_predictor, make_updater = KALMAN[kind]
    motion = Ballistic(rotation=rotation, position=position, noise=noise)
    predictor, updater = make_predictor(motion), make_updater(model)
    state: Any = GaussianState(
        StateVector(whole.T @ (prior.mean - offset)), whole.T @ prior.covariance @ whole, START
    )
    found = Filtered(np.empty((len(plots), 6)), np.empty((len(plots), 6, 6)))
    for k, packed in enumerate(plots):
        time = START + dt.timedelta(seconds=float(seconds[k]))
        z = StateVector([packed[14], ARC * _signed(packed[15]), ARC * packed[16]])
        ahead = predictor.predict(state, timestamp=time)
        plot = Detection(z, timestamp=time, measurement_model=model)
        state = updater.update(SingleHypothesis(ahead, plot))
        mean = np.asarray(state.state_vector, dtype=float)[:, 0]
        found.means[k] = whole @ mean + offset
        found.covariances[k] = whole @ np.asarray(state.covar, dtype=float) @ whole.T
    return found
