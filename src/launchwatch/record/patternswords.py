"""What the counts and tests say, in plain sentences that claim no more than the numbers.

Sentences about a month or a launch look back only: nothing later than the day is counted.
"""

import calendar
import datetime as dt
from collections.abc import Sequence
from itertools import pairwise
from statistics import median

from launchwatch.record.history import PastLaunch, count, launch_days, when
from launchwatch.record.patterns import (
    STRING_DAYS,
    Month,
    by_month,
    by_name,
    pauses,
    strings,
    until,
)


def sentences_of_month(launches: Sequence[PastLaunch], year: int, month: int) -> tuple[str, ...]:
    """Say what a month was among those before it: number, rank, pauses, places, families."""
    last = dt.date(year, month, calendar.monthrange(year, month)[1])
    before = until(launches, last)
    rows = [each for each in before if (each.date.year, each.date.month) == (year, month)]
    name = f"{calendar.month_name[month]} {year}"
    if not rows:
        return (_quiet(before, last, name),)
    months = by_month(before)
    now = months[-1]
    said = [
        f"{name} saw {_several(rows)} on {_days(now.days)}{_rank(months)}.",
        _year_so_far(before, year, month),
        _string(before),
        _pause(before, rows),
        *_firsts(before, rows),
    ]
    return tuple(one for one in said if one)


def sentences_of_launch(launches: Sequence[PastLaunch], launch: PastLaunch) -> tuple[str, ...]:
    """Say the place of one launch in the string: of its year, its place and its family."""
    before = until(launches, launch.date)
    earlier = [each for each in before if each.date < launch.date]
    said = [_string(before), _pause(before, [launch])]
    for what, name in (("from", launch.place), ("of", launch.family)):
        if name:
            same = [
                each for each in earlier if name in (each.place if what == "from" else each.family)
            ]
            said.append(
                f"The last {what} {name} was on {_day(same[-1].date)}."
                if same
                else f"It is the first {what} {name} in the record."
            )
    return tuple(one for one in said if one)


def _several(rows: Sequence[PastLaunch]) -> str:
    number, at_least = count(rows)
    return f"{'at least ' if at_least else ''}{number} launch{'es' if number != 1 else ''}"


def _days(number: int) -> str:
    return f"{number} day{'s' if number != 1 else ''}"


def _day(date: dt.date) -> str:
    return f"{date.day} {calendar.month_name[date.month]} {date.year}"


def _rank(months: Sequence[Month]) -> str:
    now, rest = months[-1], months[:-1]
    if not rest:
        return ""
    higher = [each for each in rest if each.launches >= now.launches]
    if not higher:
        return f", the most in any month since the record begins in {months[0].year}"
    last = higher[-1]
    if (now.year - last.year) * 12 + now.month - last.month <= 3:
        return ""
    return f", the most in a month since {calendar.month_name[last.month]} {last.year}"


def _year_so_far(before: Sequence[PastLaunch], year: int, month: int) -> str:
    this = [each for each in before if each.date.year == year]
    other = [
        each for each in before if each.date.year == year - 1 and each.date.month <= month
    ]  # fmt: skip
    then = _several(other) if other else "none"
    days = _days(len({each.date for each in this}))
    return (
        f"From January to then the year had {_several(this)} on {days}; the same part of "
        f"{year - 1} had {then}."
    )


def _string(before: Sequence[PastLaunch]) -> str:
    runs = strings(before)
    if not runs or runs[-1].days == 1:
        return ""
    run = runs[-1]
    number = f"{'at least ' if run.is_at_least else ''}{run.launches}"
    longer = [each for each in runs[:-1] if each.days >= run.days]
    rank = (
        ", the longest such string in the record"
        if not longer
        else f", the longest since that of {_day(longer[-1].first)} to {_day(longer[-1].last)}"
    )
    return (
        f"It ends in a string of {run.days} launch days with {number} launches since "
        f"{_day(run.first)}, no two of them more than {STRING_DAYS} days apart"
        f"{rank if run.days > 3 else ''}."
    )


def _pause(before: Sequence[PastLaunch], rows: Sequence[PastLaunch]) -> str:
    days = launch_days(before)
    first = min(each.date for each in rows)
    earlier = [day for day in days if day < first]
    if not earlier:
        return ""
    gap = (first - earlier[-1]).days
    year = [(b - a).days for a, b in pairwise(earlier) if (first - b).days <= 365]
    usual = f" (median of the year before: {median(year):g})" if len(year) >= 3 else ""
    return (
        f"Its first launch came {_days(gap)} after the one before, on {_day(earlier[-1])}{usual}."
    )


def _firsts(before: Sequence[PastLaunch], rows: Sequence[PastLaunch]) -> list[str]:
    said = []
    earlier = [each for each in before if each.date < min(row.date for row in rows)]
    for word, name in (("place", "place"), ("family", "family")):
        known = {getattr(each, name) for each in earlier}
        new = sorted({getattr(row, name) for row in rows} - known - {""})
        if new:
            said.append(f"New in the record {'is' if len(new) == 1 else 'are'} the {word}"
                        f"{'' if len(new) == 1 else 's'} {' and '.join(new)}.")  # fmt: skip
    places = [one for one in by_name(rows, lambda each: each.place) if one[0]]
    if places and places[0][1] > 1:
        said.append(f"Most came from {places[0][0]} ({places[0][1]}).")
    return said


def _quiet(before: Sequence[PastLaunch], last: dt.date, name: str) -> str:
    days = launch_days(before)
    if not days:
        return f"No launch is on record up to {name}."
    gap = (last - days[-1]).days
    longer = [pause for pause in pauses(before) if pause > gap]
    rank = "" if longer else ", the longest pause on record"
    latest = max(before, key=when)
    where = f" from {latest.place}" if latest.place else ""
    return (
        f"{name} saw no launch on record. The last was on {_day(days[-1])}{where}, "
        f"{gap} days before the month's end{rank}."
    )
