"""A missile comes apart in space: an area for each piece, one outline around all, no retreat."""

import numpy as np
import pytest
import shapely
from msgspec.structs import replace

from launchwatch.assessment.zones import Zones
from launchwatch.engine import Engine
from launchwatch.messages.event import FlightEvent
from launchwatch.messages.fallarea import FallArea, HazardEnvelope
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.packet import Packet, Tick
from launchwatch.settings import Settings
from launchwatch.simulate import observe, scenario, truth
from launchwatch.simulate.places import geodetic
from launchwatch.timescale import SECOND, Instant, instant_after, instant_from_utc

APART = instant_from_utc("2025-11-07T01:03:38.4951Z")
"""A hundred seconds after burnout, as the scenario has it."""


@pytest.fixture(scope="module")
def flown():
    shipped = scenario.load("break-up")
    sensors = {name: shipped.sensors[name] for name in ("kr-north", "jp-west")}
    quiet = {name: replace(one, clutter_per_scan=0.0) for name, one in sensors.items()}
    return replace(shipped, sensors=quiet)


@pytest.fixture(scope="module")
def told(flown):
    watch = Engine(flown.sensors, Settings(), zones=Zones.built_in())
    said, ticked = [], flown.start
    for number, (arrival, content) in enumerate(observe.arrivals(flown, 1), start=1):
        while arrival - ticked > SECOND:
            ticked = Instant(ticked + SECOND)
            said += watch.handle(Tick(time=ticked, mode="simulation"))
        packet = Packet(
            source="story", line=number, format="jsonplots", received=arrival, mode="simulation",
            payload=observe.encode(content),
        )  # fmt: skip
        said += watch.handle(packet)
    return said


@pytest.fixture(scope="module")
def falls(flown):
    """Where each piece truly comes down, degrees, and when."""
    found = {}
    for body in truth.bodies(flown, 1):
        if body.kind == "fragment":
            # A microsecond before: rounding may put the end itself after the flight.
            down = body.states(np.array([body.end - 1e-6]))[:, :3]
            longitude, latitude, _ = geodetic(down)
            place = shapely.Point(longitude[0], latitude[0])
            found[body.object] = place, instant_after(flown.start, body.end)
    return found


def outline(polygons):
    return shapely.MultiPolygon([shapely.Polygon(rings[0], rings[1:]) for rings in polygons])


def of(told, kind):
    return [one for one in told if isinstance(one, kind)]


def test_it_is_one_launch_and_stays_one_when_the_last_light_piece_drifts_down(told):
    statements = of(told, LaunchStatement)
    assert len({one.launch_id for one in statements}) == 1
    assert not any(one.cancelled for one in statements)


def test_it_is_said_to_have_broken_up_when_it_did(told):
    breaks = [one for one in of(told, FlightEvent) if one.kind == "break-up"]
    assert breaks
    last = breaks[-1]
    assert not last.withdrawn
    # Traced back by tracks of some seconds: within three of its stated sigmas.
    assert abs(last.event_time - APART) / SECOND < 3.0 * last.event_time_sigma_s


def test_every_piece_comes_down_in_the_last_area_of_some_body(told, falls):
    assert len(falls) == 4
    last = {(one.body, one.track_id): one for one in of(told, FallArea)}
    for place, _ in falls.values():
        assert any(outline(one.region_95).contains(place) for one in last.values())


def test_the_outline_around_all_holds_every_piece_from_half_a_minute_after_it_came_apart(
    told, falls
):
    after = [e for e in of(told, HazardEnvelope) if e.time > instant_after(APART, 30.0)]
    assert len(after) > 10
    held = [[outline(one.region).contains(place) for place, _ in falls.values()] for one in after]
    # Each area is drawn to hold 95 %, and an outline around several of them holds more.
    assert np.mean(held) > 0.95
    ends = [one.ends for one in after]
    # Until the last fifth of their time, when the lightest is still tracked on its way down.
    latest = max(when for _, when in falls.values())
    assert np.mean([end >= latest for end in ends]) > 0.9
