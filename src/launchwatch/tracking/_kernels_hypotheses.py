"""Compiled bookkeeping of a Poisson multi-Bernoulli mixture over one scan.

`launchwatch.tracking.hypotheses` is its checked face and explains the arrays. The way of a
scan: clusters that meet in a plot become groups; a group's tables are multiplied; the rows
that follow are ranked; what is left is split into clusters again.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.tracking._kernels_ranking import descending, rank

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]
Flags = NDArray[np.bool_]

Tables = tuple[Indices, Indices, Indices, Floats, Indices, Floats, Indices, Indices, Indices]
"""Labels, cluster_tracks, track_locals, existence, cluster_rows, log_weight, choice, and of each
local its parent and plot."""

_TRACK, _LOCAL, _CLUSTER, _ROW, _CHOICE = 0, 1, 2, 3, 4


@kernel
def missed_existence(existence: float, log_miss: float) -> float:
    """Give r·(1 - pD) / (1 - r·pD) from r and ln(1 - r·pD)."""
    return max(0.0, 1.0 - (1.0 - existence) / math.exp(log_miss))


@kernel
def root(parents: Indices, c: int) -> int:
    """Find who stands for a cluster's group: its lowest member."""
    while parents[c] != c:
        parents[c] = parents[parents[c]]
        c = parents[c]
    return c


@kernel
def multiplied(
    members: Indices,
    cluster_tracks: Indices,
    cluster_rows: Indices,
    log_weight: Floats,
    choice: Indices,
    choice_start: Indices,
    most: int,
    span: float,
) -> tuple[Floats, Indices]:
    """Multiply the tables of independent clusters: ln weights and, by row, each track's local.

    Rows are sorted by weight before and after; at most `most` of them, within `span` of the best.
    """
    width = 0
    for c in members:
        width += cluster_tracks[c + 1] - cluster_tracks[c]
    count, done = 1, 0
    weights = np.zeros(1)
    rows = np.empty((1, width), np.int64)
    for c in members:
        n = cluster_tracks[c + 1] - cluster_tracks[c]
        first, height = cluster_rows[c], cluster_rows[c + 1] - cluster_rows[c]
        lowest = weights[0] + log_weight[first] - span
        products = np.empty(count * height)
        left = np.empty(count * height, np.int64)
        right = np.empty(count * height, np.int64)
        found = 0
        for a in range(count):
            for b in range(height):
                product = weights[a] + log_weight[first + b]
                if product < lowest:
                    break
                products[found], left[found], right[found] = product, a, b
                found += 1
        order = descending(products, found)
        count = min(found, most)
        wider = np.empty((count, width), np.int64)
        weights = np.empty(count)
        for s in range(count):
            weights[s] = products[order[s]]
            for i in range(done):
                wider[s, i] = rows[left[order[s]], i]
            for i in range(n):
                wider[s, done + i] = choice[choice_start[c] + right[order[s]] * n + i]
        rows, done = wider, done + n
    return weights, rows


@kernel
def without_twins(weights: Floats, table: Indices) -> tuple[Floats, Indices]:
    """Join equal rows of a table, changing `weights`: they add up; sorted by weight again."""
    count, width = table.shape
    mark = np.zeros(count)
    for s in range(count):
        for q in range(width):
            # A sum that equal rows share, to the bit, and unequal ones seldom.
            mark[s] += (table[s, q] + 2) * math.sqrt(q + 2.0)
    order = descending(mark, count)
    kept = np.ones(count, np.bool_)
    for at in range(count):
        s = order[at]
        later = at + 1
        while kept[s] and later < count and mark[order[later]] == mark[s]:
            t = order[later]
            same = kept[t]
            for q in range(width):
                same = same and table[s, q] == table[t, q]
            if same:
                high, low = max(weights[s], weights[t]), min(weights[s], weights[t])
                weights[s] = high + math.log1p(math.exp(low - high))
                weights[t] = -np.inf
                kept[t] = False
            later += 1
    order = descending(weights, count)
    rest = 0
    for s in range(count):
        rest += kept[s]
    merged = np.empty(rest)
    rows = np.empty((rest, width), np.int64)
    for s in range(rest):
        merged[s] = weights[order[s]]
        for q in range(width):
            rows[s, q] = table[order[s], q]
    return merged, rows


