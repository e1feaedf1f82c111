"""Compiled search for what has become independent: which tracks of a table no longer need it.

Two tracks share information if the rows that hold one's local say something of which local of
the other holds. Tracks that share none, directly or through others, may each have a table of
their own: a split loses about the information found, and later scans rank fewer rows.
Only pairs are asked. Hypotheses exclude one another pair by pair, so that three tracks should
hang together where no two of them do takes weights chosen for it.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@kernel
def parted(value: Floats, table: Indices, columns: Indices, locals_: int, most: float) -> Indices:
    """Give each column's part: the place in `columns` of its first member.

    Args:
        value: (G,) ln weight of each row, up to a constant, the highest first.
        table: (G, n) local of each row and track, or -1.
        columns: (d,) those to be parted.
        locals_: how many there are.
        most: mutual information, in nats, that one column may share with all the others.
    """
    height, count = len(value), len(columns)
    part = np.arange(count)
    if count == 1:
        return part
    share = np.empty(height)
    total = 0.0
    for s in range(height):
        share[s] = math.exp(value[s] - value[0])
        total += share[s]
    number = np.full(locals_, -1, np.int64)
    code = np.empty((count, height), np.int64)
    kinds = np.zeros(count, np.int64)
    alone = np.zeros((count, height + 1))
    for q in range(count):
        absent = -1
        for s in range(height):
            k = table[s, columns[q]]
            here = absent if k < 0 else number[k]
            if here < 0:
                here = kinds[q]
                kinds[q] += 1
                if k < 0:
                    absent = here
                else:
                    number[k] = here
            code[q, s] = here
            alone[q, here] += share[s] / total
    joint = np.zeros(height * height + 1)
    for q in range(count):
        for r in range(q):
            one, other = r, q
            while part[one] != one:
                one = part[one]
            while part[other] != other:
                other = part[other]
            if one == other:
                continue
            width = kinds[r]
            for s in range(height):
                joint[code[q, s] * width + code[r, s]] += share[s] / total
            information = 0.0
            for s in range(height):
                at = code[q, s] * width + code[r, s]
                if joint[at] > 0.0:
                    apart = alone[q, code[q, s]] * alone[r, code[r, s]]
                    information += joint[at] * math.log(joint[at] / apart)
                    joint[at] = 0.0
            # Many little shares add up: the 40 tracks of one plot hang together by less than that.
            if information > most / (count - 1):
                part[max(one, other)] = min(one, other)
    for q in range(count):
        part[q] = part[part[q]]
    return part
