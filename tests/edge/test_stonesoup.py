"""Stone Soup understands our tracks and plots, and we understand its."""

import builtins
import datetime as dt
import importlib
import sys

import matplotlib as mpl
import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from stonesoup.dataassociator.tracktotrack import TrackToTruth
from stonesoup.functions import build_rotation_matrix
from stonesoup.measures import Euclidean
from stonesoup.metricgenerator.manager import MultiManager
from stonesoup.metricgenerator.ospametric import GOSPAMetric, OSPAMetric
from stonesoup.metricgenerator.tracktotruthmetrics import SIAPMetrics
from stonesoup.models.measurement.linear import LinearGaussian
from stonesoup.plotter import Plotter
from stonesoup.types.detection import Detection
from stonesoup.types.groundtruth import GroundTruthPath
from stonesoup.types.hypothesis import SingleHypothesis
from stonesoup.types.prediction import GaussianStatePrediction
from stonesoup.types.state import GaussianState, State
from stonesoup.types.track import Track
from stonesoup.updater.kalman import ExtendedKalmanUpdater

from launchwatch.edge import stonesoup as adapter
from launchwatch.errors import InputError, SettingsError
from launchwatch.estimation import _kernels
from launchwatch.estimation.gaussian import gaussian
from launchwatch.estimation.kalman import ekf_update
from launchwatch.estimation.measurement import Site
from launchwatch.flight.motion import COAST, propagate
from launchwatch.messages.plot import LineOfSightPlot, RadarPlot
from launchwatch.messages.sensor import Infrared, Radar
from launchwatch.messages.track import PhaseProbabilities, TrackUpdate
from launchwatch.scoring.gospa import gospa
from launchwatch.scoring.ospa import ospa
from launchwatch.scoring.siap import siap
from launchwatch.timescale import SECOND, Instant, instant_from_utc

mpl.use("Agg")

START = instant_from_utc("2026-03-01T12:00:00Z")
RADAR = Radar(
    id="radar", owner="ZZZ", latitude_deg=40.0, longitude_deg=-30.0, height_m=900.0,
    range_sigma_m=30.0, azimuth_sigma_deg=0.05, elevation_sigma_deg=0.08,
    range_rate_sigma_mps=1.0, scan_period_s=1.0, minimum_elevation_deg=0.0, maximum_range_m=2e6,
)  # fmt: skip
INFRARED = Infrared(
    id="high", owner="ZZZ", latitude_deg=0.0, longitude_deg=-50.0, height_m=35.786e6,
    line_of_sight_sigma_rad=3e-4, scan_period_s=1.0,
)  # fmt: skip
SITES = {"radar": Site(RADAR), "high": Site(INFRARED)}
FRAMES = {
    "ecef": adapter.ECEF,
    "at the radar": adapter.frame_at(40.0, -30.0, 900.0),
    "far away": adapter.frame_at(52.0, 13.0),
}
BODY = np.array([3.0e5, 2.5e5, 1.8e5, -1100.0, -700.0, 600.0])
"""Of one body: where it is, in the radar's frame."""


def body():
    """Give it in ECEF: (6,)."""
    turn = np.kron(np.eye(2), SITES["radar"].rotation.T)
    return turn @ BODY + np.r_[SITES["radar"].position, 0.0, 0.0, 0.0]


def belief():
    chance = np.random.default_rng(3)
    A = chance.normal(size=(6, 6)) * np.repeat([400.0, 30.0], 3)[:, None]
    return gaussian(body(), A @ A.T + np.diag([1e4] * 3 + [10.0] * 3))


def plot_of(kind, scan=1):
    common = {
        "time": START, "received": START, "mode": "simulation", "scan": scan, "source": "",
        "line": 1,
    }  # fmt: skip
    if kind == "line of sight":
        line = body()[:3] - SITES["high"].position + [300.0, -500.0, 200.0]
        line /= np.linalg.norm(line)
        return LineOfSightPlot(sensor="high", line_of_sight_ecef=tuple(line), **common)
    return RadarPlot(
        sensor="radar", range_m=4.31e5, azimuth_deg=50.2, elevation_deg=24.7,
        range_rate_mps=-920.0 if kind == "with rate" else None, **common,
    )  # fmt: skip


