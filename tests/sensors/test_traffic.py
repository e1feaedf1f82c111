"""The desk for traffic: what its sender cannot have done is doubted, not dropped."""

import json

import pytest

from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import Refused
from launchwatch.sensors.traffic import FORMATS, Traffic
from launchwatch.timescale import SECOND, Instant, instant_from_utc, utc_from_instant

START = instant_from_utc("2025-11-07T01:00:00Z")


def packet(fields, seconds=0.0, *, mode="replay", form="jsontraffic", old=0.0):
    received = Instant(START + round(seconds * SECOND))
    time = Instant(received - round(old * SECOND))
    payload = json.dumps({"time": utc_from_instant(time), **fields}).encode()
    return Packet(source="t", line=1, format=form, received=received, mode=mode, payload=payload)


def ship(latitude, longitude, seconds, **extra):
    return packet(
        {"mmsi": "431000123", "latitude_deg": latitude, "longitude_deg": longitude, **extra},
        seconds,
    )


def doubts(desk, *packets):
    return [report.doubts for one in packets for report in desk.decode(one)]


def test_a_ship_that_sails_on_is_not_doubted():
    # 10 m/s north is 0.0009 degrees a 10 s.
    path = [ship(40.0 + 0.0009 * n, 134.0, 10.0 * n) for n in range(20)]
    assert set(doubts(Traffic(), *path)) == {()}


def test_a_jump_is_flagged_until_its_sender_is_back():
    desk = Traffic()
    assert doubts(desk, ship(40.0, 134.0, 0), ship(40.5, 134.0, 10)) == [(), ("jump",)]
    assert doubts(desk, ship(40.0, 134.0, 20), ship(40.0, 134.0, 30)) == [(), ()]


def test_a_jump_that_lasts_is_forgotten_in_a_quarter_of_an_hour():
    desk = Traffic()
    doubts(desk, *(ship(40.0, 134.0, n) for n in range(3)))
    moved = doubts(desk, *(ship(41.0, 134.0, 60.0 * n) for n in range(1, 20)))
    assert moved[0] == moved[13] == ("jump",)
    assert moved[-1] == ()


def test_one_number_at_two_places_by_turns_is_flagged():
    desk = Traffic()
    turns = [ship(40.0 + (n % 2), 134.0, 10.0 * n) for n in range(20)]
    found = doubts(desk, *turns)
    assert found[0] == ()
    assert set(found[6:]) == {("two-places",)}


def test_an_airliner_may_go_where_no_ship_can():
    # 250 m/s north for 60 s is 0.135 degrees.
    at = [{"latitude_deg": 40.0 + 0.135 * n, "longitude_deg": 134.0} for n in range(5)]
    plane = [packet({"icao24": "71be12", **one}, 60.0 * n) for n, one in enumerate(at)]
    vessel = [packet({"mmsi": 431000123, **one}, 60.0 * n) for n, one in enumerate(at)]
    assert set(doubts(Traffic(), *plane)) == {()}
    assert doubts(Traffic(), *vessel)[1] == ("jump",)


def test_feeds_share_doubts_but_not_fragments():
    desk = Traffic()
    doubts(desk, ship(40.0, 134.0, 0))
    other = Packet(
        source="other", line=1, format="jsontraffic", received=Instant(START + SECOND),
        mode="replay", payload=ship(41.0, 134.0, 1).payload,
    )  # fmt: skip
    assert doubts(desk, other) == [("jump",)]


@pytest.mark.parametrize(("old", "reason"), [(601.0, "late"), (-61.0, "early")])
def test_what_is_too_old_or_ahead_is_refused(old, reason):
    (found,) = Traffic().decode(packet({"mmsi": "431000123"}, old=old))
    assert isinstance(found, Refused)
    assert found.reason == reason


@pytest.mark.parametrize("mode", ["simulation", "exercise", "replay"])
def test_nothing_that_says_it_is_simulated_becomes_live(mode):
    (found,) = Traffic().decode(packet({"mmsi": "431000123", "mode": mode}, mode="live"))
    assert isinstance(found, Refused)
    assert found.reason == "mode"


@pytest.mark.parametrize(
    ("fields", "reason"),
    [
        ({}, "malformed"),
        ({"mmsi": "1", "icao24": "71be12"}, "malformed"),
        ({"mmsi": "43100012x"}, "malformed"),
        ({"icao24": "71be1"}, "malformed"),
        ({"mmsi": "431000123", "latitude_deg": 40.0}, "malformed"),
        ({"mmsi": "431000123", "latitude_deg": 91.0, "longitude_deg": 181.0}, "absurd"),
        ({"mmsi": "431000123", "speed_mps": -1.0}, "absurd"),
        ({"mmsi": "431000123", "course_deg": float("inf")}, "malformed"),
    ],
)
def test_lines_that_cannot_be_are_refused(fields, reason):
    (found,) = Traffic().decode(packet(fields))
    assert isinstance(found, Refused)
    assert found.reason == reason


def test_every_format_takes_any_bytes():
    desk = Traffic()
    for form in FORMATS:
        for payload in (b"", b"\x00", b"{}", b"[1]", b"\x1a3", b"!AIVDM", b"*;"):
            one = Packet(
                source=form, line=1, format=form, received=START, mode="replay", payload=payload
            )
            desk.decode(one)
