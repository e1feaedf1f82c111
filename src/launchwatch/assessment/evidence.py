"""How surely a track is a launch, from its motion.

A launch climbs under power, or flies a path that begins and ends on the ground, too fast for
an aircraft. It has rivals, each of which is seen far more often: what is slow (aircraft,
balloons, lights), what is in orbit, and strays (meteors, clutter) that are suddenly there in
full view of a sensor. Against each the odds are how much more often it is seen, times how
much better it explains the track; the launch's probability follows from their sum.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment.normal import share_below
from launchwatch.assessment.posterior import root_of
from launchwatch.assessment.sightlines import Told
from launchwatch.constants import EARTH_GM, EARTH_ROTATION, WGS84_SEMI_MAJOR
from launchwatch.earth._kernels import height as height_of
from launchwatch.messages.track import TrackUpdate

Floats = NDArray[np.float64]

SLOWEST = 450.0
"""Metres a second over the ground: airliners stay below 330, even with a jet stream, and
military aircraft seldom go faster."""

FASTEST = 9_000.0
"""Metres a second: what goes into an orbit reaches 8 over the ground; meteors come at 11."""

STEEPEST = 330.0
"""Metres a second upwards: the best of fighters are said to climb at 250 to 330 for some
seconds, airliners at 20."""

CEILING = 25e3
"""Metres: aircraft fly lower. Balloons do not, but no faster than `FLOATING`."""

FLOATING = 150.0

SLOWLY = (90.0, 30.0)
"""Seconds that a launch may stay as slow as an aircraft, and by how many more one in e does:
missiles pass `SLOWEST` 20 to 40 s after lift-off, the heaviest launchers after about 90."""

_STRANGEST = float(np.log(1_000.0))
"""Ln odds that being slow for longer than any launch can tell: a missile may drop from an
aircraft, and its plots go into that one's track."""

HIGHEST_ASCENT = 150e3
"""Metres: above, what climbs may have been in orbit all along."""

LOWEST_PERIGEE = 80e3
"""A path whose lowest point lies below this height comes down within the same revolution."""

SLOW, ORBITING, STONES = 1000.0, 1000.0, 100.0
"""How many tracks of each kind are seen for one launch: about what a hundred hours of the
simulated quiet skies hold. With them a probability of 0.95 asks for evidence of 20,000 to
one against what is slow, or in orbit. Ten times more delays a declaration by a second or two;
ten times less lets one light in some hundred hours pass for a motor."""

STRAY = 0.01
"""Share of the confirmed tracks of which nothing else is wrong that are meteors or clutter."""

RISING = "climbs under power"

_WELL_KNOWN = 150.0
"""A velocity known better than this (m/s) rests on radars, not on what was assumed of motors
when infrared lines began the track."""

_ENOUGH_ECHOES = 4
"""Plots of radars in a track that infrared lines began: one or two may be another's."""

_HOPELESS = 1e-3
"""Probability of the models that launches fly by under which nothing else is asked: that of a
launch is no greater."""

_UPPER6 = np.triu_indices(6)
_UPPER9 = np.triu_indices(9)


class Evidence(NamedTuple):
    """How surely a track is a launch.

    Attributes:
        probability: that it is one.
        apart_from_birth: the same, if it were known that it began where something can begin.
        rises: that it looks like a motor that burns.
        why: what it looks like, in words.
    """

    probability: float
    apart_from_birth: float
    rises: bool
    why: str


def covariance_of(update: TrackUpdate) -> Floats:
    """Give a track's covariance of position and velocity, (6, 6)."""
    P = np.empty((6, 6))
    P[_UPPER6] = update.covariance_ecef
    P.T[_UPPER6] = update.covariance_ecef
    return P


