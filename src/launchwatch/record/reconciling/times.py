"""Pool what is said of when a launch was: dates, and times in whatever zone they are told.

Times lie on a grid of half minutes over three days, from midnight UTC before the launch's local
date, so that a time told in another zone needs no second date.
"""

import datetime as dt
import re
from collections.abc import Iterable
from typing import Final

import numpy as np
from numpy.typing import NDArray

from launchwatch.messages.claim import Claim
from launchwatch.messages.reconciled import Report
from launchwatch.record.reconciling.tolerances import Grid

Floats = NDArray[np.float64]

DAY: Final = 1440
_GRID_STEP = 0.5

# Minutes ahead of UTC, of the states whose launches reports are read of. Russia and China launch
# from several zones; theirs is the capital's, which their announcements use.
_OFFSETS: Final = {
    "PRK": 540, "KOR": 540, "JPN": 540, "CHN": 480, "TWN": 480, "PHL": 480, "IND": 330,
    "PAK": 300, "IRN": 210, "RUS": 180,
}  # fmt: skip
_HALF_HOUR = (dt.date(2015, 8, 15), dt.date(2018, 5, 5))
"""From when until when North Korea's clocks stood at UTC+8:30."""


def times_grid() -> Grid:
    """Give the grid of minutes after midnight UTC of the day before the launch's local date."""
    values = np.arange(0.0, 3.0 * DAY, _GRID_STEP)
    return Grid(values, np.full(len(values), 1.0 / len(values)))


def date_of(claims: Iterable[Claim], reports: Iterable[Report]) -> str:
    """Give the launch's local date: one told in full, else one that publication completes."""
    told = [str(one.value) for one in claims if one.kind == "launch_date"]
    full = [one for one in told if re.fullmatch(r"\d{4}-\d\d-\d\d", one)]
    if full:
        return max(sorted(set(full)), key=full.count)
    for report in reports:
        if not report.published:
            continue
        published = dt.date.fromisoformat(report.published)
        for one in told:
            day = _completed(one, published)
            if day is not None:
                return day.isoformat()
        return report.published
    return ""


def _completed(told: str, published: dt.date) -> dt.date | None:
    """Give the last such day not after publication: ``---12``, ``--07-12``."""
    for back in range(366):
        day = published - dt.timedelta(days=back)
        text = day.isoformat()
        if told in (f"---{text[8:]}", f"-{text[4:]}"):
            return day
    return None


def offsets(claim: Claim, country: str, date: str) -> tuple[int, ...]:
    """Give the minutes ahead of UTC that a time may have been told in, all alike probable."""
    if claim.unit:
        sign = -1 if claim.unit[0] == "-" else 1
        return (sign * (int(claim.unit[1:3]) * 60 + int(claim.unit[4:6])),)
    usual = _OFFSETS.get(country, 540)
    if country == "PRK" and date and _HALF_HOUR[0] <= dt.date.fromisoformat(date) < _HALF_HOUR[1]:
        return (510, usual)
    return (usual,)


def time_density(claim: Claim, country: str, date: str, grid: Grid) -> Floats:
    """Give the density that one stated time leaves; it sums to one.

    "About 10" may be half an hour off, "about 10:40" some minutes; to the minute means that minute
    or the next.
    """
    said = str(claim.value)
    if said.endswith("h"):
        minutes, half, flat = int(said[:-1]) * 60.0 + 30.0, 30.0, True
    else:
        minutes = int(said[:2]) * 60.0 + int(said[3:5])
        flat = False
        half = 1.0
        if claim.qualifier == "about":
            half = 15.0 if minutes % 60 == 0 else 8.0 if minutes % 10 == 0 else 3.0
            half = half if minutes % 5 == 0 else 1.5
    made = np.zeros(len(grid.values))
    for offset in offsets(claim, country, date):
        away = grid.values - (DAY + minutes - offset)
        made += (np.abs(away) <= half) if flat else np.exp(-0.5 * (away / half) ** 2)
    return np.asarray(made / made.sum())


def clock(minutes: float, offset: int) -> str:
    """Write minutes of the grid as local time."""
    local = round(minutes + offset) % DAY
    return f"{local // 60:02d}:{local % 60:02d}"


def offset_minutes(text: str) -> int:
    """Give the minutes ahead of UTC of ``+09:00``."""
    return (-1 if text[0] == "-" else 1) * (int(text[1:3]) * 60 + int(text[4:6]))


def home_offset(country: str, claims: Iterable[Claim]) -> int:
    """Give local time at the launch place, minutes ahead of UTC: as told, else the country's."""
    told = [one.unit for one in claims if one.kind == "launch_time" and one.unit]
    if told:
        return offset_minutes(max(sorted(set(told)), key=told.count))
    return _OFFSETS.get(country, 540)
