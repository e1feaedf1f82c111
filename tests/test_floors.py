"""The plan of the house holds: imports go down, and the core neither waits nor looks outside."""

from pathlib import Path

import pytest

import launchwatch

from .floors import FLOORS, broken


@pytest.fixture
def source():
    return Path(launchwatch.__file__).parent


def test_imports_go_down_only(source):
    assert broken(source) == []


def test_every_part_of_the_package_stands_on_a_floor(source):
    parts = {path.stem for path in source.iterdir() if path.suffix == ".py"}
    parts |= {path.name for path in source.iterdir() if (path / "__init__.py").exists()}
    planned = {module for rooms in FLOORS for room in rooms for module in room}
    assert parts - {"__init__"} <= planned


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [
        ("earth/local.py", "from launchwatch.flight import fall", "earth imports flight"),
        ("errors.py", "import launchwatch.messages.plot", "errors imports messages"),
        ("tracking/gating.py", "from launchwatch.sensors import roster", "on its own floor"),
        ("flight/fall.py", "from launchwatch.estimation.kalman import f", "on its own floor"),
        ("tracking/gating.py", "from ..sensors import roster", "on its own floor"),
        ("engine.py", "from launchwatch.edge import clock", "lies above it"),
        ("messages/plot.py", "from launchwatch import engine", "lies above it"),
        (
            "edge/service.py",
            "def f():\n    from launchwatch.simulate import truth",
            "only commands",
        ),
        ("engine.py", "import importlib\nimportlib.import_module('launchwatch.cli')", "above it"),
        ("warning/policy.py", "import asyncio", "warning imports asyncio"),
        ("simulate/chance.py", "import random", "simulate imports random"),
        ("record/history.py", "import urllib.request", "record imports urllib"),
        ("edge/feeds.py", "import time\ntime.time()", "asks the clock by time.time"),
        ("edge/feeds.py", "from time import monotonic", "asks the clock by time.monotonic"),
        ("cli/show.py", "from datetime import datetime\ndatetime.now()", "datetime.now"),
        ("cli/show.py", "import datetime\ndatetime.datetime.now()", "datetime.now"),
        ("attic/thing.py", "", "attic stands on no floor"),
        ("engine.py", "from launchwatch import attic", "attic, which stands on no floor"),
    ],
)
def test_a_breach_is_found(tmp_path, name, code, says):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(code)
    (fault,) = broken(tmp_path)
    assert says in fault


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("cli/demo.py", "from launchwatch.simulate import truth"),
        ("simulate/truth.py", "from launchwatch.simulate.body import Body"),
        (
            "engine.py",
            "from launchwatch.tracking.tracker import Tracker\nimport launchwatch.flight",
        ),
        ("journal.py", "import sqlite3"),
        ("edge/clock.py", "import time\ntime.monotonic()"),
        ("edge/feeds.py", "from launchwatch.edge.clock import monotonic\nmonotonic()"),
        ("earth/local.py", "from launchwatch import __version__"),
    ],
)
def test_what_the_plan_allows_is_left_alone(tmp_path, name, code):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(code)
    assert broken(tmp_path) == []
