"""Judge the fall places that governments stated: python design/judge_stated_falls.py.

A place such as "about 250 km west of Oga Peninsula" is drawn as a cloud: the distance with
a sigma of a tenth (the figures are rounded to 50 km), the direction with one of 8 degrees (a
word of sixteen points). Nothing here is tuned: the table says what the claim set "median"
makes of the words. Verdicts are those of the statements' list that the tests use as well.
"""

import numpy as np
from pyproj import Geod

from launchwatch.assessment.zones import Zones

POINTS = {"N": 0, "NNW": 337.5, "NW": 315, "W": 270, "E": 90}
STATED = (  # event, reference, latitude, longitude, km, direction, verdict on Japan's zone
    ("2016-08-03", "Oga peninsula", 39.95, 139.70, 250, "W", "inside"),
    ("2017-07-28", "Okushiri", 42.16, 139.42, 150, "NW", "inside"),
    ("2017-11-29", "Aomori", 40.75, 139.87, 250, "W", "inside"),
    ("2021-09-15", "Hegurajima", 37.85, 136.92, 300, "N", "inside (first: outside)"),
    (
        "2022-08-04",
        "Yonaguni, nearest of nine",
        24.46,
        122.98,
        80,
        "NNW",
        "five inside, four outside",
    ),
    ("2022-10-04", "Japan", 40.60, 141.40, 3200, "E", "outside"),
    ("2023-03-16", "Oshima-Oshima", 41.51, 139.36, 200, "W", "outside"),
    ("2023-06-15", "Hegurajima", 37.85, 136.92, 250, "NNW", "inside"),
    ("2023-07-12", "Okushiri", 42.16, 139.42, 250, "W", "outside"),
)


def main() -> None:
    """Print one row a statement."""
    zones = Zones.built_in()
    geod = Geod(ellps="WGS84")
    draw = np.random.default_rng(7)
    for event, place, latitude, longitude, km, towards, verdict in STATED:
        azimuth = POINTS[towards] + 8.0 * draw.standard_normal(4000)
        metres = km * 1e3 * (1.0 + 0.1 * draw.standard_normal(4000))
        x, y, _ = geod.fwd(np.full(4000, longitude), np.full(4000, latitude), azimuth, metres)
        middle = geod.fwd(longitude, latitude, POINTS[towards], km * 1e3)
        found = zones.probabilities(y, x)
        japan = sum(one.probability for one in found if one.zone.startswith("JPN"))
        edge = min(
            abs(one.distance_km) for one in zones.at(middle[1], middle[0]) if one.zone == "JPN-EEZ"
        )
        others = ", ".join(f"{one.zone} {one.probability:.2f}" for one in found[:3])
        print(
            f"| {event} | {km} km {towards} of {place} | {verdict} | {japan:.2f} | "
            f"{edge:.0f} km | {others} |"
        )


if __name__ == "__main__":
    main()
