"""Decode plots from JSON lines, the format in which sensors report and scenarios are kept.

One line is a radar's plot, an infrared sensor's plot or the end of a scan::

    {"sensor": "kr-north", "time": "2025-11-07T01:02:24.1Z", "scan": 144,
     "range_m": 912345.6, "azimuth_deg": 351.2, "elevation_deg": 4.31,
     "range_rate_mps": -812.4, "snr_db": 17.0}
    {"sensor": "ir-east", "time": "2025-11-07T01:00:41Z", "scan": 41,
     "line_of_sight_ecef": [0.1234, 0.5678, 0.8139], "snr_db": 22.1}
    {"sensor": "kr-north", "time": "2025-11-07T01:02:25Z", "scan": 144, "end_of_scan": true}

`range_rate_mps`, `snr_db` and `received` may be missing or null, and so may `mode`: what kind
of data a line was made as. A live watch refuses by the reason ``mode`` a line that says it is
from a simulation, an exercise or a replay, so that none that is poured into its feed can
start a warning. Fields that are not listed here are left alone.

Whatever is wrong with a line, the answer is a `Refused` that says what was wanted and what
came: ``malformed`` where the form is wrong, ``absurd`` where a value cannot be,
``unknown-sensor`` where the roster does not list the sensor. Lines that are repeated, late
or early are the business of `launchwatch.sensors.admission`.
"""

import json
import math
import re
from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from launchwatch.errors import InputError
from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import EndOfScan, LineOfSightPlot, RadarPlot, Refused
from launchwatch.messages.sensor import Contributor, Partner, Radar
from launchwatch.sensors.showing import cut, shown
from launchwatch.timescale import instant_from_utc

FORMAT = "jsonplots"
"""The packet format that this decoder reads."""

UNREADABLE = "unreadable"
"""The packet format of a source that broke off; the payload says why, in words."""

LONGEST_LINE = 16_384
"""Bytes. A plot takes 200; the bound keeps a line of megabytes from costing time."""

FARTHEST = 1e8
"""Metres: more than twice geostationary height, farther than anything launched here."""

FASTEST = 80_000.0
"""Metres a second: above 72 km/s, the fastest that a meteor of the solar system can be."""

STRONGEST = 300.0
"""Decibels either way: a ratio of 1e30 is no measurement."""

UNIT_TOLERANCE = 1e-3
"""How far a line of sight may be from a unit vector: three decimals were kept."""

NOT_LIVE = ("exercise", "simulation", "replay")
_LONGEST_DETAIL = 240
_LAST_SCAN = 2**63 - 1


class _Line(Struct, gc=False):
    """One line as it stands: every field that may be there."""

    sensor: str
    time: str
    scan: int
    range_m: float | None = None
    azimuth_deg: float | None = None
    elevation_deg: float | None = None
    range_rate_mps: float | None = None
    line_of_sight_ecef: tuple[float, float, float] | None = None
    end_of_scan: bool | None = None
    snr_db: float | None = None
    received: str | None = None
    mode: Any = None


_WANTED = {
    "sensor": "text",
    "time": "an RFC 3339 time as text",
    "scan": "a whole number",
    "range_m": "a number",
    "azimuth_deg": "a number",
    "elevation_deg": "a number",
    "range_rate_mps": "a number",
    "line_of_sight_ecef": "three numbers",
    "end_of_scan": "true or false",
    "snr_db": "a number",
    "received": "an RFC 3339 time as text",
}
_PLACE = re.compile(r"`\$\.(\w+)")

_decode_line = msgspec.json.Decoder(_Line).decode


class Refusal(Exception):
    """Why a line is refused, on its way to `decode`: reason and detail.

    ``sensor`` says whose it was where it is held against that one: a partner's.
    """

    def __init__(self, reason: str, detail: str, sensor: str | None = None) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail
        self.sensor = sensor


def decode(
    packet: Packet, sensors: Mapping[str, Contributor]
) -> RadarPlot | LineOfSightPlot | EndOfScan | Refused:
    """Read one packet as a plot, an end of scan, or the refusal of it.

    Never raises, whatever the bytes are. An azimuth of 360° is given as 0°, and a line of
    sight with the length of exactly one.
    """
    try:
        return _decoded(packet, sensors)
    except Refusal as refusal:
        reason, detail = refusal.reason, refusal.detail
    except InputError as error:  # a time that cannot be read
        reason, detail = "malformed", str(error)
    return refused(packet, reason, detail)


