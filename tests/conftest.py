"""Where the tests find what is not part of the project: recordings and scenarios by others."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Drawn alike in every run, so that a red test is red for whoever looks next; a busy machine
# is no failure.
settings.register_profile(
    "alike", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("alike")

ROOT = Path(__file__).resolve().parent.parent


def _folder(variable: str, default: str) -> Path:
    folder = Path(os.environ.get(variable, ROOT.parent / "shared" / default))
    if not folder.is_dir():
        pytest.skip(f"no folder {folder}: set {variable} to run this test")
    return folder


@pytest.fixture(scope="session")
def authorities() -> Path:
    """The folder of recordings and published values that nobody here made."""
    return _folder("LAUNCHWATCH_AUTHORITIES", "authorities")


@pytest.fixture(scope="session")
def scenarios() -> Path:
    """The folder of scenarios from an independent simulator."""
    return _folder("LAUNCHWATCH_SCENARIOS", "scenarios")
