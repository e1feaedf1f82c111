"""The launch record: conditions, which statement speaks of which launch, what is one launch."""

import datetime as dt

import pytest

from launchwatch.edge.historystore import shipped
from launchwatch.record.history import (
    History,
    OfficialStatement,
    PastLaunch,
    chosen,
    count,
    is_same,
    launch_days,
    statements_on,
    utc_of,
    verdicts_on,
    when,
)

DAY = dt.date(2022, 11, 18)


def launch(**changed):
    values = {
        "launch_id": "PRK-1",
        "country": "PRK",
        "date": DAY,
        "time": dt.time(10, 14),
        "utc_offset": "+09:00",
        "place": "Sunan",
        "latitude_deg": 39.2,
        "longitude_deg": 125.67,
        "family": "Hwasong-17 (KN-28)",
        "launch_class": "ICBM",
    }
    return PastLaunch(**values | changed)


def said(**changed):
    values = {"country": "PRK", "date": DAY, "times": "10:14", "zone": "JPN-EEZ",
              "verdict": "inside", "stage": "final"}  # fmt: skip
    return OfficialStatement(**values | changed)


@pytest.mark.parametrize(
    ("condition", "fits"),
    [
        ({}, True),
        ({"years": (2022, 2022)}, True),
        ({"years": (2016, 2021)}, False),
        ({"place": "suNAN"}, True),
        ({"place": "Wonsan"}, False),
        ({"family": "hwasong 17"}, True),
        ({"family": "icbm"}, True),
        ({"family": "ICB"}, False),
        ({"country": "prk"}, True),
        ({"country": "CHN"}, False),
        ({"zone": "jpn-eez"}, True),
        ({"zone": "KOR-EEZ"}, False),
    ],
)
def test_a_condition_is_met_or_not(condition, fits):
    history = History(launches=(launch(),), statements=(said(),))
    assert bool(chosen(history, **condition)) is fits


def test_what_a_simulation_saw_is_shown_only_when_asked_for():
    history = History(launches=(launch(mode="simulation"), launch(mode="live")))
    assert [each.mode for each in chosen(history)] == ["live"]
    assert len(chosen(history, modes=("live", "simulation"))) == 2


def test_a_statement_speaks_of_launches_at_its_times():
    history = History(statements=(said(times="07:39;08:39;08:48"), said(times="21:34-21:42")))
    at = [len(statements_on(history, launch(time=dt.time(*one)))) for one in
          ((7, 40), (8, 30), (12, 0), (21, 38), (21, 50))]  # fmt: skip
    assert at == [1, 1, 0, 1, 1]  # ten minutes either way


def test_a_statement_without_times_speaks_of_the_day():
    history = History(statements=(said(times=""),))
    assert statements_on(history, launch())
    assert not statements_on(history, launch(country="CHN"))


def test_the_last_words_count():
    history = History(statements=(
        said(stage="in-flight", verdict="possible_inside"), said(verdict="outside")
    ))  # fmt: skip
    assert [each.verdict for each in verdicts_on(history, launch())] == ["outside"]


def test_what_failed_at_once_reached_no_zone():
    history = History(statements=(said(),))
    assert verdicts_on(history, launch(outcome="failure")) == ()
    assert verdicts_on(history, launch(outcome="failure", range_km=760.0))


def test_local_time_becomes_utc_over_midnight():
    assert utc_of(launch(time=dt.time(1, 47))) == dt.datetime(2022, 11, 17, 16, 47, tzinfo=dt.UTC)
    assert utc_of(launch(time=None)) is None


@pytest.mark.parametrize(
    ("changed", "same"),
    [
        ({"time": dt.time(10, 22)}, True),
        ({"time": dt.time(10, 40)}, False),
        ({"time": None}, True),
        ({"latitude_deg": 39.6}, True),
        ({"latitude_deg": 41.0}, False),
        ({"latitude_deg": None}, True),
        ({"country": "CHN"}, False),
        ({"date": DAY + dt.timedelta(days=1)}, False),
    ],
)
def test_two_rows_are_of_one_launch_when_day_time_and_place_agree(changed, same):
    assert is_same(launch(), launch(**changed)) is same
    assert is_same(launch(**changed), launch()) is same


def test_several_at_once_count_two_and_make_a_lower_bound():
    assert count([launch(number=3)]) == (3, False)
    assert count([launch(), launch(number=None)]) == (3, True)


def test_a_month_without_a_day_is_no_launch_day():
    rows = [launch(), launch(), launch(date=dt.date(1990, 5, 1), date_precision="month")]
    assert launch_days(rows) == (DAY,)


class TestShippedRecord:
    def test_every_source_is_listed_and_every_listed_one_used(self):
        record = shipped()
        used = {key for each in record.launches for key in each.sources}
        used |= {each.source for each in record.statements}
        assert used == {each.source for each in record.sources}

    def test_every_launch_has_a_source_and_its_own_name(self):
        launches = shipped().launches
        assert all(each.sources for each in launches)
        assert len({each.launch_id for each in launches}) == len(launches)

    def test_what_is_from_general_knowledge_is_called_unverified(self):
        assert all(each.unverified for each in shipped().launches if each.sources == ("general",))

    def test_unverified_names_fields(self):
        fields = set(PastLaunch.__struct_fields__) | {"class"}
        assert {name for each in shipped().launches for name in each.unverified} <= fields

    def test_it_is_in_order_and_every_figure_is_possible(self):
        launches = shipped().launches
        assert list(launches) == sorted(launches, key=when)
        assert all(each.range_km is None or 10 <= each.range_km < 14_000 for each in launches)
        assert all(each.apogee_km is None or 1 <= each.apogee_km < 8_000 for each in launches)

    def test_context_ends_after_it_begins(self):
        assert all(each.until is None or each.until >= each.date for each in shipped().context)

    def test_known_verdicts_stand_with_their_launches(self):
        """Japan's final word on five launches, as its ministry's pages have it."""
        record = shipped()
        words = {
            each.launch_id: {one.verdict for one in verdicts_on(record, each)}
            for each in record.launches
        }
        assert words["PRK-2022-11-18-1"] == {"inside"}
        assert words["PRK-2023-02-18-1"] == {"inside"}
        assert words["PRK-2023-07-12-1"] == {"outside"}
        assert words["PRK-2021-09-15-1"] == {"inside"}  # first said to be outside
        assert words["PRK-2022-10-04-1"] == {"outside"}


def test_the_record_agrees_with_the_compilation_day_by_day(authorities):
    """Launches to 2023 against the CNS/NTI facts, but for the corrections named in SOURCES.md."""
    from launchwatch.edge.historyfiles import read_launches

    theirs = read_launches(authorities / "launches" / "launch_record_to_2023.csv")
    assert theirs.refused == ()
    ours = [each for each in shipped().launches if "cns" in each.sources]
    assert count(ours)[0] == count(theirs.launches)[0] == 262
    days, other = ({each.date for each in rows} for rows in (ours, theirs.launches))
    assert sorted(str(day) for day in days ^ other) == [
        "2009-07-04", "2009-07-05",  # the compilation's day is not the announced one
        "2015-03-01", "2015-03-02",  # the same
        "2016-04-15", "2016-04-16",  # a day late
        "2017-05-14", "2017-05-15",  # a day late
    ]  # fmt: skip
