"""Whether the watch's memory stays flat over hours: ``python benchmarks/bench_endurance.py``.

    python benchmarks/bench_endurance.py [HOURS] [--json]

HOURS of watch time (default 8) go through the engine as fast as it takes them: airliners that
come and go, seen by two radars that turn once in 10 s; false plots; and a launch every hour,
the friday flight's own lines moved in time. Memory is what the process holds once its garbage
is collected, each half hour. What grows is said by kind of object.
"""

import gc
import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from launchwatch.earth.ellipsoid import ecef_from_geodetic
from launchwatch.earth.local import ecef_from_enu_rotation
from launchwatch.engine import Engine, ready
from launchwatch.estimation.measurement import Site
from launchwatch.messages.packet import Packet, Stimulus, Tick
from launchwatch.messages.sensor import Radar, Sensor
from launchwatch.sensors.roster import roster_from_json
from launchwatch.simulate import observe, scenario
from launchwatch.timescale import SECOND, Instant, instant_from_utc, utc_from_instant

Floats = NDArray[np.float64]
Row = dict[str, object]

NOON = instant_from_utc("2025-11-07T03:00:00Z")
PERIOD = 10.0
AIRLINERS, STAY = 12, 1200.0
"""In the sky at any time, and for how many seconds each is seen."""

CLUTTER = 2.0


def turning(name: str, latitude: float, longitude: float) -> Radar:
    """Give a radar that turns slowly and sees airliners."""
    return Radar(
        id=name, owner="KOR", latitude_deg=latitude, longitude_deg=longitude, height_m=500.0,
        range_sigma_m=50.0, azimuth_sigma_deg=0.1, elevation_sigma_deg=0.1, scan_period_s=PERIOD,
        minimum_elevation_deg=0.0, maximum_range_m=1e6, detection_probability=0.9,
        clutter_per_scan=CLUTTER,
    )  # fmt: skip


RADARS = (turning("east", 37.5, 129.0), turning("west", 37.0, 126.5))


class Airliner:
    """One that flies straight on for a while, then gives its place to another."""

    def __init__(self, chance: np.random.Generator, since: float) -> None:
        place = np.radians([chance.uniform(35.5, 39.5), chance.uniform(126.0, 130.0)])
        course = chance.uniform(0.0, 2.0 * np.pi)
        speed = chance.uniform(180.0, 270.0)
        enu = speed * np.array([np.sin(course), np.cos(course), 0.0])
        self.since = since
        self.until = since + chance.exponential(STAY)
        self._start = ecef_from_geodetic(place[0], place[1], chance.uniform(8e3, 12e3))
        self._radius = float(np.linalg.norm(self._start))
        self._velocity = ecef_from_enu_rotation(*place) @ enu

    def at(self, seconds: float) -> Floats:
        """Give its position, ECEF: over the round Earth at one height."""
        straight = self._start + self._velocity * (seconds - self.since)
        return np.asarray(straight * (self._radius / np.linalg.norm(straight)))


def lines(hours: float, chance: np.random.Generator) -> Iterator[tuple[Instant, bytes | None]]:
    """Give what arrives, in order: lines, and None for each second that passes."""
    sites = [Site(one) for one in RADARS]
    fleet = [Airliner(chance, -chance.uniform(0.0, STAY)) for _ in range(AIRLINERS)]
    flown = scenario.load("friday")
    launch = [(at, observe.encode(line)) for at, line in observe.arrivals(flown, 1)]
    for scan in range(round(hours * 3600.0 / PERIOD)):
        begin = scan * PERIOD
        fleet = [one if one.until > begin else Airliner(chance, begin) for one in fleet]
        found: list[tuple[Instant, bytes | None]] = [
            (Instant(NOON + round((begin + second) * SECOND)), None)
            for second in range(1, int(PERIOD) + 1)
        ]
        for radar, site in zip(RADARS, sites, strict=True):
            found += swept(radar, site, scan, fleet, chance)
        hour, into = divmod(begin, 3600.0)
        first = launch[0][0]
        shift = round((hour * 3600.0) * SECOND) + NOON - first
        for at, line in launch:
            if into <= (at - first) / SECOND < into + PERIOD:
                found.append((Instant(at + shift), moved(line, shift, int(hour))))
        yield from sorted(found, key=lambda one: one[0])


