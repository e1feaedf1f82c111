"""Counting a string of launches, and saying it."""

import datetime as dt

from launchwatch.edge.historystore import shipped
from launchwatch.record.history import PastLaunch, chosen
from launchwatch.record.patterns import by_month, by_name, pauses, strings, until
from launchwatch.record.patternswords import sentences_of_launch, sentences_of_month


def launches(*days, **changed):
    return [
        PastLaunch(launch_id=day, country="PRK", date=dt.date.fromisoformat(day), **changed)
        for day in days
    ]


def record():
    return chosen(shipped(), country="PRK")


def test_months_without_a_launch_are_counted_too():
    months = by_month(launches("2016-11-30", "2017-02-01", "2017-02-01"))
    assert [(one.year, one.month, one.launches, one.days) for one in months] == [
        (2016, 11, 1, 1), (2016, 12, 0, 0), (2017, 1, 0, 0), (2017, 2, 2, 1)
    ]  # fmt: skip


def test_names_are_counted_with_the_nameless_last():
    rows = launches("2017-01-01", "2017-01-02", "2017-01-03", "2017-01-04")
    rows += launches("2017-01-05", "2017-01-06", place="Sunan")
    assert by_name(rows, lambda one: one.place) == (("Sunan", 2), ("", 4))


def test_pauses_are_between_days_not_launches():
    assert pauses(launches("2017-01-01", "2017-01-01", "2017-01-02", "2017-02-01")) == (1, 30)


def test_a_string_breaks_after_a_pause_of_more_than_a_fortnight():
    found = strings(launches("2017-01-01", "2017-01-15", "2017-01-29", "2017-02-13"))
    assert [(one.first.day, one.last.day, one.days) for one in found] == [(1, 29, 3), (13, 13, 1)]


def test_what_comes_later_is_not_known_yet():
    rows = launches("2017-01-01", "2017-03-01")
    assert until(rows, dt.date(2017, 2, 1)) == tuple(rows[:1])
    before = [one for one in record() if one.date <= dt.date(2022, 11, 30)]
    assert sentences_of_month(before, 2022, 11) == sentences_of_month(record(), 2022, 11)


def test_the_fullest_month_is_called_so():
    first, year, string, *rest = sentences_of_month(record(), 2022, 11)
    assert first == (
        "November 2022 saw 16 launches on 5 days, "
        "the most in any month since the record begins in 1984."
    )
    assert year == (
        "From January to then the year had 62 launches on 30 days; "
        "the same part of 2021 had 6 launches."
    )
    assert string.startswith("It ends in a string of 14 launch days with ")
    assert "since 25 September 2022" in string
    assert any(one.startswith("New in the record are the places ") for one in rest)


def test_a_quiet_month_says_how_long_it_has_been_quiet():
    (said,) = sentences_of_month(record(), 2018, 6)
    assert said == (
        "June 2018 saw no launch on record. The last was on 29 November 2017 from Pyongsong, "
        "213 days before the month's end."
    )
    assert sentences_of_month([], 2018, 6) == ("No launch is on record up to June 2018.",)


def test_a_launch_is_placed_in_its_string_its_place_and_its_family():
    one = next(each for each in record() if each.launch_id == "PRK-2022-11-18-1")
    said = sentences_of_launch(record(), one)
    assert "The last from Sunan was on 3 November 2022." in said
    assert "The last of Hwasong-17 (KN-28) was on 16 March 2022." in said
