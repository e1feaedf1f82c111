"""Notices: what authorities announced, for ships and aircraft, before it happens."""

from typing import Literal

from msgspec import Struct

from launchwatch.messages.fallarea import Polygon
from launchwatch.messages.packet import Mode
from launchwatch.timescale import Instant

NoticeKind = Literal["rocket", "missile", "space-debris", "hazardous-operations", "other"]


class Window(Struct, frozen=True, kw_only=True):
    """From when to when, both included."""

    start: Instant
    end: Instant


class AnnouncedArea(Struct, frozen=True, kw_only=True):
    """One area of a notice, and when it is dangerous.

    Attributes:
        name: the letter it bears in the notice, empty where there is only one.
        polygons: as in GeoJSON; several where the antimeridian cuts it.
        windows: in order of their start, none overlapping another.
    """

    name: str
    polygons: tuple[Polygon, ...]
    windows: tuple[Window, ...]


class Notice(Struct, frozen=True, kw_only=True, tag="notice"):
    """A navigational warning or a NOTAM that announces dangerous areas.

    Attributes:
        reference: as others name it: ``HYDROLANT 2487/10``, ``A0624/91``.
        format: ``navwarn`` or ``notam``.
        issued: when it was published, as far as it says.
        kind: what is announced, by its own words.
        cancels: references of notices that it ends.
        remarks: what was read more widely than it is written, and why.
        text: as it came.
    """

    reference: str
    format: Literal["navwarn", "notam"]
    issued: Instant
    mode: Mode
    kind: NoticeKind
    areas: tuple[AnnouncedArea, ...]
    cancels: tuple[str, ...]
    remarks: tuple[str, ...]
    text: str
