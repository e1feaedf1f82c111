"""Partners' tracks: which of ours they are, what ours gain, and what nobody gains twice."""

import msgspec
import numpy as np
import pytest

from launchwatch.timescale import SECOND, Instant

from .partnering import covariance_of, partner, state_of, told, tracks_of, word_at
from .watching import (
    HIGH,
    NOON,
    Watch,
    at_place,
    coasting,
    end_of_scan,
    in_order,
    plots_of,
    radar,
)

RADAR = radar()
THEIRS = radar("theirs", latitude_deg=40.4, longitude_deg=140.2, owner="JPN")
PARTNER = partner()
COURSE = coasting(HIGH)


def standings(watch: Watch) -> list[str]:
    return [one.standing for one in watch.standings]


def volume(update: object) -> float:
    """Give ln of the determinant of a track's covariance: how little is known."""
    return float(np.linalg.slogdet(covariance_of(update))[1])


def test_a_word_that_no_track_is_near_begins_one_and_is_confirmed_as_ours_are() -> None:
    watch = Watch(RADAR, PARTNER)
    said = watch.take(word_at(COURSE, float(t)) for t in range(6))
    assert {one.track_id for one in said} == {"T0001"}
    assert [one.status for one in said] == ["tentative"] * 3 + ["confirmed"] * 3
    assert said[-1].sensors == ("jp-c2",)
    assert standings(watch) == ["alone"]


@pytest.mark.parametrize("status", ["tentative", "coasting"])
def test_what_the_partner_does_not_see_itself_begins_nothing(status: str) -> None:
    watch = Watch(RADAR, PARTNER)
    assert watch.take(word_at(COURSE, float(t), status=status) for t in range(6)) == []
    assert standings(watch) == ["waiting"]


def test_two_radars_of_two_nations_make_one_track_that_is_better_than_either() -> None:
    chance = np.random.default_rng(1)
    ours = plots_of(RADAR, COURSE, np.arange(40) + 0.3, chance)
    theirs = tracks_of(plots_of(THEIRS, COURSE, np.arange(40) + 0.6, chance), THEIRS)
    alone, both = Watch(RADAR), Watch(RADAR, PARTNER)
    alone.take(ours)
    both.take(in_order([*ours, *theirs]))
    assert both.names() == ["T0001"]
    assert both.said[-1].sensors == ("jp-c2", "radar")
    assert standings(both)[-1] == "joined"
    # Half a nat or so less than either: they look from two sides.
    assert volume(both.said[-1]) < min(volume(alone.said[-1]), volume(theirs[-1])) - 0.3
    error = state_of(both.said[-1]) - COURSE((both.said[-1].time - NOON) / SECOND)
    assert error @ np.linalg.solve(covariance_of(both.said[-1]), error) < 22.5


def test_our_own_track_that_comes_back_round_adds_nothing() -> None:
    """By way of a partner that says not whose plots it rests on."""
    chance = np.random.default_rng(2)
    alone, echoed = Watch(RADAR, PARTNER), Watch(RADAR, PARTNER)
    for plot in plots_of(RADAR, COURSE, np.arange(60) + 0.3, chance):
        (own,) = alone.take([plot]) or [None]
        echoed.take([plot])
        if own is not None and own.status == "confirmed":
            back = echoed.said[-1]
            echoed.take([msgspec.structs.replace(told(back), sensors=())])
    assert volume(echoed.said[-1]) > volume(alone.said[-1]) - 1e-3
    np.testing.assert_allclose(state_of(echoed.said[-1]), state_of(alone.said[-1]), atol=1.0)


def test_what_rests_on_our_sensors_alone_is_an_echo_and_keeps_nothing_alive() -> None:
    watch = Watch(RADAR, PARTNER)
    watch.take(plots_of(RADAR, COURSE, np.arange(20) + 0.3, np.random.default_rng(3)))
    last = watch.said[-1]
    for second in range(20, 90):
        watch.take([word_at(COURSE, float(second), sensors=("radar",))])
        watch.tick(second, second + 1)
    assert standings(watch) == ["echo"]
    assert watch.said[-1].status == "dropped"
    assert watch.said[-1].plots == last.plots


