"""Compiled search for the likeliest ways in which tracks could have made plots.

One assignment problem: n tracks, m plots, and pairs with a gain, the ln of how much likelier
the pair is than a track missed and a plot that came from something new. A track takes one
plot or none, a plot goes to one track or none, and the value is the sum of the gains.

The dual of its linear programme prices plots at v ≥ 0 and leaves tracks a profit u ≥ 0 with
u + v ≥ gain for each pair. Then *every* assignment is worth the optimum less its reduced
costs: u + v - gain for a pair taken, u for a track missed, v for a plot left. None of these
is negative, so a walk through what deviates from the optimum may stop wherever its costs exceed
the span, meets little besides what it looks for, and needs no further assignment problem,
unlike Murty's ranking, which solves one or more for each answer.

Source: the duals by shortest augmenting paths, Jonker and Volgenant, Computing 38 (1987) 325;
reduced costs as exact differences from the optimum are linear programming's own.
"""

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

STEPS = 200_000
"""Nodes that one ranking visits at most, about 6 ms: only dozens of things too close to be told
apart come near. Where it is reached, the answers are those near the best, without a gap."""

TIE = 2e-9
"""Answers whose values differ by less are equals: the first found is kept. Rounding is below it."""

UNDECIDED = -2


@kernel
def assign(
    begin: Indices,
    end: Indices,
    plot_of: Indices,
    gain: Floats,
    taken: Indices,
    price: Floats,
    profit: Floats,
) -> float:
    """Fill the best assignment and the duals that prove it; give its value.

    Args:
        begin, end: (n,) where each track's pairs lie in the two that follow.
        plot_of, gain: of each pair.
        taken: (n,) filled with the pair that each track takes, or -1.
        price, profit: (m,) and (n,) filled with the duals of plots and tracks.
    """
    n, m = len(begin), len(price)
    owner = np.full(m, -1, np.int64)
    via = np.empty(m, np.int64)
    source = np.empty(m, np.int64)
    distance = np.empty(m)
    closed = np.empty(m, np.bool_)
    price[:] = 0.0
    taken[:] = -1
    for newcomer in range(n):
        distance[:] = np.inf
        closed[:] = False
        row, reached = newcomer, 0.0
        worth = 0.0
        for e in range(begin[row], end[row]):
            worth = max(worth, gain[e] - price[plot_of[e]])
        finish, loser, free = np.inf, -1, -1
        while True:
            if reached + worth < finish:
                finish, loser = reached + worth, row
            for e in range(begin[row], end[row]):
                k = plot_of[e]
                length = reached + worth - (gain[e] - price[k])
                if not closed[k] and length < distance[k]:
                    distance[k], via[k], source[k] = length, e, row
            nearest = -1
            for k in range(m):
                if not closed[k] and (nearest < 0 or distance[k] < distance[nearest]):
                    nearest = k
            if nearest < 0 or not distance[nearest] < finish:
                break
            closed[nearest] = True
            reached = distance[nearest]
            if owner[nearest] < 0:
                finish, free = reached, nearest
                break
            row = owner[nearest]
            worth = gain[taken[row]] - price[nearest]
        for k in range(m):
            if closed[k]:
                price[k] += finish - distance[k]
        k = free
        if free < 0:
            k = plot_of[taken[loser]] if taken[loser] >= 0 else -1
            taken[loser] = -1
        while k >= 0:
            row = source[k]
            before = plot_of[taken[row]] if taken[row] >= 0 else -1
            taken[row], owner[k] = via[k], row
            k = before if row != newcomer else -1
    value = 0.0
    for i in range(n):
        profit[i] = 0.0
        if taken[i] >= 0:
            profit[i] = max(0.0, gain[taken[i]] - price[plot_of[taken[i]]])
            value += gain[taken[i]]
    return value


@kernel
def descending(value: Floats, count: int) -> Indices:
    """Give the order of the first `count` values, highest first, equals as they stand."""
    order = np.arange(count)
    other = np.empty(count, np.int64)
    width = 1
    while width < count:
        for low in range(0, count, 2 * width):
            middle, high = min(low + width, count), min(low + 2 * width, count)
            a, b = low, middle
            for at in range(low, high):
                if a < middle and (b >= high or value[order[a]] >= value[order[b]]):
                    other[at] = order[a]
                    a += 1
                else:
                    other[at] = order[b]
                    b += 1
        order, other = other, order
        width *= 2
    return order


