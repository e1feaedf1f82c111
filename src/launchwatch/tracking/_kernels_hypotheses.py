"""Compiled bookkeeping of a Poisson multi-Bernoulli mixture over one scan.

`launchwatch.tracking.hypotheses` is its checked face and explains the arrays. The way of a
scan: clusters that meet in a plot become groups; a group's tables are multiplied; the rows
that follow are ranked; what is left is split into clusters again. A track beyond doubt takes
a short cut past all tables. How arrays are laid out is told in `_kernels_tables`.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.tracking._kernels_ranking import rank
from launchwatch.tracking._kernels_tables import (
    AFTER,
    HEAD,
    N_CHOICES,
    N_ROWS,
    NEXT,
    PARENT,
    PLOT,
    SEEN,
    SLOT,
    TABLE,
    TAKEN,
    add_lone,
    grown_floats,
    grown_indices,
    missed_existence,
    multiplied,
    settle,
    without_twins,
)

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@kernel
def head(links: Indices, c: int) -> int:
    """Find who stands for a cluster's group: its lowest member."""
    while links[HEAD, c] != c:
        links[HEAD, c] = links[HEAD, links[HEAD, c]]
        c = links[HEAD, c]
    return c


@kernel
def gains(
    pair_local: Indices,
    pair_plot: Indices,
    pair_log_likelihood: Floats,
    log_miss: Floats,
    log_new: Floats,
) -> tuple[Indices, Floats, bool]:
    """Give where each local's pairs begin, (L + 1,), each pair's gain, and whether all is sound.

    The gain is ln of how much likelier the pair is than the track missed and the plot from
    something new. Unsound are pairs out of order or of nothing, and numbers that are not finite.
    """
    locals_, plots = len(log_miss), len(log_new)
    first_pair = np.zeros(locals_ + 1, np.int64)
    gain = np.empty(len(pair_local))
    total, before = 0.0, -1
    for k in range(locals_):
        total += log_miss[k]
    for j in range(plots):
        total += log_new[j]
    for e in range(len(pair_local)):
        k, j = pair_local[e], pair_plot[e]
        if not (0 <= k < locals_ and 0 <= j < plots and before < k * plots + j):
            return first_pair, gain, False
        before = k * plots + j
        first_pair[k + 1] += 1
        gain[e] = pair_log_likelihood[e] - log_miss[k] - log_new[j]
        total += gain[e]
    for k in range(locals_):
        first_pair[k + 1] += first_pair[k]
    return first_pair, gain, bool(math.isfinite(total))


