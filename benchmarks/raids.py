"""Raids to track, the same for everybody: ballistic objects in groups of five, seen with clutter.

A raid lasts 120 s. Its groups start 350 to 700 km from the radar, above the air, and fly past
it; within a group the objects fly in a row, 1 to 3 km apart, or 150 m where the raid is tight.
A group comes into being at a moment of the first minute, its objects within 5 s of one another;
each lives for a time drawn from an exponential law of 180 s, so that about four in ten die before
the end. Nothing but gravity (with J2), the Earth's turning and a little drag acts on them:
`launchwatch.flight.motion`, the model that a tracker may use as well.

A radar looks once a second and finds each object with probability 0.9, with errors of 30 m, 0.05°
and 0.05°; besides, it reports a Poisson number of false plots, uniform in range, azimuth and
elevation over all that it can see. Plots of a scan come shuffled. Several radars take turns within
the second. All of this is drawn from the raid's seed alone.

A tracker is a function that takes a `Scan` and gives a `Picture`; `Maker` makes one from what a
tracker may know beforehand (`Known`). `raid_score.run` feeds and times it:

    from raids import ROWS, raid
    from raid_score import run, score
    trial = run(my_maker, raid(ROWS["50"], seed=1))
    print(score(trial).gospa_mean, trial.seconds.mean())
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.earth.ellipsoid import ecef_from_geodetic
from launchwatch.earth.local import (
    aer_from_enu,
    ecef_from_enu,
    ecef_from_enu_rotation,
    enu_from_ecef,
)
from launchwatch.flight.motion import COAST, propagate
from launchwatch.messages.sensor import Radar

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

SCANS = 120
GROUP = 5
DETECTION = 0.9
LOG_BALLISTIC_COEFFICIENT = float(np.log(5000.0))
"""At these heights drag is below 1e-3 m/s²; the number hardly matters."""

LATITUDE_DEG, LONGITUDE_DEG = 40.0, -30.0


class Row(NamedTuple):
    """One row of the table: how many objects, how much clutter, how close, how many radars."""

    objects: int
    clutter: float
    tight: bool = False
    radars: int = 1


ROWS = {
    "50": Row(50, 10.0),
    "50 in clutter": Row(50, 100.0),
    "50 in heavy clutter": Row(50, 400.0),
    "100": Row(100, 10.0),
    "200 in clutter": Row(200, 100.0),
    "50 tight": Row(50, 10.0, tight=True),
    "1000, four radars": Row(1000, 1000.0, radars=4),
}


class Known(NamedTuple):
    """What a tracker may know beforehand: one setting for every row, but for the radars' own.

    Attributes:
        radars: each with its errors, its detection probability and its clutter per scan.
        births_per_second: new objects to expect, anywhere in a radar's measurement space.
        mean_life_s: how long an object lives, exponential.
        speed_sigma_mps: standard deviation of an unseen object's velocity on each axis, about 0.
    """

    radars: tuple[Radar, ...]
    births_per_second: float = 1.0
    mean_life_s: float = 180.0
    speed_sigma_mps: float = 2000.0


class Scan(NamedTuple):
    """One radar's plots at one moment.

    Attributes:
        seconds: since the raid's beginning.
        radar: index into `Known.radars`.
        plots: (m, 3) range (m), azimuth and elevation (rad).
    """

    seconds: float
    radar: int
    plots: Floats


class Picture(NamedTuple):
    """What a tracker believes right after a scan, at its moment: only what it would report.

    Attributes:
        ids: (k,) each track's own number, the same from scan to scan.
        positions: (k, 3) ECEF, metres.
        covariances: (k, 3, 3) of the positions, or None where a tracker has none.
        velocities: (k, 3) ECEF, m/s, or None.
    """

    ids: Indices
    positions: Floats
    covariances: Floats | None = None
    velocities: Floats | None = None


Tracker = Callable[[Scan], Picture]
Maker = Callable[[Known], Tracker]


class Raid(NamedTuple):
    """A raid: what a tracker gets, and what it must not see.

    Attributes:
        known: for the tracker.
        scans: for the tracker, in the order of time.
        states: (scans, n, 6) truth: ECEF position and velocity; NaN where not alive.
        origins: for each scan (m,) the object each plot came from, -1 for clutter.
    """

    row: Row
    seed: int
    known: Known
    scans: tuple[Scan, ...]
    states: Floats
    origins: tuple[Indices, ...]


def radars(row: Row) -> tuple[Radar, ...]:
    """Give a row's radars: one in the middle, or several in a line of 170 km steps."""
    places = LONGITUDE_DEG + 2.0 * (np.arange(row.radars) - 0.5 * (row.radars - 1))
    return tuple(
        Radar(
            id=f"radar-{number}",
            owner="ZZZ",
            latitude_deg=LATITUDE_DEG,
            longitude_deg=float(place),
            height_m=0.0,
            range_sigma_m=30.0,
            azimuth_sigma_deg=0.05,
            elevation_sigma_deg=0.05,
            scan_period_s=1.0,
            minimum_elevation_deg=1.0,
            maximum_range_m=1.2e6,
            detection_probability=DETECTION,
            clutter_per_scan=row.clutter,
        )
        for number, place in enumerate(places)
    )


