"""The bookkeeping of one scan: the same probabilities as writing every global hypothesis out."""

import itertools
from collections import defaultdict

import numpy as np
import pytest

from launchwatch.errors import InputError
from launchwatch.tracking.hypotheses import (
    Limits,
    Mixture,
    Scan,
    advance,
    best_locals,
    joined,
    local_weights,
    merged,
    nothing,
    survived,
)

EVERYTHING = Limits(hypotheses=1_000_000, weight=1e-280, existence=0.0, information=0.0)
Story = tuple[tuple[int, int], ...]
"""A track's history: (scan, plot) of what it took since its birth, -1 where it was missed."""


def some_scan(chance: np.random.Generator, seen: Mixture, plots: int, share: float) -> Scan:
    """Give a scan of made-up likelihoods where a share of the pairs lies within gates."""
    locals_ = len(seen.existence)
    near = chance.random((locals_, plots)) < share
    pair_local, pair_plot = np.nonzero(near)
    return Scan(
        np.log1p(-seen.existence * chance.uniform(0.1, 0.9, locals_)),
        pair_local,
        pair_plot,
        chance.normal(0.0, 1.5, len(pair_local)),
        chance.normal(-1.0, 0.5, plots),
        chance.uniform(0.1, 0.9, plots),
    )


class WrittenOut:
    """The same mixture with one table for the whole sky and every hypothesis in it."""

    def __init__(self) -> None:
        self.rows: dict[frozenset[Story], float] = {frozenset(): 1.0}
        self.existence: dict[Story, float] = {}

    def take(self, number: int, scan: Scan, index: dict[Story, int]) -> None:
        rows: dict[frozenset[Story], float] = defaultdict(float)
        likelihood = {
            (k, j): np.exp(value)
            for k, j, value in zip(
                scan.pair_local, scan.pair_plot, scan.pair_log_likelihood, strict=True
            )
        }
        existence: dict[Story, float] = {}
        plots = len(scan.log_new)
        for row, weight in self.rows.items():
            stories = sorted(row)
            for taken in itertools.product(range(-1, plots), repeat=len(stories)):
                used = [j for j in taken if j >= 0]
                if len(set(used)) < len(used):
                    continue
                factor, after = weight, []
                for story, j in zip(stories, taken, strict=True):
                    k = index[story]
                    miss = np.exp(scan.log_miss[k])
                    factor *= miss if j < 0 else likelihood.get((k, j), 0.0)
                    after.append((*story, (number, j)))
                    existence[after[-1]] = (
                        1.0 if j >= 0 else 1.0 - (1.0 - self.existence[story]) / miss
                    )
                for j in set(range(plots)) - set(used):
                    factor *= np.exp(scan.log_new[j])
                    after.append(((number, j),))
                    existence[after[-1]] = scan.new_existence[j]
                if factor > 0.0:
                    rows[frozenset(after)] += factor
        total = sum(rows.values())
        self.rows = {row: weight / total for row, weight in rows.items()}
        self.existence = existence

    def weight(self, story: Story) -> float:
        return sum(weight for row, weight in self.rows.items() if story in row)


def stories_after(
    before: list[Story], number: int, parent: np.ndarray, plot: np.ndarray
) -> list[Story]:
    return [
        (*(before[k] if k >= 0 else ()), (number, int(j)))
        for k, j in zip(parent, plot, strict=True)
    ]


def assert_tables_are_sound(mixture: Mixture) -> None:
    """Hold a mixture to what its docstring promises."""
    labels, tracks, locals_, existence, rows, weight, choice, _ = mixture
    assert len(set(labels)) == len(labels) == tracks[-1] == len(locals_) - 1
    assert locals_[-1] == len(existence)
    assert len(rows) == len(tracks)
    assert rows[-1] == len(weight)
    assert (np.diff(tracks) > 0).all()
    assert (np.diff(locals_) > 0).all()
    at = 0
    for c in range(len(tracks) - 1):
        height, width = rows[c + 1] - rows[c], tracks[c + 1] - tracks[c]
        table = choice[at : at + height * width].reshape(height, width)
        at += height * width
        # A few ten additions of numbers up to 1.
        assert np.exp(weight[rows[c] : rows[c + 1]]).sum() == pytest.approx(1.0, abs=1e-12)
        assert (np.diff(weight[rows[c] : rows[c + 1]]) <= 0.0).all()
        assert len({tuple(row) for row in table}) == height
        for i in range(width):
            t = tracks[c] + i
            own = set(range(locals_[t], locals_[t + 1]))
            assert set(table[:, i]) - {-1} == own
        assert width == 1 or height > 1
    assert at == len(choice)


