"""The launch record: launches of the past as facts, each with who says so.

Tables in, tables out: what is shipped, imported or seen by our own watches lies in files, which
`launchwatch.edge.historystore` opens. A row may stand for several launches alike; a field that
nobody stated is None or empty, never a guess, and ``unverified`` names the fields whose text
nobody had at hand.
"""

import datetime as dt
import re
from collections.abc import Iterable, Sequence

from msgspec import Struct

NEAR_MINUTES = 10
"""Two reports of one launch state times this near: governments differ by one to five minutes."""

NEAR_DEGREES = 0.7
"""... and places this near: "near Pyongyang" lies up to 60 km from the site named later."""

REAL = ("record", "live")
"""Modes of what happened."""

_INSIDE = frozenset({"inside", "split", "archipelagic_waters"})


class PastLaunch(Struct, frozen=True, kw_only=True):
    """One launch, or several alike in place, minute, family and figures.

    Attributes:
        launch_id: country, local date and a number, such as ``PRK-2022-11-18-1``.
        country: ISO 3166 alpha-3 code of who launched.
        date: local calendar day; the first of the month where only the month is known.
        date_precision: ``day`` or ``month``.
        time: local time of day, None where it is not known.
        utc_offset: of date and time, such as ``+09:00``.
        place: name of the launch place; its position is good to the place, not the pad.
        number: launches that the row stands for; None where nobody said how many.
        number_qualifier: ``at least``, ``about``, ``multiple`` or nothing.
        family: public name of the family; ``launch_class`` its range class.
        range_km, apogee_km: as stated.
        fall_area: the sea or land, in words.
        fall_latitude_deg, fall_longitude_deg: where a statement placed the fall, within
            ``fall_radius_km``.
        outcome: ``success``, ``failure`` or nothing.
        sources: keys of `Source`.
        unverified: fields whose text was not at hand.
        mode: ``record`` from public sources; else the mode of the watch that saw it.
    """

    launch_id: str
    country: str
    date: dt.date
    date_precision: str = "day"
    time: dt.time | None = None
    utc_offset: str = "+00:00"
    place: str = ""
    latitude_deg: float | None = None
    longitude_deg: float | None = None
    number: int | None = 1
    number_qualifier: str = ""
    family: str = ""
    launch_class: str = ""
    range_km: float | None = None
    apogee_km: float | None = None
    fall_area: str = ""
    fall_latitude_deg: float | None = None
    fall_longitude_deg: float | None = None
    fall_radius_km: float | None = None
    outcome: str = ""
    sources: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    note: str = ""
    mode: str = "record"


class OfficialStatement(Struct, frozen=True, kw_only=True):
    """What somebody said of the launches of a day: figures, where it fell, in whose zone.

    ``times`` are the launches meant, as stated, separated by semicolons, and so are the
    figures; a verdict is a word of the speaker's, such as ``inside``.
    """

    country: str
    date: dt.date
    times: str = ""
    utc_offset: str = "+00:00"
    place: str = ""
    number: int | None = None
    number_qualifier: str = ""
    range_km: str = ""
    apogee_km: str = ""
    fall_as_stated: str = ""
    zone: str = ""
    verdict: str = ""
    stage: str = ""
    stated: str = ""
    speaker: str = ""
    source: str = ""
    confidence: str = ""


class ContextEvent(Struct, frozen=True, kw_only=True):
    """Something that launches might follow: a resolution, a summit, an exercise."""

    date: dt.date
    kind: str
    name: str
    until: dt.date | None = None
    parties: str = ""
    source: str = ""
    checked: str = ""


class Source(Struct, frozen=True, kw_only=True):
    """A page that facts were read from."""

    source: str
    publisher: str = ""
    title: str = ""
    url: str = ""
    kind: str = ""


class History(Struct, frozen=True, kw_only=True):
    """The launch record with what was said of it and what happened around it."""

    launches: tuple[PastLaunch, ...] = ()
    statements: tuple[OfficialStatement, ...] = ()
    context: tuple[ContextEvent, ...] = ()
    sources: tuple[Source, ...] = ()


def chosen(
    history: History,
    *,
    years: tuple[int, int] | None = None,
    place: str = "",
    family: str = "",
    zone: str = "",
    country: str = "",
    modes: Sequence[str] = REAL,
) -> tuple[PastLaunch, ...]:
    """Give the launches that fit every condition, in order of time.

    Args:
        history: the record.
        years: first and last local year, both included.
        place: part of the launch place's name, in any case.
        family: part of the family's name or class, in any case; hyphens and blanks do not count.
        zone: such as ``JPN-EEZ``; launches of which a statement called at least part of the
            falls inside it.
        country: alpha-3 code of who launched.
        modes: what a simulation or a replay saw is left out unless it is asked for here.
    """
    found = []
    for each in history.launches:
        fits = (
            each.mode in modes
            and (years is None or years[0] <= each.date.year <= years[1])
            and _plain(place) in _plain(each.place)
            and _is_of(each, family)
            and country.upper() in ("", each.country)
            and (not zone or _is_inside(history, each, zone))
        )  # fmt: skip
        if fits:
            found.append(each)
    return tuple(sorted(found, key=when))


