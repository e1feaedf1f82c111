"""Broadcast warnings: two of our own making, and fourteen years of real ones."""

import contextlib
import datetime as dt
import re
from collections import Counter

import numpy as np
import pytest

from launchwatch.messages.notice import Notice
from launchwatch.sensors.notices import navwarns
from launchwatch.sensors.notices.documents import navwarns as split
from launchwatch.sensors.notices.reading import read
from launchwatch.sensors.refusing import Refusal
from launchwatch.timescale import utc_from_instant

PUBLISHED = dt.datetime(2024, 5, 26, 9, 0, tzinfo=dt.UTC)
ROCKET = """EAST CHINA SEA. YELLOW SEA. PHILIPPINE SEA.
ROCKETS.
1. HAZARDOUS OPERATIONS 261500Z MAY TO 031500Z JUN IN AREAS BOUND BY:
   A. 36-05N 123-33E, 35-22N 123-22E, 35-28N 122-52E.
   B. 34-06N 123-02E, 33-16N 122-50E, 33-21N 122-19E.
2. WIDE BERTH REQUESTED.
3. CANCEL HYDROPAC 1691/24, 1692/24 AND THIS MSG 031600Z JUN 24.
"""


def parse(text, published=PUBLISHED):
    return navwarns.parse(text, reference="HYDROPAC 1700/24", published=published, mode="replay")


def test_a_rocket_warning_becomes_areas_and_windows():
    notice = parse(ROCKET)
    assert notice.kind == "rocket"
    assert [area.name for area in notice.areas] == ["A", "B"]
    for area in notice.areas:
        assert len(area.polygons[0][0]) == 4
        (window,) = area.windows
        assert utc_from_instant(window.start).startswith("2024-05-26T15:00:00")
        assert utc_from_instant(window.end).startswith("2024-06-03T15:00:00")
    assert notice.cancels == ("HYDROPAC 1691/24", "HYDROPAC 1692/24")


def test_parts_complete_what_the_head_begins():
    notice = parse(
        "1. HAZARDOUS OPERATIONS 28 MAY THRU 29 MAY: "
        "A. 0100Z TO 0200Z WITHIN 5 MILES OF 10-00N 020-00E. "
        "B. 0300Z TO 0400Z IN AREA BETWEEN 10-00N 11-00N AND 020-00E 021-00E."
    )
    hours = [utc_from_instant(area.windows[0].start)[11:16] for area in notice.areas]
    assert hours == ["01:00", "03:00"]
    assert all(len(area.windows) == 2 for area in notice.areas)
    within = parse(
        "1. HAZARDOUS OPERATIONS 28 MAY WITHIN: A. 20 MILES OF 57-50N 008-29W. "
        "B. 30 MILES OF 57-44N 009-25W."
    )
    assert len(within.areas) == 2


def test_a_cancellation_has_no_areas():
    notice = parse("BLACK SEA. MISSILES. CANCEL HYDROLANT 2444/12 AND THIS MSG.")
    assert notice.areas == ()
    assert notice.cancels == ("HYDROLANT 2444/12",)


def test_half_a_warning_is_refused_whole():
    text = ROCKET.replace("33-16N 122-50E", "33-76N 122-50E")
    file = b"260900Z MAY 24\nHYDROPAC 1700/24(94).\n" + text.encode()
    ((_, found),) = read(file, "navwarn", "replay")
    assert isinstance(found, Refusal)
    assert "HYDROPAC 1700/24" in found.detail
    assert "33-76N" in found.detail


def test_text_without_a_date_needs_its_arrival():
    file = b"HYDROPAC 1700/24(94).\n" + ROCKET.encode()
    assert isinstance(next(read(file, "navwarn", "replay"))[1], Refusal)
    assert isinstance(next(read(file, "navwarn", "replay", PUBLISHED))[1], Notice)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff" * 1000,
        b"<broadcast-warn><text>",
        b"<a/>",
        b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a><b><text>&x;</text></b></a>',
        b"HYDROPAC 1/24.\n" + b"9" * 30_000,
        b"010000Z JAN 24\nHYDROPAC 1/24.\n1. " + b"A. " * 5000 + b"10-00N 020-00E",
        b"990000Z JAN 24\nHYDROPAC 1/24.\n1. 10-00N 020-00E",
    ],
)
def test_hostile_files_are_refused_in_words(content):
    found = list(read(content, "navwarn", "replay"))
    assert found
    assert all(isinstance(one, Refusal) and one.detail for _, one in found)


