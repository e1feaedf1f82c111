"""Applying frames: from a full frame and those that follow, the scene at a moment.

What a page does with the frames that it gets; rows are kept as the bytes that they are.
"""

from collections.abc import Iterable

import msgspec
from msgspec import Raw, Struct

from launchwatch.errors import InputError


class _Clock(Struct):
    time_ms: int


class _Trail(Struct):
    keep: int
    points: list[Raw]


_NOTHING = Raw(b"null")


class _Loose(Struct, omit_defaults=True):
    """A frame whose rows nobody looks into."""

    watch: str
    sequence: int
    clock: Raw
    full: bool = False
    head: Raw = _NOTHING
    counts: Raw = _NOTHING
    put: dict[str, dict[str, Raw]] = {}
    gone: dict[str, list[str]] = {}
    trails: dict[str, dict[str, _Trail]] = {}


_decode = msgspec.json.Decoder(_Loose).decode
_clock = msgspec.json.Decoder(_Clock).decode
_encode = msgspec.json.Encoder().encode

_TRAILS_OF = {"launches": ("launches", "families")}
"""The trails that go with a table's row, where they are not called as the table is."""


class Applied:
    """A scene to which frames are applied, one after the other."""

    def __init__(self) -> None:
        self.frame: _Loose | None = None

    def apply(self, line: bytes) -> None:
        """Apply one frame, as JSON.

        Raises:
            InputError: it does not follow on what was applied before.
        """
        self.take(_decode(line))

    def whole(self) -> bytes:
        """Give the scene as one full frame, as JSON."""
        if self.frame is None:
            raise InputError("a scene needs at least one full frame, got none")
        return _encode(self.frame)

    def take(self, frame: _Loose) -> None:
        """Apply one frame; it must not be used elsewhere."""
        if frame.full:
            self.frame = frame
            return
        scene = self.frame
        if scene is None or frame.watch != scene.watch or frame.sequence != scene.sequence + 1:
            wanted = "a full frame" if scene is None else f"frame {scene.sequence + 1}"
            raise InputError(f"wanted {wanted}, got frame {frame.sequence} of {frame.watch}")
        scene.sequence, scene.clock = frame.sequence, frame.clock
        scene.head = scene.head if frame.head is _NOTHING else frame.head
        scene.counts = scene.counts if frame.counts is _NOTHING else frame.counts
        for table, rows in frame.put.items():
            scene.put.setdefault(table, {}).update(rows)
        for table, names in frame.gone.items():
            for name in names:
                scene.put.get(table, {}).pop(name, None)
                for trail in _TRAILS_OF.get(table, (table,)):
                    scene.trails.get(trail, {}).pop(name, None)
        for table, grown in frame.trails.items():
            kept = scene.trails.setdefault(table, {})
            for name, more in grown.items():
                before = kept[name].points if name in kept else []
                kept[name] = _Trail(keep=0, points=[*before[: more.keep], *more.points])


def scene_at(lines: Iterable[bytes], time_ms: int) -> bytes:
    """Give the scene at a stream time from a segment's lines: its last frame not after that.

    The first frame is taken in any case.
    """
    applied = Applied()
    for number, line in enumerate(lines):
        frame = _decode(line)
        if number and _clock(frame.clock).time_ms > time_ms:
            break
        applied.take(frame)
    return applied.whole()
