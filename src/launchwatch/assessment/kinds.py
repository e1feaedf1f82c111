"""What each kind of vehicle makes likely: laws as broad as what is public, and what they rest on.

Seven kinds: ballistic, quasi-ballistic (flat, with a pull-up), gliding, cruising, launching a
satellite, an aircraft, and the unknown, which makes everything somewhat likely. Three laws speak:

- of where and how high it would come down, as the fall samples have it now;
- of how fast it gained its speed: a launcher climbs slowly, with a fifth more thrust than weight;
- of how long it has been in which phase of flight, as the filter bank has it.

The last adds up over time, tempered, because a filter's successive beliefs repeat each other; and
fades, so that what a body does late can overturn what it seemed before. Every number here is a
judgement from what has been published, revised several times against the flights that test it.
"""

import numpy as np
from numpy.typing import NDArray

from launchwatch.messages.track import PhaseProbabilities

Floats = NDArray[np.float64]

KINDS = ("ballistic", "quasi", "glide", "cruise", "space", "aircraft", "unknown")

PRIOR = np.array([0.50, 0.15, 0.05, 0.04, 0.18, 0.03, 0.05])
"""Of what a launch was declared for. In the record a launch is a missile nine times in ten; space
launches are given more, as missing one costs more than waiting for it."""

_FALLS = {
    # Comes down after a flight high above the air; a lower one; a flat one. Not at all.
    "ballistic": (1.0, 0.55, 0.10, 0.01),
    "quasi": (0.03, 0.50, 1.0, 0.002),
    "glide": (0.02, 0.05, 0.60, 0.05),
    "cruise": (0.02, 0.02, 0.05, 0.002),
    "space": (0.0, 0.0, 0.0, 1.0),
    "aircraft": (0.01, 0.01, 0.02, 0.001),
    "unknown": (0.12, 0.12, 0.12, 0.12),
}
LOW = 90e3
"""Apogee below which a flight may be one that is steered through the air: it stays where air can
carry it, and those reported so flew 20 to 100 km high. Of flights that only fall, close ones and
flat ones do."""
SPACE_LIT = 0.6
"""That the launch of a satellite looks as if it came down, while a motor burns: until the last
minutes it would if the motor stopped."""
SPACE_UNLIT, SPACE_WAITS = 0.55, 60.0
"""The same after a motor stopped, and the seconds in which it falls to 1/e: between stages seconds
pass, a last coast before orbit takes minutes, but is close to an orbit."""
SPACE_SPENT = 0.4
"""And what of it stays: of the two bodies that a launcher parts into, one is its spent first stage,
which coasts and comes down like any missile."""
SPACE_LOW = 0.02
"""What of it stays where the flight remained below `LOW`: stages part at 50 to 80 km, still
climbing at half a kilometre a second and more, so that even the spent one passes 90 km; what does
not is a launcher that failed on its first stage, one in some fifty."""

GAIN = {"ballistic": (27.0, 0.35), "quasi": (27.0, 0.35), "glide": (27.0, 0.4),
        "cruise": (10.0, 0.8), "space": (14.5, 0.25), "aircraft": (2.0, 0.8),
        "unknown": (20.0, 1.0)}  # fmt: skip
"""Speed over time since launch, m/s², late in a burn: median, and one sigma of its logarithm.
Launchers leave with 1.2 to 1.5 times their weight in thrust, missiles mostly with 1.5 to 3."""
GAIN_FROM, GAIN_UNTIL, GAIN_SPEED = 40.0, 400.0, 800.0
"""Seconds after launch between which that is told, and m/s from which on: a motor that burns again
much later says nothing of how it left the ground."""

TEMPER = 0.1
"""How much evidence a second of a phase is: a filter's beliefs repeat each other for some ten
seconds."""
FADES = 120.0
"""Seconds in which evidence of phases fades to 1/e."""
_LEAST = 0.02

