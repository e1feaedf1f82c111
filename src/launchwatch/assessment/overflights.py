"""Whose land and waters the path ahead passes over, how surely, and when.

A missile that will come down far out at sea may still cross a country on its way, and drop what
parts from it. The line ahead is the fall area's median trajectory, from where the body is now, and
beyond its end as far as the 95 % range goes; it is looked at on itself and at one and two sigmas to
either side. A country is passed over with the probability that the flight reaches so far (from the
range's 95 %, linear between its ends) and so much to the side.

Left out: the turning of the side error with distance beyond the median fall, and that a body may
come down before its fall point by breaking up; the corridor's margin stands for those.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment.provinces import province_of
from launchwatch.assessment.sheet import on_sheet
from launchwatch.assessment.zones import Spot, Zones
from launchwatch.earth import geodesic
from launchwatch.messages.fallarea import FallArea, Polygon
from launchwatch.messages.overflight import Crossing, Overflight, Province
from launchwatch.timescale import SECOND, Instant, instant_after, seconds_between

Floats = NDArray[np.float64]

STEP_M = 10_000.0
"""Between looks along the path: a fifth of a small province, three seconds of flight."""

FARTHEST_M = 6_000_000.0
"""How far ahead is looked: an hour-long flight's end is nobody's business yet."""

MARGIN_M = 30_000.0
"""Round the path over a country: what parts at 100 km with a sideways push of 100 m/s lands within
15 km of it; twice that."""

LEAST = 0.001
"""A country passed over less probably is not named."""

_ASHORE = ("land", "internal-waters", "territorial-sea")

_SIDES = np.array([-2.0, -1.0, 0.0, 1.0, 2.0])
_WEIGHTS = np.array([0.0668, 0.2417, 0.3830, 0.2417, 0.0668])
"""Of a Gaussian, within half a sigma of each side."""

_NEWS = 0.02
_NEWS_S = 8.0
"""Two steps of the path, and more than where the first of them begins can change."""

_MOST = 200


class _Line(NamedTuple):
    """The path ahead, point by point from where the body is now.

    Attributes:
        reach: probability that the flight goes so far; ``sigma``, of the distance to the side.
        after: seconds from now, infinite where that is not known.
    """

    latitude: Floats
    longitude: Floats
    azimuth: Floats
    sigma: Floats
    reach: Floats
    after: Floats


class Overflights:
    """Keeps the newest fall area of each launch's body and looks along its path."""

    def __init__(self, zones: Zones, protected: Sequence[str]) -> None:
        self._zones, self._protected = zones, tuple(protected)
        self._areas: dict[tuple[str, str], FallArea] = {}
        self._told: dict[tuple[str, str], Overflight] = {}

    def hear(self, area: FallArea) -> None:
        """Note the newest fall area of a body that somebody has seen."""
        if area.probability < 1.0 or len(area.path) < 2:
            return
        self._areas[area.launch_id, area.track_id] = area
        if len(self._areas) > _MOST:
            self._areas.pop(next(iter(self._areas)))

    def forget(self, launch_id: str) -> None:
        """Pass over a launch that was withdrawn."""
        for key in [key for key in self._areas if key[0] == launch_id]:
            del self._areas[key]
            self._told.pop(key, None)

    def tick(self, now: Instant) -> list[Overflight]:
        """Give what lies ahead of each body, where that is news."""
        said = []
        for key, area in list(self._areas.items()):
            found = self._judge(area, now)
            before = self._told.get(key)
            if _is_news(before, found):
                self._told[key] = found
                said.append(found)
            if seconds_between(area.fall_time, now) > 0.0:
                del self._areas[key]
                self._told.pop(key, None)
        return said

    def _judge(self, area: FallArea, now: Instant) -> Overflight:
        line = ahead(area, now)
        crossings = [] if line is None else _crossings(line, self._zones, self._protected, now)
        return Overflight(
            launch_id=area.launch_id,
            track_id=area.track_id,
            time=now,
            mode=area.mode,
            area_revision=area.revision,
            crossings=tuple(crossings),
        )


def ahead(area: FallArea, now: Instant) -> _Line | None:
    """Draw the line ahead of a body; None where nothing is ahead any more."""
    path = np.array(area.path)
    seconds = path[:, 3] - seconds_between(area.epoch, now)
    if seconds[-1] <= 0.0:
        return None
    longitude = np.radians(np.unwrap(path[:, 0], period=360.0))
    latitude = np.radians(path[:, 1])
    hop, course, _ = geodesic.inverse(latitude[:-1], longitude[:-1], latitude[1:], longitude[1:])
    along = np.concatenate([[0.0], np.cumsum(hop)])
    keep = np.concatenate([[True], hop > 0.0])
    along, seconds = along[keep], seconds[keep]
    latitude, longitude = latitude[keep], longitude[keep]
    if len(along) < 2:
        return None
    here = float(np.interp(0.0, seconds, along))
    low, high = area.range_95_m or (0.0, along[-1])
    middle = 0.5 * (low + high)
    end = min(along[-1] + max(high - middle, 0.0), here + FARTHEST_M)
    spots = np.arange(here, max(end, here + 1.0), STEP_M)
    inside = np.minimum(spots, along[-1])
    lat, lon = np.interp(inside, along, latitude), np.interp(inside, along, longitude)
    azimuth = np.interp(inside, along[:-1], np.unwrap(course[hop > 0.0]))
    beyond = spots - inside
    lat, lon, azimuth = geodesic.direct(lat, lon, azimuth, beyond)
    flown = middle - along[-1] + spots  # from the launch point
    side = (area.across_95_m or 0.0) / 1.96
    return _Line(
        latitude=lat,
        longitude=lon,
        azimuth=azimuth,
        sigma=np.maximum(side * flown / max(middle, 1.0), 1000.0),
        reach=np.interp(flown, [low, max(high, low + 1.0)], [0.975, 0.025], 1.0, 0.0),
        after=np.where(beyond > 0.0, np.inf, np.interp(spots, along, seconds)),
    )