@pytest.mark.parametrize("seed", range(25))
def test_every_history_is_as_likely_as_in_the_table_of_the_whole_sky(seed: int) -> None:
    chance = np.random.default_rng(seed)
    mixture, whole = nothing(), WrittenOut()
    stories: list[Story] = []
    for number in range(3):
        scan = some_scan(chance, mixture, int(chance.integers(0, 3)), 0.5)
        whole.take(number, scan, {story: k for k, story in enumerate(stories)})
        mixture, parent, plot = advance(mixture, scan, EVERYTHING)
        stories = stories_after(stories, number, parent, plot)
        assert_tables_are_sound(mixture)
        assert len(set(stories)) == len(stories)
        weights = local_weights(mixture)
        # Weights are sums and products of some hundred numbers, in another order.
        for k, story in enumerate(stories):
            assert weights[k] == pytest.approx(whole.weight(story), rel=1e-9)
            assert mixture.existence[k] == pytest.approx(whole.existence[story], rel=1e-9)
        assert set(stories) == {story for row in whole.rows for story in row}


@pytest.mark.parametrize("seed", range(10))
def test_the_best_hypothesis_is_the_best_of_all(seed: int) -> None:
    chance = np.random.default_rng(seed)
    first = some_scan(chance, nothing(), 4, 0.5)
    mixture, _, plot = advance(nothing(), first, EVERYTHING)
    stories: list[Story] = [((0, int(j)),) for j in plot]
    whole = WrittenOut()
    whole.take(0, first, {})
    scan = some_scan(chance, mixture, 3, 0.8)
    whole.take(1, scan, {story: k for k, story in enumerate(stories)})
    best = max(whole.rows, key=lambda row: whole.rows[row])
    for limits in (EVERYTHING, Limits(hypotheses=1, existence=0.0)):
        after, parent, plot = advance(mixture, scan, limits)
        found = stories_after(stories, 1, parent, plot)
        assert {found[k] for k in best_locals(after)} == best


def a_sky(chance: np.random.Generator, plots: int) -> list[Scan]:
    first = some_scan(chance, nothing(), plots, 0.0)
    return [first, some_scan(chance, advance(nothing(), first).mixture, 2, 0.9)]


def together(one: Scan, other: Scan) -> Scan:
    locals_, plots = len(one.log_miss), len(one.log_new)
    return Scan(
        np.r_[one.log_miss, other.log_miss],
        np.r_[one.pair_local, other.pair_local + locals_],
        np.r_[one.pair_plot, other.pair_plot + plots],
        np.r_[one.pair_log_likelihood, other.pair_log_likelihood],
        np.r_[one.log_new, other.log_new],
        np.r_[one.new_existence, other.new_existence],
    )


@pytest.mark.parametrize("seed", range(10))
def test_skies_without_a_shared_plot_give_the_same_together_as_apart(seed: int) -> None:
    chance = np.random.default_rng(seed)
    one, other = a_sky(chance, 2), a_sky(chance, 3)
    limits = Limits(hypotheses=4)
    apart = []
    for sky in (one, other):
        mixture = advance(nothing(), sky[0], limits).mixture
        mixture = advance(mixture, sky[1], limits).mixture
        apart += sorted(zip(local_weights(mixture), mixture.existence, strict=True))
    mixture = advance(nothing(), together(one[0], other[0]), limits).mixture
    mixture = advance(mixture, together(one[1], other[1]), limits).mixture
    both = zip(local_weights(mixture), mixture.existence, strict=True)
    # To the bit: a cluster's numbers do not depend on what else there is.
    assert sorted(both) == sorted(apart)


