"""How far off the nearest of some remembered plots lie, and in how large a box."""

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel

Floats = NDArray[np.float64]


@kernel
def nearest_box(
    times: NDArray[np.int64],
    points: Floats,
    time: int,
    window: int,
    point: Floats,
    scales: Floats,
    dims: int,
    is_direction: bool,
    nearest: Floats,
    chosen: NDArray[np.int64],
    box: Floats,
) -> float:
    """Give the distance of the k-th nearest plot within a window of time; infinity if none is.

    Args:
        times: (m,) nanoseconds of all plots; points: (m, 4) of them.
        time, point: of the one that is asked about; ``window``: nanoseconds either way.
        scales: (4,) units of distance; ``dims``: how many of the four count. The distance is the
            greatest of them, the second an angle that runs round; or where ``is_direction`` the
            chord between directions.
        nearest, chosen: (k,) room; the k nearest distances, rising, and which plots they are,
            afterwards.
        box: (2, 4) room; the least and the greatest offset of these k from the point in each
            coordinate, afterwards, where ``k`` were found and it is no direction.
    """
    k = len(nearest)
    nearest[:] = np.inf
    for i in range(len(times)):
        if abs(times[i] - time) > window:
            continue
        away = 0.0
        for j in range(dims):
            offset = points[i, j] - point[j]
            if is_direction:
                away += offset * offset
            else:
                if j == 1:
                    offset = round_offset(offset)
                away = max(away, abs(offset) / scales[j])
        if is_direction:
            away = np.sqrt(away)
        if away >= nearest[k - 1]:
            continue
        at = k - 1
        while at > 0 and nearest[at - 1] > away:
            nearest[at], chosen[at] = nearest[at - 1], chosen[at - 1]
            at -= 1
        nearest[at], chosen[at] = away, i
    box[0], box[1] = np.inf, -np.inf
    if nearest[k - 1] < np.inf and not is_direction:
        for i in chosen:
            for j in range(dims):
                offset = points[i, j] - point[j]
                if j == 1:
                    offset = round_offset(offset)
                box[0, j] = min(box[0, j], offset)
                box[1, j] = max(box[1, j], offset)
    return float(nearest[k - 1])


@kernel
def round_offset(angle: float) -> float:
    """Bring the difference of two angles of 0 to 2π between -π and π."""
    if angle > np.pi:
        return angle - 2.0 * np.pi
    if angle < -np.pi:
        return angle + 2.0 * np.pi
    return angle
