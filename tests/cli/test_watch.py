"""`launchwatch watch` refuses what it cannot use in one line, and ends when it is told to."""

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from launchwatch.cli import main
from launchwatch.journal import read
from launchwatch.messages.packet import Packet

SENSORS = """{"sensors": [{"id": "kr-north", "kind": "radar", "owner": "KOR",
 "latitude_deg": 37.9, "longitude_deg": 128.2, "height_m": 900, "range_sigma_m": 30,
 "azimuth_sigma_deg": 0.07, "elevation_sigma_deg": 0.07, "scan_period_s": 1.0,
 "minimum_elevation_deg": 2.0, "maximum_range_m": 2000000}]}"""

CONFIG = """[watch]
mode = "exercise"
sensors = "sensors.json"
journal = "watch.journal"
archive = "watch.archive"
out = "said"

[[feeds]]
name = "radars"
kind = "tcp"
port = 0
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    (tmp_path / "sensors.json").write_text(SENSORS)
    path = tmp_path / "watch.toml"
    path.write_text(CONFIG)
    return path


def watch(*arguments: object) -> Result:
    return CliRunner().invoke(main, ["watch", *map(str, arguments)])


def test_the_help_has_an_example() -> None:
    result = watch("--help")
    assert result.exit_code == 0
    assert "launchwatch watch watch.toml" in result.stdout


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("[watch]", "[wach]", "wanted a table [watch]"),
        ('"exercise"', '"real"', "allowed are live, exercise, simulation, replay"),
        ('journal = "watch.journal"', "", "journal"),
        ('journal = "watch.journal"', "journal = 5", "a path must be text"),
        ('"sensors.json"', '"nothing.json"', "nothing.json: the sensors file cannot be read"),
        ('out = "said"', 'ouput = "said"', "ouput"),
        ("port = 0", "port = -1", "wanted a port"),
        ("[watch]", "[trackign]\n[watch]", "trackign"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_one_line_and_status_2(
    config: Path, old: str, new: str, said: str
) -> None:
    config.write_text(CONFIG.replace(old, new))
    result = watch(config)
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stderr.count("\n") == 1
    assert not (config.parent / "watch.journal").exists()


def test_a_configuration_that_is_not_there_is_one_line_and_status_2(tmp_path: Path) -> None:
    result = watch(tmp_path / "nothing.toml")
    assert result.exit_code == 2
    assert "nothing.toml: cannot be read" in result.stderr


def test_a_watch_receives_records_and_ends_on_sigterm(config: Path) -> None:
    pytest.importorskip("launchwatch.engine")
    program = "from launchwatch.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", program, "watch", config, "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        port, ready = 0, ""
        for line in process.stderr:
            if "listening on tcp" in line:
                port = int(line.rpartition(":")[2])
            if line.startswith("ready in"):
                ready = line
                break
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
                connection.sendall(b"not a plot\n")
                assert connection.makefile().readline() == "ack 1\n"
            process.send_signal(signal.SIGTERM)
            said, ending = process.communicate(timeout=20)
        finally:
            process.kill()
    assert process.returncode == 0, ending
    assert ready.endswith(" s\n")
    assert "stopped; " in ending
    first = json.loads(said.splitlines()[0])
    assert (first["type"], first["reason"], first["line"]) == ("refused", "malformed", 1)
    (packet,) = (
        each for _, each in read(config.parent / "watch.journal") if isinstance(each, Packet)
    )
    assert packet.payload == b"not a plot"


def test_a_watch_whose_output_nobody_reads_goes_on_and_ends(config: Path) -> None:
    pytest.importorskip("launchwatch.engine")
    program = "from launchwatch.cli import main; main()"
    with subprocess.Popen(
        [sys.executable, "-c", program, "watch", config, "--json"],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stderr is not None
        try:
            port = 0
            for line in process.stderr:
                if "listening on tcp" in line:
                    port = int(line.rpartition(":")[2])
                if line.startswith("ready in"):
                    break
            with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
                # Half a megabyte of refusals: far more than a pipe holds.
                connection.sendall(b"not a plot\n" * 3000)
                for line in connection.makefile():
                    if line == "ack 3000\n":
                        break
            process.send_signal(signal.SIGTERM)
            assert process.wait(20) == 0
        finally:
            process.kill()
    packets = (each for _, each in read(config.parent / "watch.journal"))
    assert sum(isinstance(each, Packet) for each in packets) == 3000
    (summary,) = (config.parent / "said").glob("*/summary.json")
    assert json.loads(summary.read_text())["counts"]["refused"] == 3000
