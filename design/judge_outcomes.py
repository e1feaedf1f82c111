"""Judge what governments said of falls: python design/judge_outcomes.py OUTCOMES.csv

Each row of the list that says enough of a place is drawn as a cloud of 4,000 points and counted
by zone, under the median lines and under Japan's own claim. Two ways of saying enough:

- *place*: so many km in some direction of a known place. The distance has a sigma of a tenth (the
  figures are rounded to 50 km), the direction one of 8 degrees (a word of sixteen points).
- *range*: a launch place in words, a range and a direction. The launch place has the sigma below,
  the range one of a tenth, the direction one of 15 degrees (a word of eight points); where none
  is stated but the sea is, directions from north-east to east-south-east are alike.
- *circles*: distances from three places; the point that fits them best, sigma 10 km.

Nothing here is tuned: the table says what the zones make of the words.
"""

import csv
import re
import sys

import numpy as np
from pyproj import Geod
from scipy.optimize import least_squares

from launchwatch.assessment.zones import Zones

GEOD = Geod(ellps="WGS84")
COUNT = 4000
POINTS = "N NNE NE ENE E ESE SE SSE S SSW SW WSW W WNW NW NNW"
COMPASS = {word: 22.5 * n for n, word in enumerate(POINTS.split())}
# Latitude, longitude of places that distances are stated from: capes and coasts as words have it.
PLACES = {
    "Oga Peninsula": (39.95, 139.70), "Okushiri Island": (42.16, 139.42),
    "Aomori Prefecture": (40.75, 139.87), "Hegura Island": (37.85, 136.92),
    "Yonaguni Island": (24.46, 122.98), "Japan": (40.60, 141.40),
    "Oshima-Oshima": (41.51, 139.36), "Korean Peninsula": (39.0, 128.0),
    "Philippines": (18.3, 122.2), "El Nido": (11.18, 119.39), "Puerto Princesa": (9.74, 118.74),
    "Rozul Reef": (10.98, 116.84), "Hadji Muhtamad": (6.67, 121.6),
    "Pangutaran Island": (6.31, 120.58), "Tubbataha": (8.9, 119.9),
}  # fmt: skip
# Words of launch places: latitude, longitude, sigma in km; the first that is found counts.
LAUNCHED = (
    ("Tongchang-ri", (39.66, 124.71, 2.0)), ("Sinpo", (40.03, 128.18, 20.0)),
    ("Hodo", (39.41, 127.53, 10.0)), ("Mupyong", (40.6, 126.4, 10.0)),
    ("Pyongyang", (39.2, 125.7, 20.0)), ("South Hwanghae", (38.4, 125.6, 30.0)),
    ("Jagang", (40.8, 126.6, 50.0)), ("west coast", (39.2, 125.2, 60.0)),
    ("east coast", (39.7, 127.7, 60.0)), ("inland", (40.1, 126.3, 70.0)),
)  # fmt: skip


def around(latitude, longitude, azimuth, km):
    """Give points so many km in a direction of a place: latitudes, longitudes."""
    x, y, _ = GEOD.fwd(np.full(COUNT, longitude), np.full(COUNT, latitude), azimuth, km * 1e3)
    return y, x


def by_place(row, draw):
    """Give the cloud of a distance and a direction from a place."""
    place = PLACES.get(row["ref_place"])
    if place is None or not row["ref_km"] or row["ref_dir"] not in COMPASS:
        return None
    azimuth = COMPASS[row["ref_dir"]] + 8.0 * draw.standard_normal(COUNT)
    km = float(row["ref_km"]) * (1.0 + 0.1 * draw.standard_normal(COUNT))
    return around(*place, azimuth, km)


