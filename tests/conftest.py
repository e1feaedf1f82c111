"""Where tests find recordings and scenarios by others, and what none of them may leave behind."""

import logging
import os
from collections.abc import Iterator
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


class _Faults(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)


@pytest.fixture(autouse=True)
def contained_faults() -> Iterator[list[logging.LogRecord]]:
    """Give the faults that an engine has contained; none may be left at a test's end.

    A watch goes on behind its own bugs, so that they would not be seen here else.
    """
    faults, log = _Faults(), logging.getLogger("launchwatch.engine")
    log.addHandler(faults)
    yield faults.records
    log.removeHandler(faults)
    assert not [record.getMessage() for record in faults.records]