@kernel
def add_lone(
    label: int, parent: int, plot: int, existence: float, ends: Indices, out: Tables
) -> None:
    """Write a track of one local, a cluster by itself."""
    at = ends[_LOCAL]
    out[0][ends[_TRACK]] = label
    out[3][at], out[7][at], out[8][at] = existence, parent, plot
    out[6][ends[_CHOICE]] = at
    out[5][ends[_ROW]] = 0.0
    ends[:] += 1
    out[2][ends[_TRACK]] = ends[_LOCAL]
    out[1][ends[_CLUSTER]] = ends[_TRACK]
    out[4][ends[_CLUSTER]] = ends[_ROW]


@kernel
def advance(
    labels: Indices,
    cluster_tracks: Indices,
    track_locals: Indices,
    existence: Floats,
    cluster_rows: Indices,
    log_weight: Floats,
    choice: Indices,
    log_miss: Floats,
    pair_local: Indices,
    pair_plot: Indices,
    pair_log_likelihood: Floats,
    log_new: Floats,
    new_existence: Floats,
    first_label: int,
    most: int,
    least_weight: float,
    least_existence: float,
) -> Tables:
    """Take one scan in: the tables after it, and where each new local comes from."""
    clusters, tracks, locals_ = len(cluster_tracks) - 1, len(labels), len(existence)
    pairs, plots = len(pair_local), len(log_new)
    span = -math.log(least_weight)

    # Pairs by local; the gain of each over its track missed and its plot from something new.
    first_pair = np.zeros(locals_ + 1, np.int64)
    gain = np.empty(pairs)
    for e in range(pairs):
        first_pair[pair_local[e] + 1] += 1
        gain[e] = pair_log_likelihood[e] - log_miss[pair_local[e]] - log_new[pair_plot[e]]
    for k in range(locals_):
        first_pair[k + 1] += first_pair[k]

    # Clusters that meet in a plot stand together; groups list their clusters and plots in order.
    parents = np.arange(clusters)
    choice_start = np.zeros(clusters + 1, np.int64)
    seen_by = np.full(plots, -1, np.int64)
    for c in range(clusters):
        n = cluster_tracks[c + 1] - cluster_tracks[c]
        choice_start[c + 1] = choice_start[c] + n * (cluster_rows[c + 1] - cluster_rows[c])
        low = track_locals[cluster_tracks[c]]
        high = track_locals[cluster_tracks[c + 1]]
        for e in range(first_pair[low], first_pair[high]):
            j = pair_plot[e]
            if seen_by[j] < 0:
                seen_by[j] = c
            else:
                one, other = root(parents, c), root(parents, seen_by[j])
                parents[max(one, other)] = min(one, other)
    next_member = np.full(clusters, -1, np.int64)
    last_member = np.arange(clusters)
    for c in range(clusters):
        head = root(parents, c)
        if head != c:
            next_member[last_member[head]] = c
            last_member[head] = c
    first_plot = np.full(clusters, -1, np.int64)
    last_plot = np.full(clusters, -1, np.int64)
    next_plot = np.full(plots, -1, np.int64)
    for j in range(plots):
        if seen_by[j] >= 0:
            head = root(parents, seen_by[j])
            if first_plot[head] < 0:
                first_plot[head] = j
            else:
                next_plot[last_plot[head]] = j
            last_plot[head] = j

    ends = np.zeros(5, np.int64)
    out_choice = np.empty(4 * (tracks + plots) + 64, np.int64)
    out_weight = np.empty(2 * (tracks + plots) + 64)
    out = (
        np.empty(tracks + plots, np.int64),
        np.zeros(tracks + plots + 1, np.int64),
        np.zeros(tracks + plots + 1, np.int64),
        np.empty(locals_ + pairs + plots),
        np.zeros(tracks + plots + 1, np.int64),
        out_weight,
        out_choice,
        np.empty(locals_ + pairs + plots, np.int64),
        np.empty(locals_ + pairs + plots, np.int64),
    )
    slot = np.empty(plots, np.int64)
    code = np.full(locals_ + pairs, -1, np.int64)
    for c in range(clusters):
        if parents[c] != c:
            continue
        t, low = cluster_tracks[c], track_locals[cluster_tracks[c]]
        alone = (
            next_member[c] < 0
            and cluster_rows[c + 1] - cluster_rows[c] == 1
            and cluster_tracks[c + 1] - t == 1
        )
        j = first_plot[c]
        if alone and j >= 0:
            alone = next_plot[j] < 0 and (most == 1 or abs(gain[first_pair[low]]) > span)
        if alone:
            # What almost every track is in almost every scan: beyond doubt.
            if j >= 0 and gain[first_pair[low]] > 0.0:
                add_lone(labels[t], low, j, 1.0, ends, out)
                continue
            r = missed_existence(existence[low], log_miss[low])
            if r >= least_existence:
                add_lone(labels[t], low, -1, r, ends, out)
            if j >= 0 and new_existence[j] >= least_existence:
                add_lone(first_label + j, -1, j, new_existence[j], ends, out)
            continue
        weights, table, owner, parent, plot, alive = followed(
            c, labels, cluster_tracks, track_locals, existence, cluster_rows, log_weight, choice,
            choice_start, log_miss, first_pair, pair_plot, gain, new_existence, first_label,
            next_member, first_plot, next_plot, slot, code, most, span, least_existence,
        )  # fmt: skip
        grown_choice = ends[_CHOICE] + table.size + table.shape[1] + tracks + plots
        if grown_choice > len(out[6]):
            out_choice = np.empty(2 * grown_choice, np.int64)
            out_choice[: ends[_CHOICE]] = out[6][: ends[_CHOICE]]
        grown_weight = ends[_ROW] + len(weights) + tracks + plots
        if grown_weight > len(out[5]):
            out_weight = np.empty(2 * grown_weight)
            out_weight[: ends[_ROW]] = out[5][: ends[_ROW]]
        out = (out[0], out[1], out[2], out[3], out[4], out_weight, out_choice, out[7], out[8])
        settle(weights, table, owner, parent, plot, alive, ends, out)
    for j in range(plots):
        if seen_by[j] < 0 and new_existence[j] >= least_existence:
            add_lone(first_label + j, -1, j, new_existence[j], ends, out)
    return (
        out[0][: ends[_TRACK]],
        out[1][: ends[_CLUSTER] + 1],
        out[2][: ends[_TRACK] + 1],
        out[3][: ends[_LOCAL]],
        out[4][: ends[_CLUSTER] + 1],
        out[5][: ends[_ROW]],
        out[6][: ends[_CHOICE]],
        out[7][: ends[_LOCAL]],
        out[8][: ends[_LOCAL]],
    )


