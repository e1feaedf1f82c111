"""Over Hokkaido in 2017 and over Aomori in 2022: people have minutes, not seconds."""

import pytest

from launchwatch.messages.delivery import Draft, Release
from launchwatch.messages.warning import Warning  # noqa: A004 - the field's word
from launchwatch.timescale import seconds_between

from .publicly import story, texts, timeline

NAMES = ("2017-08-29", "2022-10-04")


@pytest.mark.parametrize("name", NAMES)
def test_partners_know_eleven_seconds_after_the_first_signal(name):
    moments = timeline(story(name))
    # Ten were wanted: what rises has then not yet risen by more than the lines' errors allow
    # a light on the ground to do, which no burning motor may be mistaken for.
    assert moments["partner notice"] - moments["first signal"] <= 11.0


@pytest.mark.parametrize("name", NAMES)
def test_a_public_warning_is_drafted_within_a_minute_of_lift_off(name):
    assert timeline(story(name))["public draft"] <= 60.0


@pytest.mark.parametrize("name", NAMES)
def test_people_have_at_least_four_minutes_until_it_is_overhead(name):
    # In 2022 the alert for Aomori came while it was overhead.
    moments = timeline(story(name))
    assert moments["over Japan"] - moments["public released"] >= 240.0


def test_aomori_is_named_from_the_first_word_to_the_last_but_one():
    told = story("2022-10-04")
    revisions = [one for _, one in told.of(Warning, severity="public") if one.action != "all-clear"]
    assert len(revisions) > 5
    assert all("Aomori" in {each.name for each in one.provinces} for one in revisions)


def test_the_warning_is_wide_first_and_narrows_to_one_province():
    told = story("2022-10-04")
    counts = [
        len(one.provinces)
        for _, one in told.of(Warning, severity="public")
        if one.action != "all-clear"
    ]
    assert counts[0] >= 4
    assert counts[-1] == 1


def test_no_islands_of_tokyo_are_warned_by_a_defect():
    # In 2022 nine municipalities of Tokyo's islands were.
    told = story("2022-10-04")
    late = [one for when, one in told.of(Warning, severity="public") if when > 150.0]
    assert not any("Tokyo" in {each.name for each in one.provinces} for one in late)


@pytest.mark.parametrize("name", NAMES)
def test_it_ends_within_half_a_minute_after_it_was_measured_beyond(name):
    told = story(name)
    (end,) = [one for _, one in told.of(Warning, severity="public", action="all-clear")]
    assert end.reasons[0].startswith("passed JPN ")
    crossings = [
        crossing
        for _, one in told.of(Warning, severity="public")
        for crossing in one.crossings
        if crossing.country == "JPN" and crossing.leaves
    ]
    assert 0.0 <= seconds_between(crossings[-1].leaves, end.time) <= 30.0


@pytest.mark.parametrize("name", NAMES)
def test_nothing_leaves_that_two_people_have_not_approved(name):
    told = story(name)
    (alert,) = (
        told.of(Release, severity="public", action="alert")
        or told.of(Release, severity="public", action="update")[:1]
    )
    assert {each.operator for each in alert[1].approvals} == {"Kim", "Ito"}
    assert alert[0] == pytest.approx(told.first(Draft) + 30.0, abs=1.5)


def test_the_texts_name_the_province_in_three_languages():
    said = texts(story("2022-10-04"))
    assert "Aomori" in said
    assert "青森県" in said
    assert "아오모리현" in said
