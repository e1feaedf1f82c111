"""From an account of a launch to the flights that fit it: draw, fit, weigh, look, and say."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.errors import InputError
from launchwatch.messages.reconciled import FigureEstimate, LaunchAccount
from launchwatch.messages.reconstructed import (
    Branch,
    BranchName,
    Course,
    FallZone,
    Reconstruction,
)
from launchwatch.messages.sensor import Sensor
from launchwatch.record.reconstructing import explaining
from launchwatch.record.reconstructing.drawing import Drawn, ZonesAt, draw, with_pull_ups
from launchwatch.record.reconstructing.fitting import Fit, fit
from launchwatch.record.reconstructing.flying import KICK_S, VERTICAL_S, flown, path
from launchwatch.record.reconstructing.shapes import branch_of, pull_up_prior
from launchwatch.record.reconstructing.viewing import Way, spread, views

Floats = NDArray[np.float64]

MEMBERS = 400
"""Ballistic flights drawn: a share is known to 2.5 %, a 95 % limit to some per cent of itself."""
PULL_UPS = 60
"""Flights with a pull-up, which cost more."""
_PULL_ROUNDS, _NEAR = 4, 0.04
"""How often the ballistic part of a flight with a pull-up is fitted again, and how far from the
wanted range, as a share, it may come out."""
_WORTH_A_TRY = 0.02
_FEWEST = 5
"""A branch with fewer members is not told of."""
_SEEN = 40
"""Members that sensors look at."""
_STEP_S = 4.0
_IRREGULAR = 0.97
"""Probability of a pull-up where a report says that the flight was irregular."""


class Family(NamedTuple):
    """Flights with their weights, which sum to one; ``pulls`` tells which lift themselves."""

    drawn: Drawn
    fit: Fit
    weight: Floats
    branch: tuple[BranchName, ...]


def reconstruct(
    account: LaunchAccount,
    generator: np.random.Generator,
    sensors: Mapping[str, Sensor],
    zones: ZonesAt | None = None,
    item: int | None = None,
) -> Reconstruction:
    """Give the family of flights that fits what was said of one body of a launch.

    Args:
        sensors: whose horizons are looked beyond; by identifier.
        zones: tells whose waters points lie in; without it no zone is judged.

    Raises:
        InputError: too little is said, it was no ballistic flight, or no flight fits.
    """
    if any(name == "space-launch" for name, _ in account.classes):
        raise InputError(
            "a ballistic flight must be what the reports are of, got a launch of a satellite"
        )
    ballistic = draw(account, item, MEMBERS, generator, zones)
    families, shares = [_fitted(ballistic)], [1.0]
    prior = _pull_up_share(account, ballistic)
    if prior > _WORTH_A_TRY:
        low = _lowest(ballistic, PULL_UPS, generator)
        pulled = low._replace(laws=with_pull_ups(low.laws, generator))
        families, shares = [families[0], _pulled(pulled)], [1.0 - prior, prior]
    lasted = account.figure("flight_time", item)
    family, solvable = _weighed(families, shares, lasted)
    falls = _falls(family)
    at = zones(falls[:, 0], falls[:, 1]) if zones is not None else []
    found: dict[tuple[str, str], float] = {}
    for (zone, kind), share in zip(at, falls[:, 2], strict=False):
        found[zone, kind] = found.get((zone, kind), 0.0) + float(share)
    fallen = tuple(
        FallZone(zone=zone, kind=kind, probability=round(share, 4))
        for (zone, kind), share in sorted(found.items(), key=lambda row: -row[1])
        if share >= 5e-4
    )
    branches = _branches(family, solvable)
    seen = views(_ways(family, generator), sensors)
    return Reconstruction(
        item=item,
        assumed=ballistic.assumed,
        branches=branches,
        views=seen,
        falls=tuple((round(a, 4), round(o, 4), round(s, 6)) for a, o, s in falls.tolist()),
        zones=fallen,
        beside=explaining.beside(account, item, fallen) if at else (),
        explained=explaining.explained(account, item, branches, seen),
        courses=tuple(_course(family, one.name) for one in branches),
    )


def _fitted(drawn: Drawn) -> Family:
    found = fit(drawn.laws, drawn.range, drawn.apogee)
    branch: tuple[BranchName, ...] = tuple(
        branch_of(far, high) for far, high in zip(drawn.range, drawn.apogee, strict=True)
    )
    aimed = drawn._replace(laws=found.laws)
    return Family(aimed, found, found.settled / max(len(branch), 1), branch)


def _pulled(drawn: Drawn) -> Family:
    """Fit flights with a pull-up: those without one whose range, lengthened by it, is as wanted.

    Fitting them as a whole gives the same within the tolerance, for twenty times the work.
    """
    plain = drawn.laws._replace(below=np.full(len(drawn.range), -1.0))
    without = 0.85 * drawn.range
    for _ in range(_PULL_ROUNDS):
        found = fit(plain, without, drawn.apogee)
        aimed = drawn.laws._replace(azimuth=found.laws.azimuth)
        lengthened = flown(aimed, found.burnt, found.log_kick)
        off = np.log(np.maximum(lengthened.range, 1e3) / drawn.range)
        without = without * np.exp(-np.clip(off, -0.4, 0.4))
    settled = found.settled & lengthened.fell & (np.abs(off) < _NEAR)
    made = Fit(aimed, found.burnt, found.log_kick, lengthened, settled)
    branch: list[BranchName] = ["pull-up"] * len(off)
    return Family(drawn._replace(laws=aimed), made, settled / max(len(off), 1), tuple(branch))


def _pull_up_share(account: LaunchAccount, drawn: Drawn) -> float:
    """Give the probability of a pull-up before it is known whether other flights fit."""
    irregular = any(
        one.claim.kind == "context" and one.claim.value.get("about") == "irregular trajectory"
        for one in account.statements
    )
    share = float(pull_up_prior(drawn.range, drawn.apogee).mean())
    return max(share, _IRREGULAR) if irregular else share


def _lowest(drawn: Drawn, count: int, generator: np.random.Generator) -> Drawn:
    """Choose draws in the measure that they are low and flat."""
    share = pull_up_prior(drawn.range, drawn.apogee)
    rows = generator.choice(len(share), count, p=share / share.sum())
    return drawn._replace(
        laws=drawn.laws.at(rows), range=drawn.range[rows], apogee=drawn.apogee[rows]
    )


def _weighed(
    families: list[Family], shares: list[float], lasted: FigureEstimate | None
) -> tuple[Family, dict[str, float]]:
    """Join families by their prior shares, how much of each could be solved, and how long it flew.

    Raises:
        InputError: no flight fits.
    """
    weights = []
    solvable: dict[str, float] = {}
    for family, share in zip(families, shares, strict=True):
        like = np.ones(len(family.weight))
        if lasted is not None:
            minutes = family.fit.flown.seconds / 60.0
            # Told to the minute, and begun or ended at what was seen: a minute and 3 % either way.
            sigma = np.hypot(1.0, 0.03 * lasted.value)
            low, high = (lasted.density[end][0] for end in (0, -1))
            beyond = np.maximum(np.maximum(low - minutes, minutes - high), 0.0)
            like = np.exp(-0.5 * (beyond / sigma) ** 2) + 1e-12
        weights.append(share * family.weight * like)
        for name in set(family.branch):
            of = np.array([one == name for one in family.branch])
            solvable[name] = float(family.fit.settled[of].mean())
    weight = np.concatenate(weights)
    if weight.sum() <= 0.0:
        raise InputError("no ballistic flight, and none with a pull-up, fits what was said")
    joined = Drawn(
        families[0].drawn.laws._replace(**{
            name: np.concatenate([getattr(one.drawn.laws, name) for one in families])
            for name in families[0].drawn.laws._fields
        }),
        np.concatenate([one.drawn.range for one in families]),
        np.concatenate([one.drawn.apogee for one in families]),
        families[0].drawn.assumed,
    )  # fmt: skip
    made = Fit(
        joined.laws,
        np.concatenate([one.fit.burnt for one in families]),
        np.concatenate([one.fit.log_kick for one in families]),
        type(families[0].fit.flown)(
            *(np.concatenate(columns)
              for columns in zip(*(one.fit.flown for one in families), strict=True))
        ),
        np.concatenate([one.fit.settled for one in families]),
    )  # fmt: skip
    branch = tuple(name for one in families for name in one.branch)
    return Family(joined, made, weight / weight.sum(), branch), solvable


def _falls(family: Family) -> Floats:
    rows = np.flatnonzero(family.weight > 0.0)
    flown = family.fit.flown
    return np.column_stack(
        [np.degrees(flown.latitude[rows]), np.degrees(flown.longitude[rows]), family.weight[rows]]
    )


def _rows_of(family: Family, name: str) -> NDArray[np.intp]:
    named = np.array([one == name for one in family.branch])
    return np.flatnonzero(named & family.fit.settled & (family.weight > 0.0))


def _branches(family: Family, solvable: Mapping[str, float]) -> tuple[Branch, ...]:
    found = []
    flown = family.fit.flown
    for name in dict.fromkeys(family.branch):
        rows = _rows_of(family, name)
        share = float(family.weight[rows].sum())
        if len(rows) < _FEWEST or share < 1e-3:
            continue
        rows = _resampled(rows, family.weight[rows])
        latitude, longitude = np.median(flown.latitude[rows]), np.median(flown.longitude[rows])
        north = (flown.latitude[rows] - latitude) * 6_371.0
        east = (flown.longitude[rows] - longitude) * 6_371.0 * np.cos(latitude)
        found.append(Branch(
            name=name, probability=round(share, 4), solvable=round(solvable[name], 3),
            range_km=spread(flown.range[rows] / 1e3), apogee_km=spread(flown.apogee[rows] / 1e3),
            burnout_speed_mps=spread(flown.speed[rows]), burn_time_s=spread(flown.burn[rows]),
            flight_time_s=spread(flown.seconds[rows]),
            fall_latitude_deg=round(float(np.degrees(latitude)), 3),
            fall_longitude_deg=round(float(np.degrees(longitude)), 3),
            fall_radius_95_km=round(float(np.quantile(np.hypot(north, east), 0.95)), 1),
            members=len(set(rows.tolist())),
        ))  # fmt: skip
    return tuple(sorted(found, key=lambda one: -one.probability))


def _resampled(rows: NDArray[np.intp], weight: Floats) -> NDArray[np.intp]:
    """Give rows in the measure of their weights, evenly spaced, so that quantiles need none."""
    below = np.cumsum(weight) / weight.sum()
    return rows[np.minimum(np.searchsorted(below, (np.arange(500) + 0.5) / 500), len(rows) - 1)]


def _ways(family: Family, generator: np.random.Generator) -> list[Way]:
    ways = []
    for k in generator.choice(len(family.weight), _SEEN, p=family.weight):
        laws = family.drawn.laws.at(np.array([k]))
        rows = path(laws, float(family.fit.burnt[k]), float(family.fit.log_kick[k]), _STEP_S)
        ways.append(Way(rows, float(family.fit.flown.burn[k]), float(family.fit.flown.range[k])))
    return ways


def _course(family: Family, name: BranchName) -> Course:
    """Choose the member nearest the middle of its branch in range, height, time and place."""
    rows = _rows_of(family, name)
    flown, laws = family.fit.flown, family.drawn.laws
    columns = np.stack(
        [
            np.log(flown.range[rows]), np.log(flown.apogee[rows]), np.log(flown.seconds[rows]),
            flown.latitude[rows], flown.longitude[rows], laws.latitude[rows], laws.longitude[rows],
        ],
        axis=-1,
    )  # fmt: skip
    often = _resampled(np.arange(len(rows)), family.weight[rows])
    middle = np.median(columns[often], axis=0)
    scale = np.maximum(columns[often].std(axis=0), 1e-6)
    k = rows[int(np.argmin((((columns - middle) / scale) ** 2).sum(axis=1)))]
    pulls = laws.below[k] > 0.0
    return Course(
        branch=name,
        latitude_deg=round(float(np.degrees(laws.latitude[k])), 4),
        longitude_deg=round(float(np.degrees(laws.longitude[k])), 4),
        azimuth_deg=round(float(np.degrees(laws.azimuth[k])) % 360.0, 3),
        range_km=round(float(flown.range[k]) / 1e3, 1),
        apogee_km=round(float(flown.apogee[k]) / 1e3, 1),
        flight_time_s=round(float(flown.seconds[k]), 1),
        initial_acceleration_mps2=round(float(laws.acceleration[k]), 3),
        exhaust_speed_mps=round(float(laws.exhaust[k]), 1),
        vertical_s=VERTICAL_S,
        kick_s=KICK_S,
        burn_s=round(float(flown.burn[k]), 3),
        kick_deg=round(float(np.degrees(np.exp(family.fit.log_kick[k]))), 4),
        ballistic_coefficient_kgpm2=round(float(np.exp(laws.log_beta[k])), 1),
        pull_below_m=round(float(laws.below[k]), 0) if pulls else 0.0,
        pull_for_s=round(float(laws.lasts[k]), 1) if pulls else 0.0,
        pull_up_mps2=round(float(laws.lift[k]), 2) if pulls else 0.0,
    )
