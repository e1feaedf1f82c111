"""The picture that a decision rests on, and what has changed since the last one told.

A picture joins the fall areas in force of one launch. `changes` compares it with the one
that the readers of the last warning have, and names only what they would act on.
"""

from collections.abc import Iterable, Sequence
from math import cos, radians, sqrt

import shapely
from msgspec import Struct
from shapely import affinity
from shapely.geometry.base import BaseGeometry

from launchwatch.messages.fallarea import FallArea, LonLat, Polygon, ZoneProbability
from launchwatch.timescale import Instant, instant_after, seconds_between
from launchwatch.warning.settings import Settings

PROTECTED_KINDS = ("land", "internal-waters", "territorial-sea")
"""Kinds of zone in which people live or fish close to shore."""

LEAD_MARGIN = 0.1
"""A new leading zone must be ahead by this much: two that change places by sampling noise
(0.016 for 1,000 samples at one half) are no news."""


class Picture(Struct, frozen=True, kw_only=True):
    """What is believed about one launch's fall, all bodies together.

    Attributes:
        fall_time: of the body that comes down first; ``hazard_end`` is after the last one.
        zones: probability that at least one body comes down there, most probable first.
        area_m2: sum of the regions' areas.
    """

    region: tuple[Polygon, ...] = ()
    area_m2: float = 0.0
    fall_time: Instant | None = None
    fall_time_sigma_s: float | None = None
    hazard_end: Instant | None = None
    zones: tuple[ZoneProbability, ...] = ()


def picture_of(areas: Sequence[FallArea], sigmas: float) -> Picture:
    """Join fall areas of different bodies into one picture; empty without any.

    Args:
        areas: the areas in force, one a body.
        sigmas: of the fall time, after which a body's hazard has ended.
    """
    if not areas:
        return Picture()
    first = min(areas, key=lambda area: (area.fall_time, area.track_id))
    zones = first.zones if len(areas) == 1 else _joined_zones(areas)
    return Picture(
        region=tuple(polygon for area in areas for polygon in area.region_95),
        area_m2=sum(area.region_area_m2 for area in areas),
        fall_time=first.fall_time,
        fall_time_sigma_s=first.fall_time_sigma_s,
        hazard_end=max(_end(area, sigmas) for area in areas),
        zones=zones,
    )


def protected_probabilities(
    zones: Iterable[ZoneProbability], protected: Sequence[str]
) -> dict[str, float]:
    """Give the probability of a fall on land or in the territorial sea of each state.

    Where claim sets differ about one zone, the larger probability counts: whose claim is
    right is not for a warning to decide.
    """
    largest: dict[str, float] = {}
    for zone in zones:
        if zone.kind in PROTECTED_KINDS:
            largest[zone.zone] = max(largest.get(zone.zone, 0.0), zone.probability)
    return {
        state: min(1.0, sum(p for name, p in largest.items() if name.startswith(state + "-")))
        for state in protected
    }


def drawn_of(told: Picture, settings: Settings) -> BaseGeometry:
    """Give the region of a picture with its margin, as it went out."""
    drawn = widened(shape_of(told.region), settings.region_margin_m)
    shapely.prepare(drawn)
    return drawn


def changes(
    told: Picture, drawn: BaseGeometry, now: Picture, settings: Settings
) -> tuple[str, ...]:
    """Name what a reader of the last warning would act on; empty where there is nothing.

    Args:
        told: the picture of the last warning, and ``drawn``, its region as it went out.
    """
    found: list[str] = []
    if now.fall_time is not None and told.fall_time is not None:
        moved = seconds_between(told.fall_time, now.fall_time)
        doubt = 0.5 * (told.fall_time_sigma_s or 0.0)
        if abs(moved) > max(settings.fall_time_moved_s, doubt):
            found.append(f"fall-time-moved {moved:+.0f}")
    if now.region and not told.region:
        found.append("region-known")
    elif now.region:
        found.extend(_region_changes(told, drawn, now, settings))
    if now.zones and told.zones and _lead_changed(told.zones, now.zones):
        found.append(f"zone-changed {now.zones[0].zone} {now.zones[0].probability:.3f}")
    return tuple(found)


