"""How raids are tracked: ``python benchmarks/bench_raid.py [--json] [--quick] [--ours] [ROW...]``.

Ours (`launchwatch.tracking.raid`) with one setting for all rows, and Stone Soup's global nearest
neighbour with a kd-tree, on the raids of `raids`; GOSPA (c = 5 km, p = 2) and CPU time a scan are
means over five raids, one thread, Python objects at the border included; the raid before the
first is thrown away. The floor is told which plots belong together and knows, as we believe, that
things come in company. "Each by itself" is ours without that belief, over a floor without it.
ANEES is of the positions of tracks after their tenth scan, over 3: 1 is right. Tracks are paired
with objects by it, since in a close group the nearest object is not the one that was tracked;
what is 30 times beyond is a mistake of another kind, and left to GOSPA.

``--ours`` leaves out the peers, ``--quick`` takes one raid a row besides. Peers need the `bench`
dependencies, and a while.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import json
import sys

import numpy as np
from raid_floor import floor
from raid_score import Score, Trial, run, score, score_of
from raids import ROWS, Known, Maker, Picture, Raid, Scan, Tracker, raid
from scipy.optimize import linear_sum_assignment

from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking.raid import RaidSettings, RaidTracker

RAIDS = 5
FAR = 90.0
BEGIN = 1_500_000_000 * SECOND
GOALS = {
    "50": ("0.5", "1.12"),
    "50 in clutter": ("1", "1.15"),
    "100": ("1", "1.12"),
    "200 in clutter": ("3", "1.15"),
    "50 tight": ("2", "1.35"),
    "1000, four radars": ("250", ""),
}
"""Milliseconds a scan and ratio to the floor. 250 ms is real time with four scans a second."""


def ours(**changed: float) -> Maker:
    """Give a maker of our tracker, with what a tracker may know (`raids.Known`)."""

    def make(known: Known) -> Tracker:
        settings = RaidSettings(
            births_per_second=known.births_per_second,
            mean_life_s=known.mean_life_s,
            speed_sigma_mps=known.speed_sigma_mps,
        )
        settings = settings._replace(**changed)
        tracker = RaidTracker(known.radars, settings)

        def take(scan: Scan) -> Picture:
            time = Instant(BEGIN + round(scan.seconds * SECOND))
            tracks = tracker.scan(known.radars[scan.radar].id, time, scan.plots)
            if not tracks:
                return Picture(np.empty(0, np.int64), np.empty((0, 3)), np.empty((0, 3, 3)))
            return Picture(
                np.array([track.number for track in tracks]),
                np.array([track.mean[:3] for track in tracks]),
                np.array([track.covariance[:3, :3] for track in tracks]),
            )

        return take

    return make


def anees(trial: Trial) -> float:
    """Give the mean normalised error squared of positions, over 3."""
    lengths = []
    age: dict[int, int] = {}
    for picture, states in zip(trial.pictures, trial.raid.states, strict=True):
        for number in picture.ids.tolist():
            age[number] = age.get(number, 0) + 1
        old = np.array([age[number] > 10 for number in picture.ids.tolist()], dtype=bool)
        alive = ~np.isnan(states[:, 0])
        if picture.covariances is None or not old.any() or not alive.any():
            continue
        error = picture.positions[old, None] - states[None, alive, :3]
        inverse = np.linalg.inv(picture.covariances[old])
        length2 = np.einsum("ijk,ikl,ijl->ij", error, inverse, error)
        tracks, objects = linear_sum_assignment(np.minimum(length2, FAR))
        paired = length2[tracks, objects]
        lengths.append(paired[paired < FAR])
    return float(np.concatenate(lengths).mean() / 3.0)


def measure(name: str, quick: bool, peers: bool) -> list[dict[str, object]]:
    """Give the rows of one raid's table."""
    raids = [raid(ROWS[name], seed) for seed in range(1, 2 if quick else 1 + RAIDS)]
    goal_ms, goal_ratio = GOALS.get(name, ("", ""))
    lowest, loners = (
        float(np.mean([score_of(one, floor(one, company=told)).gospa_mean for one in raids]))
        for told in (True, False)
    )
    rows: list[dict[str, object]] = []

    def row(what: str, value: float, unit: str, goal: str = "") -> None:
        rows.append({"what": f"{name}: {what}", "value": value, "unit": unit, "goal": goal})

    def ran(make: Maker, these: list[Raid]) -> tuple[float, float, list[Trial], list[Score]]:
        run(make, these[0])
        trials = [run(make, one) for one in these]
        scores = [score(one) for one in trials]
        spent = 1e3 * float(np.mean([one.seconds.mean() for one in trials]))
        return spent, float(np.mean([one.gospa_mean for one in scores])), trials, scores

    spent, mean, trials, scores = ran(ours(), raids)
    row("time a scan", spent, "ms", goal_ms)
    slowest = float(np.percentile(np.concatenate([one.seconds for one in trials]), 99))
    row("time a scan, p99", 1e3 * slowest, "ms")
    row("GOSPA over the floor's", mean / lowest, "", goal_ratio)
    row("the floor's GOSPA", lowest, "m")
    row("ANEES of positions", float(np.mean([anees(one) for one in trials])), "")
    row("changes of an object's number", float(np.mean([one.switches for one in scores])), "")
    _, mean, _, _ = ran(ours(companions=0.0), raids)
    row("each by itself: GOSPA over such a floor's", mean / loners, "", goal_ratio)
    if peers and ROWS[name].radars == 1:
        from peer_stonesoup import gnn  # not everybody has it

        spent, mean, _, _ = ran(gnn(), raids)
        row("Stone Soup's GNN, time a scan", spent, "ms")
        row("Stone Soup's GNN, GOSPA over the floor's", mean / lowest, "")
    return rows


def main() -> None:
    """Measure the rows asked for, or all."""
    quick = "--quick" in sys.argv
    peers = not quick and "--ours" not in sys.argv
    wanted = [name for name in sys.argv[1:] if not name.startswith("--")] or list(ROWS)
    tables = [line for name in wanted for line in measure(name, quick, peers)]
    if "--json" in sys.argv:
        print(json.dumps(tables))
        return
    for line in tables:
        value = f"{line['value']:10,.3f}"
        print(f"{line['what']:<58}{value} {line['unit']:<4}{line['goal']}")


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    main()
