"""Compiled arithmetic of hazards: who is inside a polygon when, and how surely.

Places lie in the azimuthal equidistant plane about an area's middle, on a sphere: distances are
within 0.5 % and what is inside stays inside, for the polygon is drawn in the same plane.
"""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.compiling import kernel

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

_RADIUS = 6_371_000.0
_NEAR = 6.0  # sigmas; beyond lie 1.5e-8 of a round normal distribution
_PANEL = 1.5  # sigmas that one rule of four points covers: good to 1e-6 for this integrand
_X1, _X2 = 0.3399810435848563, 0.8611363115940526  # Gauss-Legendre, four points
_W1, _W2 = 0.6521451548625461, 0.3478548451374538


@kernel
def plane(latitude: float, longitude: float, middle: Floats, out: Floats) -> None:
    """Put a place (radians) into the plane about a middle, east and north in metres."""
    sl, cl = math.sin(latitude), math.cos(latitude)
    d = longitude - middle[1]
    cd = math.cos(d)
    x = cl * math.sin(d)
    y = middle[3] * sl - middle[2] * cl * cd
    c = middle[2] * sl + middle[3] * cl * cd
    s = math.sqrt(x * x + y * y)
    k = _RADIUS * (math.atan2(s, c) / s if s > 1e-12 else 1.0)
    out[0], out[1] = k * x, k * y


@kernel
def ahead(latitude: float, longitude: float, course: float, way: float, out: Floats) -> None:
    """Go on along a great circle, metres."""
    a = way / _RADIUS
    sl = math.sin(latitude) * math.cos(a) + math.cos(latitude) * math.sin(a) * math.cos(course)
    out[0] = math.asin(min(max(sl, -1.0), 1.0))
    out[1] = longitude + math.atan2(
        math.sin(course) * math.sin(a) * math.cos(latitude),
        math.cos(a) - math.sin(latitude) * sl,
    )


@kernel
def _share(r2: float) -> float:
    """(1 - exp(-r²/2)) / r², smooth at 0."""
    return 0.5 - 0.125 * r2 if r2 < 1e-6 else -math.expm1(-0.5 * r2) / r2


@kernel
def edge_share(ax: float, ay: float, bx: float, by: float) -> float:
    """Give 2π times what the triangle from the origin to an edge holds of a round normal
    distribution, signed by the way round.

    In polar coordinates it is the integral over the angle of 1 - exp(-r²/2), and with s along
    the edge at distance d that of d (1 - exp(-r²/2)) / r², which is smooth; far out the
    exponential is nothing and an arctangent is left.
    """
    ex, ey = bx - ax, by - ay
    length = math.sqrt(ex * ex + ey * ey)
    if length == 0.0:
        return 0.0
    cross = ax * by - ay * bx
    d = abs(cross) / length
    if d < 1e-9:
        return 0.0
    start, end = (ax * ex + ay * ey) / length, (bx * ex + by * ey) / length
    total = math.atan(end / d) - math.atan(start / d)
    low, high = max(start, -_NEAR), min(end, _NEAR)
    if d < _NEAR and low < high:
        total -= math.atan(high / d) - math.atan(low / d)
        panels = math.ceil((high - low) / _PANEL)
        half = 0.5 * (high - low) / panels
        found = 0.0
        for n in range(panels):
            m = low + (2 * n + 1) * half
            found += _W1 * (_share(d * d + (m - half * _X1) ** 2))
            found += _W1 * (_share(d * d + (m + half * _X1) ** 2))
            found += _W2 * (_share(d * d + (m - half * _X2) ** 2))
            found += _W2 * (_share(d * d + (m + half * _X2) ** 2))
        total += d * half * found
    return total if cross > 0.0 else -total


