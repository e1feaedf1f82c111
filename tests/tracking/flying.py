"""Flights for the tests of what comes after: flown by the simulator, seen by its sensors."""

from functools import cache

import msgspec
import numpy as np
from numpy.typing import NDArray

from launchwatch.estimation.measurement import Site
from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import EndOfScan, Refused
from launchwatch.sensors import jsonplots
from launchwatch.simulate import observe, truth
from launchwatch.simulate.body import Body
from launchwatch.simulate.plan import Traffic
from launchwatch.simulate.scenario import Scenario, load
from launchwatch.timescale import SECOND, Instant

Floats = NDArray[np.float64]


@cache
def flown(name: str) -> tuple[Scenario, list[Body]]:
    """Give a scenario without clutter and traffic, and its bodies."""
    scenario = load(name)
    clean = {
        key: msgspec.structs.replace(one, clutter_per_scan=0.0)
        for key, one in scenario.sensors.items()
    }
    scenario = msgspec.structs.replace(scenario, sensors=clean, traffic=Traffic())
    return scenario, truth.bodies(scenario, 0)


def seen(
    scenario: Scenario, body: Body, seed: int, sensors: tuple[str, ...] = ()
) -> tuple[Floats, Floats]:
    """Give seconds (m,) after the scenario's start and packed plots (m, 22) of one body."""
    sites = {key: Site(one) for key, one in load("friday").sensors.items()}
    found: list[tuple[Instant, Floats]] = []
    for arrival, line in observe.arrivals(scenario, seed, [body]):
        packet = Packet(
            source="simulation", line=1, format="jsonplots", received=arrival, mode="simulation",
            payload=observe.encode(line),
        )  # fmt: skip
        plot = jsonplots.decode(packet, scenario.sensors)
        if not isinstance(plot, Refused | EndOfScan) and plot.sensor in (sensors or sites):
            found.append((plot.time, sites[plot.sensor].pack(plot)))
    found.sort(key=lambda one: one[0])
    seconds = np.array([(time - scenario.start) / SECOND for time, _ in found])
    return seconds, np.array([packed for _, packed in found])
