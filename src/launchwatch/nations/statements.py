"""Read a partner's lines: what goes through the doors of sensors, and what the partner judges.

Tracks and plots are handed on, to be read and checked by the rooms that know them, once it is sure
that the one who sent them may speak in that name. Launches and fall areas are the partner's
own judgement: they are kept beside ours and compared with it (`launchwatch.nations.differences`),
and no estimate rests on them.
"""

import math
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from launchwatch.errors import InputError
from launchwatch.messages.launch import Ellipse
from launchwatch.messages.packet import Packet
from launchwatch.messages.partner import LostTo, PartnerFall, PartnerLaunch
from launchwatch.messages.plot import Refused
from launchwatch.messages.sensor import Contributor, Partner
from launchwatch.timescale import Instant, instant_from_utc

LONGEST_NAME, MOST_NAMES, LONGEST_REASON = 64, 64, 500
WIDEST_M = 2.1e7
"""Metres: half the Earth's circumference, rounded up; no ellipse on it is larger."""

VAGUEST_S = 86_400.0


class _Head(Struct, gc=False):
    type: str
    sensor: str = ""


class _Launch(Struct, gc=False):
    launch_id: str
    revision: int
    time: str
    track_ids: tuple[str, ...]
    launch_time: str
    launch_time_sigma_s: float
    latitude_deg: float
    longitude_deg: float
    position_ellipse_95: Ellipse
    probability: float
    cancelled: bool
    reason: str
    sensors: tuple[str, ...] = ()
    lineage: tuple[str, ...] = ()


class _Fall(Struct, gc=False):
    launch_id: str
    track_id: str
    body: str
    revision: int
    time: str
    fall_time: str
    fall_time_sigma_s: float
    latitude_deg: float
    longitude_deg: float
    ellipse_95: Ellipse
    status: str
    probability: float = 1.0
    last_plot: str | None = None
    lost: LostTo = "unknown"
    sensors: tuple[str, ...] = ()
    lineage: tuple[str, ...] = ()


_decode_head = msgspec.json.Decoder(_Head).decode
_decode_launch = msgspec.json.Decoder(_Launch).decode
_decode_fall = msgspec.json.Decoder(_Fall).decode

Read = Packet | PartnerLaunch | PartnerFall | Refused


def read(packet: Packet, sender: str, contributors: Mapping[str, Contributor]) -> Read:
    """Read one line of an envelope; a packet where it is a track's or a plot's own line.

    Never raises, whatever the bytes are.

    Args:
        sender: who signed it.
    """
    try:
        return _read(packet, sender, contributors)
    except _Absurd as error:
        return _refused(packet, "absurd", f"{error}, from {sender}", sender)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, InputError) as error:
        return _refused(packet, "malformed", f"a partner's line must be of docs/formats: {error}",
                        sender)  # fmt: skip


class _Absurd(Exception):
    """A value that cannot be."""


def _read(packet: Packet, sender: str, contributors: Mapping[str, Contributor]) -> Read:
    head = _decode_head(packet.payload)
    if head.type in ("track", "plot"):
        one = contributors.get(head.sensor)
        if one is not None and one.owner != sender:
            return _refused(
                packet, "wrong-sender", f"{sender} must speak of its own, got sensor "
                f"{head.sensor[:LONGEST_NAME]!r} of {one.owner}", sender,
            )  # fmt: skip
        if head.type == "track" and one is not None and not isinstance(one, Partner):
            raise InputError(f"{head.sensor!r} is a sensor, and has no tracks")
        return packet
    if head.type == "launch":
        return _launch(packet, sender, _decode_launch(packet.payload))
    if head.type == "fall-area":
        return _fall(packet, sender, _decode_fall(packet.payload))
    raise InputError(f"type must be track, plot, launch or fall-area, got {head.type[:40]!r}")


def _launch(packet: Packet, sender: str, line: _Launch) -> PartnerLaunch:
    _check(line, (line.launch_id, *line.track_ids), line.position_ellipse_95)
    _check_number("launch_time_sigma_s", line.launch_time_sigma_s, 0.0, VAGUEST_S)
    return PartnerLaunch(
        partner=sender, received=packet.received, mode=packet.mode, source=packet.source,
        line=packet.line, time=instant_from_utc(line.time),
        launch_time=instant_from_utc(line.launch_time), **_same(line, PartnerLaunch),
    )  # fmt: skip


def _fall(packet: Packet, sender: str, line: _Fall) -> PartnerFall:
    _check(line, (line.launch_id, line.track_id, line.body, line.status), line.ellipse_95)
    _check_number("fall_time_sigma_s", line.fall_time_sigma_s, 0.0, VAGUEST_S)
    last: Instant | None = None if line.last_plot is None else instant_from_utc(line.last_plot)
    return PartnerFall(
        partner=sender, received=packet.received, mode=packet.mode, source=packet.source,
        line=packet.line, time=instant_from_utc(line.time),
        fall_time=instant_from_utc(line.fall_time), last_plot=last, **_same(line, PartnerFall),
    )  # fmt: skip


_TIMES = ("time", "launch_time", "fall_time", "last_plot")


def _same(line: _Launch | _Fall, kind: type[Struct]) -> dict[str, Any]:
    """Give the fields that need no conversion."""
    names = set(line.__struct_fields__) & set(kind.__struct_fields__)
    fields = {name: getattr(line, name) for name in names if name not in _TIMES}
    if "reason" in fields:
        fields["reason"] = fields["reason"][:LONGEST_REASON]
    return fields


def _check(line: _Launch | _Fall, names: tuple[str, ...], ellipse: Ellipse) -> None:
    _check_number("latitude_deg", line.latitude_deg, -90.0, 90.0)
    _check_number("longitude_deg", line.longitude_deg, -180.0, 360.0)
    _check_number("probability", line.probability, 0.0, 1.0)
    _check_number("revision", line.revision, 1, 2**53)
    for axis in (ellipse.semi_major_m, ellipse.semi_minor_m):
        _check_number("an ellipse's half-axis", axis, 0.0, WIDEST_M)
    _check_number("an ellipse's azimuth", ellipse.azimuth_deg, -360.0, 360.0)
    if len(line.sensors) + len(line.lineage) + len(names) > MOST_NAMES:
        raise _Absurd(f"a line must have at most {MOST_NAMES} names, got more")
    for name in (*names, *line.sensors, *line.lineage):
        if not (0 < len(name) <= LONGEST_NAME and name.isprintable()):
            raise _Absurd(f"a name must have 1 to {LONGEST_NAME} printable characters")


def _check_number(name: str, value: float, lowest: float, highest: float) -> None:
    if not (math.isfinite(value) and lowest <= value <= highest):
        raise _Absurd(f"{name} must lie in {lowest:g}..{highest:g}, got {value:g}")


def _refused(packet: Packet, reason: str, detail: str, sender: str) -> Refused:
    return Refused(
        source=packet.source, line=packet.line, time=packet.received, mode=packet.mode,
        reason=reason, detail=detail[:240], sensor=sender,
    )  # fmt: skip
