"""Dates come from the system's UTC, in TAI, and never run backwards."""

import asyncio
import time
from datetime import UTC, datetime

import pytest

from launchwatch.edge.clock import Clock, seconds_since_start
from launchwatch.timescale import SECOND, instant_from_utc


def test_now_is_the_systems_utc_as_tai() -> None:
    before = instant_from_utc(datetime.now(UTC).isoformat())
    now = Clock().now()
    after = instant_from_utc(datetime.now(UTC).isoformat())
    assert before - 1000 <= now <= after + 1000  # the text has microseconds


def test_a_clock_that_is_set_back_does_not_take_dates_back(monkeypatch: pytest.MonkeyPatch) -> None:
    utc, monotonic = 1_700_000_000 * SECOND, 5 * SECOND
    monkeypatch.setattr(time, "time_ns", lambda: utc)
    monkeypatch.setattr(time, "monotonic_ns", lambda: monotonic)
    clock = Clock()
    first = clock.now()
    assert clock.behind() == 0.0
    utc -= 300 * SECOND
    monotonic += 2 * SECOND
    assert clock.now() - first == 2 * SECOND
    assert clock.behind() == 302.0
    utc += 400 * SECOND
    assert clock.now() - first == 100 * SECOND


def test_the_next_second_is_whole_and_ahead() -> None:
    clock = Clock()
    now = clock.now()
    due = asyncio.run(clock.next_second())
    assert due % SECOND == 0
    assert 0 < due - now <= SECOND
    assert clock.now() >= due


def test_a_process_knows_how_long_it_has_lived() -> None:
    first = seconds_since_start()
    assert 0.0 < first <= seconds_since_start()
