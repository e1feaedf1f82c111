"""Compiled arithmetic of company: where something has just appeared, more appears.

Births are a self-exciting Poisson process (Hawkes, Biometrika 58 (1971) 83): besides those that
come uniformly, each object brings others, a number per second that fades with its age, spread
about it by a Gaussian, flying about as it does. So what speaks for a plot as a new object is
what is near it, in the tracks and among the plots of the same scan.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

REACH = 3.5
"""Sigmas beyond which nothing is company any more: a density of 1/460 of its middle."""

SETTLED = 0.5
"""Share of the fading time from which a track's velocity is passed on. A row of objects can be
mistaken for one that flies faster by a gap a scan; such tracks run out at its end within as many
scans as it has members, and must not hand their mistake to what is born behind them."""


@kernel
def places(packed: Floats, z: Floats, out: Floats, volume: Floats) -> None:
    """Fill where plots lie (m, 3), and the cubic metres in a unit of measurement space there."""
    for j in range(z.shape[0]):
        level = z[j, 0] * math.cos(z[j, 2])
        east = level * math.sin(z[j, 1])
        north = level * math.cos(z[j, 1])
        up = z[j, 0] * math.sin(z[j, 2])
        for a in range(3):
            out[j, a] = packed[2 + a] + east * packed[5 + a] + north * packed[8 + a]
            out[j, a] += up * packed[11 + a]
        volume[j] = z[j, 0] * level


@kernel
def _first_beyond(z: Floats, distance: float) -> int:
    low, high = 0, z.shape[0]
    while low < high:
        middle = (low + high) // 2
        if z[middle, 0] < distance:
            low = middle + 1
        else:
            high = middle
    return low


@kernel
def company(
    site: Floats, z: Floats, place: Floats, claimed: Truths, alone: float,
    r: Floats, mean: Floats, covariance: Floats, age: Floats, seconds: float,
    companions: float, fade: float, spread: float, speed: float, speed_spread: float,
    births: Floats, velocity: Floats, uncertainty: Floats,
) -> None:  # fmt: skip
    """Fill the density (1/m³) of births that company explains at each plot, and how they fly.

    Tracks (r, mean, covariance, age in seconds) are those before the scan, `seconds` ago; plots z
    lie in order of range at place (m, 3). A plot that no track claims is an object with probability
    `alone`, and company for others of its scan. velocity (m, 3) and uncertainty (m, 3, 3) are those
    of the company where it is known, zero and speed² where not.
    """
    m = z.shape[0]
    weight = np.zeros(m)
    for j in range(m):
        births[j] = 0.0
        for a in range(3):
            velocity[j, a] = 0.0
            for b in range(3):
                uncertainty[j, a, b] = 0.0
    rate = companions * (1.0 - math.exp(-max(seconds, 1e-3) / fade))
    for t in range(r.shape[0]):
        strength = r[t] * rate * math.exp(-age[t] / fade)
        if strength < 1e-4 * rate:
            continue
        variance = spread * spread
        known = 0.0
        for a in range(3):
            known += covariance[t, 3 + a, 3 + a] / 3.0
            variance += covariance[t, a, a] / 3.0
        variance += seconds * seconds * known
        x = mean[t, 0] + seconds * mean[t, 3]
        y = mean[t, 1] + seconds * mean[t, 4]
        w = mean[t, 2] + seconds * mean[t, 5]
        distance = math.sqrt((x - site[0]) ** 2 + (y - site[1]) ** 2 + (w - site[2]) ** 2)
        reach = REACH * math.sqrt(variance)
        peak = strength / (2.0 * math.pi * variance) ** 1.5
        # The better a companion's velocity is known, the more it says.
        trust = 1.0 / (known + speed_spread * speed_spread)
        for j in range(_first_beyond(z, distance - reach), m):
            if z[j, 0] > distance + reach:
                break
            d2 = (place[j, 0] - x) ** 2 + (place[j, 1] - y) ** 2 + (place[j, 2] - w) ** 2
            if d2 > reach * reach:
                continue
            part = peak * math.exp(-0.5 * d2 / variance)
            births[j] += part
            if age[t] < SETTLED * fade:
                continue
            part *= trust
            weight[j] += part
            for a in range(3):
                velocity[j, a] += part * mean[t, 3 + a]
                for b in range(3):
                    uncertainty[j, a, b] += part * covariance[t, 3 + a, 3 + b]
    variance = spread * spread
    reach = REACH * spread
    peak = alone * rate / (2.0 * math.pi * variance) ** 1.5
    for i in range(m):
        if claimed[i]:
            continue
        for j in range(i + 1, m):
            if z[j, 0] > z[i, 0] + reach:
                break
            d2 = 0.0
            for a in range(3):
                d2 += (place[j, a] - place[i, a]) ** 2
            if d2 > reach * reach:
                continue
            part = peak * math.exp(-0.5 * d2 / variance)
            births[j] += part
            if not claimed[j]:
                births[i] += part
    for j in range(m):
        if weight[j] > 0.0:
            for a in range(3):
                velocity[j, a] /= weight[j]
                for b in range(3):
                    uncertainty[j, a, b] /= weight[j]
                uncertainty[j, a, a] += speed_spread * speed_spread
        else:
            for a in range(3):
                uncertainty[j, a, a] = speed * speed
