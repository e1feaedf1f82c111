"""Decode `aircraft.json`, in which readsb, tar1090 and dump1090 keep what they receive.

A packet is one whole document: ``now`` in Unix seconds and a list of ``aircraft``, each with
what it last said and how many seconds ago (``seen_pos``). Feet, knots and feet a minute become
metres and metres a second; a position that was given before is not given again.

Source: readsb, README-json.md.
"""

import math
from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from launchwatch.errors import InputError
from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import Refused
from launchwatch.messages.traffic import AircraftReport
from launchwatch.sensors.adsb import position_sigma_m
from launchwatch.sensors.modes import FEET_A_MINUTE, FOOT, KNOT
from launchwatch.sensors.refusing import Refusal, refused
from launchwatch.sensors.showing import shown
from launchwatch.timescale import SECOND, Instant, instant_from_unix

FORMAT = "aircraft-json"
"""The packet format that this decoder reads."""

LONGEST = 8 * 1024 * 1024
"""Bytes of a document: ten thousand aircraft with everything that readsb writes of each."""

_MOST_REFUSALS = 20
"""Refusals told of one document: one that is all wrong is wrong in one way."""

_STALE_S = 60.0
"""Positions older than this say where an aircraft was, not where it is: 15 km ago."""

_MOST_AIRCRAFT = 20_000
_GVA_SIGMA_M = {1: 150.0 / 1.96, 2: 45.0 / 1.96}

# The largest values that are taken for true: beyond them lies what no aircraft does.
_LIMITS = {
    "lat": 90.0, "lon": 180.0, "alt_baro": 130_000.0, "alt_geom": 130_000.0, "gs": 4_000.0,
    "track": 360.0, "baro_rate": 50_000.0, "geom_rate": 50_000.0, "seen_pos": 1e6,
}  # fmt: skip


