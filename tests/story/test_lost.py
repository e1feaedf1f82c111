"""A missile vanishes over the sea, as in November 2022: nothing may be called passed or fallen."""

from itertools import pairwise

import pytest
from msgspec.structs import replace

from launchwatch.assessment.zones import Zones
from launchwatch.engine import Engine
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.packet import Packet, Tick
from launchwatch.messages.track import TrackUpdate
from launchwatch.messages.warning import Statement, Warning  # noqa: A004 - the field's word
from launchwatch.settings import Settings
from launchwatch.simulate import observe, scenario
from launchwatch.timescale import SECOND, Instant, instant_from_utc

VANISHES = instant_from_utc("2025-11-07T01:03:00Z")
"""A minute after burnout; its fall would be at 01:08:23."""


def watched():
    """Watch the Friday flight with two radars, until long after; its plots end at a moment."""
    shipped = scenario.load("friday")
    sensors = {name: shipped.sensors[name] for name in ("kr-north", "jp-west")}
    quiet = {name: replace(one, clutter_per_scan=0.0) for name, one in sensors.items()}
    one = replace(shipped, sensors=quiet, end=Instant(shipped.start + 640 * SECOND))
    watch = Engine(sensors, Settings(), zones=Zones.built_in())
    said, ticked = [], one.start
    for number, (arrival, content) in enumerate(observe.arrivals(one, 1), start=1):
        if "end_of_scan" not in content and arrival > VANISHES:
            continue
        while arrival - ticked > SECOND:
            ticked = Instant(ticked + SECOND)
            said += watch.handle(Tick(time=ticked, mode="simulation"))
        packet = Packet(
            source="story", line=number, format="jsonplots", received=arrival, mode="simulation",
            payload=observe.encode(content),
        )  # fmt: skip
        said += watch.handle(packet)
    # The lightest of pieces fall for minutes.
    for seconds in range(900):
        said += watch.handle(Tick(time=Instant(ticked + seconds * SECOND), mode="simulation"))
    return said


@pytest.fixture(scope="module")
def told():
    return watched()


def areas(told, body="whole"):
    return [one for one in told if isinstance(one, FallArea) and one.body == body]


def test_it_is_tracked_then_coasts_then_is_lost_and_at_last_unobserved(told):
    order = list(dict.fromkeys(one.status for one in areas(told)))
    assert order == ["tracked", "coasting", "lost", "unobserved"]
    assert areas(told)[-1].status == "unobserved"


def test_the_longer_nobody_sees_it_the_larger_the_area(told):
    lost = [one for one in areas(told) if one.status == "lost"]
    tracked = [one for one in areas(told) if one.status == "tracked"]
    assert len(lost) > 10
    # Vanished where radars look: it may have broken up, so at once much larger, then slowly.
    assert lost[0].region_area_m2 > 5.0 * tracked[-1].region_area_m2
    sizes = [one.region_area_m2 for one in lost]
    assert sizes[-1] > 1.05 * sizes[0]
    # A region of a thousand samples wavers by some per cent.
    # And what could have been far out has come down: the region ends as large as it was.
    assert all(b > 0.9 * a for a, b in pairwise(sizes))


def test_its_age_stands_on_every_area(told):
    dropped = next(one for one in told if isinstance(one, TrackUpdate) and one.status == "dropped")
    for one in areas(told):
        if one.status in ("lost", "unobserved"):
            assert one.last_plot == dropped.last_plot <= VANISHES < one.time


def test_it_is_unobserved_only_once_the_last_of_its_samples_is_down(told):
    last = areas(told)[-1]
    assert last.time > last.fall_time + 2.0 * last.fall_time_sigma_s * SECOND
    assert last.revision == len(areas(told))


def test_no_statement_says_that_it_fell(told):
    late = VANISHES + 90 * SECOND
    after = [one for one in told if isinstance(one, Statement) and one.time > late]
    english = [one.text for one in after if one.language == "en"]
    assert english
    for text in english:
        assert "is estimated to have fallen" not in text
        assert "lost from sight" in text
    assert all("途絶" in one.text for one in after if one.language == "ja")
    assert all("끊겨" in one.text for one in after if one.language == "ko")


def test_no_warning_says_that_it_fell_or_passed(told):
    ends = [one for one in told if isinstance(one, Warning) and one.action == "all-clear"]
    after = [one for one in ends if one.time > VANISHES]
    assert after
    assert all(one.reasons[0] == "fall-unobserved" for one in after)
    # While it was measured, Japan was told that it would not come so far.
    assert all(one.reasons[0].startswith("protected-no-longer") for one in ends[: -len(after)])


def test_a_booster_that_nobody_saw_part_is_named_with_its_probability(told):
    boosters = areas(told, "booster")
    assert boosters
    for one in boosters:
        assert 0.0 < one.probability < 1.0
        assert max(zone.probability for zone in one.zones) <= one.probability
