"""The examples in the docstrings run, and say what they say."""

import doctest
from types import ModuleType

import pytest

from launchwatch.estimation import (
    bound,
    consistency,
    cubature,
    gaussian,
    kalman,
    mixture,
    smoothing,
)


@pytest.mark.parametrize(
    "module", [bound, consistency, cubature, gaussian, kalman, mixture, smoothing]
)
def test_examples_are_true(module: ModuleType) -> None:
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0
