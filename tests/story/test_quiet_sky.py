"""Skies in which nothing takes off, and what is said of them."""

import pytest

from launchwatch.engine import Engine
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.packet import Packet, Tick
from launchwatch.messages.track import TrackUpdate
from launchwatch.sensors.jsonplots import FORMAT
from launchwatch.simulate import observe, quiet
from launchwatch.timescale import SECOND, Instant


def watched(seed, duration):
    """Watch a quiet sky; give how many tracks were confirmed, and what was declared."""
    sky = quiet.sky(seed, duration)
    engine = Engine(sky.sensors)
    due = Instant((sky.start // SECOND + 1) * SECOND)
    confirmed, declared = set(), []
    for number, (received, line) in enumerate(observe.arrivals(sky, seed), 1):
        while due <= received:
            engine.handle(Tick(time=due, mode="simulation"))
            due = Instant(due + SECOND)
        packet = Packet(
            source="quiet", line=number, format=FORMAT, received=received, mode="simulation",
            payload=observe.encode(line),
        )  # fmt: skip
        for answer in engine.handle(packet):
            if isinstance(answer, TrackUpdate) and answer.status == "confirmed":
                confirmed.add(answer.track_id)
            elif isinstance(answer, LaunchStatement):
                declared.append(answer)
    return len(confirmed), declared


# Skies with two infrared sensors, lights and jets, whose whole hours once held four to nine
# false launches each.
@pytest.mark.parametrize("seed", [18, 33, 45])
def test_no_launch_is_declared_in_a_quiet_sky(seed):
    confirmed, declared = watched(seed, 500.0)
    assert declared == []
    # Something was seen at all.
    assert confirmed >= 3
