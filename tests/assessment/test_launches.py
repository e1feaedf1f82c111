"""When a launch is declared, revised and withdrawn."""

from itertools import pairwise

import msgspec
import numpy as np

from launchwatch.assessment.launches import Launches
from launchwatch.assessment.settings import Settings
from launchwatch.messages.track import PhaseProbabilities
from launchwatch.timescale import SECOND

from .making import coasting_update, state_at, update_of

MOTOR = {"boost": ((np.log(35.0), np.log(0.012), 0.0), (0.2, 0.3, 1.0))}


def rising(seconds=0.0, **more):
    state = state_at(40.2, 125.3, 15e3 + 800.0 * seconds, 550.0, 0.0, 700.0 + 20.0 * seconds)
    return update_of(state, (500.0, 50.0), {"boost": 1.0}, extras=MOTOR, seconds=seconds, **more)


def test_a_climbing_motor_is_declared_at_once():
    statement = Launches(Settings()).take(rising())
    assert statement is not None
    assert (statement.launch_id, statement.revision) == ("L20251107-010200", 1)
    assert not statement.cancelled
    assert statement.probability > 0.95


def test_a_tentative_track_declares_nothing():
    assert Launches(Settings()).take(rising(status="tentative")) is None


def test_few_plots_declare_nothing():
    assert Launches(Settings()).take(rising(plots=5)) is None


def test_a_coasting_body_is_declared_only_after_it_was_probable_for_a_while():
    launches = Launches(Settings(ballistic_after_s=3.0))
    said = [launches.take(coasting_update(seconds=float(s))) for s in range(6)]
    first = next(index for index, one in enumerate(said) if one is not None)
    assert first == 3


def test_the_same_track_keeps_one_launch():
    launches = Launches(Settings())
    said = [launches.take(rising(seconds=float(s))) for s in range(8)]
    named = {one.launch_id for one in said if one is not None}
    assert named == {"L20251107-010200"}
    revisions = [one.revision for one in said if one is not None]
    assert revisions == list(range(1, len(revisions) + 1))


def test_what_turns_out_to_cruise_is_withdrawn():
    launches = Launches(Settings())
    assert launches.take(rising()) is not None
    cruising = msgspec.structs.replace(
        rising(seconds=5.0), phase=PhaseProbabilities(cruise=0.95, boost=0.05)
    )
    withdrawn = launches.take(cruising)
    assert withdrawn is not None
    assert withdrawn.cancelled
    assert withdrawn.revision == 2
    assert launches.of_track("T0001") is None


def test_a_withdrawn_launch_is_declared_again_under_its_name_if_its_track_climbs_after_all():
    launches = Launches(Settings())
    first = launches.take(rising())
    launches.take(
        msgspec.structs.replace(
            rising(seconds=5.0), phase=PhaseProbabilities(cruise=0.95, boost=0.05)
        )
    )
    again = launches.take(rising(seconds=10.0))
    assert (again.launch_id, again.revision, again.cancelled) == (first.launch_id, 3, False)
    assert launches.of_track("T0001") == again


def test_a_withdrawn_launch_stays_so_while_its_track_cruises():
    launches = Launches(Settings())
    launches.take(rising())
    said = [
        launches.take(
            msgspec.structs.replace(rising(seconds=s), phase=PhaseProbabilities(cruise=1.0))
        )
        for s in (5.0, 10.0, 15.0)
    ]
    assert [one is not None and one.cancelled for one in said] == [True, False, False]


def test_after_burnout_the_probability_does_not_sink():
    launches = Launches(Settings())
    first = launches.take(rising())
    later = msgspec.structs.replace(
        coasting_update(seconds=30.0), phase=PhaseProbabilities(coast=0.6, manoeuvre=0.4)
    )
    said = launches.take(later)
    assert said is None or said.probability >= first.probability - 0.01


def test_statements_are_no_more_frequent_than_asked():
    launches = Launches(Settings(launch_interval_s=2.0))
    times = []
    for step in range(60):
        # Each look is surer of where the motor is, so that there is something new to say.
        sigma = 3000.0 * 0.9**step
        state = state_at(40.2, 125.3, 15e3 + 200.0 * step, 550.0, 0.0, 700.0)
        update = update_of(
            state, (sigma, sigma / 10.0), {"boost": 1.0}, extras=MOTOR, seconds=0.25 * step
        )
        if launches.take(update) is not None:
            times.append(update.known)
    assert len(times) >= 2
    assert all(b - a >= 2 * SECOND for a, b in pairwise(times))


def test_two_launches_declared_in_one_second_have_two_names():
    launches = Launches(Settings())
    one = launches.take(rising())
    other = launches.take(msgspec.structs.replace(rising(), track_id="T0002"))
    assert (one.launch_id, other.launch_id) == ("L20251107-010200", "L20251107-010200-2")


def test_what_was_surely_fast_is_not_taken_back_when_it_glides():
    launches = Launches(Settings())
    launches.take(rising())
    launches.take(coasting_update(seconds=2.0))
    gliding = msgspec.structs.replace(
        coasting_update(seconds=60.0), phase=PhaseProbabilities(cruise=0.95, reentry=0.05)
    )
    launches.take(gliding)
    assert launches.of_track("T0001") is not None
