"""Launches of the record as reports: what was said, by whom, and what nobody said."""

import datetime as dt

import pytest

from launchwatch.edge.historystore import shipped
from launchwatch.errors import InputError
from launchwatch.record.history import History, PastLaunch
from launchwatch.record.pastreports import launch_named, reports_of
from launchwatch.record.reconciling import reconcile


def known(name):
    return reports_of(shipped(), launch_named(shipped(), name)[0])


def claims(found, kind):
    return [
        (one.name, claim.value, claim.source)
        for one in found.reports
        for claim in one.claims
        if claim.kind == kind
    ]


def test_each_statement_is_a_report_of_who_made_it():
    account = reconcile(known("PRK-2022-11-18-1").reports)
    voices = {one.voice for one in account.statements if one.claim.kind == "apogee"}
    assert voices == {"the launch record", "JPN"}
    (verdict,) = account.verdicts
    assert (verdict.voice, verdict.zone, verdict.verdict) == ("JPN", "JPN-EEZ", "inside")
    # 41.49 N 136.97 E by hand, from "about 200 km west of Oshima-Oshima".
    fall = account.place("fall_place")
    assert fall.latitude_deg == pytest.approx(41.49, abs=0.15)
    assert fall.longitude_deg == pytest.approx(136.97, abs=0.3)


def test_of_a_statement_of_several_launches_the_figures_of_this_one_are_taken():
    found = claims(known("PRK-2022-11-03-1"), "range")
    assert [value for _, value, _ in found] == [760.0, 750.0]
    found = claims(known("PRK-2022-11-03-2"), "range")
    assert [value for _, value, _ in found] == [330.0, 350.0]


def test_a_forecast_in_flight_is_no_verdict():
    assert len(claims(known("PRK-2022-11-18-1"), "zone_verdict")) == 1


def test_a_day_names_its_first_launch_with_a_range():
    launch, others = launch_named(shipped(), "2017-03-06")
    assert launch.launch_id == "PRK-2017-03-06-1"
    assert [one.launch_id for one in others] == ["PRK-2017-03-06-2"]


def test_a_range_that_nobody_stated_comes_from_others_and_says_so():
    found = known("PRK-2019-05-04-2")
    assert "nobody said how far it flew" in found.assumed[0]
    low, high = (value for _, value, _ in claims(found, "range"))
    assert 100 < low < high < 1_000


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("PRK-2017-04-16-1", "it failed"),
        ("PRK-2019-04-17-1", "from where"),
        ("2020-01-01", "no launch '2020-01-01'"),
        ("2022-11-19", "near it are PRK-2022-11-02-1"),
    ],
)
def test_what_cannot_be_flown_is_refused_by_name(name, says):
    with pytest.raises(InputError, match=says):
        known(name)


def test_nothing_that_a_simulation_saw_is_taken_for_a_launch():
    seen = PastLaunch(
        launch_id="PRK-2030-01-01-1", country="PRK", date=dt.date(2030, 1, 1), mode="simulation",
        latitude_deg=39.0, longitude_deg=126.0, range_km=500.0,
    )  # fmt: skip
    with pytest.raises(InputError):
        launch_named(History(launches=(seen,)), "2030-01-01")
