"""The commands that show a map: a watch serves it, survives a restart, and a replay keeps it."""

import gzip
import json
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner
from websockets.sync.client import connect

from launchwatch import rehearsal
from launchwatch.cli import main
from launchwatch.messages.packet import Packet
from launchwatch.sensors.roster import roster_json

CONFIG = """[watch]
mode = "exercise"
sensors = "sensors.json"
journal = "watch.journal"

[[feeds]]
name = "radars"
kind = "tcp"
port = 0

[map]
port = 0
record = "scene"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "sensors.json").write_bytes(roster_json(rehearsal.SENSORS))
    path = tmp_path / "watch.toml"
    path.write_text(CONFIG)
    return path


def started(config: Path) -> tuple[subprocess.Popen[str], str]:
    """Start a watch; give it and its map's address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "launchwatch", "watch", str(config)],
        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    address = ""
    for line in process.stderr:
        if found := re.match(r"map: (http://\S+)", line):
            address = found[1]
        if line.startswith("ready"):
            break
    return process, address


@pytest.mark.compiled
def test_a_watch_serves_its_map_and_again_after_a_restart(config: Path) -> None:
    seen = []
    for _ in range(2):
        process, address = started(config)
        try:
            with connect(address.replace("http", "ws") + "api/scene") as socket:
                socket.send("{}")
                frame = json.loads(socket.recv(timeout=30))
                while not frame.get("put", {}).get("sensors"):
                    frame = json.loads(socket.recv(timeout=30))
            seen.append((frame["watch"], frame["head"]["mode"], frame["head"]["can_act"]))
        finally:
            process.send_signal(signal.SIGTERM)
            assert process.wait(timeout=60) == 0
            assert process.stderr is not None
            process.stderr.close()
    assert [each[1:] for each in seen] == [("exercise", True)] * 2
    assert seen[0][0] != seen[1][0]
    segments = sorted((config.parent / "scene").glob("*.jsonl.gz"))
    first = [json.loads(gzip.decompress(each.read_bytes()).splitlines()[0]) for each in segments]
    assert {each["watch"] for each in first} == {each[0] for each in seen}
    assert all(each["full"] for each in first)


@pytest.mark.compiled
def test_a_replay_keeps_what_its_map_showed(tmp_path: Path) -> None:
    (tmp_path / "sensors.json").write_bytes(roster_json(rehearsal.SENSORS))
    packets = [each for each in rehearsal.stimuli() if isinstance(each, Packet)]
    (tmp_path / "plots.jsonl").write_bytes(b"\n".join(each.payload for each in packets))
    out = tmp_path / "out"
    process = subprocess.Popen(
        [
            sys.executable, "-m", "launchwatch", "replay", str(tmp_path / "plots.jsonl"),
            "--sensors", str(tmp_path / "sensors.json"), "--out", str(out), "--map",
            "--mode", "simulation",
        ],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert process.stderr is not None
    said = []
    for line in process.stderr:
        said.append(line)
        if "until Ctrl-C" in line:
            break
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert said[0].startswith("map: http://127.0.0.1:")
    last = max((out / "scene").glob("*.jsonl.gz"))
    frames = [json.loads(line) for line in gzip.decompress(last.read_bytes()).splitlines()]
    assert frames[-1]["clock"]["is_over"]
    assert frames[0]["head"]["mode"] == "simulation"


def test_what_holds_no_watch_cannot_be_saved_as_a_page(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["show", str(tmp_path), "--html", str(tmp_path / "x.html")])
    assert result.exit_code == 2
    assert "replay it with --map first" in result.stderr
    both = CliRunner().invoke(main, ["show", str(tmp_path), "--html", "x.html", "--at", "now"])
    assert both.exit_code == 2
