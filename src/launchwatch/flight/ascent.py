"""How something climbs: a vertical rise, a tilt, then a gravity turn with constant thrust.

Three numbers say how the motor pushes: the thrust acceleration at ignition a0, the
effective exhaust speed c, and how long it burns. With constant thrust and mass flow the
acceleration grows as the mass falls::

    m(t) / m(0) = 1 - a0 t / c          a(t) = a0 / (1 - a0 t / c)

Two say how it is steered: the thrust is tilted from the vertical, over a few seconds, by
the *kick*; from then on it points along the velocity and gravity does the turning.

`fit_ascent` finds the burning time and the kick with which a flight comes out as
reported: so far, so high and, if wanted, so long. It is told how to fly and knows no
forces itself. This is the broad motion that public reports describe; wind, staging,
steering losses and the build of any vehicle are left out.

Source: Curtis, Orbital Mechanics for Engineering Students, 3rd ed. (2014), chapter 11
(rocket equation, gravity turn).
"""

import math
from collections.abc import Callable

import numpy as np
from msgspec import Struct
from msgspec.structs import replace
from numpy.typing import NDArray
from scipy.optimize import least_squares

from launchwatch.constants import STANDARD_GRAVITY, WGS84_SEMI_MAJOR
from launchwatch.errors import NotConverged

RANGE_TOLERANCE = 1_000.0
APOGEE_TOLERANCE = 1_000.0
TIME_TOLERANCE = 2.0
"""What a fitted flight may miss, metres and seconds: finer than any public report."""

_COMMON_EXHAUST_SPEED = 2_250.0
_LARGEST_BURNT = 0.93
"""Share of the mass that may burn; single stages known to the public stay below 0.92."""


class Ascent(Struct, frozen=True, kw_only=True):
    """One motor's push and how it is steered; SI and radians.

    Attributes:
        initial_acceleration: of the thrust alone at ignition, m/s²; must exceed gravity.
        exhaust_speed: effective, m/s.
        burn_time: seconds from ignition to burnout.
        kick: angle by which the thrust is tilted from the vertical.
        vertical_time: seconds of vertical rise before the tilt.
        kick_time: seconds that the tilt takes, at a constant rate.
    """

    initial_acceleration: float = 18.0
    exhaust_speed: float = 2_250.0
    burn_time: float = 80.0
    kick: float = 0.1
    vertical_time: float = 6.0
    kick_time: float = 6.0


class Reach(Struct, frozen=True, kw_only=True):
    """How a flight came out, or is wanted to.

    Attributes:
        range: geodesic distance on the ellipsoid from launch to fall, metres.
        apogee: greatest height above the ellipsoid, metres.
        flight_time: seconds from ignition to fall; None where it does not matter.
    """

    range: float
    apogee: float
    flight_time: float | None = None


def thrust_acceleration(ascent: Ascent, time: float) -> float:
    """Give the acceleration by thrust alone, m/s², a time in seconds after ignition."""
    if not 0.0 <= time <= ascent.burn_time:
        return 0.0
    return ascent.initial_acceleration / mass_left(ascent, time)


def mass_left(ascent: Ascent, time: float) -> float:
    """Give the share of the mass at ignition that is left after a time in seconds."""
    burnt = min(max(time, 0.0), ascent.burn_time)
    return 1.0 - ascent.initial_acceleration * burnt / ascent.exhaust_speed


def tilt(ascent: Ascent, time: float) -> float | None:
    """Give the thrust's angle from the vertical; None once it follows the velocity."""
    since = time - ascent.vertical_time
    if since <= 0.0:
        return 0.0
    if since < ascent.kick_time:
        return ascent.kick * since / ascent.kick_time
    return None


def exhaust_speed_for(wanted: Reach) -> float:
    """Give an exhaust speed, m/s, with which one motor can fly as far and high as wanted.

    2,250 m/s, common for short ranges; more where that would leave less than a fifth of
    the mass. Far flights really take several stages; here one motor stands for them all,
    and its exhaust speed is then more than any motor's.
    """
    return max(_COMMON_EXHAUST_SPEED, _speed_needed(wanted) / math.log(1.0 / 0.2))


