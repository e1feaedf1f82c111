"""How often a 95 % fall region holds the truth: ``python benchmarks/bench_coverage.py [FLIGHTS]``.

Flights of three kinds, each with a motor, steering, drag, air and wind of its own
(`drawn_flights`), are watched by two radars and an infrared sensor, without clutter; a fall area
is drawn every ten seconds and compared with where the flight came down. Areas of one flight rest
on the same errors, so a share's interval counts flights, not areas.

``--keep FOLDER`` keeps what the tracker said of each flight: what was kept is not flown again,
and a run that was broken off goes on where it stopped. ``--seconds N`` stops after so many.
"""

import argparse
import math
import time
from collections import defaultdict
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import drawn_flights
import msgspec
import numpy as np
import shapely
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray

from launchwatch.assessment.fallareas import FallAreas
from launchwatch.assessment.launches import Launches
from launchwatch.assessment.settings import Settings
from launchwatch.messages.fallarea import FallArea, ZoneProbability
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import EndOfScan, Refused
from launchwatch.messages.track import TrackUpdate
from launchwatch.sensors import jsonplots
from launchwatch.simulate import observe, scenario
from launchwatch.simulate.scenario import Scenario
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking.settings import Settings as TrackingSettings
from launchwatch.tracking.tracker import Tracker

Floats = NDArray[np.float64]

FLIGHTS = 40
SENSORS = ("kr-north", "jp-west", "ir-105")
EVERY = 10.0
IGNITION = 31.0
SETTLED = 120.0
"""Seconds since the first plot from which on a launch is judged only when an area is due: its
plots are weighed together for no longer, and its place and time have been told."""
SEEN = (0, 25, 40, 60, 90, 120, 180, 300, 600, 2000)
LEFT = (600, 300, 180, 120, 90, 60, 40, 25, 10, 0)


class Look(Struct, frozen=True, array_like=True):
    """What was known when an area was due: a track and its launch."""

    update: TrackUpdate
    launch: LaunchStatement


class Watched(Struct, frozen=True, array_like=True):
    """One flight, and every tenth second of what was known of it.

    Times are seconds after ignition.
    """

    fall: tuple[float, float]
    burnout: float
    pull: float
    end: float
    ignition: Instant
    looks: tuple[Look, ...]


class Judged(NamedTuple):
    """One area against the truth; seconds since the first plot, and until the fall."""

    flight: int
    seen: float
    left: float
    phase: str
    holds: bool
    area: float


class NoZones:
    """Zones are not what is asked for here."""

    def probabilities(
        self, latitude_deg: Floats, longitude_deg: Floats
    ) -> tuple[ZoneProbability, ...]:
        """Give none."""
        assert len(latitude_deg) == len(longitude_deg)
        return ()

    otherwise = probabilities


def stage() -> Scenario:
    """Give the sensors, and nothing that flies."""
    shipped = scenario.load("friday")
    sensors = {name: replace(shipped.sensors[name], clutter_per_scan=0.0) for name in SENSORS}
    return replace(shipped, sensors=sensors, launches=())


