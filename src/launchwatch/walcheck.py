"""Is anything lost in a write-ahead log? SQLite itself never says.

When SQLite opens a database it reads the log up to the first frame whose checksum is wrong
and takes that place for the end: right after a crash, wrong after a damaged byte, when
everything behind it was committed once. This file reads the log by its published format
and tells the two apart: behind a torn last commit no further commit can lie.

Layout (https://www.sqlite.org/fileformat2.html#walformat), numbers with the big end first::

    header  32 bytes: magic, format, page size, checkpoint, salt 1, salt 2, checksum 1, 2
    frame   24 bytes: page, pages after commit (0: no commit), salt 1, salt 2, checksum 1, 2
            then the page; the checksums run on from frame to frame
"""

import struct
from pathlib import Path

from msgspec import Struct

from launchwatch.errors import JournalError

_HEADER, _FRAME = 32, 24
_MAGIC = 0x377F0682  # its last bit tells whether checksums read words big end first


class Damage(Struct, frozen=True):
    """What is wrong with a log: only a torn last commit, or worse; and words for it."""

    torn: bool
    text: str


def damage_in_log(database: Path) -> Damage | None:
    """Look for a damaged place in a database's write-ahead log; None if there is none.

    Raises:
        JournalError: the log is there and cannot be read.
    """
    log = database.with_name(database.name + "-wal")
    content = _content(log)
    while (damage := _damage_in(content, log)) is not None:
        again = _content(log)
        if again == content:
            return damage
        # A writer was at it while we read.
        content = again
    return None


def _content(log: Path) -> bytes:
    try:
        return log.read_bytes()
    except FileNotFoundError:
        return b""
    except OSError as error:
        raise JournalError(f"{log}: {error}") from error


def _damage_in(content: bytes, log: Path) -> Damage | None:
    if len(content) <= _HEADER:
        return None
    magic, _, size, _, salt1, salt2, sum1, sum2 = struct.unpack_from(">8I", content)
    order = ">" if magic & 1 else "<"
    if magic & ~1 != _MAGIC or _summed(content[:24], (0, 0), order) != (sum1, sum2):
        return Damage(False, f"the header of {log.name} is damaged, its entries are out of reach")
    sums = (sum1, sum2)
    at = _HEADER
    while at + _FRAME + size <= len(content):
        _, _, own1, own2, sum1, sum2 = struct.unpack_from(">6I", content, at)
        page = content[at + _FRAME : at + _FRAME + size]
        sums = _summed(page, _summed(content[at : at + 8], sums, order), order)
        if (own1, own2) != (salt1, salt2) or sums != (sum1, sum2):
            return _behind(log, content, at, size, (salt1, salt2))
        at += _FRAME + size
    return None


def _behind(
    log: Path, content: bytes, bad: int, size: int, salts: tuple[int, int]
) -> Damage | None:
    """Judge a frame that does not fit by what lies behind it.

    Frames left from an older run of the log carry other salts, both of them, and mean nothing.
    """
    commits = 0
    for at in range(bad, len(content) - _FRAME - size + 1, _FRAME + size):
        _, pages, own1, own2 = struct.unpack_from(">4I", content, at)
        ours = own1 == salts[0] or own2 == salts[1]
        if at == bad and not ours:
            return None
        commits += 1 if ours and pages else 0
    place = f"at byte {bad} of {log.name}"
    if commits > 1:
        return Damage(False, f"damaged {place}: {commits} commits from there on are out of reach")
    if commits == 1:
        return Damage(True, f"the last commit, {place}, is torn or damaged and was left out")
    return Damage(True, f"a last commit that was never finished, {place}, was left out")


def _summed(content: bytes, sums: tuple[int, int], order: str) -> tuple[int, int]:
    first, second = sums
    words = struct.unpack(f"{order}{len(content) // 4}I", content)
    for left, right in zip(words[::2], words[1::2], strict=True):
        first = (first + left + second) & 0xFFFFFFFF
        second = (second + right + first) & 0xFFFFFFFF
    return first, second