def test_the_same_word_again_and_again_adds_nothing() -> None:
    chance = np.random.default_rng(4)
    watch = Watch(RADAR, PARTNER)
    watch.take(plots_of(RADAR, COURSE, np.arange(30) + 0.3, chance))
    word = word_at(COURSE, 29.5, sigmas=(60.0, 5.0))
    first = watch.take([word])[-1]
    for _ in range(20):
        again = watch.take([word])[-1]
    # The weight is found to 1e-9, and twenty times so.
    assert volume(again) == pytest.approx(volume(first), abs=1e-4)


def test_late_words_lead_to_the_same_track_as_words_in_order() -> None:
    chance = np.random.default_rng(5)
    ours = plots_of(RADAR, COURSE, np.arange(30) + 0.3, chance)
    theirs = tracks_of(plots_of(THEIRS, COURSE, np.arange(30) + 0.6, chance), THEIRS)
    late = [
        msgspec.structs.replace(one, received=Instant(one.received + delay))
        for one, delay in zip(
            theirs, (chance.uniform(0.0, 9.0, len(theirs)) * SECOND).astype(int), strict=True
        )
    ]
    late[:8] = theirs[:8]  # what was begun in order goes on so
    ends = []
    for words in (theirs, late):
        watch = Watch(RADAR, PARTNER)
        watch.take(in_order([*ours, *words]))
        ends.append(watch.said[-1])
    assert ends[0].time == ends[1].time
    np.testing.assert_allclose(state_of(ends[1]), state_of(ends[0]), rtol=1e-12)
    np.testing.assert_allclose(covariance_of(ends[1]), covariance_of(ends[0]), rtol=1e-9)


def test_a_partner_goes_on_where_our_radar_no_longer_sees() -> None:
    """The radar stops; the track stays ours, by name, and the radar finds it again."""
    chance = np.random.default_rng(6)
    course = coasting(at_place(40.0, 127.0, 100e3, (1500.0, -300.0, 1500.0)))
    ours = plots_of(RADAR, course, [*np.arange(20) + 0.3, *np.arange(120, 130) + 0.3], chance)
    theirs = tracks_of(plots_of(THEIRS, course, np.arange(130) + 0.6, chance), THEIRS)
    watch = Watch(RADAR, PARTNER)
    for one in in_order([*ours, *theirs]):
        watch.take([one])
        seconds = (one.received - NOON) / SECOND
        watch.tick(seconds, seconds + 1)
    assert watch.names() == ["T0001"]
    assert watch.names("dropped") == []
    assert watch.said[-1].plots > 30 + 100


def test_where_our_radar_looks_and_sees_nothing_a_word_alone_is_doubted() -> None:
    watch = Watch(RADAR, PARTNER)
    for second in range(20):
        watch.take([word_at(COURSE, second + 0.5), end_of_scan(RADAR, second)])
        watch.take([end_of_scan(radar("radar"), second)])
    assert watch.names("confirmed") == []
    assert "doubted" in standings(watch)


def test_two_of_ours_that_a_word_could_be_let_it_wait_and_the_clear_one_takes_it() -> None:
    chance = np.random.default_rng(7)
    other = coasting(HIGH + np.r_[0.0, 0.0, 400.0, 0.0, 0.0, 12.0])
    plots = [
        *plots_of(RADAR, COURSE, np.arange(60) + 0.3, chance),
        *plots_of(RADAR, other, np.arange(60) + 0.4, chance),
    ]
    words = [word_at(other, t + 0.5, sigmas=(300.0, 30.0)) for t in range(10, 60)]
    watch = Watch(RADAR, PARTNER)
    watch.take(in_order([*plots, *words]))
    assert standings(watch)[0] == "waiting"
    assert standings(watch)[-1] == "joined"
    last = {one.track_id: one for one in watch.said}[watch.standings[-1].track_id]
    assert np.linalg.norm(state_of(last)[:3] - other((last.time - NOON) / SECOND)[:3]) < 400.0
    assert len({one.track_id for one in watch.standings if one.track_id}) == 1


