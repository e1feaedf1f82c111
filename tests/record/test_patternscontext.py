"""Looks at what came before and after: honest under no effect, and not blind."""

import datetime as dt

import numpy as np
import pytest

from launchwatch.record.history import ContextEvent
from launchwatch.record.patternscontext import (
    _turned,
    chance_of_seeing,
    days_of,
    look,
    question,
)

FIRST, LAST = dt.date(2012, 1, 1), dt.date(2021, 12, 31)
LENGTH = (LAST - FIRST).days + 1


def events(kind, number, seed, **changed):
    generator = np.random.default_rng(seed)
    days = generator.choice(LENGTH - 80, size=number, replace=False) + 20
    return [
        ContextEvent(date=FIRST + dt.timedelta(days=int(day)), kind=kind, name=str(day), **changed)
        for day in sorted(days)
    ]


@pytest.fixture(scope="module")
def asked():
    return question([*events("summit", 20, 1), *events("exercise", 25, 2)], FIRST, LAST)


def test_windows_begin_after_the_day_and_are_counted_once():
    days = [FIRST + dt.timedelta(days=day) for day in (20, 24)]
    pair = [ContextEvent(date=day, kind="summit", name="") for day in days]
    found = question(pair, FIRST, LAST)
    assert found.events == (2, 2, 2, 2)
    inside = dict(zip((name for _, name in found.names), found.inside, strict=True))
    assert np.flatnonzero(inside["in the week after"]).tolist() == list(range(21, 32))
    assert np.flatnonzero(inside["in the 14 days before"]).tolist() == list(range(6, 24))


def test_what_lasts_is_looked_at_while_it_lasts():
    one = ContextEvent(date=FIRST, until=FIRST + dt.timedelta(days=3), kind="exercise", name="")
    found = question([one], FIRST, LAST)
    assert found.names[-1] == ("exercise", "during")
    assert np.flatnonzero(found.inside[-1]).tolist() == [0, 1, 2, 3]


def test_other_kinds_and_other_years_are_left_out():
    late = ContextEvent(date=dt.date(2030, 1, 1), kind="summit", name="")
    other = ContextEvent(date=FIRST, kind="holiday", name="")
    assert question([late, other], FIRST, LAST).names == ()


def test_days_are_marked_once_and_only_in_the_period():
    marked = days_of([FIRST, FIRST, LAST, dt.date(2030, 1, 1)], FIRST, LAST)
    assert np.flatnonzero(marked).tolist() == [0, LENGTH - 1]


def test_turning_counts_as_rolling_does():
    generator = np.random.default_rng(3)
    inside, launched = generator.random((5, 61)) < 0.3, generator.random(61) < 0.2
    rolled = [(inside & np.roll(launched, turn)).sum(axis=1) for turn in range(61)]
    assert (_turned(inside, launched) == rolled).all()


def test_a_sixfold_rate_in_the_week_after_is_found_there_and_called_by_name(asked):
    generator = np.random.default_rng(4)
    at = asked.names.index(("summit", "in the week after"))
    launched = generator.random(LENGTH) < np.where(asked.inside[at], 0.25, 0.04)
    before = launched.copy()
    looks = look(asked, launched, generator, draws=999)
    assert (launched == before).all()
    assert looks[at].p_corrected <= 0.01
    assert looks[at].launch_days > looks[at].high > looks[at].expected
    assert all(each.p_corrected > 0.05 for each in looks if each.kind == "exercise")


def test_fewer_launches_than_chance_are_found_too(asked):
    generator = np.random.default_rng(5)
    at = asked.names.index(("exercise", "in the 30 days after"))
    launched = (generator.random(LENGTH) < 0.15) & ~asked.inside[at]
    assert look(asked, launched, generator, draws=999)[at].p_corrected <= 0.01


def bursts(generator):
    """Launch days in bursts of about three within a week, under a rate that swings fivefold."""
    years = np.arange(LENGTH) / 365.25
    parents = generator.random(LENGTH) < 0.012 * (1.5 + np.sin(2 * np.pi * years / 4.0))
    days = parents.copy()
    for at in np.flatnonzero(parents):
        days[np.minimum(at + generator.integers(1, 8, size=2), LENGTH - 1)] = True
    return days


def test_without_an_effect_p_is_uniform_and_all_looks_together_err_in_one_of_twenty(asked):
    """400 records without any effect, with bursts and a trend.

    Bounds hold 99.9 % of binomial draws at the nominal rates: one look at 5 % errs 400 × 0.05
    times within 7 to 36, all together at most as often.
    """
    generator = np.random.default_rng(6)
    alone, together = [], 0
    at = asked.names.index(("summit", "in the 30 days after"))
    for _ in range(400):
        looks = look(asked, bursts(generator), generator, draws=199)
        alone.append(looks[at].p)
        together += min(each.p_corrected for each in looks) <= 0.05
    errors = sum(p <= 0.05 for p in alone)
    assert 7 <= errors <= 36
    assert together <= 36
    assert 0.43 < np.mean(alone) < 0.60  # 0.5 of uniform, ties of counts push it up


def test_a_large_effect_is_nearly_always_seen_and_none_hardly_ever(asked):
    generator = np.random.default_rng(7)
    launched = generator.random(LENGTH) < 0.06
    at = asked.names.index(("summit", "in the 14 days after"))
    chances = [chance_of_seeing(asked, launched, at, ratio, generator, trials=40, draws=199)
               for ratio in (1.0, 5.0)]  # fmt: skip
    assert chances[0] <= 0.2  # 40 trials at 5 % or less
    assert chances[1] >= 0.9


def test_equal_generators_give_equal_answers(asked):
    launched = np.random.default_rng(8).random(LENGTH) < 0.05
    one, other = (look(asked, launched, np.random.default_rng(9), draws=99) for _ in range(2))
    assert one == other
