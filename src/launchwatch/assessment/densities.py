"""The density of scattered points on a plane: a kernel estimate in coordinates bent to them.

On a grid along the points' principal axes, so that a cloud a thousand kilometres long and two wide
is drawn as well as a round one; and bent (`Warp`), so that the kernel is narrow in a dense core
and wide in a long tail: one width for both drew a core of two kilometres ten wide. The points are
first drawn together so that smoothing does not widen them (West, 1993).
"""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment import _kernels
from launchwatch.assessment.ranks import at_shares, covariance_of, mean_of

Floats = NDArray[np.float64]

GRID = 72
"""Nodes along either side of the grid."""

_CORE = 2.6
"""Widths of the shortest interval that holds three tenths of the points within which the longer
axis is nearly straight: two sigmas of a Gaussian."""

_GAP = 0.1
"""Share of the points' whole length from which on an empty stretch parts them into islands."""

_LEAST_PART, _FEWEST = 0.03, 20
"""Share of the points, and number, that make an island: fewer are a tail's last stragglers."""

_PARTS = 8
"""Stretches of the longer axis, of as many points each, that have a middle and a width of their
own: more would follow the luck of the draw, fewer would miss how a tail fans out."""


_APART = np.abs(np.arange(GRID)[:, None] - np.arange(GRID))
_NODES = np.moveaxis(np.indices((GRID, GRID)), 0, -1).astype(np.float64)


