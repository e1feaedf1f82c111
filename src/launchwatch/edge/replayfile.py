"""Read recorded plots as packets in order of arrival, with the ticks between and after.

A recording says when each line was measured; when it arrived it may say in `received`.
Where it does not, the arrival is estimated as the newest time among the lines so far, which
is right for lines in order and makes the others late by what they are late. One line that
claims a time far ahead must not make all later ones late: a jump counts only when other
lines agree with it (`_Arrivals`).

What cannot be read becomes a packet as well, so that it is refused by its line number and
counted: an over-long line is cut just beyond the length that decoders take, and a file that
breaks off gives one packet of the format ``unreadable`` whose payload says why.
"""

import gzip
import sys
import zlib
from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

import msgspec

from launchwatch.errors import InputError, SettingsError
from launchwatch.messages.packet import Mode, Packet, Tick
from launchwatch.sensors.jsonplots import FORMAT, LONGEST_LINE, UNREADABLE
from launchwatch.timescale import SECOND, Instant, instant_from_utc

FOLLOWING = 90
"""Seconds of ticks after the last line: a track without plots is dropped after a minute,
and what is finally said of its launch follows from that."""

JUMP = 10 * SECOND
"""A step ahead by more than this is doubted: lines up to 10 s late are promised to count,
so a smaller step cannot make any of them too late that is on time."""

LAST_JUMP = 3600 * SECOND
"""A step at the very end, where nothing can agree with it, is believed up to an hour."""

_VOTES = 9
"""Lines of other sensors that are asked about a jump; an odd number gives a majority."""

_AHEAD = 256
"""Lines to look ahead for these votes; one radar's scan of a crowded sky is shorter."""

_UNKNOWN_TIME = instant_from_utc("1972-01-01T00:00:00Z")
"""Arrival of lines in a file that holds no time at all."""


class _Recorded(NamedTuple):
    """A line with its number, and what it claims: its sensor, and its arrival if readable."""

    number: int
    format: str
    payload: bytes
    sensor: str
    claim: Instant | None


class _Claim(msgspec.Struct, gc=False):
    sensor: str
    time: str
    received: str | None = None


_decode_claim = msgspec.json.Decoder(_Claim).decode


def packets(path: str | Path, mode: Mode) -> Iterator[Packet | Tick]:
    """Give a recording's packets, a tick at each whole second, and ticks after the end.

    The ticks end `FOLLOWING` seconds after a line, in a gap too, and begin again with the
    next line.

    Args:
        path: a file of JSON lines, plain or gzipped, or ``-`` for standard input.
        mode: what kind of data these are to be treated as.

    Raises:
        SettingsError: the file cannot be opened; said at once, not at the first packet.
    """
    if str(path) == "-":
        return _dated(_recorded(sys.stdin.buffer), "stdin", mode)
    file = Path(path)
    if not file.is_fifo():  # a pipe can be opened only once
        _opened(file).close()
    return _dated(_recorded(file), file.name, mode)


def _opened(path: Path) -> IO[bytes]:
    try:
        return path.open("rb")
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise SettingsError(f"{path}: the plots file cannot be read: {why}") from None


def _dated(lines: Iterator[_Recorded], source: str, mode: Mode) -> Iterator[Packet | Tick]:
    arrivals = _Arrivals(lines)
    due: Instant | None = None  # the next whole second
    last: Instant | None = None
    for line, received in arrivals:
        if due is not None and last is not None:
            while due <= received and due <= last + FOLLOWING * SECOND:
                yield Tick(time=due, mode=mode)
                due = Instant(due + SECOND)
        if arrivals.started:
            if due is None or due <= received:
                due = _next_second(received)
            last = received
        yield Packet(
            source=source,
            line=line.number,
            format=line.format,
            received=received,
            mode=mode,
            payload=line.payload,
        )
    if due is not None:
        for _ in range(FOLLOWING):
            yield Tick(time=due, mode=mode)
            due = Instant(due + SECOND)


