"""The record of a scene: what was shown when, kept so that any moment can be shown again.

A record is a gzip file of JSON lines, one a frame, in segments. Each segment is a gzip member of
its own and begins with a full frame, so that one can be read without the others, and the file as a
whole with any tool that reads gzip. What was shown is kept, never drawn anew with hindsight.
"""

import zlib
from typing import IO

import msgspec
from msgspec import Struct

SEGMENT_MS = 60_000
"""Stream time that one segment holds: what must be read to show one moment. A minute of fifty
flights is about 60 frames of 100 kB."""

SEGMENT_BYTES = 4_000_000
"""A segment also ends when it holds so much: reading it takes some 50 ms."""

_LEVEL = 5
"""Of compression: 6 takes a third longer for 2 % less."""

_GZIP = 31
"""zlib's window bits for a gzip member."""


class Segment(Struct, frozen=True, kw_only=True):
    """A piece of the record: where it lies in the file and which stream times it holds."""

    number: int
    from_ms: int
    to_ms: int
    offset: int
    bytes: int
    is_open: bool = False


class Recorder:
    """Writes frames into a record. Used from one thread.

    Each frame must be given with the full frame of the same moment at hand: ``is_due`` says when
    that is wanted.
    """

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._offset = 0
        self._lines: list[bytes] = []
        self._size = 0
        self._from_ms = self._to_ms = 0
        self.segments: list[Segment] = []

    @property
    def is_due(self) -> bool:
        """Whether the next thing written must be a full frame."""
        return (
            not self._lines
            or self._to_ms - self._from_ms >= SEGMENT_MS
            or self._size >= SEGMENT_BYTES
        )

    def write(self, line: bytes, time_ms: int, *, full: bool) -> None:
        """Add a frame; a full one begins a new segment."""
        if full:
            self.close_segment()
            self._from_ms = time_ms
        self._lines.append(line)
        self._size += len(line) + 1
        self._to_ms = time_ms

    def open_lines(self) -> list[bytes]:
        """Give the frames of the segment that is still open."""
        return list(self._lines)

    def open_segment(self) -> Segment | None:
        """Describe the segment that is still open."""
        if not self._lines:
            return None
        return Segment(
            number=len(self.segments),
            from_ms=self._from_ms,
            to_ms=self._to_ms,
            offset=self._offset,
            bytes=self._size,
            is_open=True,
        )

    def close_segment(self) -> None:
        """Write out what the open segment holds."""
        segment = self.open_segment()
        if segment is None:
            return
        content = packed(self._lines)
        self._file.write(content)
        self._file.flush()
        self.segments.append(msgspec.structs.replace(segment, bytes=len(content), is_open=False))
        self._offset += len(content)
        self._lines, self._size = [], 0


def packed(lines: list[bytes]) -> bytes:
    """Give lines as one gzip member; the same lines give the same bytes."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    return b"".join([*(packer.compress(line + b"\n") for line in lines), packer.flush()])


def unpacked(content: bytes) -> list[bytes]:
    """Give the lines of one gzip member."""
    return zlib.decompress(content, _GZIP).splitlines()
