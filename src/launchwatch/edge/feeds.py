"""The ways in: files that grow, TCP, UDP and standard input, each bringing lines.

====================== ==============================================================
file-follow            lines as they are added; goes on behind the last journalled line
                       after a restart, and from the start of a file that takes its place
tcp                    many senders; each line is acknowledged by ``ack N`` when it is on
                       disk, N counting this connection's lines from 1 and meaning all up
                       to it; a sender that does not read is not waited for
udp                    a datagram holds one line or several; what does not fit is counted
file-poll              a file that is written anew again and again, looked at every 5 s: of an
                       aircraft.json those aircraft that have moved, of warnings and NOTAMs
                       those that are new
stdin                  until its end
====================== ==============================================================

A feed that can wait reads no further while the watch is behind. `shut` ends the reading
and returns when all that was read has been handed on; `leave` lets go of connections, which
until then still get their acknowledgements.
"""

import asyncio
import functools
import os
import select
import socket
import sys
import threading
from typing import Protocol

from launchwatch.edge.config import Feed
from launchwatch.edge.filefeeds import FollowedFile, PolledFile
from launchwatch.edge.intake import Intake, LineSplitter, Sender
from launchwatch.edge.splitting import BeastSplitter
from launchwatch.errors import SettingsError
from launchwatch.sensors.adsb import BEAST

_CHUNK = 64 * 1024
_READ = 16 * 1024
"""Bytes taken of one connection before the others have their turn: half a millisecond's work."""

_MOST_CONNECTIONS = 256
_TELL_AGAIN = 0.05
"""Seconds until a sender that does not read is told again, and half of those between looks at
whether standard input has ended."""


class Door(Protocol):
    """A feed that is open."""

    async def shut(self) -> None:
        """Read no more, and return when all that was read has been handed on."""

    async def leave(self) -> None:
        """Let go of what is still held, such as connections."""


async def open_feed(feed: Feed, intake: Intake, last: bytes | None = None) -> tuple[Door, str]:
    """Open a feed; give it, and where it listens, in words.

    Args:
        last: payload of the last line of this feed that the journal holds, if any.

    Raises:
        SettingsError: it cannot be opened, such as a port that is in use.
    """
    door: _Tcp | _Udp | FollowedFile | PolledFile | _Stdin
    if feed.kind == "tcp":
        door = _Tcp(feed, intake)
    elif feed.kind == "udp":
        door = _Udp(feed, intake)
    elif feed.kind == "file-follow":
        door = FollowedFile(feed, intake, last)
    elif feed.kind == "file-poll":
        door = PolledFile(feed, intake)
    else:
        door = _Stdin(feed, intake)
    try:
        where = await door.open()
    except OSError as error:
        raise SettingsError(f"feed {feed.name!r} cannot be opened: {error}") from None
    return door, f"feed {feed.name}: {where}"


class _Tcp:
    def __init__(self, feed: Feed, intake: Intake) -> None:
        self._feed, self._intake = feed, intake
        self._senders: dict[asyncio.Task[None], _Connection] = {}

    async def open(self) -> str:
        self._server = await asyncio.start_server(
            self._serve, self._feed.address, self._feed.port, limit=_CHUNK
        )
        address, port = self._server.sockets[0].getsockname()[:2]
        return f"listening on tcp {address}:{port}"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._senders) >= _MOST_CONNECTIONS:
            writer.close()
            return
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a connection is served by a task
        sender = self._senders[task] = _Connection(reader, writer)
        try:
            await sender.serve(self._feed, self._intake)
        except (ConnectionError, TimeoutError):
            pass  # The sender has gone; what it sent whole is on its way.
        finally:
            sender.has_read.set()
            self._intake.leave(self._feed.name, sender.sender)
            del self._senders[task]
            writer.close()

    async def shut(self) -> None:
        self._server.close()
        senders = list(self._senders.values())
        for sender in senders:
            sender.stop()
        for sender in senders:
            await sender.has_read.wait()

    async def leave(self) -> None:
        tasks = list(self._senders)
        for task, sender in list(self._senders.items()):
            await sender.flush()
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


