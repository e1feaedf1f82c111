"""Boosters that nobody saw part."""

import numpy as np

from launchwatch.assessment import boosters
from launchwatch.assessment.fallareas import FallAreas
from launchwatch.assessment.settings import Settings
from launchwatch.earth.geodesic import inverse

from .making import coasting_update, launch_statement
from .test_fallareas import OneSea


def areas():
    drawing = FallAreas(OneSea(), Settings())
    update = coasting_update()
    return drawing, update, drawing.judge(update, launch_statement()).area


def test_a_booster_falls_behind_what_it_carried():
    drawing, update, whole = areas()
    booster = drawing.judge_booster(update, launch_statement())
    assert booster.body == "booster"
    # Eastbound: a light body loses way in the air.
    assert booster.longitude_deg < whole.longitude_deg
    assert booster.region_area_m2 > whole.region_area_m2
    assert booster.fall_time > whole.fall_time


def test_its_zones_count_that_there_may_be_none():
    drawing, update, whole = areas()
    booster = drawing.judge_booster(update, launch_statement())
    assert booster.probability == boosters.probability(whole.apogee_m)
    assert np.isclose(sum(zone.probability for zone in booster.zones), booster.probability)


def test_it_is_said_again_after_its_interval_with_the_next_revision():
    drawing, update, _ = areas()
    assert drawing.judge_booster(update, launch_statement()).revision == 1
    assert drawing.judge_booster(update, launch_statement()) is None
    later = coasting_update(seconds=11.0)
    assert drawing.judge_booster(later, launch_statement()).revision == 2


def test_the_whole_bodys_revisions_are_its_own():
    drawing, update, _ = areas()
    drawing.judge_booster(update, launch_statement())
    again = drawing.judge(coasting_update(seconds=2.0), launch_statement()).area
    assert (again.body, again.revision) == ("whole", 2)


def test_what_climbs_high_has_probably_left_one_behind():
    assert boosters.probability(50e3) < 0.3
    assert boosters.probability(1000e3) > 0.9


def test_a_booster_has_no_lift_and_no_motor():
    drawing, update, _ = areas()
    low = drawing.judge_booster(update, launch_statement())
    place, other = low.latitude_deg, low.longitude_deg
    distance, _, _ = inverse(*np.radians([place, other, place, other]))
    assert distance == 0.0
    assert low.status == "tracked"


def test_it_waits_for_a_plot_at_which_nothing_else_is_drawn_but_not_for_ever():
    drawing, update, _ = areas()
    assert drawing.judge_booster(update, launch_statement(), can_wait=True) is None
    patience = 2.0 * Settings().fallarea_interval_s
    soon = coasting_update(seconds=0.6 * patience)
    assert drawing.judge_booster(soon, launch_statement(), can_wait=True) is None
    late = coasting_update(seconds=patience + 0.1)
    assert drawing.judge_booster(late, launch_statement(), can_wait=True) is not None
    assert drawing.judge_booster(coasting_update(seconds=3.0), launch_statement()) is None


def test_a_plot_without_another_area_brings_it_at_once():
    drawing, update, _ = areas()
    assert drawing.judge_booster(update, launch_statement()) is not None
