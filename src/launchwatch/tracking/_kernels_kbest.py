"""Compiled arithmetic of assignments: the best, and the next best, within one cluster.

Rows are tracks, columns plots; row i may also stay without a plot, which costs nothing and
is written as column `columns + i`. Costs are differences of minus-log weights; INFINITE
where a pair is not possible.
"""

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

INFINITE = 1e30


@kernel
def assign(
    cost: Floats, first: int, forbidden: Floats, chosen: Integers, u: Floats, v: Floats
) -> float:
    """Find the cheapest assignment of the rows from `first` on, the earlier ones as they are.

    Shortest augmenting paths with potentials (Jonker and Volgenant, 1987). `cost` is
    (rows, columns), `forbidden` (columns + 1) adds to the costs of row `first` (its last entry to
    staying without a plot), `chosen` (rows,) holds the earlier rows' columns and takes the rest.
    `u` (rows,) and `v` (columns + rows,) take the potentials. Returns the cost of the rows from
    `first` on, or INFINITE.
    """
    n, m = cost.shape
    wide = m + n
    owner = np.full(wide + 1, -1, dtype=np.int64)
    for j in range(wide):
        v[j] = 0.0
    taken = np.zeros(wide, dtype=np.bool_)
    for i in range(first):
        taken[chosen[i]] = True
    way = np.empty(wide, dtype=np.int64)
    least = np.empty(wide)
    used = np.empty(wide, dtype=np.bool_)
    for row in range(first, n):
        u[row] = 0.0
        for j in range(wide):
            least[j] = INFINITE
            used[j] = taken[j]
        i = row
        j0 = -1
        while True:
            best = INFINITE
            j1 = -1
            for j in range(m):
                if not used[j]:
                    step = cost[i, j] - u[i] - v[j]
                    if i == first:
                        step += forbidden[j]
                    if step < least[j]:
                        least[j] = step
                        way[j] = j0
                    if least[j] < best:
                        best = least[j]
                        j1 = j
            j = m + i
            if not used[j]:
                step = -u[i] - v[j]
                if i == first:
                    step += forbidden[m]
                if step < least[j]:
                    least[j] = step
                    way[j] = j0
            for k in range(n):
                j = m + k
                if not used[j] and least[j] < best:
                    best = least[j]
                    j1 = j
            if best >= 0.5 * INFINITE:
                return INFINITE
            # Potentials change by what the search has advanced.
            u[row] += best
            for j in range(wide):
                if used[j] and not taken[j]:
                    u[owner[j]] += best
                    v[j] -= best
                elif not used[j]:
                    least[j] -= best
            used[j1] = True
            j0 = j1
            if owner[j0] < 0:
                break
            i = owner[j0]
        while j0 >= 0:
            before = way[j0]
            if before < 0:
                owner[j0] = row
            else:
                owner[j0] = owner[before]
            j0 = before
    total: float = 0.0
    for j in range(wide):
        if owner[j] >= 0:
            i = owner[j]
            chosen[i] = j
            if j < m:
                total += cost[i, j]
            if i == first:
                total += forbidden[min(j, m)]
    if total >= 0.5 * INFINITE:
        return INFINITE
    return total
