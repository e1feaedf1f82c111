"""When a notice applies, from its words."""

import datetime as dt

import pytest

from launchwatch.errors import InputError
from launchwatch.sensors.notices.schedules import schedule

ISSUED = dt.datetime(2024, 12, 20, 10, 0, tzinfo=dt.UTC)


def spans(text, issued=ISSUED, until=None):
    return [
        (start.strftime("%y-%m-%d %H%M"), end.strftime("%y-%m-%d %H%M"))
        for start, end in schedule(text, issued, until).spans
    ]


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("230808Z TO 230927Z DEC", [("24-12-23 0808", "24-12-23 0927")]),
        ("230808Z TO 0927Z DEC", [("24-12-23 0808", "24-12-23 0927")]),
        ("302100Z DEC TO 010900Z JAN", [("24-12-30 2100", "25-01-01 0900")]),
        ("302100Z TO 010900Z JAN", [("24-12-30 2100", "25-01-01 0900")]),
        ("302100 TO 010900 JAN", [("24-12-30 2100", "25-01-01 0900")]),
        (
            "0430Z TO 0530Z DAILY 22 AND 24 DEC",
            [("24-12-22 0430", "24-12-22 0530"), ("24-12-24 0430", "24-12-24 0530")],
        ),
        (
            "2330Z TO 0030Z DAILY 30 DEC THRU 01 JAN",
            [
                ("24-12-30 2330", "24-12-31 0030"),
                ("24-12-31 2330", "25-01-01 0030"),
                ("25-01-01 2330", "25-01-02 0030"),
            ],
        ),
        (
            "0100Z TO 0200Z AND 0300Z TO 0400Z DAILY 22 DEC",
            [("24-12-22 0100", "24-12-22 0200"), ("24-12-22 0300", "24-12-22 0400")],
        ),
        (
            "220100Z TO 220200Z, ALTERNATE 230100Z TO 230200Z DEC",
            [("24-12-22 0100", "24-12-22 0200"), ("24-12-23 0100", "24-12-23 0200")],
        ),
        (
            "0100Z TO 0200Z DAILY 30, 31 DEC AND 01 JAN",
            [
                ("24-12-30 0100", "24-12-30 0200"),
                ("24-12-31 0100", "24-12-31 0200"),
                ("25-01-01 0100", "25-01-01 0200"),
            ],
        ),
        ("22 THRU 24 DEC", [("24-12-22 0000", "24-12-25 0000")]),
        ("IN PROGRESS UNTIL 222000Z DEC", [("24-12-20 1000", "24-12-22 2000")]),
        ("IN PROGRESS UNTIL 22 DEC", [("24-12-20 1000", "24-12-23 0000")]),
        ("28 DEC 24 THRU 02 JAN 25", [("24-12-28 0000", "25-01-03 0000")]),
        ("220001Z TO 230001Z DEC 2024", [("24-12-22 0001", "24-12-23 0001")]),
    ],
)
def test_words_become_windows(text, wanted):
    assert spans(text) == wanted


def test_the_end_of_the_notice_chooses_the_year():
    until = dt.datetime(2025, 12, 31, 22, 0, tzinfo=dt.UTC)
    read = schedule("0500Z TO 0600Z DAILY 01 JAN THRU 31 DEC", ISSUED, until)
    assert (read.spans[0][0].year, read.spans[-1][0].year, len(read.spans)) == (2025, 2025, 365)


def test_wide_readings_are_remarked():
    read = schedule("SUNRISE TO SUNSET DAILY 22 AND 23 DEC EXCEPT SUNDAYS AND HOLIDAYS", ISSUED)
    assert len(read.spans) == 1  # two whole days that touch
    assert any("sunset" in remark for remark in read.remarks)
    assert any("days off" in remark for remark in read.remarks)


def test_until_further_notice_is_a_year():
    ((start, end),) = schedule("IN PROGRESS UNTIL FURTHER NOTICE", ISSUED).spans
    assert start == ISSUED
    assert end - start == dt.timedelta(days=365)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "no times"),
        ("222559Z TO 230100Z DEC", "an hour"),
        ("222000Z TO 220100Z DEC", "run forward"),
        ("222000Z DEC", "followed by TO"),
        ("0100Z TO 0200Z DAILY 31 FEB", "no day 31"),
        ("03530Z TO 030830Z DEC", "an hour"),
    ],
)
def test_what_makes_no_window_is_refused(text, why):
    with pytest.raises(InputError, match=why):
        schedule(text, ISSUED)
