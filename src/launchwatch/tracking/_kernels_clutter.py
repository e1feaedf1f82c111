"""How far off the k-th nearest of some remembered plots is."""

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel

Floats = NDArray[np.float64]


@kernel
def kth_nearest(
    times: NDArray[np.int64],
    points: Floats,
    time: int,
    window: int,
    point: Floats,
    scales: Floats,
    dims: int,
    is_direction: bool,
    nearest: Floats,
) -> float:
    """Give the distance of the k-th nearest plot within a window of time; infinity if none is.

    Args:
        times: (m,) nanoseconds of all plots; points: (m, 4) of them.
        time, point: of the one that is asked about; ``window``: nanoseconds either way.
        scales: (4,) units of distance; ``dims``: how many of the four count. The distance is the
            greatest of them, the second an angle that runs round; or where ``is_direction`` the
            chord between directions.
        nearest: (k,) room; the k nearest distances, rising, afterwards.
    """
    k = len(nearest)
    nearest[:] = np.inf
    for i in range(len(times)):
        if abs(times[i] - time) > window:
            continue
        away = 0.0
        for j in range(dims):
            offset = abs(points[i, j] - point[j])
            if is_direction:
                away += offset * offset
            else:
                if j == 1 and offset > np.pi:
                    offset = 2.0 * np.pi - offset
                away = max(away, offset / scales[j])
        if is_direction:
            away = np.sqrt(away)
        if away >= nearest[k - 1]:
            continue
        at = k - 1
        while at > 0 and nearest[at - 1] > away:
            nearest[at] = nearest[at - 1]
            at -= 1
        nearest[at] = away
    return float(nearest[k - 1])
