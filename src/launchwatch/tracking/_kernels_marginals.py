"""Compiled belief propagation: how likely each track made each plot, without any hypotheses.

Tracks send each plot in their gates a message, and plots answer: how likely is it that we belong
together, if all your other suitors behave as they told you? Where tracks and plots form no
loop the answer is exact; else it is close, and overlooks only how rivals' doubts hang
together. The iteration always settles, each sweep costs as much as there are pairs.

Source: Williams and Lau, IEEE Trans. Aerospace and Electronic Systems 50 (2014) 2942.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.tracking._kernels_hypotheses import gains, grouped
from launchwatch.tracking._kernels_ranking import keep_best
from launchwatch.tracking._kernels_tables import (
    HEAD,
    N_CHOICES,
    N_ROWS,
    NEXT,
    PARENT,
    TAKEN,
    grown_floats,
    grown_indices,
    missed_existence,
    settle,
)

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

SWEEPS = 200
"""At most so many. Three settle most groups; gates that share everything take some ten."""

SETTLED = 1e-7
"""Largest relative change of a message in a sweep at which the group is done: marginals are then
certain to about as much, far below what loops cost."""


@kernel
def exchange(
    first: Indices, plot_of: Indices, odds: Floats, plots: int, answer: Floats, suit: Floats
) -> None:
    """Fill the messages of one group when they have settled.

    Args:
        first: (T + 1,) where each track's edges begin.
        plot_of, odds: (E,) each edge's plot, and its likelihood over track missed and plot new.
        answer: (E,) filled with what plots tell tracks; the marginal of an edge goes as odds times
            answer, and of a track missed as 1.
        suit: (plots,) filled with the sum of what tracks tell each plot: it is new with
            probability 1 / (1 + suit).
    """
    message = np.empty(len(odds))
    before = np.empty(len(odds))
    ahead = np.empty(plots)
    for e in range(len(odds)):
        answer[e] = 1.0
    for _ in range(SWEEPS):
        # Sums without one are made from both sides: a difference would lose all digits.
        for t in range(len(first) - 1):
            total = 1.0
            for e in range(first[t], first[t + 1]):
                before[e] = total
                total += odds[e] * answer[e]
            total = 0.0
            for e in range(first[t + 1] - 1, first[t] - 1, -1):
                message[e] = odds[e] / (before[e] + total)
                total += odds[e] * answer[e]
        for j in range(plots):
            ahead[j] = 1.0
            suit[j] = 0.0
        for e in range(len(odds)):
            before[e] = ahead[plot_of[e]]
            ahead[plot_of[e]] += message[e]
        worst = 0.0
        for e in range(len(odds) - 1, -1, -1):
            now = 1.0 / (before[e] + suit[plot_of[e]])
            suit[plot_of[e]] += message[e]
            worst = max(worst, abs(now - answer[e]) / now)
            answer[e] = now
        if worst < SETTLED:
            break


@kernel
def propagate(
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
    """Take one scan in where each cluster is one track; give what `advance` gives."""
    tracks, plots = len(labels) + len(log_new), len(log_new)
    first_pair, gain, sound = gains(pair_local, pair_plot, pair_log_likelihood, log_miss, log_new)
    ends = np.zeros(5, np.int64)
    heads = np.zeros((4, tracks + 1), np.int64)
    origins = np.empty((2, len(existence) + len(gain) + plots), np.int64)
    alive = np.empty(len(existence) + len(gain) + plots)
    weights = np.empty(2 * tracks + 64)
    choices = np.empty(4 * tracks + 64, np.int64)
    if not sound or len(cluster_tracks) != len(labels) + 1:
        ends[0] = -1
        return heads, origins, alive, weights, choices, ends
    links, _ = grouped(cluster_tracks, track_locals, cluster_rows, first_pair, pair_plot, plots)

    # Each local's part in its track, and of the track that it was missed or is not there.
    part = np.zeros(len(existence))
    missed = np.zeros(len(labels))
    absent = np.zeros(len(labels))
    for t in range(len(labels)):
        for s in range(cluster_rows[t], cluster_rows[t + 1]):
            k, weight = choice[s], math.exp(log_weight[s])
            if k >= 0:
                part[k] += weight
                missed[t] += weight * math.exp(log_miss[k])
            else:
                absent[t] += weight
        missed[t] += absent[t]
    # One edge for each track and plot, of all the track's locals.
    first = np.zeros(len(labels) + 1, np.int64)
    edge = np.empty(len(gain), np.int64)
    edge_plot = np.empty(len(gain), np.int64)
    odds = np.zeros(len(gain))
    latest = np.full(plots, -1, np.int64)
    for t in range(len(labels)):
        first[t + 1] = first[t]
        for k in range(track_locals[t], track_locals[t + 1]):
            for e in range(first_pair[k], first_pair[k + 1]):
                j = pair_plot[e]
                if latest[j] < first[t]:
                    latest[j] = first[t + 1]
                    edge_plot[latest[j]] = j
                    first[t + 1] += 1
                edge[e] = latest[j]
                # More than e^600 to one is as sure as can be, and does not overflow.
                odds[edge[e]] += part[k] * math.exp(min(gain[e] + log_miss[k], 600.0)) / missed[t]
    answer = np.empty(first[-1])
    suit = np.zeros(plots)
    settle_groups(links, first, edge_plot, odds, plots, answer, suit)

    value = np.empty(len(gain) + len(existence) + 1)
    origin = np.empty(len(value), np.int64)
    taken = np.empty((len(value), 1), np.int64)
    for t in range(len(labels)):
        total = 1.0
        for e in range(first[t], first[t + 1]):
            total += odds[e] * answer[e]
        # Rows of one track: a local and a pair, a local missed, nothing there.
        count, alone = 0, 0.0
        gone = absent[t] / (missed[t] * total)
        for k in range(track_locals[t], track_locals[t + 1]):
            for e in range(first_pair[k] - 1, first_pair[k + 1]):
                if e < first_pair[k]:
                    share = part[k] * math.exp(log_miss[k])
                    r = missed_existence(existence[k], log_miss[k])
                    pair = -1
                else:
                    share = part[k] * math.exp(min(gain[e] + log_miss[k], 600.0)) * answer[edge[e]]
                    r, pair = 1.0, e
                share /= missed[t] * total
                alone += share * r
                if r < least_existence:
                    gone += share
                elif share > 0.0:
                    value[count], origin[count], taken[count, 0] = math.log(share), k, pair
                    count += 1
        if alone < least_existence or count == 0:
            continue
        if gone > 0.0:
            value[count] = math.log(gone)
            origin[count], taken[count, 0] = -1, -1
            count += 1
        count = keep_best(value, origin, taken, count, most)
        while value[count - 1] < value[0] + math.log(least_weight):
            count -= 1
        table = np.full((count, 1), -1, np.int64)
        came = np.empty((2, count), np.int64)
        lives = np.empty(count)
        for s in range(count):
            k, e = origin[s], taken[s, 0]
            if k >= 0:
                table[s, 0] = s
                came[PARENT, s], came[TAKEN, s] = k, pair_plot[e] if e >= 0 else -1
                lives[s] = 1.0 if e >= 0 else missed_existence(existence[k], log_miss[k])
        weights = grown_floats(weights, ends[N_ROWS], count + tracks)
        choices = grown_indices(choices, ends[N_CHOICES], count + tracks)
        settle(
            value[:count], table, labels[t : t + 1], came, lives, information,
            ends, heads, origins, alive, weights, choices,
        )  # fmt: skip
    table = np.zeros((1, 1), np.int64)
    came = np.full((2, 1), -1, np.int64)
    owner = np.empty(1, np.int64)
    for j in range(plots):
        r = new_existence[j] / (1.0 + suit[j])
        if r >= least_existence:
            came[TAKEN, 0], owner[0] = j, first_label + j
            settle(
                np.zeros(1), table, owner, came, np.full(1, r), information,
                ends, heads, origins, alive, weights, choices,
            )  # fmt: skip
    return heads, origins, alive, weights, choices, ends


@kernel
def settle_groups(
    links: Indices,
    first: Indices,
    edge_plot: Indices,
    odds: Floats,
    plots: int,
    answer: Floats,
    suit: Floats,
) -> None:
    """Exchange messages within each group by itself, so that none depends on another's pace."""
    slot = np.full(plots, -1, np.int64)
    for c in range(len(first) - 1):
        if links[HEAD, c] != c or first[c + 1] == first[c]:
            continue
        tracks, edges = 0, 0
        t = c
        while t >= 0:
            tracks += 1
            edges += first[t + 1] - first[t]
            t = links[NEXT, t]
        begin = np.zeros(tracks + 1, np.int64)
        plot_of = np.empty(edges, np.int64)
        own = np.empty(edges)
        met = np.empty(edges, np.int64)
        t, q, at, m = c, 0, 0, 0
        while t >= 0:
            for e in range(first[t], first[t + 1]):
                j = edge_plot[e]
                if slot[j] < 0:
                    slot[j], met[m] = m, j
                    m += 1
                plot_of[at], own[at] = slot[j], odds[e]
                at += 1
            q += 1
            begin[q] = at
            t = links[NEXT, t]
        told = np.empty(edges)
        sums = np.empty(m)
        exchange(begin, plot_of, own, m, told, sums)
        t, at = c, 0
        while t >= 0:
            for e in range(first[t], first[t + 1]):
                answer[e] = told[at]
                at += 1
            t = links[NEXT, t]
        for k in range(m):
            suit[met[k]] = sums[k]
