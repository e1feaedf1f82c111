"""Who is, or will be, inside a fall area when it matters.

Each ship and aircraft is carried on from its last report to the time of the fall; how probably
it is inside the 95 % region then is the integral of its (normal) position over the polygon,
exact to 1e-6, with the doubt about the time of the fall as doubt about how far along its course
it is. An aircraft is judged at the time and place at which the falling body passes its height,
by the trajectory's median: tens of kilometres from where it reaches the ground.

The region is that of the fall point, 95 %: being inside is no probability of being hit, and one
missile in twenty falls outside. What may stay in orbit endangers so much the less: the
probability is also that anything comes down at all.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment import _kernels_hazard as kernels
from launchwatch.assessment.traffic import Known, Picture, height_of
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.hazard import Endangered, HazardList
from launchwatch.messages.traffic import AircraftReport, Report
from launchwatch.timescale import SECOND, Instant, instant_after, seconds_between

Floats = NDArray[np.float64]

TOLD = 0.01
"""Who is inside less probably than this is not named: of a thousand ships, hundreds would be."""

HORIZON_S = 600.0
"""How long after the fall somebody's leaving is foretold: wreckage burns, and more may fall."""

VAGUE_M2 = 2.5e11
"""A region larger than this, a quarter of the sea between Korea and Japan, names nobody yet: while
the motor burns it holds everybody at sea, for some seconds, and tells them nothing. They have the
notice and its area."""

_AGAIN_S = 10.0
"""A list is said again at latest, while somebody is on it: places and times have moved."""

_CHANGED = 0.1
"""A change of probability that is news."""

_SETTLED_S = 30.0
"""After the fall until the last word: by then nearly everybody has reported from after it."""

_MOST_PENDING = 200


class _Pending(NamedTuple):
    """An area whose fall is to come, and who was last named: probabilities by identity."""

    area: FallArea
    said: Instant | None
    named: dict[str, float]


class Hazards:
    """Keeps the picture of traffic and holds fall areas against it."""

    def __init__(self) -> None:
        self._picture = Picture()
        self._pending: dict[tuple[str, str], _Pending] = {}

    def take(self, report: Report) -> None:
        """Note where a ship or an aircraft is."""
        self._picture.take(report)

    def judge(self, area: FallArea) -> list[HazardList]:
        """Give who is in danger from a body, where that is news."""
        # A booster that nobody has seen part falls under the track of what it carried.
        key = area.track_id, area.body
        before = self._pending.get(key, _Pending(area, None, {}))
        self._pending[key] = before._replace(area=area)
        if len(self._pending) > _MOST_PENDING:
            del self._pending[next(iter(self._pending))]
        # Who has been named is told how it goes on, however vague it has become.
        is_vague = area.region_area_m2 > VAGUE_M2 and not before.named
        if not len(self._picture) or is_vague:
            return []
        found = endangered(area, self._picture.known(area.time), area.time)
        named = {f"{one.kind} {one.identity}": one.probability for one in found.endangered}
        if not _is_news(before, named, area.time):
            return []
        self._pending[key] = _Pending(area, area.time, named)
        return [found]

    def tick(self, now: Instant) -> list[HazardList]:
        """Give the last word on falls that are past: who was there."""
        said = []
        for key, one in list(self._pending.items()):
            area = one.area
            wait = max(2.0 * area.fall_time_sigma_s, _SETTLED_S)
            if seconds_between(area.fall_time, now) < wait:
                continue
            del self._pending[key]
            if len(self._picture):
                found = endangered(area, self._picture.known(now), now, is_final=True)
                said.append(found)
        return said

    def forget(self, launch_id: str) -> None:
        """Pass over a launch that was withdrawn."""
        for key, one in list(self._pending.items()):
            if one.area.launch_id == launch_id:
                del self._pending[key]


def _is_news(before: _Pending, named: dict[str, float], now: Instant) -> bool:
    if named.keys() != before.named.keys():
        return True
    if not named:
        return False
    if before.said is None or seconds_between(before.said, now) >= _AGAIN_S:
        return True
    return any(abs(value - before.named[key]) >= _CHANGED for key, value in named.items())