@pytest.fixture(scope="module")
def record(authorities):
    content = (authorities / "navwarn/nga_launch_hazard_sample.xml").read_bytes()
    documents = list(split(content))
    return list(zip(documents, (one for _, one in read(content, "navwarn", "replay")), strict=True))


def test_every_warning_of_the_record_is_read_or_refused_with_its_reason(record):
    refused = [found for _, found in record if isinstance(found, Refusal)]
    assert len(record) == 2401
    # 20 are: misprinted hours and days, lines without a width, places without a size.
    assert len(refused) <= 20
    reasons = Counter(
        re.sub(r"\d+", "#", found.detail.split(": ", 2)[-1])[:30] for found in refused
    )
    assert len(reasons) <= 12
    assert all(len(found.detail) > 40 for found in refused)


def test_what_has_no_area_only_cancels_or_names_no_place(record):
    for document, found in record:
        if isinstance(found, Notice) and not found.areas:
            assert not re.search(r"\d-\d\d.*[NS].*\d-\d\d.*[EW]", document.text), document.text


HOUR = dt.timedelta(hours=1)
MONTHS = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]


def ends_near(match, year):
    """Give the day and hour of a match in the years around one."""
    day, hour, minute = (int(match[n]) for n in (1, 2, 3))
    for one in (year, year + 1, year - 1):
        with contextlib.suppress(ValueError):  # 29 FEB
            yield dt.datetime(one, MONTHS.index(match[4]) + 1, day, hour, minute)  # noqa: DTZ001


def test_windows_end_where_the_warnings_themselves_say(record):
    """A warning ends itself an hour after the last danger: a reading that is not ours."""
    late = []
    for document, found in record:
        ends = re.search(r"CANCEL THIS MSG (\d\d)(\d\d)(\d\d)Z ([A-Z]{3})", document.text)
        if not isinstance(found, Notice) or not found.areas or ends is None:
            continue
        last = max(window.end for area in found.areas for window in area.windows)
        told = dt.datetime.fromisoformat(utc_from_instant(last)[:19])
        late.append(min((at - told for at in ends_near(ends, told.year)), key=abs) / HOUR)
    hours = np.array(late)
    assert len(hours) > 2000
    # 1 % and more are misprints of the warnings: an end before the danger, another month.
    assert np.mean((hours >= 0.0) & (hours <= 2.0)) > 0.985


def test_corners_are_those_that_are_printed(record):
    """All corners of polygons, read by another hand: plain splitting at blanks and commas."""
    checked = 0
    for document, found in record:
        if not isinstance(found, Notice) or len(found.areas) != 1 or found.remarks:
            continue
        if "BOUND BY" not in document.text or len(found.areas[0].polygons) != 1:
            continue
        if re.search(r"[NS],?\s+[\d.-]+[NS]", document.text):  # a box: two parallels
            continue
        words = re.split(r"[ ,.]+(?=\s|$)|[\s,]+", document.text)
        numbers = []
        for word in words:
            if re.fullmatch(r"\d+-\d+(\.\d+)?[NSEW]", word):
                degrees, minutes = word[:-1].split("-")
                value = int(degrees) + float(minutes) / 60.0
                numbers.append(-value if word[-1] in "SW" else value)
        printed = set(zip(np.round(numbers[1::2], 9), np.round(numbers[::2], 9), strict=False))
        corners = {(round(x, 9), round(y, 9)) for x, y in found.areas[0].polygons[0][0]}
        if printed and len(printed) * 2 == len(numbers) < 60:
            assert corners == printed, document.reference
            checked += 1
    assert checked > 1000
