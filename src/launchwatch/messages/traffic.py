"""Traffic: what ships and aircraft say of themselves, or others of them.

A report keeps the units of the border, as they stand in its field names. Whatever is not
known, or was sent as "not available", is None: no placeholder such as latitude 91 is ever
passed on. A report is a claim by whoever sent it; what speaks against it stands in `doubts`
and goes wherever the report goes.
"""

from typing import Literal

from msgspec import Struct

from launchwatch.messages.packet import Mode
from launchwatch.timescale import Instant

Doubt = Literal["jump", "two-places"]
"""What speaks against a report: it is too far from the last one to have been reached; or the
same identity is being reported at two places by turns."""


class VesselReport(Struct, frozen=True, kw_only=True, tag="vessel-report"):
    """Where a ship, or what else sends AIS, says that it is.

    Attributes:
        mmsi: its nine-digit number, as text: leading zeros matter.
        time: when it was there.
        received: when this arrived.
        latitude_deg: WGS 84, with ``longitude_deg``; the two are known together or not at all.
        position_sigma_m: of each horizontal axis.
        course_deg: over the ground, clockwise from true north.
        speed_mps: over the ground.
        name: as sent, or as last sent; empty where it never was.
        kind: what it is, as AIS numbers ship types (30 fishing, 70..79 cargo, 80..89 tanker);
            None where unknown.
        station: what sends: a ship, an aid to navigation, a shore station, an aircraft in
            search and rescue, or a distress beacon.
        doubts: what speaks against the position; empty where nothing does.
        source: the feed that brought it, and ``line``, its running number there.
    """

    mmsi: str
    time: Instant
    received: Instant
    mode: Mode
    latitude_deg: float | None = None
    longitude_deg: float | None = None
    position_sigma_m: float | None = None
    course_deg: float | None = None
    speed_mps: float | None = None
    name: str = ""
    kind: int | None = None
    station: Literal["ship", "aid", "shore", "aircraft", "beacon"] = "ship"
    doubts: tuple[Doubt, ...] = ()
    source: str
    line: int


class AircraftReport(Struct, frozen=True, kw_only=True, tag="aircraft-report"):
    """Where an aircraft says that it is, put together from what it sent.

    Attributes:
        icao24: its 24-bit address, six hexadecimal digits in small letters; with ``~`` before
            it where the address is not one of ICAO's.
        time: when it was there.
        received: when this arrived.
        callsign: as last sent; empty where it never was.
        latitude_deg: WGS 84, with ``longitude_deg``; the two are known together or not at all.
        height_m: above the WGS 84 ellipsoid, from satellite navigation; None where not sent.
        pressure_altitude_m: in the standard atmosphere: hundreds of metres from the true height.
        on_ground: whether it is; None where it does not say.
        position_sigma_m: of each horizontal axis, from NACp (or what stands in for it).
        height_sigma_m: of ``height_m``.
        nacp: navigation accuracy category of the position, 0 to 11.
        nic: navigation integrity category, 0 to 11.
        course_deg: over the ground, clockwise from true north.
        speed_mps: over the ground.
        vertical_rate_mps: positive when climbing.
        origin: who says so: ``adsb`` itself, ``tisb`` or ``adsr`` a ground station that relays,
            ``mlat`` a network that located it, ``other``.
        doubts: what speaks against the position; empty where nothing does.
        source: the feed that brought it, and ``line``, its running number there.
    """

    icao24: str
    time: Instant
    received: Instant
    mode: Mode
    callsign: str = ""
    latitude_deg: float | None = None
    longitude_deg: float | None = None
    height_m: float | None = None
    pressure_altitude_m: float | None = None
    on_ground: bool | None = None
    position_sigma_m: float | None = None
    height_sigma_m: float | None = None
    nacp: int | None = None
    nic: int | None = None
    course_deg: float | None = None
    speed_mps: float | None = None
    vertical_rate_mps: float | None = None
    origin: Literal["adsb", "tisb", "adsr", "mlat", "other"] = "adsb"
    doubts: tuple[Doubt, ...] = ()
    source: str
    line: int


Report = VesselReport | AircraftReport
