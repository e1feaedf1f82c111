"""Bodies: what really moves in a scenario, whatever makes it move."""

from collections.abc import Callable

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Array = NDArray[np.float64]
Truths = NDArray[np.bool_]


class Body(Struct, frozen=True, kw_only=True):
    """One true object; its times are seconds after the scenario's start.

    Attributes:
        object: its name.
        kind: missile, launcher, booster, aircraft, satellite, meteor, fireball or flare.
        start: when it begins to exist, and ``end``, when it ends.
        states: gives positions and velocities (n, 6) in ECEF at times (n,); NaN where it
            does not exist.
        phases: names its phase at times (n,).
        is_thrusting: tells at which of times (n,) a motor burns.
    """

    object: str
    kind: str
    start: float
    end: float
    states: Callable[[Array], Array]
    phases: Callable[[Array], list[str]]
    is_thrusting: Callable[[Array], Truths]


def never(times: Array) -> Truths:
    """Tell that no motor burns at any of times (n,)."""
    return np.zeros(len(times), dtype=bool)


def always(phase: str) -> Callable[[Array], list[str]]:
    """Give the phases of a body that has only one."""
    return lambda times: [phase] * len(times)