@pytest.mark.parametrize("seed", range(10))
def test_the_order_of_plots_and_of_tracks_does_not_matter(seed: int) -> None:
    chance = np.random.default_rng(seed)
    mixture = advance(nothing(), some_scan(chance, nothing(), 4, 0.0)).mixture
    scan = some_scan(chance, mixture, 4, 0.6)
    plots, tracks = chance.permutation(4), chance.permutation(4)
    # Row q of the shuffled scan is row plots[q] of the scan, and so for tracks.
    pair_local = np.argsort(tracks)[scan.pair_local]
    pair_plot = np.argsort(plots)[scan.pair_plot]
    order = np.lexsort((pair_plot, pair_local))
    shuffled = Scan(
        scan.log_miss[tracks],
        pair_local[order],
        pair_plot[order],
        scan.pair_log_likelihood[order],
        scan.log_new[plots],
        scan.new_existence[plots],
    )
    turned = mixture._replace(labels=mixture.labels[tracks], existence=mixture.existence[tracks])
    limits = Limits(hypotheses=8)
    one, other = advance(mixture, scan, limits), advance(turned, shuffled, limits)

    def told(answer: tuple, tracks: np.ndarray, plots: np.ndarray) -> dict:
        weights = local_weights(answer[0])
        name = [tracks[k] if k >= 0 else -1 for k in answer[1]]
        took = [plots[j] if j >= 0 else -1 for j in answer[2]]
        return dict(zip(zip(name, took, strict=True), weights, strict=True))

    straight = told(one, np.arange(4), np.arange(4))
    around = told(other, tracks, plots)
    assert straight.keys() == around.keys()
    for key, weight in straight.items():
        # The same sums in another order.
        assert around[key] == pytest.approx(weight, rel=1e-10)


def test_a_track_beyond_doubt_stays_alone_and_keeps_its_label() -> None:
    mixture = advance(nothing(), some_scan(np.random.default_rng(1), nothing(), 3, 0.0)).mixture
    sure = Scan(
        np.log(np.full(3, 0.1)), np.arange(3), np.arange(3), np.zeros(3), np.full(3, -20.0),
        np.full(3, 0.5),
    )  # fmt: skip
    for _ in range(5):
        mixture, parent, plot = advance(survived(mixture, 0.99), sure)
        assert mixture.labels.tolist() == [0, 1, 2]
        assert parent.tolist() == plot.tolist() == [0, 1, 2]
        assert mixture.existence.tolist() == [1.0, 1.0, 1.0]
        assert np.diff(mixture.cluster_rows).tolist() == [1, 1, 1]


def test_an_ambiguous_cluster_splits_once_a_later_scan_decides() -> None:
    chance = np.random.default_rng(2)
    mixture = advance(nothing(), some_scan(chance, nothing(), 2, 0.0)).mixture
    crossing = Scan(
        np.log([0.2, 0.2]), np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1]), np.zeros(4),
        np.array([-30.0, -30.0]), np.array([0.5, 0.5]),
    )  # fmt: skip
    mixture, parent, plot = advance(mixture, crossing)
    assert np.diff(mixture.cluster_rows).tolist() == [2]
    # Each track came from the one place or the other; now they are where only one story leads.
    told = [(k, j) for k, j in zip(parent, plot, strict=True)]
    straight = [told.index((0, 0)), told.index((1, 1))]
    later = Scan(
        np.log(np.full(4, 0.2)), np.sort(straight), np.argsort(np.argsort(straight)), np.zeros(2),
        np.full(2, -30.0), np.full(2, 0.5),
    )  # fmt: skip
    mixture, parent, _ = advance(mixture, later)
    assert np.diff(mixture.cluster_rows).tolist() == [1, 1]
    assert sorted(parent) == sorted(straight)


def test_a_split_costs_no_more_information_than_is_allowed() -> None:
    parted = 0
    for seed in range(40):
        chance = np.random.default_rng(seed)
        mixture = advance(nothing(), some_scan(chance, nothing(), 5, 0.0)).mixture
        scan = some_scan(chance, mixture, 4, 0.35)
        whole = advance(mixture, scan, EVERYTHING)
        split = advance(mixture, scan, EVERYTHING._replace(information=0.05))
        assert_tables_are_sound(split.mixture)
        # Whatever is parted, each local is as likely as before; only what goes together is lost.
        before, after = (
            dict(
                zip(zip(one.parent, one.plot, strict=True), local_weights(one.mixture), strict=True)
            )
            for one in (whole, split)
        )
        assert before.keys() == after.keys()
        for key, weight in before.items():
            assert after[key] == pytest.approx(weight, rel=1e-9)
        # Independent tables hold the sum of their entropies; the information is the difference.
        lost = entropy(split.mixture) - entropy(whole.mixture)
        assert -1e-9 < lost < 0.05 * len(whole.mixture.labels)
        parted += len(split.mixture.cluster_rows) > len(whole.mixture.cluster_rows)
    assert parted > 5


