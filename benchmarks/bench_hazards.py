"""How long it takes to say which ships and aircraft are in danger from many falls at once.

    python benchmarks/bench_hazards.py [rounds]

Ten fall areas of 20 to 200 km, each a polygon of 96 corners with a trajectory of 60 points, lie
in one sea with 1,000 ships and 500 aircraft, so that nearly everybody has to be looked at for
each; the goal is 50 ms for all of it, from reports to lists. In a second round half of them are
in one area. Medians of processor time.
"""

import statistics
import sys
import time

import numpy as np

from launchwatch.assessment.hazards import endangered, exposures
from launchwatch.assessment.traffic import Picture
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import Ellipse
from launchwatch.messages.traffic import AircraftReport, VesselReport
from launchwatch.timescale import instant_after, instant_from_utc

AREAS, SHIPS, AIRCRAFT = 10, 1_000, 500
ROUNDS = 15
NOW = instant_from_utc("2025-11-07T01:05:00Z")


def area(number: int, rng: np.random.Generator) -> FallArea:
    """Draw a fall area, 300 s ahead."""
    latitude, longitude = rng.uniform(38.0, 41.0), rng.uniform(132.0, 136.0)
    angles = np.linspace(0.0, 2.0 * np.pi, 96, endpoint=False)
    size = rng.uniform(10e3, 100e3) / 111_000.0
    ring = tuple(
        (
            longitude + 0.7 * size * np.cos(a) / np.cos(np.radians(latitude)),
            latitude + size * np.sin(a),
        )
        for a in angles.tolist()
    )
    steps = np.linspace(0.0, 1.0, 60)
    path = tuple(
        (longitude - 6.0 * (1.0 - s), latitude, 400e3 * (1.0 - s * s), 300.0 * s)
        for s in steps.tolist()
    )
    return FallArea(
        launch_id=f"L{number}", track_id=f"T{number}", revision=1, time=NOW, epoch=NOW,
        mode="simulation", fall_time=instant_after(NOW, 300.0), fall_time_sigma_s=3.0,
        latitude_deg=latitude, longitude_deg=longitude,
        ellipse_95=Ellipse(semi_major_m=1e5, semi_minor_m=7e4, azimuth_deg=0.0),
        region_95=((ring,),), region_area_m2=1e10, zones=(), body="whole", apogee_m=4e5,
        apogee_sigma_m=1e4, path=path,
    )  # fmt: skip


def picture(rng: np.random.Generator, middle: FallArea | None = None) -> Picture:
    """Draw ships and aircraft, in the whole sea or half of them around an area."""
    found = Picture()
    for n in range(SHIPS + AIRCRAFT):
        latitude, longitude = rng.uniform(37.5, 41.5), rng.uniform(131.0, 137.0)
        if middle is not None and n % 2:
            latitude = middle.latitude_deg + rng.normal(0.0, 0.2)
            longitude = middle.longitude_deg + rng.normal(0.0, 0.2)
        common = {
            "time": instant_after(NOW, -rng.uniform(0.0, 60.0)), "received": NOW,
            "mode": "simulation", "latitude_deg": latitude, "longitude_deg": longitude,
            "position_sigma_m": 15.0, "course_deg": rng.uniform(0.0, 360.0),
            "source": "b", "line": n,
        }  # fmt: skip
        if n < SHIPS:
            found.take(VesselReport(mmsi=f"{n:09}", speed_mps=rng.uniform(0.0, 10.0), **common))
        else:
            height = rng.uniform(8e3, 12e3)
            found.take(
                AircraftReport(
                    icao24=f"{n:06x}",
                    speed_mps=rng.uniform(180.0, 260.0),
                    height_m=height,
                    **common,
                )
            )
    return found


def main() -> None:
    """Print the medians."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    rng = np.random.default_rng(1)
    areas = [area(n, rng) for n in range(AREAS)]
    print(f"{AREAS} fall areas, {SHIPS:,} ships, {AIRCRAFT} aircraft; medians of {rounds}")
    for name, known in (
        ("all over the sea", picture(rng)),
        ("half in one area", picture(rng, areas[0])),
    ):
        exposures(areas[0], known.known(NOW), NOW)
        took, named = [], 0
        for _ in range(rounds):
            start = time.process_time()
            lists = [endangered(one, known.known(NOW), NOW) for one in areas]
            took.append(time.process_time() - start)
            named = sum(len(one.endangered) for one in lists)
        print(f"  {name}: {1e3 * statistics.median(took):.1f} ms, {named:,} named (goal 50 ms)")


if __name__ == "__main__":
    main()
