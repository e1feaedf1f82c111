"""Tracks whose sensors have biases: as sure as they have a right to be, and one track each."""

import numpy as np
import pytest
from numpy.typing import NDArray

from launchwatch.estimation.consistency import chi_square_band, squared_lengths
from launchwatch.estimation.measurement import Site
from launchwatch.estimation.registration import Lesson, bias_sigmas
from launchwatch.flight.motion import BOOST, propagate
from launchwatch.messages.sensor import Sensor
from launchwatch.timescale import SECOND
from launchwatch.tracking.bank import step
from launchwatch.tracking.initiation import Initiator
from launchwatch.tracking.registrar import Registrar
from launchwatch.tracking.track import Event

from .registering import FIRST_DOUBT, Follower, PlainFollower, biased_plot, plots_by
from .watching import HIGH, NOON, Course, Watch, at_place, coasting, infrared, plot_of, radar

Floats = NDArray[np.float64]

BIASED = {"bias_sigma_m": 50.0, "bias_sigma_deg": 0.1}
COASTING = np.array([0.05, 0.9, 0.02, 0.02, 0.01])
BURNING = np.array([0.9, 0.05, 0.02, 0.02, 0.01])
SOUTH = {"latitude_deg": 35.6, "longitude_deg": 127.6, "range_rate_sigma_mps": None}
WEST = {"latitude_deg": 40.4, "longitude_deg": 140.2}


def radars(**other: object) -> list[Sensor]:
    return [
        radar("north", **(BIASED | other)),
        radar("south", **(BIASED | SOUTH | other)),
        radar("west", **(BIASED | WEST | other)),
    ]


def burning() -> Course:
    """Something a minute after lift-off, climbing under power."""
    start = np.r_[
        at_place(40.0, 127.0, 45e3, (700.0, -200.0, 1100.0)), np.log(32.0), np.log(0.012), 0.0
    ]

    def at(seconds: float) -> Floats:
        return np.asarray(propagate(BOOST, start[None], seconds)[0, :6])

    return at


def drawn(sensors: list[Sensor], chance: np.random.Generator) -> Floats:
    """Draw all sensors' biases (sensors, 4) from what the roster states."""
    sigmas = np.array([bias_sigmas(one) for one in sensors])
    return sigmas * chance.standard_normal(sigmas.shape)


def followed(
    sensors: list[Sensor],
    course: Course,
    seed: int,
    end: float,
    probabilities: Floats,
    clocks: list[float] | None = None,
) -> tuple[Follower, PlainFollower, Floats]:
    chance = np.random.default_rng(seed)
    biases = drawn(sensors, chance)
    if clocks is not None:
        biases[:, 3] = clocks
    start = course(0.0) + FIRST_DOUBT * chance.standard_normal(6)
    follower = Follower(sensors, start, probabilities, Registrar({s.id: s for s in sensors}))
    plain = PlainFollower(sensors, start, probabilities)
    for plot in plots_by(sensors, course, end, biases, chance):
        follower.take(plot)
        plain.take(plot)
    return follower, plain, biases


def nees(followers: list[Follower] | list[PlainFollower], course: Course) -> float:
    errors, covariances = zip(*(one.error(course) for one in followers), strict=True)
    return float(squared_lengths(errors, covariances).mean())


@pytest.mark.compiled
@pytest.mark.parametrize("flight", ["coasting", "burning"])
def test_tracks_by_biased_sensors_are_not_too_sure(flight: str) -> None:
    """And without registration they are, by far: the same flights, the same plots."""
    course = coasting(HIGH) if flight == "coasting" else burning()
    sensors = radars(clock_sigma_s=0.02)
    if flight == "burning":
        sensors.append(infrared())
    first = COASTING if flight == "coasting" else BURNING
    runs = [followed(sensors, course, seed, 30.0, first) for seed in range(20)]
    assert nees([run[0] for run in runs], course) < chi_square_band(20, 6, 0.999).high
    assert nees([run[0] for run in runs], course) > 0.3 * 6.0
    assert nees([run[1] for run in runs], course) > 3.0 * 6.0


@pytest.mark.compiled
def test_errors_of_biases_lie_within_their_covariance() -> None:
    sensors, course = radars(clock_sigma_s=0.02), coasting(HIGH)
    lengths = []
    for seed in range(20):
        follower, _, biases = followed(sensors, course, 100 + seed, 40.0, COASTING)
        believed = follower.registrar.believed
        error = believed.mean - biases.ravel()
        lengths.append(squared_lengths(error[None], believed.covariance[None])[0])
    # The bank is modest, and so is what is learnt from it: no lower bound but half.
    assert 0.5 * 12 < np.mean(lengths) < chi_square_band(20, 12, 0.999).high


