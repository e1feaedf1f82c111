"""How events are found: ``python design/events.py [--runs 8] [--quiet 10]``.

Each run lets a scenario's sensors report anew, follows them by the tracker and compares the
events that it gives rise to with what happened: found or not, the error of the time against
its stated sigma, how long after, and what was said that never happened.
"""

import argparse
from collections import defaultdict

import msgspec
import numpy as np

from launchwatch.messages.event import FlightEvent
from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import EndOfScan, Refused
from launchwatch.sensors import jsonplots
from launchwatch.simulate import observe, truth
from launchwatch.simulate.body import Body
from launchwatch.simulate.places import geodetic
from launchwatch.simulate.plan import Separation, Traffic
from launchwatch.simulate.scenario import Scenario, load
from launchwatch.timescale import SECOND
from launchwatch.tracking.events import Events
from launchwatch.tracking.settings import Settings
from launchwatch.tracking.tracker import Tracker

NEAR = 12.0
"""Seconds within which an event is taken for the one that happened."""


def said(scenario: Scenario, bodies: list[Body], seed: int) -> list[FlightEvent]:
    """Give the newest revision of every event that stands at the end."""
    tracker, events = Tracker(scenario.sensors, Settings()), Events()
    last: dict[str, FlightEvent] = {}
    first: dict[str, int] = {}
    for arrival, line in observe.arrivals(scenario, seed, bodies):
        packet = Packet(
            source="simulation", line=1, format="jsonplots", received=arrival, mode="simulation",
            payload=observe.encode(line),
        )  # fmt: skip
        plot = jsonplots.decode(packet, scenario.sensors)
        if isinstance(plot, Refused):
            continue
        for update in tracker.end_scan(plot) if isinstance(plot, EndOfScan) else tracker.take(plot):
            for event in events.take(update):
                first.setdefault(event.event_id, event.known)
                last[event.event_id] = msgspec.structs.replace(event, known=first[event.event_id])
    return [one for one in last.values() if not one.withdrawn]


def happened(scenario: Scenario, bodies: list[Body]) -> list[tuple[str, float]]:
    """Give (kind, seconds) of everything that happened, as the truth has it."""
    found = []
    for n, body in enumerate(bodies):
        times = np.arange(body.start + 0.01, min(body.end, scenario.duration) - 0.01, 0.05)
        burning = body.is_thrusting(times)
        lit, out = np.flatnonzero(np.diff(burning.astype(int)) > 0), np.flatnonzero(
            np.diff(burning.astype(int)) < 0
        )  # fmt: skip
        found += [("burnout", times[k]) for k in out] + [("staging", times[k]) for k in lit]
        heights = geodetic(body.states(times)[:, :3])[2]
        top = int(np.argmax(heights))
        if 0 < top < len(times) - 1:
            found.append(("apogee", times[top]))
        down = np.flatnonzero((heights[:-1] >= 80e3) & (heights[1:] < 80e3))
        found += [("re-entry", times[k]) for k in down]
        turning = np.flatnonzero(np.array(body.phases(times)) == "manoeuvre")
        found += [("manoeuvre", times[k]) for k in turning[:1]]
        if n > 0:
            found.append(("separation", body.start))
    return found


def separated() -> Scenario:
    """Give the Friday flight with its booster left behind 15 s after burnout, at 3 m/s."""
    friday = load("friday")
    parting = Separation(
        after_burnout_s=15.0, booster_ballistic_coefficient_kgpm2=1500.0, backward_mps=3.0
    )
    launch = msgspec.structs.replace(friday.launches[0], separation=parting)
    return msgspec.structs.replace(friday, launches=(launch,))


def study(name: str, scenario: Scenario, runs: int) -> None:
    """Print one line for each kind of event of a scenario."""
    scenario = msgspec.structs.replace(scenario, traffic=Traffic())
    bodies = truth.bodies(scenario, 0)
    true = happened(scenario, bodies)
    hits: dict[str, list[tuple[float, float, float]]] = defaultdict(list)
    false: dict[str, int] = defaultdict(int)
    for seed in range(100, 100 + runs):
        open_ = list(true)
        for event in sorted(said(scenario, bodies, seed), key=lambda one: one.known):
            at = (event.event_time - scenario.start) / SECOND
            near = [one for one in open_ if one[0] == event.kind and abs(one[1] - at) < NEAR]
            if not near:
                false[event.kind] += 1
                continue
            one = min(near, key=lambda one: abs(one[1] - at))
            open_.remove(one)
            late = (event.known - scenario.start) / SECOND - one[1]
            hits[event.kind].append((at - one[1], event.event_time_sigma_s, late))
    for kind in sorted({*(one[0] for one in true), *false}):
        wanted = runs * sum(one[0] == kind for one in true)
        off, sigma, late = np.array(hits[kind]).reshape(-1, 3).T
        rms = np.sqrt((off**2).mean()) if len(off) else np.nan
        z = np.sqrt(((off / sigma) ** 2).mean()) if len(off) else np.nan
        after = np.median(late) if len(late) else np.nan
        print(
            f"{name:13} {kind:12} found {len(off):3} of {wanted:3}  false {false[kind]:2}  error"
            f" {rms:5.2f} s  in sigmas {z:4.2f}  after {after:5.1f} s",
            flush=True,
        )


def quiet(runs: int) -> None:
    """Print what is said of a sky without launches."""
    count, seconds = 0, 0.0
    for seed in range(runs):
        scenario = load("quiet")
        count += len(said(scenario, truth.bodies(scenario, seed), seed))
        seconds += scenario.duration
    print(f"quiet sky: {count} events in {seconds / 3600.0:.2f} h")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=8)
    parser.add_argument("--quiet", type=int, default=10)
    chosen = parser.parse_args()
    for each in ("friday", "depressed", "space-launch"):
        study(each, load(each), chosen.runs)
    study("separated", separated(), chosen.runs)
    quiet(chosen.quiet)
