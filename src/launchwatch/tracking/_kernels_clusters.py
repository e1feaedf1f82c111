"""Compiled bookkeeping of a raid's hypotheses: which tracks own which plots.

Tracks that compete for plots form a cluster; a cluster holds global hypotheses, each one way in
which its tracks and plots belong together, with the logarithm of its weight. Tracks lie in the
order of their clusters; `hypothesis_start` bounds each track's local hypotheses,
`cluster_start` each cluster's tracks, `global_start` its global hypotheses, `table_start` its
table (global hypotheses x tracks) of local hypotheses, -1 where a track is not there.

Source: Williams, "Marginal multi-Bernoulli filters", IEEE Trans. AES 51 (2015) 1664; k best
assignments: Murty, Operations Research 16 (1968) 682.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.tracking._kernels_kbest import INFINITE, assign

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Truths = NDArray[np.bool_]

LARGEST = 4096
"""Rows times columns of a cluster beyond which one greedy assignment must do: a cloud of plots too
close to be told apart, where each assignment would cost milliseconds and mean nothing."""


@kernel
def _root(parent: Integers, node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@kernel
def components(
    cluster_start: Integers, hypothesis_start: Integers, pair_start: Integers, pair_plot: Integers,
    plots: int, member: Integers,
) -> int:  # fmt: skip
    """Number the groups of clusters and plots that pairs connect: member (clusters + plots,).

    Groups with tracks come first, in the order of their first cluster; returns how many groups.
    """
    clusters = cluster_start.shape[0] - 1
    parent = np.arange(clusters + plots)
    for c in range(clusters):
        for t in range(cluster_start[c], cluster_start[c + 1]):
            for h in range(hypothesis_start[t], hypothesis_start[t + 1]):
                for k in range(pair_start[h], pair_start[h + 1]):
                    a = _root(parent, c)
                    b = _root(parent, clusters + pair_plot[k])
                    if a < b:
                        parent[b] = a
                    else:
                        parent[a] = b
    count = 0
    for node in range(clusters + plots):
        if parent[node] == node:
            member[node] = count
            count += 1
        else:
            member[node] = member[_root(parent, node)]
    return count


@kernel
def _combine(
    clusters: Integers, cluster_start: Integers, global_start: Integers, log_weight: Floats,
    table_start: Integers, table: Integers, most: int, weights: Floats, rows: Integers,
) -> int:  # fmt: skip
    """Multiply the global hypotheses of clusters: the `most` heaviest, best first in each."""
    count = 1
    width = 0
    weights[0] = 0.0
    old = np.empty_like(rows)
    for c in clusters:
        n = global_start[c + 1] - global_start[c]
        size = cluster_start[c + 1] - cluster_start[c]
        sums = np.empty(count * n)
        for a in range(count):
            for b in range(n):
                sums[a * n + b] = weights[a] + log_weight[global_start[c] + b]
        order = np.argsort(-sums, kind="mergesort") if count * n > 1 else np.zeros(1, np.int64)
        kept = min(most, count * n)
        for a in range(count):
            for t in range(width):
                old[a, t] = rows[a, t]
        for k in range(kept):
            a = order[k] // n
            b = order[k] - a * n
            for t in range(width):
                rows[k, t] = old[a, t]
            for t in range(size):
                rows[k, width + t] = table[table_start[c] + b * size + t]
            weights[k] = sums[order[k]]
        count = kept
        width += size
    return count


@kernel
def _greedy(cost: Floats, chosen: Integers) -> float:
    """Give each row its cheapest free column, cheapest pairs first."""
    n, m = cost.shape
    for i in range(n):
        chosen[i] = m + i
    total = 0.0
    pairs = np.nonzero(cost.ravel() < 0.0)[0]
    order = pairs[np.argsort(cost.ravel()[pairs], kind="mergesort")]
    free = np.ones(m, dtype=np.bool_)
    for k in order:
        i = k // m
        j = k - i * m
        if chosen[i] >= m and free[j]:
            chosen[i] = j
            free[j] = False
            total += cost[i, j]
    return total


@kernel
def _best(
    prior: Floats, rows: Integers, priors: int, tracks: int, columns: int,
    miss: Floats, pair_start: Integers, pair_plot: Integers, pair_weight: Floats,
    column_of: Integers, most: int, least: float, weights: Floats, choice: Integers,
    origin: Integers,
) -> int:  # fmt: skip
    """Find the heaviest global hypotheses after a scan: weights, columns, and each one's prior.

    Murty's partition over all prior hypotheses at once: a problem is (prior, rows fixed, columns
    forbidden to the first free row), solved once and divided when it is the best that is left. A
    part that cannot come within `least` of the best is not solved: the reduced costs of its
    parent's solution tell.
    """
    wide = columns + tracks
    room = priors + most * tracks
    cost = np.full((priors, tracks, columns), INFINITE)
    present = np.zeros(priors, dtype=np.int64)
    slots = np.zeros((priors, tracks), dtype=np.int64)
    value = np.full(room, INFINITE)
    of = np.zeros(room, dtype=np.int64)
    fixed = np.zeros(room, dtype=np.int64)
    chosen = np.zeros((room, tracks), dtype=np.int64)
    forbidden = np.zeros((room, columns + 1))
    u = np.zeros((room, tracks))
    v = np.zeros((room, wide))
    base = np.zeros(priors)
    nodes = 0
    best = INFINITE
    for g in range(priors):
        n = 0
        base[g] = -prior[g]
        for t in range(tracks):
            h = rows[g, t]
            if h < 0:
                continue
            base[g] -= miss[h]
            if pair_start[h] < pair_start[h + 1]:
                for k in range(pair_start[h], pair_start[h + 1]):
                    cost[g, n, column_of[pair_plot[k]]] = miss[h] - pair_weight[k]
                slots[g, n] = t
                n += 1
        present[g] = n
        node = nodes
        nodes += 1
        of[node] = g
        if n * columns > LARGEST:
            value[node] = base[g] + _greedy(cost[g, :n], chosen[node, :n])
            fixed[node] = n
        else:
            value[node] = base[g] + assign(
                cost[g, :n], 0, forbidden[node], chosen[node, :n],
                u[node, :n], v[node, : columns + n],
            )  # fmt: skip
        best = min(best, value[node])
    found = 0
    while found < most:
        node = -1
        cheapest = INFINITE
        for k in range(nodes):
            if value[k] < cheapest:
                cheapest = value[k]
                node = k
        if node < 0 or cheapest > best + least:
            break
        g = of[node]
        n = present[g]
        weights[found] = -cheapest
        origin[found] = g
        for t in range(tracks):
            choice[found, t] = -1 if rows[g, t] >= 0 else -2
        for i in range(n):
            if chosen[node, i] < columns:
                choice[found, slots[g, i]] = chosen[node, i]
        found += 1
        value[node] = INFINITE
        if found == most:
            break
        # The cost of what is fixed before row i, to be added to the part's own.
        before = base[g]
        for i in range(n):
            if i >= fixed[node]:
                # Row i must change: at least by its cheapest other column's reduced cost.
                gap = INFINITE
                for j in range(columns + 1):
                    barred = forbidden[node, j] if i == fixed[node] else 0.0
                    column = j if j < columns else columns + i
                    if barred > 0.0 or column == chosen[node, i]:
                        continue
                    price = cost[g, i, j] if j < columns else 0.0
                    gap = min(gap, price - u[node, i] - v[node, column])
                if cheapest + gap <= best + least and nodes < room:
                    child = nodes
                    of[child] = g
                    fixed[child] = i
                    for k in range(i):
                        chosen[child, k] = chosen[node, k]
                    for j in range(columns + 1):
                        forbidden[child, j] = forbidden[node, j] if i == fixed[node] else 0.0
                    mine = chosen[node, i]
                    forbidden[child, min(mine, columns)] = INFINITE
                    rest = assign(
                        cost[g, :n], i, forbidden[child], chosen[child, :n],
                        u[child, :n], v[child, : columns + n],
                    )  # fmt: skip
                    if before + rest <= best + least:
                        value[child] = before + rest
                        nodes += 1
            if chosen[node, i] < columns:
                before += cost[g, i, chosen[node, i]]
    return found


@kernel
def associate(
    cluster_start: Integers, global_start: Integers, log_weight: Floats,
    table_start: Integers, table: Integers,
    miss: Floats, pair_start: Integers, pair_plot: Integers, pair_weight: Floats,
    birth: Floats, faintest: float, most: int, least: float,
    member: Integers, groups: int,
    track: Integers, hit: Truths, parent: Integers, plot: Integers, new_hypothesis_start: Integers,
    new_cluster_start: Integers, new_global_start: Integers, new_log_weight: Floats,
    new_table_start: Integers, new_table: Integers,
) -> tuple[int, int, int]:  # fmt: skip
    """Fill the hypotheses after a scan; returns the numbers of clusters, tracks, hypotheses.

    A new track row names its old track, or -1 - plot where it is a birth. parent and plot say of
    what each new local hypothesis is made (-1 none).
    """
    clusters = cluster_start.shape[0] - 1
    plots = birth.shape[0]
    # Members of each group, in order.
    begin = np.zeros(groups + 1, dtype=np.int64)
    for node in range(clusters + plots):
        begin[member[node] + 1] += 1
    for g in range(groups):
        begin[g + 1] += begin[g]
    place = begin[:-1].copy()
    nodes = np.empty(clusters + plots, dtype=np.int64)
    for node in range(clusters + plots):
        nodes[place[member[node]]] = node
        place[member[node]] += 1
    column_of = np.empty(plots, dtype=np.int64)
    n_clusters = 0
    n_tracks = 0
    n_hypotheses = 0
    new_cluster_start[0] = 0
    new_global_start[0] = 0
    new_table_start[0] = 0
    new_hypothesis_start[0] = 0
    for group in range(groups):
        low, high = begin[group], begin[group + 1]
        split = low
        tracks = 0
        while split < high and nodes[split] < clusters:
            c = nodes[split]
            tracks += cluster_start[c + 1] - cluster_start[c]
            split += 1
        columns = high - split
        if tracks == 0:
            j = nodes[low] - clusters
            if birth[j] < faintest:
                continue
            track[n_tracks] = -1 - j
            hit[n_tracks] = True
            parent[n_hypotheses] = -1
            plot[n_hypotheses] = j
            new_log_weight[new_global_start[n_clusters]] = 0.0
            new_table[new_table_start[n_clusters]] = n_hypotheses
            n_hypotheses += 1
            n_tracks += 1
            new_hypothesis_start[n_tracks] = n_hypotheses
            new_cluster_start[n_clusters + 1] = n_tracks
            new_global_start[n_clusters + 1] = new_global_start[n_clusters] + 1
            new_table_start[n_clusters + 1] = new_table_start[n_clusters] + 1
            n_clusters += 1
            continue
        prior = np.empty(most)
        rows = np.empty((most, tracks), dtype=np.int64)
        priors = _combine(
            nodes[low:split], cluster_start, global_start, log_weight, table_start, table,
            most, prior, rows,
        )  # fmt: skip
        for k in range(columns):
            column_of[nodes[split + k] - clusters] = k
        weights = np.empty(most)
        choice = np.empty((most, tracks), dtype=np.int64)
        origin = np.empty(most, dtype=np.int64)
        if columns == 0:
            found = priors
            for g in range(priors):
                weights[g] = prior[g]
                origin[g] = g
                for t in range(tracks):
                    choice[g, t] = -2
                    if rows[g, t] >= 0:
                        choice[g, t] = -1
                        weights[g] += miss[rows[g, t]]
        else:
            found = _best(
                prior, rows, priors, tracks, columns, miss, pair_start, pair_plot, pair_weight,
                column_of, most, least, weights, choice, origin,
            )  # fmt: skip
        top = weights[0]
        for g in range(found):
            top = max(top, weights[g])
        total = 0.0
        for g in range(found):
            total += math.exp(weights[g] - top)
        shift = top + math.log(total)
        # Which plots may be births: those that not all hypotheses give to a track.
        free = np.ones(columns)
        for g in range(found):
            weights[g] -= shift
            for t in range(tracks):
                if choice[g, t] >= 0:
                    free[choice[g, t]] -= math.exp(weights[g])
        births = np.empty(columns, dtype=np.int64)
        born = 0
        for k in range(columns):
            if free[k] * birth[nodes[split + k] - clusters] >= faintest:
                births[born] = k
                born += 1
        width = tracks + born
        at = new_table_start[n_clusters]
        slot = 0
        for m in range(low, split):
            c = nodes[m]
            for t in range(cluster_start[c], cluster_start[c + 1]):
                track[n_tracks] = t
                hit[n_tracks] = choice[0, slot] >= 0
                first = n_hypotheses
                for g in range(found):
                    local = -1
                    if choice[g, slot] > -2:
                        p = rows[origin[g], slot]
                        j = -1
                        if choice[g, slot] >= 0:
                            j = nodes[split + choice[g, slot]] - clusters
                        for h in range(first, n_hypotheses):
                            if parent[h] == p and plot[h] == j:
                                local = h
                                break
                        if local < 0:
                            local = n_hypotheses
                            parent[local] = p
                            plot[local] = j
                            n_hypotheses += 1
                    new_table[at + g * width + slot] = local
                slot += 1
                n_tracks += 1
                new_hypothesis_start[n_tracks] = n_hypotheses
        for b in range(born):
            j = nodes[split + births[b]] - clusters
            track[n_tracks] = -1 - j
            hit[n_tracks] = True
            parent[n_hypotheses] = -1
            plot[n_hypotheses] = j
            for g in range(found):
                local = n_hypotheses
                for t in range(tracks):
                    if choice[g, t] == births[b]:
                        local = -1
                new_table[at + g * width + tracks + b] = local
            n_hypotheses += 1
            n_tracks += 1
            new_hypothesis_start[n_tracks] = n_hypotheses
        for g in range(found):
            new_log_weight[new_global_start[n_clusters] + g] = weights[g]
        new_cluster_start[n_clusters + 1] = n_tracks
        new_global_start[n_clusters + 1] = new_global_start[n_clusters] + found
        new_table_start[n_clusters + 1] = at + found * width
        n_clusters += 1
    return n_clusters, n_tracks, n_hypotheses
