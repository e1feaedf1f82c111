"""How soon a launch is declared: ``python benchmarks/bench_launches.py [--json] [--launches N]``.

Every launch is another: place, sensors and traffic of a quiet sky (`launchwatch.simulate.quiet`),
within which one missile takes off, with a motor and a tilt of its own. Compared is when it was
declared with when the plots so far could at the earliest have told it from an aircraft, a
balloon or a light at the same odds: the Cramér-Rao bound of its state along its true path, by
every plot that was made of it, with next to no prior, put to the rule that the watch itself
uses (`launchwatch.assessment.evidence`). The delay is told in scans of the sensor whose plot
completed the evidence. Launches that no sensor's plots could tell before they end are left out.
"""

import argparse
import json
from typing import NamedTuple

import numpy as np
from msgspec.structs import replace
from numpy.typing import NDArray

from launchwatch.assessment.evidence import CEILING, FLOATING, SLOW, SLOWEST
from launchwatch.assessment.normal import share_below
from launchwatch.earth.ellipsoid import geodetic_from_ecef
from launchwatch.engine import Engine, ready
from launchwatch.estimation.bound import information
from launchwatch.estimation.measurement import Site
from launchwatch.flight.motion import BOOST, propagate
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.packet import Packet, Tick
from launchwatch.messages.plot import LineOfSightPlot, RadarPlot
from launchwatch.sensors.jsonplots import FORMAT, decode
from launchwatch.simulate import observe, quiet, truth
from launchwatch.simulate.body import Body
from launchwatch.simulate.chance import stream
from launchwatch.simulate.plan import Climb, Launch
from launchwatch.simulate.scenario import Scenario
from launchwatch.timescale import SECOND, Instant, seconds_between, utc_from_instant

Floats = NDArray[np.float64]
Row = dict[str, object]

AFTER = 30.0
LASTING = 230.0
NEEDED = 0.95


class Outcome(NamedTuple):
    """What came of one launch: seconds after lift-off; None where it never came."""

    seed: int
    allowed: float | None
    period: float
    declared: float | None
    launches: int
    error: float | None
    error_sigma: float | None


def sky_with_launch(seed: int) -> Scenario:
    """Draw a quiet sky in which something takes off."""
    chance = stream(seed, "launch")
    sky = quiet.sky(seed, LASTING)
    first = next(iter(sky.sensors.values()))
    # The infrared sensors stand far away; the first sensor is always a radar.
    bearing, distance = chance.uniform(0.0, 2.0 * np.pi), chance.uniform(0.5, 4.0)
    latitude = float(np.clip(first.latitude_deg + distance * np.cos(bearing), -80.0, 80.0))
    longitude = first.longitude_deg + distance * np.sin(bearing) / np.cos(np.radians(latitude))
    launch = Launch(
        object="m1",
        time=utc_from_instant(Instant(sky.start + round(AFTER * SECOND))),
        latitude_deg=latitude,
        longitude_deg=float((longitude + 180.0) % 360.0 - 180.0),
        azimuth_deg=float(chance.uniform(0.0, 360.0)),
        ballistic_coefficient_kgpm2=float(np.exp(chance.uniform(np.log(2e3), np.log(12e3)))),
        ascent=Climb(
            initial_acceleration_mps2=float(chance.uniform(15.0, 30.0)),
            burn_s=float(chance.uniform(45.0, 75.0)),
            kick_deg=float(chance.uniform(1.0, 8.0)),
        ),
    )
    return replace(sky, launches=(launch,))


def allowed(scenario: Scenario, body: Body) -> tuple[float | None, float]:
    """Give when the plots of a body could first tell it (seconds), and that sensor's period."""
    alone = observe.arrivals(
        replace(scenario, sensors={n: replace(s, clutter_per_scan=0.0)
                                   for n, s in scenario.sensors.items()}),
        0, [body],
    )  # fmt: skip
    sites = {name: Site(sensor) for name, sensor in scenario.sensors.items()}
    prior = np.diag(np.array([1e6] * 3 + [4e3] * 3 + [0.8, 1.0, 1.0]) ** -2.0)
    J, last = prior, None
    for received, line in alone:
        payload = observe.encode(line)
        packet = Packet(
            source="bound", line=0, format=FORMAT, received=received, mode="simulation",
            payload=payload,
        )  # fmt: skip
        plot = decode(packet, scenario.sensors)
        if not isinstance(plot, RadarPlot | LineOfSightPlot):
            continue
        # A plot's time is rounded to the microsecond.
        now = float(np.clip((plot.time - scenario.start) / SECOND, body.start, body.end))
        x = nine(body, now)
        if last is not None and now > last:
            back = jacobian(x, last - now)
            J = back.T @ J @ back
        last = now if last is None else max(last, now)
        J = J + information(sites[plot.sensor].pack(plot), x)
        if told(x, np.linalg.inv(J)) > NEEDED:
            at = (received - scenario.start) / SECOND
            return at - AFTER, scenario.sensors[plot.sensor].scan_period_s
    return None, 0.0