def watched(clocks: list[float], seed: int, end: float = 20.0) -> tuple[Watch, Course]:
    """Let a whole tracker watch a flight by three radars without stated clocks."""
    sensors, course = radars(), coasting(HIGH)
    chance = np.random.default_rng(seed)
    biases = drawn(sensors, chance)
    biases[:, 3] = clocks
    watch = Watch(*sensors)
    second = 1
    for plot in plots_by(sensors, course, end, biases, chance):
        while plot.time > NOON + second * SECOND:
            watch.tick(second, second + 1)
            second += 1
        watch.take([plot])
    return watch, course


@pytest.mark.compiled
@pytest.mark.parametrize("seconds", [1.5, -2.0, 5.0, -5.0])
@pytest.mark.parametrize("seed", range(3))
def test_a_clock_that_is_seconds_wrong_is_found_and_makes_no_other_thing(
    seconds: float, seed: int
) -> None:
    """No clock is stated; the third radar's is wrong."""
    watch, _ = watched([0.0, 0.0, seconds], seed)
    assert len(watch.names()) == 1
    registrar = watch.tracker._registrar
    assert registrar.faulty[2] > 0.9
    assert registrar.faulty[:2].max() < 0.5
    assert registrar.believed.mean[11] == pytest.approx(seconds, abs=0.5)
    last = watch.said[-1]
    assert set(last.sensors) == {"north", "south", "west"}


@pytest.mark.compiled
def test_two_things_three_seconds_apart_stay_two() -> None:
    """What a wrong clock would look like, if the sensor did not see the first one too."""
    sensors, course = radars(), coasting(HIGH)
    chance = np.random.default_rng(8)
    biases = drawn(sensors, chance)
    biases[:, 3] = 0.0
    watch = Watch(*sensors)
    plots = plots_by(sensors, course, 20.0, biases, chance)
    plots += plots_by(sensors, lambda at: course(at - 3.0), 20.0, biases, chance)
    for plot in sorted(plots, key=lambda one: (one.time, one.sensor)):
        watch.take([plot])
    assert len(watch.names()) == 2
    assert (watch.tracker._registrar.faulty < 0.2).all()


@pytest.mark.compiled
def test_clocks_in_order_are_not_suspected() -> None:
    for seed in range(4):
        follower, _, _ = followed(radars(), coasting(HIGH), seed, 20.0, COASTING, [0.0] * 3)
        assert follower.outside == 0
        assert (follower.registrar.faulty < 0.2).all()
        sigmas = np.sqrt(np.diag(follower.registrar.believed.covariance))[3::4]
        # One that may be off by a tenth (one in fifty are) is not yet told apart.
        assert (sigmas < 0.05).all()


def test_without_biases_a_registered_step_is_the_banks() -> None:
    """Nothing stated, clocks perfect: the same numbers but for rounding."""
    sensor = radar(clock_sigma_s=0.0)
    registrar = Registrar({"radar": sensor})
    course = coasting(HIGH)
    follower = Follower([sensor], course(0.0), COASTING, registrar)
    plain = PlainFollower([sensor], course(0.0), COASTING)
    for second in range(1, 6):
        plot = plot_of(sensor, course(second), second, np.array([1.0, -1.0, 0.5, 0.2]))
        packed = Site(sensor).pack(plot)
        track = follower.past[-1][2]
        right = registrar.corrected("radar", plot.time, packed)
        outcome = registrar.stepped(track, right, 1.0)
        _, log_likelihood, _ = step(plain.bank, packed, 1.0)
        assert outcome is not None
        assert outcome.log_likelihood == pytest.approx(log_likelihood, abs=1e-3)
        follower.take(plot)
        plain.take(plot)
        told = registrar.told(follower.past[-1][2])
        sigma = np.sqrt(np.diagonal(plain.bank.P, axis1=1, axis2=2))
        # A clock believed to a microsecond is 2 mm beside 10 m and more.
        assert np.abs((told.X - plain.bank.X) / sigma).max() < 1e-2
        assert np.allclose(told.w, plain.bank.w, atol=1e-3)