def swept(
    radar: Radar, site: Site, scan: int, fleet: list[Airliner], chance: np.random.Generator
) -> list[tuple[Instant, bytes | None]]:
    """Give what a radar reports in one turn."""
    rows = []
    for one in fleet:
        moment = chance.uniform(0.0, PERIOD * 0.99)
        east, north, up = site.rotation @ (one.at(scan * PERIOD + moment) - site.position)
        level = np.hypot(east, north)
        if chance.random() < 0.9 and up > 0.0:
            measured = [np.hypot(level, up), np.degrees(np.arctan2(east, north)),
                        np.degrees(np.arctan2(up, level))]  # fmt: skip
            rows.append((moment, *(measured + chance.normal(0.0, [50.0, 0.1, 0.1]))))
    highest = (PERIOD * 0.99, 1e6, 360.0, 80.0)
    rows.extend(
        tuple(chance.uniform((0.0, 5e3, 0.0, 0.0), highest)) for _ in range(chance.poisson(CLUTTER))
    )
    found: list[tuple[Instant, bytes | None]] = []
    for moment, distance, azimuth, elevation in rows:
        at = Instant(NOON + round((scan * PERIOD + moment) * SECOND))
        said = {"sensor": radar.id, "time": utc_from_instant(at), "scan": scan,
                "range_m": distance, "azimuth_deg": azimuth % 360.0,
                "elevation_deg": elevation}  # fmt: skip
        found.append((at, json.dumps(said).encode()))
    end = Instant(NOON + round((scan + 1) * PERIOD * SECOND))
    said = {"sensor": radar.id, "time": utc_from_instant(end), "scan": scan, "end_of_scan": True}
    return [*found, (end, json.dumps(said).encode())]


def moved(line: bytes, shift: int, hour: int) -> bytes:
    """Give a recorded line as of another time."""
    said = json.loads(line)
    said["time"] = utc_from_instant(Instant(instant_from_utc(said["time"]) + shift))
    said["scan"] += 10_000 * hour
    said.pop("received", None)
    said.pop("mode", None)
    return json.dumps(said).encode()


def resident() -> float:
    """Give the megabytes that the process holds."""
    gc.collect()
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[1]
    return int(pages) * resource.getpagesize() / 1e6


def measure(hours: float) -> list[Row]:
    """Watch, and give the rows of the table."""
    flown = scenario.load("friday")
    roster: dict[str, Sensor] = roster_from_json(json.dumps(scenario.roster(flown)).encode())
    roster |= {one.id: one for one in RADARS}
    engine = Engine(roster)
    chance = np.random.default_rng(1)
    began = time.process_time()
    rows: list[Row] = []
    kinds: dict[str, int] = {}
    plots = launches = 0
    due = 0.0
    for line, (at, payload) in enumerate(lines(hours, chance), start=1):
        stimulus: Stimulus = (
            Tick(time=at, mode="simulation")
            if payload is None
            else Packet(source="sky", line=line, format="jsonplots", received=at,
                        mode="simulation", payload=payload)
        )  # fmt: skip
        plots += payload is not None
        for said in engine.handle(stimulus):
            name = type(said).__name__
            launches += name == "LaunchStatement" and getattr(said, "revision", 0) == 1
        hour = (at - NOON) / SECOND / 3600.0
        if hour >= due:
            megabytes = resident()
            print(f"{hour:5.1f} h {megabytes:8.1f} MB", file=sys.stderr)
            rows.append({"what": f"after {hour:.1f} h", "value": megabytes, "unit": "MB"})
            if due == 1.5:
                kinds = counted()
            due += 0.5
    grown = {name: number - kinds.get(name, 0) for name, number in counted().items()}
    for name, number in sorted(grown.items(), key=lambda one: -one[1])[:12]:
        if number > 200 and kinds:
            print(f"{number:+8d} {name} since 1.5 h", file=sys.stderr)
    late = [float(str(row["value"])) for row in rows[3:]]
    rate = float(np.polyfit(0.5 * np.arange(len(late)), late, 1)[0]) if len(late) > 2 else 0.0
    return [
        *rows[::2],
        {"what": "growth after 1.5 h", "value": rate, "unit": "MB/h", "goal": "flat"},
        {"what": "lines", "value": plots, "unit": ""},
        {"what": "launches declared", "value": launches, "unit": "", "goal": f"{hours:g}"},
        {"what": "processor's time", "value": time.process_time() - began, "unit": "s"},
    ]


def counted() -> dict[str, int]:
    """Count the objects that the collector knows, by kind."""
    gc.collect()
    return dict(Counter(type(one).__name__ for one in gc.get_objects()))


def main() -> None:
    """Measure, and print."""
    words = [word for word in sys.argv[1:] if word != "--json"]
    ready()
    rows = measure(float(words[0]) if words else 8.0)
    if "--json" in sys.argv[1:]:
        print(json.dumps(rows))
    else:
        for row in rows:
            print(f"{row['what']:<24} {row['value']:>12.1f} {row['unit']}")


if __name__ == "__main__":
    main()
