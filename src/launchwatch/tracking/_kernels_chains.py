"""Compiled search for plots that one thing could have made, one after another.

Loose plots stand in columns, so that the many that lie elsewhere are passed over by one
comparison of numbers that lie side by side. The columns (rows of the array) are

===== =========================================================
0     seconds; infinite where the plot is used up
1     scan
2-4   position, ECEF metres
5     blur: one sigma of the position across the line of sight
6     range; 0 where there is none
7     range rate
8     sigma of the range
9     sigma of the range rate; negative where there is none
===== =========================================================
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

COLUMNS = 10


@kernel
def _is_link(early: Floats, late: Floats, fastest: float) -> bool:
    """Say whether one thing could have made both plots, the early one first."""
    seconds = late[0] - early[0]
    if seconds <= 0.0 or late[1] <= early[1]:
        return False
    # Four sigmas of either plot's cross-range error: one true pair in ten thousand is missed.
    reach = fastest * seconds + 4.0 * math.hypot(early[5], late[5])
    dx, dy, dz = late[2] - early[2], late[3] - early[3], late[4] - early[4]
    if dx * dx + dy * dy + dz * dz > reach * reach:
        return False
    if early[9] >= 0.0 and late[9] >= 0.0:
        implied = (late[6] - early[6]) / seconds
        # Acceleration along the line of up to 100 m/s² changes the rate between the two.
        slack = 100.0 * seconds + 4.0 * (1.5 * early[8] / seconds + early[9])
        return bool(abs(implied - 0.5 * (early[7] + late[7])) < slack)
    return True


@kernel
def _gather(
    columns: Floats,
    begin: int,
    end: int,
    new: Floats,
    fastest: float,
    rows: Floats,
    found: Integers,
) -> int:
    """Fill the loose plots that could come before a new one, newest first; returns how many."""
    count = 0
    for k in range(end - 1, begin - 1, -1):
        # Nothing comes nearer to a radar than it moves.
        reach = fastest * (new[0] - columns[0, k]) + 4.0 * (columns[5, k] + new[5])
        if not abs(new[6] - columns[6, k]) <= reach:
            continue
        for a in range(COLUMNS):
            rows[count, a] = columns[a, k]
        if _is_link(rows[count], new, fastest):
            found[count] = k
            count += 1
            if count == found.shape[0]:
                break
    return count


@kernel
def _bend(first: Floats, last: Floats, new: Floats, site: Floats, bending: float) -> float:
    """Give how far a chain is from straight, in squared sigmas; negative beyond five of them.

    Along the line of sight a radar measures far better than across it, so both are asked.
    """
    before, after = last[0] - first[0], new[0] - last[0]
    share = before / (before + after)
    u = np.empty(3)
    gap = np.empty(3)
    for a in range(3):
        gap[a] = last[2 + a] - (1.0 - share) * first[2 + a] - share * new[2 + a]
        u[a] = (last[2 + a] - site[a]) / last[6] if last[6] > 0.0 else 0.0
    bent = 0.5 * bending * before * after
    whole = gap[0] * gap[0] + gap[1] * gap[1] + gap[2] * gap[2]
    weights = ((1.0 - share) ** 2, 1.0, share**2)
    across = 0.0
    along = 0.0
    # A sharp range on a wide beam lies on a bowl, not on a plane: by so much at five sigmas.
    bowl = 0.0
    for k in range(3):
        row, weight = (first, last, new)[k], weights[k]
        across += weight * row[5] ** 2
        if last[6] > 0.0:
            cosine = 0.0
            for a in range(3):
                cosine += u[a] * (row[2 + a] - site[a]) / row[6]
            along += weight * (row[8] ** 2 + row[5] ** 2 * max(0.0, 1.0 - cosine * cosine))
            bowl += 12.5 * math.sqrt(weight) * row[5] ** 2 / row[6]
    if last[6] <= 0.0:
        return _squared(math.sqrt(whole), math.sqrt(across), bent)
    radial = abs(gap[0] * u[0] + gap[1] * u[1] + gap[2] * u[2])
    aside = math.sqrt(max(0.0, whole - radial * radial))
    one = _squared(radial, math.sqrt(along), bent + bowl)
    other = _squared(aside, math.sqrt(across), bent)
    return one + other if one >= 0.0 and other >= 0.0 else -1.0


@kernel
def _squared(gap: float, sigma: float, allowed: float) -> float:
    """Give a gap in squared sigmas, what is allowed being five of them; negative beyond."""
    if not gap < 5.0 * sigma + allowed:
        return -1.0
    return gap * gap / (sigma * sigma + 0.04 * allowed * allowed)


@kernel
def chains(
    columns: Floats,
    begin: int,
    end: int,
    new: Floats,
    site: Floats,
    fastest: float,
    bending: float,
    looks: int,
    rows: Floats,
    found: Integers,
    pairs: Integers,
    bends: Floats,
) -> int:
    """Fill the chains that a new plot completes, straightest first, then newest, then longest.

    Args: loose plots columns[:, begin:end]; the new one (10,); the radar's site (ECEF, m);
    the fastest thing (m/s) and the acceleration (m/s²) that bends five sigmas of chains;
    how many pairs are looked at, at most; room for plots within reach: rows (n, 10), found
    (n,). Fills pairs (k, 2), first and last of each chain, and bends (k,).

    Returns:
        How many chains were filled, at most k.
    """
    near = _gather(columns, begin, end, new, fastest, rows, found)
    count = 0
    most = bends.shape[0]
    for last in range(near):
        for first in range(near - 1, last, -1):
            if rows[first, 1] >= rows[last, 1] or rows[first, 0] >= rows[last, 0]:
                continue
            looks -= 1
            if looks < 0:
                return count
            if not _is_link(rows[first], rows[last], fastest):
                continue
            bend = _bend(rows[first], rows[last], new, site, bending)
            # As straight as nineteen in twenty true ones (chi-square, 3 degrees) is straight;
            # among those the longest chain from the newest last plot tells the speed best.
            bend = math.floor(bend / 7.8)
            if bend < 0.0 or (count == most and bend >= bends[most - 1]):
                continue
            if count < most:
                count += 1
            place = count - 1
            while place > 0 and bends[place - 1] > bend:
                bends[place] = bends[place - 1]
                pairs[place, 0], pairs[place, 1] = pairs[place - 1, 0], pairs[place - 1, 1]
                place -= 1
            bends[place] = bend
            pairs[place, 0], pairs[place, 1] = found[first], found[last]
    return count
