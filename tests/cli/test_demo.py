"""The demo, from its options to its report; but for one test, a stand-in is the engine."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from launchwatch import engine
from launchwatch.cli import main
from launchwatch.journal import read, verify
from launchwatch.messages.packet import Packet, Tick
from launchwatch.messages.report import Summary
from launchwatch.sensors.admission import Admission
from launchwatch.sensors.jsonplots import decode


class DoorOnly:
    """An engine that decodes and admits, and knows nothing of tracks."""

    def __init__(self, sensors, settings, *, zones=None):
        self.sensors = sensors
        self.admission = Admission(sensors, settings.sensors)

    def handle(self, stimulus):
        if isinstance(stimulus, Packet):
            return (self.admission.admit(decode(stimulus, self.sensors)),)
        return ()

    def summary(self):
        return Summary(launches=(), counts={"lines": 1}, mode="simulation")


@pytest.fixture
def door_only(monkeypatch):
    monkeypatch.setattr(engine, "Engine", DoorOnly)
    monkeypatch.setattr(engine, "ready", lambda: None, raising=False)


def run(*options):
    return CliRunner().invoke(main, ["demo", *map(str, options)])


SHORT = """
title = "A short climb"
start = "2025-11-07T01:00:00Z"
duration_s = 20.0
sensors_of = "east-sea"

[[facts]]
kind = "range"
text = "about 700 kilometres"
said_by = "a general staff"
"""


@pytest.fixture
def short(tmp_path):
    path = tmp_path / "short.toml"
    path.write_text(SHORT)
    return path


def test_the_demo_ends_by_itself_and_leaves_its_report(door_only, short, tmp_path):
    out = tmp_path / "report"
    result = run("--launch", short, "--speed", 0, "--out", out)
    assert result.exit_code == 0, result.output
    assert "SIMULATION" in result.output.splitlines()[0]
    assert "No launch was seen" in result.output
    assert "SIMULATION" in (out / "statement.md").read_text()
    assert json.loads((out / "summary.json").read_text())["mode"] == "simulation"


def test_every_packet_and_tick_is_in_the_journal(door_only, short, tmp_path):
    out = tmp_path / "report"
    run("--launch", short, "--speed", 0, "--out", out)
    kept = [stimulus for _, stimulus in read(out / "watch.journal")]
    assert verify(out / "watch.journal").entries > len(kept)
    assert {each.mode for each in kept} == {"simulation"}
    ticks = [each.time for each in kept if isinstance(each, Tick)]
    assert len(ticks) == len(set(ticks)) > 60
    lines = [each.line for each in kept if isinstance(each, Packet)]
    assert lines == list(range(1, len(lines) + 1))


def test_the_demo_may_be_run_again_into_the_same_folder(door_only, short, tmp_path):
    out = tmp_path / "report"
    for _ in range(2):
        assert run("--launch", short, "--speed", 0, "--out", out).exit_code == 0


def test_a_journal_that_is_not_a_demo_is_left_alone(door_only, short, tmp_path):
    (tmp_path / "watch.journal").write_bytes(b"something of someone else")
    result = run("--launch", short, "--speed", 0, "--out", tmp_path)
    assert result.exit_code == 2
    assert (tmp_path / "watch.journal").read_bytes() == b"something of someone else"


def test_json_prints_one_object_and_nothing_else(door_only, short, tmp_path):
    result = run("--launch", short, "--speed", 0, "--json", "--out", tmp_path / "r")
    record = json.loads(result.stdout)
    assert record["mode"] == "simulation"
    assert Path(record["out"]) == tmp_path / "r"


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        (("--nations", 3, "--speed", 0), "--speed must be at least"),
        (("--launch", "saturday"), "friday"),
        (("--speed", -1), "speed"),
        (("--speed", "nan"), "speed"),
    ],
)
def test_what_cannot_be_done_is_refused_in_one_line(options, wanted, tmp_path):
    result = run(*options, "--out", tmp_path / "r")
    assert result.exit_code == 2
    assert wanted in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1


def test_the_help_says_what_the_default_speed_means():
    result = CliRunner().invoke(main, ["demo", "--help"])
    assert result.exit_code == 0
    assert "20" in result.output
    assert "1 is real time" in result.output
    assert "launchwatch demo --speed 1" in result.output


def test_the_friday_flight_is_seen_told_and_found_where_it_fell(tmp_path):
    result = run("--speed", 0, "--out", tmp_path)
    assert result.exit_code == 0, result.output
    words = " ".join(result.output.split())
    assert re.search(r"launch L20251107-0101\d\d declared", words)
    assert "true fall point lies inside the last 95 % region" in words
    assert "outside Japan's exclusive economic zone" in words
    assert "about 700 kilometres" in words
    # One line per event: a person can read them all.
    events = [line for line in result.output.splitlines() if line.startswith("01:0")]
    assert 10 < len(events) < 60
    for name in ("statement.ko.txt", "statement.ja.txt", "ground-track.svg", "watch.journal"):
        assert (tmp_path / name).stat().st_size > 500
