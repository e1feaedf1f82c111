"""One scan of a raid: many ballistic objects on arrays, a state in and a state out.

A Poisson multi-Bernoulli mixture filter for objects that coast under gravity with J2 on the
turning Earth. Each track is a Bernoulli, an object that exists with some probability. Tracks that
compete for plots form a cluster, which holds several global hypotheses while they matter
and one when they do not. False plots and new objects come uniformly in each radar's own
measurement space: any plot may be a new object, is kept as that, and told once the object
more likely exists than not.

Source: Williams, "Marginal multi-Bernoulli filters", IEEE Trans. AES 51 (2015) 1664;
García-Fernández, Williams, Granström and Svensson, "Poisson multi-Bernoulli mixture filter", IEEE
Trans. AES 54 (2018) 1883. Objects never detected are not followed as an intensity of their own:
their density is taken as uniform at all times, which it is where nobody has looked.

Ignored: air and thrust. What burns or re-enters is followed as far as the process noise goes,
lost, and begun anew.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.errors import InputError, UnknownSensor
from launchwatch.estimation.measurement import RANGE_RATE_SPAN, Site
from launchwatch.messages.sensor import Radar
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking import _kernels_clusters, _kernels_company, _kernels_raid, _kernels_tidy
from launchwatch.tracking.raidstate import REPORT, Mixture, RaidState

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Truths = NDArray[np.bool_]


OVERFLOW = 3.0
"""A scan with more than three times the plots that no track explains, and thirty, than its radar
states is taken for clutter: believed, each such plot would become a track of its own. A radar that
is switched on over a raid under way exceeds it too; its objects are told some scans later."""


class RaidSettings(NamedTuple):
    """What is believed of the sky, and how much is kept of what is possible.

    Attributes:
        births_per_second: new objects to expect that come by themselves, anywhere in coverage. Too
            few and objects are told late, too many and clutter is told as objects.
        mean_life_s: how long an object is there, for reasons other than falling to the ground.
            Too short and a few misses end a track, too long and the dead linger.
        speed_sigma_mps: of each component of a velocity that nothing is known of.
        companions: how many others an object brings, on average: things come in salvos, part, and
            break up. At 0 everything comes alone; at 0.8, in fives, since each brings others; at 1
            and more there would be no end of them.
        company_s: within what time, e-folding; beyond, whoever appears comes by itself.
        company_m, company_mps: how far off, and how much faster or slower they fly: one sigma of
            each component.
        noise: density of the white acceleration that gravity with J2 leaves out, m²/s³; a
            metre after a minute and a half.
        gate: sigmas by which a plot may lie off; 5 loses one in 65,000.
        faintest: existence below which a track is let go: well under that of a first plot
            in clutter, births over false plots.
        hypotheses: of one cluster, at most.
        least: by how much, in ln, a hypothesis may be lighter than the heaviest.
        alike: squared sigmas, of six numbers together, within which two hypotheses of a track are
            merged: fewer and a close group's covariances are too small, more and what can
            still be told apart is not.
        apart: total variation up to which the fates of two tracks count as independent.
    """

    births_per_second: float = 1.0
    mean_life_s: float = 600.0
    speed_sigma_mps: float = 2000.0
    companions: float = 0.8
    company_s: float = 10.0
    company_m: float = 5000.0
    company_mps: float = 100.0
    noise: float = 1e-4
    gate: float = 5.0
    faintest: float = 3e-4
    hypotheses: int = 30
    least: float = 7.0
    alike: float = 3.0
    apart: float = 0.02


class _Seat(NamedTuple):
    """What a scan needs of its radar: numbers of its plots, what it sees, what else it reports."""

    packed: Floats
    columns: int
    limits: Floats
    detection: float
    room: float
    volume: float
    clutter: float
    period: float


class _Sight(NamedTuple):
    """All hypotheses at a scan's time, as its radar should see them (`_kernels_raid.look`)."""

    x: Floats
    P: Floats
    r: Floats
    foreseen: Floats
    factor: Floats
    gain: Floats
    size: Floats
    seen: Floats
    wide: Truths


class _Pairs(NamedTuple):
    """Which plots each hypothesis may own (`_kernels_raid.pair`)."""

    start: Integers
    plot: Integers
    weight: Floats
    miss: Floats


