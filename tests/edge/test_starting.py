"""The engine itself repeats a watch, and knows a launch in progress after a restart."""

from pathlib import Path

import pytest

from launchwatch import rehearsal
from launchwatch.edge.starting import begin, engine_of
from launchwatch.errors import SettingsError
from launchwatch.journal import Heading, Journal, digest_of_answers, read
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.launch import LaunchStatement
from launchwatch.messages.packet import Packet
from launchwatch.messages.wire import Message, encode
from launchwatch.repeating import Handler, Repetition
from launchwatch.sensors.roster import roster_json
from launchwatch.settings import Settings, settings_json
from launchwatch.timescale import Instant

from .watching import configured

FOLLOW = '[[feeds]]\nname = "file"\nkind = "file-follow"\npath = "plots.jsonl"\n'
STIMULI = rehearsal.stimuli()
MODE = STIMULI[0].mode


def heading() -> Heading:
    return Heading(
        version="0", mode=MODE, started=Instant(STIMULI[-1].time),  # type: ignore[union-attr]
        sensors=roster_json(rehearsal.SENSORS), settings=settings_json(Settings()),
    )  # fmt: skip


def watched(journal: Journal, engine: Handler, part: slice) -> list[Message]:
    """Record and handle part of the rehearsal in groups of ten."""
    said: list[Message] = []
    answered: list[tuple[int, bytes]] = []
    stimuli = STIMULI[part]
    for start in range(0, len(stimuli), 10):
        group = stimuli[start : start + 10]
        numbers = journal.append(group, answered)
        answered = []
        for number, stimulus in zip(numbers, group, strict=True):
            answers = engine.handle(stimulus)
            answered.append((number, digest_of_answers(answers)))
            said += answers
    journal.append((), answered)
    return said


def test_a_watch_with_a_launch_and_a_restart_is_repeated_byte_for_byte(tmp_path: Path) -> None:
    config = configured(tmp_path, FOLLOW)
    config.path.write_text(config.path.read_text().replace("exercise", MODE))
    (tmp_path / "sensors.json").write_bytes(roster_json(rehearsal.SENSORS))
    path = config.watch.journal
    # After the launch is declared, two thirds of the way in.
    middle = len(STIMULI) * 3 // 4
    with Journal.create(path, heading()) as journal:
        said = watched(journal, engine_of(heading()), slice(middle))
    before = [each for each in said if isinstance(each, LaunchStatement)]
    assert before, "the launch is declared before the restart"

    watch = config.watch
    start = begin(
        type(config)(path=config.path, feeds=config.feeds, watch=type(watch)(
            mode=MODE, sensors=watch.sensors, journal=path)),
        engine_of, Instant(STIMULI[-1].time), lambda _: None,  # type: ignore[union-attr]
    )  # fmt: skip
    assert start.unsaid == ()
    with start.journal as journal:
        rest = watched(journal, start.engine, slice(middle, None))

    # The launch in progress is the same one, and revisions go on, as if nothing had happened.
    assert any(isinstance(each, FallArea) for each in rest)
    unbroken = engine_of(heading())
    assert [encode(each) for each in said + rest] == [
        encode(answer) for stimulus in STIMULI for answer in unbroken.handle(stimulus)
    ]

    repetition = Repetition(path, engine_of)
    again = [encode(answer) for step in repetition for answer in step.answers]
    assert again == [encode(answer) for answer in said + rest]
    assert repetition.differing is None
    assert repetition.compared == len(STIMULI)
    assert [each for _, each in read(path)] == STIMULI


def test_zones_that_are_not_geojson_are_refused(tmp_path: Path) -> None:
    for content in (b"[]", b"{", b"\xff"):
        broken = Heading(
            version="0", mode="replay", started=Instant(1), sensors=roster_json(rehearsal.SENSORS),
            settings=settings_json(Settings()), zones=content,
        )  # fmt: skip
        with pytest.raises(SettingsError, match="zones file must be"):
            engine_of(broken)


def test_the_last_line_of_each_feed_is_known_after_a_restart(tmp_path: Path) -> None:
    config = configured(tmp_path, FOLLOW)
    engine = engine_of(heading())
    packet = Packet(source="file", line=7, format="jsonplots", received=Instant(10**18),
                    mode="exercise", payload=b"seven")  # fmt: skip
    begin(config, lambda _: engine, Instant(10**18), lambda _: None).journal.close()
    with Journal.resume(config.watch.journal, Heading(
        version="0", mode="exercise", started=Instant(1), sensors=b"", settings=b""
    )) as journal:  # fmt: skip
        journal.append([packet])
    start = begin(config, lambda _: engine, Instant(10**18), lambda _: None)
    start.journal.close()
    assert (start.lines, start.last) == ({"file": 7}, {"file": b"seven"})
    assert [(sequence, stimulus) for sequence, stimulus, _ in start.unsaid] == [(3, packet)]
