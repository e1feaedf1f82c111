"""When a notice applies: broadcast warnings' words for days and hours, turned into windows.

The words are few, their order is free: groups of day, hour and minute (``230808Z``), hours
(``0430Z``), days, months and years, joined by TO, THRU, AND, UNTIL and DAILY. They are read in
one pass; a month or a year that stands behind a list counts for the whole of it.

Read widely where the words are wide: SUNRISE and SUNSET and days without hours mean whole days
(UTC), exceptions (SUNDAYS, HOLIDAYS) are not taken out, and each such reading is remarked. What
cannot be read is refused: a window that is guessed is worse than none.
"""

import datetime as dt
import re
from collections.abc import Iterator
from typing import NamedTuple

from launchwatch.errors import InputError

MONTHS = {
    name: number
    for number, name in enumerate(
        ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"), 1
    )
}

Span = tuple[dt.datetime, dt.datetime]

LONGEST = dt.timedelta(days=400)
"""A notice for longer is misread: they are renewed each year."""

OPEN = dt.timedelta(days=365)
"""How long a notice UNTIL FURTHER NOTICE is taken to stand: they are renewed each year."""

_MOST_DAYS = 400

_WORD = re.compile(
    r"(?P<group>\d{6}Z?(?![\d-]))|(?P<hour>\d{4}Z?(?![\d-]))|(?P<day>\d{1,2}(?![\d-]))"
    r"|(?P<month>JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)[A-Z]*"
    r"|(?P<to>TO|THRU|THROUGH|UNTIL|TILL)\b|(?P<join>AND|,|ALTERNATE)"
    r"|(?P<daily>DAILY)|(?P<dark>SUNRISE|SUNSET)\b"
)
_EXCEPT = re.compile(
    r",? ?EXCEPT (?:(?:MON|TUES|WEDNES|THURS|FRI|SATUR|SUN)DAYS?|HOLIDAYS|AND|,| |(?:ON )?"
    r"(?:\d{1,2}(?:,| AND| THRU)? )*\d{1,2} [A-Z]{3}(?: \d\d)?)+"
)
_WEEKDAYS = re.compile(r"\b(?:MON|TUES|WEDNES|THURS|FRI|SATUR|SUN)DAYS?\b")


class Schedule(NamedTuple):
    """Windows in order, and what was read more widely than written."""

    spans: tuple[Span, ...]
    remarks: tuple[str, ...]


class _Word(NamedTuple):
    kind: str
    text: str


class _Day(NamedTuple):
    """A day of the month; month and year may stand farther on."""

    day: int
    month: int | None = None
    year: int | None = None


def schedule(text: str, issued: dt.datetime, until: dt.datetime | None = None) -> Schedule:
    """Read when a notice applies.

    Args:
        text: the words between what is announced and where, in capitals.
        issued: when it was published, UTC; chooses the year where none is written.
        until: when the notice itself ends, for words that leave the end open.

    Raises:
        InputError: the words make no windows; says which words.
    """
    remarks = []
    bare = _EXCEPT.sub(" ", text)
    if bare != text:
        remarks.append("exceptions (days off) are not taken out")
    if _WEEKDAYS.search(bare):
        remarks.append("days of the week are not told apart: every day is taken")
        bare = _WEEKDAYS.sub(" ", bare)
    words = [_Word(match.lastgroup or "", match[0]) for match in _WORD.finditer(bare)]
    if any(word.kind == "dark" for word in words):
        remarks.append("sunrise and sunset are read as the whole day, UTC")
    spans = list(_Reader(words, issued, until).spans())
    if not spans:
        if until is None:
            raise InputError(f"no times found in {_short(text)!r}")
        remarks.append("no times are given: it applies until the notice ends")
        spans = [(issued, until)]
    for start, end in spans:
        if not start < end or end - start > LONGEST:
            raise InputError(f"times must run forward for at most 400 days: {_short(text)!r}")
    return Schedule(tuple(joined(spans)), tuple(remarks))


def joined(spans: list[Span]) -> list[Span]:
    """Put spans in order and join those that touch."""
    ordered: list[Span] = []
    for start, end in sorted(spans):
        if ordered and start <= ordered[-1][1]:
            ordered[-1] = (ordered[-1][0], max(ordered[-1][1], end))
        else:
            ordered.append((start, end))
    return ordered


