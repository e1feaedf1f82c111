"""Cells of a table as people fill them, read one by one: dates, times, figures, names.

Nothing here guesses: what is empty, "unknown" or "n/a" gives None, and what cannot be read
raises `InputError` with what was wanted and what came.
"""

import datetime as dt
import math
import re
from typing import Any

from launchwatch.errors import InputError

_NOTHING = frozenset({"", "unknown", "n/a", "na", "none", "null", "-", "–", "?", "tbd", "nan"})
_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), 1
    )
}
_SHEET_EPOCH = dt.date(1899, 12, 30)
"""Day 0 of a spreadsheet's serial dates, after February 1900 (which its authors made leap)."""

_EARLIEST, _LATEST = dt.date(1942, 1, 1), dt.date(2200, 1, 1)
"""The first ballistic missile flew in 1942; a date outside is a slip of the pen."""


def text_of(cell: Any) -> str:
    """Give a cell's text on one line, empty for whatever says that nothing is known."""
    text = " ".join(str(cell).split()) if cell is not None else ""
    return "" if text.casefold() in _NOTHING else text


def date_of(cell: Any) -> tuple[dt.date, str] | None:
    """Read a date: the day and ``day``, or the first of a month and ``month``.

    Known forms: a date, a spreadsheet's serial number, 2017-07-28, 2017-07, 28-Jul-17,
    28 July 2017, July 28, 2017, 7/28/2017 (month first, unless that is impossible).

    Raises:
        InputError: none of these, or before 1942.
    """
    if isinstance(cell, dt.datetime):
        return _checked(cell.date(), cell), "day"
    if isinstance(cell, dt.date):
        return _checked(cell, cell), "day"
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        if not 15_000 < cell < 110_000:  # 1941 to 2201
            raise InputError(f"must be a date, got {cell!r}"[:90])
        return _checked(_SHEET_EPOCH + dt.timedelta(days=int(cell)), cell), "day"
    text = text_of(cell)
    if not text:
        return None
    try:
        found = _written(text)
    except (ValueError, OverflowError):
        found = None
    if found is None:
        raise InputError(f"must be a date such as 2017-07-28, got {text[:40]!r}")
    return _checked(found[0], text), found[1]


def _written(text: str) -> tuple[dt.date, str] | None:
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})(?:-(\d{1,2}))?(?:[T ].*)?", text):
        year, month, day = int(found[1]), int(found[2]), found[3]
        return dt.date(year, month, int(day or 1)), "day" if day else "month"
    if found := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", text):
        first, second, year = int(found[1]), int(found[2]), int(found[3])
        return (
            dt.date(year, first, second) if first <= 12 else dt.date(year, second, first)
        ), "day"
    if found := re.fullmatch(r"(\d{1,2})[- ]([A-Za-z]{3,9})\.?[- ,]+(\d{4}|\d{2})", text):
        return dt.date(_year(found[3]), _month(found[2]), int(found[1])), "day"
    if found := re.fullmatch(r"([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})", text):
        return dt.date(int(found[3]), _month(found[1]), int(found[2])), "day"
    if found := re.fullmatch(r"([A-Za-z]{3,9})[- ](\d{4}|\d{2})", text):
        return dt.date(_year(found[2]), _month(found[1]), 1), "month"
    return None


def _month(name: str) -> int:
    return _MONTHS.get(name[:3].casefold(), 0)  # 0 is no month: refused by the calendar


def _year(text: str) -> int:
    short = int(text)
    return short if len(text) == 4 else short + (1900 if short >= 70 else 2000)


def _checked(date: dt.date, cell: Any) -> dt.date:
    if not _EARLIEST <= date < _LATEST:
        raise InputError(f"must be a date from 1942 on, got {str(cell)[:40]!r}")
    return date


def time_of(cell: Any) -> dt.time | None:
    """Read a time of day: a time, a part of a day, 05:58, 5:58:10, 5:58 AM, 05:58 (UTC).

    Raises:
        InputError: none of these.
    """
    if isinstance(cell, dt.datetime):
        return cell.time().replace(second=0, microsecond=0)
    if isinstance(cell, dt.time):
        return cell.replace(second=0, microsecond=0, tzinfo=None)
    if isinstance(cell, float) and 0.0 <= cell < 1.0:
        minutes = round(cell * 1440.0) % 1440
        return dt.time(minutes // 60, minutes % 60)
    text = text_of(cell)
    if not text:
        return None
    found = re.fullmatch(
        r"(\d{1,2}):(\d{2})(?::\d{2}(?:\.\d+)?)? ?([AaPp]\.?[Mm]\.?)?(?: ?\(?[A-Za-z]{1,4}\)?)?",
        text,
    )
    if found:
        hour, minute, half = int(found[1]), int(found[2]), (found[3] or "").casefold()[:1]
        if half:
            hour = hour % 12 + (12 if half == "p" else 0)
        if hour < 24 and minute < 60:
            return dt.time(hour, minute)
    raise InputError(f"must be a time such as 05:58, got {text[:40]!r}")


def figure_of(cell: Any, unit: str, low: float, high: float) -> float | None:
    """Read a number with or without its unit, such as 2,700 km or ~450.

    Raises:
        InputError: not one number, in another unit, or outside low..high.
    """
    if isinstance(cell, bool):
        raise InputError(f"must be a number, got {cell}")
    if isinstance(cell, (int, float)):
        value = float(cell)
    else:
        text = text_of(cell)
        if not text:
            return None
        found = re.fullmatch(
            rf"[~≈<>]? ?(?:about |approx\.? |ca\.? )?([-+−]?\d[\d,]*\.?\d*)(?: ?{unit})?", text
        )
        if not found:
            raise InputError(f"must be a number{f' of {unit}' if unit else ''}, got {text[:40]!r}")
        value = float(found[1].replace(",", "").replace("−", "-"))
    if not math.isfinite(value) or not low <= value <= high:
        raise InputError(f"must lie in {low:g}..{high:g}, got {value:g}")
    return value


def outcome_of(cell: Any) -> str:
    """Read how a launch ended: ``success``, ``failure`` or nothing."""
    text = text_of(cell).casefold()
    for word, meaning in (("unsuccess", "failure"), ("succe", "success"), ("fail", "failure")):
        if word in text:
            return meaning
    return ""


def offset_of(cell: Any) -> str:
    """Read an offset from UTC such as +09:00, UTC+9 or Z; empty where there is none.

    Raises:
        InputError: none of these, or beyond fourteen hours.
    """
    text = text_of(cell).upper().removeprefix("UTC").removeprefix("GMT")
    if text in ("", "Z"):
        return "+00:00" if cell not in (None, "") else ""
    found = re.fullmatch(r"([+-])(\d{1,2})(?::?([0-5]\d))?", text)
    if not found or int(found[2]) > 14:
        raise InputError(f"must be an offset such as +09:00, got {str(cell)[:40]!r}")
    return f"{found[1]}{int(found[2]):02d}:{found[3] or '00'}"