class _Births(NamedTuple):
    """What each plot is if it is a new object: with what existence, and how fast it flies."""

    existence: Floats
    velocity: Floats
    uncertainty: Floats


class _Plan(NamedTuple):
    """Hypotheses after a scan, still to be filled (`_kernels_clusters.associate`)."""

    track: Integers
    hit: Truths
    parent: Integers
    plot: Integers
    mixture: Mixture


class Raid:
    """The radars and settings of a tracker of raids. It keeps no state: `scan` is a function."""

    def __init__(self, radars: Iterable[Radar], settings: RaidSettings | None = None) -> None:
        self._seats = {radar.id: _seat(radar) for radar in radars}
        self.settings = RaidSettings() if settings is None else settings

    def scan(self, state: RaidState, sensor: str, time: Instant, plots: ArrayLike) -> RaidState:
        """Give the state after a scan: predict, look, pair, associate, renew, tidy.

        Args:
            state: after the scan before, or `EMPTY`; it is left alone.
            sensor: identifier of the radar.
            time: of the whole scan, not before the state's.
            plots: (m, 3) range (m), azimuth and elevation (rad), and range rate (m/s) as a
                fourth column from a radar that states its error; m may be 0.

        Raises:
            UnknownSensor: no such radar.
            InputError: plots of another shape or not finite, or a scan from the past.
        """
        seat = self._seats.get(sensor)
        if seat is None:
            raise UnknownSensor(f"sensor must be one of {sorted(self._seats)}, got {sensor!r}")
        if len(state.number) and time < state.time:
            raise InputError(f"scans must come in order of time, got {time} after {state.time}")
        z = _in_order_of_range(plots, seat.columns)
        settings = self.settings

        sight = _look(seat, state, time, settings)
        expected = _expected_births(seat, state, time, settings)
        pairs = _pair(seat, z, sight, expected, settings)
        births = _bear(seat, z, state, time, expected, pairs, settings)
        plan = _associate(state.mixture, pairs, births, settings)
        x, P, r = _renew(seat, z, sight, plan, births)
        return _tidy(state, time, plan, x, P, r, settings)


def _seat(radar: Radar) -> _Seat:
    site = Site(radar)
    with_rate = radar.range_rate_sigma_mps is not None
    packed = site.template
    packed[0] = float(with_rate)
    least = np.radians(radar.minimum_elevation_deg)
    room = float(radar.maximum_range_m * 2.0 * np.pi * (np.pi / 2.0 - least))
    return _Seat(
        packed=packed,
        columns=4 if with_rate else 3,
        limits=np.array([least, radar.maximum_range_m]),
        # Typical of radars that state one.
        detection=0.9 if radar.detection_probability is None else radar.detection_probability,
        room=room,
        volume=room * (RANGE_RATE_SPAN if with_rate else 1.0),
        clutter=site.clutter_density * room,
        period=radar.scan_period_s,
    )


def _in_order_of_range(plots: ArrayLike, columns: int) -> Floats:
    given = np.asarray(plots, dtype=np.float64)
    z = np.zeros((len(given), 4))
    if given.size:
        if given.ndim != 2 or given.shape[1] != columns:
            raise InputError(f"this radar's plots must be (m, {columns}), got {given.shape}")
        if not np.isfinite(given).all():
            raise InputError("plots must be finite numbers")
        z[:, :columns] = given[np.argsort(given[:, 0], kind="stable")]
    return z


def _look(seat: _Seat, state: RaidState, time: Instant, settings: RaidSettings) -> _Sight:
    """Carry all hypotheses to the scan's time and foresee what the radar sees of them."""
    n = len(state.r)
    seconds = (time - state.time) / SECOND if n else 0.0
    sight = _Sight(
        state.x.copy(), state.P.copy(), state.r.copy(), np.empty((n, 4)), np.empty((n, 4, 4)),
        np.empty((n, 4, 6)), np.empty(n), np.empty(n), np.empty(n, dtype=np.bool_),
    )  # fmt: skip
    survival = float(np.exp(-seconds / settings.mean_life_s))
    _kernels_raid.predict(sight.x, sight.P, sight.r, seconds, settings.noise, survival)
    _kernels_raid.look(
        seat.packed, seat.limits, seat.detection, sight.x, sight.P,
        sight.foreseen, sight.factor, sight.gain, sight.size, sight.seen, sight.wide,
    )  # fmt: skip
    return sight


