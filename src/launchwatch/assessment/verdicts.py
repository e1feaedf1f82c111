"""Verdicts: inside or outside a zone, or too close to call, and since when.

A fall area gives a probability for each zone. A side is called once `verdict_updates` fall
areas in a row have given it `verdict_probability`: a single look at 99 % would be wrong more
often than once in a hundred, since there are many looks and the first that errs would count.
A call that is no longer so probable is taken back in the same way, by as many areas in a
row, and by name: it says what it reverses.

Near a line, within `verdict_band_m`, where it falls may be known as well as it will ever be and
yet not on which side: that is "too close to call", and not the same as not knowing yet.

Nothing is called of a track that is not being measured. What was called before stands with its
age, or is taken back as the area grows.
"""

from math import radians
from typing import NamedTuple, Protocol

from launchwatch.assessment.settings import Settings
from launchwatch.assessment.zones import UNKNOWN, NearZone
from launchwatch.earth.geodesic import inverse
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.verdict import Call, ZoneVerdict

NEARBY_KM = 100.0
"""A zone whose edge lies within this of the fall point is judged even if no sample falls in it:
"outside the zone" is said of the zones that somebody may think of."""

WIDEST_BANDS = 3.0
"""A fall is too close to call when its ellipse's half-axis is no longer than so many bands;
beyond that it is not yet known where it falls at all. A judgement."""

_MOVED_M = 1000.0
"""Edges are measured anew when the fall point has moved so far: it takes 3 ms."""


class ZoneGauge(Protocol):
    """Whatever measures how far a point is from the edges of zones."""

    def at(self, latitude_deg: float, longitude_deg: float) -> tuple[NearZone, ...]:
        """Give all zones with the signed distance to their edge."""


class _Key(NamedTuple):
    """What a verdict is about, beside the track."""

    zone: str
    kind: str
    claims: str


class _Standing(NamedTuple):
    """What is called of a zone, and what the last areas would rather call."""

    call: Call = "open"
    revision: int = 0
    next: Call = "open"
    in_a_row: int = 0


class _Edges(NamedTuple):
    """Distances from a fall point, metres, as they were measured."""

    latitude_deg: float
    longitude_deg: float
    distances: dict[_Key, float]


class Verdicts:
    """Calls, zone by zone, of every track that falls."""

    def __init__(self, zones: ZoneGauge, settings: Settings) -> None:
        self._zones = zones
        self._settings = settings
        self._standing: dict[str, dict[_Key, _Standing]] = {}
        self._edges: dict[str, _Edges] = {}

    def judge(self, area: FallArea, *, is_measured: bool) -> list[ZoneVerdict]:
        """Give the verdicts that change by one fall area.

        Args:
            is_measured: the track is confirmed, not coasting on: something may be called.
        """
        settings = self._settings
        standing = self._standing.setdefault(area.track_id, {})
        probable = {_Key(one.zone, one.kind, one.claims): one.probability for one in area.zones}
        is_known = area.ellipse_95.semi_major_m <= WIDEST_BANDS * settings.verdict_band_m
        edges = self._edges_of(area) if is_known else {}
        near = {key for key, metres in edges.items() if metres <= NEARBY_KM * 1e3}
        said = []
        for key in sorted({*standing, *probable, *near}):
            if key.zone == UNKNOWN:
                continue
            before = standing.get(key, _Standing())
            probability = probable.get(key, 0.0)
            call = self._call(probability, edges.get(key))
            if not is_measured and call in ("inside", "outside"):
                call = before.call
            in_a_row = before.in_a_row + 1 if call == before.next else 1
            after = before._replace(next=call, in_a_row=in_a_row)
            if call != before.call and in_a_row >= settings.verdict_updates:
                after = after._replace(call=call, revision=before.revision + 1)
                said.append(_verdict(area, key, before, after, probability, edges.get(key)))
            standing[key] = after
        return said

    def is_waiting(self, track_id: str) -> bool:
        """Say whether another side would be called if only the next areas agreed."""
        standing = self._standing.get(track_id, {}).values()
        return any(one.next != one.call and one.next != "open" for one in standing)

    def forget(self, track_id: str) -> None:
        """Let go of a track that was dropped; what was called of it stands, with its age."""
        self._standing.pop(track_id, None)
        self._edges.pop(track_id, None)

    def _call(self, probability: float, distance: float | None) -> Call:
        """Give what one area alone would call."""
        certain = self._settings.verdict_probability
        if probability >= certain:
            return "inside"
        if probability <= 1.0 - certain:
            return "outside"
        is_near = distance is not None and abs(distance) <= self._settings.verdict_band_m
        return "too-close-to-call" if is_near else "open"

    def _edges_of(self, area: FallArea) -> dict[_Key, float]:
        """Give the distance to each zone's edge, metres, negative inside; fresh enough."""
        before = self._edges.get(area.track_id)
        if before is None or _apart(before, area) > _MOVED_M:
            found = self._zones.at(area.latitude_deg, area.longitude_deg)
            distances = {
                _Key(one.zone, one.kind, one.claims): one.distance_km * 1e3 for one in found
            }
            before = _Edges(area.latitude_deg, area.longitude_deg, distances)
            self._edges[area.track_id] = before
        return before.distances


def _apart(edges: _Edges, area: FallArea) -> float:
    here = (radians(edges.latitude_deg), radians(edges.longitude_deg))
    there = (radians(area.latitude_deg), radians(area.longitude_deg))
    return float(inverse(*here, *there)[0])


def _verdict(
    area: FallArea,
    key: _Key,
    before: _Standing,
    after: _Standing,
    probability: float,
    distance: float | None,
) -> ZoneVerdict:
    return ZoneVerdict(
        launch_id=area.launch_id,
        track_id=area.track_id,
        revision=after.revision,
        time=area.time,
        epoch=area.epoch,
        mode=area.mode,
        body=area.body,
        zone=key.zone,
        kind=key.kind,
        claims=key.claims,
        verdict=after.call,
        probability=probability,
        distance_m=distance,
        reverses=before.call if before.revision else "",
    )
