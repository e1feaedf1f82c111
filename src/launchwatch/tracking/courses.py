"""A track's course: what its updates say of energy and height, and the events said of it so far.

An event is said once it is probable, again where that tells more, and withdrawn where it turns
out wrong; each kind's finder (`motorevents`, `passages`, `partings`) says it by this file.
"""

import math
from typing import NamedTuple

import msgspec

from launchwatch.constants import EARTH_GM, EARTH_ROTATION, WGS84_ECCENTRICITY2
from launchwatch.earth._kernels import density
from launchwatch.earth._kernels import height as height_of
from launchwatch.messages.event import EventKind, FlightEvent
from launchwatch.messages.track import TrackUpdate, Vector
from launchwatch.timescale import SECOND, instant_after


class Look(NamedTuple):
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


class Course:
    """What is remembered of one track."""

    def __init__(self, update: TrackUpdate) -> None:
        self.first = update.time
        self.burning: bool | None = None
        self.since = 0.0
        self.turning_since: float | None = None
        self.turning = 0.0
        self.turns = False
        self.looks: list[Look] = []
        self.boost: list[Look] = []
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


def look_of(update: TrackUpdate, seconds: float) -> Look:
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
    return Look(
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


def say(
    course: Course, update: TrackUpdate, name: str, kind: EventKind, seconds: float,
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


def withdraw(course: Course, update: TrackUpdate, name: str) -> list[FlightEvent]:
    before = course.said[name]
    event = msgspec.structs.replace(
        before, revision=before.revision + 1, known=update.known, probability=0.0, withdrawn=True
    )
    course.said[name] = event
    return [event]
