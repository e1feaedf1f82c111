"""Points counted by zone, and checked before: what the claim sets' answers are made of."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from launchwatch.assessment.userzones import UserZone
from launchwatch.assessment.zonefile import Zone
from launchwatch.errors import InputError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]


def counts_of(zones: Sequence[Zone], numbers: Integers) -> dict[Zone, int]:
    """Count points in each zone, from the number of each point's zone; none is empty."""
    many = np.bincount(numbers)
    return {zones[n]: int(many[n]) for n in np.flatnonzero(many).tolist()}


def counts_besides(
    besides: Sequence[UserZone], latitude_deg: Floats, longitude_deg: Floats
) -> dict[Zone, int]:
    """Count points in each area that is judged besides the zones; none is empty."""
    found = {}
    for beside in besides:
        inside = int(np.count_nonzero(beside.contains(longitude_deg, latitude_deg)))
        if inside:
            found[Zone(beside.zone, beside.kind, "")] = inside
    return found


def moved(
    counts: Mapping[Zone, int], gone: Mapping[Zone, int], come: Mapping[Zone, int]
) -> dict[Zone, int]:
    """Count anew where some points left their zones for others."""
    found = dict(counts)
    for sign, some in ((-1, gone), (1, come)):
        for zone, many in some.items():
            found[zone] = found.get(zone, 0) + sign * many
    return found


def checked(latitude_deg: Floats, longitude_deg: Floats) -> tuple[Floats, Floats]:
    """Give points as two arrays (n,), degrees.

    Raises:
        InputError: no points, differing numbers, or one that is not finite or beyond the poles.
    """
    latitude = np.atleast_1d(np.asarray(latitude_deg, dtype=np.float64))
    longitude = np.atleast_1d(np.asarray(longitude_deg, dtype=np.float64))
    if latitude.shape != longitude.shape or latitude.ndim != 1 or not len(latitude):
        raise InputError(
            "as many latitudes as longitudes are wanted, one at least, "
            f"got {latitude.shape} and {longitude.shape}"
        )
    if not (np.isfinite(latitude).all() and np.isfinite(longitude).all()):
        raise InputError("latitude and longitude must be finite numbers")
    if (np.abs(latitude) > 90.0).any():
        raise InputError(
            f"latitude must lie in -90..90 deg, got {latitude[np.abs(latitude) > 90][0]}"
        )
    if (np.abs(longitude) > 1e6).any():
        raise InputError("longitude must lie in -180..360 deg")
    return latitude, longitude
