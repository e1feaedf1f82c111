"""Tracks whose plots could be each other's: hypotheses branch, settle, and part again."""

import msgspec
import numpy as np
import pytest

from launchwatch.messages.plot import EndOfScan, Plot
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking.branching import Hypothesis, kept, summed

from .watching import (
    HIGH,
    NOON,
    Course,
    Watch,
    coasting,
    end_of_scan,
    plot_of,
    plots_of,
    radar,
)

RADAR = radar()


def beside(metres: float, mps: float = 0.0) -> Course:
    """Give the course of something beside the one at `HIGH`, drifting towards it."""
    return coasting(HIGH + np.r_[metres, 0.0, 0.0, -mps, 0.0, 0.0])


def watched(
    courses: list[Course], seconds: range, seed: int, missed: float = 0.05
) -> list[Plot | EndOfScan]:
    """Give what the radar says of several courses, scan by scan, with misses."""
    chance = np.random.default_rng(seed)
    said: list[Plot | EndOfScan] = []
    for scan in seconds:
        for number, course in enumerate(courses):
            at = scan + 0.3 + 0.01 * number
            if scan < 6 or chance.random() > missed:
                said.append(plot_of(RADAR, course(at), at, chance.standard_normal(4)))
        said.append(end_of_scan(RADAR, scan))
    return said


def errors(watch: Watch, courses: list[Course], at: float) -> np.ndarray:
    """Give how far each track (row) is from each course at a time near its own."""
    tracks = watch.tracker._tracks.values()
    return np.array(
        [
            [
                np.linalg.norm(
                    one.bank.w @ one.bank.X[:, :3] - course((one.time - NOON) / SECOND)[:3]
                )
                for course in courses
            ]
            for one in tracks
            if abs((one.time - NOON) / SECOND - at) < 3.0
        ]
    )


def test_things_far_apart_are_clusters_of_their_own() -> None:
    watch = Watch(RADAR)
    watch.take(watched([coasting(HIGH), beside(200e3)], range(12), 1))
    assert [one.numbers for one in watch.tracker._distinct_clusters()] == [(1,), (2,)]
    assert all(len(one.hypotheses) == 1 for one in watch.tracker._distinct_clusters())


@pytest.mark.parametrize("seed", range(3))
def test_two_that_fly_close_together_share_a_cluster_and_stay_two(seed: int) -> None:
    """At 250 km a beam of 0.07° is 300 m wide: they are told apart by range rate and patience."""
    courses = [coasting(HIGH), beside(400.0)]
    watch = Watch(RADAR)
    watch.take(watched(courses, range(60), seed))
    assert watch.names() == ["T0001", "T0002"]
    assert len(watch.tracker._distinct_clusters()) == 1
    apart = errors(watch, courses, 59.3)
    # One to each, in one order or the other, and none of them lost in between.
    best = min(apart[0, 0] + apart[1, 1], apart[0, 1] + apart[1, 0])
    assert best < 2 * 200.0


@pytest.mark.parametrize("seed", range(3))
def test_two_that_part_again_part_their_clusters(seed: int) -> None:
    courses = [coasting(HIGH), beside(-1000.0, mps=500.0)]
    watch = Watch(RADAR)
    watch.take(watched(courses, range(45), seed))
    watch.tick(45, 47)
    assert [one.numbers for one in watch.tracker._distinct_clusters()] == [(1,), (2,)]
    assert (np.sort(errors(watch, courses, 44.3), axis=1)[:, 0] < 300.0).all()


@pytest.mark.parametrize("seed", range(3))
def test_late_plots_in_a_cluster_lead_to_the_same_hypotheses(seed: int) -> None:
    """Up to 8 s late and in any order, once both tracks stand: the same to the last bit."""
    said = watched([coasting(HIGH), beside(400.0)], range(30), seed)
    chance = np.random.default_rng(seed)
    late = [
        one
        if isinstance(one, EndOfScan) or one.scan < 8
        else msgspec.structs.replace(
            one, received=Instant(one.received + int(chance.uniform(0.0, 8.0) * SECOND))
        )
        for one in said
    ]
    arrived = sorted(late, key=lambda one: one.received)
    assert arrived != late
    ends = []
    for stimuli in (said, arrived):
        watch = Watch(RADAR)
        watch.take(stimuli)
        (cluster,) = watch.tracker._distinct_clusters()
        ends.append(cluster)
    assert ends[0].numbers == ends[1].numbers
    for one, other in zip(ends[0].hypotheses, ends[1].hypotheses, strict=True):
        assert one.log_weight == other.log_weight
        for leaf, twin in zip(one.leaves, other.leaves, strict=True):
            assert leaf is not None
            assert twin is not None
            assert leaf.score == twin.score
            np.testing.assert_array_equal(leaf.bank.X, twin.bank.X)
            np.testing.assert_array_equal(leaf.bank.P, twin.bank.P)


def test_a_thing_that_scans_no_longer_show_is_dropped_before_a_minute() -> None:
    watch = Watch(RADAR)
    watch.take(watched([coasting(HIGH)], range(20), 1))
    for scan in range(20, 60):
        watch.take([end_of_scan(RADAR, scan)])
    assert watch.said[-1].status == "dropped"
    assert 30 * SECOND <= watch.said[-1].known - NOON <= 35 * SECOND


def test_a_thing_that_the_sensor_cannot_see_is_not_held_against_it() -> None:
    """The same silence of a radar that looks no lower than 40°: the thing flies below."""
    blind = radar("blind", minimum_elevation_deg=40.0)
    watch = Watch(RADAR, blind)
    watch.take(plots_of(RADAR, coasting(HIGH), np.arange(20) + 0.3, np.random.default_rng(1)))
    for scan in range(20, 60):
        watch.take([end_of_scan(blind, scan)])
    assert watch.said[-1].status == "coasting"
    assert watch.tracker._tracks[1].leaf.score > 100.0


def test_one_missed_scan_lowers_the_odds_by_the_detection_probability() -> None:
    watch = Watch(RADAR)
    watch.take(watched([coasting(HIGH)], range(20), 1, missed=0.0))
    watch.take([end_of_scan(RADAR, 20), end_of_scan(RADAR, 21)])
    # From the most that an unseen thing keeps (7), twice ln(1 - 0.95).
    assert watch.tracker._tracks[1].leaf.score == pytest.approx(7.0 + 2.0 * np.log(0.05))


def test_hypotheses_keep_their_weights_when_some_are_forgotten_or_summed() -> None:
    watch = Watch(RADAR)
    watch.take(watched([coasting(HIGH)], range(5), 1))
    leaf = watch.tracker._tracks[1].leaf
    other = leaf._replace(score=1.0)
    branches = [Hypothesis(-1.0, (leaf,)), Hypothesis(-30.0, (other,)), Hypothesis(0.5, (other,))]
    likeliest = kept(branches, 10.0, 5)
    assert [one.leaves[0] for one in likeliest] == [other, leaf]
    assert sum(np.exp(one.log_weight) for one in likeliest) == pytest.approx(1.0)
    assert likeliest[0].log_weight - likeliest[1].log_weight == pytest.approx(1.5)
    one = summed([Hypothesis(np.log(0.25), (leaf,)), Hypothesis(np.log(0.75), (leaf,))])
    assert len(one) == 1
    assert one[0].log_weight == pytest.approx(0.0, abs=1e-12)
