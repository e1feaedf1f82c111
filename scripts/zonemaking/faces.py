"""Faces between all lines, and the zone of each."""

import numpy as np
import shapely
from shapely.geometry import LineString, Point, box

from zonemaking import atlas, claims
from zonemaking.coasts import chord
from zonemaking.lines import MILE
from zonemaking.terrain import QUANTUM

CASPIAN = box(46.0, 36.2, 55.5, 47.5)
"""A lake by law and use: no zones of the law of the sea."""

LENGTHENED = 0.06  # degrees

HIGH_SEAS = ("high-seas", "high-seas", "", "")


def faces_of(plots, lines, frame):
    """Cut a frame into faces along coasts, borders, limits and medians."""
    lines = shapely.intersection(np.array(lines, dtype=object), frame)
    areas = [plot.area for plot in plots]
    shores = shapely.boundary(shapely.intersection(areas, frame))
    network = shapely.union_all([*shores, frame.boundary, *lines], grid_size=QUANTUM)
    # A median that runs on over land separates nothing: merging by label takes it out again.
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(network)))
    return list(faces[shapely.contains_properly(frame, shapely.point_on_surface(faces))])


class Rules:
    """Everything that decides the zone of a point at sea."""

    def __init__(self, coasts, rules=None, rocks=None, behind=()):
        """Prepare a claim set's areas.

        Args:
            coasts: those that give an economic zone.
            rules: the claim set; none beyond Northeast Asia.
            rocks: coasts with those that give a territorial sea only, where there are any.
            behind: (state, area) of internal waters.
        """
        rules = rules or claims.Claims()
        found = claims.boundaries()
        self.coasts, self.rocks = coasts, rocks or coasts
        self.behind = behind
        self.claimed = [(claims.area_of(found[name]), state) for name, state in rules.areas]
        self.straits = [(claims.area_of(found[n]), s) for n, s in claims.STRAITS.items()]
        at = {"JPN": Point(132.0, 34.0), "KOR": Point(128.0, 36.0), "PRK": Point(127.5, 40.5)}
        self.corridors = [
            claims.Corridor(found[name], one, other, at[one]) for name, one, other in rules.lines
        ]

    def cuts(self):
        """Give the lines that these areas add to the network."""
        areas = [area for area, _ in (*self.claimed, *self.straits)]
        areas += [area for _, area in self.behind]
        lines = [part for area in areas for part in shapely.get_parts(area.boundary)]
        return lines + [line for corridor in self.corridors for line in corridor.cuts()]

    def label(self, plots, faces):
        """Give each face's (zone, kind, country, part): its province, or ``contiguous``."""
        inside = shapely.point_on_surface(faces)
        points = shapely.get_coordinates(inside)
        land = shapely.STRtree([plot.area for plot in plots])
        owner = {int(i): int(k) for i, k in zip(*land.query(inside, "intersects"), strict=True)}
        metres, state = self.coasts.nearest(points)
        rock_metres, rock_state = self.rocks.nearest(points)
        out = []
        for i, point in enumerate(inside):
            if i in owner:
                plot = plots[owner[i]]
                out.append((f"{plot.country}-land", "land", plot.country, plot.province))
            elif CASPIAN.contains(point):
                out.append(("caspian-sea", "other", "", ""))
            else:
                codes = self.coasts.codes, self.rocks.codes
                near = (metres[i], codes[0][state[i]] if state[i] >= 0 else "")
                rock = (rock_metres[i], codes[1][rock_state[i]] if rock_state[i] >= 0 else "")
                out.append(self._at_sea(point, near, rock))
        return out

    def _at_sea(self, point, near, rock):
        for state, area in self.behind:
            if area.contains(point):
                return (f"{state}-internal-waters", "internal-waters", state, "")
        near, rock = (
            (near[0], self._agreed(point, near[1])),
            (rock[0], self._agreed(point, rock[1])),
        )
        miles = 12.0
        for area, states in self.straits:
            if rock[1] in states and area.contains(point):
                miles = 3.0
        if rock[0] < chord(miles * MILE):
            return (f"{rock[1]}-territorial-sea", "territorial-sea", rock[1], "")
        country = near[1] if near[0] < chord(200 * MILE) else ""
        for area, state in self.claimed:
            if area.contains(point):
                country = state
        if not country:
            return HIGH_SEAS
        is_near = rock[0] < chord(24 * MILE) and rock[1] == country
        return (f"{country}-EEZ", "eez", country, "contiguous" if is_near else "")

    def _agreed(self, point, country):
        for corridor in self.corridors:
            if country in corridor.states and corridor.area.contains(point):
                return corridor.owner(point)
        return country


def seto(plots):
    """Give the water of the Seto Inland Sea: what land and its three closing lines enclose."""
    shores = [
        shapely.boundary(plot.area)
        for plot in plots
        if plot.country == "JPN" and plot.area.intersects(claims.SETO)
    ]
    closing = []
    for line in claims.closing_lines():
        # Lighthouses stand off the generalised coast: lengthen each line by some kilometres.
        one, other = shapely.get_coordinates(line)
        more = (other - one) / np.hypot(*(other - one)) * LENGTHENED
        closing.append(LineString([one - more, other + more]))
    faces = shapely.get_parts(
        shapely.polygonize(shapely.get_parts(shapely.union_all([*shores, *closing])))
    )
    land = shapely.union_all([plot.area for plot in plots if plot.area.intersects(claims.SETO)])
    inside = shapely.point_on_surface(faces)
    water = [
        face
        for face, at in zip(faces, inside, strict=True)
        if claims.SETO.contains(at) and not land.contains(at)
    ]
    return shapely.union_all(water)


def behind_baseline(points, plots, state):
    """Give the water between a straight baseline and the coast of a state.

    The ends of a line that runs on beyond its known points are joined to the nearest mainland.
    """
    line = LineString(points)
    around = line.envelope.buffer(3.0)
    near = [plot for plot in plots if plot.area.intersects(around)]
    own = [plot.area for plot in near if plot.country == state]
    land = shapely.union_all([plot.area for plot in near])
    lines = [line]
    if not line.is_closed:
        main = max(atlas.polygons_of(shapely.union_all(own)), key=lambda one: one.area)
        for at in (points[0], points[-1]):
            start, end = shapely.get_coordinates(shapely.shortest_line(Point(at), main))
            lines.append(LineString([start, end + 0.1 * (end - start)]))
    shores = shapely.boundary(own)
    faces = shapely.get_parts(
        shapely.polygonize(shapely.get_parts(shapely.union_all([*shores, *lines])))
    )
    inside = shapely.point_on_surface(faces)
    return shapely.union_all(
        [face for face, at in zip(faces, inside, strict=True) if not land.contains(at)]
    )
