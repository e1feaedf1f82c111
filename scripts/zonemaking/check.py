"""Compare the written zones with their definition at random points; say where they differ."""

import numpy as np
import shapely

COUNT = 200_000


def against_definition(plots, law):
    """Ask the rules directly, point by point, and print the points at which the map differs."""
    from launchwatch.assessment.zones import Zones  # only once its files are there

    zones = Zones.built_in()
    draw = np.random.default_rng(1982)
    points = np.stack([draw.uniform(112.0, 158.0, COUNT), draw.uniform(20.0, 52.0, COUNT)], 1)
    wanted = [one[0] for one in law.label(plots, shapely.points(points))]
    got = [zones.zones[number].zone for number in zones.numbers_at(points[:, 1], points[:, 0])]
    wrong = [i for i in range(COUNT) if wanted[i] != got[i]]
    print(f"{len(wrong)} of {COUNT} points lie in another zone than the rules say")
    for i in wrong:
        edge = zones.at(points[i, 1], points[i, 0])[0].distance_km
        print(f"  {points[i, 1]:.4f} {points[i, 0]:.4f} {wanted[i]} {got[i]} edge {edge:.3f} km")
