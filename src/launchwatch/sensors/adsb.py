"""Decode ADS-B: Mode S frames to what aircraft say of themselves.

One packet is one frame, in any of the forms in which receivers hand it on:

=================================== =====================================================
``*8d4d2023587f345e35837e2218b2;``  AVR, also ``@`` with 12 digits of a 12 MHz clock first
``1a 33 ...``                       Beast: type, 6 bytes of clock, signal, 7 or 14 bytes
``{"timestamp": .., "frame": ..}``  JSON lines of jet1090: Unix seconds, hexadecimal digits
=================================== =====================================================

Only the last one says when a frame was heard; the others were heard when they arrived. What
an aircraft says is spread over frames: position, velocity, name and accuracy come in turns,
and a position needs an even and an odd report (`launchwatch.sensors.cpr`). A report is made
for each position, at most one a second of each aircraft, with the newest of everything else.

Source: RTCA DO-260B, 2.2.3.2 and tables 2-14, 2-70 and 2-71 (NIC and NACp).
"""

from collections.abc import Mapping
from math import isfinite
from typing import Any, Literal

import msgspec
from msgspec import Struct

from launchwatch.errors import InputError
from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import Refused
from launchwatch.messages.traffic import AircraftReport
from launchwatch.sensors import cpr, modes
from launchwatch.sensors.cpr import Place
from launchwatch.sensors.modes import Frame
from launchwatch.sensors.refusing import Refusal, refused
from launchwatch.timescale import SECOND, Instant, instant_from_unix

FORMAT, BEAST = "adsb", "beast"
"""The packet formats that this decoder reads: a line, and a Beast frame without escapes."""

PAIRED = 10 * SECOND
"""An even and an odd report further apart are of different zones too easily: DO-260B's bound."""

_LOCAL = 60 * SECOND
"""How old a position may be to tell the next one's zone: a minute at Mach 2 is 40 km, of 333."""

_FRESH = 10 * SECOND
"""How old velocity may be in a report: it is sent twice a second."""

_LASTING = 300 * SECOND
"""How old accuracy and the height above the pressure's may be: sent every few seconds."""

_FORGOTTEN = 600 * SECOND
_MOST_AIRCRAFT = 20_000
"""Aircraft remembered: as many as ever fly at once over the whole world."""

_BETWEEN = SECOND
"""Between two reports of one aircraft: at 250 m/s nothing is lost that matters here."""

# Table 2-70: the radius in metres that holds a position in 95 % of cases, by NACp, and in height.
_EPU_M = {11: 3.0, 10: 10.0, 9: 30.0, 8: 92.6, 7: 185.2, 6: 555.6, 5: 926.0, 4: 1852.0,
          3: 3704.0, 2: 7408.0, 1: 18520.0}  # fmt: skip
_GVA_M = {1: 150.0, 2: 45.0}
# Table 2-14: the radius of containment in metres, by NIC; it holds in far more than 95 %.
_RC_M = {11: 7.5, 10: 25.0, 9: 75.0, 8: 185.2, 7: 370.4, 6: 1111.2, 5: 1852.0, 4: 3704.0,
         3: 7408.0, 2: 14816.0, 1: 37040.0}  # fmt: skip
_RADIAL_95 = 2.4477
"""Sigmas of one axis in the radius that holds 95 % of a round normal distribution."""

# NIC by type code, without and with the supplement that raises it.
_NIC = {5: (11, 11), 6: (10, 10), 7: (8, 9), 8: (0, 7), 9: (11, 11), 10: (10, 10), 11: (8, 9),
        12: (7, 7), 13: (6, 6), 14: (5, 5), 15: (4, 4), 16: (2, 3), 17: (1, 1), 18: (0, 0),
        20: (11, 11), 21: (10, 10), 22: (0, 0)}  # fmt: skip


class _Line(Struct):
    timestamp: float
    frame: str


_decode_line = msgspec.json.Decoder(_Line).decode


class _Aircraft:
    """What one aircraft has said, each with when."""

    __slots__ = ("even", "heard", "odd", "place", "reported", "said")

    def __init__(self) -> None:
        self.heard = Instant(0)
        self.even: tuple[int, int, Instant, bool] | None = None
        self.odd: tuple[int, int, Instant, bool] | None = None
        self.place: tuple[Place, Instant] | None = None
        self.reported = Instant(0)
        self.said: dict[str, tuple[Any, Instant]] = {}

    def last(self, name: str, now: Instant, age: int) -> Any:
        found = self.said.get(name)
        return found[0] if found is not None and now - found[1] <= age else None


