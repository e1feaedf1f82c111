"""Instants: integer nanoseconds of International Atomic Time, and their UTC text.

Inside the house a time is an `Instant`, the nanoseconds since 1970-01-01T00:00:00 TAI:
integers compare exactly, differences are true seconds, and no leap second can turn a
sequence round. RFC 3339 UTC text appears only at doors. A second labelled ``:60`` is
accepted where a leap second was really inserted.

Source of the leap seconds: IERS Bulletin C; the last one inserted was 2016-12-31, and
Bulletin C has announced none since. Before 1972 UTC ran at another rate: refused. So are
times from 2262 on, which 64 bits of nanoseconds could not hold.
"""

import re
from bisect import bisect_right
from datetime import date
from typing import NewType

from launchwatch.errors import InputError

Instant = NewType("Instant", int)
"""Nanoseconds since 1970-01-01T00:00:00 TAI."""

SECOND = 1_000_000_000
"""Nanoseconds in a second."""

_EPOCH_DAY = date(1970, 1, 1).toordinal()
_END_DAY = date(2262, 1, 1).toordinal() - _EPOCH_DAY

# First day with a new TAI - UTC, and that difference in seconds.
_LEAPS = (
    ("1972-01-01", 10), ("1972-07-01", 11), ("1973-01-01", 12), ("1974-01-01", 13),
    ("1975-01-01", 14), ("1976-01-01", 15), ("1977-01-01", 16), ("1978-01-01", 17),
    ("1979-01-01", 18), ("1980-01-01", 19), ("1981-07-01", 20), ("1982-07-01", 21),
    ("1983-07-01", 22), ("1985-07-01", 23), ("1988-01-01", 24), ("1990-01-01", 25),
    ("1991-01-01", 26), ("1992-07-01", 27), ("1993-07-01", 28), ("1994-07-01", 29),
    ("1996-01-01", 30), ("1997-07-01", 31), ("1999-01-01", 32), ("2006-01-01", 33),
    ("2009-01-01", 34), ("2012-07-01", 35), ("2015-07-01", 36), ("2017-01-01", 37),
)  # fmt: skip
_LEAP_DAYS = tuple(date.fromisoformat(day).toordinal() - _EPOCH_DAY for day, _ in _LEAPS)
_OFFSETS = tuple(offset for _, offset in _LEAPS)
_LEAP_STARTS = tuple(  # TAI second at which each new difference begins
    day * 86_400 + offset for day, offset in zip(_LEAP_DAYS, _OFFSETS, strict=True)
)

_RFC3339 = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?"
    r"(?:([Zz])|([+-])(\d{2}):(\d{2}))",
    re.ASCII,
)


def instant_from_utc(text: str) -> Instant:
    """Read an RFC 3339 time, in UTC or with an offset, as an Instant.

    Raises:
        InputError: not RFC 3339, no such day or second, or not within 1972 to 2261.
    """
    found = _RFC3339.fullmatch(text)
    if found is None:
        raise InputError(f"time must be RFC 3339, like 2025-11-07T01:02:03.5Z, got {text[:64]!r}")
    year, month, day, hour, minute, second = (int(found[i]) for i in range(1, 7))
    try:
        days = date(year, month, day).toordinal() - _EPOCH_DAY
    except ValueError:
        raise InputError(f"time names a day that does not exist: {text!r}") from None
    shift = 0
    if found[9] is not None:
        if int(found[10]) > 23 or int(found[11]) > 59:
            raise InputError(f"time has an impossible offset: {text!r}")
        shift = int(found[10]) * 60 + int(found[11])
        shift = -shift if found[9] == "-" else shift
    if hour > 23 or minute > 59 or second > 60:
        raise InputError(f"time has an impossible clock reading: {text!r}")
    minutes = days * 1440 + hour * 60 + minute - shift
    utc_day = minutes // 1440
    at = bisect_right(_LEAP_DAYS, utc_day)
    if at == 0:
        raise InputError(f"time must not lie before 1972-01-01, got {text!r}")
    if utc_day >= _END_DAY:
        raise InputError(f"time must lie before 2262-01-01, got {text!r}")
    if second == 60 and not (minutes % 1440 == 1439 and utc_day + 1 in _LEAP_DAYS):
        raise InputError(f"time names a leap second that never was: {text!r}")
    fraction = int((found[7] or "0").ljust(9, "0"))
    return Instant((minutes * 60 + second + _OFFSETS[at - 1]) * SECOND + fraction)


def utc_from_instant(instant: Instant, digits: int = 9) -> str:
    """Write an Instant as RFC 3339 UTC text, trailing zeros of the fraction left out.

    Args:
        instant: any time from 1972 on.
        digits: decimals of the second to keep at most, 0 to 9; the rest is cut off, not
            rounded, so that a text never lies after its instant.
    """
    seconds, fraction = divmod(int(instant), SECOND)
    at = bisect_right(_LEAP_STARTS, seconds)
    if at == 0:
        raise InputError(f"instant must not lie before 1972-01-01, got {instant} ns TAI")
    utc = seconds - _OFFSETS[at - 1]
    # The inserted second belongs to the day that it ends.
    leap = at < len(_LEAP_STARTS) and seconds == _LEAP_STARTS[at] - 1
    if leap:
        utc -= 1
    days, clock = divmod(utc, 86_400)
    day = date.fromordinal(days + _EPOCH_DAY).isoformat()
    text = f"{day}T{clock // 3600:02}:{clock // 60 % 60:02}:{60 if leap else clock % 60:02}"
    decimals = f"{fraction:09}"[:digits].rstrip("0")
    return f"{text}.{decimals}Z" if decimals else f"{text}Z"


def instant_from_unix(seconds: int, nanoseconds: int = 0) -> Instant:
    """Read a Unix time: seconds of UTC since 1970 that leave leap seconds out.

    Raises:
        InputError: not within 1972 to 2261.
    """
    day = seconds // 86_400
    at = bisect_right(_LEAP_DAYS, day)
    if at == 0 or day >= _END_DAY:
        raise InputError(f"a Unix time must lie within 1972 to 2261, got {str(seconds)[:24]}")
    return Instant((seconds + _OFFSETS[at - 1]) * SECOND + nanoseconds)


def unix_from_instant(instant: Instant) -> int:
    """Give the whole seconds of Unix time, cut off and not rounded.

    An inserted leap second has the number of the second behind it, as Unix time has it.

    Raises:
        InputError: before 1972.
    """
    seconds = int(instant) // SECOND
    at = bisect_right(_LEAP_STARTS, seconds)
    if at == 0:
        raise InputError(f"instant must not lie before 1972-01-01, got {instant} ns TAI")
    return seconds - _OFFSETS[at - 1]


def seconds_between(start: Instant, end: Instant) -> float:
    """Give the true seconds from start to end, negative if end is earlier."""
    return (end - start) / SECOND


def instant_after(start: Instant, seconds: float) -> Instant:
    """Give the instant that lies a number of seconds after another, to the nanosecond."""
    return Instant(start + round(seconds * SECOND))
