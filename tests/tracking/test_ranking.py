"""The likeliest assignments: the same as trying them all, in the same order."""

import itertools

import numpy as np
import pytest
from numpy.typing import NDArray

from launchwatch.tracking._kernels_ranking import assign, rank

Floats = NDArray[np.float64]


def sparse(gains: Floats) -> tuple[np.ndarray, ...]:
    """Give begin, end, plot_of and gain of a dense table where -inf is no pair."""
    rows = [np.flatnonzero(row > -np.inf) for row in gains]
    ends = np.cumsum([len(row) for row in rows]).astype(np.int64)
    begins = ends - np.array([len(row) for row in rows], np.int64)
    plot_of = np.concatenate([*rows, np.empty(0, np.int64)]).astype(np.int64)
    gain = np.concatenate([*(g[r] for g, r in zip(gains, rows, strict=True)), np.empty(0)])
    return begins, ends, plot_of, gain


def everything(base: Floats, gains: list[Floats]) -> list[tuple[float, int, tuple[int, ...]]]:
    """Give every assignment of every prior by brute force: value, prior, plot of each track."""
    found = []
    for p, table in enumerate(gains):
        n, m = table.shape
        for plots in itertools.product(range(-1, m), repeat=n):
            used = [j for j in plots if j >= 0]
            worth = sum(table[i, j] for i, j in enumerate(plots) if j >= 0)
            if len(set(used)) == len(used) and worth > -np.inf:
                found.append((base[p] + worth, p, plots))
    return sorted(found, key=lambda one: -one[0])


def ranked(base: Floats, gains: list[Floats], most: int, span: float) -> list[tuple]:
    begin, end, plot_of, gain = [], [], [], []
    at = 0
    for table in gains:
        b, e, plots, worth = sparse(table)
        begin.append(b + at)
        end.append(e + at)
        plot_of.append(plots)
        gain.append(worth)
        at += len(plots)
    pairs = np.concatenate(plot_of)
    count, value, origin, taken = rank(
        base, np.array(begin), np.array(end), pairs, np.concatenate(gain),
        gains[0].shape[1], most, span,
    )  # fmt: skip
    return [
        (value[s], origin[s], tuple(-1 if e < 0 else int(pairs[e]) for e in taken[s]))
        for s in range(count)
    ]


def some_gains(chance: np.random.Generator, n: int, m: int, spread: float) -> Floats:
    gains = chance.normal(0.0, spread, (n, m))
    gains[chance.random((n, m)) < 0.3] = -np.inf
    return gains


@pytest.mark.parametrize("seed", range(60))
def test_the_ranking_is_what_trying_all_assignments_gives(seed: int) -> None:
    chance = np.random.default_rng(seed)
    n, m = chance.integers(0, 5, 2)
    priors = int(chance.integers(1, 4))
    base = chance.normal(0.0, 2.0, priors)
    gains = [some_gains(chance, n, m, float(chance.choice([0.1, 2.0, 8.0]))) for _ in range(priors)]
    expected = everything(base, gains)
    for most, span in ((1, 50.0), (7, 50.0), (10_000, 4.0), (10_000, 200.0)):
        found = ranked(base, gains, most, span)
        wanted = [one for one in expected[:most] if one[0] >= expected[0][0] - span]
        assert len(found) == len(wanted)
        # Sums of up to five gains in another order: rounding alone.
        np.testing.assert_allclose([f[0] for f in found], [w[0] for w in wanted], atol=1e-12)
        assert {f[1:] for f in found} <= {w[1:] for w in expected}
        assert len({f[1:] for f in found}) == len(found)


@pytest.mark.parametrize("seed", range(30))
def test_prices_and_profits_prove_the_best_assignment(seed: int) -> None:
    chance = np.random.default_rng(seed)
    n, m = chance.integers(1, 25, 2)
    gains = some_gains(chance, n, m, 3.0)
    begin, end, plot_of, gain = sparse(gains)
    taken, price, profit = np.empty(n, np.int64), np.empty(m), np.empty(n)
    value = assign(begin, end, plot_of, gain, taken, price, profit)
    assert (price >= 0.0).all()
    assert (profit >= 0.0).all()
    track = np.repeat(np.arange(n), end - begin)
    assert (profit[track] + price[plot_of] >= gain - 1e-12).all()
    # No gap between an assignment and a bound on all of them: both are optimal.
    assert value == pytest.approx(profit.sum() + price.sum(), abs=1e-11)
    plots = plot_of[taken[taken >= 0]]
    assert len(set(plots)) == len(plots)
    assert value == pytest.approx(gain[taken[taken >= 0]].sum(), abs=1e-11)


def test_of_equals_the_first_prior_and_the_first_plots_come_first() -> None:
    gains = [np.zeros((2, 2))] * 2
    found = ranked(np.zeros(2), gains, 20, 9.0)
    assert len(found) == 14
    assert found == ranked(np.zeros(2), gains, 20, 9.0)
    assert found[:7] == ranked(np.zeros(2), gains, 7, 9.0)
    assert [one[1] for one in found] == [0] * 7 + [1] * 7


def test_a_crowd_of_thirty_is_ranked_without_a_gap() -> None:
    # Every answer but the best differs from a better one by one exchange; without a gap, the
    # ranking of 40 must begin with that of 20 and hold all that is as good as its last.
    gains = [np.random.default_rng(3).normal(0.0, 2.0, (30, 30))]
    few, many = ranked(np.zeros(1), gains, 20, 50.0), ranked(np.zeros(1), gains, 400, 50.0)
    assert len(many) == 400
    assert few == many[:20]
    near = ranked(np.zeros(1), gains, 10_000, many[0][0] - many[99][0])
    assert near == many[:100]


def test_a_crowd_that_nothing_tells_apart_is_cut_off_in_bounded_time() -> None:
    # 12 tracks and 12 plots, all alike: 12! best assignments of 4.8e8.
    found = ranked(np.zeros(1), [np.full((12, 12), 5.0)], 50, 9.0)
    assert len(found) == 50
    assert {one[0] for one in found} == {60.0}
