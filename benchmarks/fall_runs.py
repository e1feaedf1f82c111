"""Simulated flights of a scenario, watched by some of its sensors through the whole engine.

Each flight has the errors of its own seed; and the scenario's ballistic coefficient, or one of
its own, of equal probability under the tracker's prior. Zones stand on both sides of its true
fall: before it and beyond it, each with its edge square to the ground track at a chosen distance.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
from fall_limits import ballistic_coefficients, burnout_of
from msgspec.structs import replace
from sky_feed import stimuli

from launchwatch.assessment.zones import Zones
from launchwatch.earth import geodesic
from launchwatch.engine import Engine
from launchwatch.flight.fall import falls
from launchwatch.flight.slopes import FallSlopes, fall_slopes
from launchwatch.messages.sensor import Sensor
from launchwatch.messages.wire import Message
from launchwatch.simulate import observe, truth
from launchwatch.simulate.body import Body
from launchwatch.simulate.scenario import Scenario
from launchwatch.timescale import SECOND, Instant, instant_from_utc

_DEEP = 400e3
_WIDE = 200e3


class Run(NamedTuple):
    """One flight.

    Attributes:
        fell: where it truly falls, as the simulator's own integrator has it, and its axes.
        ignition: as a time of the stream.
        messages: what the watch says, as it says it.
    """

    fell: FallSlopes
    ignition: Instant
    messages: Iterator[Message]


def run(
    scenario: Scenario,
    sensors: Sequence[Sensor],
    number: int,
    of: int,
    until: float,
    distances: Sequence[float] = (),
    *,
    is_spread: bool = False,
) -> Run:
    """Fly and watch one flight.

    Args:
        sensors: those that watch.
        number: which flight, from 0, and its seed; ``of`` how many.
        until: seconds after ignition at which the watch ends.
        distances: of the zones' edges from the fall, metres.
        is_spread: each flight has a ballistic coefficient of its own.
    """
    (launch,) = scenario.launches
    if is_spread:
        coefficient = float(ballistic_coefficients(of)[number])
        launch = replace(launch, ballistic_coefficient_kgpm2=coefficient)
    ignition = instant_from_utc(launch.time)
    start = Instant(ignition - 20 * SECOND)
    watched = replace(
        scenario,
        start=start,
        end=Instant(ignition + round(until * SECOND)),
        launches=(launch,),
        sensors={one.id: one for one in sensors},
        scans={one.id: scenario.scans[one.id] for one in sensors},
    )
    body = truth.bodies(watched)[0]
    fell = _fall(body, 20.0, launch.ballistic_coefficient_kgpm2)
    zones = Zones.built_in()
    if distances:
        zones = zones.with_features(_sides(fell, distances))
    engine = Engine(watched.sensors, zones=zones)

    def messages() -> Iterator[Message]:
        arrivals = observe.arrivals(watched, number + 1, [body])
        for stimulus in stimuli(start, arrivals, "benchmark"):
            yield from engine.handle(stimulus)

    return Run(fell, ignition, messages())


def _fall(body: Body, ignition: float, coefficient: float) -> FallSlopes:
    """Give the true fall: its axes from burnout, its place by the simulator's own integrator."""
    burnout = burnout_of(body, ignition)
    axes = fall_slopes(body.states(np.array([ignition + burnout]))[0, :6], coefficient)
    last = falls(body.states(np.array([body.end - 0.05])), coefficient)
    return axes._replace(latitude=float(last.latitude[0]), longitude=float(last.longitude[0]))


def _sides(fell: FallSlopes, distances: Sequence[float]) -> dict[str, Any]:
    """Give zones before and beyond the fall, for `launchwatch.assessment.zones`."""
    features = []
    for distance in distances:
        for side, sign in (("before", -1.0), ("beyond", 1.0)):
            corners = [
                _point(fell, right, sign * along)
                for right, along in (
                    (-_WIDE, distance), (_WIDE, distance),
                    (_WIDE, _DEEP), (-_WIDE, _DEEP), (-_WIDE, distance),
                )
            ]  # fmt: skip
            name = f"{side}-{distance / 1e3:g}"
            features.append(
                {
                    "type": "Feature",
                    "properties": {"zone": name, "kind": "other"},
                    "geometry": {"type": "Polygon", "coordinates": [corners]},
                }
            )
    return {"type": "FeatureCollection", "features": features}


def _point(fell: FallSlopes, right: float, along: float) -> list[float]:
    azimuth = fell.azimuth + float(np.arctan2(right, along))
    latitude, longitude, _ = geodesic.direct(
        fell.latitude, fell.longitude, azimuth, float(np.hypot(right, along))
    )
    return [float(np.degrees(longitude)), float(np.degrees(latitude))]
