"""The latest in a string: how many, how often, from where, and after how long a pause.

Counting only; whether launches follow something is asked by `launchwatch.record.patternscontext`.
A *string* is a run of launch days of which none is more than `STRING_DAYS` after the one before.
"""

import datetime as dt
from collections.abc import Callable, Sequence
from itertools import pairwise

from msgspec import Struct

from launchwatch.record.history import PastLaunch, count, launch_days, when

STRING_DAYS = 14
"""Twice the median pause between launch days from 2019 on (7 days): a string breaks where the
pause is longer than what is usual in a busy time. With 30 days all of 2022's second half is one."""


class Month(Struct, frozen=True, kw_only=True):
    """A calendar month: its launches, days with one, and whether the count is a lower bound."""

    year: int
    month: int
    launches: int
    days: int
    is_at_least: bool


class LaunchString(Struct, frozen=True, kw_only=True):
    """A run of launch days: first, last, how many days, how many launches."""

    first: dt.date
    last: dt.date
    days: int
    launches: int
    is_at_least: bool


def by_month(launches: Sequence[PastLaunch]) -> tuple[Month, ...]:
    """Count launches month by month from the first to the last, empty months included."""
    dated = sorted(launches, key=when)
    if not dated:
        return ()
    first, last = dated[0].date, dated[-1].date
    held: dict[tuple[int, int], list[PastLaunch]] = {}
    for each in dated:
        held.setdefault((each.date.year, each.date.month), []).append(each)
    months = []
    for number in range(first.year * 12 + first.month - 1, last.year * 12 + last.month):
        year, month = number // 12, number % 12 + 1
        rows = held.get((year, month), [])
        launched, at_least = count(rows)
        months.append(Month(
            year=year, month=month, launches=launched, days=len({each.date for each in rows}),
            is_at_least=at_least,
        ))  # fmt: skip
    return tuple(months)


def by_name(
    launches: Sequence[PastLaunch], name: Callable[[PastLaunch], str]
) -> tuple[tuple[str, int], ...]:
    """Count launches by a name of theirs, such as place or family; most first, no name last."""
    held: dict[str, list[PastLaunch]] = {}
    for each in launches:
        held.setdefault(name(each), []).append(each)
    counted = [(key, count(rows)[0]) for key, rows in held.items()]
    return tuple(sorted(counted, key=lambda one: (one[0] == "", -one[1], one[0])))


def pauses(launches: Sequence[PastLaunch]) -> tuple[int, ...]:
    """Give the days from each launch day to the next; 1 is the following day."""
    days = launch_days(launches)
    return tuple(
        (later - earlier).days for earlier, later in pairwise(days)
    )  # fmt: skip


def strings(launches: Sequence[PastLaunch], longest: int = STRING_DAYS) -> tuple[LaunchString, ...]:
    """Give the strings of launches in order of time, single days included.

    Args:
        launches: in any order.
        longest: pause in days that does not break a string.
    """
    runs: list[list[dt.date]] = []
    for day in launch_days(launches):
        if runs and (day - runs[-1][-1]).days <= longest:
            runs[-1].append(day)
        else:
            runs.append([day])
    found = []
    for run in runs:
        rows = [each for each in launches if each.date in set(run)]
        launched, at_least = count(rows)
        found.append(LaunchString(
            first=run[0], last=run[-1], days=len(run), launches=launched, is_at_least=at_least,
        ))  # fmt: skip
    return tuple(found)


def until(launches: Sequence[PastLaunch], day: dt.date) -> tuple[PastLaunch, ...]:
    """Give the launches up to a day, that day included: what was known of the string then."""
    return tuple(each for each in launches if each.date <= day)
