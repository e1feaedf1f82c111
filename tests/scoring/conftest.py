"""The benchmarks' files as modules: scripts that lie beside one another, in no package."""

import importlib.util
import sys
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def benchmark(name):
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, BENCHMARKS / f"{name}.py")
        sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(sys.modules[name])
    return sys.modules[name]


@pytest.fixture(scope="session")
def raids():
    return benchmark("raids")


@pytest.fixture(scope="session")
def raid_floor(raids):
    return benchmark("raid_floor")


@pytest.fixture(scope="session")
def raid_score(raids):
    return benchmark("raid_score")


@pytest.fixture(scope="session")
def peer_stonesoup(raids):
    return benchmark("peer_stonesoup")


@pytest.fixture(scope="session")
def peer_filterpy():
    pytest.importorskip("filterpy", reason="filterpy is of the bench group")
    return benchmark("peer_filterpy")
