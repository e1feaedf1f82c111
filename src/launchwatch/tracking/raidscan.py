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

Ignored: air and thrust, but for noise where there is air. What re-enters is followed roughly; what
burns is followed as far as that noise goes, lost, and begun anew.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from launchwatch.errors import InputError, UnknownSensor
from launchwatch.estimation.measurement import RANGE_RATE_SPAN, Site
from launchwatch.messages.sensor import Radar
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking import _kernels_alike, _kernels_company, _kernels_raid
from launchwatch.tracking.hypotheses import Advanced, Limits, Mixture, Scan, advance, best_locals
from launchwatch.tracking.raidstate import REPORT, RaidState

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
        lightest: share of the heaviest hypothesis's weight below which one is dropped.
        alike: squared sigmas, of six numbers together, within which two hypotheses of a track are
            merged: fewer and a close group's covariances are too small, more and what can
            still be told apart is not.
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
    lightest: float = 1e-3
    alike: float = 3.0


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

    owner: Integers
    plot: Integers
    weight: Floats
    miss: Floats


class _Births(NamedTuple):
    """What each plot is if it is no track's: how likely, a new object how likely, flying how."""

    log_density: Floats
    existence: Floats
    velocity: Floats
    uncertainty: Floats


class Raid:
    """The radars and settings of a tracker of raids. It keeps no state: `scan` is a function."""

    def __init__(self, radars: Iterable[Radar], settings: RaidSettings | None = None) -> None:
        """Take the radars in.

        Raises:
            InputError: two of one name, or errors and probabilities that no radar has.
        """
        self._seats: dict[str, _Seat] = {}
        for radar in radars:
            if radar.id in self._seats:
                raise InputError(f"each radar needs a name of its own, {radar.id!r} came twice")
            self._seats[_sound(radar).id] = _seat(radar)
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
        advanced = advance(
            state.mixture._replace(existence=sight.r),
            Scan(pairs.miss, *pairs[:3], births.log_density, births.existence),
            Limits(settings.hypotheses, settings.lightest, settings.faintest),
        )
        x, P = _renew(seat, z, sight, advanced, births)
        return _merge(state, time, advanced, x, P, settings)


def _seat(radar: Radar) -> _Seat:
    site = Site(radar)
    with_rate = radar.range_rate_sigma_mps is not None
    packed = site.template
    packed[0] = float(with_rate)
    found = radar.detection_probability
    least = np.radians(radar.minimum_elevation_deg)
    room = float(radar.maximum_range_m * 2.0 * np.pi * (np.pi / 2.0 - least))
    return _Seat(
        packed=packed,
        columns=4 if with_rate else 3,
        limits=np.array([least, radar.maximum_range_m]),
        # Typical of radars that state one; none is believed to miss nothing.
        detection=min(0.9 if found is None else found, 0.999),
        room=room,
        volume=room * (RANGE_RATE_SPAN if with_rate else 1.0),
        clutter=site.clutter_density * room,
        period=radar.scan_period_s,
    )


def _sound(radar: Radar) -> Radar:
    """Give a radar whose numbers a radar can have."""
    sigmas = (radar.range_sigma_m, radar.azimuth_sigma_deg, radar.elevation_sigma_deg)
    if not all(np.isfinite(one) and one > 0.0 for one in sigmas):
        raise InputError(f"radar {radar.id!r} needs errors above 0, got {sigmas}")
    detection = radar.detection_probability
    if detection is not None and not 0.0 < detection <= 1.0:
        raise InputError(
            f"radar {radar.id!r} needs a detection probability within 0..1, got {detection}"
        )
    return radar


def _in_order_of_range(plots: ArrayLike, columns: int) -> Floats:
    given = np.asarray(plots, dtype=np.float64)
    z = np.zeros((len(given), 4))
    if given.size:
        if given.ndim != 2 or given.shape[1] != columns:
            raise InputError(f"this radar's plots must be (m, {columns}), got {given.shape}")
        if not np.isfinite(given).all():
            raise InputError("plots must be finite numbers")
        if (given[:, 0] <= 0.0).any() or (np.abs(given[:, 2]) > 0.5 * np.pi).any():
            raise InputError(
                "ranges must be above 0 m and elevations within ±π/2 rad, got a plot of "
                f"{given[:, 0].min():g} m or {np.abs(given[:, 2]).max():g} rad"
            )
        z[:, :columns] = given[np.argsort(given[:, 0], kind="stable")]
    return z


