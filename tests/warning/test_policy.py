"""Stories about deciding: who is told, when again, and when it is over."""

import random
from itertools import pairwise

import msgspec
import pytest

from launchwatch.errors import SettingsError
from launchwatch.messages.packet import Decision
from launchwatch.timescale import instant_after, instant_from_utc, seconds_between
from launchwatch.warning.settings import Settings
from launchwatch.warning.wording import REASONS


def at(seconds):
    return instant_after(instant_from_utc("2025-11-07T01:17:31Z"), seconds)


def test_partners_are_told_of_a_probable_launch_before_any_fall_area(story):
    assert story.launch(15, probability=0.6) == ()
    (warning,) = story.launch(18, probability=0.95)
    assert (warning.severity, warning.action, warning.region) == ("notice", "alert", ())
    assert warning.reasons == ("launch-probable 0.950",)
    assert warning.fall_time is None


def test_a_shrinking_region_far_from_land_gives_notices_only(story):
    story.launch(18)
    story.fly(30, 470, half=lambda second: 3.0 * 0.99 ** (second - 30))
    story.ticks(470, 560)
    assert story.actions("public") == []
    actions = story.actions("notice")
    assert actions[0] == "alert"
    assert actions[-1] == "all-clear"
    assert set(actions[1:-1]) == {"update"}
    assert [w.revision for w in story.said] == list(range(1, len(story.said) + 1))


def test_people_are_warned_when_a_fall_on_their_land_is_possible(story):
    story.launch(18)
    zones = {"JPN-EEZ": 0.9, "JPN-land": 0.02, "JPN-territorial-sea": 0.01}
    story.fly(30, 40, zones=zones)
    public = [w for w in story.said if w.severity == "public"]
    assert public[0].action == "alert"
    assert public[0].reasons[0] == "protected JPN 0.0300 0.0100"
    assert seconds_between(story.said[0].time, public[0].time) < 15


def test_people_elsewhere_are_not_warned_by_default(story):
    story.launch(18)
    story.fly(30, 60, zones={"RUS-land": 0.9})
    assert story.actions("public") == []


def test_one_poor_fall_area_starts_no_public_warning(story):
    story.launch(18)
    story.area(30, zones={"JPN-land": 0.03})
    story.area(31, zones={"JPN-land": 0.004})
    story.fly(32, 60, zones={"JPN-land": 0.004})
    assert story.actions("public") == []


def test_a_clear_danger_does_not_wait_for_a_second_opinion(story):
    story.launch(18)
    said = story.area(30, zones={"JPN-land": 0.4})
    assert [w.severity for w in said if w.action == "alert"] == ["public"]


def test_while_the_motor_burns_a_vague_danger_waits_for_a_better_fall_area(story):
    story.launch(40)
    story.fly(50, 90, sigma=400.0, zones={"JPN-land": 0.04, "KOR-land": 0.07})
    story.fly(90, 120, sigma=10.0, zones={"KOR-EEZ": 1.0})
    assert story.actions("public") == []


def test_a_vague_danger_that_stays_is_told_after_a_minute(story):
    story.launch(40)
    story.fly(50, 115, sigma=400.0, zones={"JPN-land": 0.04})
    first = next(w for w in story.said if w.severity == "public")
    assert 60.0 <= seconds_between(at(50), first.time) <= 61.0


def test_a_vague_danger_is_told_at_once_when_time_is_short(story):
    story.launch(40)
    story.fly(50, 54, fall=220.0, sigma=100.0, zones={"KOR-land": 0.04})
    assert story.actions("public") == ["alert"]


def test_a_track_lost_while_the_danger_is_vague_starts_no_sirens(story):
    story.launch(40)
    story.fly(50, 80, sigma=400.0, zones={"JPN-land": 0.04})
    story.track(81, status="dropped", last_plot=79)
    story.ticks(82, 300)
    assert story.actions("public") == []
    assert story.actions("notice")[-1] == "update"


