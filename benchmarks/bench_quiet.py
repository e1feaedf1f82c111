"""How often a quiet sky is called a launch: ``python benchmarks/bench_quiet.py``.

    python benchmarks/bench_quiet.py [--json] [--hours N] [--from SEED] [--keep FILE]

Every hour is another place, other sensors and other traffic (`launchwatch.simulate.quiet`):
aircraft that cruise, climb, descend, turn and dogfight, satellites and debris on all orbits,
meteors, fireballs, fires and glints, clutter and bursts of it, and nothing that takes off. Its
plots go through the engine line by line. Counted are launches declared, which should be none,
and tracks confirmed near nothing that flies; and, to see whether probabilities mean what they
say, tracks that ever reached lower ones (`suspicion`). With ``--keep`` each hour's result is
added to a file of JSON lines, and hours that are in it already are not run again.
"""

import argparse
import json
from pathlib import Path
from time import perf_counter, process_time

import numpy as np
from sky_feed import stimuli
from suspicion import noted, reliability

from launchwatch.engine import Engine, ready
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.track import TrackUpdate
from launchwatch.simulate import observe, quiet, truth
from launchwatch.simulate.body import Body
from launchwatch.timescale import SECOND

Row = dict[str, object]

HOUR = 3600.0
# A track this far from everything that flies follows clutter.
FAR = 30e3
SUSPECT = 0.01


def hour(seed: int, duration: float = HOUR) -> Row:
    """Watch one quiet sky and give what was made of it."""
    began, began_work = perf_counter(), process_time()
    sky = quiet.sky(seed, duration)
    moving = truth.bodies(sky, seed)
    lines = observe.arrivals(sky, seed, moving)
    made = process_time()
    engine = Engine(sky.sensors)
    highest = noted(engine)
    confirmed: dict[str, TrackUpdate] = {}
    declared: dict[str, Row] = {}
    for stimulus in stimuli(sky.start, lines, "quiet"):
        for answer in engine.handle(stimulus):
            if isinstance(answer, TrackUpdate) and answer.status == "confirmed":
                confirmed.setdefault(answer.track_id, answer)
                last = answer
            elif isinstance(answer, LaunchStatement) and answer.launch_id not in declared:
                declared[answer.launch_id] = told(answer, last, moving, sky.start)
    false = [update for update in confirmed.values() if nearest(update, moving, sky.start)[1] > FAR]
    return {
        "seed": seed,
        "duration": duration,
        "sensors": {one.id: one.scan_period_s for one in sky.sensors.values()},
        "lines": len(lines),
        "confirmed": len(confirmed),
        "false": len(false),
        "declared": list(declared.values()),
        "suspected": [
            suspected(name, one.probability, one.update, moving, sky.start)
            for name, one in highest.items()
            if one.probability >= SUSPECT
        ],
        "judged": kinds([one.update for one in highest.values()], moving, sky.start),
        "making_s": made - began_work,
        "work_s": process_time() - began_work,
        "wall_s": perf_counter() - began,
    }


def told(statement: LaunchStatement, update: TrackUpdate, moving: list[Body], start: int) -> Row:
    """Say what was declared, and what was really there."""
    name, distance = nearest(update, moving, start)
    return {
        "track": update.track_id,
        "after_s": (statement.time - start) / SECOND,
        "reason": statement.reason,
        "probability": statement.probability,
        "nearest": name,
        "distance_m": distance,
        "phase": {k: round(getattr(update.phase, k), 3) for k in update.phase.__struct_fields__},
        "plots": update.plots,
        "sensors": update.sensors,
        "speed": float(np.linalg.norm(update.velocity_ecef_mps)),
    }


def suspected(
    name: str, probability: float, update: TrackUpdate, moving: list[Body], start: int
) -> Row:
    """Say when a track looked most like a launch, and what was really there."""
    body, distance = nearest(update, moving, start)
    return {
        "track": name,
        "probability": probability,
        "at_s": (update.time - start) / SECOND,
        "nearest": body,
        "distance_m": distance,
        "plots": update.plots,
        "sensors": update.sensors,
    }


def kinds(updates: list[TrackUpdate], moving: list[Body], start: int) -> dict[str, int]:
    """Count tracks by what they followed."""
    counted: dict[str, int] = {}
    for update in updates:
        name, distance = nearest(update, moving, start)
        kind = name.split()[0] if distance <= FAR else "nothing"
        counted[kind] = counted.get(kind, 0) + 1
    return counted


def nearest(update: TrackUpdate, moving: list[Body], start: int) -> tuple[str, float]:
    """Give the body nearest to a track, and how far off it was."""
    time = np.array([(update.time - start) / SECOND])
    best = ("nothing", np.inf)
    for body in moving:
        if body.start <= time[0] <= body.end:
            offset = body.states(time)[0, :3] - np.array(update.position_ecef_m)
            distance = float(np.linalg.norm(offset))
            if distance < best[1]:
                best = (f"{body.kind} {body.object}", distance)
    return best


def kept(path: Path | None) -> dict[int, Row]:
    """Read the hours that were run before."""
    if path is None or not path.exists():
        return {}
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {row["seed"]: row for row in rows}


def summed(hours: list[Row]) -> list[Row]:
    """Give the rows of the table."""

    def total(name: str) -> float:
        return float(sum(float(str(one[name])) for one in hours))

    declared = sum(len(one["declared"]) for one in hours)  # type: ignore[arg-type]
    return [
        {"what": "quiet hours, all different", "value": total("duration") / HOUR, "unit": "h",
         "goal": "1,000"},
        {"what": "launches declared", "value": declared, "unit": "", "goal": "0"},
        {"what": "lines from the sensors", "value": total("lines"), "unit": ""},
        {"what": "tracks confirmed", "value": int(total("confirmed")), "unit": ""},
        {"what": "of these near nothing that flies", "value": int(total("false")), "unit": ""},
        {"what": "processor's time for one", "value": total("work_s") / len(hours), "unit": "s"},
    ]  # fmt: skip


def main() -> None:
    """Run what is asked for."""
    reader = argparse.ArgumentParser()
    reader.add_argument("--json", action="store_true")
    reader.add_argument("--hours", type=int, default=12)
    reader.add_argument("--from", type=int, default=0, dest="first")
    reader.add_argument("--keep", type=Path)
    asked = reader.parse_args()
    ready()
    hours = kept(asked.keep)
    for seed in range(asked.first, asked.first + asked.hours):
        if seed in hours:
            continue
        hours[seed] = hour(seed)
        if asked.keep is not None:
            with asked.keep.open("a", encoding="utf-8") as file:
                file.write(json.dumps(hours[seed]) + "\n")
    table = summed(list(hours.values()))
    if asked.json:
        print(json.dumps(table))
        return
    for one in hours.values():
        for found in one["declared"]:  # type: ignore[attr-defined]
            print(f"seed {one['seed']}: {found}")
    for one in reliability(
        [s["probability"] for h in hours.values() for s in h.get("suspected", [])],  # type: ignore[attr-defined]
        sum(float(str(h["duration"])) for h in hours.values()) / HOUR,
        [],
    ):
        print(
            f"reached {one['level']:.2f}: {one['false_per_100_hours']:7.2f} tracks in 100 hours,"
            f" of those and one launch {one['share_true']:.2f} launches"
        )
    for row in table:
        print(f"{row['what']:<40} {row['value']:>14,.6g} {row['unit']:<3} {row.get('goal', '')}")


if __name__ == "__main__":
    main()
