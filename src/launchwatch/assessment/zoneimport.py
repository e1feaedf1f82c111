"""Zones drawn by others, checked and repaired: polygons of economic zones made a claim set.

What comes in is a list of features, properties and a shape in degrees of WGS 84; what goes out
is a GeoJSON FeatureCollection that `--zones` takes instead of the built-in economic zones
(`launchwatch.assessment.drawn`), and a list of what was done to it. Reading the files is left to
`launchwatch.edge.zonereading`.

Repaired: rings that cross themselves, wound the wrong way, left open or run past the
antimeridian; features that come twice. Refused by name: no state that can be told, no shape, no
area, coordinates that are no degrees.
"""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from msgspec import Struct

from launchwatch.errors import SettingsError

Floats = npt.NDArray[np.float64]

STATE_FIELDS = (
    "iso_ter1", "iso_sov1", "iso_a3", "iso3", "iso_3digit", "iso_3", "iso", "adm0_a3", "sov_a3",
    "country", "code",
)  # fmt: skip
"""Names of properties that carry a state's ISO 3166 alpha-3 code, the first one that does wins."""

_SECOND = ("iso_ter2", "iso_sov2")
_THIRD = ("iso_ter3", "iso_sov3")
_NAMES = ("geoname", "name", "geoname_en", "territory1", "zone")
# Degrees: 50 m, a tenth of what a line drawn by others is good for.
_THIN = 0.0005
_DIGITS = 5
# Overlaps smaller than this share of the smaller zone are slivers between two drawings of a line.
_SLIVER = 0.001


class Feature(NamedTuple):
    """One shape, and what its file says of it; keys as they stand there."""

    properties: Mapping[str, Any]
    shape: Any


class Imported(Struct, frozen=True, kw_only=True):
    """Zones drawn by others, ready to be used.

    Attributes:
        features: a GeoJSON FeatureCollection, as `--zones` takes it.
        zones: names, and the square degrees of each.
        told: what was repaired, joined or left out, a line each.
    """

    features: dict[str, Any]
    zones: tuple[tuple[str, float], ...]
    told: tuple[str, ...]


def import_zones(
    features: Iterable[Feature], claims: str, source: str, field: str | None = None
) -> Imported:
    """Check and repair zones drawn by others.

    Args:
        features: shapes in degrees.
        claims: name of the claim set that they become.
        source: the file's name, for errors and for the record.
        field: property that carries the state's code; found by its usual names without.

    Raises:
        SettingsError: names the file, the feature, what was wanted and what came.
    """
    told: list[str] = []
    areas: dict[tuple[str, str], list[Any]] = {}
    for position, feature in enumerate(features):
        where = f"{source}: feature {position}{_title(feature.properties)}"
        key = _zone_of(feature.properties, field, where)
        area, repairs = _repaired(feature.shape, where)
        told += [f"{where}: {repair}" for repair in repairs]
        if any(shapely.equals_exact(area, other, 1e-7) for other in areas.get(key, ())):
            told.append(f"{where}: the same shape as one before it; left out")
            continue
        areas.setdefault(key, []).append(area)
    if not areas:
        raise SettingsError(f"{source}: no polygon in it; wanted economic zones, one a feature")
    joined = {key: shapely.union_all(parts) for key, parts in areas.items()}
    told += _overlaps(joined)
    thinned = {key: _thin(area) for key, area in joined.items()}
    return Imported(
        features={
            "type": "FeatureCollection",
            "launchwatch": {"claims": claims, "source": source, "instead_of": ["eez", "high-seas"]},
            "features": [
                {
                    "type": "Feature",
                    "properties": {"zone": zone, "kind": kind},
                    "geometry": {"type": "MultiPolygon", "coordinates": _rings(area)},
                }
                for (zone, kind), area in sorted(thinned.items())
            ],
        },
        zones=tuple((zone, float(area.area)) for (zone, _), area in sorted(thinned.items())),
        told=tuple(told),
    )


def _title(properties: Mapping[str, Any]) -> str:
    by_name = {key.lower(): value for key, value in properties.items()}
    title = next((by_name[key] for key in _NAMES if isinstance(by_name.get(key), str)), "")
    return f" ({title:.60})" if title else ""


def _zone_of(properties: Mapping[str, Any], field: str | None, where: str) -> tuple[str, str]:
    """Give name and kind of a feature's zone, from the usual names of its properties."""
    by_name = {key.lower(): value for key, value in properties.items()}
    if isinstance(by_name.get("zone"), str) and by_name.get("kind") in ("eez", "other"):
        return by_name["zone"], by_name["kind"]
    fields = STATE_FIELDS if field is None else (field.lower(),)
    state = _code(by_name, fields)
    if state is None:
        wanted = ", ".join(STATE_FIELDS[:5]) + ", ..." if field is None else field
        had = ", ".join(list(properties)[:12]) or "none"
        raise SettingsError(
            f"{where}: a state's three-letter code was wanted in one of {wanted}; "
            f"its properties are {had}"[:400]
        )
    kind = str(by_name.get("pol_type", "200NM")).lower()
    if kind in ("200nm", "eez", "exclusive economic zone"):
        return f"{state}-EEZ", "eez"
    second, third = _code(by_name, _SECOND), _code(by_name, _THIRD)
    states = "-".join(sorted({one for one in (state, second, third) if one}))
    return f"{states}-{kind.replace(' ', '-')}", "other"


