"""What happens to a flight is said while it flies, with a time that holds."""

from functools import cache

import msgspec
import numpy as np
import pytest

from launchwatch.messages.event import FlightEvent
from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import EndOfScan, Refused
from launchwatch.messages.track import TrackUpdate
from launchwatch.messages.wire import decode_message, encode
from launchwatch.sensors import jsonplots
from launchwatch.simulate import observe, truth
from launchwatch.simulate.body import Body
from launchwatch.simulate.plan import Traffic
from launchwatch.simulate.scenario import Scenario, load
from launchwatch.timescale import SECOND, instant_after
from launchwatch.tracking.events import Events
from launchwatch.tracking.partings import where_they_met
from launchwatch.tracking.settings import Settings
from launchwatch.tracking.tracker import Tracker

from .watching import HIGH, Watch, coasting, plots_of, radar

pytestmark = pytest.mark.compiled


def updates_of(scenario: Scenario, bodies: list[Body], seed: int) -> list[TrackUpdate]:
    """Let the watch's tracker follow what a scenario's sensors report."""
    tracker = Tracker(scenario.sensors, Settings())
    said = []
    for arrival, line in observe.arrivals(scenario, seed, bodies):
        packet = Packet(
            source="simulation", line=1, format="jsonplots", received=arrival, mode="simulation",
            payload=observe.encode(line),
        )  # fmt: skip
        plot = jsonplots.decode(packet, scenario.sensors)
        if not isinstance(plot, Refused):
            said += tracker.end_scan(plot) if isinstance(plot, EndOfScan) else tracker.take(plot)
    return said


@cache
def watched(name: str, seed: int, end_s: float) -> tuple[list[FlightEvent], tuple[Body, ...]]:
    """Give the events of a scenario's first seconds, without traffic, and its bodies."""
    scenario = msgspec.structs.replace(load(name), traffic=Traffic())
    scenario = msgspec.structs.replace(scenario, end=instant_after(scenario.start, end_s))
    bodies = truth.bodies(scenario, seed)
    events = Events()
    found = [one for update in updates_of(scenario, bodies, seed) for one in events.take(update)]
    return found, tuple(bodies)


def seconds(event: FlightEvent) -> float:
    """Give an event's time after the start of the scenarios used here."""
    return (event.event_time - load("friday").start) / SECOND


def newest(events: list[FlightEvent], kind: str) -> list[FlightEvent]:
    """Give the newest revision of each event of a kind that still stands."""
    last = {event.event_id: event for event in events}
    return [one for one in last.values() if one.kind == kind and not one.withdrawn]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_burnout_an_apogee_and_a_re_entry_are_found_where_they_were(seed: int) -> None:
    """Times by the truth; 3.3 sigmas, and for passages the second between two updates."""
    events, bodies = watched("friday", seed, 470.0)
    (burnout,) = newest(events, "burnout")
    assert seconds(burnout) == pytest.approx(118.5, abs=3.3 * burnout.event_time_sigma_s)
    assert burnout.event_time_sigma_s < 1.0
    first = next(one for one in events if one.kind == "burnout")
    assert seconds(first) == pytest.approx(118.5, abs=3.3 * first.event_time_sigma_s)
    assert first.known - bodies[0].start * SECOND - load("friday").start < 95 * SECOND
    times = np.arange(200.0, 400.0, 0.01)
    states = bodies[0].states(times)
    # Turning points of the distance from the Earth's centre and of height differ by little.
    top = times[np.argmax(np.linalg.norm(states[:, :3], axis=1))]
    (apogee,) = newest(events, "apogee")
    assert seconds(apogee) == pytest.approx(top, abs=3.3 * apogee.event_time_sigma_s + 0.5)
    (entry,) = newest(events, "re-entry")
    assert bodies[0].phases(np.array([seconds(entry) - 0.5])) == ["coast"]
    assert bodies[0].phases(np.array([seconds(entry) + 0.5])) == ["reentry"]
    assert not newest(events, "manoeuvre")
    assert not newest(events, "separation")


