"""Compiled tidying of a raid's hypotheses: merge, prune, split what has become independent.

The arrays are those of `launchwatch.tracking._kernels_clusters`.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.estimation._kernels import cholesky

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Truths = NDArray[np.bool_]


@kernel
def _are_alike(xa: Floats, Pa: Floats, xb: Floats, Pb: Floats, near2: float, L: Floats) -> bool:
    """Tell whether b says what a says: a close mean and a like covariance."""
    for first in (0, 3):
        sa = Pa[first, first] + Pa[first + 1, first + 1] + Pa[first + 2, first + 2]
        sb = Pb[first, first] + Pb[first + 1, first + 1] + Pb[first + 2, first + 2]
        if not 0.5 * sa < sb < 2.0 * sa:
            return False
        d2 = 0.0
        for i in range(first, first + 3):
            d2 += (xb[i] - xa[i]) * (xb[i] - xa[i])
        if d2 > near2 * sa:
            return False
    if not cholesky(Pa, L):
        return False
    length2 = 0.0
    w = np.empty(6)
    for i in range(6):
        total = xb[i] - xa[i]
        for k in range(i):
            total -= L[i, k] * w[k]
        w[i] = total / L[i, i]
        length2 += w[i] * w[i]
    return length2 < near2


@kernel
def _pour(xa: Floats, Pa: Floats, wa: float, xb: Floats, Pb: Floats, wb: float) -> None:
    """Merge b into a, in place, keeping both moments."""
    share = wb / (wa + wb)
    for i in range(6):
        di = xb[i] - xa[i]
        for j in range(i + 1):
            dj = xb[j] - xa[j]
            total = Pa[i, j] + share * (Pb[i, j] - Pa[i, j]) + share * (1.0 - share) * di * dj
            Pa[i, j] = total
            Pa[j, i] = total
    for i in range(6):
        xa[i] += share * (xb[i] - xa[i])


@kernel
def _are_bound(a: int, b: int, rows: Integers, weights: Floats, apart: float) -> bool:
    """Tell whether what one track does depends on what the other does, beyond a total variation."""
    n = weights.shape[0]
    variation = 0.0
    for g in range(n):
        # Each pair of values once: at the first g that has a's value, and the first k that has b's.
        first = True
        ma = 0.0
        for k in range(n):
            if rows[k, a] == rows[g, a]:
                if k < g:
                    first = False
                    break
                ma += weights[k]
        if not first:
            continue
        for k in range(n):
            first = True
            mb = 0.0
            joint = 0.0
            for q in range(n):
                if rows[q, b] == rows[k, b]:
                    if q < k:
                        first = False
                        break
                    mb += weights[q]
                    if rows[q, a] == rows[g, a]:
                        joint += weights[q]
            if first:
                variation += abs(joint - ma * mb)
    return 0.5 * variation > apart


@kernel
def _join(
    rows: Integers, mass: Floats, x: Floats, P: Floats, number: Integers,
    near2: float, factor: Floats,
) -> None:  # fmt: skip
    """Make one track of two that never are there together and say the same.

    Two accounts of who is whose continuation may name one object differently; told apart, it
    would seem to exist by halves. The one with the lower number, else the earlier, stays.
    """
    n, width = rows.shape
    for a in range(width):
        for b in range(a + 1, width):
            ha, hb = -1, -1
            apart = True
            for g in range(n):
                if rows[g, a] >= 0 and rows[g, b] >= 0:
                    apart = False
                    break
                if rows[g, a] >= 0 and (ha < 0 or mass[rows[g, a]] > mass[ha]):
                    ha = rows[g, a]
                if rows[g, b] >= 0 and (hb < 0 or mass[rows[g, b]] > mass[hb]):
                    hb = rows[g, b]
            if not apart or ha < 0 or hb < 0:
                continue
            if mass[hb] > mass[ha]:
                ha, hb = hb, ha
            if not _are_alike(x[ha], P[ha], x[hb], P[hb], near2, factor):
                continue
            into, gone = a, b
            if number[b] > 0 and (number[a] == 0 or number[b] < number[a]):
                into, gone = b, a
            for g in range(n):
                if rows[g, gone] >= 0:
                    rows[g, into] = rows[g, gone]
                    rows[g, gone] = -1


@kernel
def tidy(
    x: Floats, P: Floats, r: Floats, number: Integers, cluster_start: Integers,
    global_start: Integers, log_weight: Floats, table_start: Integers, table: Integers,
    faintest: float, near2: float, least: float, apart: float,
    kept_track: Integers, kept_hypothesis: Integers, new_hypothesis_start: Integers,
    new_cluster_start: Integers, new_global_start: Integers, new_log_weight: Floats,
    new_table_start: Integers, new_table: Integers,
) -> tuple[int, int]:  # fmt: skip
    """Fill the tidied hypotheses; returns how many clusters and tracks are left.

    x, P and r are changed in place where hypotheses merge; number is each track's, 0 for one that
    was never told. kept_track and kept_hypothesis name the rows to keep, in their new order.
    """
    clusters = 0
    tracks = 0
    hypotheses = 0
    new_hypothesis_start[0] = 0
    new_cluster_start[0] = 0
    new_global_start[0] = 0
    new_table_start[0] = 0
    factor = np.empty((6, 6))
    into = np.full(x.shape[0], -1)
    own = np.empty(x.shape[0], dtype=np.int64)
    mass = np.zeros(x.shape[0])
    for c in range(cluster_start.shape[0] - 1):
        low = cluster_start[c]
        width = cluster_start[c + 1] - low
        n = global_start[c + 1] - global_start[c]
        at = table_start[c]
        if width == 1 and n == 1:  # the common case, without ceremony
            h = table[at]
            if h < 0 or r[h] < faintest:
                continue
            kept_track[tracks] = low
            kept_hypothesis[hypotheses] = h
            new_table[new_table_start[clusters]] = hypotheses
            new_log_weight[new_global_start[clusters]] = 0.0
            hypotheses += 1
            tracks += 1
            new_hypothesis_start[tracks] = hypotheses
            new_cluster_start[clusters + 1] = tracks
            new_global_start[clusters + 1] = new_global_start[clusters] + 1
            new_table_start[clusters + 1] = new_table_start[clusters] + 1
            clusters += 1
            continue
        weights = np.empty(n)
        rows = np.empty((n, width), dtype=np.int64)
        total = 0.0
        for g in range(n):
            weights[g] = math.exp(log_weight[global_start[c] + g])
            total += weights[g]
        for g in range(n):
            weights[g] /= total
            for t in range(width):
                h = table[at + g * width + t]
                if h >= 0 and r[h] < faintest:
                    h = -1
                rows[g, t] = h
                if h >= 0:
                    mass[h] += weights[g]
        _join(rows, mass, x, P, number[low:], near2, factor)
        # Merge alike hypotheses of each track, lighter into heavier.
        for t in range(width):
            several = 0
            for g in range(n):
                h = rows[g, t]
                if h >= 0 and mass[h] > 0.0 and into[h] < 0:
                    into[h] = h
                    own[several] = h
                    several += 1
            order = np.argsort(-mass[own[:several]], kind="mergesort")
            for k in range(1, several):
                b = own[order[k]]
                for q in range(k):
                    a = own[order[q]]
                    if into[a] == a and _are_alike(x[a], P[a], x[b], P[b], near2, factor):
                        _pour(x[a], P[a], mass[a] * r[a], x[b], P[b], mass[b] * r[b])
                        r[a] = (mass[a] * r[a] + mass[b] * r[b]) / (mass[a] + mass[b])
                        mass[a] += mass[b]
                        into[b] = a
                        break
            for g in range(n):
                if rows[g, t] >= 0:
                    rows[g, t] = into[rows[g, t]]
        # Global hypotheses that have become one; those too light go.
        count = 0
        for g in range(n):
            same = -1
            for k in range(count):
                alike = True
                for t in range(width):
                    if rows[k, t] != rows[g, t]:
                        alike = False
                        break
                if alike:
                    same = k
                    break
            if same >= 0:
                weights[same] += weights[g]
            else:
                weights[count] = weights[g]
                for t in range(width):
                    rows[count, t] = rows[g, t]
                count += 1
        heaviest = 0.0
        for g in range(count):
            heaviest = max(heaviest, weights[g])
        n = 0
        total = 0.0
        for g in range(count):
            if weights[g] >= heaviest * math.exp(-least):
                weights[n] = weights[g]
                total += weights[g]
                for t in range(width):
                    rows[n, t] = rows[g, t]
                n += 1
        for g in range(n):
            weights[g] /= total
        # Tracks whose fates are tied stay together.
        part = np.arange(width)
        varies = np.zeros(width, dtype=np.bool_)
        for t in range(width):
            existence = 0.0
            for g in range(n):
                if rows[g, t] >= 0:
                    existence += weights[g] * r[rows[g, t]]
                varies[t] = varies[t] or rows[g, t] != rows[0, t]
            if existence < faintest:
                part[t] = -1
        for a in range(width):
            if part[a] < 0 or not varies[a]:
                continue
            for b in range(a + 1, width):
                if part[b] < 0 or not varies[b] or part[a] == part[b]:
                    continue
                if _are_bound(a, b, rows[:n], weights[:n], apart):
                    old = part[b]
                    for t in range(width):
                        if part[t] == old:
                            part[t] = part[a]
        for p in range(width):
            if part[p] < 0:
                continue
            size = 0
            inside = np.empty(width, dtype=np.int64)
            for t in range(p, width):
                if part[t] == part[p]:
                    inside[size] = t
                    size += 1
            mark = part[p]
            for k in range(size):
                part[inside[k]] = -2 if part[inside[k]] == mark else part[inside[k]]
            # Write the part: its different rows, heaviest first.
            sums = np.zeros(n)
            of = np.empty(n, dtype=np.int64)
            different = 0
            for g in range(n):
                same = -1
                for k in range(different):
                    alike = True
                    for q in range(size):
                        if rows[of[k], inside[q]] != rows[g, inside[q]]:
                            alike = False
                            break
                    if alike:
                        same = k
                        break
                if same >= 0:
                    sums[same] += weights[g]
                else:
                    of[different] = g
                    sums[different] = weights[g]
                    different += 1
            order = np.argsort(-sums[:different], kind="mergesort")
            begin = new_table_start[clusters]
            for q in range(size):
                t = inside[q]
                start = hypotheses
                for k in range(different):
                    h = rows[of[order[k]], t]
                    local = -1
                    if h >= 0:
                        for m in range(start, hypotheses):
                            if kept_hypothesis[m] == h:
                                local = m
                                break
                        if local < 0:
                            local = hypotheses
                            kept_hypothesis[local] = h
                            hypotheses += 1
                    new_table[begin + k * size + q] = local
                kept_track[tracks] = low + t
                tracks += 1
                new_hypothesis_start[tracks] = hypotheses
            for k in range(different):
                new_log_weight[new_global_start[clusters] + k] = math.log(sums[order[k]])
            new_cluster_start[clusters + 1] = tracks
            new_global_start[clusters + 1] = new_global_start[clusters] + different
            new_table_start[clusters + 1] = begin + different * size
            clusters += 1
    return clusters, tracks


@kernel
def summarise(
    x: Floats, P: Floats, r: Floats, cluster_start: Integers, global_start: Integers,
    log_weight: Floats, table_start: Integers, table: Integers, faintest: float,
    existence: Floats, mean: Floats, covariance: Floats, told: Truths,
) -> None:  # fmt: skip
    """Fill each track's existence, mean and covariance over all its hypotheses, and whom to tell.

    Of a cluster as many are told as it should hold objects, the surest first: where one of five is
    known to be gone but not which, each exists with 0.8, and there are four.
    """
    for c in range(cluster_start.shape[0] - 1):
        low = cluster_start[c]
        width = cluster_start[c + 1] - low
        n = global_start[c + 1] - global_start[c]
        at = table_start[c]
        for t in range(width):
            total = 0.0
            for g in range(n):
                h = table[at + g * width + t]
                if h < 0:
                    continue
                w = r[h] * math.exp(log_weight[global_start[c] + g])
                if not w > 0.0:
                    continue
                if total == 0.0:
                    for i in range(6):
                        mean[low + t, i] = x[h, i]
                        for j in range(6):
                            covariance[low + t, i, j] = P[h, i, j]
                else:
                    _pour(mean[low + t], covariance[low + t], total, x[h], P[h], w)
                total += w
            existence[low + t] = total
        expected = 0.0
        for t in range(low, low + width):
            told[t] = False
            expected += existence[t]
        for _ in range(int(expected + 0.5)):
            surest = -1
            for t in range(low, low + width):
                if not told[t] and (surest < 0 or existence[t] > existence[surest]):
                    surest = t
            if surest < 0 or existence[surest] < faintest:
                break
            told[surest] = True
