"""Read recorded traffic as packets, to be replayed beside recorded plots.

Lines of every kind may stand in one file, plain or gzipped; what a line is shows from how it
begins. Each must say when it was heard, for a recording is not heard now:

=========================================== ============================================
``{"mmsi": .., "time": ..}``                our own names; ``received`` where that differs
``{"timestamp": .., "frame": ..}``          a Mode S frame as jet1090 writes it
``{"now": .., "aircraft": [..]}``           an ``aircraft.json``, each on one line
``\\s:..,c:1731000000*hh\\!AIVDM,..``       AIS with its receiver's time in a tag block
=========================================== ============================================

A line without a time, such as the second sentence of a message, was heard with the line before
it; in a file without any the replay cannot know when, and says so. Times that go back count
as the newest so far, and steps ahead by more than an hour are not believed.
"""

import gzip
import heapq
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO

import msgspec

from launchwatch.edge.player import time_of
from launchwatch.errors import InputError, SettingsError
from launchwatch.messages.packet import Mode, Packet, Stimulus
from launchwatch.sensors import adsb, aircraftjson, trafficjson
from launchwatch.sensors.traffic import AIS
from launchwatch.timescale import SECOND, Instant, instant_from_unix, instant_from_utc

_LONGEST = 4 * 1024 * 1024
"""Bytes of a line: an aircraft.json of five thousand aircraft."""

_JUMP = 3600 * SECOND

_LOOK = 1_000
"""Lines among which the first time must stand."""


class _Claim(msgspec.Struct, gc=False):
    time: str | None = None
    received: str | None = None
    timestamp: float | None = None
    now: float | None = None


_decode_claim = msgspec.json.Decoder(_Claim).decode


def together(plots: Iterable[Stimulus], traffic: Iterable[Stimulus]) -> Iterator[Stimulus]:
    """Give two streams in the order of time; at the same time plots come first."""
    return heapq.merge(plots, traffic, key=time_of)


def traffic_packets(path: str | Path, mode: Mode) -> Iterator[Packet]:
    """Give a recording's packets in the order of its lines.

    Args:
        path: a file of lines, plain or gzipped.
        mode: what kind of data these are to be treated as.

    Raises:
        SettingsError: the file cannot be opened, or no line says when it was heard; said at
            once, not at the first packet.
    """
    file = Path(path)
    try:
        with _opened(file) as lines:
            first = _first_time(lines)
    except (OSError, EOFError, ValueError, zlib.error) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise SettingsError(f"{path}: the traffic file cannot be read: {why}") from None
    if first is None:
        raise SettingsError(
            f"{path}: traffic to be replayed must say when it was heard: JSON lines with time, "
            "timestamp or now, or AIS with a tag block c; got none among the first "
            f"{_LOOK:,} lines"
        )
    return _packets(file, mode, first)


def _packets(file: Path, mode: Mode, now: Instant) -> Iterator[Packet]:
    try:
        with _opened(file) as lines:
            for number, payload in enumerate(_lines(lines), 1):
                form, claim = _claimed(payload)
                if claim is not None and now < claim <= now + _JUMP:
                    now = claim
                if payload:
                    yield Packet(
                        source=file.name,
                        line=number,
                        format=form,
                        received=now,
                        mode=mode,
                        payload=payload,
                    )
    except (OSError, EOFError, zlib.error):
        return  # a file that breaks off ends there; what it had is told


def _opened(file: Path) -> IO[bytes]:
    with file.open("rb") as start:
        is_packed = start.read(2) == b"\x1f\x8b"
    return gzip.open(file, "rb") if is_packed else file.open("rb")  # type: ignore[return-value]


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(_LONGEST):
        yield line.strip()


def _first_time(file: IO[bytes]) -> Instant | None:
    for _, line in zip(range(_LOOK), _lines(file), strict=False):
        claim = _claimed(line)[1]
        if claim is not None:
            return claim
    return None


def _claimed(line: bytes) -> tuple[str, Instant | None]:
    """Tell a line's format, and when it says that it was heard."""
    if not line.startswith(b"{"):
        form = adsb.FORMAT if line[:1] in (b"*", b"@") else AIS
        return form, _tagged(line) if line.startswith(b"\\") else None
    form = trafficjson.FORMAT
    if b'"frame"' in line[:4096]:
        form = adsb.FORMAT
    elif b'"aircraft"' in line[:4096]:
        form = aircraftjson.FORMAT
    try:
        claim = _decode_claim(line)
        unix = claim.timestamp if claim.now is None else claim.now
        if unix is not None:
            return form, instant_from_unix(int(unix // 1.0), round(unix % 1.0 * 1e6) * 1000)
        text = claim.received or claim.time
        return form, None if text is None else instant_from_utc(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, InputError, ValueError):
        return form, None
    except OverflowError:
        return form, None


def _tagged(line: bytes) -> Instant | None:
    from launchwatch.sensors.ais import heard  # pyais, which takes 0.1 s, is for those with ships

    return heard(line[1:].partition(b"\\")[0])