class _Connection:
    """One connection: its lines, and how far they are acknowledged.

    Invariant: its first ``_kept`` lines are on disk, and so are those in ``_kept_early``; the
    line behind the first is not. Lines of different sensors need not be recorded in order.
    """

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.has_read = asyncio.Event()
        self.sender = Sender()
        self._reader, self._writer = reader, writer
        self._stopped = False
        self._reading: asyncio.Future[bytes] | None = None
        self._taken = self._kept = self._told = 0
        self._kept_early: set[int] = set()
        self._is_due = False
        self._all_kept = asyncio.Event()

    async def serve(self, feed: Feed, intake: Intake) -> None:
        splitter = BeastSplitter() if feed.format == BEAST else LineSplitter()
        while chunk := await self._read():
            await self._take(feed, intake, splitter.lines(chunk))
        # A line without an end is whole if the sender says so, not if we were the ones to stop.
        if not self._stopped and (rest := splitter.rest()):
            await self._take(feed, intake, [rest])
        self.has_read.set()
        while self._kept < self._taken:
            self._all_kept.clear()
            await self._all_kept.wait()
        await self.flush()

    async def _read(self) -> bytes:
        """Wait for more; nothing where there is none, or no more is wanted."""
        if self._stopped:
            return b""
        self._reading = asyncio.ensure_future(self._reader.read(_READ))
        try:
            return await self._reading
        except asyncio.CancelledError:
            if self._stopped:
                return b""
            raise

    async def _take(self, feed: Feed, intake: Intake, lines: list[bytes]) -> None:
        first = self._taken
        self._taken += len(lines)

        def acknowledge(index: int) -> functools.partial[None]:
            return functools.partial(self._keep, first + index)

        await intake.put(feed.name, feed.format, lines, self.sender, acknowledge)

    def _keep(self, index: int) -> None:
        if index != self._kept:
            self._kept_early.add(index)
            return
        self._kept += 1
        while self._kept in self._kept_early:
            self._kept_early.discard(self._kept)
            self._kept += 1
        self._all_kept.set()
        if not self._is_due:
            # One acknowledgement for all lines of a commit.
            self._is_due = True
            asyncio.get_running_loop().call_soon(self._tell)

    def _tell(self) -> None:
        self._is_due = False
        if self._writer.is_closing() or self._told == self._kept:
            return
        if self._writer.transport.get_write_buffer_size() > _CHUNK:
            # The sender does not read; the next one says it all.
            self._is_due = True
            asyncio.get_running_loop().call_later(_TELL_AGAIN, self._tell)
            return
        self._told = self._kept
        self._writer.write(b"ack %d\n" % self._told)

    async def flush(self) -> None:
        self._tell()
        try:
            await asyncio.wait_for(self._writer.drain(), 1.0)
        except (ConnectionError, TimeoutError):
            return

    def stop(self) -> None:
        self._stopped = True
        if self._reading is not None:
            self._reading.cancel()


class _Udp(asyncio.DatagramProtocol):
    def __init__(self, feed: Feed, intake: Intake) -> None:
        self._feed, self._intake = feed, intake

    async def open(self) -> str:
        loop = asyncio.get_running_loop()
        address = (self._feed.address, self._feed.port or 0)
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=address)
        # Room for a burst while a commit is under way; the system may give less.
        self._transport.get_extra_info("socket").setsockopt(
            socket.SOL_SOCKET, socket.SO_RCVBUF, 4 * 1024 * 1024
        )
        name, port = self._transport.get_extra_info("sockname")[:2]
        return f"listening on udp {name}:{port}"

    def datagram_received(self, data: bytes, _sender: object) -> None:
        for line in data.removesuffix(b"\n").split(b"\n"):
            self._intake.offer(self._feed.name, self._feed.format, line.removesuffix(b"\r"))

    async def shut(self) -> None:
        self._transport.close()

    async def leave(self) -> None:
        pass


class _Stdin:
    def __init__(self, feed: Feed, intake: Intake) -> None:
        self._feed, self._intake = feed, intake
        self._stopped = threading.Event()
        self._sender = Sender()

    async def open(self) -> str:
        self._task = asyncio.create_task(asyncio.to_thread(self._read, asyncio.get_running_loop()))
        return "reading standard input"

    def _read(self, loop: asyncio.AbstractEventLoop) -> None:
        handle = sys.stdin.fileno()
        splitter = LineSplitter()
        while not self._stopped.is_set():
            if not select.select([handle], [], [], 2 * _TELL_AGAIN)[0]:
                continue
            chunk = os.read(handle, _CHUNK)
            lines = splitter.lines(chunk) if chunk else [rest for rest in [splitter.rest()] if rest]
            if lines:
                asyncio.run_coroutine_threadsafe(self._put(lines), loop).result()
            if not chunk:
                return

    async def _put(self, lines: list[bytes]) -> None:
        await self._intake.put(self._feed.name, self._feed.format, lines, self._sender)

    async def shut(self) -> None:
        self._stopped.set()
        await self._task

    async def leave(self) -> None:
        pass