def weigh(
    update: TrackUpdate,
    normals: Floats,
    told: Told | None = None,
    missed: float = 0.0,
    *,
    echoes: int = _ENOUGH_ECHOES,
    slowly: float = 0.0,
) -> Evidence:
    """Weigh a track as a launch against its rivals.

    Args:
        update: a track with hypotheses.
        normals: (n, 6) independent standard normal numbers.
        told: what its lines of sight say, where it has any.
        missed: ln odds that it would have been seen earlier, had it come from the ground.
        echoes: how many of its plots are radars'.
        slowly: for how many seconds it was surely as slow as an aircraft, and as low.
    """
    phase = update.phase
    falling = phase.coast + phase.reentry
    if phase.boost + falling < _HOPELESS:
        return Evidence(0.0, 0.0, False, "flies as an aircraft does")
    P = covariance_of(update)
    position, velocity = np.array(update.position_ecef_m), np.array(update.velocity_ecef_mps)
    slow = _slow_odds(update, P, told, echoes)
    rivals = slow.odds * float(np.exp(np.clip((slowly - SLOWLY[0]) / SLOWLY[1], 0.0, _STRANGEST)))
    # A stone that radars see falls ever slower: its track climbs on no motor.
    if told is not None and slow.from_lines and echoes < _ENOUGH_ECHOES:
        rivals += STONES * float(np.exp(-told.stone))
    rivals += STONES * faster_than_anything(update)
    up = position / np.linalg.norm(position)
    climbing = share_below(float(up @ velocity) / float(np.sqrt(up @ P[3:, 3:] @ up)))
    down = _share_coming_down(position, velocity, P, normals)
    orbit = ORBITING * (1.0 - down) / max(down, 1e-12)
    burning = phase.boost * climbing
    # What still climbs through the air on a motor is in no orbit yet.
    lifting = 0.0 if height_of(*position) < HIGHEST_ASCENT else orbit

    def given(more: float) -> float:
        ascent = burning / (1.0 + rivals + lifting + more)
        return float(ascent + falling / (1.0 + rivals + orbit + more))

    rises = phase.boost > 0.5
    return Evidence(
        probability=given(STRAY * float(np.exp(min(missed, 50.0)))),
        apart_from_birth=given(0.0),
        rises=rises,
        why=RISING if rises else "flies a path that meets the ground",
    )


def faster_than_anything(update: TrackUpdate) -> float:
    """Give the odds that a speed is beyond what flies: a stone's, or plots wrongly joined."""
    P, velocity = covariance_of(update), np.array(update.velocity_ecef_mps)
    speed = float(np.linalg.norm(velocity))
    along = velocity / max(speed, 1.0)
    beyond = share_below((speed - FASTEST) / float(np.sqrt(along @ P[3:, 3:] @ along)))
    return beyond / max(1.0 - beyond, 1e-12)


class _Slow(NamedTuple):
    odds: float
    from_lines: bool


def _slow_odds(update: TrackUpdate, P: Floats, told: Told | None, echoes: int) -> _Slow:
    """Give the odds of an aircraft, a balloon or a light.

    Where radars measured its speed, the track itself knows it. Where only lines of sight did,
    its speed is little more than what was assumed when it began; one echo of something else,
    somewhere along the line to a fire, would make it a rocket's. In between, radars tell at
    least how high it is, and what shines is no balloon.
    """
    spread = float(np.sqrt(np.linalg.eigvalsh(P[3:, 3:])[-1]))
    low, aircraft, slow = _shares(update)
    if told is None or (spread < _WELL_KNOWN and echoes >= _ENOUGH_ECHOES):
        return _Slow(SLOW * slow / max(1.0 - slow, 1e-12), False)
    light = SLOW * float(np.exp(-told.light))
    if echoes < _ENOUGH_ECHOES:
        return _Slow(light, True)
    return _Slow(low * max(light, SLOW * aircraft / max(1.0 - aircraft, 1e-12)), True)


class _Shares(NamedTuple):
    """Probabilities that a track is as low as aircraft, as slow, and slow in either way."""

    low: float
    aircraft: float
    slow: float


