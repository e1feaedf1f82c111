"""Compiled arithmetic of a raid's scan: predict, look, pair with plots, renew.

Local hypotheses lie in rows: means x (n, 6), covariances P (n, 6, 6), existence r (n,). A
sensor comes packed as one measurement (`launchwatch.estimation.measurement`), plots as rows
z (m, 4) sorted by range.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel
from launchwatch.earth._kernels import density, height
from launchwatch.estimation import _kernels_coast as coast
from launchwatch.estimation._kernels import RADAR_WITH_RATE, innovate

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Truths = NDArray[np.bool_]

BENT = 0.2
"""A prior is too wide for the Jacobian at its mean where the arc's height over its chord, σ²/2ρ,
exceeds this many sigmas of the range error: beyond, updates iterate."""


@kernel
def _normal_below(value: float) -> float:
    return 0.5 * math.erfc(-value * 0.7071067811865476)


AIR = 90e3
"""Height in metres below which air is felt: at 3 km/s it brakes a light body by 0.1 m/s² there."""

DRAG = 0.5 / 5000.0
"""Half over a ballistic coefficient of 5,000 kg/m², the median of what flies
(`launchwatch.tracking.models`)."""

DRAG_LASTS = 5.0
"""Seconds for which drag stays about what it is; falling at 2 km/s the density grows by a factor of
four in that time."""

STRONGEST = 10.0
"""m/s² that count at most. With noise for 280 m/s², tracks of false plots in low air take any
other, and GOSPA doubles. A body of median drag is followed down to 12 km all the same."""


@kernel
def predict(x: Floats, P: Floats, r: Floats, seconds: float, noise: float, survival: float) -> None:
    """Carry all hypotheses on in place; what lies underground by three sigmas is no more.

    Drag is not foreseen. In the air it stands as noise, as strong as it would be, so that what
    comes down is followed, if roughly.
    """
    work = np.empty((coast.WORK, 6))
    for h in range(x.shape[0]):
        up = height(x[h, 0], x[h, 1], x[h, 2])
        unsteady = noise
        if up < AIR:
            speed2 = x[h, 3] * x[h, 3] + x[h, 4] * x[h, 4] + x[h, 5] * x[h, 5]
            drag = min(DRAG * density(up) * speed2, STRONGEST)
            unsteady += drag * drag * DRAG_LASTS
        coast.predict(x[h], P[h], seconds, unsteady, work)
        r[h] *= survival
        up = height(x[h, 0], x[h, 1], x[h, 2])
        if up < 0.0:
            spread = math.sqrt(P[h, 0, 0] + P[h, 1, 1] + P[h, 2, 2])
            if up < -3.0 * spread:
                r[h] = 0.0


@kernel
def look(
    packed: Floats, limits: Floats, detection: float, x: Floats, P: Floats,
    zhat: Floats, L: Floats, U: Floats, size: Floats, seen: Floats, wide: Truths,
) -> int:  # fmt: skip
    """Fill what a sensor should see of each hypothesis; returns the number of rows of z.

    zhat (n, 4) the measurement foreseen, L (n, 4, 4) the factor of S = L·Lᵀ with inverse pivots on
    its diagonal, U (n, 4, 6) = L⁻¹·H·P, size (n,) the likelihood's ln constant, seen (n,) the
    detection probability inside `limits` (least elevation, greatest range), and whether a prior is
    too wide for one Jacobian.
    """
    H = np.empty((4, 6))
    y = np.empty(4)
    m = 0
    for h in range(x.shape[0]):
        m = innovate(packed, x[h], y, H)
        columns = 6 if packed[0] == RADAR_WITH_RATE else 3
        size[h] = -0.5 * m * math.log(2.0 * math.pi)
        around = 0.0
        for i in range(m):
            zhat[h, i] = packed[14 + i] - y[i]
            for a in range(6):
                total = 0.0
                for b in range(columns):
                    total += H[i, b] * P[h, b, a]
                U[h, i, a] = total
            for j in range(i + 1):
                total = 0.0
                for b in range(columns):
                    total += U[h, i, b] * H[j, b]
                L[h, i, j] = total
        edge = _normal_below(
            (zhat[h, 2] - limits[0]) / math.sqrt(L[h, 2, 2] + 1e-12)
        ) * _normal_below((limits[1] - zhat[h, 0]) / math.sqrt(L[h, 0, 0] + 1.0))
        seen[h] = detection * edge
        around = P[h, 0, 0] + P[h, 1, 1] + P[h, 2, 2] - L[h, 0, 0]
        wide[h] = around > 2.0 * BENT * zhat[h, 0] * packed[18]
        for i in range(m):
            L[h, i, i] += packed[18 + i] * packed[18 + i]
        for i in range(m):
            for j in range(i):
                total = L[h, i, j]
                for k in range(j):
                    total -= L[h, i, k] * L[h, j, k]
                L[h, i, j] = total * L[h, j, j]
            pivot = L[h, i, i]
            for k in range(i):
                pivot -= L[h, i, k] * L[h, i, k]
                for a in range(6):
                    U[h, i, a] -= L[h, i, k] * U[h, k, a]
            inverse = 1.0 / math.sqrt(pivot)
            L[h, i, i] = inverse
            size[h] += math.log(inverse)
            for a in range(6):
                U[h, i, a] *= inverse
    return m


@kernel
def _whiten(z: Floats, zhat: Floats, L: Floats, m: int, w: Floats) -> float:
    """Fill w = L⁻¹·(z - ẑ) and return its squared length."""
    length2 = 0.0
    for i in range(m):
        rest = z[i] - zhat[i]
        if i == 1:
            rest -= 2.0 * math.pi * math.floor((rest + math.pi) / (2.0 * math.pi))
        for k in range(i):
            rest -= L[i, k] * w[k]
        w[i] = rest * L[i, i]
        length2 += w[i] * w[i]
    return length2


@kernel
def pair(
    packed: Floats, z: Floats, gate2: float, log_density: float, least: float,
    x: Floats, P: Floats, r: Floats,
    zhat: Floats, L: Floats, size: Floats, seen: Floats, wide: Truths, m: int,
    owner: Integers, plot: Integers, weight: Floats, miss: Floats,
) -> int:  # fmt: skip
    """List which plots each hypothesis may own and how much for it speaks; returns how many pairs.

    owner and plot name the pairs, weight is ln of existence times detection times likelihood, miss
    (n,) ln of the chance that nothing was seen. Pairs that are `least` worse than a miss and a plot
    from elsewhere are left out. Where the three are too short nothing beyond them is written, and
    the count tells what was needed.
    """
    count = 0
    w = np.empty(4)
    work = np.empty((coast.WORK, 6))
    one = packed.copy()
    state = np.empty(6)
    covariance = np.empty((6, 6))
    total = z.shape[0]
    for h in range(x.shape[0]):
        miss[h] = math.log(1.0 - r[h] * seen[h])
        if not r[h] * seen[h] > 0.0:
            continue
        prior = math.log(r[h] * seen[h])
        reach = math.sqrt(gate2) / L[h, 0, 0]
        low, high = 0, total
        while low < high:
            middle = (low + high) // 2
            if z[middle, 0] < zhat[h, 0] - reach:
                low = middle + 1
            else:
                high = middle
        far = zhat[h, 0] + reach
        for j in range(low, total):
            if z[j, 0] > far:
                break
            length2 = _whiten(z[j], zhat[h], L[h], m, w)
            if wide[h]:
                if not length2 <= 4.0 * gate2:
                    continue
                for i in range(m):
                    one[14 + i] = z[j, i]
                for a in range(6):
                    state[a] = x[h, a]
                    for b in range(6):
                        covariance[a, b] = P[h, a, b]
                likelihood, length2 = coast.update(one, state, covariance, 1, work)
                if not length2 <= gate2:
                    continue
            elif not length2 <= gate2:
                continue
            else:
                likelihood = size[h] - 0.5 * length2
            if prior + likelihood - log_density - miss[h] < -least:
                continue
            if count < plot.shape[0]:
                owner[count] = h
                plot[count] = j
                weight[count] = prior + likelihood
            count += 1
    return count


@kernel
def renew(
    packed: Floats, z: Floats, parent: Integers, plot: Integers,
    x: Floats, P: Floats, zhat: Floats, L: Floats, U: Floats,
    wide: Truths, m: int, velocity: Floats, uncertainty: Floats, x_new: Floats, P_new: Floats,
) -> None:  # fmt: skip
    """Fill the new hypotheses: each from its parent and plot, -1 for none.

    Without a parent it is a birth: its place from the plot, its velocity as given for each plot
    with its covariance.
    """
    w = np.empty(4)
    work = np.empty((coast.WORK, 6))
    one = packed.copy()
    for h in range(parent.shape[0]):
        p = parent[h]
        j = plot[h]
        if j >= 0:
            for i in range(m):
                one[14 + i] = z[j, i]
        if p < 0:
            _bear(one, m, velocity[j], uncertainty[j], x_new[h], P_new[h])
            continue
        for a in range(6):
            x_new[h, a] = x[p, a]
            for b in range(6):
                P_new[h, a, b] = P[p, a, b]
        if j < 0:
            continue
        if wide[p]:
            coast.update(one, x_new[h], P_new[h], 4, work)
            continue
        _whiten(z[j], zhat[p], L[p], m, w)
        for a in range(6):
            for i in range(m):
                x_new[h, a] += U[p, i, a] * w[i]
            for b in range(a + 1):
                total = P_new[h, a, b]
                for i in range(m):
                    total -= U[p, i, a] * U[p, i, b]
                P_new[h, a, b] = total
                P_new[h, b, a] = total


@kernel
def _bear(
    packed: Floats, m: int, velocity: Floats, uncertainty: Floats, x: Floats, P: Floats
) -> None:
    """Fill the state that one plot tells: its place, and along the line its range rate."""
    distance, azimuth, elevation = packed[14], packed[15], packed[16]
    sa, ca = math.sin(azimuth), math.cos(azimuth)
    se, ce = math.sin(elevation), math.cos(elevation)
    # Rows: along the line, towards growing azimuth, towards growing elevation; with their errors.
    frame = np.empty((3, 3))
    for a in range(3):
        east, north, up = packed[5 + a], packed[8 + a], packed[11 + a]
        frame[0, a] = ce * (sa * east + ca * north) + se * up
        frame[1, a] = ca * east - sa * north
        frame[2, a] = ce * up - se * (sa * east + ca * north)
    s0 = packed[18]
    s1 = distance * ce * packed[19]
    s2 = distance * packed[20]
    for a in range(3):
        x[a] = packed[2 + a] + distance * frame[0, a]
        x[3 + a] = velocity[a]
        for b in range(3):
            P[a, b] = (
                s0 * s0 * frame[0, a] * frame[0, b]
                + s1 * s1 * frame[1, a] * frame[1, b]
                + s2 * s2 * frame[2, a] * frame[2, b]
            )
            P[a, 3 + b] = 0.0
            P[3 + a, b] = 0.0
            P[3 + a, 3 + b] = uncertainty[a, b]
    if m < 4:
        return
    # The line's own direction is uncertain: speed across it leaks into the rate.
    gain = np.empty(3)
    total = packed[21] * packed[21]
    rest = packed[17]
    for a in range(3):
        gain[a] = 0.0
        for b in range(3):
            gain[a] += uncertainty[a, b] * frame[0, b]
        total += gain[a] * frame[0, a]
        rest -= velocity[a] * frame[0, a]
    for i in range(1, 3):
        along = 0.0
        across2 = 0.0
        for a in range(3):
            along += velocity[a] * frame[i, a]
            for b in range(3):
                across2 += frame[i, a] * uncertainty[a, b] * frame[i, b]
        angle = packed[18 + i] * (ce if i == 1 else 1.0)
        total += angle * angle * (along * along + across2)
    for a in range(3):
        x[3 + a] += gain[a] * rest / total
        for b in range(3):
            P[3 + a, 3 + b] -= gain[a] * gain[b] / total
