"""How soon a launch is declared: ``python benchmarks/bench_launches.py [--json] [--launches N]``.

    python benchmarks/bench_launches.py [--json] [--launches N] [--from SEED] [--each]

Every launch is another: place, sensors and traffic of a quiet sky (`launchwatch.simulate.quiet`),
within which one missile takes off, with a motor and a tilt of its own. Compared is when it was
declared with when an ideal detector would have (`ideal`), which knows how launches and quiet
skies are made and which plots are the launch's own, the very plots that the watch was given, and
errs once in a thousand hours. A second bound is the same detector with no more knowledge than
the watch has (`public_knowledge`): what lies between the two is the price of knowing only what is
public, what lies beyond it is the watch's own. The delay is told in scans of the sensor whose
plot completed the ideal detector's evidence, and split: from there to the track's first update,
on to its confirmation, and on to the declaration. Launches that the ideal detector could not tell
before they end are left out.
"""

import argparse
import json
from typing import NamedTuple

import numpy as np
from ideal import Look, evidence
from msgspec.structs import replace
from public_knowledge import PUBLIC
from sky_feed import packet, stimuli

from launchwatch.engine import Engine, ready
from launchwatch.estimation.measurement import RANGE_RATE_SPAN, Site
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.plot import LineOfSightPlot, RadarPlot
from launchwatch.messages.track import TrackUpdate
from launchwatch.sensors.jsonplots import decode
from launchwatch.simulate import observe, quiet, truth
from launchwatch.simulate.body import Body
from launchwatch.simulate.chance import stream
from launchwatch.simulate.plan import Climb, Launch
from launchwatch.simulate.scenario import Scenario
from launchwatch.timescale import SECOND, Instant, seconds_between, utc_from_instant
from launchwatch.tracking.coverage import detection_of

Row = dict[str, object]

AFTER = 30.0
LASTING = 230.0
MOST_LOOKS = 80
NEAR = 30e3
"""Metres within which a track follows the launch."""


class Outcome(NamedTuple):
    """What came of one launch: seconds after lift-off; None where it never came.

    Attributes:
        allowed: when the ideal detector declares; ``against``, what it could tell it from last.
        public: when it would, knowing only what the watch knows.
        period: of the sensor whose plot completed that.
        plots: how many plots of it there were by then.
        seen: when its first plot arrived; ``started`` and ``confirmed``, its first track.
        error: of the launch time at last, with its sigma.
    """

    seed: int
    allowed: float | None
    public: float | None
    against: str
    period: float
    plots: int
    seen: float | None
    started: float | None
    confirmed: float | None
    declared: float | None
    launches: int
    error: float | None
    error_sigma: float | None

    @property
    def late(self) -> float:
        """Scans behind the ideal detector; infinite where it was never declared."""
        if self.allowed is None or self.declared is None:
            return float("inf")
        return (self.declared - self.allowed) / self.period

    @property
    def own(self) -> float:
        """Scans behind the same detector with public knowledge; nothing where that never tells."""
        if self.public is None:
            return 0.0
        if self.declared is None:
            return float("inf")
        return (self.declared - self.public) / self.period


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


def looks_of(scenario: Scenario, seed: int, body: Body) -> list[tuple[float, Look]]:
    """Give every plot that a watch is given of a body, and when it arrives (seconds)."""
    alone = replace(
        scenario,
        sensors={n: replace(s, clutter_per_scan=0.0) for n, s in scenario.sensors.items()},
        traffic=replace(scenario.traffic, bursts_per_hour=0.0),
    )
    sites = {name: Site(sensor) for name, sensor in scenario.sensors.items()}
    looks = []
    # What is drawn for one body does not depend on others: these are the plots themselves.
    for received, line in observe.arrivals(alone, seed, [body]):
        plot = decode(packet(received, line, "ideal"), scenario.sensors)
        if not isinstance(plot, RadarPlot | LineOfSightPlot):
            continue
        site = sites[plot.sensor]
        rate = isinstance(plot, RadarPlot) and plot.range_rate_mps is not None
        now = float(np.clip((plot.time - scenario.start) / SECOND, body.start, body.end))
        look = Look(
            seconds=now - AFTER,
            packed=site.pack(plot),
            period=site.sensor.scan_period_s,
            clutter=site.clutter_density / (RANGE_RATE_SPAN if rate else 1.0),
            detection=detection_of(site),
            x=body.states(np.array([now]))[0],
        )
        looks.append(((received - scenario.start) / SECOND - AFTER, look))
    return looks


