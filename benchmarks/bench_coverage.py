"""How often a 95 % fall region holds the truth, by how long something has been seen.

    python benchmarks/bench_coverage.py [flights]

Flights of the shipped scenarios are simulated with seeds 1, 2, ... and watched by the whole
engine; each fall area is compared with where the simulator's own integrator came down. Areas
of one flight rest on the same errors and the same drag, so that the number of independent
trials is that of the flights: with twenty of them a true 95 % reads 85 to 100 %.
"""

import statistics
import sys
from collections import defaultdict

import numpy as np
import shapely

from launchwatch import engine
from launchwatch.assessment.zones import Zones
from launchwatch.earth.ellipsoid import geodetic_from_ecef
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.packet import Packet
from launchwatch.messages.track import TrackUpdate
from launchwatch.simulate import observe, scenario, truth
from launchwatch.timescale import SECOND, instant_from_utc

FLIGHTS = 12
SCENARIOS = ("friday", "lofted")
EDGES = (12, 25, 40, 60, 90, 120, 180, 300, 1000)


def fall_of(one: scenario.Scenario) -> tuple[float, float]:
    """Give longitude and latitude (degrees) of the true fall: the last state, carried on."""
    last = [state for state in truth.states(one) if state["kind"] == "missile"][-1]
    position = np.array(last["position_ecef_m"])
    velocity = np.array(last["velocity_ecef_mps"])
    _, _, height = geodetic_from_ecef(position[None])
    ahead = height[0] / -(velocity @ position / np.linalg.norm(position))
    latitude, longitude, _ = geodetic_from_ecef((position + ahead * velocity)[None])
    return float(np.degrees(longitude[0])), float(np.degrees(latitude[0]))


def watched(one: scenario.Scenario, seed: int, zones: Zones) -> list[tuple[float, FallArea]]:
    """Watch one simulated flight; give each fall area with the seconds since the first plot."""
    watch = engine.Engine(dict(one.sensors), zones=zones)
    first: dict[str, int] = {}
    launches: set[str] = set()
    areas = []
    for number, (arrival, plot) in enumerate(observe.arrivals(one, seed), start=1):
        packet = Packet(
            source="coverage",
            line=number,
            format="jsonplots",
            received=arrival,
            mode="simulation",
            payload=observe.encode(plot),
        )
        for answer in watch.handle(packet):
            if isinstance(answer, TrackUpdate):
                first.setdefault(answer.track_id, answer.first_plot)
            elif isinstance(answer, LaunchStatement):
                launches.add(answer.launch_id)
            elif isinstance(answer, FallArea):
                areas.append(((answer.time - first[answer.track_id]) / SECOND, answer))
    if len(launches) != 1:
        raise SystemExit(f"{one.name} seed {seed}: {len(launches)} launches declared, not one")
    return areas


def main() -> None:
    """Print a table for each scenario."""
    flights = int(sys.argv[1]) if len(sys.argv) > 1 else FLIGHTS
    zones = Zones.built_in()
    for name in SCENARIOS:
        one = scenario.load(name)
        fall = fall_of(one)
        began = instant_from_utc(truth.states(one)[0]["time"])
        held: dict[int, list[bool]] = defaultdict(list)
        size: dict[int, list[float]] = defaultdict(list)
        declared = []
        for seed in range(1, flights + 1):
            areas = watched(one, seed, zones)
            declared.append((areas[0][1].time - began) / SECOND)
            for seconds, area in areas:
                row = int(np.searchsorted(EDGES, seconds, side="right")) - 1
                inside = any(
                    shapely.contains_xy(shapely.Polygon(rings[0], rings[1:]), *fall)
                    for rings in area.region_95
                )
                held[row].append(inside)
                size[row].append(area.region_area_m2 / 1e6)
        middle = statistics.median(declared)
        print(f"{name}: {flights} flights; first area {middle:.0f} s after lift-off (median)")
        print("seconds seen    areas  hold the truth  median size, km²")
        for row in sorted(row for row in held if 0 <= row < len(EDGES) - 1):
            span = f"{EDGES[row]} to {EDGES[row + 1]}"
            share, area = np.mean(held[row]), statistics.median(size[row])
            print(f"{span:<14} {len(held[row]):>6} {100 * share:>13.1f} % {area:>17,.2f}")
        print()


if __name__ == "__main__":
    main()
