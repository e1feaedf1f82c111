"""A fault of ours is named and gone on behind where a watch is kept, and rises elsewhere."""

import logging
from collections.abc import Callable

import numpy as np
import pytest

from launchwatch import rehearsal
from launchwatch.assessment.assessor import Assessor
from launchwatch.engine import Engine
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.plot import Refused
from launchwatch.messages.sensor import SensorBias, SensorStatus
from launchwatch.messages.track import TrackUpdate
from launchwatch.messages.wire import Message, encode
from launchwatch.sensors.admission import Admission
from launchwatch.tracking import association
from launchwatch.tracking.gating import CoarseGate
from launchwatch.tracking.initiation import Initiator
from launchwatch.tracking.tracker import Tracker

STIMULI = tuple(rehearsal.stimuli(30))


def said(*, contain: bool = True) -> list[Message]:
    engine = Engine(rehearsal.SENSORS, contain=contain)
    return [answer for each in STIMULI for answer in engine.handle(each)]


def failing(function: Callable[..., object], *, at: set[int]) -> Callable[..., object]:
    """Give a function that fails in some of its calls, counted from 0."""
    calls = iter(range(10**9))

    def fail(*arguments: object, **named: object) -> object:
        if next(calls) in at:
            raise ZeroDivisionError("0x7f0012345678 is nothing to divide by")
        return function(*arguments, **named)

    return fail


def faults(messages: list[Message]) -> list[str]:
    return [each.detail for each in messages if isinstance(each, Refused)]


def tracks(messages: list[Message]) -> dict[str, list[str]]:
    """Give each track's statuses in order."""
    found: dict[str, list[str]] = {}
    for each in messages:
        if isinstance(each, TrackUpdate):
            found.setdefault(each.track_id, []).append(each.status)
    return found


@pytest.fixture(scope="module")
def sound() -> list[Message]:
    return said(contain=False)


def test_without_containing_a_fault_rises(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(association, "rivals", failing(association.rivals, at={40}))
    with pytest.raises(ZeroDivisionError):
        said(contain=False)


def test_containing_changes_nothing_where_there_is_no_fault(sound: list[Message]) -> None:
    assert [encode(each) for each in said()] == [encode(each) for each in sound]


def test_one_fault_costs_one_plot_and_no_track(
    monkeypatch: pytest.MonkeyPatch, contained_faults: list[logging.LogRecord], sound: list[Message]
) -> None:
    monkeypatch.setattr(association, "rivals", failing(association.rivals, at={60}))
    found = said()
    (detail,) = faults(found)
    assert detail == (
        "the watch must handle all that comes, got ZeroDivisionError in "
        "tracking/tracker.take < engine._packet < engine._follow"
    )
    (record,) = contained_faults
    assert record.exc_info is not None
    assert tracks(found).keys() == tracks(sound).keys()
    assert any(isinstance(each, LaunchStatement) for each in found)
    contained_faults.clear()


def test_the_same_stimuli_give_the_same_faults(
    monkeypatch: pytest.MonkeyPatch, contained_faults: list[logging.LogRecord]
) -> None:
    whole = association.rivals
    runs = []
    for _ in range(2):
        monkeypatch.setattr(association, "rivals", failing(whole, at={60, 61, 80}))
        runs.append([encode(each) for each in said()])
    assert runs[0] == runs[1]
    contained_faults.clear()


def test_tracks_at_which_it_fails_again_are_let_go_and_found_anew(
    monkeypatch: pytest.MonkeyPatch, contained_faults: list[logging.LogRecord], sound: list[Message]
) -> None:
    whole, failures = Tracker._renew, iter(range(10**9))

    def renew(tracker: Tracker, track: object, *rest: object) -> object:
        if getattr(track, "number", 0) == 1 and getattr(track, "plots", 0) > 30:
            next(failures)
            raise ZeroDivisionError
        return whole(tracker, track, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(Tracker, "_renew", renew)
    found = said()
    assert next(failures) == 2
    assert faults(found)[-1].endswith("; let go T0001")
    statuses = tracks(found)
    assert statuses["T0001"][-1] == "dropped"
    assert "confirmed" in statuses[max(statuses)]
    assert max(statuses) > max(tracks(sound))
    contained_faults.clear()


def test_a_track_that_is_not_whole_is_let_go_at_once(
    monkeypatch: pytest.MonkeyPatch, contained_faults: list[logging.LogRecord]
) -> None:
    whole, calls = CoarseGate.expected, iter(range(10**9))

    def expected(gate: CoarseGate, *rest: object) -> object:
        if gate._tracks and next(calls) == 20:
            for part in gate._tracks[0].bank:
                part[:] = np.nan
            raise FloatingPointError
        return whole(gate, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(CoarseGate, "expected", expected)
    found = said()
    assert len(faults(found)) == 1
    assert len(tracks(found)) >= 2
    contained_faults.clear()


def test_where_nothing_can_be_brought_in_order_the_tracker_begins_anew(
    monkeypatch: pytest.MonkeyPatch, contained_faults: list[logging.LogRecord]
) -> None:
    monkeypatch.setattr(association, "rivals", failing(association.rivals, at={60}))
    monkeypatch.setattr(Tracker, "mend", failing(Tracker.mend, at={0}))
    found = said()
    (detail,) = faults(found)
    assert detail.endswith("; all tracks were lost")
    numbers = list(tracks(found))
    assert numbers == sorted(set(numbers))
    assert len(numbers) >= 2
    contained_faults.clear()


def test_a_fault_at_the_beginning_of_tracks_forgets_what_might_have_become_one(
    monkeypatch: pytest.MonkeyPatch, contained_faults: list[logging.LogRecord]
) -> None:
    made: list[Initiator] = []
    begin = Initiator.__init__

    def counted(one: Initiator, *rest: object, **named: object) -> None:
        made.append(one)
        begin(one, *rest, **named)  # type: ignore[arg-type]

    monkeypatch.setattr(Initiator, "__init__", counted)
    monkeypatch.setattr(Initiator, "_chains", failing(Initiator._chains, at={1}))
    found = said()
    assert len(faults(found)) == 1
    assert len(made) == 2 * len(rehearsal.SENSORS)
    assert any(isinstance(each, LaunchStatement) for each in found)
    contained_faults.clear()


def test_an_assessment_that_fails_leaves_the_tracks_as_they_are(
    monkeypatch: pytest.MonkeyPatch, contained_faults: list[logging.LogRecord], sound: list[Message]
) -> None:
    monkeypatch.setattr(Assessor, "take", failing(Assessor.take, at={5, 6, 7}))
    found = said()
    assert len(faults(found)) == 3
    assert tracks(found) == tracks(sound)
    assert any(isinstance(each, LaunchStatement) for each in found)
    contained_faults.clear()


def test_a_door_that_fails_at_a_tick_does_not_keep_warnings_from_going_on(
    monkeypatch: pytest.MonkeyPatch, contained_faults: list[logging.LogRecord], sound: list[Message]
) -> None:
    monkeypatch.setattr(Admission, "tick", failing(Admission.tick, at=set(range(10**4))))
    found = said()
    alike = [each for each in found if not isinstance(each, Refused)]
    assert len(alike) < len(found)
    assert alike == [each for each in sound if not isinstance(each, SensorStatus | SensorBias)]
    # The first, the tenth and so on are logged.
    assert 1 <= len(contained_faults) <= 3
    contained_faults.clear()
