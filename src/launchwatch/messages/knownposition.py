"""What a thing whose position is known from elsewhere says of a sensor."""

from typing import Literal

from msgspec import Struct

from launchwatch.messages.packet import Mode
from launchwatch.timescale import Instant


class KnownPosition(Struct, frozen=True, kw_only=True, tag="known-position"):
    """That an aircraft's own word and a radar's plots of it were laid side by side.

    Attributes:
        name: the aircraft, by its 24-bit address.
        sensor: the radar.
        time: when this was found.
        status: ``teaches`` the radar's biases; or ``disagrees`` with the other aircraft about
            them, and teaches nothing: its word is wrong, or it was given falsely.
        plots: how many of the radar's plots were certainly of it, so far.
        range_m: how far plots lie from its word in the mean, with ``azimuth_deg`` and
            ``elevation_deg``: positive where the radar shows more.
        reason: why it disagrees, in words.
    """

    name: str
    sensor: str
    time: Instant
    mode: Mode
    status: Literal["teaches", "disagrees"]
    plots: int
    range_m: float
    azimuth_deg: float
    elevation_deg: float
    reason: str = ""