def _crossings(line: _Line, zones: Zones, protected: Sequence[str], now: Instant) -> list[Crossing]:
    shape = len(_SIDES), len(line.latitude)
    latitude, longitude, _ = geodesic.direct(
        np.broadcast_to(line.latitude, shape),
        np.broadcast_to(line.longitude, shape),
        line.azimuth + np.pi / 2.0,
        _SIDES[:, None] * line.sigma,
    )
    spots, which = zones.spot_of_each(np.degrees(latitude).ravel(), np.degrees(longitude).ravel())
    which = which.reshape(shape)
    found = []
    for country in protected:
        own = [n for n, spot in enumerate(spots)
               if spot.zone.country == country and spot.zone.kind in _ASHORE]  # fmt: skip
        is_over = np.isin(which, own)
        probability = _probability(is_over, line)
        if probability < LEAST:
            continue
        numbers = np.flatnonzero(is_over.any(axis=0))
        first, last = line.after[numbers[0]], line.after[numbers[-1]]
        found.append(
            Crossing(
                country=country,
                probability=probability,
                enters=_moment(now, float(first)),
                leaves=_moment(now, float(last)),
                provinces=_provinces(spots, which, own, line),
                corridor=_corridor(line, int(numbers[0]), int(numbers[-1])),
            )
        )
    return sorted(found, key=lambda one: (-one.probability, one.country))


def _probability(is_over: NDArray[np.bool_], line: _Line) -> float:
    """Weigh the sides by how probable they are, each by the nearest point that is over it."""
    reached = np.where(is_over, line.reach, 0.0).max(axis=1)
    return float(np.clip(_WEIGHTS @ reached, 0.0, 1.0))


def _provinces(
    spots: Sequence[Spot], which: NDArray[np.int64], own: Sequence[int], line: _Line
) -> tuple[Province, ...]:
    found = []
    total = max(int(np.isin(which, own).sum()), 1)
    for number in own:
        spot = spots[number]
        if spot.zone.kind == "land" and spot.part:
            known = province_of(spot.zone.country, spot.part)
            found.append(
                Province(
                    country=known.country,
                    name=known.name,
                    iso=known.iso,
                    local=known.local,
                    probability=_probability(which == number, line),
                    share=float((which == number).sum() / total),
                )
            )
    return tuple(sorted(found, key=lambda one: (-one.probability, one.name)))


def _corridor(line: _Line, first: int, last: int) -> tuple[Polygon, ...]:
    """Give the strip of the path between two of its points, with doubt and margin."""
    extra = int(np.ceil(MARGIN_M / STEP_M))
    part = slice(max(first - extra, 0), min(last + extra, len(line.latitude) - 1) + 1)
    half = 1.96 * line.sigma[part] + MARGIN_M
    edges = []
    for sign in (1.0, -1.0):
        latitude, longitude, _ = geodesic.direct(
            line.latitude[part], line.longitude[part], line.azimuth[part] + np.pi / 2.0, sign * half
        )
        edges.append(np.degrees(np.stack([longitude, latitude], axis=1)))
    # Along the right side and back along the left: anticlockwise.
    ring = np.concatenate([edges[0], edges[1][::-1], edges[0][:1]])
    return on_sheet([ring], 90.0)


def _moment(now: Instant, after: float) -> Instant | None:
    return instant_after(now, after) if np.isfinite(after) else None


def _is_news(before: Overflight | None, now: Overflight) -> bool:
    if before is None:
        return bool(now.crossings)
    if len(before.crossings) != len(now.crossings):
        return True
    for old, new in zip(before.crossings, now.crossings, strict=True):
        same = old.country == new.country and {p.name for p in old.provinces} == {
            p.name for p in new.provinces
        }
        if not same or abs(old.probability - new.probability) > _NEWS:
            return True
        for one, other in ((old.enters, new.enters), (old.leaves, new.leaves)):
            if (one is None) != (other is None):
                return True
            # Over it, what it enters is now: no news.
            if (
                one
                and other
                and other > now.time + SECOND
                and (abs(seconds_between(one, other)) > _NEWS_S)
            ):
                return True
    return False