def raid(row: Row, seed: int) -> Raid:
    """Make a raid: the same row and seed give the same plots, bit for bit."""
    chance = np.random.default_rng((seed, row.objects, int(row.clutter), row.tight, row.radars))
    known = Known(radars(row))
    born, died = _lives(chance, row.objects)
    flying = np.column_stack(
        [
            _starts(chance, row),
            np.full(row.objects, LOG_BALLISTIC_COEFFICIENT),
            np.zeros((row.objects, 2)),
        ]
    )
    moments = np.arange(SCANS * row.radars) / row.radars
    scans, origins = [], []
    states = np.full((len(moments), row.objects, 6), np.nan)
    for k, seconds in enumerate(moments):
        if k:
            flying = propagate(COAST, flying, seconds - moments[k - 1])
        alive = np.flatnonzero((born <= seconds) & (seconds < died))
        states[k, alive] = flying[alive, :6]
        scan, origin = _look(chance, known, k % row.radars, seconds, flying[alive, :3], alive)
        scans.append(scan)
        origins.append(origin)
    return Raid(row, seed, known, tuple(scans), states, tuple(origins))


def _lives(chance: np.random.Generator, count: int) -> tuple[Floats, Floats]:
    groups = np.arange(count) // GROUP
    born = chance.uniform(0.0, 60.0, groups[-1] + 1)[groups] + chance.uniform(0.0, 5.0, count)
    return born, born + chance.exponential(180.0, count)


def _starts(chance: np.random.Generator, row: Row) -> Floats:
    """Give where everything is, or would be, at the raid's beginning: (n, 6)."""
    groups = -(-row.objects // GROUP)
    bearing = np.radians(chance.uniform(-60.0, 60.0, groups))
    away = chance.uniform(350e3, 700e3, groups)
    heading = bearing + np.pi + np.radians(chance.uniform(-30.0, 30.0, groups))
    speed = chance.uniform(1000.0, 2000.0, groups)
    climb = chance.uniform(400.0, 1000.0, groups)
    # Flat places put on the curved Earth by their distance and bearing: exact enough to start from.
    north, east = away * np.cos(bearing) / 6.371e6, away * np.sin(bearing) / 6.371e6
    latitude = np.radians(LATITUDE_DEG) + north
    longitude = np.radians(LONGITUDE_DEG) + east / np.cos(latitude)
    middle = ecef_from_geodetic(latitude, longitude, chance.uniform(130e3, 220e3, groups))
    level = np.stack([speed * np.sin(heading), speed * np.cos(heading), climb], axis=-1)
    velocity = np.einsum("gij,gj->gi", ecef_from_enu_rotation(latitude, longitude), level)

    along = chance.standard_normal((groups, 3))
    along /= np.linalg.norm(along, axis=1, keepdims=True)
    gaps = 150.0 if row.tight else chance.uniform(1000.0, 3000.0, (groups, GROUP))
    steps = np.cumsum(np.broadcast_to(gaps, (groups, GROUP)), axis=1)
    # In a tight row objects drift by less than their distance in the two minutes.
    spread = 0.5 if row.tight else 10.0
    position = (
        middle[:, None] + (steps - steps.mean(axis=1, keepdims=True))[..., None] * along[:, None]
    )
    drift = velocity[:, None] + spread * chance.standard_normal((groups, GROUP, 3))
    return np.concatenate([position, drift], axis=2).reshape(-1, 6)[: row.objects]


def _look(
    chance: np.random.Generator,
    known: Known,
    number: int,
    seconds: float,
    positions: Floats,
    objects: Indices,
) -> tuple[Scan, Indices]:
    """Let one radar look once: its plots, and whose they are."""
    radar = known.radars[number]
    site = np.radians(radar.latitude_deg), np.radians(radar.longitude_deg), radar.height_m
    azimuth, elevation, distance = aer_from_enu(enu_from_ecef(positions, *site))
    lowest = np.radians(radar.minimum_elevation_deg)
    seen = chance.random(len(objects)) < DETECTION
    seen &= (elevation > lowest) & (distance < radar.maximum_range_m)
    sigma = (
        radar.range_sigma_m,
        np.radians(radar.azimuth_sigma_deg),
        np.radians(radar.elevation_sigma_deg),
    )
    real = np.column_stack([distance, azimuth, elevation])[seen]
    real += chance.standard_normal(real.shape) * sigma
    false = chance.random((chance.poisson(radar.clutter_per_scan or 0.0), 3))
    false *= radar.maximum_range_m, 2.0 * np.pi, 0.5 * np.pi - lowest
    false[:, 2] += lowest
    order = chance.permutation(len(real) + len(false))
    plots = np.concatenate([real, false])[order]
    plots[:, 1] %= 2.0 * np.pi
    origin = np.r_[objects[seen], np.full(len(false), -1)][order]
    return Scan(float(seconds), number, plots), origin


def clutter_density(radar: Radar) -> float:
    """Give false plots per scan and m·rad²: uniform in what the radar can see."""
    return (radar.clutter_per_scan or 0.0) / measurement_volume(radar)


def measurement_volume(radar: Radar) -> float:
    """Give how much a radar can see: m·rad² of range, azimuth and elevation."""
    elevations = 0.5 * np.pi - np.radians(radar.minimum_elevation_deg)
    return float(radar.maximum_range_m * 2.0 * np.pi * elevations)


def ecef_from_plots(plots: Floats, radar: Radar) -> Floats:
    """Give where plots (m, 3) lie: (m, 3) ECEF."""
    distance, azimuth, elevation = plots.T
    level = distance * np.cos(elevation)
    enu = np.stack(
        [level * np.sin(azimuth), level * np.cos(azimuth), distance * np.sin(elevation)], 1
    )
    return ecef_from_enu(
        enu, np.radians(radar.latitude_deg), np.radians(radar.longitude_deg), radar.height_m
    )
