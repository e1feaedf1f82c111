"""When a launch is declared, revised and withdrawn."""

from itertools import pairwise

import msgspec
import numpy as np
import pytest

from launchwatch.assessment import origins
from launchwatch.assessment.launches import Launches
from launchwatch.assessment.settings import Settings
from launchwatch.flight.motion import COAST, propagate
from launchwatch.messages.plot import RadarPlot
from launchwatch.messages.sensor import Radar
from launchwatch.messages.track import PhaseProbabilities
from launchwatch.timescale import SECOND, Instant

from .making import COASTING, EPOCH, coasting_update, state_at, update_of

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
    assert Launches(Settings()).take(rising(plots=3)) is None


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
    state = state_at(38.7, 126.3, 15e3, 550.0, 0.0, 700.0)
    elsewhere = update_of(state, (500.0, 50.0), {"boost": 1.0}, extras=MOTOR)
    other = launches.take(msgspec.structs.replace(elsewhere, track_id="T0002"))
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


def plot_of(sensor, scan):
    return RadarPlot(
        sensor=sensor,
        time=EPOCH,
        received=EPOCH,
        mode="simulation",
        scan=scan,
        range_m=1.0,
        azimuth_deg=0.0,
        elevation_deg=0.0,
        source="",
        line=0,
    )


def flown(seconds, thrust=0.0):
    """Give a coasting state, some seconds after the one that `coasting_update` makes."""
    state = np.r_[state_at(40.1, 126.0, 60e3, 1750.0, -150.0, 1480.0), np.log(5000.0), 0.0, 0.0]
    state = propagate(COAST, state[None], seconds)[0]
    state[3:6] *= 1.0 + thrust / np.linalg.norm(state[3:6])
    return state[:6]


def coasting(seconds, track_id, *, ahead=0.0, kick=0.0, first=None, sensors=("radar",)):
    """Give a track that follows, or flies ahead of, the body of `flown`."""
    update = update_of(
        flown(seconds + ahead, kick), (200.0, 5.0), {"coast": 1.0}, extras=COASTING, seconds=seconds
    )
    begun = EPOCH if first is None else Instant(EPOCH + round(first * SECOND))
    return msgspec.structs.replace(update, track_id=track_id, first_plot=begun, sensors=sensors)


def declared(launches, track_id="T0001", **more):
    """Have a launch declared from a coasting track, over ten seconds."""
    said = [launches.take(coasting(float(s), track_id, **more), None) for s in range(10)]
    return next(one for one in said if one is not None)


def test_two_tracks_of_one_body_are_one_launch_and_it_says_why():
    launches = Launches(Settings())
    first = declared(launches)
    joined = launches.take(coasting(12.0, "T0002", first=6.0, sensors=("other",)))
    assert (joined.launch_id, joined.revision) == (first.launch_id, first.revision + 1)
    assert set(joined.track_ids) == {"T0001", "T0002"}
    assert joined.reason == "track T0002 follows the same body as track T0001"
    assert launches.body_of("T0001") == launches.body_of("T0002") == "whole"


def test_two_bodies_that_one_sensor_saw_in_one_scan_are_never_taken_for_one():
    launches = Launches(Settings(ballistic_after_s=0.0))
    one, other = coasting(0.0, "T0001"), coasting(0.0, "T0002")
    first = launches.take(one, plot_of("radar", 7))
    second = launches.take(other, plot_of("radar", 7))
    assert first is not None
    assert second is None or second.reason.startswith("track T0002 parted")


def test_a_second_launch_three_seconds_behind_is_a_second_launch():
    launches = Launches(Settings())
    first = declared(launches)
    said = [launches.take(coasting(float(s), "T0002", ahead=-3.0)) for s in range(10, 20)]
    second = next(one for one in said if one is not None)
    assert second.launch_id != first.launch_id
    assert second.track_ids == ("T0002",)


def test_what_parts_from_a_launchs_body_is_a_piece_of_it():
    launches = Launches(Settings())
    first = declared(launches)
    for second in range(10, 30):
        launches.take(coasting(float(second), "T0001"))
    # Born at 20 s where the body is then, 10 m/s slower, and seen apart from it.
    parted = flown(20.0, -10.0)
    state = propagate(COAST, np.r_[parted, np.log(5000.0), 0.0, 0.0][None], 8.0)[0][:6]
    update = update_of(state, (100.0, 3.0), {"coast": 1.0}, extras=COASTING, seconds=28.0)
    begun = Instant(EPOCH + 22 * SECOND)
    piece = msgspec.structs.replace(update, track_id="T0002", first_plot=begun)
    seen = msgspec.structs.replace(coasting(30.0, "T0001"), plots=41)
    launches.take(seen, plot_of("radar", 30))
    joined = launches.take(piece, plot_of("radar", 30))
    assert joined.launch_id == first.launch_id
    assert joined.reason.startswith("track T0002 parted from track T0001 at 01:02:")
    assert {launches.body_of(name) for name in joined.track_ids} == {"whole", "piece 1"}


def test_a_sensor_whose_clock_is_off_makes_no_second_launch():
    far = Radar(
        id="radar", owner="ZZZ", latitude_deg=38.0, longitude_deg=127.0, height_m=0.0,
        range_sigma_m=30.0, azimuth_sigma_deg=0.1, elevation_sigma_deg=0.1, scan_period_s=1.0,
        minimum_elevation_deg=2.0, maximum_range_m=2e6,
    )  # fmt: skip
    sensors = {"radar": far, "other": msgspec.structs.replace(far, id="other")}
    launches = Launches(Settings(), sensors)
    first = declared(launches)
    joined = launches.take(coasting(12.0, "T0002", ahead=4.0, first=11.0, sensors=("other",)))
    assert joined.launch_id == first.launch_id
    assert "by a clock +4.0 s off" in joined.reason


def test_a_launch_that_nothing_can_trace_is_declared_all_the_same(monkeypatch):
    monkeypatch.setattr(origins, "from_coast", lambda _: None)
    launches = Launches(Settings())
    assert declared(launches).position_ellipse_95.semi_major_m > 100e3


@pytest.mark.parametrize("number", [np.nan, np.inf, 0.0])
def test_a_track_whose_covariance_was_lost_is_not_judged_and_stops_nothing(number):
    launches = Launches(Settings())
    sound = coasting_update()
    lost = msgspec.structs.replace(sound, covariance_ecef=(number,) * 21)
    assert launches.take(lost) is None
    assert not launches.is_due(lost)
    assert launches.is_due(sound)