class AircraftJson:
    """Reads the documents of one feed, each position once."""

    def __init__(self) -> None:
        self._given: dict[str, Instant] = {}

    def decode(self, packet: Packet) -> tuple[AircraftReport | Refused, ...]:
        """Give a report for each aircraft with a new position, and refusals of what is wrong.

        Never raises, whatever the bytes are.
        """
        found: list[AircraftReport | Refused] = []
        wrong = 0
        try:
            for record in records(packet.payload):
                if isinstance(record, Refusal):
                    wrong += 1
                    if wrong <= _MOST_REFUSALS:
                        found.append(refused(packet, record))
                elif (report := self._report(record, packet)) is not None:
                    found.append(report)
        except Refusal as refusal:
            return (refused(packet, refusal),)
        if len(self._given) > _MOST_AIRCRAFT:
            self._given = dict(list(self._given.items())[_MOST_AIRCRAFT // 2 :])
        return tuple(found)

    def _report(self, record: dict[str, Any], packet: Packet) -> AircraftReport | None:
        time = record["time"]
        name = record["icao24"]
        if record["latitude_deg"] is None or record["age_s"] > _STALE_S:
            return None
        if name in self._given and time - self._given[name] < SECOND // 2:
            return None
        self._given.pop(name, None)  # the newest stand last
        self._given[name] = time
        own = {key: value for key, value in record.items() if key not in ("age_s", "squawk")}
        return AircraftReport(
            **own,
            received=packet.received,
            mode=packet.mode,
            source=packet.source,
            line=packet.line,
        )


def records(content: bytes) -> Iterator[dict[str, Any] | Refusal]:
    """Give what a document says of each aircraft by our names, or why it is refused.

    Raises:
        Refusal: the document as a whole cannot be read.
    """
    if len(content) > LONGEST:
        raise Refusal("malformed", f"a document has at most {LONGEST} bytes, got {len(content)}")
    try:
        document: Any = msgspec.json.decode(content)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        at = str(error).rpartition("byte ")[2].rstrip(")")
        offset = int(at) if at.isdigit() else 0
        offset = len(content) if "truncated" in str(error) else offset
        raise Refusal("malformed", f"a document must be JSON: {error}", offset) from None
    aircraft = document.get("aircraft") if isinstance(document, dict) else None
    now = document.get("now") if isinstance(document, dict) else None
    if not isinstance(aircraft, list) or not isinstance(now, int | float):
        raise Refusal("malformed", "a document must have now, a number, and aircraft, a list")
    for number, one in enumerate(aircraft):
        try:
            yield _record(one, float(now))
        except Refusal as refusal:
            yield Refusal(refusal.reason, f"aircraft {number}: {refusal.detail}")
        except InputError as error:
            yield Refusal("absurd", f"aircraft {number}: {error}")


def _record(one: Any, now: float) -> dict[str, Any]:
    if not isinstance(one, dict):
        raise Refusal("malformed", f"wanted an object, got {shown(one)}")
    name = one.get("hex")
    address = name.removeprefix("~") if isinstance(name, str) else ""
    if len(address) != 6 or not all(digit in "0123456789abcdefABCDEF" for digit in address):
        raise Refusal("malformed", f"hex must be six hexadecimal digits, got {shown(name)}")
    numbers = {key: _number(one, key) for key in _LIMITS}
    on_ground = one.get("alt_baro") == "ground"
    latitude, longitude = numbers["lat"], numbers["lon"]
    if latitude is None or longitude is None:
        latitude = longitude = None
    age = max(numbers["seen_pos"] or 0.0, 0.0)
    nacp, nic, gva = (_category(one, key) for key in ("nac_p", "nic", "gva"))
    flight, track = one.get("flight"), numbers["track"]
    climb = numbers["baro_rate"] if numbers["geom_rate"] is None else numbers["geom_rate"]
    pressure, height = numbers["alt_baro"], numbers["alt_geom"]
    seconds = now - age
    if not math.isfinite(seconds) or abs(seconds) > 1e11:
        raise Refusal("absurd", f"now must be a time, got {now:g}")
    time = instant_from_unix(int(seconds // 1.0), round(seconds % 1.0 * 1e6) * 1000)
    return {
        "icao24": name.lower() if isinstance(name, str) else "",
        "time": time,
        "age_s": age,
        "callsign": flight.strip()[:8] if isinstance(flight, str) else "",
        "latitude_deg": latitude,
        "longitude_deg": longitude,
        "height_m": None if height is None else height * FOOT,
        "pressure_altitude_m": None if pressure is None else pressure * FOOT,
        "on_ground": True if on_ground else False if pressure is not None else None,
        "position_sigma_m": position_sigma_m(nacp, nic),
        "height_sigma_m": None if height is None else _GVA_SIGMA_M.get(gva or 0),
        "nacp": nacp,
        "nic": nic,
        "course_deg": None if track is None or track < 0.0 else track % 360.0,
        "speed_mps": _scaled(numbers["gs"], KNOT),
        "vertical_rate_mps": _scaled(climb, FEET_A_MINUTE),
        "origin": _origin(one),
    }


def _number(one: dict[str, Any], key: str) -> float | None:
    found = one.get(key)
    if found is None or (key == "alt_baro" and found == "ground"):
        return None
    if not _is_number(found):
        raise Refusal("malformed", f"{key} must be a number, got {shown(found)}")
    if not abs(found) <= _LIMITS[key]:
        raise Refusal("absurd", f"{key} must lie within ±{_LIMITS[key]:g}, got {shown(found)}")
    return float(found)


def _category(one: dict[str, Any], key: str) -> int | None:
    found = one.get(key)
    return found if isinstance(found, int) and 0 <= found <= 11 else None


def _scaled(value: float | None, unit: float) -> float | None:
    return None if value is None else value * unit


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _origin(one: dict[str, Any]) -> Literal["adsb", "tisb", "adsr", "mlat", "other"]:
    kind = one.get("type")
    mlat = one.get("mlat")
    if kind == "mlat" or (isinstance(mlat, list) and "lat" in mlat):
        return "mlat"
    for begin, origin in (("adsb", "adsb"), ("tisb", "tisb"), ("adsr", "adsr")):
        if kind is None or (isinstance(kind, str) and kind.startswith(begin)):
            return origin  # type: ignore[return-value]  # one of the literals
    return "other"