def entropy(mixture: Mixture) -> float:
    return float(-(np.exp(mixture.log_weight) * mixture.log_weight).sum())


def test_objects_that_hardly_exist_are_dropped_and_the_row_weights_add_up() -> None:
    mixture = advance(nothing(), some_scan(np.random.default_rng(1), nothing(), 1, 0.0)).mixture
    mixture = mixture._replace(existence=np.array([1e-4]))
    miss = Scan(np.log1p([-0.9e-4]), *[np.empty(0, np.int64)] * 2, *[np.empty(0)] * 3)
    assert len(advance(mixture, miss, Limits(existence=1e-6)).mixture.labels) == 1
    assert len(advance(mixture, miss, Limits(existence=2e-5)).mixture.labels) == 0


def test_joining_locals_keeps_probabilities_and_joins_rows() -> None:
    chance = np.random.default_rng(4)
    mixture = advance(nothing(), some_scan(chance, nothing(), 3, 0.0)).mixture
    mixture = advance(mixture, some_scan(chance, mixture, 3, 0.9), EVERYTHING).mixture
    first, after = mixture.track_locals[:2]
    into = np.arange(len(mixture.existence))
    into[first:after] = first
    less, kept = joined(mixture, into, 0.0)
    assert_tables_are_sound(less)
    assert sorted(kept) == sorted(set(into))
    # Nothing is doubtful in that track any more but whether it exists: it stands alone.
    assert less.cluster_tracks.tolist() == [0, 1, len(mixture.labels)]
    weights, fewer = local_weights(mixture), local_weights(less)
    for k, old in enumerate(kept):
        group = np.flatnonzero(into == old)
        assert fewer[k] == pytest.approx(weights[group].sum(), rel=1e-12)
        mean = np.average(mixture.existence[group], weights=weights[group])
        assert less.existence[k] == pytest.approx(mean, rel=1e-12)
    fewest, _ = joined(mixture, np.repeat(mixture.track_locals[:-1], np.diff(mixture.track_locals)))
    assert_tables_are_sound(fewest)
    assert len(fewest.log_weight) < len(mixture.log_weight)
    same, kept = joined(mixture, np.arange(len(into)), 0.0)
    assert sorted(kept) == list(range(len(into)))
    np.testing.assert_allclose(local_weights(same), weights[kept], rtol=1e-12)


def test_a_local_joins_only_one_of_its_track_that_stays() -> None:
    chance = np.random.default_rng(4)
    mixture = advance(nothing(), some_scan(chance, nothing(), 3, 0.0)).mixture
    mixture = advance(mixture, some_scan(chance, mixture, 3, 0.9), EVERYTHING).mixture
    count = len(mixture.existence)
    assert np.diff(mixture.track_locals)[0] >= 3
    for wrong in ({0: count - 1}, {0: 1, 1: 2}, {0: count}, {0: -1}):
        into = np.arange(count)
        into[list(wrong)] = list(wrong.values())
        with pytest.raises(InputError):
            joined(mixture, into)
    with pytest.raises(InputError):
        joined(mixture, np.arange(count - 1))


def test_merging_leaves_one_local_a_track_with_the_whole_probability() -> None:
    chance = np.random.default_rng(4)
    mixture = advance(nothing(), some_scan(chance, nothing(), 3, 0.0)).mixture
    mixture = advance(mixture, some_scan(chance, mixture, 3, 0.9), EVERYTHING).mixture
    weights = local_weights(mixture)
    after = merged(mixture, weights)
    assert_tables_are_sound(after)
    assert after.labels.tolist() == mixture.labels.tolist()
    expected = np.add.reduceat(weights * mixture.existence, mixture.track_locals[:-1])
    np.testing.assert_allclose(after.existence, expected, rtol=1e-12)