def _expected_births(seat: _Seat, state: RaidState, time: Instant, settings: RaidSettings) -> float:
    """Give how many objects a scan may show for the first time that come by themselves.

    Those born since the scan before and still there, and those born before it that it missed.
    """
    seconds = (time - state.time) / SECOND if state.time else seat.period
    there = settings.mean_life_s * -np.expm1(-seconds / settings.mean_life_s)
    return float(settings.births_per_second * (there + (1.0 - seat.detection) * seat.period))


def _pair(seat: _Seat, z: Floats, sight: _Sight, expected: float, settings: RaidSettings) -> _Pairs:
    """Gate: list each hypothesis's plots, with what speaks for them against any other source."""
    n = len(sight.r)
    log_density = float(np.log((expected + seat.clutter) / seat.volume))
    start, miss = np.empty(n + 1, dtype=np.int64), np.empty(n)
    # Most hypotheses have one plot or none; a raid that is just beginning has more.
    room = 4 * (n + len(z)) + 64
    while True:
        plot, weight = np.empty(room, dtype=np.int64), np.empty(room)
        count = _kernels_raid.pair(
            seat.packed, z, settings.gate**2, log_density, settings.least,
            sight.x, sight.P, sight.r, sight.foreseen, sight.factor, sight.size, sight.seen,
            sight.wide, seat.columns, start, plot, weight, miss,
        )  # fmt: skip
        if count <= room:
            return _Pairs(start, plot[:count], weight[:count], miss)
        room = count


def _bear(
    seat: _Seat, z: Floats, state: RaidState, time: Instant, expected: float, pairs: _Pairs,
    settings: RaidSettings,
) -> _Births:  # fmt: skip
    """Give what a plot may be as a new object; where company makes it likely, pairs lose weight."""
    m = len(z)
    stated = expected + seat.clutter
    place, unit, density = np.empty((m, 3)), np.empty(m), np.empty(m)
    velocity, uncertainty = np.empty((m, 3)), np.empty((m, 3, 3))
    claimed = np.zeros(m, dtype=np.bool_)
    claimed[pairs.plot] = True
    free = m - int(claimed.sum())
    clutter = seat.clutter if free <= OVERFLOW * stated + 30.0 else float(free)
    alone = expected + clutter
    _kernels_company.places(seat.packed, z, place, unit)
    _kernels_company.company(
        seat.packed[2:5], z, place, claimed, expected / alone,
        state.existence, state.mean, state.covariance, (time - state.first) / SECOND,
        (time - state.time) / SECOND if len(state.number) else seat.period,
        settings.companions, settings.company_s, settings.company_m, settings.speed_sigma_mps,
        settings.company_mps, density, velocity, uncertainty,
    )  # fmt: skip
    births = expected + density * unit * seat.room
    pairs.weight[:] -= np.log((births + clutter) / stated)[pairs.plot]
    return _Births(births / (births + clutter), velocity, uncertainty)


def _associate(old: Mixture, pairs: _Pairs, births: _Births, settings: RaidSettings) -> _Plan:
    """Find the heaviest global hypotheses of each cluster of tracks and plots."""
    most, m = settings.hypotheses, len(births.existence)
    member = np.empty(len(old.cluster_start) - 1 + m, dtype=np.int64)
    groups = _kernels_clusters.components(
        old.cluster_start, old.hypothesis_start, pairs.start, pairs.plot, m, member
    )
    tracks = len(old.hypothesis_start) - 1 + m
    plan = _Plan(
        np.empty(tracks, dtype=np.int64), np.empty(tracks, dtype=np.bool_),
        np.empty(most * tracks, dtype=np.int64), np.empty(most * tracks, dtype=np.int64),
        _room(tracks, most * tracks),
    )  # fmt: skip
    clusters, tracks, hypotheses = _kernels_clusters.associate(
        old.cluster_start, old.global_start, old.log_weight, old.table_start, old.table,
        pairs.miss, pairs.start, pairs.plot, pairs.weight,
        births.existence, settings.faintest, most, settings.least, member, groups,
        plan.track, plan.hit, plan.parent, plan.plot, *plan.mixture,
    )  # fmt: skip
    return _Plan(
        plan.track[:tracks], plan.hit[:tracks], plan.parent[:hypotheses], plan.plot[:hypotheses],
        _cut(plan.mixture, clusters, tracks),
    )  # fmt: skip