def test_no_hazard_outlasts_the_longest_flight(story):
    story.launch(40)
    story.fly(50, 80, sigma=4000.0)
    story.track(81, status="dropped", last_plot=79)
    story.ticks(82, 3700)
    assert story.said[-1].action == "all-clear"
    assert seconds_between(at(3600), story.said[-1].time) <= 1.0


def test_a_region_that_jitters_within_its_margin_is_no_news(story):
    story.launch(18)
    dice = random.Random(2)
    for second in range(30, 130):
        story.track(second)
        where = (133.4 + dice.uniform(-0.015, 0.015), 40.1 + dice.uniform(-0.015, 0.015))
        story.area(second, half=dice.uniform(0.01, 0.02), where=where)
        story.tick(second)
    changed = [w for w in story.said if w.reasons[0].startswith("region-")]
    assert [w.reasons[0] for w in changed] == ["region-known"]


def test_what_follows_a_track_beyond_its_own_fall_changes_nothing(story):
    story.launch(18)
    story.fly(30, 470, sigma=0.5)
    before = story.said[-1].zones
    for second in range(472, 480):
        story.area(second, fall=second + 1.0, sigma=0.5, zones={"high-seas": 0.2})
        story.tick(second)
    story.ticks(480, 500)
    assert story.said[-1].action == "all-clear"
    assert story.said[-1].zones == before


def test_a_probability_that_dances_round_the_threshold_does_not_flap(story):
    story.launch(18)
    dice = random.Random(1)
    for second in range(30, 400):
        story.track(second)
        story.area(second, half=0.2, zones={"JPN-land": dice.choice((0.004, 0.006, 0.012, 0.03))})
        story.tick(second)
    actions = story.actions("public")
    assert actions.count("alert") == 1
    assert "all-clear" not in actions
    assert "cancel" not in actions


def test_a_public_warning_ends_early_only_after_the_danger_has_stayed_away(story):
    story.launch(18)
    story.fly(30, 40, zones={"JPN-land": 0.2})
    story.fly(40, 54, zones={"JPN-land": 0.0001})
    assert "all-clear" not in story.actions("public")
    story.fly(54, 60, zones={"JPN-land": 0.0001})
    assert story.actions("public")[-1] == "all-clear"
    ended = next(w for w in story.said if w.action == "all-clear")
    assert ended.reasons[0].startswith("protected-no-longer")
    story.fly(60, 62, zones={"JPN-land": 0.5})
    again = [w for w in story.said if w.severity == "public"][-1]
    assert (again.action, again.warning_id, again.revision) == ("alert", "L1-public-2", 1)


def test_updates_come_when_something_changed_and_not_with_every_plot(story):
    story.launch(18)
    story.fly(30, 90)
    notices = [w for w in story.said if w.severity == "notice"]
    assert len(notices) <= 5
    gaps = [seconds_between(a.time, b.time) for a, b in pairwise(notices)]
    assert max(gaps) <= 30.0


def test_a_moved_fall_time_is_told_and_a_small_move_is_not(story):
    story.launch(18)
    story.fly(30, 40)
    before = len(story.said)
    story.fly(40, 48, fall=480.0)
    assert len(story.said) == before
    said = story.area(49, fall=500.0, half=0.2)
    assert said[0].reasons[0] == "fall-time-moved +28"


def test_a_moved_region_is_told(story):
    story.launch(18)
    story.fly(30, 40)
    said = story.area(41, where=(134.0, 40.1), half=0.2)
    assert said[0].reasons[0].startswith("region-moved")


def test_a_region_that_shrank_by_half_is_told(story):
    story.launch(18)
    story.fly(30, 40, half=lambda second: 1.0)
    said = story.area(41, half=0.5)
    assert said[0].reasons[0] == "region-shrunk 0.25"