class Adsb:
    """Puts together what aircraft say in the frames of one feed.

    Args:
        reference: latitude and longitude in degrees from which aircraft on the ground lie within
            45 nautical miles, such as the receiver's; without one their positions are known only
            once they have been seen flying.
    """

    def __init__(self, reference: Place | None = None) -> None:
        self._reference = reference
        self._aircraft: dict[str, _Aircraft] = {}

    def decode(self, packet: Packet) -> tuple[AircraftReport | Refused, ...]:
        """Give what one frame tells: a report, nothing yet, or the refusal of it.

        Never raises, whatever the bytes are.
        """
        try:
            frame, heard = frame_of(packet.payload, is_beast=packet.format == BEAST)
            time = heard or packet.received
            found = self.take(frame, time)
        except Refusal as refusal:
            return (refused(packet, refusal),)
        if found is None:
            return ()
        said, place = found
        one = self._aircraft.get(said.icao24)
        if place is None or one is None or time - one.reported < _BETWEEN:
            return ()
        one.reported = time
        return (self._report(said, one, place, time, packet),)

    def take(self, frame: bytes, time: Instant) -> tuple[Frame, Place | None] | None:
        """Read one frame; give what it says, with the position that it completes if it does.

        None where nobody known can have sent it: its address may be made up of errors.

        Raises:
            Refusal: it cannot be read.
        """
        said = modes.read(frame)
        one = self._aircraft.get(said.icao24)
        if one is None:
            if not said.is_sure:
                return None
            self._forget(time)
            one = self._aircraft[said.icao24] = _Aircraft()
        one.heard = max(one.heard, time)
        for name, value in said.values.items():
            if value is not None:
                one.said[name] = (value, time)
        if "speed_mps" in said.values:
            for name in ("course_deg", "vertical_rate_mps"):
                if name not in said.values:
                    one.said.pop(name, None)
        return said, None if said.cpr is None else self._place(one, said, time)

    def _place(self, one: _Aircraft, said: Frame, time: Instant) -> Place | None:
        assert said.cpr is not None  # noqa: S101 - the caller looked
        latitude, longitude, is_odd = said.cpr
        on_ground = bool(said.values.get("on_ground"))
        came = (latitude, longitude, time, on_ground)
        other = one.even if is_odd else one.odd
        if is_odd:
            one.odd = came
        else:
            one.even = came
        bits = (latitude, longitude)
        found = None
        if one.place is not None and abs(time - one.place[1]) <= _LOCAL:
            found = cpr.near(one.place[0], bits, is_odd=is_odd, on_ground=on_ground)
        if on_ground:
            if found is None and self._reference is not None:
                found = cpr.near(self._reference, bits, is_odd=is_odd, on_ground=True)
        elif other is not None and not other[3] and abs(time - other[2]) <= PAIRED:
            even, odd = (other, came) if is_odd else (came, other)
            # The pair needs nothing known before, so it corrects what was known wrong.
            found = cpr.from_pair(even[:2], odd[:2], is_odd_newer=is_odd) or found
        if found is not None:
            one.place = (found, time)
        return found

    def _report(
        self, said: Frame, one: _Aircraft, place: Place, time: Instant, packet: Packet
    ) -> AircraftReport:
        nacp, nic = one.last("nacp", time, _LASTING), _nic(said, one, time)
        pressure = one.last("pressure_altitude_m", time, _FRESH)
        height = said.values.get("height_m")
        above = one.last("height_above_pressure_m", time, _LASTING)
        if height is None and pressure is not None and above is not None:
            height = pressure + above
        gva = _GVA_M.get(one.last("gva", time, _LASTING) or 0)
        return AircraftReport(
            icao24=said.icao24,
            time=time,
            received=packet.received,
            mode=packet.mode,
            callsign=one.last("callsign", time, _FORGOTTEN) or "",
            latitude_deg=place[0],
            longitude_deg=place[1],
            height_m=height,
            pressure_altitude_m=pressure,
            on_ground=bool(said.values.get("on_ground")),
            position_sigma_m=position_sigma_m(nacp, nic),
            height_sigma_m=None if height is None or gva is None else gva / 1.96,
            nacp=nacp,
            nic=nic,
            course_deg=one.last("course_deg", time, _FRESH),
            speed_mps=one.last("speed_mps", time, _FRESH),
            vertical_rate_mps=one.last("vertical_rate_mps", time, _FRESH),
            origin=_origin(said.values.get("origin")),
            source=packet.source,
            line=packet.line,
        )

    def _forget(self, now: Instant) -> None:
        if len(self._aircraft) % 256 == 255 or len(self._aircraft) >= _MOST_AIRCRAFT:
            old = [k for k, one in self._aircraft.items() if now - one.heard > _FORGOTTEN]
            for key in old:
                del self._aircraft[key]
            if len(self._aircraft) >= _MOST_AIRCRAFT:
                del self._aircraft[next(iter(self._aircraft))]


