"""What one partner was told: every line, written before it leaves, under the number it bears.

A journal (`launchwatch.journal`) of its own for each partner, with the same chain of hashes. An
entry of the kind ``told`` holds the number of its first line, and lines; numbers begin at 1. The
stream is named by the instant of the journal's first heading. So a partner that was away is told
again from here what it missed, whatever became of the broker.

A line is written before it leaves, and is then safe from whatever becomes of this process; the disk
has it within `FLUSH_S`. Were it waited for, a line would wait for three flushes one after another
instead of two (the watch's journal here and there), and the disk would serve twice as many writers.
The price: a machine that loses power may forget lines that a partner has. So that their
numbers are never given to others, a journal that was not closed in order goes on `LEAP` numbers
later, and says so (`before`).
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import msgpack

from launchwatch import __version__
from launchwatch.errors import JournalError, SettingsError
from launchwatch.journal import TOLD, Heading, Journal, heading_in, read_entries
from launchwatch.messages.packet import Mode
from launchwatch.timescale import Instant

FLUSH_S = 0.25
"""Seconds within which the disk has what was written."""

LEAP = 1_000_000
"""Numbers left out after a crash: a thousand times what is told within `FLUSH_S`."""

_decode = msgpack.Decoder(tuple[int, tuple[bytes, ...]]).decode
_encode = msgpack.Encoder().encode


class Told:
    """The journal of one partner. Written from one thread at a time.

    Attributes:
        stream: the instant at which numbering began.
        last: number of the last line on disk.
    """

    def __init__(self, path: Path, mode: Mode, now: Instant) -> None:
        """Begin a journal, or go on with one.

        Raises:
            SettingsError: there is no folder for it.
            JournalError: it is of another mode, damaged, or in use.
        """
        self.path = path
        self.last = 0
        self._firsts: list[int] = []
        self._entries: list[int] = []
        self._lasts: list[int] = []
        heading = Heading(version=__version__, mode=mode, started=now, sensors=b"", settings=b"")
        if not path.exists():
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise SettingsError(f"{path.parent}: cannot be made: {error.strerror}") from None
            self.stream = now
            self._journal = Journal.create(path, heading)
            self._journal.flush_later()
            self._next = 1
            return
        was_closed = not path.with_name(path.name + "-wal").exists()
        self.stream = Instant(0)
        for entry in read_entries(path):
            if entry.sequence == 1:
                self.stream = heading_in(path, entry).started
            if entry.kind == TOLD:
                first, lines = _decode(entry.body)
                if first <= self.last:
                    raise JournalError(f"{path}: line {first} is there twice")
                self._note(entry.sequence, first, len(lines))
        self._journal = Journal.resume(path, heading)
        self._journal.flush_later()
        self._next = self.last + 1 + (0 if was_closed else LEAP)

    def append(self, lines: Sequence[bytes]) -> int:
        """Write lines down, and give the number of the first.

        Raises:
            JournalError: they are not written down, and have no numbers.
        """
        first = self._next
        self._journal.keep(TOLD, [_encode((first, lines))])
        self._note(self._journal.sequence, first, len(lines))
        return first

    def flush(self) -> None:
        """Return when the disk has all that was written.

        Raises:
            JournalError: it has not.
        """
        self._journal.flush()

    def before(self, number: int) -> int:
        """Give the number of the line before one; 0 before the first."""
        place = bisect_right(self._firsts, number) - 1
        if place < 0 or self._firsts[place] != number:
            return number - 1
        return self._lasts[place - 1] if place else 0

    def since(self, number: int) -> Iterator[tuple[int, bytes]]:
        """Yield the lines from a number on that are on disk now, with their numbers.

        Raises:
            JournalError: an entry was altered or is missing.
        """
        place = max(bisect_right(self._firsts, number) - 1, 0)
        if not self._entries:
            return
        for entry in read_entries(self.path, self._entries[place]):
            if entry.kind == TOLD:
                first, lines = _decode(entry.body)
                for each, line in enumerate(lines, first):
                    if each >= number:
                        yield each, line

    def close(self) -> None:
        """Let the file go."""
        self._journal.close()

    def _note(self, entry: int, first: int, count: int) -> None:
        self._firsts.append(first)
        self._entries.append(entry)
        self.last = first + count - 1
        self._lasts.append(self.last)
        self._next = self.last + 1