def test_a_new_leading_zone_is_told_only_with_a_margin(story):
    story.launch(18)
    story.fly(30, 40, zones={"high-seas": 0.51, "JPN-EEZ": 0.49})
    assert story.area(41, half=0.2, zones={"JPN-EEZ": 0.52, "high-seas": 0.48}) == ()
    said = story.area(42, half=0.2, zones={"JPN-EEZ": 0.7, "high-seas": 0.3})
    assert said[0].reasons[0] == "zone-changed JPN-EEZ 0.700"


def test_a_lost_track_is_its_own_news_and_never_passed_or_fell(story):
    story.launch(18)
    story.fly(30, 200)
    said = story.track(200, status="dropped", last_plot=199) + story.tick(201)
    assert said[0].action == "update"
    assert said[0].reasons[0] == "track-lost 2025-11-07T01:20:50Z"
    story.ticks(202, 600)
    last = story.said[-1]
    assert last.action == "all-clear"
    assert last.reasons == ("fall-unobserved", "last-plot 2025-11-07T01:20:50Z")
    assert seconds_between(last.fall_time, last.time) >= 15.0  # three sigma of 5 s
    assert all(r.split(" ")[0] in REASONS for w in story.said for r in w.reasons)
    assert "expected to have fallen" in REASONS["hazard-over"]["en"]
    assert "not observed" in REASONS["hazard-over"]["en"]


def test_silence_alone_makes_a_track_lost(story):
    story.launch(18)
    story.fly(30, 200)
    story.ticks(200, 212)
    lost = [w for w in story.said if w.reasons[0].startswith("track-lost")]
    assert len(lost) == 1
    story.track(212)
    (found,) = story.area(212, half=0.2)
    assert found.reasons[0] == "track-found"


def test_a_track_that_sinks_below_the_horizon_at_the_end_is_no_news(story):
    story.launch(18)
    story.fly(30, 460)
    story.track(462, status="dropped", last_plot=459)
    story.ticks(462, 480)
    assert not any("track-lost" in reason for w in story.said for reason in w.reasons)


def test_a_launch_lost_before_any_fall_area_ends_without_claiming_a_fall(story):
    story.launch(18)
    story.track(30, status="dropped", last_plot=25)
    story.ticks(31, 3700)
    last = story.said[-1]
    assert last.action == "all-clear"
    assert last.reasons[0] == "no-fall-area"


def test_the_all_clear_comes_within_30_s_of_the_hazards_end(story):
    story.launch(18)
    story.fly(30, 470)
    story.ticks(470, 560)
    end = next(w for w in story.said if w.action == "all-clear")
    after = seconds_between(end.fall_time, end.time) - 3 * end.fall_time_sigma_s
    assert 0.0 <= after <= 30.0
    assert end.next_update is None


def test_nothing_is_over_while_the_track_is_still_measured(story):
    story.launch(18)
    story.area(30, fall=100.0)
    for second in range(90, 200):
        story.track(second)
        story.tick(second)
    assert "all-clear" not in story.actions("notice")


def test_after_the_all_clear_nothing_more_is_said(story):
    story.launch(18)
    story.fly(30, 470)
    story.ticks(470, 560)
    said = len(story.said)
    story.area(561, fall=565.0)
    story.ticks(561, 700)
    assert len(story.said) == said


def test_a_cancel_goes_to_exactly_the_series_that_were_told(story):
    story.launch(18)
    story.fly(30, 40, zones={"KOR-land": 0.2})
    cancelled = story.launch(41, cancelled=True, reason="clutter")
    assert [(w.warning_id, w.action) for w in cancelled] == [
        ("L1-notice", "cancel"),
        ("L1-public", "cancel"),
    ]
    assert cancelled[0].reasons == ("launch-withdrawn clutter",)
    story.ticks(42, 700)
    assert story.launch(42, cancelled=True) == ()
    assert story.said[-1].action == "cancel"


def test_a_launch_that_was_never_told_is_not_cancelled(story):
    story.launch(18, probability=0.5)
    assert story.launch(19, probability=0.5, cancelled=True) == ()


