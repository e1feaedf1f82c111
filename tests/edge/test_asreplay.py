"""A live watch, repeated, never looks live."""

from msgspec.structs import replace

from launchwatch import rehearsal
from launchwatch.edge.asreplay import AsReplay, as_replay
from launchwatch.engine import Engine
from launchwatch.messages.warning import Alert, Statement
from launchwatch.settings import Settings


def said_by(mode):
    engine = Engine(rehearsal.SENSORS)
    stimuli = [replace(one, mode=mode) for one in rehearsal.stimuli()]
    return [engine.handle(one) for one in stimuli], engine


def test_a_live_watch_repeated_says_to_the_letter_what_a_replay_of_its_plots_says():
    live, engine = said_by("live")
    replay, other = said_by("replay")
    assert any(isinstance(one, Alert) and one.status == "Actual" for each in live for one in each)
    again = AsReplay(Settings().warning)
    assert [tuple(again.marked(each)) for each in live] == replay
    assert any(isinstance(one, Statement) for each in replay for one in each)
    assert as_replay(engine.summary()) == other.summary()


def test_what_was_no_live_watch_is_left_as_it_was():
    drill, engine = said_by("exercise")
    again = AsReplay(Settings().warning)
    assert [tuple(again.marked(each)) for each in drill] == drill
    assert as_replay(engine.summary()).mode == "exercise"
