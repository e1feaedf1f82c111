"""One thing seen twice: by good clocks where it is, and by a wrong one where it was.

A sensor whose clock is off by seconds puts a fast thing kilometres along its path, outside every
gate, and begins a track of its own. Such a track is told from a second thing by what is missing:
another track that this sensor should see as well, and does not.
"""

from collections.abc import Iterable, Mapping

import numpy as np

from launchwatch.estimation.measurement import Site
from launchwatch.messages.sensor import Infrared
from launchwatch.timescale import SECOND, Instant
from launchwatch.tracking.coverage import covers
from launchwatch.tracking.gating import CoarseGate
from launchwatch.tracking.registrar import Registrar
from launchwatch.tracking.track import Track

_UNSEEN_S = 10.0
"""Seconds without a sensor's plot after which a track that it covers is said to be unseen by it."""

_ASTRAY_S = (0, -9, -6, -3, 3, 6, 9)
"""Seconds by which a clock may be wrong when it is asked what its sensor covers."""


def is_other_astray(
    new: Track,
    tracks: Iterable[Track],
    gate: CoarseGate,
    sites: Mapping[str, Site],
    registrar: Registrar,
    now: Instant,
) -> bool:
    """Say whether a new track is one of the others, seen by a sensor whose clock is wrong."""
    leaf = new.leaf
    if len(leaf.sensors) != 1 or not registrar.is_unproved(leaf.sensors[0]):
        return False
    sensor = leaf.sensors[0]
    # From lines of sight alone a place is known to a hundred kilometres along them: nearly
    # any other track could be the same thing at another time.
    if isinstance(sites[sensor].sensor, Infrared):
        return False
    unseen = {
        one.number
        for one in tracks
        if one.status == "confirmed" and _is_unseen(one, sensor, sites, leaf.time)
    }
    if not unseen:
        return False
    others = []
    for astray in _ASTRAY_S:
        near, points, spread = gate.expected(Instant(leaf.time + astray * SECOND))
        for index in np.flatnonzero(covers(sites[sensor], points, spread)):
            track = near[index]
            if track.number in unseen:
                unseen.remove(track.number)
                seconds = (leaf.time - track.leaf.time) / SECOND
                others.append((track.leaf.registered, seconds))
    return registrar.compared(leaf.registered, sensor, others, now)


def _is_unseen(track: Track, sensor: str, sites: Mapping[str, Site], now: Instant) -> bool:
    """Say whether a track has echoes, and a sensor has not seen it for some seconds."""
    heard = track.leaf.newest.get(sensor)
    return (heard is None or now - heard.time > _UNSEEN_S * SECOND) and any(
        not isinstance(sites[name].sensor, Infrared) for name in track.leaf.sensors
    )
