"""Compiled tables of global hypotheses: multiplied, joined where equal, and written out.

A table has a ln weight and, for each track, a choice in every row; the likeliest row is the
first. What is written after a scan grows in a few shared arrays, laid out as told here.

To compile is what these kernels cost most, and each array handed over adds to it; so arrays
of one length travel as rows of one array, numbered by the names below.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.tracking._kernels_ranking import descending
from launchwatch.tracking._kernels_splitting import parted

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

HEAD, NEXT, PLOT, TABLE = 0, 1, 2, 3
"""Rows of `links` (4, C + 1): the first cluster of the group, the next one in it or -1, the group's
first plot or -1 (where HEAD is the cluster itself), where the table lies in `choice`."""

SEEN, AFTER, SLOT = 0, 1, 2
"""Rows of `sight` (3, M): a cluster with the plot in a gate or -1, the group's next plot or -1,
and the plot's number within the group."""

LABEL, TRACKS, LOCALS, ROWS = 0, 1, 2, 3
"""Rows of `heads` (4, N + 1): labels, cluster_tracks, track_locals, cluster_rows after the scan."""

PARENT, TAKEN = 0, 1
"""Rows of `origins` (2, L): of each local after the scan the old local and the plot, or -1."""

N_TRACKS, N_LOCALS, N_CLUSTERS, N_ROWS, N_CHOICES = 0, 1, 2, 3, 4
"""Entries of `ends` (5,): how much has been written."""


@kernel
def missed_existence(existence: float, log_miss: float) -> float:
    """Give r·(1 - pD) / (1 - r·pD) from r and ln(1 - r·pD)."""
    return max(0.0, 1.0 - (1.0 - existence) / math.exp(log_miss))


@kernel
def multiplied(
    members: Indices,
    cluster_tracks: Indices,
    cluster_rows: Indices,
    log_weight: Floats,
    choice: Indices,
    links: Indices,
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
                wider[s, done + i] = choice[links[TABLE, c] + right[order[s]] * n + i]
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
    label: int,
    parent: int,
    plot: int,
    alive: float,
    ends: Indices,
    heads: Indices,
    origins: Indices,
    existence: Floats,
    weights: Floats,
    choice: Indices,
) -> None:
    """Write a track of one local, a cluster by itself."""
    at = ends[N_LOCALS]
    heads[LABEL, ends[N_TRACKS]] = label
    origins[PARENT, at], origins[TAKEN, at], existence[at] = parent, plot, alive
    choice[ends[N_CHOICES]] = at
    weights[ends[N_ROWS]] = 0.0
    for q in range(5):
        ends[q] += 1
    heads[LOCALS, ends[N_TRACKS]] = ends[N_LOCALS]
    heads[TRACKS, ends[N_CLUSTERS]] = ends[N_TRACKS]
    heads[ROWS, ends[N_CLUSTERS]] = ends[N_ROWS]


@kernel
def grown_floats(array: Floats, used: int, more: int) -> Floats:
    """Give an array with room for so many more: itself or a longer copy."""
    if used + more <= len(array):
        return array
    longer = np.empty(2 * (used + more))
    for q in range(used):
        longer[q] = array[q]
    return longer


@kernel
def grown_indices(array: Indices, used: int, more: int) -> Indices:
    """Give an array with room for so many more: itself or a longer copy."""
    if used + more <= len(array):
        return array
    longer = np.empty(2 * (used + more), np.int64)
    for q in range(used):
        longer[q] = array[q]
    return longer


@kernel
def write(
    value: Floats,
    table: Indices,
    owner: Indices,
    came: Indices,
    lives: Floats,
    ends: Indices,
    heads: Indices,
    origins: Indices,
    existence: Floats,
    weights: Floats,
    choice: Indices,
) -> None:
    """Write one cluster; arguments as `settle` takes them."""
    height, width = table.shape
    renumbered = np.full(len(lives), -1, np.int64)
    for q in range(width):
        for s in range(height):
            k = table[s, q]
            if k >= 0 and renumbered[k] < 0:
                here = ends[N_LOCALS]
                renumbered[k] = here
                origins[PARENT, here], origins[TAKEN, here] = came[PARENT, k], came[TAKEN, k]
                existence[here] = lives[k]
                ends[N_LOCALS] += 1
            choice[ends[N_CHOICES] + s * width + q] = renumbered[k] if k >= 0 else -1
        heads[LABEL, ends[N_TRACKS]] = owner[q]
        ends[N_TRACKS] += 1
        heads[LOCALS, ends[N_TRACKS]] = ends[N_LOCALS]
    total = 0.0
    for s in range(height):
        total += math.exp(value[s] - value[0])
    for s in range(height):
        weights[ends[N_ROWS] + s] = value[s] - value[0] - math.log(total)
    ends[N_ROWS] += height
    ends[N_CHOICES] += height * width
    ends[N_CLUSTERS] += 1
    heads[TRACKS, ends[N_CLUSTERS]] = ends[N_TRACKS]
    heads[ROWS, ends[N_CLUSTERS]] = ends[N_ROWS]


@kernel
def settle(
    value: Floats,
    table: Indices,
    owner: Indices,
    came: Indices,
    lives: Floats,
    information: float,
    ends: Indices,
    heads: Indices,
    origins: Indices,
    existence: Floats,
    weights: Floats,
    choice: Indices,
) -> None:
    """Write a group's tracks: what depends on nothing else by itself, the others together.

    Args:
        value: (G,) ln weight of each row, up to a constant.
        table: (G, n) index into `came` and `lives`, or -1.
        owner: (n,) label of each column's track.
        came: (2, l) parent and plot of each local.
        lives: (l,) its existence.
        information: nats up to which tracks are taken for independent.
        ends, heads, origins, existence, weights, choice: where to write.
    """
    height, width = table.shape
    doubtful = np.empty(width, np.int64)
    count = 0
    for q in range(width):
        agreed, nothing = True, True
        for s in range(height):
            agreed = agreed and table[s, q] == table[0, q]
            nothing = nothing and table[s, q] < 0
        if agreed and not nothing:
            k = table[0, q]
            add_lone(
                owner[q], came[PARENT, k], came[TAKEN, k], lives[k],
                ends, heads, origins, existence, weights, choice,
            )  # fmt: skip
        elif not nothing:
            doubtful[count] = q
            count += 1
    if count == 0:
        return
    part = parted(value, table, doubtful[:count], len(lives), information)
    for first in range(count):
        if part[first] != first:
            continue
        members = 0
        for q in range(first, count):
            members += part[q] == first
        rows = np.empty((height, members), np.int64)
        names = np.empty(members, np.int64)
        at = 0
        for q in range(first, count):
            if part[q] == first:
                names[at] = owner[doubtful[q]]
                for s in range(height):
                    rows[s, at] = table[s, doubtful[q]]
                at += 1
        shares = value
        if members < count:
            # Rows that differ only in other tracks are one.
            shares, rows = without_twins(value.copy(), rows)
        write(shares, rows, names, came, lives, ends, heads, origins, existence, weights, choice)
