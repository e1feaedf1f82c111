"""Tables of launches: headings, cells as people fill them, refusals by row and column."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchwatch.errors import InputError
from launchwatch.record.historycells import date_of, figure_of, offset_of, outcome_of, time_of
from launchwatch.record.historyrows import columns_of, read_table

CNS = ("F1", "Date", "Date Entered/Updated", "Launch Time (UTC)", "Missile Name", "Missile Type",
       "Launch Agency/Authority", "Facility Name", "Facility Location", "Other Name",
       "Facility Latitude", "Facility Longitude", "Landing Location", "Apogee",
       "Distance Travelled", "Confirmation Status", "Test Outcome", "Additional Information",
       "Source(s)")  # fmt: skip
"""The headings of the CNS/NTI spreadsheet."""


def cns_row(**changed):
    values = {"F1": 128.0, "Date": dt.date(2017, 8, 28), "Launch Time (UTC)": "20:58:00",
              "Missile Name": "Hwasong-12", "Missile Type": "IRBM",
              "Facility Name": "Pyongyang International Airport", "Facility Latitude": 39.2,
              "Facility Longitude": 125.67, "Landing Location": "Pacific Ocean",
              "Apogee": "550 km", "Distance Travelled": "2,700 km", "Test Outcome": "Success",
              "Source(s)": "a; b"} | changed  # fmt: skip
    return [values.get(name) for name in CNS]


def test_a_row_of_the_spreadsheet_becomes_a_launch_in_local_time():
    read = read_table(CNS, [cns_row()], source="cns")
    (one,) = read.launches
    assert (one.launch_id, one.date, one.time) == (
        "PRK-2017-08-29-1", dt.date(2017, 8, 29), dt.time(5, 58)
    )  # fmt: skip
    assert (one.range_km, one.apogee_km, one.outcome) == (2700.0, 550.0, "success")
    assert (one.family, one.launch_class, one.sources) == ("Hwasong-12", "IRBM", ("a", "b"))
    assert read.refused == ()
    assert "Confirmation Status" in read.unknown


def test_without_a_time_the_date_is_kept_and_called_unverified():
    (one,) = read_table(CNS, [cns_row(**{"Launch Time (UTC)": "Unknown"})], source="cns").launches
    assert (one.date, one.time, one.unverified) == (dt.date(2017, 8, 28), None, ("date",))


def test_a_list_with_missile_location_and_outcome_is_read():
    headings = ("Date", "Missile", "Location", "Outcome")
    rows = [("July 28, 2017", "Hwasong-14", "Mupyong-ni", "Success"), ("", "", "", "")]
    (one,) = read_table(headings, rows, source="csis").launches
    assert (one.date, one.family, one.place) == (dt.date(2017, 7, 28), "Hwasong-14", "Mupyong-ni")


def test_a_bad_cell_is_refused_by_row_and_column_and_the_row_kept():
    read = read_table(CNS, [cns_row(Apogee="high"), cns_row()], source="cns")
    assert len(read.launches) == 2
    (bad,) = read.refused
    assert (bad.row, bad.column) == (2, "Apogee")
    assert "number of km, got 'high'" in bad.reason
    assert read.launches[0].apogee_km is None


@pytest.mark.parametrize("date", ["soon", "2017-13-45", None, "1066-10-14", float("nan"), True])
def test_a_row_without_a_readable_date_is_refused_whole(date):
    read = read_table(CNS, [cns_row(), cns_row(Date=date), cns_row()], source="cns")
    assert len(read.launches) == 2
    assert [(each.row, each.column) for each in read.refused] == [(3, "Date")]


def test_a_table_without_dates_is_refused():
    with pytest.raises(InputError, match="a column of dates"):
        columns_of(("Name", "Price"))


def test_a_table_of_nonsense_is_given_up_with_its_first_fault():
    with pytest.raises(InputError, match="the first in row 2, Date"):
        read_table(("Date", "x"), [("?!", 1)] * 2000, source="x")


@pytest.mark.parametrize(
    ("cell", "date", "precision"),
    [
        ("2017-07-28", dt.date(2017, 7, 28), "day"),
        ("2017-07-28T10:00:00Z", dt.date(2017, 7, 28), "day"),
        ("1990-05", dt.date(1990, 5, 1), "month"),
        ("28-Jul-17", dt.date(2017, 7, 28), "day"),
        ("9-Apr-84", dt.date(1984, 4, 9), "day"),
        ("28 July 2017", dt.date(2017, 7, 28), "day"),
        ("July 28, 2017", dt.date(2017, 7, 28), "day"),
        ("7/28/2017", dt.date(2017, 7, 28), "day"),
        ("28.7.2017", dt.date(2017, 7, 28), "day"),
        ("May-90", dt.date(1990, 5, 1), "month"),
        (42944, dt.date(2017, 7, 28), "day"),  # what a spreadsheet shows as 28 July 2017
        (dt.datetime(2017, 7, 28, 14, 42, tzinfo=dt.UTC), dt.date(2017, 7, 28), "day"),
    ],
)
def test_dates_are_read_as_people_write_them(cell, date, precision):
    assert date_of(cell) == (date, precision)


@pytest.mark.parametrize(
    ("cell", "time"),
    [
        ("05:58", dt.time(5, 58)), ("5:58:10", dt.time(5, 58)), ("20:58 (UTC)", dt.time(20, 58)),
        ("12:29 AM", dt.time(0, 29)), ("1:05 pm", dt.time(13, 5)), (0.5, dt.time(12, 0)),
        ("unknown", None), ("", None), (dt.time(5, 58, 30), dt.time(5, 58)),
    ],
)  # fmt: skip
def test_times_are_read_as_people_write_them(cell, time):
    assert time_of(cell) == time


@pytest.mark.parametrize("cell", ["25:00", "7.30", "noon", "12:60", -0.1])
def test_what_is_no_time_is_refused(cell):
    with pytest.raises(InputError, match="must be a time"):
        time_of(cell)


def test_figures_are_read_with_their_unit_and_refused_in_another():
    assert figure_of("~2,700 km", "km", 0, 20_000) == 2700.0
    assert figure_of("N/A", "km", 0, 20_000) is None
    with pytest.raises(InputError, match="must be a number of km, got '300 miles'"):
        figure_of("300 miles", "km", 0, 20_000)
    with pytest.raises(InputError, match=r"must lie in -90..90, got 91"):
        figure_of(91, "°?", -90, 90)
    with pytest.raises(InputError, match="must lie in"):
        figure_of(float("inf"), "km", 0, 20_000)


def test_outcomes_and_offsets_have_one_form():
    assert [outcome_of(word) for word in ("Success", "Unsuccessful", "FAILED", "?")] == [
        "success", "failure", "failure", ""
    ]  # fmt: skip
    assert [offset_of(text) for text in ("+09:00", "UTC+9", "+0830", "Z", "", None)] == [
        "+09:00", "+09:00", "+08:30", "+00:00", "", ""
    ]  # fmt: skip
    with pytest.raises(InputError, match="must be an offset"):
        offset_of("KST")


ANY = st.none() | st.text(max_size=30) | st.floats() | st.integers() | st.booleans() | st.dates()


@given(st.lists(st.lists(ANY, min_size=len(CNS), max_size=len(CNS)), max_size=4))
def test_any_cells_give_launches_or_refusals(rows):
    read = read_table(CNS, rows, source="x")
    assert len(read.launches) <= len(rows)
    assert all(each.row >= 2 and each.reason for each in read.refused)
