"""Fly a family: a rise, a tilt, a gravity turn, free flight, perhaps a stretch of lift, the fall.

The first twelve seconds are a plane problem without air; then the kernels of `launchwatch.flight`
carry on, thrust along the velocity, with gravity to J2 and the Earth's turning. Drag while the
motor burns takes speed away every few seconds, of a body that is heavier while it has propellant;
that drag grows near the speed of sound is left out. Lift, where there is some, is constant and
across the velocity, for some tens of seconds, as scenarios have it.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.constants import STANDARD_GRAVITY
from launchwatch.earth._kernels import height
from launchwatch.earth.atmosphere import density
from launchwatch.earth.ellipsoid import ecef_from_geodetic, geodetic_from_ecef
from launchwatch.earth.geodesic import inverse
from launchwatch.earth.gravity import gravity
from launchwatch.earth.local import ecef_from_enu_rotation
from launchwatch.earth.rotation import centrifugal, coriolis
from launchwatch.flight import _kernels_fall
from launchwatch.flight._kernels_motion import BOOST, COAST, propagate

Floats = NDArray[np.float64]

VERTICAL_S = 6.0
KICK_S = 6.0
_STEPS = 24
_STRIDE_S = 6.0
"""Seconds of burning between two takings of drag: the fall moves by under 1 % at half of it."""
_LONGEST = 7_200.0
_PULL_STEP = 0.5


class Laws(NamedTuple):
    """What each flight is made of; entries (n,), SI and radians.

    Attributes:
        burnt: share of the mass at ignition that burns.
        log_kick: ln of the tilt.
        below: height of the pull-up's beginning, negative where there is none.
        lasts: its seconds; ``lift`` its m/s².
    """

    latitude: Floats
    longitude: Floats
    azimuth: Floats
    acceleration: Floats
    exhaust: Floats
    log_beta: Floats
    below: Floats
    lasts: Floats
    lift: Floats

    def at(self, rows: NDArray[np.intp] | NDArray[np.bool_]) -> "Laws":
        """Give some of the flights."""
        return Laws(*(column[rows] for column in self))


class Flown(NamedTuple):
    """How flights came out; entries (n,).

    Attributes:
        range: from the launch point along the ellipsoid, metres; ``bearing`` of the fall from
            there, which the Earth's turning makes another than the azimuth of the launch.
        speed: relative to the ground at burnout; ``burn`` the seconds until then.
    """

    range: Floats
    apogee: Floats
    seconds: Floats
    latitude: Floats
    longitude: Floats
    speed: Floats
    burn: Floats
    fell: NDArray[np.bool_]
    bearing: Floats


def climbed(laws: Laws, log_kick: Floats) -> Floats:
    """Give boost states (n, 9) at the end of the tilt."""
    n = len(laws.acceleration)
    h = (VERTICAL_S + KICK_S) / _STEPS
    up, ahead, rise, run = (np.zeros(n) for _ in range(4))
    kick = np.exp(log_kick)
    for step in range(_STEPS):
        time = (step + 0.5) * h
        push = laws.acceleration / (1.0 - laws.acceleration * time / laws.exhaust)
        tilt = kick * np.clip((time - VERTICAL_S) / KICK_S, 0.0, 1.0)
        a_up, a_ahead = push * np.cos(tilt) - STANDARD_GRAVITY, push * np.sin(tilt)
        up, ahead = up + h * (rise + 0.5 * h * a_up), ahead + h * (run + 0.5 * h * a_ahead)
        rise, run = rise + h * a_up, run + h * a_ahead
    sine, cosine = np.sin(laws.azimuth), np.cos(laws.azimuth)
    axes = ecef_from_enu_rotation(laws.latitude, laws.longitude)
    enu = np.stack([ahead * sine, ahead * cosine, up], -1)
    velocity = np.stack([run * sine, run * cosine, rise], -1)
    states = np.empty((n, 9))
    site = ecef_from_geodetic(laws.latitude, laws.longitude, np.zeros(n))
    states[:, :3] = site + np.einsum("nij,nj->ni", axes, enu)
    states[:, 3:6] = np.einsum("nij,nj->ni", axes, velocity)
    flow = laws.acceleration / laws.exhaust
    left = 1.0 - flow * (VERTICAL_S + KICK_S)
    states[:, 6] = np.log(laws.acceleration / left)
    states[:, 7] = np.log(flow / left)
    states[:, 8] = 0.0
    return states


def flown(laws: Laws, burnt: Floats, log_kick: Floats) -> Flown:
    """Fly all; a flight that does not come down within two hours is marked as not fallen."""
    n = len(burnt)
    burn = burnt * laws.exhaust / laws.acceleration
    left = np.maximum(burn - VERTICAL_S - KICK_S, 0.5)
    states = climbed(laws, log_kick)
    ended = np.empty((n, 9))
    _burnt_out(states, left, laws, burn, ended)
    speed = np.linalg.norm(ended[:, 3:6], axis=1)
    bodies = np.column_stack([ended[:, :6], laws.log_beta])
    rows = np.empty((n, 6))
    _kernels_fall.falls(bodies, 0.0, _LONGEST, rows)
    pulls = laws.below > 0.0
    if pulls.any():
        rows[pulls] = _lifted(bodies[pulls], laws.at(pulls), rows[pulls])
    distance, bearing, _ = inverse(laws.latitude, laws.longitude, rows[:, 0], rows[:, 1])
    seconds = VERTICAL_S + KICK_S + left + rows[:, 2]
    fell = rows[:, 5] == _kernels_fall.FELL
    return Flown(
        distance, rows[:, 3], seconds, rows[:, 0], rows[:, 1], speed,
        VERTICAL_S + KICK_S + left, fell, bearing,
    )  # fmt: skip


def _burnt_out(states: Floats, left: Floats, laws: Laws, burn: Floats, ended: Floats) -> None:
    """Burn states (n, 9) for what is left (n,) seconds in equal strides; write into ended."""
    ended[:] = states
    beta = np.exp(laws.log_beta)
    flow = laws.acceleration / laws.exhaust
    strides = max(int(np.ceil(left.max() / _STRIDE_S)), 1)
    h = left / strides
    for stride in range(strides):
        for k in range(len(ended)):
            propagate(BOOST, ended[k], h[k], ended[k])
        since = VERTICAL_S + KICK_S + (stride + 0.5) * h
        heavier = (1.0 - flow * since) / np.maximum(1.0 - flow * burn, 0.05)
        _slow(ended, beta * np.maximum(heavier, 1.0), h)


def _slow(states: Floats, beta: Floats, seconds: Floats) -> None:
    """Take from velocities what drag takes in some seconds; never more than the half of one."""
    _, _, heights = geodetic_from_ecef(states[:, :3])
    speed = np.linalg.norm(states[:, 3:6], axis=1)
    loss = 0.5 * density(np.clip(heights, 0.0, 900e3)) * speed / beta * seconds
    states[:, 3:6] *= (1.0 - np.minimum(loss, 0.5))[:, None]


def path(laws: Laws, burnt: float, log_kick: float, step: float) -> Floats:
    """Sample one flight: (m, 7) seconds, position (ECEF), latitude, longitude (rad), height."""
    burn = burnt * float(laws.exhaust[0]) / float(laws.acceleration[0])
    state = climbed(laws, np.array([log_kick]))[0]
    rows = []
    now, ends = VERTICAL_S + KICK_S, max(burn, VERTICAL_S + KICK_S + 0.5)
    flow = float(laws.acceleration[0]) / float(laws.exhaust[0])
    while now < ends:
        rows.append((now, *state[:3]))
        ahead = min(step, ends - now)
        propagate(BOOST, state, ahead, state)
        heavier = (1.0 - flow * (now + 0.5 * ahead)) / max(1.0 - flow * burn, 0.05)
        beta = np.exp(laws.log_beta) * max(heavier, 1.0)
        _slow(state[None], beta, np.array([ahead]))
        now += ahead
    state[6:] = float(laws.log_beta[0]), 0.0, 0.0
    lifting = -1.0
    falling = False
    while now < _LONGEST:
        rows.append((now, *state[:3]))
        up = _height(state)
        sinking = float(state[:3] @ state[3:6]) < 0.0
        if up < 0.0 and sinking:
            break
        if sinking and not falling and 0.0 < up < float(laws.below[0]):
            lifting, falling = now + float(laws.lasts[0]), True
        if now < lifting:
            state[:6] = _lift_step(state[None], laws, min(step, 2.0))[0]
            now += min(step, 2.0)
        else:
            propagate(COAST, state, step, state)
            now += step
    made = np.array(rows)
    latitude, longitude, height_m = geodetic_from_ecef(made[:, 1:4])
    return np.column_stack([made, latitude, longitude, height_m])


def _height(state: Floats) -> float:
    return float(height(state[0], state[1], state[2]))


def _lifted(bodies: Floats, laws: Laws, falls: Floats) -> Floats:
    """Let bodies (n, 7) that have burnt out fall to their pull-up, lift themselves, and fall."""
    n = len(bodies)
    states = np.column_stack([bodies, np.zeros((n, 2))])
    waited = np.zeros(n)
    waiting = falls[:, 3] > laws.below
    for k in range(n):
        step = 8.0
        # Down in strides of eight seconds, then of one, until below the height where it begins.
        while waiting[k] and waited[k] < _LONGEST:
            before = states[k].copy()
            propagate(COAST, states[k], step, states[k])
            sinking = float(states[k, :3] @ states[k, 3:6]) < 0.0
            if sinking and _height(states[k]) < laws.below[k]:
                if step == 1.0:
                    break
                states[k], step = before, 1.0
                continue
            waited[k] += step
    lasts = laws.lasts.copy()
    for number in range(int(np.ceil(lasts.max() / _PULL_STEP))):
        active = waiting & (number * _PULL_STEP < lasts)
        active &= geodetic_from_ecef(states[:, :3])[2] > 0.0
        if not active.any():
            break
        states[active, :6] = _lift_step(states[active], laws.at(active), _PULL_STEP)
        waited[active] += _PULL_STEP
    rows = np.empty((n, 6))
    _kernels_fall.falls(np.ascontiguousarray(states[:, :7]), 0.0, _LONGEST, rows)
    rows[:, 2] += waited
    rows[:, 3] = np.maximum(rows[:, 3], falls[:, 3])
    below = rows[:, 5] == _kernels_fall.BELOW_AT_START
    latitude, longitude, _ = geodetic_from_ecef(states[:, :3])
    rows[below, 0], rows[below, 1] = latitude[below], longitude[below]
    rows[below, 2], rows[below, 5] = waited[below], _kernels_fall.FELL
    return rows


def _lift_step(states: Floats, laws: Laws, seconds: float) -> Floats:
    """Move bodies (n, 9) on under gravity, drag and lift, by the midpoint rule; give (n, 6)."""
    here = _rates(states, laws)
    middle = states.copy()
    middle[:, :6] += 0.5 * seconds * here
    return np.asarray(states[:, :6] + seconds * _rates(middle, laws))


def _rates(rows: Floats, laws: Laws) -> Floats:
    position, velocity = np.ascontiguousarray(rows[:, :3]), rows[:, 3:6]
    pull = gravity(position) + coriolis(velocity) + centrifugal(position)
    return np.hstack([velocity, pull + _push(rows, laws)])


def _push(rows: Floats, laws: Laws) -> Floats:
    position, velocity = rows[:, :3], rows[:, 3:6]
    speed = np.maximum(np.linalg.norm(velocity, axis=1), 1.0)
    along = velocity / speed[:, None]
    up = position / np.linalg.norm(position, axis=1)[:, None]
    right = np.cross(along, up)
    right /= np.maximum(np.linalg.norm(right, axis=1), 1e-9)[:, None]
    _, _, heights = geodetic_from_ecef(position)
    drag = 0.5 * density(np.clip(heights, 0.0, 900e3)) * speed**2 * np.exp(-rows[:, 6])
    return np.asarray(laws.lift[:, None] * np.cross(right, along) - drag[:, None] * along)
