"""The published benchmark: as accurate as the authors' filter, and the reductions behind it."""

import numpy as np
import pytest

from launchwatch.tracking.hypotheses import Limits
from launchwatch.tracking.linear import Way, estimates, predict, unbegun, update

from .crossing import (
    BEFORE,
    MODEL,
    OBJECTS,
    SCANS,
    Floats,
    mean_squares,
    root_mean,
    scans,
    truth,
)

ACCURATE = Limits(hypotheses=200, weight=1e-4, existence=1e-5)
"""The reference's own limits."""


@pytest.fixture(scope="module")
def squares() -> Floats:
    return mean_squares(30, ACCURATE)


@pytest.mark.compiled
def test_the_mixture_is_as_accurate_as_the_published_filter(squares: Floats) -> None:
    # The authors' program gives 2.90. Over seeds 0-99 ours gives 2.85 with a standard error of
    # 0.02; that of the 30 seeds here is 0.04, and the bound is what the project promises.
    total, error = root_mean(squares)
    assert total <= 2.95
    assert error < 0.05


@pytest.mark.compiled
def test_merging_each_track_costs_accuracy_where_objects_meet(squares: Floats) -> None:
    # The authors' programs: 3.61 merged (PMB) against 2.90. Six seeds suffice for the order.
    for way in ("merged", "propagated"):
        merged = mean_squares(6, ACCURATE, way)
        assert squares[:6].mean() < merged.mean() < 3.61**2


@pytest.mark.compiled
def test_joining_what_hardly_differs_makes_few_hypotheses_as_good_as_many(squares: Floats) -> None:
    # Measured over 100 seeds: within 0.01 of each other. Here the same 10 seeds; 3 % is 0.08.
    few = mean_squares(10, Limits(10, 1e-4, 1e-5), "joined")
    assert np.sqrt(few.mean()) < 1.03 * np.sqrt(squares[:10].mean())


@pytest.mark.parametrize("way", ["mixture", "joined", "merged", "propagated"])
def test_labels_stay_while_objects_are_apart(way: Way) -> None:
    chance = np.random.default_rng(5)
    states = truth(chance)
    belief = unbegun(BEFORE)
    told = []
    for plots in scans(states, chance)[:25]:
        belief = update(belief, MODEL, plots, ACCURATE, way)
        told.append(estimates(belief)[0].tolist())
        belief = predict(belief, MODEL)
    assert len(states) == SCANS
    # From the fifth scan on all four are known, by the same four labels.
    assert len(told[5]) == OBJECTS
    assert all(sorted(one)[:OBJECTS] == sorted(told[5]) for one in told[5:])


def test_without_objects_and_plots_there_is_nothing_to_estimate() -> None:
    belief = update(unbegun(BEFORE), MODEL, np.empty((0, 2)), ACCURATE)
    belief = update(predict(belief, MODEL), MODEL, np.empty((0, 2)), ACCURATE, "propagated")
    labels, means = estimates(belief)
    assert len(labels) == len(means) == 0
    # (1 - pD) of three, survived, and what is born: both unseen so far but one scan.
    assert belief.unseen.weight == pytest.approx([0.1 * 0.99 * 0.1 * 3.0, 0.1 * 0.005])
