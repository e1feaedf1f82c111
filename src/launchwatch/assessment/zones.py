"""Zones: whose land, waters or exclusive economic zone a point lies in, anywhere on Earth.

Land, internal waters, territorial sea, exclusive economic zone (its first 24 NM a contiguous
zone) and high seas, computed from Natural Earth's 1:10 m coast and a list of islets. Between
20-52 N and 112-180 E lines are as exact as that coast; elsewhere they are thinned to some
hundred metres. What a zone is depends on a *claim set*: whose the disputed islets are, which lines
rule. Every answer names its set; docs/zones.md says what each holds and how far it can be wrong.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import shapely
from msgspec import Struct

from launchwatch.assessment.drawn import REPLACED, Drawn, is_drawn
from launchwatch.assessment.partition import OUTSIDE, Partition, distances_to_pieces
from launchwatch.assessment.settings import CLAIM_SETS
from launchwatch.assessment.tally import checked, counts_besides, counts_of, moved
from launchwatch.assessment.userzones import UserZone, read_features, user_zone
from launchwatch.assessment.zoneedges import ZoneEdges
from launchwatch.assessment.zonefile import (
    Zone,
    differences,
    sheet,
    zones_of_the_world,
)
from launchwatch.messages.fallarea import ZoneProbability

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

__all__ = ["CLAIM_SETS", "NearZone", "Spot", "Zone", "Zones"]

# Another claim set is heard where it moves a zone's probability by this much: below it no
# sentence would change.
_TELLING = 0.01

# Metres: no point on Earth is farther from any other.
_EVERYWHERE = 2.1e7

UNKNOWN = "unknown"
"""What points beyond the map were said to lie in before it held the whole world."""

HIGH_SEAS = Zone("high-seas", "high-seas", "")


class NearZone(Struct, frozen=True, kw_only=True):
    """A zone seen from one point.

    Attributes:
        distance_km: to the zone's nearest edge; negative inside the zone, positive outside.
        claims: the claim set that drew it; empty for a zone given by the user.
    """

    zone: str
    kind: str
    distance_km: float
    claims: str


class Spot(NamedTuple):
    """The zone of one point.

    Attributes:
        part: English name of the province on land; ``contiguous`` in an exclusive economic zone
            within 24 NM of the coast; else empty.
    """

    zone: Zone
    part: str


class Zones:
    """Answers, for points, which zones they lie in.

    Built once, then only read: safe to share between threads. What lies beyond Northeast
    Asia is read when the first point falls there, or by `prepare`.

    Attributes:
        zones: the built-in ones; those in Northeast Asia first, in the order of their numbers in
            `partition`.
        partition: the map of Northeast Asia.
        claims: name of the claim set that drew them.
        others: claim sets that are heard besides, where they see it otherwise.
    """

    def __init__(
        self,
        claims: str,
        others: Sequence[str] = (),
        users: Sequence[UserZone] = (),
        drawn: Drawn | None = None,
    ) -> None:
        """Join a claim set, others to be heard, the user's own zones and imported ones.

        Raises:
            SettingsError: there is no such claim set.
        """
        near = sheet(claims)
        self.claims = claims if drawn is None else drawn.claims
        self._base = claims
        self._drawn = drawn
        self.others = tuple(other for other in others if other != self.claims)
        for other in self.others:
            if other not in CLAIM_SETS:
                sheet(other)  # refuses it by name
        self.users = tuple(users)
        self.partition: Partition = near.partition
        imported = drawn.zones if drawn else ()
        self.zones = tuple(dict.fromkeys((*near.zones, *zones_of_the_world(), *imported)))
        self._number = {zone: number for number, zone in enumerate(self.zones)}
        self.besides = tuple(
            user_zone(area.zone, area.kind, [shapely.Polygon(area.points)]) for area in near.besides
        )
        self._far = np.array([self._number[zone] for zone in zones_of_the_world()])
        self._edges = ZoneEdges(claims, drawn, self.zones, self.numbers_at)

    def prepare(self) -> None:
        """Read and index now what else would wait for the first that asks: about 0.6 s.

        The other claim sets, the rest of the world, and all edges. May run beside questions.
        """
        differences()
        for name in self.others:
            _of(name)
        sheet("world")
        self._edges.prepare()

    @classmethod
    def built_in(cls, claims: str = CLAIM_SETS[0], others: Sequence[str] = ()) -> "Zones":
        """Read the zones that come with the package, about 0.05 s.

        Args:
            others: claim sets whose answer is given besides, where it differs.

        Raises:
            SettingsError: there is no such claim set.
        """
        return cls(claims, others)

    def with_features(self, features: Mapping[str, Any], source: str = "zones") -> "Zones":
        """Give the same zones and, besides them, those of a GeoJSON FeatureCollection.

        Each feature is a Polygon or MultiPolygon whose properties carry ``zone``, its name,
        and ``kind``, one of `KINDS`. Features of one name are one zone. A file that
        `launchwatch zones import` wrote takes the place of the built-in economic zones.

        Args:
            features: the parsed file.
            source: the file's name, for errors.

        Raises:
            SettingsError: names the file, the feature, what was wanted and what came.
        """
        if is_drawn(features):
            return Zones(self._base, self.others, self.users, Drawn(features, source))
        users = read_features(features, source)
        return Zones(self._base, self.others, (*self.users, *users), self._drawn)

    def numbers_at(self, latitude_deg: Floats, longitude_deg: Floats) -> Integers:
        """Give the number in `zones` of the zone that holds each point, (n,)."""
        return self._seek(latitude_deg, longitude_deg)[0]

    def spot(self, latitude_deg: float, longitude_deg: float) -> Spot:
        """Give the zone of one point and the part of it, such as a province."""
        return self.spots(np.array([latitude_deg]), np.array([longitude_deg]))[0][0]

    def spots(self, latitude_deg: Floats, longitude_deg: Floats) -> tuple[tuple[Spot, int], ...]:
        """Give the zones and parts that points lie in, with how many in each, most first.

        Raises:
            InputError: as `probabilities`.
        """
        latitude, longitude = checked(latitude_deg, longitude_deg)
        numbers, parts, is_far = self._seek(latitude, longitude)
        both = np.stack([is_far.astype(np.int64), parts], 1)
        found = []
        for (far, part), first, many in zip(
            *np.unique(both, axis=0, return_index=True, return_counts=True), strict=True
        ):
            name = sheet("world" if far else self._base).parts[part].name
            found.append((Spot(self.zones[numbers[first]], name), int(many)))
        found.sort(key=lambda one: (-one[1], one[0].zone.zone, one[0].part))
        return tuple(found)

    def spot_of_each(
        self, latitude_deg: Floats, longitude_deg: Floats
    ) -> tuple[tuple[Spot, ...], Integers]:
        """Give the zones and parts that points lie in, and for each point which of them.

        Raises:
            InputError: as `probabilities`.
        """
        latitude, longitude = checked(latitude_deg, longitude_deg)
        numbers, parts, is_far = self._seek(latitude, longitude)
        each = np.stack([is_far.astype(np.int64), parts, numbers], 1)
        kinds, which = np.unique(each, axis=0, return_inverse=True)
        spots = tuple(
            Spot(self.zones[number], sheet("world" if far else self._base).parts[part].name)
            for far, part, number in kinds
        )
        return spots, which.reshape(-1)

    def probabilities(
        self, latitude_deg: Floats, longitude_deg: Floats
    ) -> tuple[ZoneProbability, ...]:
        """Give the fraction of points in each zone, most probable first.

        The fractions of the zones of `claims` sum to one; the user's, and areas that the set
        judges besides, are counted beyond that. Zones without a point are left out.

        Args:
            latitude_deg: (n,) geodetic.
            longitude_deg: (n,), any turn.

        Raises:
            InputError: no points, differing numbers, or one that is not finite.
        """
        latitude, longitude = checked(latitude_deg, longitude_deg)
        own = self.shares(latitude, longitude)
        found = [
            (share, int(not zone.country), zone.zone, zone.kind, self.claims)
            for zone, share in own.items()
        ]
        for user in self.users:
            inside = int(np.count_nonzero(user.contains(longitude, latitude)))
            if inside:
                found.append((inside / len(latitude), 1, user.zone, user.kind, ""))
        found.sort(key=lambda one: (-one[0], one[1], one[2]))
        return tuple(
            ZoneProbability(zone=zone, kind=kind, probability=share, claims=claims)
            for share, _, zone, kind, claims in found
        )

    def otherwise(self, latitude_deg: Floats, longitude_deg: Floats) -> tuple[ZoneProbability, ...]:
        """Give what `others` see otherwise: set by set, most probable first.

        Only zones whose fraction differs by a hundredth or more from that under `claims`, zero
        included: "inside by Japan's claim, outside by Korea's". Empty where all agree.

        Raises:
            InputError: as `probabilities`.
        """
        latitude, longitude = checked(latitude_deg, longitude_deg)
        if not self.others:
            return ()
        known = differences()
        bits = known.bits_at(longitude, latitude)
        if not bits.any():
            return ()
        # A set is the n-th bit's: where neither its own nor this one's is set, both see the same.
        bit = {name: 1 << n for n, name in enumerate(known.sets)}
        numbers, total = self.numbers_at(latitude, longitude), len(latitude)
        own = self._counted(numbers, latitude, longitude)
        found = []
        for name in self.others:
            apart = np.flatnonzero(bits & (bit.get(name, 0) | bit.get(self._base, 0)))
            if len(apart):
                there = self._as_seen_by(_of(name), own, numbers, apart, latitude, longitude)
                rows = [
                    (zone, there.get(zone, 0) / total)
                    for zone in dict.fromkeys((*there, *own))
                    if abs(there.get(zone, 0) - own.get(zone, 0)) >= _TELLING * total
                ]
                rows.sort(key=lambda row: (-row[1], row[0].zone))
                found += [
                    ZoneProbability(zone=z.zone, kind=z.kind, probability=share, claims=name)
                    for z, share in rows
                ]
        return tuple(found)

    def _counted(
        self, numbers: Integers, latitude_deg: Floats, longitude_deg: Floats
    ) -> dict[Zone, int]:
        besides = counts_besides(self.besides, latitude_deg, longitude_deg)
        return counts_of(self.zones, numbers) | besides

    def _as_seen_by(
        self, other: "Zones", own: Mapping[Zone, int], numbers: Integers, apart: Integers,
        latitude_deg: Floats, longitude_deg: Floats,
    ) -> dict[Zone, int]:  # fmt: skip
        """Count points as another set does, from our count and the points that it sees apart."""
        found = dict(own)
        for beside in self.besides:
            found.pop(Zone(beside.zone, beside.kind, ""), None)
        theirs = other.numbers_at(latitude_deg[apart], longitude_deg[apart])
        found = moved(found, counts_of(self.zones, numbers[apart]), counts_of(other.zones, theirs))
        return found | counts_besides(other.besides, latitude_deg, longitude_deg)

    def shares(self, latitude_deg: Floats, longitude_deg: Floats) -> dict[Zone, float]:
        """Give the fraction of points in each zone and each area besides; none is empty."""
        counts = self._counted(
            self.numbers_at(latitude_deg, longitude_deg), latitude_deg, longitude_deg
        )
        return {zone: many / len(latitude_deg) for zone, many in counts.items()}

    def by_claims(self) -> "tuple[Zones, ...]":
        """Give the same zones as every built-in claim set sees them, this one first."""
        return (self, *(_of(name) for name in CLAIM_SETS if name != self.claims))

    def at(
        self, latitude_deg: float, longitude_deg: float, within_km: float = 1000.0
    ) -> tuple[NearZone, ...]:
        """Give zones by distance to their edge, those that hold the point first.

        The distance is negative inside a zone and positive outside. An exclusive economic
        zone here begins at 12 NM: land and territorial sea are zones of their own.

        Args:
            within_km: built-in zones that are farther are left out; the one that holds the
                point never is.

        Raises:
            InputError: not finite, or a latitude beyond the poles.
        """
        latitude, longitude = checked(np.array([latitude_deg]), np.array([longitude_deg]))
        here = int(self.numbers_at(latitude, longitude)[0])
        metres = self._edges.to_each(longitude[0], latitude[0], within_km * 1e3)
        if not np.isfinite(metres[here]):
            metres[here] = self._edges.to_each(longitude[0], latitude[0], _EVERYWHERE)[here]
        metres[here] *= -1.0
        near = np.flatnonzero(metres <= within_km * 1e3)
        found = [
            (away, self.zones[number].zone, self.zones[number].kind, self.claims)
            for number, away in zip(near.tolist(), metres[near].tolist(), strict=True)
        ]
        others = [(self.claims, beside) for beside in self.besides]
        others += [("", user) for user in self.users]
        for claims, other in others:
            edge = distances_to_pieces(longitude[0], latitude[0], other.start_ecef, other.end_ecef)
            is_in = bool(other.contains(longitude, latitude)[0])
            away = float(edge.min())
            found.append((-away if is_in else away, other.zone, other.kind, claims))
        found.sort(key=lambda one: (one[0] > 0.0, abs(one[0]), one[1]))
        return tuple(
            NearZone(zone=zone, kind=kind, distance_km=away / 1e3, claims=claims)
            for away, zone, kind, claims in found
        )

    def distances(
        self, zones: Sequence[str], latitude_deg: Floats, longitude_deg: Floats
    ) -> Floats:
        """Give the signed distance in metres from points to the edge of zones taken together.

        Negative inside. For "in Japan's economic zone or nearer" name all of Japan's zones: the
        lines between them are then no edges.

        Args:
            zones: names, such as ``JPN-EEZ``; `zones_of` gives those of one state.
            latitude_deg: (n,) geodetic; longitude_deg so.

        Returns:
            (n,) right to a metre or so up to 400 km, to 0.1 % beyond; infinite where the
            zones are nowhere.

        Raises:
            InputError: as `probabilities`.
        """
        latitude, longitude = checked(latitude_deg, longitude_deg)
        key = tuple(sorted(set(zones)))
        away = self._edges.to_some(key, longitude, latitude)
        inside = np.isin(
            self.numbers_at(latitude, longitude),
            [number for number, zone in enumerate(self.zones) if zone.zone in key],
        )
        signed: Floats = np.where(inside, -away, away)
        return signed

    def zones_of(self, country: str) -> tuple[str, ...]:
        """Name all zones of a state: land, internal waters, territorial sea, economic zone."""
        return tuple(zone.zone for zone in self.zones if zone.country == country)

    def _seek(
        self, latitude_deg: Floats, longitude_deg: Floats
    ) -> tuple[Integers, Integers, npt.NDArray[np.bool_]]:
        """Give zone numbers, part numbers and whether these are of the far map, (n,) each."""
        parts = self.partition.parts_at(longitude_deg, latitude_deg)
        is_far = parts == OUTSIDE
        numbers = self.partition.zones_of(parts)
        if is_far.any():
            beyond = sheet("world").partition
            parts[is_far] = beyond.parts_at(longitude_deg[is_far], latitude_deg[is_far])
            numbers[is_far] = self._far[beyond.zones_of(parts[is_far])]
        if self._drawn is not None:
            self._redraw(self._drawn, numbers, latitude_deg, longitude_deg)
        return numbers, parts, is_far

    def _redraw(
        self, drawn: Drawn, numbers: Integers, latitude_deg: Floats, longitude_deg: Floats
    ) -> None:
        """Put imported zones in place of the economic zones and the high seas."""
        is_replaced = np.array([zone.kind in REPLACED for zone in self.zones])
        open_sea = np.flatnonzero(is_replaced[numbers])
        names = [*(self._number[zone] for zone in drawn.zones), self._number[HIGH_SEAS]]
        found = drawn.numbers_at(longitude_deg[open_sea], latitude_deg[open_sea])
        numbers[open_sea] = np.array(names)[found]


@cache
def _of(claims: str) -> Zones:
    return Zones(claims)
