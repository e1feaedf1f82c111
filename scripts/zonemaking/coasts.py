"""How far a point lies from whose coast: straight lines through the ellipsoid, in metres.

In 370 km these are 52 m shorter than the geodesic, within a metre the same everywhere, so
medians and limits come out right to metres.
"""

import numpy as np
import shapely
from scipy.spatial import cKDTree
from shapely.geometry import box

FAR = 450e3
"""Beyond this no distance is asked: 200 NM and a margin."""


def ecef(longitude, latitude):
    """Turn degrees on the WGS 84 ellipsoid into metres in ECEF, (..., 3)."""
    a, e2 = 6378137.0, 0.0066943799901413165
    lon, lat = np.radians(longitude), np.radians(latitude)
    n = a / np.sqrt(1 - e2 * np.sin(lat) ** 2)
    return np.stack(
        [n * np.cos(lat) * np.cos(lon), n * np.cos(lat) * np.sin(lon), n * (1 - e2) * np.sin(lat)],
        axis=-1,
    )


def chord(distance):
    """Give the straight line below a geodesic of this many metres (radius 6,371 km: to 0.4 m)."""
    return 2 * 6_371_000.0 * np.sin(distance / (2 * 6_371_000.0))


class Coasts:
    """The shores of many states, asked by points in degrees."""

    def __init__(self, plots, window, step, without=(), lines=()):
        """Lay points along all shores.

        Args:
            window: west, south, east, north: what beyond it is no coast here. It may run past
                180 degrees.
            step: degrees between points.
            without: states and places (boxes) whose shores give no zone.
            lines: further (state, line): straight baselines.
        """
        states, boxes = (
            [s for s in without if isinstance(s, str)],
            [box(*s) for s in without if not isinstance(s, str)],
        )
        areas = {}
        for plot in plots:
            if plot.country not in states:
                areas.setdefault(plot.country, []).append(plot.area)
        points, owners, self.codes = [], [], []
        for code in sorted(areas):
            shores = list(shapely.get_parts(shapely.boundary(shapely.union_all(areas[code]))))
            shores += [line for state, line in lines if state == code]
            found = shapely.get_coordinates(shapely.segmentize(shores, step))
            for place in boxes:
                found = found[~shapely.contains_xy(place, *found.T)]
            x = window[0] + np.mod(found[:, 0] - window[0], 360.0)
            kept = (x <= window[2]) & (found[:, 1] >= window[1]) & (found[:, 1] <= window[3])
            if not kept.any():
                continue
            points.append(ecef(*found[kept].T))
            owners.append(np.full(int(kept.sum()), len(self.codes)))
            self.codes.append(code)
        self.owners = np.concatenate(owners)
        self.union = cKDTree(np.concatenate(points))
        self._points, self._trees = points, {}

    def nearest(self, points, limit=FAR):
        """Give the metres to the nearest coast and the number of its state, -1 beyond the limit."""
        metres, where = self.union.query(ecef(*points.T), distance_upper_bound=limit)
        found = np.isfinite(metres)
        return metres, np.where(found, self.owners[np.where(found, where, 0)], -1)

    def to_any(self, points, limit=FAR):
        """Give the metres to the nearest coast, whose ever; infinite beyond the limit."""
        return self.union.query(ecef(*points.T), distance_upper_bound=limit)[0]

    def to(self, state, points, limit=500e3):
        """Give the metres to one state's coast; infinite beyond the limit."""
        if state not in self._trees:
            self._trees[state] = cKDTree(self._points[state])
        return self._trees[state].query(ecef(*points.T), distance_upper_bound=limit)[0]
