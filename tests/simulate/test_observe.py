"""What sensors report has the errors, the misses and the clutter that their roster states.

The expected measurement is PROJ's, so the simulator's geometry is checked with its noise.
Bounds are four sigmas of the statistic at the stated number of seeds: one of them fails
by chance once in 16,000, and the seeds are fixed.
"""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from msgspec.structs import replace
from numpy.typing import NDArray
from pyproj import Transformer
from scipy import stats

from launchwatch.messages.sensor import Infrared, Radar
from launchwatch.simulate import observe, truth
from launchwatch.simulate.body import Body
from launchwatch.simulate.scenario import Scenario, load
from launchwatch.timescale import SECOND, instant_from_utc

FRIDAY, QUIET = load("friday"), load("quiet")
SEEDS = range(20)
Array = NDArray[np.float64]
Lines = list[list[dict[str, Any]]]


@pytest.fixture(scope="module")
def moving() -> list[Body]:
    return truth.bodies(FRIDAY)


@pytest.fixture(scope="module")
def runs(moving: list[Body]) -> Lines:
    return [observe.lines(FRIDAY, seed, moving) for seed in SEEDS]


@pytest.fixture(scope="module")
def empty_runs() -> Lines:
    return [observe.lines(FRIDAY, seed, []) for seed in SEEDS]


def seconds(line: dict[str, Any]) -> float:
    return (instant_from_utc(line["time"]) - FRIDAY.start) / SECOND


def plots_of(lines: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return [line for line in lines if line["sensor"] == name and "end_of_scan" not in line]


def radar_misses(
    scenario: Scenario, name: str, lines: list[dict[str, Any]], body: Body
) -> tuple[Array, Array]:
    """Give errors (n, 4) in sigmas of a radar's plots of a body, and their times (n,)."""
    sensor = scenario.sensors[name]
    assert isinstance(sensor, Radar)
    plots = plots_of(lines, name)
    times = np.array([seconds(plot) for plot in plots])
    states = body.states(times)
    exists = np.isfinite(states[:, 0])
    plots = [plot for plot, there in zip(plots, exists, strict=True) if there]
    times, states = times[exists], states[exists]
    topocentric = Transformer.from_pipeline(
        f"+proj=topocentric +ellps=WGS84 +lon_0={sensor.longitude_deg} "
        f"+lat_0={sensor.latitude_deg} +h_0={sensor.height_m}"
    )

    def distances(points: Array) -> tuple[Array, Array]:
        enu = np.column_stack(topocentric.transform(*points.T))
        return enu, np.linalg.norm(enu, axis=1)

    enu, distance = distances(states[:, :3])
    ahead = distances(states[:, :3] + 0.01 * states[:, 3:])[1]
    behind = distances(states[:, :3] - 0.01 * states[:, 3:])[1]
    azimuth = np.degrees(np.arctan2(enu[:, 0], enu[:, 1]))
    elevation = np.degrees(np.arcsin(enu[:, 2] / distance))
    z = np.array(
        [[p["range_m"], p["azimuth_deg"], p["elevation_deg"], p.get("range_rate_mps", 0.0)]
         for p in plots]
    )  # fmt: skip
    rate_sigma = sensor.range_rate_sigma_mps or np.inf
    misses = np.column_stack(
        [
            (z[:, 0] - distance) / sensor.range_sigma_m,
            ((z[:, 1] - azimuth + 180.0) % 360.0 - 180.0) / sensor.azimuth_sigma_deg,
            (z[:, 2] - elevation) / sensor.elevation_sigma_deg,
            (z[:, 3] - (ahead - behind) / 0.02) / rate_sigma,
        ]
    )
    # Clutter falls within ten sigmas of all three about once in ten million plots.
    true = np.all(np.abs(misses[:, :3]) < 10.0, axis=1)
    return misses[true], times[true]


@pytest.mark.parametrize("name", ["kr-north", "kr-south", "jp-north", "jp-west", "ship-1"])
def test_radar_errors_are_gaussian_with_the_stated_sigmas(
    name: str, runs: Lines, moving: list[Body]
) -> None:
    misses = np.vstack([radar_misses(FRIDAY, name, lines, moving[0])[0] for lines in runs])
    n = len(misses)
    assert n > 3_000
    columns = 4 if FRIDAY.sensors[name].range_rate_sigma_mps is not None else 3  # type: ignore[union-attr]
    for column in range(columns):
        error = misses[:, column]
        assert np.mean(error) == pytest.approx(0.0, abs=4.0 / np.sqrt(n))
        assert np.mean(error**2) == pytest.approx(1.0, abs=4.0 * np.sqrt(2.0 / n))
        assert stats.kurtosis(error) == pytest.approx(0.0, abs=4.0 * np.sqrt(24.0 / n))
    correlations = np.corrcoef(misses[:, :columns].T) - np.eye(columns)
    assert np.max(np.abs(correlations)) < 4.5 / np.sqrt(n)


def test_infrared_errors_across_the_line_of_sight_have_the_stated_sigma(
    runs: Lines, moving: list[Body]
) -> None:
    sensor = FRIDAY.sensors["ir-105"]
    assert isinstance(sensor, Infrared)
    place = np.array(
        Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True).transform(
            sensor.longitude_deg, sensor.latitude_deg, sensor.height_m
        )
    )
    squares: list[float] = []
    for lines in runs:
        plots = plots_of(lines, "ir-105")
        states = moving[0].states(np.array([seconds(plot) for plot in plots]))
        for plot, state in zip(plots, states, strict=True):
            way = state[:3] - place
            across = np.cross(plot["line_of_sight_ecef"], way / np.linalg.norm(way))
            square = float(across @ across) / sensor.line_of_sight_sigma_rad**2
            if square < 50.0:
                squares.append(square)
    # Two components: chi-squared of two degrees has mean 2 and variance 4.
    assert len(squares) > 600
    assert np.mean(squares) == pytest.approx(2.0, abs=4.0 * 2.0 / np.sqrt(len(squares)))


