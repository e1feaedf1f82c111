"""Tracks whose sensors have biases: as sure as they have a right to be, and one track each."""

import numpy as np
import pytest
from numpy.typing import NDArray

from launchwatch.estimation.consistency import chi_square_band, squared_lengths
from launchwatch.estimation.measurement import Site
from launchwatch.estimation.registration import bias_sigmas
from launchwatch.flight.motion import BOOST, propagate
from launchwatch.messages.sensor import Sensor
from launchwatch.timescale import SECOND
from launchwatch.tracking.bank import step
from launchwatch.tracking.initiation import Initiator
from launchwatch.tracking.registrar import Registrar
from launchwatch.tracking.track import Event

from .registering import FIRST_DOUBT, GATE, Follower, PlainFollower, biased_plot, plots_by
from .watching import HIGH, Course, at_place, coasting, infrared, plot_of, radar

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


@pytest.mark.compiled
@pytest.mark.parametrize("seconds", [1.5, -2.0, 5.0])
def test_a_clock_that_is_seconds_wrong_is_found_and_makes_no_other_thing(seconds: float) -> None:
    """No clock is stated; the third radar's is wrong."""
    sensors, course = radars(), coasting(HIGH)
    followers = []
    for seed in range(6):
        follower, _, _ = followed(sensors, course, seed, 20.0, COASTING, [0.0, 0.0, seconds])
        assert follower.outside == 0
        assert follower.registrar.faulty[2] > 0.9
        assert follower.registrar.faulty[:2].max() < 0.5
        assert abs(follower.registrar.believed.mean[11] - seconds) < 0.5
        followers.append(follower)
    assert nees(followers, course) < chi_square_band(6, 6, 0.999).high


@pytest.mark.compiled
def test_clocks_in_order_are_not_suspected() -> None:
    for seed in range(4):
        follower, _, _ = followed(radars(), coasting(HIGH), seed, 20.0, COASTING, [0.0] * 3)
        assert follower.outside == 0
        assert (follower.registrar.faulty < 0.2).all()
        sigmas = np.sqrt(np.diag(follower.registrar.believed.covariance))[3::4]
        assert (sigmas < 2e-3).all()


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
        outcome = registrar.stepped(track, right, 1.0, GATE)
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
    sensors = radars()
    follower, _, _ = followed(sensors, coasting(HIGH), 1, 15.0, COASTING, [0.0, 0.0, 2.0])
    plot = plot_of(sensors[2], HIGH, 20.0)
    packed = Site(sensors[2], bias_is_noise=False).pack(plot)
    right = follower.registrar.corrected("west", plot.time, packed)
    assert (plot.time - right.time) / SECOND == pytest.approx(2.0, abs=0.5)
    assert (plot.time - right.time) / SECOND == pytest.approx(right.taken_off[3], abs=1e-9)