def nine(body: Body, time: float) -> Floats:
    """Give the true state with its thrust acceleration and growth, (9,)."""
    times = np.clip([time - 0.5, time, time + 0.5], body.start, body.end)
    row = body.states(times)
    pull = np.linalg.norm(row[2, 3:] - row[0, 3:] + 9.81 * row[1, :3] / np.linalg.norm(row[1, :3]))
    return np.r_[row[1], np.log(max(float(pull), 5.0)), np.log(0.013), 0.0]


def jacobian(x: Floats, seconds: float) -> Floats:
    """Give the derivative of the motion (9, 9) over some seconds."""
    steps = np.array([1.0, 1.0, 1.0, 0.1, 0.1, 0.1, 1e-3, 1e-3, 1e-3])
    here = propagate(BOOST, x[None], seconds)[0]
    moved = propagate(BOOST, x + np.diag(steps), seconds)
    return np.asarray(((moved - here) / steps[:, None]).T)


def told(x: Floats, P: Floats) -> float:
    """Give the probability of a launch against what is slow, as the watch weighs it."""
    up = x[:3] / np.linalg.norm(x[:3])
    speed = float(np.linalg.norm(x[3:6]))
    along = x[3:6] / max(speed, 1.0)
    height = float(geodetic_from_ecef(x[None, :3])[2][0])
    low = share_below((CEILING - height) / float(np.sqrt(up @ P[:3, :3] @ up)))
    sigma = float(np.sqrt(along @ P[3:6, 3:6] @ along))
    slow = low * share_below((SLOWEST - speed) / sigma) + share_below((FLOATING - speed) / sigma)
    return 1.0 / (1.0 + SLOW * slow / max(1.0 - slow, 1e-12))


def launched(seed: int) -> Outcome:
    """Watch one launch."""
    scenario = sky_with_launch(seed)
    moving = truth.bodies(scenario, seed)
    lines = observe.arrivals(scenario, seed, moving)
    earliest, period = allowed(scenario, moving[0])
    engine = Engine(scenario.sensors)
    due = Instant((scenario.start // SECOND + 1) * SECOND)
    declared: dict[str, LaunchStatement] = {}
    newest: LaunchStatement | None = None
    for number, (received, line) in enumerate(lines, 1):
        stimuli: list[Packet | Tick] = []
        while due <= received:
            stimuli.append(Tick(time=due, mode="simulation"))
            due = Instant(due + SECOND)
        payload = observe.encode(line)
        stimuli.append(
            Packet(source="launch", line=number, format=FORMAT, received=received,
                   mode="simulation", payload=payload)
        )  # fmt: skip
        for answer in (one for stimulus in stimuli for one in engine.handle(stimulus)):
            if isinstance(answer, LaunchStatement):
                declared.setdefault(answer.launch_id, answer)
                newest = answer
    took_off = Instant(scenario.start + round(AFTER * SECOND))
    first = min((one.time for one in declared.values()), default=None)
    return Outcome(
        seed=seed,
        allowed=earliest,
        period=period,
        declared=None if first is None else seconds_between(took_off, first),
        launches=len(declared),
        error=None if newest is None else seconds_between(took_off, newest.launch_time),
        error_sigma=None if newest is None else newest.launch_time_sigma_s,
    )


def main() -> None:
    """Run what is asked for."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--json", action="store_true")
    reader.add_argument("--launches", type=int, default=20)
    asked = reader.parse_args()
    ready()
    outcomes = []
    for seed in range(1, asked.launches + 1):
        outcomes.append(launched(seed))
        if not asked.json:
            print(outcomes[-1], flush=True)
    fair = [one for one in outcomes if one.allowed is not None]
    both = [one for one in fair if one.declared is not None]
    scans = np.array([(one.declared - one.allowed) / one.period for one in both])  # type: ignore[operator]
    errors = np.array([one.error for one in both], dtype=float)
    sigmas = np.array([one.error_sigma for one in both], dtype=float)
    ratio = float(np.sqrt(np.mean((errors / sigmas) ** 2)))
    rows: list[Row] = [
        {"what": "launches that the plots could tell", "value": len(fair), "unit": ""},
        {"what": "of these declared", "value": len(both), "unit": "", "goal": "all"},
        {"what": "declared as more than one", "value": sum(o.launches > 1 for o in both),
         "unit": "", "goal": "0"},
        {"what": "delay behind the bound, median", "value": float(np.median(scans)),
         "unit": "scans", "goal": "2"},
        {"what": "share within two scans", "value": float(np.mean(scans <= 2.0)), "unit": "",
         "goal": "1"},
        {"what": "launch time, mean error", "value": float(np.mean(errors)), "unit": "s"},
        {"what": "launch time, RMS of error/sigma", "value": ratio, "unit": "", "goal": "1"},
    ]  # fmt: skip
    if asked.json:
        print(json.dumps(rows))
        return
    for row in rows:
        print(f"{row['what']:<42} {row['value']:>9,.4g} {row['unit']:<6} {row.get('goal', '')}")


if __name__ == "__main__":
    main()
