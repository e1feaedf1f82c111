"""What each claim set makes of the same coasts: who holds which islet, which lines rule.

The facts, with their sources and what of them is unverified, are in data/zones: islets.csv and
boundaries.csv.
"""

import csv
from typing import NamedTuple

import shapely
from shapely.geometry import LineString, Polygon, box

from zonemaking.atlas import HERE

BOUNDARIES = HERE.parent.parent / "src/launchwatch/data/zones/boundaries.csv"
ISLAND_CHAIN = box(145.2, 43.2, 149.1, 45.6)  # Etorofu, Kunashiri, Shikotan, the Habomai islands
CORRIDOR = 0.4  # degrees to either side in which an agreed line parts two states
SETO = box(130.8, 32.6, 135.6, 34.95)  # in which the three closing lines cut off a sea


class Claims(NamedTuple):
    """One claim set.

    Attributes:
        given: (word in an islet's name, state that holds it) of disputed islets.
        moved: (from, to, area or None): land of one state that counts as another's.
        rocks: words in names of islets with a territorial sea but no economic zone.
        lines: (line, one state, other state) agreed between two.
        areas: (area, state): claimed zones, beyond others' territorial seas.
        baselines: (line, state): straight baselines, with the waters behind them.
        besides: (area, zone): areas judged besides the zones.
    """

    given: tuple = ()
    moved: tuple = ()
    rocks: tuple = ()
    lines: tuple = ()
    areas: tuple = ()
    baselines: tuple = ()
    besides: tuple = ()


NORTHERN_LINE = (("prk-rus-1985", "PRK", "RUS"),)
SETS = {
    "median": Claims(),
    "treaty": Claims(
        lines=(("jpn-kor-1974", "JPN", "KOR"), *NORTHERN_LINE),
        besides=(("jpn-kor-1998", "JPN-KOR-provisional-zone"),),
    ),
    "japan": Claims(
        given=(("Liancourt", "JPN"), ("Senkaku", "JPN")), moved=(("RUS", "JPN", ISLAND_CHAIN),)
    ),
    "korea": Claims(given=(("Liancourt", "KOR"),), rocks=("Okinotorishima", "Torishima (Goto)")),
    "north-korea": Claims(lines=NORTHERN_LINE, areas=(("prk-claim", "PRK"),)),
    "china": Claims(
        given=(("Senkaku", "CHN"), ("Paracel", "CHN")),
        moved=(("TWN", "CHN", None),),
        rocks=("Okinotorishima",),
        baselines=(("chn-baseline-1996", "CHN"), ("chn-diaoyu-2012", "CHN")),
    ),
    "russia": Claims(lines=NORTHERN_LINE),
}
"""Every built-in claim set; the first is the default."""

STRAITS = {
    "strait-soya": ("JPN",), "strait-tsugaru": ("JPN",), "strait-korea": ("JPN", "KOR"),
    "strait-osumi": ("JPN",),
}  # fmt: skip
"""Straits in which these states claim 3 NM of territorial sea only."""


def boundaries():
    """Give the points (longitude, latitude) of each line of boundaries.csv."""
    found = {}
    with BOUNDARIES.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            at = float(row["longitude_deg"]), float(row["latitude_deg"])
            found.setdefault(row["line"], []).append(at)
    return found


def moved(plots, rules):
    """Give the plots with the land that a claim set sees as another state's."""
    out = []
    for plot in plots:
        for one, other, area in rules.moved:
            if plot.country == one and (area is None or plot.area.within(area)):
                province = plot.province if area is None else "Hokkaidō"
                plot = plot._replace(country=other, province=province)
        out.append(plot)
    return out


def closing_lines():
    """Give the lines that close the Seto Inland Sea."""
    return [LineString(p) for name, p in boundaries().items() if name.startswith("jpn-seto")]


class Corridor:
    """Both sides of a line that two states agreed on: which side is whose."""

    def __init__(self, points, one, other, land):
        """Tell the sides by which of them the states' nearer land lies on.

        Args:
            land: a point on land of the first state, degrees.
        """
        self.states = (one, other)
        self.line = LineString(points)
        self.area = self.line.buffer(CORRIDOR, cap_style="flat", join_style="mitre")
        left = self.line.buffer(CORRIDOR, cap_style="flat", join_style="mitre", single_sided=True)
        self._left = shapely.make_valid(left)
        self._one_is_left = self._left.distance(land) < self._right().distance(land)
        shapely.prepare(self.area)

    def _right(self):
        return self.area.difference(self._left)

    def owner(self, point):
        """Give the state on whose side a point of the corridor lies."""
        is_left = self._left.covers(point)
        return self.states[0] if is_left == self._one_is_left else self.states[1]

    def cuts(self):
        """Give the line, and the corridor's ends where it stops to rule."""
        return [self.line, *shapely.get_parts(self.area.boundary)]


def area_of(points):
    """Give the polygon of an area's corners."""
    return Polygon(points)