def test_as_many_are_detected_as_the_roster_says(runs: Lines, moving: list[Body]) -> None:
    # Between these times kr-north has the flight in view without a break.
    first, last = 31.0 + 80.0, 31.0 + 430.0
    found = [radar_misses(FRIDAY, "kr-north", lines, moving[0])[1] for lines in runs]
    detected = sum(int(((t > first) & (t < last)).sum()) for t in found)
    looks = (last - first) * len(SEEDS)
    # Scans at the two edges may count or not: one look a run.
    assert detected / looks == pytest.approx(0.95, abs=4.0 * np.sqrt(0.0475 / looks) + 1 / 350.0)


def test_no_scan_sees_one_thing_twice(runs: Lines, moving: list[Body]) -> None:
    _, times = radar_misses(FRIDAY, "kr-north", runs[0], moving[0])
    plots = {seconds(p): p["scan"] for p in plots_of(runs[0], "kr-north")}
    counts = Counter(plots[time] for time in times.tolist())
    assert max(counts.values()) == 1


def test_clutter_is_poisson_with_the_stated_mean(empty_runs: Lines) -> None:
    for name, sensor in FRIDAY.sensors.items():
        counts = []
        for lines in empty_runs:
            scans = Counter(plot["scan"] for plot in plots_of(lines, name))
            ends = [x["scan"] for x in lines if x["sensor"] == name and "end_of_scan" in x]
            counts += [scans[scan] for scan in ends]
        mean, n = sensor.clutter_per_scan or 0.0, len(counts)
        assert np.mean(counts) == pytest.approx(mean, abs=4.0 * np.sqrt(mean / n))
        # The variance of a Poisson sample's variance is (μ + 2 μ²) / n.
        assert np.var(counts) == pytest.approx(mean, abs=4.0 * np.sqrt((mean + 2.0 * mean**2) / n))


def test_clutter_is_uniform_in_what_a_radar_measures(empty_runs: Lines) -> None:
    plots = [plot for lines in empty_runs for plot in plots_of(lines, "kr-north")]
    for key, low, high in (
        ("range_m", 5e3, 2e6),
        ("azimuth_deg", 0.0, 360.0),
        ("elevation_deg", 2.0, 85.0),
        ("range_rate_mps", -3e3, 3e3),
    ):
        values = [plot[key] for plot in plots]
        # A Kolmogorov-Smirnov probability below 1e-4 would be news.
        assert stats.kstest(values, stats.uniform(low, high - low).cdf).pvalue > 1e-4


def test_clutter_of_an_infrared_sensor_lies_on_the_earth(empty_runs: Lines) -> None:
    down = -np.array([np.cos(np.radians(105.0)), np.sin(np.radians(105.0)), 0.0])
    for lines in empty_runs:
        for plot in plots_of(lines, "ir-105"):
            assert np.degrees(np.arccos(np.dot(down, plot["line_of_sight_ecef"]))) < 8.7


