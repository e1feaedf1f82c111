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

import math
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.typing import NDArray

from launchwatch.constants import EARTH_GM, EARTH_ROTATION, WGS84_ECCENTRICITY2
from launchwatch.earth._kernels import density
from launchwatch.earth._kernels import height as height_of
from launchwatch.flight.motion import COAST, propagate
from launchwatch.messages.event import EventKind, FlightEvent
from launchwatch.messages.track import TrackUpdate, Vector
from launchwatch.timescale import SECOND, instant_after

Floats = NDArray[np.float64]

REENTRY_HEIGHT = 80_000.0
"""Below this height, falling, a body re-enters, metres: drag is felt from about here."""

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

MANOEUVRE_FOR = 3.0
MANOEUVRE_LEAST = 10.0
"""Seconds over which the probability of a manoeuvre is averaged, and the acceleration (m/s²)
that it must have: sensors' errors make more of it for a shorter time, or less."""

FLYING = 450.0
"""Metres a second: slower things are aircraft, whose turns are no events of a flight."""

IN_ORBIT = 0.94
"""Inertial speed squared over that of a circular orbit, from which on its highest point is that
of an orbit."""

NEAR2 = 11.3
"""Squared Mahalanobis length in three numbers within which two paths meet: one true pair in a
hundred lies beyond."""

NEAR2_95 = 3.84
"""How much longer it may be at the ends of a 95 % interval of the time of the meeting."""

BURNING_BACK = 0.3
"""Share of the way back, in time, that a burning motor makes it wrong by, one sigma: at 30 m/s²
ten seconds back are 1,500 m off, which a body parting at some tens of m/s covers in a while."""

PARTING_SPEED = 100.0
"""Metres a second between two bodies that were one: springs give 1, an explosion 100."""

PARTING_BLUR = 3_000.0
"""Metres of doubt about where two paths meet beyond which their meeting says nothing."""

FAR = 70_000.0
"""Metres within which two that were one still are: as in `where_they_met`, and five seconds'
flight between their updates."""

BACK = 60
"""Seconds for which a new track is traced back at most."""

PIECES = 3
"""A body that becomes three or more within ten seconds broke up."""

_UPPER6 = np.triu_indices(6)


class _Look(NamedTuple):
    """What is kept of an update: time (s), energy and its sigma, the power of thrust and of drag
    (J/kg, W/kg), speed inertial and over the ground, height, climb and its sigma, place."""

    time: float
    energy: float
    sigma: float
    power: float
    drag: float
    inertial: float
    speed: float
    height: float
    climb: float
    climb_sigma: float
    place: Vector


class _Course:
    """What is remembered of one track."""

    def __init__(self, update: TrackUpdate) -> None:
        self.first = update.time
        self.burning: bool | None = None
        self.since = 0.0
        self.turning_since: float | None = None
        self.turning = 0.0
        self.turns = False
        self.looks: list[_Look] = []
        self.boost: list[_Look] = []
        self.said: dict[str, FlightEvent] = {}
        self.counts: dict[str, int] = {}
        self.burnout: str | None = None
        self.due: list[float] = []
        self.over = False
        self.risen = False
        self.was_free = False
        self.reentered = False
        self.newest = update
        self.checked = False


class Events:
    """Finds the events of all tracks of one watch."""

    def __init__(self) -> None:
        self._courses: dict[str, _Course] = {}
        self._partings: dict[str, list[tuple[str, float]]] = {}

    def take(self, update: TrackUpdate) -> list[FlightEvent]:
        """Hear one update; give what it says of events, new, revised or withdrawn."""
        if update.status == "dropped":
            self._courses.pop(update.track_id, None)
            self._partings.pop(update.track_id, None)
            return []
        if update.status != "confirmed" or not update.hypotheses:
            return []
        course = self._courses.get(update.track_id)
        if course is None:
            course = self._courses[update.track_id] = _Course(update)
        seconds = (update.time - course.first) / SECOND
        if course.looks and seconds <= course.looks[-1].time:
            return []
        course.newest = update
        look = _look(update, seconds)
        found = _motors(course, update, look)
        found += _manoeuvre(course, update, look)
        found += _passages(course, update, look)
        course.looks = [*course.looks[-40:], look]
        # A track's state is good enough to trace back once it has been seen for some seconds.
        if not course.checked and seconds > 4.0:
            course.checked = True
            found += self._parting(course, update)
        return found

    def _parting(self, course: _Course, update: TrackUpdate) -> list[FlightEvent]:
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
        _, parent, ago, sigma, place = best
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
        return _say(
            source, update, name, kind, (time - source.first) / SECOND, sigma, (x, y, z),
            0.95, tracks=(parent, *near),
        )  # fmt: skip


