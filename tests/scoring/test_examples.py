"""The examples in this room's docstrings do what they say."""

import doctest

import pytest

from launchwatch.scoring import gospa, ospa, siap


@pytest.mark.parametrize("module", [gospa, ospa, siap], ids=lambda module: module.__name__)
def test_examples_in_docstrings_do_what_they_say(module):
    outcome = doctest.testmod(module)
    assert outcome.attempted > 0
    assert outcome.failed == 0
