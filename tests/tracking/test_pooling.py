"""Which tracks several sensors' plots begin together, and what that may cost."""

from collections.abc import Iterable

import numpy as np
import pytest

from launchwatch.estimation.measurement import Site
from launchwatch.flight.motion import BOOST, propagate
from launchwatch.messages.plot import Plot
from launchwatch.messages.sensor import Sensor
from launchwatch.timescale import SECOND
from launchwatch.tracking import pooling
from launchwatch.tracking.pooling import FITS_PER_SECOND, KEPT
from launchwatch.tracking.registrar import Registrar
from launchwatch.tracking.startfit import fitted

from .registering import biased_plot
from .watching import (
    HIGH,
    Course,
    Floats,
    Watch,
    at_place,
    clutter_of,
    coasting,
    in_order,
    infrared,
    plot_of,
    radar,
)

WEST, EAST = infrared("west", 85.0), infrared("east", 165.0)
NORTH, SOUTH = radar("north"), radar("south", latitude_deg=35.5, longitude_deg=127.0)


@pytest.fixture
def proved_clocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """As after a thing that all sensors saw."""
    monkeypatch.setattr(Registrar, "is_unproved", lambda *_: False)


def burning(height: float = 20e3) -> Course:
    start = np.r_[
        at_place(40.0, 127.0, height, (200.0, 0.0, 700.0)), np.log(32.0), np.log(0.012), 0.0
    ]

    def at(seconds: float) -> Floats:
        return np.asarray(propagate(BOOST, start[None], seconds)[0, :6])

    return at


def each(course: Course, *looks: tuple[Sensor, float]) -> list[Plot]:
    return [plot_of(sensor, course(seconds), seconds) for sensor, seconds in looks]


def test_two_infrared_sensors_begin_a_track_by_their_third_plot() -> None:
    course = burning()
    watch = Watch(WEST, EAST)
    said = watch.take(each(course, (WEST, 0.1), (EAST, 0.5), (WEST, 1.1)))
    assert [one.status for one in said] == ["tentative"]
    assert set(said[0].sensors) == {"west", "east"}
    # Two lines cross: 12 km across each, and no more along it.
    assert np.linalg.norm(np.array(said[0].position_ecef_m) - course(1.1)[:3]) < 3e3
    P = np.zeros((6, 6))
    P[np.triu_indices(6)] = said[0].covariance_ecef
    assert np.sqrt(np.diag(P)[:3]).max() < 20e3
    assert said[0].phase.boost > 0.8


def test_lines_that_nothing_could_be_on_begin_none() -> None:
    """From the east it is seen at a place 200 km away."""
    here, there = burning(), coasting(at_place(41.8, 127.0, 20e3, (200.0, 0.0, 700.0)))
    plots = [*each(here, (WEST, 0.1)), *each(there, (EAST, 0.5)), *each(here, (WEST, 1.1))]
    assert Watch(WEST, EAST).take(plots) == []


@pytest.mark.usefixtures("proved_clocks")
def test_radars_whose_clocks_agree_begin_a_track_together() -> None:
    course = coasting(HIGH)
    said = Watch(NORTH, SOUTH).take(each(course, (NORTH, 0.2), (SOUTH, 1.4), (NORTH, 2.2)))
    assert len(said) == 1
    assert np.linalg.norm(np.array(said[0].position_ecef_m) - course(2.2)[:3]) < 1e3


def test_radars_whose_clocks_may_be_seconds_wrong_do_not() -> None:
    """A speed from two of them would be a speed over seconds that perhaps never passed."""
    looks = (NORTH, 0.2), (SOUTH, 1.4), (NORTH, 2.2)
    assert Watch(NORTH, SOUTH).take(each(coasting(HIGH), *looks)) == []


def test_a_radar_and_an_infrared_sensor_begin_a_track_together() -> None:
    course = burning()
    said = Watch(WEST, NORTH).take(each(course, (WEST, 0.3), (NORTH, 0.6), (WEST, 1.3)))
    assert len(said) == 1
    # As well as the radar's one plot: 300 m across its beam.
    assert np.linalg.norm(np.array(said[0].position_ecef_m) - course(1.3)[:3]) < 1.5e3


