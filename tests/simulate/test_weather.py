"""Bad weather makes lines late, double and damaged, and loses none."""

from collections import Counter

import pytest

from launchwatch.simulate import observe
from launchwatch.simulate.scenario import load
from launchwatch.simulate.weather import Weather, damaged, worsen

SENT = observe.arrivals(load("quiet"), 1)
GOOD = [observe.encode(line) for _, line in SENT]


def test_fair_weather_changes_nothing() -> None:
    assert worsen(SENT, Weather(), 1) == GOOD


def test_no_line_is_lost() -> None:
    worse = Counter(worsen(SENT, Weather(late=0.2, repeated=0.1, damaged=0.1), 1))
    assert not Counter(GOOD) - worse


def test_shares_are_as_asked() -> None:
    n = len(GOOD)
    repeated = len(worsen(SENT, Weather(repeated=0.1), 1)) - n
    hurt = len(worsen(SENT, Weather(damaged=0.1), 1)) - n
    four_sigmas = 4.0 * (0.09 / n) ** 0.5
    assert repeated / n == pytest.approx(0.1, abs=four_sigmas)
    assert hurt / n == pytest.approx(0.1, abs=four_sigmas)


def test_late_lines_come_later_than_they_would() -> None:
    worse = worsen(SENT, Weather(late=0.1), 1)
    assert sorted(worse) == sorted(GOOD)
    moved = sum(a != b for a, b in zip(worse, GOOD, strict=True))
    assert moved > 0.1 * len(GOOD)


def test_every_kind_of_damage_differs_from_the_good_line() -> None:
    line = SENT[0][1]
    hurt = {damaged(line, (n + 0.5) / 8.0) for n in range(8)}
    assert len(hurt) == 8
    assert observe.encode(line) not in hurt


def test_the_same_seed_gives_the_same_weather() -> None:
    weather = Weather(late=0.2, repeated=0.1, damaged=0.1)
    assert worsen(SENT, weather, 4) == worsen(SENT, weather, 4) != worsen(SENT, weather, 5)
