"""Economic zones drawn by others, used instead of the built-in ones.

What `launchwatch zones import` wrote: polygons with a name each. They say whose economic zone a
point at sea beyond 12 NM lies in, and where none of them holds it, it lies on the high seas.
Land, internal waters and territorial sea stay the built-in ones: such polygons reach to
their own coast, which is never quite ours.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import shapely

from launchwatch.assessment.userzones import read_features
from launchwatch.assessment.zonefile import Zone
from launchwatch.errors import SettingsError

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

REPLACED = ("eez", "high-seas")
"""Kinds of built-in zones that imported ones take the place of."""


class Drawn:
    """Zones that were imported.

    Attributes:
        claims: the name under which they answer.
        zones: in the order of their numbers.
    """

    def __init__(self, features: Mapping[str, Any], source: str) -> None:
        """Read what `launchwatch zones import` wrote.

        Raises:
            SettingsError: names the file, the feature, what was wanted and what came.
        """
        heading = features.get("launchwatch")
        claims = heading.get("claims") if isinstance(heading, Mapping) else None
        if not isinstance(claims, str) or not claims.strip():
            raise SettingsError(f"{source}: launchwatch.claims must be a name, got {claims!r:.80}")
        self.claims = claims
        users = sorted(read_features(features, source), key=lambda user: (user.zone, user.kind))
        self.zones = tuple(
            Zone(user.zone, user.kind, user.zone[:3] if user.kind == "eez" else "")
            for user in users
        )
        self.areas = tuple(user.area for user in users)
        self._bounds = np.array([area.bounds for area in self.areas])

    def numbers_at(self, longitude_deg: Floats, latitude_deg: Floats) -> Integers:
        """Give the number of the first zone that holds each point, -1 where none does, (n,)."""
        x = np.mod(longitude_deg + 180.0, 360.0) - 180.0
        found = np.full(len(x), -1, dtype=np.int64)
        for number, (area, (west, south, east, north)) in enumerate(
            zip(self.areas, self._bounds, strict=True)
        ):
            near = np.flatnonzero(
                (found < 0) & (x >= west) & (x <= east)
                & (latitude_deg >= south) & (latitude_deg <= north)
            )  # fmt: skip
            if len(near):
                # Edges count in: along the antimeridian a zone that was cut there goes on.
                inside = shapely.intersects_xy(area, x[near], latitude_deg[near])
                found[near[inside]] = number
        return found

    def lines(self) -> list[Floats]:
        """Give the edges of all zones, degrees; those along the antimeridian are no edges."""
        found = []
        for ring in shapely.get_rings(shapely.get_parts(np.array(self.areas))):
            points = shapely.get_coordinates(ring)
            real = ~((np.abs(points[:-1, 0]) == 180.0) & (np.abs(points[1:, 0]) == 180.0))
            found += (
                [points[i : i + 2] for i in np.flatnonzero(real)] if not real.all() else [points]
            )
        return found


def is_drawn(features: Mapping[str, Any]) -> bool:
    """Say whether a FeatureCollection is one of imported zones."""
    return isinstance(features, Mapping) and "launchwatch" in features
