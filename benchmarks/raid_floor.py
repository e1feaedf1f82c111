"""The floor of a raid: a filter that is told which plots belong together.

What a tracker can lose beside this filter it loses by taking plots for the wrong object. The
floor is told the sequence of plots of each object, and nothing more: neither when the object
is born or dies, nor that the sequence is an object at all. So it must discover births and
deaths as everybody must, with the same knowledge (`raids.Known`):

- It begins at an object's first plot, which might as well be clutter: its probability of
  existence is that of a first plot there, births/(births + clutter), both per scan and unit of
  measurement space. To begin with certainty would be to know what nobody can: that this one
  plot among ten or a thousand false ones is real. The second, within reach of it, settles it.
- Each plot weighs by its likelihood against clutter, each miss by 1 - 0.9, and between scans
  an object survives with exp(-Δt/180 s), which is how raids are made.
- It reports what exists with a probability above one half, which costs least in GOSPA.

Its motion is the raid's own, without process noise, since the truth has none; prediction by
third-degree cubature, update by the iterated extended Kalman filter.

So far it takes objects for loners. Raids come in fives, within 5 s and some kilometres, and a
tracker that believes so may tell a first plot beside a young track at once, and be better than
this floor. ``company`` is the floor that knows it too: a plot near what began a moment ago is
then as good as certain, and what remains to be discovered is the first of each five, and
deaths. ``surely`` begins everything with certainty: nobody can be better, and nobody who is not
told be as good.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from raids import (
    LOG_BALLISTIC_COEFFICIENT,
    Picture,
    Raid,
    clutter_density,
    ecef_from_plots,
    measurement_volume,
)

from launchwatch.earth.ellipsoid import ecef_from_geodetic
from launchwatch.earth.local import ecef_from_enu_rotation
from launchwatch.flight.motion import COAST, propagate
from launchwatch.messages.sensor import Radar

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

COMPANY_ENDS = 10.0
COMPANY_SIGMA = 2600.0
"""A row of five with gaps of 1 to 3 km, turned anyhow: the sigma of each component of the way from
one to another. Tight rows lie within it."""

REPORTED = 0.5
ITERATIONS = 3


class _Site(NamedTuple):
    position: Floats
    rows: Floats
    variances: Floats


def _site(radar: Radar) -> _Site:
    latitude, longitude = np.radians([radar.latitude_deg, radar.longitude_deg])
    sigma = (
        radar.range_sigma_m,
        np.radians(radar.azimuth_sigma_deg),
        np.radians(radar.elevation_sigma_deg),
    )
    return _Site(
        ecef_from_geodetic(latitude, longitude, radar.height_m),
        ecef_from_enu_rotation(latitude, longitude).T,
        np.square(sigma),
    )


def floor(raid: Raid, surely: bool = False, company: bool = False) -> list[Picture]:
    """Give the floor's picture after each scan of a raid.

    Args:
        surely: it knows every first plot for what it is.
        company: it knows that things come in fives, as this module says.
    """
    known, n = raid.known, raid.row.objects
    sites = [_site(radar) for radar in known.radars]
    x, P = np.full((n, 6), np.nan), np.zeros((n, 6, 6))
    exists, since = np.zeros(n), np.zeros(n)
    begun = np.zeros(n, dtype=bool)
    pictures = []
    before = 0.0
    for scan, origin in zip(raid.scans, raid.origins, strict=True):
        radar, site = known.radars[scan.radar], sites[scan.radar]
        found = radar.detection_probability or 0.0
        clutter = clutter_density(radar)
        step, before = scan.seconds - before, scan.seconds
        old = np.flatnonzero(begun)
        if step > 0.0 and len(old):
            x[old], P[old] = _predicted(x[old], P[old], step)
            exists[old] *= np.exp(-step / known.mean_life_s)

        plot_of = np.full(n, -1)
        plot_of[origin[origin >= 0]] = np.flatnonzero(origin >= 0)
        missed = old[plot_of[old] < 0]
        r = exists[missed]
        exists[missed] = r * (1.0 - found) / (1.0 - r * found)

        seen = old[plot_of[old] >= 0]
        if len(seen):
            z = scan.plots[plot_of[seen]]
            x[seen], P[seen], likelihood = _updated(x[seen], P[seen], z, site)
            for_it = exists[seen] * found * likelihood
            exists[seen] = for_it / (for_it + (1.0 - exists[seen]) * clutter)

        new = np.flatnonzero(~begun & (plot_of >= 0))
        if len(new):
            x[new], P[new] = _begun(scan.plots[plot_of[new]], radar, site, known.speed_sigma_mps)
            # Of new objects, alone or in company, per scan and m·rad².
            interval = radar.scan_period_s / len(known.radars)
            births = known.births_per_second * interval / measurement_volume(radar)
            density = np.full(len(new), births)
            if company:
                # First plots of one scan speak for one another too, each as far as it would alone.
                exists[new], since[new] = births / (births + clutter), scan.seconds
                young = np.flatnonzero(begun & (scan.seconds - since < COMPANY_ENDS))
                others = np.r_[young, new]
                rate = exists[others] * _companions(scan.seconds - since[others]) * interval
                near = _densities(x, P, new, others, site) * (new[:, None] != others)
                density += near @ rate
            exists[new] = 1.0 if surely else density / (density + clutter)
            begun[new], since[new] = True, scan.seconds

        shown = np.flatnonzero(begun & (exists > REPORTED))
        pictures.append(Picture(shown, x[shown, :3], P[shown, :3, :3], x[shown, 3:]))
    return pictures


def _predicted(x: Floats, P: Floats, seconds: float) -> tuple[Floats, Floats]:
    """Fly each Gaussian by third-degree cubature: 12 points x ± √6·L."""
    L = np.linalg.cholesky(P)
    offsets = np.sqrt(6.0) * np.concatenate([L, -L], axis=2).transpose(0, 2, 1)
    points = (x[:, None] + offsets).reshape(-1, 6)
    extras = np.zeros((len(points), 3))
    extras[:, 0] = LOG_BALLISTIC_COEFFICIENT
    flown = propagate(COAST, np.hstack([points, extras]), seconds)[:, :6].reshape(len(x), 12, 6)
    mean = flown.mean(axis=1)
    spread = flown - mean[:, None]
    return mean, np.einsum("nki,nkj->nij", spread, spread) / 12.0


def _updated(x: Floats, P: Floats, z: Floats, site: _Site) -> tuple[Floats, Floats, Floats]:
    """Condition each Gaussian on its plot; give also the likelihood per m·rad²."""
    R = np.diag(site.variances)
    guess = x
    for iteration in range(ITERATIONS):
        h, H = _measured(guess, site)
        y = z - h
        y[:, 1] = (y[:, 1] + np.pi) % (2.0 * np.pi) - np.pi
        S = H @ P @ H.transpose(0, 2, 1) + R
        if iteration == 0:
            along = np.linalg.solve(S, y[..., None])[..., 0]
            likelihood = np.exp(-0.5 * np.einsum("ni,ni->n", y, along)) / np.sqrt(
                np.linalg.det(2.0 * np.pi * S)
            )
        K = np.linalg.solve(S, H @ P).transpose(0, 2, 1)
        residual = y - np.einsum("nij,nj->ni", H, x - guess)
        guess = x + np.einsum("nij,nj->ni", K, residual)
    left = np.eye(6) - K @ H
    P = left @ P @ left.transpose(0, 2, 1) + K @ R @ K.transpose(0, 2, 1)
    return guess, 0.5 * (P + P.transpose(0, 2, 1)), likelihood


def _measured(x: Floats, site: _Site) -> tuple[Floats, Floats]:
    """Give range, azimuth and elevation of states (n, 6), and their derivatives (n, 3, 6)."""
    east, north, up = ((x[:, :3] - site.position) @ site.rows.T).T
    level2 = east**2 + north**2
    level = np.sqrt(level2)
    distance2 = level2 + up**2
    distance = np.sqrt(distance2)
    h = np.stack([distance, np.arctan2(east, north), np.arctan2(up, level)], axis=1)
    zero = np.zeros_like(east)
    rows = [
        [east / distance, north / distance, up / distance],
        [north / level2, -east / level2, zero],
        [-east * up / (level * distance2), -north * up / (level * distance2), level / distance2],
    ]
    local = np.stack([np.stack(row, axis=-1) for row in rows], axis=1)
    return h, np.concatenate([local @ site.rows, np.zeros_like(local)], axis=2)


def _companions(seconds: Floats) -> Floats:
    """Give how many of an object's four companions come per second, so long after it.

    Births lie evenly within 5 s, so that two differ by at most that, less often by much; half of
    the four come later. First plots come some tenths of a second later still.
    """
    return 4.0 * np.maximum(5.0 - seconds, 0.05) / 25.0


def _densities(x: Floats, P: Floats, new: Indices, others: Indices, site: _Site) -> Floats:
    """Give the density per m·rad², where each new one lies, of a companion of each other."""
    away = x[new, None, :3] - x[None, others, :3]
    S = P[new, None, :3, :3] + P[None, others, :3, :3] + COMPANY_SIGMA**2 * np.eye(3)
    along = np.linalg.solve(S, away[..., None])[..., 0]
    each = np.exp(-0.5 * (away * along).sum(axis=2)) / np.sqrt(np.linalg.det(2.0 * np.pi * S))
    # Space for one m·rad² of range, azimuth and elevation: r²·cos(elevation).
    distance, _, elevation = _measured(x[new], site)[0].T
    return each * (distance**2 * np.cos(elevation))[:, None]


def _begun(z: Floats, radar: Radar, site: _Site, speed_sigma: float) -> tuple[Floats, Floats]:
    """Begin at first plots: where they lie, at any speed."""
    x = np.concatenate([ecef_from_plots(z, radar), np.zeros((len(z), 3))], axis=1)
    back = np.linalg.inv(_measured(x, site)[1][:, :, :3])
    P = np.zeros((len(z), 6, 6))
    P[:, :3, :3] = (back * site.variances) @ back.transpose(0, 2, 1)
    P[:, 3:, 3:] = np.eye(3) * speed_sigma**2
    return x, P
