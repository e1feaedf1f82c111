"""One outline around all of a launch's bodies: who wants to keep clear wants one shape, not five.

Convex, on a chart around the bodies' fall areas, so that it is right over the 180th meridian and
near a pole too. A booster that perhaps parted counts like any other.
"""

import numpy as np
import shapely
from numpy.typing import NDArray

from launchwatch.assessment.regions import Chart
from launchwatch.assessment.settings import Settings
from launchwatch.assessment.sheet import on_sheet
from launchwatch.messages.fallarea import FallArea, HazardEnvelope, Polygon
from launchwatch.timescale import SECOND, instant_after

Floats = NDArray[np.float64]

_SIGMAS = 2.0
_MOST = 100
"""Launches that are kept, the newest."""


class Envelopes:
    """The newest areas of each launch's bodies, and what goes around them."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._areas: dict[str, dict[str, FallArea]] = {}
        self._said: dict[str, HazardEnvelope] = {}

    def take(self, area: FallArea) -> HazardEnvelope | None:
        """Hear an area; give the envelope anew, at most so often or when a body is added.

        None while a launch has one body: its area is all there is.
        """
        areas = self._areas.setdefault(area.launch_id, {})
        areas[area.body] = area
        for old in list(self._areas)[:-_MOST]:
            self._areas.pop(old)
            self._said.pop(old, None)
        bodies = tuple(sorted(areas))
        if len(bodies) < 2:
            return None
        said = self._said.get(area.launch_id)
        interval = self._settings.unseen_interval_s * SECOND
        if said is not None and said.bodies == bodies and area.time - said.time < interval:
            return None
        region, size = envelope_of([one.region_95 for one in areas.values()])
        envelope = HazardEnvelope(
            launch_id=area.launch_id,
            revision=1 if said is None else said.revision + 1,
            time=area.time,
            mode=area.mode,
            bodies=bodies,
            region=region,
            area_m2=size,
            begins=min(
                instant_after(one.fall_time, -_SIGMAS * one.fall_time_sigma_s)
                for one in areas.values()
            ),
            ends=max(
                instant_after(one.fall_time, _SIGMAS * one.fall_time_sigma_s)
                for one in areas.values()
            ),
        )
        self._said[area.launch_id] = envelope
        return envelope


def envelope_of(regions: list[tuple[Polygon, ...]]) -> tuple[tuple[Polygon, ...], float]:
    """Give the convex outline of regions in degrees, ready for a sheet, and its area in m².

    Regions more than a quarter of the globe apart have none that means anything; the chart bends
    their edges.
    """
    points = np.radians([point for region in regions for rings in region for point in rings[0]])
    longitude, latitude = points[:, 0], points[:, 1]
    x = np.mean(np.cos(latitude) * np.cos(longitude))
    y = np.mean(np.cos(latitude) * np.sin(longitude))
    middle = np.arctan2(np.mean(np.sin(latitude)), np.hypot(x, y))
    chart = Chart(float(middle), float(np.arctan2(y, x)))
    hull = shapely.MultiPoint(chart.flatten(latitude, longitude)).convex_hull
    # A millimetre around what has no area: one point, or points in a line.
    outline = hull if isinstance(hull, shapely.Polygon) else hull.buffer(1e-3)
    ring = np.array(shapely.geometry.polygon.orient(outline).exterior.coords)
    latitudes, longitudes = chart.lift(shapely.get_coordinates(shapely.segmentize(
        shapely.LineString(ring), 50e3)))  # fmt: skip
    rings = [np.degrees(np.stack([longitudes, latitudes], axis=-1))]
    return on_sheet(rings, 90.0 if chart.latitude > 0.0 else -90.0), float(outline.area)
