"""Refuse, from within a decoder: why, in words, and at which byte of what came."""

from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import Refused
from launchwatch.sensors.showing import cut

_LONGEST_DETAIL = 240


class Refusal(Exception):
    """Why something is refused, on its way to whoever reports it.

    Attributes:
        reason: the name under which it is counted, such as ``malformed``.
        detail: what was wanted and what came.
        offset: of the first byte that is wrong, from the start of what was to be decoded.
    """

    def __init__(self, reason: str, detail: str, offset: int = 0) -> None:
        super().__init__(reason, detail, offset)
        self.reason = reason
        self.detail = detail
        self.offset = offset


def refused(packet: Packet, refusal: Refusal) -> Refused:
    """Give the message that says so."""
    return Refused(
        source=packet.source,
        line=packet.line,
        time=packet.received,
        mode=packet.mode,
        reason=refusal.reason,
        detail=cut(refusal.detail, _LONGEST_DETAIL),
    )
