"""Events of a flight: what changed, when and where, and how sure that is."""

from typing import Literal

from msgspec import Struct

from launchwatch.messages.packet import Mode
from launchwatch.messages.track import Vector
from launchwatch.timescale import Instant

EventKind = Literal[
    "burnout",
    "staging",
    "re-ignition",
    "separation",
    "break-up",
    "manoeuvre",
    "re-entry",
    "apogee",
]
"""What can happen to a flight after lift-off: a motor ends; another one lights within seconds,
or later; one thing becomes two, or many; it turns; it meets the air; it is highest."""


class FlightEvent(Struct, frozen=True, kw_only=True, tag="flight-event"):
    """One revision of what is said about one event.

    Attributes:
        event_id: stable over its revisions, such as ``T0001-burnout-1``.
        revision: from 1; every change is a new message, none is altered.
        known: the stream's time when this was said.
        track_ids: the track it happened to, then those that came out of it.
        event_time: when it happened, or will (an apogee ahead); sigma beside it, seconds.
        position_ecef_m: where, as far as the tracks tell.
        probability: that it happened at all.
        withdrawn: that it turned out wrong.
    """

    event_id: str
    revision: int
    kind: EventKind
    known: Instant
    mode: Mode
    track_ids: tuple[str, ...]
    event_time: Instant
    event_time_sigma_s: float
    position_ecef_m: Vector
    probability: float
    withdrawn: bool = False