@kernel
def keep_best(value: Floats, origin: Indices, taken: Indices, count: int, most: int) -> int:
    """Move the `most` best of `count` answers to the front, best first; give how many there are."""
    order = descending(value, count)
    kept = min(count, most)
    n = taken.shape[1]
    values = np.empty(kept)
    origins = np.empty(kept, np.int64)
    pairs = np.empty((kept, n), np.int64)
    for s in range(kept):
        values[s], origins[s] = value[order[s]], origin[order[s]]
        for i in range(n):
            pairs[s, i] = taken[order[s], i]
    for s in range(kept):
        value[s], origin[s] = values[s], origins[s]
        for i in range(n):
            taken[s, i] = pairs[s, i]
    return kept


@kernel
def insert(
    choices: Indices,
    costs: Floats,
    start: Indices,
    filled: Indices,
    q: int,
    choice: int,
    cost: float,
) -> None:
    """Put a choice into list q, cheapest first; of equals the earlier one stays first."""
    at = filled[q]
    while at > start[q] and costs[at - 1] > cost:
        choices[at], costs[at] = choices[at - 1], costs[at - 1]
        at -= 1
    choices[at], costs[at] = choice, cost
    filled[q] += 1


@kernel
def walk(
    p: int,
    begin: Indices,
    end: Indices,
    plot_of: Indices,
    gain: Floats,
    base: float,
    optimum: float,
    best: Indices,
    price: Floats,
    profit: Floats,
    most: int,
    threshold: float,
    count: int,
    steps: int,
    limit: int,
    value: Floats,
    origin: Indices,
    taken: Indices,
) -> tuple[int, float, int]:
    """Add every assignment of one prior that is worth the threshold; a full list raises it.

    Tracks are decided in order; but where one takes a plot that is another's in the best
    assignment, that other is decided next, and then who takes what the first one left. So a
    chain of exchanges is closed before the next begins, and one that cannot be closed
    cheaply is given up at once.

    Gives how many answers there are now, the threshold and the nodes visited.
    """
    n, m = len(begin), len(price)
    # What each track may take (a pair), and who may take each plot (a track), cheapest first;
    # -1 is nothing and nobody.
    start = np.zeros(n + m + 1, np.int64)
    owner = np.full(m, -1, np.int64)
    for i in range(n):
        start[i + 1] = 1 + end[i] - begin[i]
        for e in range(begin[i], end[i]):
            start[n + 1 + plot_of[e]] += 1
        if best[i] >= 0:
            owner[plot_of[best[i]]] = i
    filled = np.empty(n + m, np.int64)
    for q in range(n + m):
        start[q + 1] += start[q] + (q >= n)
        filled[q] = start[q]
    choices = np.empty(start[n + m], np.int64)
    costs = np.empty(start[n + m])
    for i in range(n):
        # The best assignment's choice comes first among those without a cost.
        insert(choices, costs, start, filled, i, best[i], 0.0)
        if best[i] >= 0:
            insert(choices, costs, start, filled, i, -1, profit[i])
        for e in range(begin[i], end[i]):
            cost = max(0.0, profit[i] + price[plot_of[e]] - gain[e])
            if e != best[i]:
                insert(choices, costs, start, filled, i, e, cost)
            insert(choices, costs, start, filled, n + plot_of[e], i, cost)
    for k in range(m):
        insert(choices, costs, start, filled, n + k, -1, price[k])

    chosen = np.full(n, UNDECIDED, np.int64)
    busy = np.zeros(m, np.bool_)
    # At each depth: whom it decides (a track, or n and a plot), the next choice, the costs so far,
    # what the last choice settled (a track, a plot, or -1), the plot that was left before it, and
    # from where on tracks may be undecided.
    who = np.empty(n + m + 1, np.int64)
    place = np.empty(n + m + 1, np.int64)
    spent = np.empty(n + m + 1)
    settled = np.empty((2, n + m + 1), np.int64)
    left = np.empty(n + m + 1, np.int64)
    sought = np.zeros(n + m + 2, np.int64)
    depth, displaced, free = 0, -1, -1
    spent[0] = 0.0
    opening = True
    while depth >= 0 and steps < limit:
        steps += 1
        if opening:
            opening = False
            settled[0, depth] = settled[1, depth] = -1
            if displaced >= 0:
                who[depth] = displaced
            elif free >= 0:
                who[depth] = n + free
                free = -1
            else:
                while sought[depth] < n and chosen[sought[depth]] != UNDECIDED:
                    sought[depth] += 1
                if sought[depth] == n:
                    # Summed anew: the costs of a long chain would add up their rounding.
                    worth = base
                    for i in range(n):
                        if chosen[i] >= 0:
                            worth += gain[chosen[i]]
                    if worth >= threshold:
                        value[count], origin[count] = worth, p
                        for i in range(n):
                            taken[count, i] = chosen[i]
                        count += 1
                        if count == len(value):
                            # Later ones must be better: of equals the first found are kept.
                            count = keep_best(value, origin, taken, count, most)
                            threshold = value[count - 1] + TIE
                    depth -= 1
                    continue
                who[depth] = sought[depth]
            left[depth] = free
            place[depth] = start[who[depth]]
        if settled[0, depth] >= 0:
            chosen[settled[0, depth]] = UNDECIDED
        if settled[1, depth] >= 0:
            busy[settled[1, depth]] = False
        settled[0, depth] = settled[1, depth] = -1
        at = place[depth]
        slack = optimum - threshold + 0.5 * TIE - spent[depth]
        if at == start[who[depth] + 1] or costs[at] > slack:
            depth -= 1
            continue
        place[depth] += 1
        free, displaced = left[depth], -1
        if who[depth] < n:
            i, e = who[depth], choices[at]
            k = plot_of[e] if e >= 0 else -1
            if k >= 0 and busy[k]:
                continue
            own = plot_of[best[i]] if best[i] >= 0 else -1
            if k >= 0 and k == free:
                free = -1
            elif k >= 0 and owner[k] >= 0 and owner[k] != i:
                displaced = owner[k]
            if own >= 0 and own != k and not busy[own]:
                free = own
        else:
            i, k = choices[at], who[depth] - n
            e = -1
            if i >= 0:
                if chosen[i] != UNDECIDED:
                    continue
                for q in range(begin[i], end[i]):
                    if plot_of[q] == k:
                        e = q
                free = plot_of[best[i]] if best[i] >= 0 else -1
        if i >= 0:
            chosen[i] = e
        if k >= 0:
            busy[k] = True
        settled[0, depth], settled[1, depth] = i, k
        spent[depth + 1] = spent[depth] + costs[at]
        sought[depth + 1] = sought[depth]
        depth += 1
        opening = True
    return count, threshold, steps