@pytest.mark.parametrize(
    ("sensor", "sizes"),
    [
        (radar("one", **BIASED), (50.0, 5e-4, 5e-4, 0.02)),
        # Of a speed, and so of a clock, three lines of sight know nothing yet.
        (infrared("one"), (2e-5, 2e-5, 2e-5)),
    ],
    ids=["radar", "infrared"],
)
def test_a_new_track_moves_with_its_sensors_biases_as_it_says(
    sensor: Sensor, sizes: tuple[float, ...]
) -> None:
    """Against the same chain with a bias put on: true - estimate = D·b, so it moves by -D·b."""
    course, site = burning(), Site(sensor, bias_is_noise=False)
    registrar = Registrar({"one": sensor})

    def begun(bias: Floats) -> tuple[Floats, Floats]:
        initiator = Initiator(site, 5, 1e-3)
        for seconds in (0.3, 1.3, 2.3):
            plot = biased_plot(sensor, course, seconds, np.zeros(4), bias)
            event = Event(plot.time, "one", plot.scan, site.pack(plot), 0.95, 1e-12)
            start = initiator.take(event)
        assert start is not None
        plots = [registrar.corrected("one", one.time, one.packed) for one in start.events]
        return start.fit.x[:6], registrar.started(start.bank, start.fit, plots).D

    for index, size in enumerate(sizes):
        bias = np.zeros(4)
        bias[index] = size
        after, D = begun(bias)
        before, _ = begun(-bias)
        moved, wanted = (before - after) / 2.0, D[:, index] * size
        # Of the thrust (32 m/s², 0.6 m/s in 20 ms) three plots know little.
        assert np.linalg.norm((moved - wanted)[:3]) < 0.05 * np.linalg.norm(wanted[:3]) + 1.0
        assert np.linalg.norm((moved - wanted)[3:]) < 0.05 * np.linalg.norm(wanted[3:]) + 0.7


def test_a_plot_is_dated_back_by_what_its_clock_is_fast() -> None:
    watch, _ = watched([0.0, 0.0, 2.0], 1, 15.0)
    sensor, registrar = radars()[2], watch.tracker._registrar
    plot = plot_of(sensor, HIGH, 20.0)
    right = registrar.corrected("west", plot.time, Site(sensor, bias_is_noise=False).pack(plot))
    assert (plot.time - right.time) / SECOND == pytest.approx(2.0, abs=0.5)
    assert (plot.time - right.time) / SECOND == pytest.approx(right.taken_off[3], abs=1e-9)


@pytest.mark.compiled
def test_a_sensor_that_drifts_is_alarmed_weighed_down_and_the_others_are_not() -> None:
    """A tenth of a milliradian a second: past what is stated (0.1°) after 17 s."""
    sensors, course, chance = radars(clock_sigma_s=0.001), coasting(HIGH), np.random.default_rng(0)
    drift = np.zeros((3, 4))
    drift[1, 1] = 1e-4
    registrar = Registrar({one.id: one for one in sensors})
    follower = Follower(sensors, course(0.0), COASTING, registrar)
    for plot in plots_by(sensors, course, 60.0, drawn(sensors, chance), chance, drift):
        follower.take(plot)
    assert [one.drifting for one in registrar.drifts] == [False, True, False]
    report = registrar.report("south", plot.time, "simulation")
    assert report.health == "drifting"
    assert report.noise_factor >= 9.0
    assert "to one side" in report.reason
    assert registrar.report("north", plot.time, "simulation").health == "good"
    packed = Site(sensors[1], bias_is_noise=False).pack(plot_of(sensors[1], HIGH, 61.0))
    right = registrar.corrected("south", plot.time, packed)
    assert right.packed[19] == pytest.approx(packed[19] * np.sqrt(report.noise_factor))
    error, P = follower.error(course)
    assert error @ np.linalg.solve(P, error) < 16.8  # chi-square of six numbers, 99 %


def test_a_report_speaks_of_what_its_sensor_has() -> None:
    registrar = Registrar({"radar": radar(**BIASED), "infrared": infrared()})
    report = registrar.report("radar", NOON, "simulation")
    assert report.health == "good"
    assert report.azimuth_sigma_deg == pytest.approx(0.1)
    assert report.range_sigma_m == pytest.approx(50.0)
    assert report.east_deg is None
    above = registrar.report("infrared", NOON, "simulation")
    assert above.range_m is None
    assert above.up_sigma_deg == 0.0
    assert above.clock_sigma_s == pytest.approx(1e-3, rel=1e-3)


def test_a_lesson_too_sharp_for_rounding_is_not_learnt_and_stops_nothing() -> None:
    chance = np.random.default_rng(0)
    names = "abcdef"
    registrar = Registrar({one: radar(one, bias_sigma_m=1e3, bias_sigma_deg=1.0) for one in names})
    size = len(registrar.learnt.mean)
    refused = 0
    for _ in range(40):
        G = np.zeros((3, size))
        one, other = 4 * chance.choice(len(names), 2, replace=False)
        G[:, one : one + 3], G[:, one + 3] = np.eye(3), 1e3 * chance.standard_normal(3)
        G[:, other : other + 4] = -G[:, one : one + 4]
        # A micrometre, of biases of a kilometre: less than a variance's sixteen digits hold.
        lesson = Lesson(1e-6 * chance.standard_normal(3), G, 1e-12 * np.eye(3))
        refused += not registrar._take_in(lesson, 1e9, np.zeros(3))
        assert np.isfinite(registrar.believed.covariance).all()
        assert (np.diag(registrar.learnt.covariance)[3::4] > 0.0).all()
    assert refused > 0
