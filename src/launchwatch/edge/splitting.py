"""Cut what does not come in lines: Beast's frames, and documents of many aircraft.

Whatever cannot be cut is handed on as it is, no more of it than a decoder wants, so that it is
refused by name rather than lost.
"""

from typing import Any

import msgspec

from launchwatch.edge.intake import LONGEST_PAYLOAD

_LENGTHS = {0x31: 11, 0x32: 16, 0x33: 23, 0x34: 11, 0x35: 23}
"""Bytes of a Beast frame by its type, with 1a and the type; without escapes."""

_WANTED = (0x32, 0x33)
"""Mode S frames; those of mode A/C and of the receiver's state are left out."""

_TOGETHER = 12
"""Aircraft in one piece of a document: readsb writes up to 1,200 bytes of each."""

_MOST_AIRCRAFT = 20_000


class BeastSplitter:
    """Cuts a stream of bytes into Beast frames, their escapes taken out."""

    def __init__(self) -> None:
        self._held = b""

    def lines(self, chunk: bytes) -> list[bytes]:
        """Give the frames that a chunk completes, and between them what belongs to none."""
        held, found, at = self._held + chunk, [], 0
        while at < len(held):
            start = held.find(b"\x1a", at)
            if start != at:
                end = len(held) if start < 0 else start
                found.append(held[at:end][:LONGEST_PAYLOAD])
                at = end
                continue
            frame, end = _frame(held, at)
            if end < 0:
                break  # the rest is still to come
            if frame and frame[1] in _WANTED:
                found.append(frame)
            elif not frame:
                found.append(held[at:end][:LONGEST_PAYLOAD])
            at = end
        self._held = held[at:]
        return found

    def rest(self) -> bytes:
        """Give what came of a frame that was not completed, and forget it."""
        rest, self._held = self._held, b""
        return rest


def _frame(held: bytes, at: int) -> tuple[bytes, int]:
    """Give the frame that begins at a 1a, and where the next begins.

    The place is -1 where more must come; the frame is empty where there is none.
    """
    if at + 1 >= len(held):
        return b"", -1
    length = _LENGTHS.get(held[at + 1])
    if length is None:
        return b"", at + 2
    frame, n = bytearray(held[at : at + 2]), at + 2
    while len(frame) < length:
        if n >= len(held):
            return b"", -1
        if held[n] == 0x1A:
            if n + 1 >= len(held):
                return b"", -1
            if held[n + 1] != 0x1A:
                return b"", n  # the next frame begins: this one was cut short
            n += 1
        frame.append(held[n])
        n += 1
    return bytes(frame), n


class DocumentSplitter:
    """Cuts each aircraft.json into small ones, of those aircraft alone that have moved.

    A document of 500 aircraft has 300 kB, a second's news of them a tenth: the journal keeps the
    news.
    """

    def __init__(self) -> None:
        self._seen: dict[str, tuple[Any, Any]] = {}

    def pieces(self, content: bytes) -> list[bytes]:
        """Give the small documents; one that is not what it should be as it is, cut short."""
        try:
            document: Any = msgspec.json.decode(content)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            return [content[:LONGEST_PAYLOAD]]
        listed = document.get("aircraft") if isinstance(document, dict) else None
        if not isinstance(listed, list):
            return [content[:LONGEST_PAYLOAD]]
        fresh = [one for one in listed if self._is_news(one)]
        if len(self._seen) > _MOST_AIRCRAFT:
            self._seen.clear()
        return [
            msgspec.json.encode({"now": document.get("now"), "aircraft": fresh[n : n + _TOGETHER]})
            for n in range(0, len(fresh), _TOGETHER)
        ]

    def _is_news(self, one: Any) -> bool:
        if not isinstance(one, dict) or not isinstance(one.get("hex"), str):
            return True  # to be refused by name
        place = one.get("lat"), one.get("lon")
        if place[0] is None or place == self._seen.get(one["hex"]):
            return False
        self._seen[one["hex"]] = place
        return True
