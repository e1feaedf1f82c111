"""Draw what a family is made of: what the statements say, with their doubt, and broad laws beside.

What nobody says (how hard the motor pushes, how much air slows the body, often the direction) is
drawn from laws wide enough for anything that flies, and named in `Drawn.assumed`.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.earth.geodesic import direct, inverse
from launchwatch.errors import InputError
from launchwatch.messages.reconciled import FigureEstimate, LaunchAccount, PlaceEstimate
from launchwatch.record.reconstructing.fitting import speed_needed
from launchwatch.record.reconstructing.flying import Laws
from launchwatch.record.reconstructing.shapes import DEPRESSED, LOFTED, least_effort_apogee

Floats = NDArray[np.float64]

ACCELERATION = (13.0, 30.0)
"""Thrust over mass at ignition, m/s², even in its logarithm: what hardly lifts to what jumps."""
EXHAUST = (2_100.0, 2_600.0)
BURNT = 0.8
"""Where one motor of such exhaust would have to burn more than this share, one of more exhaust
speed stands for the several stages there must have been."""
LOG_BETA = (math.log(5_000.0), 0.6)
"""Of ln(m/(Cd·A)), kg/m²: 95 % between 1,500 and 16,000."""

PULL_BELOW, PULL_FOR, PULL_UP = (20e3, 42e3), (15.0, 75.0), (8.0, 30.0)
"""Where a pull-up begins (m), how long it lasts (s), how strong it is (m/s²): uniform."""

_EASTWARD = (87.0, 15.0)
"""Mean and deviation of directions from North Korea into the sea to its east, degrees, by which
nearly all its launches went: towards Hokkaido and Honshu, not Vladivostok or Busan."""

_SHARES = {"lofted": 0.2, "normal": 0.5, "depressed": 0.3}
"""Of branches where nobody says how high it went. A judgement."""

_TOP_KM = 8_000.0

ZonesAt = Callable[[Floats, Floats], list[tuple[str, str]]]
"""Gives (zone, kind) such as ("JPN-EEZ", "eez") of points: latitudes and longitudes in degrees."""


class Drawn(NamedTuple):
    """What was drawn; range and apogee in metres, (n,)."""

    laws: Laws
    range: Floats
    apogee: Floats
    assumed: tuple[str, ...]


def draw(
    account: LaunchAccount,
    item: int | None,
    count: int,
    generator: np.random.Generator,
    zones: ZonesAt | None = None,
) -> Drawn:
    """Draw so many flights to be found.

    Raises:
        InputError: the statements say neither from where, or neither how far nor where it fell.
    """
    place = account.place("launch_place", item)
    if place is None:
        raise InputError(
            "a launch place must be stated somewhere in the reports, such as 'near Kusong'"
        )
    fall, reach = account.place("fall_place", item), account.figure("range", item)
    if fall is None and reach is None:
        raise InputError(
            "a range or a place of fall must be stated somewhere in the reports, such as "
            "'flew about 700 km'"
        )
    assumed: list[str] = []
    latitude, longitude, azimuth, far = _ways(
        account, place, fall, reach, count, generator, zones, assumed
    )
    apogee = _apogees(account.figure("apogee", item), far, generator, assumed)
    exhaust = np.maximum(
        generator.uniform(*EXHAUST, count),
        speed_needed(far, apogee)
        / math.log(1.0 / (1.0 - BURNT))
        * generator.uniform(1.0, 1.2, count),
    )
    laws = Laws(
        latitude, longitude, azimuth,
        np.exp(generator.uniform(math.log(ACCELERATION[0]), math.log(ACCELERATION[1]), count)),
        exhaust,
        generator.normal(*LOG_BETA, count), np.full(count, -1.0), np.zeros(count), np.zeros(count),
    )  # fmt: skip
    return Drawn(laws, far, apogee, tuple(assumed))


def with_pull_ups(laws: Laws, generator: np.random.Generator) -> Laws:
    """Give the same flights with a pull-up each."""
    n = len(laws.azimuth)
    return laws._replace(
        below=generator.uniform(*PULL_BELOW, n),
        lasts=generator.uniform(*PULL_FOR, n),
        lift=generator.uniform(*PULL_UP, n),
    )


def _ways(
    account: LaunchAccount,
    place: PlaceEstimate,
    fall: PlaceEstimate | None,
    reach: FigureEstimate | None,
    count: int,
    generator: np.random.Generator,
    zones: ZonesAt | None,
    assumed: list[str],
) -> tuple[Floats, Floats, Floats, Floats]:
    """Give latitudes, longitudes, azimuths (rad) and ranges (m) that statements allow together."""
    many = 20 * count
    lat, lon = _points(place, many, generator)
    if fall is not None:
        lat2, lon2 = _points(fall, many, generator)
        far, azimuth, _ = inverse(lat, lon, lat2, lon2)
        # A spread of a cell: what was told in winds of an eighth is not exact to a grid.
        weight = np.ones(many) if reach is None else _density_at(reach, far / 1e3)
        weight = weight + 1e-9
        if reach is None:
            assumed.append("how far it flew follows from where it rose and fell alone")
    elif reach is not None:
        if account.country == "PRK":
            azimuth = np.radians(generator.normal(*_EASTWARD, many))
            assumed.append("no report says in which direction: drawn towards the sea to the east")
        else:
            azimuth = np.radians(generator.uniform(0.0, 360.0, many))
            assumed.append("no report says in which direction: drawn all around")
        far = _values(reach, many, generator) * 1e3
        weight = np.ones(many)
        if zones is not None:
            lat2, lon2, _ = direct(lat, lon, azimuth, far)
            kinds = np.array([kind for _, kind in zones(np.degrees(lat2), np.degrees(lon2))])
            at_sea = ~np.isin(kinds, ("land", "internal-waters"))
            if _fell_into_sea(account) and at_sea.any():
                weight = np.where(at_sea, 1.0, 1e-9)
    chosen = generator.choice(many, count, p=weight / weight.sum())
    return lat[chosen], lon[chosen], azimuth[chosen], np.maximum(far[chosen], 20e3)


def _fell_into_sea(account: LaunchAccount) -> bool:
    """Say whether what is told means water: an economic zone, or a sea by name."""
    if account.verdicts:
        return True
    return (
        any(
            one.claim.kind == "fall_place" and one.claim.value.get("country") == "SEA"
            for one in account.statements
        )
        or account.country == "PRK"
    )


def _apogees(
    told: FigureEstimate | None, far: Floats, generator: np.random.Generator, assumed: list[str]
) -> Floats:
    if told is not None:
        return _values(told, len(far), generator) * 1e3
    assumed.append("no report says how high: lofted, normal and depressed flights were drawn")
    least = least_effort_apogee(far)
    kind = generator.choice(len(_SHARES), len(far), p=list(_SHARES.values()))
    edges = {
        "lofted": (LOFTED, 12.0),
        "normal": (DEPRESSED, LOFTED),
        "depressed": (0.25, DEPRESSED),
    }
    low, high = (np.log([edges[name][end] for name in _SHARES])[kind] for end in (0, 1))
    share = np.exp(generator.uniform(low, high))
    return np.asarray(np.clip(share * least, 15e3, _TOP_KM * 1e3))


def _points(
    place: PlaceEstimate, count: int, generator: np.random.Generator
) -> tuple[Floats, Floats]:
    rows = np.array(place.points)
    chosen = generator.choice(len(rows), count, p=rows[:, 2] / rows[:, 2].sum())
    step = math.degrees(place.spacing_km / 6_371.0)
    spread = generator.uniform(-0.5, 0.5, (count, 2)) * step
    return np.radians(rows[chosen, 0] + spread[:, 0]), np.radians(rows[chosen, 1] + spread[:, 1])


def _values(figure: FigureEstimate, count: int, generator: np.random.Generator) -> Floats:
    values = np.array([value for value, _ in figure.density])
    at = generator.uniform(0.0, len(values) - 1.0, count)
    return np.asarray(np.interp(at, np.arange(len(values)), values))


def _density_at(figure: FigureEstimate, values: Floats) -> Floats:
    """Give the density of a figure at values, up to a factor: from its equal shares."""
    ranked = np.array([value for value, _ in figure.density])
    middles, widths = 0.5 * (ranked[1:] + ranked[:-1]), np.maximum(np.diff(ranked), 1e-3)
    return np.asarray(np.interp(values, middles, 1.0 / widths, left=0.0, right=0.0))
