"""The truth file: its fields, its order, and that it agrees with what the sensors report."""

import json
from pathlib import Path

import numpy as np
import pytest

from launchwatch.simulate import observe, truth
from launchwatch.simulate.scenario import load
from launchwatch.timescale import SECOND, instant_from_utc

FRIDAY, QUIET = load("friday"), load("quiet")


@pytest.mark.parametrize("name", ["friday", "quiet"])
def test_lines_have_the_fields_of_the_independent_example(scenarios: Path, name: str) -> None:
    file = scenarios / f"{name}-seed1" / "truth.jsonl"
    with file.open() as lines:
        example = json.loads(next(lines))
    ours = truth.states(load(name), 1)[0]
    assert list(ours) == list(example)
    assert {k: type(v) for k, v in ours.items()} == {k: type(v) for k, v in example.items()}


def test_there_is_a_line_for_each_whole_second_while_an_object_exists() -> None:
    lines = truth.states(FRIDAY)
    instants = [instant_from_utc(line["time"]) for line in lines]
    assert len(lines) == 473  # ignition at a whole second, then 472 s of flight
    assert np.all(np.diff(instants) == SECOND)
    assert lines[0]["time"] == "2025-11-07T01:00:31Z"


def test_only_what_thrusts_is_in_view_of_infrared() -> None:
    for line in truth.states(FRIDAY):
        seen = {name for name in line["in_view_of"] if name.startswith("ir-")}
        assert not seen or line["thrusting"]


def test_every_radar_sees_the_flight_of_friday_for_minutes() -> None:
    lines = truth.states(FRIDAY)
    for name in ("kr-north", "kr-south", "jp-north", "jp-west", "ship-1"):
        assert sum(name in line["in_view_of"] for line in lines) > 200


def test_traffic_differs_by_seed_and_launches_do_not() -> None:
    assert truth.states(QUIET, 1)[0] != truth.states(QUIET, 2)[0]
    assert truth.states(FRIDAY, 1) == truth.states(FRIDAY, 2)


def test_kinds_and_phases_are_those_of_the_example(scenarios: Path) -> None:
    seen = set()
    for name in ("friday", "quiet"):
        with (scenarios / f"{name}-seed1" / "truth.jsonl").open() as lines:
            seen |= {(e["kind"], e["phase"]) for e in map(json.loads, lines)}
    ours = {(line["kind"], line["phase"]) for s in (FRIDAY, QUIET) for line in truth.states(s, 3)}
    assert ours == seen


def test_nothing_is_measured_of_a_launch_that_nobody_has_in_view() -> None:
    moving = truth.bodies(FRIDAY)
    first = next(line for line in truth.states(FRIDAY, 0, moving) if line["in_view_of"])
    strong = [
        line for line in observe.lines(FRIDAY, 0, moving)
        if "line_of_sight_ecef" in line and line["snr_db"] > 18.0
    ]  # fmt: skip
    # Clutter is 9 dB and an exponential of 2 dB: above 18 dB, one in a hundred.
    early = [line for line in strong if line["time"] < first["time"]]
    assert len(early) <= 3
    assert len(strong) > 50