def test_every_scan_is_closed_once_and_holds_its_plots_times(runs: Lines) -> None:
    for name, sensor in FRIDAY.sensors.items():
        mine = [line for line in runs[0] if line["sensor"] == name]
        ends = {line["scan"]: seconds(line) for line in mine if "end_of_scan" in line}
        assert sorted(ends) == list(range(len(ends)))
        assert len(ends) == sum("end_of_scan" in line for line in mine)
        for plot in plots_of(mine, name):
            age = ends[plot["scan"]] - seconds(plot)
            assert -2e-6 < age < sensor.scan_period_s + 2e-6  # times are cut to microseconds


def test_a_rotating_beam_dates_a_plot_by_its_azimuth(runs: Lines) -> None:
    mine = [line for line in runs[0] if line["sensor"] == "kr-south"]
    ends = {line["scan"]: seconds(line) for line in mine if "end_of_scan" in line}
    for plot in plots_of(mine, "kr-south"):
        turned = 1.0 - (ends[plot["scan"]] - seconds(plot)) / 2.0
        off = (360.0 * turned - plot["azimuth_deg"] + 180.0) % 360.0 - 180.0
        # The beam's own error is the azimuth's, 0.07 deg.
        assert abs(off) < 6.0 * 0.07


def test_lines_arrive_a_little_out_of_order(runs: Lines) -> None:
    times = np.array([seconds(line) for line in runs[0]])
    behind = np.maximum.accumulate(times) - times
    assert 0.0 < np.max(behind) < 0.15


def test_arrivals_come_in_order_and_after_the_measurement(moving: list[Body]) -> None:
    arriving = observe.arrivals(FRIDAY, 5, moving)
    times = [time for time, _ in arriving]
    assert times == sorted(times)
    assert all(time > instant_from_utc(line["time"]) for time, line in arriving)


def test_a_biased_sensor_is_off_by_the_same_all_the_time(moving: list[Body]) -> None:
    radar = FRIDAY.sensors["kr-north"]
    assert isinstance(radar, Radar)
    biased = replace(
        FRIDAY, sensors={"kr-north": replace(radar, bias_sigma_m=300.0, bias_sigma_deg=0.2)}
    )
    wide = replace(  # the same errors in wide sigmas, so that no biased plot is taken for clutter
        FRIDAY,
        sensors={
            "kr-north": replace(
                radar, range_sigma_m=300.0, azimuth_sigma_deg=0.2, elevation_sigma_deg=0.2
            )
        },
    )
    means = []
    for seed in range(40):
        misses, _ = radar_misses(wide, "kr-north", observe.lines(biased, seed, moving), moving[0])
        means.append(np.mean(misses[:, :3], axis=0))
        assert np.all(np.std(misses[:, :3], axis=0) < [0.13, 0.45, 0.45])
    # 120 draws of a unit Gaussian: its variance is known to sqrt(2 / 120).
    assert np.mean(np.array(means) ** 2) == pytest.approx(1.0, abs=4.0 * np.sqrt(2.0 / 120.0))


def test_strength_falls_with_the_square_of_range_and_stays_within_the_receiver(
    runs: Lines,
) -> None:
    for lines in runs:
        for line in lines:
            if "snr_db" in line:
                assert 9.0 <= line["snr_db"] <= 45.0


def test_the_same_seed_gives_the_same_bytes_and_another_does_not(moving: list[Body]) -> None:
    one, again, other = (
        b"\n".join(map(observe.encode, observe.lines(FRIDAY, seed))) for seed in (9, 9, 10)
    )
    assert one == again
    assert one != other


def test_one_more_thing_in_the_sky_leaves_other_plots_as_they_were() -> None:
    bodies = truth.bodies(QUIET, 2)
    fewer = {observe.encode(line) for line in observe.lines(QUIET, 2, bodies[1:])}
    all_of_them = {observe.encode(line) for line in observe.lines(QUIET, 2, bodies)}
    assert fewer < all_of_them


def test_angles_stay_within_what_the_format_allows(runs: Lines) -> None:
    for line in runs[1]:
        if "azimuth_deg" in line:
            assert 0.0 <= line["azimuth_deg"] < 360.0
            assert -90.0 <= line["elevation_deg"] <= 90.0


def test_every_line_says_that_it_is_simulated(runs: Lines) -> None:
    assert {line["mode"] for line in runs[0]} == {"simulation"}
