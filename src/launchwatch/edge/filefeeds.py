"""Files as feeds: one that grows, and one that is written anew again and again.

A file that grows is gone on with behind the last journalled line after a restart, and begun anew
where another takes its place.
"""

import asyncio
import os
from typing import BinaryIO

from launchwatch.edge.config import Feed
from launchwatch.edge.intake import LONGEST_PAYLOAD, Intake, LineSplitter, Sender
from launchwatch.edge.noticefile import NoticeSplitter
from launchwatch.edge.splitting import DocumentSplitter
from launchwatch.engine import NOTICES
from launchwatch.sensors import aircraftjson
from launchwatch.sensors.notices import documents

_CHUNK = 64 * 1024

_POLL_AGAIN = 5.0
"""Seconds: an airliner has gone 1.2 km, which reckoning covers, and the journal stays small."""

_LONGEST_FILE = max(aircraftjson.LONGEST, documents.LARGEST)

_LOOK_AGAIN = 0.05
"""Seconds between looks at a file: a tenth of the time in which a warning must be out."""


class FollowedFile:
    """A file that grows: its lines as they are added, and those of a file that takes its place."""

    def __init__(self, feed: Feed, intake: Intake, last: bytes | None) -> None:
        assert feed.path is not None  # noqa: S101 - the configuration was checked
        self._feed, self._intake, self._path, self._last = feed, intake, feed.path, last
        self._stop = asyncio.Event()
        self._sender = Sender()

    async def open(self) -> str:
        """Begin; say where, in words."""
        self._task = asyncio.create_task(self._follow())
        return f"following {self._path}"

    async def _follow(self) -> None:
        file: BinaryIO | None = None
        try:
            while not self._stop.is_set():
                if file is None:
                    file = self._opened()
                    splitter = LineSplitter()
                if file is not None:
                    while (chunk := file.read(_CHUNK)) and not self._stop.is_set():
                        await self._put(splitter.lines(chunk))
                    if not self._is_still(file):
                        # What stands without a line's end will not get one any more.
                        if rest := splitter.rest():
                            await self._put([rest])
                        file.close()
                        file = None
                        continue
                try:
                    await asyncio.wait_for(self._stop.wait(), _LOOK_AGAIN)
                except TimeoutError:
                    continue
        finally:
            if file is not None:
                file.close()

    async def _put(self, lines: list[bytes]) -> None:
        # In order: a restart goes on behind as many lines as the journal has.
        feed = self._feed
        await self._intake.put(feed.name, feed.format, lines, self._sender, in_order=True)

    def _opened(self) -> BinaryIO | None:
        try:
            file = self._path.open("rb")
        except OSError:
            return None
        last, self._last = self._last, None
        if last is not None and not _skip(file, self._intake.lines.get(self._feed.name, 0), last):
            file.seek(0)
        return file

    def _is_still(self, file: BinaryIO) -> bool:
        """Tell whether the path still names this file, and it has not been cut."""
        try:
            there, ours = self._path.stat(), os.fstat(file.fileno())
        except OSError:
            return True  # Gone for now; a new file may take its place.
        return (there.st_ino, there.st_dev) == (ours.st_ino, ours.st_dev) and (
            ours.st_size >= file.tell()
        )

    async def shut(self) -> None:
        """Read no more, and return when all that was read has been handed on."""
        self._stop.set()
        await self._task

    async def leave(self) -> None:
        """Let go; there is nothing to let go of."""


def _skip(file: BinaryIO, lines: int, last: bytes) -> bool:
    """Read over lines that the journal has; false if the last of them is not what it has."""
    line = b""
    for _ in range(lines):
        line = file.readline()
        if not line.endswith(b"\n"):
            return False
    return line[:-1][:LONGEST_PAYLOAD].removesuffix(b"\r") == last


class PolledFile:
    """A file that is written anew again and again."""

    def __init__(self, feed: Feed, intake: Intake) -> None:
        assert feed.path is not None  # noqa: S101 - the configuration was checked
        self._feed, self._intake, self._path = feed, intake, feed.path
        self._stop = asyncio.Event()
        self._sender = Sender()

    async def open(self) -> str:
        """Begin; say where, in words."""
        self._task = asyncio.create_task(self._poll())
        return f"looking at {self._path} every {_POLL_AGAIN:g} s"

    async def _poll(self) -> None:
        kind, seen = self._feed.format, None
        splitter = NoticeSplitter(kind) if kind in NOTICES else DocumentSplitter()
        while not self._stop.is_set():
            try:
                there = self._path.stat()
                if seen != (seen := (there.st_mtime_ns, there.st_size, there.st_ino)):
                    with self._path.open("rb") as file:
                        content = file.read(_LONGEST_FILE + 1)
                    pieces = splitter.pieces(content)
                    feed = self._feed
                    await self._intake.put(
                        feed.name, feed.format, pieces, self._sender, in_order=True
                    )
            except OSError:
                seen = None  # gone for now
            try:
                await asyncio.wait_for(self._stop.wait(), _POLL_AGAIN)
            except TimeoutError:
                continue

    async def shut(self) -> None:
        """Read no more, and return when all that was read has been handed on."""
        self._stop.set()
        await self._task

    async def leave(self) -> None:
        """Let go; there is nothing to let go of."""
