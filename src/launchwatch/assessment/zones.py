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
import shapely
from msgspec import Struct

from launchwatch.assessment.partition import (
    OUTSIDE,
    Partition,
    distances_to_pieces,
    pieces_of,
    points_ecef,
)
from launchwatch.assessment.places import land
from launchwatch.errors import InputError, SettingsError
from launchwatch.messages.fallarea import ZoneProbability

Floats = npt.NDArray[np.float64]

KINDS = ("land", "territorial-sea", "eez", "other")
"""The kinds a zone given by the user may have; ``high-seas`` comes from the built-in ones."""

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


class UserZone(Struct, frozen=True):
    """A zone from a GeoJSON file, prepared for questions."""

    zone: str
    kind: str
    area: Any
    start_ecef: Floats
    end_ecef: Floats

    def contains(self, longitude_deg: Floats, latitude_deg: Floats) -> npt.NDArray[np.bool_]:
        """Say which points lie inside; longitudes of -180..360 are the same all round."""
        x = np.mod(longitude_deg + 180.0, 360.0) - 180.0
        inside: npt.NDArray[np.bool_] = shapely.contains_xy(self.area, x, latitude_deg)
        if self.area.bounds[2] > 180.0:
            inside |= shapely.contains_xy(self.area, x + 360.0, latitude_deg)
        return inside


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


class Outlines(Struct, frozen=True):
    """Lines for a picture, each (k, 2) rows of longitude and latitude in degrees.

    Attributes:
        land: country (ISO alpha-3) and outer ring of its land, in map order.
        edges: kind of line and its course: ``territorial-sea`` at 12 NM, ``eez`` at 200 NM,
            ``median`` between states, ``border`` on land.
    """

    land: tuple[tuple[str, Floats], ...]
    edges: tuple[tuple[str, Floats], ...]


def outlines(
    zones: Zones, west_deg: float, south_deg: float, east_deg: float, north_deg: float
) -> Outlines:
    """Give land and zone edges within a box, for pictures.

    Land comes thinned to some hundred metres, edges as stored. Lines are cut at the box;
    beyond the built-in map there are none.
    """
    frame = (west_deg, south_deg, east_deg, north_deg)
    polygons, borders = land()
    shores = [
        (country, shapely.get_coordinates(part.exterior))
        for country, parts in polygons.items()
        for whole in parts
        for part in _polygons(shapely.clip_by_rect(whole, *frame))
    ]
    edges = [
        (_edge_kind(zones.zones[left], zones.zones[right]), points)
        for left, right, points in zones.partition.arcs
        if OUTSIDE not in (left, right)
    ]
    edges += [("border", line) for _, _, lines in borders for line in lines]
    inside = [
        (kind, shapely.get_coordinates(part))
        for kind, points in edges
        if kind and len(points) > 1
        for part in shapely.get_parts(shapely.clip_by_rect(shapely.LineString(points), *frame))
        if part.geom_type == "LineString"
    ]
    return Outlines(tuple(shores), tuple(inside))


def _polygons(clipped: Any) -> list[Any]:
    parts = shapely.get_parts(clipped)
    return [part for part in parts if part.geom_type == "Polygon" and not part.is_empty]


def _edge_kind(left: Zone, right: Zone) -> str:
    """Name a line by what it parts; empty for coasts and land borders, drawn from the land."""
    kinds = {left.kind, right.kind}
    if "land" in kinds:
        return ""
    if "high-seas" in kinds:
        return "eez"
    return "median" if left.country != right.country else "territorial-sea"


