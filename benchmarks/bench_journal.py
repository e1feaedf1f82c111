"""How fast the journal is, beside what the disk can do at all, and the archive with it.

    python benchmarks/bench_journal.py [FOLDER] [--json]

FOLDER lies on the disk to be measured (default: where temporary files go). Nothing can be
acknowledged sooner than one flush of one block: an appended and flushed 4 KiB, measured in
the same run and turn by turn with the journal, is the limit beside which its commits stand.
"""

import json
import os
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path

import numpy as np

from launchwatch.edge.archive import Archive, rows_of
from launchwatch.journal import Heading, Journal, digest_of_answers, read, verify
from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import Refused
from launchwatch.timescale import Instant

ROUNDS = 3000
LINE = (
    b'{"sensor": "kr-north", "time": "2025-11-07T01:02:24.100Z", "scan": 144, "range_m": 912345.6,'
    b' "azimuth_deg": 351.20, "elevation_deg": 4.31, "range_rate_mps": -812.4, "snr_db": 17.0}'
)


def packet(line: int) -> Packet:
    """A plot as a radar sends it."""
    return Packet(source="radars", line=line, format="jsonplots", received=Instant(10**18 + line),
                  mode="replay", payload=LINE)  # fmt: skip


Row = dict[str, object]


def row(what: str, value: float, unit: str, goal: str = "") -> Row:
    return {"what": what, "value": float(value), "unit": unit, "goal": goal}


def percentiles(what: str, seconds: list[float]) -> list[Row]:
    """Give the median and the 99th percentile in microseconds."""
    median, high = np.percentile(seconds, (50, 99)) * 1e6
    return [row(f"{what}, median", median, "µs"), row(f"{what}, p99", high, "µs")]


def main() -> None:
    """Measure, and print a table."""
    places = [one for one in sys.argv[1:] if one != "--json"]
    with tempfile.TemporaryDirectory(dir=places[0] if places else None) as folder:
        rows = measure(Path(folder))
    if "--json" in sys.argv:
        print(json.dumps(rows))
    else:
        for one in rows:
            print(f"{one['what']:<48} {one['value']:12,.4g} {one['unit']:<9} {one['goal']}")


def measure(folder: Path) -> list[Row]:
    """Measure in a folder."""
    heading = Heading(version="0", mode="replay", started=Instant(1), sensors=b"", settings=b"")
    path = folder / "bench.journal"
    block = os.urandom(4096)
    bare: list[float] = []
    one: list[float] = []
    journal = Journal.create(path, heading)
    with (folder / "bare").open("wb", buffering=0) as file:
        for line in range(ROUNDS):
            start = time.perf_counter()
            file.write(block)
            os.fdatasync(file.fileno())
            bare.append(time.perf_counter() - start)
            start = time.perf_counter()
            journal.append([packet(line)])
            one.append(time.perf_counter() - start)
    half, high = np.percentile(one, (50, 99)) / np.percentile(bare, (50, 99))
    rows = [
        *percentiles("flush of 4 KiB, the disk's own", bare),
        *percentiles("one packet, committed", one),
        row("... of the disk's own, median", half, "x"),
        row("... of the disk's own, p99", high, "x"),
    ]

    for size in (10, 100, 512):
        group = [packet(line) for line in range(size)]
        digest = digest_of_answers(())
        taken = []
        for _ in range(max(20_000 // size, 40)):
            answered = [(1, digest)] * size
            start = time.perf_counter()
            journal.append(group, answered)
            taken.append(time.perf_counter() - start)
        rate = size * len(taken) / sum(taken)
        rows += [
            *percentiles(f"groups of {size}", taken),
            row(f"groups of {size}", rate, "packets/s"),
        ]
    journal.close()

    start = time.perf_counter()
    entries = verify(path).entries
    took = time.perf_counter() - start
    rows.append(row("verify", entries / took, "entries/s"))
    start = time.perf_counter()
    stimuli = sum(1 for _ in read(path))
    rows.append(row("read", stimuli / (time.perf_counter() - start), "stimuli/s"))
    rows.append(row("size", path.stat().st_size / entries, "bytes/entry"))

    refused = Refused(source="radars", line=1, time=Instant(10**18), mode="replay",
                      reason="malformed", detail="a line must be JSON, got 'x'")  # fmt: skip
    with closing(Archive(folder / "bench.archive", "replay")) as archive:
        start = time.perf_counter()
        for first in range(0, 20_000, 100):
            archive.write(
                [row for n in range(first, first + 100) for row in rows_of(n, packet(n), [refused])]
            )
        rows.append(row("archive", 20_000 / (time.perf_counter() - start), "rows/s"))
    return rows


if __name__ == "__main__":
    main()