@kernel
def grouped(
    cluster_tracks: Indices,
    track_locals: Indices,
    cluster_rows: Indices,
    first_pair: Indices,
    pair_plot: Indices,
    plots: int,
) -> tuple[Indices, Indices]:
    """Put together the clusters that meet in a plot: `links` and `sight`."""
    clusters = len(cluster_tracks) - 1
    links = np.full((4, clusters + 1), -1, np.int64)
    sight = np.full((3, plots), -1, np.int64)
    links[TABLE, 0] = 0
    for c in range(clusters):
        links[HEAD, c] = c
        n = cluster_tracks[c + 1] - cluster_tracks[c]
        links[TABLE, c + 1] = links[TABLE, c] + n * (cluster_rows[c + 1] - cluster_rows[c])
        low = track_locals[cluster_tracks[c]]
        high = track_locals[cluster_tracks[c + 1]]
        for e in range(first_pair[low], first_pair[high]):
            j = pair_plot[e]
            if sight[SEEN, j] < 0:
                sight[SEEN, j] = c
            else:
                one, other = head(links, c), head(links, sight[SEEN, j])
                links[HEAD, max(one, other)] = min(one, other)
    # Lists within each group, in order; the last ones so far are noted with the heads.
    last = np.empty((2, clusters), np.int64)
    for c in range(clusters):
        h = head(links, c)
        if h != c:
            links[NEXT, last[0, h]] = c
        last[0, h] = c
    for j in range(plots):
        if sight[SEEN, j] >= 0:
            h = head(links, sight[SEEN, j])
            if links[PLOT, h] < 0:
                links[PLOT, h] = j
            else:
                sight[AFTER, last[1, h]] = j
            last[1, h] = j
    return links, sight


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
    log_miss: Floats,
    first_pair: Indices,
    pair_plot: Indices,
    gain: Floats,
    new_existence: Floats,
    first_label: int,
    links: Indices,
    sight: Indices,
    slots: Indices,
    code: Indices,
    most: int,
    span: float,
    least_existence: float,
) -> tuple[Floats, Indices, Indices, Indices, Floats]:
    """Give the rows that follow from the tables and plots of the group of cluster c.

    `slots` (K,) and `code` (L + K,) are scratch; `code` holds -1 until a group has used it.

    Returns:
        ln weights up to a constant, likeliest first, and table, owner, came and lives as
        `settle` takes them; columns are the old tracks, then one for each plot's new track.
    """
    count, n, m = 0, 0, 0
    k, j = c, links[PLOT, c]
    while k >= 0:
        count += 1
        n += cluster_tracks[k + 1] - cluster_tracks[k]
        k = links[NEXT, k]
    while j >= 0:
        sight[SLOT, j] = m
        m += 1
        j = sight[AFTER, j]
    members = np.empty(count, np.int64)
    owner = np.empty(n + m, np.int64)
    k, i = c, 0
    for q in range(count):
        members[q] = k
        for t in range(cluster_tracks[k], cluster_tracks[k + 1]):
            owner[i] = labels[t]
            for e in range(first_pair[track_locals[t]], first_pair[track_locals[t + 1]]):
                slots[e] = sight[SLOT, pair_plot[e]]
            i += 1
        k = links[NEXT, k]

    base, rows = multiplied(
        members, cluster_tracks, cluster_rows, log_weight, choice, links, most, span
    )
    begin = np.zeros(rows.shape, np.int64)
    end = np.zeros(rows.shape, np.int64)
    for p in range(len(base)):
        for i in range(n):
            k = rows[p, i]
            if k >= 0:
                base[p] += log_miss[k]
                begin[p, i], end[p, i] = first_pair[k], first_pair[k + 1]
    height, value, origin, taken = rank(base, begin, end, slots, gain, m, most, span)

    table = np.full((height, n + m), -1, np.int64)
    room = min(n * height, len(code)) + m
    came = np.empty((2, room), np.int64)
    lives = np.empty(room)
    filled, dropped = 0, False
    for i in range(n):
        for s in range(height):
            k, e = rows[origin[s], i], taken[s, i]
            if k < 0:
                continue
            # A local's number is noted at its pair, or behind the pairs if it was missed.
            key = e if e >= 0 else len(gain) + k
            if code[key] == -1:
                r = 1.0 if e >= 0 else missed_existence(existence[k], log_miss[k])
                code[key] = -2
                if r >= least_existence:
                    code[key] = filled
                    came[PARENT, filled], lives[filled] = k, r
                    came[TAKEN, filled] = pair_plot[e] if e >= 0 else -1
                    filled += 1
            table[s, i] = max(-1, code[key])
            dropped = dropped or code[key] < 0
    j = links[PLOT, c]
    for q in range(m):
        owner[n + q] = first_label + j
        came[PARENT, filled], came[TAKEN, filled], lives[filled] = -1, j, new_existence[j]
        if new_existence[j] >= least_existence:
            for s in range(height):
                table[s, n + q] = filled
            for s in range(height):
                for i in range(n):
                    if taken[s, i] >= 0 and slots[taken[s, i]] == q:
                        table[s, n + q] = -1
        filled += 1
        j = sight[AFTER, j]
    if dropped:
        value, table = without_twins(value[:height], table)
    return value[: len(table)], table, owner, came, lives


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
    information: float,
) -> tuple[Indices, Indices, Floats, Floats, Indices, Indices]:
    """Take one scan in: `heads`, `origins`, existence, log_weight, choice and `ends` after it.

    `ends` begins with -1 where the scan is unsound.
    """
    span = -math.log(least_weight)
    tracks, plots = len(labels) + len(log_new), len(log_new)
    first_pair, gain, sound = gains(pair_local, pair_plot, pair_log_likelihood, log_miss, log_new)
    ends = np.zeros(5, np.int64)
    heads = np.zeros((4, tracks + 1), np.int64)
    origins = np.empty((2, len(existence) + len(gain) + plots), np.int64)
    alive = np.empty(len(existence) + len(gain) + plots)
    weights = np.empty(2 * tracks + 64)
    choices = np.empty(4 * tracks + 64, np.int64)
    slots = np.empty(len(gain), np.int64)
    code = np.full(len(existence) + len(gain), -1, np.int64)
    if not sound:
        ends[0] = -1
        return heads, origins, alive, weights, choices, ends
    links, sight = grouped(cluster_tracks, track_locals, cluster_rows, first_pair, pair_plot, plots)
    for c in range(len(cluster_tracks) - 1):
        if links[HEAD, c] != c:
            continue
        t, j = cluster_tracks[c], links[PLOT, c]
        k = track_locals[t]
        alone = (
            links[NEXT, c] < 0
            and cluster_rows[c + 1] - cluster_rows[c] == 1
            and cluster_tracks[c + 1] - t == 1
        )
        if alone and j >= 0:
            decided = most == 1 or abs(gain[first_pair[k]]) > span
            alone = decided and sight[AFTER, j] < 0
        if not alone:
            value, table, owner, came, lives = followed(
                c, labels, cluster_tracks, track_locals, existence, cluster_rows, log_weight,
                choice, log_miss, first_pair, pair_plot, gain, new_existence, first_label, links,
                sight, slots, code, most, span, least_existence,
            )  # fmt: skip
            # Room for this table, in as many parts as tracks, and for all lone tracks to come.
            weights = grown_floats(weights, ends[N_ROWS], table.size + tracks)
            choices = grown_indices(choices, ends[N_CHOICES], table.size + tracks)
            settle(
                value,
                table,
                owner,
                came,
                lives,
                information,
                ends,
                heads,
                origins,
                alive,
                weights,
                choices,
            )
            continue
        # What almost every track is in almost every scan: beyond doubt.
        if j >= 0 and gain[first_pair[k]] > 0.0:
            add_lone(labels[t], k, j, 1.0, ends, heads, origins, alive, weights, choices)
            continue
        r = missed_existence(existence[k], log_miss[k])
        if r >= least_existence:
            add_lone(labels[t], k, -1, r, ends, heads, origins, alive, weights, choices)
        if j >= 0:
            sight[SEEN, j] = -1
    for j in range(plots):
        r = new_existence[j]
        if sight[SEEN, j] < 0 and r >= least_existence:
            add_lone(first_label + j, -1, j, r, ends, heads, origins, alive, weights, choices)
    return heads, origins, alive, weights, choices, ends


