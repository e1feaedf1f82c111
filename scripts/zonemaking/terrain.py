"""Land cut into countries and provinces, with the islets put in or taken out."""

import csv
from typing import NamedTuple

import numpy as np
import shapely
from shapely.geometry import LineString, Polygon

from zonemaking import atlas

QUANTUM = 1e-4  # degrees of a stored coordinate, 11 m at most
# Islands that the coarse shapes of provinces lack and whose nearest province is another one:
# (state, province, west, south, east, north), for land wholly within.
ISLANDS = (
    ("KOR", "Incheon", 124.4, 37.0, 126.25, 38.1),
    ("KOR", "Incheon", 126.25, 37.17, 126.55, 37.9),
    ("KOR", "North Jeolla", 125.9, 36.08, 126.05, 36.17),
    ("KOR", "Jeju", 126.2, 33.84, 126.7, 34.02),
    ("JPN", "Kagoshima", 128.3, 26.98, 131.3, 30.95),
    ("JPN", "Fukuoka", 129.95, 33.75, 130.2, 34.35),
)  # fmt: skip
REACH = 0.01  # degrees by which a province border may fall short of the coast, 1 km
ISLETS = atlas.HERE.parent.parent / "src/launchwatch/data/zones/islets.csv"


class Plot(NamedTuple):
    """One piece of land."""

    country: str
    province: str
    area: Polygon


def read_islets():
    """Give the rows of islets.csv."""
    with ISLETS.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def provinces(folder):
    """Give the land of the world as plots that share their borders.

    Coasts, land borders and province borders are noded together; each face between them is
    of the country whose land it lies in and of the province whose coarse shape holds it.
    """
    land = atlas.countries(folder)
    areas = np.array([area for _, _, area in land])
    lines = reaching([LineString(points) for points in atlas.province_lines(folder)], areas)
    network = shapely.union_all([*shapely.boundary(areas), *lines], grid_size=QUANTUM)
    faces = shapely.get_parts(shapely.polygonize(shapely.get_parts(network)))
    inside = shapely.point_on_surface(faces)
    point, country = shapely.STRtree(areas).query(inside, predicate="within")
    names = atlas.province_names(folder)
    trees = {
        unit: shapely.STRtree([area for _, area in named]) for unit, named in names.items() if named
    }
    territories = atlas.unit_names()
    found, seen = [], set()
    for i, k in zip(point.tolist(), country.tolist(), strict=True):
        if i in seen:
            continue
        seen.add(i)
        code, unit, _ = land[k]
        if code is None:
            continue
        name = territories.get(unit, "") if unit != code else ""
        if not name and code in trees:
            name = names[code][int(trees[code].nearest(inside[i]))][0]
        found.append(Plot(code, name, faces[i]))
    return found


def reaching(lines, areas):
    """Lengthen the loose ends of province borders to the coast or border that they nearly reach.

    World-atlas rounds its coordinates to 40 m, the lines are not rounded: their ends lie a
    hair off the coast that they should meet.
    """
    ends = np.array([at for line in lines for at in (line.coords[0], line.coords[-1])])
    _, which, many = np.unique(np.round(ends, 6), axis=0, return_inverse=True, return_counts=True)
    loose = shapely.points(ends[many[which.ravel()] == 1])
    shores = shapely.get_parts(shapely.boundary(areas))
    near, where = shapely.STRtree(shores).query_nearest(
        loose, max_distance=REACH, all_matches=False
    )
    added = []
    for point, shore in zip(loose[near], shores[where], strict=True):
        start, end = shapely.get_coordinates(shapely.shortest_line(point, shore))
        if (start != end).any():
            added.append(LineString([start, end + 0.5 * (end - start)]))
    return [*lines, *added]


def disc(latitude, longitude, radius_m):
    """Give a twelve-cornered disc of a radius in metres, in degrees."""
    turn = np.linspace(0, 2 * np.pi, 13)[:-1]
    north = radius_m / 111_000.0
    east = north / np.cos(np.radians(latitude))
    return Polygon(np.stack([longitude + east * np.cos(turn), latitude + north * np.sin(turn)], 1))


def with_islets(plots, islets, given):
    """Take disputed and mistaken islets out of the land, put the missing ones in.

    Args:
        given: (word in its name, state) of islets that are otherwise nobody's.

    Returns:
        The plots, on the grid of stored coordinates, so that borders stay shared.
    """
    kept = list(plots)
    tree = shapely.STRtree([plot.area for plot in kept])
    gone, new = set(), []
    for islet in islets:
        at = float(islet["latitude_deg"]), float(islet["longitude_deg"])
        area = disc(*at, max(float(islet["radius_m"]), 60.0))
        owner = next((s for word, s in given if word in islet["name"]), None)
        near = tree.query(area, predicate="intersects").tolist()
        if islet["status"] in ("disputed", "absent"):
            small = [i for i in near if kept[i].area.area < 0.05]
            gone.update(small)
            if owner is not None:
                new += [kept[i]._replace(country=owner) for i in small]
            if owner is None or small:
                continue
            # The disc tells where to look, not how large the islet is.
            area = disc(*at, 300.0)
        owner = owner or islet["owner"]
        home = [i for i in range(len(kept)) if kept[i].country == owner]
        province = ""
        if home:
            nearest = shapely.STRtree([kept[i].area for i in home]).nearest(area)
            province = kept[home[int(nearest)]].province
        new.append(Plot(owner, province, area))
    kept = [plot for i, plot in enumerate(kept) if i not in gone]
    for plot in new:
        over = [i for i, one in enumerate(kept) if one.area.intersects(plot.area)]
        rest = plot.area
        for i in over:
            rest = rest.difference(kept[i].area)
        kept += [plot._replace(area=part) for part in atlas.polygons_of(rest)]
    return [told_apart(plot) for plot in kept]


def told_apart(plot):
    """Give an island the province that it belongs to."""
    west, south, east, north = plot.area.bounds
    for country, province, w, s, e, n in ISLANDS:
        if plot.country == country and w <= west and e >= east and s <= south and n >= north:
            return plot._replace(province=province)
    return plot
