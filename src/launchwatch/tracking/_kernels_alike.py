"""Compiled merging of a raid's hypotheses that have come to say the same.

The arrays are those of `launchwatch.tracking.hypotheses.Mixture`; `choice_start` bounds each
cluster's table in `choice`.
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
def _same_rows(rows: Integers, a: int, b: int) -> bool:
    return bool((rows[a] == rows[b]).all())


@kernel
def _merge_locals(
    rows: Integers, t: int, mass: Floats, x: Floats, P: Floats, r: Floats, near2: float,
    factor: Floats,
) -> None:  # fmt: skip
    """Merge the alike locals of one track, lighter into heavier, and rename them in the rows."""
    n = rows.shape[0]
    own = np.empty(n, dtype=np.int64)
    several = 0
    for g in range(n):
        known = rows[g, t] < 0
        for k in range(several):
            known = known or own[k] == rows[g, t]
        if not known:
            own[several] = rows[g, t]
            several += 1
    order = np.argsort(-mass[own[:several]], kind="mergesort")
    for k in range(1, several):
        b = own[order[k]]
        for q in range(k):
            a = own[order[q]]
            if mass[a] > 0.0 and _are_alike(x[a], P[a], x[b], P[b], near2, factor):
                _pour(x[a], P[a], mass[a] * r[a], x[b], P[b], mass[b] * r[b])
                r[a] = (mass[a] * r[a] + mass[b] * r[b]) / (mass[a] + mass[b])
                mass[a] += mass[b]
                mass[b] = 0.0
                for g in range(n):
                    if rows[g, t] == b:
                        rows[g, t] = a
                break


@kernel
def merge(
    x: Floats, P: Floats, r: Floats, number: Integers, near2: float,
    cluster_tracks: Integers, cluster_rows: Integers, log_weight: Floats, choice_start: Integers,
    choice: Integers,
    kept_track: Integers, kept_local: Integers, new_cluster_tracks: Integers,
    new_track_locals: Integers, new_cluster_rows: Integers, new_log_weight: Floats,
    new_choice_start: Integers, new_choice: Integers,
) -> tuple[int, int, int]:  # fmt: skip
    """Fill the mixture with what is alike made one; returns clusters, tracks and locals.

    x, P and r are changed in place where locals merge; number is each track's, 0 for one that was
    never told. kept_track and kept_local name the old ones that are left, in their new order.
    """
    clusters = cluster_tracks.shape[0] - 1
    tracks = 0
    locals_ = 0
    count = 0
    entries = 0
    new_cluster_tracks[0] = 0
    new_track_locals[0] = 0
    new_cluster_rows[0] = 0
    new_choice_start[0] = 0
    factor = np.empty((6, 6))
    mass = np.zeros(x.shape[0])
    for c in range(clusters):
        low = cluster_tracks[c]
        width = cluster_tracks[c + 1] - low
        first = cluster_rows[c]
        n = cluster_rows[c + 1] - first
        rows = choice[choice_start[c] : choice_start[c + 1]].copy().reshape((n, width))
        weights = np.exp(log_weight[first : first + n])
        if n > 1:
            for g in range(n):
                for t in range(width):
                    if rows[g, t] >= 0:
                        mass[rows[g, t]] += weights[g]
            _join(rows, mass, x, P, number[low:], near2, factor)
            for t in range(width):
                _merge_locals(rows, t, mass, x, P, r, near2, factor)
            different = 0
            for g in range(n):
                same = -1
                for k in range(different):
                    if _same_rows(rows, k, g):
                        same = k
                        break
                if same >= 0:
                    weights[same] += weights[g]
                else:
                    weights[different] = weights[g]
                    rows[different] = rows[g]
                    different += 1
            order = np.argsort(-weights[:different], kind="mergesort")
            rows = rows[order]
            weights = weights[order]
            n = different
        # Write what is left; a track that was joined to another is in no row.
        begin = tracks
        for t in range(width):
            start = locals_
            for g in range(n):
                h = rows[g, t]
                if h < 0:
                    continue
                new = -1
                for k in range(start, locals_):
                    if kept_local[k] == h:
                        new = k
                if new < 0:
                    new = locals_
                    kept_local[new] = h
                    locals_ += 1
                rows[g, t] = new
            if locals_ > start:
                kept_track[tracks] = low + t
                tracks += 1
                new_track_locals[tracks] = locals_
        for g in range(n):
            for k in range(begin, tracks):
                new_choice[entries] = rows[g, kept_track[k] - low]
                entries += 1
            new_log_weight[count] = math.log(weights[g])
            count += 1
        new_cluster_tracks[c + 1] = tracks
        new_cluster_rows[c + 1] = count
        new_choice_start[c + 1] = entries
    return clusters, tracks, locals_


@kernel
def summarise(
    x: Floats, P: Floats, r: Floats, cluster_tracks: Integers, cluster_rows: Integers,
    log_weight: Floats, choice_start: Integers, choice: Integers, faintest: float,
    existence: Floats, mean: Floats, covariance: Floats, told: Truths,
) -> None:  # fmt: skip
    """Fill each track's existence, mean and covariance over all its hypotheses, and whom to tell.

    Of a cluster as many are told as it should hold objects, the surest first: where one of five is
    known to be gone but not which, each exists with 0.8, and there are four.
    """
    for c in range(cluster_tracks.shape[0] - 1):
        low = cluster_tracks[c]
        width = cluster_tracks[c + 1] - low
        n = cluster_rows[c + 1] - cluster_rows[c]
        at = choice_start[c]
        for t in range(width):
            total = 0.0
            for g in range(n):
                h = choice[at + g * width + t]
                if h < 0:
                    continue
                w = r[h] * math.exp(log_weight[cluster_rows[c] + g])
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