KINDS = ("plain", "with rate", "line of sight")


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_a_gaussian_comes_back_as_it_went(frame):
    state = adapter.state_from_gaussian(belief(), START, frame)
    back = adapter.gaussian_from_state(state, frame)
    # Rounding beside coordinates of some 6,000 km.
    assert back.mean == pytest.approx(belief().mean, rel=1e-14, abs=1e-8)
    assert back.covariance == pytest.approx(belief().covariance, rel=1e-12)
    assert state.timestamp == dt.datetime(2026, 3, 1, 12)  # noqa: DTZ001 - naive, as Stone Soup has it


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_plot_comes_back_as_it_went(kind, frame):
    plot = plot_of(kind)
    packed = SITES[plot.sensor].pack(plot)
    back = adapter.packed_from_detection(
        adapter.detection_from_plot(plot, SITES[plot.sensor], frame), frame
    )
    if kind == "line of sight":
        # The two directions across may turn about the line, which they only surround.
        assert back[11:14] == pytest.approx(packed[11:14], abs=1e-12)
        assert back[5:14].reshape(3, 3) @ back[5:14].reshape(3, 3).T == pytest.approx(
            np.eye(3), abs=1e-12
        )
        back[5:14] = packed[5:14]
    if kind == "plain":
        back[21] = packed[21]  # of a range rate, which is not used
    assert back == pytest.approx(packed, rel=1e-12, abs=1e-8)


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
@pytest.mark.parametrize("kind", KINDS)
def test_both_expect_the_same_measurement_of_a_state(kind, frame):
    plot = plot_of(kind)
    detection = adapter.detection_from_plot(plot, SITES[plot.sensor], frame)
    state = adapter.state_from_gaussian(belief(), START, frame)
    theirs = detection.state_vector - detection.measurement_model.function(state)
    theirs = np.array([float(one) for one in theirs.ravel()])
    ours, H = np.empty(4), np.zeros((4, 6))
    rows = _kernels.innovate(SITES[plot.sensor].pack(plot), body(), ours, H)
    if kind == "line of sight":
        # Angles off a line against components across it: alike to the second order.
        assert np.linalg.norm(theirs) == pytest.approx(np.linalg.norm(ours[:2]), rel=1e-6)
    else:
        assert theirs[[2, 1, 0, 3][:rows]] * ([1, -1, 1, 1][:rows]) == pytest.approx(
            ours[:rows], rel=1e-6, abs=1e-9
        )


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
@pytest.mark.parametrize("kind", KINDS)
def test_its_update_with_our_plot_is_our_update(kind, frame):
    plot = plot_of(kind)
    detection = adapter.detection_from_plot(plot, SITES[plot.sensor], frame)
    state = adapter.state_from_gaussian(belief(), START, frame)
    prediction = GaussianStatePrediction(state.state_vector, state.covar, state.timestamp)
    updater = ExtendedKalmanUpdater(use_joseph_cov=True)
    theirs = adapter.gaussian_from_state(
        updater.update(SingleHypothesis(prediction, detection)), frame
    )
    ours = ekf_update(belief(), SITES[plot.sensor].pack(plot), iterations=1).posterior
    sigma = np.sqrt(np.diag(ours.covariance))
    # Angles off a line are components across it to the second order: 600 m at 37,000 km.
    assert (theirs.mean - ours.mean) / sigma == pytest.approx(np.zeros(6), abs=1e-5)
    assert np.sqrt(np.diag(theirs.covariance)) == pytest.approx(sigma, rel=1e-5)


def test_stone_soup_makes_our_axes_from_our_angles():
    turns = list(Rotation.random(20, rng=np.random.default_rng(1)).as_matrix())
    # First axis straight down or up: where roll and yaw are one.
    turns += [
        Rotation.from_euler("yx", [down, 40.0], degrees=True).as_matrix() for down in (90.0, -90.0)
    ]
    for axes in turns:
        angles = np.reshape(adapter._angles(axes), (3, 1))
        assert build_rotation_matrix(angles) == pytest.approx(axes, abs=1e-12)


