"""Who is flown over is warned, until it was measured beyond; who is listed is asked at once."""

import pytest
from lxml import etree
from msgspec.structs import replace

from launchwatch.messages.overflight import Crossing, Overflight, Province
from launchwatch.timescale import seconds_between
from launchwatch.warning.bulletin import bulletin, provinces_of
from launchwatch.warning.cap import alert
from launchwatch.warning.settings import Operator, Settings

from .conftest import LAUNCH, at, box

AOMORI = Province(country="JPN", name="Aomori", iso="JP-02", local="青森県", probability=0.97)
PEOPLE = tuple(Operator(name=name, key=name * 64) for name in ("a", "b"))


def over(story, seconds, probability=0.97, enters=390.0, leaves=430.0):
    """Hear what lies ahead; a probability of nought is nothing."""
    crossings = ()
    if probability:
        crossings = (
            Crossing(
                country="JPN", probability=probability, enters=enters and at(enters),
                leaves=leaves and at(leaves), provinces=(AOMORI,),
                corridor=(box(140.7, 40.7, 1.0),),
            ),
        )  # fmt: skip
    return story.hear(
        Overflight(launch_id="L1", track_id="T1", time=at(seconds), mode=story.mode,
                   area_revision=1, crossings=crossings)
    )  # fmt: skip


def fly_over(story, until, passed=430):
    """Track a flight that comes down far out at sea, over Japan on its way."""
    story.launch(18)
    for second in range(30, until):
        story.track(second)
        story.area(second, fall=1360.0, where=(179.0, 40.0))
        over(story, second, 0.97 if second < passed else 0.0)
        story.tick(second)


def public(story):
    return [one for one in story.said if one.severity == "public"]


def test_a_flight_over_a_country_to_a_fall_beyond_it_warns_its_people(story):
    fly_over(story, 60)
    first = public(story)[0]
    assert first.reasons[0].startswith("overflight JPN 0.9700 2025-11-07T01:24:01Z")
    assert first.crossings[0].provinces == (AOMORI,)
    assert first.region == (box(140.7, 40.7, 1.0),)


def test_it_ends_within_half_a_minute_once_it_was_measured_beyond(story):
    fly_over(story, 480)
    last = public(story)[-1]
    assert last.action == "all-clear"
    assert last.reasons[0] == "passed JPN 2025-11-07T01:24:41Z"
    assert 430.0 <= seconds_between(LAUNCH, last.time) <= 460.0


def test_no_revision_gives_the_ocean_as_area_to_people_on_land(story):
    fly_over(story, 480)
    for one in public(story):
        assert one.region in ((), (box(140.7, 40.7, 1.0),))


def test_what_was_lost_before_it_can_have_passed_never_passed(story):
    fly_over(story, 300)
    story.track(301, status="dropped", last_plot=299)
    story.ticks(301, 1500)
    reasons = " ".join(reason for one in story.said for reason in one.reasons)
    assert "passed" not in reasons
    assert public(story)[-1].action == "all-clear"
    assert public(story)[-1].reasons[0] == "fall-unobserved"


def test_a_vague_danger_is_held_but_not_where_people_decide(make_story):
    def first_public(settings):
        story = make_story(settings)
        story.launch(18)
        for second in range(20, 120):
            story.track(second)
            story.area(second, sigma=150.0, zones={"JPN-land": 0.05, "high-seas": 0.9})
            story.tick(second)
        return seconds_between(LAUNCH, public(story)[0].time)

    assert first_public(Settings(operators=PEOPLE)) == pytest.approx(22.0, abs=1.0)
    assert first_public(Settings()) >= 80.0


def test_where_it_may_fly_over_hardly_anybody_is_warned(story):
    story.launch(18)
    for second in range(30, 60):
        story.track(second)
        story.area(second)
        over(story, second, 0.05)
        story.tick(second)
    assert public(story) == []


def test_a_passage_that_becomes_known_or_moves_is_news(story):
    fly_over(story, 60)
    story.track(71)
    over(story, 71, enters=420.0, leaves=460.0)
    (news,) = [one for one in public(story) if one.time >= at(71)]
    assert news.reasons[0] == "overflight JPN 0.9700 2025-11-07T01:24:31Z"


def test_the_words_name_the_province_and_what_the_area_is(story):
    fly_over(story, 60)
    warning = replace(public(story)[0], provinces=(AOMORI,))
    words = {language: bulletin(warning, language, 5000.0).area for language in ("en", "ko", "ja")}
    assert words == {
        "en": "Aomori. Area over which it is expected to fly, with a margin of 5 km",
        "ko": "아오모리현. 발사체가 상공을 통과할 것으로 예상되는 구역(주변 5km 포함)",
        "ja": "青森県。飛翔体が上空を通過すると予想される区域(周囲5kmを含む)",
    }


def test_more_provinces_than_can_be_read_are_counted(story):
    fly_over(story, 60)
    many = tuple(replace(AOMORI, name=f"P{n}", iso="", local="") for n in range(11))
    assert provinces_of(replace(public(story)[0], provinces=many), "en").endswith("P7 and 3 more")


def test_programs_find_provinces_by_their_codes_in_a_document_that_is_still_cap(story, authorities):
    fly_over(story, 60)
    document = alert(replace(public(story)[0], provinces=(AOMORI,)))
    schema = etree.XMLSchema(etree.parse(authorities / "cap" / "schema" / "CAP-v1.2.xsd"))
    root = etree.fromstring(document.xml.encode())
    assert schema.validate(root), schema.error_log
    assert document.xml.count("<value>JP-02</value>") == 3


def test_the_end_of_what_was_lost_does_not_say_in_its_headline_that_it_fell(story):
    fly_over(story, 300)
    story.track(301, status="dropped", last_plot=299)
    story.ticks(301, 1500)
    headline = bulletin(public(story)[-1], "en").headline
    assert headline.endswith("whether and where it fell is not known.")