def position_sigma_m(nacp: int | None, nic: int | None) -> float | None:
    """Give the standard deviation of each horizontal axis that an aircraft's categories mean.

    Where there is no NACp the radius of containment stands in for the 95 % radius, which is
    smaller: the sigma is then too large rather than too small. None where nothing is stated.
    """
    radius = _EPU_M.get(nacp or 0) or _RC_M.get(nic or 0)
    return None if radius is None else radius / _RADIAL_95


def frame_of(payload: bytes, *, is_beast: bool = False) -> tuple[bytes, Instant | None]:
    """Take the frame, and its time where it has one, from a packet in any of its forms.

    Raises:
        Refusal: it is in none of them.
    """
    if is_beast:
        return _beast(payload), None
    text = payload.strip()
    if text.startswith(b"{"):
        return _json(text)
    if text[:1] == b"@":
        digits, start = text[13:].removesuffix(b";"), 13
    else:
        start = int(text[:1] == b"*")
        digits = text[start:].removesuffix(b";")
    return _bytes(digits, start), None


def _bytes(digits: bytes, start: int) -> bytes:
    if len(digits) > 28:
        raise Refusal("malformed", "a frame has at most 28 hexadecimal digits, got more", start)
    for number, byte in enumerate(digits):
        if byte not in b"0123456789abcdefABCDEF":
            raise Refusal(
                "malformed", f"a frame is of hexadecimal digits, got {chr(byte)!r}", start + number
            )
    if len(digits) not in (14, 28):
        raise Refusal(
            "malformed", f"a frame has 14 or 28 hexadecimal digits, got {len(digits)}",
            start + len(digits),
        )  # fmt: skip
    return bytes.fromhex(digits.decode())


def _json(text: bytes) -> tuple[bytes, Instant]:
    try:
        line = _decode_line(text)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal("malformed", f"a line must have timestamp and frame: {error}") from None
    if not isfinite(line.timestamp):
        raise Refusal("absurd", f"timestamp must be finite, got {line.timestamp}")
    seconds = int(line.timestamp // 1.0)
    try:
        heard = instant_from_unix(seconds, round(line.timestamp % 1.0 * 1e6) * 1000)
    except InputError as error:
        raise Refusal("absurd", str(error)) from None
    return _bytes(line.frame.encode(), 0), heard


def _beast(payload: bytes) -> bytes:
    kind = payload[1:2]
    length = {b"2": 7, b"3": 14}.get(kind)
    if payload[:1] != b"\x1a" or length is None:
        raise Refusal("malformed", f"a Beast frame begins with 1a 32 or 1a 33, got "
                      f"{payload[:2].hex(' ') or 'nothing'}")  # fmt: skip
    if len(payload) != 9 + length:
        raise Refusal(
            "malformed", f"this Beast frame has {9 + length} bytes, got {len(payload)}",
            min(len(payload), 9 + length),
        )  # fmt: skip
    return payload[9:]


def _nic(said: Frame, one: _Aircraft, time: Instant) -> int | None:
    code = said.values.get("type_code")
    if code is None or code not in _NIC:
        return None
    raised = one.last("nic_a", time, _LASTING)
    if code in (11, 16):
        raised = raised and said.values.get("nic_b")
    return _NIC[code][bool(raised)]


def _origin(found: Any) -> Literal["adsb", "tisb", "adsr"]:
    return found if found in ("tisb", "adsr") else "adsb"


def record_of(said: Frame, place: Place | None) -> Mapping[str, Any]:
    """Give a frame as plain values, with the position that it completed."""
    record: dict[str, Any] = {"df": said.df, "icao24": said.icao24}
    record |= {name: value for name, value in said.values.items() if name != "origin"}
    if "origin" in said.values:
        record["origin"] = said.values["origin"]
    if said.cpr is not None:
        record["latitude_deg"], record["longitude_deg"] = place or (None, None)
        record["cpr"] = {
            "latitude": said.cpr[0],
            "longitude": said.cpr[1],
            "is_odd": said.cpr[2],
        }
    return record