def _next_second(time: Instant) -> Instant:
    return Instant((time // SECOND + 1) * SECOND)


class _Arrivals:
    """Lines with the times of their arrival, which never go back.

    A claim up to `JUMP` ahead of the arrival so far is believed. One further ahead is put
    to the next lines of other sensors: it counts when most of them claim a time near it or
    later. Where no other sensor speaks, the sensor's own next lines are asked, and at the
    end of a file a jump of up to `LAST_JUMP` is believed without witness. The first arrival
    of all is found in the same way.

    ``ahead`` holds lines that were read but not given yet.
    """

    def __init__(self, lines: Iterator[_Recorded]) -> None:
        self.started = False
        self._lines = lines
        self._ahead: deque[_Recorded] = deque()
        self._now = _UNKNOWN_TIME

    def __iter__(self) -> Iterator[tuple[_Recorded, Instant]]:
        while True:
            if not self.started:
                self._start()
            line = self._ahead.popleft() if self._ahead else next(self._lines, None)
            if line is None:
                return
            claim = line.claim
            if (
                self.started
                and claim is not None
                and claim > self._now
                and (claim - self._now <= JUMP or self._is_believed(line.sensor, claim))
            ):
                self._now = claim
            yield line, self._now

    def _start(self) -> None:
        self._look_ahead()
        first = list(self._ahead)
        for index, line in enumerate(first):
            if line.claim is not None and self._has_most_votes(
                line.sensor, line.claim, first[:index] + first[index + 1 :]
            ):
                self._now = line.claim
                self.started = True
                return

    def _is_believed(self, sensor: str, claim: Instant) -> bool:
        is_end = self._look_ahead()
        vote = self._has_most_votes(sensor, claim, list(self._ahead))
        if is_end and not any(line.claim is not None for line in self._ahead):
            return claim - self._now <= LAST_JUMP
        return vote

    def _look_ahead(self) -> bool:
        """Read on so far that there are enough to vote; true if the file ends before."""
        while len(self._ahead) < _AHEAD:
            line = next(self._lines, None)
            if line is None:
                return True
            self._ahead.append(line)
        return False

    def _has_most_votes(self, sensor: str, claim: Instant, lines: list[_Recorded]) -> bool:
        spoken = [line for line in lines if line.claim is not None]
        others = [line for line in spoken if line.sensor != sensor][:_VOTES]
        asked = others or spoken[:_VOTES]
        near = sum(
            1
            for line in asked
            if line.claim is not None and claim - JUMP <= line.claim <= claim + LAST_JUMP
        )
        return 2 * near > len(asked) or not asked


def _recorded(source: Path | IO[bytes]) -> Iterator[_Recorded]:
    """Give each line of a file, its end cut off, and one more where the file breaks off."""
    number = 0
    with _opened(source) if isinstance(source, Path) else source as file:
        try:
            for number, payload in enumerate(_lines(file), start=1):
                yield _claimed(number, payload)
        except (EOFError, OSError, zlib.error) as error:
            why = f"the file must be readable to its end, got: {error}"
            yield _Recorded(number + 1, UNREADABLE, why.encode(), "", None)


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    peek = getattr(file, "peek", None)
    opened: IO[bytes] | gzip.GzipFile = file
    if peek is not None and peek(2)[:2] == b"\x1f\x8b":
        opened = gzip.GzipFile(fileobj=file)
    start = b"\xef\xbb\xbf"  # a byte order mark, which some editors put first
    while line := opened.readline(LONGEST_LINE + 3):
        rest = line
        while not rest.endswith(b"\n") and len(rest) == LONGEST_LINE + 3:
            rest = opened.readline(LONGEST_LINE + 3)
        yield line.removeprefix(start).rstrip(b"\r\n")
        start = b""


def _claimed(number: int, payload: bytes) -> _Recorded:
    sensor, claim = "", None
    if len(payload) <= LONGEST_LINE:
        try:
            found = _decode_claim(payload)
            sensor = found.sensor
            claim = instant_from_utc(found.received or found.time)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, InputError):
            pass
    return _Recorded(number, FORMAT, payload, sensor, claim)