def refused(packet: Packet, reason: str, detail: str, sensor: str | None = None) -> Refused:
    """Give the refusal of a packet."""
    return Refused(
        source=packet.source,
        line=packet.line,
        time=packet.received,
        mode=packet.mode,
        reason=reason,
        detail=cut(detail, _LONGEST_DETAIL),
        sensor=sensor,
    )


def check_length(payload: bytes) -> None:
    """Refuse what is too long to be a line."""
    if len(payload) > LONGEST_LINE:
        raise Refusal("malformed", f"a line has at most {LONGEST_LINE} bytes, got more")


def not_utf8(payload: bytes, error: UnicodeDecodeError) -> Refusal:
    """Say where a line is no text."""
    return Refusal(
        "malformed", f"a line must be UTF-8, got byte 0x{payload[error.start]:02x} "
        f"at offset {error.start}",
    )  # fmt: skip


def unknown(sensor: str, listed: int) -> Refusal:
    """Say that the roster does not list a sensor."""
    return Refusal(
        "unknown-sensor", f"sensor must be one of the {listed} listed, got {shown(sensor)}"
    )


def _decoded(
    packet: Packet, sensors: Mapping[str, Contributor]
) -> RadarPlot | LineOfSightPlot | EndOfScan:
    payload = packet.payload
    if packet.format != FORMAT:
        if packet.format == UNREADABLE:
            raise Refusal("malformed", payload.decode("utf-8", "replace"))
        raise Refusal("malformed", f"format must be {FORMAT}, got {shown(packet.format)}")
    check_length(payload)
    try:
        # The JSON decoder does not look into texts that it skips.
        if not payload.isascii():
            payload.decode("utf-8")
        line = _decode_line(payload)
    except UnicodeDecodeError as error:
        raise not_utf8(payload, error) from None
    except (msgspec.DecodeError, RecursionError) as error:
        raise diagnosis(payload, error) from None
    # Any other word is the sensor's own affair: radars have modes too.
    if packet.mode == "live" and line.mode in NOT_LIVE:
        raise Refusal(
            "mode", f"a live watch takes live lines only, got one of mode {shown(line.mode)}"
        )
    sensor = sensors.get(line.sensor)
    if sensor is None:
        raise unknown(line.sensor, len(sensors))
    time = instant_from_utc(line.time)
    if line.received is not None:
        instant_from_utc(line.received)
    if not 0 <= line.scan <= _LAST_SCAN:
        raise Refusal("absurd", f"scan must not be negative or 2^63, got {shown(line.scan)}")
    if line.snr_db is not None and not -STRONGEST <= line.snr_db <= STRONGEST:
        raise _outside("snr_db", f"lie in -{STRONGEST:g}..{STRONGEST:g}", line.snr_db, line)
    if line.end_of_scan:
        if line.range_m is not None or line.line_of_sight_ecef is not None:
            raise Refusal(
                "malformed",
                f"a line is a plot or the end of a scan, got both from sensor {shown(line.sensor)}",
            )
        return EndOfScan(
            sensor=line.sensor,
            time=time,
            received=packet.received,
            mode=packet.mode,
            scan=line.scan,
            source=packet.source,
            line=packet.line,
        )
    if isinstance(sensor, Radar):
        azimuth = _checked_radar(line, sensor)
        return RadarPlot(
            sensor=line.sensor,
            time=time,
            received=packet.received,
            mode=packet.mode,
            scan=line.scan,
            range_m=line.range_m,  # type: ignore[arg-type]  # checked above
            azimuth_deg=azimuth,
            elevation_deg=line.elevation_deg,  # type: ignore[arg-type]
            range_rate_mps=line.range_rate_mps,
            snr_db=line.snr_db,
            source=packet.source,
            line=packet.line,
        )
    if isinstance(sensor, Partner):
        raise Refusal(
            "malformed",
            f"sensor {shown(line.sensor)} is a partner: wanted partner_track and its state, got a "
            "plot's fields",
        )
    return LineOfSightPlot(
        sensor=line.sensor,
        time=time,
        received=packet.received,
        mode=packet.mode,
        scan=line.scan,
        line_of_sight_ecef=_checked_line_of_sight(line),
        snr_db=line.snr_db,
        source=packet.source,
        line=packet.line,
    )