def _renew(
    seat: _Seat, z: Floats, sight: _Sight, plan: _Plan, births: _Births
) -> tuple[Floats, Floats, Floats]:
    """Give means, covariances and existence of the new hypotheses: the Kalman updates."""
    n = len(plan.parent)
    x, P, r = np.empty((n, 6)), np.empty((n, 6, 6)), np.empty(n)
    _kernels_raid.renew(
        seat.packed, z, plan.parent, plan.plot, sight.x, sight.P, sight.r, sight.foreseen,
        sight.factor, sight.gain, sight.seen, sight.wide, seat.columns, *births,
        x, P, r,
    )  # fmt: skip
    return x, P, r


def _tidy(
    state: RaidState, time: Instant, plan: _Plan, x: Floats, P: Floats, r: Floats,
    settings: RaidSettings,
) -> RaidState:  # fmt: skip
    """Merge, prune and split; then sum up each track, and number those that are now told."""
    mixture = _room(len(plan.track), len(plan.mixture.table))
    row, kept = np.empty(len(plan.track), dtype=np.int64), np.empty(len(r), dtype=np.int64)
    number = np.append(state.number, 0)[np.maximum(plan.track, -1)]  # births have none
    clusters, tracks = _kernels_tidy.tidy(
        x, P, r, number, plan.mixture.cluster_start, plan.mixture.global_start,
        plan.mixture.log_weight, plan.mixture.table_start, plan.mixture.table,
        settings.faintest, settings.alike, settings.least, settings.apart, row, kept, *mixture,
    )  # fmt: skip
    mixture = _cut(mixture, clusters, tracks)
    row = row[:tracks]
    kept = kept[: mixture.hypothesis_start[-1]]
    x, P, r = x[kept], P[kept], r[kept]
    existence, mean = np.empty(tracks), np.empty((tracks, 6))
    covariance, told = np.empty((tracks, 6, 6)), np.empty(tracks, dtype=np.bool_)
    _kernels_tidy.summarise(
        x, P, r, mixture.cluster_start, mixture.global_start, mixture.log_weight,
        mixture.table_start, mixture.table, REPORT, existence, mean, covariance, told,
    )  # fmt: skip

    source = plan.track[row]
    hit = plan.hit[row]
    number, plots = number[row], hit.astype(np.int64)
    first, last = np.full(tracks, time, dtype=np.int64), np.full(tracks, time, dtype=np.int64)
    old = np.flatnonzero(source >= 0)
    before = source[old]
    first[old] = state.first[before]
    plots[old] += state.plots[before]
    last[old] = np.where(hit[old], time, state.last[before])
    new = np.flatnonzero((number == 0) & told)
    number[new] = state.numbered + 1 + np.arange(len(new))
    return RaidState(
        time, state.numbered + len(new), number, first, last, plots, existence, mean, covariance,
        told, x, P, r, mixture,
    )  # fmt: skip


def _room(tracks: int, entries: int) -> Mixture:
    """Give arrays that as many tracks and entries of tables fit into."""
    return Mixture(
        np.empty(tracks + 1, dtype=np.int64), np.empty(tracks + 1, dtype=np.int64),
        np.empty(entries + 1, dtype=np.int64), np.empty(entries),
        np.empty(tracks + 1, dtype=np.int64), np.empty(entries, dtype=np.int64),
    )  # fmt: skip


def _cut(full: Mixture, clusters: int, tracks: int) -> Mixture:
    """Give the used part; a global hypothesis's weight stands once for each of its cluster."""
    global_start = full.global_start[: clusters + 1]
    table_start = full.table_start[: clusters + 1]
    return Mixture(
        full.hypothesis_start[: tracks + 1], full.cluster_start[: clusters + 1], global_start,
        full.log_weight[: global_start[-1]], table_start, full.table[: table_start[-1]],
    )  # fmt: skip