def launched(seed: int) -> Outcome:
    """Watch one launch."""
    scenario = sky_with_launch(seed)
    moving = truth.bodies(scenario, seed)
    body = moving[0]
    seen = looks_of(scenario, seed, body)
    # Later ones tell nothing more, and their doubts are long over.
    looks = [look for _, look in seen][:MOST_LOOKS]
    told = evidence(scenario.launches[0], looks) if looks else []
    first = first_told(told)
    public = first_told(evidence(scenario.launches[0], looks, PUBLIC)) if looks else None
    engine = Engine(scenario.sensors)
    took_off = Instant(scenario.start + round(AFTER * SECOND))
    starts: dict[str, float] = {}
    declared: dict[str, LaunchStatement] = {}
    newest: LaunchStatement | None = None
    for stimulus in stimuli(scenario.start, observe.arrivals(scenario, seed, moving), "launch"):
        for answer in engine.handle(stimulus):
            if isinstance(answer, TrackUpdate):
                if answer.status not in starts and is_of(body, answer, scenario.start):
                    starts[answer.status] = seconds_between(took_off, answer.known)
            elif isinstance(answer, LaunchStatement):
                declared.setdefault(answer.launch_id, answer)
                newest = answer
    said = min((one.time for one in declared.values()), default=None)
    last = told[max(first - 1, 0)] if first is not None else {}
    return Outcome(
        seed=seed,
        allowed=None if first is None else seen[first][0],
        public=None if public is None else seen[public][0],
        against=min((one for one in last if one != "all"), key=last.__getitem__, default=""),
        period=0.0 if first is None else looks[first].period,
        plots=0 if first is None else first + 1,
        seen=seen[0][0] if seen else None,
        started=starts.get("tentative"),
        confirmed=starts.get("confirmed"),
        declared=None if said is None else seconds_between(took_off, said),
        launches=len(declared),
        error=None if newest is None else seconds_between(took_off, newest.launch_time),
        error_sigma=None if newest is None else newest.launch_time_sigma_s,
    )


def first_told(told: list[dict[str, float]]) -> int | None:
    """Give the plot with which an ideal detector has enough."""
    return next((k for k, one in enumerate(told) if one["all"] > 0.0), None)


def is_of(body: Body, update: TrackUpdate, start: Instant) -> bool:
    """Say whether a track is where a body is."""
    now = (update.time - start) / SECOND
    if not body.start <= now <= body.end:
        return False
    offset = body.states(np.array([now]))[0, :3] - np.array(update.position_ecef_m)
    return float(np.linalg.norm(offset)) < NEAR


def summed(outcomes: list[Outcome]) -> list[Row]:
    """Give the rows of the table."""
    fair = [one for one in outcomes if one.allowed is not None]
    both = [one for one in fair if one.declared is not None]
    scans = np.array([one.late for one in fair])
    own = np.array([one.own for one in fair])
    errors = np.array([one.error for one in both], dtype=float)
    sigmas = np.array([one.error_sigma for one in both], dtype=float)
    ratio = float(np.sqrt(np.mean((errors / sigmas) ** 2)))
    first = np.median([(one.allowed - one.seen) / one.period for one in fair])  # type: ignore[operator]
    late = np.array([one.declared - one.allowed for one in both], dtype=float)  # type: ignore[operator]
    start = np.array([(one.started or np.nan) - one.allowed for one in both], dtype=float)  # type: ignore[operator]
    return [
        {"what": "launches that an ideal detector could tell", "value": len(fair), "unit": ""},
        {"what": "of these declared", "value": len(both), "unit": "", "goal": "all"},
        {"what": "declared as more than one", "value": sum(o.launches > 1 for o in both),
         "unit": "", "goal": "0"},
        {"what": "first plot to the ideal detector, median", "value": float(first),
         "unit": "scans"},
        {"what": "delay behind the ideal detector, median", "value": float(np.median(scans)),
         "unit": "scans", "goal": "2"},
        {"what": "the same in seconds", "value": float(np.median(late)), "unit": "s"},
        {"what": "of it until the track begins, median", "value": float(np.nanmedian(start)),
         "unit": "s"},
        {"what": "share within two scans", "value": float(np.mean(scans <= 2.0)), "unit": "",
         "goal": "1"},
        {"what": "behind public knowledge, median", "value": float(np.median(own)),
         "unit": "scans"},
        {"what": "share within two scans of that", "value": float(np.mean(own <= 2.0)), "unit": "",
         "goal": "1"},
        {"what": "launch time, mean error", "value": float(np.mean(errors)), "unit": "s"},
        {"what": "launch time, RMS of error/sigma", "value": ratio, "unit": "", "goal": "1"},
    ]  # fmt: skip


def main() -> None:
    """Run what is asked for."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--json", action="store_true")
    reader.add_argument("--each", action="store_true", help="print each launch")
    reader.add_argument("--launches", type=int, default=24)
    reader.add_argument("--from", type=int, default=1, dest="first")
    asked = reader.parse_args()
    ready()
    outcomes = []
    for seed in range(asked.first, asked.first + asked.launches):
        outcomes.append(launched(seed))
        if asked.each:
            print(line_of(outcomes[-1]), flush=True)
    rows = summed(outcomes)
    if asked.json:
        print(json.dumps(rows))
        return
    for row in rows:
        print(f"{row['what']:<44} {row['value']:>9,.4g} {row['unit']:<6} {row.get('goal', '')}")


def line_of(one: Outcome) -> str:
    """Give one launch as a line."""

    def at(value: float | None) -> str:
        return "      -" if value is None else f"{value:7.1f}"

    times = (one.seen, one.allowed, one.public, one.started, one.confirmed, one.declared)
    return (
        f"seed {one.seed:4d}: seen, ideal, public, started, confirmed, declared"
        f"{''.join(at(value) for value in times)} s; {one.late:6.2f} scans of {one.period:4.1f} s, "
        f"{one.own:6.2f} behind public knowledge, {one.launches} declared; "
        f"{one.plots:3d} plots, last told from {one.against}"
    )


if __name__ == "__main__":
    main()