def test_a_pull_up_is_found_within_seconds() -> None:
    events, bodies = watched("depressed", 3, 300.0)
    (turn,) = newest(events, "manoeuvre")
    phases = np.array(bodies[0].phases(times := np.arange(200.0, 300.0, 0.1)))
    begun = times[np.flatnonzero(phases == "manoeuvre")[0]]
    assert seconds(turn) == pytest.approx(begun, abs=3.3 * turn.event_time_sigma_s)
    assert turn.known - turn.event_time < 8 * SECOND


def test_stages_part_and_light_again() -> None:
    """The second motor stops at 315.0 s, the third lights at 335.0 s, and the second falls away."""
    events, _ = watched("space-launch", 3, 350.0)
    burnouts = [seconds(one) for one in newest(events, "burnout")]
    assert min(abs(one - 315.0) for one in burnouts) < 0.5
    stagings = newest(events, "staging")
    assert any(abs(seconds(one) - 335.0) < 3.3 * one.event_time_sigma_s for one in stagings)
    partings = newest(events, "separation")
    assert any(abs(seconds(one) - 335.0) < 3.3 * one.event_time_sigma_s for one in partings)
    for parting in partings:
        assert len(set(parting.track_ids)) == 2


def test_each_revision_is_one_more_and_survives_its_encoding() -> None:
    events, _ = watched("space-launch", 3, 350.0)
    revisions: dict[str, int] = {}
    for event in events:
        assert event.revision == revisions.get(event.event_id, 0) + 1
        revisions[event.event_id] = event.revision
        assert decode_message(encode(event)) == event


def followed(start: np.ndarray, name: str, scans: int, seed: int) -> TrackUpdate:
    """Give the newest update of a coasting body that one radar followed, under a name."""
    watch = Watch(radar())
    times = np.arange(20.0, 20.0 + scans)
    watch.take(plots_of(radar(), coasting(start), times, np.random.default_rng(seed)))
    return msgspec.structs.replace(watch.said[-1], track_id=name)


def test_two_bodies_that_were_one_meet_in_the_past() -> None:
    """Pushed apart by 20 m/s at noon; seen from 20 s later on."""
    push = np.r_[np.zeros(3), 14.0, 14.0, 0.0]
    met = where_they_met(followed(HIGH, "T0001", 25, 1), followed(HIGH + push, "T0002", 25, 2))
    assert met is not None
    _, ago, sigma, place = met
    assert ago == pytest.approx(44.0, abs=3.3 * sigma)
    assert np.linalg.norm(place - HIGH[:3]) < 3_000.0 + 2_000.0 * 3.3 * sigma


def test_two_bodies_that_fly_side_by_side_never_were_one() -> None:
    beside = HIGH + np.r_[12_000.0, -9_000.0, 0.0, np.zeros(3)]
    assert where_they_met(followed(HIGH, "T0001", 25, 1), followed(beside, "T0002", 25, 2)) is None


def test_a_body_that_becomes_three_broke_up() -> None:
    """The first track is known; two more appear beside it, all from one place."""
    events = Events()
    said: list[FlightEvent] = []
    pushes = [np.zeros(6), np.r_[np.zeros(3), 25.0, 0.0, 10.0], np.r_[np.zeros(3), 0.0, -30.0, 5.0]]
    streams = []
    for k, push in enumerate(pushes):
        watch = Watch(radar())
        times = np.arange(20.0 + 2.0 * k, 50.0)
        watch.take(plots_of(radar(), coasting(HIGH + push), times, np.random.default_rng(k)))
        named = [msgspec.structs.replace(one, track_id=f"T{k + 1:04}") for one in watch.said]
        streams += named
    for update in sorted(streams, key=lambda one: (one.known, one.track_id)):
        said += events.take(update)
    (broken,) = newest(said, "break-up")
    assert set(broken.track_ids) == {"T0001", "T0002", "T0003"}
    assert not newest(said, "separation")


def test_a_satellite_and_an_airliner_make_no_events() -> None:
    """Two minutes of traffic and clutter: what only passes by has no burnout and no manoeuvre."""
    scenario = load("quiet")
    bodies = truth.bodies(scenario, 5)
    events = Events()
    found = [one for update in updates_of(scenario, bodies, 5) for one in events.take(update)]
    assert [one.kind for one in found] == []
