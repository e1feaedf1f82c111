"""The front desk: what follows from a track update, and what is kept of a track."""

import gc
import sys

import msgspec
import numpy as np

from launchwatch.assessment.assessor import Assessor
from launchwatch.assessment.settings import Settings
from launchwatch.messages.assessment import FamilyAssessment
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import LaunchStatement

from .making import COASTING, update_of
from .test_launches import rising


class Nowhere:
    """Counts no zones."""

    def otherwise(self, _latitude_deg, _longitude_deg):
        return ()

    def probabilities(self, _latitude_deg, _longitude_deg):
        """Give none."""
        return ()

    def at(self, _latitude_deg, _longitude_deg):
        """Give none."""
        return ()


def reachable(thing):
    """Give the bytes of a thing and all that it alone refers to."""
    seen, todo, total = set(), [thing], 0
    while todo:
        one = todo.pop()
        if id(one) in seen or isinstance(one, type):
            continue
        seen.add(id(one))
        total += sys.getsizeof(one)
        todo += gc.get_referents(one)
    return total


def test_a_rising_track_is_a_launch_with_a_fall_area_and_a_class():
    said = Assessor(Nowhere(), Settings()).take(rising())
    assert [type(one) for one in said] == [LaunchStatement, FallArea, FamilyAssessment]


def test_of_a_dropped_track_only_that_it_is_lost_is_said():
    assessor = Assessor(Nowhere(), Settings())
    assessor.take(rising())
    (area,) = assessor.take(rising(seconds=5.0, status="dropped"))
    assert isinstance(area, FallArea)
    assert area.status == "lost"
    assert assessor.take(rising(seconds=6.0, status="dropped")) == []


def test_a_launch_that_certainly_cruises_now_is_judged_without_harm():
    assessor = Assessor(Nowhere(), Settings())
    assessor.take(rising())
    update = rising(seconds=5.0)
    # The far tail of a likelihood is nought: all of the probability in one model.
    cruising = tuple(
        msgspec.structs.replace(one, probability=float(one.model == "cruise"))
        for one in update.hypotheses
    )
    said = assessor.take(msgspec.structs.replace(update, hypotheses=cruising))
    assert any(isinstance(one, FallArea) for one in said)


def test_a_hundred_tracks_that_came_and_went_leave_nothing_behind():
    assessor = Assessor(Nowhere(), Settings(samples=100))

    def watch(number):
        for status in ("confirmed", "dropped"):
            update = rising(seconds=float(number), status=status)
            assessor.take(msgspec.structs.replace(update, track_id=f"T{number:04}"))

    watch(1)
    before = reachable(assessor)
    for number in range(2, 102):
        watch(number)
    # The names of the launches stay, a hundred bytes each, so that none is given twice; and the
    # outline of what was lost last, some hundreds of points.
    assert reachable(assessor) - before < 100 * 200 + 30_000


def test_what_rises_into_an_orbit_is_told_as_a_space_launch_without_a_fall_area():
    assessor = Assessor(Nowhere(), Settings())
    assessor.take(rising())
    radius = 6_378_137.0 + 500e3
    speed = np.sqrt(3.986004418e14 / radius) - 7.292115e-5 * radius
    state = np.array([radius, 0.0, 0.0, 0.0, speed, 0.0])
    orbiting = update_of(state, (20.0, 1.0), {"coast": 1.0}, extras=COASTING, seconds=600.0)
    said = [one for one in assessor.take(orbiting) if not isinstance(one, LaunchStatement)]
    assert [type(one) for one in said] == [FamilyAssessment]
    assert said[0].classes.space_launch > 0.9