def endangered(area: FallArea, known: Known, now: Instant, *, is_final: bool = False) -> HazardList:
    """Hold one fall area against everybody who is known.

    Args:
        area: with a 95 % region, and the median path ahead for aircraft at their heights.
        known: everybody, as `launchwatch.assessment.traffic.Picture.known` gives them.
        now: when this is said.
    """
    aircraft = sum(isinstance(one, AircraftReport) for one in known.reports)
    probable = exposures(area, known, now)
    probable[:, 0] *= _comes_down(area)
    rows = np.flatnonzero(probable[:, 0] >= TOLD)
    order = rows[np.argsort(-probable[rows, 0], kind="stable")]
    return HazardList(
        launch_id=area.launch_id,
        track_id=area.track_id,
        body=area.body,
        time=now,
        mode=area.mode,
        area_revision=area.revision,
        fall_time=area.fall_time,
        fall_time_sigma_s=area.fall_time_sigma_s,
        endangered=tuple(
            _named(known.reports[row], probable[row], area, now) for row in order.tolist()
        ),
        vessels=len(known.reports) - aircraft,
        aircraft=aircraft,
        is_final=is_final,
    )


def exposures(area: FallArea, known: Known, now: Instant) -> Floats:
    """Give of each body probability, distance (m), and seconds after the fall of entry and leaving.

    Returns:
        (n, 4); times are NaN where there are none.
    """
    middle = _middle(area)
    corners, rings = _corners(area, middle)
    out = np.zeros((len(known.reports), 4))
    kernels.exposures(
        known.bodies,
        (area.fall_time - known.times) / SECOND,
        _shifts(area, known.heights, middle),
        corners,
        rings,
        middle,
        area.fall_time_sigma_s,
        max(seconds_between(now, area.fall_time), 0.0),
        HORIZON_S,
        out,
    )
    return out


def _comes_down(area: FallArea) -> float:
    """Give the probability that it comes down at all, to which those of its zones sum."""
    return min(sum(zone.probability for zone in area.zones), 1.0) if area.zones else 1.0


def _named(report: Report, numbers: Floats, area: FallArea, now: Instant) -> Endangered:
    probability, distance, enters, leaves = numbers.tolist()
    is_aircraft = isinstance(report, AircraftReport)
    return Endangered(
        kind="aircraft" if is_aircraft else "vessel",
        identity=report.icao24 if isinstance(report, AircraftReport) else report.mmsi,
        name=report.callsign if isinstance(report, AircraftReport) else report.name,
        probability=probability,
        latitude_deg=report.latitude_deg or 0.0,
        longitude_deg=report.longitude_deg or 0.0,
        reported=report.time,
        age_s=seconds_between(report.time, now),
        course_deg=report.course_deg,
        speed_mps=report.speed_mps,
        height_m=height_of(report),
        distance_m=distance,
        enters=None if np.isnan(enters) else instant_after(area.fall_time, enters),
        leaves=None if np.isnan(leaves) else instant_after(area.fall_time, leaves),
        doubts=report.doubts,
    )


def _middle(area: FallArea) -> Floats:
    latitude, longitude = np.radians(area.latitude_deg), np.radians(area.longitude_deg)
    return np.array([latitude, longitude, np.sin(latitude), np.cos(latitude)])


def _corners(area: FallArea, middle: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Give the region's rings in the plane, closed, outer ones anticlockwise and holes not."""
    found, rings = [], [0]
    for polygon in area.region_95:
        for number, ring in enumerate(polygon):
            closed = ring if ring[:1] == ring[-1:] else (*ring, ring[0])
            placed = _placed(np.radians(np.array(closed)), middle)
            x, y = placed[:, 0], placed[:, 1]
            is_anticlockwise = float(np.sum(x[:-1] * y[1:] - x[1:] * y[:-1])) > 0.0
            found.append(placed if is_anticlockwise == (number == 0) else placed[::-1])
            rings.append(rings[-1] + len(placed))
    corners = np.ascontiguousarray(np.vstack(found)) if found else np.empty((0, 2))
    return corners, np.array(rings, dtype=np.int64)


def _placed(points: Floats, middle: Floats) -> Floats:
    """Put (m, 2) longitudes and latitudes (radians) into the plane."""
    out = np.empty((len(points), 2))
    for one, place in zip(points, out, strict=True):
        kernels.plane(one[1], one[0], middle, place)
    return out


def _shifts(area: FallArea, heights: Floats, middle: Floats) -> Floats:
    """Give where and when the body passes each height, against where it reaches the ground."""
    shifts = np.zeros((len(heights), 3))
    path = np.array(area.path, dtype=float).reshape(-1, 4)
    is_up = np.isfinite(heights)
    if len(path) < 2 or not is_up.any():
        return shifts
    down = path[int(np.argmax(path[:, 2])) :]
    if len(down) < 2:
        return shifts
    placed = _placed(np.radians(down[:, :2]), middle)
    rising = down[::-1, 2]
    order = np.argsort(rising, kind="stable")
    for column, values in enumerate((placed[:, 0], placed[:, 1], down[:, 3])):
        along = values[::-1][order]
        shifts[is_up, column] = np.interp(heights[is_up], rising[order], along) - values[-1]
    return shifts
