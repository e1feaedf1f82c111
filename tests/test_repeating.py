"""A past watch is repeated from its journal, and the repetition proves itself."""

from collections.abc import Sequence
from pathlib import Path

from launchwatch.journal import Heading, Journal, digest_of_answers, read
from launchwatch.messages.packet import Packet, Stimulus, Tick
from launchwatch.messages.plot import Refused
from launchwatch.messages.wire import Message, encode
from launchwatch.repeating import Repetition, warm_up
from launchwatch.timescale import Instant


class Counting:
    """An engine that refuses every packet with a number that depends on all before it."""

    def __init__(self, odd_at: int = -1) -> None:
        self.count = 0
        self.odd_at = odd_at

    def handle(self, stimulus: Stimulus, /) -> Sequence[Message]:
        if isinstance(stimulus, Tick):
            return ()
        assert isinstance(stimulus, Packet)
        self.count += 1
        detail = f"number {self.count}" + ("!" if self.count == self.odd_at else "")
        return (
            Refused(source="f", line=stimulus.line, time=stimulus.received, mode=stimulus.mode,
                    reason="malformed", detail=detail),
        )  # fmt: skip


def heading(since: int = 0) -> Heading:
    return Heading(
        version="0", mode="replay", started=Instant(1), sensors=b"", settings=b"", since=since
    )


def stimulus(number: int) -> Stimulus:
    if number % 5 == 0:
        return Tick(time=Instant(number), mode="replay")
    return Packet(source="f", line=number, format="j", received=Instant(number), mode="replay",
                  payload=b"p")  # fmt: skip


def watched(path: Path, *, starts: int = 1, kept: bool = True) -> list[bytes]:
    """Watch thirty stimuli a start, restarting from the newest ten entries; keep the answers."""
    said: list[bytes] = []
    for start in range(starts):
        engine = Counting()
        if start == 0:
            journal = Journal.create(path, heading())
        else:
            since = max(sequence for sequence, _ in read(path)) - 9
            journal = Journal.resume(path, heading(since))
            warm_up(engine, path, since, journal.sequence)
        noted: list[tuple[int, bytes]] = []
        with journal:
            for first in range(1, 31, 6):
                group = [stimulus(100 * start + first + number) for number in range(6)]
                sequences = journal.append(group, noted)
                noted.clear()
                for sequence, each in zip(sequences, group, strict=True):
                    answers = engine.handle(each)
                    said.append(b"".join(map(encode, answers)))
                    if kept:
                        noted.append((sequence, digest_of_answers(answers)))
            journal.append((), noted)
    return said


def test_a_repetition_is_byte_identical_and_says_so(tmp_path: Path) -> None:
    path = tmp_path / "watch.journal"
    said = watched(path)
    repetition = Repetition(path, lambda _: Counting())
    assert [b"".join(map(encode, step.answers)) for step in repetition] == said
    assert (repetition.compared, repetition.differing, repetition.unproven) == (30, None, 0)
    assert repetition.verdict().endswith(
        "the answers to 30 entries are those of the watch, byte for byte"
    )


def test_a_watch_that_was_restarted_is_repeated_with_its_restarts(tmp_path: Path) -> None:
    path = tmp_path / "watch.journal"
    said = watched(path, starts=3)
    repetition = Repetition(path, lambda _: Counting())
    assert [b"".join(map(encode, step.answers)) for step in repetition] == said
    assert (repetition.compared, repetition.differing) == (90, None)


def test_the_first_entry_whose_answers_differ_is_named(tmp_path: Path) -> None:
    path = tmp_path / "watch.journal"
    watched(path)
    packets = [sequence for sequence, each in read(path) if isinstance(each, Packet)]
    repetition = Repetition(path, lambda _: Counting(odd_at=13))
    list(repetition)
    assert repetition.differing == packets[12]
    assert f"first at entry {packets[12]}" in repetition.verdict()


def test_a_watch_without_digests_is_repeated_but_not_called_equal(tmp_path: Path) -> None:
    path = tmp_path / "watch.journal"
    watched(path, kept=False)
    repetition = Repetition(path, lambda _: Counting())
    assert len(list(repetition)) == 30
    assert repetition.unproven == 30
    assert "30 more were journalled, but the watch left no digest" in repetition.verdict()
