"""Read Mode S frames, 56 or 112 bits that transponders send at 1090 MHz.

::

    downlink format  5 bits   what kind of frame this is
    ...                       capability, address, altitude or identity by format
    message         56 bits   in the long ones: for formats 17 and 18 an extended squitter
    parity          24 bits   CRC, alone (11, 17, 18) or with the address laid over it

Formats read: 0, 4, 16, 20 (altitude), 5, 21 (identity), 11 (all-call reply), 17, 18 (extended
squitter: identification, position, velocity, state and status). Of the registers in formats
20 and 21 nothing is read: what they hold can only be guessed.

No bit is ever corrected: a frame whose parity is wrong is refused. Where the address lies over
the parity, any error gives another address, so that those frames count only for aircraft that
are known already (`launchwatch.sensors.adsb`).

Source: ICAO Annex 10 volume IV, 3.1.2; RTCA DO-260B, 2.2.3 and appendix A.
"""

from math import atan2, degrees, hypot
from typing import Any, NamedTuple

from launchwatch.sensors.refusing import Refusal

FOOT = 0.3048
KNOT = 1852.0 / 3600.0
FEET_A_MINUTE = FOOT / 60.0

_POLYNOMIAL = 0xFFF409
_LETTERS = "#ABCDEFGHIJKLMNOPQRSTUVWXYZ##### ###############0123456789######"
_LONG = frozenset((16, 17, 18, 20, 21, 24))
_READ = frozenset((0, 4, 5, 11, 16, 17, 18, 20, 21))


def _table() -> tuple[int, ...]:
    found = []
    for byte in range(256):
        remainder = byte << 16
        for _ in range(8):
            remainder = remainder << 1 ^ (_POLYNOMIAL if remainder & 0x800000 else 0)
        found.append(remainder & 0xFFFFFF)
    return tuple(found)


_TABLE = _table()


class Frame(NamedTuple):
    """One frame.

    Attributes:
        df: downlink format.
        icao24: the address, ``~`` before it where it is not one of ICAO's.
        is_sure: that the parity proves the address; else it follows from the parity.
        values: what the frame says, by name and unit.
        cpr: of a position: latitude and longitude bits, and whether they are odd ones.
    """

    df: int
    icao24: str
    is_sure: bool
    values: dict[str, Any]
    cpr: tuple[int, int, bool] | None = None


def remainder(frame: bytes) -> int:
    """Give the 24 bits that the parity leaves: 0 for a whole squitter, else the address."""
    found = 0
    for byte in frame[:-3]:
        found = (found << 8 & 0xFFFFFF) ^ _TABLE[found >> 16 ^ byte]
    return found ^ int.from_bytes(frame[-3:], "big")


def read(frame: bytes) -> Frame:
    """Read a frame of 7 or 14 bytes.

    Raises:
        Refusal: its length or parity is wrong, or its format is not read.
    """
    if len(frame) not in (7, 14):
        raise Refusal("malformed", f"a frame has 7 or 14 bytes, got {len(frame)}", len(frame))
    df = min(frame[0] >> 3, 24)
    if (len(frame) == 14) != (df in _LONG):
        raise Refusal(
            "malformed", f"a frame of format {df} has {14 if df in _LONG else 7} bytes, "
            f"got {len(frame)}",
        )  # fmt: skip
    if df not in _READ:
        raise Refusal("format", f"downlink formats read are 0, 4, 5, 11, 16..18, 20, 21, got {df}")
    rest = remainder(frame)
    if df in (17, 18):
        if rest:
            raise Refusal("malformed", f"the parity must leave 0, got {rest:06x}", len(frame) - 3)
        return _squitter(df, frame)
    if df == 11:
        # The interrogator's code lies over the last seven bits.
        if rest >> 7:
            raise Refusal("malformed", f"the parity must leave 00..7f, got {rest:x}", 4)
        return Frame(df, frame[1:4].hex(), rest == 0, {"capability": frame[0] & 7})
    code = int.from_bytes(frame[2:4], "big") & 0x1FFF
    values: dict[str, Any] = {}
    if df in (5, 21):
        values["squawk"] = None if code & 0x40 else squawk(code)  # that bit is always 0
    else:
        values["pressure_altitude_m"] = altitude(code)
    if df in (0, 16):
        values["on_ground"] = bool(frame[0] & 4)
    elif (status := frame[0] & 7) < 4:
        values["on_ground"] = status in (1, 3)
    return Frame(df, f"{rest:06x}", False, values)


def _squitter(df: int, frame: bytes) -> Frame:
    address, control = frame[1:4].hex(), frame[0] & 7
    values: dict[str, Any] = {"origin": "adsb"}
    message = int.from_bytes(frame[4:11], "big")
    code = message >> 51
    if df == 18:
        values["origin"] = {2: "tisb", 3: "tisb", 5: "tisb", 6: "adsr"}.get(control, "adsb")
        if control in (1, 5) or (control in (2, 6) and _is_imf(message, code)):
            address = "~" + address
        if control in (3, 4, 7):
            return Frame(df, address, True, {**values, "type_code": None})  # other layouts
    values["type_code"] = code
    cpr = None
    if 1 <= code <= 4:
        name = "".join(_LETTERS[message >> shift & 63] for shift in range(42, -1, -6))
        if "#" not in name:
            values["callsign"] = name.rstrip()
    elif 5 <= code <= 8:
        values |= {"on_ground": True, **_surface(message)}
        cpr = _cpr(message)
    elif 9 <= code <= 18 or 20 <= code <= 22:
        values["on_ground"] = False
        name = "height_m" if code >= 20 else "pressure_altitude_m"
        twelve = message >> 36 & 0xFFF
        # The air's code is the ground's without its bit for metres.
        values[name] = altitude((twelve & 0xFC0) << 1 | twelve & 0x3F)
        values["nic_b"] = message >> 48 & 1
        cpr = _cpr(message)
    elif code == 19:
        values |= _velocity(message)
    elif code == 29 and message >> 49 & 3 == 1:
        values["nacp"] = message >> 13 & 15
    elif code == 31:
        values |= _status(message)
    return Frame(df, address, True, values, cpr)


