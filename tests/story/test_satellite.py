"""The satellite launch over Okinawa in 2023: warned of long before it is overhead."""

from launchwatch.messages.warning import Warning  # noqa: A004 - the field's word

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
