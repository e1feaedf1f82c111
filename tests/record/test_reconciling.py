"""Several reports of one launch, held side by side."""

import numpy as np
import pytest

from launchwatch.messages.claim import Claim
from launchwatch.messages.reconciled import LaunchAccount, Report
from launchwatch.record.reconciling import launches_of, reconcile, times, tolerances, whereabouts

from .telling import three


def claim(kind, value, source="", **more):
    return Claim(
        kind=kind, value=value, unit=more.pop("unit", "km"), text=str(value), start=0, end=1,
        source=source, **more,
    )  # fmt: skip


def account_of(*claims_of_reports: tuple[Claim, ...]) -> LaunchAccount:
    return reconcile(
        [Report(name=f"r{n}", claims=claims) for n, claims in enumerate(claims_of_reports)]
    )


JCS, MOD = "South Korea's Joint Chiefs of Staff", "Japan's Ministry of Defense"


@pytest.fixture(scope="module")
def account() -> LaunchAccount:
    return reconcile(three())


def sentence(account: LaunchAccount, kind: str) -> str:
    (found,) = (one for one in account.findings if one.kind == kind)
    return found.sentence


def test_every_claim_of_every_report_is_kept(account):
    assert len(account.statements) == sum(len(one.claims) for one in account.reports)


def test_an_article_that_quotes_a_government_is_no_second_witness(account):
    ranges = [one for one in account.statements if one.claim.kind == "range"]
    assert {(one.report, one.voice) for one in ranges} == {
        ("article", "KOR"), ("south", "KOR"), ("japan", "JPN")
    }  # fmt: skip
    assert "one voice, not more" in sentence(account, "range")
    once = account_of((claim("range", 700, JCS, qualifier="about"),))
    twice = account_of(*[(claim("range", 700, JCS, qualifier="about"),)] * 2)
    assert twice.figure("range").low == once.figure("range").low


def test_two_witnesses_who_agree_leave_less_doubt_than_one(account):
    one = account_of((claim("range", 700, JCS),)).figure("range")
    two = account_of((claim("range", 700, JCS),), (claim("range", 700, MOD),)).figure("range")
    assert two.high - two.low < 0.85 * (one.high - one.low)


def test_a_lower_bound_is_kept_to_and_is_no_contradiction(account):
    (found,) = (one for one in account.findings if one.kind == "range")
    assert found.standing == "compatible"
    assert "South Korea: about 700 km" in found.sentence
    assert "Japan: over 450 km" in found.sentence
    figure = account.figure("range")
    assert figure.low < 700 < figure.high
    # It pulls the estimate down by less than the rounding of "about 700".
    assert figure.value == pytest.approx(700, abs=25)


def test_an_article_against_its_own_sources_statement_is_said_and_the_statement_counts(account):
    (found,) = (one for one in account.findings if one.kind == "launch_time")
    assert found.standing == "differ"
    assert "about 10:00 by article" in found.sentence
    assert "its own statement south" in found.sentence
    figure = account.figure("launch_time")
    assert times.clock(figure.value, 540) in ("12:34", "12:35")
    assert figure.high - figure.low < 10


def test_figures_that_exclude_each_other_leave_two_peaks_and_no_false_middle():
    figure = account_of((claim("range", 700, JCS),), (claim("range", 400, MOD),)).figure("range")
    assert len(figure.modes) == 2
    assert figure.modes == pytest.approx((400, 700), rel=0.05)
    assert min(abs(figure.value - 400), abs(figure.value - 700)) < 40


def test_two_phrases_for_parts_of_a_country_give_where_they_overlap(account):
    only = reconcile(three()[:1]).place("launch_place")
    assert 39.5 < only.latitude_deg < 41.5
    assert 124.2 < only.longitude_deg < 127.0
    assert 30 < only.radius_95_km < 200
    # A named town narrows it down.
    named = account.place("launch_place")
    assert named.radius_95_km < only.radius_95_km
    assert (named.latitude_deg, named.longitude_deg) == pytest.approx((39.98, 125.25), abs=0.2)


def test_a_fall_so_far_in_a_direction_from_a_cape_is_a_stretch_of_sea():
    oga = {"name": "oga", "country": "JPN", "latitude_deg": 39.9, "longitude_deg": 139.75,
           "radius_km": 15.0}  # fmt: skip
    value = {"name": "oga", "distance_km": 250.0, "bearing": "west", "from": oga}
    place = account_of((claim("fall_place", value, MOD),)).place("fall_place")
    assert place.latitude_deg == pytest.approx(39.9, abs=0.15)
    assert place.longitude_deg == pytest.approx(139.75 - 250 / 85.4, abs=0.15)
    assert 60 < place.radius_95_km < 150


