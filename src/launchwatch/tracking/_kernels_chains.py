"""Compiled search for plots that one thing could have made, one after another."""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel

Floats = NDArray[np.float64]


@kernel
def links(loose: Floats, new: Floats, fastest: float, out: Floats) -> None:
    """Fill 1 for each loose plot that could come before a new one, made by the same thing.

    Rows hold seconds, scan, position (ECEF, metres), its blur (m), range, range rate and
    their sigmas; a negative sigma of the rate says that there is none.
    """
    for k in range(loose.shape[0]):
        out[k] = 0.0
        seconds = new[0] - loose[k, 0]
        if new[1] <= loose[k, 1] or seconds <= 0.0:
            continue
        # Four sigmas of either plot's cross-range error: one true pair in ten thousand is missed.
        slack = 4.0 * math.hypot(loose[k, 5], new[5])
        dx, dy, dz = new[2] - loose[k, 2], new[3] - loose[k, 3], new[4] - loose[k, 4]
        reach = fastest * seconds + slack
        if dx * dx + dy * dy + dz * dz > reach * reach:
            continue
        if loose[k, 9] >= 0.0 and new[9] >= 0.0:
            implied = (new[6] - loose[k, 6]) / seconds
            # Acceleration along the line of up to 100 m/s² changes the rate between the two.
            slack = 100.0 * seconds + 4.0 * (1.5 * loose[k, 8] / seconds + loose[k, 9])
            if not abs(implied - 0.5 * (loose[k, 7] + new[7])) < slack:
                continue
        out[k] = 1.0