def watch(one: Scenario, flight: drawn_flights.Flown, seed: int) -> Watched:
    """Track one flight; note what is known whenever an area is due."""
    duration = IGNITION + flight.end + 5.0
    one = replace(one, end=Instant(one.start + round(duration * SECOND)))
    roster = scenario.load("friday").sensors
    sensors = {name: roster[name] for name in SENSORS}
    tracker, launches = Tracker(sensors, TrackingSettings()), Launches(Settings(), sensors)
    body = drawn_flights.body_of(flight, IGNITION)
    looks: list[Look] = []
    first: Instant | None = None
    due = 0.0
    for number, (arrival, content) in enumerate(observe.arrivals(one, seed, [body]), start=1):
        packet = Packet(
            source="coverage", line=number, format="jsonplots", received=arrival,
            mode="simulation", payload=observe.encode(content),
        )  # fmt: skip
        line = jsonplots.decode(packet, sensors)
        if isinstance(line, Refused):
            continue
        if isinstance(line, EndOfScan):
            launches.hear(line)
            updates, plot = tracker.end_scan(line), None
        else:
            first = line.time if first is None else first
            updates, plot = tracker.take(line), line
        for update in updates:
            if update.status == "dropped":
                launches.forget(update.track_id)
                continue
            if first is None:
                continue
            seen = (update.known - first) / SECOND
            is_settled = seen > SETTLED and launches.of_track(update.track_id) is not None
            if is_settled and seen < due:
                continue
            launches.take(update, plot, tracker.story(update.track_id))
            launch = launches.of_track(update.track_id)
            if launch is None or launch.track_ids[0] != update.track_id:
                continue
            if seen >= due and update.status == "confirmed":
                looks.append(Look(replace(update, track_id=f"T{seed:04}"), launch))
                due = EVERY * (1.0 + seen // EVERY)
    ignition = Instant(one.start + round(IGNITION * SECOND))
    return Watched(flight.fall, flight.burnout, flight.pull, flight.end, ignition, tuple(looks))


def phase_of(flight: Watched, seconds: float) -> str:
    """Name the part of the flight that a moment lies in."""
    if seconds < flight.burnout:
        return "burning"
    if seconds >= flight.pull:
        return "from the pull-up on"
    # Long enough for the filters to have noticed.
    if seconds < flight.burnout + 10.0:
        return "10 s after burnout"
    if flight.pull < math.inf:
        return "before the pull-up"
    return "last minute" if flight.end - seconds < 60.0 else "free flight"


def judge(flight: Watched, number: int, settings: Settings) -> list[Judged]:
    """Draw each area, and ask whether it holds the fall."""
    areas = FallAreas(NoZones(), settings)
    judged = []
    for look in flight.looks:
        fall = areas.judge(look.update, look.launch)
        if fall is None or fall.area is None:
            continue
        since = (look.update.time - flight.ignition) / SECOND
        judged.append(
            Judged(
                number,
                (look.update.known - look.update.first_plot) / SECOND,
                flight.end - since,
                phase_of(flight, since),
                is_held(fall.area, flight.fall),
                fall.area.region_area_m2 / 1e6,
            )
        )
    return judged


def is_held(area: FallArea, place: tuple[float, float]) -> bool:
    """Say whether a region holds a place."""
    return any(
        bool(shapely.contains_xy(shapely.Polygon(rings[0], rings[1:]), *place))
        for rings in area.region_95
    )


def row_of(name: str, found: list[Judged]) -> dict[str, object]:
    """Count a row: the share held, its 95 % interval by flights (Wilson), the median area."""
    held: dict[int, list[bool]] = defaultdict(list)
    for one in found:
        held[one.flight].append(one.holds)
    n = len(held)
    share = float(np.mean([np.mean(flags) for flags in held.values()]))
    middle = (share + 1.92 / n) / (1.0 + 3.84 / n)
    half = 1.96 / (1.0 + 3.84 / n) * math.sqrt(share * (1.0 - share) / n + 0.96 / n**2)
    return {
        "when": name,
        "flights": n,
        "held_percent": round(100 * share, 1),
        "from_percent": round(100 * (middle - half), 1),
        "to_percent": round(100 * (middle + half), 1),
        "median_km2": float(f"{np.median([one.area for one in found]):.3g}"),
    }


def rows_of(found: list[Judged]) -> list[dict[str, object]]:
    """Give the rows of one kind: by seconds seen, by seconds left, by phase."""
    groups: dict[str, list[Judged]] = {}
    for a, b in pairwise(SEEN):
        groups[f"seen {a} to {b} s"] = [one for one in found if a <= one.seen < b]
    for b, a in pairwise(LEFT):
        groups[f"{b} to {a} s before the fall"] = [one for one in found if a <= one.left < b]
    for phase in dict.fromkeys(one.phase for one in found):
        groups[phase] = [one for one in found if one.phase == phase and one.seen >= 25.0]
    return [row_of(name, some) for name, some in groups.items() if some]


def print_table(kind: str, rows: list[dict[str, object]]) -> None:
    """Print one kind's table."""
    print(f"{kind}:")
    print(f"{'when':<32}{'flights':>8}  {'held':>6}   {'95 % interval':<15}{'median km²':>12}")
    for row in rows:
        span = f"{row['from_percent']} to {row['to_percent']} %"
        print(f"{row['when']:<32}{row['flights']:>8}  {row['held_percent']:>5} % "
              f"  {span:<15}{row['median_km2']:>12}")  # fmt: skip
    print()


def watched(kind: str, count: int, keep: Path | None, until: float) -> list[Watched]:
    """Give what was known of so many flights, from what was kept as far as it goes."""
    file = None if keep is None else keep / f"{kind}.msgpack"
    lines = [] if file is None or not file.exists() else _read(file)
    if len(lines) < count:
        one = stage()
        flown = drawn_flights.flights(kind, count)
        for seed in range(len(lines), count):
            if time.process_time() > until:
                break
            lines.append(watch(one, flown[seed], seed))
            if file is not None:
                file.parent.mkdir(parents=True, exist_ok=True)
                with file.open("ab") as out:
                    entry = msgspec.msgpack.encode(lines[-1])
                    out.write(len(entry).to_bytes(4) + entry)
    return lines[:count]


def _read(file: Path) -> list[Watched]:
    content, at = file.read_bytes(), 0
    decoder = msgspec.msgpack.Decoder(Watched)
    found = []
    while at + 4 <= len(content):
        length = int.from_bytes(content[at : at + 4])
        if at + 4 + length > len(content):
            break
        found.append(decoder.decode(content[at + 4 : at + 4 + length]))
        at += 4 + length
    return found


def main() -> None:
    """Print a table for each kind."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("flights", nargs="?", type=int, default=FLIGHTS, help="of each kind")
    parser.add_argument("--kinds", default=",".join(drawn_flights.KINDS))
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    parser.add_argument("--seconds", type=float, default=math.inf, help="of processor time to fly")
    options = parser.parse_args()
    settings = Settings(fallarea_interval_s=0.0)
    for kind in options.kinds.split(","):
        flights = watched(kind, options.flights, options.keep, options.seconds)
        found = [row for n, flight in enumerate(flights) for row in judge(flight, n, settings)]
        print_table(kind, rows_of(found))


if __name__ == "__main__":
    main()