# Share of its time that each kind spends in boost, coast, re-entry, manoeuvre, cruise, by where it
# is: with its motor first lit; after it, rising or above the air; sinking through air too thin to
# pull up in, of which everything that falls makes the same; sinking in air that carries.
_PHASES = {
    "first burn": {
        "ballistic": (0.90, 0.04, 0.02, 0.03, 0.01), "quasi": (0.90, 0.04, 0.02, 0.03, 0.01),
        "glide": (0.90, 0.04, 0.02, 0.03, 0.01), "cruise": (0.15, 0.05, 0.02, 0.08, 0.70),
        "space": (0.90, 0.04, 0.02, 0.03, 0.01), "aircraft": (0.03, 0.05, 0.02, 0.10, 0.80),
        "unknown": (0.30, 0.20, 0.15, 0.20, 0.15),
    },
    "long burn": {
        "ballistic": (0.35, 0.50, 0.08, 0.06, 0.01), "quasi": (0.10, 0.70, 0.10, 0.09, 0.01),
        "glide": (0.30, 0.40, 0.10, 0.18, 0.02), "cruise": (0.05, 0.05, 0.05, 0.15, 0.70),
        "space": (0.90, 0.06, 0.01, 0.02, 0.01), "aircraft": (0.03, 0.05, 0.02, 0.10, 0.80),
        "unknown": (0.30, 0.20, 0.15, 0.20, 0.15),
    },
    "aloft": {
        "ballistic": (0.03, 0.80, 0.13, 0.03, 0.01), "quasi": (0.03, 0.74, 0.14, 0.08, 0.01),
        "glide": (0.04, 0.60, 0.14, 0.18, 0.04), "cruise": (0.02, 0.08, 0.05, 0.15, 0.70),
        "space": (0.20, 0.68, 0.08, 0.03, 0.01), "aircraft": (0.02, 0.05, 0.02, 0.11, 0.80),
        "unknown": (0.20, 0.25, 0.20, 0.20, 0.15),
    },
    "thin air": {
        "ballistic": (0.02, 0.38, 0.55, 0.04, 0.01), "quasi": (0.02, 0.38, 0.52, 0.07, 0.01),
        "glide": (0.02, 0.25, 0.40, 0.28, 0.05), "cruise": (0.02, 0.08, 0.05, 0.15, 0.70),
        "space": (0.15, 0.32, 0.50, 0.02, 0.01), "aircraft": (0.02, 0.05, 0.03, 0.10, 0.80),
        "unknown": (0.20, 0.20, 0.20, 0.25, 0.15),
    },
    "in the air": {
        "ballistic": (0.02, 0.30, 0.63, 0.04, 0.01), "quasi": (0.02, 0.17, 0.28, 0.50, 0.03),
        "glide": (0.02, 0.12, 0.22, 0.44, 0.20), "cruise": (0.02, 0.08, 0.05, 0.15, 0.70),
        "space": (0.15, 0.32, 0.50, 0.02, 0.01), "aircraft": (0.02, 0.05, 0.03, 0.10, 0.80),
        "unknown": (0.20, 0.20, 0.20, 0.25, 0.15),
    },
}  # fmt: skip
_TABLES = {where: np.array([shares[kind] for kind in KINDS]) for where, shares in _PHASES.items()}
LONG_BURN = 140.0
"""Seconds after which a first burn is a long one: single stages burn 60 to 130, three of a far
missile 180 to 300, a launcher's 400 and more."""
AIR, DENSE = 80e3, 45e3
"""Metres: where air is felt, and where there is enough of it to pull up in (at 45 km a body of
2 km/s meets a pressure of 4 kPa, at 60 km a seventh of that)."""


def of_falls(
    high: float, low: float, flat: float, orbit: float, space: tuple[float, float]
) -> Floats:
    """Give how likely each kind makes falls like these (7,).

    Args:
        high: share of samples that come down from high above the air; ``low``, from below `LOW`;
            ``flat``, from a flat flight; ``orbit``, that do not come down.
        space: how likely a space launch now looks like coming down, from high and from below
            `LOW` (`of_space`).
    """
    shares = np.array([high, low, flat, orbit])
    table = np.array([_FALLS[kind] for kind in KINDS])
    table[KINDS.index("space"), :3] = space[0], space[1], space[1]
    return np.asarray(table @ shares)


def of_space(unlit: float | None) -> tuple[float, float]:
    """Give how likely a space launch looks as if it came down, so long after its motor stopped.

    Args:
        unlit: seconds; None while a motor burns.

    Returns:
        From high above the air; from below `LOW`.
    """
    if unlit is None:
        return SPACE_LIT, SPACE_LIT
    waits = float(np.exp(-unlit / SPACE_WAITS))
    high = SPACE_SPENT + (SPACE_UNLIT - SPACE_SPENT) * waits
    return high, SPACE_LOW + (SPACE_UNLIT - SPACE_LOW) * waits


def of_gain(gain: float) -> Floats:
    """Give how likely each kind makes such a gain of speed, m/s² (7,), up to a factor."""
    middle, sigma = (np.array([GAIN[kind][i] for kind in KINDS]) for i in (0, 1))
    away = np.log(max(gain, 0.1) / middle) / sigma
    # A floor: nothing is ruled out by how it climbed alone.
    return np.asarray(np.maximum(np.exp(-0.5 * away**2) / sigma, 0.02))


def of_phase(phase: PhaseProbabilities, where: str) -> Floats:
    """Give how likely each kind makes what the filter bank believes, where it is (7,)."""
    told = np.array([phase.boost, phase.coast, phase.reentry, phase.manoeuvre, phase.cruise])
    return np.asarray(np.maximum(_TABLES[where] @ told + 0.2 * phase.unknown, _LEAST))


def where_is(height: float, sinking: bool, first_burn: bool, since_launch: float) -> str:
    """Name where in a flight it is, for `of_phase`; metres and seconds."""
    if first_burn:
        return "first burn" if since_launch < LONG_BURN else "long burn"
    if not sinking or height > AIR:
        return "aloft"
    return "in the air" if height < DENSE else "thin air"