def test_an_all_clear_is_still_cancelled_when_the_launch_is_withdrawn(story):
    story.launch(18)
    story.fly(30, 470)
    story.ticks(470, 560)
    (cancelled,) = story.launch(600, cancelled=True)
    assert cancelled.action == "cancel"


def test_a_persons_cancel_ends_the_series_for_good(story):
    story.launch(18)
    story.fly(30, 40, zones={"JPN-land": 0.5})
    order = Decision(
        time=story.said[-1].time, mode="simulation", operator="duty", action="cancel",
        warning_id="L1-public", revision=1, reason="drill by mistake",
    )  # fmt: skip
    (cancelled,) = story.hear(order)
    assert cancelled.reasons == ("cancelled-by-operator drill by mistake",)
    story.fly(40, 60, zones={"JPN-land": 0.5})
    assert story.actions("public")[-1] == "cancel"
    assert story.actions("notice")[-1] == "update"


def test_one_message_that_is_not_live_makes_the_warning_not_live(make_story):
    story = make_story(mode="live")
    story.launch(18)
    assert story.said[-1].mode == "live"
    story.mode = "simulation"
    story.area(30)
    assert story.said[-1].mode == "simulation"


def test_two_bodies_are_warned_together_until_the_last_has_come_down(story):
    story.launch(18)
    story.area(30, fall=300.0, body="booster", where=(127.0, 40.0), half=0.2)
    story.area(41, fall=472.0, body="warhead", half=0.2)
    told = story.said[-1]
    assert len(told.region) == 2
    assert seconds_between(told.time, told.fall_time) == pytest.approx(259.0)
    story.track(400, status="dropped", last_plot=399)
    story.ticks(401, 486)
    assert "all-clear" not in story.actions("notice")


def test_the_same_input_gives_the_same_warnings(make_story):
    told = []
    for _ in range(2):
        story = make_story()
        story.launch(18)
        story.fly(30, 200, zones={"JPN-land": 0.02, "KOR-land": 0.02})
        told.append(msgspec.msgpack.encode(story.said))
    assert told[0] == told[1]


@pytest.mark.parametrize(
    "wrong",
    [
        {"public_probability": 0.0},
        {"public_release_probability": 0.5},
        {"all_clear_margin_s": 31.0},
        {"shortest_interval_s": 30.0},
        {"notice_probability": float("nan")},
        {"sender": "two words"},
        {"protected": ("Japan",)},
        {"languages": ()},
        {"polygon_vertices": 3},
    ],
)
def test_a_setting_that_cannot_be_meant_is_named(wrong):
    with pytest.raises(SettingsError, match=next(iter(wrong))):
        Settings(**wrong)


def test_an_area_that_its_track_has_outlived_holds_no_warning_up(story):
    story.launch(30)
    story.fly(40, 50, zones={"JPN-land": 0.5, "high-seas": 0.5}, fall=900.0)
    assert story.actions("public") == ["alert"]
    # It goes into orbit: measured on and on, and no area any more.
    for second in range(50, 130):
        story.track(second)
        story.tick(second)
    assert story.actions("public")[-1] == "all-clear"


def test_a_stage_that_is_down_warns_nobody_while_the_rest_flies_on(story):
    story.launch(18, tracks=("T1", "T2"))
    story.area(30, fall=200.0, sigma=2.0, track_id="T2", body="booster",
               zones={"KOR-territorial-sea": 0.3})  # fmt: skip
    for second in range(30, 260):
        story.track(second)
        story.area(second, fall=900.0)
        story.tick(second)
        if second == 190:
            assert story.actions("public")[-1] != "all-clear"
    (end,) = [w for w in story.said if w.severity == "public" and w.action == "all-clear"]
    assert story.actions("notice")[-1] == "update"
    # Down at 206 s by three sigmas; half a minute at most from then.
    assert seconds_between(at(206), end.time) <= 30.0
