"""Motors' events: burnt out, the next stage lit, lit again.

Energy grows while a motor burns and stays as it is once it has burnt out: a burnout is where
the two meet.
"""

import math

import numpy as np

from launchwatch.messages.event import EventKind, FlightEvent
from launchwatch.messages.track import TrackUpdate
from launchwatch.timescale import SECOND
from launchwatch.tracking.courses import Course, Look, say, withdraw

BURNING, OUT = 0.9, 0.1
"""Probability of boost above which a motor burns, and below which it does not."""

LEAST_BURN = 3.0
"""Seconds that a motor must have burnt, or not, to be believed."""

UNCLEAR = 5.0
"""Seconds of doubt about an ignition beyond which it is none."""

STAGING_WITHIN = 30.0
"""Seconds of pause after which a motor that lights is a re-ignition, not the next stage."""

SETTLING = (4.0, 12.0, 30.0)
"""Seconds after a burnout at which its time is worked out: energy is known better each time."""


def motors(course: Course, update: TrackUpdate, look: Look) -> list[FlightEvent]:
    """Follow a motor: burning, out, burning again."""
    boost = update.phase.boost
    found: list[FlightEvent] = []
    if boost > BURNING and not course.burning:
        if course.burning is False:
            found += _lit(course, update, look)
        course.burning, course.since, course.boost, course.due = True, look.time, [look], []
        course.was_free = False
    elif boost > BURNING:
        course.boost = [*course.boost[-30:], look]
    elif boost < OUT and course.burning:
        long = course.boost[-1].time - course.since > LEAST_BURN
        course.burning, course.since, course.burnout = False, look.time, None
        course.due = list(SETTLING) if long else []
    elif course.burning is None and boost < OUT:
        course.burning, course.since = False, look.time
    if update.phase.coast + update.phase.reentry > BURNING:
        course.was_free = True
    if course.burning is False and course.due and look.time - course.since >= course.due[0]:
        course.due.pop(0)
        found += _burnt_out(course, update, look)
    return found


def _burnt_out(course: Course, update: TrackUpdate, look: Look) -> list[FlightEvent]:
    """Say when a motor burnt out: where the energy of the boost meets that of now."""
    # The last looks before the probability fell rest on a model that had stopped to be true.
    last = course.boost[-1]
    used = [one for one in course.boost if one.time <= last.time - 1.0][-8:] or [last]
    # Drag has taken some of it since: half of that is doubt.
    lost = 0.5 * (used[-1].drag + look.drag) * max(look.time - used[-1].time, 0.0)
    energy = look.energy + lost
    times = np.array([one.time + (energy - one.energy) / one.power for one in used])
    doubts = [math.hypot(one.sigma, look.sigma, 0.5 * lost) / one.power for one in used]
    sigmas = np.array(doubts)
    # Power grows on the way by a few per cent a second; the model's doubt of it is a tenth.
    sigmas = np.hypot(sigmas, 0.1 * np.abs(times - [one.time for one in used]))
    k = int(np.argmin(sigmas))
    if course.burnout is None:
        course.counts["burnout"] = course.counts.get("burnout", 0) + 1
        course.burnout = f"burnout-{course.counts['burnout']}"
    place = used[k].place
    return say(
        course, update, course.burnout, "burnout", float(times[k]), max(float(sigmas[k]), 0.05),
        place, 1.0 - min(update.phase.boost, OUT),
    )  # fmt: skip


def _lit(course: Course, update: TrackUpdate, look: Look) -> list[FlightEvent]:
    """Say that a motor burns again, or that it never stopped."""
    pause = look.time - course.since
    if pause < LEAST_BURN:
        return withdraw(course, update, course.burnout) if course.burnout else []
    rest = course.looks[-1] if course.looks else look
    found = []
    if course.boost and course.due and course.burnout is None:
        found += _burnt_out(course, update, rest)
    power = max(look.power, 1.0)
    begun = look.time - max(look.energy - rest.energy, 0.0) / power
    sigma = math.hypot(1.5, look.sigma / power, rest.sigma / power)
    # A track that is new may only have been slow to show its motor.
    if not course.was_free or sigma > UNCLEAR:
        return found
    kind: EventKind = "re-ignition"
    if course.burnout is not None:
        burnout = (course.said[course.burnout].event_time - course.first) / SECOND
        kind = "staging" if begun - burnout < STAGING_WITHIN else "re-ignition"
    course.counts[kind] = course.counts.get(kind, 0) + 1
    name = f"{kind}-{course.counts[kind]}"
    return found + say(course, update, name, kind, begun, sigma, look.place, update.phase.boost)
