"""Files of notices as packets, one a notice, so that a journal can repeat each by itself.

`packets` takes a file at once; `NoticeSplitter` takes what stands in one that is written anew again
and again, as whoever fetches warnings leaves it, and gives what is new of it.
"""

import datetime as dt
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from launchwatch.edge.intake import LONGEST_PAYLOAD
from launchwatch.errors import InputError, SettingsError
from launchwatch.messages.packet import Mode, Packet, Stimulus
from launchwatch.sensors.notices import documents
from launchwatch.sensors.notices.notams import HEADER
from launchwatch.timescale import Instant


def packets(path: str | Path, mode: Mode, received: Instant) -> Iterator[Packet]:
    """Give a file's notices; whether they are NOTAMs or broadcast warnings is seen by their form.

    Args:
        received: when they are taken to have come.

    Raises:
        SettingsError: the file cannot be read, or holds no notice.
    """
    file = Path(path)
    try:
        content = file.read_bytes()
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise SettingsError(f"{path}: the notices file cannot be read: {why}") from None
    is_notam = HEADER.search(content[:4096].decode("latin-1")) is not None
    split = documents.notams if is_notam else documents.navwarns
    try:
        for number, document in enumerate(split(content), 1):
            yield Packet(
                source=file.name,
                line=number,
                format="notam" if is_notam else "navwarn",
                received=received,
                mode=mode,
                payload=_payload(document, is_notam=is_notam),
            )
    except InputError as error:
        raise SettingsError(f"{path}: {error}") from None


def announced(path: str | Path, stimuli: Iterator[Stimulus], mode: Mode) -> Iterator[Stimulus]:
    """Give a recording's stimuli after the notices of a file, which came just before.

    Raises:
        SettingsError: as `packets`, before the first stimulus.
    """
    first = next(stimuli, None)
    start = Instant(0) if first is None else _arrival(first)
    held = list(packets(path, mode, start))
    return chain(held, () if first is None else (first,), stimuli)


class NoticeSplitter:
    """Cuts each state of a file into notices, and gives those that were not in the one before."""

    def __init__(self, kind: str) -> None:
        """Begin; kind is ``navwarn`` or ``notam``."""
        self._is_notam = kind == "notam"
        self._seen: frozenset[bytes] = frozenset()

    def pieces(self, content: bytes) -> list[bytes]:
        """Give the new notices; what holds none as it is, cut short, to be refused by name."""
        if not content.strip():
            return []  # being written, or all is over
        split = documents.notams if self._is_notam else documents.navwarns
        try:
            found = [_payload(one, is_notam=self._is_notam) for one in split(content)]
        except InputError:
            return [content[:LONGEST_PAYLOAD]]
        fresh = [one for one in dict.fromkeys(found) if one not in self._seen]
        self._seen = frozenset(found)
        return [one[:LONGEST_PAYLOAD] for one in fresh]


def _payload(document: documents.Document, *, is_notam: bool) -> bytes:
    return (document.text if is_notam else _as_broadcast(document)).encode()


def _as_broadcast(document: documents.Document) -> str:
    """Write a warning as it is sent, with its date and number ahead."""
    head = f"{document.reference}.\n{document.text}"
    return head if document.published is None else f"{_group(document.published)}\n{head}"


def _group(at: dt.datetime) -> str:
    return at.strftime("%d%H%MZ %b %Y").upper()


def _arrival(stimulus: Stimulus) -> Instant:
    return stimulus.received if isinstance(stimulus, Packet) else stimulus.time
