"""Pull-ups: that a body on a low, flat path may lift itself on its way down, and fly on.

Publicly known of *quasi-ballistic* vehicles: on depressed trajectories with apogees of some 50 km
they pull up or glide in the upper air, which carries them farther than a body that only falls.
Nobody can foresee whether, where or for how long; so a share of a track's samples does so, by broad
laws, and the region extends along and ahead. It is doubt, and nothing else: what a vehicle can
be made to do is not modelled.

Every number here is a judgement from what has been said in public, not looked up in tables.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from launchwatch.assessment import _kernels_upset
from launchwatch.assessment._kernels_air import LEVEL_PART, LIFT, MOST, SIDE_PART, UPSETS
from launchwatch.assessment.normal import shares_below
from launchwatch.earth.atmosphere import density
from launchwatch.earth.ellipsoid import geodetic_from_ecef

Floats = NDArray[np.float64]

NORMALS = 6
"""Standard normal numbers that a sample's pull-up needs."""

AT_LEAST, AT_MOST = 0.01, 0.9
"""Probability of a pull-up of something that flies high, and of something low and flat."""

LOW_APOGEE = (80e3, 8e3)
"""Apogee at which it is half of that, and how fast it goes from one to the other, metres: said of
apogees of 40 to 60 km; from 100 km on bodies fall too steeply and fast to gain by it."""

FLAT = (0.30, 0.03)
"""The same of apogee over range. What only falls flies farthest with about a quarter: what flies
lower than that does so for a reason."""

BEGINS = (15e3, 45e3)
"""Heights between which it begins, uniform: below, speed is lost; above, air is too thin."""

LASTS = (10.0, 90.0)
"""Seconds, uniform."""

LIFT_OVER_DRAG = (float(np.log(2.5)), 0.6)
"""Mean and deviation of the logarithm of lift over drag: 95 % between 0.8 and 8; slender bodies
are commonly said to reach 1 to 4."""

MOST_LIFT = (float(np.log(40.0)), 0.6)
"""The same of the greatest lift, m/s²: 95 % between 12 and 130."""

BANK = np.radians(15.0)
"""One sigma of how far the lift leans to either side."""


GOES_ON = 0.3
"""Deviation of the logarithm of how much lift there is later, over what there is now."""


class PullUps(NamedTuple):
    """How each sample pulls up, if it does: entries (n,).

    Attributes:
        below: height at which it begins, metres, as a share of what is left of `BEGINS`.
        seconds: how long it lasts.
        upsets: (n, UPSETS) its lift.
    """

    below: Floats
    seconds: Floats
    upsets: Floats


def chances(normals: Floats) -> Floats:
    """Draw from (n, at least NORMALS) normal numbers what a probability must exceed, 0..1."""
    return shares_below(normals[:, 0])


def drawn(normals: Floats) -> PullUps:
    """Draw pull-ups from (n, NORMALS) independent standard normal numbers."""
    upsets = np.zeros((len(normals), UPSETS))
    upsets[:, LIFT] = np.exp(LIFT_OVER_DRAG[0] + LIFT_OVER_DRAG[1] * normals[:, 3])
    upsets[:, MOST] = np.exp(MOST_LIFT[0] + MOST_LIFT[1] * normals[:, 4])
    bank = BANK * normals[:, 5]
    upsets[:, LEVEL_PART], upsets[:, SIDE_PART] = np.cos(bank), np.sin(bank)
    seconds = LASTS[0] + (LASTS[1] - LASTS[0]) * shares_below(normals[:, 2])
    return PullUps(shares_below(normals[:, 1]), seconds, upsets)


def probability(apogee: Floats, reach: Floats) -> Floats:
    """Give how probable a pull-up is of bodies that would fly so high and so far, metres."""
    low = _falling((apogee - LOW_APOGEE[0]) / LOW_APOGEE[1])
    flat = _falling((apogee / np.maximum(reach, 1e3) - FLAT[0]) / FLAT[1])
    return np.asarray(AT_LEAST + (AT_MOST - AT_LEAST) * low * flat)


def _falling(steps: Floats) -> Floats:
    """Go from one to nothing, half of it at 0: the logistic function, which never overflows."""
    return np.asarray(0.5 * (1.0 - np.tanh(0.5 * steps)))


def still_to_come(before: Floats, height: Floats) -> Floats:
    """Give the same once bodies have sunk to these heights without pulling up."""
    left = np.clip((height - BEGINS[0]) / (BEGINS[1] - BEGINS[0]), 0.0, 1.0)
    return np.asarray(before * left / (before * left + 1.0 - before))


def beginnings(pulls: PullUps, height: Floats) -> Floats:
    """Give the heights (n,) at which they begin, of bodies that have sunk to these heights."""
    return np.asarray(BEGINS[0] + (np.clip(height, *BEGINS) - BEGINS[0]) * pulls.below)


def under_way(states: Floats, log_beta: Floats, normals: Floats) -> PullUps:
    """Say how manoeuvres go on that are under way, seen as an acceleration.

    What of it lies across the velocity is taken for lift that lasts, to a third or so; along the
    velocity is drag. Of all manoeuvres, one that is met in its middle is likely a long one.

    Args:
        states: (n, 9) position, velocity, acceleration (ECEF).
        log_beta: (n,) ln ballistic coefficient.
        normals: (n, NORMALS) independent standard normal numbers.
    """
    pulls = drawn(normals)
    position, velocity, push = states[:, :3], states[:, 3:6], states[:, 6:]
    speed = np.maximum(np.linalg.norm(velocity, axis=1), 1.0)
    along = velocity / speed[:, None]
    up = position / np.linalg.norm(position, axis=1)[:, None]
    side = np.cross(along, up)
    side /= np.maximum(np.linalg.norm(side, axis=1), 1e-9)[:, None]
    lift, lean = _dots(push, np.cross(side, along)), _dots(push, side)
    most = np.maximum(np.hypot(lift, lean), 0.1)
    _, _, height = geodetic_from_ecef(position)
    drag = 0.5 * density(height) * speed**2 * np.exp(-log_beta)
    upsets = pulls.upsets
    upsets[:, MOST] = most * np.exp(GOES_ON * normals[:, 4])
    upsets[:, LIFT] = np.clip(most / np.maximum(drag, 1e-3), 0.2, 20.0)
    upsets[:, LEVEL_PART], upsets[:, SIDE_PART] = lift / most, lean / most
    lasts = np.sqrt(LASTS[0] ** 2 + (LASTS[1] ** 2 - LASTS[0] ** 2) * shares_below(normals[:, 2]))
    return pulls._replace(seconds=lasts * pulls.below)


def _dots(one: Floats, other: Floats) -> Floats:
    return np.asarray(np.einsum("ni,ni->n", one, other))


def glided(
    states: Floats, log_beta: Floats, below: Floats, pulls: PullUps, longest: float
) -> Floats:
    """Move bodies to the end of their pull-ups.

    Args:
        states: (n, 6) position and velocity (ECEF).
        log_beta: (n,) ln ballistic coefficient.
        below: (n,) heights at which they begin.
        pulls: of these bodies.
        longest: seconds to follow a body.

    Returns:
        (n, 8) position and velocity then (ECEF), seconds until then, greatest height before.
    """
    out = np.empty((len(states), 8))
    _kernels_upset.upset_falls(
        # All in one piece: for arrays with gaps the kernel would be compiled once more.
        np.ascontiguousarray(states), np.ascontiguousarray(log_beta),
        np.ascontiguousarray(pulls.upsets), np.ascontiguousarray(below),
        np.ascontiguousarray(pulls.seconds), longest, out,
    )  # fmt: skip
    return out
