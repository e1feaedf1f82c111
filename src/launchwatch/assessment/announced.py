"""Was it announced? Launches against the dangerous areas that authorities published before.

A launch that comes down in an announced area at an announced time says so. Nearly every space
launch is announced (drop zones of its stages), hardly any missile of the states that this
watch is for: an announcement of rockets is therefore a prior for "space launch", no proof.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from launchwatch.messages.announced import AnnouncedFall
from launchwatch.messages.fallarea import FallArea
from launchwatch.messages.notice import AnnouncedArea, Notice
from launchwatch.timescale import SECOND, Instant

Floats = NDArray[np.float64]

MOST = 5_000
"""Notices kept, the newest: all that are in force in the world's oceans at one time are some
hundreds."""

_SAID = 0.05
"""Said from this share on, and again when it moved by so much: less is the samples' noise."""

_LOOK = 60 * SECOND
_AHEAD = 3 * 3600 * SECOND
"""Nothing that is to come down flies longer than `longest_flight_s`, about an hour."""

_SPACE_KINDS = ("rocket", "space-debris")


class _Held(NamedTuple):
    notice: Notice
    areas: tuple[tuple[AnnouncedArea, shapely.Geometry], ...]
    ends: Instant


class Announcements:
    """Holds the notices in force and matches falls with them."""

    def __init__(self) -> None:
        self._held: dict[str, _Held] = {}
        self._near: tuple[_Held, ...] = ()  # those in force soon, looked up again each minute
        self._looked: Instant | None = None
        self._said: dict[tuple[str, str], float] = {}

    def hear(self, notice: Notice) -> None:
        """Take a notice; what it cancels or replaces is dropped."""
        for reference in (*notice.cancels, notice.reference):
            self._held.pop(reference, None)
        self._looked = None
        if not notice.areas:
            return
        areas = tuple((area, _shape(area)) for area in notice.areas)
        ends = max(window.end for area in notice.areas for window in area.windows)
        self._held[notice.reference] = _Held(notice, areas, ends)
        if len(self._held) > MOST:
            del self._held[next(iter(self._held))]

    def match(
        self, area: FallArea, latitude_deg: Floats, longitude_deg: Floats
    ) -> tuple[AnnouncedFall, ...]:
        """Give what is new of a fall in the light of the notices.

        Args:
            area: the revision that the points were drawn for.
            latitude_deg: (n,) of the samples that come down; longitude_deg likewise, in -180..180.
        """
        found = []
        for held, share, names in self._shares(area, latitude_deg, longitude_deg):
            key = (area.track_id, held.notice.reference)
            if abs(share - self._said.get(key, 0.0)) < _SAID:
                continue
            self._said[key] = share
            found.append(
                AnnouncedFall(
                    launch_id=area.launch_id,
                    track_id=area.track_id,
                    time=area.time,
                    mode=area.mode,
                    reference=held.notice.reference,
                    kind=held.notice.kind,
                    areas=names,
                    probability=share,
                )
            )
        return tuple(found)

    def space_share(self, track_id: str) -> float:
        """Give how probably a track falls where rockets were announced, as last said."""
        shares = [
            share
            for (track, reference), share in self._said.items()
            if track == track_id
            and reference in self._held
            and self._held[reference].notice.kind in _SPACE_KINDS
        ]
        return max(shares, default=0.0)

    def forget(self, track_id: str) -> None:
        """Let go of a track."""
        self._said = {key: share for key, share in self._said.items() if key[0] != track_id}

    def _shares(
        self, fall: FallArea, latitude: Floats, longitude: Floats
    ) -> Iterator[tuple[_Held, float, tuple[str, ...]]]:
        """Give each notice in force at the fall with the share of points in its areas."""
        spread = round(2.0 * fall.fall_time_sigma_s * SECOND)
        earliest, latest = fall.fall_time - spread, fall.fall_time + spread
        for held in self._in_force(fall.time):
            inside = np.zeros(len(latitude), dtype=bool)
            names = []
            for area, shape in held.areas:
                if not any(one.start <= latest and earliest <= one.end for one in area.windows):
                    continue
                here = shapely.contains_xy(shape, longitude, latitude)
                if here.any():
                    names.append(area.name)
                    inside |= here
            share = float(np.count_nonzero(inside)) / max(len(inside), 1)
            if share > 0.0 or (fall.track_id, held.notice.reference) in self._said:
                yield held, share, tuple(names)

    def _in_force(self, now: Instant) -> tuple[_Held, ...]:
        """Give the notices that may count within the next hours; drop those that ended."""
        if self._looked is None or not 0 <= now - self._looked < _LOOK:
            self._held = {name: held for name, held in self._held.items() if held.ends >= now}
            self._near = tuple(
                held
                for held in self._held.values()
                if any(
                    window.start <= now + _AHEAD and now - _AHEAD <= window.end
                    for area, _ in held.areas
                    for window in area.windows
                )
            )
            self._looked = now
        return self._near


def _shape(area: AnnouncedArea) -> shapely.Geometry:
    shape = shapely.union_all([shapely.Polygon(one[0], one[1:]) for one in area.polygons])
    shapely.prepare(shape)
    return shape
