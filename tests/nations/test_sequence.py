"""Each number once, none left out."""

import pytest

from launchwatch.nations.envelope import Opened, Refusal
from launchwatch.nations.sequence import Sequence
from launchwatch.timescale import SECOND, Instant

from .sealing import BEGUN, NOW, claims


def envelope(first: int, count: int = 1, after_s: float = 0.0, **changed: object) -> Opened:
    signed = Instant(NOW + round(after_s * SECOND))
    return Opened(claims(first=first, count=count, signed=signed, **changed), (), "k")


def refused(sequence: Sequence, opened: Opened) -> str:
    with pytest.raises(Refusal) as caught:
        sequence.take(opened)
    return caught.value.reason


def test_lines_are_taken_in_their_order() -> None:
    sequence = Sequence()
    sequence.take(envelope(1, 3))
    sequence.take(envelope(4, 2, 1.0))
    assert sequence.last == 5


def test_a_gap_is_named_and_changes_nothing() -> None:
    sequence = Sequence()
    sequence.take(envelope(1, 3))
    assert refused(sequence, envelope(5, 1, 1.0)) == "gap"
    sequence.take(envelope(4, 1, 2.0))
    assert sequence.last == 4


def test_what_is_sealed_anew_is_a_duplicate_and_what_is_played_again_a_replay() -> None:
    sequence = Sequence()
    first = envelope(1, 3)
    sequence.take(first)
    assert refused(sequence, first) == "replay"
    assert refused(sequence, envelope(1, 3, 1.0)) == "duplicate"


def test_a_new_stream_begins_at_one() -> None:
    sequence = Sequence(BEGUN, 9)
    new = {"stream": Instant(BEGUN + SECOND)}
    assert refused(sequence, envelope(10, **new)) == "gap"
    sequence.take(envelope(1, 2, 1.0, **new))
    assert (sequence.stream, sequence.last) == (new["stream"], 2)
    assert refused(sequence, envelope(10, 1, 2.0, stream=BEGUN)) == "replay"


def test_numbers_that_a_crash_left_out_are_no_gap() -> None:
    sequence = Sequence()
    sequence.take(envelope(1, 3))
    sequence.take(envelope(1_000_003, 2, 1.0, before=2))  # the sender has forgotten the third
    assert sequence.last == 1_000_004
    assert refused(sequence, envelope(2_000_000, 1, 2.0, before=1_500_000)) == "gap"