@kernel
def followed(
    c: int,
    labels: Indices,
    cluster_tracks: Indices,
    track_locals: Indices,
    existence: Floats,
    cluster_rows: Indices,
    log_weight: Floats,
    choice: Indices,
    choice_start: Indices,
    log_miss: Floats,
    first_pair: Indices,
    pair_plot: Indices,
    gain: Floats,
    new_existence: Floats,
    first_label: int,
    next_member: Indices,
    first_plot: Indices,
    next_plot: Indices,
    slot: Indices,
    code: Indices,
    most: int,
    span: float,
    least_existence: float,
) -> tuple[Floats, Indices, Indices, Indices, Indices, Floats]:
    """Give the rows that follow from a group's tables and plots, likeliest first.

    Returns:
        ln weights (unnormalised); by row and column (old tracks, then new) an index into what
        follows, or -1; each column's label; and parent, plot and existence of what is indexed,
        column by column.
    """
    count = 0
    k = c
    while k >= 0:
        count += 1
        k = next_member[k]
    members = np.empty(count, np.int64)
    k, n = c, 0
    for q in range(count):
        members[q] = k
        n += cluster_tracks[k + 1] - cluster_tracks[k]
        k = next_member[k]
    m = 0
    j = first_plot[c]
    while j >= 0:
        slot[j] = m
        m += 1
        j = next_plot[j]

    base, rows = multiplied(
        members, cluster_tracks, cluster_rows, log_weight, choice, choice_start, most, span
    )
    priors = len(base)
    begin = np.zeros((priors, n), np.int64)
    end = np.zeros((priors, n), np.int64)
    for p in range(priors):
        for i in range(n):
            if rows[p, i] >= 0:
                base[p] += log_miss[rows[p, i]]
                begin[p, i] = first_pair[rows[p, i]]
                end[p, i] = first_pair[rows[p, i] + 1]
    slots = np.empty(len(gain), np.int64)
    for q in range(count):
        low = first_pair[track_locals[cluster_tracks[members[q]]]]
        high = first_pair[track_locals[cluster_tracks[members[q] + 1]]]
        for e in range(low, high):
            slots[e] = slot[pair_plot[e]]
    height, value, origin, taken = rank(base, begin, end, slots, gain, m, most, span)

    table = np.full((height, n + m), -1, np.int64)
    owner = np.empty(n + m, np.int64)
    capacity = min(n * height, len(code)) + m
    parent = np.empty(capacity, np.int64)
    plot = np.empty(capacity, np.int64)
    alive = np.empty(capacity)
    filled, dropped = 0, False
    i = 0
    for q in range(count):
        for t in range(cluster_tracks[members[q]], cluster_tracks[members[q] + 1]):
            owner[i] = labels[t]
            for s in range(height):
                k = rows[origin[s], i]
                if k < 0:
                    continue
                e = taken[s, i]
                # A local's number is noted at its pair, or behind the pairs if it was missed.
                key = e if e >= 0 else len(gain) + k
                if code[key] == -1:
                    r = 1.0 if e >= 0 else missed_existence(existence[k], log_miss[k])
                    code[key] = -2
                    if r >= least_existence:
                        code[key] = filled
                        parent[filled], alive[filled] = k, r
                        plot[filled] = pair_plot[e] if e >= 0 else -1
                        filled += 1
                if code[key] >= 0:
                    table[s, i] = code[key]
                else:
                    dropped = True
            i += 1
    used = np.empty(m, np.bool_)
    j = first_plot[c]
    for q in range(m):
        owner[n + q] = first_label + j
        parent[filled + q], plot[filled + q], alive[filled + q] = -1, j, new_existence[j]
        j = next_plot[j]
    for s in range(height):
        used[:] = False
        for i in range(n):
            if taken[s, i] >= 0:
                used[slots[taken[s, i]]] = True
        for q in range(m):
            if not used[q] and alive[filled + q] >= least_existence:
                table[s, n + q] = filled + q
    value = value[:height]
    if dropped:
        value, table = without_twins(value, table)
    return value, table, owner, parent, plot, alive


