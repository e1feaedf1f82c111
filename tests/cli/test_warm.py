import json
import sys
import types

import pytest
from click.testing import CliRunner

import launchwatch
from launchwatch.cli import main


@pytest.fixture
def warmed(monkeypatch):
    calls = []
    module = types.ModuleType("launchwatch.engine")
    module.ready = lambda: calls.append("ready")
    monkeypatch.setitem(sys.modules, "launchwatch.engine", module)
    monkeypatch.setattr(launchwatch, "engine", module, raising=False)
    return calls


def test_warming_readies_the_engine_and_says_how_long_it_took(warmed):
    result = CliRunner().invoke(main, ["warm"])
    assert result.exit_code == 0
    assert "ready after" in result.stdout
    assert warmed == ["ready"]


def test_warming_tells_its_time_and_folder_as_json(warmed):
    result = CliRunner().invoke(main, ["warm", "--json"])
    assert set(json.loads(result.stdout)) == {"ready_s", "cache"}
