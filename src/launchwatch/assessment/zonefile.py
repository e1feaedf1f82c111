"""The zones that the package carries, read from its files.

One file a claim set for Northeast Asia (20-52 N, 112-180 E), one for the rest of the world,
which every claim set sees alike, and one that says in which cells the claim sets differ.
`scripts/build_zones.py` writes them; `data/zones/SOURCES.md` says from what.

A file is an archive of arrays (numpy's npz): a heading in JSON, arcs as steps in whole quanta,
cells as runs along rows. Numbers are stored as planes of their bytes, which compress to half.
"""

from functools import cache
from importlib import resources
from typing import Any

import msgspec
import numpy as np
import numpy.typing as npt
from msgspec import Struct

from launchwatch.assessment.partition import Partition
from launchwatch.assessment.settings import CLAIM_SETS
from launchwatch.errors import SettingsError


class Zone(Struct, frozen=True):
    """Name, kind and coastal state (ISO 3166 alpha-3, empty for none) of a built-in zone."""

    zone: str
    kind: str
    country: str


class Part(Struct, frozen=True):
    """A part of a zone that has a name of its own.

    Attributes:
        zone: the zone it is a part of, by name.
        name: of a province in English; ``contiguous`` for the part of an economic zone within
            24 NM of the coast; empty where there is nothing to say.
    """

    zone: str
    name: str


class Area(Struct, frozen=True):
    """An area that a claim set judges besides its zones; corners in degrees, (lon, lat)."""

    zone: str
    kind: str
    points: tuple[tuple[float, float], ...]


class _Heading(Struct, frozen=True):
    claims: str
    box_deg: tuple[float, float, float, float]
    quantum_deg: float
    cell_deg: float
    reference_deg: tuple[float, float]
    zones: tuple[tuple[str, str, str, str], ...]
    besides: tuple[Area, ...] = ()


class Sheet(Struct, frozen=True):
    """One map of the package.

    Attributes:
        zones: in the order of their numbers in the partition.
        parts: in the order of the partition's part numbers.
        besides: areas judged besides.
    """

    partition: Partition
    zones: tuple[Zone, ...]
    parts: tuple[Part, ...]
    besides: tuple[Area, ...]


class Differences(Struct, frozen=True):
    """Where the claim sets differ from the default one.

    Attributes:
        sets: names; the n-th one has the n-th bit.
        bits: (rows, columns) of cells from the south-west; a bit is set where the set differs.
    """

    sets: tuple[str, ...]
    box_deg: tuple[float, float, float, float]
    cell_deg: float
    bits: npt.NDArray[np.uint8]

    def sets_at(
        self, longitude_deg: npt.NDArray[np.float64], latitude_deg: npt.NDArray[np.float64]
    ) -> tuple[str, ...]:
        """Name the claim sets that may see one of the points otherwise than the default."""
        seen = np.bitwise_or.reduce(self.bits_at(longitude_deg, latitude_deg), initial=0)
        return tuple(name for n, name in enumerate(self.sets) if seen >> n & 1)

    def bits_at(
        self, longitude_deg: npt.NDArray[np.float64], latitude_deg: npt.NDArray[np.float64]
    ) -> npt.NDArray[np.uint8]:
        """Give the bits of each point's cell, (n,); none beyond the map."""
        west, south, _, _ = self.box_deg
        x = np.mod(longitude_deg - west, 360.0)
        column = (x / self.cell_deg).astype(np.int64)
        row = np.floor((latitude_deg - south) / self.cell_deg).astype(np.int64)
        rows, columns = self.bits.shape
        inside = np.flatnonzero((column < columns) & (row >= 0) & (row < rows))
        found = np.zeros(len(x), dtype=np.uint8)
        found[inside] = self.bits[row[inside], column[inside]]
        return found


@cache
def sheet(name: str) -> Sheet:
    """Read one claim set's map of Northeast Asia, or ``world``: the rest. About 0.05 s, once.

    Raises:
        SettingsError: there is no such claim set.
    """
    if name not in (*CLAIM_SETS, "world"):
        raise SettingsError(f"claims must be one of {', '.join(CLAIM_SETS)}, got {name!r}")
    with _open(f"{name}.npz") as file:
        heading = msgspec.json.decode(file["header"].tobytes(), type=_Heading)
        sizes = _whole(file["sizes"], np.int32)
        left, right = (_whole(file[side], np.int16) for side in ("left", "right"))
        first = _whole(file["first"], np.int32).reshape(-1, 2)
        steps = np.stack([_whole(file[axis], np.int32) for axis in ("east", "north")], 1)
        changes, starts = (_whole(file[key], np.int32) for key in ("changes", "starts"))
        labels = _whole(file["numbers"], np.int16)
    # Steps are summed up over all arcs at once, then each arc is moved to its first point.
    begins = np.cumsum(sizes) - sizes
    sums = np.cumsum(steps.astype(np.int64), axis=0)
    points = sums + np.repeat(first - sums[begins], sizes, axis=0)
    west, south, east, north = heading.box_deg
    shape = round((north - south) / heading.cell_deg), round((east - west) / heading.cell_deg)
    ends = np.append(starts[1:], 0)
    ends[np.cumsum(changes) - 1] = shape[1]
    cells = np.repeat(labels, ends - starts).reshape(shape)
    zones = tuple(dict.fromkeys(Zone(*zone[:3]) for zone in heading.zones))
    number = {zone: n for n, zone in enumerate(zones)}
    whole = np.array([number[Zone(*zone[:3])] for zone in heading.zones], dtype=np.int32)
    return Sheet(
        partition=Partition(
            heading.box_deg,
            heading.cell_deg,
            heading.reference_deg,
            cells,
            points * heading.quantum_deg,
            sizes,
            left.astype(np.int32),
            right.astype(np.int32),
            whole,
        ),
        zones=zones,
        parts=tuple(Part(zone[0], zone[3]) for zone in heading.zones),
        besides=heading.besides,
    )


@cache
def zones_of_the_world() -> tuple[Zone, ...]:
    """Give the names of the zones beyond Northeast Asia, without reading their lines."""
    with _open("world.npz") as file:
        heading = msgspec.json.decode(file["header"].tobytes(), type=_Heading)
    return tuple(dict.fromkeys(Zone(*zone[:3]) for zone in heading.zones))


@cache
def differences() -> Differences:
    """Read where the claim sets differ from the default one."""
    with _open("differences.npz") as file:
        heading: dict[str, Any] = msgspec.json.decode(file["header"].tobytes())
        bits = file["bits"]
    west, south, east, north = heading["box_deg"]
    return Differences(
        tuple(heading["sets"]), (west, south, east, north), heading["cell_deg"], bits
    )


def _open(name: str) -> Any:
    path = resources.files("launchwatch") / "data" / "zones" / name
    with resources.as_file(path) as file:
        return np.load(file)


def _whole(planes: npt.NDArray[np.uint8], kind: Any) -> npt.NDArray[Any]:
    """Put planes of bytes together to whole numbers."""
    found: npt.NDArray[Any] = np.ascontiguousarray(planes.T).view(kind).ravel()
    return found
