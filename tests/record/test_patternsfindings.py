"""The answer in words: it claims what the numbers do, and no more."""

import datetime as dt

import msgspec
import numpy as np
import pytest

from launchwatch.edge.historystore import shipped
from launchwatch.errors import InputError
from launchwatch.record.history import History, chosen
from launchwatch.record.patternsfindings import find, sentences

SPAN = (dt.date(2012, 1, 1), dt.date(2025, 12, 31))


@pytest.fixture(scope="module")
def found():
    record = shipped()
    rows = chosen(record, country="PRK")
    return find(record, rows, *SPAN, np.random.default_rng(1), draws=9, trials=10)


def test_no_pattern_is_called_none_and_not_its_absence(found):
    first, *_ = sentences(found)
    assert first.startswith("From 2012 to 2025 there were launches on 148 days. Of 13 looks")
    assert "none differs from chance at 5 % once all are counted" in first
    assert first.endswith("they do not show that there is none.")


def test_a_pattern_is_named_and_not_explained(found):
    clear = msgspec.structs.replace(found.looks[0], p_corrected=0.01)
    first, *_ = sentences(msgspec.structs.replace(found, looks=(clear, *found.looks[1:])))
    assert "Of 13 looks, 1 differs from chance" in first
    assert "resolutions, in the 14 days before" in first
    assert first.endswith("does not say why.")


def test_what_could_not_have_been_seen_is_said(found):
    *_, model, blind = sentences(found)
    assert "explains the pauses between launch days" in model
    assert "had the rate doubled in the 14 days after" in blind
    assert "season and exercise cannot be told apart" in blind


def test_too_few_launches_or_no_event_is_refused():
    record, generator = shipped(), np.random.default_rng(1)
    with pytest.raises(InputError, match="at least 20 launch days from 2012-01-01"):
        find(record, chosen(record, country="CHN"), *SPAN, generator)
    with pytest.raises(InputError, match="no context event"):
        find(History(), chosen(record, country="PRK"), *SPAN, generator)
