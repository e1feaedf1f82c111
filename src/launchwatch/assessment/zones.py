"""Zones: whose land, territorial sea or exclusive economic zone a point lies in.

The built-in zones cover 20-52 N, 112-180 E: land, territorial sea to 12 NM, exclusive
economic zone to 200 NM or to the median between coasts, and the high seas beyond. They are
computed from Natural Earth's 1:10 m coast, normal baselines, under the claim set that
`Zones.claims` names; see design/zones.md for what that means and how far it can be wrong.
Outside the box the answer is ``unknown``, never a guess.

Left to others: straight baselines, treaty lines, each state's own claims. They are further
claim sets: one more file of arcs under its name in ``data/zones``.
"""

import gzip
from collections.abc import Mapping, Sequence
from importlib import resources
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Struct

from launchwatch.assessment.partition import (
    OUTSIDE,
    Partition,
    distances_to_pieces,
)
from launchwatch.assessment.userzones import UserZone, read_features
from launchwatch.errors import InputError, SettingsError
from launchwatch.messages.fallarea import ZoneProbability

Floats = npt.NDArray[np.float64]

UNKNOWN = "unknown"
"""The zone of points beyond the built-in map, of kind ``other``."""

_FILES = {"median": "zones.json.gz"}


class NearZone(Struct, frozen=True, kw_only=True):
    """A zone seen from one point.

    Attributes:
        distance_km: to the zone's nearest edge; negative inside the zone, positive outside.
        claims: the claim set that drew it; empty for a zone given by the user.
    """

    zone: str
    kind: str
    distance_km: float
    claims: str


class Zone(Struct, frozen=True):
    """Name, kind and coastal state (ISO 3166 alpha-3, empty for none) of a built-in zone."""

    zone: str
    kind: str
    country: str


class _Stored(Struct, frozen=True):
    """The data file, as scripts/build_zones.py writes it."""

    claims: str
    box_deg: tuple[float, float, float, float]
    quantum_deg: float
    cell_deg: float
    reference_deg: tuple[float, float]
    zones: tuple[Zone, ...]
    arcs: list[dict[str, Any]]
    cells: list[list[int]]


class Zones:
    """Answers, for points, which zones they lie in.

    Built once, then only read: safe to share between threads.

    Attributes:
        zones: the built-in ones, in the order of their numbers in `partition`.
        claims: name of the claim set that drew them.
    """

    def __init__(
        self,
        partition: Partition,
        zones: Sequence[Zone],
        claims: str,
        users: Sequence[UserZone] = (),
    ) -> None:
        """Join a map, the names of its zones and the user's own zones."""
        self.partition = partition
        self.zones = tuple(zones)
        self.claims = claims
        self.users = tuple(users)

    @classmethod
    def built_in(cls, claims: str = "median") -> "Zones":
        """Read the zones that come with the package, about 0.1 s.

        Raises:
            SettingsError: there is no such claim set.
        """
        if claims not in _FILES:
            raise SettingsError(f"claims must be one of {', '.join(_FILES)}, got {claims!r}")
        file = resources.files("launchwatch") / "data" / "zones" / _FILES[claims]
        stored = msgspec.json.decode(gzip.decompress(file.read_bytes()), type=_Stored)
        west, _, east, _ = stored.box_deg
        columns = round((east - west) / stored.cell_deg)
        cells = np.empty((len(stored.cells), columns), dtype=np.int16)
        for row, runs in zip(cells, stored.cells, strict=True):
            starts = [*runs[::2], columns]
            row[:] = np.repeat(runs[1::2], np.diff(starts))
        arcs = [
            (
                int(arc["left"]),
                int(arc["right"]),
                np.cumsum(np.array(arc["points"]).reshape(-1, 2), axis=0) * stored.quantum_deg,
            )
            for arc in stored.arcs
        ]
        partition = Partition(stored.box_deg, stored.cell_deg, stored.reference_deg, cells, arcs)
        return cls(partition, stored.zones, stored.claims)

    def with_features(self, features: Mapping[str, Any], source: str = "zones") -> "Zones":
        """Give the same zones and, besides them, those of a GeoJSON FeatureCollection.

        Each feature is a Polygon or MultiPolygon whose properties carry ``zone``, its name,
        and ``kind``, one of `KINDS`. Features of one name are one zone.

        Args:
            features: the parsed file.
            source: the file's name, for errors.

        Raises:
            SettingsError: names the file, the feature, what was wanted and what came.
        """
        users = read_features(features, source)
        return Zones(self.partition, self.zones, self.claims, (*self.users, *users))

    def probabilities(
        self, latitude_deg: Floats, longitude_deg: Floats
    ) -> tuple[ZoneProbability, ...]:
        """Give the fraction of points in each zone, most probable first.

        The fractions of the built-in zones (``unknown`` among them) sum to one; the user's
        are counted besides. Zones without a point are left out.

        Args:
            latitude_deg: (n,) geodetic.
            longitude_deg: (n,), any turn.

        Raises:
            InputError: no points, differing numbers, or one that is not finite.
        """
        latitude, longitude = _checked(latitude_deg, longitude_deg)
        numbers = self.partition.numbers_at(longitude, latitude)
        counts = np.bincount(numbers + 1, minlength=len(self.zones) + 1)
        found = []
        for number in np.flatnonzero(counts) - 1:
            one = self._named(int(number))
            share = int(counts[number + 1]) / len(latitude)
            found.append((share, 0, one.zone, one.kind, self.claims))
        for user in self.users:
            inside = int(np.count_nonzero(user.contains(longitude, latitude)))
            if inside:
                found.append((inside / len(latitude), 1, user.zone, user.kind, ""))
        found.sort(key=lambda one: (-one[0], one[1], one[2]))
        return tuple(
            ZoneProbability(zone=zone, kind=kind, probability=share, claims=claims)
            for share, _, zone, kind, claims in found
        )

    def at(self, latitude_deg: float, longitude_deg: float) -> tuple[NearZone, ...]:
        """Give all zones by distance to their edge, those that hold the point first.

        The distance is negative inside a zone and positive outside. An exclusive economic
        zone here begins at 12 NM: land and territorial sea are zones of their own.

        Raises:
            InputError: not finite, or a latitude beyond the poles.
        """
        latitude, longitude = _checked(np.array([latitude_deg]), np.array([longitude_deg]))
        here = int(self.partition.numbers_at(longitude, latitude)[0])
        metres = self.partition.distances_at(longitude[0], latitude[0], len(self.zones))
        found = []
        for number in (*range(len(self.zones)), OUTSIDE):
            one = self._named(number)
            signed = -metres[number] if number == here else metres[number]
            if number != OUTSIDE or here == OUTSIDE:
                found.append((float(signed) / 1e3, one.zone, one.kind, self.claims))
        for user in self.users:
            edge = distances_to_pieces(longitude[0], latitude[0], user.start_ecef, user.end_ecef)
            nearest = float(edge.min()) / 1e3
            inside = bool(user.contains(longitude, latitude)[0])
            found.append((-nearest if inside else nearest, user.zone, user.kind, ""))
        found.sort(key=lambda one: (one[0] > 0.0, abs(one[0]), one[1]))
        return tuple(
            NearZone(zone=zone, kind=kind, distance_km=distance, claims=claims)
            for distance, zone, kind, claims in found
        )

    def _named(self, number: int) -> Zone:
        return Zone(UNKNOWN, "other", "") if number == OUTSIDE else self.zones[number]


def _checked(latitude_deg: Floats, longitude_deg: Floats) -> tuple[Floats, Floats]:
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
