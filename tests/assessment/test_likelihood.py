"""How much likelier a track's plots are of a launch than of anything else."""

from typing import NamedTuple

import numpy as np
import pytest

from launchwatch.assessment._kernels_evidence import COLUMNS, weigh_plot
from launchwatch.assessment.likelihood import MOST_PLOTS, Bias, Likelihood
from launchwatch.assessment.ways import launches, rivals
from launchwatch.estimation.measurement import FALSE, Site
from launchwatch.messages.plot import RadarPlot
from launchwatch.messages.sensor import Radar
from launchwatch.timescale import SECOND, Instant

RADAR = Radar(
    id="r", owner="ZZZ", latitude_deg=0.0, longitude_deg=0.0, height_m=0.0, range_sigma_m=30.0,
    azimuth_sigma_deg=0.07, elevation_sigma_deg=0.07, scan_period_s=2.0,
    minimum_elevation_deg=1.0, maximum_range_m=1e6, detection_probability=0.9,
    clutter_per_scan=2.0,
)  # fmt: skip
SITE = Site(RADAR)
BIASES = {SITE.position.tobytes(): Bias(0.0, 0.0, 2.0 / 3600.0)}


class Link(NamedTuple):
    """A story as the tracker tells it."""

    time: Instant
    packed: np.ndarray
    before: "Link | None"
    length: int


def story(path, count, period=2.0, seed=1, spoilt=None, earlier=None):
    """Give plots of what flies a path (seconds -> east, north, up of the radar), newest first."""
    chance, newest = np.random.default_rng(seed), earlier
    for k in range(0 if earlier is None else earlier.length, count):
        east, north, up = path(k * period)
        level = np.hypot(east, north)
        away = 50e3 if k == spoilt else 0.0
        plot = RadarPlot(
            sensor="r", time=Instant(0), received=Instant(0), mode="simulation", scan=k,
            range_m=float(np.hypot(level, up) + 30.0 * chance.normal() + away),
            azimuth_deg=float(np.degrees(np.arctan2(east, north)) + 0.07 * chance.normal()),
            elevation_deg=float(np.degrees(np.arctan2(up, level)) + 0.07 * chance.normal()),
            source="", line=0,
        )  # fmt: skip
        packed = SITE.pack(plot)
        packed[FALSE] = np.log(SITE.clutter_density / 0.9)
        newest = Link(Instant(round(k * period * SECOND)), packed, newest, k + 1)
    return newest


def rocket(seconds):
    """Climb from 8 km at 300 m/s, gaining 12 m/s each second."""
    return 100e3 + 40.0 * seconds, 50e3, 8e3 + 300.0 * seconds + 6.0 * seconds**2


def airliner(seconds):
    """Cruise at 10 km."""
    return 100e3 + 240.0 * seconds, 50e3, 10e3


def jet(seconds):
    """Zoom from 4 km at 150 m/s while it does 250 over the ground."""
    return 100e3 + 250.0 * seconds, 50e3, 4e3 + 150.0 * seconds


def odds(plots):
    """Put all plots of a story to all ways."""
    return Likelihood(BIASES).take(plots)


def test_a_rocket_is_known_after_some_plots():
    # A probability of 0.95 is ln odds of 2.9.
    assert odds(story(rocket, 6)).launch > 2.9


@pytest.mark.parametrize("path", [airliner, jet])
def test_aircraft_are_no_rockets(path):
    found = [odds(story(path, 15, seed=seed)) for seed in range(5)]
    # One in a hundred would be ln odds of -4.6, and aircraft are thousands.
    assert max(one.launch for one in found) < -4.6


def test_one_plot_of_another_thing_makes_no_rocket_of_an_airliner():
    for spoilt in range(4):
        assert odds(story(airliner, 6, spoilt=spoilt)).launch < -2.0


def test_what_it_is_told_from_last_is_named():
    assert odds(story(airliner, 10)).rival == "airliner"