def by_circles(row, draw):
    """Give the cloud around the point that fits several distances."""
    names = [name.strip() for name in row["ref_place"].split(";")]
    if len(names) < 3:
        return None
    km = [float(text) for text in row["ref_km"].split(";")]
    at = np.array([PLACES[name] for name in names])

    def misses(point):
        _, _, metres = GEOD.inv(at[:, 1], at[:, 0], *([v] * len(km) for v in point[::-1]))
        return np.array(metres) / 1e3 - km

    fits = [
        least_squares(misses, at.mean(axis=0) + 0.5 * np.array([np.cos(t), np.sin(t)]))
        for t in np.linspace(0, 2 * np.pi, 8, endpoint=False)
    ]
    best = min(fits, key=lambda fit: fit.cost)
    if np.abs(best.fun).max() > 30.0:
        return None
    azimuth, km = draw.uniform(0, 360, COUNT), 10.0 * np.abs(draw.standard_normal(COUNT))
    return around(*best.x, azimuth, km)


def by_range(row, draw):
    """Give the cloud of a launch place in words, a range and a direction."""
    start = next((at for word, at in LAUNCHED if word in row["launch_place_as_stated"]), None)
    ranges = [float(v) for v in re.findall(r"\d+", row["range_km"])]
    words = row["stated_fall_location"]
    if start is None or not ranges:
        return None
    directions = [d.strip() for d in row["direction"].split(";") if d.strip() in COMPASS]
    if not directions and not re.search("sea|Sea", words):
        return None
    which = draw.integers(len(ranges), size=COUNT)
    km = np.array(ranges)[which] * (1.0 + 0.1 * draw.standard_normal(COUNT))
    azimuth = draw.uniform(45.0, 112.5, COUNT)
    if directions:
        chosen = np.array([COMPASS[d] for d in directions])[which % len(directions)]
        azimuth = chosen + 15.0 * draw.standard_normal(COUNT)
    off = start[2] * np.abs(draw.standard_normal(COUNT))
    y, x = around(*start[:2], draw.uniform(0, 360, COUNT), off)
    lon, lat, _ = GEOD.fwd(x, y, azimuth, km * 1e3)
    return lat, lon


def said(probability):
    """Give the word for a probability."""
    return "inside" if probability >= 0.95 else "outside" if probability <= 0.05 else "open"


def main():
    """Print one row a statement that says enough, and what the others lack."""
    sets = [Zones.built_in("median"), Zones.built_in("japan")]
    counts = {}
    print(
        "| event | stated | how | said | our probability (median; Japan's claim) | to the edge | |"
    )
    print("|---|---|---|---|---|---|---|")
    with open(sys.argv[1], encoding="utf-8") as file:  # noqa: PTH123
        rows = list(csv.DictReader(file))
    for n, row in enumerate(rows):
        draw = np.random.default_rng(n)
        ways = {"place": by_place, "circles": by_circles, "range": by_range}
        found = ((way, cloud(row, draw)) for way, cloud in ways.items())
        way, points = next((one for one in found if one[1] is not None), ("", None))
        stated = row["stated_fall_location"] or "(no place)"
        if row["ref_place"] and way == "range":
            points = None  # a place that cannot be put on the map is no range
        if points is None:
            counts["says too little"] = counts.get("says too little", 0) + 1
            continue
        shares = [
            sum(
                one.probability
                for one in zones.probabilities(*points)
                if one.zone.startswith(row["eez_of"])
            )
            for zones in sets
        ]
        ours = sets[0].zones_of(row["eez_of"])
        middle = np.array([np.median(points[0])]), np.array([np.median(points[1])])
        edge = sets[0].distances(ours, *middle)[0] / 1e3
        word, verdict = said(shares[0]), row["verdict"]
        if verdict not in ("inside", "outside"):
            judged = f"said {verdict}"
        elif word == "open":
            judged = "open"
        else:
            judged = "agrees" if word == verdict else "disagrees"
        counts[judged] = counts.get(judged, 0) + 1
        if way == "range":
            stated = (
                f"{row['range_km']} km {row['direction'] or '?'} of {row['launch_place_as_stated']}"
            )
        elif way == "place":
            stated = f"{row['ref_km']} km {row['ref_dir']} of {row['ref_place']}"
        else:
            stated = f"circles round {row['ref_place']}"
        print(
            f"| {row['event_id']} {row['stage']} | {stated} | {way} | {verdict} {row['eez_of']} | "
            f"{shares[0]:.2f}; {shares[1]:.2f} | {edge:+.0f} km | {judged} |"
        )
    print(counts)


if __name__ == "__main__":
    main()