def _is_imf(message: int, code: int) -> bool:
    """Whether an address relayed from the ground is not one of ICAO's."""
    return bool(
        (message >> 35 & 1 if 5 <= code <= 8 else message >> 48 & 1)
        if 5 <= code <= 18 or code >= 20
        else message >> 47 & 1
        if code == 19
        else 0
    )


def _cpr(message: int) -> tuple[int, int, bool]:
    return message >> 17 & 0x1FFFF, message & 0x1FFFF, bool(message >> 34 & 1)


def _velocity(message: int) -> dict[str, Any]:
    values: dict[str, Any] = {}
    subtype = message >> 48 & 7
    if subtype in (1, 2):
        unit = KNOT * (4.0 if subtype == 2 else 1.0)
        west, east = message >> 42 & 1, message >> 32 & 0x3FF
        south, north = message >> 31 & 1, message >> 21 & 0x3FF
        if east and north:  # 0 means not available
            x = (east - 1) * (-unit if west else unit)
            y = (north - 1) * (-unit if south else unit)
            values["speed_mps"] = hypot(x, y)
            values["course_deg"] = degrees(atan2(x, y)) % 360.0
    if climb := message >> 10 & 0x1FF:
        rate = (climb - 1) * 64.0 * FEET_A_MINUTE
        values["vertical_rate_mps"] = -rate if message >> 19 & 1 else rate
    if above := message & 0x7F:
        difference = (above - 1) * 25.0 * FOOT
        values["height_above_pressure_m"] = -difference if message >> 7 & 1 else difference
    return values


# Where the steps of a speed on the ground begin, and how large they are, knots.
_STEPS = ((1, 0.0, 0.0), (2, 0.125, 0.125), (9, 1.0, 0.25), (13, 2.0, 0.5), (39, 15.0, 1.0),
          (94, 70.0, 2.0), (109, 100.0, 5.0), (124, 175.0, 0.0))  # fmt: skip


def _surface(message: int) -> dict[str, Any]:
    values: dict[str, Any] = {}
    movement = message >> 44 & 0x7F
    if 1 <= movement <= 124:
        first, start, step = max(row for row in _STEPS if row[0] <= movement)
        values["speed_mps"] = (start + (movement - first) * step) * KNOT
    if message >> 43 & 1:
        values["course_deg"] = (message >> 36 & 0x7F) * 360.0 / 128.0
    return values


def _status(message: int) -> dict[str, Any]:
    version = message >> 13 & 7
    values: dict[str, Any] = {"version": version}
    if version in (1, 2):
        values |= {"nic_a": message >> 12 & 1, "nacp": message >> 8 & 15}
        if version == 2 and message >> 48 & 7 == 0:
            values["gva"] = message >> 6 & 3
        if version == 2 and message >> 48 & 7 == 1:
            values["nic_c"] = message >> 36 & 1
    return values


def altitude(code: int) -> float | None:
    """Give the metres that 13 bits of altitude stand for; None where they say nothing."""
    if code == 0 or code & 0x40:  # metres: never put into use
        return None
    if code & 0x10:
        feet = ((code & 0x1F80) >> 2 | (code & 0x20) >> 1 | code & 0xF) * 25 - 1000
        return feet * FOOT
    return _gillham(code)


def _gillham(code: int) -> float | None:
    """Steps of 100 feet in Gray code, as altimeters of the 1960s gave them."""
    c1, a1, c2, a2, c4, a4, _, b1, _, b2, d2, b4, d4 = (code >> n & 1 for n in range(12, -1, -1))
    five = _binary((d2, d4, a1, a2, a4, b1, b2, b4))
    hundred = _binary((c1, c2, c4))
    if hundred in (0, 5, 6):
        return None
    hundred = 5 if hundred == 7 else hundred
    hundred = 6 - hundred if five & 1 else hundred
    return (five * 500 + hundred * 100 - 1300) * FOOT


def _binary(gray: tuple[int, ...]) -> int:
    found, bit = 0, 0
    for each in gray:
        bit ^= each
        found = found << 1 | bit
    return found


def squawk(code: int) -> str:
    """Give the four octal digits that 13 bits of identity stand for."""
    c1, a1, c2, a2, c4, a4, _, b1, d1, b2, d2, b4, d4 = (code >> n & 1 for n in range(12, -1, -1))
    a, b, c, d = (4 * a4 + 2 * a2 + a1, 4 * b4 + 2 * b2 + b1, 4 * c4 + 2 * c2 + c1,
                  4 * d4 + 2 * d2 + d1)  # fmt: skip
    return f"{a}{b}{c}{d}"
