"""How soon past launches are told, beside when an ideal detector could have told them.

    python benchmarks/bench_stories.py

A quarter of a minute of CPU time. The stories are those of ``tests/story``; the ideal detector is
that of `ideal`, which is told which plots are of the launch, and how launches and quiet skies are
made. Seconds after lift-off; the watch's own moments stand in ``docs/warnings.md``.
"""

import importlib.util
import math
import sys
from pathlib import Path
from types import ModuleType

import numpy as np
from ideal import Look, evidence
from msgspec.structs import replace

from launchwatch.estimation.measurement import RANGE_RATE_SPAN, Site
from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import LineOfSightPlot, RadarPlot
from launchwatch.sensors.jsonplots import decode
from launchwatch.simulate import truth
from launchwatch.simulate.flights import ascent_of
from launchwatch.simulate.plan import Climb, Launch
from launchwatch.timescale import SECOND
from launchwatch.tracking.coverage import detection_of

ROOT = Path(__file__).resolve().parent.parent

MOST_LOOKS = 100
"""Plots of a flight that are weighed: seventeen seconds of three sensors at twice a second."""

UNTIL_S = 100.0


def stories() -> ModuleType:
    """Load the stories' own module."""
    spec = importlib.util.spec_from_file_location("publicly", ROOT / "tests/story/publicly.py")
    if spec is None or spec.loader is None:
        raise SystemExit("tests/story/publicly.py is missing")
    publicly = importlib.util.module_from_spec(spec)
    sys.modules["publicly"] = publicly
    spec.loader.exec_module(publicly)
    return publicly


def told_by_ideal(publicly: ModuleType, name: str) -> tuple[float, float | None, int, str]:
    """Give when the first plot came, when the ideal detector declares, after how many plots, and
    what it could tell the launch from last."""
    flown = publicly.load(name)
    launch = flown.launches[0]
    body = truth.bodies(flown, 1)[0]
    sites = {key: Site(sensor) for key, sensor in flown.sensors.items()}
    looks: list[tuple[float, Look]] = []
    lit = publicly.instant_from_utc(launch.time)
    for packet in publicly.stimuli(name, "exercise", None, UNTIL_S):
        if not isinstance(packet, Packet) or len(looks) == MOST_LOOKS:
            continue
        plot = decode(packet, flown.sensors)
        if not isinstance(plot, RadarPlot | LineOfSightPlot):
            continue
        site = sites[plot.sensor]
        rate = isinstance(plot, RadarPlot) and plot.range_rate_mps is not None
        look = Look(
            seconds=(plot.time - lit) / SECOND,
            packed=site.pack(plot),
            period=site.sensor.scan_period_s,
            clutter=site.clutter_density / (RANGE_RATE_SPAN if rate else 1.0),
            detection=detection_of(site),
            x=body.states(np.array([(plot.time - flown.start) / SECOND]))[0],
        )
        looks.append(((packet.received - lit) / SECOND, look))
    rows = evidence(_as_flown(launch), [look for _, look in looks])
    first = next((k for k, one in enumerate(rows) if one["all"] > 0.0), None)
    if first is None:
        return looks[0][0], None, len(looks), ""
    last = rows[max(first - 1, 0)]
    against = min((one for one in last if one != "all"), key=last.__getitem__)
    return looks[0][0], looks[first][0], first + 1, against


def _as_flown(launch: Launch) -> Launch:
    """Give a launch whose climb is stated, not what it should reach."""
    found = ascent_of(launch)
    climb = Climb(
        initial_acceleration_mps2=found.initial_acceleration,
        exhaust_speed_mps=found.exhaust_speed,
        vertical_s=found.vertical_time,
        kick_s=found.kick_time,
        burn_s=found.burn_time,
        kick_deg=math.degrees(found.kick),
    )
    return replace(launch, ascent=climb, range_km=None, apogee_km=None, flight_time_s=None)


def main() -> None:
    """Print a row a story."""
    publicly = stories()
    print("launch      first plot  ideal  plots  after  told last from")
    for name in publicly.STORIES:
        if name == "drill":
            continue
        seen, allowed, plots, against = told_by_ideal(publicly, name)
        when = "never" if allowed is None else f"{allowed:5.1f}"
        after = "" if allowed is None else f"{allowed - seen:5.1f}"
        print(f"{name:10s}  {seen:10.1f}  {when}  {plots:5d}  {after}  {against}")


if __name__ == "__main__":
    main()
