"""Rows of a spreadsheet or list of launches, read into the launch record.

Columns are known by their headings, whatever their order: those of the CNS/NTI database
("Launch Time (UTC)", "Distance Travelled", "Test Outcome"), of lists such as that of CSIS's
Missile Threat ("Missile", "Location", "Outcome"), and our own names. What cannot be read is
refused by row and column: a row without a date goes, any other cell is left empty and the row
stays. Which columns nobody knew is told too.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from msgspec import Struct, structs

from launchwatch.errors import InputError
from launchwatch.record.history import PastLaunch
from launchwatch.record.historycells import (
    date_of,
    figure_of,
    offset_of,
    outcome_of,
    text_of,
    time_of,
)

_T = TypeVar("_T")

MOST_REFUSED = 1000
"""Refusals told one by one; a table that fails in more cells than that is no list of launches."""

_HEADINGS = {
    "launch_id": "launchid id eventid",
    "country": "country state launchingcountry",
    "date": "date launchdate datelocal",
    "date_utc": "dateutc utcdate",
    "date_precision": "dateprecision",
    "time": "time launchtime timelocal launchtimelocal",
    "time_utc": "timeutc launchtimeutc utctime utc",
    "utc_offset": "utcoffset timezone tz",
    "place": "place site facilityname launchsite launchlocation location launchplace facility"
    " launchfacility",
    "latitude_deg": "latitudedeg latitude facilitylatitude lat launchlatitude",
    "longitude_deg": "longitudedeg longitude facilitylongitude lon lng long launchlongitude",
    "number": "number count missiles numberofmissiles numberlaunched quantity n",
    "number_qualifier": "numberqualifier",
    "family": "family missilename missile type missiletypename system weapon",
    "launch_class": "class launchclass missiletype missileclass rangeclass",
    "range_km": "rangekm range distancetravelled distancetraveled distancekm distance",
    "apogee_km": "apogeekm apogee maximumaltitude altitude",
    "fall_area": "fallarea landing landinglocation impact impactlocation",
    "fall_latitude_deg": "falllatitudedeg landinglatitude impactlatitude",
    "fall_longitude_deg": "falllongitudedeg landinglongitude impactlongitude",
    "fall_radius_km": "fallradiuskm",
    "outcome": "outcome testoutcome status success result",
    "sources": "sources source references",
    "unverified": "unverified",
    "note": "note notes additionalinformation remarks comment comments description",
}
_FIELD_OF = {heading: field for field, text in _HEADINGS.items() for heading in text.split()}


class RefusedCell(Struct, frozen=True, kw_only=True):
    """What of a table was refused: where, and why; ``column`` empty for a whole row."""

    row: int
    column: str
    reason: str


class ReadTable(Struct, frozen=True, kw_only=True):
    """A table read: launches, what was refused, and headings that nobody knew."""

    launches: tuple[PastLaunch, ...]
    refused: tuple[RefusedCell, ...]
    unknown: tuple[str, ...]


def columns_of(headings: Sequence[Any]) -> tuple[dict[str, int], tuple[str, ...]]:
    """Say which column holds which field, and which headings are unknown; the first of two wins.

    Raises:
        InputError: no column of dates.
    """
    columns: dict[str, int] = {}
    unknown = []
    for place, heading in enumerate(headings):
        field = _FIELD_OF.get(re.sub(r"[\W_]+", "", str(heading or "").casefold()))
        if field is None or field in columns:
            if str(heading or "").strip():
                unknown.append(str(heading)[:60])
        else:
            columns[field] = place
    if "date" not in columns and "date_utc" not in columns:
        raise InputError(
            "must have a column of dates (Date, date_utc, Launch Date ...), "
            f"got {[str(one)[:20] for one in headings[:6]]}"
        )
    return columns, tuple(unknown)


def read_table(
    headings: Sequence[Any],
    rows: Iterable[Sequence[Any]],
    *,
    source: str,
    country: str = "PRK",
    utc_offset: str = "+09:00",
    first_row: int = 2,
) -> ReadTable:
    """Read a table of launches.

    A date beside a column of UTC times is a UTC date, as in the CNS/NTI spreadsheet, and both
    are turned to local time; without a time of its own the date is kept and called unverified.

    Args:
        headings: of the columns.
        rows: cells in the order of the headings; empty rows are passed over.
        source: key under which this table is cited, where a row names none of its own.
        country: who launched, where no column says so.
        utc_offset: of local times, where no column says so.
        first_row: number of the first row, as a spreadsheet shows it.

    Raises:
        InputError: no column of dates, or nearly nothing can be read.
    """
    columns, unknown = columns_of(headings)
    launches: list[PastLaunch] = []
    refused: list[RefusedCell] = []
    numbers: dict[str, int] = {}
    for row, cells in enumerate(rows, first_row):
        if not any(text_of(cell) for cell in cells):
            continue
        values = {
            field: cells[place] for field, place in columns.items() if place < len(cells)
        }  # fmt: skip
        reader = _Row(values, row, refused, [str(one) for one in headings], columns)
        launch = reader.launch(source, country, utc_offset)
        if launch is not None:
            launches.append(_numbered(launch, numbers))
        if len(refused) > MOST_REFUSED:
            raise InputError(
                f"more than {MOST_REFUSED} cells cannot be read, the first in row "
                f"{refused[0].row}, {refused[0].column}: {refused[0].reason}"
            )
    return ReadTable(launches=tuple(launches), refused=tuple(refused), unknown=unknown)


class _Row:
    """One row while it is read; a cell that cannot be read is noted and gives its default."""

    def __init__(
        self,
        values: Mapping[str, Any],
        row: int,
        refused: list[RefusedCell],
        headings: Sequence[str],
        columns: Mapping[str, int],
    ) -> None:
        self._values, self._row, self._refused = values, row, refused
        self._name = {field: headings[place][:40] for field, place in columns.items()}

    def _take(self, field: str, reader: Callable[[Any], _T], default: _T) -> _T:
        try:
            return reader(self._values.get(field))
        except InputError as error:
            self._refused.append(
                RefusedCell(row=self._row, column=self._name.get(field, field), reason=str(error))
            )
            return default

    def _figure(self, field: str, unit: str, low: float, high: float) -> float | None:
        return self._take(field, lambda cell: figure_of(cell, unit, low, high), None)

    def launch(self, source: str, country: str, utc_offset: str) -> PastLaunch | None:
        field = "date" if "date" in self._values else "date_utc"
        before = len(self._refused)
        dated = self._take(field, date_of, None)
        if dated is None:
            if len(self._refused) == before:
                self._refused.append(
                    RefusedCell(row=self._row, column=self._name[field], reason="has no date")
                )
            return None
        date, precision = dated
        if text_of(self._values.get("date_precision")) == "month":
            precision = "month"
        country = text_of(self._values.get("country")).upper() or country
        offset = self._take("utc_offset", offset_of, "") or utc_offset
        time = self._take("time", time_of, None)
        unverified = [one for one in _listed(self._values.get("unverified")) if one]
        if time is None and ("time_utc" in self._values or field == "date_utc"):
            utc = self._take("time_utc", time_of, None)
            if utc is not None:
                local = dt.datetime.combine(date, utc) + _span(offset)
                date, time = local.date(), local.time()
            elif precision == "day":
                unverified.append("date")
        number = self._figure("number", "", 1, 10_000)
        qualifier = text_of(self._values.get("number_qualifier"))
        text = {name: text_of(self._values.get(name))[:300] for name in _TEXTS}
        return PastLaunch(
            launch_id=text_of(self._values.get("launch_id"))[:60],
            country=country[:3],
            date=date,
            date_precision=precision,
            time=time,
            utc_offset=offset,
            latitude_deg=self._figure("latitude_deg", "°?", -90, 90),
            longitude_deg=self._figure("longitude_deg", "°?", -180, 360),
            number=int(number) if number else (None if qualifier == "multiple" else 1),
            number_qualifier=qualifier,
            range_km=self._figure("range_km", "km", 0, 20_100),
            apogee_km=self._figure("apogee_km", "km", 0, 40_000),
            fall_latitude_deg=self._figure("fall_latitude_deg", "°?", -90, 90),
            fall_longitude_deg=self._figure("fall_longitude_deg", "°?", -180, 360),
            fall_radius_km=self._figure("fall_radius_km", "km", 0, 20_100),
            outcome=outcome_of(self._values.get("outcome")),
            sources=tuple(_listed(self._values.get("sources"))) or (source,),
            unverified=tuple(dict.fromkeys(unverified)),
            **text,
        )


_TEXTS = ("place", "family", "launch_class", "fall_area", "note")


def _listed(cell: Any) -> list[str]:
    return [part.strip()[:300] for part in text_of(cell).split(";") if part.strip()][:20]


def _span(offset: str) -> dt.timedelta:
    hours, minutes = int(offset[1:3]), int(offset[4:6])
    return (-1 if offset[0] == "-" else 1) * dt.timedelta(hours=hours, minutes=minutes)


def _numbered(launch: PastLaunch, numbers: dict[str, int]) -> PastLaunch:
    """Give a launch the name that its day makes, where it has none."""
    if launch.launch_id:
        return launch
    day = launch.date.isoformat()[: 10 if launch.date_precision == "day" else 7]
    key = f"{launch.country}-{day}"
    numbers[key] = numbers.get(key, 0) + 1
    return structs.replace(launch, launch_id=f"{key}-{numbers[key]}")
