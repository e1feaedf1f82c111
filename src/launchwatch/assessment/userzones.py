"""Zones that the user draws: a GeoJSON file, checked and prepared for questions.

Each feature is a Polygon or MultiPolygon with its zone's name and kind; what cannot be used
is named by file and feature. The built-in zones, and the answers, are those of
`launchwatch.assessment.zones`.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely
from msgspec import Struct

from launchwatch.assessment.partition import pieces_of, points_ecef
from launchwatch.errors import SettingsError

Floats = npt.NDArray[np.float64]

KINDS = ("land", "territorial-sea", "eez", "other")
"""The kinds a zone given by the user may have; ``high-seas`` comes from the built-in ones."""


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


def read_features(features: Mapping[str, Any], source: str) -> tuple[UserZone, ...]:
    """Give the zones of a GeoJSON FeatureCollection, features of one name joined.

    Raises:
        SettingsError: names the file, the feature, what was wanted and what came.
    """
    if not isinstance(features, Mapping) or features.get("type") != "FeatureCollection":
        raise SettingsError(f"{source}: must be a GeoJSON FeatureCollection")
    listed = features.get("features")
    if not isinstance(listed, Sequence) or isinstance(listed, str):
        came = "nothing" if listed is None else type(listed).__name__
        raise SettingsError(f"{source}: features must be a list, got {came}")
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
    return tuple(user_zone(zone, kind, parts) for (zone, kind), parts in areas.items())


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


def user_zone(zone: str, kind: str, parts: list[Any]) -> UserZone:
    """Prepare polygons, degrees, as one zone."""
    area = shapely.union_all(parts)
    lines = shapely.get_rings(shapely.get_parts(area))
    sizes = shapely.get_num_coordinates(lines)
    start, end, _ = pieces_of(shapely.get_coordinates(lines), 0.05, sizes)
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