def where_they_met(
    one: TrackUpdate, other: TrackUpdate
) -> tuple[float, float, float, Floats] | None:
    """Trace two tracks back to where they were nearest; None if they never were one.

    Returns:
        Squared Mahalanobis length there, seconds before the first's time, sigma of that, and
        the place (ECEF).
    """
    x, P = _coasting(one)
    y, Q = _coasting(other)
    lag = (other.time - one.time) / SECOND
    # Bodies of one break lie close still: the rest of the sky is passed over at once.
    if np.linalg.norm(x[:3] - y[:3] + lag * y[3:6]) > PARTING_SPEED * BACK + 4.0 * PARTING_BLUR:
        return None
    if np.linalg.norm(x[3:6] - y[3:6]) > 4.0 * PARTING_SPEED:
        return None
    met: list[tuple[float, float, Floats]] = []
    for ago in range(0, BACK + 1, 2):
        a, A = _back(x, P, float(ago))
        b, B = _back(y, Q, ago + lag)
        off, S = a - b, A + B
        blur = math.sqrt(max(float(np.trace(S[:3, :3])), 0.0) / 3.0)
        speed = float(np.linalg.norm(off[3:]))
        doubt = math.sqrt(max(float(np.trace(S[3:, 3:])) / 3.0, 0.0))
        if blur > PARTING_BLUR or speed - 2.0 * doubt > PARTING_SPEED:
            continue
        length2 = float(off[:3] @ np.linalg.solve(S[:3, :3], off[:3]))
        met.append((length2, float(ago), 0.5 * (a[:3] + b[:3])))
    best = min(met, key=lambda one: one[0], default=None)
    if best is None or best[0] > NEAR2:
        return None
    # As long as they could have been one; and thrust, which the way back knows nothing of.
    could = [ago for length2, ago, _ in met if length2 < best[0] + NEAR2_95]
    sigma = (max(could) - min(could) + 2.0) / 4.0
    if max(one.phase.boost, other.phase.boost) > 0.5:
        sigma = math.hypot(sigma, BURNING_BACK * best[1])
    return best[0], best[1], max(sigma, 1.0), best[2]


def _coasting(update: TrackUpdate) -> tuple[Floats, Floats]:
    """Give the state (9,) and covariance (6, 6) of a track as one that coasts."""
    coast = next(one for one in update.hypotheses if one.model == "coast")
    P = np.zeros((6, 6))
    P[_UPPER6] = update.covariance_ecef
    P = P + P.T - np.diag(np.diag(P))
    x = np.array([*update.position_ecef_m, *update.velocity_ecef_mps, coast.mean[6], 0.0, 0.0])
    return x, P


def _back(x: Floats, P: Floats, seconds: float) -> tuple[Floats, Floats]:
    """Carry a coasting state back; its covariance as in straight flight, and some drag."""
    moved = propagate(COAST, x[None], -seconds)[0, :6]
    F = np.eye(6)
    F[:3, 3:] = -seconds * np.eye(3)
    return moved, F @ P @ F.T


def _look(update: TrackUpdate, seconds: float) -> _Look:
    """Take from an update what motors and passages show in.

    Energy is that of the inertial frame, per kilogram; its sigma that of the speed.
    """
    x, y, z = update.position_ecef_m
    u, v, w = update.velocity_ecef_mps
    r = math.sqrt(x * x + y * y + z * z)
    iu, iv = u - EARTH_ROTATION * y, v + EARTH_ROTATION * x
    speed = math.sqrt(iu * iu + iv * iv + w * w)
    c = update.covariance_ecef
    # Upper triangle by rows: velocity's block begins at 15.
    vxx, vxy, vxz, vyy, vyz, vzz = c[15:21]
    du, dv, dw = iu / speed, iv / speed, w / speed
    along = du * du * vxx + dv * dv * vyy + dw * dw * vzz
    along += 2.0 * (du * dv * vxy + du * dw * vxz + dv * dw * vyz)
    # Up is the ellipsoid's normal: along the radius an apogee would come a fraction too late.
    bulged = z / (1.0 - WGS84_ECCENTRICITY2)
    n = math.sqrt(x * x + y * y + bulged * bulged)
    ux, uy, uz = x / n, y / n, bulged / n
    up = ux * ux * vxx + uy * uy * vyy + uz * uz * vzz
    up += 2.0 * (ux * uy * vxy + ux * uz * vxz + uy * uz * vyz)
    boost = update.hypotheses[0]
    ground = math.sqrt(u * u + v * v + w * w)
    thrust = math.exp(min(boost.mean[6], 6.0)) if boost.model == "boost" else 0.0
    fall = update.hypotheses[1]
    height = height_of(x, y, z)
    thin = 0.5 * density(height) * ground * math.exp(-max(fall.mean[6], 5.0))
    return _Look(
        time=seconds,
        energy=0.5 * speed * speed - EARTH_GM / r,
        sigma=speed * math.sqrt(max(along, 0.0)),
        # Thrust along the velocity over the ground; its part along the inertial one does work.
        power=thrust * (u * iu + v * iv + w * w) / max(ground, 1.0),
        drag=thin * (u * iu + v * iv + w * w),
        inertial=speed,
        speed=ground,
        height=height,
        climb=ux * u + uy * v + uz * w,
        climb_sigma=math.sqrt(max(up, 0.0)),
        place=update.position_ecef_m,
    )


