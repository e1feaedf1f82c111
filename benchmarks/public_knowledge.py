"""What the watch knows of launches and their rivals, for the ideal detector: public kinematics.

`launchwatch.assessment.ways` holds the figures. With them `ideal.evidence` is the watch's own rule
done exactly, on plots that it knows to be one thing's: what is later than that is late because of
the watch, what is not is late because nobody publishes what a simulator knows.
"""

import numpy as np
from ideal import Kind, Knowledge, Motor, uniform

from launchwatch.assessment.likelihood import STRAYING
from launchwatch.assessment.ways import (
    KICK_DEG,
    LATEST_S,
    LONGEST_S,
    PUSH,
    PUSH_SPREAD,
    RIVALS,
    UPRIGHT_S,
)
from launchwatch.simulate.plan import Climb, Launch

SLOWED, SLOWED_SPREAD = 5_000.0, 0.6
"""Ballistic coefficient (kg/m²) of the median launch while it rises, and one sigma of its
logarithm: the watch's ways leave the air out, and only say that pushes wander."""


def _motor(launch: Launch) -> Motor:
    ascent = launch.ascent
    assert isinstance(ascent, Climb)
    assert ascent.kick_deg is not None
    push = np.log(ascent.initial_acceleration_mps2 / PUSH) / PUSH_SPREAD
    slowed = np.log(launch.ballistic_coefficient_kgpm2 / SLOWED) / SLOWED_SPREAD
    return Motor(
        # Where a Gaussian is lower than at its middle, one as high there is wider.
        push=float(PUSH_SPREAD * ascent.initial_acceleration_mps2 * np.exp(0.5 * push**2)),
        kick=float(0.5 * KICK_DEG * np.exp(0.5 * (ascent.kick_deg / KICK_DEG) ** 2)),
        upright=uniform(*UPRIGHT_S),
        slowed=float(SLOWED_SPREAD * np.exp(0.5 * slowed**2)),
        shown=min((ascent.burn_s or LONGEST_S) + LATEST_S, LONGEST_S),
    )


PUBLIC = Knowledge(
    _motor,
    {
        name: Kind(
            per_hour=one.per_hour, height=one.height, level=one.level, climb=one.climb,
            pull=one.pull, lasts=one.lasts, limits=one.limits[:3], echoes=one.echoes,
            shines=one.shines, least=one.limits[3], upright=one.upright,
            strays=STRAYING if name == "light" else 0.0,
        )
        for name, one in RIVALS.items()
    },
)  # fmt: skip
