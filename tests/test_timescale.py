"""Instants and their UTC text: leap seconds, offsets, and what cannot be a time."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from launchwatch.errors import InputError
from launchwatch.timescale import (
    SECOND,
    Instant,
    instant_after,
    instant_from_unix,
    instant_from_utc,
    seconds_between,
    unix_from_instant,
    utc_from_instant,
)

EARLIEST = instant_from_utc("1972-01-01T00:00:00Z")
LATEST = instant_from_utc("2261-12-31T23:59:59.999999999Z")


@given(st.integers(EARLIEST, LATEST))
def test_every_instant_comes_back_from_its_text(nanoseconds):
    assert instant_from_utc(utc_from_instant(Instant(nanoseconds))) == nanoseconds


@given(st.integers(EARLIEST, LATEST), st.integers(EARLIEST, LATEST))
def test_texts_with_all_decimals_sort_as_instants_do(one, other):
    def padded(instant):
        text = utc_from_instant(Instant(instant)).removesuffix("Z")
        return text.ljust(30, "0") if "." in text else f"{text}.".ljust(30, "0")

    assert (one < other) == (padded(one) < padded(other))


def test_the_leap_second_of_2016_lasts_one_second():
    # IERS Bulletin C 52: 2016-12-31T23:59:60 was inserted; TAI - UTC went from 36 to 37 s.
    before, leap, after = map(
        instant_from_utc, ("2016-12-31T23:59:59Z", "2016-12-31T23:59:60Z", "2017-01-01T00:00:00Z")
    )
    assert (leap - before, after - leap) == (SECOND, SECOND)
    assert utc_from_instant(leap) == "2016-12-31T23:59:60Z"
    assert instant_from_utc("2017-01-01T08:59:60+09:00") == leap


def test_tai_was_ten_seconds_ahead_at_the_start_and_is_37_now():
    assert EARLIEST == (2 * 365 * 86_400 + 10) * SECOND
    days = (date(2025, 11, 7) - date(1970, 1, 1)).days
    assert instant_from_utc("2025-11-07T00:00:00Z") == (days * 86_400 + 37) * SECOND


@pytest.mark.parametrize(
    "text",
    [
        "2025-11-07", "2025-11-07T01:02:03", "2025-02-29T00:00:00Z", "2025-11-07T24:00:00Z",
        "2025-11-07T01:02:60Z", "2015-12-31T23:59:60Z", "2025-11-07T01:02:03.1234567891Z",
        "2025-11-07T01:02:03+24:00", "1971-12-31T23:59:59Z", "1972-01-01T00:00:00+01:00",
        "2262-01-01T00:00:00Z", "2261-12-31T23:59:59-00:01", "9999-12-31T23:59:59-23:59",
        "٢٠٢٥-11-07T01:02:03Z", "",
    ],
)  # fmt: skip
def test_what_is_no_time_is_refused(text):
    with pytest.raises(InputError):
        instant_from_utc(text)


def test_a_text_never_lies_after_its_instant():
    assert utc_from_instant(instant_from_utc("2025-11-07T01:02:03.999999999Z"), 3).endswith(".999Z")


@given(st.integers(EARLIEST, LATEST), st.floats(-1e6, 1e6))
def test_going_on_by_seconds_is_undone_to_the_nanosecond(start, seconds):
    end = instant_after(Instant(start), seconds)
    # Half a nanosecond of rounding, and the last digit of a million seconds.
    assert seconds_between(Instant(start), end) == pytest.approx(seconds, abs=1e-9)


@given(st.integers(63_072_000, 9_214_646_399), st.integers(0, SECOND - 1))
def test_unix_time_comes_back_from_its_instant(seconds, nanoseconds):
    assert unix_from_instant(instant_from_unix(seconds, nanoseconds)) == seconds
