"""How long from a plot to its fall area: ``python benchmarks/bench_path.py``.

    python benchmarks/bench_path.py [--json] [--profile]

The Friday flight (an independent recording where there is one) goes through the engine on one
core, line by line. Counted are the lines that lead to both an updated track and a fall area of
1,000 samples: median and 99th percentile, over some repeats, of the processor's time (what the
work needs) and of the wall's clock (with what else the machine was doing). Through the
journal means that the line is on disk before it is handled, each in its own commit, which is
the worst case: a busy watch puts many in one. The disk's own flush is shown beside it.
"""

import cProfile
import json
import os
import pstats
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, thread_time

import numpy as np

from launchwatch.edge.replayfile import packets
from launchwatch.engine import Engine, ready
from launchwatch.journal import Heading, Journal, digest_of_answers
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.packet import Stimulus
from launchwatch.messages.sensor import Sensor
from launchwatch.messages.track import TrackUpdate
from launchwatch.messages.wire import Message
from launchwatch.sensors.roster import read_roster, roster_json
from launchwatch.simulate import observe, scenario
from launchwatch.timescale import Instant

Row = dict[str, object]

REPEATS = 3


def friday(place: Path) -> tuple[dict[str, Sensor], list[Stimulus]]:
    """Give a recording's sensors and stimuli: another's where there is one, else our own."""
    shared = os.environ.get("LAUNCHWATCH_SCENARIOS")
    root = Path(shared) if shared else Path(__file__).resolve().parents[2] / "shared/scenarios"
    folder = root / "friday-seed1"
    if not folder.is_dir():
        folder = place
        flight = scenario.load("friday")
        lines = (observe.encode(line) for line in observe.lines(flight, 1))
        (folder / "plots.jsonl").write_bytes(b"\n".join(lines) + b"\n")
        (folder / "sensors.json").write_text(json.dumps(scenario.roster(flight)))
    return (
        read_roster(folder / "sensors.json"),
        list(packets(folder / "plots.jsonl", "replay")),
    )


def prepared(sensors: dict[str, Sensor]) -> Engine:
    """Give an engine as the service has it once it is ready."""
    engine = Engine(sensors)
    engine.prepare()
    return engine


def through(
    handle: Callable[[Stimulus], tuple[Message, ...]],
    stimuli: list[Stimulus],
    clock: Callable[[], float] = perf_counter,
) -> tuple[list[float], list[float]]:
    """Time each stimulus.

    Returns:
        Seconds of those with a fall area, and of those with only an updated track.
    """
    falls, tracks = [], []
    for stimulus in stimuli:
        begin = clock()
        answers = handle(stimulus)
        spent = clock() - begin
        kinds = {type(answer) for answer in answers}
        if {TrackUpdate, FallArea} <= kinds:
            falls.append(spent)
        elif TrackUpdate in kinds:
            tracks.append(spent)
    return falls, tracks


def journalled(
    sensors: dict[str, Sensor], stimuli: list[Stimulus], place: Path
) -> tuple[list[float], list[float]]:
    """Time each stimulus from before it is written to the journal."""
    engine = prepared(sensors)
    heading = Heading(
        version="bench", mode="replay", started=Instant(10**18), sensors=roster_json(sensors),
        settings=b"{}",
    )  # fmt: skip
    answered: list[tuple[int, bytes]] = []
    with Journal.create(place / "watch.journal", heading) as journal:

        def handle(stimulus: Stimulus) -> tuple[Message, ...]:
            (sequence,) = journal.append([stimulus], answered)
            answers = engine.handle(stimulus)
            answered[:] = [(sequence, digest_of_answers(answers))]
            return answers

        return through(handle, stimuli)


def flushed(place: Path) -> float:
    """Give the median seconds of appending 4 kB to a file and flushing them to the disk."""
    spent = []
    with (place / "flush").open("wb", buffering=0) as file:
        for _ in range(200):
            begin = perf_counter()
            file.write(bytes(4096))
            os.fdatasync(file.fileno())
            spent.append(perf_counter() - begin)
    return float(np.median(spent))


def measure() -> list[Row]:
    """Give the rows of the table."""
    rows: list[Row] = []

    def row(what: str, seconds: list[float], goal: str = "") -> None:
        middle, slowest = np.percentile(seconds, [50, 99]) * 1e3
        rows.append({"what": f"{what}, median", "value": float(middle), "unit": "ms"})
        rows.append({"what": f"{what}, p99", "value": float(slowest), "unit": "ms", "goal": goal})

    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        sensors, stimuli = friday(place)
        ready()
        for clock, name in ((thread_time, "processor"), (perf_counter, "wall")):
            told = [through(prepared(sensors).handle, stimuli, clock) for _ in range(REPEATS)]
            row(
                f"plot to fall area, core ({name})",
                [one for falls, _ in told for one in falls],
                "5",
            )
            row(
                f"plot to track alone, core ({name})", [one for _, tracks in told for one in tracks]
            )
        falls, _ = journalled(sensors, stimuli, place)
        row("plot to fall area, journal and core (wall)", falls, "20")
        rows.append({"what": "the disk's own flush", "value": flushed(place) * 1e3, "unit": "ms"})
    return rows


def profile() -> None:
    """Print where the time goes: own time by function, then by room."""
    with tempfile.TemporaryDirectory() as name:
        sensors, stimuli = friday(Path(name))
    ready()
    engine, profiler = prepared(sensors), cProfile.Profile()
    profiler.enable()
    for stimulus in stimuli:
        engine.handle(stimulus)
    profiler.disable()
    pstats.Stats(profiler).sort_stats("cumtime").print_stats("launchwatch", 40)


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    if "--profile" in sys.argv[1:]:
        profile()
    elif "--json" in sys.argv[1:]:
        print(json.dumps(measure()))
    else:
        for each in measure():
            what, value, unit = each["what"], each["value"], each["unit"]
            print(f"{what:<52} {value:>8.2f} {unit:<3} {each.get('goal', '')}")