@pytest.mark.parametrize(
    ("words", "degrees"),
    [("west", 270.0), ("north-northwest", 337.5), ("northwestern", 315.0), ("北西", 315.0),
     ("西北", 315.0), ("北北西", 337.5), ("북동", 45.0), ("동", 90.0), ("southwards", 180.0)],
)  # fmt: skip
def test_directions_are_read_in_three_languages(words, degrees):
    assert whereabouts.wind_degrees(words) == degrees


@pytest.mark.parametrize("words", ["", "upward", "northnorthnorth"])
def test_no_direction_is_none(words):
    assert whereabouts.wind_degrees(words) is None


def test_verdicts_that_contradict_each_other_both_stand():
    account = account_of(
        (claim("zone_verdict", {"zone": "JPN-EEZ", "verdict": "inside"}, MOD),),
        (claim("zone_verdict", {"zone": "JPN-EEZ", "verdict": "outside"}, JCS),),
    )
    assert {(one.voice, one.verdict) for one in account.verdicts} == {
        ("JPN", "inside"), ("KOR", "outside")
    }  # fmt: skip
    assert "they differ" in sentence(account, "zone_verdict")


def test_what_did_not_reach_a_zone_was_not_inside_it():
    account = account_of(
        (claim("zone_verdict", {"zone": "JPN-EEZ", "verdict": "not_reached"}, MOD),),
        (claim("zone_verdict", {"zone": "JPN-EEZ", "verdict": "outside"}, JCS),),
    )
    assert ": agree." in sentence(account, "zone_verdict")


def test_numbered_bodies_have_figures_of_their_own():
    account = account_of(
        (claim("range", 350, MOD, item=1), claim("range", 800, MOD, item=2)),
    )
    assert account.bodies == (1, 2)
    assert account.figure("range", 1).value == pytest.approx(350, rel=0.02)
    assert account.figure("range", 2).value == pytest.approx(800, rel=0.02)


def test_reports_of_two_days_are_two_launches():
    first = Report(name="a", claims=(claim("launch_date", "2022-10-04"),))
    other = Report(name="b", claims=(claim("launch_date", "2022-10-06"),))
    undated = Report(name="c", claims=(claim("range", 4500),))
    assert [[one.name for one in group] for group in launches_of([first, other, undated])] == [
        ["a", "c"], ["b"]
    ]  # fmt: skip


def test_a_day_of_the_month_is_completed_by_publication():
    told = Report(name="a", claims=(claim("launch_date", "---28"),), published="2024-03-01")
    assert reconcile([told]).date == "2024-02-28"


def test_local_time_of_2017_may_be_half_an_hour_off():
    when = claim("launch_time", "10:00", JCS, unit="")
    where = claim("launch_place", {"name": "x", "country": "PRK", "latitude_deg": 40.0,
                                   "longitude_deg": 125.0, "radius_km": 10.0}, JCS)  # fmt: skip
    then = account_of((when, where, claim("launch_date", "2017-08-29"))).figure("launch_time")
    now = account_of((when, where, claim("launch_date", "2025-08-29"))).figure("launch_time")
    assert len(then.modes) == 2
    assert then.modes[1] - then.modes[0] == pytest.approx(30, abs=1)
    assert now.modes == ()


def test_rounding_is_read_from_a_figures_zeros():
    half = [tolerances.rounding(value) for value in (700, 650, 620, 1080, 6248, 50)]
    assert half == [50.0, 25.0, 5.0, 5.0, 0.5, 2.5]


def test_a_bound_says_little_of_how_far_beyond_it():
    grid = tolerances.figures_grid(1.0, 21_000.0)
    over = tolerances.density_of(450.0, "over", grid)
    under = tolerances.density_of(450.0, "at most", grid)
    about = tolerances.density_of(450.0, "about", grid)
    assert over[grid.values > 600].sum() > 0.25
    assert under[grid.values > 600].sum() < 1e-3
    assert about[np.abs(grid.values - 450) < 60].sum() > 0.95
    for density in (over, under, about):
        assert density.sum() == pytest.approx(1.0)


def test_nothing_said_is_an_empty_account():
    account = reconcile([Report(name="a", claims=())])
    assert account.figures == account.places == account.findings == ()
    assert account.date == ""