def _motors(course: _Course, update: TrackUpdate, look: _Look) -> list[FlightEvent]:
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


def _burnt_out(course: _Course, update: TrackUpdate, look: _Look) -> list[FlightEvent]:
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
    return _say(
        course, update, course.burnout, "burnout", float(times[k]), max(float(sigmas[k]), 0.05),
        place, 1.0 - min(update.phase.boost, OUT),
    )  # fmt: skip


def _lit(course: _Course, update: TrackUpdate, look: _Look) -> list[FlightEvent]:
    """Say that a motor burns again, or that it never stopped."""
    pause = look.time - course.since
    if pause < LEAST_BURN:
        return _withdraw(course, update, course.burnout) if course.burnout else []
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
    return found + _say(course, update, name, kind, begun, sigma, look.place, update.phase.boost)


def _manoeuvre(course: _Course, update: TrackUpdate, look: _Look) -> list[FlightEvent]:
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
    return _say(
        course, update, name, "manoeuvre", course.turning_since - 1.0, 1.5, look.place,
        course.turning,
    )  # fmt: skip


def _passages(course: _Course, update: TrackUpdate, look: _Look) -> list[FlightEvent]:
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
        found += _say(course, update, "apogee-1", "apogee", time, max(sigma, 0.05), look.place, 1.0)
    falling = look.climb < -max(3.0 * look.climb_sigma, 30.0)
    crossed = before.height >= REENTRY_HEIGHT > look.height
    if falling and crossed and not course.reentered and look.speed > FLYING:
        course.reentered = True
        share = (before.height - REENTRY_HEIGHT) / (before.height - look.height)
        time = before.time + share * (look.time - before.time)
        c = update.covariance_ecef
        sigma = math.sqrt(max(c[0] + c[6] + c[11], 0.0) / 3.0) / -look.climb
        found += _say(
            course, update, "re-entry-1", "re-entry", time, max(sigma, 0.05), look.place, 1.0
        )
    return found


def _say(
    course: _Course, update: TrackUpdate, name: str, kind: EventKind, seconds: float,
    sigma: float, place: Vector, probability: float, tracks: tuple[str, ...] = (),
) -> list[FlightEvent]:  # fmt: skip
    """Say an event for the first time, or again where that tells more."""
    time = instant_after(course.first, seconds)
    before = course.said.get(name)
    tracks = tracks or (update.track_id,)
    if before is not None:
        moved = abs(time - before.event_time) / SECOND
        better = sigma < 0.67 * before.event_time_sigma_s
        same = before.kind == kind and before.track_ids == tracks and not before.withdrawn
        # Later is not always better: a time that is known worse now is not said again.
        worse = sigma > before.event_time_sigma_s
        if same and (worse or not (better or moved > before.event_time_sigma_s)):
            return []
    event = FlightEvent(
        event_id=f"{tracks[0]}-{name}",
        revision=1 if before is None else before.revision + 1,
        kind=kind,
        known=update.known,
        mode=update.mode,
        track_ids=tracks,
        event_time=time,
        event_time_sigma_s=sigma,
        position_ecef_m=place,
        probability=probability,
    )
    course.said[name] = event
    return [event]


def _withdraw(course: _Course, update: TrackUpdate, name: str) -> list[FlightEvent]:
    before = course.said[name]
    event = msgspec.structs.replace(
        before, revision=before.revision + 1, known=update.known, probability=0.0, withdrawn=True
    )
    course.said[name] = event
    return [event]
