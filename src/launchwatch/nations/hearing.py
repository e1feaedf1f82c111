"""Packets that come from partners: what stands in an envelope, and what was refused at the door.

An envelope is opened at the door (`launchwatch.edge.nations.inlet`), and journalled as it came,
signature and all: so the record proves who said what. Here it is only taken apart, so that a
repetition without keys and clock gives the same.
"""

from typing import NamedTuple

import msgspec
from msgspec import Struct

from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import Refused
from launchwatch.nations.envelope import unsealed

SEALED = "sealed"
"""The packet format of an envelope that was opened at the door; never one of a feed."""

REFUSED = "refused-envelopes"
"""The packet format of those that were not, counted; never one of a feed."""

FORMATS = (SEALED, REFUSED)

_LONGEST_DETAIL = 240


class Refusals(Struct, frozen=True, kw_only=True):
    """Envelopes that were refused for one reason, counted.

    Attributes:
        detail: of the first of them.
    """

    partner: str
    reason: str
    detail: str
    count: int


class Line(NamedTuple):
    """One line of an envelope: its number in the sender's stream, and who said it."""

    number: int
    sender: str
    content: bytes


encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Refusals).decode


def source(partner: str) -> str:
    """Name the source of a partner's packets."""
    return f"partner {partner}"


def refused_source(partner: str) -> str:
    """Name the source of what was refused of a partner."""
    return f"partner {partner} refused"


def lines_in(packet: Packet) -> tuple[Line, ...]:
    """Give an envelope's lines.

    Raises:
        MalformedPacket: it is no envelope.
    """
    found = unsealed(packet.payload)
    return tuple(
        Line(number, found.claims.sender, content)
        for number, content in enumerate(found.lines, found.claims.first)
    )


def refused(packet: Packet) -> Refused:
    """Say what was refused at the door; the payload is a `Refusals`."""
    told = _decode(packet.payload)
    return Refused(
        source=packet.source,
        line=packet.line,
        time=packet.received,
        mode=packet.mode,
        reason=told.reason,
        detail=told.detail[:_LONGEST_DETAIL],
        sensor=told.partner,
        count=told.count,
    )