def fit_ascent(fly: Callable[[Ascent], Reach], wanted: Reach, start: Ascent) -> Ascent:
    """Find the burning time and kick with which a flight comes out as wanted.

    With a flight time wanted, the acceleration at ignition is found as well: a slower
    climb takes longer for the same range and apogee.

    Args:
        fly: tells how a flight with an ascent comes out; called some twenty times.
        wanted: range and apogee, and perhaps flight time.
        start: the rest of the ascent; its burning time and kick are not used.

    Raises:
        NotConverged: no such flight within 1 km, 1 km and 2 s.
    """
    free_acceleration = wanted.flight_time is not None

    def ascent_of(x: NDArray[np.float64]) -> Ascent:
        acceleration = math.exp(x[2]) if free_acceleration else start.initial_acceleration
        return replace(
            start,
            initial_acceleration=acceleration,
            burn_time=float(x[0]) * start.exhaust_speed / acceleration,
            kick=math.exp(x[1]),
        )

    def misses(x: NDArray[np.float64]) -> list[float]:
        reach = fly(ascent_of(x))
        short = [
            math.log(max(reach.range, 1.0) / wanted.range),
            math.log(max(reach.apogee, 1.0) / wanted.apogee),
        ]
        if wanted.flight_time is not None and reach.flight_time is not None:
            short.append(math.log(max(reach.flight_time, 1.0) / wanted.flight_time))
        return short

    first = _first_guess(wanted, start)
    lower, upper = [0.05, math.log(1e-4)], [_LARGEST_BURNT, math.log(1.4)]
    if free_acceleration:
        first.append(math.log(start.initial_acceleration))
        lower.append(math.log(1.15 * STANDARD_GRAVITY))
        upper.append(math.log(15.0 * STANDARD_GRAVITY))
    nearest = None
    # The Earth's turning may carry a steep flight back over its launch place, beyond which
    # the search would go the wrong way: then it begins again with a larger kick.
    for factor in (1.0, 4.0):
        begin = [first[0], min(first[1] + math.log(factor), upper[1] - 0.1), *first[2:]]
        # Steps of 1e-3 keep differences far above the noise of any sensible integrator.
        found = least_squares(
            misses, begin, bounds=(lower, upper), diff_step=[1e-3], xtol=1e-9, ftol=1e-12,
            max_nfev=40,
        )  # fmt: skip
        ascent = ascent_of(found.x)
        nearest = fly(ascent)
        if _is_as_wanted(nearest, wanted):
            return ascent
    raise NotConverged(f"no ascent gives {wanted}; the nearest flight found gives {nearest}")


def _is_as_wanted(reach: Reach, wanted: Reach) -> bool:
    if wanted.flight_time is not None and reach.flight_time is not None:
        late = abs(reach.flight_time - wanted.flight_time)
    else:
        late = 0.0
    return (
        abs(reach.range - wanted.range) <= RANGE_TOLERANCE
        and abs(reach.apogee - wanted.apogee) <= APOGEE_TOLERANCE
        and late <= TIME_TOLERANCE
    )


def _first_guess(wanted: Reach, start: Ascent) -> list[float]:
    """Guess burnt share of the mass and ln kick.

    The gravity turn makes a small kick four to eight times as large: rough, but the fit
    starts near enough.
    """
    burnt = 1.0 - math.exp(-_speed_needed(wanted) / start.exhaust_speed)
    up, along = _burnout_velocity(wanted)
    return [min(burnt, _LARGEST_BURNT - 0.02), math.log(max(math.atan2(along, up) / 5.0, 2e-4))]


def _speed_needed(wanted: Reach) -> float:
    """Guess the speed that a motor must supply: a quarter more than at burnout, lost to gravity."""
    return 1.25 * math.hypot(*_burnout_velocity(wanted))


def _burnout_velocity(wanted: Reach) -> tuple[float, float]:
    """Guess the speeds up and along at burnout: energy gives the one, time aloft the other."""
    rise = wanted.apogee * WGS84_SEMI_MAJOR / (WGS84_SEMI_MAJOR + wanted.apogee)
    up = math.sqrt(2.0 * STANDARD_GRAVITY * rise)
    return up, wanted.range * STANDARD_GRAVITY / (2.0 * up)
