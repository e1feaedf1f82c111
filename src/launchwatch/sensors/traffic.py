"""The room's desk for traffic: packets of any format in, reports with their doubts out.

Each feed has decoders of its own, for what belongs together must not be mixed with another's.
Doubts are found over all feeds: a report that its sender cannot have come to since the last one
is a ``jump``; an identity that goes on being reported at two places by turns is at
``two-places``: a number that two ships use, or somebody's invention. What is doubted is used
all the same, for a ship with a wrong clock may still be a ship in danger; whoever reads is told.

Reports older than what is known, or dated in the future, are refused.
"""

from collections.abc import Callable, Sequence
from math import asin, cos, radians, sin, sqrt
from typing import NamedTuple

from msgspec.structs import replace

from launchwatch.messages.packet import Packet
from launchwatch.messages.plot import Refused
from launchwatch.messages.traffic import AircraftReport, Doubt, Report, VesselReport
from launchwatch.sensors import adsb, aircraftjson, trafficjson
from launchwatch.sensors.adsb import Adsb
from launchwatch.sensors.aircraftjson import AircraftJson
from launchwatch.sensors.refusing import Refusal, refused
from launchwatch.timescale import Instant, seconds_between

AIS = "ais"
FORMATS = (AIS, adsb.FORMAT, adsb.BEAST, aircraftjson.FORMAT, trafficjson.FORMAT)
"""The packet formats that are traffic."""

LATE_S = 600.0
"""A report older than this tells little of where something is: a ship has gone 6 km, an
airliner is elsewhere."""

EARLY_S = 60.0
"""A report may come from this far ahead: clocks of receivers are set by hand."""

_FASTEST_SHIP = 40.0
"""Metres a second: 78 knots, above the fastest ferries and patrol boats."""

_FASTEST_AIRCRAFT = 700.0
"""Metres a second: Mach 2.1 with a jet stream behind."""

_SLACK_M = 1_500.0
"""Beyond what speed explains: dates to the second, positions to tenths of a minute (93 m), and
the sea-clutter of cheap receivers."""

_MOST_PLACES = 3
"""Places remembered of one identity."""

_ESTABLISHED = 3
"""Reports at a place before it counts as one: a single slip is a jump, and then over."""

_GONE_S = 900.0
"""After which a place where nothing more was heard is forgotten."""

_MOST_KNOWN = 100_000

Decoded = tuple[VesselReport | AircraftReport | Refused, ...]


_Decode = Callable[[Packet], Sequence[VesselReport | AircraftReport | Refused]]


class _Place(NamedTuple):
    """Where an identity was reported: last when, how often, and since when."""

    latitude: float
    longitude: float
    time: Instant
    reports: int
    since: Instant


class Traffic:
    """Decodes traffic and finds what speaks against it."""

    def __init__(self) -> None:
        self._decoders: dict[tuple[str, str], _Decode] = {}
        self._places: dict[str, tuple[_Place, ...]] = {}

    def decode(self, packet: Packet) -> Decoded:
        """Give reports and refusals that follow from one packet; often none.

        Never raises, whatever the bytes are.
        """
        return tuple(
            one if isinstance(one, Refused) else self._examined(one, packet)
            for one in self._decoder(packet)(packet)
        )

    def _decoder(self, packet: Packet) -> _Decode:
        # One receiver's line and Beast frames are of the same aircraft.
        family = adsb.FORMAT if packet.format == adsb.BEAST else packet.format
        found = self._decoders.get((packet.source, family))
        if found is None:
            found = self._decoders[packet.source, family] = _decoder(family)
        return found

    def _examined(self, report: Report, packet: Packet) -> Report | Refused:
        age = seconds_between(report.time, packet.received)
        if not -EARLY_S <= age <= LATE_S:
            reason = "early" if age < 0.0 else "late"
            return refused(packet, Refusal(
                reason, f"a report must be {LATE_S:g} s old at most and {EARLY_S:g} s ahead, "
                f"got one {abs(age):.0f} s {'ahead' if age < 0.0 else 'old'}",
            ))  # fmt: skip
        if report.latitude_deg is None or report.longitude_deg is None:
            return report
        doubts = self._doubts(report, report.latitude_deg, report.longitude_deg)
        return replace(report, doubts=doubts) if doubts else report

    def _doubts(self, report: Report, latitude: float, longitude: float) -> tuple[Doubt, ...]:
        name, fastest = _name_and_speed(report)
        known = tuple(
            place
            for place in self._places.pop(name, ())
            if seconds_between(place.time, report.time) <= _GONE_S
        )
        here, others = None, []
        for place in known:  # the one last reported stands last
            apart = distance(place.latitude, place.longitude, latitude, longitude)
            reach = fastest * abs(seconds_between(place.time, report.time)) + _SLACK_M
            if here is None and apart <= reach:
                here = place
            else:
                others.append(place)
        reports, since = (1, report.time) if here is None else (here.reports + 1, here.since)
        self._places[name] = (
            *others,
            _Place(latitude, longitude, report.time, reports, since),
        )[-_MOST_PLACES:]
        if len(self._places) > _MOST_KNOWN:
            del self._places[next(iter(self._places))]
        # A slip counts for nothing once its sender is back.
        rivals = [p for p in others if p.reports >= min(_ESTABLISHED, reports)]
        if not rivals:
            return ()
        by_turns = any(place.time > since for place in rivals)
        return ("two-places",) if by_turns and reports >= _ESTABLISHED else ("jump",)


def _name_and_speed(report: Report) -> tuple[str, float]:
    """Give an identity, and the metres a second that its bearer may go."""
    if isinstance(report, AircraftReport):
        return report.icao24, _FASTEST_AIRCRAFT
    return report.mmsi, _FASTEST_AIRCRAFT if report.station == "aircraft" else _FASTEST_SHIP


def _decoder(family: str) -> _Decode:
    if family == AIS:
        from launchwatch.sensors.ais import Ais  # pyais, which takes 0.1 s, is for those with ships

        return Ais().decode
    if family == adsb.FORMAT:
        return Adsb().decode
    if family == aircraftjson.FORMAT:
        return AircraftJson().decode
    return trafficjson.decode


def distance(latitude: float, longitude: float, other: float, other_longitude: float) -> float:
    """Give the metres between two places (degrees) on a sphere: within 0.6 % of the truth."""
    a, b = radians(latitude), radians(other)
    half = sin((b - a) / 2.0) ** 2
    half += cos(a) * cos(b) * sin(radians(other_longitude - longitude) / 2.0) ** 2
    return 2.0 * 6_371_000.0 * asin(sqrt(min(half, 1.0)))
