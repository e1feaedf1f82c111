"""The truth of a scenario: every object, whole second by whole second.

Truth is for comparing; nothing that watches may read it.
"""

from typing import Any

import numpy as np

from launchwatch.messages.sensor import Radar, Sensor
from launchwatch.simulate import traffic
from launchwatch.simulate.body import Array, Body, Truths
from launchwatch.simulate.flights import Flight, fly
from launchwatch.simulate.scenario import Scenario
from launchwatch.simulate.sightline import is_in_view
from launchwatch.timescale import SECOND, Instant, instant_from_utc, utc_from_instant


def bodies(scenario: Scenario, seed: int = 0) -> list[Body]:
    """Give everything that really moves in a scenario, launches first.

    Raises:
        NotConverged: a launch cannot fly as far and high as the scenario wants.
    """
    launched = []
    for launch in scenario.launches:
        ignition = (instant_from_utc(launch.time) - scenario.start) / SECOND
        launched += [_body(flight, ignition) for flight in fly(launch)]
    return launched + traffic.bodies(scenario, seed)


def is_hot(body: Body, times: Array) -> Truths:
    """Tell at which of times (n,) a body shines in the infrared: motors burn, meteors glow."""
    return body.is_thrusting(times) | (body.kind == "meteor")


def is_seen(sensor: Sensor, body: Body, rows: Array, times: Array) -> Truths:
    """Tell at which of times (n,), with the body's states (n, 6), a sensor could detect it.

    A light on the ground or on a cloud is nothing to a radar, and shines where it is clear.
    """
    if body.kind != "flare":
        return is_in_view(sensor, rows, is_hot(body, times))
    if isinstance(sensor, Radar):
        return np.zeros(len(times), dtype=bool)
    return is_in_view(sensor, rows, is_hot(body, times), cloud_top=-np.inf)


def states(
    scenario: Scenario, seed: int = 0, moving: list[Body] | None = None
) -> list[dict[str, Any]]:
    """Give the truth's lines, object by object, at each whole second while it exists.

    Args:
        moving: the scenario's bodies for this seed, where the caller has them already.
    """
    lines = []
    for body in bodies(scenario, seed) if moving is None else moving:
        instants = _whole_seconds(scenario, body)
        times = np.array([(instant - scenario.start) / SECOND for instant in instants])
        if not len(times):
            continue
        rows = body.states(times)
        seen = {name: is_seen(s, body, rows, times) for name, s in scenario.sensors.items()}
        burning, phases = body.is_thrusting(times), body.phases(times)
        for n, instant in enumerate(instants):
            lines.append(
                {
                    "object": body.object,
                    "kind": body.kind,
                    "time": utc_from_instant(instant),
                    "position_ecef_m": [round(float(p), 3) for p in rows[n, :3]],
                    "velocity_ecef_mps": [round(float(v), 4) for v in rows[n, 3:]],
                    "phase": phases[n],
                    "thrusting": bool(burning[n]),
                    "in_view_of": [name for name, view in seen.items() if view[n]],
                }
            )
    return lines


def _body(flight: Flight, ignition: float) -> Body:
    return Body(
        object=flight.object,
        kind=flight.kind,
        start=flight.start + ignition,
        end=flight.end + ignition,
        states=lambda times: flight.states(times - ignition),
        phases=lambda times: flight.phases(times - ignition),
        is_thrusting=lambda times: flight.is_thrusting(times - ignition),
    )


def _whole_seconds(scenario: Scenario, body: Body) -> list[Instant]:
    """List the whole seconds within both the scenario and the body's existence."""
    first = scenario.start + round(max(body.start, 0.0) * SECOND)
    last = scenario.start + round(min(body.end, scenario.duration) * SECOND)
    return [Instant(s * SECOND) for s in range(-(-first // SECOND), last // SECOND + 1)]