def test_plots_one_by_one_say_the_same_as_all_at_once():
    one, newest = Likelihood(BIASES), None
    for k in range(3, 8):
        newest = story(rocket, k, earlier=newest, seed=k)
        last = one.take(newest)
    assert last == odds(newest)


def test_another_hypothesis_is_weighed_from_the_beginning():
    one = Likelihood(BIASES)
    one.take(story(airliner, 6))
    other = story(rocket, 6)
    assert one.take(other) == odds(other)


def test_a_long_track_is_judged_by_where_it_flies():
    assert odds(story(airliner, MOST_PLOTS + 1, period=1.0)) is None


def test_what_begins_high_is_judged_by_its_orbit():
    assert odds(story(lambda s: (100e3 + 7e3 * s, 50e3, 300e3), 5)) is None


def test_a_stated_bias_makes_evidence_weaker_never_stronger():
    plots = story(rocket, 5)
    doubtful = {SITE.position.tobytes(): Bias(500.0, np.radians(0.5), 2.0 / 3600.0)}
    assert Likelihood(doubtful).take(plots).launch < odds(plots).launch


def test_the_same_launch_weighs_less_where_clutter_is_dense():
    plots = story(rocket, 4)
    link = plots
    while link is not None:
        link.packed[FALSE] += 5.0
        link = link.before
    assert odds(plots).launch < odds(story(rocket, 4)).launch


def test_ways_are_gaussians_of_things_above_ground():
    for ways in (launches(), rivals()[0]):
        assert ways.table.shape == (len(ways.weights), COLUMNS)
        assert (np.linalg.eigvalsh(ways.covariances) > 0.0).all()
        assert (ways.means[:, 2] > 0.0).all()


def test_launches_begin_as_often_as_their_rate_says():
    # Some groups of fewer than six of 6,000 flights are left out.
    assert np.exp(launches().weights).sum() == pytest.approx(0.01, rel=0.1)


def test_one_way_alone_is_a_kalman_filter():
    # Position, velocity and acceleration along one axis, by the textbook.
    table = np.array([[20.0, 20.0, 4.0, 4.0, np.inf, 0.0, 0.0, 1.0, 1.0, 0.0]])
    x, P = np.zeros((1, 9)), np.array([np.diag(np.repeat([1e3, 50.0, 2.0], 3) ** 2)])
    weights = np.zeros(1)
    H, z, r = np.zeros((1, 6)), np.array([30.0]), np.array([100.0])
    H[0, 0] = 1.0
    weigh_plot(0, 0.0, 0.0, H, z, r, 0.0, -1e9, False, table, x, P, weights)
    weigh_plot(1, 0.0, 3.0, H, z, r, 0.0, -1e9, False, table, x, P, weights)
    m, C = np.zeros(3), np.diag([1e3, 50.0, 2.0]) ** 2
    total = 0.0
    for seconds in (0.0, 3.0):
        if seconds:
            e = np.exp(-seconds / 20.0)
            F = np.array([[1, 3, 400 * (0.15 - 1 + e)], [0, 1, 20 * (1 - e)], [0, 0, e]])
            # The noise by summing up many short steps.
            Q, n = np.zeros((3, 3)), 3000
            for k in range(n):
                t = 3.0 * (k + 0.5) / n
                f = np.exp(-t / 20.0)
                b = np.array([400 * (t / 20.0 - 1 + f), 20 * (1 - f), f])
                Q += np.outer(b, b) * (2.0 / 20.0 * 4.0) * 3.0 / n
            m, C = F @ m, F @ C @ F.T + Q
        S = C[0, 0] + 100.0
        total -= 0.5 * ((30.0 - m[0]) ** 2 / S + np.log(2.0 * np.pi * S))
        gain = C[:, 0] / S
        m, C = m + gain * (30.0 - m[0]), C - np.outer(gain, C[0])
    # A part in a million: the noise of the closed form against its sum.
    assert weights[0] == pytest.approx(total, rel=1e-6)
    assert x[0, [0, 3, 6]] == pytest.approx(m, rel=1e-5)
