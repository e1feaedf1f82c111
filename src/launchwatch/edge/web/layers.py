"""Still layers: zones by claim set and provinces, on several levels of detail, as GeoJSON.

Faces of the zones' own partition, thinned together so that neighbours keep sharing their border.
What lies in which zone is decided by `launchwatch.assessment.zones` alone, from the full lines.

The world beyond Northeast Asia takes five seconds to thin: another process does it at low
priority, once somebody looks there, so that the watch beside the map never waits.
"""

import gzip
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any, NamedTuple

import msgspec
import numpy as np
import shapely
from numpy.typing import NDArray

from launchwatch.assessment.partition import Partition
from launchwatch.assessment.provinces import province_of
from launchwatch.assessment.settings import CLAIM_SETS
from launchwatch.assessment.userzones import UserZone
from launchwatch.assessment.zonefile import sheet
from launchwatch.edge.outlines import faces_between
from launchwatch.errors import InputError

TOLERANCES_DEG = (0.1, 0.02, 0.004, 0.0)
"""How far a border may be moved on each level: about a pixel at 1:30 M, 1:6 M, 1:1 M; and not."""

_SMALLEST = 2.0
"""Squares of the tolerance below which a face is left out: it would be a dot."""

_DIGITS = (3, 4, 5, 6)


WORLD = "world"
"""Names the zones outside Northeast Asia, which every claim set sees alike."""

_WORLD_LEVELS = 2
"""Levels of the world's zones: the third would be 8 MB, compressed."""

_UNDRAWN = ("land", "high-seas")
"""Kinds of the world's zones whose edges are coasts, or others' edges."""

_LOW_PRIORITY = 10

_LONGEST_S = 120.0
"""Seconds after which a layer that another process makes is given up."""


class Layer(NamedTuple):
    """A still layer: where it is found, and what it is."""

    path: str
    kind: str
    claims: str
    level: int
    tolerance_deg: float


class Layers:
    """Gives still layers, each made when it is first asked for, and kept.

    Args:
        users: zones that the watch judges besides.
    """

    def __init__(self, users: tuple[UserZone, ...] = ()) -> None:
        self._users = users
        self._made: dict[str, tuple[bytes, str]] = {}
        self._making, self._world = threading.Lock(), threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._is_closed = False
        levels = [*enumerate(TOLERANCES_DEG)]
        self._layers = [
            Layer(f"/api/layers/zones/{claims}/{level}", "zones", claims, level, tolerance)
            for claims in CLAIM_SETS
            for level, tolerance in levels
        ]
        self._layers += [
            Layer(f"/api/layers/zones/{WORLD}/{level}", "zones", WORLD, level, tolerance)
            for level, tolerance in levels[:_WORLD_LEVELS]
        ]
        self._layers += [
            Layer(f"/api/layers/provinces/{level}", "provinces", "", level, tolerance)
            for level, tolerance in levels
        ]
        if users:
            self._layers.append(Layer("/api/layers/own", "own", "", 0, 0.0))

    def index(self) -> dict[str, Any]:
        """List what there is."""
        return {
            "claims": list(CLAIM_SETS),
            "layers": [layer._asdict() for layer in self._layers],
        }

    def content(self, name: str) -> tuple[bytes, str]:
        """Give a layer, GeoJSON in gzip, with a tag that changes with it.

        Args:
            name: its path below ``/api/layers/``.

        Raises:
            InputError: there is no such layer.
        """
        path = f"/api/layers/{name}"
        layer = next((each for each in self._layers if each.path == path), None)
        if layer is None:
            raise InputError(f"there is no layer {name[:80]!r}; /api/layers lists them")
        # Who asks meanwhile gets what the first one had made; none waits for the world's.
        with self._world if layer.claims == WORLD else self._making:
            if name not in self._made:
                content = self._apart(name) if layer.claims == WORLD else self._make(layer)
                self._made[name] = content, blake2b(content, digest_size=12).hexdigest()
            return self._made[name]

    def make(self, name: str) -> bytes:
        """Make a layer here and now, GeoJSON in gzip."""
        path = f"/api/layers/{name}"
        return self._make(next(each for each in self._layers if each.path == path))

    def close(self) -> None:
        """End what another process is making; who waits for it is told so."""
        self._is_closed = True
        if self._process is not None:
            self._process.kill()

    def _apart(self, name: str) -> bytes:
        """Have another process make a layer, at low priority."""
        if self._is_closed:
            raise InputError(f"the layer {name} is not made any more: the map ends")
        command = [sys.executable, "-m", "launchwatch.edge.web.layers", name]
        with subprocess.Popen(  # noqa: S603 - ourselves, with the name of a layer from our list
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        ) as self._process:
            try:
                content, _ = self._process.communicate(timeout=_LONGEST_S)
            except subprocess.TimeoutExpired:
                self._process.kill()
                content = b""
        if self._process.returncode != 0 or not content:
            raise InputError(f"the layer {name} could not be made")
        return content

    def _make(self, layer: Layer) -> bytes:
        features = {"zones": _zones, "provinces": _provinces, "own": self._own}[layer.kind]
        collection = {"type": "FeatureCollection", "features": [*features(layer)]}
        return gzip.compress(msgspec.json.encode(collection), 6, mtime=0)

    def _own(self, _layer: Layer) -> Iterator[dict[str, Any]]:
        for user in self._users:
            yield _feature(_on_sheet(user.area), 6, zone=user.zone, kind=user.kind, claims="")


