"""The engine: pure, deterministic, and not to be stopped by what comes in."""

import subprocess
import sys

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from launchwatch import rehearsal
from launchwatch.assessment.zones import Zones
from launchwatch.engine import Engine, ready
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.packet import Decision, Packet, Tick
from launchwatch.messages.plot import EndOfScan, LineOfSightPlot, RadarPlot, Refused
from launchwatch.messages.track import TrackUpdate
from launchwatch.messages.warning import Alert, Warning  # noqa: A004 - the field's word
from launchwatch.messages.wire import decode_message, encode
from launchwatch.timescale import SECOND, Instant

ZONES = Zones.built_in()


def watch(stimuli):
    engine = Engine(rehearsal.SENSORS, zones=ZONES)
    return [answer for one in stimuli for answer in engine.handle(one)], engine


def test_the_same_stimuli_give_the_same_answers_byte_for_byte():
    one, _ = watch(rehearsal.stimuli())
    other, _ = watch(rehearsal.stimuli())
    assert [encode(answer) for answer in one] == [encode(answer) for answer in other]


def test_every_answer_survives_its_encoding():
    answers, _ = watch(rehearsal.stimuli())
    for answer in answers:
        assert decode_message(encode(answer)) == answer


def test_causes_come_before_effects():
    answers, _ = watch(rehearsal.stimuli())

    def first(kind):
        return next(i for i, answer in enumerate(answers) if isinstance(answer, kind))

    plot = first(RadarPlot | LineOfSightPlot)
    order = [plot, *map(first, (TrackUpdate, LaunchStatement, Warning, Alert))]
    assert order == sorted(order)


def test_every_line_is_answered_by_a_plot_an_end_of_scan_or_a_refusal():
    engine = Engine(rehearsal.SENSORS, zones=ZONES)
    for one in rehearsal.stimuli():
        if isinstance(one, Packet):
            answers = engine.handle(one)
            assert isinstance(answers[0], RadarPlot | LineOfSightPlot | EndOfScan | Refused)


def test_what_comes_out_of_a_simulation_is_marked_as_one_to_the_last_document():
    answers, _ = watch(rehearsal.stimuli())
    assert {answer.mode for answer in answers} == {"simulation"}
    alerts = [answer for answer in answers if isinstance(answer, Alert)]
    assert alerts
    assert {alert.status for alert in alerts} == {"Test"}


def test_a_watch_takes_packets_of_one_mode_only():
    stimuli = rehearsal.stimuli()
    engine = Engine(rehearsal.SENSORS, zones=ZONES)
    live = msgspec.structs.replace(stimuli[0], mode="live")
    engine.handle(live)
    (answer,) = engine.handle(stimuli[1])
    assert isinstance(answer, Refused)
    assert answer.reason == "mode"


@pytest.mark.parametrize(
    "strange",
    [
        Tick(time=Instant(rehearsal.stimuli()[0].received), mode="exercise"),
        Decision(
            time=Instant(rehearsal.stimuli()[0].received), mode="exercise", operator="one",
            action="cancel", warning_id="L20000101-000009-notice", revision=1,
        ),
    ],
)  # fmt: skip
def test_neither_ticks_nor_decisions_of_another_mode_are_heard(strange):
    _, engine = watch(rehearsal.stimuli())
    (answer,) = engine.handle(strange)
    assert isinstance(answer, Refused)
    assert (answer.reason, answer.source) == ("mode", type(strange).__name__.lower())


def test_a_format_that_nobody_decodes_is_refused_by_name():
    strange = msgspec.structs.replace(rehearsal.stimuli()[0], format="morse")
    (answer,) = Engine(rehearsal.SENSORS, zones=ZONES).handle(strange)
    assert isinstance(answer, Refused)
    assert "morse" in answer.detail


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.binary(max_size=300), max_size=6), st.randoms(use_true_random=False))
def test_no_bytes_stop_the_watch_or_change_what_it_says(garbage, random):
    stimuli = rehearsal.stimuli(8)
    clean, _ = watch(stimuli)
    mixed = list(stimuli)
    for payload in garbage:
        at = random.randrange(len(mixed))
        near = mixed[at]
        time = near.received if isinstance(near, Packet) else near.time
        mixed.insert(
            at,
            Packet(
                source="noise",
                line=1,
                format="jsonplots",
                received=time,
                mode="simulation",
                payload=payload,
            ),
        )
    answers, engine = watch(mixed)
    refused = [one for one in answers if isinstance(one, Refused)]
    assert len(refused) == len(garbage)
    assert [one for one in answers if not isinstance(one, Refused)] == clean
    assert engine.summary().counts["refused"] == len(garbage)


def test_a_plot_late_by_less_than_ten_seconds_gives_the_same_track_as_one_in_time():
    stimuli = rehearsal.stimuli(20)
    late = list(stimuli)
    moved = next(
        i
        for i, one in enumerate(late)
        if isinstance(one, Packet)
        and b'"radar"' in one.payload
        and one.received == rehearsal.stimuli()[0].received + 8 * SECOND
    )
    packet = late.pop(moved)
    arrival = Instant(packet.received + 4 * SECOND)
    at = next(i for i, one in enumerate(late) if isinstance(one, Tick) and one.time >= arrival)
    late.insert(at, msgspec.structs.replace(packet, received=arrival))

    def last_track(answers):
        return [one for one in answers if isinstance(one, TrackUpdate)][-1]

    in_time, _ = watch(stimuli)
    too_late, _ = watch(late)
    one, other = last_track(in_time), last_track(too_late)
    # The same plots in the same places: only the summation order of scans can differ.
    np.testing.assert_allclose(one.position_ecef_m, other.position_ecef_m, atol=1e-3)
    assert one.plots == other.plots


def test_a_rehearsal_says_so_if_the_installation_is_broken(monkeypatch):
    from launchwatch.errors import LaunchwatchError

    monkeypatch.setattr(rehearsal, "stimuli", list)
    with pytest.raises(LaunchwatchError, match="reinstall"):
        ready(ZONES)


@pytest.mark.compiled
def test_what_a_free_fall_asks_of_the_air_is_ready_before_something_flies():
    # In a process of its own: here others have compiled it already.
    code = (
        "from launchwatch.engine import ready; from launchwatch.assessment import _kernels_upset; "
        "from launchwatch.earth import _kernels; ready(); "
        "print(min(len(_kernels_upset.upset_falls.signatures), len(_kernels.densities.signatures)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(done.stdout) > 0


def test_the_summary_holds_what_was_said_last():
    answers, engine = watch(rehearsal.stimuli())
    statement = [one for one in answers if isinstance(one, LaunchStatement)][-1]
    area = [one for one in answers if isinstance(one, FallArea)][-1]
    (launch,) = engine.summary().launches
    assert launch.latitude_deg == statement.latitude_deg
    assert launch.fall_latitude_deg == area.latitude_deg
    assert launch.first_detection_time >= statement.launch_time