def test_plots_that_began_a_track_begin_no_other() -> None:
    course = burning()
    watch = Watch(WEST, EAST)
    watch.take(each(course, (WEST, 0.1), (EAST, 0.5), (WEST, 1.1)))
    assert all(one is None for one in watch.tracker._pool._loose)
    assert all(np.isinf(one._columns[0, : one.waiting]).all()
               for one in watch.tracker._initiators.values())  # fmt: skip


def test_clutter_of_infrared_sensors_seldom_begins_a_track() -> None:
    """Two false lines a scan each: the odds ask for twenty to one, so few of 1,200 triples do."""
    chance = np.random.default_rng(5)
    west, east = (infrared(name, at) for name, at in (("west", 85.0), ("east", 165.0)))
    watch = Watch(west, east)
    plots: list[Plot] = []
    for scan in range(300):
        for eye in (west, east):
            for _ in range(chance.poisson(0.1)):
                somewhere = at_place(
                    float(chance.uniform(-50, 50)), float(chance.uniform(90, 160)), 0.0,
                    (0.0, 0.0, 0.0),
                )  # fmt: skip
                plots.append(plot_of(eye, somewhere, scan + float(chance.random())))
    watch.take(in_order(plots))
    assert watch.said == []


@pytest.mark.usefixtures("proved_clocks")
def test_a_flood_costs_a_bounded_number_of_fits(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = 0

    def none_fits(*_: object) -> None:
        nonlocal tried
        tried += 1

    monkeypatch.setattr(pooling, "fitted", none_fits)
    chance, scans = np.random.default_rng(1), 4
    watch = Watch(NORTH, SOUTH)
    for scan in range(scans):
        for one in (NORTH, SOUTH):
            watch.take(near_one_place(one, scan, KEPT // 2, chance))
    assert tried > 0
    assert tried <= (scans + 1) * FITS_PER_SECOND
    before = tried
    # Once it has filled its places within a scan a sensor is left out, whatever the other has.
    for scan in range(scans, 2 * scans):
        watch.take(near_one_place(NORTH, scan, 4 * KEPT, chance))
    assert tried - before <= 2 * FITS_PER_SECOND


def near_one_place(sensor, scan: int, count: int, chance: np.random.Generator) -> Iterable[Plot]:
    for plot in clutter_of(sensor, scan, count, chance):
        at = (plot.time - plot_of(sensor, HIGH, 0.0).time) / SECOND
        state = HIGH.copy()
        state[:3] += chance.normal(0.0, 3e3, 3)
        yield plot_of(sensor, state, at, scan=scan)


def test_a_start_of_several_sensors_moves_with_each_ones_biases_as_it_says() -> None:
    """Against the same chain with a bias put on: true - estimate = D·b, so it moves by -D·b."""
    sensors = [radar("north", bias_sigma_m=50.0, bias_sigma_deg=0.1), infrared("east", 165.0)]
    registrar = Registrar({one.id: one for one in sensors})
    looks = [(sensors[1], 0.3), (sensors[0], 0.9), (sensors[1], 1.3), (sensors[0], 1.9)][:3]

    def begun(biases: Floats) -> tuple[Floats, Floats]:
        plots = [
            biased_plot(sensor, burning(), at, np.zeros(4), biases[sensors.index(sensor)])
            for sensor, at in looks
        ]
        watch = Watch(*sensors)
        chain = []
        for plot in plots:
            event = watch.tracker._event_of(plot)
            packed = Site(sensors[plot.sensor == "east"], bias_is_noise=False).pack(plot)
            initiator = watch.tracker._initiators[plot.sensor]
            chain.append(initiator._locate(event._replace(packed=packed)))
        start = fitted(tuple(chain), 1e-3)
        assert start is not None
        corrected = [registrar.corrected(one.sensor, one.time, one.packed) for one in start.events]
        return start.fit.x[:6], registrar.started(start.bank, start.fit, corrected).D

    for at, index, size in ((0, 0, 50.0), (0, 1, 5e-4), (0, 2, 5e-4), (1, 0, 2e-5), (1, 2, 2e-5)):
        biases = np.zeros((2, 4))
        biases[at, index] = size
        after, D = begun(biases)
        before, _ = begun(-biases)
        moved, wanted = (before - after) / 2.0, D[:, 4 * at + index] * size
        # Of the speed three plots know little; the fit stops within 3 % of a sigma.
        assert np.linalg.norm((moved - wanted)[:3]) < 0.05 * np.linalg.norm(wanted[:3]) + 5.0
