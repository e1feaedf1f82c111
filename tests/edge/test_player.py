from launchwatch.edge.player import Pace, play, time_of
from launchwatch.messages.packet import Tick
from launchwatch.timescale import SECOND, Instant

START = 1_762_000_000 * SECOND


class Hands:
    """A clock that moves only when someone sleeps."""

    def __init__(self):
        self.at = 100.0

    def now(self):
        return self.at

    def sleep(self, seconds):
        self.at += seconds


class Echo:
    def __init__(self):
        self.handled = []

    def handle(self, stimulus):
        self.handled.append(stimulus)
        return ()


def ticks(count):
    return [Tick(time=Instant(START + k * SECOND), mode="simulation") for k in range(count)]


def test_playing_takes_as_long_as_the_pace_says():
    hands = Hands()
    play(ticks(101), Echo(), Pace(20.0, hands.now, hands.sleep), tell=lambda *_: None)
    assert abs(hands.at - 100.0 - 100.0 / 20.0) < 0.01


def test_no_pace_means_no_waiting():
    hands = Hands()
    play(ticks(101), Echo(), Pace(0.0, hands.now, hands.sleep), tell=lambda *_: None)
    assert hands.at == 100.0


def test_everything_is_handled_once_in_its_order():
    hands, echo, told = Hands(), Echo(), []
    sent = ticks(1000)
    play(
        sent, echo, Pace(50.0, hands.now, hands.sleep), tell=lambda _, answers: told.append(answers)
    )
    assert echo.handled == sent
    assert len(told) == len(sent)


def test_the_screen_is_drawn_while_nothing_is_due():
    hands, drawn = Hands(), []
    play(ticks(11), Echo(), Pace(1.0, hands.now, hands.sleep), tell=lambda *_: None,
         idle=lambda: drawn.append(hands.at))  # fmt: skip
    assert len(drawn) > 50


def test_a_stimulus_is_in_the_journal_before_it_is_handled():
    order = []

    class Recording:
        def append(self, stimuli, answered=()):
            order.extend(("journal", time_of(each)) for each in stimuli)
            return tuple(range(len(stimuli)))

    class Watching:
        def handle(self, stimulus):
            order.append(("engine", time_of(stimulus)))
            return ()

    hands = Hands()
    play(ticks(5), Watching(), Pace(1.0, hands.now, hands.sleep), tell=lambda *_: None,
         journal=Recording())  # fmt: skip
    for each in ticks(5):
        assert order.index(("journal", each.time)) < order.index(("engine", each.time))
