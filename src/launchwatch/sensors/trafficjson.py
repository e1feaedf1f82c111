"""Decode ships and aircraft from JSON lines, in our own names and units.

One line is one report; the fields are those of `launchwatch.messages.traffic`::

    {"mmsi": "431000123", "time": "2025-11-07T01:00:02Z", "latitude_deg": 40.1,
     "longitude_deg": 134.2, "course_deg": 214.0, "speed_mps": 5.1, "name": "DAIICHI MARU"}
    {"icao24": "71be12", "time": "2025-11-07T01:00:03.4Z", "latitude_deg": 39.8,
     "longitude_deg": 133.9, "height_m": 10972, "course_deg": 271.3, "speed_mps": 231.5,
     "nacp": 9, "callsign": "KAL704"}

Only who and when must be there. As with plots, a live watch refuses a line that says it is of
another ``mode``, and fields that are not listed are left alone.
"""

from typing import Any, Literal

import msgspec
from msgspec import Struct

from launchwatch.errors import InputError
from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import Refused
from launchwatch.messages.traffic import AircraftReport, VesselReport
from launchwatch.sensors.adsb import position_sigma_m
from launchwatch.sensors.refusing import Refusal, refused
from launchwatch.sensors.showing import shown
from launchwatch.timescale import instant_from_utc

FORMAT = "jsontraffic"
"""The packet format that this decoder reads."""

LONGEST_LINE = 4096
_NOT_LIVE = ("exercise", "simulation", "replay")

# Smallest and largest values; whatever lies beyond is refused as absurd.
_RANGES = {
    "latitude_deg": (-90.0, 90.0), "longitude_deg": (-180.0, 180.0),
    "course_deg": (0.0, 360.0), "speed_mps": (0.0, 2_000.0),
    "height_m": (-2_000.0, 40_000.0), "pressure_altitude_m": (-2_000.0, 40_000.0),
    "position_sigma_m": (0.0, 1e6), "height_sigma_m": (0.0, 1e5),
    "vertical_rate_mps": (-500.0, 500.0), "nacp": (0, 11), "nic": (0, 11), "kind": (0, 255),
}  # fmt: skip


class _Line(Struct):
    """One line as it stands: every field that may be there."""

    time: str
    mmsi: str | int | None = None
    icao24: str | None = None
    mode: Any = None
    latitude_deg: float | None = None
    longitude_deg: float | None = None
    position_sigma_m: float | None = None
    course_deg: float | None = None
    speed_mps: float | None = None
    name: str = ""
    kind: int | None = None
    station: Literal["ship", "aid", "shore", "aircraft", "beacon"] = "ship"
    callsign: str = ""
    height_m: float | None = None
    pressure_altitude_m: float | None = None
    on_ground: bool | None = None
    height_sigma_m: float | None = None
    nacp: int | None = None
    nic: int | None = None
    vertical_rate_mps: float | None = None
    origin: Literal["adsb", "tisb", "adsr", "mlat", "other"] = "adsb"


_decode_line = msgspec.json.Decoder(_Line).decode


def decode(packet: Packet) -> tuple[VesselReport | AircraftReport | Refused, ...]:
    """Read one line as a report, or the refusal of it. Never raises, whatever the bytes are."""
    try:
        return (_decoded(packet),)
    except Refusal as refusal:
        return (refused(packet, refusal),)


def _decoded(packet: Packet) -> VesselReport | AircraftReport:
    payload = packet.payload
    if len(payload) > LONGEST_LINE:
        raise Refusal("malformed", f"a line has at most {LONGEST_LINE} bytes, got more")
    try:
        line = _decode_line(payload)
        time = instant_from_utc(line.time)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal("malformed", f"a report must be a JSON object: {error}") from None
    except InputError as error:
        raise Refusal("malformed", str(error)) from None
    if packet.mode == "live" and line.mode in _NOT_LIVE:
        raise Refusal(
            "mode", f"a live watch takes live lines only, got one of mode {shown(line.mode)}"
        )
    for name, (low, high) in _RANGES.items():
        value = getattr(line, name)
        if value is not None and not low <= value <= high:
            raise Refusal("absurd", f"{name} must lie in {low:g}..{high:g}, got {shown(value)}")
    if (line.latitude_deg is None) != (line.longitude_deg is None):
        raise Refusal("malformed", "latitude_deg and longitude_deg come together, got one")
    course = None if line.course_deg is None else line.course_deg % 360.0
    if (line.mmsi is None) == (line.icao24 is None):
        raise Refusal("malformed", "a report must have either mmsi or icao24")
    if line.mmsi is not None:
        mmsi = str(line.mmsi).zfill(9)
        if len(mmsi) != 9 or not (mmsi.isascii() and mmsi.isdigit()):
            raise Refusal("malformed", f"mmsi must be nine digits, got {shown(line.mmsi)}")
        return VesselReport(
            mmsi=mmsi,
            time=time,
            received=packet.received,
            mode=packet.mode,
            latitude_deg=line.latitude_deg,
            longitude_deg=line.longitude_deg,
            position_sigma_m=line.position_sigma_m,
            course_deg=course,
            speed_mps=line.speed_mps,
            name=line.name[:40],
            kind=line.kind,
            station=line.station,
            source=packet.source,
            line=packet.line,
        )
    address = (line.icao24 or "").lower()
    digits = address.removeprefix("~")
    if len(digits) != 6 or not all(digit in "0123456789abcdef" for digit in digits):
        raise Refusal("malformed", f"icao24 must be six hexadecimal digits, got {shown(address)}")
    sigma = line.position_sigma_m
    return AircraftReport(
        icao24=address,
        time=time,
        received=packet.received,
        mode=packet.mode,
        callsign=line.callsign[:8],
        latitude_deg=line.latitude_deg,
        longitude_deg=line.longitude_deg,
        height_m=line.height_m,
        pressure_altitude_m=line.pressure_altitude_m,
        on_ground=line.on_ground,
        position_sigma_m=position_sigma_m(line.nacp, line.nic) if sigma is None else sigma,
        height_sigma_m=line.height_sigma_m,
        nacp=line.nacp,
        nic=line.nic,
        course_deg=course,
        speed_mps=line.speed_mps,
        vertical_rate_mps=line.vertical_rate_mps,
        origin=line.origin,
        source=packet.source,
        line=packet.line,
    )