def _checked_radar(line: _Line, sensor: Radar) -> float:
    """Refuse what a radar cannot have measured; give the azimuth within 0 to below 360."""
    distance, azimuth, elevation = line.range_m, line.azimuth_deg, line.elevation_deg
    if line.line_of_sight_ecef is not None:
        raise Refusal(
            "malformed",
            f"sensor {shown(line.sensor)} is a radar: wanted range_m, azimuth_deg and "
            "elevation_deg, got line_of_sight_ecef",
        )
    if distance is None or azimuth is None or elevation is None:
        missing = [
            name
            for name in ("range_m", "azimuth_deg", "elevation_deg")
            if getattr(line, name) is None
        ]
        raise Refusal(
            "malformed",
            "a radar's plot must have range_m, azimuth_deg and elevation_deg, got no "
            f"{' and no '.join(missing)} from sensor {shown(line.sensor)}",
        )
    # Ten times the stated range is no echo, however strong the target was.
    farthest = min(FARTHEST, 10.0 * sensor.maximum_range_m)
    if not 0.0 < distance <= farthest:
        raise _outside("range_m", f"lie above 0 and up to {farthest:g}", distance, line)
    if not 0.0 <= azimuth <= 360.0:
        raise _outside("azimuth_deg", "lie in 0..360", azimuth, line)
    if not -90.0 <= elevation <= 90.0:
        raise _outside("elevation_deg", "lie in -90..90", elevation, line)
    rate = line.range_rate_mps
    if rate is not None and not -FASTEST <= rate <= FASTEST:
        raise _outside("range_rate_mps", f"lie in -{FASTEST:g}..{FASTEST:g}", rate, line)
    return 0.0 if azimuth == 360.0 else azimuth


def _checked_line_of_sight(line: _Line) -> tuple[float, float, float]:
    """Refuse what is no direction; give it with the length of one."""
    if not (line.range_m is line.azimuth_deg is line.elevation_deg is line.range_rate_mps is None):
        raise Refusal(
            "malformed",
            f"sensor {shown(line.sensor)} is infrared: wanted line_of_sight_ecef, got a "
            "radar's fields",
        )
    if line.line_of_sight_ecef is None:
        raise Refusal(
            "malformed",
            "an infrared sensor's plot must have line_of_sight_ecef, got none from sensor "
            f"{shown(line.sensor)}",
        )
    x, y, z = line.line_of_sight_ecef
    length = math.hypot(x, y, z)
    if not abs(length - 1.0) <= UNIT_TOLERANCE:
        raise _outside("line_of_sight_ecef", "have a length of 1 within 0.001", length, line)
    return (x / length, y / length, z / length)


def _outside(field: str, wanted: str, got: float, line: _Line) -> Refusal:
    return Refusal("absurd", f"{field} must {wanted}, got {got:g} from sensor {shown(line.sensor)}")


def diagnosis(payload: bytes, error: Exception, wanted: Mapping[str, str] = _WANTED) -> Refusal:
    """Say why the fast decoder failed: slow, but only what is refused comes here.

    NaN, Infinity and 1e999 are no JSON, or not within a double; Python's own decoder reads
    them, so that they are counted as absurd values and not as damaged lines.
    """
    if not payload.strip():
        return Refusal("malformed", "a line must be a JSON object, got an empty line")
    try:
        found: Any = json.loads(payload)
    except (ValueError, RecursionError):
        return Refusal("malformed", f"a line must be JSON: {_sentence(error)}")
    if not isinstance(found, dict):
        return Refusal("malformed", f"a line must be a JSON object, got {shown(found)}")
    sensor = shown(found.get("sensor"))
    for name in wanted:
        value = found.get(name)
        for number in value if isinstance(value, list) else (value,):
            if _is_beyond_floats(number):
                return Refusal(
                    "absurd", f"{name} must be finite, got {shown(number)} from sensor {sensor}"
                )
    place = _PLACE.search(str(error))
    if place is not None and place[1] in wanted:
        name = place[1]
        return Refusal(
            "malformed",
            f"{name} must be {wanted[name]}, got {shown(found.get(name))} from sensor {sensor}",
        )
    return Refusal("malformed", _sentence(error))


def _is_beyond_floats(number: object) -> bool:
    try:
        return isinstance(number, int | float) and not math.isfinite(number)
    except OverflowError:  # an integer that no double can hold
        return True


def _sentence(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    text = str(error).replace("`", "")
    return text[:1].lower() + text[1:]