def test_two_tracks_of_one_partner_never_go_with_one_of_ours() -> None:
    watch = Watch(RADAR, PARTNER)
    watch.take(plots_of(RADAR, COURSE, np.arange(20) + 0.3, np.random.default_rng(8)))
    for second in range(20, 30):
        watch.take(word_at(COURSE, second + 0.5, partner_track=name) for name in ("P1", "P2"))
    mine = {one.partner_track: one.track_id for one in watch.standings if one.track_id}
    assert len(set(mine.values())) == 2


def test_a_partner_that_goes_another_way_is_in_conflict_then_on_its_own() -> None:
    chance = np.random.default_rng(9)
    apart = coasting(HIGH + np.r_[3e3, 0.0, 0.0, 0.0, 0.0, 0.0])
    watch = Watch(radar(detection_probability=0.5), PARTNER)
    watch.take(plots_of(RADAR, COURSE, np.arange(60) + 0.3, chance)[:10])
    plots = plots_of(RADAR, COURSE, np.arange(10, 60) + 0.3, chance)
    words = [word_at(COURSE if t < 20 else apart, t + 0.5) for t in range(10, 60)]
    watch.take(in_order([*plots, *words]))
    assert standings(watch)[:2] == ["joined", "conflict"]
    assert watch.standings[1].track_id == "T0001"
    assert watch.standings[2].track_id == "T0002"
    ours = [one for one in watch.said if one.track_id == "T0001"][-1]
    error = state_of(ours)[:3] - COURSE((ours.time - NOON) / SECOND)[:3]
    assert np.linalg.norm(error) < 200.0


def test_a_partner_that_falls_silent_ends_and_its_track_is_dropped() -> None:
    watch = Watch(RADAR, PARTNER)
    for second in range(10):
        watch.take([word_at(COURSE, second + 0.5)])
        watch.tick(second, second + 1)
    watch.tick(10, 80)
    assert standings(watch) == ["alone", "ended"]
    assert [one.status for one in watch.said][-1] == "dropped"


def test_a_watch_may_have_partners_and_no_sensors() -> None:
    watch = Watch(PARTNER, partner("us-c2", owner="USA"))
    for second in range(10):
        watch.take([word_at(COURSE, second + 0.5)])
        watch.take([word_at(COURSE, second + 0.7, sensor="us-c2", partner_track="X")])
        watch.tick(second, second + 1)
    assert watch.names() == ["T0001"]
    assert watch.said[-1].sensors == ("jp-c2", "us-c2")


def test_biases_are_learnt_from_our_plots_as_if_there_were_no_words() -> None:
    chance = np.random.default_rng(10)
    biased = radar("biased", latitude_deg=36.0, bias_sigma_m=100.0)
    known = radar(bias_sigma_m=1.0)
    plots = in_order([
        *plots_of(known, COURSE, np.arange(40) + 0.3, chance),
        *plots_of(biased, COURSE, np.arange(40) + 0.6, chance),
    ])  # fmt: skip
    sigmas = []
    for words in ([], [word_at(COURSE, t + 0.1, sigmas=(20.0, 1.0)) for t in range(3, 40)]):
        watch = Watch(known, biased, PARTNER)
        watch.take(in_order([*plots, *words]))
        biases = watch.tracker.biases(Instant(NOON + 40 * SECOND), "simulation")
        sigmas.append(next(one.range_sigma_m for one in biases if one.sensor == "biased"))
    assert sigmas[0] < 20.0
    assert sigmas[1] == pytest.approx(sigmas[0], rel=1e-6)
