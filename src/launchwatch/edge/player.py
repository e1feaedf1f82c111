"""Play stimuli at a pace: as they happened, faster, or as fast as they can be handled.

The order is the one that a live watch keeps: what is due is put into the journal first,
then handled, then told. Where handling takes longer than the pace allows, the stream's
time falls behind and nothing is left out.
"""

import threading
from collections.abc import Callable, Iterable, Iterator

from launchwatch.edge.clock import monotonic
from launchwatch.journal import Journal, digest_of_answers
from launchwatch.messages.packet import Packet, Stimulus
from launchwatch.messages.wire import Message
from launchwatch.repeating import Handler
from launchwatch.timescale import Instant, seconds_between

_BATCH = 256
"""Most stimuli in one commit: at full speed a screen is drawn between two of them."""

_NAP = 0.1
"""Seconds between two looks at the screen while nothing is due."""


class Pace:
    """Says when an instant of the stream is due, at so many times real time.

    Args:
        speed: 1 is real time; 0 as fast as possible.
        now: seconds of a monotonic clock; given by tests.
        sleep: waits for so many seconds; given by tests.
    """

    def __init__(
        self,
        speed: float,
        now: Callable[[], float] = monotonic,
        sleep: Callable[[float], object] | None = None,
    ) -> None:
        self.speed = speed
        self._now = now
        self._sleep = threading.Event().wait if sleep is None else sleep
        self._begun: tuple[float, Instant] | None = None

    def remaining(self, instant: Instant) -> float:
        """Give the seconds until an instant is due; the first one asked for is due at once."""
        if self._begun is None:
            self._begun = self._now(), instant
        if self.speed <= 0.0:
            return 0.0
        begun, first = self._begun
        return begun + seconds_between(first, instant) / self.speed - self._now()

    def wait(self, instant: Instant, idle: Callable[[], None]) -> None:
        """Return when an instant is due; call ``idle`` every now and then until it is."""
        while (left := self.remaining(instant)) > 0.0:
            self._sleep(min(left, _NAP))
            idle()


def play(
    stimuli: Iterable[Stimulus],
    engine: Handler,
    pace: Pace,
    *,
    tell: Callable[[Stimulus, tuple[Message, ...]], None],
    idle: Callable[[], None] = lambda: None,
    journal: Journal | None = None,
) -> None:
    """Handle stimuli as they become due, each in the journal before it is handled.

    Args:
        tell: takes each stimulus with its answers.
        idle: called between batches and while waiting; draws the screen.
    """
    answered: list[tuple[int, bytes]] = []
    for batch in _batches(stimuli, pace, idle):
        sequences = journal.append(batch, answered) if journal is not None else ()
        answered = []
        for number, stimulus in enumerate(batch):
            answers = tuple(engine.handle(stimulus))
            if journal is not None:
                answered.append((sequences[number], digest_of_answers(answers)))
            tell(stimulus, answers)
        idle()
    if journal is not None and answered:
        journal.append((), answered)


def time_of(stimulus: Stimulus) -> Instant:
    """Give when a stimulus happened."""
    return stimulus.received if isinstance(stimulus, Packet) else stimulus.time


def _batches(
    stimuli: Iterable[Stimulus], pace: Pace, idle: Callable[[], None]
) -> Iterator[list[Stimulus]]:
    """Give what is due together, in order, at most so many at a time."""
    batch: list[Stimulus] = []
    for stimulus in stimuli:
        if batch and (len(batch) >= _BATCH or pace.remaining(time_of(stimulus)) > 0.0):
            yield batch
            batch = []
        pace.wait(time_of(stimulus), idle)
        batch.append(stimulus)
    if batch:
        yield batch
