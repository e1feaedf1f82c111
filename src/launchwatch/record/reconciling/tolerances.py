"""What a stated figure leaves open, and what several of them come to.

A figure is a density over a grid of ln value. "About 700 km" is rounded, and measured to some per
cent; "over 450 km" says little of how much over. Voices multiply, each with a share that it is
wrong altogether, so that two that cannot both be right leave two peaks and no false middle::

    p(x) = Π (t L_voice(x) + (1 - t) U(x))

Within a voice figures do not multiply: said twice is not measured twice.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

MEASURED = 0.03
"""One sigma of a figure before it is rounded, as a share. Of 2022-03-24 South Korea and Japan said
1,080 and 1,100 km, 6,200 and 6,000 km high; of 2022-10-04 4,500 and 4,600, 970 and 1,000: they
are 1 to 3 % apart."""

BEYOND = ((0.4, 0.08), (0.6, 0.6))
"""How far beyond "over 450 km" it may be: shares and means of the logarithm's excess. Some of what
is said so means a round figure just passed, more of it all that could be seen. A judgement."""

_STEPS = (0.5, 1.0, 5.0, 10.0, 50.0, 100.0, 500.0, 1000.0)
_COARSEST = 0.15
"""Nobody rounds 50 to the next 50: a step is at most this share of the figure."""


class Grid(NamedTuple):
    """Values (n,) and what a cell of it holds of a flat density."""

    values: Floats
    flat: Floats


def figures_grid(low: float, high: float, count: int = 2400) -> Grid:
    """Give a grid that is even in ln value."""
    return Grid(np.geomspace(low, high, count), np.full(count, 1.0 / count))


def rounding(value: float) -> float:
    """Give half the coarsest step that a figure may have been rounded to."""
    for step in reversed(_STEPS):
        if step <= _COARSEST * value and abs(value / step - round(value / step)) < 1e-9:
            return 0.5 * step
    return 0.25 if value == int(value) else 0.05


def density_of(value: float, qualifier: str, grid: Grid) -> Floats:
    """Give the density (n,) that one stated figure leaves; it sums to one."""
    x = grid.values
    # Figures are rounded alike, whether "about" is said or not.
    sigma = math.hypot(rounding(value) / math.sqrt(3.0), MEASURED * value)
    near = np.exp(-0.5 * ((x - value) / sigma) ** 2)
    if qualifier in ("over", "at least", "at most", "up to"):
        side = 1.0 if qualifier in ("over", "at least") else -1.0
        excess = side * np.log(x / value)
        beyond = sum(w / m * np.exp(-np.maximum(excess, 0.0) / m) for w, m in BEYOND)
        # The bound itself is rounded and measured like any other figure.
        near = np.where(excess >= 0.0, beyond / sum(w / m for w, m in BEYOND), near)
    total = near.sum()
    return np.asarray(near / total if total > 0.0 else grid.flat)


def between(low: float, high: float, grid: Grid) -> Floats:
    """Give the density of "from 550 to 600": somewhere between, the ends rounded as they are."""
    x = grid.values
    down, up = rounding(low) + MEASURED * low, rounding(high) + MEASURED * high
    inside = np.where(x < low, np.exp(-0.5 * ((x - low) / down) ** 2), 1.0)
    inside = np.where(x > high, np.exp(-0.5 * ((x - high) / up) ** 2), inside)
    return np.asarray(inside / inside.sum())


def pooled(voices: Sequence[tuple[Floats, float]], grid: Grid) -> Floats:
    """Multiply voices, each a density and the share that it can be trusted."""
    logs = np.zeros(len(grid.values))
    for density, share in voices:
        logs += np.log(share * density + (1.0 - share) * grid.flat)
    made = np.exp(logs - logs.max())
    return np.asarray(made / made.sum())


def overlap(one: Floats, other: Floats) -> float:
    """Say how much two densities share: 1 where they are alike, 0 where they exclude each other.

    Bhattacharyya's coefficient.
    """
    return float(np.sqrt(one * other).sum())


class Summary(NamedTuple):
    """The middle of the heaviest peak, the middle 95 %, and the peaks where there are several."""

    value: float
    low: float
    high: float
    modes: tuple[float, ...]


_A_PEAK = 0.1
"""Share of all that a peak must hold to be told of."""


def summary(density: Floats, grid: Grid) -> Summary:
    """Sum a density up, if what was said is right: of its peaks, not of what distrust leaves."""
    peaked = np.where(peaks_of(density), density, 0.0)
    below = np.cumsum(peaked) / peaked.sum()
    low, high = (float(np.interp(share, below, grid.values)) for share in (0.025, 0.975))
    above = peaks_of(density)
    edges = np.flatnonzero(np.diff(np.concatenate([[0], above.astype(np.int8), [0]])))
    peaks = []
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        weight = float(density[start:end].sum())
        if weight > _A_PEAK:
            within = np.cumsum(density[start:end]) / weight
            peaks.append((weight, float(np.interp(0.5, within, grid.values[start:end]))))
    if not peaks:
        return Summary(float(np.interp(0.5, below, grid.values)), low, high, ())
    best = max(peaks)[1]
    return Summary(best, low, high, tuple(sorted(p for _, p in peaks)) if len(peaks) > 1 else ())


def peaks_of(density: Floats) -> NDArray[np.bool_]:
    """Say where a density stands above the flat part that distrust leaves: 2 % of the highest."""
    return np.asarray(density > 0.02 * float(density.max()))


def thinned(density: Floats, grid: Grid, count: int = 120) -> tuple[tuple[float, float], ...]:
    """Give (value, share) pairs at equal shares: enough to draw from, few enough to write.

    Of its peaks alone: that a statement may be wrong altogether widens the limits of an estimate,
    but is nothing that a flight could be drawn from.
    """
    peaks = np.where(peaks_of(density), density, 0.0)
    below = np.cumsum(peaks) / peaks.sum()
    at = (np.arange(count) + 0.5) / count
    values = np.interp(at, below, grid.values)
    return tuple((round(float(v), 3), 1.0 / count) for v in values)
