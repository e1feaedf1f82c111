"""Repeat a past watch from its journal, and prove that it answers as it did then.

Each heading in a journal is one start of the watch. A start after a stop rebuilt the
engine's state from the entries since `Heading.since`; a repetition does the same, so it
meets every stimulus with the engine that met it then. The journal holds a digest of every
answer; where one differs, its stimulus is named.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from launchwatch.journal import (
    ANSWERS,
    HEADING,
    STIMULUS,
    Heading,
    answers_in,
    digest_of_answers,
    heading_in,
    read,
    read_entries,
    stimulus_in,
)
from launchwatch.messages.packet import Stimulus
from launchwatch.messages.wire import Message


class Handler(Protocol):
    """What is repeated: `launchwatch.engine.Engine` has this form."""

    def handle(self, stimulus: Stimulus, /) -> Sequence[Message]:
        """Answer one stimulus."""


class Step(Struct, frozen=True):
    """One stimulus of a past watch, and what the engine answers to it now."""

    sequence: int
    stimulus: Stimulus
    answers: tuple[Message, ...]


class Repetition:
    """A watch on its way through again: iterate over it once, then ask what it proved.

    Attributes:
        compared: how many stimuli have had their answers compared with those of then.
        differing: sequence number of the first stimulus whose answers differ; None if none.
        engine: the engine that handled the last stimulus; None before the first.
    """

    def __init__(self, path: Path, build: Callable[[Heading], Handler]) -> None:
        self.path = path
        self.compared = 0
        self.differing: int | None = None
        self.engine: Handler | None = None
        self._build = build
        # Answers of now that have not met their digest of then.
        self._open: dict[int, bytes] = {}

    def __iter__(self) -> Iterator[Step]:
        for entry in read_entries(self.path):
            if entry.kind == HEADING:
                heading = heading_in(self.path, entry)
                self.engine = self._build(heading)
                if heading.since:
                    warm_up(self.engine, self.path, heading.since, entry.sequence)
            elif entry.kind == STIMULUS and self.engine is not None:
                stimulus = stimulus_in(self.path, entry)
                answers = tuple(self.engine.handle(stimulus))
                self._open[entry.sequence] = digest_of_answers(answers)
                yield Step(entry.sequence, stimulus, answers)
            elif entry.kind == ANSWERS:
                for sequence, digest in answers_in(self.path, entry):
                    self._compare(sequence, digest)

    def _compare(self, sequence: int, digest: bytes) -> None:
        self.compared += 1
        if self._open.pop(sequence, b"") != digest:
            self.differing = min(sequence, self.differing or sequence)

    @property
    def unproven(self) -> int:
        """How many stimuli have no digest: those whose watch ended before it was written."""
        return len(self._open)

    def verdict(self) -> str:
        """Say in one sentence what the repetition proved."""
        if self.differing is not None:
            return (
                f"{self.path}: the answers differ from those of the watch, "
                f"first at entry {self.differing}"
            )
        said = f"{self.path}: the answers to {self.compared} entries are those of the watch, "
        said += "byte for byte"
        if self.unproven:
            said += f"; {self.unproven} more were journalled, but the watch left no digest of them"
        return said


def warm_up(engine: Handler, path: Path, since: int, until: int) -> int:
    """Give an engine the stimuli from one entry up to before another; return how many.

    Their answers were given when they first came, and are dropped.
    """
    count = 0
    for sequence, stimulus in read(path, since):
        if sequence >= until:
            break
        engine.handle(stimulus)
        count += 1
    return count
