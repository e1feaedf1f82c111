"""The coarse gate: every track near a plot is found, and what was let go is not."""

import numpy as np

from launchwatch.estimation.measurement import Site
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking.bank import bank_from
from launchwatch.tracking.gating import NEAREST, CoarseGate
from launchwatch.tracking.registered import NO_BIASES, NO_CORRECTIONS, Registered
from launchwatch.tracking.track import Event, Track, begun

from .watching import HIGH, NOON, coasting, plot_of, radar

RADAR = radar()
P = np.diag([300.0] * 3 + [40.0] * 3) ** 2


def track_at(number: int, state: np.ndarray, time: int = NOON) -> Track:
    packed = Site(RADAR).pack(plot_of(RADAR, state, 0.0))
    event = Event(Instant(time), "radar", 0, packed, 0.95, 1e-9)
    bank = bank_from(state, P, np.full(5, 0.2))
    leaf = begun((event,), Registered(bank, NO_BIASES, NO_CORRECTIONS), 0.0)
    return Track(number, leaf, bank)


def test_the_track_that_a_plot_belongs_to_is_near_and_distant_ones_are_not() -> None:
    gate = CoarseGate()
    for number in range(40):
        gate.hold(track_at(number, HIGH + np.r_[number * 20e3, np.zeros(5)]))
    for seconds in (0.5, 5.0, 20.0):
        plot = plot_of(RADAR, coasting(HIGH)(seconds), seconds, np.ones(4))
        near = gate.near(Site(RADAR).pack(plot), plot.time, 30.0)
        assert 0 in [one.number for one in near]
        if seconds == 0.5:
            assert [one.number for one in near] == [0]


def test_rows_stay_dense_however_tracks_come_and_go() -> None:
    chance, gate = np.random.default_rng(1), CoarseGate()
    held: dict[int, Track] = {}
    for number in range(300):
        track = track_at(number, HIGH + np.r_[number * 50e3, np.zeros(5)])
        gate.hold(track)
        held[number] = track
        if chance.random() < 0.6:
            gone = list(held)[int(chance.integers(len(held)))]
            gate.release(held.pop(gone))
    for number, track in held.items():
        packed = track.leaf.used[0].packed
        assert packed is not None
        assert number in [one.number for one in gate.near(packed, NOON, 30.0)]
    everyone = gate.near(packed, NOON, 1e12)
    assert len(everyone) == min(len(held), NEAREST)
    assert {one.number for one in everyone} <= set(held)


def test_an_empty_sky_has_nothing_near() -> None:
    packed = Site(RADAR).pack(plot_of(RADAR, HIGH, 0.0))
    assert CoarseGate().near(packed, Instant(NOON + SECOND), 30.0) == []


def test_a_track_whose_numbers_are_none_is_near_nothing() -> None:
    gate, spoilt = CoarseGate(), track_at(1, HIGH)
    spoilt.bank.X[:] = np.nan
    gate.hold(spoilt)
    assert gate.near(Site(RADAR).pack(plot_of(RADAR, HIGH, 0.0)), NOON, 30.0) == []
