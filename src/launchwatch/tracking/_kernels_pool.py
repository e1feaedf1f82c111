"""Compiled search for plots of several sensors that one thing could have made.

Rows are those of `launchwatch.tracking._kernels_chains`, and then

===== =========================================================
10    sensor, by its number
11-13 unit vector from the sensor along the line to the plot
14    1 where the sensor's clock may be seconds wrong, else 0
===== =========================================================

A line of sight (range 0) stands for a place anywhere along it, from where it meets the Earth
(the row's position) towards the sensor.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.tracking._kernels_chains import COLUMNS, _is_link, _squared

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

POOLED = COLUMNS + 5


@kernel
def _gap(early: Floats, late: Floats) -> float:
    """Give how near to each other two plots of different sensors can be, metres.

    Infinite where that would be behind the Earth, as seen along a line of sight.
    """
    w = np.empty(3)
    for a in range(3):
        w[a] = late[2 + a] - early[2 + a]
    if early[6] > 0.0 and late[6] > 0.0:
        return math.sqrt(w[0] * w[0] + w[1] * w[1] + w[2] * w[2])
    if early[6] > 0.0 or late[6] > 0.0:
        line = late if early[6] > 0.0 else early
        sign = -1.0 if early[6] > 0.0 else 1.0
        along = sign * (w[0] * line[11] + w[1] * line[12] + w[2] * line[13])
        whole = w[0] * w[0] + w[1] * w[1] + w[2] * w[2]
        # Beyond the point where the line meets the ground it is only as near as that point.
        return math.sqrt(max(whole - min(along, 0.0) ** 2, 0.0))
    ex, ey, ez = early[11], early[12], early[13]
    lx, ly, lz = late[11], late[12], late[13]
    nx, ny, nz = ey * lz - ez * ly, ez * lx - ex * lz, ex * ly - ey * lx
    n2 = nx * nx + ny * ny + nz * nz
    whole = math.sqrt(w[0] * w[0] + w[1] * w[1] + w[2] * w[2])
    if n2 < 1e-6:
        return whole
    # Where along each line they are nearest: positive is beneath the ground.
    one = ((w[1] * lz - w[2] * ly) * nx + (w[2] * lx - w[0] * lz) * ny
           + (w[0] * ly - w[1] * lx) * nz) / n2  # fmt: skip
    other = ((w[1] * ez - w[2] * ey) * nx + (w[2] * ex - w[0] * ez) * ny
             + (w[0] * ey - w[1] * ex) * nz) / n2  # fmt: skip
    if one > 0.0 and other > 0.0:
        return whole
    return float(abs(w[0] * nx + w[1] * ny + w[2] * nz) / math.sqrt(n2))


@kernel
def _could_follow(early: Floats, late: Floats, fastest: float) -> bool:
    """Say whether one thing could have made both plots, the early one first."""
    if early[10] == late[10]:
        return bool(_is_link(early, late, fastest))
    seconds = late[0] - early[0]
    if not seconds > 0.0:
        return False
    # Two radars tell a thing's speed from seconds that may not have passed; a line of sight is
    # not as sharp.
    if early[6] > 0.0 and late[6] > 0.0 and early[14] + late[14] > 0.0:
        return False
    return bool(_gap(early, late) <= fastest * seconds + 4.0 * math.hypot(early[5], late[5]))


@kernel
def _bend(first: Floats, last: Floats, new: Floats, bending: float) -> float:
    """Give how far a chain is from straight, in squared sigmas; negative beyond five of them.

    Only across the lines of sight in it: along them nothing is known.
    """
    before, after = last[0] - first[0], new[0] - last[0]
    share = before / (before + after)
    gap = np.empty(3)
    for a in range(3):
        gap[a] = last[2 + a] - (1.0 - share) * first[2 + a] - share * new[2 + a]
    weights = ((1.0 - share) ** 2, 1.0, share**2)
    variance = 0.0
    basis = np.zeros((2, 3))
    count = 0
    for k in range(3):
        row = (first, last, new)[k]
        variance += weights[k] * row[5] ** 2
        if row[6] > 0.0 or count == 2:
            continue
        # One line's direction, and what of another's is across it.
        d0, d1, d2 = row[11], row[12], row[13]
        if count == 1:
            along = d0 * basis[0, 0] + d1 * basis[0, 1] + d2 * basis[0, 2]
            d0, d1, d2 = (
                d0 - along * basis[0, 0], d1 - along * basis[0, 1], d2 - along * basis[0, 2],
            )  # fmt: skip
        length = math.sqrt(d0 * d0 + d1 * d1 + d2 * d2)
        if length < 1e-3:
            continue
        basis[count, 0], basis[count, 1], basis[count, 2] = d0 / length, d1 / length, d2 / length
        count += 1
    for k in range(count):
        along = gap[0] * basis[k, 0] + gap[1] * basis[k, 1] + gap[2] * basis[k, 2]
        for a in range(3):
            gap[a] -= along * basis[k, a]
    whole = math.sqrt(gap[0] * gap[0] + gap[1] * gap[1] + gap[2] * gap[2])
    return _squared(whole, math.sqrt(variance), 0.5 * bending * before * after)


@kernel
def pooled_chains(
    columns: Floats,
    new: Floats,
    fastest: float,
    bending: float,
    span: float,
    looks: int,
    rows: Floats,
    found: Integers,
    pairs: Integers,
    bends: Floats,
) -> int:
    """Fill the chains of two sensors or three that a new plot completes, straightest first.

    Args: pooled plots (POOLED, n), infinitely late where there is none; the new one; the
    fastest thing (m/s), the acceleration (m/s²) that bends five sigmas of chains, the longest
    chain (s); how many pairs are looked at, at most; room for plots within reach: rows
    (m, POOLED), found (m,). Fills pairs (k, 2), first and last of each chain, and bends (k,).

    Returns:
        How many chains were filled, at most k.
    """
    near = 0
    for k in range(columns.shape[1]):
        seconds = new[0] - columns[0, k]
        if not 0.0 < seconds <= span:
            continue
        for a in range(POOLED):
            rows[near, a] = columns[a, k]
        if _could_follow(rows[near], new, fastest):
            found[near] = k
            near += 1
            if near == found.shape[0]:
                break
    count, most = 0, bends.shape[0]
    for first in range(near):
        for last in range(near):
            early, late = rows[first], rows[last]
            if not early[0] < late[0] or (early[10] == late[10] and late[10] == new[10]):
                continue
            if early[10] == new[10] and early[1] >= new[1]:
                continue
            looks -= 1
            if looks < 0:
                return count
            if not _could_follow(early, late, fastest):
                continue
            bend = _bend(early, late, new, bending)
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
