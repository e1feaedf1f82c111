"""Events of a body without a motor: its highest point, the air that it meets, its turns there."""

import math

from launchwatch.constants import EARTH_GM
from launchwatch.messages.event import FlightEvent
from launchwatch.messages.track import TrackUpdate
from launchwatch.tracking.courses import Course, Look, say

REENTRY_HEIGHT = 80_000.0
"""Below this height, falling, a body re-enters, metres: drag is felt from about here."""

MANOEUVRE_FOR = 3.0
MANOEUVRE_LEAST = 10.0
"""Seconds over which the probability of a manoeuvre is averaged, and the acceleration (m/s²)
that it must have: sensors' errors make more of it for a shorter time, or less."""

FLYING = 450.0
"""Metres a second: slower things are aircraft, whose turns are no events of a flight."""

IN_ORBIT = 0.94
"""Inertial speed squared over that of a circular orbit, from which on its highest point is that
of an orbit."""


def manoeuvre(course: Course, update: TrackUpdate, look: Look) -> list[FlightEvent]:
    """Say that a body that should fall freely turns, in the air: above it only thrust could."""
    before = course.looks[-1].time if course.looks else look.time
    turning = update.phase.manoeuvre + update.phase.cruise
    share = min((look.time - before) / MANOEUVRE_FOR, 1.0)
    course.turning += share * (turning - course.turning)
    if turning < 0.5 and course.turning < 0.2:
        course.turning_since, course.turns = None, False
    elif turning >= 0.5 and course.turning_since is None:
        course.turning_since = 0.5 * (before + look.time)
    if course.turns or course.turning_since is None or course.turning < 0.6:
        return []
    settling = course.burning is not False or course.turning_since - course.since < 15.0
    turn = next(one for one in update.hypotheses if one.model == "manoeuvre")
    force = math.hypot(*turn.mean[6:9])
    if settling or force < MANOEUVRE_LEAST or look.speed < FLYING:
        return []
    if not 1_000.0 < look.height < REENTRY_HEIGHT:
        return []
    course.turns = True
    course.counts["manoeuvre"] = course.counts.get("manoeuvre", 0) + 1
    name = f"manoeuvre-{course.counts['manoeuvre']}"
    # It shows only once it has moved the body by more than the plots' errors: a second or so.
    return say(
        course, update, name, "manoeuvre", course.turning_since - 1.0, 1.5, look.place,
        course.turning,
    )  # fmt: skip


def passages(course: Course, update: TrackUpdate, look: Look) -> list[FlightEvent]:
    """Say when it was highest, and when it met the air."""
    if not course.looks:
        course.risen = look.climb > 3.0 * look.climb_sigma
        return []
    before = course.looks[-1]
    found: list[FlightEvent] = []
    if look.climb > max(3.0 * look.climb_sigma, 30.0):
        course.risen = True
    free = update.phase.coast + update.phase.reentry > 0.5 and look.speed > FLYING
    if course.risen and not course.over and look.climb < 0.0 and free:
        course.over = True
        r = math.hypot(*look.place)
        if look.inertial**2 * r / EARTH_GM > IN_ORBIT:
            return []
        share = before.climb / max(before.climb - look.climb, 1e-9)
        time = before.time + min(max(share, 0.0), 1.0) * (look.time - before.time)
        gravity = max((before.climb - look.climb) / (look.time - before.time), 3.0)
        sigma = max(look.climb_sigma, before.climb_sigma) / gravity
        found += say(course, update, "apogee-1", "apogee", time, max(sigma, 0.05), look.place, 1.0)
    falling = look.climb < -max(3.0 * look.climb_sigma, 30.0)
    crossed = before.height >= REENTRY_HEIGHT > look.height
    if falling and crossed and not course.reentered and look.speed > FLYING:
        course.reentered = True
        share = (before.height - REENTRY_HEIGHT) / (before.height - look.height)
        time = before.time + share * (look.time - before.time)
        c = update.covariance_ecef
        sigma = math.sqrt(max(c[0] + c[6] + c[11], 0.0) / 3.0) / -look.climb
        found += say(
            course, update, "re-entry-1", "re-entry", time, max(sigma, 0.05), look.place, 1.0
        )
    return found
