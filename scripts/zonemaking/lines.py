"""Limits and medians: where a distance is so many miles, or two distances are equal.

Contours of the distances on a grid are first guesses; each vertex is then moved onto the
exact line. The fine grid is evaluated only near the line: a distance changes by no more than the
way, so a coarse grid tells where the line cannot be.
"""

import numpy as np
import shapely
from contourpy import contour_generator
from shapely.geometry import LineString

from zonemaking.coasts import FAR, chord

MILE = 1852.0
METRES = 111_320.0  # in a degree of latitude, at most
TILE = 240  # fine cells of a tile's side: a whole fine grid of the world takes gigabytes


def settle(lines, miss, most):
    """Move each vertex of first guesses onto the line where `miss` is zero (metres).

    Newton's steps along the gradient of the miss, measured with steps of 20 m. Vertices that
    do not settle within `most` degrees (corners, where the gradient jumps) stay.
    """
    if not lines:
        return []
    sizes = [len(line) for line in lines]
    points = np.concatenate(lines).copy()
    for _ in range(4):
        value = miss(points)
        h = 2e-4
        east_step, north_step = np.array([h, 0.0]), np.array([0.0, h])
        with np.errstate(invalid="ignore", divide="ignore"):
            east = (miss(points + east_step) - miss(points - east_step)) / (2 * h)
            north = (miss(points + north_step) - miss(points - north_step)) / (2 * h)
            # In metres a degree of longitude shrinks: step along the metric gradient.
            shrink = np.cos(np.radians(points[:, 1])) ** 2
            slope = east**2 / shrink + north**2
            step = -value[:, None] * np.stack([east / shrink, north], 1) / slope[:, None]
        good = np.isfinite(step).all(1) & (np.abs(step).max(1) < most)
        points[good] += step[good]
    return np.split(points, np.cumsum(sizes)[:-1])


def contours(field, levels, frame, coarse, fine):
    """Give the lines where a field in metres, which changes as slowly as the way, has some levels.

    Args:
        field: of points (n, 2) in degrees.
        frame: west, south, east, north; whole coarse cells wide and high.
        coarse: degrees between the points that are looked at first; whole fine steps.
        fine: degrees between the points that the line is drawn from.

    Returns:
        For each level arrays of vertices half a fine step apart. Tiles share their edges'
        points, so lines meet there.
    """
    west, south, east, north = frame
    columns, rows = round((east - west) / coarse), round((north - south) / coarse)
    many = round(coarse / fine)
    x, y = west + coarse * np.arange(columns + 1), south + coarse * np.arange(rows + 1)
    gx, gy = np.meshgrid(x, y)
    points = np.stack([gx.ravel(), gy.ravel()], 1)
    value = field(points).reshape(gx.shape)
    reach = coarse * METRES * (1.0 + np.cos(np.radians(np.clip(np.abs(gy) - coarse, 0, 89))))
    near = np.any([np.abs(value - level) < reach for level in levels], axis=0)
    # A cell is drawn if the line may pass through it: if one of its corners is near.
    cell = near[:-1, :-1] | near[1:, :-1] | near[:-1, 1:] | near[1:, 1:]
    found = [[] for _ in levels]
    side = max(TILE // many, 1)
    for r in range(0, rows, side):
        for c in range(0, columns, side):
            block = cell[r : r + side, c : c + side]
            if not block.any():
                continue
            need = np.kron(block, np.ones((many, many), dtype=bool))
            mask = np.zeros((need.shape[0] + 1, need.shape[1] + 1), dtype=bool)
            for a in (0, 1):
                for b in (0, 1):
                    mask[a : a + need.shape[0], b : b + need.shape[1]] |= need
            # One rule for a fine point's place, whichever tile asks.
            fx = west + fine * (c * many + np.arange(mask.shape[1]))
            fy = south + fine * (r * many + np.arange(mask.shape[0]))
            at = np.argwhere(mask)
            z = np.full(mask.shape, np.nan)
            z[mask] = field(np.stack([fx[at[:, 1]], fy[at[:, 0]]], 1))
            masked = np.ma.masked_invalid(z)
            generator = contour_generator(fx, fy, masked)
            for level, lines in zip(levels, found, strict=True):
                lines += generator.lines(level)
    return [finer(lines, fine / 2) for lines in found]


def finer(lines, step):
    """Give lines with a vertex at every step; what is a point is no line."""
    real = [line for line in lines if len(line) > 1 and np.ptp(line, axis=0).any()]
    return [
        shapely.get_coordinates(shapely.segmentize(LineString(line), step))
        for line in real
        if np.isfinite(line).all()
    ]


def limits(coasts, miles, frame, coarse, fine):
    """Give the lines so many miles (several at once) off any coast."""
    levels = [chord(one * MILE) for one in miles]
    far = max(levels) + 2.5 * coarse * METRES

    def field(points):
        return np.minimum(coasts.to_any(points, far), far)

    found = contours(field, levels, frame, coarse, fine)
    return [
        line
        for level, guess in zip(levels, found, strict=True)
        for line in settle(guess, lambda p, c=level: coasts.to_any(p, far) - c, fine)
    ]


def medians(coasts, frame, step):
    """Give the lines as far from one state's coast as from another's, within 200 NM."""
    reach = chord(200 * MILE) + 30e3
    west, south, east, north = frame
    x = np.arange(west, east + step / 2, step)
    y = np.arange(south, north + step / 2, step)
    owner = np.empty((len(y), len(x)), dtype=np.int16)
    for row, latitude in enumerate(y):
        metres, who = coasts.nearest(np.stack([x, np.full_like(x, latitude)], 1), reach)
        owner[row] = np.where(np.isfinite(metres), who, -1)
    pairs = {}
    for a, b, up, right in (
        (owner[:-1], owner[1:], 1, 0),
        (owner[:, :-1], owner[:, 1:], 0, 1),
    ):
        rows, columns = np.nonzero((a != b) & (a >= 0) & (b >= 0))
        for r, c in zip(rows.tolist(), columns.tolist(), strict=True):
            pair = tuple(sorted((int(owner[r, c]), int(owner[r + up, c + right]))))
            pairs.setdefault(pair, []).extend([(r, c), (r + up, c + right)])
    found = []
    for (a, b), cells in sorted(pairs.items()):
        rows, columns = np.array(cells).T
        r0, c0 = max(rows.min() - 4, 0), max(columns.min() - 4, 0)
        r1, c1 = min(rows.max() + 5, len(y)), min(columns.max() + 5, len(x))
        mask = np.zeros((r1 - r0, c1 - c0), dtype=bool)
        # Three cells around, so that lines run past the points where three meet.
        for up in range(-3, 4):
            for right in range(-3, 4):
                r = np.clip(rows + up - r0, 0, mask.shape[0] - 1)
                c = np.clip(columns + right - c0, 0, mask.shape[1] - 1)
                mask[r, c] = True
        at = np.argwhere(mask)
        points = np.stack([x[c0 + at[:, 1]], y[r0 + at[:, 0]]], 1)
        z = np.full(mask.shape, np.nan)
        with np.errstate(invalid="ignore"):
            z[mask] = coasts.to(a, points) - coasts.to(b, points)
        masked = np.ma.masked_invalid(z)
        if masked.count() < 4:
            continue
        guess = finer(contour_generator(x[c0:c1], y[r0:r1], masked).lines(0.0), step / 2)
        found += settle(
            guess, lambda p, a=a, b=b: coasts.to(a, p, FAR + 1e5) - coasts.to(b, p, FAR + 1e5), step
        )
    return found