@kernel
def rank(
    base: Floats,
    begin: Indices,
    end: Indices,
    plot_of: Indices,
    gain: Floats,
    plots: int,
    most: int,
    span: float,
) -> tuple[int, Floats, Indices, Indices]:
    """Give the best assignments over all priors, best first: how many, value, prior, pairs.

    Args:
        base: (P,) ln weight of each prior before any pair is taken.
        begin, end: (P, n) where the pairs of each track lie under each prior.
        plot_of, gain: of each pair.
        plots: how many there are.
        most: answers at most.
        span: how far below the best an answer's value may lie.

    Returns:
        The number of answers, and their value (at least so many), prior (as many) and pairs
        (as many, n), -1 where a track takes none. Of equals, the first prior and the first
        pairs come first.
    """
    priors, n = begin.shape
    price = np.empty((priors, plots))
    profit = np.empty((priors, n))
    optimum = np.empty(priors)
    first = np.empty((priors, n), np.int64)
    best = -np.inf
    for p in range(priors):
        bound = base[p]
        for i in range(n):
            most_gain = 0.0
            for e in range(begin[p, i], end[p, i]):
                most_gain = max(most_gain, gain[e])
            bound += most_gain
        optimum[p] = -np.inf
        if bound >= best - span:
            optimum[p] = base[p] + assign(
                begin[p], end[p], plot_of, gain, first[p], price[p], profit[p]
            )
            best = max(best, optimum[p])
    capacity = 2 * most + 2
    value = np.empty(capacity)
    origin = np.empty(capacity, np.int64)
    taken = np.empty((capacity, n), np.int64)
    near_value, near_origin, near_taken = value, origin, taken
    winner = 0
    for p in range(priors):
        if optimum[p] > optimum[winner]:
            winner = p
    count, steps = 0, 0
    reach, limit = span, 2000 + 20 * most
    known = 0
    while most > 1:
        count, threshold = 0, best - reach
        for p in range(priors):
            if optimum[p] >= threshold:
                count, threshold, steps = walk(
                    p, begin[p], end[p], plot_of, gain, base[p], optimum[p], first[p], price[p],
                    profit[p], most, threshold, count, steps, limit, value, origin, taken,
                )  # fmt: skip
        if steps < limit:
            if count >= most or reach >= span:
                break
            # All that is so near the best, but not yet enough: note it, and go on twice as far.
            known = keep_best(value, origin, taken, count, most)
            near_value, near_origin, near_taken = value.copy(), origin.copy(), taken.copy()
            reach *= 2.0
        elif limit < STEPS:
            # There is so much within the span that it must be looked for from the best outwards.
            reach, limit = min(0.5, span), steps + STEPS
        else:
            if known > 0:
                count, value, origin, taken = known, near_value, near_origin, near_taken
            break
    if count == 0:
        count = 1
        value[0], origin[0] = optimum[winner], winner
        for i in range(n):
            taken[0, i] = first[winner, i]
    return keep_best(value, origin, taken, count, most), value, origin, taken
