"""Verdicts: whether something falls inside a zone, called once that can be called."""

from typing import Literal

from msgspec import Struct

from launchwatch.messages.packet import Mode
from launchwatch.timescale import Instant

Call = Literal["inside", "outside", "too-close-to-call", "open"]
"""``too-close-to-call``: it is well known where it falls, and that is at the line. ``open``: it is
not known well enough."""


class ZoneVerdict(Struct, frozen=True, kw_only=True, tag="verdict"):
    """What is called of one body and one zone; said when it changes, never silently.

    Attributes:
        revision: from 1, for each track, zone and claim set.
        time: since when this is called; its age runs from here.
        epoch: the time of the track's state that it rests on.
        zone: its name, such as ``JPN-EEZ``, with ``kind``.
        claims: the claim set that drew it; empty for a zone given by the user.
        probability: of a fall inside.
        distance_m: from the expected fall point to the zone's nearest edge, negative inside; None
            where it was not measured, as the fall was far too uncertain.
        reverses: what was called before and no longer is; empty for the first.
    """

    launch_id: str
    track_id: str
    revision: int
    time: Instant
    epoch: Instant
    mode: Mode
    body: str
    zone: str
    kind: str
    claims: str
    verdict: Call
    probability: float
    distance_m: float | None
    reverses: Call | Literal[""] = ""
