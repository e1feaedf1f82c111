"""How well a flight is known afterwards: ``python design/smoothing.py [--flights 64]``.

Flights of the scenarios friday, lofted and depressed and of random ranges, each with its own
seed, are fitted from the plots of their own body. Each line says how far the fit is from the
truth; the last ones how many 95 % regions hold it, and typical errors and sigmas.
"""

import argparse
from time import process_time

import msgspec
import numpy as np
from numpy.typing import NDArray

from launchwatch.earth.ellipsoid import ecef_from_geodetic, geodetic_from_ecef
from launchwatch.earth.local import ecef_from_enu_rotation
from launchwatch.errors import NotConverged
from launchwatch.estimation.measurement import Site
from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import EndOfScan, Refused
from launchwatch.sensors import jsonplots
from launchwatch.simulate import observe, truth
from launchwatch.simulate.body import Body
from launchwatch.simulate.flights import ascent_of
from launchwatch.simulate.plan import Climb, Traffic
from launchwatch.simulate.scenario import Scenario, load
from launchwatch.timescale import SECOND
from launchwatch.tracking._kernels_flightmarks import MARKS
from launchwatch.tracking.afterflight import fit_flight

Floats = NDArray[np.float64]
LIMITS = {1: 3.841, 2: 5.991, 6: 12.592, 7: 14.067}  # 95 % of chi-square


def random_flight(seed: int) -> Scenario:
    """Draw a flight of 300 to 1,300 km from somewhere within 250 km, steered as chance has it."""
    chance = np.random.default_rng([7, seed])
    base = load("friday")
    far = chance.uniform(300.0, 1300.0)
    climb = Climb(
        initial_acceleration_mps2=chance.uniform(16.0, 26.0),
        vertical_s=chance.uniform(3.0, 10.0),
        kick_s=chance.uniform(3.0, 10.0),
    )
    launch = msgspec.structs.replace(
        base.launches[0], range_km=far, apogee_km=far * chance.uniform(0.18, 0.45),
        flight_time_s=None, ascent=climb, azimuth_deg=chance.uniform(70.0, 125.0),
        latitude_deg=chance.uniform(38.6, 41.0), longitude_deg=chance.uniform(125.0, 127.5),
        height_m=float(chance.uniform(0.0, 900.0)),
        ballistic_coefficient_kgpm2=float(np.exp(chance.uniform(np.log(2500), np.log(12000)))),
    )  # fmt: skip
    found = ascent_of(launch)
    climb = msgspec.structs.replace(
        climb, burn_s=found.burn_time, kick_deg=float(np.degrees(found.kick)),
        exhaust_speed_mps=found.exhaust_speed,
    )  # fmt: skip
    launch = msgspec.structs.replace(launch, ascent=climb)
    return msgspec.structs.replace(base, launches=(launch,), end=base.start + 900 * SECOND)


def seen(scenario: Scenario, body: Body, seed: int) -> tuple[Floats, Floats]:
    """Give seconds and packed plots of one body."""
    clean = {
        k: msgspec.structs.replace(v, clutter_per_scan=0.0) for k, v in scenario.sensors.items()
    }
    quiet = msgspec.structs.replace(scenario, sensors=clean, traffic=Traffic())
    sites = {key: Site(one) for key, one in scenario.sensors.items()}
    found = []
    for arrival, line in observe.arrivals(quiet, seed, [body]):
        packet = Packet(
            source="simulation", line=1, format="jsonplots", received=arrival, mode="simulation",
            payload=observe.encode(line),
        )  # fmt: skip
        plot = jsonplots.decode(packet, scenario.sensors)
        if not isinstance(plot, Refused | EndOfScan):
            found.append((plot.time, sites[plot.sensor].pack(plot)))
    found.sort(key=lambda one: one[0])
    return (
        np.array([(time - scenario.start) / SECOND for time, _ in found]),
        np.array([packed for _, packed in found]),
    )


