"""Compiled arithmetic of evidence: many Gaussians of one thing's motion, put to its plots.

Each row is one way in which something may move: position, velocity and acceleration in a level
frame (m, s), every axis a Singer process, and perhaps a burnout, after which nothing but its
weight is left. Everything is linear, so that the weights, ln of the plots' density, are exact.

Source: Singer (1970), IEEE Transactions on Aerospace and Electronic Systems 6(4); the closed
forms of its noise: Bar-Shalom, Li and Kirubarajan (2001), section 8.2.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel

Floats = NDArray[np.float64]

LASTS, LASTS_UP, PULL2, PULL2_UP, BURNOUT, SPREAD, BEGINS, ECHOES, SHINES, STRANGE = range(10)
"""Columns of a way: seconds that its level and its vertical acceleration last, their variances,
seconds from the first plot to burnout and their spread, the plot it begins with, whether it is
seen by radar and by infrared, and ln of how readily a plot is another's."""

COLUMNS = 10

UPRIGHT, STEEP = 30.0, 1.73
"""What climbs by more (m/s) than this and 60 degrees' worth of its level speed stands on its
tail; helicopters climb at 15 m/s."""

_WEIGHT = -9.7
"""Acceleration of what coasts through the upper air, m/s², upwards."""

_AIR2 = 1.0
"""Variance of what drag adds to it, (m/s²)²: little above 15 km."""

_AIR_LASTS = 30.0


@kernel
def weigh_plot(
    plot: int,
    age: float,
    seconds: float,
    H: Floats,
    z: Floats,
    variance: Floats,
    turning: float,
    false: float,
    is_line: bool,
    ways: Floats,
    means: Floats,
    covariances: Floats,
    weights: Floats,
) -> None:
    """Put one plot to all ways, in place.

    Args: how many plots came before; seconds from the first plot to the one before this, and
    from there to this; rows (m, 6) of what it measures of position and velocity, z (m,) and
    variance (m,); the variance of its direction, by which a speed across turns into range
    rate (the last row of four); ln density of false plots over the probability of detection;
    whether it is a line of sight. Ways (n, 10), means (n, 9), covariances (n, 9, 9) and
    weights (n,).
    """
    m = z.shape[0]
    x = np.empty(9)
    P = np.empty((9, 9))
    gain = np.empty(9)
    for j in range(ways.shape[0]):
        if weights[j] == -np.inf:
            continue
        if plot < ways[j, BEGINS]:
            weights[j] += false
            continue
        if plot > ways[j, BEGINS] and seconds > 0.0:
            _carry(ways[j], age, seconds, means[j], covariances[j])
        if is_line:
            seen = ways[j, SHINES] > 0.0 and age + seconds <= ways[j, BURNOUT] + ways[j, SPREAD]
        else:
            seen = ways[j, ECHOES] > 0.0
        another = false + ways[j, STRANGE]
        begins = plot == ways[j, BEGINS]
        if not seen:
            # What it cannot have begun with, it did not begin with.
            weights[j] += -np.inf if begins else another
            continue
        for a in range(9):
            x[a] = means[j, a]
            for b in range(9):
                P[a, b] = covariances[j, a, b]
        found = 0.0
        for i in range(m):
            r = variance[i]
            if i == 3:
                along = 0.0
                whole = 0.0
                for a in range(3):
                    along += H[3, 3 + a] * x[3 + a]
                    whole += x[3 + a] * x[3 + a]
                r += turning * max(whole - along * along, 0.0)
            y = z[i]
            S = r
            for a in range(9):
                total = 0.0
                for b in range(6):
                    total += P[a, b] * H[i, b]
                gain[a] = total
            for a in range(6):
                y -= H[i, a] * x[a]
                S += H[i, a] * gain[a]
            found -= 0.5 * (y * y / S + math.log(2.0 * math.pi * S))
            for a in range(9):
                x[a] += gain[a] * y / S
                for b in range(9):
                    P[a, b] -= gain[a] * gain[b] / S
        # A later plot may be another's; whichever is likelier decides where the way goes on.
        if found < another and not begins:
            weights[j] += another
            continue
        weights[j] += found
        for a in range(9):
            means[j, a] = x[a]
            for b in range(9):
                covariances[j, a, b] = P[a, b]


@kernel
def _carry(way: Floats, age: float, seconds: float, x: Floats, P: Floats) -> None:
    """Carry one way ahead, over its burnout where that lies between."""
    burnout = way[BURNOUT]
    if age >= burnout:
        _move(seconds, _AIR_LASTS, _AIR_LASTS, _AIR2, _AIR2, _WEIGHT, x, P)
        return
    if age + seconds < burnout:
        _move(seconds, way[LASTS], way[LASTS_UP], way[PULL2], way[PULL2_UP], 0.0, x, P)
        return
    _move(burnout - age, way[LASTS], way[LASTS_UP], way[PULL2], way[PULL2_UP], 0.0, x, P)
    spread2 = way[SPREAD] * way[SPREAD]
    lost = np.empty(3)
    for a in range(3):
        lost[a] = x[6 + a] - (_WEIGHT if a == 2 else 0.0)
    for a in range(3):
        for b in range(3):
            P[3 + a, 3 + b] += spread2 * (lost[a] * lost[b] + P[6 + a, 6 + b])
    for a in range(3):
        x[6 + a] = _WEIGHT if a == 2 else 0.0
        for b in range(9):
            P[6 + a, b] = 0.0
            P[b, 6 + a] = 0.0
        P[6 + a, 6 + a] = _AIR2
    _move(age + seconds - burnout, _AIR_LASTS, _AIR_LASTS, _AIR2, _AIR2, _WEIGHT, x, P)