@kernel
def joined(
    labels: Indices,
    cluster_tracks: Indices,
    existence: Floats,
    cluster_rows: Indices,
    log_weight: Floats,
    choice: Indices,
    into: Indices,
    information: float,
) -> tuple[Indices, Indices, Floats, Floats, Indices, Indices]:
    """Put each local into another of its track; give what `advance` gives, parents being old.

    A local that others are put into takes the mean of their existence.
    """
    tracks, locals_ = len(labels), len(existence)
    held = local_weights(locals_, cluster_tracks, cluster_rows, log_weight, choice)
    share = np.zeros(locals_)
    lives = np.zeros(locals_)
    came = np.full((2, locals_), -1, np.int64)
    for k in range(locals_):
        share[into[k]] += held[k]
        lives[into[k]] += held[k] * existence[k]
        came[PARENT, k] = k
    for k in range(locals_):
        lives[k] = existence[k] if into[k] != k or share[k] <= 0.0 else lives[k] / share[k]
    ends = np.zeros(5, np.int64)
    heads = np.zeros((4, tracks + 1), np.int64)
    origins = np.empty((2, locals_), np.int64)
    alive = np.empty(locals_)
    weights = np.empty(len(choice) + tracks)
    choices = np.empty(len(choice) + tracks, np.int64)
    at = 0
    for c in range(len(cluster_tracks) - 1):
        n = cluster_tracks[c + 1] - cluster_tracks[c]
        first, height = cluster_rows[c], cluster_rows[c + 1] - cluster_rows[c]
        table = np.empty((height, n), np.int64)
        for s in range(height):
            for i in range(n):
                k = choice[at + s * n + i]
                table[s, i] = into[k] if k >= 0 else -1
        at += height * n
        value, table = without_twins(log_weight[first : first + height].copy(), table)
        settle(
            value, table, labels[cluster_tracks[c] : cluster_tracks[c + 1]], came, lives,
            information, ends, heads, origins, alive, weights, choices,
        )  # fmt: skip
    return heads, origins, alive, weights, choices, ends


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