def test_a_detection_that_someone_else_made_updates_our_filter():
    made = adapter.detection_from_plot(plot_of("plain"), SITES["radar"])
    again = Detection(
        made.state_vector, timestamp=made.timestamp, measurement_model=made.measurement_model
    )
    ours = ekf_update(belief(), SITES["radar"].pack(plot_of("plain")))
    theirs = ekf_update(belief(), adapter.packed_from_detection(again))
    assert theirs.posterior.mean == pytest.approx(ours.posterior.mean, rel=1e-12)
    assert theirs.length2 == pytest.approx(ours.length2, rel=1e-6)


def test_times_keep_their_microseconds_and_a_leap_second_its_minute():
    time = instant_from_utc("2026-03-01T12:00:00.123456789Z")
    assert adapter.datetime_from_instant(time).microsecond in (123456, 123457)
    assert abs(adapter.instant_from_datetime(adapter.datetime_from_instant(time)) - time) < 1000
    leap = adapter.datetime_from_instant(instant_from_utc("2016-12-31T23:59:60.5Z"))
    assert leap == dt.datetime(2016, 12, 31, 23, 59, 59, 999999)  # noqa: DTZ001


def test_what_has_no_model_or_another_order_is_refused():
    linear = LinearGaussian(6, (0, 2, 4), np.eye(3))
    for model in (None, linear):
        detection = Detection(np.zeros((3, 1)), measurement_model=model)
        with pytest.raises(InputError, match="elevation and bearing"):
            adapter.packed_from_detection(detection)
    for state in (State(np.zeros((6, 1))), GaussianState(np.zeros((4, 1)), np.eye(4))):
        with pytest.raises(InputError, match="six numbers"):
            adapter.gaussian_from_state(state)


def test_without_stone_soup_it_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *args, **kwargs):
        if name.partition(".")[0] == "stonesoup":
            raise ModuleNotFoundError(f"No module named {name!r}", name="stonesoup")
        return real(name, *args, **kwargs)

    monkeypatch.delitem(sys.modules, "launchwatch.edge.stonesoup")
    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(SettingsError, match="pip install stonesoup"):
        importlib.import_module("launchwatch.edge.stonesoup")


def update_of(number, k, state, status="confirmed"):
    time = Instant(START + k * SECOND)
    P = np.diag([1e4] * 3 + [25.0] * 3)
    return TrackUpdate(
        track_id=number, time=time, known=time, mode="simulation", status=status,
        position_ecef_m=tuple(state[:3]), velocity_ecef_mps=tuple(state[3:6]),
        covariance_ecef=tuple(P[np.triu_indices(6)]), phase=PhaseProbabilities(coast=1.0),
        sensors=("radar",), plots=k + 1, hypotheses=(), first_plot=START, last_plot=time,
    )  # fmt: skip


def watched():
    """Two bodies for twenty seconds; one is tracked under two numbers, beside a ghost."""
    chance = np.random.default_rng(7)
    other = body() + np.array([9e3, 0.0, 0.0, 50.0, 0.0, 0.0])
    start = np.array([np.r_[one, 50.0, 0.0, 0.0] for one in (body(), other)])
    truths = np.array([propagate(COAST, start, float(k))[:, :6] for k in range(20)])
    tracks = np.full((20, 4, 6), np.nan)
    tracks[2:10, 0] = truths[2:10, 0]
    tracks[10:, 1] = truths[10:, 0]
    tracks[3:18, 2] = truths[3:18, 1]
    tracks[5:9, 3] = truths[5:9, 1] + 2e5
    tracks[..., :3] += chance.normal(size=(20, 4, 3)) * 100.0
    tracks[..., 3:] += chance.normal(size=(20, 4, 3)) * 5.0
    updates = [
        update_of(f"t{i}", k, tracks[k, i])
        for k in range(20)
        for i in range(4)
        if not np.isnan(tracks[k, i, 0])
    ]
    return truths, tracks, updates