def judge(name: str, scenario: Scenario, seed: int) -> dict[str, tuple[float, float, float, int]]:
    """Fit one flight: for each thing its error, its sigma, the squared length and degrees."""
    body = truth.bodies(msgspec.structs.replace(scenario, traffic=Traffic()), 0)[0]
    t, z = seen(scenario, body, seed)
    start = process_time()
    flight = fit_flight(t, z)
    took = process_time() - start
    launch = scenario.launches[0]
    assert launch.ascent.burn_s is not None
    # To the tenth of a millisecond: a millisecond is two metres, more than some of it is known.
    burnout = body.start + launch.ascent.burn_s
    P, marks = flight.covariance, flight.marks
    place = np.radians([launch.latitude_deg, launch.longitude_deg])
    frame = ecef_from_enu_rotation(*place).T
    site = ecef_from_geodetic(*place, launch.height_m)
    fall = body.states(np.array([body.end - 1e-6]))[0]
    latitude, longitude, _ = geodetic_from_ecef(fall[:3])
    down = ecef_from_enu_rotation(latitude, longitude).T[:2]
    times = np.linspace(burnout, body.end - 1e-3, 20_001)
    heights = geodetic_from_ecef(body.states(times)[:, :3])[2]
    at = MARKS + 1
    last = body.states(np.array([flight.last]))[0]
    told: dict[str, tuple[float, float, float, int]] = {"cpu s": (took, 0.0, 0.0, 0)}

    def add(what: str, off: Floats, S: Floats, shown: int) -> None:
        length2 = float(off @ np.linalg.solve(S, off))
        size = float(np.linalg.norm(off[:shown]))
        told[what] = size, float(np.sqrt(np.trace(S[:shown, :shown]))), length2, len(off)

    # What the record adds for the first seconds, see `launchwatch.tracking.flightrecord`.
    first = np.eye(2) * 48.0**2
    add(
        "launch point m",
        frame[:2] @ (marks[:3] - site),
        frame[:2] @ P[:3, :3] @ frame[:2].T + first,
        2,
    )
    add("launch time s", marks[3:4] - body.start, P[3:4, 3:4], 1)
    add("burnout time s", marks[at : at + 1] - burnout, P[at : at + 1, at : at + 1], 1)
    there = body.states(np.array([burnout - 1e-7]))[0]
    add("burnout place m", marks[at + 1 : at + 7] - there, P[at + 1 : at + 7, at + 1 : at + 7], 3)
    speed = np.s_[at + 4 : at + 7]
    off = float(np.linalg.norm(marks[speed] - there[3:]))
    told["burnout velocity m/s"] = off, float(np.sqrt(np.trace(P[speed, speed]))), 0.0, 0
    add("apogee m", marks[8:9] - heights.max(), P[8:9, 8:9] + 1e-2, 1)
    add("last state m", marks[9:15] - last, P[9:15, 9:15], 3)
    add("fall point m", down @ (marks[15:18] - fall[:3]), down @ P[15:18, 15:18] @ down.T, 2)
    add("fall time s", marks[18:19] - body.end, P[18:19, 18:19], 1)
    words = " ".join(f"{k} {v[0]:.2f}±{v[1]:.2f} ({v[2]:.1f})" for k, v in told.items())
    print(
        f"{name:12} {seed} turned {flight.has_turned} misfit {flight.misfit:.3f} {words}",
        flush=True,
    )
    return told


def main(flights: int, first_seed: int) -> None:
    """Judge flights, half of them random, and sum up."""
    results: dict[str, list[tuple[float, float, float, int]]] = {}
    failed = 0
    for k in range(flights):
        name = ("friday", "random", "lofted", "random", "depressed", "random")[k % 6]
        seed = first_seed + k
        scenario = random_flight(seed) if name == "random" else load(name)
        try:
            for what, one in judge(name, scenario, seed).items():
                results.setdefault(what, []).append(one)
        except NotConverged as error:
            failed += 1
            print(f"{name:12} {seed} {error}")
    print(f"\n{flights} flights, {failed} not fitted")
    for what, numbers in results.items():
        size, sigma, length2, degrees = np.array(numbers).T
        line = f"{what:22} median {np.median(size):8.2f}  95 % {np.quantile(size, 0.95):8.2f}"
        if degrees[0]:
            inside = (length2 < LIMITS[int(degrees[0])]).mean()
            line += f"  sigma {np.median(sigma):8.2f}  95 % regions hold {inside:.1%}"
            line += f"  NEES/n {length2.mean() / degrees[0]:.2f}"
        print(line)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--flights", type=int, default=64)
    parser.add_argument("--seed", type=int, default=1000)
    chosen = parser.parse_args()
    main(chosen.flights, chosen.seed)