@kernel
def _move(
    T: float,
    lasts: float,
    lasts_up: float,
    pull2: float,
    pull2_up: float,
    rest_up: float,
    x: Floats,
    P: Floats,
) -> None:
    """Carry a state ahead; the vertical acceleration comes to rest at a value."""
    x[8] -= rest_up
    for a in range(3):
        f, g, e, _, _, _, _, _, _ = _singer(T, lasts_up if a == 2 else lasts)
        x[a] += T * x[3 + a] + f * x[6 + a]
        x[3 + a] += g * x[6 + a]
        x[6 + a] *= e
        for b in range(9):
            P[a, b] += T * P[3 + a, b] + f * P[6 + a, b]
            P[3 + a, b] += g * P[6 + a, b]
            P[6 + a, b] *= e
    # What the gravity of a coasting body at rest has done meanwhile.
    x[2] += 0.5 * rest_up * T * T
    x[5] += rest_up * T
    x[8] += rest_up
    for a in range(3):
        f, g, e, q11, q12, q13, q22, q23, q33 = _singer(T, lasts_up if a == 2 else lasts)
        for b in range(9):
            P[b, a] += T * P[b, 3 + a] + f * P[b, 6 + a]
            P[b, 3 + a] += g * P[b, 6 + a]
            P[b, 6 + a] *= e
        s = pull2_up if a == 2 else pull2
        P[a, a] += s * q11
        P[a, 3 + a] += s * q12
        P[3 + a, a] += s * q12
        P[a, 6 + a] += s * q13
        P[6 + a, a] += s * q13
        P[3 + a, 3 + a] += s * q22
        P[3 + a, 6 + a] += s * q23
        P[6 + a, 3 + a] += s * q23
        P[6 + a, 6 + a] += s * q33


@kernel
def _singer(
    T: float, lasts: float
) -> tuple[float, float, float, float, float, float, float, float, float]:
    """Give how an acceleration that fades moves place and speed, and its noise for variance 1."""
    u = T / lasts
    e = math.exp(-u)
    if u < 0.02:
        # The closed forms cancel here; what they leave out is a part in fifty of the noise.
        n = 2.0 / lasts
        return (
            0.5 * T * T * (1.0 - u / 3.0), T * (1.0 - 0.5 * u), e,
            n * T**5 / 20.0, n * T**4 / 8.0, n * T**3 / 6.0, n * T**3 / 3.0, n * T * T / 2.0, n * T,
        )  # fmt: skip
    l2 = lasts * lasts
    return (
        l2 * (u - 1.0 + e),
        lasts * (1.0 - e),
        e,
        l2 * l2 * (1.0 - e * e + 2.0 * u + 2.0 * u**3 / 3.0 - 2.0 * u * u - 4.0 * u * e),
        l2 * lasts * (e * e + 1.0 - 2.0 * e + 2.0 * u * e - 2.0 * u + u * u),
        l2 * (1.0 - e * e - 2.0 * u * e),
        l2 * (4.0 * e - 3.0 - e * e + 2.0 * u),
        lasts * (e * e + 1.0 - 2.0 * e),
        1.0 - e * e,
    )


@kernel
def kept_within(limits: Floats, means: Floats, covariances: Floats, out: Floats) -> None:
    """Give ln of the probability that ways (n,) keep to their limits (n, 5).

    Limits are the greatest height, speed and climb, the least height, and which share of all
    stand on their tails. By the one that is farthest beyond: together they are no likelier.
    """
    for j in range(limits.shape[0]):
        x = means[j]
        P = covariances[j]
        share = _below(limits[j, 0], x[2], P[2, 2])
        share = min(share, _below(limits[j, 2], x[5], P[5, 5]))
        share = min(share, _below(-limits[j, 3], -x[2], P[2, 2]))
        speed = math.sqrt(x[3] * x[3] + x[4] * x[4] + x[5] * x[5])
        spread = 0.0
        for a in range(3):
            for b in range(3):
                spread += x[3 + a] * P[3 + a, 3 + b] * x[3 + b]
        share = min(share, _below(limits[j, 1], speed, spread / max(speed * speed, 1.0)))
        out[j] = math.log(max(share, 1e-300))
        # By the level speed that it may have at most, if it is little known.
        level = math.sqrt(x[3] * x[3] + x[4] * x[4] + P[3, 3] + P[4, 4])
        out[j] += math.log(max(_below(UPRIGHT + STEEP * level, x[5], P[5, 5]), limits[j, 4]))


@kernel
def _below(limit: float, mean: float, variance: float) -> float:
    return 0.5 * math.erfc((mean - limit) / math.sqrt(2.0 * max(variance, 1e-12)))