def read_features(features: Mapping[str, Any], source: str) -> tuple[UserZone, ...]:
    """Give the zones of a GeoJSON FeatureCollection, features of one name joined.

    Raises:
        SettingsError: names the file, the feature, what was wanted and what came.
    """
    if not isinstance(features, Mapping) or features.get("type") != "FeatureCollection":
        raise SettingsError(f"{source}: must be a GeoJSON FeatureCollection")
    listed = features.get("features")
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        raise SettingsError(f"{source}: features must be a list, got {type(listed).__name__}")
    areas: dict[tuple[str, str], list[Any]] = {}
    for position, feature in enumerate(listed):
        where = f"{source}: feature {position}"
        if not isinstance(feature, Mapping):
            raise SettingsError(f"{where}: must be an object, got {type(feature).__name__}")
        properties = feature.get("properties")
        properties = properties if isinstance(properties, Mapping) else {}
        zone, kind = properties.get("zone"), properties.get("kind")
        if not isinstance(zone, str) or not zone.strip():
            raise SettingsError(f"{where}: properties.zone must be a name, got {zone!r:.80}")
        if kind not in KINDS:
            wanted = ", ".join(KINDS)
            raise SettingsError(
                f"{where}: properties.kind must be one of {wanted}, got {kind!r:.80}"
            )
        areas.setdefault((zone, kind), []).append(_area(feature.get("geometry"), where))
    return tuple(_user_zone(zone, kind, parts) for (zone, kind), parts in areas.items())


def _area(geometry: Any, where: str) -> Any:
    """Give a checked polygon; rings that touch or cross themselves are repaired."""
    shape = geometry.get("type") if isinstance(geometry, Mapping) else None
    if shape not in ("Polygon", "MultiPolygon"):
        raise SettingsError(f"{where}: geometry must be a Polygon or MultiPolygon")
    parts = geometry.get("coordinates")
    parts = [parts] if shape == "Polygon" else parts
    try:
        rings = [[np.array(ring, dtype=np.float64) for ring in part] for part in parts]
    except (TypeError, ValueError, OverflowError):
        rings = []
    if not rings or not all(part and all(_is_ring(ring) for ring in part) for part in rings):
        raise SettingsError(
            f"{where}: coordinates must be closed rings of finite [longitude, latitude]"
        )
    points = np.concatenate([ring[:, :2] for part in rings for ring in part])
    low, high = points.min(axis=0), points.max(axis=0)
    if low[0] < -180.0 or high[0] > 360.0 or low[1] < -90.0 or high[1] > 90.0:
        raise SettingsError(
            f"{where}: positions must be [longitude -180..360, latitude -90..90] in degrees"
        )
    area = shapely.make_valid(
        shapely.multipolygons(
            [shapely.Polygon(part[0][:, :2], [hole[:, :2] for hole in part[1:]]) for part in rings]
        )
    )
    # Twice: a repair may return a collection of multipolygons, lines and points.
    kept = [p for p in shapely.get_parts(shapely.get_parts(area)) if p.geom_type == "Polygon"]
    if not kept:
        raise SettingsError(f"{where}: the polygon encloses nothing")
    return shapely.union_all(kept)


def _is_ring(ring: Floats) -> bool:
    # A height after the latitude is allowed, and unused.
    if ring.ndim != 2 or ring.shape[1] not in (2, 3) or len(ring) < 4:
        return False
    return bool(np.isfinite(ring).all() and (ring[0] == ring[-1]).all())


def _user_zone(zone: str, kind: str, parts: list[Any]) -> UserZone:
    area = shapely.union_all(parts)
    lines = shapely.get_rings(shapely.get_parts(area))
    cut = [pieces_of(shapely.get_coordinates(line), 0.05) for line in lines]
    start = np.concatenate([start for start, _ in cut])
    end = np.concatenate([end for _, end in cut])
    # Where a zone was cut at the antimeridian it does not end.
    real = ~((np.abs(start[:, 0]) == 180.0) & (np.abs(end[:, 0]) == 180.0))
    shapely.prepare(area)
    return UserZone(
        zone,
        kind,
        area,
        points_ecef(start[real, 0], start[real, 1]),
        points_ecef(end[real, 0], end[real, 1]),
    )


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