def shape_of(region: Iterable[Polygon]) -> BaseGeometry:
    """Build one valid geometry from polygons in degrees; points that lie nowhere are left out."""
    parts = []
    for polygon in region:
        rings = [[_snapped(p) for p in ring if _is_somewhere(p)] for ring in polygon]
        if not rings or len(rings[0]) < 3:
            continue
        holes = [ring for ring in rings[1:] if len(ring) >= 3]
        parts.append(shapely.make_valid(shapely.Polygon(rings[0], holes)))
    return shapely.union_all(parts)


def area_of(polygon: Polygon) -> float:
    """Give the area of a polygon in square metres, to some per cent: enough to compare."""
    shape = shape_of((polygon,))
    if shape.is_empty:
        return 0.0
    middle = 0.5 * (shape.bounds[1] + shape.bounds[3])
    return float(shape.area) * 111_000.0**2 * cos(radians(middle))


def widened(shape: BaseGeometry, margin: float) -> BaseGeometry:
    """Grow a geometry in degrees by a margin in metres, nowhere less and at most 89 degrees north.

    Where it reaches farthest from the equator decides how many degrees of longitude that is.
    """
    if shape.is_empty or margin <= 0.0:
        return shape
    farthest = max(abs(shape.bounds[1]), abs(shape.bounds[3]))
    squeeze = cos(radians(min(farthest, 89.0)))
    flat = affinity.scale(shape, xfact=squeeze, yfact=1.0, origin=(0.0, 0.0))
    distance = margin / 110_570.0  # a degree has at least so many metres
    # Simplified by a twentieth first, for speed; four chords a quarter lie up to 2 % inside
    # their circle. Growing by 8 % more makes good for both.
    grown = flat.simplify(0.05 * distance).buffer(1.08 * distance, quad_segs=4)
    return affinity.scale(grown, xfact=1.0 / squeeze, yfact=1.0, origin=(0.0, 0.0))


def _is_somewhere(point: LonLat) -> bool:
    # Twice round: a region across 180 degrees may go on counting. NaN compares false.
    return abs(point[0]) <= 360.0 and abs(point[1]) <= 90.0


def _snapped(point: LonLat) -> LonLat:
    # To a centimetre: geometry overflows on numbers that differ by 1e-200.
    return round(point[0], 7), round(point[1], 7)


def _region_changes(
    told: Picture, drawn: BaseGeometry, now: Picture, settings: Settings
) -> list[str]:
    new = shape_of(now.region)
    if not new.area:
        return []
    # A fraction of an area: degrees serve, for both are measured in the same place.
    outside = 0.0 if drawn.covers(new) else new.difference(drawn).area / new.area
    if outside > settings.region_outside:
        return [f"region-moved {outside:.2f}"]
    narrower = sqrt(max(told.area_m2, 0.0)) - sqrt(max(now.area_m2, 0.0))
    is_smaller = now.area_m2 < settings.region_shrunk * told.area_m2
    if is_smaller and narrower > settings.region_margin_m:
        return [f"region-shrunk {now.area_m2 / told.area_m2:.2f}"]
    return []


def _lead_changed(told: Sequence[ZoneProbability], now: Sequence[ZoneProbability]) -> bool:
    before = told[0].zone
    if now[0].zone == before:
        return False
    left = max((zone.probability for zone in now if zone.zone == before), default=0.0)
    return now[0].probability - left >= LEAD_MARGIN


def _end(area: FallArea, sigmas: float) -> Instant:
    return instant_after(area.fall_time, sigmas * area.fall_time_sigma_s)


def _joined_zones(areas: Sequence[FallArea]) -> tuple[ZoneProbability, ...]:
    """Probability that at least one of several bodies, taken as independent, falls there."""
    nowhere: dict[tuple[str, str, str], float] = {}
    for area in areas:
        for zone in area.zones:
            key = (zone.zone, zone.kind, zone.claims)
            nowhere[key] = nowhere.get(key, 1.0) * (1.0 - zone.probability)
    joined = (
        ZoneProbability(zone=zone, kind=kind, claims=claims, probability=1.0 - left)
        for (zone, kind, claims), left in nowhere.items()
    )
    return tuple(sorted(joined, key=lambda zone: (-zone.probability, zone.zone, zone.claims)))