def _look(seat: _Seat, state: RaidState, time: Instant, settings: RaidSettings) -> _Sight:
    """Carry all hypotheses to the scan's time and foresee what the radar sees of them."""
    n = len(state.x)
    seconds = (time - state.time) / SECOND if n else 0.0
    sight = _Sight(
        state.x.copy(), state.P.copy(), state.mixture.existence.copy(),
        np.empty((n, 4)), np.empty((n, 4, 4)), np.empty((n, 4, 6)),
        np.empty(n), np.empty(n), np.empty(n, dtype=np.bool_),
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
    miss = np.empty(n)
    # Most hypotheses have one plot or none; a raid that is just beginning has more.
    room = 4 * (n + len(z)) + 64
    while True:
        owner, plot = np.empty((2, room), dtype=np.int64)
        weight = np.empty(room)
        count = _kernels_raid.pair(
            seat.packed, z, settings.gate**2, log_density, -float(np.log(settings.lightest)),
            sight.x, sight.P, sight.r, sight.foreseen, sight.factor, sight.size, sight.seen,
            sight.wide, seat.columns, owner, plot, weight, miss,
        )  # fmt: skip
        if count <= room:
            return _Pairs(owner[:count], plot[:count], weight[:count], miss)
        room = count


def _bear(
    seat: _Seat, z: Floats, state: RaidState, time: Instant, expected: float, pairs: _Pairs,
    settings: RaidSettings,
) -> _Births:  # fmt: skip
    """Give what each plot may be if it is no track's."""
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
    others = births + clutter
    return _Births(np.log(others / seat.volume), births / others, velocity, uncertainty)


def _renew(
    seat: _Seat, z: Floats, sight: _Sight, advanced: Advanced, births: _Births
) -> tuple[Floats, Floats]:
    """Give means and covariances of the new hypotheses: the Kalman updates."""
    n = len(advanced.parent)
    x, P = np.empty((n, 6)), np.empty((n, 6, 6))
    _kernels_raid.renew(
        seat.packed, z, advanced.parent, advanced.plot, sight.x, sight.P, sight.foreseen,
        sight.factor, sight.gain, sight.wide, seat.columns, births.velocity, births.uncertainty,
        x, P,
    )  # fmt: skip
    return x, P


def _merge(
    state: RaidState, time: Instant, advanced: Advanced, x: Floats, P: Floats,
    settings: RaidSettings,
) -> RaidState:  # fmt: skip
    """Make one of what is alike; then sum up each track, and number those that are now told."""
    now, parent, plot = advanced
    n = len(now.labels)
    # What each track was before the scan, and whether its likeliest account has a plot.
    track_of = np.repeat(np.arange(n), np.diff(now.track_locals))
    owner_of = np.repeat(np.arange(len(state.number)), np.diff(state.mixture.track_locals))
    source = np.append(owner_of, -1)[parent[now.track_locals[:-1]]]
    likeliest = best_locals(now)
    hit = np.zeros(n, dtype=np.bool_)
    hit[track_of[likeliest[plot[likeliest] >= 0]]] = True
    number = np.append(state.number, 0)[source]

    r = now.existence.copy()
    row, kept = np.empty(n, dtype=np.int64), np.empty(len(r), dtype=np.int64)
    tracks_in, rows_in, choice_in = np.empty((3, len(now.cluster_tracks)), dtype=np.int64)
    locals_in, choice = np.empty(n + 1, dtype=np.int64), np.empty_like(now.choice)
    log_weight = np.empty_like(now.log_weight)
    _, tracks, locals_ = _kernels_alike.merge(
        x, P, r, number, settings.alike, now.cluster_tracks, now.cluster_rows, now.log_weight,
        _choice_start(now), now.choice,
        row, kept, tracks_in, locals_in, rows_in, log_weight, choice_in, choice,
    )  # fmt: skip
    row, kept = row[:tracks], kept[:locals_]
    x, P, r = x[kept], P[kept], r[kept]
    mixture = Mixture(
        now.labels[row], tracks_in, locals_in[: tracks + 1], r, rows_in,
        log_weight[: rows_in[-1]], choice[: choice_in[-1]], now.next_label,
    )  # fmt: skip
    existence, mean = np.empty(tracks), np.empty((tracks, 6))
    covariance, told = np.empty((tracks, 6, 6)), np.empty(tracks, dtype=np.bool_)
    _kernels_alike.summarise(
        x, P, r, tracks_in, rows_in, log_weight, choice_in, choice, REPORT,
        existence, mean, covariance, told,
    )  # fmt: skip

    source, hit, number = source[row], hit[row], number[row]
    new = np.flatnonzero((number == 0) & told)
    number[new] = state.numbered + 1 + np.arange(len(new))
    # Births come from the last row, which stands for none.
    first = np.append(state.first, time)[source]
    last = np.where(hit, time, np.append(state.last, time)[source])
    plots = np.append(state.plots, 0)[source] + hit
    return RaidState(
        time, state.numbered + len(new), number, first, last, plots, existence, mean, covariance,
        told, x, P, mixture,
    )  # fmt: skip


def _choice_start(mixture: Mixture) -> Integers:
    sizes = np.diff(mixture.cluster_rows) * np.diff(mixture.cluster_tracks)
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes)])