def _shares(update: TrackUpdate) -> _Shares:
    """Give how probably a track is low, and slow, over the mixture of its motion models.

    Not from the mixture's one mean and spread: an aircraft that noses over falls freely for
    some seconds, and what takes that for a motor's flight is surer of a wrong speed by far
    than the hundredth that still thinks of a turn.
    """
    total = np.zeros(3)
    weight = 0.0
    for one in update.hypotheses:
        x, P = np.array(one.mean[:6]), _covariance9(one.covariance)
        if not one.probability > 0.0 or not np.isfinite(P).all():
            continue
        up = x[:3] / np.linalg.norm(x[:3])
        speed = float(np.linalg.norm(x[3:6]))
        along = x[3:6] / max(speed, 1.0)
        sigma = float(np.sqrt(along @ P[3:6, 3:6] @ along))
        height_sigma = float(np.sqrt(up @ P[:3, :3] @ up))
        low = share_below((CEILING - height_of(*x[:3])) / height_sigma)
        climb_sigma = float(np.sqrt(up @ P[3:6, 3:6] @ up))
        # As slow as an aircraft, and climbing no faster: no likelier than the less likely.
        aircraft = min(
            share_below((SLOWEST - speed) / sigma),
            share_below((STEEPEST - float(up @ x[3:6])) / climb_sigma),
        )
        slow = min(low * aircraft + share_below((FLOATING - speed) / sigma), 1.0)
        total += one.probability * np.array([low, aircraft, slow])
        weight += one.probability
    return _Shares(*(total / weight).tolist())


def _covariance9(upper: tuple[float, ...]) -> Floats:
    P = np.empty((9, 9))
    P[_UPPER9] = upper
    P.T[_UPPER9] = upper
    return P


def _share_coming_down(position: Floats, velocity: Floats, P: Floats, normals: Floats) -> float:
    """Give the probability that a path's lowest point lies in the air or below the ground.

    From the mean and spread of the samples' lowest points: counting them could not tell one
    in a hundred from one in a million.
    """
    draws = np.concatenate([position, velocity]) + normals @ root_of(P).T
    lowest = perigee(draws)
    return share_below((LOWEST_PERIGEE - float(np.mean(lowest))) / max(float(np.std(lowest)), 1.0))


def surely_flown(update: TrackUpdate) -> float:
    """Give a speed over the ground (m/s) that a track surely has: three sigmas below its own."""
    velocity = np.array(update.velocity_ecef_mps)
    speed = float(np.linalg.norm(velocity))
    along = velocity / max(speed, 1.0)
    return speed - 3.0 * float(np.sqrt(along @ covariance_of(update)[3:, 3:] @ along))


def is_slow(update: TrackUpdate) -> bool:
    """Ask whether a track flies surely no faster than an aircraft, where aircraft fly."""
    P = covariance_of(update)
    position, velocity = np.array(update.position_ecef_m), np.array(update.velocity_ecef_mps)
    speed = float(np.linalg.norm(velocity))
    along = velocity / max(speed, 1.0)
    fastest = speed + 2.0 * float(np.sqrt(along @ P[3:, 3:] @ along))
    return fastest < SLOWEST and height_of(*position) < CEILING


def perigee(states: Floats) -> Floats:
    """Give the perigee height (m) above the equator's radius of states (n, 6) in ECEF."""
    r = states[:, :3]
    v = states[:, 3:].copy()
    v[:, 0] -= EARTH_ROTATION * r[:, 1]
    v[:, 1] += EARTH_ROTATION * r[:, 0]
    distance = np.linalg.norm(r, axis=1)
    energy = 0.5 * np.einsum("ni,ni->n", v, v) - EARTH_GM / distance
    h2 = (
        np.einsum("ni,ni->n", r, r) * np.einsum("ni,ni->n", v, v) - np.einsum("ni,ni->n", r, v) ** 2
    )
    eccentricity = np.sqrt(np.maximum(1.0 + 2.0 * energy * h2 / EARTH_GM**2, 0.0))
    return np.asarray(h2 / EARTH_GM / (1.0 + eccentricity) - WGS84_SEMI_MAJOR)
