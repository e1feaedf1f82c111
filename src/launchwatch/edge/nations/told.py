"""What one partner was told: every line, on disk before it leaves, under the number it bears.

A journal (`launchwatch.journal`) of its own for each partner, with the same chain of hashes. An
entry of the kind ``told`` holds the number of its first line, and lines; numbers begin at 1 and
leave nothing out. The stream is named by the instant of the journal's first heading. So a
partner that was away is told again from here what it missed, whatever became of the broker.
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
        heading = Heading(version=__version__, mode=mode, started=now, sensors=b"", settings=b"")
        if not path.exists():
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
            except OSError as error:
                raise SettingsError(f"{path.parent}: cannot be made: {error.strerror}") from None
            self.stream = now
            self._journal = Journal.create(path, heading)
            return
        self.stream = Instant(0)
        for entry in read_entries(path):
            if entry.sequence == 1:
                self.stream = heading_in(path, entry).started
            if entry.kind == TOLD:
                first, lines = _decode(entry.body)
                if first != self.last + 1:
                    raise JournalError(f"{path}: line {self.last + 1} is missing")
                self._note(entry.sequence, first, len(lines))
        self._journal = Journal.resume(path, heading)

    def append(self, lines: Sequence[bytes]) -> int:
        """Put lines on disk, and give the number of the first.

        Raises:
            JournalError: they are not on disk, and have no numbers.
        """
        first = self.last + 1
        self._journal.keep(TOLD, [_encode((first, lines))])
        self._note(self._journal.sequence, first, len(lines))
        return first

    def since(self, number: int) -> Iterator[tuple[int, bytes]]:
        """Yield the lines from a number on that are on disk now, with their numbers.

        Raises:
            JournalError: an entry was altered or is missing.
        """
        place = bisect_right(self._firsts, number) - 1
        if place < 0:
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