def spoken(truths, frame):
    """Give the truth as Stone Soup has it."""
    return {
        GroundTruthPath(
            [
                adapter.state_from_gaussian(
                    gaussian(truths[k, j], np.eye(6)), Instant(START + k * SECOND), frame
                )
                for k in range(20)
            ]
        )
        for j in range(2)
    }


def test_tracks_keep_number_order_and_the_later_word_and_no_dropped_one():
    _, tracks, updates = watched()
    late = update_of("t0", 4, tracks[4, 0] + 1.0)
    dropped = update_of("t0", 30, tracks[9, 0], status="dropped")
    (first,) = (
        one
        for one in adapter.tracks_from_updates([*updates[::-1], late, dropped])
        if one.id == "t0"
    )
    moments = adapter.gaussians_from_track(first)
    assert [time for time, _ in moments] == [START + k * SECOND for k in range(2, 10)]
    assert moments[2][1].mean == pytest.approx(tracks[4, 0] + 1.0)
    assert moments[3][1].covariance == pytest.approx(np.diag([1e4] * 3 + [25.0] * 3))
    assert isinstance(first, Track)


@pytest.mark.parametrize("frame", FRAMES.values(), ids=FRAMES)
def test_stone_soups_metrics_of_our_tracks_are_ours(frame):
    truths, tracks, updates = watched()
    position, velocity = Euclidean(adapter.POSITION), Euclidean(adapter.VELOCITY)
    manager = MultiManager(
        [
            GOSPAMetric(p=2.0, c=5e3, measure=position),
            OSPAMetric(p=1.0, c=5e3, measure=position),
            SIAPMetrics(position_measure=position, velocity_measure=velocity),
        ],
        associator=TrackToTruth(association_threshold=2e3, measure=position),
    )
    manager.add_data(
        {
            "tracks": adapter.tracks_from_updates(updates, frame),
            "groundtruth_paths": spoken(truths, frame),
        }
    )
    theirs = manager.generate_metrics()
    here = ~np.isnan(tracks[..., 0])
    pairs = [(tracks[k, here[k], :3], truths[k, :, :3]) for k in range(20)]
    # A millimetre of rounding in ECEF beside errors of 100 m.
    close = {"rel": 1e-5}
    assert [one.value["distance"] for one in theirs["gospa_generator"]["GOSPA Metrics"].value] == (
        pytest.approx([gospa(x, y, 5e3).total for x, y in pairs], **close)
    )
    assert [one.value for one in theirs["ospa_generator"]["OSPA distances"].value] == (
        pytest.approx([ospa(x, y, 5e3, 1.0) for x, y in pairs], **close)
    )
    owner = np.where(here, [0, 0, 1, -1], -1)
    ours = siap(
        np.arange(20.0), tracks[..., :3], truths[..., :3], owner, tracks[..., 3:], truths[..., 3:]
    )
    names = {
        "SIAP Completeness": ours.completeness,
        "SIAP Ambiguity": ours.ambiguity,
        "SIAP Spuriousness": ours.spuriousness,
        "SIAP Position Accuracy": ours.position_error,
        "SIAP Velocity Accuracy": ours.velocity_error,
    }
    for name, value in names.items():
        assert theirs["siap_generator"][name].value == pytest.approx(value, **close), name
    assert ours.number_changes_per_second > 0.0


def test_stone_soups_plotter_draws_our_tracks():
    truths, _, updates = watched()
    frame = FRAMES["at the radar"]
    plotter = Plotter()
    plotter.plot_ground_truths(spoken(truths, frame), list(adapter.POSITION[:2]))
    plotter.plot_tracks(
        adapter.tracks_from_updates(updates, frame), list(adapter.POSITION[:2]), uncertainty=True
    )
    lines = [line.get_xdata() for line in plotter.ax.get_lines() if len(line.get_xdata()) > 7]
    # Four tracks (the ghost has four states) and two truths, some 300 km east.
    assert len(lines) >= 5
    assert all(2.5e5 < np.mean(one) < 3.3e5 for one in lines)
