"""Which Security Council resolutions a launch would contravene."""

import datetime as dt

import numpy as np
import pytest

from launchwatch.assessment.resolutions import (
    Resolutions,
    assess,
    citations,
    from_states,
    resolutions,
)
from launchwatch.assessment.zones import Zones
from launchwatch.messages.assessment import FamilyAssessment, FamilyProbabilities
from launchwatch.messages.fallarea import ZoneProbability

from .making import EPOCH, launch_statement

TODAY = dt.date(2025, 11, 7)


def classes(**shares):
    return FamilyProbabilities(**{"unknown": 1.0 - sum(shares.values()), **shares})


def family(track_id="T0001", **shares):
    return FamilyAssessment(
        launch_id="L001",
        track_id=track_id,
        time=EPOCH,
        mode="simulation",
        classes=classes(**shares),
    )


class EverywhereAt:
    """Zones of a world that is one zone."""

    def __init__(self, *zones):
        self.zones = zones

    def probabilities(self, latitude_deg, longitude_deg):
        return self.zones


def land(zone, share, kind="land", claims="median"):
    return ZoneProbability(zone=zone, kind=kind, probability=share, claims=claims)


def test_the_table_holds_what_official_texts_name_as_violated():
    # The Security Council's press statement on 11 February 2017 names these six.
    named = {one.symbol.split()[0].split("/")[-1] for one in resolutions()}
    assert {"1718", "1874", "2087", "2094", "2270", "2321"} <= named
    for one in resolutions():
        assert len(one.paragraphs) == len(one.force)
        assert one.symbol.endswith(f"({one.adopted.year})")
        assert set(one.covers) <= {"ballistic", "space-launch"}


def test_a_ballistic_missile_contravenes_all_and_a_cruise_missile_none():
    for one in citations("PRK", TODAY, classes(short_range=0.98)):
        assert one.probability == pytest.approx(0.98)
    for one in citations("PRK", TODAY, classes(cruise=0.98)):
        assert one.probability == 0.0


def test_a_space_launch_is_covered_since_2009_only():
    covered = {
        one.resolution: one.probability
        for one in citations("PRK", TODAY, classes(space_launch=0.9))
    }
    assert covered["S/RES/1718 (2006)"] == 0.0
    assert covered["S/RES/1874 (2009)"] == pytest.approx(0.9)


def test_only_resolutions_in_force_on_the_day_are_cited():
    assert citations("PRK", dt.date(2006, 7, 5), classes(short_range=0.98)) == ()
    assert len(citations("PRK", dt.date(2006, 10, 14), classes(short_range=0.98))) == 1
    assert citations("JPN", TODAY, classes(short_range=0.98)) == ()


@pytest.mark.parametrize(
    ("shares", "finding"),
    [
        ({"short_range": 0.98}, "would-contravene"),
        ({"quasi_ballistic": 0.6, "short_range": 0.38}, "would-contravene"),
        ({"short_range": 0.6, "cruise": 0.38}, "open"),
        ({}, "open"),
        ({"cruise": 0.98}, "not-covered"),
        ({"aircraft": 0.97, "short_range": 0.01}, "not-covered"),
    ],
)
def test_no_finding_before_the_type_is_known(shares, finding):
    judged = assess(family(**shares), launch_statement(), 1.0, "PRK")
    assert judged.finding == finding
    assert judged.probability <= judged.at_most <= 1.0


def test_what_may_have_risen_elsewhere_is_no_finding():
    judged = assess(family(short_range=0.98), launch_statement(), 0.5, "PRK")
    assert judged.finding == "open"
    assert judged.probability == pytest.approx(0.49)


def test_a_launch_in_the_northwest_is_north_koreas_and_one_in_tokyo_is_not():
    zones = Zones.built_in()
    assert from_states(zones, launch_statement(40.2, 125.2)) == {"PRK": pytest.approx(1.0)}
    assert from_states(zones, launch_statement(35.7, 139.7)) == {}


def test_on_the_border_the_place_is_shared_out():
    # Sinuiju lies on the Yalu, Dandong on its other bank: an ellipse of 3 by 2 km holds both.
    share = from_states(Zones.built_in(), launch_statement(40.11, 124.39))["PRK"]
    assert 0.1 < share < 0.99


def test_claim_sets_are_not_counted_twice():
    zones = EverywhereAt(land("PRK-land", 0.6), land("PRK-land", 0.8, claims="treaty"))
    assert from_states(zones, launch_statement()) == {"PRK": pytest.approx(0.8)}


def test_the_spread_of_places_is_that_of_the_ellipse():
    seen = {}

    class Taking:
        def probabilities(self, latitude_deg, longitude_deg):
            seen["north"] = (latitude_deg - 40.2) * 111_195.0
            seen["east"] = (longitude_deg - 125.2) * 111_195.0 * np.cos(np.radians(40.2))
            return ()

    from_states(Taking(), launch_statement(40.2, 125.2))  # 3 by 2 km, the long way east
    # 200 points stand for a normal distribution to some per cent.
    assert np.std(seen["east"]) == pytest.approx(3000.0 / 2.448, rel=0.03)
    assert np.std(seen["north"]) == pytest.approx(2000.0 / 2.448, rel=0.03)


def test_only_a_change_is_said_anew_and_only_of_the_first_body():
    judge = Resolutions(EverywhereAt(land("PRK-land", 1.0)))
    launch = launch_statement()
    assert [one.finding for one in judge.judge(family(), launch)] == ["open"]
    assert judge.judge(family(), launch) == ()
    assert judge.judge(family(short_range=0.03), launch) == ()
    (sure,) = judge.judge(family(short_range=0.98), launch)
    assert sure.finding == "would-contravene"
    assert judge.judge(family("T0002", cruise=0.98), launch) == ()