def _code(by_name: Mapping[str, Any], fields: Iterable[str]) -> str | None:
    for name in fields:
        value = by_name.get(name)
        if isinstance(value, str):
            code = value.strip()
            if len(code) == 3 and code.isascii() and code.isalpha() and code.isupper():
                return code
    return None


def _repaired(shape: Any, where: str) -> tuple[Any, list[str]]:
    """Give the polygons of a shape within -180..180 degrees, and what was done to them."""
    if shape is None or shape.is_empty:
        raise SettingsError(f"{where}: no shape; wanted a polygon")
    parts = [p for p in shapely.get_parts(shapely.get_parts(shape)) if p.geom_type == "Polygon"]
    if not parts:
        raise SettingsError(f"{where}: wanted a polygon, got a {shape.geom_type}")
    points = shapely.get_coordinates(parts)
    if not np.isfinite(points).all():
        raise SettingsError(f"{where}: a position is no number")
    low, high = points.min(axis=0), points.max(axis=0)
    if low[1] < -90.0 or high[1] > 90.0 or low[0] < -360.0 or high[0] > 360.0:
        raise SettingsError(
            f"{where}: wanted degrees, longitude before latitude, got positions in "
            f"{low[0]:.6g}..{high[0]:.6g}, {low[1]:.6g}..{high[1]:.6g}; "
            "perhaps metres of a projection, or latitude first"
        )
    done = []
    unrolled = [_unrolled(part) for part in parts]
    if any(after is not before for before, after in zip(parts, unrolled, strict=True)):
        done.append("crossed the antimeridian; cut there")
    whole: Any = shapely.multipolygons(unrolled)
    if not whole.is_valid:
        done.append(f"{shapely.is_valid_reason(whole):.80}; repaired")
        whole = shapely.make_valid(whole)
    bounds = whole.bounds
    if bounds[0] < -180.0 or bounds[2] > 180.0:
        pieces = []
        for turn in (-360.0, 0.0, 360.0):
            moved = shapely.transform(whole, lambda p, t=turn: p + np.array([t, 0.0]))
            pieces.append(shapely.intersection(moved, shapely.box(-180.0, -90.0, 180.0, 90.0)))
        whole = shapely.union_all(pieces)
    kept = [p for p in shapely.get_parts(shapely.get_parts(whole)) if p.geom_type == "Polygon"]
    if not kept:
        raise SettingsError(f"{where}: the polygon encloses nothing")
    return shapely.union_all(kept), done


def _unrolled(part: Any) -> Any:
    """Undo jumps of a turn between neighbouring corners: the same polygon if there are none."""
    rings = [shapely.get_coordinates(ring) for ring in shapely.get_rings(part)]
    turns = [np.rint(np.diff(ring[:, 0]) / 360.0) for ring in rings]
    if not any(turn.any() for turn in turns):
        return part
    out = []
    for ring, turn in zip(rings, turns, strict=True):
        shift = np.append(0.0, np.cumsum(turn)) * 360.0
        out.append(np.stack([ring[:, 0] - shift, ring[:, 1]], 1))
    # A hole may have been unrolled to the other side than the shell around it.
    middle = out[0][:, 0].mean()
    holes = [
        ring - [360.0 * np.rint((ring[:, 0].mean() - middle) / 360.0), 0.0] for ring in out[1:]
    ]
    return shapely.Polygon(out[0], holes)


def _overlaps(areas: Mapping[tuple[str, str], Any]) -> list[str]:
    """Say which zones overlap by more than a sliver; the first in order of name wins there."""
    keys = sorted(areas)
    shapes = [areas[key] for key in keys]
    tree = shapely.STRtree(shapes)
    found = []
    for one, other in zip(*tree.query(shapes, predicate="intersects"), strict=True):
        if one < other:
            shared = shapely.intersection(shapes[one], shapes[other]).area
            if shared > _SLIVER * min(shapes[one].area, shapes[other].area):
                found.append(
                    f"{keys[one][0]} and {keys[other][0]} overlap by {shared:.2f} square degrees; "
                    f"what both hold is counted for {keys[one][0]}"
                )
    return found


def _thin(area: Any) -> Any:
    thinned = shapely.make_valid(shapely.simplify(area, _THIN, preserve_topology=True))
    kept = [p for p in shapely.get_parts(shapely.get_parts(thinned)) if p.geom_type == "Polygon"]
    return shapely.orient_polygons(shapely.multipolygons(kept))


def _rings(area: Any) -> list[list[list[list[float]]]]:
    return [
        [
            np.round(shapely.get_coordinates(ring), _DIGITS).tolist()
            for ring in shapely.get_rings(part)
        ]
        for part in shapely.get_parts(area)
    ]
