"""What aircraft say of themselves is near where they are, in a form that the watch reads."""

import numpy as np
from msgspec.structs import replace

from launchwatch.messages.packet import Packet
from launchwatch.messages.traffic import AircraftReport
from launchwatch.sensors import trafficjson
from launchwatch.simulate import observe, truth, words
from launchwatch.simulate.scenario import load
from launchwatch.timescale import instant_after
from launchwatch.tracking.knowns import known_of


def test_words_lie_within_what_they_state_of_where_aircraft_are() -> None:
    quiet = load("quiet")
    quiet = replace(quiet, end=instant_after(quiet.start, 10.0))
    bodies = truth.bodies(quiet, 1)
    aircraft = [body for body in bodies if body.kind == "aircraft"]
    said = words.reports(quiet, 1, bodies)
    assert said == words.reports(quiet, 1, bodies)
    assert len(said) == 10 * len(aircraft)
    off = []
    for at, line in said:
        (report,) = trafficjson.decode(Packet(
            source="t", line=1, format=trafficjson.FORMAT, received=at, mode="simulation",
            payload=observe.encode(line),
        ))  # fmt: skip
        assert isinstance(report, AircraftReport)
        known = known_of(report)
        assert known is not None
        body = aircraft[int(known.name, 16) - 0x71C001]
        true = body.states(np.array([(at - quiet.start) / 1e9]))[0]
        off.append(np.linalg.norm(known.position - true[:3]))
    # Four sigmas of place and height, and 0.6 s at 260 m/s.
    assert max(off) < 4 * 30.0 + 0.6 * 260.0
    assert max(off) > 30.0
