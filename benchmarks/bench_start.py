"""How soon launchwatch is there, how much it holds, how fast it repeats: the operator's view.

    python benchmarks/bench_start.py [--json]

Each time is that of a whole fresh process, its interpreter's start included: median of some.
The first start ever compiles all kernels into an empty folder (about half a minute).
"""

import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

REPEATS = 5

READY = "from launchwatch import engine; engine.ready()"
WATCH = """
import resource, sys
from launchwatch import engine
from launchwatch.edge.replayfile import packets
from launchwatch.sensors.roster import read_roster
engine.ready()
watch = engine.Engine(read_roster(sys.argv[1] + "/sensors.json"))
for stimulus in packets(sys.argv[1] + "/plots.jsonl", "replay"):
    watch.handle(stimulus)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
"""


def run(*arguments: str, cache: str | None = None) -> tuple[float, str]:
    """Run Python with arguments; give seconds taken and what it printed."""
    environment = os.environ | ({} if cache is None else {"LAUNCHWATCH_CACHE": cache})
    begin = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *arguments], env=environment, capture_output=True, text=True, check=True
    )
    return time.perf_counter() - begin, done.stdout


def median(*arguments: str) -> float:
    """Give the median seconds of some runs, after one to warm."""
    run(*arguments)
    return statistics.median(run(*arguments)[0] for _ in range(REPEATS))


def rows() -> list[dict[str, object]]:
    """Measure: what, value, unit and the goal beside each."""

    def row(what: str, value: float, unit: str, goal: str) -> dict[str, object]:
        return {"what": what, "value": round(value, 3), "unit": unit, "goal": goal}

    with tempfile.TemporaryDirectory() as place:
        first, _ = run("-c", READY, cache=place)
        scenario = str(Path(place) / "friday")
        run("-m", "launchwatch", "simulate", "friday", "--seed", "1", "--out", scenario)
        replay = ["-m", "launchwatch", "replay", f"{scenario}/plots.jsonl", "--json"]
        replay += ["--sensors", f"{scenario}/sensors.json", "--out", f"{place}/seen"]
        run(*replay)
        spent = [run(*replay)[1] for _ in range(REPEATS)]
        pace = statistics.median(
            told["stream_s"] / told["took_s"] for told in (json.loads(text) for text in spent)
        )
        _, memory = run("-c", WATCH, scenario)
    return [
        row("import launchwatch", median("-c", "import launchwatch"), "s", "0.3"),
        row("launchwatch --help", median("-m", "launchwatch", "--help"), "s", "0.5"),
        row("ready, kernels cached", median("-c", READY), "s", "1.5"),
        row("ready, first ever", first, "s", "35"),
        row("replay of friday", pace, "times real time", "at least 100"),
        row("memory at its most, replaying friday", float(memory), "MB", "250"),
    ]


def main() -> None:
    """Print the table, or its rows as JSON."""
    table = rows()
    if "--json" in sys.argv[1:]:
        print(json.dumps(table))
        return
    for row in table:
        print(f"{row['what']:40} {row['value']:>9} {row['unit']:16} (goal {row['goal']})")
    own = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
    print(f"measured in {own:.0f} s of processor time, load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