def test_an_empty_sky_and_an_empty_scan_are_nothing_special() -> None:
    none = some_scan(np.random.default_rng(0), nothing(), 0, 0.0)
    after, parent, plot = advance(nothing(), none)
    assert_tables_are_sound(after)
    assert len(after.labels) == len(parent) == len(plot) == 0
    one = advance(nothing(), some_scan(np.random.default_rng(0), nothing(), 2, 0.0)).mixture
    after, parent, plot = advance(one, some_scan(np.random.default_rng(0), one, 0, 0.0))
    assert parent.tolist() == [0, 1]
    assert plot.tolist() == [-1, -1]


@pytest.mark.parametrize("most", [1, 100])
def test_a_thousand_plots_within_every_gate_are_taken(most: int) -> None:
    chance = np.random.default_rng(7)
    mixture = advance(nothing(), some_scan(chance, nothing(), 5, 0.0)).mixture
    scan = some_scan(chance, mixture, 1000, 1.1)
    after, parent, plot = advance(mixture, scan, Limits(hypotheses=most))
    assert_tables_are_sound(after)
    assert np.diff(after.cluster_rows).max() == most
    assert len(set(plot[parent >= 0])) >= 5


def test_one_plot_in_all_gates_joins_all_tracks() -> None:
    chance = np.random.default_rng(8)
    mixture = advance(nothing(), some_scan(chance, nothing(), 40, 0.0)).mixture
    scan = some_scan(chance, mixture, 1, 1.1)
    after, parent, plot = advance(mixture, scan, Limits(1000, 1e-12, 1e-5, information=0.0))
    # One row for each track that may have made it, and one for something new.
    assert len(after.log_weight) == 41
    assert len(after.labels) == 41
    gain = scan.pair_log_likelihood - scan.log_miss
    taker = parent[(plot == 0) & (parent >= 0)]
    weights = local_weights(after)[(plot == 0) & (parent >= 0)]
    expected = np.exp(gain) / (np.exp(gain).sum() + np.exp(scan.log_new[0]))
    np.testing.assert_allclose(weights, expected[taker], rtol=1e-10)


def test_arguments_are_left_alone() -> None:
    chance = np.random.default_rng(9)
    mixture = advance(nothing(), some_scan(chance, nothing(), 4, 0.0)).mixture
    scan = some_scan(chance, mixture, 3, 0.8)
    before = [np.copy(one) for one in (*mixture[:7], *scan)]
    after = advance(mixture, scan).mixture
    merged(after, local_weights(after))
    best_locals(after)
    for old, new in zip(before, (*mixture[:7], *scan), strict=True):
        np.testing.assert_array_equal(old, new)


def test_the_same_input_gives_the_same_output_to_the_bit() -> None:
    def run() -> list[bytes]:
        chance, mixture = np.random.default_rng(10), nothing()
        for _ in range(6):
            scan = some_scan(chance, mixture, 4, 0.3)
            mixture = advance(mixture, scan, Limits(hypotheses=20)).mixture
            assert_tables_are_sound(mixture)
        return [one.tobytes() for one in mixture[:7]]

    assert run() == run()


def test_arrays_that_do_not_belong_together_are_refused() -> None:
    mixture = advance(nothing(), some_scan(np.random.default_rng(1), nothing(), 2, 0.0)).mixture
    good = some_scan(np.random.default_rng(1), mixture, 2, 1.1)
    bad = (
        good._replace(log_miss=good.log_miss[:1]),
        good._replace(new_existence=good.new_existence[:1]),
        good._replace(pair_plot=good.pair_plot[:3]),
        good._replace(pair_local=good.pair_local[::-1]),
        good._replace(pair_plot=good.pair_plot + 1),
        good._replace(pair_local=good.pair_local - 1),
        good._replace(log_new=np.array([np.nan, 0.0])),
    )
    for scan in bad:
        with pytest.raises(InputError):
            advance(mixture, scan)
    for limits in (Limits(hypotheses=0), Limits(weight=0.0), Limits(existence=np.nan)):
        with pytest.raises(InputError):
            advance(mixture, good, limits)
