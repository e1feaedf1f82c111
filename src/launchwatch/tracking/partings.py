"""Partings: where two bodies were one, found by tracing their paths back without thrust."""

import math

import numpy as np
from numpy.typing import NDArray

from launchwatch.flight.motion import COAST, propagate
from launchwatch.messages.track import TrackUpdate
from launchwatch.timescale import SECOND

Floats = NDArray[np.float64]

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

BACK = 60
"""Seconds for which a new track is traced back at most."""

_UPPER6 = np.triu_indices(6)


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
