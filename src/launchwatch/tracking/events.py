"""Events of a flight, found while it flies: from each track's updates, and from several tracks.

What a motor does shows in energy: it grows while the motor burns and stays as it is once it
has burnt out. So a burnout is where the growing energy of the boost meets the constant one
after it, which is known to a fraction of a second long before the phase's probability is; and
a motor that lights again is where it begins to grow. Two bodies were one where their paths,
traced back without thrust, meet at nearly the same velocity.

Every event is said once it is probable, said again (one revision more) when its time is
known better by a third or changes by more than its sigma, and withdrawn when it turns out
wrong. `Events` hears track updates in the order in which they were made and keeps little.

Left out: motors that nobody sees burning, and events before a track is confirmed.
"""

import numpy as np
from numpy.typing import NDArray

from launchwatch.messages.event import EventKind, FlightEvent
from launchwatch.messages.track import TrackUpdate
from launchwatch.timescale import SECOND, instant_after
from launchwatch.tracking.courses import Course, look_of, say
from launchwatch.tracking.motorevents import motors
from launchwatch.tracking.partings import where_they_met
from launchwatch.tracking.passages import manoeuvre, passages

Floats = NDArray[np.float64]

FAR = 70_000.0
"""Metres within which two that were one still are: as in `where_they_met`, and five seconds'
flight between their updates."""

PIECES = 3
"""A body that becomes three or more within ten seconds broke up."""


class Events:
    """Finds the events of all tracks of one watch."""

    def __init__(self) -> None:
        self._courses: dict[str, Course] = {}
        self._partings: dict[str, list[tuple[str, float]]] = {}
        self._firsts: dict[str, str] = {}

    def take(self, update: TrackUpdate) -> list[FlightEvent]:
        """Hear one update; give what it says of events, new, revised or withdrawn."""
        if update.status == "dropped":
            self._courses.pop(update.track_id, None)
            self._partings.pop(update.track_id, None)
            self._firsts.pop(update.track_id, None)
            return []
        if update.status != "confirmed" or not update.hypotheses:
            return []
        course = self._courses.get(update.track_id)
        if course is None:
            course = self._courses[update.track_id] = Course(update)
        seconds = (update.time - course.first) / SECOND
        if course.looks and seconds <= course.looks[-1].time:
            return []
        course.newest = update
        look = look_of(update, seconds)
        found = motors(course, update, look)
        found += manoeuvre(course, update, look)
        found += passages(course, update, look)
        course.looks = [*course.looks[-40:], look]
        # A track's state is good enough to trace back once it has been seen for some seconds.
        if not course.checked and seconds > 4.0:
            course.checked = True
            found += self._parting(course, update)
        return found

    def _parting(self, course: Course, update: TrackUpdate) -> list[FlightEvent]:
        """Ask whether a new track came out of one that is older."""
        best: tuple[float, str, float, float, Floats] | None = None
        for name, other in self._courses.items():
            if name == update.track_id or other.first >= course.first:
                continue
            if abs(other.newest.time - update.time) > 5 * SECOND:
                continue
            # The cheapest of questions first: a thousand tracks are half a million pairs.
            if abs(other.newest.position_ecef_m[0] - update.position_ecef_m[0]) > FAR:
                continue
            met = where_they_met(update, other.newest)
            if met is not None and (best is None or met[0] < best[0]):
                best = met[0], name, met[1], met[2], met[3]
        if best is None:
            return []
        _, nearest, ago, sigma, place = best
        # Pieces of one body part from it, though a sister's path may meet one's own more nearly.
        parent = self._firsts.get(nearest, nearest)
        if parent not in self._courses:
            parent = nearest
        self._firsts[update.track_id] = parent
        time = instant_after(update.time, -ago)
        pieces = self._partings.setdefault(parent, [])
        pieces.append((update.track_id, time / SECOND))
        near = [name for name, when in pieces if abs(when - time / SECOND) < 10.0]
        source = self._courses[parent]
        x, y, z = place.tolist()
        if len(near) + 1 >= PIECES:
            kind: EventKind = "break-up"
            name = next((key for key in source.said if "parting" in key), "parting-1")
        else:
            kind = "separation"
            name = f"parting-{len(pieces)}"
        return say(
            source, update, name, kind, (time - source.first) / SECOND, sigma, (x, y, z),
            0.95, tracks=(parent, *near),
        )  # fmt: skip