class _Reader:
    """Reads the words once from left to right."""

    def __init__(self, words: list[_Word], issued: dt.datetime, until: dt.datetime | None) -> None:
        self._words = words
        self._issued = issued
        self._until = until
        self._at = 0

    def spans(self) -> Iterator[Span]:
        hours: list[tuple[int, int]] = []  # minutes of the day, to be met with days
        used = True
        while self._at < len(self._words):
            word = self._words[self._at]
            if word.kind == "group":
                yield self._between_groups()
            elif word.kind in ("hour", "dark"):
                if used:
                    hours, used = [], False
                hours.append(self._between_hours())
            elif word.kind == "day":
                days = self._days()
                for start, end in hours or [(0, 24 * 60)]:
                    yield from (_on(day, start, end) for day in days)
                used = True
            elif word.text in ("UNTIL", "TILL"):
                self._at += 1
                yield from self._until_then(hours)
                used = True
            else:
                self._at += 1
        if not used and self._until is not None:  # hours of every day, as long as it stands
            for start, end in hours:
                yield from self._every_day(start, end, self._issued, self._until)

    def _peek(self, kind: str, ahead: int = 0) -> bool:
        at = self._at + ahead
        return at < len(self._words) and self._words[at].kind == kind

    def _take(self) -> str:
        self._at += 1
        return self._words[self._at - 1].text

    def _between_groups(self) -> Span:
        """``230808Z [AUG [10]] TO 230927Z AUG``: month and year may stand with either."""
        first = self._take()
        first_month, first_year = self._month_and_year()
        if not self._peek("to"):
            raise InputError(f"{first} must be followed by TO and an end")
        self._take()
        if self._peek("group"):
            last = self._take()
        elif self._peek("hour"):  # 230808Z TO 0927Z: the same day
            last = first[:2] + self._take()
        elif self._peek("dark"):
            last = first[:2] + "2400"
            self._take()
        else:
            raise InputError(f"{first} TO must be followed by day, hour and minute")
        last_month, last_year = self._month_and_year()
        if last_month is None:
            last_month, last_year = self._month_farther_on()
        end = self._date(int(last[:2]), last_month, last_year)
        if first_month is not None:
            start = self._date(int(first[:2]), first_month, first_year)
        elif int(first[:2]) <= end.day:
            start = end.replace(day=int(first[:2]))
        else:  # 300800Z TO 010900Z MAR
            start = _a_month_before(end, int(first[:2]))
        return start + _minutes(first[2:6]), end + _minutes(last[2:6])

    def _between_hours(self) -> tuple[int, int]:
        start = self._minutes_of(self._words[self._at], 0)
        first = self._take()
        if not self._peek("to"):
            raise InputError(f"{first} must be followed by TO and an hour")
        self._take()
        if self._peek("hour") or self._peek("dark"):
            end = self._minutes_of(self._words[self._at], 24 * 60)
            self._take()
            return start, end
        raise InputError(f"{first} TO must be followed by an hour")

    @staticmethod
    def _minutes_of(word: _Word, whole: int) -> int:
        if word.kind == "dark":
            return whole
        minutes = int(word.text[:2]) * 60 + int(word.text[2:4])
        if minutes > 24 * 60 or int(word.text[2:4]) >= 60:
            raise InputError(f"an hour must lie in 0000..2400, got {word.text}")
        return minutes

    def _days(self) -> list[dt.datetime]:
        """``04, 06 AND 08 THRU 10 MAY 12``: the days of a list, dated by what stands behind."""
        listed: list[tuple[_Day, bool]] = []  # with whether THRU stood before
        through = False
        while self._at < len(self._words):
            if self._peek("day"):
                day = int(self._take())
                month, year = self._month_and_year()
                listed.append((_Day(day, month, year), through))
                through = False
            elif self._peek("to") and self._words[self._at].text in ("THRU", "THROUGH", "TO"):
                self._take()
                through = True
            elif (self._peek("join") or self._peek("daily")) and self._is_day_ahead():
                self._take()
            else:
                break
        month, year = listed[-1][0].month, listed[-1][0].year
        if month is None:
            month, year = self._month_farther_on()
        dated: list[tuple[dt.datetime, bool]] = []
        ends_range = False  # whether the day that was dated last has its THRU before it
        for one, is_end in reversed(listed):
            at = self._date(one.day, one.month or month, one.year or (None if one.month else year))
            later = dated[-1][0] if dated else at
            if at > later and one.month is None:  # 30, 31 AND 01 MAY
                at = _a_month_before(at, one.day)
            elif at > later and ends_range:  # 28 DEC THRU 04 JAN 12
                at = _a_year_before(at)
            month, year, ends_range = at.month, at.year, is_end
            dated.append((at, is_end))
        days: list[dt.datetime] = []
        since = 0  # where the range begins that is being filled
        for at, is_end in reversed(dated):
            if is_end and days:
                while days[-1] < at:
                    if len(days) - since > _MOST_DAYS:
                        raise InputError("a range of days must not be longer than a year")
                    days.append(days[-1] + dt.timedelta(days=1))
            else:
                days.append(at)
                since = len(days)
        return days

    def _is_day_ahead(self) -> bool:
        """Whether another day follows what joins, and not the hours of another list."""
        ahead = 0
        while self._peek("join", ahead) or self._peek("daily", ahead):
            ahead += 1
        return self._peek("day", ahead)

    def _until_then(self, hours: list[tuple[int, int]]) -> Iterator[Span]:
        if self._peek("group"):
            group = self._take()
            end = self._date(int(group[:2]), *self._month_and_year()) + _minutes(group[2:6])
        elif self._peek("day"):
            end = self._date(int(self._take()), *self._month_and_year()) + dt.timedelta(days=1)
        elif self._peek("hour"):
            end = self._issued.replace(hour=0, minute=0) + _minutes(self._take())
        else:
            end = self._until or self._issued + OPEN
        if hours:
            for first, last in hours:
                yield from self._every_day(first, last, self._issued, end)
        else:
            yield self._issued, end

    @staticmethod
    def _every_day(start: int, end: int, first: dt.datetime, last: dt.datetime) -> Iterator[Span]:
        day = first.replace(hour=0, minute=0, second=0)
        for _ in range(_MOST_DAYS + 1):
            if day >= last:
                return
            yield _on(day, start, end)
            day += dt.timedelta(days=1)

    def _month_and_year(self) -> tuple[int | None, int | None]:
        if not self._peek("month"):
            return None, None
        month = MONTHS[self._take()[:3]]
        # A number right behind a month, no comma between, is its year.
        if self._peek("day") or self._peek("hour"):
            number = self._words[self._at].text
            year = int(number) + (2000 if len(number) == 2 else 0) if number.isdigit() else 0
            if abs(year - self._issued.year) <= 2:
                self._take()
                return month, year
        return month, None

    def _month_farther_on(self) -> tuple[int | None, int | None]:
        for number, word in enumerate(self._words[self._at :]):
            if word.kind == "month":
                at = self._at
                self._at += number
                found = self._month_and_year()
                self._at = at
                return found
        return self._issued.month, self._issued.year

    def _date(self, day: int, month: int | None, year: int | None) -> dt.datetime:
        """Date a day; without a year it is the one that lies nearest after the issue."""
        month = month or self._issued.month
        years = [year] if year is not None else [self._issued.year + n for n in (0, 1, -1)]
        found = []
        for one in years:
            try:
                found.append(dt.datetime(one, month, day, tzinfo=dt.UTC))
            except ValueError:
                continue
        if year is None:
            # Notices announce what is to come, or began up to two months back.
            earliest = self._issued - dt.timedelta(days=60)
            latest = self._issued + dt.timedelta(days=400)
            found = [at for at in found if earliest <= at <= latest]
            if self._until is not None:  # the day near the end of the notice is meant
                until = self._until
                found.sort(key=lambda at: (at > until + dt.timedelta(days=2), abs(at - until)))
        if found:
            return found[0]
        raise InputError(f"there is no day {day} in month {month} near {self._issued:%Y-%m-%d}")


def _on(day: dt.datetime, start: int, end: int) -> Span:
    """Give the hours of a day; an end before the start is that of the next day."""
    if end <= start:
        end += 24 * 60
    return day + dt.timedelta(minutes=start), day + dt.timedelta(minutes=end)


def _minutes(digits: str) -> dt.timedelta:
    hours, minutes = int(digits[:2]), int(digits[2:4])
    if hours > 24 or minutes >= 60:
        raise InputError(f"an hour must lie in 0000..2400, got {digits[:4]}")
    return dt.timedelta(hours=hours, minutes=minutes)


def _a_month_before(at: dt.datetime, day: int) -> dt.datetime:
    last = at.replace(day=1) - dt.timedelta(days=1)
    try:
        return last.replace(day=day)
    except ValueError:
        raise InputError(f"there is no day {day} in the month before {at:%B}") from None


def _a_year_before(at: dt.datetime) -> dt.datetime:
    return at.replace(year=at.year - 1)


def _short(text: str) -> str:
    return text if len(text) <= 100 else text[:97] + "..."
