"""The record of a scene: what was shown when, kept so that any moment can be shown again.

A record is a folder of segments, each a gzip file of JSON lines, one a frame, the first of them
full. Names carry running number and stream times (milliseconds), so that the folder is its own
index; joined in their order the files are one valid gzip file. What was shown is kept, and never
drawn anew with hindsight.
"""

import re
import zlib
from bisect import bisect_right
from collections.abc import Iterable
from pathlib import Path

import msgspec
from msgspec import Struct

from launchwatch.edge.scene.applying import scene_at
from launchwatch.errors import InputError, SettingsError
from launchwatch.messages.scene import Head

SHORTEST_MS = 20_000
"""A segment holds at least so much of the stream, however large its first frame is."""

LONGEST_MS = 60_000
"""And at most so much: that must be read to show one moment."""

_RATIO = 4
"""A segment ends when its changes weigh so many times its full frame: then full frames are a fifth
of the record at most, and showing a moment costs five times a full frame at most."""

MOST_BYTES = 2_000_000_000
"""Of a record; beyond, its oldest segments go. Some days of a busy watch, months of a quiet one."""

_LEVEL = 5
"""Of compression: 6 takes a third longer for 2 % less."""

_GZIP = 31
"""zlib's window bits for a gzip member."""

_NAME = re.compile(r"(\d{6,})-(-?\d+)-(-?\d+)\.jsonl\.gz")


class Segment(Struct, frozen=True, kw_only=True):
    """A piece of the record: its number, the stream times that it holds, how large it is."""

    number: int
    from_ms: int
    to_ms: int
    bytes: int
    is_open: bool = False


class _Headed(Struct):
    head: Head


class Record:
    """A folder of segments that grows. Used from one thread.

    Attributes:
        folder: where it lies.
        segments: those that are closed, oldest first.
    """

    def __init__(self, folder: Path, most_bytes: int = MOST_BYTES) -> None:
        """Make the folder, or go on with the one that is there.

        Raises:
            SettingsError: it cannot be made or read.
        """
        self.folder, self._most = folder, most_bytes
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self.segments = sorted(_listed(folder), key=lambda each: each.number)
        except OSError as error:
            raise SettingsError(
                f"{folder}: cannot keep the map's record: {error.strerror}"
            ) from None
        self._number = self.segments[-1].number + 1 if self.segments else 0
        self._packer: zlib._Compress | None = None
        self._content: list[bytes] = []
        self._first = self._after = 0
        self._from_ms = self._to_ms = 0

    @property
    def is_due(self) -> bool:
        """Whether the next frame given must be a full one."""
        long = self._to_ms - self._from_ms
        if self._packer is None or long >= LONGEST_MS or long < 0:
            return True
        return long >= SHORTEST_MS and self._after >= _RATIO * self._first

    def write(self, line: bytes, time_ms: int, *, full: bool) -> None:
        """Add a frame as JSON; a full one begins a new segment.

        Raises:
            OSError: the segment before could not be written; it is lost, the record goes on.
        """
        try:
            if full:
                self.close()
        finally:
            if full:
                self._packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
                self._first, self._after, self._from_ms = len(line), 0, time_ms
            else:
                self._after += len(line)
            if self._packer is not None:
                self._content.append(self._packer.compress(line + b"\n"))
                self._to_ms = time_ms

    def close(self) -> None:
        """Write out the open segment, if there is one.

        Raises:
            OSError: it could not be written, and is lost.
        """
        if self._packer is None:
            return
        content = b"".join([*self._content, self._packer.flush()])
        segment = Segment(
            number=self._number, from_ms=self._from_ms, to_ms=self._to_ms, bytes=len(content)
        )
        self._packer, self._content = None, []
        self._number += 1
        path = self._path(segment)
        unfinished = path.with_suffix(".part")
        unfinished.write_bytes(content)
        unfinished.rename(path)
        self.segments.append(segment)
        self._forget()

    def index(self) -> list[Segment]:
        """Describe all segments, the open one too."""
        if self._packer is None:
            return list(self.segments)
        size = sum(len(each) for each in self._content)
        return [
            *self.segments,
            Segment(
                number=self._number, from_ms=self._from_ms, to_ms=self._to_ms, bytes=size,
                is_open=True,
            ),
        ]  # fmt: skip

    def content(self, number: int) -> bytes:
        """Give one segment, gzip; the open one as far as it is.

        Raises:
            InputError: there is no such segment, or no longer.
        """
        if number == self._number and self._packer is not None:
            return b"".join([*self._content, self._packer.copy().flush()])
        found = next((each for each in self.segments if each.number == number), None)
        try:
            if found is not None:
                return self._path(found).read_bytes()
        except OSError:
            pass
        numbers = [each.number for each in self.index()]
        wanted = f"{numbers[0]} to {numbers[-1]}" if numbers else "none yet"
        raise InputError(f"a segment's number must be one of the record's ({wanted}), got {number}")

    def at(self, time_ms: int) -> bytes:
        """Give the whole scene as it was known at a stream time, as JSON: a full frame.

        Raises:
            InputError: that is before the record begins.
        """
        index = self.index()
        place = bisect_right([each.from_ms for each in index], time_ms)
        if place == 0:
            begins = index[0].from_ms if index else "nothing yet"
            raise InputError(f"time_ms must not lie before the record ({begins}), got {time_ms}")
        content = self.content(index[place - 1].number)
        return scene_at(unpacked(content), time_ms)

    def head(self) -> Head:
        """Give what holds for the watch, from the newest closed segment.

        Raises:
            InputError: there is none.
        """
        if not self.segments:
            raise InputError(f"{self.folder}: the record is empty")
        lines = unpacked(self.content(self.segments[-1].number))
        return msgspec.json.decode(lines[0], type=_Headed).head

    def _path(self, segment: Segment) -> Path:
        name = f"{segment.number:06}-{segment.from_ms}-{segment.to_ms}.jsonl.gz"
        return self.folder / name

    def _forget(self) -> None:
        size = sum(each.bytes for each in self.segments)
        while size > self._most and len(self.segments) > 1:
            oldest = self.segments.pop(0)
            size -= oldest.bytes
            self._path(oldest).unlink(missing_ok=True)


def kept_in(folder: Path) -> bool:
    """Say whether a folder holds segments of a record."""
    return any(_NAME.fullmatch(path.name) for path in folder.iterdir())


def unpacked(content: bytes) -> list[bytes]:
    """Give the lines of one segment."""
    return zlib.decompress(content, _GZIP).splitlines()


def _listed(folder: Path) -> Iterable[Segment]:
    for path in folder.iterdir():
        if found := _NAME.fullmatch(path.name):
            number, from_ms, to_ms = (int(each) for each in found.groups())
            yield Segment(number=number, from_ms=from_ms, to_ms=to_ms, bytes=path.stat().st_size)
