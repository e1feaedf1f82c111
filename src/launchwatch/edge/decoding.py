"""Read whole files in the formats of others, record by record, for `launchwatch decode`.

`FORMATS` is the one table of them: a format is a name, a sentence, and a function that takes
a file's bytes and gives records in order: plain values by name, or a `Refusal` that says why
something is not one and at which byte of the file. Nothing that is in a file may raise.
"""

import zlib
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from launchwatch.sensors.refusing import Refusal
from launchwatch.timescale import SECOND, Instant, utc_from_instant

if TYPE_CHECKING:
    from launchwatch.sensors.notices.reading import Format as NoticeFormat

Record = dict[str, Any]
Found = Iterator[Record | Refusal]

_TICKS = 12_000_000
"""Receivers' clocks run at 12 MHz."""

_LARGEST = 1 << 30
"""Bytes that a gzipped file may unpack to."""


class Format(NamedTuple):
    """A format of others: what it is, and who reads it."""

    about: str
    records: Callable[[bytes], Found]


def _ais(content: bytes) -> Found:
    from launchwatch.sensors.ais import Ais, record_of  # each format loads what it needs

    ais = Ais()
    for offset, line in _lines(content):
        try:
            said = ais.take(line, Instant(0))
        except Refusal as refusal:
            yield _at(refusal, offset)
            continue
        if said is not None:
            yield {"offset": offset, **record_of(said)}


def _adsb(content: bytes) -> Found:
    from launchwatch.sensors import modes
    from launchwatch.sensors.adsb import Adsb, frame_of, record_of

    adsb = Adsb()
    is_beast = content[:1] == b"\x1a"
    # A file without times is taken to hold what came at once, in order.
    time = Instant(0)
    for offset, piece in _beast(content) if is_beast else _lines(content):
        if isinstance(piece, Refusal):
            yield piece
            continue
        if not piece.strip() or piece[:1] == b"#":
            continue
        try:
            frame, heard = frame_of(piece, is_beast=is_beast)
            time = heard or _clock(piece, is_beast=is_beast) or Instant(time + 1)
            said = adsb.take(frame, time)
        except Refusal as refusal:
            yield _at(refusal, offset)
            continue
        record: Record = {"offset": offset}
        if heard is not None:
            record["time"] = utc_from_instant(heard)
        if said is None:
            # Its address lies over the parity, and nobody was heard by it: it may be all errors.
            said = modes.read(frame), None
            record["is_sure"] = False
        yield record | dict(record_of(*said))


def _aircraft_json(content: bytes) -> Found:
    from launchwatch.sensors.aircraftjson import records

    try:
        for record in records(content):
            if not isinstance(record, Refusal):
                record["time"] = utc_from_instant(record["time"])
            yield record
    except Refusal as refusal:
        yield refusal


def _notices(content: bytes, form: "NoticeFormat") -> Found:
    from launchwatch.edge.lines import contract_record
    from launchwatch.sensors.notices.reading import read

    for offset, found in read(content, form, "replay"):
        if isinstance(found, Refusal):
            yield _at(found, 0)
            continue
        record = contract_record(found)
        del record["mode"]  # of a watch; a file has none
        yield {"offset": offset, **record}


def _asterix(content: bytes) -> Found:
    from launchwatch.sensors.asterix import blocks, records

    for block in blocks(content):
        if isinstance(block, Refusal):
            yield block
        else:
            yield from records(block[1], block[0])


def _sapient(content: bytes) -> Found:
    from launchwatch.sensors.sapient import messages

    for offset, found in messages(content):
        yield found if isinstance(found, Refusal) else {"offset": offset, **found}


FORMATS: dict[str, Format] = {
    "sapient": Format("sensors: SAPIENT messages (BSI Flex 335 v2.0), JSON or protobuf", _sapient),
    "asterix": Format("radars and trackers: ASTERIX 001, 002, 021, 034, 048, 062, 065", _asterix),
    "ais": Format("ships: NMEA 0183 sentences, !AIVDM and !AIVDO", _ais),
    "adsb": Format("aircraft: Mode S frames as AVR lines, Beast or JSON lines", _adsb),
    "aircraft-json": Format("aircraft: readsb's and tar1090's aircraft.json", _aircraft_json),
    "navwarn": Format(
        "dangers announced to ships: NAVAREA and HYDROPAC warnings, as XML or text",
        partial(_notices, form="navwarn"),
    ),
    "notam": Format("dangers announced to aircraft: NOTAMs", partial(_notices, form="notam")),
}
"""Every format that can be read, by the name that the command takes."""


def decoded(content: bytes, name: str) -> Found:
    """Give the records of a file, gzipped or not.

    Args:
        content: the whole file.
        name: one of `FORMATS`.
    """
    if content[:2] == b"\x1f\x8b":
        try:
            unpacked = zlib.decompressobj(wbits=31)
            content = unpacked.decompress(content, _LARGEST)
        except zlib.error as error:
            yield Refusal("malformed", f"a gzipped file must be whole, got: {error}")
            return
        if not unpacked.eof:
            yield Refusal("malformed", "a gzipped file must be whole, got one that breaks off or "
                          "is larger than 1 GiB")  # fmt: skip
    if not content:
        yield Refusal("malformed", "a file must hold something, got nothing")
        return
    yield from FORMATS[name].records(content)


def _at(refusal: Refusal, offset: int) -> Refusal:
    return Refusal(refusal.reason, refusal.detail, offset + refusal.offset)


def _lines(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Give each line with the offset of its first byte."""
    start = 3 if content.startswith(b"\xef\xbb\xbf") else 0
    while start < len(content):
        end = content.find(b"\n", start)
        end = len(content) if end < 0 else end
        yield start, content[start:end].removesuffix(b"\r")
        start = end + 1


def _beast(content: bytes) -> Iterator[tuple[int, bytes | Refusal]]:
    """Give each frame of a Beast stream, its escapes taken out, with its offset."""
    lengths = {0x31: 11, 0x32: 16, 0x33: 23, 0x34: 11, 0x35: 23}
    at, size = 0, len(content)
    while at < size:
        if content[at] != 0x1A or at + 1 >= size or content[at + 1] not in lengths:
            what = content[at : at + 2].hex(" ")
            yield at, Refusal("malformed", f"wanted 1a and a type 31..35, got {what}", at)
            at = content.find(b"\x1a", at + 1)
            while 0 <= at < size - 1 and content[at + 1] not in lengths:
                at = content.find(b"\x1a", at + 2)
            if at < 0:
                return
            continue
        start, kind = at, content[at + 1]
        frame = bytearray(content[at : at + 2])
        at += 2
        while len(frame) < lengths[kind] and at < size:
            if content[at] == 0x1A:
                if at + 1 >= size or content[at + 1] != 0x1A:
                    break  # the next frame begins: this one is cut short
                at += 1
            frame.append(content[at])
            at += 1
        if len(frame) < lengths[kind]:
            yield start, Refusal(
                "malformed", f"a frame of type {kind - 0x30} has {lengths[kind]} bytes, "
                f"got {len(frame)}", at,
            )  # fmt: skip
        elif kind in (0x32, 0x33):
            yield start, bytes(frame)


def _clock(piece: bytes, *, is_beast: bool) -> Instant | None:
    """Give a receiver's own clock as nanoseconds, for what is near in time; not a date."""
    if is_beast:
        ticks = int.from_bytes(piece[2:8], "big")
    elif piece[:1] == b"@":
        try:
            ticks = int(piece[1:13], 16)
        except ValueError:
            return None
    else:
        return None
    return Instant(ticks * SECOND // _TICKS) if ticks else None