@kernel
def exposures(
    bodies: Floats, since: Floats, shifts: Floats, corners: Floats, rings: Whole, middle: Floats,
    sigma_t: float, waited: float, horizon: float, out: Floats,
) -> None:  # fmt: skip
    """Say of each body how probably it is inside a polygon at a time, and when it comes and goes.

    Args:
        bodies: (n, 6): latitude, longitude, course (radians), speed (m/s), sigma (m) at its
            report and the density of its manoeuvres (m²/s³); course and speed may be NaN, and
            then the sixth is the speed at which doubt grows.
        since: (n,) seconds from each report to the fall.
        shifts: (n, 3) where the falling thing passes each body's height, against where it
            reaches the ground: east and north in metres, seconds (negative: before).
        corners: (m, 2) the polygon's corners in the plane about its middle; rings of it
            one after another, closed, outer ones anticlockwise and holes clockwise.
        rings: where each ring begins, and the end.
        middle: latitude and longitude of the middle, sine and cosine of that latitude.
        sigma_t: of the fall's time, seconds.
        waited: seconds from now to the fall; horizon: and how far after it is looked.
        out: (n, 4) filled: probability, distance from the edge (negative inside, metres),
            seconds after the fall at which it enters and leaves (NaN: not).
    """
    reach = 0.0
    for i in range(corners.shape[0]):
        reach = max(reach, corners[i, 0] ** 2 + corners[i, 1] ** 2)
    reach = math.sqrt(reach)
    place, here, next_ = np.empty(2), np.empty(2), np.empty(2)
    for i in range(bodies.shape[0]):
        latitude, longitude, course, speed = bodies[i, 0], bodies[i, 1], bodies[i, 2], bodies[i, 3]
        dt = since[i] + shifts[i, 2]
        ux, uy = 1.0, 0.0
        moves = math.isfinite(course) and math.isfinite(speed)
        if moves:
            ahead(latitude, longitude, course, speed * dt, place)
            plane(place[0], place[1], middle, here)
            ahead(latitude, longitude, course, speed * dt + 100.0, place)
            plane(place[0], place[1], middle, next_)
            ux, uy = next_[0] - here[0], next_[1] - here[1]
            norm = math.sqrt(ux * ux + uy * uy)
            ux, uy = ux / norm, uy / norm
            grown = bodies[i, 5] * abs(dt) ** 3 / 3.0
            # Nothing gets further from where it was going than by turning round.
            grown = min(grown, (2.0 * speed * dt) ** 2 + (2.0 * dt) ** 2)
            across = bodies[i, 4] ** 2 + grown
            along = across + (speed * sigma_t) ** 2
        else:
            plane(latitude, longitude, middle, here)
            speed = 0.0
            along = across = bodies[i, 4] ** 2 + (bodies[i, 5] * dt) ** 2
        along, across = math.sqrt(along), math.sqrt(across)
        x, y = here[0] - shifts[i, 0], here[1] - shifts[i, 1]
        out[i, 0], out[i, 2], out[i, 3] = 0.0, math.nan, math.nan
        away = math.sqrt(x * x + y * y)
        out[i, 1] = away - reach
        if away > reach + _NEAR * max(along, across) + speed * max(horizon, waited):
            continue
        total, nearest, inside = 0.0, math.inf, False
        before, after = -math.inf, math.inf
        for ring in range(rings.shape[0] - 1):
            for k in range(rings[ring], rings[ring + 1] - 1):
                ax, ay = corners[k, 0] - x, corners[k, 1] - y
                bx, by = corners[k + 1, 0] - x, corners[k + 1, 1] - y
                # Along and across the course, metres.
                a1, a2 = ax * ux + ay * uy, ay * ux - ax * uy
                b1, b2 = bx * ux + by * uy, by * ux - bx * uy
                e1, e2 = b1 - a1, b2 - a2
                e = e1 * e1 + e2 * e2
                f = min(max(-(a1 * e1 + a2 * e2) / e, 0.0), 1.0) if e > 0.0 else 0.0
                nearest = min(nearest, (a1 + f * e1) ** 2 + (a2 + f * e2) ** 2)
                if (a2 > 0.0) != (b2 > 0.0):
                    # Here the edge crosses the line on which the body goes.
                    crossing = a1 - a2 * e1 / e2
                    if crossing > 0.0:
                        inside = not inside
                        after = min(after, crossing)
                    else:
                        before = max(before, crossing)
        if nearest > (_NEAR * max(along, across)) ** 2:
            out[i, 0] = 1.0 if inside else 0.0
        else:
            for ring in range(rings.shape[0] - 1):
                for k in range(rings[ring], rings[ring + 1] - 1):
                    ax, ay = corners[k, 0] - x, corners[k, 1] - y
                    bx, by = corners[k + 1, 0] - x, corners[k + 1, 1] - y
                    total += edge_share(
                        (ax * ux + ay * uy) / along, (ay * ux - ax * uy) / across,
                        (bx * ux + by * uy) / along, (by * ux - bx * uy) / across,
                    )  # fmt: skip
            out[i, 0] = min(max(total / (2.0 * math.pi), 0.0), 1.0)
        out[i, 1] = -math.sqrt(nearest) if inside else math.sqrt(nearest)
        if speed <= 0.0:
            continue
        before, after = before / speed, after / speed
        if inside:
            if before >= -waited:
                out[i, 2] = before
            if after <= horizon:
                out[i, 3] = after
        elif after <= horizon:
            out[i, 2] = after