def when(launch: PastLaunch) -> tuple[dt.date, dt.time, str]:
    """Give what launches are sorted by; without a time a launch comes last in its day."""
    return launch.date, launch.time or dt.time.max, launch.launch_id


def utc_of(launch: PastLaunch) -> dt.datetime | None:
    """Give the launch's time in UTC, None where its time of day is not known."""
    if launch.time is None:
        return None
    return dt.datetime.combine(launch.date, launch.time, _zone(launch.utc_offset)).astimezone(
        dt.UTC
    )


def statements_on(history: History, launch: PastLaunch) -> tuple[OfficialStatement, ...]:
    """Give what was said of a launch: of its day, and of its time where a statement names times.

    Nobody said anything of what only a simulation, an exercise or a replay saw.
    """
    if launch.mode not in REAL:
        return ()
    return tuple(
        each
        for each in history.statements
        if each.country == launch.country and each.date == launch.date and _meant(each, launch)
    )


def verdicts_on(history: History, launch: PastLaunch) -> tuple[OfficialStatement, ...]:
    """Give the verdicts on a launch: the last words, or the earlier ones where there are no last.

    What failed without a range stated never came near the zone that a statement names.
    """
    if launch.outcome == "failure" and launch.range_km is None:
        return ()
    said = [each for each in statements_on(history, launch) if each.verdict]
    last = [each for each in said if each.stage in ("final", "revised")]
    return tuple(last or said)


def launch_days(launches: Iterable[PastLaunch]) -> tuple[dt.date, ...]:
    """Give the local days with a launch, each once; months without a day are left out."""
    return tuple(sorted({each.date for each in launches if each.date_precision == "day"}))


def count(launches: Iterable[PastLaunch]) -> tuple[int, bool]:
    """Count launches, and say whether that is a lower bound: some rows say "multiple"."""
    rows = list(launches)
    return (
        sum(each.number if each.number is not None else 2 for each in rows),
        any(each.number is None or each.number_qualifier == "at least" for each in rows),
    )


def is_same(one: PastLaunch, other: PastLaunch) -> bool:
    """Could two rows be of one launch? Country and day alike, times and places near or unknown."""
    if one.country != other.country or one.date != other.date:
        return False
    if one.time is not None and other.time is not None:
        apart = abs(_minutes(one.time) - _minutes(other.time))
        if apart > NEAR_MINUTES:
            return False
    places = (one.latitude_deg, one.longitude_deg, other.latitude_deg, other.longitude_deg)
    if any(value is None for value in places):
        return True
    north, east, north2, east2 = (float(value) for value in places if value is not None)
    return abs(north - north2) < NEAR_DEGREES and abs(east - east2) < NEAR_DEGREES


def _is_of(launch: PastLaunch, family: str) -> bool:
    wanted = _plain(family)
    return wanted in _plain(launch.family) or wanted == _plain(launch.launch_class)


def _is_inside(history: History, launch: PastLaunch, zone: str) -> bool:
    return any(
        each.zone.casefold() == zone.casefold() and each.verdict in _INSIDE
        for each in verdicts_on(history, launch)
    )


def _meant(statement: OfficialStatement, launch: PastLaunch) -> bool:
    stated = [_span(part) for part in statement.times.split(";")]
    if launch.time is None or not any(stated):
        return True
    at = _minutes(launch.time)
    return any(times[0] - NEAR_MINUTES < at < times[-1] + NEAR_MINUTES for times in stated if times)


def _span(stated: str) -> list[int]:
    """Give the minutes of the day that a stated time names: 07:39, 07:30-07:39, or an hour, 16h."""
    if hour := re.fullmatch(r"\s*(\d\d)h\s*", stated):
        return [int(hour[1]) * 60, int(hour[1]) * 60 + 59]
    found = re.findall(r"(\d\d):(\d\d)", stated)
    return [int(hour) * 60 + int(minute) for hour, minute in found]


def _minutes(time: dt.time) -> int:
    return time.hour * 60 + time.minute


def _zone(offset: str) -> dt.timezone:
    sign = -1 if offset.startswith("-") else 1
    hours, _, minutes = offset.lstrip("+-").partition(":")
    return dt.timezone(sign * dt.timedelta(hours=int(hours), minutes=int(minutes or 0)))


def _plain(name: str) -> str:
    return re.sub(r"[\W_]+", "", name.casefold())