def _smoothing(width: float) -> Floats:
    """Give the symmetric matrix that smooths a grid line by a Gaussian, width in cells."""
    weights = np.exp(-0.5 * (np.arange(GRID) / width) ** 2)
    # As seen from the grid's middle line.
    whole = weights[: GRID // 2].sum() + weights[1 : GRID // 2 + 1].sum()
    return np.asarray((weights / whole)[_APART])


class _Warp(NamedTuple):
    """Coordinates in which a dense core and its long, widening tail look alike.

    Along the longer axis asinh((x - middle) / scale): straight in the core, a logarithm in the
    tail. Across it the distance from the local middle over the local width, both by rank.
    """

    middle: float
    scale: float
    knots: Floats
    middles: Floats
    widths: Floats

    def bend(self, points: Floats) -> tuple[Floats, Floats]:
        """Warp points (n, 2), the longer axis first; and give the widths there, (n,)."""
        u = np.arcsinh((points[:, 0] - self.middle) / self.scale)
        width = np.interp(u, self.knots, self.widths)
        across = (points[:, 1] - np.interp(u, self.knots, self.middles)) / width
        return np.stack([u, across], axis=-1), width

    def straighten(self, bent: Floats) -> Floats:
        """Take points (n, 2) back."""
        u, v = bent[:, 0], bent[:, 1]
        across = np.interp(u, self.knots, self.middles) + v * np.interp(u, self.knots, self.widths)
        return np.stack([self.middle + self.scale * np.sinh(u), across], axis=-1)

    def crowding(self, u: Floats, width: Floats) -> Floats:
        """Give how much denser points lie in the plane than in these coordinates, from widths."""
        return np.asarray(1.0 / (self.scale * np.cosh(u) * width))


def _warp_of(points: Floats) -> _Warp:
    """Fit the coordinates to points (n, 2)."""
    order = np.argsort(points[:, 0])
    ranked, across = points[order, 0], points[order, 1]
    count = len(ranked)
    # The shortest interval that holds three tenths: of a Gaussian, 0.77 sigma wide at its top.
    held = max(int(0.3 * count), 2)
    spans = ranked[held - 1 :] - ranked[: count - held + 1]
    first = int(np.argmin(spans))
    middle = 0.5 * float(ranked[first] + ranked[first + held - 1])
    whole = float(ranked[-1] - ranked[0])
    scale = max(_CORE * float(spans[first]), 1e-3 * whole, 1e-9)
    u = np.arcsinh((ranked - middle) / scale)
    # Stretches of as many points each, the first ones one more where they do not share out.
    sizes = count // _PARTS + (np.arange(_PARTS) < count % _PARTS)
    ends = np.append(0, np.cumsum(sizes))
    knots = np.add.reduceat(u, ends[:-1]) / sizes + 1e-9 * np.arange(_PARTS)
    # Not the median for a middle: of two branches it is now one and now the other.
    stretches = (across[low:high] for low, high in pairwise(ends.tolist()))
    low, high = np.array([at_shares(np.sort(one), (0.16, 0.84)) for one in stretches]).T
    least = max(1e-3 * float(across.max() - across.min()), 1e-9)
    widths = np.maximum(0.5 * (high - low), least)
    return _Warp(middle, scale, knots, 0.5 * (low + high), widths)


class Density(NamedTuple):
    """The density of some of the points, as a grid in coordinates of their own.

    Attributes:
        mean: of the points; ``axes`` and ``widths`` their principal ones, the longer first.
        bent_mean, turn: from the grid's coordinates to the warp's.
        grid: points per square metre at its nodes; ``low`` is the first, ``cell`` the spacing.
        at_points: the same where the points are.
    """

    mean: Floats
    axes: Floats
    widths: Floats
    warp: _Warp
    bent_mean: Floats
    turn: Floats
    low: Floats
    cell: Floats
    grid: Floats
    at_points: Floats

    def flatten(self, nodes: Floats) -> Floats:
        """Take places on the grid (n, 2), counted in cells, to the plane."""
        bent = (nodes * self.cell + self.low) @ self.turn.T + self.bent_mean
        return np.asarray((self.warp.straighten(bent) * self.widths) @ self.axes.T + self.mean)


def parted(points: Floats) -> list[Floats]:
    """Split points where a wide gap lies between them: one kernel cannot serve two islands."""
    _, axes = np.linalg.eigh(covariance_of(points))
    along = points @ axes[:, 1]
    order = np.argsort(along)
    along = along[order]
    least = max(int(_LEAST_PART * len(points)), _FEWEST)
    if len(points) < 2 * least:
        return [points]
    gaps = np.diff(along)[least - 1 : len(points) - least]
    widest = int(np.argmax(gaps))
    if gaps[widest] <= _GAP * (along[-1] - along[0]):
        return [points]
    cut = least + widest
    return parted(points[order[:cut]]) + parted(points[order[cut:]])


def density_of(points: Floats) -> Density:
    """Estimate the density of points (n, 2)."""
    count = len(points)
    mean = mean_of(points)
    # A millimetre on each axis keeps identical points from having no area at all.
    widths, axes = np.linalg.eigh(covariance_of(points) + 1e-6 * np.eye(2))
    axes, widths = axes[:, ::-1], np.sqrt(widths[::-1])
    straight = (points - mean) @ axes / widths
    warp = _warp_of(straight)
    bent, width = warp.bend(straight)
    bent_mean = mean_of(bent)
    sigmas, turns = np.linalg.eigh(covariance_of(bent) + 1e-12 * np.eye(2))
    sigmas = np.sqrt(sigmas)
    white = (bent - bent_mean) @ turns / sigmas
    # Silverman's rule in two dimensions, then points drawn together by the same amount.
    bandwidth = count ** (-1.0 / 6.0)
    drawn = white * np.sqrt(1.0 - bandwidth**2)
    low = np.array([column.min() for column in drawn.T]) - 4.0 * bandwidth
    high = np.array([column.max() for column in drawn.T]) + 4.0 * bandwidth
    cell = (high - low) / (GRID - 1)
    density = np.zeros((GRID, GRID))
    _kernels.share_out(drawn, low, cell, density)
    along, across = (_smoothing(bandwidth / width) for width in cell)
    smooth = along @ density @ across
    # The region is to hold the points as they came, not as they were drawn together.
    at_points = np.empty(count)
    _kernels.read_off(white, low, cell, smooth, at_points)
    per_area = 1.0 / float(np.prod(cell) * np.prod(sigmas) * np.prod(widths))
    turn = turns * sigmas
    along_nodes = _NODES @ (cell * turn[0]) + (low @ turn[0] + bent_mean[0])
    node_widths = np.interp(along_nodes, warp.knots, warp.widths)
    return Density(
        mean, axes, widths, warp, bent_mean, turn, low, cell,
        smooth * per_area * warp.crowding(along_nodes, node_widths),
        at_points * per_area * warp.crowding(bent[:, 0], width),
    )  # fmt: skip