@kernel
def settle(
    weights: Floats,
    table: Indices,
    owner: Indices,
    parent: Indices,
    plot: Indices,
    alive: Floats,
    ends: Indices,
    out: Tables,
) -> None:
    """Write a group's tracks: those that all rows agree on by themselves, the others together."""
    height, width = table.shape
    doubtful = np.empty(width, np.int64)
    count = 0
    for q in range(width):
        agreed, nothing = True, True
        for s in range(height):
            agreed = agreed and table[s, q] == table[0, q]
            nothing = nothing and table[s, q] < 0
        if nothing:
            continue
        if agreed:
            k = table[0, q]
            add_lone(owner[q], parent[k], plot[k], alive[k], ends, out)
        else:
            doubtful[count] = q
            count += 1
    if count == 0:
        return
    renumbered = np.full(len(parent), -1, np.int64)
    for at in range(count):
        q = doubtful[at]
        for s in range(height):
            k = table[s, q]
            if k >= 0 and renumbered[k] < 0:
                here = ends[_LOCAL]
                renumbered[k] = here
                out[3][here], out[7][here], out[8][here] = alive[k], parent[k], plot[k]
                ends[_LOCAL] += 1
            out[6][ends[_CHOICE] + s * count + at] = renumbered[k] if k >= 0 else -1
        out[0][ends[_TRACK]] = owner[q]
        ends[_TRACK] += 1
        out[2][ends[_TRACK]] = ends[_LOCAL]
    total = 0.0
    for s in range(height):
        total += math.exp(weights[s] - weights[0])
    for s in range(height):
        out[5][ends[_ROW] + s] = weights[s] - weights[0] - math.log(total)
    ends[_ROW] += height
    ends[_CHOICE] += height * count
    ends[_CLUSTER] += 1
    out[1][ends[_CLUSTER]] = ends[_TRACK]
    out[4][ends[_CLUSTER]] = ends[_ROW]


@kernel
def best_locals(cluster_tracks: Indices, cluster_rows: Indices, choice: Indices) -> Indices:
    """Give the locals of each cluster's first row."""
    found = np.empty(cluster_tracks[-1], np.int64)
    count, at = 0, 0
    for c in range(len(cluster_tracks) - 1):
        n = cluster_tracks[c + 1] - cluster_tracks[c]
        for i in range(n):
            if choice[at + i] >= 0:
                found[count] = choice[at + i]
                count += 1
        at += n * (cluster_rows[c + 1] - cluster_rows[c])
    return found[:count]


@kernel
def local_weights(
    locals_: int,
    cluster_tracks: Indices,
    cluster_rows: Indices,
    log_weight: Floats,
    choice: Indices,
) -> Floats:
    """Sum the weights of the rows that hold each local."""
    weights = np.zeros(locals_)
    at = 0
    for c in range(len(cluster_tracks) - 1):
        n = cluster_tracks[c + 1] - cluster_tracks[c]
        for s in range(cluster_rows[c], cluster_rows[c + 1]):
            weight = math.exp(log_weight[s])
            for i in range(n):
                if choice[at + i] >= 0:
                    weights[choice[at + i]] += weight
            at += n
    return weights