def _zones(layer: Layer) -> Iterator[dict[str, Any]]:
    near = sheet(layer.claims)
    joined = _joined(near.partition, layer)
    for number, shape in joined.items():
        zone = near.zones[number]
        if layer.claims == WORLD and zone.kind in _UNDRAWN:
            continue
        yield _feature(
            shape, _DIGITS[layer.level], zone=zone.zone, kind=zone.kind, claims=layer.claims,
            country=zone.country,
        )  # fmt: skip


def _provinces(layer: Layer) -> Iterator[dict[str, Any]]:
    near = sheet(CLAIM_SETS[0])
    kinds = {zone.zone: zone for zone in near.zones}
    for number, shape in _joined(near.partition, layer, parts=True).items():
        part = near.parts[number]
        zone = kinds[part.zone]
        if zone.kind == "land" and part.name:
            known = province_of(zone.country, part.name)
            yield _feature(
                shape, _DIGITS[layer.level], country=zone.country, name=known.name,
                iso=known.iso, local=known.local,
            )  # fmt: skip


def _joined(
    partition: Partition, layer: Layer, *, parts: bool = False
) -> dict[int, shapely.Geometry]:
    """Give the thinned area of each zone, or of each part of one, by number."""
    faces = faces_between(partition.lines)
    inside = shapely.get_coordinates(shapely.point_on_surface(faces))
    found: NDArray[Any] = partition.parts_at(inside[:, 0], inside[:, 1])
    numbers = found if parts else partition.zones_of(found)
    # Faces of one zone become one before they are thinned: no border within it stays.
    whole = {int(n): shapely.union_all(faces[numbers == n]) for n in np.unique(numbers) if n >= 0}
    if layer.tolerance_deg == 0.0:
        return whole
    thin = shapely.coverage_simplify(np.array([*whole.values()]), layer.tolerance_deg)
    least = _SMALLEST * layer.tolerance_deg**2
    kept = {}
    for number, shape in zip(whole, thin, strict=True):
        pieces = shapely.get_parts(shape)
        large = pieces[shapely.area(pieces) >= least]
        if len(large):
            kept[number] = shapely.MultiPolygon([_filled(each, least) for each in large])
    return kept


def _filled(piece: shapely.Polygon, least: float) -> shapely.Polygon:
    """Fill holes that would be dots."""
    holes = [ring for ring in piece.interiors if shapely.Polygon(ring).area >= least]
    return shapely.Polygon(piece.exterior, holes)


def _on_sheet(area: shapely.Geometry) -> shapely.Geometry:
    """Cut what reaches over 180 degrees east, and put that part in the west."""
    east = shapely.intersection(area, shapely.box(-180.0, -90.0, 180.0, 90.0))
    west = shapely.intersection(area, shapely.box(180.0, -90.0, 540.0, 90.0))
    return shapely.union_all([east, shapely.transform(west, lambda at: at - [360.0, 0.0])])


def _feature(shape: shapely.Geometry, digits: int, **properties: str) -> dict[str, Any]:
    rings = [
        [
            shapely.get_coordinates(ring).round(digits).tolist()
            for ring in (piece.exterior, *piece.interiors)
        ]
        for piece in shapely.get_parts(shapely.orient_polygons(shape, exterior_cw=False))
        if isinstance(piece, shapely.Polygon)
    ]
    geometry = {"type": "MultiPolygon", "coordinates": rings}
    return {"type": "Feature", "properties": properties, "geometry": geometry}


if __name__ == "__main__":
    if hasattr(os, "nice"):
        os.nice(_LOW_PRIORITY)
    sys.stdout.buffer.write(Layers().make(sys.argv[1]))
