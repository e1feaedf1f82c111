"""The satellite launch over Okinawa in 2023: warned of long before it is overhead."""

from launchwatch.messages.warning import Warning  # noqa: A004 - the field's word
from launchwatch.timescale import seconds_between

from .publicly import story, timeline


def test_okinawa_is_named_minutes_before_it_is_overhead():
    told = story("2023-11-21")
    named = [
        when
        for when, one in told.of(Warning, severity="public")
        if "Okinawa" in {each.name for each in one.provinces}
    ]
    # In truth it was overhead about 22:55, 720 s after the launch; the alert came at 22:46.
    assert min(named) <= 240.0
    assert timeline(told)["over Japan"] - min(named) >= 240.0


def test_a_slow_launcher_is_told_to_partners_before_its_first_stage_is_spent():
    moments = timeline(story("2023-11-21"))
    assert moments["partner notice"] <= 90.0
    assert moments["public draft"] <= 95.0


def test_its_all_clear_comes_half_a_minute_after_it_has_passed_though_it_flies_on():
    told = story("2023-11-21")
    (end,) = [one for _, one in told.of(Warning, severity="public", action="all-clear")]
    assert end.reasons[0].startswith("passed JPN ")
    leaves = [
        crossing.leaves
        for _, one in told.of(Warning, severity="public")
        for crossing in one.crossings
        if crossing.country == "JPN" and crossing.leaves
    ]
    assert 0.0 <= seconds_between(leaves[-1], end.time) <= 30.0
    # Its first stage came down minutes before, and could have in Korea's sea; nobody waits for it.
    assert timeline(told)["end drafted"] < 800.0
